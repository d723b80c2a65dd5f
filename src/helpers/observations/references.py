"""References between the raw tables: every name that a row uses is defined, and fits."""

from collections.abc import Iterator

from helpers.observations.rows import Entry, Table
from helpers.observations.schema import (
    KEYS,
    OBSERVATIONS,
    Area,
    Definition,
    Indicator,
    MeasureIndicator,
    Observation,
    Plan,
    Quote,
    Target,
    WantedIndicator,
)
from helpers.problems import Problem, closest
from helpers.vocabulary import AVERAGE, CHANGE, GROWTH, SUM, base_of_unit

_REFERENCES: dict[str, dict[str, str]] = {
    OBSERVATIONS: {
        "indicator": "indicators", "area": "areas", "definition": "definitions",
        "source_id": "sources",
    },
    "indicators": {
        "numerator": "indicators", "denominator": "indicators", "real_growth": "indicators",
    },
    "definitions": {"indicator": "indicators", "areas": "areas"},
    "targets": {
        "indicator": "indicators", "area": "areas", "source_id": "sources",
        "outlook_source_id": "sources",
    },
    "measures": {"source_id": "sources"},
    "measure_indicators": {"measure_id": "measures"},
    "events": {"indicators": "indicators", "source_id": "sources"},
    "quotes": {
        "source_id": "sources", "indicator": "indicators", "area": "areas",
        "definition": "definitions",
    },
    "rejected": {"area": "areas", "source_id": "sources"},
}  # fmt: skip
"""Which column refers to which table; rejected figures may be of indicators not kept here."""

_LISTS = {("definitions", "indicator"), ("definitions", "areas"), ("events", "indicators")}
"""Columns that hold several names, split by semicolons."""


def _alike(tables: dict[str, Table]) -> Iterator[Problem]:
    """Find areas of one name: no page could tell one from the other."""
    first: dict[str, Entry[Area]] = {}
    for entry in tables["areas"].of(Area):
        name = entry.record.name_en.casefold()
        other = first.setdefault(name, entry)
        if other.record.area != entry.record.area:
            message = (
                f"the name of {other.record.area} too (line {other.row.line}); add what tells "
                "them apart, such as the province or country"
            )
            yield entry.problem("name_en", message)


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
    yield from _alike(tables)
    yield from _unit_problems(tables)
    yield from _definition_problems(tables)
    yield from _target_problems(tables)
    yield from _wanted_problems(tables)
    yield from _plan_problems(tables)
    yield from _quote_problems(tables)
    for entry in tables["definitions"].of(Definition):
        if entry.record.last_year < entry.record.first_year:
            yield entry.problem("last_year", "the last year lies before the first; swap them")
    for held in tables["indicators"].of(Indicator):
        if held.record.plausible_max <= held.record.plausible_min:
            yield held.problem("plausible_max", "not above plausible_min; swap or widen them")


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
    indicators = tables["indicators"].by_key(Indicator)
    for entry in tables[OBSERVATIONS].of(Observation):
        indicator = indicators.get(entry.record.indicator)
        if indicator and entry.record.unit != (unit := indicator.record.unit):
            message = (
                f"{entry.record.indicator} is counted in {unit}; convert the value or the unit"
            )
            yield entry.problem("unit", message)


def _wanted_problems(tables: dict[str, Table]) -> Iterator[Problem]:
    """Find indicators of measures that are neither held nor wanted, and such as are both."""
    held, wanted = tables["indicators"], tables["wanted_indicators"]
    if not held.usable or not wanted.usable:
        return
    known = {*held.mentioned, *wanted.mentioned}
    for entry in tables["measure_indicators"].of(MeasureIndicator):
        name = entry.record.indicator
        if name not in known:
            message = "this is in neither indicators.csv nor wanted_indicators.csv"
            yield entry.problem("indicator", f"{message}{closest(name, known)}; name it in one")
    for want in wanted.of(WantedIndicator):
        if want.record.indicator in held.mentioned:
            yield want.problem("indicator", "this is in indicators.csv too; leave it out here")


def _plan_problems(tables: dict[str, Table]) -> Iterator[Problem]:
    """Find named plans that no target is of; a faulty target may be the one."""
    targets = tables["targets"]
    if targets.problems:
        return
    known = {entry.record.plan for entry in targets.of(Target)}
    for entry in tables["plans"].of(Plan):
        name = entry.record.plan
        if name not in known:
            message = f"no target is of this plan{closest(name, known)}; correct it or leave it out"
            yield entry.problem("plan", message)


def _quote_problems(tables: dict[str, Table]) -> Iterator[Problem]:
    """Find quotes of figures that are not held."""
    observations = tables[OBSERVATIONS]
    if not observations.usable or observations.problems:
        return
    columns = KEYS[OBSERVATIONS]
    held = {tuple(getattr(e.record, c) for c in columns) for e in observations.entries}
    for entry in tables["quotes"].of(Quote):
        if tuple(getattr(entry.record, column) for column in columns) not in held:
            message = "no figure of this key is held; remove the quote or correct the key"
            yield entry.problem("indicator", message)


