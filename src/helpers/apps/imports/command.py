"""The command `import`: says what it understood of files, asks, and writes complete rows."""

import argparse
import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.apps.commands.arguments import choices_of, no_writing
from helpers.apps.imports.entries import Brought, Wishes, bring, identifier, refuse_missing
from helpers.apps.new_figures.options import SOURCE
from helpers.apps.new_figures.storing import Change, store, with_rows
from helpers.apps.new_plan.creation import README, skeleton_dictionary
from helpers.days import today
from helpers.observations.files import STDIN, RawFile, csv_of, list_files, load, read_content
from helpers.observations.forms.layouts import Choices
from helpers.observations.forms.mapping import Mapping, Print, read_mapping
from helpers.observations.forms.readings import Readings, account_of, read_figures
from helpers.observations.raw_data import problems_of
from helpers.observations.rows import tables_of
from helpers.observations.schema import (
    KEYS,
    KINDS,
    MAY_LACK,
    MODELS,
    OBSERVATIONS,
    OPTIONAL_COLUMNS,
)
from helpers.problems import InputError, Problem, RawDataError, find
from helpers.vocabulary import GRADES

DONE = 0
MOST_NAMED = 20
"""Figures and series set aside that are named one by one; the rest is counted."""
BROUGHT = ("areas", "indicators", "definitions", "sources")
"""Tables that get rows before the figures that refer to them."""
_INTRODUCTION = """# A plan and its figures

The figures were imported; where from stands in `sources.csv`.
Add the targets to `targets.csv`, one row each.
Look over the rows of `indicators.csv` and `areas.csv`: what the file did not say was assumed.

```sh
shenzhen-targets check --raw-dir .    # everything that is wrong, all at once
shenzhen-targets assess --raw-dir .   # the verdicts
```
"""


@dataclass(frozen=True)
class Given:
    """A file as it is handed in: its name in messages, and its content."""

    name: str
    content: bytes

    @property
    def note(self) -> str:
        """Its name without its folder, and what tells its content from any other."""
        return f"{Path(self.name).name}, SHA-256 {hashlib.sha256(self.content).hexdigest()[:12]}"


def run(arguments: argparse.Namespace) -> int:
    """Import files as the options ask; end and raise as `helpers.apps.new_figures.command.run`."""
    folder, known = arguments.into, _mapping(arguments.mapping)
    wishes, files = _wishes(arguments), _files_of(folder)
    before = {file.name: file for file in files}
    _refuse([*problems_of(tables_of(files))] if folder.exists() else [])
    made = known or Mapping()
    figures = 0
    names: dict[str, dict[str, str]] = {"series": {}, "areas": {}}
    for given in map(_given, arguments.files):
        files, brought = _joined(given, files, wishes, known, arguments)
        made, figures = _together(made, brought.mapping), figures + len(brought.prints)
        names = {what: {**names[what], **own} for what, own in brought.names.items()}
    refuse_missing(known, names)
    if not figures:
        print("nothing to add")
        return DONE
    if (refused := no_writing(arguments)) is not None:
        return refused
    changes = _changes(files, before, folder)
    (folder / OBSERVATIONS).mkdir(parents=True, exist_ok=True)
    new = [change for change in changes if change.before is None]
    store(changes, folder)
    next_step = (
        f"write the targets into targets.csv, then shenzhen-targets check --raw-dir {folder}"
    )
    told = [f"{folder}: {len(new)} files; next: {next_step}"] if len(new) > 1 else changes
    print(*told, sep="\n")
    if arguments.mapping:
        arguments.mapping.write_text(made.text(), encoding="utf-8")
        print(f"{arguments.mapping}: the mapping, for the next release")
    return DONE


def _mapping(path: Path | None) -> Mapping | None:
    if path is None or not path.exists():
        return None
    return read_mapping(path.read_bytes(), str(path))


def _wishes(arguments: argparse.Namespace) -> Wishes:
    source = {name: getattr(arguments, f"source_{name}") for name in SOURCE}
    source["source_id"] = arguments.source
    for name, words in (("kind", KINDS), ("grade", GRADES)):
        if source[name] is not None:
            find(source[name], words, SOURCE[name][0])
    return Wishes(
        tuple(arguments.series or ()),
        tuple(arguments.area or ()),
        arguments.indicator or "",
        arguments.unit or "",
        arguments.definition or "",
        arguments.topic or "",
        arguments.area_kind or "",
        {name: text for name, text in source.items() if text is not None},
        arguments.retrieved.isoformat() if arguments.retrieved else "",
        arguments.until,
    )


