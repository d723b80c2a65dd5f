"""Workbooks of every kind as grids of cells: xlsx, xls, ods, and the XML of Excel 2003."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree

from helpers.observations.forms.numerals import Typed
from helpers.observations.readers import Refused, open_workbook, printed

Place = tuple[int, int]
"""Row and column, counted from 1; lines above a table stand in rows up to 0."""
HIDDEN = "the sheet is hidden"
INSTEAD = "ask for CSV, or save the table as .xlsx"
_OFFICE = "{urn:schemas-microsoft-com:office:spreadsheet}"
MOST_CELLS = 20_000_000
"""Of a workbook of the kinds xls and ods, whose sheets are held whole."""


@dataclass
class Grid:
    """A table: the text of each place that holds any, and what is merged."""

    name: str = ""
    cells: dict[Place, str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row and column, last row and column."""
    notes: tuple[str, ...] = ()
    indents: dict[int, int] = field(default_factory=dict)
    """How far the first text of a row is set in; 0 is left out."""
    row: int = 0
    column: int = 0
    taken: set[Place] = field(default_factory=set)
    """`row`, `column`, `taken`: where the next cell stands, and what merged cells reach over."""

    def put(self, text: str, across: int = 1, down: int = 1) -> Place:
        """Write the next cell of a row behind what is taken, over so many columns and rows."""
        self.row, self.column = max(1, self.row), self.column + 1
        while (self.row, self.column) in self.taken:
            self.column += 1
        place = self.row, self.column
        if across * down > 1:
            last = self.row + down - 1, self.column + across - 1
            self.merged.append((*place, *last))
            rows = range(self.row, last[0] + 1)
            self.taken |= {(i, j) for i in rows for j in range(self.column, last[1] + 1)}
        if text:
            self.cells[place] = text
        self.column += across - 1
        return place

    def head(self, lines: Sequence[str]) -> None:
        """Write lines above the first row."""
        self.cells |= {(i - len(lines) + 1, 1): line for i, line in enumerate(lines)}


def grids_of_xlsx(content: bytes) -> list[Grid]:
    """Take the sheets out of a workbook of today's kind."""
    sheets = []
    for sheet in open_workbook(content).worksheets:
        cells = {
            (cell.row, cell.column): _xlsx_text(cell)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }
        merged = [
            (area.min_row, area.min_col, area.max_row, area.max_col)
            for area in sheet.merged_cells.ranges
        ]
        hidden = sum(bool(row.hidden) for row in sheet.row_dimensions.values())
        notes = [f"{hidden} hidden rows are read too"] * bool(hidden)
        notes += [HIDDEN] * (sheet.sheet_state != "visible")
        percent = any(
            isinstance(cell.value, int | float) and "%" in str(cell.number_format)
            for row in sheet.iter_rows()
            for cell in row
        )
        notes += ["cells shown in per cent are read as they are shown"] * percent
        indents = {row: indent for row, indent in map(_xlsx_indent, sheet.iter_rows()) if indent}
        sheets.append(Grid(sheet.title, cells, merged, tuple(notes), indents))
    return sheets


def _xlsx_indent(row: Sequence[Any]) -> tuple[int, int]:
    """Give the number of a row and how far its first text is set in, by blanks or by its style."""
    first = next((cell for cell in row if cell.value not in (None, "")), row[0])
    return first.row, set_in([str(first.value or "")]) + 2 * int(first.alignment.indent or 0)


def _xlsx_text(cell: Any) -> str:
    if isinstance(cell.value, int | float) and "%" in str(cell.number_format):
        return Typed(f"{cell.value * 100:.12g}%")
    text = printed(cell, "value").strip()
    return Typed(text) if isinstance(cell.value, int | float) else text


