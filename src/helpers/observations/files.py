"""Folders of raw tables: which file belongs to which table, its bytes read once and whole."""

import csv
import io
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.observations.schema import MAY_LACK, MODELS, OBSERVATIONS
from helpers.problems import Problem, escaped

OBSERVATION_FILES = ("rd.csv", "industry.csv", "patents.csv")
"""The files that the dictionary names; any further one beside them is read with the rest."""

READ = (".csv", ".xlsx")
REFUSED = (
    ".xls", ".xlsb", ".xlsm", ".xltx", ".ods", ".fods", ".numbers", ".et", ".tsv", ".tab",
    ".parquet",
)  # fmt: skip
"""Forms in which people keep tables: passing one over would lose figures without a word."""

MAPPING = ".mapping.json"
"""Behind the name of a file of figures: how `helpers.observations.forms` reads it."""
STDIN = Path("-")
"""What is piped in, where a file is named."""

ENCODINGS = {
    "EUC-KR": ("cp949", 2, 0xA1, 0xC8, 12),
    "GB18030": ("gb18030", 2, 0xA1, 0xF7, 1),
    "Big5": ("big5", 2, 0xA1, 0xC6, 3),
    "Shift-JIS": ("cp932", 2, 0x81, 0x98, 3),
    "Windows-1251": ("cp1251", 1, 0xE0, 0xFF, 5),
}
"""By name: Python's, then of the codes of its common characters how many bytes they have, and
between which the first lies; last how many of them at least must be there. Chinese in GB18030 is
hardly ever within what is Korean, Korean always within what is Chinese: it is asked first."""

_TRIES = 3


@dataclass(frozen=True)
class RawFile:
    """One file of a table, with its bytes."""

    name: str
    """Its path in its folder; for a further folder that folder's name stands before it."""
    table: str
    """The table that its rows belong to."""
    folder: int
    """Which of the folders it stands in."""
    path: Path
    """Where it stands."""
    content: bytes = b""
    """What was read; empty where `problem` says why nothing could be."""
    problem: Problem | None = None
    mapping: bytes = b""
    """How a file of another form is read; empty for a table of our own."""


@dataclass(frozen=True)
class Listing:
    """What lies in the folders: files of tables, files passed over with the reason, problems."""

    files: tuple[RawFile, ...]
    ignored: dict[str, str]
    problems: tuple[Problem, ...]


def list_files(folders: Sequence[Path]) -> Listing:
    """Find the files of every table; nothing is opened.

    The first folder is complete: each table's `<table>.csv` and the three files of observations,
    or in their place only files of other names.
    Every folder may hold more rows in `<table>.xlsx`, `<table>_<anything>.csv` or `.xlsx`, and
    observations in any CSV file or workbook below `observations/`. A further folder may also hold
    `<table>.csv` alone, and observations in any file of another name.

    Parameters
    ----------
    folders : sequence of Path
        Existing folders.

    Returns
    -------
    Listing
    """
    files: list[RawFile] = []
    ignored: dict[str, str] = {}
    problems: list[Problem] = []
    labels: list[str] = []
    for number, folder in enumerate(folders):
        label = _label(folder, labels) if number else ""
        labels.append(label)
        found = list(_found(folder, label, number))
        files += [item for item in found if isinstance(item, RawFile)]
        problems += [item for item in found if isinstance(item, Problem)]
        ignored |= dict(item for item in found if isinstance(item, tuple))
        if number and not any(isinstance(item, RawFile) for item in found):
            message = "the folder holds no raw table; name one that does"
            problems.append(Problem(label.rstrip("/"), 1, "file", "empty", message))
    order = list(MODELS)
    files.sort(key=lambda file: order.index(file.table))  # stable: folder by folder
    return Listing(tuple(files), ignored, tuple(problems))


def load(files: Sequence[RawFile], tries: int = _TRIES) -> list[RawFile]:
    """Read every file once, and again if one was replaced before the last was read.

    Without that, observations of one edition could meet the sources of another.
    """
    before = [signature(file.path) for file in files]
    loaded = [_loaded(file) for file in files]
    if tries > 1 and before != [signature(file.path) for file in files]:
        return load(files, tries - 1)
    return loaded


