"""Goals for later years, one projection of their series, and when each is first reached."""

from dataclasses import dataclass, replace
from functools import cached_property
from math import inf, isfinite, nan

import numpy as np
import pandas as pd

from helpers.charts.verdicts import Attainment
from helpers.forecasting.batch import MIN_POINTS
from helpers.forecasting.calibration import FURTHEST
from helpers.forecasting.members import SeriesBatch
from helpers.forecasting.projection import Projection, project
from helpers.forecasting.series import interval_table
from helpers.observations.raw_data import RawData
from helpers.problems import InputError, find
from helpers.targets.assessment import chance_within, chances
from helpers.targets.information import Information, information_of
from helpers.targets.plan import hold
from helpers.targets.states import Target, demand_of, past_growth, read_targets, required_of
from helpers.topics.parameters import Parameters
from helpers.vintages.revision_risk import RevisionRisk, revised
from helpers.vintages.series import Archive, open_archive, why_no_series
from helpers.vocabulary import QUALITATIVE, shown_unit
from helpers.wording.english import STATE_WORDS

PATHS = 20_000
"""Paths behind the years of attainment: a standard error of at most .0035."""
SEED = 2035
WINDOW = 5
"""Years over which past growth is taken."""
SPAN = 100
"""Years after the as-of date that scenarios of stated growth may run, so that they can be drawn."""


@dataclass(frozen=True)
class Goal:
    """One number that a document sets for a later year."""

    target: Target
    name: str
    unit: str
    """`name`, `unit`: of its indicator, as in `indicators.csv`."""
    scale: str
    """On which its series is projected."""
    series: pd.DataFrame
    """As `helpers.vintages.series.known_series` returns."""
    level: float
    """The level of the indicator that it asks for; NaN while that rests on missing figures, and for
    a mean over a plan, which no single year reaches."""
    required: float
    """Growth a year, in percent, from the last figure to the line in the target year; NaN where no
    growth is asked for, or no year is left."""
    missing: str
    """Why there is no probability, in words; empty where there is one."""
    state: str
    """What the published figure of the target year settles, as `helpers.targets.outcomes.outcome`;
    empty while it is open."""
    risk: RevisionRisk
    """How far the figures that it is projected from can still be revised."""
    chance: float = nan
    """Probability that the goal is met, as `helpers.targets.assessment.assess` gives it."""

    @property
    def has_line(self) -> bool:
        """Whether it can be projected to a level, so that there is a year of reaching it."""
        return not self.missing and isfinite(self.level)

    @property
    def falls(self) -> bool:
        """Whether the level is to be fallen to."""
        return self.target.asks.has_ceiling

    @property
    def latest(self) -> pd.Series:
        """The last known figure."""
        return self.series.iloc[-1]

    @property
    def reached_in(self) -> int:
        """Year since which figures pass the line, as printed and as spliced; 0 if not now."""
        since, strict = 0, self.target.asks.strict
        if not isfinite(self.level):
            return since
        for row in self.series.iloc[::-1].itertuples():
            both = (row.value, row.spliced_value)
            farther = max(both) if self.falls else min(both)
            if hold(farther, *_within(self.level, falls=self.falls), strict=strict) != "met":
                break
            since = int(row.year)
        return since

    @property
    def past(self) -> float:
        """Growth a year, in percent, over the last five years.

        NaN with fewer than two points, and for an indicator that is itself a growth.
        """
        if len(self.series) < 2 or self.target.is_rate:
            return nan
        return past_growth(self.series)


@dataclass(frozen=True)
class Stage:
    """The goals of later years, and the projection of all their series."""

    goals: tuple[Goal, ...]
    """In order of indicator and target year."""
    projected: Projection | None
    """One series an indicator, named by it, up to `FURTHEST` years ahead; None where there is none
    with a level to be projected to."""
    since_year: int
    last_year: int
    """`since_year`, `last_year`: goals for years after the one and up to the other; series run to
    the last year."""
    unlevelled: Projection | None = None
    """The same of the series whose goals name no level, as a mean over a plan."""

    @property
    def open_goals(self) -> tuple[Goal, ...]:
        """Goals that can be projected to their level."""
        return tuple(goal for goal in self.goals if goal.has_line)

    @property
    def ahead(self) -> Projection:
        """The projection of an open goal's indicator.

        Raises `ValueError` if no indicator has enough points.
        """
        if self.projected is None:
            raise ValueError("no goal can be projected: ask for open_goals first")
        return self.projected

    def goal(self, target_id: str) -> Goal:
        """Return the goal of that id."""
        return next(goal for goal in self.goals if goal.target.target_id == target_id)

    def years(self, goal: Goal) -> np.ndarray:
        """Projected years of a goal's series."""
        years = self.ahead.years[self._row(goal)]
        return years[years <= self.last_year]

    def intervals(self, goal: Goal) -> pd.DataFrame:
        """Median and intervals year by year, as `helpers.forecasting.series.interval_table`."""
        own = self._intervals[self._intervals["series"].eq(goal.target.indicator)]
        return own[own["year"].le(self.last_year)].drop(columns="series").reset_index(drop=True)

    def probability(self, goal: Goal) -> np.ndarray:
        """Probability that a year's figure is at the goal's level or past it, year by year."""
        return self._reaches(goal, goal.level)[: len(self.years(goal))]

    def _reaches(self, goal: Goal, level: float) -> np.ndarray:
        row = self._row(goal)
        at_least = self.ahead.probability_at_least
        ends = _within(level, falls=goal.falls)
        return chance_within(lambda bound: at_least(bound)[row], *ends)

    def chance_of(self, target_id: str, level: float) -> float:
        """Probability that a goal's year reaches another level; NaN without projection."""
        goal = self.goal(target_id)
        if not goal.has_line:
            return nan
        at = goal.target.target_year - int(goal.latest["year"]) - 1
        return float(self._reaches(goal, level)[at])

    def paths(self, goal: Goal) -> np.ndarray:
        """Joint paths of a goal's series, shape (PATHS, years)."""
        return self._paths[self._row(goal)][:, : len(self.years(goal))]

    def _row(self, goal: Goal) -> int:
        return self.ahead.names.index(goal.target.indicator)

    @cached_property
    def _paths(self) -> np.ndarray:
        return self.ahead.paths(PATHS, SEED)

    @cached_property
    def _intervals(self) -> pd.DataFrame:
        return interval_table(self.ahead)


