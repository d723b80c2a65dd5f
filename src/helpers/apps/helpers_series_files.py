"""Files of annual series that anybody hands in: every bad cell is refused with place and mend."""

from collections.abc import Callable, Iterator, Sequence
from math import isfinite, nan
from pathlib import Path

import pandas as pd

from helpers.observations.readers import Row, check_header, read_csv
from helpers.problems import Problem, TableError

YEARS = (1000, 3000)


class ExchangeError(TableError):
    """A file that cannot be used."""


def file_problem(path: Path | str, message: str) -> Problem:
    """Give the problem of a file as a whole."""
    return Problem(str(path), 1, "file", Path(path).name, message)


def read_table(
    path: Path | str, columns: tuple[str, str, str], outside: Callable[[float], str]
) -> pd.DataFrame:
    """Read a table of series, year and a number.

    Parameters
    ----------
    path : path
        CSV, or Parquet where pyarrow is installed.
    columns : tuple of str
        The header; a last column `value` allows each series and year once.
    outside : callable
        What is wrong with a number, or an empty string.

    Returns
    -------
    DataFrame
        The columns and `line`, the row's place in the file.

    Raises
    ------
    ExchangeError
        With every bad cell at once.
    """
    path = Path(path)
    rows, problems = (_parquet_rows if path.suffix == ".parquet" else _csv_rows)(path, columns)
    kept, seen = [], {}
    last = columns[-1]
    for row in rows:
        found = list(_cell_problems(row.cells, last, outside))
        key = (row.cells["series"].strip(), row.cells["year"].strip())
        if not found and last == "value":
            if key in seen:
                message = f"year given twice, first in line {seen[key]}; keep one row a year"
                found.append(("year", row.cells["year"], message))
            seen.setdefault(key, row.line)
        problems += [Problem(str(path), row.line, *problem) for problem in found]
        if not found:
            kept.append((key[0], int(float(key[1])), float(row.cells[last]), row.line))
    if not problems and not kept:
        problems = [file_problem(path, "no rows; add some")]
    if problems:
        raise ExchangeError(sorted(problems, key=lambda problem: problem.line))
    return pd.DataFrame(kept, columns=[*columns, "line"])


def _cell_problems(
    cells: dict[str, str], last: str, outside: Callable[[float], str]
) -> Iterator[tuple[str, str, str]]:
    name = cells["series"].strip()
    if not name:
        yield "series", "", "empty; name the series"
    elif not name.isprintable():
        yield "series", name, "holds control characters; take them out"
    year = _number(cells["year"])
    if not isfinite(year) or year != int(year) or not YEARS[0] <= year <= YEARS[1]:
        yield "year", cells["year"], "not a year; write four digits such as 2024"
    number = _number(cells[last])
    if not isfinite(number):
        yield last, cells[last], "not a finite number; write digits, or leave the row out"
    elif outside(number):
        yield last, cells[last], outside(number)


def _number(text: str) -> float:
    try:
        return float(text) if "_" not in text else nan
    except ValueError:
        return nan


def _csv_rows(path: Path, columns: Sequence[str]) -> tuple[Sequence[Row], list[Problem]]:
    table = read_csv(path, str(path), columns)
    if not table.usable:
        raise ExchangeError(table.problems)
    return table.rows, list(table.problems)


def _parquet_rows(path: Path, columns: Sequence[str]) -> tuple[Sequence[Row], list[Problem]]:
    try:
        frame = pd.read_parquet(path)
    except ImportError:
        message = "Parquet needs pyarrow; install shenzhen-targets[parquet], or give CSV"
        raise ExchangeError([file_problem(path, message)]) from None
    except Exception as error:  # pyarrow raises many kinds for a file that is not Parquet
        message = f"cannot be read as Parquet ({type(error).__name__}); give a sound file"
        raise ExchangeError([file_problem(path, message)]) from None
    problems = check_header([str(name) for name in frame.columns], columns, str(path))
    if problems:
        raise ExchangeError(problems)
    texts = frame[list(columns)].astype(object).map(lambda cell: "" if cell is None else str(cell))
    records = texts.to_dict("records")
    return [Row(str(path), line, cells) for line, cells in enumerate(records, start=1)], []
