"""Where each figure should lie, judged without it: from both sides in time, or by its neighbours.

A figure is projected from the years before it and, the series turned round in time, from the years
after it, by the project's own engine. It is held to be unusual only where both contradict it: after
a lasting step of the level one of the two goes on from the wrong level. Where neither side has
points enough, the nearest years must do.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.projection import project
from helpers.forecasting.transforms import WITH_ENDS, fitting_scale
from helpers.vintages.archive import Archive
from helpers.vocabulary import USES

WIDE, MIDDLE = 0.98, 0.8
"""Levels of the two central intervals: outside the wide one a figure asks by itself."""
LONGEST_GAP = 3
"""Years without a figure over which a side still speaks."""
MOST_YEARS = 30
"""Points of a side that are looked at, the nearest ones."""
BLOCK = 5000
"""Sides projected in one call."""
REVISION, OTHER_BASIS = 0.1, 0.2
"""Log distance within which two prints of one figure agree, of the same and of another definition:
nine in ten cells that the shipped tables hold twice lie within 7 %."""
STEP, LONE_STEP = 0.45, 0.8
"""Least log distance from the nearest years that is unusual, with several and with one of them."""
PART, WHOLE = (0.5, 1.5), 0.25
"""Of a flow, what some months may hold as a multiple of their share of the year; of a stock or a
share, the log distance from the year."""

Bounds = tuple[float, float]
ANYTHING: Bounds = (-math.inf, math.inf)
_COLUMNS = ("indicator", "area", "year", "months", "value", "definition", "use", "qualifier")


@dataclass(frozen=True)
class Expectation:
    """Where one figure should lie."""

    wide: Bounds = ANYTHING
    middle: Bounds = ANYTHING
    """`wide`, `middle`: bounds of the two intervals, in the unit of the figure; infinite where
    nothing is known."""
    basis: str = ""
    """What they were made from, like "the years before it"; empty where nothing is known."""
    twins: tuple[tuple[float, float], ...] = ()
    """Other prints of the same figure, of other publications, each with the log distance within
    which it agrees."""
    projected: bool = False
    """Whether they are intervals of a predictive distribution, and not merely a range."""
    bound: bool = False
    """Whether the figure is a lower bound: then it cannot lie too low."""

    def is_supported(self, value: float) -> bool:
        """Say whether another print of the figure agrees with a value."""
        return any(_agree(value, twin, within, self.bound) for twin, within in self.twins)

    def is_far(self, value: float) -> bool:
        """Say whether a value lies outside the middle interval, and no other print supports it."""
        return not self.is_supported(value) and self._is_outside(value, self.middle)

    def is_unusual(self, value: float) -> bool:
        """Say whether a value asks by itself.

        It does outside the wide interval, and where it contradicts every other print of the
        figure and lies outside the middle interval, or nothing else is known.
        """
        if self.is_supported(value):
            return False
        if self.twins and not self.basis:
            return True
        return self._is_outside(value, self.middle if self.twins else self.wide)

    def _is_outside(self, value: float, limits: Bounds) -> bool:
        return value > limits[1] or (value < limits[0] and not self.bound)


def _agree(value: float, other: float, within: float, bound: bool) -> bool:
    if value <= 0 or other <= 0:
        return value == other
    distance = math.log(value / other)
    return distance <= within and (bound or distance >= -within)


class _Point(NamedTuple):
    indicator: str
    area: str
    year: int
    months: int
    value: float
    definition: str
    use: str
    qualifier: str
    source_id: str

    @property
    def is_value(self) -> bool:
        return self.qualifier != "lower_bound"


class _Cell(NamedTuple):
    """A year of a series: what else is known of it does not depend on the figure there."""

    indicator: str
    area: str
    definition: str
    year: int


def expectations(archive: Archive, rows: Sequence[int]) -> list[Expectation]:
    """Say of figures where they should lie.

    Parameters
    ----------
    archive : Archive
        Of two figures for the same thing the first counts.
    rows : sequence of int
        Positions in `archive.figures`.

    Returns
    -------
    list of Expectation
        One a row. No print of a figure's own year enters the intervals of a full year.
    """
    columns = (archive.figures[name] for name in (*_COLUMNS, "source_id"))
    points = [_Point(*cells) for cells in zip(*columns, strict=True)]
    pairs: dict[tuple[str, str], list[_Point]] = defaultdict(list)
    for point in points:
        pairs[point.indicator, point.area].append(point)
    asked = [points[row] for row in rows]
    cells = {_cell(point): None for point in asked if point.months == 12}
    series = _Series(pairs)
    projected = _projected(cells, series, archive.scales)
    flows = _flows(archive.indicators)
    found = []
    for point in asked:
        if point.months < 12:
            expected = _part_of_year(point, series.of(_cell(point)), point.indicator in flows)
        else:
            cell = _cell(point)
            expected = projected.get(cell) or _near(cell, series.of(cell))
        twins = tuple(_twins(point, pairs[point.indicator, point.area]))
        found.append(replace(expected, twins=twins, bound=not point.is_value))
    return found


def _flows(indicators: pd.DataFrame) -> set[str]:
    """Name the amounts and counts that grow with the months of a year."""
    adds_up = indicators["unit"].isin(["count", "cny_100m"])
    return set(indicators["indicator"][adds_up & ~indicators["description"].str.contains("stock")])


def _cell(point: _Point) -> _Cell:
    return _Cell(point.indicator, point.area, point.definition, point.year)


def _twins(point: _Point, others: Sequence[_Point]) -> Iterator[tuple[float, float]]:
    for other in others:
        same = (other.year, other.months) == (point.year, point.months)
        if same and other.is_value and other.source_id != point.source_id:
            alike = other.definition == point.definition
            yield other.value, REVISION if alike else OTHER_BASIS


class _Series:
    """Full-year values by year, one series for each definition that leads: others fill its gaps."""

    def __init__(self, pairs: Mapping[tuple[str, str], Sequence[_Point]]):
        self._pairs = pairs
        self._made: dict[tuple[str, str, str], dict[int, float]] = {}

    def of(self, cell: _Cell) -> dict[int, float]:
        key = cell[:3]
        if key not in self._made:
            points = [p for p in self._pairs[key[:2]] if p.months == 12 and p.is_value]
            points.sort(key=lambda p: (p.definition != cell.definition, USES.index(p.use)))
            values: dict[int, float] = {}
            for point in points:
                values.setdefault(point.year, point.value)
            self._made[key] = dict(sorted(values.items()))
        return self._made[key]


class _Side(NamedTuple):
    """The years on one side of a figure, from the farthest to the nearest, and how far that is."""

    cell: _Cell
    back: tuple[int, ...]
    values: tuple[float, ...]


def _projected(
    cells: Mapping[_Cell, None], series: _Series, scales: Mapping[str, str]
) -> dict[_Cell, Expectation]:
    """Project every side of every cell, and join the two sides of a cell."""
    sides = [
        side
        for cell in cells
        for side in _sides(cell, series.of(cell))
        if not _came_from_an_end(side, scales[cell.indicator])
    ]
    # Blocks, as the tables of a batch grow with its series.
    blocks = [sides[i : i + BLOCK] for i in range(0, len(sides), BLOCK)]
    found_limits = [quantiles for block in blocks for quantiles in _quantiles(block, scales)]
    limits: dict[_Cell, list[np.ndarray]] = defaultdict(list)
    bases: dict[_Cell, list[str]] = defaultdict(list)
    for side, quantiles in zip(sides, found_limits, strict=True):
        limits[side.cell].append(quantiles)
        bases[side.cell].append("before" if side.back[-1] > 0 else "after")
    found = {}
    for cell, quantiles in limits.items():
        low, high = np.min(quantiles, axis=0), np.max(quantiles, axis=0)
        basis = f"the years {' and '.join(bases[cell])} it"
        found[cell] = Expectation(
            (float(low[0]), float(high[3])), (float(low[1]), float(high[2])), basis, projected=True
        )
    return found


def _sides(cell: _Cell, values: Mapping[int, float]) -> Iterator[_Side]:
    back = {cell.year - year: value for year, value in values.items() if year != cell.year}
    for sign in (1, -1):
        own = sorted(((k, v) for k, v in back.items() if k * sign > 0), key=lambda p: -abs(p[0]))
        own = own[-MOST_YEARS:]
        if len(own) >= MIN_POINTS and abs(own[-1][0]) <= LONGEST_GAP:
            yield _Side(cell, *zip(*own, strict=True))


def _came_from_an_end(side: _Side, scale: str) -> bool:
    """Whether most later years stand at an end of the scale: how it was come to is not in them."""
    ends = WITH_ENDS.get(fitting_scale(side.values, scale), ())
    return side.back[-1] < 0 and 2 * sum(v in ends for v in side.values) >= len(side.values)


def _quantiles(sides: Sequence[_Side], scales: Mapping[str, str]) -> np.ndarray:
    """Bounds of the wide and middle interval at each side's cell, shape (n, 4)."""
    width = max(abs(side.back[0]) - abs(side.back[-1]) for side in sides) + 1
    table = np.full((len(sides), width), np.nan)
    for row, side in zip(table, sides, strict=True):
        row[width - 1 + abs(side.back[-1]) - np.abs(side.back)] = side.values
    gaps = np.array([abs(side.back[-1]) for side in sides])
    # The year of the figure is 0 for every side: also one that runs backwards is projected ahead.
    batch = SeriesBatch(tuple(map(str, range(len(sides)))), table, -gaps)
    kinds = [fitting_scale(side.values, scales[side.cell.indicator]) for side in sides]
    levels = [(1 - WIDE) / 2, (1 - MIDDLE) / 2, (1 + MIDDLE) / 2, (1 + WIDE) / 2]
    projected = project(batch, int(gaps.max()), scale=kinds)
    return projected.quantiles(levels)[np.arange(len(sides)), gaps - 1]


