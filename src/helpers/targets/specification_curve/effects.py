"""What moves a specification curve: how much of its variance each choice explains."""

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from helpers.targets.specification_curve.choices import CHOICE_WORDS, CHOICES
from helpers.wording import english as wording

EFFECT_COLUMNS = [
    "choice",
    "levels",
    "share",
    "share_alone",
    "share_last",
    "lowest_mean",
    "highest_mean",
    "mean_swing",
    "largest_swing",
]
REST = "interactions"
NO_VARIANCE = 1e-20
"""Rounding alone leaves about 1e-30 of a sum of squares that is zero."""
NO_RANGE = 0.02
"""Within this range of P there is nothing to decide."""


def choice_effects(curve: pd.DataFrame) -> pd.DataFrame:
    """Say how much of the variance of P each choice explains.

    The curve is not balanced, as not every level goes with every other: what a choice explains
    depends on which choices are in a least-squares model before it. `share` is the mean over all
    orders (the Shapley value of R2), so that the shares and the row "interactions", which is what
    no sum of main effects explains, add up to one.

    Parameters
    ----------
    curve : DataFrame
        As `helpers.targets.specification_curve.curve.specification_curve` returns.

    Returns
    -------
    DataFrame
        Columns `EFFECT_COLUMNS`, one row a choice with more than one level, the largest `share`
        first, then "interactions". share_alone: sum of squares between levels over the total, the
        choice being first in the model. share_last: the loss of R2 when it alone is dropped.
        lowest_mean, highest_mean: mean P of the lowest and highest level. mean_swing,
        largest_swing: mean and largest range of P among specifications that differ in this choice
        alone (0-1; NaN where there are none). Shares are NaN if P does not vary.

    References
    ----------
    Lindeman, Merenda and Gold (1980); Groemping (2007), Estimators of relative importance in
    linear regression based on variance decomposition, The American Statistician 61, 139-147.
    """
    varied = [name for name in CHOICES if len(curve[name].unique()) > 1]
    chance = curve["probability"].to_numpy(float)
    total = float(((chance - chance.mean()) ** 2).sum())
    explained = _explained(chance, {name: curve[name] for name in varied})
    scale = total if total > NO_VARIANCE else np.nan
    everything = frozenset(varied)
    rows = []
    for name in varied:
        means = curve.groupby(name)["probability"].mean()
        swing = _swings(curve, name)
        rows.append(
            {
                "choice": name,
                "levels": len(means),
                "share": _mean_gain(explained, name) / scale,
                "share_alone": explained[frozenset({name})] / scale,
                "share_last": (explained[everything] - explained[everything - {name}]) / scale,
                "lowest_mean": means.min(),
                "highest_mean": means.max(),
                "mean_swing": swing.mean(),
                "largest_swing": swing.max(),
            }
        )
    table = pd.DataFrame(rows, columns=EFFECT_COLUMNS)
    table = table.sort_values("share", ascending=False, kind="stable")
    rest = {"choice": [REST], "levels": 0, "share": 1 - explained[everything] / scale}
    return pd.concat([table, pd.DataFrame(rest)], ignore_index=True)[EFFECT_COLUMNS]


def _explained(chance: np.ndarray, choices: dict[str, pd.Series]) -> dict[frozenset, float]:
    """Sum of squares around the mean that each selection of choices explains.

    Collinear dummies do no harm: the normal equations are solved with a pseudo-inverse.
    """
    blocks = {name: pd.get_dummies(column).to_numpy(float) for name, column in choices.items()}
    columns = np.repeat(list(blocks), [block.shape[1] for block in blocks.values()])
    design = np.hstack([np.empty((len(chance), 0)), *blocks.values()])
    design -= design.mean(axis=0)
    gram, moment = design.T @ design, design.T @ (chance - chance.mean())
    result = {}
    for size in range(len(blocks) + 1):
        for names in combinations(blocks, size):
            kept = np.isin(columns, names)
            inverse = np.linalg.pinv(gram[np.ix_(kept, kept)], rcond=1e-9, hermitian=True)
            result[frozenset(names)] = float(moment[kept] @ inverse @ moment[kept])
    return result


def _mean_gain(explained: dict[frozenset, float], name: str) -> float:
    """Mean over all orders of what a choice adds to those before it."""
    count = max(map(len, explained))
    before = [names for names in explained if name not in names]
    weights = [1 / (count * comb(count - 1, len(names))) for names in before]
    gains = [explained[names | {name}] - explained[names] for names in before]
    return float(np.dot(weights, gains))


def _swings(curve: pd.DataFrame, name: str) -> pd.Series:
    """Range of P within each group of specifications that differ in one choice alone."""
    others = [other for other in CHOICES if other != name]
    groups = curve.groupby(others, sort=False)["probability"]
    spans = groups.agg(["size", "min", "max"])
    spans = spans[spans["size"] > 1]
    return spans["max"] - spans["min"]


def curve_finding(curve: pd.DataFrame, effects: pd.DataFrame) -> str:
    """Say in one sentence on which side of even the specifications lie and what moves them.

    Parameters
    ----------
    curve, effects : DataFrame
        As `helpers.targets.specification_curve.curve.specification_curve` and `choice_effects`
        return.
    """
    chance, count = curve["probability"], len(curve)
    above = int(chance.gt(0.5).sum())
    low, high = wording.probability(chance.min()), wording.probability(chance.max())
    span = f"P is {low} in all of them" if low == high else f"P runs from {low} to {high}"
    if above == count:
        side = f"All {count:,} specifications call the target more likely met than not"
    elif above == 0:
        side = f"None of {count:,} specifications gives the target an even chance"
    else:
        share = wording.probability(above / count)
        side = f"{above:,} of {count:,} specifications ({share}) put P above 50 %"
    top = effects.iloc[0]
    if top["choice"] == REST or chance.max() - chance.min() < NO_RANGE:
        return f"{side}; {span}"
    share = wording.probability(top["share"])
    return f"{side}; {span}, and {CHOICE_WORDS[top['choice']]} matters most ({share} of variance)"
