"""The engine on the project's own annual series: forecast from each past year, as known then.

Few and dependent series: a check of the domain, never a ground for tuning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from helpers.forecasting import baselines
from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.projection import project
from helpers.forecasting.scores import score
from helpers.observations.raw_data import RawData
from helpers.vintages.series import Archive, first_prints, known_series, open_archive

LEAST_POINTS = 8
"""Points that an origin needs: with fewer, one revision decides everything."""
SCORED = ("brier", "brier_drift", "crps", "crps_drift", "coverage80", "coverage95")


def replay_domain(raw: RawData, as_of: date | str, horizon: int) -> pd.DataFrame:
    """Forecast every annual series from each of its past years, with the figures known then.

    An outcome is the first print of its year, if no documented change of definition lies between.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
        Outcomes known by then count.
    horizon : int
        Years ahead.

    Returns
    -------
    DataFrame
        One row an origin: indicator, area, origin_year, as_of (the day its last figure was known);
        of the engine brier, crps, and coverage80 and coverage95 in percent, each the mean over
        years ahead; brier_drift and crps_drift of the random walk with drift.
    """
    archive = open_archive(raw)
    scales = archive.indicators.set_index("indicator")["scale"]
    found = [
        origin
        for pair in archive.pairs
        if scales[pair[0]] != "linear"
        for origin in past_origins(archive, pair, as_of, horizon, least=LEAST_POINTS)
    ]
    rows = [(origin.indicator, origin.area, origin.year, origin.as_of) for origin in found]
    origins = pd.DataFrame(rows, columns=["indicator", "area", "origin_year", "as_of"])
    if not found:
        return origins.reindex(columns=[*origins, *SCORED])
    batch = SeriesBatch.from_series({str(i): origin.known for i, origin in enumerate(found)})
    outcomes = np.array([origin.outcomes(horizon) for origin in found])
    pool = project(batch, horizon, scale=list(origins["indicator"].map(scales)))
    ours, drift = (
        score(forecast, batch.values, outcomes)
        for forecast in (pool, baselines.drift(batch.values, horizon))
    )
    each = (ours.brier, drift.brier, ours.crps, drift.crps, ours.covered80, ours.covered95)
    means = [np.nanmean(values, axis=1) for values in each]
    means[-2:] = [100 * share for share in means[-2:]]
    return origins.assign(**dict(zip(SCORED, means, strict=True)))


@dataclass(frozen=True)
class Origin:
    """A past year of one series from which later ones are forecast.

    Attributes
    ----------
    indicator, area : str
    year : int
    as_of : Timestamp
        The day on which the figure of that year was first known.
    known : Series
        Values by year as known that day.
    came : DataFrame
        First prints of later years, by year.
    """

    indicator: str
    area: str
    year: int
    as_of: pd.Timestamp
    known: pd.Series
    came: pd.DataFrame

    def outcomes(self, horizon: int) -> np.ndarray:
        """Values that came one year ahead, two and so on; NaN where none did."""
        ahead = range(self.year + 1, self.year + horizon + 1)
        return self.came["value"].reindex(ahead).to_numpy(dtype=float)


def past_origins(
    archive: Archive, pair: tuple[str, str], as_of: date | str, horizon: int, *, least: int
) -> Iterator[Origin]:
    """Origins of one indicator and area that have an outcome within the horizon.

    Parameters
    ----------
    archive : Archive
    pair : tuple of str
        Indicator and area.
    as_of : date or str
        Outcomes known by then count, up to the first documented change of definition.
    horizon : int
        Years ahead.
    least : int
        Points that an origin needs.
    """
    indicator, area = pair
    latest = known_series(archive, as_of, indicator=indicator, area=area)
    if len(latest) <= least or latest["value"].le(0).any():
        return
    prints = first_prints(archive.pairs[pair], latest)
    broken = latest.loc[latest["break_before"].eq("no"), "year"]
    for row in prints.itertuples():
        known = known_series(archive, row.known_from, indicator=indicator, area=area)
        if len(known) < least or known["year"].iloc[-1] != row.year:
            continue
        end = min([row.year + horizon + 1, *broken[broken.gt(row.year)]])
        came = prints[prints["year"].gt(row.year) & prints["year"].lt(end)]
        if len(came):
            values = known.set_index("year")["spliced_value"].astype(float)
            yield Origin(indicator, area, row.year, row.known_from, values, came)
