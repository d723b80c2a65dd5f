"""A planted panel of series and a sweep over it."""

import numpy as np
import pandas as pd

from helpers.apps.sweeps.panels import panel_sweep
from helpers.forecasting.batch import SeriesBatch

EDITION = "2026-11-23"


def planted(count=30, points=16, last=2024):
    generator = np.random.default_rng(2)
    values = 100 * np.exp(np.cumsum(generator.normal(0.04, 0.08, (count, points)), axis=1))
    values[3, 5] = np.nan
    values[4, :9] = np.nan
    names = tuple(f"s{i:04d}" for i in range(count))
    return SeriesBatch(names, values, np.full(count, last))


def lines(batch, year=2025):
    level = 1.2 * batch.values[:, -1]
    return pd.DataFrame({"series": batch.names, "year": year, "threshold": level})


def small(batch=None, **options):
    batch = batch or planted()
    options = {"origins": range(2018, 2025), "horizon": 6, "pairs": 70} | options
    return panel_sweep(batch, lines(batch), **options)
