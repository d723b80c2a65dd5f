"""One topic for each notebook."""
