"""How far published figures are revised: learned from every figure that was printed twice.

A revision is the last print of a figure against the first, of one indicator, area, year and
definition: the logarithm of their ratio, of a share that of the smaller of its two parts. Its law
is Student's t, cut off at the largest revision on record (`helpers.forecasting.revision`). The
scale falls with the age of the first print. An indicator that is held in few prints has the scale
of its namesake among the reference prints, else that of all of them together.

The reference is `benchmarks/prints.csv`; its constants come from `benchmarks/revisions.py`.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from math import exp, isfinite
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.forecasting.projection import Projection, held
from helpers.forecasting.revision import DEGREES, chance_within, quantile, revise, together
from helpers.tables import half_unit
from helpers.vintages.archive import CELL, Archive, day_of
from helpers.vocabulary import GRADES, OUTCOME_STATUSES

TABLE = Path(__file__).parent / "constants" / "revisions.csv"
POOLED = "pooled"
ENOUGH = 10
"""Figures printed twice from which on an indicator's own revisions count."""
YOUNG, OLD = 0, 5
"""Ages, in years after the year of the figure, beyond which its law is that of the nearer one.

Prints that are older when first seen do not count: their revisions are those of old statistics.
"""
FIRST_AGE = 1
"""Age of a first print: annual figures are out in the year after."""
SHARES = ("logit", "share")
_OFFSETS = np.linspace(-3.0, 3.0, 301)
_LEAST = 1e-9


@dataclass(frozen=True)
class Law:
    """The law of the relative revision of a figure."""

    scale: float
    """Of a print of the year after the figure's."""
    decay: float
    """By how much the log of the scale falls for each year that the print is older."""
    largest: float
    """The largest revision on record."""
    prints: int
    """Figures printed twice that it rests on."""
    apart: float
    """Standard deviation of log scales between indicators."""

    def at(self, age: float) -> float:
        """Scale of a print of some age, in years after the year of the figure."""
        return self.scale * exp(-self.decay * (min(max(age, YOUNG), OLD) - FIRST_AGE))


@dataclass(frozen=True)
class RevisionRisk:
    """How far the figures behind one projection, and its outcome, can still be revised."""

    base: float
    """Scale of the revision of the last figure, relative."""
    outcome: float
    """Scale of that of the outcome after its first print."""
    largest: float
    """The largest revision on record, in the plan and in the reference."""
    prints: int
    """Figures printed twice behind the scales: of the indicator, or of all together."""
    own: bool
    """Whether they are those of the indicator."""