def grids_by_calamine(content: bytes) -> list[Grid]:
    """Take the sheets out of a workbook of an older or another kind: xls, ods."""
    try:
        import python_calamine
    except ImportError:
        message = "such a workbook needs python-calamine; install shenzhen-targets[files]"
        raise Refused("workbook", f"{message}, or save it as .xlsx") from None
    sheets = []
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        for about in book.sheets_metadata:
            name, shown = about.name, about.visible == python_calamine.SheetVisibleEnum.Visible
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise Refused(name, "the sheet is too large; save the table as CSV")
            rows = sheet.to_python(skip_empty_area=False)
            cells = {
                (i, j): typed_text(value)
                for i, row in enumerate(rows, start=1)
                for j, value in enumerate(row, start=1)
                if value != ""
            }
            ranges = getattr(sheet, "merged_cell_ranges", None) or []
            merged = [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in ranges]
            sheets.append(Grid(name, cells, merged, (HIDDEN,) * (not shown)))
    except python_calamine.PasswordError:
        raise Refused("workbook", "it has a password; save it without one") from None
    except python_calamine.CalamineError as error:
        message = "the workbook is damaged or half written; open it, save it again as .xlsx"
        raise Refused(type(error).__name__, message) from None
    return sheets


def grids_of_xml(text: str) -> list[Grid]:
    """Take the sheets out of a workbook that Excel 2003 wrote as XML; refuse any other XML."""
    if "<!DOCTYPE" in text or _OFFICE.strip("{}") not in text:
        what = "SDMX-ML" if "sdmx" in text[:3000].lower() else "XML"
        raise Refused("file", f"it is {what}, whatever its name says; {INSTEAD}")
    try:
        book = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except ElementTree.ParseError as error:
        message = f"the workbook is damaged ({error}); open it, save it again as .xlsx"
        raise Refused("workbook", message) from None
    percent = {
        style.get(f"{_OFFICE}ID")
        for style in book.iter(f"{_OFFICE}Style")
        for form in style.iter(f"{_OFFICE}NumberFormat")
        if "%" in (shape := form.get(f"{_OFFICE}Format", "")) or shape == "Percent"
    }
    return [_office_sheet(sheet, percent) for sheet in book.iter(f"{_OFFICE}Worksheet")]


def _office_sheet(sheet: ElementTree.Element, percent: set[str | None]) -> Grid:
    grid = Grid(sheet.get(f"{_OFFICE}Name", ""))
    for row in sheet.iter(f"{_OFFICE}Row"):
        grid.row, grid.column = int(row.get(f"{_OFFICE}Index", grid.row + 1)), 0
        for cell in row.iter(f"{_OFFICE}Cell"):
            if at := cell.get(f"{_OFFICE}Index"):
                grid.column = int(at) - 1
            across, down = (int(cell.get(f"{_OFFICE}Merge{way}", 0)) for way in ("Across", "Down"))
            style = cell.get(f"{_OFFICE}StyleID", row.get(f"{_OFFICE}StyleID"))
            grid.put(_office_text(cell, style in percent), across + 1, down + 1)
    if "SheetHidden" in "".join(sheet.itertext()):
        grid.notes = (HIDDEN,)
    return grid


def _office_text(cell: ElementTree.Element, percent: bool) -> str:
    if cell.get(f"{_OFFICE}Formula"):
        return "=" + cell.get(f"{_OFFICE}Formula", "").lstrip("=")
    data = cell.find(f"{_OFFICE}Data")
    text = "" if data is None else " ".join("".join(data.itertext()).split())
    kind = "" if data is None else data.get(f"{_OFFICE}Type", "")
    if kind == "Number" and text:
        value = float(text) * 100 if percent else float(text)
        plain = f"{value:.12g}" if percent else text
        plain = plain if "e" not in plain.lower() else f"{value:.20f}".rstrip("0").rstrip(".")
        return Typed(plain + "%" * percent)
    return text[:10] if kind == "DateTime" else text


def typed_text(value: object) -> str:
    """Write a value of a typed cell as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        text = f"{value:.15g}"
        return Typed(text if "e" not in text else f"{value:.20f}".rstrip("0").rstrip("."))
    text = "" if value is None else str(value).strip()
    return Typed(text) if isinstance(value, int) else text


def set_in(cells: Iterable[str]) -> int:
    """Say how far the first text of a row is set in; a wide blank counts twice."""
    first = next((cell for cell in cells if cell.strip()), "")
    blank = first[: len(first) - len(first.lstrip())]
    return len(blank) + blank.count("\u3000")
