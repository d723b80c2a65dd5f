"""CSV files of unknown quality: bytes in, numbered rows and named problems out."""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpers.observations.contents import decode, read_content
from helpers.observations.schema import OPTIONAL_COLUMNS
from helpers.problems import Problem, closest

__all__ = ["Row", "TableFile", "check_header", "decode", "parse_csv", "read_csv"]


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
                    return TableFile(file, problems=tuple(problems), checksum=checksum)
            elif len(cells) == len(header):
                rows.append(Row(file, line, dict(zip(header, cells, strict=True))))
            else:
                misfits.append(Row(file, line, dict(zip(header, cells, strict=False))))
                problems.append(_misfit(file, line, cells, header))
    except csv.Error as error:
        message = f"the row cannot be parsed ({error}); close every quote and double quotes inside"
        problems.append(Problem(file, start, "row", "quotes", message))
        return TableFile(file, problems=tuple(problems), checksum=checksum)
    if not header:
        message = "the file is empty; its first line must name the columns " + ", ".join(columns)
        problems.append(Problem(file, 1, "header", "empty", message))
        return TableFile(file, problems=tuple(problems), checksum=checksum)
    return TableFile(file, tuple(rows), tuple(misfits), tuple(problems), checksum, usable=True)


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
    for name in (name for name in missing if name not in OPTIONAL_COLUMNS):
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
