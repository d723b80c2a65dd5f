"""How wide bands of ten years were, and whether what came lay inside."""

from datetime import date

import numpy as np
import pandas as pd

from helpers.forecasting.backtest import final_origins, unseen_calibrations
from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.projection import project
from helpers.forecasting.transforms import fitting_scale
from helpers.observations.raw_data import RawData
from helpers.topics.track_record import past_origins
from helpers.vintages.archive import open_archive

LEVELS = {"median": 0.5, "lower80": 0.1, "upper80": 0.9, "lower95": 0.025, "upper95": 0.975}
REFERENCE_HORIZON = 12
PLACES = {"grade": str, "indicator": str, "name": str, "origin_year": int,
          "as_of": "datetime64[ns]", "start": float}  # fmt: skip
"""Columns of an origin of the project's own series, with their types."""


def own_bands(raw: RawData, as_of: date | str, area: str, horizon: int) -> pd.DataFrame:
    """Project every series of an area from each past year, with the figures known then.

    What came is the first print of the year, if no documented change of definition lies between.

    `as_of`: outcomes known by then count. `horizon`: years ahead.

    Returns
    -------
    DataFrame
        One row an origin and horizon from 1 on whose outcome is known, in the unit of the
        indicator: the columns of `public_bands`, year, and `PLACES`: `start` is the last
        value at the origin, `grade` that of what came.
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
        empty = _counted(*np.empty((len(LEVELS) + 2, 0)))
        return empty.assign(year=0, **dict.fromkeys(PLACES)).astype(PLACES)
    batch = SeriesBatch.from_series({str(i): origin.known for i, origin in enumerate(found)})
    scales = [fitting_scale(o.known, table["scale"][o.indicator]) for o in found]
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
    frame = pd.concat(parts, ignore_index=True)
    ahead = frame["year"] - frame["origin_year"]
    bounds = bands[frame["place"], ahead - 1].T
    counted = _counted(ahead, frame["value"], *bounds)
    return counted.join(frame.drop(columns=["value", "place"]))


def public_bands(horizon: int = REFERENCE_HORIZON) -> pd.DataFrame:
    """Project public series whose last years were held back.

    Each collection is forecast with constants that were learned without it. Raises
    `ModuleNotFoundError` if the reference series are not installed, with the command that installs
    them.

    Returns
    -------
    DataFrame
        One row a series and horizon: horizon, came, the bounds of `LEVELS`, and inside80 and
        inside95, whether what came lay between them.
    """
    parts = []
    for collection, calibration in unseen_calibrations(relearn=False).items():
        origins = final_origins(collection, horizon)
        projected = project(origins.batch, horizon, calibration=calibration)
        bounds = projected.quantiles(list(LEVELS.values())).reshape(-1, len(LEVELS)).T
        ahead = np.tile(np.arange(1, horizon + 1), len(origins.outcomes))
        parts.append(_counted(ahead, origins.outcomes.ravel(), *bounds))
    return pd.concat(parts, ignore_index=True).dropna(subset="came")


def _counted(horizon: np.ndarray, came: np.ndarray, *bounds: np.ndarray) -> pd.DataFrame:
    """Say of each band whether what came lay inside."""
    named = dict(zip(LEVELS, bounds, strict=True))
    frame = pd.DataFrame({"horizon": horizon, "came": came, **named})
    inside = {
        f"inside{level}": frame["came"].between(frame[f"lower{level}"], frame[f"upper{level}"])
        for level in (80, 95)
    }
    return frame.assign(**inside).astype({"horizon": int})
