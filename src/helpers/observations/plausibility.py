"""Plausibility of printed figures: bounds, dates, and slips of the pen between years."""

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from helpers.days import period_end
from helpers.observations.forms.annual import FISCAL
from helpers.observations.rows import Entry, Table
from helpers.observations.schema import OBSERVATIONS, Indicator, Observation, Source, Target
from helpers.problems import Problem
from helpers.vocabulary import CHANGE, COMPARISONS, SUM, base_of_unit

SLIP = 0.7
"""Distance from the neighbours, in powers of ten, from which a figure is taken for a slip.

A factor of five: a slip by ten stays visible beside a true growth or fall by half, and no step
of the shipped tables comes near it (tests/observations/test_raw_data.py measures how near).
"""

MOST = 100
"""Slips named in one series: a file in another unit needs no line for each of its rows."""

BREAK = 0.15
"""What the only figure of a definition may lie farther off, as it counts something else."""


FEW, _NUMEROUS = 1.0, 30.0
"""What a number below the second may lie farther off where zero is possible: few things come and
go by multiples."""


Slip = tuple[Entry[Observation], str]
"""A figure that contradicts its neighbours, and what is wrong with it."""


@dataclass(eq=False)
class _Point:
    """A figure on the scale of powers of ten; ``level`` moves when a slip is mended."""

    entry: Entry[Observation]
    year: int
    months: int
    level: float
    in_bounds: bool
    few: float = 0.0
    allowance: float = 0.0


