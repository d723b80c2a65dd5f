"""Scores against closed forms, known answers and each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from helpers.forecasting import baselines
from helpers.forecasting import scores as evaluation
from helpers.forecasting.baselines import NormalForecast
from helpers.forecasting.scores import (
    LEVELS,
    event_thresholds,
    murphy_decomposition,
    nested_bootstrap,
    paired_bootstrap,
    score,
)


def test_crps_of_a_normal_is_near_its_closed_form():
    quantiles = stats.norm.ppf(LEVELS)[None, None, :]
    for outcome in (-1.5, 0.0, 0.7):
        exact = outcome * (2 * stats.norm.cdf(outcome) - 1) + 2 * stats.norm.pdf(outcome)
        exact -= 1 / np.sqrt(np.pi)
        ours = evaluation.crps(quantiles, np.array([[outcome]]))[0, 0]
        # 25 quantiles leave out the far tails and round the middle.
        assert ours == pytest.approx(exact, rel=0.03)


def test_crps_of_a_point_forecast_is_its_absolute_error():
    quantiles = np.full((1, 1, len(LEVELS)), 3.0)
    assert evaluation.crps(quantiles, np.array([[5.0]]))[0, 0] == pytest.approx(2.0)


def test_interval_score_adds_the_width_and_forty_times_the_miss():
    bounds = np.array([[0.0]]), np.array([[2.0]])
    values = [evaluation.interval_score(*bounds, np.array([[y]]))[0, 0] for y in (1, 2.5, -1)]
    np.testing.assert_allclose(values, [2, 2 + 40 * 0.5, 2 + 40 * 1])


def test_smape_and_log_score_known_answers():
    assert evaluation.smape(np.array(110.0), np.array(90.0)) == pytest.approx(20)
    p, y = np.array([0.25, 0.25, 0.0]), np.array([True, False, True])
    expected = [-np.log(0.25), -np.log(0.75), -np.log(1e-4)]
    np.testing.assert_allclose(evaluation.log_score(p, y), expected)


def test_thresholds_are_the_nine_of_the_definition():
    values = np.array([[1, 1, 1, 1, 1, 1, 1, 2.0]])
    table = event_thresholds(values, 5)[0]
    np.testing.assert_allclose(table[0, :3], [2.2, 2.5, 3.0])
    np.testing.assert_allclose(table[1, 3:6], [2 * 1.02**2, 2 * 1.05**2, 2 * 1.1**2])
    np.testing.assert_allclose(table[4, 6:], [3.6, 4.0, 4.4])


def test_thresholds_take_the_pace_over_the_years_that_are_there():
    gapped = np.array([[1.0, 1, np.nan, 4, 5, 6, 7, 8]])
    assert event_thresholds(gapped, 1)[0, 0, 7] == pytest.approx(8 * (8 / 4) ** (1 / 4))


def test_calibration_slope_of_honest_and_of_bold_probabilities():
    generator = np.random.default_rng(0)
    truth = generator.beta(1, 1, 40_000)
    happened = generator.random(40_000) < truth
    assert evaluation.calibration_slope(truth, happened) == pytest.approx(1, abs=0.05)
    logit = np.log(truth / (1 - truth))
    bold = 1 / (1 + np.exp(-2 * logit))
    assert evaluation.calibration_slope(bold, happened) == pytest.approx(0.5, abs=0.05)


def test_reliability_table_bins_and_counts():
    table = evaluation.reliability_table([0.05, 0.15, 0.19, 1.0], [0, 1, 0, 1])
    assert table["count"].tolist() == [1, 2, 1]
    assert table["observed"].tolist() == [0, 0.5, 1]
    assert table["forecast"].tolist() == pytest.approx([0.05, 0.17, 1.0])


def walks(count=3000, seed=0):
    generator = np.random.default_rng(seed)
    paths = 100 + np.cumsum(generator.standard_normal((count, 34)), axis=1)
    return paths[:, :30], paths[:, 30:]


def test_the_true_forecast_of_random_walks_scores_as_it_should():
    values, outcomes = walks()
    spread = np.broadcast_to(np.sqrt(np.arange(1, 5)), outcomes.shape)
    true = NormalForecast(np.repeat(values[:, -1:], 4, axis=1), spread)
    summary = score(true, values, outcomes).summary()
    assert summary["coverage80"] == pytest.approx(80, abs=2)
    assert summary["coverage95"] == pytest.approx(95, abs=1)
    for factor in (0.5, 2):
        other = score(NormalForecast(true.centre, true.spread * factor), values, outcomes)
        assert other.summary()["crps"] > summary["crps"]
        assert other.summary()["msis95"] > summary["msis95"]


def test_unknown_outcomes_are_left_out_of_means():
    values, outcomes = walks(200)
    forecast = baselines.drift(values, 4)
    short = outcomes.copy()
    short[:, 2:] = np.nan
    scores = score(forecast, values, short)
    assert np.isnan(scores.crps[:, 2:]).all()
    full = score(forecast, values, outcomes)
    assert scores.summary()["crps"] == pytest.approx(full.crps[:, :2].mean())
    assert len(scores.events()[0]) == 200 * 2 * 9


def test_what_is_scaled_by_the_changes_of_a_series_that_never_moved_is_unknown():
    values, outcomes = walks(50)
    values[7], outcomes[7] = 100, 100
    scores = score(baselines.drift(values, 4), values, outcomes)
    assert np.isnan(scores.crps[7]).all() and np.isfinite(np.delete(scores.crps, 7, axis=0)).all()
    assert np.isfinite(scores.brier[7]).all()


def test_scores_do_not_depend_on_units():
    values, outcomes = walks(50)
    plain = score(baselines.drift(values, 4), values, outcomes).summary()
    scaled = score(baselines.drift(values * 1e4, 4), values * 1e4, outcomes * 1e4).summary()
    assert scaled == pytest.approx(plain, rel=1e-9)


def test_bootstrap_finds_a_difference_and_none():
    generator = np.random.default_rng(0)
    a = generator.normal(1, 1, (300, 4))
    difference, low, high = paired_bootstrap(a, a + 0.3, seed=1)
    assert difference == pytest.approx(-0.3)
    assert low <= difference <= high
    _, low, high = paired_bootstrap(a, generator.permutation(a), seed=1)
    assert low < 0 < high
    assert paired_bootstrap(a, a + 0.3, seed=1) == paired_bootstrap(a, a + 0.3, seed=1)


def test_years_that_surprise_everybody_widen_the_interval():
    generator = np.random.default_rng(0)
    shocks = generator.normal(0, 1, (3, 1, 6))
    gaps = [-0.3 + shock + generator.normal(0, 1, (300, 6)) for shock in shocks]
    whole, low, high = nested_bootstrap(gaps, seed=1)
    mean, near, far = paired_bootstrap(np.concatenate(gaps), np.zeros((900, 6)), seed=1)
    assert whole == pytest.approx(mean)
    assert high - low > 4 * (far - near)
    # 18 independent shocks of size 1: a standard error of at least 0.2.
    assert 0.6 < high - low < 2.0
    assert nested_bootstrap(gaps, seed=1) == (whole, low, high)


def test_without_common_shocks_years_and_collections_add_little():
    generator = np.random.default_rng(3)
    gaps = [generator.normal(0.2, 1, (n, h)) for n, h in ((200, 6), (600, 6), (500, 4))]
    _, low, high = nested_bootstrap(gaps, seed=1)
    flat = np.concatenate([gap.mean(axis=1) for gap in gaps])
    _, near, far = paired_bootstrap(flat, 0 * flat, seed=1)
    assert 1 <= (high - low) / (far - near) < 2.5
    assert low < 0.2 < high


def test_a_sure_difference_stays_sure():
    assert nested_bootstrap([np.full((5, 2), -1.0), np.full((3, 4), -1.0)], 0) == (-1, -1, -1)


def test_baselines_agree_with_statsmodels():
    import statsmodels.api as sm

    y = 5 + 2.0 * np.arange(12) + np.random.default_rng(1).standard_normal(12)
    fit = sm.OLS(y, sm.add_constant(np.arange(12))).fit()
    ahead = fit.get_prediction(sm.add_constant(np.arange(12, 15), has_constant="add"))
    ours = baselines.ols(y[None], 3)
    np.testing.assert_allclose(ours.centre[0], ahead.predicted_mean)
    np.testing.assert_allclose(ours.spread[0], ahead.se_obs)
    logs = baselines.log_ols(np.exp(y / 10)[None], 3)
    np.testing.assert_allclose(logs.centre[0] * 10, ours.centre[0])
    np.testing.assert_allclose(logs.probability_at_least(logs.quantiles([0.3])[:, :, 0]), 0.7)


def test_naive_stays_and_drift_goes_on():
    y = np.array([[1.0, 2, 4, 5, 9]])
    np.testing.assert_allclose(baselines.naive(y, 2).centre, [[9, 9]])
    np.testing.assert_allclose(baselines.drift(y, 2).centre, [[11, 13]])
    assert (baselines.naive(np.ones((1, 6)), 2).spread > 0).all()


EDGES = np.array([0, 0.01, 0.05, *np.arange(1, 10) / 10, 0.95, 0.99, 1])
said = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@given(said)
def test_the_parts_of_a_brier_score_add_up(pairs):
    probability, happened = np.array(pairs, dtype=float).T
    parts = murphy_decomposition(probability, happened, EDGES)
    whole = parts["reliability"] - parts["resolution"] + parts["uncertainty"] + parts["within"]
    assert whole == pytest.approx(((probability - happened) ** 2).mean(), abs=1e-12)
    assert parts["resolution"] <= parts["uncertainty"] + 1e-12
    assert parts.drop("within").ge(0).all()


def test_the_parts_of_a_brier_score_say_what_was_planted():
    generator = np.random.default_rng(1)
    truth = generator.choice([0.1, 0.6], 60_000)
    happened = generator.random(60_000) < truth
    honest = murphy_decomposition(truth, happened, EDGES)
    assert honest["reliability"] == pytest.approx(0, abs=2e-4)
    assert honest["resolution"] == pytest.approx(0.25**2, abs=2e-3)
    assert honest["within"] == pytest.approx(0, abs=1e-12)
    off = murphy_decomposition(truth + 0.2, happened, EDGES)
    assert off["reliability"] == pytest.approx(0.04, abs=2e-3)
    assert off["resolution"] == pytest.approx(honest["resolution"], abs=1e-9)
    blind = murphy_decomposition(np.full(60_000, 0.35), happened, EDGES)
    assert blind["resolution"] == pytest.approx(0, abs=1e-12)


def planted(count=500, seed=2):
    """Quantiles of normal forecasts, probabilities of an event, and what came."""
    generator = np.random.default_rng(seed)
    centre, spread = generator.normal(size=count), generator.uniform(0.5, 2, count)
    came = generator.normal(centre, 1.3 * spread)
    quantiles = stats.norm.ppf(LEVELS, centre[:, None], spread[:, None])
    return quantiles, stats.norm.sf(0.5, centre, spread), came


def test_scores_agree_with_scoringrules():
    import scoringrules

    quantiles, probability, came = planted()
    even = (np.arange(40) + 0.5) / 40
    at_even = np.array([np.interp(even, LEVELS, row) for row in quantiles])
    # Theirs takes quantiles of equal weight: the middles of equal stretches of levels.
    ours = evaluation.crps(at_even[:, None, :], came[:, None], even)[:, 0]
    np.testing.assert_allclose(ours, scoringrules.crps_quantile(came, at_even, even), rtol=1e-9)
    low, high = quantiles[:, 3], quantiles[:, -4]
    level = LEVELS[-4] - LEVELS[3]
    theirs = scoringrules.interval_score(came, low, high, 1 - level)
    np.testing.assert_allclose(evaluation.interval_score(low, high, came, level), theirs)
    event = came >= 0.5
    bounded = np.clip(probability, evaluation.LEAST_PROBABILITY, 1 - evaluation.LEAST_PROBABILITY)
    theirs = scoringrules.log_score(event.astype(float), bounded)
    np.testing.assert_allclose(evaluation.log_score(probability, event), theirs)
    brier = murphy_decomposition(probability, event, EDGES)["brier"]
    assert brier == pytest.approx(scoringrules.brier_score(event.astype(float), probability).mean())


def test_scores_agree_with_scores():
    import scores.probability
    import xarray

    quantiles, probability, came = planted()
    event = xarray.DataArray((came >= 0.5).astype(float), dims="case")
    said = xarray.DataArray(probability, dims="case")
    brier = murphy_decomposition(probability, came >= 0.5, EDGES)["brier"]
    assert brier == pytest.approx(float(scores.probability.brier_score(said, event)))
    # Theirs integrates a distribution; ours sums over 25 quantiles, a few percent coarser.
    grid = np.linspace(-12, 12, 4801)
    cdf = np.array([np.interp(grid, row, LEVELS, 0, 1) for row in quantiles])
    cdf = xarray.DataArray(cdf, {"x": grid}, ("case", "x"))
    whole = scores.probability.crps_cdf(cdf, xarray.DataArray(came, dims="case"),
                                        threshold_dim="x", preserve_dims="case")  # fmt: skip
    ours = evaluation.crps(quantiles[:, None, :], came[:, None])[:, 0]
    assert ours.mean() == pytest.approx(float(whole["total"].mean()), rel=0.03)
    assert np.corrcoef(ours, whole["total"])[0, 1] > 0.999
