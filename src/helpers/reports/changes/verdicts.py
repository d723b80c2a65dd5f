"""Which verdicts moved since the last report, and what moved each of them.

The last report's state of knowledge is turned into this one's in steps, and each step is credited
with the difference that it makes: first the code, then the parameters, then the passing of time
with the figures unchanged, then the tables beside the figures, then figure after figure in the
order in which they became known. As in every sequential attribution the order matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import isnan, nan
from typing import Any

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.reports.changes.observations import KEY, WITHDRAWN, FigureChange, known_figures
from helpers.targets.assessment import assess
from helpers.targets.history.attribution import series_change
from helpers.targets.history.probability import SURE, resting_on
from helpers.targets.states import Target, read_targets
from helpers.vintages.series import SeriesChoice, known_series, open_archive

CODE, PARAMETERS, TIME = "code", "parameters", "passing of time"
TABLES, FIGURE, FIGURES = "other tables", "figure", "further figures"
CHOICE = ("min_grade", "splice", "suspected_breaks", "stand_ins")


@dataclass(frozen=True)
class Knowledge:
    """All that a verdict follows from."""

    raw: RawData
    as_of: str
    settings: Mapping[str, Any]
    """`CHOICE` and `first_year`."""

    @property
    def choice(self) -> SeriesChoice:
        """The figures that the settings ask for."""
        return SeriesChoice(**{n: self.settings[n] for n in CHOICE if n in self.settings})

    def verdicts(self, target_ids: Sequence[str]) -> dict[str, tuple[str, float]]:
        """State and probability of targets; a settled outcome has 1 or 0."""
        first = int(self.settings.get("first_year", 0))
        options = {"target_ids": list(target_ids), "first_year": first}
        return read_verdicts(assess(self.raw, self.as_of, self.choice, **options))


def read_verdicts(assessment: pd.DataFrame) -> dict[str, tuple[str, float]]:
    """Return state and probability by target; a settled outcome has 1 or 0."""
    return {
        str(row.target_id): (str(row.state), SURE.get(str(row.state), float(row.probability)))
        for row in assessment.itertuples()
    }


MOVED = 0.0005
"""Probabilities are printed to three decimals: a smaller difference is none."""


def has_moved(before: tuple[str, float], now: tuple[str, float]) -> bool:
    """Whether a verdict differs in its state or in its printed probability."""
    if before[0] != now[0] or isnan(before[1]) != isnan(now[1]):
        return True
    return not isnan(now[1]) and abs(before[1] - now[1]) > MOVED


def attribute(
    before: Mapping[str, tuple[str, float]],
    last: Knowledge,
    this: Knowledge,
    changes: Sequence[FigureChange],
    target_ids: Sequence[str],
) -> dict[str, list[dict[str, Any]]]:
    """Say for each moved target which step moved it, and by how much.

    Parameters
    ----------
    before : mapping
        State and probability by target as the last report printed them.
    last, this : Knowledge
        Behind the last report and behind this one.
    changes : sequence of FigureChange
        Between them.
    target_ids : sequence of str
        Targets whose verdict moved.

    Returns
    -------
    dict
        By target a list of parts: `cause`, `figure` (position in `changes`, else None), `kinds`
        (of `helpers.vocabulary.KINDS`), `change` of P (NaN where P is not known on
        either side), `state` after it. Only steps that moved something.
    """
    if not target_ids:
        return {}
    every = read_targets(this.raw.targets, this.raw.sources)
    targets = {t.target_id: t for t in every if t.target_id in target_ids}
    held = {t.target_id for t in read_targets(last.raw.targets, last.raw.sources)}
    parts: dict[str, list[dict[str, Any]]] = {name: [] for name in target_ids}
    known, former = {name: before.get(name) for name in target_ids}, None
    for cause, number, step in _steps(last, this, changes, targets.values()):
        asked = [n for n in targets if n in held or cause in (TABLES, FIGURES, FIGURE)]
        after = step.verdicts(asked)
        for name in asked:
            was = known[name]
            if was is not None and has_moved(was, after[name]):
                kinds = _kinds(former, step, targets[name]) if cause == FIGURE else ()
                parts[name].append(_part(cause, number, kinds, was, after[name]))
            known[name] = after[name]
        former = step
    return parts


def _part(
    cause: str,
    number: int | None,
    kinds: Sequence[str],
    was: tuple[str, float],
    after: tuple[str, float],
) -> dict[str, Any]:
    return {
        "cause": cause,
        "figure": number,
        "kinds": list(kinds),
        "change": nan if isnan(was[1]) or isnan(after[1]) else after[1] - was[1],
        "state": after[0],
    }


SINGLE = 12
"""Figures that are credited one by one; further ones together."""


def _steps(
    last: Knowledge, this: Knowledge, changes: Sequence[FigureChange], targets: Iterable[Target]
) -> Iterable[tuple[str, int | None, Knowledge]]:
    """Turn the last state of knowledge into this one; steps that change nothing are left out."""
    yield CODE, None, last
    step = replace(last, settings=this.settings)
    if last.settings != this.settings:
        yield PARAMETERS, None, step
    # Without the figures that only now became known: each of them has a step of its own.
    figures = {tuple(row[name] for name in KEY): row for row in _observations(last)}
    step = _with(replace(step, as_of=this.as_of), last.raw, figures)
    if last.as_of != this.as_of:
        yield TIME, None, step
    if not _alike_beside_figures(last.raw, this.raw):
        yield TABLES, None, _with(step, this.raw, figures)
    pairs = _pairs(this, targets)
    own = [
        i
        for i, change in enumerate(changes)
        if (change.row["indicator"], change.row["area"]) in pairs
    ]
    for number in own[:SINGLE]:
        _apply(figures, changes[number])
        yield FIGURE, number, _with(step, this.raw, figures)
    if len(changes) > len(own[:SINGLE]):
        yield FIGURES, None, this


def _alike_beside_figures(one: RawData, other: RawData) -> bool:
    tables = [f.name for f in fields(RawData) if isinstance(getattr(one, f.name), pd.DataFrame)]
    return all(
        getattr(one, name).equals(getattr(other, name)) for name in tables if name != "observations"
    )


def _pairs(this: Knowledge, targets: Iterable[Target]) -> set[tuple[str, str]]:
    archive = open_archive(this.raw)
    numeric = [target for target in targets if target.indicator]
    own = {(target.indicator, target.area) for target in numeric}
    return own.union(*(resting_on(archive, target) for target in numeric))


def _observations(knowledge: Knowledge) -> list[dict[str, Any]]:
    columns = list(knowledge.raw.observations.columns)
    return known_figures(knowledge.raw, knowledge.as_of)[columns].to_dict("records")


def _apply(figures: dict[tuple, dict[str, Any]], change: FigureChange) -> None:
    if change.kind == WITHDRAWN:
        figures.pop(change.key, None)
    else:
        figures[change.key] = change.row


def _with(
    knowledge: Knowledge, tables: RawData, figures: Mapping[tuple, Mapping[str, Any]]
) -> Knowledge:
    """Put figures beside the other tables of a data set."""
    columns = tables.observations.columns
    frame = pd.DataFrame(list(figures.values()), columns=columns)
    frame = frame.astype(tables.observations.dtypes.to_dict())
    return replace(knowledge, raw=replace(tables, observations=frame))


def _kinds(former: Knowledge | None, step: Knowledge, target: Target) -> tuple[str, ...]:
    """Name what a figure did to the series of a target."""
    if former is None:
        return ()
    table = step.raw.definitions
    stand_ins = frozenset(table.loc[table["use"].eq("stand_in"), "definition"])
    old, new = (
        known_series(open_archive(k.raw), k.as_of, k.choice, **target.place) for k in (former, step)
    )
    return series_change(old, new, stand_ins).kinds
