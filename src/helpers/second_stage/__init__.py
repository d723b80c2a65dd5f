"""The plan's second stage: goals of later years, when they may be reached, and how sure that is."""
