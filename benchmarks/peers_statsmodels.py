"""Fit the statsmodels peers on the reference series, one by one; normal margins as it gives them.

    python benchmarks/peers_statsmodels.py OUT.npz

`skill.py` runs this. Written are centre and spread, shape (n, H), of each collection and model.
"""

import sys
import warnings

import numpy as np
import pandas as pd
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.statespace.structural import UnobservedComponents

from helpers.forecasting.backtest import HORIZONS, yearly


def ets_damped(y, horizon):
    """Additive damped trend, with the model's own variance."""
    fit = ETSModel(y, trend="add", damped_trend=True).fit(disp=False)
    ahead = fit.get_prediction(start=len(y), end=len(y) + horizon - 1)
    return ahead.predicted_mean, np.sqrt(ahead.forecast_variance)


def theta(y, horizon):
    """Theta point forecast with the variance sigma^2 (1 + (k - 1) alpha^2) of its IMA(1,1)."""
    fit = ThetaModel(y, period=1, deseasonalize=False).fit()
    steps = np.arange(horizon)
    variance = fit.sigma2 * (1 + steps * fit.params["alpha"] ** 2)
    return fit.forecast(horizon), np.sqrt(variance)


def arima(y, horizon):
    """ARIMA(0, 1, 1) with drift."""
    ahead = ARIMA(y, order=(0, 1, 1), trend="t").fit().get_forecast(horizon)
    return ahead.predicted_mean, ahead.se_mean


def local_trend(y, horizon):
    """Local linear trend in state space."""
    fit = UnobservedComponents(y, "local linear trend").fit(disp=False)
    ahead = fit.get_forecast(horizon)
    return ahead.predicted_mean, ahead.se_mean


MODELS = {"ets_damped": ets_damped, "theta": theta, "arima": arima, "local_trend": local_trend}


def forecast(model, values, horizon):
    """Fit one model; where it fails, or gives no finite spread, the naive forecast stands in."""
    y = pd.Series(values, index=pd.RangeIndex(len(values)))
    try:
        centre, spread = (np.asarray(a, dtype=float) for a in model(y, horizon))
    except (ValueError, np.linalg.LinAlgError):
        centre = spread = np.full(horizon, np.nan)
    bad = ~np.isfinite(centre) | ~np.isfinite(spread)
    step = np.abs(np.diff(values)).mean() * np.sqrt(np.arange(1, horizon + 1))
    least = 1e-9 * abs(values[-1])
    return np.where(bad, values[-1], centre), np.maximum(np.where(bad, step, spread), least)


def main(out):
    """Fit every model on every series."""
    warnings.simplefilter("ignore")
    results = {}
    for collection, horizon in HORIZONS.items():
        for name, model in MODELS.items():
            pairs = [forecast(model, fit, horizon) for _, fit, _ in yearly(collection)]
            results[f"{collection}/{name}"] = np.array(pairs).transpose(1, 0, 2)
    np.savez(out, **results)


if __name__ == "__main__":
    main(sys.argv[1])
