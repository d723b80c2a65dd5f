"""Files of every usual kind as sheets of numbered rows: text, workbooks, markup, Parquet."""

import codecs
import csv
import gzip
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice, takewhile
from unicodedata import east_asian_width

from helpers.observations.files import ENCODINGS, MOST_BYTES, decode
from helpers.observations.forms.markup import grid_of_json, grids_of_html
from helpers.observations.forms.numerals import is_missing, is_number
from helpers.observations.forms.workbooks import (
    Grid,
    grids_by_calamine,
    grids_of_xlsx,
    grids_of_xml,
    set_in,
    typed_text,
)
from helpers.observations.readers import Refused, check_size
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
_UNSEEN = "\ufeff\u200b\u200e\u200f\u2060"
"""Marks of byte order and direction, which joined files and pages leave among the cells."""
_AS_TEXT = re.compile(r'^="([^"]*)"$')
"""A cell that was written so that Excel leaves it as it is."""
_APART = re.compile(r"\S+(?: \S+)*")
_DIVIDING_COMMA = re.compile(r"(?<!\d),|,(?!\d{3}(?!\d))")
_LIKE_A_YEAR = re.compile(r"(19|20)\d\d年?([-/]\d\d(\d\d)?(-\d\d)?)?")
_GROUPED_BY_BLANKS = re.compile(r"(?<![\d.,])\d{1,3} \d{3}(?![\d.,])")
"""What can be one number or two."""


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
        return _laid_out(grids_by_calamine(content), file)
    if content.startswith(b"PAR1"):
        return [_of_parquet(content, file)]
    text, notes = _decoded(content, file)
    for unseen in filter(text.__contains__, _UNSEEN):
        text = text.replace(unseen, "")
    begin = text[:3000].lstrip()
    if begin.startswith("MIME-Version"):
        raise Refused("file", "it is a web archive; open it, save it again as .xlsx")
    if re.match(r'[\[{]\s*["\[{]', begin):
        grids = [grid_of_json(text)]
    elif begin.startswith("<"):
        page = re.search(r"<(html|table|!doctype\s+html|head|body|div)\b", begin, re.IGNORECASE)
        office = "<Workbook" in begin or not page
        grids = grids_of_xml(text) if office else grids_of_html(text)
    else:
        return [_of_text(text, file, notes)]
    return _laid_out(grids, file, notes)


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
            return _laid_out(grids_of_xlsx(content), file)
        if "content.xml" in names:
            check_size(packed)
            return _laid_out(grids_by_calamine(content), file)
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
    delimiter, score = _delimiter_of(text)
    indents = dict[int, int]()
    begin = list(enumerate(text[:200_000].splitlines()[: 2 * HEAD], start=1))
    divided = 0 if delimiter == "," and not _DIVIDING_COMMA.search(text) else score
    for aligned in (_in_columns, _by_words) if delimiter != "\t" else ():
        if aligned(begin, file, divided) is not None:
            lines = list(enumerate(text.splitlines(), start=1))
            indents |= {n: indent for n, line in lines if (indent := set_in([line]))}
            told = "columns are told by the blanks between them"
            made = aligned(lines, file, divided) or []
            return Sheet(file, partial(iter, made), "", (*notes, told), indents)
    rows = partial(_text_rows, text, delimiter, file, indents)
    return Sheet(file, rows, delimiter, notes, indents)


Lines = Sequence[tuple[int, str]]


def _in_columns(lines: Lines, file: str, divided: int) -> list[tuple[int, list[str]]] | None:
    """Read a table whose columns stand two blanks apart or more; None where others divide better.

    A row that lacks cells is read where each stands below one column alone.
    """
    found = [(number, _apart(line)) for number, line in lines]
    counts = Counter(len(fields) for _, fields in found if len(fields) > 1)
    width = max(counts, key=lambda n: ((n - 1) * counts[n], n), default=0)
    if (width - 1) * counts[width] <= divided or counts[width] < 2:
        return None
    full = [fields for _, fields in found if len(fields) == width]
    reach = [(min(f[i][0] for f in full), max(f[i][1] for f in full)) for i in range(width)]
    rows = []
    for number, fields in found:
        texts = [text for *_, text in fields]
        if len(fields) > 1 and len(fields) != width:
            at = [[i for i, (left, right) in enumerate(reach) if start < right and left < end]
                  for start, end, _ in fields]  # fmt: skip
            if 0 in at[0] and not is_number(texts[0]) and any(map(is_number, texts[1:])):
                at[0] = [0]  # a long name reaches over the first figures
            below = [places[0] for places in at if len(places) == 1]
            if len(set(below)) == len(fields):
                told = dict(zip(below, texts, strict=True))
                texts = [told.get(i, "") for i in range(width)]
            elif any(map(is_number, texts)):
                raise _not_aligned(file, number, texts)
            else:
                texts = [" ".join(texts)]
        rows.append((number, texts))
    return [(number, texts) for number, texts in rows if texts]


