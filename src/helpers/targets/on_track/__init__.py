"""The on-track rules of public bodies: as owners define them, side by side, and scored."""
