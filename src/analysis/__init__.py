"""From the answers to the publishable figures of the Monitor Integriteit en Veiligheid."""
