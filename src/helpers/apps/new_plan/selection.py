"""Plans picked out of a folder of raw tables: the rows that an evaluation of them needs."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.observations.references import names_in
from helpers.problems import InputError, closest

LINKS = ("numerator", "denominator", "real_growth")
"""Columns of an indicator that name other indicators."""


def select_plans(raw: RawData, plans: Sequence[str]) -> RawData:
    """Keep what belongs to some plans, every row as it stands.

    Kept are the targets of the plans, every figure of their areas, used or rejected, and whatever
    these rows refer to. Events and measures name no area, so that nothing says to which plan they
    belong: none is kept.

    Parameters
    ----------
    raw : RawData
        Not changed.
    plans : sequence of str
        As in the column `plan` of `targets.csv`. The first becomes the plan under evaluation.

    Returns
    -------
    RawData

    Raises
    ------
    helpers.problems.InputError
        If no plan is named, or for plans that the table does not hold, with the nearest ones.
    """
    targets = _targets_of(raw.targets, plans)
    areas = set(targets["area"])
    figures = raw.observations[raw.observations["area"].isin(areas)]
    rejected = raw.rejected[raw.rejected["area"].isin(areas)]
    definitions = raw.definitions[raw.definitions["definition"].isin(figures["definition"])]
    covered = {name for names in definitions["indicator"] for name in names_in(names)}
    indicators = _linked(raw.indicators, {*figures["indicator"], *targets["indicator"], *covered})
    cited = {*figures["source_id"], *targets["source_id"], *rejected["source_id"]}
    kept = {
        "observations": figures,
        "targets": targets,
        "plans": raw.plans[raw.plans["plan"].isin(plans)],
        "rejected": rejected,
        "indicators": raw.indicators[raw.indicators["indicator"].isin(indicators)],
        "areas": raw.areas[raw.areas["area"].isin(areas)],
        "definitions": definitions,
        "sources": raw.sources[raw.sources["source_id"].isin(cited)],
        "measures": raw.measures.head(0),
        "measure_indicators": raw.measure_indicators.head(0),
        "wanted_indicators": raw.wanted_indicators.head(0),
        "events": raw.events.head(0),
    }
    return replace(raw, **{name: table.reset_index(drop=True) for name, table in kept.items()})


def _targets_of(targets: pd.DataFrame, plans: Sequence[str]) -> pd.DataFrame:
    """Rows of the plans, plan by plan in the order asked for."""
    known = list(dict.fromkeys(targets["plan"]))
    unknown = [plan for plan in plans if plan not in known]
    if unknown:
        hints = [f"{plan!r}{closest(plan, known)}" for plan in unknown]
        raise InputError(f"no such plan in targets.csv: {'; '.join(hints)}")
    if not plans:
        raise InputError(f"name a plan of targets.csv: {'; '.join(known)}")
    wanted = dict.fromkeys(plans)
    return pd.concat([targets[targets["plan"].eq(plan)] for plan in wanted])


def _linked(table: pd.DataFrame, names: set[str]) -> set[str]:
    """Names of indicators and of all that their shares and splices are made of."""
    rows = table.set_index("indicator")
    found: set[str] = set()
    waiting = [name for name in names if name]
    while waiting:
        name = waiting.pop()
        if name and name not in found:
            found.add(name)
            waiting += [rows.loc[name, link] for link in LINKS]
    return found
