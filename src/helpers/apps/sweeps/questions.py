"""What a sweep of targets asks: which target, where, with the figures of which day, read how."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import pandas as pd

from helpers.forecasting.transforms import SCALES
from helpers.observations.raw_data import RawData
from helpers.problems import InputError, closest
from helpers.targets.specification_curve.choices import CHOICES
from helpers.targets.states import Target, read_targets, select
from helpers.vintages.series import GRADES, SeriesChoice
from helpers.vocabulary import QUALITATIVE

OWN = "own"
LEVELS: dict[str, tuple[str, ...]] = {
    "min_grade": tuple(CHOICES["min_grade"]),
    "first_year": (),
    "splice": tuple(CHOICES["splice"]),
    "suspected_breaks": tuple(CHOICES["suspected_breaks"]),
    "stand_ins": tuple(CHOICES["stand_ins"]),
    "scale": (OWN, *SCALES),
    "members": tuple(CHOICES["members"]),
}
"""Choices that can be varied, ours first; why, says `targets.specification_curve.choices`."""


@dataclass(frozen=True)
class Specification:
    """One way to read the figures and to project them.

    Attributes
    ----------
    min_grade, splice, suspected_breaks, stand_ins, members : str
        Levels of `helpers.targets.specification_curve.choices.CHOICES`.
    first_year : int
        Earlier years are left out.
    scale : str
        Of the projection; `OWN` is the indicator's.
    """

    min_grade: str = GRADES[-1]
    first_year: int = 0
    splice: str = "real_growth"
    suspected_breaks: str = "left"
    stand_ins: str = "used"
    scale: str = OWN
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


def specifications(varied: Mapping[str, Sequence[str]]) -> list[Specification]:
    """Combine the levels of the choices that are varied; the others stay ours.

    Raises
    ------
    helpers.problems.InputError
        With every unknown choice and level.
    """
    problems = []
    for choice, levels in varied.items():
        if choice not in LEVELS:
            hint = closest(choice, LEVELS)
            problems.append(f"vary {choice!r}: no such choice{hint}; there are {', '.join(LEVELS)}")
            continue
        for level in levels:
            if choice == "first_year" and not level.isdigit():
                problems.append(f"vary first_year={level}: not a year; write digits, 0 for all")
            elif choice != "first_year" and level not in LEVELS[choice]:
                allowed = ", ".join(LEVELS[choice])
                problems.append(f"vary {choice}={level}: no such level; choose from {allowed}")
    if problems:
        raise InputError("\n".join(problems))
    names = [name for name in LEVELS if name in varied]
    typed = [
        [int(level) if name == "first_year" else level for level in dict.fromkeys(varied[name])]
        for name in names
    ]
    return [
        Specification(**dict(zip(names, levels, strict=True)))
        for levels in itertools.product(*typed)
    ]


def placed_targets(
    raw: RawData,
    target_ids: Sequence[str] | None = None,
    indicators: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    *,
    everywhere: bool = False,
) -> list[Target]:
    """List the targets to be judged, each in its area or in every area that has its indicator.

    Parameters
    ----------
    raw : RawData
    target_ids, indicators, areas : sequence of str, optional
        Keep these; all otherwise.
    everywhere : bool
        Hold every area that has figures of the indicator against the target, not only its own.

    Raises
    ------
    helpers.problems.InputError
        For names that the tables do not hold, and if nothing is left.
    """
    known = {"indicator": raw.indicators["indicator"], "area": raw.areas["area"]}
    problems = [
        f"{kind} {name!r} is not in {kind}s.csv{closest(name, known[kind])}"
        for kind, names in (("indicator", indicators), ("area", areas))
        for name in names or ()
        if name not in set(known[kind])
    ]
    if problems:
        raise InputError("\n".join(problems))
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

    Raises
    ------
    helpers.problems.InputError
        If the days are in the wrong order, or `every` is another word.
    """
    frequency = {"year": "YE", "quarter": "QE", "month": "ME"}
    if every not in frequency:
        raise InputError(f"every {every!r}: choose from {', '.join(frequency)}")
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    if start > end:
        raise InputError(f"the first day {start:%Y-%m-%d} lies after the last, {end:%Y-%m-%d}")
    between = pd.date_range(start, end, freq=frequency[every])
    return list(pd.DatetimeIndex([start, *between, end]).unique())


def describe(questions: Sequence[Question]) -> str:
    """Write questions as text, for their hash."""
    return "\n".join(
        f"{q.target!r} {q.day:%Y-%m-%d} {sorted(asdict(q.specification).items())}"
        for q in questions
    )
