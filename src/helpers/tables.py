"""How tables are written: one rounding rule, no formulas, and never half a file.

The rule: figures as printed; probabilities to 3 decimals, or to as many as it takes to print the
same percentage and word as before; everything else that is computed to 5 significant digits; dates
as ISO text. It keeps differences between processors and library versions out of the tracked files,
so that a difference there is news.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.problems import InputError, runs_as_formula, shown
from helpers.vocabulary import LIKELIHOOD_BOUNDS

AS_PRINTED = {"value", "latest_value", "target_value"}
PROBABILITY_DECIMALS = 3
DASH = "\N{EN DASH}"
SIGNIFICANT_DIGITS = 5
PRINT_CHANGES = np.union1d(np.arange(1, 200, 2) / 200, LIKELIHOOD_BOUNDS[:-1])
"""Probabilities at which the printed percentage, or its word, becomes another."""

_PLAIN_PATH = re.compile(r"(?:\w[\w.-]*/)*\w[\w.-]*", re.ASCII)


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


def round_significant(values: np.ndarray | float, digits: int = SIGNIFICANT_DIGITS) -> np.ndarray:
    """Round to significant digits, element by element; zero and missing values stay."""
    numbers = np.asarray(values, dtype=float)
    size = np.where(np.isfinite(numbers) & (numbers != 0), np.abs(numbers), 1.0)
    # Powers beyond 1e290 overflow; such numbers stay as they are.
    places = np.clip(digits - 1 - np.floor(np.log10(size)), -290, 290)
    power = 10.0 ** np.abs(places)
    up = np.where(places >= 0, numbers * power, numbers / power)
    back = np.where(places >= 0, np.rint(up) / power, np.rint(up) * power)
    return np.where(np.isfinite(back), back, numbers)


def round_probabilities(values: np.ndarray) -> np.ndarray:
    """Round to 3 decimals, or to the fewest with which the same percentage and word are printed.

    0.85497 is 85 %, and so is what stands in a table for it; 0.855 would be printed as 86 %.
    """
    numbers = np.asarray(values, dtype=float)
    result = np.round(numbers, PROBABILITY_DECIMALS)
    for decimals in range(PROBABILITY_DECIMALS + 1, 16):
        lost = np.isin(result, PRINT_CHANGES) & (result != numbers)
        if not lost.any():
            break
        result = np.where(lost, np.round(numbers, decimals), result)
    return result


def rounded(frame: pd.DataFrame, digits: int = SIGNIFICANT_DIGITS) -> pd.DataFrame:
    """Return a copy with every float column rounded by the rule of this module."""
    result = frame.copy()
    for name in result.select_dtypes("float"):
        values = result[name].to_numpy()
        if str(name).startswith("probability"):
            result[name] = round_probabilities(values)
        elif name in AS_PRINTED:
            result[name] = round_significant(values, 10)
        else:
            result[name] = round_significant(values, digits)
    if {"value", "spliced_value"} <= set(frame):
        # A value that no splice moved is the printed one.
        same = frame["spliced_value"].eq(frame["value"])
        result["spliced_value"] = result["spliced_value"].mask(same, result["value"])
    return result


def neutral(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula."""
    return f"'{text}" if runs_as_formula(text) else text


def restored(text: str) -> str:
    """Undo `neutral`."""
    inner = text[1:]
    return inner if text.startswith("'") and inner and neutral(inner) == text else text


def harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy in which no text, and no name of a column, is taken for a formula."""
    result = frame.rename(columns=lambda name: neutral(name) if isinstance(name, str) else name)
    for place, kind in enumerate(result.dtypes):
        if not (pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_datetime64_any_dtype(kind)):
            cells = result.iloc[:, place].astype(object)
            texts = {cell for cell in cells if isinstance(cell, str)}
            guarded = {text: neutral(text) for text in texts if runs_as_formula(text)}
            if guarded:
                made = [
                    guarded.get(cell, cell) if isinstance(cell, str) else cell for cell in cells
                ]
                result.isetitem(place, pd.Series(made, index=result.index, dtype=object))
    return result


def csv_text(frame: pd.DataFrame) -> str:
    """Give a table as CSV: rounded, dates as ISO text, no formulas, without its index."""
    made = harmless(rounded(frame))
    return made.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")


def write_table(frame: pd.DataFrame, folder: Path | None, name: str) -> Path | None:
    """Write a table as CSV below a folder, in one step.

    Parameters
    ----------
    frame : DataFrame
        Written without its index, rounded by `rounded`, made harmless by `harmless`.
    folder : Path or None
        Made if missing; None writes nothing, so that a notebook can be read without leaving traces.
    name : str
        Path below the folder, such as "projections/sei_share.csv".

    Returns
    -------
    Path or None
        The file.

    Raises
    ------
    helpers.problems.InputError
        For a name that leads out of the folder, or that is not plain: it may come from data.
    """
    if folder is None:
        return None
    if not _PLAIN_PATH.fullmatch(name):
        mend = "use letters, digits, dots, dashes and underscores below the folder"
        raise InputError(f"{shown(name)}: not a name for a table; {mend}")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(csv_text(frame), encoding="utf-8", newline="")
    part.replace(path)
    return path
