"""The raw tables row by row: files in, validated entries with their place out."""

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from helpers.problems import Problem
from helpers.rawtables import records
from helpers.rawtables.csvfiles import CsvFile, Row, read_csv

OBSERVATIONS = "observations"
OBSERVATION_FILES = ("rd.csv", "industry.csv", "patents.csv")
"""The files that the dictionary names; any further one beside them is read with the rest."""

MODELS: dict[str, type[records.Record]] = {
    "sources": records.Source,
    "indicators": records.Indicator,
    "areas": records.Area,
    "definitions": records.Definition,
    "targets": records.Target,
    "measures": records.Measure,
    "measure_indicators": records.MeasureIndicator,
    "events": records.Event,
    "rejected": records.Rejected,
    OBSERVATIONS: records.Observation,
}
KEYS: dict[str, tuple[str, ...]] = {
    "sources": ("source_id",),
    "indicators": ("indicator",),
    "areas": ("area",),
    "definitions": ("definition",),
    "targets": ("target_id",),
    "measures": ("measure_id",),
    "measure_indicators": ("measure_id", "indicator"),
    "events": ("event_id",),
    OBSERVATIONS: ("indicator", "area", "year", "months", "definition", "status", "source_id"),
}


@dataclass(frozen=True)
class Entry:
    """A row that fits its model: ``cells`` as printed, ``record`` as typed."""

    row: Row
    record: records.Record

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
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    mentioned: frozenset[str] = frozenset()
    usable: bool = True
    checksums: dict[str, str] = field(default_factory=dict)

    def by_key(self) -> dict[str, Entry]:
        """Give the sound entries by the first column of their key; the first of doubles."""
        column = KEYS[self.name][0]
        return {entry.row.cells[column]: entry for entry in reversed(self.entries)}


def read_tables(raw_dir: Path) -> dict[str, Table]:
    """Read every raw table below a folder, each file once; faults are in ``problems``."""
    return {name: _read_table(raw_dir, name) for name in MODELS}


def _read_table(raw_dir: Path, name: str) -> Table:
    columns = tuple(MODELS[name].model_fields)
    if name == OBSERVATIONS:
        files, problems = _observation_files(raw_dir)
    else:
        files, problems = [f"{name}.csv"], []
    parsed = [read_csv(raw_dir / file, file, columns) for file in files]
    entries: list[Entry] = []
    for csv_file in parsed:
        problems += csv_file.problems
        for row in csv_file.rows:
            found = _check(row, MODELS[name])
            if isinstance(found, Entry):
                entries.append(found)
            else:
                problems += found
    return Table(
        name,
        tuple(entries),
        (*problems, *_repeated(entries, KEYS.get(name, ()))),
        _mentioned(parsed, KEYS.get(name, ())),
        all(csv_file.usable for csv_file in parsed),
        {csv_file.file: csv_file.checksum for csv_file in parsed if csv_file.checksum},
    )


def _observation_files(raw_dir: Path) -> tuple[list[str], list[Problem]]:
    folder = raw_dir / OBSERVATIONS
    try:
        names = sorted(
            path.name for path in folder.iterdir() if not path.name.startswith((".", "~"))
        )
    except OSError:
        message = f"the folder is missing; it must hold {', '.join(OBSERVATION_FILES)}"
        return [], [Problem(OBSERVATIONS, 1, "file", "missing", message)]
    message = "a workbook is not read; save it as CSV in UTF-8, or move it out of this folder"
    workbooks = [
        Problem(f"{OBSERVATIONS}/{name}", 1, "file", name, message)
        for name in names
        if name.lower().endswith((".xlsx", ".xls", ".ods"))
    ]
    further = [n for n in names if n.lower().endswith(".csv") and n not in OBSERVATION_FILES]
    return [f"{OBSERVATIONS}/{name}" for name in (*OBSERVATION_FILES, *further)], workbooks


def _check(row: Row, model: type[records.Record]) -> Entry | list[Problem]:
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


def _repeated(entries: list[Entry], key: tuple[str, ...]) -> list[Problem]:
    if not key:
        return []
    first: dict[tuple, Entry] = {}
    problems = []
    for entry in entries:
        # Typed values: 2020 and 02020 are the same year.
        values = tuple(getattr(entry.record, column) for column in key)
        if (earlier := first.setdefault(values, entry)) is not entry:
            place = f"{earlier.row.file}:{earlier.row.line}"
            what = "the same key" if len(key) == 1 else f"the same {', '.join(key)}"
            message = f"{what} as {place}; remove one of the rows or correct the key"
            problems.append(entry.problem(key[0], message))
    return problems


def _mentioned(files: list[CsvFile], key: tuple[str, ...]) -> frozenset[str]:
    rows = (row for csv_file in files for row in (*csv_file.rows, *csv_file.misfits))
    return frozenset(row.cells[key[0]] for row in rows if key and key[0] in row.cells)
