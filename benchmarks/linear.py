"""Score the linear scale with the constants of logs and with its own; writes linear.csv.

    OMP_NUM_THREADS=1 python benchmarks/linear.py

Levels and yearly growth of M1 and M3 at their published origins, each with constants learned
without the collection.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.forecasting.backtest import LEARNING, final_origins, rates, unseen_calibrations
from helpers.forecasting.projection import HUB_LEVELS, project
from helpers.forecasting.scores import crps, mean_absolute_change

HERE = Path(__file__).parent


def scored(origins, calibration):
    """Mean scaled CRPS, and what the 80 and 95 % intervals hold, in percent."""
    batch, outcomes = origins.batch, origins.outcomes
    known = np.isfinite(outcomes)
    projected = project(batch, outcomes.shape[1], scale="linear", calibration=calibration)
    size = mean_absolute_change(batch.values)[:, None]
    row = {"crps": (crps(projected.quantiles(HUB_LEVELS), outcomes) / size)[known].mean()}
    for level in (80, 95):
        low, high = projected.interval(level / 100)
        inside = (low <= outcomes) & (outcomes <= high)
        row[f"coverage{level}"] = 100 * inside[known].mean()
    return row


def main():
    """Score everything and write the table."""
    rows = []
    for collection in LEARNING:
        own = unseen_calibrations(relearn=False)[collection]
        origins = final_origins(collection)
        for kind, part in (("levels", origins), ("growth", rates(origins))):
            for name, constants in (("log", replace(own, linear=None)), ("own", own)):
                place = {"collection": collection, "series": kind, "constants": name}
                rows.append(place | scored(part, constants))
    table = pd.DataFrame(rows).round(4)
    table.to_csv(HERE / "linear.csv", index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
