"""What a sweep of targets asks, and the verdict and probability that answer each question."""

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from helpers.apps.sweeps.chunks import GIVEN, Chunk, Sweep, content_hash, engine_hash
from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.calibration import FURTHEST
from helpers.forecasting.members import Member
from helpers.forecasting.projection import project
from helpers.forecasting.transforms import SCALES, fitting_scale
from helpers.observations.raw_data import RawData
from helpers.problems import InputError, find, find_all, refusal
from helpers.targets import states as targets
from helpers.targets.assessment import chances, quantiles_over_years
from helpers.targets.information import Information, information_of
from helpers.targets.specification_curve.choices import CHOICES, member_sets
from helpers.targets.states import Target, read_targets, select
from helpers.vintages.archive import day_of
from helpers.vintages.revision_risk import revised
from helpers.vintages.series import SeriesChoice, open_archive
from helpers.vocabulary import GRADES, QUALITATIVE

OWN = "own"
YEAR = "first_year"
"""The choice whose levels are numbers, and no closed list."""
LEVELS: dict[str, tuple[str, ...]] = {
    "min_grade": tuple(CHOICES["min_grade"]),
    YEAR: (),
    "splice": tuple(CHOICES["splice"]),
    "suspected_breaks": tuple(CHOICES["suspected_breaks"]),
    "stand_ins": tuple(CHOICES["stand_ins"]),
    "scale": (OWN, *SCALES),
    "members": tuple(CHOICES["members"]),
}
"""Choices that can be varied, ours first; why, says `targets.specification_curve.choices`."""


@dataclass(frozen=True)
class Specification:
    """One way to read the figures and to project them, by the levels of `LEVELS`."""

    min_grade: str = GRADES[-1]
    first_year: int = 0
    """Earlier years are left out."""
    splice: str = "real_growth"
    suspected_breaks: str = "left"
    stand_ins: str = "used"
    scale: str = OWN
    """Of the projection."""
    members: str = "pool"

    @property
    def choice(self) -> SeriesChoice:
        """Which figures make the series."""
        return SeriesChoice(
            min_grade=self.min_grade,
            splice=self.splice,
            suspected_breaks=self.suspected_breaks == "spliced",
            stand_ins=self.stand_ins == "used",
        )


@dataclass(frozen=True)
class Question:
    """One row of the table: a target in an area, with the figures of a day, read in one way."""

    target: Target
    day: pd.Timestamp
    specification: Specification

    def __str__(self) -> str:
        """Give all of it as text, for the hash of a chunk."""
        return f"{self.target!r} {self.day:%Y-%m-%d} {sorted(asdict(self.specification).items())}"


def specifications(varied: Mapping[str, Sequence[str]]) -> list[Specification]:
    """Combine the levels of the choices that are varied; the others stay ours.

    Raises `InputError` with every unknown choice and level.
    """
    problems = [refusal(choice, LEVELS, "vary") for choice in varied if choice not in LEVELS]
    for choice, known in LEVELS.items():
        given = varied.get(choice, ())
        if choice == YEAR:
            wrong = [level for level in given if not level.isdigit()]
            mend = "not a year; write digits, 0 for all"
            problems += [f"vary {YEAR}={level}: {mend}" for level in wrong]
        else:
            wrong = [level for level in given if level not in known]
            problems += [refusal(level, known, f"vary {choice}") for level in wrong]
    if problems:
        raise InputError("\n".join(problems))
    levels: dict[str, list[Any]] = {
        choice: list(dict.fromkeys(varied[choice])) for choice in LEVELS if choice in varied
    }
    if YEAR in levels:
        levels[YEAR] = [int(level) for level in levels[YEAR]]
    combined = itertools.product(*levels.values())
    return [Specification(**dict(zip(levels, chosen, strict=True))) for chosen in combined]


