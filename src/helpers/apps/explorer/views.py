"""What the explorer is asked to show, and the view that it gives, all of one state.

Where there is less to show, a sentence says why.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import nan
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

import pandas as pd
from pydantic import BeforeValidator, Field, field_validator

from helpers.forecasting.calibration import FURTHEST
from helpers.forecasting.members import MEMBERS, MIN_POINTS
from helpers.forecasting.projection import Projection
from helpers.forecasting.series import project_series
from helpers.forecasting.transforms import fitting_scale
from helpers.observations.raw_data import RawData, read_raw
from helpers.problems import InputError, refusal
from helpers.targets.assessment import read_off
from helpers.targets.information import Information, information_of
from helpers.targets.on_track.comparison import base_year_of, case_of, not_for_rules
from helpers.targets.on_track.readings import apply_rules
from helpers.targets.states import Target, read_targets
from helpers.topics.parameters import Name, Parameters, split
from helpers.topics.projection import Outlook, outlook_of
from helpers.vintages.series import Archive, known_series, open_archive, why_no_series
from helpers.vocabulary import SHARE
from helpers.wording.language import ENGLISH
from helpers.wording.statements import statement

NAMES = (
    "indicator", "area", "as_of", "target_id", "level", "year", "base_year", "first_year",
    "definition", "splice", "suspected_breaks", "stand_ins", "min_grade", "members",
)  # fmt: skip
"""What a permalink may hold, in this order."""
ALWAYS = ("indicator", "area", "as_of")
_ABSENT = BeforeValidator(lambda value: None if value == "" else value)


class Choices(Parameters):
    """Everything that can be chosen in the explorer; without `target_id` an own target, or none."""

    level: Annotated[float | None, _ABSENT] = Field(None, allow_inf_nan=False)
    year: int = Field(0, ge=0, le=9999)
    """`level`, `year`: of an own target, in the unit of the indicator; 0 for no year."""
    base_year: int = Field(0, ge=0, le=9999)
    """Year from which on-track rules count progress; 0: the target's own."""
    members: Annotated[tuple[str, ...], BeforeValidator(split), Name(words=tuple(MEMBERS))] = ()
    """Of the pool; empty for all of them."""

    @field_validator("members")
    @classmethod
    def _in_order(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Put members in their order; all of them is the same as none chosen."""
        return () if set(names) == set(MEMBERS) else tuple(m for m in MEMBERS if m in names)

    @property
    def permalink(self) -> str:
        """These choices as a text that `with_permalink` reads: `?indicator=...&as_of=...`.

        What has its default value is left out, except indicator, area and date.
        """
        kept = {
            name: _text(getattr(self, name))
            for name in NAMES
            if name in ALWAYS or getattr(self, name) != type(self).model_fields[name].default
        }
        return "?" + urlencode(kept)

    def changed(self, **values: Any) -> "Choices":
        """Return the same with other values.

        Raises `InputError` with one sentence for each value that cannot be used.
        """
        return Choices(**(self.model_dump() | values))


def with_permalink(choices: Choices, link: str) -> Choices:
    """Apply a permalink.

    `choices`: where files are read from; the link decides everything else. `link`: text as
    `Choices.permalink` gives it, also with something before the question mark; empty for no change.
    Raises `InputError` naming each name that is unknown or given twice, and each value that cannot
    be used.
    """
    if not link.strip():
        return choices
    pairs = parse_qsl(link.strip().split("?", 1)[-1], keep_blank_values=True)
    problems, values = [], {}
    for name, value in pairs:
        if name not in NAMES:
            problems.append(refusal(name, NAMES, "permalink"))
        elif name in values:
            problems.append(f"permalink: {name!r} is given twice; keep one")
        values[name] = value
    if not pairs:
        problems.append(f"permalink: {link.strip()!r} is not of the form ?indicator=gdp&area=...")
    if problems:
        raise InputError("\n".join(problems))
    places: dict[str, Any] = {"raw_dir": choices.raw_dir, "output_dir": choices.output_dir}
    return Choices(**(places | values))


def _text(value: Any) -> str:
    """Write a value as it stands in a link or behind `papermill -p`."""
    if isinstance(value, tuple):
        return ",".join(value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, repr=False)
class Collection:
    """Raw tables, opened once: a change in the explorer reads no file."""

    raw: RawData
    archive: Archive
    """Every figure with the day from which it was known."""
    targets: dict[str, Target]
    """By id, in the order of `targets.csv`."""

    @cached_property
    def indicators(self) -> dict[str, str]:
        """English name of each indicator that has figures."""
        held = {indicator for indicator, _ in self.archive.pairs}
        names = self.raw.indicators.set_index("indicator")["name_en"]
        return {indicator: name for indicator, name in names.items() if indicator in held}

    @cached_property
    def places(self) -> dict[str, str]:
        """English name of each area."""
        return self.raw.areas.set_index("area")["name_en"].to_dict()

    def areas(self, indicator: str) -> list[str]:
        """Areas with figures of an indicator, in the order of `areas.csv`."""
        return [area for area in self.places if (indicator, area) in self.archive.pairs]

    def targets_of(self, indicator: str, area: str) -> list[Target]:
        """Targets of one indicator and area."""
        wanted = (indicator, area)
        return [t for t in self.targets.values() if (t.indicator, t.area) == wanted]

    def days(self, indicator: str, area: str) -> list[pd.Timestamp]:
        """Days on which a figure of one indicator and area became known, in order."""
        figures = self.archive.pairs.get((indicator, area))
        if figures is None:
            return []
        return sorted(figures["known_from"].dropna().unique())

    def definitions(self, indicator: str, area: str) -> list[str]:
        """Definitions under which figures of one indicator and area were published."""
        pair = (indicator, area)
        return self.archive.used[pair]["definition"].tolist() if pair in self.archive.pairs else []

    def years(self, indicator: str, area: str) -> list[int]:
        """Years with a figure of one indicator and area."""
        figures = self.archive.pairs.get((indicator, area))
        return [] if figures is None else sorted(int(year) for year in figures["year"].unique())


def open_collection(raw_dir: Path | str | None = None) -> Collection:
    """Read the raw tables and open them for the explorer.

    Raises `InputError` with every problem of the raw tables.
    """
    raw = read_raw(raw_dir)
    every = read_targets(raw.targets, raw.sources)
    return Collection(raw, open_archive(raw), {target.target_id: target for target in every})


@dataclass(frozen=True)
class View:
    """What the explorer shows for one set of choices."""

    choices: Choices
    refused: str = ""
    """Why nothing can be shown, in one sentence; the other fields are empty then."""
    note: str = ""
    """What is missing although a series can be shown."""
    series: pd.DataFrame = field(default_factory=pd.DataFrame)
    """As `helpers.vintages.series.known_series` returns."""
    evidence: Information | None = None
    """What is known about the target; None without one."""
    outlook: Outlook | None = None
    """The projection; None where there is none."""
    verdict: pd.DataFrame = field(default_factory=pd.DataFrame)
    """One row with state, probability, probability_verified, required_growth, past_growth, level,
    gap and reason; no row without a target."""
    rules: pd.DataFrame = field(default_factory=pd.DataFrame)
    """As `helpers.targets.on_track.readings.apply_rules` returns; empty with `rules_refused` saying
    why."""
    rules_refused: str = ""

    @property
    def probability(self) -> float:
        """P of the target; NaN without one, and where the outcome is out."""
        return float(self.verdict["probability"].iloc[0]) if len(self.verdict) else nan


def view_of(collection: Collection, choices: Choices) -> View:
    """Work out everything that the explorer shows; never raises for choices that do not fit.

    Its probability is that of `helpers.targets.assessment.assess` with the same choices.
    """
    refused = misfits(collection, choices)
    if refused:
        return View(choices, refused=refused)
    target = _target(collection, choices)
    series, evidence = _known(collection, choices, target)
    if series.empty:
        return View(choices, refused=no_series(collection, choices), evidence=evidence)
    last = int(series["year"].max())
    if target is not None and choices.level is not None and last >= target.target_year:
        later = f"The latest figure is already for {last}: choose a later year than that."
        return View(choices, refused=later, evidence=evidence)
    note = no_projection(series)
    outlook = None if note else _outlook(collection, choices, target, series)
    view = View(choices, note=note, series=series, evidence=evidence, outlook=outlook)
    if target is None or evidence is None:
        return view
    rules, why_not = _rules(collection, choices, evidence)
    verdict = _verdict(collection, view, evidence)
    return replace(view, verdict=verdict, rules=rules, rules_refused=why_not)


OWN = "own_level"
"""Id of a level that the reader sets."""
PLAN_YEARS = 5
"""A level that the reader sets counts progress over a plan of this length, as most plans have."""


def _target(collection: Collection, choices: Choices) -> Target | None:
    """Return the target of a plan, or make one of the level that the reader sets."""
    if choices.target_id:
        return collection.targets[choices.target_id]
    if choices.level is None:
        return None
    unit = collection.raw.indicators.set_index("indicator").loc[choices.indicator, "unit"]
    printed = f"{choices.level:.12g}"
    return Target(
        target_id=OWN,
        plan="own level",
        indicator=choices.indicator,
        area=choices.area,
        target_year=choices.year,
        operator="ge",
        value=choices.level,
        decimals=len(printed.partition(".")[2]),
        unit=unit,
        base_year=choices.base_year or choices.year - PLAN_YEARS,
        year_ends=collection.archive.year_ends[choices.indicator],
    )


def _known(
    collection: Collection, choices: Choices, target: Target | None
) -> tuple[pd.DataFrame, Information | None]:
    if target is not None:
        evidence = _gather(collection, choices, target)
        return evidence.series, evidence
    place = {"indicator": choices.indicator, "area": choices.area}
    series = known_series(collection.archive, choices.as_of, choices.choice, **place)
    return series[series["year"].ge(choices.first_year)].reset_index(drop=True), None


def _gather(collection: Collection, choices: Choices, target: Target) -> Information:
    return information_of(
        collection.archive, target, choices.as_of, choices.choice, choices.first_year
    )


def _outlook(
    collection: Collection, choices: Choices, target: Target | None, series: pd.DataFrame
) -> Outlook:
    made = outlook_of(collection.raw, choices, series, target)
    horizon = min(made.horizon, FURTHEST)
    return replace(made, horizon=horizon, members=choices.members or None)


def _verdict(collection: Collection, view: View, known: Information) -> pd.DataFrame:
    """Lay out the verdict on the target as `helpers.targets.assessment.assess` does, in one row."""
    projected = _projected(known, view.choices.members)
    of = read_off(known, projected) if projected else known
    without = _without_unverified(collection, view, of, projected)
    row = of.facts() | {"probability_verified": without}
    about = SHARE if of.target.is_share else ""
    return pd.DataFrame([row | {"reason": statement(row, of=about).reason}])


def _without_unverified(
    collection: Collection, view: View, known: Information, wider: Projection | None
) -> float:
    """P without figures that no located publication supports; NaN where there is none."""
    choices, figure = view.choices.verified, known.figure
    unread = view.series["grade"].eq("unverified").any()
    if not unread and (figure is None or figure["grade"] != "unverified"):
        return known.probability
    read = _gather(collection, choices, known.target)
    projected = _projected(read, choices.members)
    if projected is None:
        return nan
    return read_off(read, projected.no_narrower_than(wider) if wider else projected).probability


def _projected(known: Information, members: tuple[str, ...]) -> Projection | None:
    """Project to the target year with some members, or all; None where that cannot be done."""
    if not known.can_be_projected:
        return None
    return project_series(known.series, known.scale, known.years_ahead, members=members or None)


def _rules(
    collection: Collection, choices: Choices, evidence: Information
) -> tuple[pd.DataFrame, str]:
    """Ask every on-track rule, or say why none can be asked."""
    target = evidence.target
    base = choices.base_year or base_year_of(
        collection.archive, target, choices.choice, "made public"
    )
    why_not = not_for_rules(evidence, base)
    if why_not or base is None:
        return pd.DataFrame(), f"No on-track rule can be applied: {why_not}."
    return apply_rules(case_of(evidence, base), evidence.series), ""


def misfits(collection: Collection, choices: Choices) -> str:
    """Say what in the choices does not belong together; empty where all does."""
    pair = (choices.indicator, choices.area)
    if pair not in collection.archive.pairs:
        return no_series(collection, choices)
    return _wrong_target(collection, choices) or _wrong_definition(collection, choices)


def _wrong_target(collection: Collection, choices: Choices) -> str:
    if choices.target_id and choices.level is not None:
        return "Choose a target of a plan or an own level, not both."
    if choices.level is not None:
        return _wrong_level(collection, choices, choices.level)
    if not choices.target_id:
        return ""
    target = collection.targets[choices.target_id]
    if target.operator == "qualitative":
        return f"The target {choices.target_id} names no number."
    if (target.indicator, target.area) != (choices.indicator, choices.area):
        return (
            f"The target {choices.target_id} is about {target.indicator} in {target.area}, "
            f"not {choices.indicator} in {choices.area}."
        )
    return ""


def _wrong_level(collection: Collection, choices: Choices, level: float) -> str:
    if not choices.year:
        return "An own level needs a year by which it is to be reached."
    if choices.year > choices.as_of.year + FURTHEST:
        return (
            f"{choices.year} is too far from {choices.as_of}: the spread was learned up to "
            f"{FURTHEST} years ahead."
        )
    if choices.base_year >= choices.year:
        return f"The base year {choices.base_year} is not before the target year {choices.year}."
    scale = collection.archive.scales[choices.indicator]
    if fitting_scale([level], scale) != scale and scale in ("logit", "share"):
        return f"This indicator is a share: a level of {level:g} % cannot be its target."
    if fitting_scale([level], scale) != scale:
        return f"This indicator is above zero: a level of {level:g} cannot be its target."
    return ""


def _wrong_definition(collection: Collection, choices: Choices) -> str:
    used = collection.definitions(choices.indicator, choices.area)
    if choices.definition and choices.definition not in used:
        return (
            f"No figure of this series was published under the definition {choices.definition!r}; "
            f"there are {ENGLISH.joined(used)}."
        )
    return ""


def no_series(collection: Collection, choices: Choices) -> str:
    """Say why a pair that has figures has no series with these choices."""
    of = choices.indicator, choices.area, choices.first_year
    return why_no_series(collection.archive, choices.as_of, choices.choice, *of)


def no_projection(series: pd.DataFrame) -> str:
    """Say why a series cannot be projected; empty where it can."""
    if len(series) < MIN_POINTS:
        count = f"{len(series)} {'point is' if len(series) == 1 else 'points are'}"
        return f"{count} too few for a projection, which needs {MIN_POINTS}."
    return ""
