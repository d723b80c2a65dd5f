"""A proposed figure, validated together with everything that is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from helpers.apps.new_figures.options import OPTION_OF
from helpers.observations import schema
from helpers.observations.files import (
    MAPPING,
    READ,
    Listing,
    RawFile,
    csv_of,
    list_files,
    load,
    read_content,
)
from helpers.observations.raw_data import (
    RawData,
    RawDataError,
    RawDirs,
    folders_of,
    problems_of,
    raw_data,
)
from helpers.observations.references import names_in
from helpers.observations.rows import Entry, Table, tables_of
from helpers.observations.schema import KINDS, MODELS, OBSERVATIONS
from helpers.problems import InputError, Problem, refusal
from helpers.vocabulary import GRADES, QUALIFIERS, STATUSES

COMMAND_LINE = "command line"
ADDED = ("sources", OBSERVATIONS, "quotes")
"""Tables that rows are added to, in the order in which they are written."""


@dataclass(frozen=True)
class Proposal:
    """New rows and the data without and with them."""

    rows: dict[str, tuple[Entry[schema.Record], ...]]
    """The rows of each table of `ADDED` that are not there already."""
    repeated: int
    """How many proposed rows are there already, word for word."""
    before: RawData
    after: RawData
    """`before`, `after`: all raw data without and with the new rows."""
    files: tuple[RawFile, ...]
    """The files that were read, with their bytes."""

    @property
    def figures(self) -> tuple[Entry[schema.Observation], ...]:
        """The new figures."""
        return Table(OBSERVATIONS, self.rows[OBSERVATIONS]).of(schema.Observation)


def propose(
    raw_dir: RawDirs,
    rows: Mapping[str, Mapping[str, str]],
    figures: Path | None = None,
    sources: Path | None = None,
    quotes: Path | None = None,
    today: date | None = None,
    mapping: Path | None = None,
) -> Proposal:
    """Validate new rows together with the raw tables; nothing is written.

    Parameters
    ----------
    raw_dir : path or sequence of paths, optional
        As for `helpers.observations.raw_data.read_raw`.
    rows : mapping
        At most one row a table of `ADDED`: cells by column; what a figure leaves out is filled in
        from the tables where only one thing fits.
    figures, sources, quotes : Path, optional
        Files with further rows, .csv or .xlsx.
    today : date, optional
        Nothing can have been published later.
    mapping : Path, optional
        What the names of a file of figures of another form are in the plan.

    Raises
    ------
    helpers.observations.raw_data.RawDataError
        With every problem, of the tables as they are or else of the new rows among them.
    helpers.problems.InputError
        For a file of another kind.
    """
    folders = folders_of(raw_dir)
    if missing := [folder for folder in folders if not folder.is_dir()]:
        raise InputError(f"{missing[0]}: no such folder; name the folder of the raw tables")
    listing = list_files(folders)
    files = load(listing.files)
    tables = tables_of(files)
    _refuse([*listing.problems, *problems_of(tables, today)])
    handed_in = (("sources", sources), (OBSERVATIONS, figures), ("quotes", quotes))
    _check_names(rows, tables, more=sources is not None)
    new = [
        _named(path, table, listing, len(folders), mapping if path is figures else None)
        for table, path in handed_in
        if path
    ]
    new += [
        _as_file(table, filled(table, row, tables), len(folders)) for table, row in rows.items()
    ]
    joined = tables_of([*files, *new])
    _refuse(_by_option(problems_of(joined, today)))
    names = {file.name for file in new}
    added = {
        table: tuple(entry for entry in joined[table].entries if entry.row.file in names)
        for table in ADDED
    }
    given = sum(len(table.entries) for table in tables_of(new).values())
    return Proposal(
        added,
        given - sum(map(len, added.values())),
        raw_data(tables, listing, folders[0]),
        raw_data(joined, Listing((*files, *new), {}, ()), folders[0]),
        tuple(files),
    )


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise RawDataError(problems)


def _named(path: Path, table: str, listing: Listing, folder: int, mapping: Path | None) -> RawFile:
    beside = mapping or path.with_name(path.name + MAPPING)
    if path.suffix.lower() not in READ and not beside.is_file():
        raise InputError(
            f"{path}: neither .csv nor .xlsx; save the table as one of them, or import it"
        )
    taken = any(file.name == str(path) for file in listing.files)
    name = str(path.resolve() if taken else path)
    [file] = load([RawFile(name, table, folder, path)])
    if mapping:
        content, problem = read_content(mapping, str(mapping), "a mapping")
        _refuse([problem] if problem else [])
        file = replace(file, mapping=content)
    if table == OBSERVATIONS and not file.mapping and _is_of_another_form(file):
        raise InputError(
            f"{path}: its columns are not those of a table of figures; give --mapping F, which "
            f"import {path} --into DIR --mapping F writes, or import it"
        )
    return file


def _is_of_another_form(file: RawFile) -> bool:
    """Say whether a CSV file has hardly a column of observations: a slip in one is told by name."""
    first = file.content.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    names = {name.strip(' "\r').casefold() for name in first.decode("utf-8", "replace").split(",")}
    known = names & set(MODELS[OBSERVATIONS].model_fields)
    return file.path.suffix.lower() == ".csv" and bool(file.content) and len(known) < 3


def _as_file(table: str, row: Mapping[str, str], folder: int) -> RawFile:
    """Make a row of options readable like a file, so that it is checked like one."""
    columns = list(MODELS[table].model_fields)
    text = csv_of([columns, [row.get(column, "") for column in columns]])
    # A shell can hand over bytes that are no text: they are refused where they are decoded.
    content = text.encode("utf-8", "surrogatepass")
    name = COMMAND_LINE if table == OBSERVATIONS else f"{COMMAND_LINE} ({table})"
    return RawFile(name, table, folder, Path(name), content)


def _by_option(problems: Sequence[Problem]) -> list[Problem]:
    """Name a cell of the command line by its option."""
    return [
        replace(problem, file=COMMAND_LINE, line=1, column=_option(problem))
        if problem.file.startswith(COMMAND_LINE)
        else problem
        for problem in problems
    ]


def _option(problem: Problem) -> str:
    table = OBSERVATIONS if problem.file == COMMAND_LINE else "sources"
    return OPTION_OF[table].get(problem.column, problem.column)


def _check_names(
    rows: Mapping[str, Mapping[str, str]], tables: dict[str, Table], *, more: bool
) -> None:
    """Refuse names that are not there, by their options; `more`: sources come from a file too."""
    figure, source = rows.get(OBSERVATIONS, {}), rows.get("sources", {})
    asked = [
        (OBSERVATIONS, "indicator", "indicators"),
        (OBSERVATIONS, "area", "areas"),
        (OBSERVATIONS, "definition", "definitions"),
        (OBSERVATIONS, "status", STATUSES),
        (OBSERVATIONS, "qualifier", QUALIFIERS),
        ("sources", "kind", KINDS),
        ("sources", "grade", GRADES),
    ]
    if not source and not more:
        asked.append((OBSERVATIONS, "source_id", "sources"))
    refused = []
    for table, column, known in asked:
        name = (figure if table == OBSERVATIONS else source).get(column)
        held, file = (
            (sorted(tables[known].mentioned), f"{known}.csv") if known in MODELS else (known, "")
        )
        if name is not None and name not in held:
            refused.append(refusal(name, held, OPTION_OF[table][column], file))
    if refused:
        raise InputError("\n".join(refused))


def filled(table: str, row: Mapping[str, str], tables: dict[str, Table]) -> dict[str, str]:
    """Fill in what the tables leave no choice about.

    Raises
    ------
    helpers.problems.InputError
        For a figure of which several definitions fit.
    """
    if table == "sources":
        title = {"title_en": row.get("title", "")} if row.get("language") == "en" else {}
        return {**title, **row}
    indicators = tables["indicators"].by_key(schema.Indicator)
    unit = indicators[row["indicator"]].record.unit
    usual = {"months": "12", "qualifier": "exact", "unit": unit}
    if "definition" not in row:
        usual["definition"] = _definition(row, tables)
    return {**usual, **row}


def _definition(row: Mapping[str, str], tables: dict[str, Table]) -> str:
    """Choose the only main definition that covers a year, the last one for a later year."""
    fitting = [
        entry.record
        for entry in tables["definitions"].of(schema.Definition)
        if row["indicator"] in names_in(entry.record.indicator) and entry.record.use == "main"
    ]
    year = int(row["year"]) if row["year"].isascii() and row["year"].isdigit() else 0
    last = max((record.last_year for record in fitting), default=0)
    covering = [r for r in fitting if r.first_year <= min(year, last) <= r.last_year]
    used = {
        e.record.definition
        for e in tables[OBSERVATIONS].of(schema.Observation)
        if e.record.area == row["area"]
    }
    own = [record for record in covering if record.definition in used] or covering
    if len(own) == 1:
        return own[0].definition
    if not fitting:
        return ""
    names = ", ".join(record.definition for record in own or fitting)
    raise InputError(f"--definition is missing; {row['indicator']} has several: {names}")
