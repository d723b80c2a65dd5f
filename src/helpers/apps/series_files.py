"""Anybody's series in, as `helpers.apps.given_series` reads them; the hubs' long form out."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd

from helpers.apps.given_series import (
    YEARS,
    ExchangeError,
    GivenSeries,
    read_given,
    read_thresholds,
    unusable,
)
from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.calibration import shipped
from helpers.forecasting.panel import LEAST_SERIES, panel_level
from helpers.forecasting.projection import HUB_COLUMNS, HUB_LEVELS, Projection, project
from helpers.observations.files import decode, read_content
from helpers.observations.forms.layouts import Choices
from helpers.observations.readers import csv_rows
from helpers.problems import InputError, Problem, TableError, closest, find
from helpers.tables import harmless, neutral, round_significant
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
    revised,
    risk,
    words,
)

LONGEST_HORIZON = 100
COLUMNS = ("series", "year", "printed", "value")
"""Of a table of prints."""
NONE = "none"
BLOCK = 1000
"""Series written together: the memory that a table takes does not grow with it."""
DIGITS = 10
"""Significant digits of a written number: rounding first prints many times faster than a format.

Levels and thresholds are not rounded: they are what the rows are joined on.
"""

_FIRST_CELLS = (*(f"quantile,{level!r}" for level in HUB_LEVELS), "median,", "mean,")
"""Output type and its id in the rows of one series and year."""


def project_file(
    series_path: Path | str,
    horizon: int = 5,
    thresholds_path: Path | str | None = None,
    out: Path | str | TextIO | None = None,
    scale: str = "log",
    **options,
) -> pd.DataFrame:
    """Project every series of a file; return the long form, written to `out` where that is given.

    Parameters
    ----------
    series_path, horizon, thresholds_path, scale, **options
        As `hub_table` takes them.
    out : path or text stream, optional
        As `HubTable.write` takes it.

    Raises
    ------
    ExchangeError, helpers.problems.InputError
        As `hub_table` and `HubTable.write` do.
    """
    table = hub_table(series_path, horizon, thresholds_path, scale, **options)
    if out is not None:
        table.write(out)
    return pd.concat(table.frames(), ignore_index=True)


def hub_table(
    series_path: Path | str,
    horizon: int = 5,
    thresholds_path: Path | str | None = None,
    scale: str = "log",
    *,
    panel: bool = True,
    until: int | None = None,
    choices: Choices | None = None,
    strict: bool = False,
    revisions: Path | str = NONE,
    tell: Callable[[str], None] = lambda text: None,
) -> "HubTable":
    """Project every series of a file as a table of the hubs.

    Fifteen series or more are a panel that sets its own level
    (`helpers.forecasting.panel.panel_level`): what is said of one of them then depends on all.

    Each row of the thresholds comes back as one row, and in a CSV with the very text it had, so
    that a join on it loses nothing.

    Parameters
    ----------
    series_path : path
        See `helpers.apps.given_series.read_given`.
    horizon : int
        Years ahead, 1 to 100.
    thresholds_path : path, optional
        See `helpers.apps.given_series.read_thresholds`; adds P(y >= threshold) for every projected
        year that it names.
    scale : {"log", "logit", "linear", "count", "share", "auto"}
        Support of the series that the file gives no scale.
    panel : bool
        False keeps the constants as they are, and each series for itself.
    until : int, optional
        Project each series up to this year, wherever it ends, in place of `horizon`.
    choices : Choices, optional
        What the file does not say.
    strict : bool
        Refuse the file where a series cannot be projected, in place of setting it aside.
    revisions : {"none", "pooled"} or path
        What is said of outcomes as finally revised takes in that the last figures, and the
        outcome, are revised after their first print: not at all, as the reference prints were, or
        as those of a table were (see `helpers.apps.series_files.read_prints`).
    tell : callable
        Told in words what was understood of the file, which series are set aside, what level the
        panel sets, and how far figures are revised.

    Raises
    ------
    ExchangeError
        For a bad file, or a threshold for a series or year that is not projected.
    helpers.problems.InputError
        For a bad horizon or scale.
    """
    if not 1 <= horizon <= LONGEST_HORIZON:
        raise InputError(f"horizon must lie between 1 and {LONGEST_HORIZON} years; got {horizon}")
    given = read_given(series_path, scale, choices, strict=strict)
    ahead = np.full(len(given.batch.names), horizon)
    if until is not None:
        given, ahead = _up_to(given, until)
    for line in (*given.account, *given.summary()):
        tell(line)
    batch = given.batch
    thresholds = None
    if thresholds_path is not None:
        thresholds = _projected(read_thresholds(thresholds_path), given, ahead, thresholds_path)
        left_out = thresholds.attrs.get("left_out", 0)
        tell(f"{left_out} thresholds of series set aside are left out") if left_out else None
    scales = given.scales
    calibration = None
    if panel and len(batch.names) >= LEAST_SERIES:
        level = panel_level(batch, scales)
        calibration = level.on()
        tell(level.words(shipped().of(max(set(scales), key=scales.count))))
    projected = project(batch, int(ahead.max()), scale=scales, calibration=calibration)
    if str(revisions) != NONE:
        risks, footing = revision_risks(revisions, batch, scales)
        projected = revised(projected, risks, final=True)
        tell(footing)
    last = batch.origin_years + ahead
    return HubTable(projected, thresholds, last)


@dataclass(frozen=True)
class HubTable:
    """Projected series as a table of the hubs, which is made and written block by block."""

    projection: Projection
    thresholds: pd.DataFrame | None
    """As `helpers.apps.given_series.read_thresholds` returns; the last rows are theirs."""
    last: np.ndarray
    """Of int, shape (n,). The last year of each series that the table holds."""

    def __len__(self) -> int:
        """Rows of the table."""
        steps = int((self.last - self.projection.origin_years).sum())
        return steps * len(_FIRST_CELLS) + (0 if self.thresholds is None else len(self.thresholds))

    def frames(self) -> Iterator[pd.DataFrame]:
        """Yield the table in parts, unrounded."""
        for part, last in self._blocks():
            frame = part.to_frame(HUB_LEVELS)
            kept = frame["year"].to_numpy() <= last.repeat(len(frame) // max(1, len(last)))
            yield frame[kept]
        if self.thresholds is not None:
            yield self.projection.probability_rows(self.thresholds)

    def csv(self) -> Iterator[str]:
        """Yield the table as CSV in parts: numbers rounded, no formulas, thresholds as given."""
        yield ",".join(HUB_COLUMNS) + "\n"
        for part, last in self._blocks():
            yield _csv_text(part, last)
        if self.thresholds is not None:
            frame = self.projection.probability_rows(self.thresholds)
            frame["value"] = round_significant(frame["value"], DIGITS)
            # Their texts have been read as numbers, so they are no formulas.
            frame = harmless(frame).assign(output_type_id=list(self.thresholds["text"]))
            yield frame.to_csv(index=False, header=False, lineterminator="\n")

    def write(self, out: Path | str | TextIO) -> None:
        """Write the table as CSV, or as Parquet where the name ends so.

        A file appears whole or not at all; a stream gets CSV.

        Raises
        ------
        ExchangeError
            If it cannot be written, or Parquet is asked for and pyarrow is missing.
        """
        if not isinstance(out, Path | str):
            out.writelines(self.csv())
            return
        path = Path(out)
        part = path.with_name(path.name + ".part")
        try:
            if path.suffix == ".parquet":
                self._write_parquet(part)
            else:
                with part.open("w", encoding="utf-8", newline="") as file:
                    file.writelines(self.csv())
            part.replace(path)
        except ImportError:
            message = (
                "Parquet needs pyarrow; install shenzhen-targets[parquet], or choose a .csv name"
            )
            raise unusable(path, message) from None
        except OSError as error:
            message = f"cannot be written ({error.strerror}); choose another place"
            raise unusable(path, message) from None
        finally:
            part.unlink(missing_ok=True)

    def _write_parquet(self, part: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        tables = (pa.Table.from_pandas(frame, preserve_index=False) for frame in self.frames())
        first = next(tables)
        with pq.ParquetWriter(part, first.schema) as writer:
            for table in chain([first], tables):
                writer.write_table(table)

    def _blocks(self) -> Iterator[tuple[Projection, np.ndarray]]:
        for start in range(0, len(self.last), BLOCK):
            rows = np.arange(start, min(start + BLOCK, len(self.last)))
            yield self.projection.select(rows), self.last[rows]


def _csv_text(part: Projection, last: np.ndarray) -> str:
    """Write quantiles, median and mean of some series as lines of CSV.

    Every cell but the last is known before: filling one form for each series and year is several
    times as fast as any writer of tables, and gives the same text.
    """
    values = round_significant(part.hub_values(HUB_LEVELS), DIGITS).tolist()
    form = "".join(f"\0{cells},%r\n" for cells in _FIRST_CELLS)
    lines = []
    for name, origin, end, rows in zip(part.names, part.origin_years, last, values, strict=True):
        cell = neutral(name).replace("%", "%%")
        if any(mark in cell for mark in ',"\r\n'):
            cell = '"' + cell.replace('"', '""') + '"'
        lines += [
            form.replace("\0", f"{cell},{origin},{step},{origin + step},") % tuple(row)
            for step, row in enumerate(rows[: end - origin], start=1)
        ]
    return "".join(lines).replace(",nan\n", ",\n")


def _up_to(given: GivenSeries, until: int) -> tuple[GivenSeries, np.ndarray]:
    """Count the years from the end of each series to a year; set aside what is there already."""
    ahead = until - given.batch.origin_years
    kept = (ahead >= 1) & (ahead <= LONGEST_HORIZON)
    aside = {
        given.batch.names[i]: f"that end too far from {until}; {given.batch.origin_years[i]}"
        for i in np.flatnonzero(~kept)
    }
    if not kept.any():
        last = int(given.batch.origin_years.max())
        raise InputError(f"--until {until}: no series ends before it; the last ends in {last}")
    scales = tuple(np.array(given.scales, dtype=object)[kept])
    aside = {**given.set_aside, **aside}
    chosen = replace(given, batch=given.batch.select(kept), scales=scales, set_aside=aside)
    return chosen, ahead[kept]


def _projected(
    thresholds: pd.DataFrame, given: GivenSeries, ahead: np.ndarray, path: Path | str
) -> pd.DataFrame:
    """Leave out thresholds of series that are set aside; refuse those that are not projected."""
    batch, file = given.batch, str(path)
    last = dict(zip(batch.names, batch.origin_years.tolist(), strict=True))
    steps = dict(zip(batch.names, ahead.tolist(), strict=True))
    aside = thresholds["series"].isin(list(given.set_aside))
    faults = []
    for row in thresholds[~aside].itertuples():
        if row.series not in last:
            hint = closest(row.series, batch.names) or "; name one of the series projected"
            faults.append(Problem(file, row.line, "series", row.series, f"no such series{hint}"))
        elif not 0 < row.year - last[row.series] <= steps[row.series]:
            first, final = last[row.series] + 1, last[row.series] + steps[row.series]
            message = f"not projected; choose {first} to {final} or another horizon"
            faults.append(Problem(file, row.line, "year", str(row.year), message))
    if faults:
        raise ExchangeError(faults)
    kept = thresholds[~aside].reset_index(drop=True)
    kept.attrs["left_out"] = int(aside.sum())
    return kept


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
