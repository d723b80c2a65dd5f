"""Files of every usual kind as sheets of numbered rows: text, workbooks, markup, Parquet."""

import codecs
import csv
import gzip
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Any

from helpers.observations.files import ENCODINGS, MOST_BYTES, decode
from helpers.observations.forms.markup import HIDDEN, grid_of_json, grids_of_html, grids_of_xml
from helpers.observations.forms.numerals import Typed
from helpers.observations.readers import Refused, check_size, open_workbook, printed
from helpers.problems import Problem, TableError

Rows = Iterator[tuple[int, list[str]]]
HEAD = 60
"""Rows among which a header must stand."""
_ENDINGS = (
    ".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xls", ".ods", ".parquet", ".gz", ".htm", ".html",
    ".json",
)  # fmt: skip
_METADATA = ("metadata_", "__macosx", ".")
"""Beginnings of what stands in an archive beside the figures."""
_AMOUNT = re.compile(r"(?!(19|20)\d\d$)[-+]?[\d.,]+%?")
"""A number that is no year."""
_DECLARED = re.compile(rb"<[^>]{0,200}\b(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]{3,20})")
"""The encoding that a page or XML says it has."""
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "x-sjis": "cp932"}
"""What pages hold that say they have a narrower encoding."""
_PACKED = re.compile(r"[\w,;.-]+\\(TIME_PERIOD|time)", re.IGNORECASE)
MOST_CELLS = 20_000_000
"""Of a workbook of the kinds xls and ods, whose sheets are held whole."""


class FormError(TableError):
    """A file whose figures cannot be read; ``problems`` holds every reason."""


@dataclass(frozen=True)
class Sheet:
    """One table of a file."""

    file: str
    """The file, with the member of an archive or the sheet behind `!`, for messages."""
    rows: Callable[[], Rows]
    """Gives the rows anew each time: number in the file, cells as text."""
    delimiter: str = ""
    """Empty for a workbook and for Parquet, whose numbers are typed."""
    notes: tuple[str, ...] = ()
    """What a reader should know, such as the encoding."""
    indents: dict[int, int] = field(default_factory=dict)
    """How far the first text of a row is set in, once the row was read; 0 is left out."""

    def head(self) -> list[tuple[int, list[str]]]:
        """Give the first rows that hold anything."""
        return list(islice(((n, row) for n, row in self.rows() if any(row)), HEAD))


def open_sheets(content: bytes, file: str) -> list[Sheet]:
    """Take the content of a file apart; what it is says its first bytes, not its name.

    Parameters
    ----------
    content : bytes
        Text in UTF-8, UTF-16, Windows-1252 or one of
        `helpers.observations.files.ENCODINGS`, divided by commas, semicolons, tabs or
        bars; HTML, XML of Excel 2003, JSON; .xlsx, .xls, .ods; Parquet; each of them also as .gz
        or within a .zip.
    file : str
        The name under which problems are reported.

    Raises
    ------
    FormError
        For a file that is empty, damaged, encrypted or unpacks to more than memory should hold.
    """
    try:
        return _opened(content, file, depth=0)
    except Refused as refused:
        raise FormError([Problem(file, 1, "file", *refused.args)]) from None


def _opened(content: bytes, file: str, depth: int) -> list[Sheet]:
    if not content:
        raise Refused("empty", "the file is empty; download it again")
    if content.startswith(b"\x1f\x8b"):
        return _opened(_gunzipped(content), file, _deeper(depth))
    if content.startswith(b"PK\x03\x04"):
        return _of_zip(content, file, depth)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _by_calamine(content, file)
    if content.startswith(b"PAR1"):
        return [_of_parquet(content, file)]
    text, notes = _decoded(content, file)
    begin = text[:3000].lstrip("\ufeff \t\r\n")
    if begin.startswith("MIME-Version"):
        raise Refused("file", "it is a web archive; open it, save it again as .xlsx")
    if re.match(r'[\[{]\s*["\[{]', begin):
        grids = [grid_of_json(text.lstrip("\ufeff"))]
    elif begin.startswith("<"):
        page = re.search(r"<(html|table|!doctype\s+html|head|body|div)\b", begin, re.IGNORECASE)
        office = "<Workbook" in begin or not page
        grids = grids_of_xml(text.lstrip("\ufeff")) if office else grids_of_html(text)
    else:
        return [_of_text(text, file, notes)]
    return [
        _of_cells(f"{file}!{grid.name}" if grid.name else file, grid.cells, grid.merged,
                  (*notes, *grid.notes))
        for grid in grids
    ]  # fmt: skip


def _deeper(depth: int) -> int:
    if depth > 1:
        raise Refused("archive", "an archive within archives; unpack it and give the table")
    return depth + 1


