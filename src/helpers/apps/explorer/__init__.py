"""The explorer: one series, one target, every choice; fan, probability and rules move at once."""
