"""Every published figure with the day from which it was known, indexed by series.

A replay asks this hundreds of times: places in arrays are many times quicker to narrow down than
tables with a dozen columns of text.
"""

import weakref
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from helpers.days import period_end
from helpers.observations.raw_data import RawData, year_ends
from helpers.problems import find, iso_day
from helpers.vocabulary import GRADES, QUALIFIERS, STATUSES

NEVER = np.iinfo(np.int64).max


class Candidates:
    """The figures of one indicator and area.

    `figures`: those of an archive, in its order: of two for the same thing the one that counts
    first. `definitions`: those under which any of the figures was published.
    """

    def __init__(self, figures: pd.DataFrame, definitions: pd.DataFrame):
        known = figures["known_from"].astype("datetime64[ns]")
        self._known_from = np.where(known.isna(), NEVER, known.astype("int64"))
        grades = figures["grade"].tolist()
        self._grade = np.array([GRADES.index(grade) for grade in grades], dtype=int)
        self._source = figures["source_id"].to_numpy(object)
        self._point = (figures["months"].eq(12) & figures["qualifier"].ne("lower_bound")).to_numpy()
        self._year = figures["year"].to_numpy()
        self._definition = figures["definition"].to_numpy(object)
        self._use = figures["use"].to_numpy(object)
        columns = (definitions[name].tolist() for name in ("definition", "first_year"))
        first = {name: int(year) for name, year in zip(*columns, strict=True)}
        self._newness = np.array([first[name] for name in self._definition])
        cells: dict[tuple, int] = {}
        of = zip(self._year.tolist(), self._definition, strict=True)
        self._cell = np.array([cells.setdefault(cell, len(cells)) for cell in of], dtype=int)

    def best(
        self,
        as_of: pd.Timestamp,
        grades: tuple[str, ...],
        left_out: frozenset[tuple[str, int]] = frozenset(),
    ) -> np.ndarray:
        """Return the places of the figures known on a day, one a year and definition.

        What a source says of a year is passed over if `left_out` holds the pair.
        """
        if as_of is pd.NaT:
            return np.empty(0, dtype=int)
        graded = np.array([grade in grades for grade in GRADES])[self._grade]
        known = self._point & graded & (self._known_from <= as_of.as_unit("ns").value)
        places = np.flatnonzero(known)
        if left_out:
            of = zip(self._source[places], self._year[places], strict=True)
            places = places[[one not in left_out for one in of]]
        # The first of a cell is the one that counts.
        return places[np.sort(np.unique(self._cell[places], return_index=True)[1])]

    def main(self, places: np.ndarray) -> np.ndarray:
        """Keep the places of figures of a main definition."""
        return places[self._use[places] == "main"]

    def defined(self, places: np.ndarray, definition: str) -> np.ndarray:
        """Keep the places of figures of one definition, by year."""
        return self._by_year(places[self._definition[places] == definition])

    def series(self, places: np.ndarray, *, stand_ins: bool) -> np.ndarray:
        """Choose one a year: the main definition, the newer where two overlap, else a stand-in.

        A stand-in counts at the end only, after the last figure of a main definition.
        """
        main = self.main(places)
        main = main[np.lexsort((-self._newness[main], self._year[main]))]
        chosen = main[np.unique(self._year[main], return_index=True)[1]]
        if not len(chosen) or not stand_ins:
            return chosen
        late = places[self._use[places] == "stand_in"]
        late = late[self._year[late] > self._year[chosen[-1]]]
        return self._by_year(np.concatenate([chosen, late]))

    def alike(self, places: np.ndarray) -> bool:
        """Say whether figures are all of one definition."""
        return len(set(self._definition[places])) < 2

    def _by_year(self, places: np.ndarray) -> np.ndarray:
        return places[np.argsort(self._year[places])]


Pair = tuple[str, str]


class Epochs:
    """How many figures of each indicator and area were public on a day.

    What is known only grows: the same number on two days means the same figures.

    `pairs`: figures with `known_from` (missing: never) and `grade`. `linked`: indicators that a
    series of the same area may be spliced with.
    """

    def __init__(self, pairs: Mapping[Pair, pd.DataFrame], linked: Sequence[str]):
        self._pairs, self._linked = pairs, tuple(linked)
        self._days: dict[Hashable, np.ndarray] = {}

    def of(self, pair: Pair, as_of: date | str, grades: tuple[str, ...]) -> tuple[int, ...]:
        """Return the number of known figures of a series, then of each that it is spliced with."""
        day = day_of(as_of)
        if day is pd.NaT:
            return ()
        links = ((name, pair[1]) for name in self._linked)
        return tuple(
            int(np.searchsorted(self._known_from(p, grades), day.to_datetime64(), side="right"))
            for p in (pair, *links)
            if p in self._pairs
        )

    def _known_from(self, pair: Pair, grades: tuple[str, ...]) -> np.ndarray:
        """Days on which figures of these grades became public, in order."""
        key = (pair, grades)
        if key not in self._days:
            figures = self._pairs[pair]
            known = figures.loc[figures["grade"].isin(grades), "known_from"].dropna()
            self._days[key] = np.sort(known.to_numpy())
        return self._days[key]


