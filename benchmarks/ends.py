"""Score the scales of counts and of shares whose ends are reached; writes ends.csv.

    OMP_NUM_THREADS=1 python benchmarks/ends.py

M1 and M3 have no zeros and no shares, so series that have are made of them, each with what was
known at its origin: what exceeds a quantile, numbers drawn with a small mean, and the place between
two quantiles in percent. Constants are learned without the collection. `linear` is the linear scale
with its own constants, cut off at the ends.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.forecasting.backtest import LEARNING, final_origins, unseen_calibrations
from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.projection import project
from helpers.forecasting.scores import LEVELS, calibration_slope, crps, mean_absolute_change

HERE = Path(__file__).parent
SEED = 7
ENDS = {"count": (0.0, np.inf), "share": (0.0, 100.0)}
STEPS = (-3, -1, 1, 3)
"""Thresholds, in mean absolute changes from the last value; those within the ends are scored."""


def exceeding(level):
    """Give what lies above a quantile of the known values, else 0."""

    def made(known, values, _):
        return np.maximum(values - np.nanquantile(known, level, axis=1)[:, None], 0.0)

    return made


def drawn(mean):
    """Draw whole numbers around the series, with a given mean of what is known."""

    def made(known, values, generator):
        rate = np.nan_to_num(values * mean / np.nanmean(known, axis=1)[:, None])
        return np.where(np.isfinite(values), generator.poisson(rate), np.nan)

    return made


def between(low, high, room=1.0):
    """Give the place between two quantiles of the known values, in percent."""

    def made(known, values, _):
        start = np.nanquantile(known, low, axis=1)[:, None]
        width = room * (np.nanquantile(known, high, axis=1)[:, None] - start)
        return 100 * np.clip((values - start) / np.maximum(width, 1e-9), 0.0, 1.0)

    return made


MADE = {
    ("count", "above the first quartile"): exceeding(0.25),
    ("count", "above the median"): exceeding(0.5),
    ("count", "drawn, mean 3"): drawn(3),
    ("count", "drawn, mean 1"): drawn(1),
    ("share", "both ends"): between(0.15, 0.85),
    ("share", "low end"): between(0.3, 1.0, room=3.0),
}


def series_with_ends(origins, made, generator):
    """Values and outcomes of made series; those that never change are left out."""
    values = made(origins.batch.values, origins.batch.values, generator)
    outcomes = made(origins.batch.values, origins.outcomes, generator)
    moving = mean_absolute_change(values) > 1e-6
    names = tuple(np.array(origins.batch.names)[moving])
    batch = SeriesBatch(names, values[moving], origins.batch.origin_years[moving])
    return batch, outcomes[moving]


def scored(projected, batch, outcomes, ends):
    """CRPS, coverage, the slope of calibration, and how often an end was said and came."""
    low, high = ends
    size = mean_absolute_change(batch.values)[:, None]
    quantiles = np.clip(projected.quantiles(LEVELS), low, high)
    lines = [batch.values[:, -1:] + step * size + 0 * outcomes for step in STEPS]
    lines.append(np.full(outcomes.shape, low + 1e-9))
    chance = np.stack([projected.probability_at_least(line) for line in lines], axis=2)
    lines = np.stack(lines, axis=2)
    came, asked = outcomes[:, :, None] >= lines, (lines > low) & (lines <= high)
    row = {"series": len(batch.names), "crps": (crps(quantiles, outcomes) / size).mean()}
    for level in (80, 95):
        edges = (1 - level / 100) / 2 + np.array([0, level / 100])
        bottom, top = np.moveaxis(np.clip(projected.quantiles(edges), low, high), 2, 0)
        row[f"coverage{level}"] = 100 * ((bottom <= outcomes) & (outcomes <= top)).mean()
    row["slope"] = calibration_slope(chance[asked], came[asked])
    return row | {"zero_said": 1 - chance[:, :, -1].mean(), "zero_came": (outcomes <= low).mean()}


def main():
    """Score everything and write the table."""
    rows = []
    for collection in LEARNING:
        constants = unseen_calibrations(relearn=False)[collection]
        origins = final_origins(collection)
        for (scale, kind), made in MADE.items():
            batch, outcomes = series_with_ends(origins, made, np.random.default_rng(SEED))
            for tried in ("linear", scale):
                horizon = outcomes.shape[1]
                projected = project(batch, horizon, scale=tried, calibration=constants)
                place = {"collection": collection, "kind": kind, "scale": tried}
                rows.append(place | scored(projected, batch, outcomes, ENDS[scale]))
    table = pd.DataFrame(rows).round(4)
    table.to_csv(HERE / "ends.csv", index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