def find_slips(
    entries: Sequence[Entry[Observation]],
    indicators: Mapping[str, Indicator],
    threshold: float = SLIP,
) -> list[Slip]:
    """Find figures that are a factor of about ten or more away from neighbouring years.

    Figures of one indicator, area, definition and number of months are compared with the
    geometric interpolation of the nearest years. A definition of one or two figures is compared
    with all definitions of its indicator, and a part of a year that stands alone with any other.

    Parameters
    ----------
    entries : sequence of Entry
        Observations.
    indicators : mapping of str to Indicator
        Growth rates (scale linear) have no neighbours to compare.
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
        held = indicators.get(record.indicator)
        if held and held.scale != "linear" and record.value > 0:
            level = math.log10(record.value)
            inside = held.plausible_min <= record.value <= held.plausible_max
            few = FEW if held.plausible_min <= 0 and record.value < _NUMEROUS else 0.0
            point = _Point(entry, record.year, record.months, level, inside, few)
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
        alone = counts[point.entry.record.definition] == 1
        point.allowance = (BREAK if alone else 0.0) + point.few
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
    first = bisect_left(points, year, key=attrgetter("year"))
    last = bisect_right(points, year, key=attrgetter("year"))
    before, after = points[max(first - 2, 0) : first], points[last : last + 2]
    twins = (*points[max(first, i - 2) : i], *points[i + 1 : min(last, i + 3)])
    distances = [level - twin.level for twin in twins]
    if before and after:
        distances += [level - _line(left, right, year) for left in before for right in after]
    elif before or after:
        near = before or after
        alone = [point.level for point in near]
        if len(near) == 2:
            alone.append(_line(near[0], near[1], year))
        distances.append(_beyond(level, min(alone), max(alone)))
    return min(distances, key=abs)


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


def slip_message(entry: Entry[Observation], distance: float, near: Entry[Observation]) -> str:
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


MOST_FUTURE = 50
"""More dates than this after today are one mistake: that of a clock set back."""

_LEAST_GROWTH, _LARGEST_GROWTH = 0.2, 1000.0
"""Growth a year, in percent, outside which a number is something else than growth."""


def plausibility_problems(tables: dict[str, Table], today: date) -> Iterator[Problem]:
    """Find figures that cannot be as printed: wrong sign, size, scale of a share, or date.

    Parameters
    ----------
    tables : dict of str to Table
        All raw tables, as read.
    today : date
        Nothing can have been published later.

    Yields
    ------
    Problem
        At most one for each value and one for each date.
    """
    named = tables["indicators"].by_key(Indicator).items()
    indicators = {name: entry.record for name, entry in named}
    figures = tables[OBSERVATIONS].of(Observation)
    sound: list[Entry[Observation]] = []
    slips = {id(entry): text for entry, text in find_slips(figures, indicators)}
    for entry in figures:
        held = indicators.get(entry.record.indicator)
        message = (held and _value_fault(entry, held)) or slips.get(id(entry))
        if message:
            yield entry.problem("value", message)
        else:
            sound.append(entry)
    yield from _target_values(tables["targets"].of(Target), sound, indicators)
    future = list(_future(tables, today))
    if len(future) > MOST_FUTURE:
        message = f"{len(future)} dates lie after today; set the clock of this machine"
        future = [Problem("sources.csv", 1, "published", str(today), message)]
    yield from future
    yield from _printed_early(tables, today)


def _value_fault(entry: Entry[Observation], held: Indicator) -> str:
    """Say why a value is impossible for its indicator, or give an empty string."""
    value, low, high = entry.record.value, held.plausible_min, held.plausible_max
    if value < 0 and held.scale != "linear":
        return f"negative, but {held.indicator} cannot be; remove the sign"
    if low <= value <= high:
        # Of a count in another unit only the unit is reported.
        if held.unit == entry.record.unit == "count" and not value.is_integer():
            return _NO_COUNT
        return ""
    return _outside(value, held.unit, low, high)


_READINGS = 3
"""Readings of a slip that are named: one alone would be taken for the answer."""


def _outside(
    value: float, unit: str, low: float, high: float, hint: str = "correct the value"
) -> str:
    """Say that a value lies outside its bounds, and what may be right."""
    if unit.startswith("pct") and 0 < value < 1 and low <= value * 100 <= high:
        said = f"a share written as a fraction; write it in percent, perhaps {value * 100:.6g}"
        if low <= value * 10 <= high:
            said += f"; or {value * 10:.6g}, if the decimal point is out of place: look it up"
        return said
    moved = {power: value * 10.0**power for power in (4, 2, 1, -1, -2, -4, 3, -3, 8, -8)}
    fitting = [(10 ** abs(p), number) for p, number in moved.items() if low <= number <= high]
    options = " or ".join(f"{factor:,} ({number:.10g})" for factor, number in fitting[:_READINGS])
    if options:
        hint = f"perhaps a factor of {options} is lost or too many: look it up in the publication"
    return f"outside the plausible {low:,.10g} to {high:,.10g} of indicators.csv; {hint}"


def _target_values(
    targets: Sequence[Entry[Target]],
    observed: list[Entry[Observation]],
    indicators: Mapping[str, Indicator],
) -> Iterator[Problem]:
    """Find targets that ask for what their indicator cannot be; how far they lie is no fault."""
    levels = {
        (figure.record.indicator, figure.record.area, figure.record.year): figure.record.value
        for figure in observed
        if figure.record.months == 12
    }
    for entry in targets:
        target, own = entry.record, indicators.get(entry.record.indicator)
        if own is None:
            continue
        for column, value in (("value", target.value), ("value_high", target.value_high)):
            if not math.isnan(value) and (fault := _target_fault(target, value, own, levels)):
                yield entry.problem(column, fault)


def _target_fault(
    target: Target, value: float, own: Indicator, levels: Mapping[tuple, float]
) -> str:
    """Say why a number cannot be asked for; "" where it can, or where its unit does not fit."""
    base = levels.get((target.indicator, target.area, target.base_year), math.nan)
    since = f"the {base:g} of {target.base_year:.0f}"
    grows = target.unit == "pct_per_year"
    if (grows or base_of_unit(target.unit) is not None) and base <= 0:
        return f"percent of {since} say nothing; ask for a level, or for a change ({_CHANGES})"
    if grows:
        return _growth_fault(target, value)
    years = target.target_year - target.base_year
    if base_of_unit(target.unit) is not None:
        if value < 0 and own.scale != "linear":
            return f"negative, but {own.indicator} cannot be; remove the sign"
        level, how = base * value / 100, f"{value:g} % of {since} is "
    elif target.unit != own.unit:
        return ""
    elif target.operator.startswith(CHANGE):
        level, how = base + value, f"{value:+g} on {since} makes "
    elif target.operator.startswith(SUM):
        level, how = value / years if years > 0 else math.nan, f"over {years:g} years a yearly "
    else:
        level, how = value, ""
    if not level < own.plausible_min and not level > own.plausible_max:
        counted = own.unit == "count" and target.operator in COMPARISONS and not how
        return _NO_COUNT if counted and not value.is_integer() else ""
    told = f"{how}{level:g}, which is " if how else ""
    return told + _outside(level, own.unit, own.plausible_min, own.plausible_max, _WIDEN)


_CHANGES = "change_ge, change_le and their kind"
_NO_COUNT = "a count has no decimals; write it out in full: a factor of 1,000 or 万 is lost"
_WIDEN = "correct the value, or widen them there if the plan asks for it"


def _growth_fault(target: Target, value: float) -> str:
    """Say why a growth a year cannot be asked for."""
    if not -100 < value <= _LARGEST_GROWTH:
        return f"growth a year in percent lies above -100 and up to {_LARGEST_GROWTH:g}; correct it"
    floor = target.operator.endswith(("_ge", "_gt", "_approx"))
    if floor and 0 < value < _LEAST_GROWTH:
        return f"growth written as a fraction; write it in percent, perhaps {value * 100:.6g}"
    if floor and value < 0:
        return f"{value:g}: growth of at least that lets it fall; to ask for a fall write growth_le"
    return ""


def _future(tables: dict[str, Table], today: date) -> Iterator[Problem]:
    for name, column in (("sources", "published"), ("targets", "set_on")):
        for entry in tables[name].entries:
            text = entry.row.cells[column]
            # A month or a year is in the future only when it has not begun.
            if text > today.isoformat()[: len(text)]:
                yield entry.problem(column, f"lies after today, {today}; correct the date")
    sources = tables["sources"].by_key(Source)
    ends = _year_ends(tables)
    for entry in tables[OBSERVATIONS].of(Observation):
        over = _over(entry.record, ends)
        if entry.row.cells["first_release"]:
            yield from _first_release(entry, sources, today, over)
        year, months = entry.record.year, entry.record.months
        if (over.year, over.month) <= (today.year, today.month):
            continue
        if year > today.year:
            yield entry.problem("year", f"lies after today, {today}; correct the year")
        else:
            message = f"{months} months of {year} are not over on {today}; correct year or months"
            yield entry.problem("months", message)


def _year_ends(tables: dict[str, Table]) -> dict[str, int]:
    """Months in which years end that are no calendar years, by indicator."""
    indicators = (entry.record for entry in tables["indicators"].of(Indicator))
    return {
        one.indicator: int(one.year_ends) for one in indicators if not math.isnan(one.year_ends)
    }


def _over(record: Observation, ends: Mapping[str, int]) -> date:
    """Return the last day of what a figure covers."""
    return period_end(record.year, record.months, ends.get(record.indicator, 12))


def _first_release(
    entry: Entry[Observation], sources: dict[str, Entry[Source]], today: date, over: date
) -> Iterator[Problem]:
    """Find a first release that cannot be: to come, before its period ends, or after its text."""
    text, record = entry.row.cells["first_release"], entry.record
    source = sources.get(record.source_id)
    published = source.row.cells["published"] if source else ""
    if text > today.isoformat()[: len(text)]:
        yield entry.problem("first_release", f"lies after today, {today}; correct the date")
    elif _is_early(text, record, over):
        message = "lies before the end of the period that the figure covers; correct the date"
        yield entry.problem("first_release", message)
    elif published and text[: len(published)] > published[: len(text)]:
        message = f"lies after {published}, when its source printed it; correct one of the two"
        yield entry.problem("first_release", message)


def _printed_early(tables: dict[str, Table], today: date) -> Iterator[Problem]:
    """Find figures whose source was out before the period that they cover had ended.

    A replay would know them too early: one slip of a date, and the past foresees.
    """
    sources, ends = tables["sources"].by_key(Source), _year_ends(tables)
    for entry in tables[OBSERVATIONS].of(Observation):
        record, source = entry.record, sources.get(entry.record.source_id)
        published = source.row.cells["published"] if source else ""
        # A period that is not over yet is told as such.
        over = _over(record, ends)
        begun = (over.year, over.month) <= (today.year, today.month)
        if begun and _is_early(published, record, over):
            covered = f"{record.months} months of {record.year}"
            message = (
                f"a {record.status} figure of {record.year if record.months == 12 else covered}, "
                f"but {record.source_id} was out on {published}, before that was over; correct "
                "year or months, the source or its date, or call it an estimate"
            )
            yield entry.problem("year", message)


def _is_early(text: str, record: Observation, over: date) -> bool:
    """Say whether a day, month or year lies before the end of what a figure covers.

    A fiscal year may end in any month of the year that it is named by, where the indicator has no
    month for it.
    """
    calendar = over == period_end(record.year, record.months)
    if calendar and record.note.startswith(FISCAL):
        return bool(text) and record.status != "estimate" and text[:4] < str(record.year)
    last = over.isoformat()[: len(text)]
    return bool(text) and record.status != "estimate" and text < last