@cache
def reference(indicator: str = "") -> Law:
    """Read the law of the reference prints: of an indicator where they hold it, else of all."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = {row["indicator"]: row for row in csv.DictReader(file)}
    row, every = rows.get(indicator, rows[POOLED]), rows[POOLED]
    shared = {name: float(every[name]) for name in ("decay", "largest", "apart")}
    return Law(scale=float(row["scale"]), prints=int(row["prints"]), **shared)


def fit(revision: np.ndarray, age: np.ndarray, prior: Law) -> Law:
    """Move the scale of a law towards what further revisions say (maximum a posteriori).

    `revision`, `age`: relative, and of the first print in years after the year of the figure; both
    of shape (m,). `prior`: log scales of indicators lie around it, `prior.apart` wide.
    """
    if not len(revision):
        return prior
    width = np.array([prior.at(each) for each in age])[:, None] * np.exp(_OFFSETS)
    kernel = np.log1p((np.asarray(revision, float)[:, None] / width) ** 2 / DEGREES)
    likely = -(np.log(width) + (DEGREES + 1) / 2 * kernel).sum(axis=0)
    best = _OFFSETS[np.argmax(likely - _OFFSETS**2 / (2 * prior.apart**2))]
    largest = max(prior.largest, float(np.abs(revision).max()))
    return replace(
        prior, scale=prior.scale * exp(best), largest=largest, prints=len(np.asarray(revision))
    )


def relative(first: np.ndarray, last: np.ndarray, share: np.ndarray | bool) -> np.ndarray:
    """Give the relative revision of figures; NaN for what has no ratio.

    `share`: whether they are percentages of a whole.
    """
    first, last = np.asarray(first, float), np.asarray(last, float)
    turned = np.asarray(share) & (np.abs(first) > 50)
    one, other = (np.where(turned, 100.0 - each, each) for each in (first, last))
    same = (np.sign(one) == np.sign(other)) & (one != 0)
    ratio = np.divide(other, one, out=np.full(one.shape, np.nan), where=same)
    return np.where(turned, -1.0, 1.0) * np.log(ratio)


def reprints(archive: Archive, as_of: date | str) -> pd.DataFrame:
    """List the figures that were printed again on a later day, up to a day.

    Estimates, bounds, part-year figures and what no located publication supports are no prints. A
    difference within the rounding of the two is none.

    Returns
    -------
    DataFrame
        One row a cell: indicator, area, year, definition, first, last, age (years from the year of
        the figure to the first print) and revision.
    """
    prints, again = _prints(archive), _printed_again(archive, day_of(as_of))
    cells = prints.table[CELL].iloc[again.first].reset_index(drop=True)
    values = prints.table["value"].to_numpy(float)
    told = {"first": values[again.first], "last": values[again.last]}
    return cells.drop(columns="months").assign(**told, age=again.age, revision=again.revision)


@dataclass(frozen=True)
class _Prints:
    """Prints of full-year figures by day; of one day the figure that counts.

    A replay asks for the revisions known on every day of a publication, so that what does not
    depend on the day is reckoned once: arrays, one element a print.
    """

    table: pd.DataFrame
    indicator: np.ndarray
    day: np.ndarray
    half: np.ndarray
    share: np.ndarray
    cell: np.ndarray
    """Number of its cell; cells are numbered in the order of their first prints."""
    first: np.ndarray
    """Place of the first print of each cell."""

    def known(self, day: pd.Timestamp) -> int:
        """Count the prints up to a day."""
        return int(self.day.searchsorted(day.to_datetime64(), side="right"))


@dataclass(frozen=True)
class _PrintedAgain:
    """Places of the first and last print of cells, age at the first, and revision."""

    first: np.ndarray
    last: np.ndarray
    age: np.ndarray
    revision: np.ndarray


def _prints(archive: Archive) -> _Prints:
    return archive.remembered(("prints",), lambda: _prints_of(archive))


def _prints_of(archive: Archive) -> _Prints:
    figures = archive.figures
    kept = figures["months"].eq(12) & figures["qualifier"].ne("lower_bound")
    kept &= figures["status"].isin(OUTCOME_STATUSES) & figures["grade"].isin(GRADES[:-1])
    prints = figures[kept].dropna(subset="known_from")
    prints = prints.drop_duplicates([*CELL, "known_from"])
    prints = prints.sort_values("known_from", kind="stable", ignore_index=True)
    half = [half_unit(*of) for of in prints[["value", "decimals", "qualifier"]].to_numpy(object)]
    cell = prints.groupby(CELL, sort=False).ngroup().to_numpy()
    return _Prints(
        prints,
        prints["indicator"].to_numpy(object),
        prints["known_from"].to_numpy(),
        np.array(half, dtype=float),
        prints["indicator"].map(archive.scales).isin(SHARES).to_numpy(),
        cell,
        np.unique(cell, return_index=True)[1],
    )


def _printed_again(archive: Archive, day: pd.Timestamp) -> _PrintedAgain:
    prints = _prints(archive)
    known = prints.known(day)
    cell = prints.cell[:known]
    first = prints.first[: cell.max(initial=-1) + 1]
    last = np.zeros_like(first)
    last[cell] = np.arange(known)
    value = prints.table["value"].to_numpy(float)
    later = prints.day[last] > prints.day[first]
    first, last = first[later], last[later]
    moved = np.abs(value[last] - value[first]) > prints.half[first] + prints.half[last]
    revision = relative(value[first], value[last], prints.share[first])
    revision = np.where(moved, revision, 0.0)
    year = prints.table["year"].to_numpy()[first]
    age = prints.day[first].astype("datetime64[Y]").astype(int) + 1970 - year
    kept = (age <= OLD) & ~np.isnan(revision)
    return _PrintedAgain(first[kept], last[kept], age[kept], revision[kept])


def law_of(archive: Archive, indicator: str, as_of: date | str) -> Law:
    """Give the law of an indicator's revisions as far as a day knows them."""
    day, prints = day_of(as_of), _prints(archive)
    known = prints.known(day)

    def law() -> Law:
        key = ("reprints", known)
        every = archive.remembered(key, lambda: _printed_again(archive, day))
        own = prints.indicator[every.first] == indicator
        found = reference(indicator)
        if own.sum() >= ENOUGH:
            found = fit(every.revision[own], every.age[own], found)
        largest = np.abs(every.revision).max(initial=0.0)
        return replace(found, largest=max(found.largest, float(largest)))

    return archive.remembered(("law", indicator, known), law)


