"""Questions about unusual figures: what may be a slip of the pen, and what may well be true.

A fault is refused (`helpers.observations.plausibility`); a question never is. A figure asks

1. if it lies outside the wide interval of the distribution that is made without it, or contradicts
   every other print of the same figure (`helpers.targets.expected_figures`);
2. if its publication is older than the end of its own period and it is no estimate: its year may be
   the wrong one;
3. if it moves the probability of a headline target by more than `MOVED` and lies outside the middle
   interval. News moves probabilities, most of all the figure of a target year: what lies where it
   was expected is not asked about for that alone.

A figure that another publication prints as well is asked about for its date only. A reason in the
column `confirmed` settles every question about a row.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import escaped
from helpers.tables import round_significant
from helpers.targets.assessment import look_ahead
from helpers.targets.expected_figures import MIDDLE, WIDE, Expectation, expectations
from helpers.targets.information import information_of
from helpers.targets.plan import Target, headline, read_targets
from helpers.vintages.breaks import growth_of_parts
from helpers.vintages.series import Archive, SeriesChoice, open_archive
from helpers.vocabulary import CHANGE, SUM
from helpers.wording import english as wording

MOVED = 0.2
"""Change of a probability from which a figure far from the middle asks."""

_SETTLED_CHANCE = {"met": 1.0, "missed": 0.0, "at_the_line": 0.5}


@dataclass(frozen=True)
class Shift:
    """What a figure does to a headline target."""

    target_id: str
    before: str
    after: str
    """`before`, `after`: statement without and with the figure, like "P < 1 %" or "met"."""
    moved: float
    """By how much the probability moves, 0 to 1; a target that is met counts as 1 and one that is
    missed as 0. 0 where there is none on one of the sides."""

    def __str__(self) -> str:
        """Say it in one clause."""
        return f"{self.target_id}: {self.before} without it, {self.after} with it"


@dataclass(frozen=True)
class Question:
    """A figure that may be a slip."""

    file: str
    line: int
    """`file`, `line`: where it stands, as problems name it."""
    figure: str
    """Indicator, area, period and value as printed."""
    reasons: tuple[str, ...]
    """Why it asks."""
    shifts: tuple[Shift, ...] = ()
    """The headline targets that it moves, also where it asks for another reason."""

    def __str__(self) -> str:
        """Give the question as ``file:line: figure: why``, always one line."""
        why = "; ".join([*self.reasons, *map(str, self.shifts)])
        return escaped(f"{self.file}:{self.line}: {self.figure}: {why}")


def find_questions(
    raw: RawData, as_of: date | str, files: Collection[str] | None = None
) -> tuple[Question, ...]:
    """List the figures that are unusual and that nobody has confirmed.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
        The day for which probabilities are compared.
    files : collection of str, optional
        Ask about figures of these files only.

    Returns
    -------
    tuple of Question
        In the order of files and lines.
    """
    archive = open_archive(raw)
    open_rows = archive.figures["confirmed"].eq("")
    if files is not None:
        open_rows &= archive.figures["file"].isin(files)
    figures = archive.figures[open_rows].sort_values(["file", "line"])
    expected = expectations(archive, list(figures.index))
    shifts = _Shifts(raw, archive, as_of)
    questions = []
    for figure, expectation in zip(figures.itertuples(), expected, strict=True):
        reasons = (_unusual(figure.value, expectation),) * expectation.is_unusual(figure.value)
        far = expectation.is_far(figure.value) and figure.months == 12
        moved = shifts.of(figure) if reasons or far else ()
        if reasons or any(shift.moved > MOVED for shift in moved):
            questions.append(Question(figure.file, figure.line, _named(figure), reasons, moved))
    return tuple(questions)


def question_lines(questions: Sequence[Question]) -> list[str]:
    """Lay questions out for a terminal: how many, how to settle them, one line each."""
    if not questions:
        return []
    heading = (
        f"{wording.counted(len(questions), 'question')} about unusual figures; where one is right "
        f"as printed, say why in its column confirmed (of add: --confirmed):"
    )
    return [heading, *map(str, questions)]


FAR = 5.0
"""From so many times the nearest figure on, or so small a part, a target is named by `check`."""


def far_targets(raw: RawData) -> list[str]:
    """Name the targets that lie far from all that was published: a slip, or a plan of that kind.

    A target is no figure: nobody expects it near the years before it, so that it is never refused.
    One whose year was over when it was set is named as well.
    """
    indicators = raw.indicators.set_index("indicator")
    figures = raw.observations[raw.observations["months"].eq(12) & raw.observations["value"].gt(0)]
    pairs = dict(iter(figures.groupby(["indicator", "area"])))
    lines = []
    for target in raw.targets.to_dict("records"):
        place = f"targets.csv: {target['target_id']}:"
        if str(target["set_on"])[:4] > str(target["target_year"]):
            over = f"{target['target_year']} was over on {target['set_on']}, when it was set"
            lines.append(escaped(f"{place} {over}; look it up in the plan"))
        near = pairs.get((target["indicator"], target["area"]))
        if near is None or target["operator"].startswith((SUM, CHANGE)):
            continue
        if target["unit"] != indicators.loc[target["indicator"], "unit"]:
            continue
        at = near["year"].sub(target["target_year"]).abs().idxmin()
        times = target["value"] / near.loc[at, "value"]
        if times > 0 and not 1 / FAR < times < FAR:
            printed = f"{near.loc[at, 'value']:g} in {near.loc[at, 'year']}"
            far = f"{target['value']:g} lies far from {printed}"
            lines.append(escaped(f"{place} {far}; look it up in the plan"))
    return lines


def _unusual(value: float, expectation: Expectation) -> str:
    parts = []
    if expectation.twins:
        others = sorted({_short(twin) for twin, _ in expectation.twins})
        parts.append(f"elsewhere printed as {' and '.join(others)}")
    if expectation.basis:
        inside = expectation.wide[0] <= value <= expectation.wide[1]
        limits, level = (expectation.middle, MIDDLE) if inside else (expectation.wide, WIDE)
        low, high = map(_short, limits)
        what = f"the {100 * level:.0f} % interval" if expectation.projected else "the range"
        parts.append(f"outside {low} to {high}, {what} from {expectation.basis}")
    return ", ".join(parts)


def _short(value: float) -> str:
    return f"{float(round_significant(value, 4)):.10g}"


def _named(figure: Any) -> str:
    months = "" if figure.months == 12 else f" ({figure.months} months)"
    value = f"{figure.value:.{figure.decimals}f}"
    return f"{figure.indicator} {figure.area} {figure.year}{months}: {value}"


class _Shifts:
    """What single figures do to the headline targets; what all together say is told once."""

    def __init__(self, raw: RawData, archive: Archive, as_of: date | str):
        self._archive, self._as_of = archive, as_of
        every = read_targets(raw.targets, raw.sources)
        self._targets = headline(every) if every else []
        self._near = {target.target_id: self._figures_of(target) for target in self._targets}
        self._with: dict[str, _Statement] = {}

    def of(self, figure: Any) -> tuple[Shift, ...]:
        """Compare the headline targets that a figure can move, without and with it."""
        shifts = []
        for target in self._targets:
            near = self._near[target.target_id]
            if figure.Index not in near.index:
                continue
            if target.target_id not in self._with:
                self._with[target.target_id] = self._statement(target, near)
            before = self._statement(target, near.drop(index=figure.Index))
            after = self._with[target.target_id]
            if before != after:
                moved = abs(after.chance - before.chance)
                moved = 0.0 if pd.isna(moved) else moved
                shifts.append(Shift(target.target_id, before.words, after.words, moved))
        return tuple(shift for shift in shifts if shift.before != shift.after)

    def _figures_of(self, target: Target) -> pd.DataFrame:
        """Give the figures of a target's series, and of the growths that join it at breaks."""
        figures = self._archive.figures
        links = growth_of_parts(target.indicator, self._archive.indicators)
        alike = figures["indicator"].isin([target.indicator, *links])
        return figures[figures["area"].eq(target.area) & alike]

    def _statement(self, target: Target, figures: pd.DataFrame) -> "_Statement":
        archive = replace(self._archive, figures=figures)
        known = information_of(archive, target, self._as_of, SeriesChoice(), checks=())
        if known.settled:
            words = wording.STATE_WORDS[known.settled]
            return _Statement(words, _SETTLED_CHANCE[known.settled])
        chance = look_ahead([known])[0].probability
        return _Statement(wording.equation(chance), chance)


class _Statement(NamedTuple):
    """What is said of a target, and the probability behind it."""

    words: str
    chance: float