def _given(path: Path) -> Given:
    if path == STDIN:
        return Given("standard input", sys.stdin.buffer.read())
    content, problem = read_content(path, str(path), "figures")
    _refuse([problem] if problem else [])
    return Given(str(path), content)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise RawDataError(problems)


def _header(table: str) -> bytes:
    """Give the header of a new table, without the columns that a file may leave out."""
    names = (name for name in MODELS[table].model_fields if name not in OPTIONAL_COLUMNS)
    return (",".join(names) + "\n").encode()


def _files_of(folder: Path) -> list[RawFile]:
    """Read the tables of a folder; of a new one give every table with its header alone."""
    if folder.is_dir() and any(folder.iterdir()):
        return load(list_files([folder]).files)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--into {folder}: this is a file; name a folder")
    tables = [name for name in MODELS if name not in (OBSERVATIONS, *MAY_LACK)]
    return [
        RawFile(f"{name}.csv", name, 0, folder / f"{name}.csv", _header(name)) for name in tables
    ]


def _joined(
    given: Given,
    files: list[RawFile],
    wishes: Wishes,
    mapping: Mapping | None,
    arguments: argparse.Namespace,
) -> tuple[list[RawFile], Brought]:
    """Add what a file brings to the files of a folder, and say what was understood."""
    asked = choices_of(arguments)
    choices = asked if asked != Choices() or mapping is None else mapping.choices
    apart = not arguments.strict
    readings = read_figures(given.content, given.name, choices, aside=apart)
    if _names_areas(readings, files):
        choices = replace(choices, areas_across=True)
        readings = read_figures(given.content, given.name, choices, aside=apart)
    print(f"{given.name}", *account_of(readings), sep="\n  ")
    brought = bring(readings, tables_of(files), wishes, mapping, given.note, today())
    _tell_aside(list(brought.unread.values()))
    brought.mapping = replace(brought.mapping, choices=choices)
    for table in BROUGHT:
        if rows := brought.rows.get(table):
            files = _with(files, table, _as_csv(table, rows))
    own, aside = _sound(given, files, brought.prints, strict=arguments.strict)
    brought.prints = [found for found in brought.prints if found not in aside]
    print("\n".join(f"  {line}" for line in _told(brought, aside)))
    if brought.prints:
        home = _home(files, brought)
        files = _with(files, OBSERVATIONS, own.content, home)
    return files, brought


def _names_areas(readings: Readings, files: Sequence[RawFile]) -> bool:
    """Say whether what was read as series are areas of the folder: its columns are areas then."""
    rows = tables_of(files)["areas"].entries
    known = {text.casefold() for entry in rows for text in entry.row.cells.values() if text}
    names = [name.name.casefold() for name in readings.series]
    return len(names) > 1 and not readings.layouts[0].keys and known.issuperset(names)


def _as_csv(table: str, rows: Sequence[dict[str, str]]) -> bytes:
    columns = list(MODELS[table].model_fields)
    return csv_of([columns, *([row.get(c, "") for c in columns] for row in rows)]).encode()


def _with(files: list[RawFile], table: str, content: bytes, home: str = "") -> list[RawFile]:
    """Put rows into the file of a table, or into a file of figures, which may be new."""
    name = home or f"{table}.csv"
    rows = tables_of([RawFile(name, table, 0, Path(name), content)])[table]
    _refuse(rows.problems)
    entries = rows.entries
    if name not in {file.name for file in files}:
        folder = next(file.path.parent for file in files if file.name == "sources.csv")
        files = [*files, RawFile(name, table, 0, folder / name, _header(table))]
    return [
        replace(file, content=with_rows(file, entries)) if file.name == name else file
        for file in files
    ]


def _home(files: Sequence[RawFile], brought: Brought) -> str:
    """Name the file that holds figures of the same indicators, or one of the publisher."""
    own = set(brought.mapping.series.values())
    for file in files:
        if file.table == OBSERVATIONS and file.name.endswith(".csv") and not file.mapping:
            table = tables_of([file])[OBSERVATIONS]
            if own & {entry.row.cells["indicator"] for entry in table.entries}:
                return file.name
    publisher = identifier(brought.mapping.source["publisher"])[:40] or "imported"
    return f"{OBSERVATIONS}/{publisher}.csv"