def _definition_problems(tables: dict[str, Table]) -> Iterator[Problem]:
    definitions = tables["definitions"].by_key(Definition)
    fitting: dict[str, list[str]] = {}
    for name, covering in definitions.items():
        for indicator in names_in(covering.record.indicator):
            fitting.setdefault(indicator, []).append(name)
    for entry in tables[OBSERVATIONS].of(Observation):
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
        own = definition.record.areas
        if own and entry.record.area not in names_in(own):
            message = f"the definition is for {own} only; choose another, or add the area to it"
            yield entry.problem("definition", message)
        first, last = definition.record.first_year, definition.record.last_year
        year = entry.record.year
        if year < first or (year > last and not _goes_on(definition, definitions, entry)):
            message = (
                f"{entry.record.definition} covers {first} to {last}; correct the year, choose "
                f"another definition, or widen its years at {definition.row.file}:"
                f"{definition.row.line}"
            )
            yield entry.problem("year", message)


def _goes_on(
    definition: Entry[Definition],
    definitions: dict[str, Entry[Definition]],
    figure: Entry[Observation],
) -> bool:
    """Say whether a figure may go beyond the last year of its definition.

    It may as long as no definition of the indicator and the same use lasts longer: then the last
    year is only that of the last figure seen, and a new release needs no change of the table.
    """
    mine = definition.record
    return not any(
        other.record.last_year > mine.last_year
        for other in definitions.values()
        if other.record.use == mine.use
        and figure.record.indicator in names_in(other.record.indicator)
    )


_ASKED = ("plan", "indicator", "area", "target_year", "operator", "value", "value_high", "unit",
          "base_year", "set_on")  # fmt: skip
"""What a target asks, where and since when: with all of it alike two rows are one target."""


def _target_problems(tables: dict[str, Table]) -> Iterator[Problem]:
    indicators = tables["indicators"].by_key(Indicator)
    first: dict[tuple[object, ...], Entry[Target]] = {}
    for entry in tables["targets"].of(Target):
        operator = entry.record.operator
        asked = tuple(str(getattr(entry.record, name)) for name in _ASKED)
        other = first.setdefault(asked, entry)
        another = other.record.target_id != entry.record.target_id
        if another and operator != "qualitative":
            message = f"asks what {other.record.target_id} asks (line {other.row.line})"
            yield entry.problem("target_id", f"{message}; leave one of them out")
        for column in ("indicator", "value", "unit"):
            filled = bool(entry.row.cells[column])
            if filled and operator == "qualitative":
                yield entry.problem(column, "a qualitative target has none; leave it empty")
            elif not filled and operator != "qualitative":
                yield entry.problem(column, f"empty, but the operator {operator} needs it")
        if bool(entry.record.outlook) is not bool(entry.record.outlook_source_id):
            yield entry.problem(
                "outlook", "an outlook has a value and a source; write both or none"
            )
        yield from _range(entry)
        yield from _base_year(entry)
        indicator = indicators.get(entry.record.indicator)
        if indicator and operator != "qualitative" and entry.record.unit:
            yield from _target_unit(entry, indicator.record.unit)


def _range(entry: Entry[Target]) -> Iterator[Problem]:
    operator, high = entry.record.operator, entry.record.value_high
    if not operator.endswith("between"):
        if entry.row.cells["value_high"]:
            message = f"only a range has an upper end, not {operator}; leave it empty"
            yield entry.problem("value_high", message)
    elif not high > entry.record.value:
        message = f"{operator} needs the upper end of the range, above its value; write it"
        yield entry.problem("value_high", message)


_WITH_BASE = tuple(f"{kind}_" for kind in (AVERAGE, SUM, GROWTH, CHANGE))
"""How the operators begin that count from a base year."""


def _base_year(entry: Entry[Target]) -> Iterator[Problem]:
    base, operator = entry.record.base_year, entry.record.operator
    named = base_of_unit(entry.record.unit)
    if named is not None and base != named:
        yield entry.problem(
            "base_year",
            f"{entry.record.unit} is counted from {named}; write {named}, or correct the unit",
        )
    elif named is not None or operator.startswith(_WITH_BASE):
        if not base < entry.record.target_year:
            yield entry.problem("base_year", "needs the last year before the plan; write it")
    elif entry.row.cells["base_year"]:
        yield entry.problem("base_year", f"a threshold ({operator}) has none; leave it empty")


def _target_unit(entry: Entry[Target], own: str) -> Iterator[Problem]:
    statistic = entry.record.operator.partition("_")[0]
    allowed: tuple[str, ...] = (own, "pct_of_<year>")
    if plan_wide := entry.record.operator.startswith(_WITH_BASE):
        allowed = ("pct_per_year",) if statistic == GROWTH else (own,)
    if not plan_wide and base_of_unit(entry.record.unit) is not None:
        return
    if entry.record.unit not in allowed:
        message = f"a target of {entry.record.indicator} with the operator {entry.record.operator} "
        yield entry.problem("unit", message + f"is counted in {' or '.join(allowed)}")
