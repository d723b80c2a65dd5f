"""Number and word forms of the findings on a ratio and its parts."""

from math import isnan

MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"


def inside(name: str) -> str:
    """Write a name inside a sentence: only an ordinary first word loses its capital."""
    return name if name[:2].isupper() or name[1:2] == "&" else name[0].lower() + name[1:]


def percent(value: float, decimals: int = 1) -> str:
    """Write a percentage, an en dash where there is none."""
    return DASH if isnan(value) else f"{value:.{decimals}f} %".replace("-", MINUS)


def signed(points: float, decimals: int = 2) -> str:
    """Write a difference with its sign."""
    return f"{points:+.{decimals}f}".replace("-", MINUS)


def did(points: float) -> str:
    """Say what a part did to a whole: "added 0.50" or "took away 0.50"."""
    return f"{'added' if points >= 0 else 'took away'} {abs(points):.2f}"
