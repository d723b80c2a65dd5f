"""CSV files and workbooks of unknown quality: numbered rows and named problems out.

A cell that is typed as a number is read with the decimals that its format shows; a date becomes an
ISO date. A formula is refused: its result is computed, not printed, and may be out of date.
"""

import csv
import hashlib
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from helpers.observations.files import decode, read_content
from helpers.observations.schema import OPTIONAL_COLUMNS
from helpers.problems import Problem, TableError, closest, shown


@dataclass(frozen=True)
class Row:
    """One row of a file: where it starts (the line, or the row of a sheet), its cells by column."""

    file: str
    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class TableFile:
    """A table read from one file.

    ``rows`` fit the header, ``misfits`` have too few or too many fields. ``usable`` is False when
    nothing can be said about what the file holds (it is missing, in another encoding, its header
    is wrong, a quote is left open), so that nothing should be checked against it. ``checksum`` is
    the SHA-256 of the very bytes that were parsed.
    """

    file: str
    rows: tuple[Row, ...] = ()
    misfits: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    checksum: str = ""
    usable: bool = False


def read_csv(path: Path, file: str, columns: Sequence[str]) -> TableFile:
    """Read one CSV file with a given set of columns, in any order.

    Parameters
    ----------
    path : Path
        The file; it is opened once.
    file : str
        The name under which problems are reported.
    columns : sequence of str
        The columns that the header must hold, no more and, but for `OPTIONAL_COLUMNS`, no fewer.

    Returns
    -------
    TableFile
        Never raises for what the file holds or for a file that cannot be opened.
    """
    content, problem = read_content(path, file, "the columns " + ", ".join(columns))
    return TableFile(file, problems=(problem,)) if problem else parse_csv(content, file, columns)


def parse_csv(content: bytes, file: str, columns: Sequence[str]) -> TableFile:
    """Parse the content of a CSV file; see `read_csv`."""
    checksum = hashlib.sha256(content).hexdigest()
    text, problem = decode(content, file)
    if problem:
        return TableFile(file, problems=(problem,), checksum=checksum)
    return _parse(text, file, columns, checksum)


def _parse(text: str, file: str, columns: Sequence[str], checksum: str) -> TableFile:
    rows: list[Row] = []
    misfits: list[Row] = []
    problems: list[Problem] = []
    stream = io.StringIO(text, newline="")
    try:
        for found in csv_rows(stream, file, lambda names: (list(names), list(columns)), misfits):
            (rows if isinstance(found, Row) else problems).append(found)  # type: ignore[arg-type]
    except TableError as error:
        told = tuple(problems) if error.problems[0].value == "quotes" else ()
        return TableFile(file, problems=(*told, *error.problems), checksum=checksum)
    return TableFile(file, tuple(rows), tuple(misfits), tuple(problems), checksum, usable=True)


def csv_rows(
    stream: IO[str],
    file: str,
    header_of: Callable[[Sequence[str]], tuple[list[str], list[str]]],
    misfits: list[Row] | None = None,
) -> Iterator[Row | Problem]:
    """Yield the rows of a CSV file one by one, and a problem for each that does not fit.

    Parameters
    ----------
    stream : text stream
    file : str
        The name under which problems are reported.
    header_of : callable
        Gives for the names of the first row the header and the columns that it must hold.
    misfits : list of Row, optional
        Gathers the rows that do not fit.

    Raises
    ------
    helpers.problems.TableError
        For a header that is wrong, an empty file or a quote that is left open.
    """
    reader = csv.reader(stream, strict=True)
    header: list[str] = []
    columns: list[str] = header_of([])[1]
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not cells:
                continue
            if not header:
                header, columns = header_of(cells)
                if problems := check_header(header, columns, file, line):
                    raise TableError(problems)
            elif len(cells) == len(header):
                yield Row(file, line, dict(zip(header, cells, strict=True)))
            else:
                if misfits is not None:
                    misfits.append(Row(file, line, dict(zip(header, cells, strict=False))))
                yield _misfit(file, line, cells, header)
    except csv.Error as error:
        message = f"the row cannot be parsed ({error}); close every quote and double quotes inside"
        raise TableError([Problem(file, start, "row", "quotes", message)]) from None
    if not header:
        message = "the file is empty; its first line must name the columns " + ", ".join(columns)
        raise TableError([Problem(file, 1, "header", "empty", message)])


