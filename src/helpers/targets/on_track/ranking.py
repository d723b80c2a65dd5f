"""The scores of rules, laid out for reading and put into a sentence."""

import pandas as pd

from helpers.targets.on_track.registry import RULES
from helpers.targets.on_track.scores import BASE_RATE, COIN, OURS
from helpers.wording import english as wording

COIN_BRIER = 0.25


def ranking_view(scores: pd.DataFrame, hits: pd.DataFrame | None = None) -> pd.DataFrame:
    """Lay out a score table, best Brier first.

    Parameters
    ----------
    scores : DataFrame
        As `helpers.targets.on_track.scores.score_verdicts` returns.
    hits : DataFrame, optional
        As `helpers.targets.on_track.scores.hit_table` returns: adds how often a target was met and
        missed after either verdict.

    Returns
    -------
    DataFrame
        One row a forecaster: how often it said on track, how often that was right, Brier and log
        score with their intervals.
    """
    owners = {rule.name: rule.owner for rule in RULES}
    ranked = scores[scores["verdicts"].gt(0)].sort_values("brier")
    spans = {
        name: [
            f"{getattr(row, name):.3f} ({getattr(row, f'{name}_low'):.3f} to "
            f"{getattr(row, f'{name}_high'):.3f})"
            for row in ranked.itertuples()
        ]
        for name in ("brier", "log_score")
    }
    view = pd.DataFrame(
        {
            "says on track": [wording.percent(share) for share in ranked["said_on_track"]],
            "right": [wording.percent(share) for share in ranked["hit_rate"]],
            "Brier": spans["brier"],
            "log score": spans["log_score"],
            "verdicts": ranked["verdicts"].to_numpy(),
        },
        index=pd.Index(ranked["forecaster"].map(lambda name: owners.get(name, name)), name="by"),
    )
    if hits is not None:
        counts = hits.set_index("forecaster").reindex(ranked["forecaster"])
        for side in ("on_track", "off_track"):
            pairs = zip(counts[f"{side}_met"], counts[f"{side}_missed"], strict=True)
            words = f"{side.replace('_', ' ')}: met, missed"
            view[words] = [f"{met}, {missed}" for met, missed in pairs]
    return view


def ranking_finding(scores: pd.DataFrame) -> str:
    """Say which rule is best, how far our probability is ahead, and what a coin would score."""
    owners = {rule.name: rule.owner for rule in RULES}
    table = scores[scores["verdicts"].gt(0)].set_index("forecaster")
    if OURS not in table.index or not set(owners) & set(table.index):
        return "No target whose outcome is known was judged by rule and probability: no scores."
    rules = table.loc[[name for name in table.index if name in owners], "brier"].sort_values()
    best, worst = rules.index[0], rules.index[-1]
    ours = table.loc[OURS, "brier"]
    losers = [owners[name] for name in rules.index if rules[name] > COIN_BRIER]
    coin = f"worse than a coin: {', '.join(losers)}" if losers else "none is worse than a coin"
    return (
        f"Over {table['verdicts'].max():,} verdicts on {table['groups'].max():,} cases the best "
        f"rule is that of {owners[best]} (Brier {rules[best]:.3f}), the last that of "
        f"{owners[worst]} ({rules[worst]:.3f}); our probability scores {ours:.3f}, the base rate "
        f"{table.loc[BASE_RATE, 'brier']:.3f}, a coin {table.loc[COIN, 'brier']:.3f}; {coin}."
    )
