"""Nowcasts: what a full year comes to, from a figure of its first months."""
