"""What was known of a series on a day: archive, splices, peers."""
