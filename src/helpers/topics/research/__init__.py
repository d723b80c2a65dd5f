"""What a ratio is made of: its two parts, their contributions, their footing and growth."""
