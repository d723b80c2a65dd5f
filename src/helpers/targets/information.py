"""What is known of one target on a day: series, outcome, what was known at signing, what is ahead.

One object, made by `information_of`; terminal, tables, notebooks, sweeps and the explorer read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import isfinite, isnan, nan
from typing import Any

import numpy as np
import pandas as pd

from helpers.days import period_end
from helpers.forecasting.calibration import FURTHEST
from helpers.forecasting.members import MIN_POINTS
from helpers.forecasting.transforms import fitting_scale
from helpers.targets import states as targets
from helpers.targets.outcomes import Demand, Line, comparable, judged_value
from helpers.targets.states import Target
from helpers.vintages.archive import day_of
from helpers.vintages.revision_risk import (
    SHARES,
    RevisionRisk,
    chance_when_final,
    reference,
    risk,
    risk_of,
)
from helpers.vintages.series import Archive, SeriesChoice, public_on, remembered_series

QUOTED = pd.DateOffset(years=3)
"""A text so long after the setting, or after the target year, quotes what was public before."""
SURE = {"met": 1.0, "missed": 0.0}
"""What a published outcome makes of the probability; at the line it stays unknown."""
FIGURE = ("year", "value", "decimals", "unit", "status", "qualifier", "grade", "source_id",
          "known_from", "known_from_assumed")  # fmt: skip
"""What is told of the outcome, or else of the latest figure."""
READING = ("year", "months", "value", "decimals")
"""What is told of a later figure of a part of a year."""


@dataclass(frozen=True)
class SigningCheck:
    """Whether a target was already passed on a day of its making."""

    day: pd.Timestamp
    event: str
    """"set" or "made public"."""
    state: str
    """As `helpers.targets.states.signing_check` returns."""
    figure: pd.Series | None
    """The latest figure known that day."""


@dataclass(frozen=True)
class Information:
    """What is known of one target on a day."""

    target: Target
    as_of: pd.Timestamp
    series: pd.DataFrame
    """The known series of its indicator and area, as `helpers.vintages.series.known_series`."""
    scale: str
    """Scale on which the series is projected, one of `helpers.vocabulary.EVERY_SCALE`."""
    settled: str
    """State that a published outcome settles, or ""."""
    figure: pd.Series | None = None
    """The outcome, or else the latest figure."""
    signing: tuple[SigningCheck, ...] = ()
    """Those of days up to `as_of`."""
    due: pd.Timestamp = pd.NaT
    """Last day of the month in which the figure of the target year is usually out; NaT where no
    release month is known."""
    left_out: bool = False
    """Whether the outcome is out, but not among the figures that are asked for."""
    choice: SeriesChoice = field(default_factory=SeriesChoice)
    """Which figures count."""
    reading: pd.Series | None = None
    """The latest figure of a part of a year, where that is later than the series and can be held
    against it."""
    ahead: Mapping[str, float] = field(default_factory=dict)
    """Probability, median and intervals of the target year; empty where nothing is projected."""
    risk: RevisionRisk = field(default_factory=lambda: risk(reference()))
    """How far the figures that it starts from, and its outcome, can still be revised."""

    @property
    def state(self) -> str:
        """State of the target."""
        return targets.state_of(self.target, self.settled, self.figure)

    @property
    def probability(self) -> float:
        """Probability that the target will be met; NaN where there is none."""
        return self.ahead.get("probability", nan)

    @property
    def values(self) -> pd.Series:
        """What is projected: spliced values by year."""
        years = pd.Index(self.series["year"], name="year")
        return pd.Series(self.series["spliced_value"].to_numpy(float), years)

    @property
    def unverified_points(self) -> int:
        """Points of the series that rest on no publication that could be read."""
        return int(self.series["grade"].eq("unverified").sum()) if len(self.series) else 0

    @property
    def can_be_projected(self) -> bool:
        """Whether the outcome is open, the figures are enough, and spreads reach to its year."""
        if self.settled or len(self.series) < MIN_POINTS:
            return False
        return 0 < self.years_ahead <= FURTHEST

    @property
    def years_ahead(self) -> int:
        """Years from the latest figure to the target year."""
        return self.target.target_year - int(self.series["year"].iloc[-1])

    @cached_property
    def line(self) -> Line:
        """The level that the target year must reach."""
        return targets.line_of(self.target, self.series)

    @property
    def open_line(self) -> Line | None:
        """The line that has to be projected to; None where there is no projection."""
        return self.line if self.can_be_projected and isfinite(self.line.level) else None

    @cached_property
    def open_demand(self) -> Demand | None:
        """What the open years have to do; None where no probability can be given."""
        demand = targets.demand_of(self.target, self.series) if self.can_be_projected else None
        return demand if demand and not demand.missing else None

    @property
    def has_chance(self) -> bool:
        """Whether a probability can be given."""
        return self.settled in SURE or self.open_demand is not None

    @property
    def awaited(self) -> pd.Timestamp:
        """`due` where the target year is over and its figure is still to come; NaT otherwise."""
        year = self.target.target_year
        over = self.as_of.date() > period_end(year, ends=self.target.year_ends)
        if self.settled or self.left_out or self.figure is None or not over:
            return pd.NaT
        # Once a later figure is out, that of the target year is not waited for.
        return self.due if self.figure["year"] <= year else pd.NaT

    @property
    def chance_when_final(self) -> float:
        """P(target fulfilled by the final print) of a preliminary outcome; NaN without one."""
        if not self.settled or self.figure is None or self.figure["status"] != "preliminary":
            return nan
        low, high = targets.limits_of(self.target, self.series)
        value = float(self.figure["value"])
        if self.target.asks.over_years:
            (low, high), value = self.target.bounds, judged_value(self.target, self.series)
        elif self.target.counted_from is not None:
            here = self.series[self.series["year"].eq(self.figure["year"])]
            value = float(comparable(here).iloc[0]) if len(here) else nan
        return chance_when_final(value, low, high, self.scale in SHARES, self.risk)

    def distances(self) -> dict[str, float]:
        """Return level, what is judged, gap to the latest value, growth required and past."""
        if self.figure is None or self.series.empty:
            return {}
        judged, held = judged_value(self.target, self.series), self.figure["value"]
        asked = self.line.level
        if self.target.asks.over_years and not isnan(judged):
            asked, held = next(b for b in self.target.bounds if isfinite(b)), judged
        return {
            "level": self.line.level,
            "judged": judged,
            "so_far": judged_value(self.target, self.series, so_far=True),
            "gap": asked - held,
            "required_growth": targets.required_of(self.target, self.figure, self.line),
            "past_growth": targets.past_growth(self.series),
        }

    def facts(self) -> dict[str, Any]:
        """Return the facts behind the state, by the column names of the assessment."""
        target, signed = self.target, [check.state for check in self.signing] or ["unknown"]
        row = {
            "target_id": target.target_id,
            "plan": target.plan,
            "indicator": target.indicator,
            "area": target.area,
            "state": self.state,
            "operator": target.operator,
            "target_year": target.target_year,
            "year_ends": target.year_ends,
            "target_value": target.value,
            "target_high": target.value_high,
            "target_decimals": target.decimals,
            "unit": target.unit,
            "base_year": nan if target.base_year is None else target.base_year,
            "points": len(self.series),
            "unverified_points": self.unverified_points,
            "due": self.awaited,
            "overdue": bool(self.awaited < self.as_of),
            "at_signing": "met" if "met" in signed else signed[0],
            "probability": nan,
            "probability_final": self.chance_when_final,
            "median": nan,
        }
        if self.figure is not None:
            row |= {f"latest_{name}": self.figure[name] for name in FIGURE}
        return row | self._signing_facts() | self._beside() | self.distances() | dict(self.ahead)

    def _beside(self) -> dict[str, Any]:
        """Return what is known beside the annual series: later readings, an outlook, the day."""
        row: dict[str, Any] = {}
        if len(self.series):
            row["latest_age"] = self.as_of.year - 1 - int(self.series["year"].iloc[-1])
        if self.reading is not None:
            row |= {f"reading_{name}": self.reading[name] for name in READING}
        outlook = self.target.outlook
        if outlook and outlook.day <= self.as_of and not self.settled:
            row |= {f"official_{name}": value for name, value in vars(outlook).items()}
        if self.as_of < self.target.set_on:
            row["set_after"] = self.target.set_on
        return row

    def _signing_facts(self) -> dict[str, Any]:
        """Return the day of its making on which a figure had passed the line, and that figure."""
        passed = [(c, c.figure) for c in self.signing if c.state == "met" and c.figure is not None]
        if not passed:
            return {}
        # Of two days the one whose figure can be read is the better witness.
        check, figure = min(passed, key=lambda pair: pair[1]["grade"] == "unverified")
        names = ("year", "value", "decimals", "grade")
        return {"signing_event": check.event, "signing_day": check.day} | {
            f"signing_{name}": figure[name] for name in names
        }


def signing_checks(
    archive: Archive, target: Target, choice: SeriesChoice
) -> tuple[SigningCheck, ...]:
    """Check a target on the day it was set, and on the day it was made public."""
    if target.operator == "qualitative":
        return ()
    checks = []
    for day, event in ((target.set_on, "set"), (target.published, "made public")):
        quoted = day.year > target.target_year or day > target.set_on + QUOTED
        if pd.notna(day) and (event == "set" or not quoted):
            known = remembered_series(archive, day, choice, **target.place)
            checks.append(SigningCheck(day, event, *targets.signing_check(target, known)))
    return tuple(checks)


def information_of(
    archive: Archive,
    target: Target,
    as_of: date | str,
    choice: SeriesChoice,
    first_year: int = 0,
    checks: tuple[SigningCheck, ...] | None = None,
) -> Information:
    """Collect what is known about one target on a date.

    Parameters
    ----------
    archive : Archive
    target : Target
    as_of : date or str
    choice : SeriesChoice
    first_year : int
        Leave out earlier years.
    checks : tuple of SigningCheck, optional
        As `signing_checks` returns; a replay computes them once.
    """
    today = day_of(as_of)
    if target.operator == "qualitative":
        return Information(target, today, pd.DataFrame(), "", "")
    series = remembered_series(archive, today, choice, **target.place)
    if first_year:
        series = series[series["year"].ge(first_year)].reset_index(drop=True)
    main = series
    if choice.definition:
        # An outcome is one of the main series, whatever definition is projected.
        main = remembered_series(archive, today, replace(choice, definition=""), **target.place)
    settled, figure = targets.outcome(target, main, _bounds(archive, target, today, choice))
    if figure is None and len(series):
        figure = series.iloc[-1]
    if checks is None:
        checks = signing_checks(archive, target, choice)
    return Information(
        target=target,
        as_of=today,
        choice=choice,
        series=series,
        scale=fitting_scale(series["spliced_value"], archive.scales[target.indicator]),
        settled=settled,
        figure=figure,
        signing=tuple(check for check in checks if check.day <= today),
        due=archive.usual_release(target.indicator, target.target_year),
        reading=None if settled else _later_reading(archive, target, today, choice, series),
        risk=risk_of(archive, series, today) if len(series) else risk(reference()),
        left_out=not settled and _is_left_out(archive, target, today, choice, first_year),
    )


def _is_left_out(
    archive: Archive, target: Target, today: pd.Timestamp, choice: SeriesChoice, first_year: int
) -> bool:
    """Say whether an outcome is out that the choice of figures leaves out: it is not awaited."""
    if choice.settings == SeriesChoice().settings and not first_year:
        return False
    return bool(information_of(archive, target, today, SeriesChoice(), checks=()).settled)


def _later_reading(
    archive: Archive,
    target: Target,
    today: pd.Timestamp,
    choice: SeriesChoice,
    series: pd.DataFrame,
) -> pd.Series | None:
    """Return the latest reading of a stock or share that is newer than its annual series."""
    readings = archive.readings.get((target.indicator, target.area))
    if readings is None or not archive.is_level(target.indicator):
        return None
    after = int(series["year"].iloc[-1]) if len(series) else 0
    year = readings["year"].to_numpy()
    newer = public_on(readings, today, choice.grades) & (year > after)
    places = np.flatnonzero(newer & (year <= target.target_year))
    return readings.iloc[places[-1]] if len(places) else None


def _bounds(
    archive: Archive, target: Target, as_of: pd.Timestamp, choice: SeriesChoice
) -> pd.DataFrame | None:
    """Known full-year lower bounds of the target's indicator and area; None without any."""
    held = archive.bounds.get((target.indicator, target.area))
    if held is None:
        return None
    known = np.flatnonzero(public_on(held, as_of, choice.grades))
    key = ("bounds", target.indicator, target.area, known.tobytes())
    return archive.remembered(key, lambda: held.take(known)) if len(known) else None