def second_stage(raw: RawData, run: Parameters, wider: Stage | None = None) -> Stage:
    """Gather the goals for later years that were set by the as-of date, and project their series.

    Goals count that ask to rise or to fall to a level: a threshold, a multiple of a base year, or
    growth, a change or a mean over a plan. Growth of a single year is none, nor is a range.

    `run`: `area`; `since_year` and `last_year`: goals for years after the one and up to the other.
    `wider`: the same with further figures: no spread is narrower than there. Raises `InputError` if
    the area is unknown, or the last year does not lie ahead of the as-of date and of `since_year`,
    or lies too far ahead.
    """
    _check(raw, run)
    archive = open_archive(raw)
    names = raw.indicators.set_index("indicator")["name_en"]
    goals = []
    for target in _later_targets(raw, run):
        known = information_of(archive, target, run.as_of, run.choice, run.first_year)
        goals.append(_goal(archive, names[target.indicator], known, run))
    goals.sort(key=lambda goal: (goal.target.indicator, goal.target.target_year))
    lined = [goal for goal in goals if goal.has_line]
    others = [goal for goal in goals if not goal.missing and not goal.has_line]
    levelled = _project(lined, run.last_year, wider.projected if wider else None)
    unlevelled = _project(others, run.last_year, wider.unlevelled if wider else None)
    goals = _with_chances(_with_chances(goals, levelled), unlevelled)
    return Stage(tuple(goals), levelled, run.since_year, run.last_year, unlevelled)


def _within(level: float, *, falls: bool) -> tuple[float, float]:
    """Give floor and ceiling of what reaches a level from one side."""
    return (-inf, level) if falls else (level, inf)


def _goal(archive: Archive, name: str, known: Information, run: Parameters) -> Goal:
    """Make a goal of what is known of a target, without its probability."""
    target = known.target
    facts = archive.indicators.set_index("indicator").loc[target.indicator]
    missing = _missing(known)
    if known.series.empty:
        pair = target.indicator, target.area
        told = why_no_series(archive, run.as_of, run.choice, *pair, run.first_year)
        missing = told[0].lower() + told[1:].removesuffix(".")
    elif target.counted_from is not None and target.counted_from < run.first_year:
        missing = f"the base year {target.counted_from} is left out, as all before {run.first_year}"
    level, required = nan, nan
    if len(known.series) and not target.asks.over_years:
        level = known.line.level
        if not known.settled:
            required = required_of(target, known.series.iloc[-1], known.line)
    unit = shown_unit(facts["unit"], facts["scale"])
    return Goal(target, name, unit, known.scale, known.series, level, required, missing,
                known.settled, known.risk)  # fmt: skip


def _check(raw: RawData, run: Parameters) -> None:
    find(run.area, raw.areas["area"].tolist(), "area", "areas.csv")
    day = f"the as-of date {run.as_of}"
    wrong = ""
    if run.last_year <= run.as_of.year:
        wrong = f"does not lie after {day}; give a later year"
    elif run.last_year <= run.since_year:
        wrong = f"does not lie after since_year {run.since_year}; give a later year, or an earlier "
        wrong += "since_year"
    elif run.last_year > run.as_of.year + SPAN:
        wrong = f"lies more than {SPAN} years after {day}; give an earlier year"
    if wrong:
        raise InputError(f"last_year {run.last_year} {wrong}")


