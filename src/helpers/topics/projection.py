"""The projection of one indicator, and the line of its target."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isnan, nan

import numpy as np
import pandas as pd

from helpers.days import year_name
from helpers.forecasting.members import MIN_POINTS, Member
from helpers.forecasting.projection import Projection
from helpers.forecasting.series import interval_table, project_series
from helpers.forecasting.transforms import fitting_scale
from helpers.observations.raw_data import RawData
from helpers.problems import InputError, find
from helpers.targets.assessment import chance_within, chances
from helpers.targets.outcomes import limits_of
from helpers.targets.states import Target, demand_of, line_of, read_targets
from helpers.topics.parameters import Parameters, target_of
from helpers.vintages.revision_risk import RevisionRisk, revised, risk_of
from helpers.vintages.series import known_series, open_archive, why_no_series
from helpers.vocabulary import shown_unit
from helpers.wording.english import counted

LEAST_HORIZON = 3
"""A projection runs at least this far, also where the target's figure is already out."""


@dataclass(frozen=True)
class Outlook:
    """One indicator and area: what is known, and what is projected from it."""

    name: str
    """Indicator and area in English."""
    unit: str
    """As in `indicators.csv`."""
    scale: str
    """On which it is projected, one of `helpers.vocabulary.EVERY_SCALE`."""
    series: pd.DataFrame
    """As `helpers.vintages.series.known_series` returns."""
    risk: RevisionRisk
    """How far its figures may still be revised."""
    horizon: int
    """Years projected."""
    target: Target | None
    level: float
    """The level that the target asks for; NaN without a target."""
    others: tuple[Target, ...] = ()
    """What else the plan of the target asks of the series."""
    members: Sequence[Member] | None = None
    """Of the pool; all by default."""
    year_ends: int = 12
    """Month in which its years end, as `helpers.days.period_end` takes it."""

    @cached_property
    def projected(self) -> Projection:
        """What its members together say of the spliced values, whose figures may be revised."""
        return self.by(self.members)

    def by(self, members: Sequence[Member] | None) -> Projection:
        """Project the same figures with other members."""
        alone = project_series(self.series, self.scale, self.horizon, members=members)
        return revised(alone, [self.risk])

    @property
    def limits(self) -> tuple[float, float]:
        """Floor and ceiling of that level, either infinite; both NaN without a target."""
        return limits_of(self.target, self.series) if self.target else (nan, nan)

    @property
    def targets(self) -> list[Target]:
        """The target in a list, empty without a target."""
        return [self.target] if self.target else []

    @property
    def target_ids(self) -> list[str]:
        """The target's id in a list, empty without a target."""
        return [target.target_id for target in self.targets]

    @property
    def intervals(self) -> pd.DataFrame:
        """The predictive distribution year by year, as `interval_table` lays it out."""
        return interval_table(self.projected).drop(columns="series")

    @property
    def yearly_chances(self) -> np.ndarray:
        """Chance of passing the target's floor and keeping below its ceiling, year by year."""
        low, high = self.limits
        if isnan(low):
            return np.full(self.horizon, nan)
        return chance_within(lambda line: self.projected.probability_at_least(line)[0], low, high)

    @property
    def decisive_year(self) -> int:
        """The target year if it is projected, else the last projected year."""
        years = self.projected.years[0].tolist()
        aimed = self.target.target_year if self.target else years[-1]
        return aimed if aimed in years else years[-1]

    @property
    def decisive(self) -> str:
        """The decisive year as people name it."""
        return year_name(self.decisive_year, self.year_ends)

    def chance(self, projected: Projection) -> float:
        """Give the probability that the target is met, if its outcome lies ahead; else NaN."""
        if self.target is None or self.target.target_year not in projected.years[0]:
            return nan
        return float(chances(projected, [0], [demand_of(self.target, self.series)])[0])


def look_ahead(raw: RawData, run: Parameters, members: Sequence[Member] | None = None) -> Outlook:
    """Project the indicator and area that a notebook's parameters ask for.

    `run`: `horizon` 0 means: to the target year, and at least `LEAST_HORIZON` years. `members`: as
    `helpers.forecasting.projection.project` takes them. Raises `InputError` if indicator, area or
    target are unknown or do not belong together, or fewer points than `MIN_POINTS` are left.
    """
    target = target_of(raw, run)
    find(run.indicator, raw.indicators["indicator"], "indicator", "indicators.csv")
    find(run.area, raw.areas["area"], "area", "areas.csv")
    archive, place = open_archive(raw), (run.indicator, run.area)
    series = known_series(archive, run.as_of, run.choice, indicator=place[0], area=place[1])
    series = series[series["year"].ge(run.first_year)].reset_index(drop=True)
    if series.empty:
        why = why_no_series(archive, run.as_of, run.choice, *place, run.first_year)
        raise InputError(f"{' in '.join(place)}: {why}")
    if len(series) < MIN_POINTS:
        few = (
            f"{' in '.join(place)}: too few figures for a projection, which needs {MIN_POINTS}: "
            f"{counted(len(series), 'figure')} as known on {run.as_of}."
        )
        raise InputError("\n".join(filter(None, [few, run.filtered.strip()])))
    return replace(
        outlook_of(raw, run, series, target),
        others=_others(raw, target) if target else (),
        members=members,
    )


def outlook_of(
    raw: RawData, run: Parameters, series: pd.DataFrame, target: Target | None
) -> Outlook:
    """Lay out the projection of a known series; `horizon` of `run` as for `look_ahead`."""
    row = raw.indicators.set_index("indicator").loc[run.indicator]
    archive, areas = open_archive(raw), raw.areas.set_index("area")["name_en"]
    to_target = target.target_year - int(series["year"].max()) if target else 0
    return Outlook(
        name=f"{row['name_en']}, {areas[run.area]}",
        unit=shown_unit(row["unit"], row["scale"]),
        scale=fitting_scale(series["spliced_value"], archive.scales[run.indicator]),
        series=series,
        risk=risk_of(archive, series, run.as_of),
        horizon=run.horizon or max(to_target, LEAST_HORIZON),
        target=target,
        level=line_of(target, series).level if target else nan,
        year_ends=archive.year_ends[run.indicator],
    )


def _others(raw: RawData, shown: Target) -> tuple[Target, ...]:
    about = (shown.plan, shown.indicator, shown.area)
    every = read_targets(raw.targets, raw.sources)
    same = (t for t in every if (t.plan, t.indicator, t.area) == about)
    return tuple(t for t in same if t.target_id != shown.target_id)
