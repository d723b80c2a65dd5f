"""The raw tables row by row: files in, validated entries with their place out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast, overload

from pydantic import ValidationError

from helpers.observations.files import RawFile
from helpers.observations.forms.mapping import parse_mapped
from helpers.observations.readers import Row, TableFile, parse_csv, parse_workbook
from helpers.observations.schema import KEYS, MODELS, OPTIONAL_COLUMNS, Record
from helpers.problems import Problem, shown

R = TypeVar("R", bound=Record, covariant=True)
Model = TypeVar("Model", bound=Record)


@dataclass(frozen=True)
class Entry(Generic[R]):
    """A row that fits its model: ``cells`` as printed, ``record`` as typed."""

    row: Row
    record: R

    def problem(self, column: str, message: str) -> Problem:
        """Name a problem of one cell of this row."""
        return Problem(self.row.file, self.row.line, column, self.row.cells[column], message)


@dataclass(frozen=True)
class Table:
    """A raw table: its sound entries, and every key that its file names, sound or not.

    ``mentioned`` lets other tables refer to a row that is itself faulty, so that one fault is
    reported once and not again by each row that refers to it. ``usable`` is False when a file
    of the table could not be read at all: then nothing can be looked up in it.
    """

    name: str
    entries: tuple[Entry[Record], ...] = ()
    problems: tuple[Problem, ...] = ()
    mentioned: frozenset[str] = frozenset()
    usable: bool = True
    checksums: dict[str, str] = field(default_factory=dict)

    def of(self, model: type[Model]) -> tuple[Entry[Model], ...]:
        """Give the sound entries as rows of the model that the table is read by.

        Raises
        ------
        TypeError
            If it is read by another one.
        """
        if not issubclass(MODELS[self.name], model):
            raise TypeError(f"{self.name} is not read as {model.__name__}")
        # `_check` made each record by this very model.
        return cast("tuple[Entry[Model], ...]", self.entries)

    @overload
    def by_key(self) -> dict[str, Entry[Record]]: ...
    @overload
    def by_key(self, model: type[Model]) -> dict[str, Entry[Model]]: ...
    def by_key(self, model: type[Record] = Record) -> dict[str, Any]:
        """Give the sound entries by the first column of their key; the first of doubles."""
        column = KEYS[self.name][0]
        return {entry.row.cells[column]: entry for entry in reversed(self.of(model))}


def tables_of(files: Sequence[RawFile]) -> dict[str, Table]:
    """Validate files that `helpers.observations.files.load` has read, and join them as tables."""
    return {name: _table(name, [file for file in files if file.table == name]) for name in MODELS}


def _table(name: str, files: Sequence[RawFile]) -> Table:
    checked = [_checked_file(file) for file in files]
    folder_of = {file.name: file.folder for file in files}
    entries = [entry for file in checked for entry in file.entries]
    kept, repeated = _once(entries, KEYS[name], folder_of)
    problems = [problem for file in checked for problem in file.problems]
    rows = (row for file in checked for row in (*file.parsed.rows, *file.parsed.misfits))
    first = KEYS[name][0]
    return Table(
        name,
        tuple(kept),
        (*problems, *repeated),
        frozenset(row.cells[first] for row in rows if first in row.cells),
        all(file.parsed.usable for file in checked),
        {f.parsed.file: f.parsed.checksum for f in checked if f.parsed.checksum},
    )


@dataclass(frozen=True)
class _CheckedFile:
    """A file with its sound entries and with every problem of its own."""

    parsed: TableFile
    entries: tuple[Entry[Record], ...] = ()
    problems: tuple[Problem, ...] = ()


def _checked_file(file: RawFile) -> _CheckedFile:
    if file.problem:
        return _CheckedFile(TableFile(file.name), problems=(file.problem,))
    return _checked_content(file.name, file.table, file.content, file.mapping)


@lru_cache(maxsize=32)
def _checked_content(name: str, table: str, content: bytes, mapping: bytes) -> _CheckedFile:
    # The same bytes give the same rows: a second reading only pays for what has changed.
    columns = tuple(MODELS[table].model_fields)
    if mapping:
        parsed = parse_mapped(content, name, mapping)
    else:
        parse = parse_workbook if name.lower().endswith(".xlsx") else parse_csv
        parsed = parse(content, name, columns)
    entries: list[Entry[Record]] = []
    problems = list(parsed.problems)
    for row in _completed(parsed.rows, columns):
        found = _check(row, MODELS[table])
        if isinstance(found, Entry):
            entries.append(found)
        else:
            problems += found
    return _CheckedFile(parsed, tuple(entries), tuple(problems))


def _completed(rows: Sequence[Row], columns: Sequence[str]) -> Sequence[Row]:
    """Give the rows of a file empty cells for the columns that it may leave out."""
    left_out = OPTIONAL_COLUMNS.intersection(columns)
    if not rows or left_out <= rows[0].cells.keys():
        return rows
    empty = dict.fromkeys(left_out, "")
    return [replace(row, cells={**empty, **row.cells}) for row in rows]


def _check(row: Row, model: type[Record]) -> Entry[Record] | list[Problem]:
    try:
        return Entry(row, model.model_validate(row.cells))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
    if not any(text.strip() for text in row.cells.values()):
        return [Problem(row.file, row.line, "row", "empty", "the row is empty; delete the line")]
    return [
        Problem(row.file, row.line, column, row.cells[column], fault["msg"])
        for fault in found
        for column in [str(fault["loc"][0])]
    ]


def _once(
    entries: Sequence[Entry[Record]], key: tuple[str, ...], folder_of: dict[str, int]
) -> tuple[list[Entry[Record]], list[Problem]]:
    """Drop what a further folder says again, and name what is said twice or otherwise."""
    first: dict[tuple, Entry[Record]] = {}
    kept, problems = [], []
    for entry in entries:
        # Typed values: 2020 and 02020 are the same year.
        values = tuple(getattr(entry.record, column) for column in key)
        earlier = first.setdefault(values, entry)
        if earlier is entry:
            kept.append(entry)
            continue
        elsewhere = folder_of[earlier.row.file] != folder_of[entry.row.file]
        if elsewhere and _says_again(entry.row.cells, earlier.row.cells):
            continue
        problems.append(_repeated(entry, earlier, key, elsewhere))
        kept.append(entry)
    return kept, problems


def _says_again(cells: dict[str, str], earlier: dict[str, str]) -> bool:
    """Compare word for word; what was confirmed there need not be confirmed again."""
    given = {name for name in cells if name not in OPTIONAL_COLUMNS or cells[name]}
    return all(cells[name] == earlier[name] for name in given)


def _repeated(
    entry: Entry[Record], earlier: Entry[Record], key: tuple[str, ...], elsewhere: bool
) -> Problem:
    place = f"{earlier.row.file}:{earlier.row.line}"
    what = "the same key" if len(key) == 1 else f"the same {', '.join(key)}"
    what = "the same row" if len(key) == len(entry.row.cells) else what
    other = next((c for c, text in entry.row.cells.items() if earlier.row.cells[c] != text), "")
    differs = f" (with another {other}: {shown(earlier.row.cells[other])})" if other else ""
    mend = "remove one of the rows or correct the key"
    if elsewhere:
        mend = "what is there is never overwritten: correct this row, or leave it out"
        if entry.row.cells.get("status"):
            mend += "; a revision has a status or a source of its own"
    return entry.problem(key[0], f"{what} as {place}{differs}; {mend}")
