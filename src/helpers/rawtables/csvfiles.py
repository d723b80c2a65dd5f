"""CSV files of unknown quality: bytes in, numbered rows and named problems out."""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpers.problems import Problem, closest


@dataclass(frozen=True)
class Row:
    """One row of a file: where it starts and its cells by column name."""

    file: str
    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class CsvFile:
    """A file read once: ``rows`` fit the header, ``misfits`` have too few or too many fields.

    ``usable`` is False when nothing can be said about what the file holds (it is missing, in
    another encoding, its header is wrong, a quote is left open), so that nothing should be
    checked against it. ``checksum`` is the SHA-256 of the very bytes that were parsed.
    """

    file: str
    rows: tuple[Row, ...] = ()
    misfits: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    checksum: str = ""
    usable: bool = False


def read_csv(path: Path, file: str, columns: Sequence[str]) -> CsvFile:
    """Read one CSV file with a given set of columns, in any order.

    Parameters
    ----------
    path : Path
        The file; it is opened once.
    file : str
        The name under which problems are reported.
    columns : sequence of str
        The columns that the header must hold, no more and no fewer.

    Returns
    -------
    CsvFile
        Never raises for what the file holds or for a file that cannot be opened.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        message = "the file is missing; it must hold the columns " + ", ".join(columns)
        return CsvFile(file, problems=(Problem(file, 1, "file", "missing", message),))
    except OSError as error:
        message = f"the file cannot be read ({error.strerror or error}); make it readable"
        return CsvFile(file, problems=(Problem(file, 1, "file", path.name, message),))
    checksum = hashlib.sha256(content).hexdigest()
    text, problem = decode(content, file)
    if problem:
        return CsvFile(file, problems=(problem,), checksum=checksum)
    return _parse(text, file, columns, checksum)


def decode(content: bytes, file: str) -> tuple[str, Problem | None]:
    """Turn bytes into text; UTF-8 with or without byte order mark is right, all else is named."""

    def refuse(position: int, value: str, message: str) -> tuple[str, Problem]:
        line = content.count(b"\n", 0, position) + 1
        return "", Problem(file, line, "file", value, message)

    mend = "save the file as UTF-8"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or _looks_like_utf16(content):
        return refuse(0, "UTF-16", f"the file is encoded in UTF-16; {mend}")
    if (position := content.find(b"\0")) >= 0:
        message = f"a NUL byte at byte {position}: the file is damaged or not text; {mend}"
        return refuse(position, "NUL", message)
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        position = error.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
    if _looks_like_gb18030(content):
        return refuse(position, "GB18030", f"the file is encoded in GB18030 (GBK); {mend}")
    value = f"0x{content[position]:02x}"
    message = f"the byte {value} at byte {position} is not UTF-8; {mend}"
    return refuse(position, value, message)


def _looks_like_utf16(content: bytes) -> bool:
    # ASCII letters in UTF-16 leave a NUL in every second byte.
    head = content[:400]
    half = len(head) // 2
    return half >= 2 and max(head[0::2].count(0), head[1::2].count(0)) > 0.7 * half


def _looks_like_gb18030(content: bytes) -> bool:
    try:
        beyond_ascii = [c for c in content.decode("gb18030") if ord(c) > 127]
    except UnicodeDecodeError:
        return False
    # GB18030 decodes almost any bytes into rare characters: real text has mostly common ones.
    common = sum(_in_gb2312(c) for c in beyond_ascii)
    return common > 0.8 * len(beyond_ascii)


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _parse(text: str, file: str, columns: Sequence[str], checksum: str) -> CsvFile:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    misfits: list[Row] = []
    problems: list[Problem] = []
    header: list[str] = []
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not cells:
                continue
            if not header:
                header = cells
                problems += check_header(header, columns, file, line)
                if problems:
                    return CsvFile(file, problems=tuple(problems), checksum=checksum)
            elif len(cells) == len(header):
                rows.append(Row(file, line, dict(zip(header, cells, strict=True))))
            else:
                misfits.append(Row(file, line, dict(zip(header, cells, strict=False))))
                problems.append(_misfit(file, line, cells, header))
    except csv.Error as error:
        message = f"the row cannot be parsed ({error}); close every quote and double quotes inside"
        problems.append(Problem(file, start, "row", "quotes", message))
        return CsvFile(file, problems=tuple(problems), checksum=checksum)
    if not header:
        message = "the file is empty; its first line must name the columns " + ", ".join(columns)
        problems.append(Problem(file, 1, "header", "empty", message))
        return CsvFile(file, problems=tuple(problems), checksum=checksum)
    return CsvFile(file, tuple(rows), tuple(misfits), tuple(problems), checksum, usable=True)


def check_header(
    header: Sequence[str], columns: Sequence[str], file: str, line: int = 1
) -> list[Problem]:
    """List the unknown, repeated and missing columns of a header, each with its mend."""
    problems = []
    missing = [name for name in columns if name not in header]
    for number, name in enumerate(header):
        if name in header[:number]:
            message = "the column stands twice in the header; remove one"
            problems.append(Problem(file, line, name, name, message))
        elif name not in columns:
            near = closest(name, missing) or "; the columns are " + ", ".join(columns)
            problems.append(Problem(file, line, name, name, f"unknown column{near}"))
            # A misspelt column is one mistake: do not report its right name as missing too.
            missing = [m for m in missing if repr(m) not in near]
    for name in missing:
        message = "the column is missing from the header; add it, with empty cells if unknown"
        problems.append(Problem(file, line, name, "missing", message))
    return problems


def _misfit(file: str, line: int, cells: list[str], header: list[str]) -> Problem:
    found, wanted = len(cells), len(header)
    mend = (
        "put quotes around a cell that holds a comma, and write numbers without them"
        if found > wanted
        else "add the missing commas; an empty cell still needs its comma"
    )
    message = f"{found} fields where the header has {wanted}; {mend}"
    return Problem(file, line, "row", f"{found} fields", message)
