"""Publications read."""
