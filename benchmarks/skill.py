"""Score the engine beside its peers on the reference series; writes skill.csv and paired.csv.

    OMP_NUM_THREADS=1 STATSFORECAST_PYTHON=/path/to/python python benchmarks/skill.py

Without STATSFORECAST_PYTHON the statsforecast peers are left out, and their rows of an earlier
table are not kept. About ten minutes with all peers on one core.
"""

import itertools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.forecasting.backtest import (
    HORIZONS,
    final_origins,
    score_collections,
    summary_table,
    unseen_calibrations,
)
from helpers.forecasting.baselines import NormalForecast
from helpers.forecasting.panel import panel_level
from helpers.forecasting.projection import project
from helpers.forecasting.scores import nested_bootstrap, paired_bootstrap, score

HERE = Path(__file__).parent
SEED = 20251231
PAIRED = ("brier", "log", "crps")
OURS = ("panel", "pool")


def peers(folder):
    """Run the peers and gather centre and spread by (collection, model)."""
    programs = {
        "statsmodels": sys.executable,
        "statsforecast": os.environ.get("STATSFORECAST_PYTHON"),
    }
    found = {}
    for name, python in programs.items():
        if not python:
            print("statsforecast is left out: set STATSFORECAST_PYTHON to a Python that has it")
            continue
        out = folder / f"{name}.npz"
        subprocess.run([python, str(HERE / f"peers_{name}.py"), str(out)], check=True)
        with np.load(out) as tables:
            found.update({tuple(key.split("/")): tables[key] for key in tables.files})
    return found


def paired_table(scores):
    """Difference ours - theirs, with intervals over series, and over collections and years too."""
    rows = []
    peers = dict.fromkeys(model for _, model in scores if model not in OURS)
    for ours, model in [*itertools.product(OURS, peers), OURS]:
        for metric in PAIRED:
            gaps = [
                getattr(scores[c, ours], metric) - getattr(scores[c, model], metric)
                for c in HORIZONS
            ]
            flat = np.concatenate([gap.mean(axis=1) for gap in gaps])
            alone = paired_bootstrap(flat, 0 * flat, SEED)
            rows.append((ours, model, metric, *alone, *nested_bootstrap(gaps, SEED)[1:]))
    columns = ["ours", "model", "score", "difference", "lower95", "upper95"]
    return pd.DataFrame(rows, columns=[*columns, "lower95_years", "upper95_years"]).round(4)


def panel_scores(calibrations):
    """Score the engine when each collection is a panel that sets its own level."""
    scores = {}
    for collection, constants in calibrations.items():
        origins = final_origins(collection)
        level = panel_level(origins.batch, calibration=constants)
        print(f"{collection}: {level.words(constants)}")
        horizon = origins.outcomes.shape[1]
        forecast = project(origins.batch, horizon, calibration=level.on(constants))
        scores[collection, "panel"] = score(forecast, origins.batch.values, origins.outcomes)
    return scores


def main():
    """Score everything and write the tables."""
    calibrations = unseen_calibrations(relearn=False)
    scores = panel_scores(calibrations) | score_collections(calibrations)
    with tempfile.TemporaryDirectory() as folder:
        tables = peers(Path(folder))
    for (collection, model), (centre, spread) in tables.items():
        origins = final_origins(collection)
        forecast = NormalForecast(centre, spread)
        scores[collection, model] = score(forecast, origins.batch.values, origins.outcomes)
    table, paired = summary_table(scores), paired_table(scores)
    table.to_csv(HERE / "skill.csv", index=False, lineterminator="\n")
    paired.to_csv(HERE / "paired.csv", index=False, lineterminator="\n")
    print(table.to_string(index=False))
    print(paired.to_string(index=False))


if __name__ == "__main__":
    main()
