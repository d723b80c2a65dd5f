"""Growth that a series achieved, and how a required growth ranks among it."""

from itertools import pairwise
from math import isfinite, nan

import numpy as np
import pandas as pd

from helpers.targets.states import required_growth


def yearly_growths(series: pd.DataFrame) -> np.ndarray:
    """Growth between neighbouring points of the spliced series, in percent a year.

    Across missing years it is the compound rate, counted once.
    """
    points = zip(series["year"], series["spliced_value"], strict=True)
    rates = [
        required_growth(before, after, int(year - earlier))
        for (earlier, before), (year, after) in pairwise(points)
    ]
    return np.array([rate for rate in rates if isfinite(rate)])


def growths_over(series: pd.DataFrame, window: int) -> np.ndarray:
    """Compound growth in percent a year over every span of `window` years in the spliced series."""
    value = dict(zip(series["year"], series["spliced_value"], strict=True))
    rates = [
        required_growth(value[year], value[year + window], window)
        for year in value
        if year + window in value
    ]
    return np.array([rate for rate in rates if isfinite(rate)])


def percentile(growths: np.ndarray, required: float) -> float:
    """Percentage of growths below a required one, ties counting half; NaN if there is none."""
    if not isfinite(required):
        return nan
    return 100 * float(np.mean((growths < required) + 0.5 * (growths == required)))
