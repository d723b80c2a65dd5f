"""Anybody's series in, the forecast hubs' long form out.

Input is CSV (or Parquet, where pyarrow is installed): `series,year,value`; thresholds are
`series,year,threshold`. Every bad row is refused, all at once, with its place and the mend.
"""

import difflib
from pathlib import Path

import pandas as pd

from helpers.apps.helpers_series_files import ExchangeError, file_problem, read_table
from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.projection import HUB_LEVELS, project
from helpers.forecasting.transforms import SCALES
from helpers.problems import InputError, Problem
from helpers.tables import harmless, round_significant

SERIES_COLUMNS = ("series", "year", "value")
THRESHOLD_COLUMNS = ("series", "year", "threshold")
LONGEST_HORIZON = 100
DIGITS = 10
"""Significant digits of a written number: rounding first prints many times faster than a format."""

__all__ = ["ExchangeError", "project_file", "read_series", "read_thresholds"]


def read_series(path: Path | str, scale: str = "log") -> SeriesBatch:
    """Read a table of series.

    Parameters
    ----------
    path : path
        CSV or Parquet with the columns `series`, `year`, `value`; any order of rows.
    scale : {"log", "logit", "linear"}
        Values outside the support are refused: above 0, inside 0-100, any finite number.

    Raises
    ------
    ExchangeError
        With every bad cell; then, if the cells are sound, every series that is too short.
    """
    frame = read_table(path, SERIES_COLUMNS, lambda number: _outside(number, scale))
    _refuse_short(frame, str(path))
    return SeriesBatch.from_long(frame)


def read_thresholds(path: Path | str) -> pd.DataFrame:
    """Read `series`, `year`, `threshold` rows; a series and year may have several thresholds."""
    return read_table(path, THRESHOLD_COLUMNS, lambda _: "")


def project_file(
    series_path: Path | str,
    horizon: int = 5,
    thresholds_path: Path | str | None = None,
    out: Path | str | None = None,
    scale: str = "log",
    levels=HUB_LEVELS,
) -> pd.DataFrame:
    """Project every series of a file and, where `out` is given, write the long form there.

    Parameters
    ----------
    series_path : path
        See `read_series`.
    horizon : int
        Years ahead, 1 to 100.
    thresholds_path : path, optional
        See `read_thresholds`; adds P(y >= threshold) for every projected year it names.
    out : path, optional
        `.parquet` writes Parquet, anything else CSV.
    scale : {"log", "logit", "linear"}
        Support of all series.

    Raises
    ------
    ExchangeError
        For a bad file, or a threshold for a series or year that is not projected.
    helpers.problems.InputError
        For a bad horizon or scale.
    """
    if scale not in SCALES:
        raise InputError(f"unknown scale {scale}; choose from {', '.join(SCALES)}")
    if not 1 <= horizon <= LONGEST_HORIZON:
        raise InputError(f"horizon must lie between 1 and {LONGEST_HORIZON} years; got {horizon}")
    batch = read_series(series_path, scale)
    thresholds = None
    if thresholds_path is not None:
        thresholds = read_thresholds(thresholds_path)
        _refuse_unprojected(thresholds, batch, horizon, str(thresholds_path))
    frame = project(batch, horizon, scale=scale).to_frame(levels, thresholds)
    if out is not None:
        write_table(frame, out)
    return frame


def write_table(frame: pd.DataFrame, path: Path | str) -> None:
    """Write CSV, or Parquet where the name ends so; the file appears whole or not at all."""
    path = Path(path)
    part = path.with_name(path.name + ".part")
    try:
        if path.suffix == ".parquet":
            frame.to_parquet(part, index=False)
        else:
            numbers = frame.select_dtypes("float")
            rounded = frame.assign(
                **{name: round_significant(numbers[name], DIGITS) for name in numbers}
            )
            harmless(rounded).to_csv(part, index=False, lineterminator="\n")
        part.replace(path)
    except ImportError:
        message = "Parquet needs pyarrow; install shenzhen-targets[parquet], or choose a .csv name"
        raise ExchangeError([file_problem(path, message)]) from None
    except OSError as error:
        message = f"cannot be written ({error.strerror}); choose another place"
        raise ExchangeError([file_problem(path, message)]) from None
    finally:
        part.unlink(missing_ok=True)


def _refuse_short(frame, file):
    counts = frame.groupby("series", sort=False)["line"].agg(["size", "first"])
    short = counts[counts["size"] < MIN_POINTS]
    if len(short):
        raise ExchangeError(
            Problem(
                file,
                int(row["first"]),
                "series",
                str(name),
                f"only {row['size']} points; give at least {MIN_POINTS} years or leave it out",
            )
            for name, row in short.iterrows()
        )


def _refuse_unprojected(thresholds, batch, horizon, file):
    last = dict(zip(batch.names, batch.origin_years.tolist(), strict=True))
    faults = []
    for row in thresholds.itertuples():
        if row.series not in last:
            near = difflib.get_close_matches(row.series, batch.names, 1)
            hint = f"; is it {near[0]}?" if near else "; name one of the series projected"
            faults.append(Problem(file, row.line, "series", row.series, f"no such series{hint}"))
        elif not 0 < row.year - last[row.series] <= horizon:
            first, final = last[row.series] + 1, last[row.series] + horizon
            message = f"not projected; choose {first} to {final} or another horizon"
            faults.append(Problem(file, row.line, "year", str(row.year), message))
    if faults:
        raise ExchangeError(faults)


def _outside(number, scale):
    if scale != "linear" and number <= 0:
        return "not above 0; mend it, or project with scale linear"
    if scale == "logit" and number >= 100:
        return "not below 100, as a share in percent must be; mend it, or use another scale"
    return ""
