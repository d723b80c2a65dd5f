"""Figures of the first months of a year, and the full years that they grew into."""

from datetime import date

import numpy as np
import pandas as pd

from helpers.problems import InputError
from helpers.vintages.series import Archive, best_figures, known_on

YEAR = 12
_KEY = ["area", "year", "definition"]
_KEPT = ["value", "decimals", "qualifier", "grade", "source_id", "known_from"]


def is_stock(indicators: pd.DataFrame, indicator: str) -> bool:
    """Say whether an indicator is a stock taken at a day, by its description.

    A stock in June is no part of the stock in December, so it has no nowcast.
    """
    row = indicators.set_index("indicator").loc[indicator]
    return "stock" in row["description"] or row["scale"] != "log"


def partial_figures(
    archive: Archive, as_of: date | str, indicator: str, min_grade: str = "unverified"
) -> pd.DataFrame:
    """List the part-year figures of an indicator that were known on a date, for all areas.

    Parameters
    ----------
    archive : Archive
    as_of : date or str
    indicator : str
        A flow: something that adds up over the months of a year.
    min_grade : str
        Weakest grade that is kept.

    Returns
    -------
    DataFrame
        One row an area, year, definition and month: `months` counted from January, and value,
        decimals, qualifier, grade, source_id, known_from. Lower bounds are no values.

    Raises
    ------
    helpers.problems.InputError
        If the indicator is unknown, or no flow.
    """
    if indicator not in set(archive.indicators["indicator"]):
        raise InputError(f"indicator {indicator!r} is not in indicators.csv")
    if is_stock(archive.indicators, indicator):
        raise InputError(
            f"indicator {indicator!r} is a stock, a share or a rate: its figure of some months is "
            "no part of a year; ask for a count or an amount of the year"
        )
    known = known_on(archive, as_of, min_grade)
    parts = known[known["indicator"].eq(indicator) & known["months"].lt(YEAR)]
    parts = parts[parts["qualifier"].ne("lower_bound") & parts["value"].gt(0)]
    parts = parts.drop_duplicates([*_KEY, "months"])
    columns = ["indicator", *_KEY[:2], "months", "definition", *_KEPT]
    return parts[columns].sort_values(["year", "months", "area"], ignore_index=True)


def completed(
    archive: Archive, as_of: date | str, indicator: str, min_grade: str = "unverified"
) -> pd.DataFrame:
    """Pair part-year figures with the full year, where both were known on a date.

    Parameters
    ----------
    archive, as_of, indicator, min_grade
        As for `partial_figures`.

    Returns
    -------
    DataFrame
        The rows of `partial_figures` whose full year, under the same definition, was known and is
        no estimate; the full year's columns end in `_full`. `log_ratio` is the log of full year
        over part, and `span` the log of 12 over the months: what it would be if every month
        brought the same.
    """
    parts = partial_figures(archive, as_of, indicator, min_grade)
    full = best_figures(known_on(archive, as_of, min_grade))
    full = full[full["indicator"].eq(indicator) & full["status"].ne("estimate")]
    pairs = parts.merge(full[[*_KEY, *_KEPT]], on=_KEY, suffixes=("", "_full"))
    pairs = pairs[pairs["value_full"].gt(0)].reset_index(drop=True)
    return pairs.assign(
        log_ratio=np.log(pairs["value_full"] / pairs["value"]),
        span=np.log(YEAR / pairs["months"]),
    )