def _gunzipped(content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            made = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError, ValueError) as error:
        raise Refused(type(error).__name__, "the archive is damaged; download it again") from None
    if len(made) > MOST_BYTES:
        most = f"{MOST_BYTES // 1_000_000} MB"
        raise Refused("archive", f"it unpacks to more than {most}; cut the table into parts")
    return made


def _of_zip(content: bytes, file: str, depth: int) -> list[Sheet]:
    try:
        packed = zipfile.ZipFile(io.BytesIO(content))
        names = [member.filename for member in packed.infolist()]
        if "[Content_Types].xml" in names:
            return _of_xlsx(content, file)
        if "content.xml" in names:
            check_size(packed)
            return _by_calamine(content, file)
        return _of_archive(packed, file, depth)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        message = "the archive is damaged or has a password; unpack it and give the table"
        raise Refused(type(error).__name__, message) from None


def _of_archive(packed: zipfile.ZipFile, file: str, depth: int) -> list[Sheet]:
    """Open every table of an archive; what describes them beside it is left closed."""
    members = [
        member
        for member in packed.infolist()
        if member.filename.lower().endswith(_ENDINGS)
        and not member.filename.rpartition("/")[2].lower().startswith(_METADATA)
        and not member.filename.lower().startswith(_METADATA)
    ]
    if not members:
        raise Refused("archive", "no table in it; it must hold one as CSV or as a workbook")
    if sum(member.file_size for member in members) > MOST_BYTES:
        most = f"{MOST_BYTES // 1_000_000} MB"
        raise Refused("archive", f"it unpacks to more than {most}; cut the table into parts")
    sheets = []
    for member in members:
        with packed.open(member) as stream:
            inner = stream.read(member.file_size + 1)
        sheets += _opened(inner, f"{file}!{member.filename}", _deeper(depth))
    return sheets


def _of_text(text: str, file: str, notes: tuple[str, ...]) -> Sheet:
    delimiter = _delimiter_of(text)
    indents = dict[int, int]()
    rows = partial(_text_rows, text, delimiter, file, indents)
    return Sheet(file, rows, delimiter, notes, indents)


def _decoded(content: bytes, file: str) -> tuple[str, tuple[str, ...]]:
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return content.decode(name, "replace"), ("encoded in UTF-16",)
    text, problem = decode(content, file)
    if problem is None:
        return text, ()
    if declared := _DECLARED.search(content[:3000]):
        name = declared[1].decode().lower()
        try:
            return content.decode(_WIDER.get(name, name)), (f"encoded in {name}, as it says",)
        except (UnicodeDecodeError, LookupError):
            pass
    if problem.value in ENCODINGS:
        codec = ENCODINGS[problem.value][0]
        return content.decode(codec), (f"encoded in {problem.value}",)
    if problem.value == "UTF-16":
        little = content[:400:2].count(0) < content[1:400:2].count(0)
        return content.decode("utf-16-le" if little else "utf-16-be", "replace"), (
            "encoded in UTF-16",
        )
    if problem.value.startswith("0x"):
        try:
            return content.decode("cp1252"), ("not UTF-8: read as Windows-1252",)
        except UnicodeDecodeError:
            pass
    raise FormError([problem])


