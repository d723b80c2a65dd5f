"""What the numerator must do for the ratio to stay above a level while the denominator grows."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.topics.research.parts import FARTHEST, PERCENT, Parts


def standing_still(parts: Parts, growth_rates: Sequence[float]) -> pd.DataFrame:
    """Project the ratio as if its numerator stood still while its denominator grows.

    Parameters
    ----------
    parts : Parts
    growth_rates : sequence of float
        Of the denominator in the years in which it is not known yet, percent a year.

    Returns
    -------
    DataFrame
        Percent; the last year of the ratio and `FARTHEST` years after it, a column for each
        growth rate. Without a year of the ratio all is NaN, from the year 0 on.
    """
    last = parts.table.iloc[-1] if len(parts.table) else {"year": 0}
    numerator, denominator = last.get("numerator", np.nan), last.get("denominator", np.nan)
    start = int(last["year"])
    years = pd.RangeIndex(start, start + FARTHEST + 1, name="year")
    known = parts.denominator.set_index("year")["value"].astype(float).reindex(years)
    known[start] = denominator
    held = known.notna().cummin()
    grown = (1 + np.array(growth_rates, dtype=float) / 100) ** (~held).cumsum().to_numpy()[:, None]
    path = known.where(held).ffill().to_numpy()[:, None] * grown
    return pd.DataFrame(PERCENT * numerator / path, index=years, columns=list(growth_rates))


def required_growth(still: pd.Series, level: float, last_year: int) -> float:
    """Find the smallest constant growth of the numerator that the level asks for.

    From at or above the level: the ratio stays there in every year up to `last_year`. From below:
    it arrives in `last_year`.

    Parameters
    ----------
    still : Series
        A column of `standing_still`.
    level : float
        Of the ratio, percent.
    last_year : int

    Returns
    -------
    float
        Percent a year; NaN where no year lies ahead.
    """
    ahead = still.loc[:last_year].iloc[1:].to_numpy()
    if not ahead.size:
        return np.nan
    rates = 100 * ((level / ahead) ** (1 / np.arange(1, ahead.size + 1)) - 1)
    return float(rates.max() if still.iloc[0] >= level else rates[-1])
