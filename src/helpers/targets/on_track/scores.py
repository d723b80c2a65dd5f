"""Scores of verdicts: how often each forecaster was right, laid out and put in a sentence.

A rule that says on track counts as probability 1, any other verdict as 0.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.forecasting.scores import log_score
from helpers.targets.on_track.registry import OWNERS
from helpers.wording import english as wording

CLIP = 0.02
"""Log scores take every probability, also ours, for no nearer to 0 or 1 than this."""
LEVEL = 0.95
"""Of the bootstrap intervals."""
MEASURES = ("hit_rate", "brier", "log_score")
ON_TRACK_FROM = 0.5
OURS, BASE_RATE, COIN = "our probability", "base rate", "coin"
NAIVE = "met today"
"""Says that a target will be met if the latest figure meets it, and else not."""


@dataclass(frozen=True)
class Judged:
    """Verdicts on m target-dates whose outcome is known.

    Attributes
    ----------
    said : DataFrame, m rows
        One column a forecaster: the probability that the target is met, 0 or 1 for a rule; NaN
        where it gives no reading.
    met : ndarray of bool, shape (m,)
        The outcome.
    group : ndarray of int, shape (m,)
        What decides how many independent cases there are: the target, or the series.
    """

    said: pd.DataFrame
    met: np.ndarray
    group: np.ndarray

    def select(self, rows: np.ndarray) -> "Judged":
        """Keep the rows of a mask."""
        return Judged(self.said[rows], self.met[rows], self.group[rows])

    @property
    def complete(self) -> np.ndarray:
        """Rows on which every forecaster gives a reading, shape (m,)."""
        return self.said.notna().all(axis=1).to_numpy()


def score_verdicts(
    judged: Judged, *, common: bool = True, draws: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """Score every forecaster: means within groups, then over groups.

    Parameters
    ----------
    judged : Judged
    common : bool
        Score only rows on which every forecaster gives a reading; else each on its own rows.
    draws, seed : int
        Bootstrap samples over groups, and their seed.

    Returns
    -------
    DataFrame
        One row a forecaster, best Brier score first: groups, verdicts, refused (share of all
        rows), said_on_track and met (shares of the scored rows), hit_rate, brier and log_score,
        each with _low and _high, the bounds of a 95 % interval. A coin has hit rate .5, Brier
        score .25 and log score .693; hits of a forecaster that says exactly .5 count half.
    """
    refused = judged.said.isna().mean()
    part = judged.select(judged.complete) if common else judged
    said = part.said.to_numpy(dtype=float)
    scores = _scores(said, part.met)
    codes, groups = pd.factorize(part.group)
    means = {name: _group_means(score, codes, len(groups)) for name, score in scores.items()}
    weights = _bootstrap_weights(len(groups), draws, seed)
    read = ~np.isnan(said)
    count = np.maximum(read.sum(axis=0), 1)
    table = pd.DataFrame(
        {
            "forecaster": list(part.said),
            "groups": np.isfinite(means["brier"]).sum(axis=0),
            "verdicts": read.sum(axis=0),
            "refused": refused.to_numpy(),
            "said_on_track": (np.nan_to_num(said) >= ON_TRACK_FROM).sum(axis=0) / count,
            "met": (read * part.met[:, None]).sum(axis=0) / count,
        }
    )
    for name in MEASURES:
        table[name], table[f"{name}_low"], table[f"{name}_high"] = _interval(means[name], weights)
    return table.sort_values(["brier", "log_score"], ignore_index=True, kind="stable")


def _scores(said: np.ndarray, met: np.ndarray) -> dict[str, np.ndarray]:
    """Scores of each verdict, shape (m, F); NaN where there is no reading."""
    outcome = np.broadcast_to(met[:, None], said.shape)
    hit = np.where(said == 0.5, 0.5, (said >= ON_TRACK_FROM) == outcome)
    return {
        "hit_rate": np.where(np.isnan(said), np.nan, hit),
        "brier": (said - outcome) ** 2,
        "log_score": log_score(np.clip(said, CLIP, 1 - CLIP), outcome),
    }


def _group_means(score: np.ndarray, codes: np.ndarray, groups: int) -> np.ndarray:
    """Mean within each group, shape (G, F); NaN for a group without a reading."""
    means = np.empty((groups, score.shape[1]))
    for column in range(score.shape[1]):
        read = ~np.isnan(score[:, column])
        total = np.bincount(codes[read], score[read, column], groups)
        count = np.bincount(codes[read], minlength=groups)
        with np.errstate(invalid="ignore"):
            means[:, column] = total / count
    return means


def _bootstrap_weights(groups: int, draws: int, seed: int) -> np.ndarray:
    """How often each group is drawn, shape (draws, G)."""
    if not groups:
        return np.empty((draws, 0))
    return np.random.default_rng(seed).multinomial(groups, np.full(groups, 1 / groups), draws)


def _interval(means: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean over groups and its bootstrap interval, each of shape (F,)."""
    read = np.isfinite(means)
    filled = np.where(read, means, 0.0)
    with np.errstate(invalid="ignore"):
        centre = filled.sum(axis=0) / read.sum(axis=0)
        drawn = (weights @ filled) / (weights @ read)
    bounds = np.full((2, means.shape[1]), np.nan)
    held = read.any(axis=0)
    levels = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    bounds[:, held] = np.nanquantile(drawn[:, held], levels, axis=0) if held.any() else np.nan
    return centre, *bounds


def hit_table(judged: Judged) -> pd.DataFrame:
    """Count the four ways in which a verdict and an outcome can fall together.

    Returns
    -------
    DataFrame
        Indexed by forecaster: on_track_met, on_track_missed, off_track_met and off_track_missed,
        in verdicts; without those that give no reading.
    """
    on, off = judged.said.ge(ON_TRACK_FROM), judged.said.lt(ON_TRACK_FROM)
    return pd.DataFrame(
        {
            "on_track_met": on[judged.met].sum(),
            "on_track_missed": on[~judged.met].sum(),
            "off_track_met": off[judged.met].sum(),
            "off_track_missed": off[~judged.met].sum(),
        }
    )


COIN_BRIER = 0.25


def ranking_finding(scores: pd.DataFrame) -> str:
    """Say which rule is best, how far our probability is ahead, and what a coin would score."""
    table = scores[scores["verdicts"].gt(0)].set_index("forecaster")
    if OURS not in table.index or not set(OWNERS) & set(table.index):
        return "No target whose outcome is known was judged by rule and probability: no scores."
    rules = table.loc[[name for name in table.index if name in OWNERS], "brier"].sort_values()
    best, worst = rules.index[0], rules.index[-1]
    ours = table.loc[OURS, "brier"]
    losers = [OWNERS[name] for name in rules.index if rules[name] > COIN_BRIER]
    coin = f"worse than a coin: {', '.join(losers)}" if losers else "none is worse than a coin"
    return (
        f"Over {wording.counted(table['verdicts'].max(), 'verdict')} on "
        f"{wording.counted(table['groups'].max(), 'case')} the best "
        f"rule is that of {OWNERS[best]} (Brier {rules[best]:.3f}), the last that of "
        f"{OWNERS[worst]} ({rules[worst]:.3f}); our probability scores {ours:.3f}, the base rate "
        f"{table.loc[BASE_RATE, 'brier']:.3f}, a coin {table.loc[COIN, 'brier']:.3f}; {coin}."
    )
