"""The engine on the project's own annual series: forecast from each past year, as known then.

Few and dependent series: a check of the domain, never a ground for tuning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.charts import hedgehog_chart
from helpers.forecasting import baselines
from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.projection import project
from helpers.forecasting.scores import score
from helpers.forecasting.transforms import fitting_scale
from helpers.observations.raw_data import RawData
from helpers.targets.plan import headline, names_level, read_targets
from helpers.topics.track_record.text import hedgehog_title
from helpers.topics.verdicts import source_line
from helpers.vintages.archive import day_of
from helpers.vintages.series import Archive, first_prints, known_series, open_archive
from helpers.wording.english import axis
from helpers.wording.language import ENGLISH

LEAST_POINTS = 8
"""Points that an origin needs: with fewer, one revision decides everything."""
SCORED = ("brier", "brier_drift", "crps", "crps_drift", "coverage80", "coverage95")


def replay_domain(raw: RawData, as_of: date | str, horizon: int) -> pd.DataFrame:
    """Forecast every annual series from each of its past years, with the figures known then.

    An outcome is the first print of its year, if no documented change of definition lies between.

    Parameters
    ----------
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
    kinds = [fitting_scale(origin.known, scales[origin.indicator]) for origin in found]
    pool = project(batch, horizon, scale=kinds)
    ours, drift = (
        score(forecast, batch.values, outcomes)
        for forecast in (pool, baselines.drift(batch.values, horizon))
    )
    each = (ours.brier, drift.brier, ours.crps, drift.crps, ours.covered80, ours.covered95)
    means = [np.nanmean(values, axis=1) for values in each]
    means[-2:] = [100 * share for share in means[-2:]]
    return origins.assign(**dict(zip(SCORED, means, strict=True)))


def past_medians(
    raw: RawData, indicator: str, area: str, as_of: date | str, horizon: int
) -> pd.DataFrame:
    """Give the middle of every past projection of one series, with the figures known then.

    Parameters
    ----------
    as_of : date or str
        Origins and outcomes known by then count.
    horizon : int
        Years ahead.

    Returns
    -------
    DataFrame
        Columns origin_year, year and value, from the last figure of each origin on; an origin
        needs an outcome.
    """
    archive = open_archive(raw)
    pair = (indicator, area)
    found = list(past_origins(archive, pair, as_of, horizon, least=MIN_POINTS))
    if not found:
        return pd.DataFrame(columns=["origin_year", "year", "value"])
    batch = SeriesBatch.from_series({str(origin.year): origin.known for origin in found})
    middles = project(batch, horizon, scale=archive.scales[indicator]).median
    starts = np.array([[origin.known.iloc[-1]] for origin in found])
    ahead = pd.DataFrame(np.hstack([starts, middles]), [origin.year for origin in found])
    long = ahead.rename_axis("origin_year").reset_index().melt("origin_year", var_name="step")
    return long.assign(year=long["origin_year"] + long.pop("step").astype(int)).sort_values(
        ["origin_year", "year"], ignore_index=True
    )


def hedgehogs(raw: RawData, as_of: date | str, horizon: int) -> list[Figure]:
    """Draw for each series of the plan under evaluation all past projections over what came.

    Parameters
    ----------
    horizon : int
        Years ahead.

    Returns
    -------
    list of Figure
        One a target whose series has been projected before.
    """
    archive, names = open_archive(raw), raw.indicators.set_index("indicator")
    charts = []
    for target in headline(read_targets(raw.targets, raw.sources)):
        indicator, area = target.indicator, target.area
        paths = past_medians(raw, as_of=as_of, horizon=horizon, indicator=indicator, area=area)
        if paths.empty:
            continue
        series = known_series(archive, as_of, indicator=indicator, area=area)
        series = series.assign(value=series["spliced_value"])
        name, unit = names.loc[target.indicator, ["name_en", "unit"]]
        title = hedgehog_title(name, paths, series.set_index("year")["value"])
        asked = (target.operator, target.value, target.decimals, target.unit, target.value_high)
        mark = (target.target_year, target.value, ENGLISH.plain_line(*asked))
        charts.append(hedgehog_chart(
            series, paths, title, axis(unit), source_line(series, raw, day_of(as_of).date()),
            target=mark if names_level(target) else None,
        ))  # fmt: skip
    return charts


@dataclass(frozen=True)
class Origin:
    """A past year of one series from which later ones are forecast."""

    indicator: str
    area: str
    year: int
    as_of: pd.Timestamp
    """The day on which the figure of that year was first known."""
    known: pd.Series
    """Values by year as known that day."""
    came: pd.DataFrame
    """First prints of later years, by year."""

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
