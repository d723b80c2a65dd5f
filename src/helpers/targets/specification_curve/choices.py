"""The defensible choices behind a probability, each with its reason; the first level is ours."""

import pandas as pd

from helpers.forecasting.members import MEMBERS

FIGURES = ("figures", "definition", "min_grade", "first_year", "splice", "suspected_breaks")
FIGURES = (*FIGURES, "stand_ins")
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
