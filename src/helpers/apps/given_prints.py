"""Anybody's figures as they were printed, each as often as it was, and how far they are revised."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from helpers.apps.given_series import YEARS, ExchangeError, unusable
from helpers.forecasting.batch import SeriesBatch
from helpers.observations.files import decode, read_content
from helpers.observations.readers import csv_rows
from helpers.problems import Problem, TableError, closest, find
from helpers.vintages.archive import last_day
from helpers.vintages.revision_risk import (
    ENOUGH,
    FIRST_AGE,
    OLD,
    POOLED,
    SHARES,
    RevisionRisk,
    fit,
    reference,
    relative,
    risk,
    words,
)

COLUMNS = ("series", "year", "printed", "value")
NONE = "none"


def read_prints(path: Path | str) -> pd.DataFrame:
    """Read a table of prints.

    Parameters
    ----------
    path : path
        CSV with the columns `series`, `year`, `printed` (YYYY-MM-DD, YYYY-MM or YYYY), `value`.

    Returns
    -------
    DataFrame
        The columns, `printed` as the last day that it can mean, in the order of that day.

    Raises
    ------
    ExchangeError
        With every bad cell at once.
    """
    file = str(path)
    content, problem = read_content(Path(path), file, "the columns " + ", ".join(COLUMNS))
    text, problem = ("", problem) if problem else decode(content, file)
    if problem:
        raise ExchangeError([problem])
    kept, problems = [], []
    try:
        for row in csv_rows(io.StringIO(text, newline=""), file, _columns_of):
            if isinstance(row, Problem):
                problems.append(row)
                continue
            found = [Problem(file, row.line, *each) for each in _cell_problems(row.cells)]
            problems += found
            if not found:
                cells = row.cells
                day, year = last_day(cells["printed"].strip()), int(float(cells["year"]))
                kept.append((cells["series"].strip(), year, day, float(cells["value"])))
    except TableError as error:
        raise ExchangeError(error.problems) from None
    if problems:
        raise ExchangeError(sorted(problems, key=lambda problem: problem.line))
    if not kept:
        raise unusable(Path(path), "no rows; add some")
    return pd.DataFrame(kept, columns=list(COLUMNS)).sort_values("printed", kind="stable")


def _columns_of(names: Sequence[str]) -> tuple[list[str], list[str]]:
    return list(names), list(COLUMNS)


def _cell_problems(cells: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    if not cells["series"].strip():
        yield "series", "", "empty; name the series"
    year, value = (pd.to_numeric(cells[name], errors="coerce") for name in ("year", "value"))
    if year not in YEARS:
        yield "year", cells["year"], "not a year; write four digits such as 2024"
    if not abs(value) < float("inf"):
        yield "value", cells["value"], "not a finite number; write digits, or leave the row out"
    printed = cells["printed"].strip()
    try:
        day = last_day(printed) if len(printed) in (4, 7, 10) and printed.isascii() else None
    except ValueError:
        day = None
    if day is None:
        yield "printed", cells["printed"], "not a day; write YYYY-MM-DD, YYYY-MM or YYYY"
    elif day.year < year:
        yield "printed", cells["printed"], "before the year of the figure; mend it"


def revision_risks(
    given: Path | str, batch: SeriesBatch, scales: Sequence[str]
) -> tuple[list[RevisionRisk], str]:
    """Find how far the figures of each series are revised, and say it in words.

    Parameters
    ----------
    given : "pooled" or path
        As the reference prints were, or as those of a table were: each series as its own from
        `ENOUGH` figures printed twice on, else as all of the table together.
    batch : SeriesBatch
    scales : sequence of str

    Raises
    ------
    ExchangeError
        For a bad table, or one that holds none of the series.
    helpers.problems.InputError
        For another word.
    """
    names, pooled = batch.names, reference()
    if not Path(given).suffix:
        find(str(given), (NONE, POOLED), "revisions")
    if str(given) == POOLED:
        return [risk(pooled)] * len(names), words(pooled)
    prints = read_prints(given)
    if not set(names) & set(prints["series"]):
        hint = closest(str(prints["series"].iloc[0]), names) or "; name series that are projected"
        raise unusable(Path(given), f"holds none of the series that are projected{hint}")
    twice, ages = _printed_twice(prints, dict(zip(names, scales, strict=True)))
    every = fit(twice["revision"].to_numpy(), twice["age"].to_numpy(), pooled)
    own = dict(iter(twice.groupby("series")))
    risks = []
    for name, origin in zip(names, batch.origin_years, strict=True):
        rows, law = own.get(name, twice.iloc[:0]), every
        if len(rows) >= ENOUGH:
            law = fit(rows["revision"].to_numpy(), rows["age"].to_numpy(), every)
        risks.append(risk(law, ages.get((name, int(origin)), FIRST_AGE)))
    return risks, words(every, own=len(twice))


def _printed_twice(
    prints: pd.DataFrame, scales: dict[str, str]
) -> tuple[pd.DataFrame, dict[tuple[str, int], int]]:
    """Hold last prints against first ones; give the age of the last print of each figure too."""
    cells = prints.groupby(["series", "year"])
    table = cells.agg(
        first=("value", "first"), last=("value", "last"),
        early=("printed", "first"), late=("printed", "last"),
    ).reset_index()  # fmt: skip
    old = table["late"].dt.year - table["year"]
    ages = dict(zip(zip(table["series"], table["year"], strict=True), old, strict=True))
    share = table["series"].map(scales).isin(SHARES).to_numpy()
    moved = relative(table["first"].to_numpy(), table["last"].to_numpy(), share)
    table = table.assign(age=table["early"].dt.year - table["year"], revision=moved)
    kept = table["late"].gt(table["early"]) & table["age"].le(OLD) & table["revision"].notna()
    return table[kept], ages
