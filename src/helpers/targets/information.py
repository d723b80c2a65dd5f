"""What is known about one target on a date: its series, its outcome, what was known at signing."""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from helpers.targets import states as targets
from helpers.targets.states import Target
from helpers.vintages.archive import day_of
from helpers.vintages.series import Archive, SeriesChoice, known_on, known_series


@dataclass(frozen=True)
class SigningCheck:
    """Whether a target was already passed on a day of its making.

    Attributes
    ----------
    day : Timestamp
    event : str
        "set" or "made public".
    state : str
        As `helpers.targets.states.signing_check` returns.
    figure : Series or None
        The latest figure known that day.
    """

    day: pd.Timestamp
    event: str
    state: str
    figure: pd.Series | None


@dataclass(frozen=True)
class Evidence:
    """What is known about one target on a date.

    Attributes
    ----------
    target : Target
    as_of : Timestamp
    series : DataFrame
        The known series of its indicator and area.
    scale : str
        Scale of the indicator: "log", "logit" or "linear".
    settled : str
        State that a published outcome settles, or "".
    figure : Series or None
        The outcome, or else the latest figure.
    signing : tuple of SigningCheck
        Those of days up to `as_of`.
    due : Timestamp
        Last day of the month in which the figure of the target year is usually out; NaT where no
        release month is known.
    """

    target: Target
    as_of: pd.Timestamp
    series: pd.DataFrame
    scale: str
    settled: str
    figure: pd.Series | None
    signing: tuple[SigningCheck, ...]
    due: pd.Timestamp = pd.NaT

    @property
    def awaited(self) -> pd.Timestamp:
        """`due` where the target year is over and its outcome is not out; NaT otherwise."""
        over = self.as_of.year > self.target.target_year
        return self.due if over and not self.settled and self.figure is not None else pd.NaT


def signing_checks(
    archive: Archive,
    target: Target,
    choice: SeriesChoice,
) -> tuple[SigningCheck, ...]:
    """Check a target on the day it was set, and on the day it was made public."""
    if target.operator == "qualitative":
        return ()
    checks = []
    for day, event in ((target.set_on, "set"), (target.published, "made public")):
        if pd.notna(day):
            known = known_series(archive, day, choice, **_place(target))
            checks.append(SigningCheck(day, event, *targets.signing_check(target, known)))
    return tuple(checks)


def gather(
    archive: Archive,
    target: Target,
    as_of: date | str,
    choice: SeriesChoice,
    first_year: int = 0,
    checks: tuple[SigningCheck, ...] | None = None,
) -> Evidence:
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
        return Evidence(target, today, pd.DataFrame(), "", "", None, ())
    series = known_series(archive, today, choice, **_place(target))
    if first_year:
        series = series[series["year"].ge(first_year)].reset_index(drop=True)
    main = series
    if choice.definition:
        # An outcome is one of the main series, whatever definition is projected.
        main = known_series(archive, today, replace(choice, definition=""), **_place(target))
    settled, figure = targets.outcome(target, main, _bounds(archive, target, today, choice))
    if figure is None and len(series):
        figure = series.iloc[-1]
    if checks is None:
        checks = signing_checks(archive, target, choice)
    return Evidence(
        target=target,
        as_of=today,
        series=series,
        scale=archive.scales[target.indicator],
        settled=settled,
        figure=figure,
        signing=tuple(check for check in checks if check.day <= today),
        due=archive.usual_release(target.indicator, target.target_year),
    )


def _bounds(
    archive: Archive, target: Target, as_of: pd.Timestamp, choice: SeriesChoice
) -> pd.DataFrame:
    """Known full-year lower bounds of the target's indicator and area."""
    held = archive.bounds
    own = held[held["indicator"].eq(target.indicator) & held["area"].eq(target.area)]
    if own.empty:
        return own
    return known_on(replace(archive, figures=own), as_of, choice.min_grade)


def _place(target: Target) -> dict[str, str]:
    return {"indicator": target.indicator, "area": target.area}