def _loaded(file: RawFile) -> RawFile:
    columns = "the columns " + ", ".join(MODELS[file.table].model_fields)
    content, problem = read_content(file.path, file.name, columns)
    mapping, beside = b"", _mapping_of(file.path)
    if file.table == OBSERVATIONS and not problem and signature(beside):
        mapping, problem = read_content(beside, file.name + MAPPING, "a mapping")
    return replace(file, content=content, problem=problem, mapping=mapping)


def _mapping_of(path: Path) -> Path:
    return path.with_name(path.name + MAPPING)


def _label(folder: Path, taken: Sequence[str]) -> str:
    """Name a further folder: its last part, with a number where that is taken."""
    name = escaped(folder.resolve().name) or "root"
    reserved = {*taken, f"{OBSERVATIONS}/"}
    number, label = 1, f"{name}/"
    while label in reserved:
        number += 1
        label = f"{name}_{number}/"
    return label


def _found(folder: Path, label: str, number: int) -> Iterator[RawFile | Problem | tuple[str, str]]:
    """Give every file of a folder as a file to read, a problem, or a name with the reason."""
    expected = _expected(folder)
    if not number:
        for table in MODELS:
            names = [f"{table}.csv"]
            if table == OBSERVATIONS:
                names = [f"{OBSERVATIONS}/{name}" for name in expected]
            elif table in MAY_LACK and signature(folder / names[0]) is None:
                continue
            yield from (RawFile(name, table, 0, folder / name) for name in names)
    inner = folder / OBSERVATIONS
    try:
        here, below = _names(folder), _names(inner) if inner.is_dir() else []
    except OSError as error:
        message = f"the folder cannot be read ({error.strerror or error}); make it readable"
        yield Problem(label.rstrip("/") or str(folder), 1, "file", "unreadable", message)
        return
    if not number and not inner.is_dir():
        message = f"the folder is missing; it must hold {', '.join(OBSERVATION_FILES)}"
        yield Problem(OBSERVATIONS, 1, "file", "missing", message)
    for name in here:
        table = _table_of(name)
        if not number and table and name == f"{table}.csv":
            continue
        if not number and not table and not name.lower().endswith(REFUSED):
            if not (folder / name).is_dir() and not name.endswith(".md"):
                yield label + escaped(name), "no table of this name; figures go to observations/"
            continue
        if name != OBSERVATIONS or not (folder / name).is_dir():
            yield _sorted_out(folder / name, label, table or OBSERVATIONS, number)
    for name in below:
        if (number or name not in expected) and not name.endswith(MAPPING):
            yield _sorted_out(inner / name, f"{label}{OBSERVATIONS}/", OBSERVATIONS, number)


def _expected(folder: Path) -> tuple[str, ...]:
    """Name the files of observations that must be there: a folder may have only ones of its own."""
    inner = folder / OBSERVATIONS
    try:
        names = set(_names(inner)) if inner.is_dir() else set()
    except OSError:
        return OBSERVATION_FILES
    shown = [name for name in names if not name.startswith((".", "~"))]
    own = [name for name in shown if name.lower().endswith(READ) or name + MAPPING in names]
    return OBSERVATION_FILES if names & {*OBSERVATION_FILES} or not own else ()


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _table_of(name: str) -> str:
    """Name the table whose rows a file holds by its name, or give an empty string."""
    stem, dot, ending = name.lower().rpartition(".")
    if dot + ending not in READ:
        return ""
    fitting = (t for t in MODELS if t != OBSERVATIONS and re.fullmatch(rf"{t}(_.*)?", stem))
    return next(fitting, "")


