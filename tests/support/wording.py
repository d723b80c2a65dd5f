"""Words that are the same in every language."""

NAMES = {"hub", "CSV", "SVG", "JavaScript", "GDP", "PCT", "IPCC", "Shenzhen", "targets"}
"""Words that stand in Latin letters in Chinese and Japanese text too."""
