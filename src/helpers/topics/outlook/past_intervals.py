"""How wide bands of ten years were, and whether what came lay inside."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from helpers.forecasting.backtest import final_origins, unseen_calibrations
from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.projection import project
from helpers.observations.raw_data import RawData
from helpers.vintages.series import Archive, first_prints, known_series, open_archive

OWN_COLUMNS = ["indicator", "name", "origin_year", "as_of", "horizon", "year", "start", "median",
               "lower80", "upper80", "lower95", "upper95", "came", "grade", "inside80",
               "inside95"]  # fmt: skip
REFERENCE_HORIZON = 12


def own_bands(raw: RawData, as_of: date | str, area: str, horizon: int) -> pd.DataFrame:
    """Project every series of an area from each past year, with the figures known then.

    What came is the first print of the year, if no documented change of definition lies between.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
        Outcomes known by then count.
    area : str
    horizon : int
        Years ahead.

    Returns
    -------
    DataFrame
        Columns `OWN_COLUMNS`, one row an origin and horizon from 1 on whose outcome is known, in
        the unit of the indicator. `start` is the last value at the origin; `grade` is that of what
        came.
    """
    archive = open_archive(raw)
    archive.check(area=area)
    table = archive.indicators.set_index("indicator")
    pairs = [p for p in archive.pairs if p[1] == area and table["scale"][p[0]] != "linear"]
    found = [origin for pair in pairs for origin in _origins(archive, pair, as_of, horizon)]
    if not found:
        return pd.DataFrame(columns=OWN_COLUMNS)
    batch = SeriesBatch.from_series({str(i): known for i, (_, known, _) in enumerate(found)})
    scales = [table["scale"][where["indicator"]] for where, _, _ in found]
    projected = project(batch, horizon, scale=scales)
    levels = {"median": 0.5, "lower80": 0.1, "upper80": 0.9, "lower95": 0.025, "upper95": 0.975}
    bands = projected.quantiles(list(levels.values()))
    rows = []
    for number, (where, known, came) in enumerate(found):
        where |= {"name": table["name_en"][where["indicator"]], "start": known.iloc[-1]}
        for row in came.itertuples():
            step = int(row.year) - where["origin_year"]
            band = dict(zip(levels, bands[number, step - 1], strict=True))
            fixed = {"horizon": step, "year": row.year, "came": row.value, "grade": row.grade}
            rows.append(where | fixed | band)
    frame = pd.DataFrame(rows)
    for level in (80, 95):
        inside = frame["came"].between(frame[f"lower{level}"], frame[f"upper{level}"])
        frame[f"inside{level}"] = inside
    return frame[OWN_COLUMNS]


def _origins(
    archive: Archive, pair: tuple[str, str], as_of: date | str, horizon: int
) -> Iterator[tuple[dict, pd.Series, pd.DataFrame]]:
    """Where an origin stands, the values known there, and the figures that came."""
    indicator, area = pair
    latest = known_series(archive, as_of, indicator=indicator, area=area)
    if len(latest) <= MIN_POINTS or latest["value"].le(0).any():
        return
    prints = first_prints(archive.pairs[pair], latest)
    broken = latest.loc[latest["break_before"].eq("no"), "year"]
    for origin in prints.itertuples():
        known = known_series(archive, origin.known_from, indicator=indicator, area=area)
        if len(known) < MIN_POINTS or known["year"].iloc[-1] != origin.year:
            continue
        end = min([origin.year + horizon + 1, *broken[broken.gt(origin.year)]])
        came = prints[prints["year"].gt(origin.year) & prints["year"].lt(end)]
        if len(came):
            where = {"indicator": indicator, "origin_year": origin.year, "as_of": origin.known_from}
            yield where, known.set_index("year")["spliced_value"].astype(float), came


def own_record(bands: pd.DataFrame) -> pd.DataFrame:
    """Count by horizon how often what came lay inside, and how wide the bands were.

    Returns
    -------
    DataFrame
        Indexed by horizon: series, origins, inside80 and inside95 (counts), and width80, the
        median of upper over lower bound.
    """
    grouped = bands.assign(width80=bands["upper80"] / bands["lower80"]).groupby("horizon")
    return grouped.agg(
        series=("indicator", "nunique"),
        origins=("came", "size"),
        inside80=("inside80", "sum"),
        inside95=("inside95", "sum"),
        width80=("width80", "median"),
    )


def reference_record(horizon: int = REFERENCE_HORIZON) -> pd.DataFrame:
    """Measure the same on public series whose last years were held back.

    Each collection is forecast with constants that were learned without it.

    Returns
    -------
    DataFrame
        Indexed by horizon: series, covers80 and covers95 (percent of them), width80 (median of
        upper over lower bound).

    Raises
    ------
    ModuleNotFoundError
        If the reference series are not installed, with the command that installs them.
    """
    parts = []
    for collection, calibration in unseen_calibrations(relearn=False).items():
        origins = final_origins(collection, horizon)
        projected = project(origins.batch, horizon, calibration=calibration)
        parts.append((origins.outcomes, projected.interval(0.8), projected.interval(0.95)))
    outcomes = np.concatenate([part[0] for part in parts])
    bounds = {
        level: [np.concatenate([part[place][side] for part in parts]) for side in (0, 1)]
        for place, level in ((1, 80), (2, 95))
    }
    columns = {"series": np.isfinite(outcomes).sum(axis=0)}
    for level, (lower, upper) in bounds.items():
        inside = (lower <= outcomes) & (outcomes <= upper)
        columns[f"covers{level}"] = 100 * inside.mean(axis=0)
    lower, upper = bounds[80]
    columns["width80"] = np.median(upper / lower, axis=0)
    return pd.DataFrame(columns, index=pd.RangeIndex(1, horizon + 1, name="horizon"))
