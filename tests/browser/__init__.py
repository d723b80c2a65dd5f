"""Pages as a reader's browser shows them: what is clipped, too small, unreachable or fetched."""
