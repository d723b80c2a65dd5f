"""What was believed about a target: the days on which that could change, and the chance it had."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import nan

import numpy as np
import pandas as pd

from helpers.days import today
from helpers.forecasting.members import SeriesBatch
from helpers.forecasting.projection import Projection, project
from helpers.observations.raw_data import RawData
from helpers.problems import InputError
from helpers.targets import states as targets
from helpers.targets.assessment import chances as chances_of_demands
from helpers.targets.history.attribution import rows_of
from helpers.targets.information import SURE, Information, information_of, signing_checks
from helpers.targets.states import Target
from helpers.vintages.revision_risk import revised
from helpers.vintages.series import Archive, SeriesChoice, last_day

BEHIND = ["grade", "known_from", "known_from_assumed", "source_id"]
"""What a replay looks at of the figures behind a belief, until one of them moves it."""
YEARS_BEFORE = 5
"""So long before a plan was set the beliefs about its targets are traced."""


def numeric_targets(raw: RawData, target_ids: list[str] | None = None) -> list[Target]:
    """Read the targets that name a number, in the order of the table.

    Parameters
    ----------
    raw : RawData
    target_ids : list of str, optional
        Keep these; all otherwise.

    Raises
    ------
    helpers.problems.InputError
        For ids that the table does not hold, and for goals in words, naming each.
    """
    every = targets.read_targets(raw.targets, raw.sources)
    numeric = [target for target in every if target.operator != "qualitative"]
    if target_ids is None:
        return numeric
    chosen = targets.select(every, target_ids)
    worded = [target.target_id for target in chosen if target not in numeric]
    if worded:
        raise InputError(f"target: {', '.join(worded)}: a goal in words; name one with a number")
    return chosen


def first_day(raw: RawData) -> pd.Timestamp:
    """Return the first day of the year so long before the plan under evaluation was set."""
    return pd.Timestamp(last_day(raw.targets["set_on"].iloc[0]).year - YEARS_BEFORE, 1, 1)


def resting_on(archive: Archive, target: Target) -> list[tuple[str, str]]:
    """List the pairs of indicator and area whose figures can move a belief about a target.

    Returns
    -------
    list of (str, str)
        The target's own pair, and the real growth of the numerator and the denominator of a share,
        which its splice rests on; only pairs that have figures.
    """
    facts, names = archive.facts, [target.indicator]
    for side in ("numerator", "denominator"):
        part = facts[target.indicator][side]
        if part and facts[part]["real_growth"]:
            names.append(facts[part]["real_growth"])
    pairs = [(name, target.area) for name in dict.fromkeys(names)]
    return [pair for pair in pairs if pair in archive.pairs]


def figures_behind(archive: Archive, target: Target) -> pd.DataFrame:
    """Gather every dated full-year figure that can move a belief about a target.

    Returns
    -------
    DataFrame
        Columns `BEHIND`.
    """
    pairs = resting_on(archive, target)

    def gather() -> pd.DataFrame:
        parts = [archive.pairs[pair] for pair in pairs]
        figures = pd.concat(parts) if parts else archive.figures.iloc[:0]
        return figures.loc[figures["months"].eq(12), BEHIND].dropna(subset="known_from")

    return archive.remembered(("behind", *pairs), gather)


def belief_days(
    archive: Archive,
    target: Target,
    first: date | str | None = None,
    last: date | str | None = None,
) -> pd.DatetimeIndex:
    """List the days on which a belief about a target could change.

    Parameters
    ----------
    archive : Archive
    target : Target
        Not a qualitative one.
    first, last : date or str
        Bounds, both included; `last` is the as-of date, today by default.

    Returns
    -------
    DatetimeIndex
        Every day on which a full-year figure of the target's indicator and area, or of the real
        growth that its splice rests on, became known; the days on which the target was set and
        made public; and `last`.
    """
    end = pd.Timestamp(last or today())
    start = pd.Timestamp(first) if first else pd.Timestamp.min
    known = figures_behind(archive, target)["known_from"]
    days = pd.DatetimeIndex([*known, target.set_on, target.published, end]).dropna().unique()
    return days[(days >= start) & (days <= end)].sort_values()


def known_on_days(
    archive: Archive,
    target: Target,
    days: Iterable[pd.Timestamp],
    choice: SeriesChoice,
    *,
    signing: bool = False,
) -> Iterator[Information]:
    """Collect what was known about a target on each of some days.

    Parameters
    ----------
    archive : Archive
    target : Target
    days : iterable of Timestamp
    choice : SeriesChoice
        Which figures count.
    signing : bool
        Look up also whether the target was passed when it was made.
    """
    checks = signing_checks(archive, target, choice) if signing else ()
    for day in days:
        yield information_of(archive, target, day, choice, checks=checks)


def chances(beliefs: Sequence[Information]) -> np.ndarray:
    """Give the probability that each target is met, all series projected in one call.

    Parameters
    ----------
    beliefs : sequence of Information
        Real ones, and such as have another series.

    Returns
    -------
    ndarray, shape (n,)
        1 or 0 where a published outcome settles it. NaN where the outcome lies at the line, where
        there are fewer than `helpers.forecasting.members.MIN_POINTS` points, where the latest
        figure is already of the target year without being an outcome, or where the line is not
        known.
    """
    # One belief can stand for many days, and several series for the same figures.
    series = {id(belief.series): belief.series for belief in beliefs}
    figures = {key: rows_of(each) for key, each in series.items()}
    keys = [
        (b.target.target_id, figures[id(b.series)], b.settled, b.scale, b.risk) for b in beliefs
    ]
    distinct = dict(zip(keys, beliefs, strict=True))
    number = {key: i for i, key in enumerate(distinct)}
    order = [number[key] for key in keys]
    return _distinct_chances(list(distinct.values()))[order] if order else np.empty(0)


def _distinct_chances(beliefs: list[Information]) -> np.ndarray:
    result = np.array([SURE.get(belief.settled, nan) for belief in beliefs])
    demands = [(i, belief.open_demand) for i, belief in enumerate(beliefs)]
    asked = {i: demand for i, demand in demands if demand is not None}
    wanted = list(asked)
    if wanted:
        projected = project_beliefs([beliefs[i] for i in wanted])
        result[wanted] = chances_of_demands(projected, range(len(wanted)), list(asked.values()))
    return result


def project_beliefs(beliefs: Sequence[Information]) -> Projection:
    """Project the spliced values of several beliefs as far as the furthest target year."""
    series = {f"{number:06d}": belief.values for number, belief in enumerate(beliefs)}
    horizon = max(b.target.target_year - int(b.series["year"].iloc[-1]) for b in beliefs)
    batch = SeriesBatch.from_series(series)
    projected = project(batch, horizon, scale=[belief.scale for belief in beliefs])
    return revised(projected, [belief.risk for belief in beliefs])
