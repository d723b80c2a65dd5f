"""Second opinions: planted trends, steps and memory are found, and too little is refused."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from helpers.forecasting import diagnostics


def known(values, **columns):
    frame = pd.DataFrame({"year": list(values), "spliced_value": list(values.values())})
    return frame.assign(**columns)


def growing(rate=0.07, count=15, noise=0.0, seed=1):
    random = np.random.default_rng(seed)
    logs = np.log(100) + np.log1p(rate) * np.arange(count) + noise * random.standard_normal(count)
    return pd.Series(np.exp(logs), index=range(2010, 2010 + count))


def test_a_planted_growth_rate_is_recovered_exactly_and_with_noise():
    assert np.expm1(diagnostics.trend_fit(growing()).params["year"]) == pytest.approx(0.07)
    noisy = diagnostics.trend_fit(growing(noise=0.02, count=30))
    assert np.expm1(noisy.params["year"]) == pytest.approx(0.07, abs=0.004)


def test_gaps_stay_gaps_and_are_stepped_over():
    values = diagnostics.annual(known({2010: 1, 2011: 2, 2012: 3, 2014: 5, 2015: 6}))
    assert np.isnan(values[2013])
    assert list(diagnostics.latest_run(values).index) == [2014, 2015]


def test_too_few_points_are_refused_with_their_number():
    with pytest.raises(diagnostics.TooFewForFit, match="4 points; a fit needs at least 5"):
        diagnostics.annual(known({2010: 1, 2011: 2, 2012: 3, 2013: 4}))


def test_smoothing_fits_agree_with_an_independent_estimate():
    values = growing(noise=0.03)
    table = diagnostics.smoothing_fits(values).set_index(["model", "parameter"])["estimate"]
    fit = ExponentialSmoothing(values.to_numpy(), initialization_method="estimated").fit()
    # Theta's level smoothing is that of simple exponential smoothing on the same series.
    assert table["Theta", "level smoothing"] == pytest.approx(
        fit.params["smoothing_level"], abs=0.05
    )
    assert table["log-linear trend", "growth a year, %"] == pytest.approx(7, abs=1)


def test_a_run_too_short_to_smooth_gives_no_estimate_but_its_length():
    values = growing()
    values[2022] = np.nan
    table = diagnostics.smoothing_fits(values).set_index("model")
    assert table.loc[["ETS(A,Ad,N)", "Theta"], "estimate"].isna().all()
    assert set(table.loc["Theta", "points"]) == {2}
    assert table.loc["log-linear trend", "estimate"].notna().all()


def test_residual_checks_find_planted_memory():
    random = np.random.default_rng(3)
    shocks = np.zeros(40)
    for step in range(1, 40):
        shocks[step] = 0.9 * shocks[step - 1] + 0.05 * random.standard_normal()
    wandering = pd.Series(100 * np.exp(0.05 * np.arange(40) + shocks), index=range(1980, 2020))
    table = diagnostics.residual_checks(diagnostics.trend_fit(wandering)).set_index("check")
    assert table.loc["Ljung-Box, lag 1", "p_value"] < 0.01
    assert table.loc["Durbin-Watson", "statistic"] < 1


def test_a_planted_step_is_found_at_its_year_and_only_there():
    values = growing(noise=0.01)
    values[values.index >= 2018] *= 1.3
    dates = pd.DataFrame(
        {"year": [2013, 2018], "kind": "event", "what": ["nothing", "a new scope"]}
    )
    table = diagnostics.break_tests(values, dates).set_index("year")
    assert table.loc[2018, "shift"] == pytest.approx(30, abs=4)
    assert table.loc[2018, "p_value"] < 0.001
    assert table.loc[2018, "p_value"] < table.loc[2013, "p_value"]


def test_a_step_with_one_point_on_a_side_is_not_tested():
    dates = pd.DataFrame({"year": [2024], "kind": ["event"], "what": ["late"]})
    row = diagnostics.break_tests(growing(), dates).iloc[0]
    assert row["points_after"] == 1
    assert np.isnan(row["p_value"])


def test_documented_dates_are_breaks_and_events_inside_the_series():
    series = known(
        {2015: 1, 2016: 2, 2017: 3},
        indicator="share",
        break_before=["", "no", ""],
        definition=["old", "new", "new"],
    )
    events = pd.DataFrame(
        {
            "date": ["2014-01-01", "2016-05", "2017", "2017"],
            "indicators": ["share", "other", "share;other", "other"],
            "name_en": ["too early", "elsewhere", "a law", "elsewhere"],
        }
    )
    definitions = pd.DataFrame({"definition": ["old", "new"], "description": ["six", "seven"]})
    table = diagnostics.documented_dates(series, events, definitions)
    assert list(zip(table["year"], table["what"], strict=True)) == [
        (2016, "seven"),
        (2017, "a law"),
    ]


def test_the_local_linear_trend_follows_a_planted_line_over_a_gap():
    values = growing(0.05, 20, noise=0.005)
    values[2015] = np.nan
    ahead = diagnostics.local_linear_trend(values, 3)
    assert list(ahead["year"]) == [2030, 2031, 2032]
    expected = 100 * 1.05 ** np.arange(20, 23)
    np.testing.assert_allclose(ahead["median"], expected, rtol=0.03)
    assert (ahead["lower80"] < ahead["median"]).all()
