"""The cells of a sheet by what they are: periods, keys of a series, flags, numbers; as columns.

A file is read row by row, and only what it says is held: it may have millions of rows.
"""

import re
from array import array
from collections import Counter
from dataclasses import replace
from itertools import islice, pairwise
from typing import Any

from helpers.observations.forms.annual import Period, part_of, period_of
from helpers.observations.forms.columns import Key, unit_of
from helpers.observations.forms.headers import tidy
from helpers.observations.forms.layouts import Choices, Layout
from helpers.observations.forms.markup import JSON_STAT
from helpers.observations.forms.numerals import (
    Evidence,
    Typed,
    is_bound,
    is_missing,
    is_number,
    known_flag,
    multiplier_of,
    read_number,
    status_of,
)
from helpers.observations.forms.sheets import FormError, Rows, Sheet
from helpers.problems import Problem, shown

SHEET = "sheet"
"""Of a key: the sheet or member that a series stands in."""
_A_YEAR = re.compile(r"(19|20)\d\d年?")
HEADING = "heading"
"""Of a key: the row of words above an item."""
_PART = re.compile(r"[#＃]|其\s*中\s*[:：]?|of which:?\s*", re.IGNORECASE)
"""What marks an item as a part of the one above it."""
MOST_LOOKED_AT = 2_000
"""Rows from which it is told whether names stand once above blanks."""
TEXTS = ("part", "fiscal", "text", "other", "status", "flag", "column", "edition")
"""Columns of words of what is gathered."""
_NO_POWER = ("nil", "na")
_MINUS = ("△", "▲")
"""Signs that stand for a minus in Japan, elsewhere for a rise."""
_COMMAS_GROUP = ("yearbook", "worldbank", "wipo", "fred", "owid", "unsdg", "iamc", "hub")
"""Forms of those who write a point before decimals, so that a comma groups digits."""
_FAR_BACK = re.compile(r"-\d+|\d{1,3}")
_WORDY = re.compile(r"[^\W\d_]{3,}|[\u3400-\u9fff]{2,}")
MOST_PROBLEMS = 200
"""Of one file: the rest is of the same kinds."""


def _is_a_line(row: list[str]) -> bool:
    """Say whether one text was merged over a whole row, as a note below a table is."""
    cells = [cell for cell in row if cell]
    return (
        len(cells) > 1
        and len(set(cells)) == 1
        and not (is_missing(cells[0]) or is_number(cells[0]))
    )


