"""What the back-test says: sentences whose every number is computed, and the table written."""

import numpy as np
import pandas as pd

from helpers.forecasting.scores import Scores, paired_bootstrap
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
PAIRED = ("brier", "log", "crps")
SEED = 2025
TOLERATED = 5.0
"""Points of coverage beyond which a cell is listed as a failure."""

AllScores = dict[tuple[str, str], Scores]


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


def pooled_reliability(reliability: pd.DataFrame, model: str = POOL) -> pd.DataFrame:
    """Put the collections together: mean forecast and observed frequency by bin of probability.

    Parameters
    ----------
    reliability : DataFrame
        As `helpers.forecasting.backtest.event_reliability` returns.
    model : str

    Returns
    -------
    DataFrame
        Columns said_from, said_to (the bin), forecast, observed, count.
    """
    own = reliability[reliability["model"].eq(model)]
    weighted = own.assign(
        forecast=own["forecast"] * own["count"], observed=own["observed"] * own["count"]
    )
    table = weighted.groupby(["lower", "upper"])[["forecast", "observed", "count"]].sum()
    table[["forecast", "observed"]] = table[["forecast", "observed"]].div(table["count"], axis=0)
    return table.reset_index().rename(columns={"lower": "said_from", "upper": "said_to"})


def track_record(table: pd.DataFrame) -> str:
    """Say what happened when the engine said likely, even, and unlikely.

    Parameters
    ----------
    table : DataFrame
        As `pooled_reliability` returns.
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


def paired_view(scores: AllScores) -> pd.DataFrame:
    """Difference of the engine to each rival, with a 95 % bootstrap interval over series.

    Returns
    -------
    DataFrame
        One row a rival; columns Brier, log score, CRPS as "difference (lower to upper)". Below 0
        the engine is better.
    """
    collections = list(dict.fromkeys(collection for collection, _ in scores))
    rows = {}
    for model in dict.fromkeys(model for _, model in scores if model != POOL):
        cells = []
        for metric in PAIRED:
            ours, theirs = (_by_series(scores, collections, m, metric) for m in (POOL, model))
            mean, low, high = paired_bootstrap(ours, theirs, SEED)
            cells.append(f"{mean:+.3f} ({low:+.3f} to {high:+.3f})")
        rows[MODEL_WORDS[model]] = cells
    return pd.DataFrame.from_dict(rows, orient="index", columns=["Brier", "log score", "CRPS"])


def _by_series(scores: AllScores, collections: list[str], model: str, metric: str) -> np.ndarray:
    parts = [np.nanmean(getattr(scores[name, model], metric), axis=1) for name in collections]
    return np.concatenate(parts)


def failures(coverage: pd.DataFrame) -> str:
    """List where coverage misses nominal by more than `TOLERATED` points, worst first."""
    own = coverage[coverage["model"].eq(POOL) & coverage["collection"].ne("all")]
    own = own.assign(gap=own["coverage"] - own["nominal"])
    bad = own[own["gap"].abs().gt(TOLERATED)].sort_values("gap")
    if bad.empty:
        return f"No cell of collection and horizon misses nominal by over {TOLERATED:.0f} points."
    lines = [
        f"- {row.collection}, {row.horizon} {'year' if row.horizon == 1 else 'years'} ahead: "
        f"{row.coverage:.0f} % instead of {row.nominal} %"
        for row in bad.itertuples()
    ]
    return f"{len(bad)} of {len(own)} cells miss nominal by over {TOLERATED:.0f} points:\n\n" + (
        "\n".join(lines)
    )


def evaluation_table(
    summary: pd.DataFrame, reliability: pd.DataFrame, base_rates: dict[str, float], series: int
) -> pd.DataFrame:
    """Put together what `data/processed/evaluation.csv` holds.

    Returns
    -------
    DataFrame
        Long form: collection, model, score, value. Scores are those of the summary; `series`, how
        many were scored; and `observed_when_10` ... `observed_when_100`, the frequency of events
        of which the engine had said up to that many percent (and ten less at least).
    """
    long = summary.melt(["collection", "model"], var_name="score", value_name="value")
    rates = [(name, "base_rate", "brier", value) for name, value in base_rates.items()]
    pooled = pooled_reliability(reliability)
    seen = [
        ("all", POOL, f"observed_when_{100 * row.said_to:.0f}", row.observed)
        for row in pooled.itertuples(index=False)
    ]
    scored = [("all", POOL, "series", series)]
    more = pd.DataFrame([*rates, *scored, *seen], columns=list(long))
    return pd.concat([long, more], ignore_index=True)
