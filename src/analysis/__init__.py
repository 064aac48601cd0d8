"""From delivered survey files to publishable figures of the Monitor Integriteit en Veiligheid."""
