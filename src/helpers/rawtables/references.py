"""References between the raw tables: every name that a row uses is defined, and fits."""

from collections.abc import Iterator

from helpers.problems import Problem, closest
from helpers.rawtables.entries import OBSERVATIONS, Entry, Table

_REFERENCES: dict[str, dict[str, str]] = {
    OBSERVATIONS: {
        "indicator": "indicators", "area": "areas", "definition": "definitions",
        "source_id": "sources",
    },
    "indicators": {
        "numerator": "indicators", "denominator": "indicators", "real_growth": "indicators",
    },
    "definitions": {"indicator": "indicators"},
    "targets": {"indicator": "indicators", "area": "areas", "source_id": "sources"},
    "measures": {"source_id": "sources"},
    "measure_indicators": {"measure_id": "measures"},
    "events": {"indicators": "indicators", "source_id": "sources"},
    "rejected": {"area": "areas", "source_id": "sources"},
}  # fmt: skip
"""Which column refers to which table; rejected figures may be of indicators not kept here."""

_LISTS = {("definitions", "indicator"), ("events", "indicators")}
"""Columns that hold several names, split by semicolons."""


def reference_problems(tables: dict[str, Table]) -> Iterator[Problem]:
    """Find names that are not defined and rows that do not fit what they refer to.

    Nothing is looked up in a table that could not be read: its own problem says enough.

    Parameters
    ----------
    tables : dict of str to Table
        All raw tables, as read.

    Yields
    ------
    Problem
        One for each faulty cell.
    """
    for name, columns in _REFERENCES.items():
        for column, other in columns.items():
            if tables[other].usable:
                yield from _undefined(tables[name], column, tables[other])
    yield from _unit_problems(tables)
    yield from _definition_problems(tables)
    yield from _target_problems(tables)
    for entry in tables["definitions"].entries:
        if entry.record.last_year < entry.record.first_year:
            yield entry.problem("last_year", "the last year lies before the first; swap them")
    for entry in tables["indicators"].entries:
        if entry.record.plausible_max <= entry.record.plausible_min:
            yield entry.problem("plausible_max", "not above plausible_min; swap or widen them")


def names_in(text: str) -> list[str]:
    """Split a cell that holds names separated by semicolons."""
    return [name.strip() for name in text.split(";")]


def _undefined(table: Table, column: str, other: Table) -> Iterator[Problem]:
    known = other.mentioned
    hints: dict[str, str] = {}
    several = (table.name, column) in _LISTS
    for entry in table.entries:
        cell = entry.row.cells[column]
        for name in names_in(cell) if several else [cell]:
            if name in known or not cell:
                continue
            if name not in hints:
                hints[name] = closest(name, known)
            which = f"{name!r} is" if several else "this is"
            message = f"{which} not in {other.name}.csv{hints[name]}; correct it or add it there"
            yield entry.problem(column, message)


def _unit_problems(tables: dict[str, Table]) -> Iterator[Problem]:
    indicators = tables["indicators"].by_key()
    for entry in tables[OBSERVATIONS].entries:
        indicator = indicators.get(entry.record.indicator)
        if indicator and entry.record.unit != (unit := indicator.record.unit):
            message = (
                f"{entry.record.indicator} is counted in {unit}; convert the value or the unit"
            )
            yield entry.problem("unit", message)


def _definition_problems(tables: dict[str, Table]) -> Iterator[Problem]:
    definitions = tables["definitions"].by_key()
    fitting: dict[str, list[str]] = {}
    for name, definition in definitions.items():
        for indicator in names_in(definition.record.indicator):
            fitting.setdefault(indicator, []).append(name)
    for entry in tables[OBSERVATIONS].entries:
        definition = definitions.get(entry.record.definition)
        if definition is None:
            continue
        known = tables["indicators"].mentioned or {entry.record.indicator}
        if entry.record.indicator not in names_in(definition.record.indicator):
            # An indicator that is not defined at all is reported as such.
            if entry.record.indicator in known:
                others = ", ".join(fitting.get(entry.record.indicator, [])) or "none yet"
                message = (
                    f"the definition does not cover {entry.record.indicator}; fitting: {others}"
                )
                yield entry.problem("definition", message)
            continue
        first, last = definition.record.first_year, definition.record.last_year
        if not first <= entry.record.year <= last:
            message = (
                f"{entry.record.definition} covers {first} to {last}; correct the year, choose "
                f"another definition, or widen its years at {definition.row.file}:"
                f"{definition.row.line}"
            )
            yield entry.problem("year", message)


def _target_problems(tables: dict[str, Table]) -> Iterator[Problem]:
    indicators = tables["indicators"].by_key()
    for entry in tables["targets"].entries:
        operator = entry.record.operator
        for column in ("indicator", "value", "unit"):
            filled = bool(entry.row.cells[column])
            if filled and operator == "qualitative":
                yield entry.problem(column, "a qualitative target has none; leave it empty")
            elif not filled and operator != "qualitative":
                yield entry.problem(column, f"empty, but the operator {operator} needs it")
        yield from _base_year(entry)
        indicator = indicators.get(entry.record.indicator)
        if indicator and operator != "qualitative" and entry.record.unit:
            yield from _target_unit(entry, indicator.record.unit)


def _base_year(entry: Entry) -> Iterator[Problem]:
    base, operator = entry.record.base_year, entry.record.operator
    relative = operator in ("avg_ge", "growth_ge", "growth_gt")
    if relative or entry.record.unit == "pct_of_2020":
        if not base < entry.record.target_year:
            yield entry.problem("base_year", "needs the last year before the plan; write it")
        elif entry.record.unit == "pct_of_2020" and base != 2020:
            yield entry.problem("base_year", "pct_of_2020 is counted from 2020; write 2020")
    elif entry.row.cells["base_year"]:
        yield entry.problem("base_year", f"a threshold ({operator}) has none; leave it empty")


def _target_unit(entry: Entry, own: str) -> Iterator[Problem]:
    growth = entry.record.operator in ("growth_ge", "growth_gt")
    allowed = ("pct_per_year",) if growth else (own, "pct_of_2020")
    if entry.record.unit not in allowed:
        message = f"a target of {entry.record.indicator} with the operator {entry.record.operator} "
        yield entry.problem("unit", message + f"is counted in {' or '.join(allowed)}")
