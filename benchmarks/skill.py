"""Score the engine beside its peers on the reference series; writes skill.csv and paired.csv.

    OMP_NUM_THREADS=1 STATSFORECAST_PYTHON=/path/to/python python benchmarks/skill.py

Without STATSFORECAST_PYTHON the statsforecast peers are left out, and their rows of an earlier
table are not kept. About ten minutes with all peers on one core.
"""

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
from helpers.forecasting.scores import paired_bootstrap, score

HERE = Path(__file__).parent
SEED = 20251231
PAIRED = ("brier", "log", "crps")


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
    """Difference ours - theirs of each peer with its bootstrap interval over all series."""
    rows = []
    for model in dict.fromkeys(m for _, m in scores if m != "pool"):
        for metric in PAIRED:
            ours, theirs = (
                np.concatenate(
                    [np.nanmean(getattr(scores[c, m], metric), axis=1) for c in HORIZONS]
                )
                for m in ("pool", model)
            )
            rows.append((model, metric, *paired_bootstrap(ours, theirs, SEED)))
    columns = ["model", "score", "difference", "lower95", "upper95"]
    return pd.DataFrame(rows, columns=columns).round(4)


def main():
    """Score everything and write the tables."""
    scores = score_collections(unseen_calibrations(relearn=False))
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
