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

    `summary`: as `helpers.forecasting.backtest.summary_table` returns. `series`: how many series
    were scored.
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


TOLD = (0.0, 0.2, 0.5, 0.7, 0.99)
"""Lower ends of the groups of probabilities that are told in a sentence."""


def track_record(table: pd.DataFrame) -> str:
    """Say what happened when the engine was sure, and when it said unlikely, even and likely.

    `table`: columns said_from and said_to (the bin), came and count.
    """
    parts = [
        f"{_said(row.said_from, row.said_to)}: {row.came:,.0f} of {row.count:,.0f} came true"
        for row in table.itertuples(index=False)
        if round(row.said_from, 2) in TOLD
    ]
    return "Said " + "; ".join(parts) + "."


def _said(low: float, high: float) -> str:
    if low <= 0:
        return f"under {percent(high)}"
    return f"over {percent(low)}" if high >= 1 else f"{100 * low:.0f} to {percent(high)}"


def murphy_finding(parts: pd.DataFrame) -> str:
    """Say of what the scores of the engine and of its nearest rival consist.

    `parts`: indexed by model, with the columns of
    `helpers.forecasting.scores.murphy_decomposition`.
    """
    ours, rival = parts.loc[POOL], parts.loc["drift"]
    return (
        f"Of the {ours['uncertainty']:.3f} that always quoting the frequency would score, the "
        f"engine takes away {ours['resolution']:.4f} by telling events apart, and gives back "
        f"{ours['reliability']:.4f} by probabilities that are off; drift {rival['resolution']:.4f} "
        f"and {rival['reliability']:.4f}."
    )


def revision_finding(slopes: pd.DataFrame) -> str:
    """Say whether one change of a probability foretells the next.

    `slopes`: rows `before` and `level`; columns slope, lower and upper, of an interval.
    """
    low, high = slopes.loc["before", ["lower", "upper"]]
    slope, level = slopes.loc["before", "slope"], slopes.loc["level", "slope"]
    told = "No: the interval holds zero" if low <= 0 <= high else "Yes, somewhat"
    way = "same" if slope > 0 else "other"
    end = "outwards" if level > 0 else "back to the middle"
    return (
        f"{told}. After a change of ten points the next one is on average {abs(10 * slope):.1f} "
        f"points the {way} way (95 % interval {10 * low:.1f} to {10 * high:.1f}), and a "
        f"probability ten points off the middle moves {abs(10 * level):.1f} points {end}."
    )


def own_finding(own: pd.DataFrame) -> str:
    """Say on which topics a random walk with drift has been better than the engine.

    `own`: indexed by topic or target, with columns brier and drift.
    """
    if own.empty:
        return "No series of the plan has enough points to be replayed."
    better = own.index[own["drift"].lt(own["brier"])]
    if better.empty:
        return "On no topic is drift better."
    return (
        f"Drift is better on {len(better)} of {len(own)}: "
        + ", ".join(f"{name} ({own.loc[name, 'drift']:.3f} against {own.loc[name, 'brier']:.3f})"
                    for name in better)
        + "."
    )  # fmt: skip


def hedgehog_title(name: str, paths: pd.DataFrame, came: pd.Series) -> str:
    """Say how often the last year of a past projection ended above what came.

    `name`: of the indicator. `paths`: as `helpers.topics.track_record.own_series.past_medians`
    returns. `came`: figures by year.
    """
    known = paths[paths["year"].isin(came.index) & paths["year"].gt(paths["origin_year"])]
    last = known.groupby("origin_year").tail(1)
    above = int((last["value"] > last["year"].map(came)).sum())
    return f"{above} of {len(last)} past projections ended above what came; {name}"


def reliability_title(table: pd.DataFrame) -> str:
    """Title of a reliability diagram: the largest distance from the diagonal."""
    off = (table["observed"] - table["forecast"]).abs()
    worst = table.loc[off.idxmax()]
    return (
        f"Stated and observed frequency differ by {100 * off.mean():.1f} points on average; "
        f"at most {100 * off.max():.1f} points, where {percent(worst['forecast'])} was said"
    )
