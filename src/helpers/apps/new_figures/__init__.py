"""New figures: proposed, validated with all others, shown with what they move, and stored."""
