"""The value of every indicator, area and year as it was known on a date, and as first printed.

Which figure counts follows `data/raw/README.md`: a figure is used from the day it was public, a
final figure beats an estimate, a bound is no value, definitions follow one another but are never
mixed, and gaps stay gaps. Where a question has no series, the first thing that leaves no figure is
named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.problems import find
from helpers.vintages.archive import (
    KEY,
    SERIES_COLUMNS,
    Archive,
    Pair,
    day_of,
    last_day,
    open_archive,
)
from helpers.vintages.breaks import growth_of_parts, mark_breaks, splice
from helpers.vocabulary import GRADES, SPLICES
from helpers.wording.english import graded
from helpers.wording.language import ENGLISH

__all__ = [
    "SERIES_COLUMNS",
    "Archive",
    "SeriesChoice",
    "best_figures",
    "first_prints",
    "known_on",
    "known_series",
    "last_day",
    "open_archive",
    "revisions",
]


@dataclass(frozen=True)
class SeriesChoice:
    """Which figures make a series.

    Attributes
    ----------
    min_grade : str
        Weakest grade of source that is used, one of `GRADES`.
    splice : str
        How levels are joined at a break, one of `SPLICES`.
    suspected_breaks : bool
        Splice also where a break is only suspected.
    stand_ins : bool
        Use a stand-in at the end of a series until a main figure is out.
    definition : str
        Use this definition alone, also an alternative one; empty for the main series.
    left_out : frozenset of (str, int)
        Source and year of figures that are not used.
    """

    min_grade: str = "unverified"
    splice: str = "real_growth"
    suspected_breaks: bool = False
    stand_ins: bool = True
    definition: str = ""
    left_out: frozenset[tuple[str, int]] = frozenset()

    def __post_init__(self) -> None:
        """Refuse unknown words by name."""
        find(self.min_grade, GRADES, "min_grade")
        find(self.splice, SPLICES, "splice")

    @property
    def settings(self) -> dict[str, Any]:
        """What somebody may set, by name: all but single figures."""
        return {each.name: getattr(self, each.name) for each in fields(self)[:-1]}

    @property
    def grades(self) -> tuple[str, ...]:
        """Grades of source that are used, the best first."""
        return _grades_from(self.min_grade)


def known_on(archive: Archive, as_of: date | str, min_grade: str = "unverified") -> pd.DataFrame:
    """Keep the figures that were public on a date and are graded well enough.

    Parameters
    ----------
    as_of : date or str
        The as-of date; a figure published that day counts as known.
    min_grade : str
        Weakest grade that is kept.
    """
    figures = archive.figures
    return figures[public_on(figures, day_of(as_of), _grades_from(min_grade))]


def public_on(figures: pd.DataFrame, day: pd.Timestamp, grades: Sequence[str]) -> np.ndarray:
    """Mark the figures that were public on a day and are of one of some grades."""
    known = figures["known_from"].to_numpy() <= day.to_datetime64()
    return known & np.isin(figures["grade"].to_numpy(object), grades)


def _grades_from(weakest: str) -> tuple[str, ...]:
    return GRADES[: GRADES.index(find(weakest, GRADES, "min_grade")) + 1]


def best_figures(known: pd.DataFrame) -> pd.DataFrame:
    """Choose one full-year figure per indicator, area, year and definition.

    Parameters
    ----------
    known : DataFrame
        Figures in the order of an `Archive`: the first of a kind wins. Lower bounds are left out:
        a bound is not a value.
    """
    return values_of_years(known).drop_duplicates([*KEY, "definition"])


def values_of_years(figures: pd.DataFrame) -> pd.DataFrame:
    """Keep figures of full years that are values: a lower bound is none."""
    return figures[figures["months"].eq(12) & figures["qualifier"].ne("lower_bound")]


def known_series(
    archive: Archive,
    as_of: date | str,
    choice: SeriesChoice | None = None,
    *,
    indicator: str | None = None,
    area: str | None = None,
) -> pd.DataFrame:
    """Build the annual series as known on a date, one row per indicator, area and year.

    Parameters
    ----------
    as_of : date or str
        Nothing published later is used.
    choice : SeriesChoice, optional
        Which figures count and how breaks are spliced.
    indicator, area : str, optional
        Keep one indicator or area only.

    Returns
    -------
    DataFrame
        Columns `SERIES_COLUMNS`. `value` is as published; `spliced_value` is on the level of the
        latest definition; `break_before` says how sure a change of definition between this point
        and the one before is ("no" longer comparable, "suspected", or empty).

    Raises
    ------
    helpers.problems.InputError
        For an indicator, area or definition that the raw tables do not hold, and for a day that
        is not written as YYYY-MM-DD.
    """
    # What a caller writes into a copy does not reach what is remembered.
    return remembered_series(archive, as_of, choice, indicator, area).copy(deep=False)


def remembered_series(
    archive: Archive,
    as_of: date | str,
    choice: SeriesChoice | None = None,
    indicator: str | None = None,
    area: str | None = None,
) -> pd.DataFrame:
    """Build a series as `known_series`, one object for all days that know the same; not to change.

    Raises
    ------
    helpers.problems.InputError
        As `known_series`.
    """
    choice = choice or SeriesChoice()
    archive.check(indicator, area, choice.definition)
    today = day_of(as_of)
    parts = []
    for pair in _asked_pairs(archive, indicator, area):
        # All days of an epoch know the same.
        key = (pair, choice, archive.epochs.of(pair, today, choice.grades))
        make = partial(_known_pair, archive, pair, today, choice)
        parts.append(archive.remembered(key, make))
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=SERIES_COLUMNS)
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def _asked_pairs(archive: Archive, indicator: str | None, area: str | None) -> list[Pair]:
    if indicator is not None and area is not None:
        return [(indicator, area)] if (indicator, area) in archive.pairs else []
    return [p for p in archive.pairs if indicator in (None, p[0]) and area in (None, p[1])]


def _known_pair(
    archive: Archive, pair: Pair, today: pd.Timestamp, choice: SeriesChoice
) -> pd.DataFrame:
    """Build the known series of one indicator and area, once for the same figures."""
    candidates = archive.choices[pair][1]
    best = candidates.best(today, choice.grades, choice.left_out)
    if choice.definition:
        places = candidates.defined(best, choice.definition)
    else:
        places = candidates.series(best, stand_ins=choice.stand_ins)
    linked = {} if candidates.alike(places) else _linked(archive, pair, today, choice)
    how = (pair, choice.splice, choice.suspected_breaks)
    key = (*how, places.tobytes(), *(at.tobytes() for at in linked.values()))
    return archive.remembered(key, lambda: _joined(archive, pair, places, linked, choice))


def _joined(
    archive: Archive,
    pair: Pair,
    places: np.ndarray,
    linked: Mapping[Pair, np.ndarray],
    choice: SeriesChoice,
) -> pd.DataFrame:
    """Put the figures at some places into one series, spliced where their definition changes."""
    figures, candidates = archive.choices[pair]
    chosen = figures.take(places).set_axis(pd.RangeIndex(len(places)))
    if candidates.alike(places):
        return chosen
    marked = mark_breaks(chosen, archive.used[pair])
    return splice(
        marked,
        _growth(archive, linked),
        archive.indicators,
        method=choice.splice,
        suspected=choice.suspected_breaks,
    )


def _linked(
    archive: Archive, pair: Pair, today: pd.Timestamp, choice: SeriesChoice
) -> dict[Pair, np.ndarray]:
    """Places of the real growth of the parts of a share under main definitions, known on a day."""
    places = {}
    for name in growth_of_parts(pair[0], archive.indicators):
        if (name, pair[1]) in archive.pairs:
            candidates = archive.choices[name, pair[1]][1]
            best = candidates.best(today, choice.grades, choice.left_out)
            places[name, pair[1]] = candidates.main(best)
    return places


def _growth(archive: Archive, linked: Mapping[Pair, np.ndarray]) -> pd.DataFrame:
    parts = [archive.choices[pair][0].iloc[places] for pair, places in linked.items()]
    return pd.concat(parts or [pd.DataFrame(columns=SERIES_COLUMNS)])


def linking_figures(archive: Archive, series: pd.DataFrame, as_of: date | str) -> pd.DataFrame:
    """Return the known growth figures of the years at which a series is spliced.

    `series`: a known series of one indicator and area.

    Returns
    -------
    DataFrame
        Columns as `SERIES_COLUMNS`; no rows for a series without a splice.
    """
    at = series.loc[series["link_method"].eq("real_growth"), "year"]
    if at.empty:
        return series.iloc[:0]
    pair = (series.loc[0, "indicator"], series.loc[0, "area"])
    figures = _growth(archive, _linked(archive, pair, day_of(as_of), SeriesChoice()))
    return figures[figures["year"].isin(at)]


def first_prints(figures: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Return for each year of a known series the figure that was out first.

    Parameters
    ----------
    figures : DataFrame
        Figures of one indicator and area, dated.
    series : DataFrame
        A known series of them: of each year only figures of the definition used there count.

    Returns
    -------
    DataFrame
        Indexed by year; the columns of `figures`. Estimates are no prints.
    """
    points = values_of_years(figures)
    points = points[points["status"].ne("estimate")].dropna(subset="known_from")
    used = series.set_index("year")["definition"]
    points = points[points["definition"].eq(points["year"].map(used))]
    first = points.sort_values(["known_from", "source_id"]).drop_duplicates("year")
    return first.set_index("year", drop=False).sort_index()


