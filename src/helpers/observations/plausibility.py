"""Plausibility of printed figures: bounds, neighbouring years, dates; no model of any kind."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from helpers.observations.neighbours import SLIP, Bounds, find_slips, slip_message
from helpers.observations.rows import OBSERVATIONS, Entry, Table
from helpers.problems import Problem
from helpers.vocabulary import base_of_unit

MOST_FUTURE = 50
"""More dates than this after today are one mistake: that of a clock set back."""

_CEILINGS = ("le", "lt", "between")
_GROWTH_BOUNDS, _CEILING_BOUNDS, _MULTIPLE_BOUNDS = (1.0, 60.0), (-60.0, 60.0), (10.0, 2000.0)
"""By judgement: a plan that asks for less than one percent a year means a fraction; a ceiling on
growth may ask for a fall."""


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
    bounds = _indicator_bounds(tables["indicators"])
    sound: list[Entry] = []
    slips = {id(entry): text for entry, text in find_slips(tables[OBSERVATIONS].entries, bounds)}
    for entry in tables[OBSERVATIONS].entries:
        message = _value_fault(entry, bounds.get(entry.record.indicator)) or slips.get(id(entry))
        if message:
            yield entry.problem("value", message)
        else:
            sound.append(entry)
    yield from _target_values(tables["targets"].entries, sound, bounds)
    future = list(_future(tables, today))
    if len(future) > MOST_FUTURE:
        message = f"{len(future)} dates lie after today; set the clock of this machine"
        future = [Problem("sources.csv", 1, "published", str(today), message)]
    yield from future


def _indicator_bounds(indicators: Table) -> dict[str, Bounds]:
    return {
        name: Bounds(record.plausible_min, record.plausible_max, record.scale, record.unit)
        for name, entry in indicators.by_key().items()
        for record in [entry.record]
    }


def _value_fault(entry: Entry, bounds: Bounds | None) -> str:
    """Say why a value is impossible for its indicator, or give an empty string."""
    if bounds is None:
        return ""
    value = entry.record.value
    if value < 0 and bounds.scale != "linear":
        return f"negative, but {entry.record.indicator} cannot be; remove the sign"
    if bounds.low <= value <= bounds.high:
        # Of a count in another unit only the unit is reported.
        if bounds.unit == entry.record.unit == "count" and not value.is_integer():
            return "a count has no decimals; write it out in full, not in thousands or 万"
        return ""
    fraction = _fraction(value, bounds.unit, bounds.low, bounds.high)
    return fraction or _outside(value, bounds.low, bounds.high)


def _fraction(value: float, unit: str, low: float, high: float) -> str:
    if unit.startswith("pct") and 0 < value < 1 and low <= value * 100 <= high:
        return f"a share written as a fraction; write it in percent, perhaps {value * 100:.6g}"
    return ""


def _outside(value: float, low: float, high: float) -> str:
    for power in (4, 2, 1, -1, -2, -4, 3, -3, 8, -8):
        moved = value * 10.0**power
        if low <= moved <= high:
            hint = f"perhaps a factor of {10 ** abs(power):,} is lost or too many ({moved:.10g})"
            break
    else:
        hint = "correct the value"
    return f"outside the plausible {low:g} to {high:g} of indicators.csv; {hint}"


def _target_values(
    targets: Sequence[Entry], observed: list[Entry], bounds: dict[str, Bounds]
) -> Iterator[Problem]:
    levels: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in observed:
        if entry.record.months == 12 and entry.record.value > 0:
            levels[entry.record.indicator, entry.record.area].append(entry)
    for entry in targets:
        record, own = entry.record, bounds.get(entry.record.indicator)
        limits = _relative_bounds(record.operator, record.unit)
        if limits is None and own and record.unit == own.unit:
            limits = (own.low, own.high)
        # A target in a unit that does not fit is reported for its unit.
        if limits is None or math.isnan(record.value):
            continue
        near = levels.get((record.indicator, record.area), ())
        if not limits[0] <= record.value <= limits[1]:
            fraction = _fraction(record.value, record.unit, *limits)
            yield entry.problem("value", fraction or _outside(record.value, *limits))
        elif near and own and own.scale != "linear" and record.unit == own.unit:
            last = min(near, key=lambda other: abs(other.record.year - record.target_year))
            distance = math.log10(record.value / last.record.value)
            if abs(distance) >= SLIP:
                yield entry.problem("value", slip_message(entry, distance, last))


def _future(tables: dict[str, Table], today: date) -> Iterator[Problem]:
    for name, column in (("sources", "published"), ("targets", "set_on")):
        for entry in tables[name].entries:
            text = entry.row.cells[column]
            # A month or a year is in the future only when it has not begun.
            if text > today.isoformat()[: len(text)]:
                yield entry.problem(column, f"lies after today, {today}; correct the date")
    sources = tables["sources"].by_key()
    for entry in tables[OBSERVATIONS].entries:
        if entry.row.cells["first_release"]:
            yield from _first_release(entry, sources, today)
        year, months = entry.record.year, entry.record.months
        if year > today.year:
            yield entry.problem("year", f"lies after today, {today}; correct the year")
        elif year == today.year and months > today.month:
            message = f"{months} months of {year} are not over on {today}; correct year or months"
            yield entry.problem("months", message)


def _first_release(entry: Entry, sources: dict[str, Entry], today: date) -> Iterator[Problem]:
    """Find a first release that cannot be: to come, before its period ends, or after its text."""
    text, record = entry.row.cells["first_release"], entry.record
    source = sources.get(record.source_id)
    published = source.row.cells["published"] if source else ""
    if text > today.isoformat()[: len(text)]:
        yield entry.problem("first_release", f"lies after today, {today}; correct the date")
    elif text < f"{record.year}-{record.months:02}"[: len(text)] and record.status != "estimate":
        message = "lies before the end of the period that the figure covers; correct the date"
        yield entry.problem("first_release", message)
    elif published and text[: len(published)] > published[: len(text)]:
        message = f"lies after {published}, when its source printed it; correct one of the two"
        yield entry.problem("first_release", message)


def _relative_bounds(operator: str, unit: str) -> tuple[float, float] | None:
    """Bounds of a target that is counted from a base; None for one in its indicator's unit."""
    if unit == "pct_per_year":
        return _CEILING_BOUNDS if operator.endswith(_CEILINGS) else _GROWTH_BOUNDS
    return _MULTIPLE_BOUNDS if base_of_unit(unit) is not None else None
