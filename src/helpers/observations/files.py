"""Folders of raw tables: which file belongs to which table, which is passed over and why."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.observations.contents import read_content, signature
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

_TRIES = 3


@dataclass(frozen=True)
class RawFile:
    """One file of a table, with its bytes.

    Attributes
    ----------
    name : str
        Its path in its folder; for a further folder that folder's name stands before it.
    table : str
        The table that its rows belong to.
    folder : int
        Which of the folders it stands in.
    path : Path
        Where it stands.
    content : bytes
        What was read; empty where `problem` says why nothing could be.
    problem : Problem or None
    """

    name: str
    table: str
    folder: int
    path: Path
    content: bytes = b""
    problem: Problem | None = None


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
    return replace(file, content=content, problem=problem)


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
        if number or name not in expected:
            yield _sorted_out(inner / name, f"{label}{OBSERVATIONS}/", OBSERVATIONS, number)


def _expected(folder: Path) -> tuple[str, ...]:
    """Name the files of observations that must be there: a folder may have only ones of its own."""
    inner = folder / OBSERVATIONS
    try:
        names = set(_names(inner)) if inner.is_dir() else set()
    except OSError:
        return OBSERVATION_FILES
    shown = [name for name in names if not name.startswith((".", "~"))]
    own = [name for name in shown if name.lower().endswith(READ)]
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
    if lower.endswith(REFUSED):
        message = "a file of this kind is not read; save it as .xlsx or as CSV in UTF-8"
        return Problem(file, 1, "file", name, message)
    if not lower.endswith(READ):
        return file, "neither .csv nor .xlsx"
    if not name.isprintable():
        message = "the name holds characters that cannot be shown; rename the file"
        return Problem(file, 1, "file", name, message)
    return RawFile(file, table, number, path)
