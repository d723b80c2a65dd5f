"""One indicator projected, and what is said of it."""
