"""Workbooks (.xlsx) of unknown quality: the first sheet's cells as text, or named problems.

A cell that is typed as a number is read with the decimals that its format shows; a date becomes an
ISO date. A formula is refused: its result is computed, not printed, and may be out of date.
"""

import hashlib
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from helpers.observations.readers import Row, TableFile, check_header
from helpers.problems import Problem, shown

MOST_UNPACKED = 1_000_000_000
"""Bytes: a small file can unpack into more than a machine holds."""

MOST_NAMED = 20
"""Places named of one kind of fault: a sheet full of formulas needs no line for each."""

_OLD_FORM = b"\xd0\xcf\x11\xe0"
_DECIMALS = re.compile(r"[#,]*0?(?:\.(0+))?(?:_\)|_ )?")


class _Refused(Exception):
    """The workbook as a whole cannot be used; holds value and message."""


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
    except _Refused as refused:
        problem = Problem(file, 1, "file", *refused.args)
        return TableFile(file, problems=(problem,), checksum=checksum)
    return _table(sheet, file, columns, checksum)


def _first_sheet(content: bytes, columns: Sequence[str]) -> Any:
    book = _opened(content)
    if not book.worksheets or book.worksheets[0] is not book._sheets[0]:
        raise _Refused("sheet", "the first sheet holds no cells; put the table on the first sheet")
    first, *others = book.worksheets
    if first.sheet_state != "visible":
        raise _Refused(first.title, "the first sheet is hidden; show it, or put the table first")
    for other in others:
        filled = {str(cell.value) for row in other.iter_rows() for cell in row if cell.value}
        if len(filled & set(columns)) >= 2:
            hidden = "" if other.sheet_state == "visible" else " (hidden)"
            message = (
                f"only the first sheet is read, but this one{hidden} holds a table too; save it as "
                f"a file of its own, or delete it"
            )
            raise _Refused(other.title, message)
    return first


def _opened(content: bytes) -> Any:
    import openpyxl  # here, as reading CSV must not pay for it

    if not content:
        raise _Refused("empty", "the file is empty; save the workbook again")
    if content.startswith(_OLD_FORM):
        message = "an old or a password-protected workbook; save it as .xlsx without a password"
        raise _Refused("workbook", message)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise _Refused("workbook", "it unpacks to more than 1 GB; save the table as CSV")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, not about cells
            return openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
    except (_Refused, MemoryError):
        raise
    except Exception as error:  # the readers of zip and XML raise many kinds for damaged bytes
        message = "the workbook is damaged or half written; open it, save it again as .xlsx"
        raise _Refused(type(error).__name__, message) from None


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
        texts = {i: _text(cell, header.get(i, "")) for i, cell in filled.items()}
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
        percent = f"{cell.value * 100:.10g}"
        return f"{place} is a number shown in percent; format it as a plain number, {percent}"
    if isinstance(cell.value, datetime) and cell.value.time() != time():
        return f"{place} holds a time of day; write the date alone"
    if not isinstance(cell.value, str | int | float | date):
        return f"{place} is of a kind that is not read; write a number or words"
    return ""


def _text(cell: Any, column: str) -> str:
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
        printed = f"{value:.{len(decimals[1])}f}"
        # Zeros that the format adds are printed; digits that it hides are kept.
        text = printed if float(printed) == float(text) else text
    return text


def _shortened(faults: list[Problem]) -> list[Problem]:
    if len(faults) <= MOST_NAMED:
        return faults
    first, *_ = faults
    message = f"{len(faults) - MOST_NAMED} more cells of this sheet cannot be read; mend them alike"
    more = Problem(first.file, faults[MOST_NAMED].line, "row", "more", message)
    return [*faults[:MOST_NAMED], more]