def _near(cell: _Cell, values: Mapping[int, float]) -> Expectation:
    """Compare a figure with the nearest years, by as much as the series has grown in any year."""
    others = {year: math.log(v) for year, v in values.items() if v > 0 and year != cell.year}
    years = list(others)
    before = max((y for y in years if y < cell.year), default=None)
    after = min((y for y in years if y > cell.year), default=None)
    both = [year for year in (before, after) if year is not None]
    near = [year for year in both if abs(year - cell.year) <= LONGEST_GAP]
    if not near or min(values.values()) <= 0:
        return Expectation()
    steps = [abs(others[b] - others[a]) / math.sqrt(b - a) for a, b in pairwise(years)]
    step = max(LONE_STEP if len(others) == 1 else STEP, 2 * max(steps, default=0.0))
    wide, middle = (
        (
            math.exp(min(others[y] - part * step * math.sqrt(abs(y - cell.year)) for y in near)),
            math.exp(max(others[y] + part * step * math.sqrt(abs(y - cell.year)) for y in near)),
        )
        for part in (1.0, 0.5)
    )
    return Expectation(wide, middle, "its neighbours")


def _part_of_year(point: _Point, values: Mapping[int, float], flow: bool) -> Expectation:
    """Compare a figure of some months with the full year, or with the nearest ones."""
    apart = sorted(values, key=lambda year: abs(year - point.year))
    near = [year for year in apart if year == point.year] or apart[:2]
    near = [year for year in near if abs(year - point.year) <= LONGEST_GAP]
    if not near or min(values[year] for year in near) <= 0:
        return Expectation()
    wider = math.exp(0.6 * max(abs(year - point.year) for year in near))
    share = point.months / 12
    low, high = math.exp(-WHOLE), math.exp(WHOLE)
    if flow:
        low, high = PART[0] * share, min(PART[1] * share, 1.0)
    wide = (
        min(values[year] for year in near) * low / wider,
        max(values[year] for year in near) * high * wider,
    )
    return Expectation(wide, wide, "the full year" if point.year in near else "the nearest years")