class Columns:
    """Cells of a row by what they are.

    Parameters
    ----------
    layout : Layout
    file : str
        With the sheet behind `!`, which tells series of several sheets apart.
    """

    def __init__(self, layout: Layout, file: str) -> None:
        self.layout = layout
        self.needed = [*layout.keys, *layout.labels.values()]
        self.across = [
            (i, period) for i, text in layout.years.items() if (period := period_of(text))
        ]
        self.known: dict[str, Period | None] = {}
        told = {name: text for name, text in layout.facts.items() if name.startswith("dim ")}
        self.fixed = tuple((name[4:], text, text) for name, text in told.items())
        if "unit" not in layout.roles and (unit := layout.facts.get("unit", "")):
            self.fixed += (("unit of the sheet", unit, unit),)
        if sheet := file.partition("!")[2]:
            self.fixed += ((SHEET, sheet, layout.facts.get("title", "") or sheet),)

    def periods(self, row: list[str]) -> list[tuple[int, Period]] | None:
        """Columns of values with their periods; None where the row has no figure of a period."""
        if self.layout.year is None:
            cells = [row[i] for i, _ in self.across if i < len(row) and row[i]]
            wordy = not any(is_missing(cell) or any(map(str.isdigit, cell)) for cell in cells)
            wordy |= _is_a_line(row)
            return None if wordy else self.across
        text = row[self.layout.year] if self.layout.year < len(row) else ""
        if text not in self.known:
            self.known[text] = period_of(tidy(text))
        period = self.known[text]
        layout = self.layout
        if period and layout.part is not None:
            own = row[layout.part] if layout.part < len(row) else ""
            period = part_of(period, own, layout.names[layout.part]) if own else period
        if not period:
            return None
        return [
            (i, (part_of(period, name) or period) if (name := layout.parts.get(i)) else period)
            for i in layout.values
        ]

    def header_again(self, row: list[str]) -> str | None:
        """Give the other years of a second header; "" where it repeats the first, None if none."""
        cells = [(row[i], period.year) for i, period in self.across if i < len(row) and row[i]]
        if len(cells) < 2 or not all(map(_A_YEAR.fullmatch, (cell for cell, _ in cells))):
            return None
        years = [int(cell[:4]) for cell, _ in cells]
        if years == [year for _, year in cells]:
            return ""
        steps = {second - first for first, second in pairwise(years)}
        return ", ".join(map(str, years)) if steps in ({1}, {-1}) and len(years) > 2 else None

    def cell(self, row: list[str], role: str) -> str:
        """Give the cell of a role; "" where no column has it."""
        at = self.layout.roles.get(role)
        return row[at] if at is not None and at < len(row) else ""

    def key(self, row: list[str], at: int) -> Key:
        """Name, code and words of each column that tells one series from another."""
        layout, found = self.layout, []
        for i in layout.keys:
            code = tidy(row[i] if i < len(row) else "")
            if i != layout.roles.get("unit") and not any(map(str.isalnum, code)):
                code = ""
            word = layout.labels.get(i)
            label = tidy(row[word]) if word is not None and word < len(row) else code
            if (layout.scheme or layout.form == "jsonstat") and word is None and ": " in code:
                code, _, label = code.partition(": ")
            unit = "unit" if i == layout.roles.get("unit") else layout.names[i]
            found.append((unit, code, label or code))
        if layout.values[at]:
            name = layout.values[at]
            label, bracket, code = name.rpartition(" [")
            named = (code.rstrip("]"), label) if bracket and name.endswith("]") else (name, name)
            found.append(("series", *named))
        return tuple(found)

    def flagged(self, row: list[str], at: int, text: str) -> tuple[str, str]:
        """Part a cell from its flag, which stands behind the number or in a column of its own."""
        if (own := self.layout.flags.get(at)) is not None and own < len(row):
            return text, row[own]
        if self.layout.scheme == "eurostat" and (parts := text.rsplit(None, 1))[1:]:
            number, flag = parts
            if flag.isalpha() and len(flag) <= 3:
                return number, flag
        return text, self.cell(row, "flag").split(":")[0].strip()


