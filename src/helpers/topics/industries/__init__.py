"""A share whose scope was re-defined: what is growth in it, and what is the definition."""