LAST = "indicator", "known_from", "year"
"""What the risk of a projection from a series looks at, of its last figure."""


def risk_of(archive: Archive, series: pd.DataFrame, as_of: date | str) -> RevisionRisk:
    """Give the revision risk of a projection from a known series.

    Parameters
    ----------
    series : DataFrame
        As `helpers.vintages.series.known_series`, of one indicator and area, not empty.
    as_of : date or str
        Later prints are not looked at.
    """
    indicator, known_from, year = (series[name].array[-1] for name in LAST)
    law = law_of(archive, indicator, as_of)
    return risk(law, known_from.year - int(year), law != reference())


def risk(law: Law, age: float = FIRST_AGE, own: bool = False) -> RevisionRisk:
    """Give the revision risk by a law where the last figure was printed at some age."""
    return RevisionRisk(law.at(age), law.at(FIRST_AGE), law.largest, law.prints, own)


def revised(
    projected: Projection, risks: Sequence[RevisionRisk], *, final: bool = False
) -> Projection:
    """Mix a projection over the revision of the figures that it starts from.

    Parameters
    ----------
    projected : Projection
        As the figures known now say it.
    risks : sequence of RevisionRisk
        One a series.
    final : bool
        Mix it also over the revision of the outcome: as finally revised, not as first published.
    """
    scale = [together(r.base, r.outcome) if final else r.base for r in risks]
    return revise(projected, np.array(scale), np.array([r.largest for r in risks]))


def words(law: Law, own: int = 0) -> str:
    """Say by how much figures are taken to be revised, and on what footing."""
    width = quantile(0.9) * law.at(FIRST_AGE)
    many = "figure" if own == 1 else "figures"
    footing = f"{own} {many} printed twice in the table, and " if own else ""
    return (
        f"as finally revised: a first print is taken to be within {100 * width:.1f} % of the last "
        f"in 80 of 100 cases, and within {100 * law.largest:.0f} % in all ({footing}"
        f"{reference().prints} reference figures printed twice)"
    )


def chance_when_final(
    value: float, low: float, high: float, share: bool, law: RevisionRisk
) -> float:
    """P(a printed figure lies between two lines when it is finally revised).

    `value`: as printed; NaN gives NaN. `low`, `high`: floor and ceiling, either infinite. `share`:
    whether they are percentages of a whole. `law`: of which `outcome` is the scale.

    Returns
    -------
    float
        Not below 1 % or above 99 %, unless the line is further away than any revision on record.
    """
    if np.isnan(value):
        return float("nan")

    def above(line: float) -> float:
        needed = relative(np.array(value), np.array(line), share)
        if np.isnan(needed):  # no revision leads to the other side of 0
            return float(value >= line)
        largest = np.array(law.largest)
        chance = 1.0 - chance_within(needed, np.array(law.outcome), largest)
        return float(held(chance, np.abs(needed), largest))

    reached = above(low) if isfinite(low) else 1.0
    return reached - (above(high) if isfinite(high) else 0.0)