def _delimiter_of(text: str) -> str:
    """Choose what divides most rows into most fields alike; a tab before all others."""
    best, delimiter, begin = 0, ",", text[:200_000]
    for candidate in "\t;|,":
        rows = csv.reader(io.StringIO(begin, newline=""), delimiter=candidate, strict=True)
        counts = list[int]()
        try:
            counts += (len(row) for row in islice(rows, 2 * HEAD) if row)
        except csv.Error:
            if len(begin) == len(text):
                continue  # else a quoted cell may only have been cut
        score = max(((n - 1) * rows for n, rows in Counter(counts).items()), default=0)
        if score > best:
            best, delimiter = score, candidate
        if candidate == "\t" and score > 1:
            break
    return delimiter


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text with their ends, whatever ends them, without a copy of all."""
    end = "\n" if "\n" in text else "\r"
    start = 0
    while start < len(text):
        stop = text.find(end, start) + 1 or len(text)
        yield text[start:stop]
        start = stop


def _set_in(cells: Iterable[str]) -> int:
    """Say how far the first text of a row is set in; a wide blank counts twice."""
    first = next((cell for cell in cells if cell.strip()), "")
    blank = first[: len(first) - len(first.lstrip())]
    return len(blank) + blank.count("\u3000")


def _text_rows(text: str, delimiter: str, file: str, indents: dict[int, int]) -> Rows:
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            number, start = start, reader.line_num + 1
            if cells and not (number == 1 and cells[0].startswith("sep=")):
                if indent := _set_in(cells):
                    indents[number] = indent
                yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        message = f"the row cannot be parsed ({error}); close every quote and double quotes inside"
        raise FormError([Problem(file, start, "row", "quotes", message)]) from None


def _of_xlsx(content: bytes, file: str) -> list[Sheet]:
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
        made = _of_cells(f"{file}!{sheet.title}", cells, merged, tuple(notes))
        sheets.append(replace(made, indents=indents))
    return [sheet for sheet in sheets if sheet.head()]


def _xlsx_indent(row: Sequence[Any]) -> tuple[int, int]:
    """Give the number of a row and how far its first text is set in, by blanks or by its style."""
    first = next((cell for cell in row if cell.value not in (None, "")), row[0])
    return first.row, _set_in([str(first.value or "")]) + 2 * int(first.alignment.indent or 0)


def _xlsx_text(cell: Any) -> str:
    if isinstance(cell.value, int | float) and "%" in str(cell.number_format):
        return Typed(f"{cell.value * 100:.12g}%")
    text = printed(cell, "value").strip()
    return Typed(text) if isinstance(cell.value, int | float) else text


def _by_calamine(content: bytes, file: str) -> list[Sheet]:
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
                (i, j): _typed_text(value)
                for i, row in enumerate(rows, start=1)
                for j, value in enumerate(row, start=1)
                if value != ""
            }
            ranges = getattr(sheet, "merged_cell_ranges", None) or []
            merged = [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in ranges]
            sheets.append(_of_cells(f"{file}!{name}", cells, merged, (HIDDEN,) * (not shown)))
    except python_calamine.PasswordError:
        raise Refused("workbook", "it has a password; save it without one") from None
    except python_calamine.CalamineError as error:
        message = "the workbook is damaged or half written; open it, save it again as .xlsx"
        raise Refused(type(error).__name__, message) from None
    return [sheet for sheet in sheets if sheet.head()]


def _of_cells(
    file: str,
    cells: dict[tuple[int, int], str],
    merged: list[tuple[int, int, int, int]],
    notes: tuple[str, ...] = (),
) -> Sheet:
    """Lay cells out as rows; a merged text stands in each of its cells, a number in the first."""
    for top, left, bottom, right in merged:
        text = cells.get((top, left), "")
        if (
            text
            and not _AMOUNT.fullmatch(text)
            and (bottom - top + 1) * (right - left + 1) < 10_000
        ):
            for place in ((i, j) for i in range(top, bottom + 1) for j in range(left, right + 1)):
                cells.setdefault(place, text)
    rows: dict[int, list[str]] = {}
    width = max((column for _, column in cells), default=0)
    for (row, column), text in cells.items():
        rows.setdefault(row, [""] * width)[column - 1] = text
    ordered = sorted(rows.items())
    return Sheet(file, lambda: iter(ordered), "", notes)


def _typed_text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        text = f"{value:.15g}"
        return Typed(text if "e" not in text else f"{value:.20f}".rstrip("0").rstrip("."))
    text = "" if value is None else str(value).strip()
    return Typed(text) if isinstance(value, int) else text


def _of_parquet(content: bytes, file: str) -> Sheet:
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        message = "Parquet needs pyarrow; install shenzhen-targets[parquet], or give CSV"
        raise Refused("Parquet", message) from None
    try:
        names = parquet.ParquetFile(arrow.BufferReader(content)).schema_arrow.names
    except (arrow.ArrowException, OSError) as error:
        message = f"cannot be read as Parquet ({type(error).__name__}); give a sound file"
        raise Refused("Parquet", message) from None

    def rows() -> Rows:
        # The header is no row of a Parquet file: its rows are counted from 1.
        yield 0, list(map(str, names))
        number = 0
        for batch in parquet.ParquetFile(arrow.BufferReader(content)).iter_batches():
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield number, [_typed_text(cell) for cell in cells]

    return Sheet(file, rows)


def unpadded(sheet: Sheet) -> Sheet:
    """Take off the columns on the left that hold nothing."""
    blank = min(
        (next(i for i, cell in enumerate(row) if cell) for _, row in sheet.head()), default=0
    )
    if not blank:
        return sheet
    return replace(sheet, rows=lambda: ((number, row[blank:]) for number, row in sheet.rows()))


def unpacked(sheet: Sheet) -> Sheet:
    """Divide the first cell of each row where it packs several keys, as Eurostat's does."""
    head = sheet.head()
    if not head or not _PACKED.fullmatch(head[0][1][0]):
        return sheet

    def rows() -> Rows:
        for number, (first, *others) in sheet.rows():
            yield number, [*(part.strip() for part in first.partition("\\")[0].split(",")), *others]

    return replace(sheet, rows=rows, notes=(*sheet.notes, "packed"))
