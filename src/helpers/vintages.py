"""The value of every indicator, area and year as it was known on a date.

Which figure counts follows `data/raw/README.md`: a figure is used from the day it was public, a
final figure beats an estimate, a bound is no value, definitions follow one another but are never
mixed, and gaps stay gaps.
"""

import weakref
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from helpers.breaks import SPLICES, mark_breaks, splice
from helpers.candidates import Candidates
from helpers.epochs import Epochs
from helpers.observations import RawData

GRADES = ("official", "press", "secondary", "unverified")
STATUSES = ("revised", "final", "preliminary", "estimate")
QUALIFIERS = ("exact", "rounded", "derived", "lower_bound")

KEY = ["indicator", "area", "year"]
SERIES_COLUMNS = [
    *KEY,
    "value",
    "spliced_value",
    "unit",
    "decimals",
    "definition",
    "status",
    "qualifier",
    "grade",
    "source_id",
    "known_from",
    "known_from_assumed",
    "break_before",
    "link_factor",
    "link_method",
]
COMPUTED = ("spliced_value", "break_before", "link_factor", "link_method")
REMEMBERED = 5000
"""Series that an archive remembers before it starts anew: some 50 MB."""
_opened: list[tuple[weakref.ref, "Archive"]] = []


@dataclass(frozen=True)
class Archive:
    """Every figure with the day it became known, and what the figures mean.

    Attributes
    ----------
    figures : DataFrame
        One row per published figure, with `known_from` and `known_from_assumed`; of two figures
        for the same thing the one that counts stands first.
    indicators, definitions : DataFrame
        The raw tables of these names.
    """

    figures: pd.DataFrame
    indicators: pd.DataFrame
    definitions: pd.DataFrame

    @cached_property
    def pairs(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Figures by indicator and area: a replay looks up one pair at a time."""
        return dict(iter(self.figures.groupby(["indicator", "area"], sort=True)))

    @cached_property
    def choices(self) -> dict[tuple[str, str], tuple[pd.DataFrame, Candidates]]:
        """By indicator and area: what a series shows of the figures, and how they are chosen."""
        return _Choices(self)

    @cached_property
    def epochs(self) -> Epochs:
        """Between which publications a day lies."""
        return Epochs(self.pairs, [name for name in self.indicators["real_growth"] if name])

    @cached_property
    def memory(self) -> dict[tuple, pd.DataFrame]:
        """Known series that were asked for before: those of one epoch are the same."""
        return {}

    @cached_property
    def used(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Definitions by indicator and area under which any figure was ever published."""
        return _UsedDefinitions(self)


class _UsedDefinitions(dict):
    """Looked up when first asked for: a table of all takes longer than most questions."""

    def __init__(self, archive: Archive):
        super().__init__()
        self._archive = archive

    def __missing__(self, pair: tuple[str, str]) -> pd.DataFrame:
        names = self._archive.pairs[pair]["definition"].unique()
        table = self._archive.definitions
        self[pair] = table[table["definition"].isin(names)]
        return self[pair]


class _Choices(dict):
    """As `_UsedDefinitions`."""

    def __init__(self, archive: Archive):
        super().__init__()
        self._archive = archive

    def __missing__(self, pair: tuple[str, str]) -> tuple[pd.DataFrame, Candidates]:
        figures = self._archive.pairs[pair]
        shown = figures[[name for name in SERIES_COLUMNS if name not in COMPUTED]]
        self[pair] = shown, Candidates(figures, self._archive.used[pair])
        return self[pair]


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
    """

    min_grade: str = "unverified"
    splice: str = "real_growth"
    suspected_breaks: bool = False
    stand_ins: bool = True
    definition: str = ""

    def __post_init__(self) -> None:
        """Refuse unknown words by name."""
        for name, value, allowed in (
            ("min_grade", self.min_grade, GRADES),
            ("splice", self.splice, SPLICES),
        ):
            if value not in allowed:
                raise ValueError(f"{name}: {value!r} is none of {', '.join(allowed)}")


def last_day(text: str) -> pd.Timestamp:
    """Return the last day that an ISO date, month or year can mean.

    Taking the last day keeps a figure out of views that end before it can have been public.
    """
    if not text:
        return pd.NaT
    return pd.Period(text, freq={4: "Y", 7: "M", 10: "D"}[len(text)]).end_time.normalize()


def open_archive(raw: RawData) -> Archive:
    """Add to every figure the day from which it was known.

    `known_from` is missing for a revision without a date: no dated view may use it.
    `known_from_assumed` says that the day is the usual release date, or the end of a month or
    year, and not a printed day. The archive of the same tables is opened once.
    """
    _opened[:] = [(known, archive) for known, archive in _opened if known() is not None][-8:]
    for known, archive in _opened:
        if known() is raw:
            return archive
    archive = Archive(_ranked(_dated(raw)), raw.indicators, raw.definitions)
    _opened.append((weakref.ref(raw), archive))
    return archive


def _dated(raw: RawData) -> pd.DataFrame:
    """Give every figure the day from which it was known."""
    figures = raw.observations
    published_text = figures["published"].astype(str)
    dates = {text: last_day(text) for text in published_text.unique()}
    published = pd.to_datetime(published_text.map(dates))
    usual = _usual_release(raw)
    by_rule = figures["status"].ne("revised") & (published.isna() | usual.lt(published))
    return figures.assign(
        known_from=published.mask(by_rule, usual),
        known_from_assumed=by_rule | published_text.str.len().ne(10),
    )


def _ranked(dated: pd.DataFrame) -> pd.DataFrame:
    """Put the figure that wins first, once for every date.

    Status decides (revised, final, preliminary, estimate), then whether a publication with the
    figure was read, then how it is qualified, then the grade, then the later publication.
    """
    order = pd.DataFrame(
        {
            "status": dated["status"].map(STATUSES.index),
            "unread": dated["grade"].eq("unverified"),
            "qualifier": dated["qualifier"].map(QUALIFIERS.index),
            "grade": dated["grade"].map(GRADES.index),
            "age": -dated["known_from"].astype("int64"),
            "source_id": dated["source_id"],
        }
    )
    return dated.loc[order.sort_values(list(order)).index].reset_index(drop=True)


def _usual_release(raw: RawData) -> pd.Series:
    """Last day of the usual release month of each figure, counted from its period's end."""
    figures = raw.observations
    lags = raw.indicators.set_index("indicator")["release_month"].astype(float)
    own_lags = raw.definitions.set_index("definition")["release_month"].astype(float)
    lag = figures["definition"].map(own_lags).fillna(figures["indicator"].map(lags))
    months = figures["year"] * 12 + figures["months"] - 1 + lag.astype(int)
    text = (months // 12).astype(str) + "-" + (months % 12 + 1).astype(str).str.zfill(2)
    return pd.to_datetime(text + "-01") + pd.offsets.MonthEnd(0)


def known_on(archive: Archive, as_of: date | str, min_grade: str = "unverified") -> pd.DataFrame:
    """Keep the figures that were public on a date and are graded well enough.

    Parameters
    ----------
    archive : Archive
    as_of : date or str
        The as-of date; a figure published that day counts as known.
    min_grade : str
        Weakest grade that is kept.
    """
    return _known(archive.figures, as_of, min_grade)


def _known(figures: pd.DataFrame, as_of: date | str, min_grade: str) -> pd.DataFrame:
    grades = GRADES[: GRADES.index(min_grade) + 1]
    return figures[figures["known_from"].le(pd.Timestamp(as_of)) & figures["grade"].isin(grades)]


def best_figures(known: pd.DataFrame) -> pd.DataFrame:
    """Choose one full-year figure per indicator, area, year and definition.

    Parameters
    ----------
    known : DataFrame
        Figures in the order of an `Archive`: the first of a kind wins. Lower bounds are left out:
        a bound is not a value.
    """
    points = known[known["months"].eq(12) & known["qualifier"].ne("lower_bound")]
    return points.drop_duplicates([*KEY, "definition"])


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
    archive : Archive
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
    """
    choice = choice or SeriesChoice()
    parts = [
        _remembered(archive, pair, as_of, choice) for pair in _asked_pairs(archive, indicator, area)
    ]
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=SERIES_COLUMNS)
    return pd.concat(parts, ignore_index=True)[SERIES_COLUMNS]


def _asked_pairs(
    archive: Archive, indicator: str | None, area: str | None
) -> list[tuple[str, str]]:
    if indicator is not None and area is not None:
        return [(indicator, area)] if (indicator, area) in archive.pairs else []
    return [p for p in archive.pairs if indicator in (None, p[0]) and area in (None, p[1])]


def _remembered(
    archive: Archive, pair: tuple[str, str], as_of: date | str, choice: SeriesChoice
) -> pd.DataFrame:
    """Build the known series of one indicator and area, once for all days of an epoch."""
    grades = GRADES[: GRADES.index(choice.min_grade) + 1]
    key = (pair, choice, archive.epochs.of(pair, as_of, grades))
    if key not in archive.memory:
        if len(archive.memory) >= REMEMBERED:
            archive.memory.clear()
        archive.memory[key] = _known_pair(archive, pair, as_of, choice)
    return archive.memory[key]


def _known_pair(
    archive: Archive, pair: tuple[str, str], as_of: date | str, choice: SeriesChoice
) -> pd.DataFrame:
    """Build the known series of one indicator and area."""
    today = pd.Timestamp(as_of)
    grades = GRADES[: GRADES.index(choice.min_grade) + 1]
    figures, candidates = archive.choices[pair]
    best = candidates.best(today, grades)
    if choice.definition:
        chosen = figures.iloc[candidates.defined(best, choice.definition)]
    else:
        chosen = figures.iloc[candidates.series(best, stand_ins=choice.stand_ins)]
    if chosen.empty:
        return chosen
    marked = mark_breaks(chosen, archive.used[pair])
    growth = chosen.iloc[:0]
    if marked["break_before"].any():
        links = [(name, pair[1]) for name in archive.indicators["real_growth"] if name]
        known = [_main_figures(archive, link, today, grades)
                 for link in links if link in archive.pairs]  # fmt: skip
        growth = pd.concat(known) if known else growth
    return splice(
        marked,
        growth,
        archive.indicators,
        method=choice.splice,
        suspected=choice.suspected_breaks,
    )


def _main_figures(
    archive: Archive, pair: tuple[str, str], today: pd.Timestamp, grades: tuple[str, ...]
) -> pd.DataFrame:
    """Figures of a main definition known on a day, one a year and definition."""
    figures, candidates = archive.choices[pair]
    return figures.iloc[candidates.main(candidates.best(today, grades))]


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
    points = figures[figures["months"].eq(12) & figures["qualifier"].ne("lower_bound")]
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
    """
    dated = archive.figures
    own = dated[dated["indicator"].eq(indicator) & dated["area"].eq(area) & dated["months"].eq(12)]
    own = own[own["qualifier"].ne("lower_bound")].dropna(subset="known_from")
    own = own.sort_values(["known_from", "year", "source_id"], ignore_index=True)
    grouped = own.groupby(["year", "definition"])["value"]
    columns = ["year", "value", "definition", "status", "qualifier", "grade", "source_id"]
    return own[[*columns, "known_from", "known_from_assumed"]].assign(
        first=~own.duplicated(["year", "definition"]), change=grouped.diff()
    )
