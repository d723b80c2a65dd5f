"""Printed figures: how far they can be off, and which side of a line they lie on."""

from math import isfinite

COARSE_FROM = 1000
"""From this size on, trailing zeros of a rounded count or amount are not significant."""


def half_unit(value: float, decimals: int, qualifier: str) -> float:
    """Return how far a printed figure can lie from the true one, in the figure's unit.

    Zero for a figure printed as usual; half a unit of the last significant digit for a rounded or
    derived one.
    """
    if qualifier not in {"rounded", "derived"}:
        return 0.0
    if decimals > 0 or abs(value) < COARSE_FROM:
        return 0.5 * 10.0**-decimals
    digits = str(round(abs(value)))
    return 0.5 * 10.0 ** (len(digits) - len(digits.rstrip("0")))


def compare(value: float, line: float, *, strict: bool, slack: float = 0.0) -> str:
    """Hold a printed value against a line from above: "met", "missed" or "at_the_line"."""
    if abs(value - line) < slack or (value == line and (strict or slack > 0)):
        return "at_the_line"
    return "met" if value >= line else "missed"


def hold(value: float, low: float, high: float, *, strict: bool, slack: float = 0.0) -> str:
    """Hold a printed value against a floor and a ceiling, either of which may be infinite.

    Returns
    -------
    str
        "missed" if the value lies beyond one of them, else "at_the_line" if it lies on one, else
        "met".
    """
    states = []
    if isfinite(low):
        states.append(compare(value, low, strict=strict, slack=slack))
    if isfinite(high):
        states.append(compare(-value, -high, strict=strict, slack=slack))
    return next((state for state in ("missed", "at_the_line") if state in states), "met")
