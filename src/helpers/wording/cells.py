"""Cells of a table that is told in words: as they stand in a frame, or as read from a file."""

from math import isnan, nan

import pandas as pd


def text(cell: object) -> str:
    """Return a cell as text, "" for a missing one."""
    return "" if cell is None or cell is pd.NA or cell != cell else str(cell)


def number(cell: object) -> float:
    """Return a cell as a number, NaN for a missing one."""
    written = text(cell)
    return float(written) if written else nan


def whole(cell: object) -> str:
    """Write a whole number, "" for a missing one."""
    value = number(cell)
    return "" if isnan(value) else f"{value:.0f}"


def truth(cell: object) -> bool:
    """Say whether a cell is true."""
    return text(cell) == "True"
