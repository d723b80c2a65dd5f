"""What has been read, held against what is held: a second reader who believes nothing.

A figure that is there already confirms the text. One that contradicts what is held, or is the
figure of another year or another place, makes the whole text doubtful: what else it says that is
new is not offered then.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.publications.script import Reading
from helpers.targets.expected_figures import REVISION, expectations
from helpers.vintages.archive import open_archive
from helpers.vocabulary import FINAL_STATUSES, GRADES, STATUSES

CONFIRMS, NEW, REVISES, CONFLICTS, UNPLACED = (
    "confirms", "new", "revises", "conflicts", "cannot place",
)  # fmt: skip
VERDICTS = (CONFIRMS, NEW, REVISES, CONFLICTS, UNPLACED)
NEAR_YEARS = 3
"""Years around its own in which a figure is looked for when it may have the wrong one."""
LEAST_DIGITS = 3
"""Significant digits from which on two equal figures are no coincidence."""


@dataclass(frozen=True)
class Finding:
    """A reading with what the second reader says of it."""

    reading: Reading
    verdict: str
    """One of `VERDICTS`."""
    why: str
    """The held figure with its source and grade, or what is doubtful."""
    raises: bool = False
    """Whether the text is of a better grade than every print that it confirms."""
    held: str = ""
    """Source of the print that was compared; "" where there is none."""

    @property
    def is_offered(self) -> bool:
        """Whether a row of it would say something that is not held."""
        return self.verdict in (NEW, REVISES) or (self.verdict == CONFIRMS and self.raises)


@dataclass(frozen=True)
class Review:
    """All findings of a text."""

    findings: tuple[Finding, ...]
    misread: frozenset[int] = frozenset()
    """Positions of findings that a person has found misread: they count for nothing."""

    @property
    def conflicts(self) -> tuple[Finding, ...]:
        """The findings for which the text as a whole is distrusted."""
        return tuple(f for f in self._read if f.verdict == CONFLICTS)

    @property
    def offered(self) -> tuple[Finding, ...]:
        """What may be written when a person agrees: nothing of a text that is distrusted."""
        if self.conflicts:
            return ()
        exact = {_cell(f.reading) for f in self._read if f.reading.qualifier != "lower_bound"}
        return tuple(
            f for f in self._read
            if f.is_offered
            and (f.reading.qualifier != "lower_bound" or _cell(f.reading) not in exact)
        )  # fmt: skip

    @property
    def _read(self) -> list[Finding]:
        return [f for place, f in enumerate(self.findings) if place not in self.misread]


def review(
    raw: RawData,
    readings: Sequence[Reading],
    *,
    grade: str,
    published: str = "",
    status: str = "",
    misread: Collection[int] = (),
) -> Review:
    """Hold readings against the figures of a folder.

    `grade`, `published`, `status`: of the text, and of its figures where they do not say.
    `misread`: positions of readings to leave aside.

    Returns
    -------
    Review
        One finding a reading, in the same order.
    """
    held = raw.observations
    found = [
        _compared(one, held, raw.rejected, grade, published, one.status or status)
        for one in readings
    ]
    kept = [f.reading for place, f in enumerate(found) if place not in misread]
    found = [
        replace(f, verdict=CONFLICTS, why=why) if (why := _within(f.reading, kept)) else f
        for f in found
    ]
    return Review(tuple(_plausible(raw, found)), frozenset(misread))


def _compared(
    one: Reading,
    held: pd.DataFrame,
    rejected: pd.DataFrame,
    grade: str,
    published: str,
    status: str,
) -> Finding:
    if not one.area:
        return Finding(one, UNPLACED, "of a place that is not in areas.csv")
    if not one.year:
        return Finding(one, UNPLACED, "of a year that it does not say; --published helps")
    series = held[held["indicator"].eq(one.indicator) & held["area"].eq(one.area)]
    cell = series[series["year"].eq(one.year) & series["months"].eq(one.months)]
    prints = list(cell.itertuples())
    same = [row for row in prints if _agrees(one, row)]
    if same:
        best = min(same, key=lambda row: GRADES.index(row.grade))
        official = grade == GRADES[0] and best.grade != grade and one.qualifier != "lower_bound"
        return Finding(one, CONFIRMS, _held(best), official, best.source_id)
    for row in rejected.itertuples():
        if _cell(row) == _cell(one) and abs(float(one.value) - row.value) <= one.step:
            return Finding(one, CONFLICTS, f"rejected before: {row.reason}", held=row.source_id)
    if swapped := _elsewhere(one, held):
        return Finding(one, CONFLICTS, f"the figure held for {swapped}")
    values = [row for row in prints if row.qualifier != "lower_bound"]
    if not values:
        bounds = [row for row in prints if float(one.value) < row.value - one.step]
        if bounds:
            return Finding(one, CONFLICTS, _held(bounds[0]), held=bounds[0].source_id)
        return Finding(one, NEW, "no print of it is held")
    if one.qualifier == "lower_bound":
        best = max(values, key=lambda row: row.value)
        return Finding(one, CONFLICTS, _held(best), held=best.source_id)
    best = min(values, key=lambda row: (STATUSES.index(row.status), GRADES.index(row.grade)))
    near = all(_is_near(one, row) for row in values)
    later = not best.published or (published and published > best.published)
    better = GRADES.index(grade) <= GRADES.index(best.grade)
    verdict = REVISES if near and later and better else CONFLICTS
    if near and not later and best.status in FINAL_STATUSES and status not in FINAL_STATUSES:
        return Finding(one, NEW, f"an earlier print; {_held(best)}", held=best.source_id)
    return Finding(one, verdict, _held(best), held=best.source_id)


def _cell(one: Any) -> tuple[str, str, int, int]:
    """Say what a reading or a row of the observations is a figure of."""
    return one.indicator, one.area, one.year, one.months


def _held(row: Any) -> str:
    value = f"{row.value:.{row.decimals}f}"
    bound = "above " if row.qualifier == "lower_bound" else ""
    return f"held: {bound}{value} ({row.status}, {row.source_id}, {row.grade})"


def _agrees(one: Reading, row: Any) -> bool:
    """Say whether two prints of a figure are the same but for rounding; a bound is a bound."""
    value, theirs = float(one.value), 10.0**-row.decimals
    coarse = row.value and row.unit in ("cny_100m", "count") and row.qualifier == "rounded"
    if coarse:
        # 15600 stands for 1.56 trillion: its noughts were not printed.
        digits = f"{row.value:.0f}".rstrip("0")
        theirs = max(theirs, 10.0 ** (len(f"{row.value:.0f}") - len(digits)))
    slack = (one.step, theirs)
    within = max(*slack) * (1.0 if "rounded" in (one.qualifier, row.qualifier) else 0.5)
    within += 1e-9 * abs(value)
    if one.qualifier == "lower_bound":
        return row.value >= value - within
    if row.qualifier == "lower_bound":
        return False
    return abs(value - row.value) <= within


def _is_near(one: Reading, row: Any) -> bool:
    value = float(one.value)
    if row.unit == "pct" and min(value, row.value) <= 15:
        return abs(value - row.value) <= 1
    if min(value, row.value) <= 0:
        return False
    return abs(math.log(value / row.value)) <= REVISION


def _elsewhere(one: Reading, held: pd.DataFrame) -> str:
    """Name the other year or place whose figure a reading is, digit for digit."""
    digits = one.value.lstrip("-0.").replace(".", "").rstrip("0")
    if len(digits) < LEAST_DIGITS or one.qualifier == "lower_bound":
        return ""
    alike = held[
        held["indicator"].eq(one.indicator)
        & held["months"].eq(one.months)
        & (held["value"] - float(one.value)).abs().le(0.5 * one.step * (1 + 1e-9))
    ]
    years = alike[alike["area"].eq(one.area) & (alike["year"] - one.year).abs().le(NEAR_YEARS)]
    years = years[years["year"].ne(one.year)]
    places = alike[alike["area"].ne(one.area) & alike["year"].eq(one.year)]
    for row in (*years.itertuples(), *places.itertuples()):
        return f"{row.area} in {row.year} ({row.source_id})"
    return ""


def _within(one: Reading, readings: Sequence[Reading]) -> str:
    if not one.area or not one.year:
        return ""
    for other in readings:
        same = _cell(other) == _cell(one)
        if not same or other is one or "lower_bound" in (one.qualifier, other.qualifier):
            continue
        if abs(float(other.value) - float(one.value)) > max(one.step, other.step) * 1.001:
            return f"the text says {other.value} too"
    return ""


def _plausible(raw: RawData, found: Sequence[Finding]) -> list[Finding]:
    """Ask of what is new whether it lies where the years around it let it be expected."""
    asked = [f for f in found if f.verdict in (NEW, REVISES)]
    if not asked:
        return list(found)
    bounds = raw.indicators.set_index("indicator")[["plausible_min", "plausible_max"]]
    rows = [_as_row(raw, f.reading, place) for place, f in enumerate(asked)]
    figures = pd.concat([raw.observations, pd.DataFrame(rows)], ignore_index=True)
    archive = open_archive(replace(raw, observations=figures))
    at = {line: i for i, line in enumerate(archive.figures["line"]) if line < 0}
    lines = [row["line"] for row in rows]
    expected = expectations(archive, [archive.figures.index[at[line]] for line in lines])
    doubted = {}
    for finding, expectation in zip(asked, expected, strict=True):
        one, value = finding.reading, float(finding.reading.value)
        low, high = bounds.loc[one.indicator]
        inside = low <= value <= high
        # Growth over a part of a year says nothing of that over the whole.
        part = one.months < 12 and one.indicator in set(raw.indicators["real_growth"])
        if inside and (finding.verdict != NEW or part or not expectation.is_unusual(value)):
            continue
        if inside:
            limits, basis = expectation.wide, expectation.basis
        else:
            limits, basis = (low, high), "the bounds of the indicator"
        said = f"outside {limits[0]:.4g} to {limits[1]:.4g}, from {basis}"
        held = raw.observations[["indicator", "area"]].eq([one.indicator, one.area])
        known = CONFLICTS if held.all(axis=1).any() else UNPLACED
        doubted[id(finding)] = replace(finding, verdict=known, why=said)
    return [doubted.get(id(f), f) for f in found]


def _as_row(raw: RawData, one: Reading, place: int) -> dict[str, object]:
    """Make a row of the observations, known only to be asked about; its line is negative."""
    fits = raw.definitions["indicator"].str.split(";").map(lambda names: one.indicator in names)
    main = raw.definitions[fits & raw.definitions["use"].eq("main")].sort_values("first_year")
    early = main[main["first_year"].le(one.year)]
    definition = (early if len(early) else main)["definition"].iloc[-1] if len(main) else ""
    if early.empty and len(main):
        definition = main["definition"].iloc[0]
    template = raw.observations.iloc[0].to_dict() if len(raw.observations) else {}
    units = dict(zip(raw.indicators["indicator"], raw.indicators["unit"], strict=True))
    return {
        **template, "indicator": one.indicator, "area": one.area, "year": one.year,
        "months": one.months, "value": float(one.value), "unit": units[one.indicator],
        "definition": definition, "use": "main", "qualifier": one.qualifier,
        "status": one.status or "preliminary", "source_id": "", "published": "",
        "first_release": "", "file": "", "line": -1 - place, "note": "", "confirmed": "",
    }  # fmt: skip