def _sorted_out(
    path: Path, label: str, table: str, number: int
) -> RawFile | Problem | tuple[str, str]:
    name, file = path.name, label + escaped(path.name)
    if name.startswith(("~", ".")) or name.endswith("~"):
        return file, "hidden, or a lock or backup that an editor leaves"
    lower = name.lower()
    mapped = table == OBSERVATIONS and signature(_mapping_of(path)) is not None
    if lower.endswith(REFUSED) and not mapped:
        message = (
            f"a file of this kind is read with {name}{MAPPING} beside it, which import --mapping "
            "writes; or save it as .xlsx or as CSV in UTF-8"
        )
        return Problem(file, 1, "file", name, message)
    if not lower.endswith(READ) and not mapped:
        return file, "neither .csv nor .xlsx"
    if not name.isprintable():
        message = "the name holds characters that cannot be shown; rename the file"
        return Problem(file, 1, "file", name, message)
    return RawFile(file, table, number, path)


MOST_BYTES = 200_000_000
"""A raw table of this size is a mistake; reading it would fill the memory."""


def read_content(path: Path, file: str, wanted: str) -> tuple[bytes, Problem | None]:
    """Read a file that somebody may be writing to.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        The name under which a problem is reported.
    wanted : str
        What the file must hold, for the message when it is missing.

    Returns
    -------
    bytes, Problem or None
        The content as it stood at one moment, or why there is none. Never raises for what a path
        can be: missing, a folder, a pipe, a loop of links, unreadable, too large, being written.
    """
    try:
        return _stable_content(path), None
    except FileNotFoundError:
        value, message = "missing", f"the file is missing; it must hold {wanted}"
    except OSError as error:
        reason = error.strerror or str(error)
        value, message = path.name, f"the file cannot be read ({reason}); make it readable"
    return b"", Problem(file, 1, "file", value, message)


def signature(path: Path) -> tuple[int, int, int] | None:
    """Give what changes when a file is written or replaced; None when there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _stable_content(path: Path) -> bytes:
    # Opening a pipe would wait for a writer, and a device may never end.
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise OSError(None, "it is a folder" if stat.S_ISDIR(mode) else "it is no regular file")
    for _ in range(_TRIES):
        with path.open("rb") as stream:
            before = os.fstat(stream.fileno())
            if before.st_size > MOST_BYTES:
                raise OSError(None, f"it is larger than {MOST_BYTES // 1_000_000} MB")
            content = stream.read()
            after = os.fstat(stream.fileno())
        same = before.st_mtime_ns == after.st_mtime_ns and len(content) == after.st_size
        if same:
            return content
    raise OSError(None, "it is being written; try again when that is done")


def csv_of(rows: Iterable[Iterable[str]]) -> str:
    """Write rows of texts as CSV, each ended by a line feed."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


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
    if name := _encoding_of(content):
        also = " (GBK)" * (name == "GB18030")
        return refuse(position, name, f"the file is encoded in {name}{also}; {mend}")
    value = f"0x{content[position]:02x}"
    message = f"the byte {value} at byte {position} is not UTF-8; {mend}"
    return refuse(position, value, message)


def _looks_like_utf16(content: bytes) -> bool:
    # ASCII letters in UTF-16 leave a NUL in every second byte.
    head = content[:400]
    half = len(head) // 2
    return half >= 2 and max(head[0::2].count(0), head[1::2].count(0)) > 0.7 * half


def _encoding_of(content: bytes) -> str:
    """Name the encoding in which most characters are common ones; "" where it is none of ours."""
    best, found = 0.7, ""
    for name, (codec, size, first, last, least) in ENCODINGS.items():
        try:
            counts = Counter(content.decode(codec))
        except UnicodeDecodeError:
            continue
        beyond = {c: n for c, n in counts.items() if ord(c) > 127}
        codes = {c: c.encode("gb2312" if name == "GB18030" else codec, "ignore") for c in beyond}
        common = [c for c, code in codes.items() if len(code) == size and first <= code[0] <= last]
        share = sum(beyond[c] for c in common) / sum(beyond.values())
        if (
            len(common) >= least
            and share > best + 0.02
            and (name == "GB18030" or _in_words(content[:100_000].decode(codec, "ignore")))
        ):
            best, found = share, name
    return found


def _in_words(text: str) -> bool:
    """Say whether letters beyond ASCII stand together: single ones are accents of Latin words."""
    beyond = sum(ord(c) > 127 for c in text)
    return sum(map(len, re.findall(r"[^\x00-\x7f]{2,}", text))) > 0.5 * beyond
