"""Thin pytask tasks that walk from deliveries to the publication: read, call one function, write."""
