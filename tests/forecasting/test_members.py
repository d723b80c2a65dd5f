"""The members: planted truth, gaps, refusals by name, agreement with statsmodels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.forecasting import members as trends
from helpers.forecasting.members import MEMBERS, SeriesBatch, TooFewPoints

YEARS = np.arange(2000, 2015)


def one(values, origin=2020):
    return SeriesBatch(("s",), np.array([values], dtype=float), np.array([origin]))


def noisy(seed=1, count=25, growth=0.06, noise=0.03):
    generator = np.random.default_rng(seed)
    return 100 * np.exp(growth * np.arange(count) + noise * generator.standard_normal(count))


@pytest.mark.parametrize("name", ["drift_log", "growth_log", "damped_log"])
def test_log_members_recover_a_planted_growth_rate_exactly(name):
    path = MEMBERS[name](one(50 * 1.07 ** np.arange(15)), 5).path[0]
    exact = 50 * 1.07 ** np.arange(15, 20)
    # The damped member lets growth fade, by design: at most 20 % a year of it.
    tolerance = {"damped_log": 0.07}.get(name, 1e-10)
    np.testing.assert_allclose(path, exact, rtol=tolerance)


@pytest.mark.parametrize("name", ["drift", "drift_log", "growth_log"])
def test_members_recover_a_planted_growth_rate_under_noise(name):
    paths = [MEMBERS[name](one(noisy(seed)), 3).path[0, 2] for seed in range(40)]
    last = [noisy(seed)[-1] for seed in range(40)]
    growth = np.median(np.log(np.array(paths) / last)) / 3
    # Drift on the raw scale adds the mean yearly amount, which lags behind exponential growth.
    expected, tolerance = (0.0333, 0.004) if name == "drift" else (0.06, 0.006)
    assert abs(growth - expected) < tolerance


def test_a_straight_line_is_continued_by_drift_and_half_continued_by_theta():
    line = 10 + 2.0 * np.arange(12)
    np.testing.assert_allclose(MEMBERS["drift"](one(line), 3).path[0], [34, 36, 38])
    theta = MEMBERS["theta"](one(line), 3).path[0]
    np.testing.assert_allclose(np.diff(theta), 1.0)


def test_theta_agrees_with_statsmodels():
    from statsmodels.tsa.forecasting.theta import ThetaModel

    for seed in range(6):
        y = noisy(seed, count=22)
        ours = trends.theta(y[None], 6)
        model = ThetaModel(pd.Series(y), deseasonalize=False, period=1)
        theirs = model.fit(use_mle=False).forecast(6).to_numpy()
        # Ours takes the smoothing weight from a grid of tenths from 0.5 on.
        np.testing.assert_allclose(ours.path[0], theirs, rtol=0.03)


def test_the_damped_filter_agrees_with_statsmodels_where_its_start_is_the_same():
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    y = noisy(3, count=20)
    alpha, beta, phi = 0.7, 0.21, 0.9
    original = trends._GRID
    try:
        trends._GRID = np.array([(alpha, beta, phi)])
        trends_ridge, trends.RIDGE = trends.RIDGE, 1e-9
        ours = trends.damped(y[None], 5).path[0]
    finally:
        trends._GRID, trends.RIDGE = original, trends_ridge
    model = ExponentialSmoothing(
        y, trend="add", damped_trend=True, initialization_method="estimated"
    )
    with model.fix_params(
        {"smoothing_level": alpha, "smoothing_trend": beta / alpha, "damping_trend": phi}
    ):
        theirs = model.fit().forecast(5)
    np.testing.assert_allclose(ours, theirs, rtol=2e-3)


@pytest.mark.parametrize("missing", [[], [2, 3, 9]])
def test_a_product_with_responses_is_what_going_through_the_years_gives(missing):
    y = np.random.default_rng(1).normal(size=(30, 14))
    y[:, missing] = np.nan
    slope = np.linspace(-1, 1, 30)
    for ours, theirs in zip(
        trends._by_responses(y, slope), trends._by_years(y, slope), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


def test_panels_with_all_kinds_of_gaps_give_what_each_series_gives_alone():
    z = 50 + np.random.default_rng(2).normal(size=(400, 16)).cumsum(axis=1)
    z[::2, :6], z[::3, 9], z[::7, 11] = np.nan, np.nan, np.nan
    z[5, 3:8] = np.nan
    together = trends.damped(z, 4)
    for row in range(0, 400, 19):
        alone = trends.damped(z[row : row + 1], 4)
        np.testing.assert_allclose(together.path[row], alone.path[0], rtol=1e-12)
        np.testing.assert_allclose(together.step_error[row], alone.step_error[0], rtol=1e-10)


def test_drift_agrees_with_the_closed_form():
    y = noisy(5)
    steps = np.arange(1, 7)
    expected = y[-1] + steps * (y[-1] - y[0]) / (len(y) - 1)
    np.testing.assert_allclose(MEMBERS["drift"](one(y), 6).path[0], expected)


@pytest.mark.parametrize("name", MEMBERS)
def test_gaps_are_stepped_over(name):
    whole = 20 * 1.04 ** np.arange(14)
    gapped = whole.copy()
    gapped[[3, 7, 8]] = np.nan
    full, with_gaps = (MEMBERS[name](one(v), 4) for v in (whole, gapped))
    # On exact growth a gap carries no information but the years it spans.
    np.testing.assert_allclose(with_gaps.path, full.path, rtol=0.03)
    assert np.isfinite(with_gaps.step_error).all()


@pytest.mark.parametrize("name", MEMBERS)
@settings(max_examples=30, deadline=None)
@given(values=st.lists(st.floats(0.01, 1e8), min_size=5, max_size=20))
def test_members_stay_within_their_guard(name, values):
    path = MEMBERS[name](one(values), 15).path[0]
    assert (path >= values[-1] / 8 * (1 - 1e-9)).all()
    assert (path <= values[-1] * 8 * (1 + 1e-9)).all()


@pytest.mark.parametrize("name", MEMBERS)
def test_leading_blanks_change_nothing(name):
    y = noisy(2, count=9)
    padded = np.concatenate([np.full(6, np.nan), y])
    plain, wide = (MEMBERS[name](one(v), 4).path for v in (y, padded))
    np.testing.assert_allclose(wide, plain, rtol=1e-10)


@pytest.mark.parametrize("scale", ["log", "logit", "linear"])
def test_every_member_works_on_every_scale(scale):
    for name, member in MEMBERS.items():
        fit = member(one([30, 33, 31, 36, 38, 37.0]), 5, scale)
        assert fit.path.shape == (1, 5), name
        assert np.isfinite(fit.path).all(), name


def test_batches_from_long_tables_keep_order_and_gaps():
    frame = pd.DataFrame(
        {
            "series": ["b"] * 5 + ["a"] * 6,
            "year": [2003, 2001, 2002, 2000, 2005, *range(2010, 2016)],
            "value": [4, 2, 3, 1, 6, *range(6)],
        }
    )
    batch = SeriesBatch.from_long(frame)
    assert batch.names == ("b", "a")
    np.testing.assert_array_equal(batch.origin_years, [2005, 2015])
    np.testing.assert_array_equal(batch.values[0], [1, 2, 3, 4, np.nan, 6])


def test_batches_from_series_take_nan_for_a_gap():
    series = pd.Series([1, np.nan, 3, 4, 5, 6, np.nan], index=range(2000, 2007))
    batch = SeriesBatch.from_series({"x": series})
    np.testing.assert_array_equal(batch.values[0], [1, np.nan, 3, 4, 5, 6])
    assert batch.origin_years[0] == 2005
    assert SeriesBatch.from_series({}).names == ()


def long_table(**columns):
    base = {"series": ["x"] * 5, "year": list(range(5)), "value": [1.0] * 5}
    return pd.DataFrame({**base, **columns})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: one([1, 2, 3, 4]), TooFewPoints, r"fewer than 5 points: s \(4\)"),
        (lambda: one([1, 2, 3, 4, 5, np.nan]), ValueError, "s: no value in its last year"),
        (lambda: one([1, 2, 3, 4, np.inf]), ValueError, "s: an infinite value"),
        (
            lambda: SeriesBatch(("a", "b"), np.ones((1, 5)), np.array([1])),
            ValueError,
            "one row and one origin year a series; got 2 names",
        ),
        (
            lambda: SeriesBatch.from_long(long_table(year=[1, 2, 2, 3, 4])),
            ValueError,
            "year given twice: x 2; keep one",
        ),
        (
            lambda: SeriesBatch.from_long(long_table(value=[1, 2, np.nan, 3, 4])),
            ValueError,
            "not a finite number: x 2; leave",
        ),
        (
            lambda: SeriesBatch.from_series({"q": pd.Series([1.0, 2.0], index=[1, 2])}),
            TooFewPoints,
            r"q \(2\)",
        ),
    ],
)
def test_refusals_name_the_series(call, error, message):
    with pytest.raises(error, match=message):
        call()
