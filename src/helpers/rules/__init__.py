"""The on-track rules of public bodies: as their owners define them, side by side, and scored."""
