"""Published figures: reads and validates the raw tables; every error names place and mend."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from helpers import ROOT
from helpers.problems import Problem, RawDataError
from helpers.rawtables.entries import MODELS, OBSERVATIONS, Entry, Table, read_tables
from helpers.rawtables.plausibility import plausibility_problems
from helpers.rawtables.references import reference_problems

__all__ = ["RAW_DIR", "Problem", "RawData", "RawDataError", "find_problems", "read_raw"]

RAW_DIR = ROOT / "data" / "raw"


@dataclass(frozen=True)
class RawData:
    """All raw tables, validated.

    Attributes
    ----------
    observations : DataFrame
        One row per published figure in the order of the files: the columns of the file, with
        ``year`` and ``months`` int and ``value`` float in the row's ``unit``; ``decimals``, the
        number of decimals printed; ``file`` and ``line``; from the source ``published`` ("" when
        unknown), ``grade`` and ``kind``; from the definition ``use``.
    sources, indicators, areas, definitions, measures, measure_indicators, events, rejected : DataFrame
        The other tables, column by column. Empty text is "", an empty number NaN.
    targets : DataFrame
        With ``decimals``; ``value`` is NaN for a goal in words.
    raw_dir : Path
        The folder that was read.
    checksums : dict of str to str
        SHA-256 of every file by its path in the folder, of the bytes that were parsed.
    """  # noqa: E501

    observations: pd.DataFrame
    sources: pd.DataFrame
    indicators: pd.DataFrame
    areas: pd.DataFrame
    definitions: pd.DataFrame
    targets: pd.DataFrame
    measures: pd.DataFrame
    measure_indicators: pd.DataFrame
    events: pd.DataFrame
    rejected: pd.DataFrame
    raw_dir: Path
    checksums: dict[str, str]


def find_problems(raw_dir: Path | str | None = None, today: date | None = None) -> list[Problem]:
    """List everything that is wrong with the raw tables of a folder.

    Parameters
    ----------
    raw_dir : path, optional
        Folder with the tables of the data dictionary; default is the project's own.
    today : date, optional
        Dates after it are refused; default is the current date.

    Returns
    -------
    list of Problem
        In the order of files, lines and columns; empty when all is well.
    """
    return _read(raw_dir, today)[1]


def read_raw(raw_dir: Path | str | None = None, today: date | None = None) -> RawData:
    """Read and validate the raw tables of a folder, each file once.

    Parameters
    ----------
    raw_dir : path, optional
        Folder with the tables of the data dictionary; default is the project's own.
    today : date, optional
        Dates after it are refused; default is the current date.

    Returns
    -------
    RawData

    Raises
    ------
    RawDataError
        With every problem at once.
    """
    tables, problems = _read(raw_dir, today)
    if problems:
        raise RawDataError(problems)
    frames = {name: _frame(table) for name, table in tables.items()}
    frames[OBSERVATIONS] = _join(frames)
    checksums = {f: total for table in tables.values() for f, total in table.checksums.items()}
    return RawData(**frames, raw_dir=Path(raw_dir or RAW_DIR), checksums=checksums)


def _read(raw_dir: Path | str | None, today: date | None) -> tuple[dict[str, Table], list[Problem]]:
    folder = Path(raw_dir or RAW_DIR)
    if not folder.is_dir():
        message = "the folder of the raw tables is missing; name an existing one"
        return {}, [Problem(str(folder), 1, "file", "missing", message)]
    tables = read_tables(folder)
    problems = [problem for table in tables.values() for problem in table.problems]
    doubted = list(plausibility_problems(tables, today or date.today()))
    places = {(p.file, p.line, p.column) for p in doubted}
    # A future year lies outside its definition too: one line for one mistake.
    fitting = (p for p in reference_problems(tables) if (p.file, p.line, p.column) not in places)
    return tables, _in_order([*problems, *fitting, *doubted])


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    columns = [column for model in MODELS.values() for column in model.model_fields]
    rank = {column: place for place, column in reversed(list(enumerate(columns)))}
    return sorted(problems, key=lambda p: (p.file, p.line, rank.get(p.column, -1), p.message))


def _frame(table: Table) -> pd.DataFrame:
    columns = list(MODELS[table.name].model_fields)
    frame = pd.DataFrame([entry.record.__dict__ for entry in table.entries], columns=columns)
    if table.name in (OBSERVATIONS, "targets"):
        frame["decimals"] = pd.Series([_decimals(e) for e in table.entries], dtype="int64")
    if table.name == OBSERVATIONS:
        frame["file"] = pd.Series([entry.row.file for entry in table.entries], dtype="str")
        frame["line"] = pd.Series([entry.row.line for entry in table.entries], dtype="int64")
    return frame


def _decimals(entry: Entry) -> int:
    return len(entry.row.cells["value"].partition(".")[2])


def _join(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    sources = frames["sources"].set_index("source_id")
    definitions = frames["definitions"].set_index("definition")
    frame = frames[OBSERVATIONS]
    joined = {
        name: frame["source_id"].map(sources[name]) for name in ("published", "grade", "kind")
    }
    frame = frame.assign(**joined, use=frame["definition"].map(definitions["use"]))
    front = ["indicator", "area", "year", "months", "value", "decimals"]
    return frame[front + [column for column in frame.columns if column not in front]]
