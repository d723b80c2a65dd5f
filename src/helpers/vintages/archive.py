"""Every published figure with the day from which it was known, opened once for its tables."""

import weakref
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.vintages.candidates import Candidates
from helpers.vintages.epochs import Epochs

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
"""What a known series shows of each of its figures."""
GRADES = ("official", "press", "secondary", "unverified")
STATUSES = ("revised", "final", "preliminary", "estimate")
QUALIFIERS = ("exact", "rounded", "derived", "lower_bound")
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
        """By indicator and area: the figures as a series without a break, and how to choose."""
        return _Choices(self)

    @cached_property
    def epochs(self) -> Epochs:
        """Between which publications a day lies."""
        return Epochs(self.pairs, [name for name in self.indicators["real_growth"] if name])

    @cached_property
    def bounds(self) -> pd.DataFrame:
        """Lower bounds of full years under a main definition: no values, but they can settle."""
        wanted = {"qualifier": "lower_bound", "months": 12, "use": "main"}
        kept = [self.figures[name].eq(value) for name, value in wanted.items()]
        return self.figures[np.logical_and.reduce(kept)]

    @cached_property
    def scales(self) -> dict[str, str]:
        """The scale on which each indicator is projected."""
        return dict(zip(self.indicators["indicator"], self.indicators["scale"], strict=True))

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
        none = pd.array([""] * len(figures), dtype=figures["definition"].dtype)
        whole = figures.assign(
            spliced_value=figures["value"], break_before=none, link_factor=1.0, link_method=none
        )
        candidates = Candidates(figures, self._archive.used[pair])
        self[pair] = whole[SERIES_COLUMNS], candidates
        return self[pair]


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


def last_day(text: str) -> pd.Timestamp:
    """Return the last day that an ISO date, month or year can mean.

    Taking the last day keeps a figure out of views that end before it can have been public.
    """
    if not text:
        return pd.NaT
    return pd.Period(text, freq={4: "Y", 7: "M", 10: "D"}[len(text)]).end_time.normalize()
