"""The plan's second stage: goals of later years, when they may be reached, how surely."""
