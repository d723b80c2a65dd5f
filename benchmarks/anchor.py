"""Score the engine by the rules of a public benchmark of foundation models; writes anchor.csv.

    OMP_NUM_THREADS=1 python benchmarks/anchor.py

The benchmark is autogluon/fev, `benchmarks/chronos_zeroshot`: last window of the yearly series of
M1 and M3, six years. Rows as published are in `published.csv`, each with the file it was read from.
The naive forecast is scored here too: where it differs from the published one, data or rules do,
and nothing is written.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.forecasting.backtest import LEARNING, final_origins, unseen_calibrations
from helpers.forecasting.panel import panel_level
from helpers.forecasting.projection import project
from helpers.forecasting.scores import mean_absolute_change

HERE = Path(__file__).parent
LEVELS = np.round(np.arange(0.1, 0.95, 0.1), 1)
SCORES = ("mase", "wql")
SAME = {"mase": 5e-4, "wql": 1e-6}
"""Relative difference up to which a naive forecast is the published one; one of M1's series must
differ there before the forecast origin, which WQL does not see."""


def mase(median, outcomes, values):
    """Mean over series of the mean absolute error, in mean absolute yearly changes."""
    error = np.nanmean(np.abs(outcomes - median), axis=1)
    return float((error / mean_absolute_change(values)).mean())


def wql(quantiles, outcomes):
    """Mean over levels of twice the summed quantile loss, relative to the summed outcomes."""
    miss = outcomes[:, :, None] - quantiles
    loss = np.maximum(LEVELS * miss, (LEVELS - 1) * miss)
    return float((2 * np.nansum(loss, axis=(0, 1)) / np.nansum(np.abs(outcomes))).mean())


def own_rows():
    """Score naive and the engine, with the constants as learned without the collection."""
    rows = []
    calibrations = unseen_calibrations(relearn=False)
    for collection in LEARNING:
        origins = final_origins(collection)
        batch, outcomes = origins.batch, origins.outcomes
        horizon, constants = outcomes.shape[1], calibrations[collection]
        level = panel_level(batch, calibration=constants)
        print(f"{collection}: {level.words(constants)}")
        last = batch.values[:, -1, None, None]
        forecasts = {
            # The published one is a bare point: the last value at every level.
            "naive, here": np.broadcast_to(last, (*outcomes.shape, len(LEVELS))),
            "pool": project(batch, horizon, calibration=constants).quantiles(LEVELS),
            "panel": project(batch, horizon, calibration=level.on(constants)).quantiles(LEVELS),
        }
        for model, quantiles in forecasts.items():
            middle = quantiles[:, :, len(LEVELS) // 2]
            found = mase(middle, outcomes, batch.values), wql(quantiles, outcomes)
            rows.append({"model": model, "collection": collection, "in_its_training": "no"})
            rows[-1].update(zip(SCORES, found, strict=True), source="benchmarks/anchor.py")
    return pd.DataFrame(rows)


def with_means(table):
    """Add the ratio to naive, and for each model its geometric mean over the collections."""
    base = table[table["model"].eq("naive")].set_index("collection")
    for score in SCORES:
        table[f"{score}_ratio"] = table[score] / table["collection"].map(base[score])
    ratios = [f"{score}_ratio" for score in SCORES]
    logs = np.log(table.set_index("model")[ratios])
    means = np.exp(logs.groupby("model", sort=False).mean()).reset_index()
    once = table.drop_duplicates("model").set_index("model")[["in_its_training", "source"]]
    means = means.join(once, on="model").assign(collection="mean").sort_values("wql_ratio")
    columns = ["collection", "model", *SCORES, *ratios, "in_its_training", "source"]
    return pd.concat([means, table], ignore_index=True)[columns]


def main():
    """Hold naive against the published one, and write the table."""
    published = pd.read_csv(HERE / "published.csv")
    table = pd.concat([published, own_rows()], ignore_index=True)
    proof = table[table["model"].str.startswith("naive")].pivot_table(
        index="collection", columns="model", values=list(SCORES)
    )
    for score in SCORES:
        gap = (proof[score, "naive, here"] / proof[score, "naive"] - 1).abs()
        if gap.max() > SAME[score]:
            raise SystemExit(f"naive is not the published one in {score}:\n{proof[score]}")
    made = with_means(table)
    made.round(6).to_csv(HERE / "anchor.csv", index=False, lineterminator="\n")
    print(made.drop(columns="source").round(4).to_string(index=False))


if __name__ == "__main__":
    main()