def check_header(
    header: Sequence[str], columns: Sequence[str], file: str, line: int = 1
) -> list[Problem]:
    """List the unknown, repeated and missing columns of a header, each with its mend."""
    problems = []
    missing = [name for name in columns if name not in header]
    # A word of a plan can be the name of a column: a line of values is no header for that.
    if 4 * sum(name.strip().lower() in columns for name in header) < len(header):
        split = next((sign for sign in ";\t|" if len(header) == 1 and sign in header[0]), "")
        mend = (
            f"its cells are split by {split!r}; save the file with commas"
            if split
            else f"the first line must name {', '.join(columns)}"
        )
        told = ", ".join(filter(None, header))
        return [Problem(file, line, "header", told, f"no known column; {mend}")]
    for number, name in enumerate(header):
        if name in header[:number]:
            message = "the column stands twice in the header; remove one"
            problems.append(Problem(file, line, name, name, message))
        elif name not in columns:
            near = closest(name, missing) or "; the columns are " + ", ".join(columns)
            problems.append(Problem(file, line, name, name, f"unknown column{near}"))
            # A misspelt column is one mistake: do not report its right name as missing too.
            missing = [m for m in missing if repr(m) not in near]
    for name in (name for name in missing if name not in OPTIONAL_COLUMNS):
        message = "the column is missing from the header; add it, with empty cells if unknown"
        problems.append(Problem(file, line, name, "missing", message))
    return problems


def _misfit(file: str, line: int, cells: list[str], header: list[str]) -> Problem:
    if not any(cell.strip() for cell in cells):
        return Problem(file, line, "row", "empty", "the row is empty; delete the line")
    found, wanted = len(cells), len(header)
    mend = (
        "put quotes around a cell that holds a comma, and write numbers without them"
        if found > wanted
        else "add the missing commas; an empty cell still needs its comma"
    )
    message = f"{found} fields where the header has {wanted}; {mend}"
    return Problem(file, line, "row", f"{found} fields", message)


MOST_UNPACKED = 100_000_000
"""Bytes: a small file can unpack into more than a machine holds."""

MOST_CELLS = 300_000
"""From the first cell to the last row and column: a workbook is held whole, and so is its rim."""

MOST_PARTS = 4 * MOST_CELLS
"""Elements of XML in all parts of a workbook; a cell takes two to four."""

MOST_NAMED = 20
"""Places named of one kind of fault: a sheet full of formulas needs no line for each."""

_SCALED = re.compile(r"[0#?],+(?![0#?,])|!\.|\\\.")
"""A comma behind the last digit divides by a thousand; an escaped point only looks like one."""
_OLD_FORM = b"\xd0\xcf\x11\xe0"
_DECIMALS = re.compile(r"[#,]*0?(?:\.(0+))?(?:_\)|_ )?")


class Refused(Exception):
    """A file as a whole cannot be used; holds value and message."""


def parse_workbook(content: bytes, file: str, columns: Sequence[str]) -> TableFile:
    """Parse the first sheet of a workbook whose first filled row is the header.

    Parameters
    ----------
    content : bytes
        The file.
    file : str
        The name under which problems are reported; their line is the row of the sheet.
    columns : sequence of str
        The columns that the header must hold, in any order, no more and no fewer.

    Returns
    -------
    TableFile
        Never raises for what the file holds. Rows without any cell are passed over.
    """
    checksum = hashlib.sha256(content).hexdigest()
    try:
        sheet = _first_sheet(content, columns)
    except Refused as refused:
        problem = Problem(file, 1, "file", *refused.args)
        return TableFile(file, problems=(problem,), checksum=checksum)
    return _table(sheet, file, columns, checksum)


def _first_sheet(content: bytes, columns: Sequence[str]) -> Any:
    book = open_workbook(content)
    if not book.worksheets or book.worksheets[0] is not book._sheets[0]:
        raise Refused("sheet", "the first sheet holds no cells; put the table on the first sheet")
    first, *others = book.worksheets
    if first.sheet_state != "visible":
        raise Refused(first.title, "the first sheet is hidden; show it, or put the table first")
    for other in others:
        filled = {str(cell.value) for row in other.iter_rows() for cell in row if cell.value}
        if len(filled & set(columns)) >= 2:
            hidden = "" if other.sheet_state == "visible" else " (hidden)"
            message = (
                f"only the first sheet is read, but this one{hidden} holds a table too; save it as "
                f"a file of its own, or delete it"
            )
            raise Refused(other.title, message)
    return first