def placed_targets(
    raw: RawData,
    target_ids: Sequence[str] | None = None,
    indicators: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    *,
    everywhere: bool = False,
) -> list[Target]:
    """List the targets to be judged, each in its area or in every area that has its indicator.

    `target_ids`, `indicators`, `areas`: keep these; all otherwise. `everywhere`: hold every area
    that has figures of the indicator against the target, not only its own. Raises `InputError` for
    names that the tables do not hold, and if nothing is left.
    """
    find_all(indicators or (), raw.indicators["indicator"], "indicator", "indicators.csv")
    find_all(areas or (), raw.areas["area"], "area", "areas.csv")
    every = select(read_targets(raw.targets, raw.sources), list(target_ids) if target_ids else None)
    pairs = set(raw.observations[["indicator", "area"]].itertuples(index=False, name=None))
    placed = [
        replace(target, area=area)
        for target in every
        if target.operator != QUALITATIVE and (not indicators or target.indicator in indicators)
        for area in (raw.areas["area"] if everywhere else [target.area])
        if (not areas or area in areas)
        and (area == target.area or (target.indicator, area) in pairs)
    ]
    if not placed:
        raise InputError("no numeric target is left to be judged; widen the choice")
    return sorted(placed, key=lambda t: (t.indicator, t.area))


def day_list(first: date | str, last: date | str, every: str) -> list[pd.Timestamp]:
    """List two dates, and the days between them that end a year, a quarter or a month.

    Raises `InputError` if the days are in the wrong order, or `every` is another word.
    """
    frequency = {"year": "YE", "quarter": "QE", "month": "ME"}
    find(every, frequency, "every")
    start, end = day_of(first, "since"), day_of(last)
    if start > end:
        raise InputError(f"the first day {start:%Y-%m-%d} lies after the last, {end:%Y-%m-%d}")
    between = pd.date_range(start, end, freq=frequency[every])
    return list(pd.DatetimeIndex([start, *between, end]).unique())


_MEASURES = ("probability", "median", "lower80", "upper80", "level", "gap", "required_growth",
             "past_growth", "latest_year", "latest_value")  # fmt: skip
COLUMNS = {
    "target_id": "str", "indicator": "str", "area": "str", "target_year": "int64",
    "operator": "str", "target_value": GIVEN, "target_value_high": GIVEN, "unit": "str",
    "as_of": "str", "set_yet": "bool",
    **{choice: "int64" if choice == YEAR else "str" for choice in LEVELS},
    "state": "str", **dict.fromkeys(_MEASURES, "float64"), "points": "int64", "why": "str",
}  # fmt: skip
QUESTIONS = 512
"""Questions in a chunk: some seconds of work."""
_LEVELS = (0.5, 0.1, 0.9)


def target_sweep(
    raw: RawData,
    placed: Sequence[targets.Target],
    days: Sequence[pd.Timestamp],
    specifications: Sequence[Specification],
    *,
    size: int = QUESTIONS,
) -> Sweep:
    """Cut the sweep of targets, days and specifications into chunks.

    Parameters
    ----------
    placed : sequence of Target
        As `helpers.apps.sweeps.questions.placed_targets` returns.
    days : sequence of Timestamp
        As-of dates.
    size : int
        Questions in a chunk.

    Returns
    -------
    Sweep
        Columns `COLUMNS`: what was asked, and the verdict as `helpers.targets.assessment.assess`
        gives it for that day; `set_yet` whether the target was set by then, and `why` says in words
        why there is no probability.
    """
    questions = [
        Question(target, day, specification)
        for target in placed
        for day in days
        for specification in specifications
    ]
    files = "\n".join(f"{name} {total}" for name, total in sorted(raw.checksums.items()))
    shared = content_hash(engine_hash(), files)
    cuts = [tuple(questions[i : i + size]) for i in range(0, len(questions), size)]
    chunks = [Chunk(content_hash(shared, "\n".join(map(str, cut))), len(cut), cut) for cut in cuts]
    return Sweep(COLUMNS, tuple(chunks), answer_questions, raw)


