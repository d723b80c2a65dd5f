"""Anybody's series in, each bad cell refused by place; the forecast hubs' long form out.

Input is CSV (or Parquet, where pyarrow is installed): `series,year,value`; thresholds are
`series,year,threshold`. Every bad row is refused, all at once, with its place and the mend.
"""

from collections.abc import Callable, Iterator, Sequence
from math import isfinite, nan
from pathlib import Path
from typing import TextIO

import pandas as pd

from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.calibration import shipped
from helpers.forecasting.panel import LEAST_SERIES, panel_level
from helpers.forecasting.projection import HUB_LEVELS, project
from helpers.observations.readers import Row, check_header, read_csv
from helpers.problems import InputError, Problem, TableError, closest, find
from helpers.tables import harmless, round_significant
from helpers.vocabulary import EVERY_SCALE

SERIES_COLUMNS = ("series", "year", "value")
THRESHOLD_COLUMNS = ("series", "year", "threshold")
YEARS = range(1000, 3001)
LONGEST_HORIZON = 100
DIGITS = 10
"""Significant digits of a written number: rounding first prints many times faster than a format.

Levels and thresholds are not rounded: they are what the rows are joined on.
"""


class ExchangeError(TableError):
    """A file that cannot be used."""


def read_series(path: Path | str, scale: str = "log") -> SeriesBatch:
    """Read a table of series.

    Parameters
    ----------
    path : path
        CSV or Parquet with the columns `series`, `year`, `value`; any order of rows.
    scale : {"log", "logit", "linear", "count", "share"}
        Values outside the support are refused: above 0, inside 0-100, any finite number, 0 or
        above, 0 to 100.

    Raises
    ------
    ExchangeError
        With every bad cell; then, if the cells are sound, every series that is too short.
    """
    frame = read_table(path, SERIES_COLUMNS, lambda number: _outside(number, scale))
    _refuse_short(frame, str(path))
    return SeriesBatch.from_long(frame)


def read_thresholds(path: Path | str) -> pd.DataFrame:
    """Read `series`, `year`, `threshold` rows; a series and year may have several thresholds.

    The column `text` holds each threshold as it is written.
    """
    return read_table(path, THRESHOLD_COLUMNS, lambda _: "")


def project_file(
    series_path: Path | str,
    horizon: int = 5,
    thresholds_path: Path | str | None = None,
    out: Path | str | TextIO | None = None,
    scale: str = "log",
    *,
    panel: bool = True,
    tell: Callable[[str], None] = lambda text: None,
) -> pd.DataFrame:
    """Project every series of a file and, where `out` is given, write the long form there.

    Fifteen series or more are a panel that sets its own level
    (`helpers.forecasting.panel.panel_level`): what is said of one of them then depends on all.

    Each row of the thresholds comes back as one row, and in a CSV with the very text it had, so
    that a join on it loses nothing.

    Parameters
    ----------
    series_path : path
        See `read_series`.
    horizon : int
        Years ahead, 1 to 100.
    thresholds_path : path, optional
        See `read_thresholds`; adds P(y >= threshold) for every projected year it names.
    out : path or text stream, optional
        `.parquet` writes Parquet, anything else CSV.
    scale : {"log", "logit", "linear", "count", "share"}
        Support of all series.
    panel : bool
        False keeps the constants as they are, and each series for itself.
    tell : callable
        Told in words what level the panel sets.

    Raises
    ------
    ExchangeError
        For a bad file, or a threshold for a series or year that is not projected.
    helpers.problems.InputError
        For a bad horizon or scale.
    """
    find(scale, EVERY_SCALE, "scale")
    if not 1 <= horizon <= LONGEST_HORIZON:
        raise InputError(f"horizon must lie between 1 and {LONGEST_HORIZON} years; got {horizon}")
    batch = read_series(series_path, scale)
    thresholds = None
    if thresholds_path is not None:
        thresholds = read_thresholds(thresholds_path)
        _refuse_unprojected(thresholds, batch, horizon, str(thresholds_path))
    calibration = None
    if panel and len(batch.names) >= LEAST_SERIES:
        level = panel_level(batch, scale)
        calibration = level.on()
        tell(level.words(shipped().of(scale)))
    projected = project(batch, horizon, scale=scale, calibration=calibration)
    frame = projected.to_frame(HUB_LEVELS, thresholds)
    if out is not None:
        write_table(frame, out, () if thresholds is None else thresholds["text"])
    return frame


def write_table(
    frame: pd.DataFrame, out: Path | str | TextIO, thresholds: Sequence[str] | pd.Series = ()
) -> None:
    """Write the long form as CSV, or as Parquet where the name ends so.

    A file appears whole or not at all.

    Parameters
    ----------
    frame : DataFrame
        As `helpers.forecasting.projection.Projection.to_frame` returns.
    out : path or text stream
        A stream gets CSV.
    thresholds : sequence of str
        Texts of the thresholds, one a `probability` row; a CSV holds them as they are.
    """
    if not isinstance(out, Path | str):
        _csv_form(frame, thresholds).to_csv(out, index=False, lineterminator="\n")
        return
    path = Path(out)
    part = path.with_name(path.name + ".part")
    try:
        if path.suffix == ".parquet":
            frame.to_parquet(part, index=False)
        else:
            _csv_form(frame, thresholds).to_csv(part, index=False, lineterminator="\n")
        part.replace(path)
    except ImportError:
        message = "Parquet needs pyarrow; install shenzhen-targets[parquet], or choose a .csv name"
        raise _unusable(path, message) from None
    except OSError as error:
        message = f"cannot be written ({error.strerror}); choose another place"
        raise _unusable(path, message) from None
    finally:
        part.unlink(missing_ok=True)


