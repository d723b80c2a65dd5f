"""Small words of the sentences: numbers, years and lists as they stand in a text."""

import pandas as pd

from helpers.topics.industries.share import Study
from helpers.wording import english as wording


def gap(asked_points: float) -> str:
    """Say how far the line lies from a figure."""
    side = "under" if asked_points > 0 else "over"
    return f"{abs(asked_points):.1f} points {side}"


def points(study: Study, value: float) -> str:
    """Write a share with the decimals that its latest figure was printed with."""
    return wording.number(value, int(study.share["decimals"].iloc[-1]))


def fine(study: Study, value: float) -> str:
    """Write a computed share with one more decimal than printed: near the line it matters."""
    return wording.number(value, int(study.share["decimals"].iloc[-1]) + 1)


def signed(value: float, decimals: int = 1) -> str:
    """Write a change with its sign, a true minus."""
    return f"{value:+.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def years_of(years: list[int]) -> str:
    """List years in words."""
    return listed([str(int(year)) for year in years])


def listed(words: list[str]) -> str:
    """Join words by commas and an "and"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def numbers(values: pd.Series, decimals: int) -> list[str]:
    """Write numbers with a true minus, and none before a zero."""
    rounded = values.astype(float).round(decimals) + 0.0
    return [wording.number(value, decimals).replace("-", "\N{MINUS SIGN}") for value in rounded]


def spans(low: pd.Series, high: pd.Series, decimals: int) -> list[str]:
    """Write ranges, as one number where both ends read the same."""
    ends = zip(numbers(low, decimals), numbers(high, decimals), strict=True)
    return [first if first == last else f"{first} to {last}" for first, last in ends]
