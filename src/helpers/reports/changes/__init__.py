"""What is new since the last report: figures, verdicts and by what they moved, tables."""