def _apart(line: str) -> list[tuple[int, int, str]]:
    """Give what stands two blanks apart and where; wide letters count twice."""
    found = []
    for part in _APART.finditer(line):
        start = sum(1 + (east_asian_width(c) in "WF") for c in line[: part.start()])
        width = sum(1 + (east_asian_width(c) in "WF") for c in part[0])
        found.append((start, start + width, part[0]))
    return found


def _by_words(lines: Lines, file: str, divided: int) -> list[tuple[int, list[str]]] | None:
    """Read a table whose columns stand one blank apart, across below years or down behind them.

    Each row has as many figures as the header has years, or names behind that of the years.
    """
    words = [(number, line.split()) for number, line in lines if line.strip()]
    header = next((i for i, (_, own) in enumerate(words) if _years_last(own) > 1), None)
    across = header is not None
    if header is None:
        header = next((i for i, (_, own) in enumerate(words[1:]) if _is_year(own[0])), None)
    if header is None or divided:
        return None
    width = _years_last(words[header][1]) if across else len(words[header][1]) - 1
    rows = []
    for i, (number, own) in enumerate(words):
        figures = [*takewhile(lambda word: is_number(word) or is_missing(word), reversed(own))]
        figured = len(figures) - (not across) == width < len(own)
        if i == header or (i > header and figured):
            if i > header and _GROUPED_BY_BLANKS.search(" ".join(own[-width:])):
                raise _not_aligned(file, number, own)
            rows.append((number, [" ".join(own[: len(own) - width]), *own[len(own) - width :]]))
        elif i < header or not figures or own[0].endswith((":", "：")):
            rows.append((number, [" ".join(own)]))
        else:
            raise _not_aligned(file, number, own)
    return rows if width else None


def _is_year(word: str) -> bool:
    return bool(_LIKE_A_YEAR.fullmatch(word))


def _years_last(words: Sequence[str]) -> int:
    return len([*takewhile(_is_year, reversed(words))])


def _not_aligned(file: str, number: int, texts: Sequence[str]) -> FormError:
    message = (
        "it cannot be told which columns the cells stand in; divide them by tabs or semicolons"
    )
    return FormError([Problem(file, number, "row", " ".join(texts), message)])


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
        name, read = problem.value, content.decode(ENCODINGS[problem.value][0])
        if name == "GB18030":  # what EUC-JP holds are common characters there, but no words
            japanese = content.decode("euc_jp", "replace")
            if japanese.count("年") > read.count("年") and "\ufffd" not in japanese:
                name, read = "EUC-JP", japanese
        return read, (f"encoded in {name}",)
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


def _delimiter_of(text: str) -> tuple[str, int]:
    """Choose what divides most rows into most fields alike, and how well; a tab before others."""
    best, delimiter, begin = 0, ",", text[:200_000]
    for candidate in "\t;|,，":
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
    return delimiter, best


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text with their ends, whatever ends them, without a copy of all."""
    end = "\n" if "\n" in text else "\r"
    start = 0
    while start < len(text):
        stop = text.find(end, start) + 1 or len(text)
        yield text[start:stop]
        start = stop


def _text_rows(text: str, delimiter: str, file: str, indents: dict[int, int]) -> Rows:
    reader, as_text = csv.reader(_lines(text), delimiter=delimiter, strict=True), '="' in text
    start = 1
    try:
        for cells in reader:
            number, start = start, reader.line_num + 1
            if cells and not (number == 1 and cells[0].startswith("sep=")):
                if (not cells[0] or cells[0][0].isspace()) and (indent := set_in(cells)):
                    indents[number] = indent
                cells = [cell.strip() for cell in cells]
                yield number, [_AS_TEXT.sub(r"\1", cell) for cell in cells] if as_text else cells
    except csv.Error as error:
        message = f"the row cannot be parsed ({error}); close every quote and double quotes inside"
        raise FormError([Problem(file, start, "row", "quotes", message)]) from None


def _laid_out(grids: Sequence[Grid], file: str, notes: tuple[str, ...] = ()) -> list[Sheet]:
    """Lay grids out as sheets; those that hold nothing are left out."""
    return [
        Sheet(f"{file}!{grid.name}" if grid.name else file, partial(iter, _rows_of(grid)), "",
              (*notes, *grid.notes), grid.indents)
        for grid in grids if grid.cells
    ]  # fmt: skip


def _rows_of(grid: Grid) -> list[tuple[int, list[str]]]:
    """Lay cells out as rows; a merged text stands in each of its cells, a number in the first."""
    cells = grid.cells
    for top, left, bottom, right in grid.merged:
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
    return sorted(rows.items())


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
                yield number, [typed_text(cell) for cell in cells]

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
