"""What is settled before a fit: scale, gaps, and what a fit would mean nothing for."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.api import OLS

from helpers.forecasting import diagnostics

YEARS = pd.RangeIndex(2010, 2025)
WAVE = 0.02 * np.cos(np.arange(15) ** 2)
GROWING = pd.Series(100 * np.exp(np.log(1.07) * np.arange(15) + WAVE), YEARS)
RATES = pd.Series(2.0 - 0.3 * np.arange(12), index=range(1997, 2009))
"""Falls below zero in its eighth year, on one line."""


def test_gaps_stay_gaps():
    known = pd.DataFrame({"year": [2010, 2011, 2013], "spliced_value": [1, 2, 4]})
    values = diagnostics.annual(known)
    assert list(values.index) == [2010, 2011, 2012, 2013]
    assert np.isnan(values[2012])


@pytest.mark.parametrize("scale", ["log", "logit", "linear"])
def test_what_is_carried_to_a_scale_comes_back(scale):
    values = pd.Series([10.0, np.nan, 60.0, 99.0], index=range(2010, 2014))
    worked = diagnostics.to_scale(values, scale)
    back = diagnostics.from_scale(worked.to_frame("value"), scale)
    pd.testing.assert_series_equal(back["value"], values, check_names=False)


def test_a_planted_growth_rate_is_told_in_percent():
    slope = np.polyfit(YEARS, diagnostics.to_scale(GROWING, "log"), 1)[0]
    assert diagnostics.difference(slope, "log") == pytest.approx(7, abs=0.5)
    assert diagnostics.difference(0.3, "linear") == 0.3


@pytest.mark.parametrize(
    ("scale", "values", "fitted"),
    [
        ("log", [1, 2, 3], "log"),
        ("log", [1, 2, -3], "linear"),
        ("count", [1, 2, 3], "log"),
        ("count", [1, 2, 0], "linear"),
        ("share", [1, 2, 3], "logit"),
        ("share", [1, 2, 100], "linear"),
        ("logit", [1, np.nan, 200], "linear"),
        ("linear", [-1, 0, 1], "linear"),
    ],
)
def test_a_series_at_an_end_of_its_scale_is_fitted_as_it_is(scale, values, fitted):
    frame = pd.DataFrame({"value": [1.0, 1, 1], "spliced_value": values})
    assert diagnostics.trend_scale(frame, scale) == fitted


@pytest.mark.parametrize(
    ("scale", "values", "told"),
    [
        ("linear", RATES * 0, "No trend is fitted: all values are the same."),
        (
            "linear",
            RATES,
            "No trend is fitted: all points lie on one line, which leaves nothing to check.",
        ),
        ("linear", RATES + 0.01 * np.cos(np.arange(12)), ""),
        ("log", GROWING, ""),
    ],
)
def test_what_cannot_be_fitted_says_why(scale, values, told):
    assert diagnostics.why_not_fitted(values, scale) == told


def test_an_estimate_that_hangs_on_digits_that_nobody_prints_is_not_shown():
    one = pd.DataFrame({"median": [1.0, 2.0], "upper80": [3.0, 4.0]})
    pd.testing.assert_frame_equal(diagnostics.determined(one, one * 1.0001), one)
    assert diagnostics.determined(one, one * [1, 1.001]).isna().all(axis=None)
    moved = diagnostics.nudged(GROWING)
    assert not moved.equals(GROWING)
    np.testing.assert_allclose(moved, GROWING, rtol=2e-9)


@pytest.mark.parametrize("growth", [0.05, 0.07, -0.03, 0.1234])
def test_rounding_errors_of_an_exact_fit_are_told_from_residuals(growth):
    time = np.column_stack([np.ones(12), np.arange(12)])
    line = 3 + growth * np.arange(12)
    assert diagnostics.is_exact(OLS(line, time).fit())
    assert not diagnostics.is_exact(OLS(line + 1e-4 * np.cos(np.arange(12)), time).fit())