def _later_targets(raw: RawData, run: Parameters) -> list[Target]:
    """Targets of the area that name a level for a later year and were set by the as-of date."""
    return [
        target
        for target in read_targets(raw.targets, raw.sources)
        if target.area == run.area
        and run.since_year < target.target_year <= run.last_year
        and target.set_on <= pd.Timestamp(run.as_of)
        and _names_level(target)
    ]


def _names_level(target: Target) -> bool:
    """Say whether a target asks for a level from one side, or so for what a plan comes to."""
    if target.operator == QUALITATIVE or target.asks.comparison == "between":
        return False
    return target.asks.over_years or not target.is_rate


def _missing(known: Information) -> str:
    """Say why there is no probability; empty where there is one, or no figure at all."""
    series, year = known.series, known.target.target_year
    if known.settled:
        return f"{STATE_WORDS[known.settled]}: the figure for {year} is out"
    if series.empty:
        return ""
    latest = int(series["year"].iloc[-1])
    if latest >= year:
        return f"a figure for {year} is out, but settles nothing yet"
    if no_demand := demand_of(known.target, series).missing:
        return no_demand
    if len(series) < MIN_POINTS:
        return f"{len(series)} of the {MIN_POINTS} points that a projection needs"
    if year > latest + FURTHEST:
        return f"{year} lies more than {FURTHEST} years after the latest figure, of {latest}"
    return ""


def _project(goals: list[Goal], last_year: int, wider: Projection | None) -> Projection | None:
    ready = {goal.target.indicator: goal for goal in goals}
    if not ready:
        return None
    known = {name: goal.series.set_index("year")["spliced_value"] for name, goal in ready.items()}
    batch = SeriesBatch.from_series({name: own.astype(float) for name, own in known.items()})
    horizon = min(last_year - int(batch.origin_years.min()), FURTHEST)
    projected = project(batch, horizon, scale=[goal.scale for goal in ready.values()])
    projected = revised(projected, [goal.risk for goal in ready.values()])
    return projected.no_narrower_than(wider) if wider else projected


def _with_chances(goals: list[Goal], projected: Projection | None) -> list[Goal]:
    if projected is None:
        return goals
    asked = [g for g in goals if not g.missing and g.target.indicator in projected.names]
    rows = [projected.names.index(goal.target.indicator) for goal in asked]
    demands = [demand_of(goal.target, goal.series) for goal in asked]
    found = chances(projected, rows, demands)
    chance = {goal.target.target_id: float(p) for goal, p in zip(asked, found, strict=True)}
    return [replace(g, chance=chance.get(g.target.target_id, g.chance)) for g in goals]


def attainment(
    paths: np.ndarray,
    years: np.ndarray,
    level: float,
    deadline: int,
    reached_in: int = 0,
    *,
    falls: bool = False,
) -> Attainment:
    """Count in which year paths first reach a line.

    Raises `ValueError` if the deadline is none of the years.

    `paths`: joint paths, shape (count, years), as `Projection.paths` draws them. `deadline`: one of
    the years. `reached_in`: an earlier year whose published figure passed the line; 0 where there
    is none. `falls`: whether the line is reached from above.
    """
    if deadline not in years:
        raise ValueError(f"deadline {deadline} lies outside {years[0]} to {years[-1]}")
    there = paths <= level if falls else paths >= level
    reached = np.logical_or.accumulate(there, axis=1) | bool(reached_in)
    before = np.concatenate([np.full((len(paths), 1), bool(reached_in)), reached[:, :-1]], axis=1)
    at = int(np.flatnonzero(years == deadline)[0])
    return Attainment(
        years=years,
        first=(reached & ~before).mean(axis=0),
        reached_in=reached_in,
        never=float((~reached[:, -1]).mean()),
        deadline=deadline,
        held=float(there[:, at].mean()),
        lost=float((reached[:, at] & ~there[:, at]).mean()),
        not_yet=float((~reached[:, at]).mean()),
        dips=float((before & ~there).any(axis=1).mean()),
    )


def attain(stage: Stage, goal: Goal) -> Attainment:
    """Find when a goal is first reached; it must be one of `stage.open_goals`."""
    where = goal.level, goal.target.target_year, goal.reached_in
    return attainment(stage.paths(goal), stage.years(goal), *where, falls=goal.falls)


def index_chance(
    index: list[float], last: int, level: float, year: int, *, falls: bool = False
) -> float:
    """Give the probability that a yearly index has reached a level in a later year.

    NaN with too few points to project, without a year ahead, or beyond what the spread was learned
    on.

    `index`: one value a year, without a gap. `last`: year of the last value. `falls`: whether the
    level is reached from above.
    """
    years = int(year - last)
    if len(index) < MIN_POINTS or not 0 < years <= FURTHEST:
        return nan
    known = pd.Series(index, range(int(last) + 1 - len(index), int(last) + 1))
    projected = project(SeriesBatch.from_series({"index": known}), years, scale="log")
    ahead = projected.probability_at_least
    chance = chance_within(lambda bound: ahead(bound)[0, years - 1], *_within(level, falls=falls))
    return float(chance)
