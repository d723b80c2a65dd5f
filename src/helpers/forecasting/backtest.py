"""Learn the calibration again and score it on series that it has not seen."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.forecasting import baselines
from helpers.forecasting.calibration import Calibration, shipped
from helpers.forecasting.learning import constants_table, learn_collections
from helpers.forecasting.projection import project
from helpers.forecasting.references import HELD_OUT, HORIZONS, LEARNING, Origins, final_origins
from helpers.forecasting.scores import (
    Scores,
    calibration_slope,
    event_thresholds,
    reliability_table,
    score,
)

LONG_HORIZON = 12
DECIMALS = 4


def unseen_calibrations(relearn: bool = True) -> dict[str, Calibration]:
    """Give each collection constants that were learned without it.

    M1 is scored with the constants of M3, M3 with those of M1, and the held-out collections with
    those of both: the shipped ones unless learned anew.
    """
    if not relearn:
        return {name: shipped(without=name) for name in (*LEARNING, *HELD_OUT)}
    apart = {name: learn_collections([o for o in LEARNING if o != name]) for name in LEARNING}
    return {**apart, **dict.fromkeys(HELD_OUT, learn_collections(LEARNING))}


def forecasters(calibration: Calibration) -> dict[str, Callable]:
    """Name the forecasts that are scored: `forecaster(origins) -> forecast`."""

    def of(model):
        return lambda origins: model(origins.batch.values, origins.outcomes.shape[1])

    return {
        "pool": lambda o: project(o.batch, o.outcomes.shape[1], calibration=calibration),
        "naive": of(baselines.naive),
        "drift": of(baselines.drift),
        "ols": of(baselines.ols),
        "log_ols": of(baselines.log_ols),
    }


def score_collections(
    calibrations: dict[str, Calibration], hold_back: int | None = None
) -> dict[tuple[str, str], Scores]:
    """Score every forecast on every collection.

    Parameters
    ----------
    calibrations : dict
        Constants for each collection; see `unseen_calibrations`.
    hold_back : int, optional
        Forecast this many last years instead of the published test part.

    Returns
    -------
    dict
        Keys (collection, model).
    """
    scores = {}
    for collection, calibration in calibrations.items():
        origins = final_origins(collection, hold_back)
        for model, forecast in forecasters(calibration).items():
            scores[collection, model] = score(
                forecast(origins), origins.batch.values, origins.outcomes
            )
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


def run_backtest(
    out_dir: Path | str, relearn: bool = True, learned: str = ""
) -> dict[str, pd.DataFrame]:
    """Learn again, score again and write the tables as CSV.

    Parameters
    ----------
    out_dir : path
        Gets `calibration.csv` and `left_out.csv` (as shipped in `helpers/constants`),
        `scores.csv`, `coverage.csv`, `reliability.csv` and `long_coverage.csv` (the last 12 years
        of M1 and M3 held back).
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
