"""The page on which every series can be looked at as of every day, without a server.

A predictive distribution is a mixture of kernels whose distribution function is algebraic, so that
weights, centres and spreads are all that a page needs to reckon any probability itself.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.calibration import FURTHEST
from helpers.forecasting.projection import LEAST, Projection, project
from helpers.forecasting.revision import moves, revise
from helpers.forecasting.transforms import BEND, fitting_scale
from helpers.observations.raw_data import RawData
from helpers.reports.site.layout import Front, file_of, scripted, switch, write_page
from helpers.targets.plan import Target, names_level, read_targets
from helpers.vintages.archive import day_of
from helpers.vintages.revision_risk import RevisionRisk, risk_of
from helpers.vintages.series import Archive, SeriesChoice, open_archive, remembered_series
from helpers.wording.language import NOTHING, Language, family

EXPLORE = "explore.html"
Known = dict[str, list[Any]]
"""What a page tells of a known series: by column, a value a year."""
TOLD = ("year", "spliced_value", "grade", "break_before", "decimals")
GRADES_OF = {"all": "unverified", "read": "secondary"}
"""Weakest grade of the two looks at a series: with every figure, and without unverified ones."""


@dataclass(frozen=True)
class Explored:
    """Every series of a plan, as it stood from each day on which it changed."""

    series: tuple[dict[str, Any], ...]
    """indicator, area, targets, and `all` and `read`: positions of its states, in order of time."""
    states: tuple[dict[str, Any], ...]
    """day, scale, first (year), years (since the first), values, and marks: "u" where a figure is
    unverified, "b" where the definition changed before it, else ""."""
    projected: Projection
    plain: Projection
    """`projected`, `plain`: of each state, mixed over the revision of its last figure, and before
    that: what the page mixes itself."""
    sizes: np.ndarray
    weights: np.ndarray
    record: np.ndarray
    """`sizes`, `weights`, `record`: by how much revisions move each state, shape (n, J), what each
    revision counts, and the largest, shape (n,); in working units."""


def explore(raw: RawData, as_of: str) -> Explored | None:
    """Project every series as known on each day on which it changed; None without any.

    `as_of`: ISO date; later figures are not used.
    """
    archive, targets = open_archive(raw), _targets(raw)
    scales = raw.indicators.set_index("indicator")["scale"]
    names: list[str] = []
    tables: list[Known] = []
    risks: list[RevisionRisk] = []
    shown: list[dict[str, Any]] = []
    for pair in archive.pairs:
        looks: dict[str, list[int]] = {}
        for look, grade in GRADES_OF.items():
            looks[look] = []
            for day, table, risk in _states(archive, pair, as_of, grade):
                same = next((i for i in looks.get("all", ()) if tables[i] == table), None)
                if look == "read" and same is not None and names[same].endswith(day):
                    looks[look].append(same)
                    continue
                looks[look].append(len(tables))
                names.append(f"{'/'.join(pair)}/{look}/{day}")
                tables.append(table)
                risks.append(risk)
        if looks["all"]:
            about = dict(zip(("indicator", "area"), pair, strict=True))
            last = int(tables[looks["all"][-1]]["year"][-1]) + FURTHEST
            asked = [target for target in targets.get(pair, []) if target.target_year <= last]
            shown.append({**about, "targets": asked, **looks})
    if not tables:
        return None
    values = {
        name: pd.Series(table["spliced_value"], table["year"])
        for name, table in zip(names, tables, strict=True)
    }
    batch = SeriesBatch.from_series(values)
    kinds = [fitting_scale(values[name], scales[name.split("/")[0]]) for name in names]
    projected = project(batch, FURTHEST, scale=kinds)
    plain = _no_surer(projected, shown)
    base, largest = (np.array([getattr(r, name) for r in risks]) for name in ("base", "largest"))
    sizes, weights, record = moves(plain.support, base, largest)
    days = (name.rsplit("/", 1)[1] for name in names)
    states = map(_state, days, kinds, tables)
    # Series that targets are about come first, in the order of the plans.
    pairs = dict.fromkeys(zip(raw.targets["indicator"], raw.targets["area"], strict=True))
    rank = {pair: place for place, pair in enumerate(pairs)}
    shown.sort(key=lambda one: rank.get((one["indicator"], one["area"]), len(rank)))
    projected = revise(plain, base, largest)
    return Explored(tuple(shown), tuple(states), projected, plain, sizes, weights, record)


def _targets(raw: RawData) -> dict[tuple[str, str], list[Target]]:
    """Targets that ask for a level, by what they are about: only such can be drawn as a line."""
    found: dict[tuple[str, str], list[Target]] = {}
    units = raw.indicators.set_index("indicator")["unit"]
    for target in read_targets(raw.targets, raw.sources):
        if names_level(target) and target.unit == units[target.indicator]:
            found.setdefault((target.indicator, target.area), []).append(target)
    return found


def _states(
    archive: Archive, pair: tuple[str, str], as_of: str, grade: str
) -> Iterator[tuple[str, Known, RevisionRisk]]:
    """Yield each day on which a series changed, with the series and its risk from that day on."""
    known = archive.pairs[pair]["known_from"].dropna().unique()
    before = former = None
    choice = SeriesChoice(min_grade=grade)
    for day in sorted(d for d in known if d <= day_of(as_of)):
        series = remembered_series(archive, day, choice, *pair)
        if series is former:
            continue
        former = series
        table = {name: series[name].tolist() for name in TOLD}
        if len(series) >= MIN_POINTS and table != before:
            before = table
            yield f"{day:%Y-%m-%d}", table, risk_of(archive, series, day)


def _no_surer(projected: Projection, shown: Sequence[Mapping[str, Any]]) -> Projection:
    """Let a look at fewer figures be no surer than that at all of them on the same day."""
    names = list(projected.names)
    twins = list(names)
    for one in shown:
        days = [names[i].rsplit("/", 1)[1] for i in one["all"]]
        for i in one["read"]:
            held = [j for j, d in zip(one["all"], days, strict=True) if d <= names[i][-10:]]
            twins[i] = names[held[-1]] if held else names[i]
    return projected.no_narrower_than(projected, twins)


def _state(day: str, scale: str, table: Known) -> dict[str, Any]:
    first = table["year"][0]
    marks = ["u" if grade == "unverified" else "" for grade in table["grade"]]
    broken = ["b" if word else "" for word in table["break_before"]]
    return {
        "day": day,
        "scale": scale,
        "first": first,
        "years": [year - first for year in table["year"]],
        "values": [float(f"{value:.8g}") for value in table["spliced_value"]],
        "marks": [a + b for a, b in zip(marks, broken, strict=True)],
        "decimals": max(table["decimals"]),
    }


def packed(explored: Explored) -> str:
    """Pack what the distributions are made of: of each state last value, unit, shift, half of the
    last digit, largest revision, then weights, centres by year, spreads, and sizes of revisions;
    4-byte floats, little-endian, as base64.
    """  # noqa: D205
    projected = explored.plain
    support, pool = projected.support, projected.pool
    own = support.last, support.units, support.shifts, support.halves, explored.record
    count = len(projected.names)
    record = explored.projected.record
    record = np.zeros(count) if record is None else record
    parts = (np.column_stack([np.asarray(part) for part in own]), pool.weights,
             pool.centres.reshape(count, -1), pool.spreads, explored.sizes)  # fmt: skip
    table = np.concatenate(parts, axis=1)
    return base64.b64encode(table.astype("<f4").tobytes()).decode()


def page_values(explored: Explored, raw: RawData, language: Language) -> dict[str, Any]:
    """Return what the template of the page fills in."""
    indicators, areas = raw.indicators.set_index("indicator"), raw.areas.set_index("area")
    column = f"name_{language.code}"
    series, looks = [], []
    for one in explored.series:
        about, place = indicators.loc[one["indicator"]], areas.loc[one["area"]]
        unit, topic = about["unit"], about["topic"]
        names = (about[column], place[column])
        series.append(
            {
                "key": f"{one['indicator']}/{one['area']}",
                "name": language.say("list.clause").join(names),
                "amount": language.amount(nan, 0, unit, topic).replace(NOTHING, "{}"),
                "plain": language.plain_amount(nan, 0, unit).replace(NOTHING, "{}"),
                "targets": [_asked(target, topic, language) for target in one["targets"]],
            }
        )
        # English counts yuan in billions.
        factor = 0.1 if unit == "cny_100m" and language.code == "en" else 1.0
        looks.append({"factor": factor, "all": one["all"], "read": one["read"]})
    data = {
        "series": looks,
        "states": explored.states,
        "numbers": packed(explored),
        "horizon": explored.projected.horizon,
        "members": explored.plain.pool.weights.shape[1],
        "revisions": explored.weights.tolist(),
        "least": LEAST,
        "bend": BEND,
        "thousands": language.thousands,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return {"series": series, "data": Markup(text)}


def _asked(target: Target, topic: str, language: Language) -> dict[str, Any]:
    line = language.line(
        target.operator, target.value, target.decimals, target.unit, target.value_high, topic
    )
    return {
        "id": target.target_id,
        "year": target.target_year,
        "level": target.value,
        "falling": not target.asks.has_floor,
        "name": f"{target.year}{language.say('column.separator')}{line}",
    }


def write_explorer(
    explored: Explored, raw: RawData, fronts: Sequence[Front], as_of: str, site: Path
) -> tuple[Path, ...]:
    """Write the page in each language of the report into `site`; return the paths."""
    written = []
    for front in fronts:
        language = front.language
        values = page_values(explored, raw, language) | {
            **scripted("explore.js"),
            "words": family("explore", language.code),
            "switch": switch(fronts, EXPLORE),
            "front_page": file_of(language, fronts),
            "as_of": as_of,
            "as_of_words": language.long_day(as_of),
        }
        path = site / file_of(language, fronts, EXPLORE)
        written.append(write_page(path, "explore.html.j2", language, values))
    return tuple(written)
