"""What each control of the explorer offers, and what still fits after one was moved."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from helpers.apps.explorer.choices import Choices
from helpers.apps.explorer.collection import Collection
from helpers.apps.explorer.views import PLAN_YEARS
from helpers.forecasting.members import MEMBERS
from helpers.vintages.breaks import SPLICES
from helpers.vintages.series import GRADES
from helpers.wording import english as wording

OWN_LEVEL = "own level"
Offer = list[tuple[str, object]]
"""Label and value, as a drop-down list takes them."""
SPLICE_WORDS = {
    "real_growth": "carried by real growth",
    "neighbour_growth": "carried by growth of other years",
    "none": "as printed",
}
GRADE_WORDS = {
    "official": "official text only",
    "press": "press or better",
    "secondary": "any text that was read",
    "unverified": "all, also unverified",
}


@dataclass(frozen=True)
class Options:
    """What can be chosen beside the choices made.

    Attributes
    ----------
    indicators, areas, targets, first_years, definitions, splices, grades : list of (label, value)
    days : list of (label, date)
        Days on which a figure of the series became known.
    day : date or None
        The last of them up to the as-of date; None where nothing was known yet.
    members : tuple of str
    """

    indicators: Offer
    areas: Offer
    targets: Offer
    days: list[tuple[str, date]]
    day: date | None
    first_years: Offer
    definitions: Offer
    splices: Offer
    grades: Offer
    members: tuple[str, ...]


def options_for(collection: Collection, choices: Choices) -> Options:
    """List what each control offers for the indicator and area chosen."""
    pair = (choices.indicator, choices.area)
    days = [day.date() for day in collection.days(*pair)]
    words = collection.raw.definitions.set_index("definition")["description"]
    return Options(
        indicators=[(name, key) for key, name in collection.indicators.items()],
        areas=[(collection.places[area], area) for area in collection.areas(choices.indicator)],
        targets=_targets(collection, choices),
        days=[(f"{day:%Y-%m-%d}", day) for day in days],
        day=max((day for day in days if day <= choices.as_of), default=None),
        first_years=[("all years", 0), *((str(y), y) for y in collection.years(*pair))],
        definitions=[
            ("main series", ""),
            *((f"{name}: {words[name]}"[:70], name) for name in collection.definitions(*pair)),
        ],
        splices=[(SPLICE_WORDS[name], name) for name in SPLICES],
        grades=[(GRADE_WORDS[name], name) for name in reversed(GRADES)],
        members=tuple(MEMBERS),
    )


def _targets(collection: Collection, choices: Choices) -> Offer:
    offered = [
        (
            f"{t.target_year}: "
            f"{wording.line(t.operator, t.value, t.decimals, t.unit, t.value_high)} ({t.plan})",
            t.target_id,
        )
        for t in collection.targets_of(choices.indicator, choices.area)
        if t.operator != "qualitative"
    ]
    return [*offered, ("an own level", OWN_LEVEL), ("none", "")]


def refitted(collection: Collection, choices: Choices) -> Choices:
    """Replace what no longer fits after the indicator or area was changed.

    An area without figures gives way to the first that has some; a target of another series to the
    first of this one, or to none; a definition and a first year that do not occur to all. An own
    level goes with the indicator whose unit it has, so it is dropped as well.
    """
    areas = collection.areas(choices.indicator)
    area = choices.area if choices.area in areas else (areas or [choices.area])[0]
    pair = (choices.indicator, area)
    ids = [t.target_id for t in collection.targets_of(*pair) if t.operator != "qualitative"]
    fits = choices.definition in collection.definitions(*pair)
    return choices.changed(
        area=area,
        target_id=choices.target_id if choices.target_id in ids else (ids or [""])[0],
        level=None,
        year=0,
        base_year=0,
        definition=choices.definition if fits else "",
        first_year=choices.first_year if choices.first_year in collection.years(*pair) else 0,
    )


def own_level(collection: Collection, choices: Choices, series: pd.DataFrame) -> Choices:
    """Start an own target where the present one, or else the latest figure, stands."""
    target = collection.targets.get(choices.target_id)
    last = series.iloc[-1] if len(series) else None
    level = 1.0 if last is None else float(last["value"])
    year = choices.as_of.year + 1 if last is None else int(last["year"]) + 5
    if target is not None and target.unit == (None if last is None else last["unit"]):
        level, year = target.value, target.target_year
    year = max(year, choices.as_of.year)
    return choices.changed(target_id="", level=level, year=year, base_year=year - PLAN_YEARS)
