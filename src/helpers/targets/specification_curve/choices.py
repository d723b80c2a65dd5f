"""The defensible choices behind a probability, and how much of its variance each explains."""

import csv
from collections.abc import Iterable, Sequence
from itertools import chain
from math import comb, isfinite
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.forecasting.members import MEMBERS, Member, OwnMember
from helpers.forecasting.transforms import WITH_ENDS
from helpers.wording import english as wording

FIGURES = (
    "figures",
    "definition",
    "min_grade",
    "first_year",
    "splice",
    "suspected_breaks",
    "stand_ins",
)
"""Choices that decide which figures are projected; the others decide how."""


def _read_choices() -> dict[str, dict[str, str]]:
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        choices: dict[str, dict[str, str]] = {}
        for row in csv.DictReader(file):
            choices.setdefault(row["choice"], {})[row["level"]] = row["reason"]
    return choices


CHOICES = _read_choices()
"""Every choice with its levels, ours first, and their reasons."""

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


GIVEN = "given"
"""The level of a selection that holds members of one's own."""


def choices_with(members: Sequence[Member] | None) -> dict[str, Sequence[str]]:
    """List the levels of every choice, with those that members of one's own add.

    Parameters
    ----------
    members : sequence of str or OwnMember, optional

    Raises
    ------
    ValueError
        If a member of one's own has the name of a level.
    """
    own = [member.name for member in members or () if isinstance(member, OwnMember)]
    levels: dict[str, Sequence[str]] = {name: [*kinds] for name, kinds in CHOICES.items()}
    if taken := {GIVEN, *chain(*levels.values())} & {*own}:
        told = f"own member {', '.join(taken)}: a level is called so; choose another name"
        raise ValueError(told)
    return levels | ({"members": [*levels["members"], GIVEN, *own]} if own else {})


def member_sets(
    scale: str, members: Sequence[Member] | None = None
) -> dict[str, tuple[Member, ...]]:
    """Name the selections of members that differ on a scale.

    On the linear scale a member and its twin on the working scale are one and the same. Members of
    one's own add the selection that they are `GIVEN` in, and each alone.
    """
    log = tuple(name for name in MEMBERS if name.endswith("_log"))
    sets: dict[str, tuple[Member, ...]] = {
        "pool": tuple(MEMBERS),
        "raw_scale": tuple(name for name in MEMBERS if name not in log),
        "log_scale": log,
        "fading": tuple(name for name in MEMBERS if name.startswith(("damped", "theta"))),
        "going_on": tuple(name for name in MEMBERS if name.startswith(("drift", "growth"))),
        **{name: (name,) for name in MEMBERS},
    }
    given = tuple(members or ())
    own = {member.name: (member,) for member in given if isinstance(member, OwnMember)}
    if own:
        sets |= {GIVEN: given, **own}
    if scale != "linear":
        return sets
    twins = {name for name in log if name.removesuffix("_log") in MEMBERS}
    return {name: members for name, members in sets.items() if name not in {*twins, "log_scale"}}


def scales_of(house: str, limits: Iterable[float] = ()) -> tuple[str, ...]:
    """Scales that make sense for an indicator, its own first: a count has no logit.

    Where a limit is an end of its own, no other is asked: none knows how often a series is there.
    """
    if {limit for limit in limits if isfinite(limit)} & {*WITH_ENDS.get(house, ())}:
        return (house,)
    others = {"logit": ("log",), "linear": ("log",)}
    return tuple(dict.fromkeys((house, *others.get(house, ()), "linear")))


REST = "interactions"
NO_VARIANCE = 1e-20
"""Rounding alone leaves about 1e-30 of a sum of squares that is zero."""
_COLLINEAR = 1e-9
"""Of the largest eigenvalue: what is left of a dummy that others make up is rounding."""
NO_RANGE = 0.02
"""Within this range of P there is nothing to decide."""


def choice_effects(curve: pd.DataFrame) -> pd.Series:
    """Say how much of the variance of P each choice explains.

    The curve is not balanced, as not every level goes with every other: what a choice explains
    depends on which choices are in a least-squares model before it. Its share is the mean over all
    orders (the Shapley value of R2), so that the shares and that of "interactions", which is what
    no sum of main effects explains, add up to one.

    Parameters
    ----------
    curve : DataFrame
        As `helpers.targets.specification_curve.curve.specification_curve` returns.

    Returns
    -------
    Series
        Shares by choice, of those with more than one level, the largest first, then that of
        "interactions"; NaN if P does not vary.

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
    shares = pd.Series({name: _mean_gain(explained, name) / scale for name in varied}, dtype=float)
    shares = shares.sort_values(ascending=False, kind="stable")
    return pd.concat([shares, pd.Series({REST: 1 - explained[frozenset(varied)] / scale})])


def _explained(chance: np.ndarray, choices: dict[str, pd.Series]) -> dict[frozenset, float]:
    """Sum of squares around the mean that each selection of choices explains.

    Each choice adds what is left of it once those before it are swept out (Beaton 1964), so that
    no selection is solved from the start. Collinear dummies do no harm.
    """
    blocks = [pd.get_dummies(column).to_numpy(float) for column in choices.values()]
    design = np.hstack([chance[:, None], *blocks])
    design -= design.mean(axis=0)
    widths = [block.shape[1] for block in blocks]
    products = design.T @ design
    least = _COLLINEAR * np.linalg.eigvalsh(products[1:, 1:]).max(initial=0.0)
    result: dict[frozenset, float] = {frozenset(): 0.0}

    def sweep(before: frozenset, left: list[tuple[str, int]], products: np.ndarray) -> None:
        """Add each choice of those left, the columns of which follow that of the chance."""
        for place, (name, width) in enumerate(left):
            own, later = products[1 : 1 + width], np.r_[0, 1 + width : len(products)]
            values, vectors = np.linalg.eigh(own[:, 1 : 1 + width])
            kept = values > least
            parts = (vectors[:, kept] / np.sqrt(values[kept])).T @ own
            result[before | {name}] = result[before] + float(parts[:, 0] @ parts[:, 0])
            rest = products[np.ix_(later, later)]
            sweep(before | {name}, left[place + 1 :], rest - parts[:, later].T @ parts[:, later])
            products = rest

    sweep(frozenset(), list(zip(choices, widths, strict=True)), products)
    return result


def _mean_gain(explained: dict[frozenset, float], name: str) -> float:
    """Mean over all orders of what a choice adds to those before it."""
    count = max(map(len, explained))
    before = [names for names in explained if name not in names]
    weights = [1 / (count * comb(count - 1, len(names))) for names in before]
    gains = [explained[names | {name}] - explained[names] for names in before]
    return float(np.dot(weights, gains))


def curve_finding(curve: pd.DataFrame, effects: pd.Series) -> str:
    """Say in one sentence on which side of even the specifications lie and what moves them.

    Parameters
    ----------
    curve : DataFrame
        As `helpers.targets.specification_curve.curve.specification_curve` returns.
    effects : Series
        As `choice_effects` returns.
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
    top = effects.index[0]
    if top == REST or chance.max() - chance.min() < NO_RANGE:
        return f"{side}; {span}"
    share = wording.probability(effects.iloc[0])
    return f"{side}; {span}, and {CHOICE_WORDS[top]} matters most ({share} of variance)"