PAIR = ["indicator", "area"]
KEY = [*PAIR, "year"]
CELL = [*KEY, "months", "definition"]
"""What a figure is of: figures with the same cell are prints of one thing."""
RELEASES = ("communique", "bulletin", "press_conference", "work_report")
"""Kinds of source that make figures public; all others may quote them, however late."""
TIMELY = pd.DateOffset(months=12)
"""An official text later than this after the usual release quotes an old figure."""
SERIES_COLUMNS = [
    *KEY, "value", "spliced_value", "unit", "decimals", "definition", "status", "qualifier",
    "grade", "source_id", "known_from", "known_from_assumed", "break_before", "link_factor",
    "link_method",
]  # fmt: skip
"""What a known series shows of each of its figures."""
DAY = len("2025-12-18")
"""Letters of a date that names a day, not a month or year."""
REMEMBERED = 5000
"""Answers that an archive remembers before it starts anew: some 50 MB of series."""
_opened: list[tuple[weakref.ref, "Archive"]] = []


@dataclass(frozen=True)
class Archive:
    """Every figure with the day it became known, and what the figures mean."""

    figures: pd.DataFrame
    """One row per published figure, with `known_from` and `known_from_assumed`; of two figures for
    the same thing the one that counts stands first."""
    indicators: pd.DataFrame
    definitions: pd.DataFrame
    areas: pd.DataFrame
    """`indicators`, `definitions`, `areas`: the raw tables of these names; the scale of an
    indicator is the one that it is projected on (`scale_of`)."""

    def check(
        self, indicator: str | None = None, area: str | None = None, definition: str = ""
    ) -> None:
        """Refuse a name that the raw tables do not hold.

        An empty name is that of none: a goal in words has no indicator.
        """
        given = {"indicator": indicator, "area": area, "definition": definition}
        for kind, name in given.items():
            if name:
                find(name, self._names[kind], kind, f"{kind}s.csv")

    @cached_property
    def _names(self) -> dict[str, frozenset[str]]:
        kinds = ("indicator", "area", "definition")
        return {kind: frozenset(getattr(self, f"{kind}s")[kind]) for kind in kinds}

    @cached_property
    def pairs(self) -> dict[Pair, pd.DataFrame]:
        """Figures by indicator and area: a replay looks up one pair at a time."""
        return dict(iter(self.figures.groupby(PAIR)))

    @cached_property
    def choices(self) -> dict[Pair, tuple[pd.DataFrame, Candidates]]:
        """By indicator and area: the figures as a series without a break, and how to choose."""
        return _WhenAsked(self._choice)

    @cached_property
    def epochs(self) -> Epochs:
        """Between which publications a day lies."""
        return Epochs(self.pairs, [name for name in self.indicators["real_growth"] if name])

    @cached_property
    def bounds(self) -> dict[Pair, pd.DataFrame]:
        """Lower bounds of full years under a main definition: no values, but they can settle."""
        figures = self.figures
        kept = figures["qualifier"].eq("lower_bound") & figures["months"].eq(12)
        return dict(iter(figures[kept & figures["use"].eq("main")].groupby(PAIR)))

    @cached_property
    def readings(self) -> dict[Pair, pd.DataFrame]:
        """Values of parts of a year under a main definition, by period, the best print last."""
        figures = self.figures
        kept = figures["qualifier"].ne("lower_bound") & figures["months"].lt(12)
        figures = figures[kept & figures["use"].eq("main")]
        ordered = figures[::-1].sort_values(["year", "months"], kind="stable")
        return dict(iter(ordered.groupby(PAIR)))

    @cached_property
    def scales(self) -> dict[str, str]:
        """The scale on which each indicator is projected."""
        return dict(zip(self.indicators["indicator"], self.indicators["scale"], strict=True))

    def is_level(self, indicator: str) -> bool:
        """Say whether a reading within a year can be held against that of a full year.

        That of a stock or share can; a flow adds up over the year, and growth is that of a part.
        """
        facts = self.facts[indicator]
        counted = facts["scale"] in ("logit", "share") or facts["unit"].startswith(("%", "index"))
        return counted or "stock" in facts["description"]

    @cached_property
    def facts(self) -> dict[str, dict[str, Any]]:
        """Rows of `indicators` by name."""
        return self.indicators.set_index("indicator").to_dict("index")

    @cached_property
    def year_ends(self) -> dict[str, int]:
        """Months in which years end, by indicator, as `helpers.days.period_end` takes them."""
        names = self.indicators["indicator"]
        return dict(zip(names, year_ends(names, self.indicators), strict=True))

    def usual_release(self, indicator: str, year: int) -> pd.Timestamp:
        """Last day of the month in which a year's figure is usually out; NaT if none is known."""
        months = float(self.facts[indicator]["release_month"])
        if np.isnan(months):
            return pd.NaT
        over = pd.Timestamp(period_end(year, ends=self.year_ends[indicator]))
        return over + pd.offsets.MonthEnd(int(months))

    @cached_property
    def memory(self) -> dict[tuple, Any]:
        """What was asked for before: known series (those of one epoch are the same), and laws."""
        return {}

    def remembered(self, key: tuple, make: Callable[[], Any]) -> Any:
        """Return what is remembered by a name, or make it."""
        if key not in self.memory:
            made = make()
            if len(self.memory) >= REMEMBERED:
                self.memory.clear()
            self.memory[key] = made
        return self.memory[key]

    @cached_property
    def used(self) -> dict[Pair, pd.DataFrame]:
        """Definitions by indicator and area under which any figure was ever published."""
        of, names = self.definitions["definition"], self.pairs
        return _WhenAsked(lambda pair: self.definitions[of.isin(names[pair]["definition"])])

    def _choice(self, pair: Pair) -> tuple[pd.DataFrame, Candidates]:
        whole = self._unbroken.take(self._places[pair])
        return whole, Candidates(self.pairs[pair], self.used[pair])

    @cached_property
    def _places(self) -> Mapping[Pair, np.ndarray]:
        return self.figures.groupby(PAIR).indices

    @cached_property
    def _unbroken(self) -> pd.DataFrame:
        """Every figure as a row of a series without a break."""
        figures = self.figures
        none = pd.array([""] * len(figures), dtype=figures["definition"].dtype)
        added = {"spliced_value": figures["value"], "break_before": none, "link_method": none}
        return figures.assign(**added, link_factor=1.0)[SERIES_COLUMNS]


