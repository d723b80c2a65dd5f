"""The changes of a report as entries that JSON can hold, and as lines of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.reports.changes import telling
from helpers.reports.changes.observations import FigureChange
from helpers.reports.changes.verdicts import Knowledge, attribute, has_moved, read_verdicts

ASSESSMENT = "assessment.csv"
FIGURE_COLUMNS = (
    *("indicator", "area", "year", "months", "value", "decimals", "unit", "definition"),
    *("status", "qualifier", "grade", "source_id", "note"),
)


def figure_entry(change: FigureChange, raw: RawData) -> dict[str, Any]:
    """Lay out one figure that changed, with its source and in words."""
    row = change.row
    held = raw.sources[raw.sources["source_id"].eq(row["source_id"])]
    columns = ["title_en", "title", "publisher", "published", "url"]
    source = held[columns].iloc[0].to_dict() if len(held) else dict.fromkeys(columns, "")
    return {
        "kind": change.kind,
        "entered": change.entered,
        "words": telling.figure_words(row, _names(raw)),
        "before": telling.before_words(change.before),
        "known_from": f"{row['known_from']:%Y-%m-%d}",
        **{name: row[name] for name in FIGURE_COLUMNS},
        "value_before": None if change.before is None else change.before["value"],
        "source": source,
    }


def verdict_entries(
    tables: tuple[Path, Path],
    last: Knowledge,
    this: Knowledge,
    changes: Sequence[FigureChange],
    plan: str,
) -> list[dict[str, Any]]:
    """Lay out the verdicts that both reports hold and that differ, with what moved them.

    Parameters
    ----------
    tables : tuple of Path
        Folders of the tables of the last report and of this one.
    last, this : Knowledge
        Behind the last report and behind this one.
    changes : sequence of FigureChange
        Between them.
    plan : str
        The plan under evaluation, whose verdicts come first.
    """
    files = [folder / ASSESSMENT for folder in tables]
    if not all(path.exists() for path in files):
        return []
    before, now = (read_verdicts(pd.read_csv(path, keep_default_na=True)) for path in files)
    moved = [name for name in now if name in before and has_moved(before[name], now[name])]
    parts = attribute(before, last, this, changes, moved)
    names = _names(this.raw)
    words = [telling.figure_words(change.row, names) for change in changes]
    targets = this.raw.targets.set_index("target_id")
    moved.sort(key=lambda name: (targets.loc[name, "plan"] != plan, list(now).index(name)))
    return [
        {
            "target_id": name,
            "plan": str(targets.loc[name, "plan"]),
            "headline": bool(targets.loc[name, "plan"] == plan),
            "name": names.get(targets.loc[name, "indicator"], name),
            "target_year": int(targets.loc[name, "target_year"]),
            "state_before": before[name][0],
            "state": now[name][0],
            "probability_before": _or_none(before[name][1]),
            "probability": _or_none(now[name][1]),
            "moved": telling.moved_words(before[name], now[name]),
            "parts": [_part(part, words) for part in parts[name]],
        }
        for name in moved
    ]


def _part(part: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    change = _or_none(part["change"])
    return {**part, "change": change, "words": telling.part_words(part, words)}


def _or_none(number: float) -> float | None:
    return None if number != number else round(number, 4)


def _names(raw: RawData) -> dict[str, str]:
    tables = ((raw.indicators, "indicator"), (raw.areas, "area"))
    return {k: n for t, key in tables for k, n in zip(t[key], t["name_en"], strict=True)}


def lines_of(changes: Mapping[str, Any]) -> list[str]:
    """Write what a list of changes holds as lines of text."""
    figures = [
        f"{f['words']}: {telling.FIGURE_WORDS[f['kind']]}"
        + (f", before {f['before']}" if f["before"] else "")
        for f in changes["figures"]
    ]
    verdicts = [f"{v['name']} {v['target_year']}: {v['moved']}" for v in changes["verdicts"]]
    return [*verdicts, *figures, *changes["notes"]]
