"""Second opinions from statsmodels on one annual series: fits, residual checks, break tests.

These are the models that a researcher expects to see beside a projection. None of their intervals
is used for a verdict: on short annual series they are far too narrow (see the back-test).

Trends and steps are fitted on the scale of the indicator (`helpers.forecasting.transforms.SCALES`):
the logarithm of an amount, the log odds of a share, and the value itself of what may be negative.
"""

import warnings
from math import nan

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.stats.stattools import durbin_watson, jarque_bera
from statsmodels.tools import add_constant
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.statespace.structural import UnobservedComponents

from helpers.forecasting.transforms import Support

NUDGE = 1e-9
SMALLEST_SHOWN = 0.005
"""Half of the last digit with which estimates are shown."""
THREE_DIGITS = 5e-4
EXACT = 1e-10
MIN_FIT = 5
"""Fewer points than this cannot carry a trend and a check of it."""
TRENDS = {
    "log": ("log-linear trend", "growth a year, %", "residual spread, %"),
    "logit": ("trend of log odds", "growth of the odds a year, %", "residual spread of odds, %"),
    "linear": ("linear trend", "change a year", "residual spread"),
}
"""By scale the name of its trend, and of what is told of it."""
STEPS = {"log": "shift, %", "logit": "shift of the odds, %", "linear": "shift"}
"""By scale what a step is told in."""


class TooFewForFit(ValueError):
    """A series with fewer points than `MIN_FIT`."""


def annual(series: pd.DataFrame) -> pd.Series:
    """Return the spliced values of a known series on a full index of years, gaps as NaN."""
    values = series.set_index("year")["spliced_value"].astype(float)
    if len(values) < MIN_FIT:
        raise TooFewForFit(f"{len(values)} points; a fit needs at least {MIN_FIT}")
    return values.reindex(range(int(values.index.min()), int(values.index.max()) + 1))


def latest_run(values: pd.Series) -> pd.Series:
    """Return the last stretch of years without a gap: smoothing models cannot step over one."""
    gaps = values.index[values.isna()]
    return values if gaps.empty else values.loc[gaps.max() + 1 :]


def why_not_fitted(values: pd.Series, scale: str) -> str:
    """Say why no trend can be fitted on the scale of the indicator; "" where one can.

    Parameters
    ----------
    values : Series
        By year, gaps as NaN.
    scale : str
        "log", "logit" or "linear".
    """
    known = values.dropna()
    outside = ~np.isfinite(_working(known, scale))
    if outside.any():
        year = known.index[outside][0]
        inside = "above 0" if scale == "log" else "between 0 and 100"
        return f"No trend is fitted: {known[year]:g} for {year} is not {inside}."
    if np.ptp(known.to_numpy()) == 0:
        return "No trend is fitted: all values are the same."
    return ""


def _support(scale: str) -> Support:
    return Support(np.array([scale]), np.ones(1), np.zeros(1))


def _working(values: pd.Series, scale: str) -> np.ndarray:
    """Carry values to the scale on which they are fitted."""
    return _support(scale).working(values.to_numpy(float)[None])[0]


def _outside(values: np.ndarray, scale: str) -> np.ndarray:
    """Carry what was fitted back to the unit of the series."""
    return _support(scale).outside(np.asarray(values, dtype=float)[None])[0]


def _told(difference: float, scale: str) -> float:
    """Tell a difference on a scale: in percent, or as it is on the linear one."""
    return difference if scale == "linear" else 100 * np.expm1(difference)


def trend_fit(values: pd.Series, scale: str):
    """Fit a series on time by ordinary least squares, on the scale of its indicator.

    Parameters
    ----------
    values : Series
        By year, inside the range of the scale; gaps are left out.
    scale : str
        "log", "logit" or "linear".

    Returns
    -------
    statsmodels.regression.linear_model.RegressionResults
        Parameters `const` (level in the last year) and `year` (change a year), on that scale.
    """
    known = values.dropna()
    years = add_constant(pd.Series(known.index - known.index.max(), known.index, name="year"))
    return OLS(pd.Series(_working(known, scale), known.index), years.astype(float)).fit()


