"""How good the engine has been: on public series, and on our own.

Our own annual series are forecast from each past year, as known then: few and dependent, they are a
check of the domain, never a ground for tuning. How wide bands of ten years were stands here too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.charts import hedgehog_chart
from helpers.forecasting import baselines
from helpers.forecasting.backtest import final_origins, unseen_calibrations
from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.projection import project
from helpers.forecasting.scores import score
from helpers.forecasting.transforms import fitting_scale
from helpers.observations.raw_data import RawData
from helpers.targets.plan import headline, names_level, read_targets
from helpers.targets.statements import series_names
from helpers.topics.verdicts import MOST_NAMED, source_line
from helpers.vintages.series import Archive, first_prints, known_series, open_archive
from helpers.wording.english import axis, percent
from helpers.wording.language import ENGLISH

POOL = "pool"
MODEL_WORDS = {
    "pool": "linear pool with learned spread",
    "panel": "linear pool at the level of its panel",
    "naive": "last value",
    "drift": "random walk with drift",
    "ols": "straight line (OLS)",
    "log_ols": "exponential line (OLS of logs)",
    "ets_damped": "damped ETS",
    "theta": "Theta",
    "base_rate": "base rate",
}


def answer(summary: pd.DataFrame, series: int) -> str:
    """State how good the probabilities were beside the nearest rival, and how honest the spread.

    `summary`: as `helpers.forecasting.backtest.summary_table` returns. `series`: how many series
    were scored.
    """
    means = summary[summary["collection"].eq("mean")].set_index("model")
    ours, rivals = means.loc[POOL], means.drop(POOL)
    best = rivals["brier"].idxmin()
    return (
        f"On **{series:,} public annual series** that its constants had not seen, the engine's "
        f"probabilities score a mean Brier of **{ours['brier']:.3f}**; the best simple rival "
        f"({MODEL_WORDS[best]}) scores {rivals.loc[best, 'brier']:.3f}.\n"
        f"Its 80 % intervals cover {ours['coverage80']:.0f} % of what came, its 95 % intervals "
        f"{ours['coverage95']:.0f} %; those of the rival cover {rivals.loc[best, 'coverage80']:.0f}"
        f" % and {rivals.loc[best, 'coverage95']:.0f} %.\n"
        f"The calibration slope is {ours['slope']:.2f}, where 1 is ideal and less is overconfident."
    )


TOLD = (0.0, 0.2, 0.5, 0.7, 0.99)
"""Lower ends of the groups of probabilities that are told in a sentence."""


def track_record(table: pd.DataFrame) -> str:
    """Say what happened when the engine was sure, and when it said unlikely, even and likely.

    `table`: columns said_from and said_to (the bin), came and count.
    """
    parts = [
        f"{_said(row.said_from, row.said_to)}: {row.came:,.0f} of {row.count:,.0f} came true"
        for row in table.itertuples(index=False)
        if round(row.said_from, 2) in TOLD
    ]
    return "Said " + "; ".join(parts) + "."


def _said(low: float, high: float) -> str:
    if low <= 0:
        return f"under {percent(high)}"
    return f"over {percent(low)}" if high >= 1 else f"{100 * low:.0f} to {percent(high)}"


def murphy_finding(parts: pd.DataFrame) -> str:
    """Say of what the scores of the engine and of its nearest rival consist.

    `parts`: indexed by model, with the columns of
    `helpers.forecasting.scores.murphy_decomposition`.
    """
    ours, rival = parts.loc[POOL], parts.loc["drift"]
    return (
        f"Of the {ours['uncertainty']:.3f} that always quoting the frequency would score, the "
        f"engine takes away {ours['resolution']:.4f} by telling events apart, and gives back "
        f"{ours['reliability']:.4f} by probabilities that are off; drift {rival['resolution']:.4f} "
        f"and {rival['reliability']:.4f}."
    )


def revision_finding(slopes: pd.DataFrame) -> str:
    """Say whether one change of a probability foretells the next.

    `slopes`: rows `before` and `level`; columns slope, lower and upper, of an interval.
    """
    low, high = slopes.loc["before", ["lower", "upper"]]
    slope, level = slopes.loc["before", "slope"], slopes.loc["level", "slope"]
    told = "No: the interval holds zero" if low <= 0 <= high else "Yes, somewhat"
    way = "same" if slope > 0 else "other"
    end = "outwards" if level > 0 else "back to the middle"
    return (
        f"{told}. After a change of ten points the next one is on average {abs(10 * slope):.1f} "
        f"points the {way} way (95 % interval {10 * low:.1f} to {10 * high:.1f}), and a "
        f"probability ten points off the middle moves {abs(10 * level):.1f} points {end}."
    )


def own_finding(own: pd.DataFrame) -> str:
    """Say on which topics a random walk with drift has been better than the engine.

    `own`: indexed by topic or target, with columns brier and drift.
    """
    if own.empty:
        return "No series of the plan has enough points to be replayed."
    better = own[own["drift"].lt(own["brier"])]
    if better.empty:
        return "On no topic is drift better."
    many = len(better) > MOST_NAMED
    ahead = np.argsort(better["drift"] - better["brier"], kind="stable")
    shown, most = (better.iloc[ahead[:MOST_NAMED]], ", by most on") if many else (better, ":")
    told = (f"{row.Index} ({row.drift:.3f} against {row.brier:.3f})" for row in shown.itertuples())
    return f"Drift is better on {len(better)} of {len(own)}{most} {', '.join(told)}."


def hedgehog_title(name: str, paths: pd.DataFrame, came: pd.Series) -> str:
    """Say how often the last year of a past projection ended above what came.

    `name`: of the indicator. `paths`: as `helpers.topics.track_record.own_series.past_medians`
    returns. `came`: figures by year.
    """
    known = paths[paths["year"].isin(came.index) & paths["year"].gt(paths["origin_year"])]
    last = known.groupby("origin_year").tail(1)
    above = int((last["value"] > last["year"].map(came)).sum())
    return f"{above} of {len(last)} past projections ended above what came; {name}"


def reliability_title(table: pd.DataFrame) -> str:
    """Title of a reliability diagram: the largest distance from the diagonal."""
    off = (table["observed"] - table["forecast"]).abs()
    worst = table.loc[off.idxmax()]
    return (
        f"Stated and observed frequency differ by {100 * off.mean():.1f} points on average; "
        f"at most {100 * off.max():.1f} points, where {percent(worst['forecast'])} was said"
    )


LEAST_POINTS = 8
"""Points that an origin needs: with fewer, one revision decides everything."""
SCORED = ("brier", "brier_drift", "crps", "crps_drift", "coverage80", "coverage95")


def replay_domain(raw: RawData, as_of: date | str, horizon: int) -> pd.DataFrame:
    """Forecast every annual series from each of its past years, with the figures known then.

    An outcome is the first print of its year, if no documented change of definition lies between.

    `as_of`: outcomes known by then count. `horizon`: years ahead.

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
    means = [pd.DataFrame(values).mean(axis=1) for values in each]
    means[-2:] = [100 * share for share in means[-2:]]
    return origins.assign(**dict(zip(SCORED, means, strict=True)))


