"""The belief timeline of a target: P over calendar time, and what moved it from day to day."""

from dataclasses import dataclass, replace
from datetime import date
from math import nan
from typing import NamedTuple

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets import states as targets
from helpers.targets.history.attribution import (
    SeriesChange,
    parts_of,
    respliced,
    revised,
    series_change,
)
from helpers.targets.history.probability import (
    belief_days,
    chances,
    figures_behind,
    first_day,
    known_on_days,
    numeric_targets,
)
from helpers.targets.information import Information
from helpers.targets.states import Target
from helpers.vintages.archive import DAY, day_of
from helpers.vintages.series import Archive, SeriesChoice, open_archive
from helpers.vocabulary import AS_OF, NEW, PUBLIC, SET, UNUSED

COLUMNS = [
    "target_id",
    "day",
    "set_yet",
    "state",
    "settled",
    "probability",
    "latest_year",
    "latest_value",
    "what",
    "figure_source",
    "assumed",
    "change",
    "from_new_figure",
    "from_revision",
    "from_redefinition",
    "probability_same_definition",
]
Dates = dict[str, dict[str, str]]
"""Days as they are written: of setting by target, of publication by source."""


class _Print(NamedTuple):
    """Where a figure was printed, and whether the day of that is assumed."""

    source: str
    assumed: bool


@dataclass(frozen=True)
class _Day:
    """What was known about a target on one day, beside what was known before."""

    evidence: Information
    belief: Information
    """The same, or that of the day before where nothing moved: it is projected once."""
    change: SeriesChange
    """Of the series, since the day before in the timeline."""
    prints: tuple[_Print, ...]
    """Of the series those that are new or replaced; else what became known and moved nothing."""
    reference: "_Day | None"
    """The last day before with a P; None where there is none."""


def belief_timeline(
    raw: RawData,
    as_of: date | str,
    target_ids: list[str] | None = None,
    choice: SeriesChoice | None = None,
) -> pd.DataFrame:
    """Trace P over calendar time, with the figures known on each day only.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
        The last day; the first is that of `helpers.targets.history.probability.first_day`.
    target_ids : list of str, optional
        Keep these targets; all numeric ones otherwise.
    choice : SeriesChoice, optional
        Which figures count.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a target and day of `belief_days`. Before `set_yet` P is that of
        the level that the target would name. Once `settled`, P is 1 or 0. `what` joins those of
        `helpers.vocabulary.KINDS` that happened, `figure_source` the sources of
        the figures that did it (`assumed`: their day is not printed). `change` is against the last
        day with a P, and the sum of `from_new_figure`, `from_revision` and `from_redefinition`, as
        `helpers.targets.history.attribution` defines them; `probability_same_definition` is what P
        would be with the old years revised, but neither re-spliced nor carried on.

    Raises
    ------
    helpers.problems.InputError
        For a target that the raw table does not hold, naming it.
    """
    archive, choice = open_archive(raw), choice or SeriesChoice()
    # An earlier view still has its own day.
    start = min(first_day(raw), day_of(as_of))
    days = [
        day
        for target in numeric_targets(raw, target_ids)
        for day in _days(archive, target, belief_days(archive, target, start, as_of), choice)
    ]
    main = not choice.definition
    steps = chances([belief for day in days for belief in _steps(day, main)]).reshape(-1, 4)
    dates = _dates_of(raw)
    rows = [_row(dates, day, tuple(p)) for day, p in zip(days, steps, strict=True)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _days(
    archive: Archive, target: Target, days: pd.DatetimeIndex, choice: SeriesChoice
) -> list[_Day]:
    """Collect what was known on each day; the first is held against the day before it."""
    table = archive.definitions
    stand_ins = frozenset(table.loc[table["use"].eq("stand_in"), "definition"])
    figures = figures_behind(archive, target)
    figures = figures[figures["grade"].isin(choice.grades)]
    printed, published = _prints_of(figures), figures.groupby("known_from").indices
    known: list[_Day] = []
    reference: _Day | None = None
    every = [*(days[:1] - pd.Timedelta(days=1)), *days]
    for e in known_on_days(archive, target, every, choice, signing=True):
        belief = e
        before = known[-1] if known else _Day(e, e, SeriesChange(()), (), None)
        change = series_change(before.evidence.series, e.series, stand_ins)
        if not change.kinds and e.settled == before.belief.settled:
            belief = before.belief
        if change.places:
            prints, moving = _prints_of(e.series), change.places
        else:
            prints, moving = printed, published.get(e.as_of, ())
        day = _Day(e, belief, change, tuple(prints[place] for place in moving), reference)
        known.append(day)
        reference = day if belief.has_chance else reference
    return known[1:]


def _prints_of(figures: pd.DataFrame) -> list[_Print]:
    return list(map(_Print, figures["source_id"], figures["known_from_assumed"]))


def _steps(day: _Day, main: bool) -> list[Information]:
    """Series of the sequential replacement: old, revised, re-spliced, new."""
    now, reference = day.belief, day.reference
    if reference is None or not day.change.kinds:
        old = reference.belief if reference else now
        return [old, old, old, now]
    old = reference.belief
    between = []
    for replaced in (revised, respliced):
        series = replaced(old.series, now.series)
        settled = _settled(reference.evidence, series) if main else old.settled
        between.append(replace(now, series=series, settled=settled))
    return [old, *between, now]


def _settled(reference: Information, series: pd.DataFrame) -> str:
    """State that a replaced series settles, with the bound that settled the old one, if any."""
    figure, bounds = reference.figure, None
    if reference.settled and figure is not None and figure["qualifier"] == "lower_bound":
        bounds = figure.to_frame().T
    return targets.outcome(reference.target, series, bounds)[0]


def _dates_of(raw: RawData) -> Dates:
    """Read when each target was set, and each source published, as it is written."""
    return {
        SET: raw.targets.set_index("target_id")["set_on"].to_dict(),
        PUBLIC: raw.sources.set_index("source_id")["published"].to_dict(),
    }


def _row(dates: Dates, day: _Day, steps: tuple[float, float, float, float]) -> dict:
    """One row of the timeline; `steps` is P after each step of the replacement."""
    e = day.evidence
    figure = e.figure
    parts = parts_of(steps if day.reference else (nan, nan, nan, steps[-1]))
    return {
        "target_id": e.target.target_id,
        "day": e.as_of,
        "set_yet": e.as_of >= e.target.set_on,
        "state": e.state,
        "settled": bool(e.settled),
        "probability": steps[-1],
        "latest_year": pd.NA if figure is None else int(figure["year"]),
        "latest_value": nan if figure is None else float(figure["value"]),
        **_cause(dates, day),
        **parts,
    }


def _cause(dates: Dates, day: _Day) -> dict:
    """Say what happened on a day, by which sources, and whether the day is assumed."""
    when, target = day.evidence.as_of, day.evidence.target
    kinds = list(day.change.kinds)
    if not kinds and day.prints:
        settles = day.evidence.settled and not (day.reference and day.reference.belief.settled)
        kinds.append(NEW if settles else UNUSED)
    assumed = any(one.assumed for one in day.prints)
    set_on = dates[SET][target.target_id]
    published = dates[PUBLIC].get(target.source_id, "")
    for kind, own, text in ((SET, target.set_on, set_on), (PUBLIC, target.published, published)):
        if own == when:
            kinds.append(kind)
            assumed = assumed or (not day.prints and len(text) != DAY)
    return {
        "what": "; ".join(kinds) or AS_OF,
        "figure_source": ";".join(dict.fromkeys(one.source for one in day.prints)),
        "assumed": assumed,
    }