class _WhenAsked(dict):
    """Entries made when first asked for: a table of all takes longer than most questions."""

    def __init__(self, make: Callable[[Pair], Any]):
        super().__init__()
        self._make = make

    def __missing__(self, pair: Pair) -> Any:
        self[pair] = self._make(pair)
        return self[pair]


def open_archive(raw: RawData) -> Archive:
    """Add to every figure the day from which it was known.

    `known_from` is missing for a revision without a date: no dated view may use it.
    `known_from_assumed` says that the day is the usual release date, or the end of a month or
    year, and not a printed day. data/raw/README.md has the rule. The archive of the same tables
    is opened once.
    """
    _opened[:] = [(known, archive) for known, archive in _opened if known() is not None][-8:]
    for known, archive in _opened:
        if known() is raw:
            return archive
    facts = raw.indicators
    columns = (facts[name] for name in ("scale", "plausible_min", "plausible_max"))
    scales = [scale_of(*row) for row in zip(*columns, strict=True)]
    indicators = facts.assign(scale=pd.Series(scales, facts.index, facts["scale"].dtype))
    archive = Archive(_ranked(_dated(raw)), indicators, raw.definitions, raw.areas)
    _opened.append((weakref.ref(raw), archive))
    return archive


def scale_of(scale: str, low: float, high: float) -> str:
    """Choose the scale whose ends can be reached where the plausible bounds reach them.

    A number that may be 0 has no logarithm, and a share that may be 0 or 100 no logit: such an
    indicator has a point mass at its end (`helpers.forecasting.transforms`).
    """
    if scale == "log" and low <= 0:
        return "count"
    return "share" if scale == "logit" and (low <= 0 or high >= 100) else scale


def _dated(raw: RawData) -> pd.DataFrame:
    """Give every figure the day from which it was known.

    The day of first release where it is stated; the day of a text that makes figures public; else
    the earlier of the text's day and the usual release, as a text may quote late. A derived
    figure is no earlier than what it is derived from, and the usual release gives way where an
    official text shows the day.
    """
    figures = raw.observations
    # A frame put together by hand may lack the column in some of its rows.
    stated = figures["first_release"].astype(object).fillna("").astype(str)
    printed = figures["published"].astype(str)
    released = figures["kind"].isin(RELEASES) & printed.str.len().eq(DAY) & stated.eq("")
    usual = _usual_release(raw)
    text_day = _last_days(printed)
    by_rule = figures["status"].ne("revised") & ~released & stated.eq("")
    by_rule &= text_day.isna() | usual.lt(text_day)
    known = text_day.mask(by_rule, usual).mask(stated.ne(""), _last_days(stated))
    whole_day = stated.where(stated.ne(""), printed).str.len().eq(DAY)
    dated = figures.assign(known_from=known, known_from_assumed=by_rule | ~whole_day)
    dated = _officially_dated(dated, usual, text_day)
    return _no_earlier_than_inputs(dated, text_day.where(stated.eq("")), raw.indicators)


