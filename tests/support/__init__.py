"""What tests and their commands share."""
