"""What the back-test says: sentences whose every number is computed."""

import pandas as pd

from helpers.wording.english import percent

POOL = "pool"
MODEL_WORDS = {
    "pool": "linear pool with learned spread",
    "panel": "linear pool at the level of its panel",
    "naive": "last value",
    "drift": "random walk with drift",
    "ols": "straight line (OLS)",
    "log_ols": "exponential line (OLS of logs)",
    "ets_damped": "damped ETS",
    "theta": "Theta",
    "base_rate": "base rate",
}


def answer(summary: pd.DataFrame, series: int) -> str:
    """State how good the probabilities were beside the nearest rival, and how honest the spread.

    Parameters
    ----------
    summary : DataFrame
        As `helpers.forecasting.backtest.summary_table` returns.
    series : int
        How many series were scored.
    """
    means = summary[summary["collection"].eq("mean")].set_index("model")
    ours, rivals = means.loc[POOL], means.drop(POOL)
    best = rivals["brier"].idxmin()
    return (
        f"On **{series:,} public annual series** that its constants had not seen, the engine's "
        f"probabilities score a mean Brier of **{ours['brier']:.3f}**; the best simple rival "
        f"({MODEL_WORDS[best]}) scores {rivals.loc[best, 'brier']:.3f}.\n"
        f"Its 80 % intervals cover {ours['coverage80']:.0f} % of what came, its 95 % intervals "
        f"{ours['coverage95']:.0f} %; those of the rival cover {rivals.loc[best, 'coverage80']:.0f}"
        f" % and {rivals.loc[best, 'coverage95']:.0f} %.\n"
        f"The calibration slope is {ours['slope']:.2f}, where 1 is ideal and less is overconfident."
    )


def track_record(table: pd.DataFrame) -> str:
    """Say what happened when the engine said likely, even, and unlikely.

    Parameters
    ----------
    table : DataFrame
        Columns said_from and said_to (the bin), observed and count.
    """
    wanted = table[table["said_from"].round(1).isin([0.0, 0.2, 0.5, 0.7, 0.9])]
    parts = [
        f"{100 * row.said_from:.0f} to {percent(row.said_to)}, "
        f"it happened {percent(row.observed)} of the time ({row.count:,.0f} events)"
        for row in wanted.itertuples(index=False)
    ]
    return "When this method said " + "; ".join(parts) + "."


def reliability_title(table: pd.DataFrame) -> str:
    """Title of a reliability diagram: the largest distance from the diagonal."""
    off = (table["observed"] - table["forecast"]).abs()
    worst = table.loc[off.idxmax()]
    return (
        f"Stated and observed frequency differ by {percent(off.mean(), 1)} on average, "
        f"at most {percent(off.max(), 1)} (where {percent(worst['forecast'])} was said)"
    )
