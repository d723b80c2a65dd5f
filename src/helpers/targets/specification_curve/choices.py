"""The defensible choices behind a probability, and how much of its variance each explains."""

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from helpers.forecasting.members import MEMBERS
from helpers.wording import english as wording

FIGURES: tuple[str, ...] = ("figures", "definition", "min_grade", "first_year", "splice")
FIGURES = (*FIGURES, "suspected_breaks", "stand_ins")
"""Choices that decide which figures are projected; the others decide how."""

CHOICES: dict[str, dict[str, str]] = {
    "figures": {
        "published": "the ratio, or count, as the authority printed it; the outcome will be one",
        "first_print": "numerator over first-print GDP: longer, and on one known formula",
        "revised": "numerator over the latest GDP known that day, each year on its own basis: "
        "what a reader of yearbooks would divide by",
        "apart": "numerator and first-print GDP projected apart as independent draws: each has "
        "its own trend",
        "apart_revised": "numerator and latest GDP projected apart as independent draws",
    },
    "definition": {
        "main": "the final figures, under which the outcome will be published",
        "estimates": "the figures that are named before the final ones: a level of their own",
        "filled": "finals, and estimates where no final can be read: more points, two definitions",
    },
    "min_grade": {
        "unverified": "every figure, also those whose publication could not be read",
        "secondary": "only figures that stand in a text that was read",
        "press": "only figures read in the press or in a government text",
        "official": "only figures read in a government text",
    },
    "first_year": {
        "all": "every year there is",
        "2005": "base year of the 11th five-year plan",
        "2010": "base year of the 12th five-year plan",
        "2012": "first year of the statistics on strategic industries",
        "2015": "base year of the 13th five-year plan; final R&D ratios begin",
        "last_ten": "the last ten points: a window that moves with the day",
        "last_seven": "the last seven points: older years may belong to another economy",
    },
    "splice": {
        "real_growth": "published real growth at unchanged scope carries the level over a break",
        "neighbour_growth": "the median growth of the years without a break does",
        "none": "levels as printed, breaks and all",
    },
    "suspected_breaks": {
        "left": "a break that nobody documented is not corrected",
        "spliced": "a suspected break is corrected like a documented one",
    },
    "stand_ins": {
        "used": "an implied figure is better than a year less",
        "left_out": "an implied figure is not the count that the target names",
    },
    "scale": {
        "logit": "a share stays inside 0-100 %",
        "log": "growth is relative, values stay above 0",
        "linear": "growth is absolute, as in most plans' own arithmetic",
    },
    "members": {
        "pool": "the linear pool of all members, the back-tested default",
        "raw_scale": "only members fitted on the raw scale",
        "log_scale": "only members fitted on the log or logit scale",
        "fading": "only members whose trend fades (damped trend, theta)",
        "going_on": "only members whose trend goes on (drift, recent growth)",
        **{name: f"the member {name} alone" for name in MEMBERS},
    },
    "spread": {
        "learned": "the spread learned from reference series",
        "own": "the model's own spread, nothing learned: normal, from the residuals of a random "
        "walk with drift, and members of equal weight",
    },
}
"""Every choice with its levels and their reasons, by name."""

CHOICE_WORDS = {
    "figures": "how the share is formed",
    "definition": "the definition",
    "min_grade": "the weakest grade used",
    "first_year": "the first year",
    "splice": "the splice at breaks",
    "suspected_breaks": "the treatment of suspected breaks",
    "stand_ins": "the use of stand-ins",
    "scale": "the scale",
    "members": "the choice of members",
    "spread": "the spread",
}


def choice_table() -> pd.DataFrame:
    """List every choice, its levels and their reasons, one row a level, ours first.

    Returns
    -------
    DataFrame
        Columns choice, level, reason.
    """
    rows = [
        {"choice": choice, "level": level, "reason": reason}
        for choice, levels in CHOICES.items()
        for level, reason in levels.items()
    ]
    return pd.DataFrame(rows)


def member_sets(scale: str) -> dict[str, tuple[str, ...]]:
    """Name the selections of members that differ on a scale.

    On the linear scale a member and its twin on the working scale are one and the same.
    """
    log = tuple(name for name in MEMBERS if name.endswith("_log"))
    sets = {
        "pool": tuple(MEMBERS),
        "raw_scale": tuple(name for name in MEMBERS if name not in log),
        "log_scale": log,
        "fading": tuple(name for name in MEMBERS if name.startswith(("damped", "theta"))),
        "going_on": tuple(name for name in MEMBERS if name.startswith(("drift", "growth"))),
        **{name: (name,) for name in MEMBERS},
    }
    if scale != "linear":
        return sets
    twins = {name for name in log if name.removesuffix("_log") in MEMBERS}
    return {name: members for name, members in sets.items() if name not in {*twins, "log_scale"}}


def scales_of(house: str) -> tuple[str, ...]:
    """Scales that make sense for an indicator, its own first: a count has no logit."""
    sensible = CHOICES["scale"] if house == "logit" else ("log", "linear")
    return (house, *(scale for scale in sensible if scale != house))


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
