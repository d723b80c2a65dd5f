"""Why the explorer shows nothing, or less: one plain sentence for each choice that does not fit."""

import pandas as pd

from helpers.apps.explorer.choices import Choices
from helpers.apps.explorer.collection import Collection
from helpers.forecasting.members import MIN_POINTS
from helpers.problems import closest
from helpers.targets.states import Target

FURTHEST = 15
"""Years ahead that a notebook may ask for; no probability is given for an own level beyond."""


def misfits(collection: Collection, choices: Choices) -> str:
    """Say what in the choices does not belong together; empty where all does.

    Parameters
    ----------
    collection : Collection
    choices : Choices
    """
    known = collection.raw.indicators["indicator"].tolist()
    if choices.indicator not in known:
        hint = closest(choices.indicator, known)
        return f"There is no indicator {choices.indicator!r} in indicators.csv{hint}."
    if choices.area not in collection.places:
        hint = closest(choices.area, collection.places)
        return f"There is no area {choices.area!r} in areas.csv{hint}."
    pair = (choices.indicator, choices.area)
    if pair not in collection.archive.pairs:
        held = _listed([collection.places[area] for area in collection.areas(choices.indicator)])
        place = collection.places[choices.area]
        return f"No figure of this indicator is held for {place}; there are figures for {held}."
    return _wrong_target(collection, choices) or _wrong_definition(collection, choices)


def _wrong_target(collection: Collection, choices: Choices) -> str:
    if choices.target_id and choices.level is not None:
        return "Choose a target of a plan or an own level, not both."
    if choices.level is not None:
        return _wrong_level(collection, choices)
    if not choices.target_id:
        return ""
    if choices.target_id not in collection.targets:
        hint = closest(choices.target_id, collection.targets)
        return f"There is no target {choices.target_id!r} in targets.csv{hint}."
    target = collection.targets[choices.target_id]
    if target.operator == "qualitative":
        return f"The target {choices.target_id} names no number."
    if (target.indicator, target.area) != (choices.indicator, choices.area):
        return (
            f"The target {choices.target_id} is about {target.indicator} in {target.area}, "
            f"not {choices.indicator} in {choices.area}."
        )
    return ""


def _wrong_level(collection: Collection, choices: Choices) -> str:
    """Say why an own level cannot be held against this indicator."""
    if not choices.year:
        return "An own level needs a year by which it is to be reached."
    if choices.year > choices.as_of.year + FURTHEST:
        return (
            f"{choices.year} is too far from {choices.as_of}: the spread was learned up to "
            f"{FURTHEST} years ahead."
        )
    if choices.base_year >= choices.year:
        return f"The base year {choices.base_year} is not before the target year {choices.year}."
    scale = collection.raw.indicators.set_index("indicator").loc[choices.indicator, "scale"]
    if scale == "logit" and not 0 < choices.level < 100:
        return f"This indicator is a share: a level of {choices.level:g} % cannot be its target."
    if scale == "log" and choices.level <= 0:
        return f"This indicator is above zero: a level of {choices.level:g} cannot be its target."
    return ""


def _wrong_definition(collection: Collection, choices: Choices) -> str:
    used = collection.definitions(choices.indicator, choices.area)
    if choices.definition and choices.definition not in used:
        return (
            f"No figure of this series was published under the definition {choices.definition!r}; "
            f"there are {_listed(used)}."
        )
    return ""


def no_series(collection: Collection, choices: Choices) -> str:
    """Say why a pair that has figures has no series with these choices.

    The first thing that removes every figure is named: the date, then the grade, the definition
    and the first year.
    """
    figures = collection.archive.pairs[choices.indicator, choices.area]
    public = figures[figures["known_from"].le(pd.Timestamp(choices.as_of))]
    if public.empty:
        first = figures["known_from"].min()
        since = f"; the first became known on {first:%Y-%m-%d}" if pd.notna(first) else ""
        return f"No figure of this series was public on {choices.as_of}{since}."
    values = public[public["months"].eq(12) & public["qualifier"].ne("lower_bound")]
    if values.empty:
        return f"Only parts of years or bounds were public on {choices.as_of}, no full-year figure."
    if choices.definition and not values["definition"].eq(choices.definition).any():
        return f"No figure under the definition {choices.definition} was public on {choices.as_of}."
    if not values["year"].ge(choices.first_year).any():
        return (
            f"No figure is left from {choices.first_year} on: the latest of {choices.as_of} "
            f"is for {values['year'].max()}."
        )
    if choices.min_grade != "unverified":
        return (
            f"No figure of grade {choices.min_grade} or better was public on {choices.as_of}; "
            "try a weaker grade."
        )
    return f"No figure of the main series was public on {choices.as_of}; choose a definition."


def no_projection(series: pd.DataFrame, target: Target | None, choices: Choices) -> str:
    """Say why a series cannot be projected, or not to its target; empty where it can."""
    if len(series) < MIN_POINTS:
        count = f"{len(series)} {'point is' if len(series) == 1 else 'points are'}"
        return f"{count} too few for a projection, which needs {MIN_POINTS}."
    last = int(series["year"].max())
    if target is not None and choices.level is not None and last >= target.target_year:
        return f"The latest figure is already for {last}: choose a later year than that."
    return ""


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
