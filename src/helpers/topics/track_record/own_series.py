"""The engine on the project's own annual series: forecast from each past year, as known then.

Few and dependent series: a check of the domain, never a ground for tuning.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
import pandas as pd

from helpers.forecasting import baselines
from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.projection import project
from helpers.forecasting.scores import Scores, score
from helpers.observations.raw_data import RawData
from helpers.vintages.series import Archive, first_prints, known_series, open_archive

LEAST_POINTS = 8
"""Points that an origin needs: with fewer, one revision decides everything."""


@dataclass(frozen=True)
class DomainReplay:
    """Scores of the engine and of drift at every past origin of the project's own series.

    Attributes
    ----------
    origins : DataFrame
        One row an origin: indicator, area, origin_year, as_of (the day its last figure was known).
    scores : dict of str to Scores
        By model, "pool" and "drift"; rows as in `origins`.
    """

    origins: pd.DataFrame
    scores: dict[str, Scores]


def replay_domain(raw: RawData, as_of: date | str, horizon: int) -> DomainReplay:
    """Forecast every annual series from each of its past years, with the figures known then.

    An outcome is the first print of its year, if no documented change of definition lies between.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
        Outcomes known by then count.
    horizon : int
        Years ahead.
    """
    archive = open_archive(raw)
    scales = archive.indicators.set_index("indicator")["scale"]
    rows = [
        row
        for pair in archive.pairs
        if scales[pair[0]] != "linear"
        for row in _pair_origins(archive, pair, as_of, horizon)
    ]
    if not rows:
        return DomainReplay(pd.DataFrame(columns=["indicator", "area", "origin_year", "as_of"]), {})
    origins = pd.DataFrame([row[0] for row in rows])
    batch = SeriesBatch.from_series({str(i): row[1] for i, row in enumerate(rows)})
    outcomes = np.array([row[2] for row in rows])
    forecasts = {
        "pool": project(batch, horizon, scale=list(origins["indicator"].map(scales))),
        "drift": baselines.drift(batch.values, horizon),
    }
    scored = {name: score(f, batch.values, outcomes) for name, f in forecasts.items()}
    return DomainReplay(origins, scored)


def _pair_origins(
    archive: Archive, pair: tuple[str, str], as_of: date | str, horizon: int
) -> Iterator[tuple[dict, pd.Series, np.ndarray]]:
    """Origins of one indicator and area: what it is, the values known, what came."""
    indicator, area = pair
    latest = known_series(archive, as_of, indicator=indicator, area=area)
    if len(latest) <= LEAST_POINTS or latest["value"].le(0).any():
        return
    prints = first_prints(archive.pairs[pair], latest)
    broken = set(latest.loc[latest["break_before"].eq("no"), "year"])
    for origin in prints.itertuples():
        known = known_series(archive, origin.known_from, indicator=indicator, area=area)
        if len(known) < LEAST_POINTS or known["year"].iloc[-1] != origin.year:
            continue
        values = known.set_index("year")["spliced_value"].astype(float)
        came = np.full(horizon, np.nan)
        for step in range(1, horizon + 1):
            if origin.year + step in broken:
                break
            came[step - 1] = prints["value"].get(origin.Index + step, np.nan)
        if np.isfinite(came).any():
            what = {"indicator": indicator, "area": area, "origin_year": origin.year}
            yield what | {"as_of": origin.known_from}, values, came


def domain_view(replayed: DomainReplay) -> pd.DataFrame:
    """Lay out the replay for reading: one row an indicator, and all together.

    Returns
    -------
    DataFrame
        Series, origins, Brier and CRPS of the engine and of drift, and the engine's coverage.
        Without a row where no series of the folder has enough points.
    """
    if replayed.origins.empty:
        return pd.DataFrame(columns=["series", "origins"])
    groups = dict(iter(replayed.origins.groupby("indicator", sort=False)))
    rows = {name: _scores_of(replayed, part) for name, part in groups.items()}
    rows["all"] = _scores_of(replayed, replayed.origins)
    return pd.DataFrame.from_dict(rows, orient="index")


def _scores_of(replayed: DomainReplay, part: pd.DataFrame) -> dict[str, float]:
    at = part.index.to_numpy()
    picked = {
        model: Scores(**{f.name: getattr(scores, f.name)[at] for f in fields(Scores)})
        for model, scores in replayed.scores.items()
    }
    pool, drift = (picked[model].summary() for model in ("pool", "drift"))
    return {
        "series": len(part[["indicator", "area"]].drop_duplicates()),
        "origins": len(part),
        "Brier": round(pool["brier"], 3),
        "Brier, drift": round(drift["brier"], 3),
        "CRPS": round(pool["crps"], 2),
        "CRPS, drift": round(drift["crps"], 2),
        "covers, of 80": round(pool["coverage80"]),
        "covers, of 95": round(pool["coverage95"]),
    }
