"""Figures against those of neighbouring years: slips of the pen by powers of ten."""

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from helpers.observations.rows import Entry

SLIP = 0.7
"""Distance from the neighbours, in powers of ten, from which a figure is taken for a slip.

A factor of five: a slip by ten stays visible beside a true growth or fall by half, and no step
of the shipped tables comes near it (tests/observations/test_raw_data.py measures how near).
"""

MOST = 100
"""Slips named in one series: a file in another unit needs no line for each of its rows."""

BREAK = 0.15
"""What the only figure of a definition may lie farther off, as it counts something else."""


class Bounds(NamedTuple):
    """Smallest and largest plausible figure of an indicator, its scale and its unit."""

    low: float
    high: float
    scale: str
    unit: str


Slip = tuple[Entry, str]
"""A figure that contradicts its neighbours, and what is wrong with it."""


@dataclass(eq=False)
class _Point:
    """A figure on the scale of powers of ten; ``level`` moves when a slip is mended."""

    entry: Entry
    year: int
    months: int
    level: float
    in_bounds: bool
    allowance: float = 0.0


def find_slips(
    entries: Sequence[Entry], bounds: dict[str, Bounds], threshold: float = SLIP
) -> list[Slip]:
    """Find figures that are a factor of about ten or more away from neighbouring years.

    Figures of one indicator, area, definition and number of months are compared with the
    geometric interpolation of the nearest years. A definition of one or two figures is compared
    with all definitions of its indicator, and a part of a year that stands alone with any other.

    Parameters
    ----------
    entries : sequence of Entry
        Observations.
    bounds : dict
        Bounds and scale by indicator; growth rates (scale linear) have no neighbours to compare.
    threshold : float
        Distance in powers of ten from which a figure is a slip.

    Returns
    -------
    list of (Entry, str)
        The slips, each with what is wrong and what may be right.
    """
    areas: dict[tuple, list[_Point]] = defaultdict(list)
    for entry in entries:
        record = entry.record
        limits = bounds.get(record.indicator)
        if limits and limits.scale != "linear" and record.value > 0:
            level = math.log10(record.value)
            inside = limits.low <= record.value <= limits.high
            point = _Point(entry, record.year, record.months, level, inside)
            areas[record.indicator, record.area].append(point)
    return [slip for points in areas.values() for slip in _slips_of_area(points, threshold)]


def _slips_of_area(points: list[_Point], threshold: float) -> list[Slip]:
    points = sorted(points, key=lambda p: (p.year, p.entry.row.file, p.entry.row.line))
    definitions: dict[tuple, list[_Point]] = defaultdict(list)
    months: dict[int, list[_Point]] = defaultdict(list)
    for point in points:
        definitions[point.entry.record.definition, point.months].append(point)
        months[point.months].append(point)
    counts = Counter(point.entry.record.definition for point in points)
    for point in points:
        point.allowance = BREAK if counts[point.entry.record.definition] == 1 else 0.0
    slips: list[Slip] = []
    for members in definitions.values():
        if len(members) > 2:
            slips += _farthest_first(members, members, _distance, threshold)
    for count, members in months.items():
        few = [p for p in members if len(definitions[p.entry.record.definition, count]) <= 2]
        enough = len(members) > 2 or (count == 12 and len(members) == 2)
        pool, distance = (members, _distance) if enough else (points, _distance_any_months)
        slips += _farthest_first(few, pool, distance, threshold)
    return slips


def _farthest_first(
    suspects: list[_Point],
    pool: list[_Point],
    distance: Callable[[list[_Point], int], float],
    threshold: float,
) -> list[Slip]:
    """Mend the suspect farthest from its neighbours, and name it, until none is far.

    A mended figure keeps its place among the neighbours, so that the gap it would leave does
    not make the next one look far.
    """
    suspected = {id(point) for point in suspects}
    slips: dict[int, Slip] = {}
    while len(pool) > 1 and len(slips) < MOST:
        left = [i for i, p in enumerate(pool) if id(p) in suspected and id(p) not in slips]
        measured = ((i, distance(pool, i)) for i in left)
        # Outside the bounds comes first: it is wrong in any case. Of two that contradict each
        # other the later is named: it is the newer entry.
        far = [
            (not pool[i].in_bounds, abs(moved), i, moved)
            for i, moved in measured
            if abs(moved) >= threshold + pool[i].allowance
        ]
        if not far:
            break
        _, size, worst, moved = max(far)
        point = pool[worst]
        others = (p for p in pool if p is not point)
        near = min(others, key=lambda other: abs(other.year - point.year))
        slips[id(point)] = (point.entry, slip_message(point.entry, moved, near.entry))
        point.level -= math.copysign(max(1, round(size)), moved)
    return list(slips.values())


def _distance(points: list[_Point], i: int) -> float:
    """Give the distance of a point from its neighbours in powers of ten, 0 when within them.

    Two neighbours on each side are tried in every combination, and other figures of the same
    year alone; the mildest result counts, so that a slip does not cast doubt on the next figure.
    """
    year, level = points[i].year, points[i].level
    first = bisect_left(points, year, key=_year)
    last = bisect_right(points, year, key=_year)
    before, after = points[max(first - 2, 0) : first], points[last : last + 2]
    twins = (*points[max(first, i - 2) : i], *points[i + 1 : min(last, i + 3)])
    distances = [level - twin.level for twin in twins]
    if before and after:
        distances += [level - _line(left, right, year) for left in before for right in after]
    elif before or after:
        near = before or after
        alone = [point.level for point in near] + ([_line(*near, year)] if len(near) == 2 else [])
        distances.append(_beyond(level, min(alone), max(alone)))
    return min(distances, key=abs)


def _year(point: _Point) -> int:
    return point.year


def _line(left: _Point, right: _Point, year: int) -> float:
    if left.year == right.year:
        return (left.level + right.level) / 2
    slope = (right.level - left.level) / (right.year - left.year)
    return left.level + slope * (year - left.year)


def _beyond(level: float, low: float, high: float) -> float:
    return min(level - low, 0.0) + max(level - high, 0.0)


def _distance_any_months(points: list[_Point], i: int) -> float:
    """Compare figures of different parts of a year: a flow grows with them, a stock does not."""
    others = points[:i] + points[i + 1 :]
    others.sort(key=lambda other: abs(other.year - points[i].year))
    # The mildest of three, so that a slip does not cast doubt on its neighbours.
    return min((_part_distance(points[i], other) for other in others[:3]), key=abs)


def _part_distance(point: _Point, other: _Point) -> float:
    flow = stock = other.level
    if point.entry.record.unit in ("cny_100m", "count"):
        flow += math.log10(point.months / other.months)
    # The nearest such figure may be years away: allow a quarter more or less for each.
    apart = 0.1 * abs(point.year - other.year)
    return _beyond(point.level, min(stock, flow) - apart, max(stock, flow) + apart)


def slip_message(entry: Entry, distance: float, near: Entry) -> str:
    """Say how far a figure lies from a neighbour, and what it may have been meant to be."""
    power = max(1, round(abs(distance)))
    factor = f"{10**power:,}" if power <= 9 else f"10^{power}"
    moved = entry.record.value * 10.0 ** -math.copysign(power, distance)
    side = "above" if distance > 0 else "below"
    place = f"{near.row.cells['value']} in {near.record.year} ({near.row.file}:{near.row.line})"
    return (
        f"a factor of about {factor} {side} its neighbours, as {place}; perhaps {moved:.10g}; "
        f"if it is right as printed, it needs a definition of its own"
    )
