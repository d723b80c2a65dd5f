"""Plausibility of printed figures: bounds, neighbouring years, dates; no model of any kind."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from helpers.entries import OBSERVATIONS, Entry, Table
from helpers.neighbours import SLIP, Bounds, find_slips, slip_message
from helpers.problems import Problem

_TARGET_BOUNDS = {"pct_per_year": (1.0, 60.0), "pct_of_2020": (10.0, 2000.0)}
"""By judgement: a plan that asks for less than one percent a year means a fraction."""


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
    yield from _future(tables, today)


def _indicator_bounds(indicators: Table) -> dict[str, Bounds]:
    return {
        name: (entry.record.plausible_min, entry.record.plausible_max, entry.record.scale)
        for name, entry in indicators.by_key().items()
    }


def _value_fault(entry: Entry, bounds: Bounds | None) -> str:
    """Say why a value is impossible for its indicator, or give an empty string."""
    if bounds is None:
        return ""
    low, high, scale = bounds
    value, unit = entry.record.value, entry.record.unit
    if value < 0 and scale != "linear":
        return f"negative, but {entry.record.indicator} cannot be; remove the sign"
    if unit == "count" and not value.is_integer():
        return "a count has no decimals; write it out in full, not in thousands or 万"
    if low <= value <= high:
        return ""
    if percent := _fraction(value, unit, low, high):
        return percent
    return _outside(value, low, high)


def _fraction(value: float, unit: str, low: float, high: float) -> str:
    if unit.startswith("pct") and 0 < value < 1 and low <= value * 100 <= high:
        return f"a share written as a fraction; write it in percent, perhaps {value * 100:.6g}"
    return ""


def _outside(value: float, low: float, high: float) -> str:
    for power in (4, 2, 1, -1, -2, -4, 3, -3, 8, -8):
        moved = value * 10.0**power
        if low <= moved <= high and not low <= value <= high:
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
        indicator, unit, value = entry.record.indicator, entry.record.unit, entry.record.value
        own = bounds.get(indicator)
        limits = _TARGET_BOUNDS.get(unit) or (own and own[:2])
        if limits is None or math.isnan(value):
            continue
        near = levels.get((indicator, entry.record.area), ())
        if not limits[0] <= value <= limits[1]:
            message = _fraction(value, unit, *limits) or _outside(value, *limits)
            yield entry.problem("value", message)
        elif near and own and own[2] != "linear" and unit not in _TARGET_BOUNDS:
            last = min(near, key=lambda other: abs(other.record.year - entry.record.target_year))
            distance = math.log10(value / last.record.value)
            if abs(distance) >= SLIP:
                yield entry.problem("value", slip_message(entry, distance, last))


def _future(tables: dict[str, Table], today: date) -> Iterator[Problem]:
    for name, column in (("sources", "published"), ("targets", "set_on")):
        for entry in tables[name].entries:
            text = entry.row.cells[column]
            # A month or a year is in the future only when it has not begun.
            if text > today.isoformat()[: len(text)]:
                yield entry.problem(column, f"lies after today, {today}; correct the date")
    for entry in tables[OBSERVATIONS].entries:
        year, months = entry.record.year, entry.record.months
        if year > today.year:
            yield entry.problem("year", f"lies after today, {today}; correct the year")
        elif year == today.year and months > today.month:
            message = f"{months} months of {year} are not over on {today}; correct year or months"
            yield entry.problem("months", message)