def _sound(
    given: Given, files: Sequence[RawFile], prints: Sequence[Print], *, strict: bool
) -> tuple[RawFile, list[Print]]:
    """Part the figures that fit into the folder from those that do not, with every reason told.

    Raises
    ------
    RawDataError
        For what is wrong beside single figures; with `strict` for every figure too.
    """
    kept, aside = list(prints), list[Print]()
    faults: list[Problem] = []
    made = f"{given.name}!{OBSERVATIONS}"  # of another ending: a workbook would be read as one
    while True:
        own = RawFile(made, OBSERVATIONS, 0, Path(given.name),
                      _as_csv(OBSERVATIONS, [found.cells for found in kept]))  # fmt: skip
        problems = problems_of(tables_of([*files, own] if kept else files))
        placed = [(problem, _print_of(problem, made, kept)) for problem in problems]
        _refuse([problem for problem, found in placed if found is None])
        named = [_in_file(problem, found, given, kept) for problem, found in placed if found]
        if strict:
            _refuse(named)
        faults += named
        if not named:
            _tell_aside(faults)
            return own, aside
        bad = {id(found) for _, found in placed}
        aside += [found for found in kept if id(found) in bad]
        kept = [found for found in kept if id(found) not in bad]


def _print_of(problem: Problem, made: str, kept: Sequence[Print]) -> Print | None:
    own = problem.file == made and 2 <= problem.line < len(kept) + 2
    return kept[problem.line - 2] if own else None


def _in_file(problem: Problem, found: Print, given: Given, kept: Sequence[Print]) -> Problem:
    """Name the places in the file that the figure, and those beside it, were read from."""
    column = found.column if problem.column in ("value", "year") else problem.column
    others = re.compile(rf"{re.escape(problem.file)}:(\d+)")
    message = others.sub(lambda at: f"{given.name}:{kept[int(at[1]) - 2].line}", problem.message)
    return replace(problem, file=given.name, line=found.line, column=column, message=message)


def _tell_aside(faults: Sequence[Problem]) -> None:
    for problem in faults[:MOST_NAMED]:
        print(f"set aside: {problem}", file=sys.stderr)
    if len(faults) > MOST_NAMED:
        print(f"set aside: {len(faults) - MOST_NAMED:,} more", file=sys.stderr)


def _told(brought: Brought, aside: Sequence[Print]) -> Iterator[str]:
    """Say in lines what would be written."""
    count = len(brought.prints)
    again = f", of which {brought.changed:,} print another value or status" * bool(brought.changed)
    yield f"adds {count:,} figures{again}"
    if brought.same:
        yield f"there already: {brought.same:,} figures"
    if brought.unread:
        names = list(brought.unread)
        more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
        yield f"set aside: {len(names):,} series with a cell that cannot be used: " + (
            f"{'; '.join(names[:5])}{more}"
        )
    if aside:
        yield f"set aside: {len(aside):,} figures that the tables refuse"
    for what, number in brought.passed.items():
        if number:
            yield f"passed over: {number:,} {what}"
    for table in BROUGHT[:-1]:
        names = [
            row[KEYS[table][0]] + (f" ({row['unit']})" if "unit" in row else "")
            for row in brought.rows.get(table, [])
        ]
        if names:
            more = f" and {len(names) - 6} more" if len(names) > 6 else ""
            yield f"new {table}: {', '.join(names[:6])}{more}"
    source = brought.mapping.source
    parts = (source[name] for name in ("title", "publisher", "published", "url", "grade"))
    yield f"source: {source['source_id']} ({'; '.join(part for part in parts if part)})"
    for text in brought.to_check if brought.prints else ():
        yield f"to check: {text}"


def _together(made: Mapping, new: Mapping) -> Mapping:
    """Join what two files are called in the plan."""
    return replace(
        new,
        series={**made.series, **new.series},
        areas={**made.areas, **new.areas},
        units={**made.units, **new.units},
        printed={**made.printed, **new.printed},
        definitions={**made.definitions, **new.definitions},
    )


def _changes(files: Sequence[RawFile], before: dict[str, RawFile], folder: Path) -> list[Change]:
    """Give every file that changes, and for a new folder all of them and what they mean."""
    new = not folder.exists() or not any(folder.iterdir())
    changes = []
    for file in files:
        was = None if new or file.name not in before else before[file.name].content
        if was != file.content:
            changes.append(Change(file.path.resolve(), was, file.content))
    if new:
        text = _INTRODUCTION + skeleton_dictionary()
        changes.append(Change((folder / README).resolve(), None, text.encode()))
    _refuse(problems_of(tables_of(files)))  # a last check of what would be written
    return changes