def open_workbook(content: bytes) -> Any:
    """Open a workbook of the form .xlsx, unless it would fill the memory; raises `Refused`."""
    import openpyxl  # here, as reading CSV must not pay for it

    if not content:
        raise Refused("empty", "the file is empty; save the workbook again")
    if content.startswith(_OLD_FORM):
        message = "an old or a password-protected workbook; save it as .xlsx without a password"
        raise Refused("workbook", message)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            check_size(packed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, not about cells
            return openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
    except (Refused, MemoryError):
        raise
    except Exception as error:  # the readers of zip and XML raise many kinds for damaged bytes
        message = "the workbook is damaged or half written; open it, save it again as .xlsx"
        raise Refused(type(error).__name__, message) from None


def check_size(packed: zipfile.ZipFile) -> None:
    """Refuse a workbook that would fill the memory, before any of its cells is made."""
    if sum(member.file_size for member in packed.infolist()) > MOST_UNPACKED:
        most = f"{MOST_UNPACKED // 1_000_000} MB"
        raise Refused("workbook", f"it unpacks to more than {most}; save the table as CSV")
    extent = _Extent()
    for member in packed.infolist():
        # A part may have any name: the first letters tell what is read as XML.
        with packed.open(member) as stream:
            if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                extent.read(stream)


class _Extent:
    """How far the cells of a workbook reach, and of how many elements it consists.

    All sheets count together, as each is held whole from its first cell to its last row and column.
    Merged cells, links and comments are made cells too, wherever they point.
    """

    def __init__(self) -> None:
        from openpyxl.utils import column_index_from_string

        self._number_of = column_index_from_string
        self.parts = self.rows = self.columns = self.row = self.column = self.cells = 0
        self.repeated = 1

    def read(self, stream: IO[bytes]) -> None:
        """Add one part; at the first element too many nothing more is read."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._begin
        parser.StartDoctypeDeclHandler = self._refuse_entities
        self.row = self.column = 0
        parser.ParseFile(stream)

    def _refuse_entities(self, *_: object) -> None:
        raise Refused(
            "workbook", "it declares a document type, which no table needs; save it as CSV"
        )

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            most = f"{MOST_PARTS:,} parts of cells, formats and texts"
            raise Refused("workbook", f"it holds more than {most}; save the table as CSV")
        kind = name.rpartition(" ")[2]
        if kind == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif kind == "c":
            self._reach(attributes.get("r", ""))
        elif kind in ("table-row", "table-cell"):
            self._repeat(kind, {key.rpartition(" ")[2]: text for key, text in attributes.items()})
        elif kind in ("mergeCell", "hyperlink", "comment"):
            for corner in attributes.get("ref", "").split(":"):
                self._reach(corner)

    def _repeat(self, kind: str, attributes: dict[str, str]) -> None:
        """Count the cells of an .ods file: one of a few letters can stand for millions."""
        if kind == "table-row":
            self.repeated = int(attributes.get("number-rows-repeated", 1))
        elif "value-type" in attributes:
            self.cells += self.repeated * int(attributes.get("number-columns-repeated", 1))
        if self.cells > MOST_CELLS:
            message = f"more than {MOST_CELLS:,} filled cells; save the table as CSV"
            raise Refused("cells", message)

    def _reach(self, place: str) -> None:
        found = _PLACE.fullmatch(place)
        if found:
            self.column, row = self._number_of(found[1]), int(found[2])
        else:
            self.column, row = self.column + 1, self.row
        self.rows, self.columns = max(self.rows, row), max(self.columns, self.column)
        if self.rows * self.columns > MOST_CELLS:
            message = (
                f"cells, or merged ones, reach down to row {self.rows:,} and to column "
                f"{self.columns:,}; delete the rows and columns beyond the table, or save it as CSV"
            )
            raise Refused(place or "cells", message)


_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def _table(sheet: Any, file: str, columns: Sequence[str], checksum: str) -> TableFile:
    problems = list(_layout_problems(sheet, file))
    header: dict[int, str] = {}
    rows: list[Row] = []
    faults: list[Problem] = []
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        filled = {i: cell for i, cell in enumerate(cells) if cell.value not in (None, "")}
        if not filled:
            continue
        if not header:
            header = {i: str(cell.value) for i, cell in filled.items()}
            problems += check_header(list(header.values()), columns, file, number)
            if problems:
                return TableFile(file, problems=tuple(problems), checksum=checksum)
            continue
        texts = {i: printed(cell, header.get(i, "")) for i, cell in filled.items()}
        found = [
            Problem(file, number, header.get(i, cell.coordinate), shown(cell.value), fault)
            for i, cell in filled.items()
            if (fault := _cell_fault(cell, header.get(i, "")))
        ]
        faults += found
        if not found:
            rows.append(Row(file, number, {n: texts.get(i, "") for i, n in header.items()}))
    if not header:
        message = "the first sheet is empty; its first row must name the columns "
        problems.append(Problem(file, 1, "header", "empty", message + ", ".join(columns)))
        return TableFile(file, problems=tuple(problems), checksum=checksum)
    return TableFile(
        file, tuple(rows), (), (*problems, *_shortened(faults)), checksum, usable=not faults
    )


def _layout_problems(sheet: Any, file: str) -> Iterator[Problem]:
    for merged in list(sheet.merged_cells.ranges)[:MOST_NAMED]:
        message = "merged cells; split them, and write every cell out"
        yield Problem(file, merged.min_row, "row", merged.coord, message)
    hidden = [number for number, row in sheet.row_dimensions.items() if row.hidden]
    for number in sorted(hidden)[:MOST_NAMED]:
        if any(cell.value not in (None, "") for cell in sheet[number]):
            yield Problem(file, number, "row", "hidden", "the row is hidden; show it or delete it")
    for name, column in sheet.column_dimensions.items():
        if column.hidden and any(cell.value not in (None, "") for cell in sheet[name]):
            yield Problem(file, 1, name, "hidden", "the column is hidden; show it or delete it")


def _cell_fault(cell: Any, column: str) -> str:
    """Say why a cell cannot be taken for a printed figure or text, or give an empty string."""
    place = f"cell {cell.coordinate}"
    if not column:
        return f"{place} stands outside the columns of the header; delete it or name its column"
    if cell.data_type == "f":
        return f"{place} holds a formula, not a printed figure; paste the value"
    if cell.data_type == "e":
        return f"{place} holds an error of the spreadsheet; write what was printed"
    if isinstance(cell.value, bool):
        return f"{place} holds true or false; write a number or words"
    if isinstance(cell.value, int | float) and "%" in str(cell.number_format):
        percent, held = f"{cell.value * 100:.10g}", f"{cell.value:.10g}"
        return (
            f"{place} is a number whose format shows %; format it as a plain number, and write "
            f"what was printed: {percent} if it was a share, or {held} if % only stands behind it"
        )
    if isinstance(cell.value, int | float) and _SCALED.search(str(cell.number_format)):
        held = f"{cell.value:.15g}"
        return (
            f"{place} is shown in thousands or more, and held as {held}; format it as a plain "
            f"number, and write what was printed, in the unit of the row"
        )
    if isinstance(cell.value, datetime) and cell.value.time() != time():
        return f"{place} holds a time of day; write the date alone"
    if not isinstance(cell.value, str | int | float | date):
        return f"{place} is of a kind that is not read; write a number or words"
    return ""


def printed(cell: Any, column: str) -> str:
    """Give a cell as it is printed."""
    value = cell.value
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value)
    # A spreadsheet keeps 15 digits; what stands beyond them is noise of binary fractions.
    text = f"{value:.15g}"
    if "e" in text:
        text = f"{value:.0f}" if float(value).is_integer() else f"{value:.20f}".rstrip("0")
    decimals = _DECIMALS.fullmatch(str(cell.number_format))
    if column == "value" and decimals and decimals[1]:
        padded = f"{value:.{len(decimals[1])}f}"
        # Zeros that the format adds are printed; digits that it hides are kept.
        text = padded if float(padded) == float(text) else text
    return text


def _shortened(faults: list[Problem]) -> list[Problem]:
    if len(faults) <= MOST_NAMED:
        return faults
    first, *_ = faults
    message = f"{len(faults) - MOST_NAMED} more cells of this sheet cannot be read; mend them alike"
    more = Problem(first.file, faults[MOST_NAMED].line, "row", "more", message)
    return [*faults[:MOST_NAMED], more]