def _csv_form(frame: pd.DataFrame, thresholds: Sequence[str] | pd.Series) -> pd.DataFrame:
    """Round values, take formulas out, write thresholds as they are given."""
    made = frame.copy()
    for name in made.select_dtypes("float").columns.difference(["output_type_id"]):
        made[name] = round_significant(made[name], DIGITS)
    made = harmless(made)
    # Their texts have been read as numbers, so they are no formulas.
    if len(thresholds):
        joined_on = made["output_type_id"].astype(object)
        joined_on[made["output_type"].eq("probability")] = list(thresholds)
        made["output_type_id"] = joined_on
    return made


def _refuse_short(frame: pd.DataFrame, file: str) -> None:
    counts = frame.groupby("series", sort=False)["line"].agg(["size", "first"])
    short = counts[counts["size"] < MIN_POINTS]
    mend = f"give at least {MIN_POINTS} years or leave it out"
    if len(short):
        raise ExchangeError(
            Problem(file, int(line), "series", str(name), f"only {size} points; {mend}")
            for name, size, line in short.itertuples()
        )


def _refuse_unprojected(
    thresholds: pd.DataFrame, batch: SeriesBatch, horizon: int, file: str
) -> None:
    last = dict(zip(batch.names, batch.origin_years.tolist(), strict=True))
    faults = []
    for row in thresholds.itertuples():
        if row.series not in last:
            hint = closest(row.series, batch.names) or "; name one of the series projected"
            faults.append(Problem(file, row.line, "series", row.series, f"no such series{hint}"))
        elif not 0 < row.year - last[row.series] <= horizon:
            first, final = last[row.series] + 1, last[row.series] + horizon
            message = f"not projected; choose {first} to {final} or another horizon"
            faults.append(Problem(file, row.line, "year", str(row.year), message))
    if faults:
        raise ExchangeError(faults)


def _outside(number: float, scale: str) -> str:
    if number == 0 and scale in ("log", "logit"):
        other = "count" if scale == "log" else "share"
        return f"not above 0; mend it, or project with scale {other}, which has zeros"
    if number < 0 and scale in ("count", "share"):
        return "below 0; mend it, or project with scale linear"
    if number < 0 and scale != "linear":
        return "not above 0; mend it, or project with scale linear"
    if number == 100 and scale == "logit":
        return "not below 100; mend it, or project with scale share, which has 0 and 100"
    if number > 100 and scale == "share":
        return "above 100, where no share in percent lies; mend it, or use another scale"
    if number > 100 and scale == "logit":
        return "not below 100, as a share in percent must be; mend it, or use another scale"
    return ""


def _unusable(path: Path, message: str) -> ExchangeError:
    """Refuse a file as a whole."""
    return ExchangeError([Problem(str(path), 1, "file", path.name, message)])


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
        The columns, `text`, the number as it is written, and `line`, the row's place in the file.

    Raises
    ------
    ExchangeError
        With every bad cell at once.
    """
    path = Path(path)
    rows, problems = (_parquet_rows if path.suffix == ".parquet" else _csv_rows)(path, columns)
    kept = []
    seen: dict[tuple[str, str], int] = {}
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
            number = float(row.cells[last])
            kept.append(
                (key[0], int(float(key[1])), number, _text(row.cells[last], number), row.line)
            )
    if problems:
        raise ExchangeError(sorted(problems, key=lambda problem: problem.line))
    if not kept:
        raise _unusable(path, "no rows; add some")
    return pd.DataFrame(kept, columns=[*columns, "text", "line"])


def _text(cell: str, number: float) -> str:
    """Give a number as it is written; digits of other scripts, which few programs read, as ours."""
    text = cell.strip()
    return text if text.isascii() else repr(number)


def _cell_problems(
    cells: dict[str, str], last: str, outside: Callable[[float], str]
) -> Iterator[tuple[str, str, str]]:
    name = cells["series"].strip()
    if not name:
        yield "series", "", "empty; name the series"
    elif not name.isprintable():
        yield "series", name, "holds control characters; take them out"
    year = _number(cells["year"])
    if not year.is_integer() or int(year) not in YEARS:
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
    if path.exists() and not path.is_file():  # opening a pipe would wait for a writer
        raise _unusable(path, "is no regular file; give a sound file")
    try:
        frame = pd.read_parquet(path)
    except ImportError:
        message = "Parquet needs pyarrow; install shenzhen-targets[parquet], or give CSV"
        raise _unusable(path, message) from None
    except Exception as error:  # pyarrow raises many kinds for a file that is not Parquet
        message = f"cannot be read as Parquet ({type(error).__name__}); give a sound file"
        raise _unusable(path, message) from None
    problems = check_header([str(name) for name in frame.columns], columns, str(path))
    if problems:
        raise ExchangeError(problems)
    texts = frame[list(columns)].astype(object).map(lambda cell: "" if cell is None else str(cell))
    records = texts.to_dict("records")
    return [Row(str(path), line, cells) for line, cells in enumerate(records, start=1)], []
