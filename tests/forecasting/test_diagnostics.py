"""Second opinions: planted trends, steps and memory are found, and too little is refused."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from helpers.forecasting import diagnostics
from helpers.forecasting.diagnostics import (
    annual,
    break_tests,
    local_linear_trend,
    residual_checks,
    smoothing_fits,
    trend_fit,
)
from helpers.vintages.series import known_series, open_archive


def known(values, **columns):
    frame = pd.DataFrame({"year": list(values), "spliced_value": list(values.values())})
    return frame.assign(**columns)


def growing(rate=0.07, count=15, noise=0.0, seed=1):
    random = np.random.default_rng(seed)
    logs = np.log(100) + np.log1p(rate) * np.arange(count) + noise * random.standard_normal(count)
    return pd.Series(np.exp(logs), index=range(2010, 2010 + count))


def test_a_planted_growth_rate_is_recovered_exactly_and_with_noise():
    assert np.expm1(diagnostics.trend_fit(growing(), "log").params["year"]) == pytest.approx(0.07)
    noisy = diagnostics.trend_fit(growing(noise=0.02, count=30), "log")
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
    table = diagnostics.smoothing_fits(values, "log").set_index(["model", "parameter"])["estimate"]
    fit = ExponentialSmoothing(values.to_numpy(), initialization_method="estimated").fit()
    # Theta's level smoothing is that of simple exponential smoothing on the same series.
    assert table["Theta", "level smoothing"] == pytest.approx(
        fit.params["smoothing_level"], abs=0.05
    )
    assert table["log-linear trend", "growth a year, %"] == pytest.approx(7, abs=1)


def test_a_run_too_short_to_smooth_gives_no_estimate_but_its_length():
    values = growing()
    values[2022] = np.nan
    table = diagnostics.smoothing_fits(values, "log").set_index("model")
    assert table.loc[["ETS(A,Ad,N)", "Theta"], "estimate"].isna().all()
    assert set(table.loc["Theta", "points"]) == {2}
    assert table.loc["log-linear trend", "estimate"].notna().all()


def test_residual_checks_find_planted_memory():
    random = np.random.default_rng(3)
    shocks = np.zeros(40)
    for step in range(1, 40):
        shocks[step] = 0.9 * shocks[step - 1] + 0.05 * random.standard_normal()
    wandering = pd.Series(100 * np.exp(0.05 * np.arange(40) + shocks), index=range(1980, 2020))
    table = diagnostics.residual_checks(diagnostics.trend_fit(wandering, "log")).set_index("check")
    assert table.loc["Ljung-Box, lag 1", "p_value"] < 0.01
    assert table.loc["Durbin-Watson", "statistic"] < 1


def test_a_planted_step_is_found_at_its_year_and_only_there():
    values = growing(noise=0.01)
    values[values.index >= 2018] *= 1.3
    dates = pd.DataFrame(
        {"year": [2013, 2018], "kind": "event", "what": ["nothing", "a new scope"]}
    )
    table = diagnostics.break_tests(values, dates, "log").set_index("year")
    assert table.loc[2018, "shift, %"] == pytest.approx(30, abs=4)
    assert table.loc[2018, "p_value"] < 0.001
    assert table.loc[2018, "p_value"] < table.loc[2013, "p_value"]


def test_a_step_with_one_point_on_a_side_is_not_tested():
    dates = pd.DataFrame({"year": [2024], "kind": ["event"], "what": ["late"]})
    row = diagnostics.break_tests(growing(), dates, "log").iloc[0]
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
    ahead = diagnostics.local_linear_trend(values, 3, "log")
    assert list(ahead["year"]) == [2030, 2031, 2032]
    expected = 100 * 1.05 ** np.arange(20, 23)
    np.testing.assert_allclose(ahead["median"], expected, rtol=0.03)
    assert (ahead["lower80"] < ahead["median"]).all()


RATES = pd.Series(2.0 - 0.3 * np.arange(12), index=range(1997, 2009))
"""Falls below zero in its sixth year."""
SHARES = 100 / (1 + np.exp(-(0.5 + 0.2 * (growing().index - 2017.0))))


def test_a_linear_series_below_zero_keeps_all_its_years():
    noise = 0.01 * np.cos(np.arange(12))
    table = diagnostics.smoothing_fits(RATES + noise, "linear").set_index("parameter")
    assert table.loc["change a year", "estimate"] == pytest.approx(-0.3, abs=0.01)
    assert table.loc["change a year", "points"] == 12
    assert table["estimate"].notna().all()
    checks = diagnostics.residual_checks(diagnostics.trend_fit(RATES + noise, "linear"))
    assert checks["statistic"].notna().all()
    ahead = diagnostics.local_linear_trend(RATES + noise, 2, "linear")
    np.testing.assert_allclose(ahead["median"], [-1.6, -1.9], atol=0.1)
    assert (ahead["lower80"] < ahead["upper80"]).all()
    dates = pd.DataFrame({"year": [2003], "what": ["a new scope"]})
    row = diagnostics.break_tests(RATES.add(np.where(RATES.index < 2003, 0, 1)), dates, "linear")
    assert row["shift"].iloc[0] == pytest.approx(1)


def test_a_share_is_fitted_by_its_odds_and_stays_below_the_whole():
    shares = pd.Series(SHARES, index=growing().index)
    trend = diagnostics.trend_fit(shares, "logit")
    assert trend.params["year"] == pytest.approx(0.2)
    ahead = diagnostics.local_linear_trend(shares + 0.01 * np.cos(shares.index), 12, "logit")
    assert ahead["upper80"].lt(100).all()


@pytest.mark.parametrize(
    ("scale", "values", "told"),
    [
        ("log", RATES, "No trend is fitted: -0.1 for 2004 is not above 0."),
        ("logit", RATES * 100, "No trend is fitted: 200 for 1997 is not between 0 and 100."),
        ("linear", RATES * 0, "No trend is fitted: all values are the same."),
        ("linear", RATES, ""),
        ("log", growing(), ""),
    ],
)
def test_what_cannot_be_fitted_says_why(scale, values, told):
    assert diagnostics.why_not_fitted(values, scale) == told


def moved(values):
    """Values that print the same, as another processor might have rounded them."""
    rng = np.random.default_rng(5)
    return values * (1 + 1e-10 * rng.standard_normal(len(values)))


def known_series_of_the_project(raw):
    every = known_series(open_archive(raw), "2026-11-28")
    for (indicator, area), rows in every.groupby(["indicator", "area"]):
        if len(rows) >= 8 and rows["value"].gt(0).all():
            yield f"{indicator} {area}", annual(rows)


def test_no_estimate_hangs_on_digits_that_nobody_prints(raw):
    """Neither smoothing nor the local trend shows what a flat likelihood leaves to chance."""
    held, undetermined = 0, 0
    for name, values in known_series_of_the_project(raw):
        other = moved(values)
        one, two = (smoothing_fits(v, "log")["estimate"].astype(float) for v in (values, other))
        shown = one.notna() & two.notna()
        apart = (one - two).abs()[shown] / one.abs()[shown].clip(lower=1)
        assert (apart <= 0.01).all(), name
        ahead, again = (local_linear_trend(v, 3, "log") for v in (values, other))
        if ahead.notna().all(axis=None) and again.notna().all(axis=None):
            np.testing.assert_allclose(ahead, again, rtol=1e-3, err_msg=name)
            held += 1
        undetermined += ahead.isna().any(axis=None)
    assert held > 20
    assert undetermined < held / 5


def test_what_values_do_not_determine_is_not_shown(monkeypatch):
    calls = iter((0.2, 0.9))

    def fits(run):
        return {"smoothing_level": next(calls), "damping_trend": 0.98}, {"alpha": 1.0, "b0": 0.1}

    monkeypatch.setattr(diagnostics, "_smoothed", fits)
    values = pd.Series(np.linspace(1, 2, 10), index=range(2010, 2020))
    estimates = smoothing_fits(values, "log").set_index(["model", "parameter"])["estimate"]
    assert np.isnan(estimates["ETS(A,Ad,N)", "level smoothing"])
    assert estimates["ETS(A,Ad,N)", "damping"] == 0.98
    monkeypatch.undo()
    flat = iter((1.0, 1.1))
    ahead = diagnostics._trend_ahead
    monkeypatch.setattr(diagnostics, "_trend_ahead", lambda *given: ahead(*given) * next(flat))
    assert (
        local_linear_trend(values, 2, "log")[["median", "lower80", "upper80"]].isna().all(axis=None)
    )


@pytest.mark.parametrize("growth", [0.05, 0.07, -0.03, 0.1234])
def test_rounding_errors_of_an_exact_fit_are_not_tested(growth):
    values = pd.Series(np.exp(3 + growth * np.arange(12)), index=range(2010, 2022))
    assert residual_checks(trend_fit(values, "log"))[["statistic", "p_value"]].isna().all(axis=None)
    dates = pd.DataFrame({"year": [2015], "kind": ["event"], "what": ["x"]})
    assert np.isnan(break_tests(values, dates, "log")["p_value"].iloc[0])