def past_medians(
    raw: RawData, indicator: str, area: str, as_of: date | str, horizon: int
) -> pd.DataFrame:
    """Give the middle of every past projection of one series, with the figures known then.

    `as_of`: origins and outcomes known by then count. `horizon`: years ahead. Gives columns
    origin_year, year and value, from the last figure of each origin on; an origin needs an outcome.
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

    `horizon`: years ahead. There is one a target whose series has been projected before, for the
    first twelve of them.
    """
    archive, units = open_archive(raw), raw.indicators.set_index("indicator")["unit"]
    charts: list[Figure] = []
    names = series_names(raw)
    for target in headline(read_targets(raw.targets, raw.sources)):
        if len(charts) == MOST_NAMED:
            break
        indicator, area = target.indicator, target.area
        paths = past_medians(raw, as_of=as_of, horizon=horizon, indicator=indicator, area=area)
        if paths.empty:
            continue
        series = known_series(archive, as_of, indicator=indicator, area=area)
        series = series.assign(value=series["spliced_value"])
        name, unit = names[target.target_id], units[indicator]
        title = hedgehog_title(name, paths, series.set_index("year")["value"])
        asked = (target.operator, target.value, target.decimals, target.unit, target.value_high)
        mark = (target.target_year, target.value, ENGLISH.plain_line(*asked))
        charts.append(hedgehog_chart(
            series, paths, title, axis(unit), source_line(series, raw),
            target=mark if names_level(target) else None,
        ))  # fmt: skip
    return charts


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

    `pair`: indicator and area. `as_of`: outcomes known by then count, up to the first documented
    change of definition. `horizon`: years ahead. `least`: points that an origin needs.
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
        came = prints.loc[row.year + 1 : end - 1]
        if len(came):
            values = known.set_index("year")["spliced_value"].astype(float)
            yield Origin(indicator, area, row.year, row.known_from, values, came)