def smoothing_fits(values: pd.Series, scale: str) -> pd.DataFrame:
    """Fit damped-trend exponential smoothing, Theta and a straight trend, and list parameters.

    Parameters
    ----------
    values, scale
        As for `trend_fit`. Smoothing takes the values as they are, the trend the scale.

    Returns
    -------
    DataFrame
        Columns model, parameter, estimate, points. The smoothing models use the latest run of
        years without a gap; where that is shorter than `MIN_FIT`, their estimates are NaN.
    """
    run = latest_run(values)
    damped, theta = _smoothing(run) if len(run) >= MIN_FIT else ({}, {})
    trend = trend_fit(values, scale)
    name, slope, spread = TRENDS[scale]
    percent = 1 if scale == "linear" else 100
    rows = [
        ("ETS(A,Ad,N)", "level smoothing", damped.get("smoothing_level", nan), len(run)),
        ("ETS(A,Ad,N)", "trend smoothing", damped.get("smoothing_trend", nan), len(run)),
        ("ETS(A,Ad,N)", "damping", damped.get("damping_trend", nan), len(run)),
        ("Theta", "level smoothing", theta.get("alpha", nan), len(run)),
        ("Theta", "drift a year", theta.get("b0", nan), len(run)),
        (name, slope, _told(trend.params["year"], scale), trend.nobs),
        (name, spread, percent * np.sqrt(trend.scale), trend.nobs),
    ]
    return pd.DataFrame(rows, columns=["model", "parameter", "estimate", "points"])


def _smoothing(run: pd.Series) -> tuple[dict[str, float], dict[str, float]]:
    """Parameters of damped exponential smoothing and of Theta on years without a gap.

    Those that the values do not determine are NaN.
    """
    fits, others = _smoothed(run), _smoothed(_nudged(run))
    damped, theta = (
        {name: _if_determined(value, other[name], SMALLEST_SHOWN) for name, value in fit.items()}
        for fit, other in zip(fits, others, strict=True)
    )
    return damped, theta


def _nudged(values: pd.Series) -> pd.Series:
    """Move values up and down in their tenth digit, less than any publication prints."""
    return values * (1 + NUDGE * np.where(np.arange(len(values)) % 2, 1, -1))


def _if_determined(value: float, other: float, tolerance: float) -> float:
    """Return an estimate, NaN if it is another one for values that are the same but for a nudge.

    The likelihood is flat there: where an optimiser stops on it hangs on the processor.
    """
    return value if abs(value - other) <= tolerance * max(1.0, abs(value)) else nan


def _smoothed(run: pd.Series) -> tuple[dict[str, float], dict[str, float]]:
    plain = pd.Series(run.to_numpy(), index=pd.RangeIndex(len(run)))
    with warnings.catch_warnings():
        # On ten points an optimiser that stops at a bound warns; the estimate itself is shown.
        warnings.simplefilter("ignore")
        damped = ETSModel(plain, error="add", trend="add", damped_trend=True).fit(disp=False)
        theta = ThetaModel(plain, period=1, deseasonalize=False).fit()
    return dict(zip(damped.model.param_names, damped.params, strict=True)), dict(theta.params)


def _is_exact(fit) -> bool:
    """Whether a fit leaves nothing but what its arithmetic has rounded off."""
    size = np.abs(fit.model.endog).max()
    return bool(np.abs(fit.resid).max() <= EXACT * max(size, 1e-300))


def residual_checks(fit) -> pd.DataFrame:
    """Check the residuals of a least-squares fit for memory and for shape.

    Returns
    -------
    DataFrame
        Columns check, statistic, p_value: Ljung-Box at lag 1, Jarque-Bera, Durbin-Watson (which
        has no p value here; 2 means no memory).
    """
    residuals = np.zeros_like(fit.resid) if _is_exact(fit) else np.asarray(fit.resid)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a perfect fit leaves nothing to divide by: NaN says so
        memory = acorr_ljungbox(residuals, lags=[1]).iloc[0]
        shape = jarque_bera(residuals)
        rows = [
            ("Ljung-Box, lag 1", memory["lb_stat"], memory["lb_pvalue"]),
            ("Jarque-Bera", shape[0], shape[1]),
            ("Durbin-Watson", durbin_watson(residuals), nan),
        ]
    return pd.DataFrame(rows, columns=["check", "statistic", "p_value"])


