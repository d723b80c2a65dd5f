"""How wide bands of ten years were, and whether what came lay inside."""

from datetime import date

import numpy as np
import pandas as pd

from helpers.forecasting.backtest import final_origins, unseen_calibrations
from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.projection import project
from helpers.observations.raw_data import RawData
from helpers.topics.track_record.own_series import past_origins
from helpers.vintages.archive import open_archive

OWN_COLUMNS = ["indicator", "name", "origin_year", "as_of", "horizon", "year", "start", "median",
               "lower80", "upper80", "lower95", "upper95", "came", "grade", "inside80",
               "inside95"]  # fmt: skip
LEVELS = {"median": 0.5, "lower80": 0.1, "upper80": 0.9, "lower95": 0.025, "upper95": 0.975}
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
    found = [
        origin
        for pair in pairs
        for origin in past_origins(archive, pair, as_of, horizon, least=MIN_POINTS)
    ]
    if not found:
        return pd.DataFrame(columns=OWN_COLUMNS).astype({"upper80": float, "lower80": float})
    batch = SeriesBatch.from_series({str(i): origin.known for i, origin in enumerate(found)})
    scales = [table["scale"][origin.indicator] for origin in found]
    bands = project(batch, horizon, scale=scales).quantiles(list(LEVELS.values()))
    parts = [
        origin.came[["year", "value", "grade"]].assign(
            place=place,
            indicator=origin.indicator,
            name=table["name_en"][origin.indicator],
            origin_year=origin.year,
            as_of=origin.as_of,
            start=origin.known.iloc[-1],
        )
        for place, origin in enumerate(found)
    ]
    frame = pd.concat(parts, ignore_index=True).rename(columns={"value": "came"})
    frame["horizon"] = frame["year"] - frame["origin_year"]
    frame[list(LEVELS)] = bands[frame["place"], frame["horizon"] - 1]
    for level in (80, 95):
        inside = frame["came"].between(frame[f"lower{level}"], frame[f"upper{level}"])
        frame[f"inside{level}"] = inside
    return frame[OWN_COLUMNS]


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