class Gathered:
    """Figures of all sheets of a file as columns."""

    def __init__(self, file: str, aside: bool) -> None:
        self.file, self.aside = file, aside
        self.faults: list[Problem] = []
        self.faulty: dict[tuple[int, int], Problem] = {}
        self.layouts: list[Layout] = []
        self.bare: list[Layout] = []
        """Layouts of sheets without a figure, such as the links of a page."""
        self.notes: list[str] = []
        self.passed: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.series: dict[Key, int] = {}
        self.areas: dict[tuple[str, str], int] = {}
        # A column each: a row each would take several times the memory.
        numbers = (
            "series", "area", "year", "span", "place", "every", "power", "unscaled", "percent",
            "line", "fault",
        )  # fmt: skip
        self.columns: dict[str, Any] = {name: array("q") for name in numbers}
        self.columns |= {name: list[str]() for name in TEXTS}

    def sheet(self, sheet: Sheet, layout: Layout, choices: Choices) -> None:
        """Read one sheet, and once more if only its last rows tell the decimal mark."""
        decimal = choices.decimal or "point"
        sheet, layout = under_headings(filled_down(sheet, layout), layout)
        kept, passed = len(self.columns["line"]), Counter(self.passed)
        problems = list(self.problems)
        evidence = self._walk(sheet, layout, decimal)
        if not choices.decimal:
            usual = sheet.delimiter == "," or bool(layout.scheme)
            grouped = layout.form in _COMMAS_GROUP and sheet.delimiter != ";"
            decimal, doubt = evidence.decide(points_are_usual=usual, commas_group=grouped)
            if doubt:
                line = layout.header + 1
                raise FormError([Problem(sheet.file, line, "value", "decimal mark", doubt)])
            if decimal != "point":
                for column in self.columns.values():
                    del column[kept:]
                self.passed, self.problems = passed, problems
                evidence = self._walk(sheet, layout, decimal)
                self.notes.append("numbers have a decimal comma")
        for line, column, text in evidence.unread:
            other = "point" if decimal == "comma" else "comma"
            message = f"a decimal {other} where others are read with a {decimal}; write all alike"
            self.problem(Problem(sheet.file, line, column, text, message))
        layouts = self.layouts if len(self.columns["line"]) > kept else self.bare
        layouts.append(layout)
        if layout.areas:
            self.notes.append("the columns are areas")
        elif (
            len(layout.values) > 1 + len(layout.parts)
            and "area" not in layout.roles
            and not layout.keys
        ):
            self.notes.append("each column is a series; if they are areas, say --areas-across")
        self.notes += [
            note for note in sheet.notes if note not in (*self.notes, "packed", JSON_STAT)
        ]

    def _walk(self, sheet: Sheet, layout: Layout, decimal: str) -> Evidence:
        evidence = Evidence()
        columns = Columns(layout, sheet.file)
        fixed = columns.fixed
        series_of: dict[tuple[str, ...], int] = {}
        for line, row in sheet.rows():
            if line <= layout.header or not any(row):
                continue
            if len(row) > len(layout.names) and any(row[len(layout.names) :]):
                self._misfit(sheet, layout, line, row)
                continue
            if (again := columns.header_again(row)) is not None:
                self.passed["rows that repeat the header"] += not again
                if again:
                    message = "other years than the header has; give each table by itself"
                    self.problem(Problem(sheet.file, line, "header", again, message))
                continue
            periods = columns.periods(row)
            fault = None
            if periods is None:
                fault = self._no_period(sheet, layout, line, row)
                if fault and not self.aside:
                    self.problem(fault)
                if not (fault and self.aside):
                    if columns.cell(row, "area_code"):
                        self._area(columns, row)  # a country without a figure is named
                    continue
                periods = [(at, Period(0)) for at in layout.values]
            if columns.cell(row, "action").split(":")[0] == "D":
                self.passed["rows that delete a figure"] += 1
                continue
            own = self._area(columns, row)
            for at, period in periods:
                named = layout.areas.get(at)
                area = own if named is None else self._area_of(named, named)
                text = row[at] if at < len(row) else ""
                raw = (*(row[i] if i < len(row) else "" for i in columns.needed), layout.values[at])
                key = series_of.get(raw)
                if key is None:
                    key = self._series(columns.key(row, at) + fixed)
                    series_of[raw] = key
                if fault:
                    self._set_aside(fault, key, area)
                    continue
                self._cell(
                    sheet, columns, decimal, evidence, (line, row, at, text, period, key, area)
                )
        return evidence

    def _misfit(self, sheet: Sheet, layout: Layout, line: int, row: list[str]) -> None:
        mend = "put quotes around a cell that holds the divider of the columns"
        message = f"{len(row)} fields where the header has {len(layout.names)}; {mend}"
        self.problem(Problem(sheet.file, line, "row", f"{len(row)} fields", message))

    def _no_period(self, sheet: Sheet, layout: Layout, line: int, row: list[str]) -> Problem | None:
        """Pass over a line of words below the table; a row of figures without a year is a fault."""
        year = layout.year or 0
        cell = row[year] if year < len(row) else ""
        values = [row[i] for i in layout.values if i < len(row) and i != year and row[i]]
        if layout.form == "owid" and _FAR_BACK.fullmatch(cell):
            self.passed["figures before the year 1000"] += 1
        elif layout.year is None or not any(map(is_number, values)):
            named = layout.year is None and not any(values)
            what = "rows without a figure" if named else "lines of words beside the figures"
            self.passed[what] += 1
        elif _WORDY.search(cell):
            self.passed[f"rows of {shown(cell)}"] += 1
        else:
            message = "not a year; write four digits such as 2024"
            return Problem(sheet.file, line, layout.names[year], cell, message)
        return None

    def _set_aside(self, problem: Problem, series: int, area: int) -> None:
        """Keep what is wrong with a series as a row of it, for its place may still change."""
        self.faults.append(problem)
        found = {"series": series, "area": area, "fault": len(self.faults)}
        for name, cells in self.columns.items():
            cells.append(found.get(name, "" if name in TEXTS else 0))

    def problem(self, problem: Problem) -> None:
        """Keep what is wrong, up to as many as anybody reads."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def note(self, text: str) -> None:
        """Keep what a reader should know, once."""
        self.notes += [text] * (text not in self.notes)

    def _area(self, columns: Columns, row: list[str]) -> int:
        name, code = tidy(columns.cell(row, "area")), columns.cell(row, "area_code")
        first, _, rest = name.partition(": ")
        if rest and not code and " " not in first:
            code, name = first, rest
        return self._area_of(code or name, name or code)

    def _area_of(self, code: str, name: str) -> int:
        return self.areas.setdefault((code, name), len(self.areas))

    def _series(self, key: Key) -> int:
        return self.series.setdefault(key, len(self.series))

    def _cell(
        self, sheet: Sheet, columns: Columns, decimal: str, evidence: Evidence, place: tuple
    ) -> None:
        line, row, at, text, period, series, area = place
        column = columns.layout.names[at] or f"column {at + 1}"
        scheme = columns.layout.scheme
        bare, flag = columns.flagged(row, at, text)
        if bare[:1] in _MINUS and columns.layout.form == "yearbook":
            bare = f"-{bare[1:].strip()}"
            self.note("△ or ▲ before a figure is read as a minus")
        if is_missing(bare):
            self.passed["empty cells" if not bare else f"cells {bare}"] += 1
            return
        if bare.startswith("="):
            self.passed["formulas, whose results are to be pasted as values"] += 1
            return
        if is_bound(bare):
            self.passed["figures that are bounds, such as <5"] += 1
            return
        other = None
        if isinstance(text, Typed):
            found = read_number(bare)
        elif "," not in bare and "." not in bare:
            found = read_number(bare, decimal)
        else:
            both = read_number(bare, "point"), read_number(bare, "comma")
            evidence.add(bare, *both, f"row {line}, column {column}")
            found, other = both if decimal == "point" else both[::-1]
            if found is None and other:
                evidence.unread.append((line, column, text))
                return  # the decimal mark is decided by all cells together
        if found is None and status_of(scheme, bare)[0] == "missing":
            self.passed[f"cells {bare}"] += 1
            return
        own = found.flag if found else ""
        if found and found.marks and not own and known_flag(scheme, found.marks):
            own = found.marks
        wordy = found and found.marks and not own and re.search(r"[a-z]{3}", found.marks)
        if found is None or wordy or (own and not known_flag(scheme, own)):
            message = "not a number; write plain digits, or leave the cell empty"
            problem = Problem(sheet.file, line, column, text, message)
            if self.aside:
                self._set_aside(problem, series, area)
            else:
                self.problem(problem)
            return
        if period.mark and not (flag or own):
            own = period.mark if known_flag(scheme, period.mark) else ""
        flag = flag or own
        after = columns.cell(row, "estimates")
        if not flag and after.isdigit() and period.year > int(after):
            flag = "estimated"
        status, meaning = status_of(scheme, flag) if flag else ("", "")
        if status in ("passed", "missing"):
            self.passed[f"figures marked {flag} ({meaning})"] += 1
            return
        if found.marks and not own:
            self.passed["footnote marks taken off"] += 1
        if found.bracketed:
            self.note("figures in brackets are read as negative")
        told = columns.cell(row, "multiplier")
        told = "" if told.casefold() in _NO_POWER else told
        power = multiplier_of(told)
        if power is None:
            name = columns.layout.names[columns.layout.roles["multiplier"]]
            message = "no power of ten; write a number such as 6, or a word such as Millions"
            self.problem(Problem(sheet.file, line, name, told, message))
            return
        found_here = {
            "series": series, "area": area, **period._asdict(), "text": found.text,
            "power": power + found.power, "percent": found.percent, "status": status, "flag": flag,
            "other": other.text if other and other.text != found.text else "",
            "line": line, "column": column, "edition": columns.cell(row, "edition"),
            "unscaled": "multiplier" in columns.layout.roles and not told, "fault": 0,
        }  # fmt: skip
        del found_here["mark"]
        for name, value in found_here.items():
            self.columns[name].append(value)


def filled_down(sheet: Sheet, layout: Layout) -> Sheet:
    """Repeat what stands once beside several rows, as merged cells leave it: each name but once.

    Where blanks stand for a total, as in Open SDG, names are repeated, or blanks come first.
    """
    figures = [*layout.years, *layout.values]
    keys = sorted({*layout.keys, *(layout.roles.get(r, -1) for r in ("area", "area_code"))} - {-1})
    last = keys[-1] if layout.year is None and keys else layout.year or 0
    width = max(figures + keys, default=0) + 1

    def holds_figures(number: int, row: list[str]) -> bool:
        wide = number > layout.header and len(row) >= width
        return wide and any(is_number(row[i]) for i in figures)

    rows = [
        row for number, row in islice(sheet.rows(), MOST_LOOKED_AT) if holds_figures(number, row)
    ]
    merged = []
    for i in keys:
        cells = [row[i] for row in rows]
        names = [cell for cell in cells if cell]
        alone = [one for one, other in pairwise(cells) if one and other]
        once = len(set(names)) == len(names) > 1 and len(names) < len(cells)
        if i < last and once and cells[0] and not alone:
            merged.append(i)
    if not merged:
        return sheet

    def filled() -> Rows:
        told = dict.fromkeys(merged, "")
        for number, row in sheet.rows():
            row, held = list(row), holds_figures(number, row)
            for i in merged if held else ():
                if row[i]:
                    told |= {later: "" for later in merged if later > i}
                told[i] = row[i] = row[i] or told[i]
            yield number, row

    return replace(
        sheet, rows=filled, notes=(*sheet.notes, "names that stand once are repeated below")
    )


def under_headings(sheet: Sheet, layout: Layout) -> tuple[Sheet, Layout]:
    """Write beside an item the row of words above it, where that tells it from others.

    A name that stands in the table more than once is told apart by the heading above; one that is
    marked as a part, as in `其中：`, by the last one that is not; and a heading may name a unit.
    """
    columns = sorted({*layout.keys, layout.roles.get("area", -1)} - {-1, layout.roles.get("unit")})
    rows = list(islice(sheet.rows(), MOST_LOOKED_AT + 1))
    if layout.year is not None or not columns or len(rows) > MOST_LOOKED_AT:
        return sheet, layout
    items, heading, whole = dict[int, tuple[str, str, str]](), "", ""
    levels = list[tuple[int, str]]()
    for number, row in rows:
        label = " ".join(row[i] for i in columns if i < len(row) and row[i])
        if number <= layout.header or not label:
            continue
        indent = sheet.indents.get(number, 0)
        while levels and levels[-1][0] >= indent:
            levels.pop()
        path = ", ".join(name for _, name in levels)
        levels.append((indent, tidy(label)))
        if any(row[i] for i in layout.years if i < len(row)):
            part = bool(_PART.match(label))
            heading = "" if path else heading  # what is set in ends where the indentation does
            items[number] = label, path or (whole if part else heading), path or heading
            whole = whole if part else tidy(label)
        else:
            heading = whole if _PART.fullmatch(label) else tidy(label)
    counts = Counter(label for label, *_ in items.values())
    above = {
        number: over if counts[label] > 1 else titled
        for number, (label, over, titled) in items.items()
        if (over and counts[label] > 1) or unit_of("", titled)
    }
    if not above:
        return sheet, layout
    width = len(layout.names)

    def told() -> Rows:
        for number, row in sheet.rows():
            yield (
                number,
                [*row, *[""] * (width - len(row)), *[above.get(number, "")] * (len(row) <= width)],
            )

    headed = replace(layout, names=[*layout.names, HEADING], keys=[width, *layout.keys])
    return replace(sheet, rows=told), headed