def documented_dates(
    series: pd.DataFrame, events: pd.DataFrame, definitions: pd.DataFrame
) -> pd.DataFrame:
    """List the years at which documents say that a series may have shifted.

    Parameters
    ----------
    series : DataFrame
        A known series of one indicator.
    events, definitions : DataFrame
        The raw tables.

    Returns
    -------
    DataFrame
        Columns year, kind ("definition" or "event"), what; only years strictly inside the series.
    """
    indicator = series["indicator"].iloc[0]
    descriptions = definitions.set_index("definition")["description"]
    breaks = series[series["break_before"].ne("")]
    rows = [(row.year, "definition", descriptions[row.definition]) for row in breaks.itertuples()]
    listed = events[events["indicators"].str.split(";").map(lambda names: indicator in names)]
    rows += [(int(row.date[:4]), "event", row.name_en) for row in listed.itertuples()]
    table = pd.DataFrame(rows, columns=["year", "kind", "what"]).sort_values(["year", "kind"])
    inside = table["year"].between(series["year"].iloc[0], series["year"].iloc[-1], "right")
    return table[inside].reset_index(drop=True)


def break_tests(published: pd.Series, dates: pd.DataFrame, scale: str) -> pd.DataFrame:
    """Test at documented years whether a straight trend shifts its level.

    The regression is the value on its scale on a constant, time and a step at the year (Chow's test
    with a common slope); a step with fewer than two points on a side is not tested.

    Parameters
    ----------
    published : Series
        Values by year as published, not spliced.
    dates : DataFrame
        As `documented_dates` returns.
    scale : str
        "log", "logit" or "linear"; the values lie inside its range.

    Returns
    -------
    DataFrame
        `dates`, one row a year, with points_before, points_after, the shift under its name of
        `STEPS` and p_value (NaN where not tested).
    """
    known = published.dropna()
    years = dates.groupby("year", as_index=False).agg(what=("what", "; ".join))
    tested = [_step_test(known, year, scale) for year in years["year"]]
    return years.join(
        pd.DataFrame(tested, columns=["points_before", "points_after", STEPS[scale], "p_value"])
    )


def _step_test(known: pd.Series, year: int, scale: str) -> tuple[int, int, float, float]:
    after = (known.index >= year).astype(float)
    before_count, after_count = int((after == 0).sum()), int(after.sum())
    if min(before_count, after_count) < 2:
        return before_count, after_count, nan, nan
    time = known.index.to_numpy(float) - known.index.max()
    fit = OLS(_working(known, scale), np.column_stack([np.ones(len(known)), time, after])).fit()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without residuals there is no error to be tested against
        p_value = nan if _is_exact(fit) else fit.pvalues[2]
    return before_count, after_count, _told(fit.params[2], scale), p_value


def local_linear_trend(values: pd.Series, horizon: int, scale: str) -> pd.DataFrame:
    """Project a series on its scale by a local linear trend, with the model's own interval.

    Parameters
    ----------
    values : Series
        By year, inside the range of the scale, gaps as NaN: the Kalman filter steps over them.
    horizon : int
        Years ahead.
    scale : str
        "log", "logit" or "linear".

    Returns
    -------
    DataFrame
        Columns year, median, lower80, upper80 in the unit of the series; NaN where the values do
        not determine them to three digits.
    """
    table = _trend_ahead(values, horizon, scale)
    other = _trend_ahead(_nudged(values), horizon, scale)
    told = table.columns.drop("year")
    apart = (table[told] - other[told]).abs() > THREE_DIGITS * table[told].abs()
    return table.assign(**dict.fromkeys(told, nan)) if apart.any(axis=None) else table


def _trend_ahead(values: pd.Series, horizon: int, scale: str) -> pd.DataFrame:
    working = pd.Series(_working(values, scale), index=pd.RangeIndex(len(values)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence warnings of a flat likelihood
        fit = UnobservedComponents(working, "lltrend").fit(disp=False, maxiter=200)
        ahead = fit.get_forecast(horizon)
    bounds = ahead.conf_int(alpha=0.2).to_numpy()
    return pd.DataFrame(
        {
            "year": np.arange(1, horizon + 1) + values.index.max(),
            "median": _outside(ahead.predicted_mean, scale),
            "lower80": _outside(bounds[:, 0], scale),
            "upper80": _outside(bounds[:, 1], scale),
        }
    )