def revisions(archive: Archive, indicator: str, area: str) -> pd.DataFrame:
    """List every dated full-year figure of one indicator and area in the order it became known.

    Returns
    -------
    DataFrame
        One row per figure with year, value, definition, status, qualifier, grade, source_id,
        known_from, known_from_assumed, `first` (the first figure for its year and definition) and
        `change` (against the figure known before it for the same year and definition).

    Raises
    ------
    helpers.problems.InputError
        If the raw tables do not hold indicator or area.
    """
    archive.check(indicator, area)
    own = archive.pairs.get((indicator, area), archive.figures.iloc[:0])
    own = values_of_years(own).dropna(subset="known_from")
    own = own.sort_values(["known_from", "year", "source_id"], ignore_index=True)
    grouped = own.groupby(["year", "definition"])["value"]
    columns = ["year", "value", "definition", "status", "qualifier", "grade", "source_id"]
    return own[[*columns, "known_from", "known_from_assumed"]].assign(
        first=~own.duplicated(["year", "definition"]), change=grouped.diff()
    )


def why_no_series(
    archive: Archive,
    as_of: date | str,
    choice: SeriesChoice,
    indicator: str,
    area: str,
    first_year: int = 0,
) -> str:
    """Say what removes every figure: place, date, grade, definition or first year.

    Parameters
    ----------
    first_year : int
        Earlier years are left out.

    Returns
    -------
    str
        A sentence that names the value and what there is instead.
    """
    if (indicator, area) not in archive.pairs:
        return _held_elsewhere(archive, indicator, area)
    figures = archive.pairs[indicator, area]
    today = day_of(as_of)
    public = figures[figures["known_from"].le(today)]
    day = f"{today:%Y-%m-%d}"
    if public.empty:
        first = figures["known_from"].min()
        since = f"; the first became known on {first:%Y-%m-%d}" if pd.notna(first) else ""
        return f"No figure of this series was public on {day}{since}."
    values = values_of_years(public)
    if values.empty:
        return f"Only parts of years or bounds were public on {day}, no full-year figure."
    if choice.definition and not values["definition"].eq(choice.definition).any():
        return f"No figure under the definition {choice.definition} was public on {day}."
    if not values["year"].ge(first_year).any():
        return (
            f"No figure is left from {first_year} on: the latest of {day} is for "
            f"{values['year'].max()}."
        )
    values = values if choice.definition else values[values["use"].eq("main")]
    if len(values) and not values["grade"].isin(choice.grades).any():
        best = min(values["grade"].astype(str), key=GRADES.index)
        return (
            f"No figure{graded(choice.min_grade)} was public on {day}; the best is "
            f"{best}: try a weaker grade."
        )
    return f"No figure of the main series was public on {day}; choose a definition."


def _held_elsewhere(archive: Archive, indicator: str, area: str) -> str:
    names = archive.areas.set_index("area")["name_en"]
    held = [str(names[of]) for name, of in archive.pairs if name == indicator]
    place = names.get(area, area)
    if not held:
        return f"No figure of this indicator is held, for {place} or any other area."
    return (
        f"No figure of this indicator is held for {place}; there are figures for "
        f"{ENGLISH.joined(held)}."
    )
