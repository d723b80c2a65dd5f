"""Anybody's series in, as `helpers.apps.given_series` reads them; the hubs' long form out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd

from helpers.apps.given_prints import NONE, revision_risks
from helpers.apps.given_series import (
    ExchangeError,
    GivenSeries,
    read_given,
    read_thresholds,
    unusable,
)
from helpers.forecasting.calibration import shipped
from helpers.forecasting.panel import LEAST_SERIES, panel_level
from helpers.forecasting.projection import HUB_LEVELS, project
from helpers.observations.forms.layouts import Choices
from helpers.problems import InputError, Problem, closest
from helpers.tables import harmless, round_significant
from helpers.vintages.revision_risk import revised

LONGEST_HORIZON = 100
DIGITS = 10
"""Significant digits of a written number: rounding first prints many times faster than a format.

Levels and thresholds are not rounded: they are what the rows are joined on.
"""


def project_file(
    series_path: Path | str,
    horizon: int = 5,
    thresholds_path: Path | str | None = None,
    out: Path | str | TextIO | None = None,
    scale: str = "log",
    *,
    panel: bool = True,
    until: int | None = None,
    choices: Choices | None = None,
    strict: bool = False,
    revisions: Path | str = NONE,
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
        See `helpers.apps.given_series.read_given`.
    horizon : int
        Years ahead, 1 to 100.
    thresholds_path : path, optional
        See `helpers.apps.given_series.read_thresholds`; adds P(y >= threshold) for every projected
        year that it names.
    out : path or text stream, optional
        `.parquet` writes Parquet, anything else CSV.
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
        as those of a table were (see `helpers.apps.given_prints.read_prints`).
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
    frame = projected.to_frame(HUB_LEVELS, thresholds)
    if until is not None:
        frame = frame[frame["year"].le(until)].reset_index(drop=True)
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
        raise unusable(path, message) from None
    except OSError as error:
        message = f"cannot be written ({error.strerror}); choose another place"
        raise unusable(path, message) from None
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
