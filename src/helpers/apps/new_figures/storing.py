"""New rows into the raw tables: only lines are added, all files change or none."""

import csv
import io
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from helpers.apps.new_figures.proposals import ADDED, Proposal
from helpers.observations.files import RawFile, csv_of
from helpers.observations.raw_data import problems_of
from helpers.observations.readers import parse_csv
from helpers.observations.rows import Entry, tables_of
from helpers.observations.schema import MODELS, OBSERVATIONS, Record
from helpers.problems import InputError

ORDER = {
    "sources": ("source_id",),
    OBSERVATIONS: ("indicator", "area", "year"),
    "quotes": ("source_id", "indicator", "area", "year"),
}
"""By what the shipped files are sorted; to all others rows are added at the end."""


@dataclass(frozen=True)
class Change:
    """One file before and after; a new one was None before."""

    path: Path
    before: bytes | None
    after: bytes

    def __str__(self) -> str:
        """Say how much a file has got longer."""
        lines = self.after.count(b"\n") - (self.before or b"").count(b"\n")
        return f"{self.path}: {lines} {'line' if lines == 1 else 'lines'} added"


def plan_changes(proposal: Proposal, today: date | None = None) -> list[Change]:
    """Put the new rows into their files, in the order in which those are sorted.

    A figure goes to the file of the first folder that holds most figures of its indicator, or else
    of its topic; every byte that is there stays.

    Parameters
    ----------
    proposal : Proposal
    today : date, optional
        As for `propose`.

    Returns
    -------
    list of Change
        One a file, sources first: a publication without a figure harms nothing.
    """
    groups: dict[str, list[Entry[Record]]] = {}
    for table in ADDED:
        for entry in proposal.rows[table]:
            groups.setdefault(_home(table, entry, proposal), []).append(entry)
    known = {file.name: file for file in proposal.files}
    if "quotes.csv" in groups.keys() - known.keys():
        header = ",".join(MODELS["quotes"].model_fields) + "\n"
        path = proposal.before.raw_dir / "quotes.csv"
        known["quotes.csv"] = RawFile("quotes.csv", "quotes", 0, path, header.encode())
    new = {name: with_rows(known[name], entries) for name, entries in groups.items()}
    files = [replace(file, content=new.get(file.name, file.content)) for file in known.values()]
    _verify(files, proposal, today)
    # A link is kept: its target is what changes.
    made = {file.name for file in proposal.files}
    return [
        Change(known[n].path.resolve(), known[n].content if n in made else None, new[n])
        for n in new
    ]


def _verify(files: Sequence[RawFile], proposal: Proposal, today: date | None) -> None:
    """Read what would be written, as a last check that it is what was validated."""
    tables = tables_of(files)
    written = {frozenset(entry.row.cells.items()) for entry in tables[OBSERVATIONS].entries}
    wanted = {frozenset(entry.row.cells.items()) for entry in proposal.figures}
    if problems_of(tables, today) or not wanted <= written:
        raise InputError("the new rows do not fit into the files as they are; add them by hand")


def _home(table: str, entry: Entry[Record], proposal: Proposal) -> str:
    if table != OBSERVATIONS:
        return f"{table}.csv"
    figures, indicators = proposal.before.observations, proposal.before.indicators
    fitting = [f for f in proposal.files if f.table == table and f.folder == 0]
    names = [file.name for file in fitting if not file.mapping]
    names = [name for name in names if name.lower().endswith(".csv")]
    topics = indicators.set_index("indicator")["topic"]
    own = entry.row.cells["indicator"]
    alike = topics.index[topics.eq(topics[own])]
    for near in ([own], list(alike)):
        held = Counter(figures["file"][figures["indicator"].isin(near)])
        if held_in := [name for name in names if held[name]]:
            return max(held_in, key=lambda name: held[name])
    return names[0]