def _last_days(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts.map({text: last_day(text) for text in texts.unique()}))


def _officially_dated(dated: pd.DataFrame, usual: pd.Series, text_day: pd.Series) -> pd.DataFrame:
    """Replace assumed days before an official release of the same value by printed ones."""
    sure = dated["grade"].eq("official") & ~dated["known_from_assumed"]
    official = dated[sure & dated["known_from"].le(usual + TIMELY)]
    assumed = dated[dated["known_from_assumed"] & dated["status"].ne("revised")]
    if official.empty or assumed.empty:
        return dated
    columns = [*CELL, "value", "decimals", "known_from"]
    pairs = assumed[columns].reset_index().merge(official[columns], on=CELL)
    unit = 10.0 ** -pairs[["decimals_x", "decimals_y"]].min(axis=1)
    equal = (pairs["value_x"] - pairs["value_y"]).abs().le(0.5 * unit)
    pairs = pairs[equal & pairs["known_from_x"].lt(pairs["known_from_y"])]
    shown = pairs.groupby("index")["known_from_y"].min()
    whole_day = dated["published"].astype(str).str.len().eq(DAY)
    days = pd.concat([shown, text_day[whole_day].reindex(shown.index)], axis=1).min(axis=1)
    return _moved(dated, days, days.index)


def _no_earlier_than_inputs(
    dated: pd.DataFrame, text_day: pd.Series, indicators: pd.DataFrame
) -> pd.DataFrame:
    """Date a derived figure from its own text, and a derived share from its parts too.

    Of a text dated by month or year alone nothing more is asked than that its period has come.
    """
    derived = dated[dated["qualifier"].eq("derived")]
    if derived.empty:
        return dated
    printed, text_day = derived["published"].astype(str), text_day[derived.index]
    begun = pd.to_datetime((printed + "-01-01").str[:DAY].where(text_day.notna()))
    inputs = [text_day.mask(derived["known_from"].between(begun, text_day))]
    period = ["indicator", "area", "year", "months"]
    first = dated.groupby(period)["known_from"].min()
    rows = indicators.set_index("indicator")
    for part in ("numerator", "denominator"):
        keys = derived[period].assign(indicator=derived["indicator"].map(rows[part]))
        own = first.reindex(pd.MultiIndex.from_frame(keys))
        inputs.append(pd.Series(own.to_numpy(), index=derived.index))
    youngest = pd.concat(inputs, axis=1).max(axis=1)
    moved = youngest[youngest.gt(derived["known_from"])]
    return _moved(dated, moved, moved.index[printed[moved.index].str.len().eq(DAY)])


def _moved(dated: pd.DataFrame, days: pd.Series, sure: pd.Index) -> pd.DataFrame:
    """Give some figures other days; those of `sure` are assumed no longer."""
    known = dated["known_from"].copy()
    known.loc[days.index] = days
    assumed = dated["known_from_assumed"] & ~dated.index.isin(sure)
    return dated.assign(known_from=known, known_from_assumed=assumed)


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
    late = year_ends(figures["indicator"], raw.indicators) - 12
    months = figures["year"] * 12 + figures["months"] - 1 + late + lag.astype(int)
    text = (months // 12).astype(str) + "-" + (months % 12 + 1).astype(str).str.zfill(2)
    return pd.to_datetime(text + "-01") + pd.offsets.MonthEnd(0)


@lru_cache(maxsize=4096)
def last_day(text: str) -> pd.Timestamp:
    """Return the last day that an ISO date, month or year can mean.

    Taking the last day keeps a figure out of views that end before it can have been public.
    """
    if not text:
        return pd.NaT
    return pd.Period(text, freq={4: "Y", 7: "M", 10: "D"}[len(text)]).end_time.normalize()


def day_of(value: date | str | np.datetime64, what: str = "as_of") -> pd.Timestamp:
    """Turn a day into a timestamp: a date, or a text that can be read in one way only.

    Parameters
    ----------
    value : date, str or datetime64
        A text is YYYY-MM-DD.
    what : str
        What the day is, for the sentence of a refusal.

    Raises
    ------
    helpers.problems.InputError
        For any other text, and for a bare number.
    """
    return pd.Timestamp(value if isinstance(value, np.datetime64) else iso_day(value, what))
