"""Areas side by side: the same indicator elsewhere, the gaps to it, and shares of larger wholes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.vintages.series import (
    SERIES_COLUMNS,
    Archive,
    SeriesChoice,
    known_series,
    open_archive,
)
from helpers.vocabulary import AREA_KINDS

ADDITIVE = ("count", "cny_100m")
"""Units in which a part can be set against its whole; shares and rates do not add up."""
COLUMNS = ["area", "name", "kind", *(name for name in SERIES_COLUMNS if name != "area")]
GAP_COLUMNS = ["area", "name", "year", "own", "other", "difference", "ratio", "share"]


def compare(
    raw: RawData | Archive, as_of: date | str, indicator: str, choice: SeriesChoice | None = None
) -> pd.DataFrame:
    """Put the series of one indicator for every area that holds it below each other.

    Parameters
    ----------
    raw : RawData or Archive
        An archive knows no names: its areas are then named by their ids and have no kind.
    as_of : date or str
        Nothing published later is used.
    choice : SeriesChoice, optional
        Which figures count. A definition by name is not asked of other areas: each shows its main
        series.

    Returns
    -------
    DataFrame
        One row an area and year, the longest series first: area, name, kind (of area), then the
        columns of `helpers.vintages.series.known_series`; empty where nothing was known.
    """
    archive = raw if isinstance(raw, Archive) else open_archive(raw)
    main = replace(choice or SeriesChoice(), definition="")
    known = known_series(archive, as_of, main, indicator=indicator)
    order = known["area"].value_counts().index
    rank = known["area"].map({area: place for place, area in enumerate(order)})
    kept = known.assign(rank=rank).sort_values(["rank", "year"], ignore_index=True)
    if isinstance(raw, Archive):
        return kept.assign(name=kept["area"], kind="")[COLUMNS]
    named = raw.areas.set_index("area")
    return kept.assign(
        name=kept["area"].map(named["name_en"]), kind=kept["area"].map(named["kind"])
    )[COLUMNS]


def gaps(frame: pd.DataFrame, area: str, wholes: Sequence[str] = ()) -> pd.DataFrame:
    """Hold one area against each other area, in the years that both have.

    Parameters
    ----------
    frame : DataFrame
        As `compare` returns.
    area : str
        The area that is held against the others.
    wholes : sequence of str
        Areas that it is part of. Only those of a wider kind count, and only for counts and
        amounts. Empty: every wider area of kind country or world.

    Returns
    -------
    DataFrame
        One row another area and shared year: area and name (of the other), year, own and other
        (unit of the indicator), difference (own less other), ratio (own over other) and share
        (part of the whole, 0 to 1; NaN where the other area is no whole of it).
    """
    own = frame[frame["area"].eq(area)]
    others = frame[frame["area"].ne(area)]
    table = others.merge(own[["year", "value"]], on="year", suffixes=("", "_own"))
    ratio = table["value_own"] / table["value"].replace(0, np.nan)
    within = _is_whole(table, own, wholes)
    table = table.assign(
        own=table["value_own"],
        other=table["value"],
        difference=table["value_own"] - table["value"],
        ratio=ratio,
        share=ratio.where(within),
    )
    return table[GAP_COLUMNS].reset_index(drop=True)


def _is_whole(table: pd.DataFrame, own: pd.DataFrame, wholes: Sequence[str]) -> pd.Series:
    rank = {kind: place for place, kind in enumerate(AREA_KINDS)}
    narrow = own["kind"].map(rank).max() if len(own) else np.nan
    wider = table["kind"].map(rank).gt(narrow)
    named = table["area"].isin(wholes) if wholes else table["kind"].isin(["country", "world"])
    return wider & named & table["unit"].isin(ADDITIVE)


def growth_race(frame: pd.DataFrame, area: str) -> pd.DataFrame:
    """Compare mean yearly growth between the first and the last year that two areas share.

    Parameters
    ----------
    frame : DataFrame
        As `compare` returns, of an indicator above zero.
    area : str
        The area that is held against the others.

    Returns
    -------
    DataFrame
        One row another area with at least two shared years: area, name, first_year, last_year,
        own_growth and other_growth (percent a year), ahead (difference in points).
    """
    shared = gaps(frame, area).groupby(["area", "name"], sort=False)
    first, last = shared.first(), shared.last()
    years = last["year"] - first["year"]
    first, last, years = (part[years.gt(0)] for part in (first, last, years.astype(float)))
    own, other = (
        100 * ((last[side] / first[side]) ** (1 / years) - 1) for side in ("own", "other")
    )
    ends = pd.DataFrame({"first_year": first["year"], "last_year": last["year"]})
    return ends.assign(own_growth=own, other_growth=other, ahead=own - other).reset_index()