def answer_questions(raw: RawData, questions: Sequence[Question]) -> pd.DataFrame:
    """Reach the verdict on every question, with one projection a series."""
    archive = open_archive(raw)
    # Specifications that differ in the projection only share what is known.
    known: dict[tuple, Information] = {}
    evidence = []
    for q in questions:
        choice, first_year = q.specification.choice, q.specification.first_year
        key = (q.target.target_id, q.target.area, q.day, choice, first_year)
        if key not in known:
            known[key] = information_of(archive, q.target, q.day, choice, first_year)
        evidence.append(known[key])
    asked = [_ask(q, e) for q, e in zip(questions, evidence, strict=True)]
    found = _forecasts(asked)
    rows = [_row(q, a, f) for q, a, f in zip(questions, asked, found, strict=True)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


@dataclass(frozen=True)
class _Asked:
    """A question with what is known: its demand, or why there is none."""

    evidence: Information
    scale: str
    members: tuple[Member, ...]
    demand: targets.Demand | None
    why: str


def _ask(question: Question, evidence: Information) -> _Asked:
    chosen, series = question.specification, evidence.series
    scale = evidence.scale if chosen.scale == OWN else chosen.scale
    members = member_sets(scale).get(chosen.members, ())
    if evidence.settled:
        why = ""
    elif len(series) < MIN_POINTS:
        why = f"{len(series)} points are too few" if len(series) else "no figure was public"
    elif int(series["year"].max()) >= evidence.target.target_year:
        why = "a figure of the target year is out, but it is no outcome"
    elif evidence.target.target_year > int(series["year"].max()) + FURTHEST:
        why = f"{evidence.target.year} lies more than {FURTHEST} years after the latest figure"
    elif not members:
        why = f"members {chosen.members} do not differ from others on a {scale} scale"
    elif fitting_scale(series["spliced_value"], scale) != scale:
        why = f"values lie outside a {scale} scale"
    else:
        demand = targets.demand_of(evidence.target, series)
        return _Asked(evidence, scale, members, None if demand.missing else demand, demand.missing)
    return _Asked(evidence, scale, members, None, why)


def _forecasts(asked: Sequence[_Asked]) -> list[tuple[float, float, float, float]]:
    """Give probability, median and 80 % interval of the target year; one call a set of members."""
    result = [(nan, nan, nan, nan)] * len(asked)
    groups: dict[tuple[Member, ...], list[int]] = defaultdict(list)
    for i, a in enumerate(asked):
        if a.demand is not None:
            groups[a.members].append(i)
    for members, numbers in groups.items():
        for i, found in zip(numbers, _one_call([asked[i] for i in numbers], members), strict=True):
            result[i] = found
    return result


def _one_call(asked: Sequence[_Asked], members: tuple[Member, ...]) -> list[tuple]:
    distinct: dict[tuple, int] = {}
    series, scales, risks, rows = {}, [], [], []
    for a in asked:
        values = a.evidence.series.set_index("year")["spliced_value"].astype(float)
        key = (a.scale, a.evidence.risk, tuple(values.index), tuple(values))
        if key not in distinct:
            distinct[key] = len(distinct)
            series[f"{distinct[key]:06d}"] = values
            scales.append(a.scale)
            risks.append(a.evidence.risk)
        rows.append(distinct[key])
    batch = SeriesBatch.from_series(series)
    places = np.array(rows)
    years = np.array([a.evidence.target.target_year for a in asked])
    steps = years - batch.origin_years[places] - 1
    projected = project(batch, int(steps.max()) + 1, scale=scales, members=members)
    projected = revised(projected, risks)
    chance = chances(projected, places, [a.demand for a in asked if a.demand])
    spread = projected.quantiles(_LEVELS)[places, steps]
    for i, a in enumerate(asked):
        if a.demand and a.evidence.target.asks.over_years:
            spread[i] = quantiles_over_years(a.evidence, a.demand, projected, places[i], _LEVELS)
    return [(p, *map(float, s)) for p, s in zip(chance, spread, strict=True)]


def _row(question: Question, asked: _Asked, found: tuple) -> dict:
    target, e = question.target, asked.evidence
    row = {
        "target_id": target.target_id,
        "indicator": target.indicator,
        "area": target.area,
        "target_year": target.target_year,
        "operator": target.operator,
        "target_value": target.value,
        "target_value_high": target.value_high,
        "unit": target.unit,
        "as_of": f"{question.day:%Y-%m-%d}",
        "set_yet": target.set_on <= question.day,
        **asdict(question.specification),
        "state": e.state,
        "points": len(e.series),
        "why": asked.why,
    }
    row |= dict(zip(("probability", "median", "lower80", "upper80"), found, strict=True))
    if e.figure is None:
        return row
    latest = {f"latest_{name}": float(e.figure[name]) for name in ("year", "value")}
    distances = {n: of for n, of in e.distances().items() if n in COLUMNS}
    return row | latest | distances