def with_rows(file: RawFile, entries: Sequence[Entry[Record]]) -> bytes:
    """Put rows into a file of a table, in its order; every byte that is there stays."""
    columns = tuple(MODELS[file.table].model_fields)
    parsed = parse_csv(file.content, file.name, columns)
    text = file.content.decode()
    plain = io.StringIO(text.removeprefix("\ufeff"), newline="")
    header = next(cells for cells in csv.reader(plain) if cells)
    given = {name for entry in entries for name, cell in entry.row.cells.items() if cell}
    for name in [name for name in columns if name in given and name not in header]:
        text, header = _with_column(text, name), [*header, name]
    lines = list(io.StringIO(text, newline=""))
    ending = lines[0][len(lines[0].rstrip("\r\n")) :] or "\n"
    keys = [_sort_key(file.table, row.cells) for row in parsed.rows]
    in_order = keys == sorted(keys)
    end = len(lines)
    while not lines[end - 1].strip():
        end -= 1
    places: dict[int, list[str]] = {}
    for entry in sorted(entries, key=lambda entry: _sort_key(file.table, entry.row.cells)):
        own = _sort_key(file.table, entry.row.cells)
        later = (row.line - 1 for row, key in zip(parsed.rows, keys, strict=True) if key > own)
        place = next(later, end) if in_order else end
        places.setdefault(place, []).append(_line(entry, header) + ending)
    if end in places and not lines[end - 1].endswith(("\n", "\r")):
        lines[end - 1] += ending
    made = [part for i, line in enumerate([*lines, ""]) for part in (*places.get(i, ()), line)]
    return "".join(made).encode()


def _with_column(text: str, name: str) -> str:
    """Add a column that a file has left out: empty at the end of each row, all else stays."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(io.StringIO(text, newline=""))
    cell = f",{name}"
    for cells in reader:
        if cells:
            row = lines[reader.line_num - 1]
            content = row.rstrip("\r\n")
            lines[reader.line_num - 1] = content + cell + row[len(content) :]
            cell = ","
    return "".join(lines)


def _sort_key(table: str, cells: dict[str, str]) -> tuple[str, ...]:
    return tuple(cells[column] for column in ORDER.get(table, ()))


def _line(entry: Entry[Record], header: Sequence[str]) -> str:
    return csv_of([[entry.row.cells[name] for name in header]]).removesuffix("\n")


def store(changes: Sequence[Change], folder: Path) -> None:
    """Write every file or none; a file that has changed meanwhile is not overwritten.

    Parameters
    ----------
    changes : sequence of Change
    folder : Path
        The folder of the raw tables; it is locked while they are written.

    Raises
    ------
    OSError
        When a file cannot be written: the ones before it have been put back.
    helpers.problems.InputError
        When a file has changed since it was read, or another command is adding figures.
    """
    parts: list[Path] = []
    done: list[Change] = []
    with _locked(folder):
        try:
            for change in changes:
                if _content(change.path) != change.before:
                    message = "has changed since it was read; nothing was written, start again"
                    raise InputError(f"{change.path}: {message}")
                parts.append(_part(change.path, change.after))
            for change, part in zip(changes, parts, strict=True):
                part.replace(change.path)
                done.append(change)
        except OSError as error:
            for change in reversed(done):
                if change.before is None:
                    change.path.unlink()
                else:
                    _part(change.path, change.before).replace(change.path)
            reason = error.strerror or "unknown error"
            message = f"cannot be written ({reason}); nothing was added, make it writable"
            raise OSError(error.errno, message, str(folder)) from None
        finally:
            for part in parts:
                with suppress(OSError):
                    part.unlink(missing_ok=True)


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _part(path: Path, content: bytes) -> Path:
    """Write a hidden file beside another, safely on the disk and with the same permissions."""
    effective = os.access in os.supports_effective_ids
    there = path.exists()
    if not os.access(path if there else path.parent, os.W_OK, effective_ids=effective):
        raise PermissionError(13, "Permission denied", str(path))
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        # A new file is as readable as the folder that it stands in.
        mode = path.stat().st_mode if there else path.parent.stat().st_mode & 0o666
        part.chmod(mode & 0o7777)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return part


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one command add at a time; the lock goes with the process that holds it."""
    try:
        import fcntl
    except ImportError:  # Windows: the comparison with what was read has to do
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = "another command is adding figures; try again when it is done"
            raise InputError(f"{folder}: {message}") from None
        yield
    finally:
        os.close(handle)
