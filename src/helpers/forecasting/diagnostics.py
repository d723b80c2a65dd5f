"""What has to be settled before a statistician's model is fitted to one annual series.

The models themselves are fitted in the cells of a notebook, as a second opinion: on short annual
series their own intervals are far too narrow (see the back-test). They are fitted on the scale of
the indicator (`helpers.forecasting.transforms.SCALES`): the logarithm of an amount, the log odds of
a share, and the value itself of what may be negative or has reached an end of its scale.
"""

import numpy as np
import pandas as pd

from helpers.forecasting.transforms import LIKE, Support

DIFFERENCES = {"log": "%", "logit": "% of the odds", "linear": "of its own unit"}
"""By scale what `difference` is told in."""
EXACT = 1e-9
"""Residuals this small beside the range of a series are those of arithmetic, not of the series."""
NUDGE = 1e-9
THREE_DIGITS = 5e-4


def annual(series: pd.DataFrame) -> pd.Series:
    """Return the spliced values of a known series on a full index of years, gaps as NaN."""
    values = series.set_index("year")["spliced_value"].astype(float)
    return values.reindex(range(int(values.index.min()), int(values.index.max()) + 1))


def trend_scale(values: pd.DataFrame, scale: str) -> str:
    """Return the scale on which a trend is fitted: a line knows no ends, so past one it is linear.

    Parameters
    ----------
    values : DataFrame
        Every figure that is fitted, NaN where there is none.
    scale : str
        That of the indicator, one of `helpers.forecasting.transforms.EVERY_SCALE`.
    """
    like = LIKE.get(scale, scale)
    worked = _support(like).working(values.to_numpy(float))
    return "linear" if np.isinf(worked).any() else like


def to_scale(values: pd.Series, scale: str) -> pd.Series:
    """Carry values to the scale on which they are fitted; what lies outside becomes infinite."""
    worked = _support(scale).working(values.to_numpy(float)[None])[0]
    return pd.Series(worked, values.index, name=values.name)


def from_scale(worked: pd.DataFrame, scale: str) -> pd.DataFrame:
    """Carry what was fitted on a scale back to the unit of the series."""
    values = _support(scale).outside(worked.to_numpy(float)[None])[0]
    return pd.DataFrame(values, worked.index, worked.columns)


def difference(worked: float, scale: str) -> float:
    """Tell a difference on a scale: in percent of level or odds, or as it is on the linear one."""
    return worked if scale == "linear" else 100 * np.expm1(worked)


def why_not_fitted(values: pd.Series, scale: str) -> str:
    """Say why no trend can be fitted on a scale that holds all values; "" where one can.

    Parameters
    ----------
    values : Series
        By year, gaps as NaN.
    scale : str
        "log", "logit" or "linear".
    """
    known = values.dropna()
    worked = to_scale(known, scale)
    if np.ptp(known.to_numpy()) == 0:
        return "No trend is fitted: all values are the same."
    time = known.index.to_numpy(float) - known.index.max()
    left = worked - np.polyval(np.polyfit(time, worked, 1), time)
    if left.abs().max() <= EXACT * np.ptp(worked.to_numpy()):
        return "No trend is fitted: all points lie on one line, which leaves nothing to check."
    return ""


def _support(scale: str) -> Support:
    return Support(np.array([scale]), np.ones(1), np.zeros(1))


def nudged(values: pd.Series) -> pd.Series:
    """Move values up and down in their tenth digit, less than any publication prints."""
    return values * (1 + NUDGE * np.where(np.arange(len(values)) % 2, 1, -1))


def determined(estimates: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return estimates, all NaN unless those of `nudged` values agree with them to three digits.

    The likelihood is flat there: where an optimiser stops on it hangs on the processor.
    """
    apart = (estimates - others).abs() > THREE_DIGITS * estimates.abs()
    return estimates * np.nan if apart.any(axis=None) else estimates


def is_exact(fit) -> bool:
    """Whether a least-squares fit leaves nothing but what its arithmetic has rounded off."""
    size = np.abs(fit.model.endog).max()
    return bool(np.abs(fit.resid).max() <= EXACT * max(size, 1e-300))
