"""The notebooks that a report on a folder consists of: those that its plan and figures allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from helpers import ROOT
from helpers.forecasting.batch import MIN_POINTS
from helpers.observations.raw_data import RawData
from helpers.reports.store.run import Run, declared_parameters
from helpers.targets.states import Target, asks_for_level, headline, read_targets
from helpers.topics.nowcasts import is_stock
from helpers.topics.outlook.goals import second_stage
from helpers.topics.parameters import Parameters
from helpers.vintages.series import known_series, open_archive

NOTEBOOKS = ROOT / "notebooks"
MACRO = "macro"
COMPANY = ("wholes", "counterparts", "quality")
"""Parameters of topic notebooks that name areas and indicators held beside the one in question."""


@dataclass(frozen=True)
class Ground:
    """What runs are planned on."""

    raw: RawData
    as_of: str
    """ISO date; only what was public then counts."""
    targets: tuple[Target, ...]
    """The numeric ones of the plan under evaluation."""

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """`indicators.csv` by its key."""
        return self.raw.indicators.set_index("indicator")

    @cached_property
    def series(self) -> pd.DataFrame:
        """Every series as known on the day."""
        return known_series(open_archive(self.raw), self.as_of)

    def points(self, indicator: str, area: str) -> int:
        """Count the years of a series."""
        series = self.series
        return int((series["indicator"].eq(indicator) & series["area"].eq(area)).sum())

    def reads(self, indicator: str) -> tuple[str, ...]:
        """Topics that a run about an indicator may use, of those that the folder has."""
        wanted = {self.indicators.loc[indicator, "topic"], MACRO}
        return tuple(sorted(wanted & set(self.indicators["topic"])))


def planned_runs(raw: RawData, as_of: str | None = None) -> tuple[Run, ...]:
    """Return the runs of the full report: sources, topics, projections, back-test, verdicts.

    A notebook is planned only where the folder has what it is about: 02 to 04 where a headline
    target of their topic is of the kind they explain and its figures are there, 05 once for each
    series of a headline target with enough points, 07 for headline targets with a number, 08
    for measures, 09 once for each area with goals of later years that can be projected. The
    back-test reads reference series alone, and no table of the project.

    Parameters
    ----------
    raw : RawData
    as_of : str, optional
        ISO date of the report; the last day on which the folder learned something by default.

    Returns
    -------
    tuple of Run
    """
    every = read_targets(raw.targets, raw.sources)
    day = as_of or f"{open_archive(raw).figures['known_from'].max():%Y-%m-%d}"
    ground = Ground(raw, day, tuple(headline(every)) if every else ())
    return (
        *_sources_run(ground),
        *_topic_runs(ground),
        *_projection_runs(ground),
        Run("06_backtest", "06_backtest.ipynb", usual_seconds=20),
        *_verdict_runs(ground),
    )


def _sources_run(ground: Ground) -> Iterator[Run]:
    """Plan the notebook on sources; its example is a series of the plan, the longest if unsaid."""
    held = ground.series.groupby(["indicator", "area"], sort=False).size()
    if held.empty:
        return
    own = [(t.indicator, t.area) for t in ground.targets if (t.indicator, t.area) in held.index]
    shown = _default("01_sources_and_vintages.ipynb", ("indicator", "area"))
    if tuple(shown.values()) not in own:
        indicator, area = max(own, key=lambda pair: held[pair]) if own else held.idxmax()
        shown = {"indicator": indicator, "area": area}
    yield Run("01_sources_and_vintages", "01_sources_and_vintages.ipynb", shown)


def _topic_runs(ground: Ground) -> Iterator[Run]:
    """One run a topic, about the first headline target that its notebook can explain."""
    topics = {
        "rd": ("02_research_and_development.ipynb", _is_ratio),
        "industry": ("03_emerging_industries.ipynb", _is_share_with_level),
        "patents": ("04_patents.ipynb", _is_count_with_company),
    }
    for topic, (notebook, fits) in topics.items():
        for target in ground.targets:
            if ground.indicators.loc[target.indicator, "topic"] == topic and fits(ground, target):
                yield Run(
                    notebook.removesuffix(".ipynb"),
                    notebook,
                    _topic_parameters(ground, target, notebook),
                    reads=ground.reads(target.indicator),
                )
                break


def _topic_parameters(ground: Ground, target: Target, notebook: str) -> dict[str, Any]:
    declared = declared_parameters(NOTEBOOKS / notebook)
    own = {name: getattr(target, name) for name in ("indicator", "area", "target_id")}
    chosen = {name: value for name, value in own.items() if name in declared}
    known = {*ground.raw.areas["area"], *ground.raw.indicators["indicator"]}
    for name in (name for name in COMPANY if name in declared):
        named = [part.strip() for part in declared[name].split(",")]
        if not known.issuperset(named):
            chosen[name] = ", ".join(part for part in named if part in known)
    if "levels" in declared and target.value not in map(float, declared["levels"].split(",")):
        chosen["levels"] = f"{target.value:g}"
    return chosen


def _is_ratio(ground: Ground, target: Target) -> bool:
    """Say whether a ratio and both of its sides have enough figures."""
    facts = ground.indicators.loc[target.indicator]
    sides = (target.indicator, facts["numerator"], facts["denominator"])
    return all(side and ground.points(side, target.area) >= MIN_POINTS for side in sides)


def _is_share_with_level(ground: Ground, target: Target) -> bool:
    """Say whether a target asks for a level of a share whose parts are known."""
    return asks_for_level(target) and _is_ratio(ground, target)


def _is_count_with_company(ground: Ground, target: Target) -> bool:
    """Say whether a target asks for a level of a yearly count that is known elsewhere as well.

    The notebook holds it against dated events, part-year figures and other areas.
    """
    facts, figures = ground.indicators.loc[target.indicator], ground.raw.observations
    if facts["unit"] != "count" or is_stock(ground.raw.indicators, target.indicator):
        return False
    own = figures[figures["indicator"].eq(target.indicator)]
    named = ground.raw.events["indicators"].str.split(";").explode().str.strip()
    return (
        asks_for_level(target)
        and ground.points(target.indicator, target.area) >= MIN_POINTS
        and target.indicator in set(named)
        and bool(own["months"].lt(12).any())
        and len(set(own["area"])) > 1
    )


def _projection_runs(ground: Ground) -> Iterator[Run]:
    """One run a series, for the first of its targets.

    Run and tables have the name of the indicator; with that of the area, behind a sign that no
    identifier holds, in every area but the first.
    """
    done: dict[str, list[str]] = {}
    for target in ground.targets:
        areas = done.setdefault(target.indicator, [])
        if target.area in areas or ground.points(target.indicator, target.area) < MIN_POINTS:
            continue
        own = {name: getattr(target, name) for name in ("indicator", "area", "target_id")}
        name = target.indicator
        if areas:
            name = own["tables"] = f"{target.indicator}-{target.area}"
        areas.append(target.area)
        reads = ground.reads(target.indicator)
        yield Run(f"05_projection_{name}", "05_projection.ipynb", own, reads=reads)


def _verdict_runs(ground: Ground) -> Iterator[Run]:
    raw, targets = ground.raw, ground.targets
    if not targets:
        return
    yield Run("07_targets", "07_targets.ipynb", usual_seconds=15)
    if len(raw.measures) and len(raw.measure_indicators):
        before = min(target.set_on.year for target in targets) - 1
        given = {"area": _measured_area(ground), "since_year": before}
        yield Run("08_measures", "08_measures.ipynb", given)
    yield from _later_runs(ground, targets)


def _measured_area(ground: Ground) -> str:
    """Return the area of the plan with most figures of what its measures are mapped to."""
    mapped = set(ground.raw.measure_indicators["indicator"])
    areas = dict.fromkeys(target.area for target in ground.targets)
    return max(areas, key=lambda area: sum(ground.points(name, area) for name in mapped))


def _later_runs(ground: Ground, targets: Sequence[Target]) -> Iterator[Run]:
    """Plan the second stage of each area: goals for years after its last headline target.

    Run and table have the name of the area behind them in every area but the first.
    """
    planned = False
    for area in dict.fromkeys(target.area for target in targets):
        since = max(target.target_year for target in targets if target.area == area)
        own = ground.raw.targets["area"].eq(area)
        last = int(ground.raw.targets.loc[own, "target_year"].max())
        given: dict[str, Any] = {"area": area, "since_year": since, "last_year": last}
        if last <= max(since, int(ground.as_of[:4])):
            continue
        # The tables may lie in several folders: what stands in them is not looked up in one.
        asked = Parameters(as_of=ground.as_of).model_copy(update=given)
        if not second_stage(ground.raw, asked).open_goals:
            continue
        behind = f"-{area}" if planned else ""
        if behind:
            given["tables"] = f"outlook_2035{behind}"
        yield Run(f"09_later_goals{behind}", "09_later_goals.ipynb", given, usual_seconds=8)
        planned = True


def _default(notebook: str, names: Sequence[str]) -> dict[str, Any]:
    declared = declared_parameters(NOTEBOOKS / notebook)
    return {name: declared[name] for name in names}
