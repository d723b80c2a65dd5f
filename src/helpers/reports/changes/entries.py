"""The changes of a report as entries that JSON can hold, and in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.days import year_name
from helpers.observations.raw_data import RawData
from helpers.reports.changes.observations import FigureChange
from helpers.reports.changes.verdicts import Knowledge, attribute, has_moved, read_verdicts
from helpers.targets.statements import FILE as STATEMENTS
from helpers.targets.statements import read_statements, statement_table, statements_in
from helpers.wording.language import ENGLISH, LANGUAGES
from helpers.wording.sentences import figure_words, moved, part_words

ASSESSMENT = "assessment.csv"
FIGURE_COLUMNS = (
    *("indicator", "area", "year", "months", "value", "decimals", "unit", "definition"),
    *("status", "qualifier", "grade", "source_id", "note"),
)


def figure_entry(change: FigureChange, raw: RawData) -> dict[str, Any]:
    """Lay out one figure that changed, with its source and in words."""
    row, before = change.row, change.before
    held = raw.sources[raw.sources["source_id"].eq(row["source_id"])]
    columns = ["title_en", "title", "publisher", "published", "url"]
    source = held[columns].iloc[0].to_dict() if len(held) else dict.fromkeys(columns, "")
    return {
        "kind": change.kind,
        "entered": change.entered,
        "words": figure_words(row, ENGLISH, _names(raw)),
        "before": "" if before is None else _before_words(before),
        "known_from": f"{row['known_from']:%Y-%m-%d}",
        **{name: row[name] for name in FIGURE_COLUMNS},
        "value_before": None if before is None else before["value"],
        "source": source,
    }


def _before_words(row: Mapping[str, Any]) -> str:
    value = ENGLISH.amount(row["value"], row["decimals"], row["unit"])
    return f"{value} ({row['status']}, {row['grade']})"


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
    if not all((folder / ASSESSMENT).exists() for folder in tables):
        return []
    assessments = [pd.read_csv(folder / ASSESSMENT, keep_default_na=True) for folder in tables]
    before, now = (read_verdicts(table) for table in assessments)
    moved_ones = [name for name in now if name in before and has_moved(before[name], now[name])]
    parts = attribute(before, last, this, changes, moved_ones)
    names = _names(this.raw)
    words = [figure_words(change.row, ENGLISH, names) for change in changes]
    sides = zip(tables, assessments, (last.raw, this.raw), strict=True)
    was_said, is_said = (_said(*side) for side in sides)
    targets = this.raw.targets.set_index("target_id")
    moved_ones.sort(key=lambda name: (targets.loc[name, "plan"] != plan, list(now).index(name)))
    entries: list[dict[str, Any]] = [
        {
            "target_id": name,
            "plan": str(targets.loc[name, "plan"]),
            "headline": bool(targets.loc[name, "plan"] == plan),
            "name": names.get(targets.loc[name, "indicator"], name),
            "target_year": int(targets.loc[name, "target_year"]),
            "year": year_name(*map(int, targets.loc[name, ["target_year", "year_ends"]])),
            "state_before": before[name][0],
            "state": now[name][0],
            "probability_before": _or_none(before[name][1]),
            "probability": _or_none(now[name][1]),
            "said_before": was_said[name],
            "said": is_said[name],
        }
        for name in moved_ones
    ]
    return [
        entry
        | {"moved": moved(entry, ENGLISH)}
        | {"parts": [_part(part, words) for part in parts[entry["target_id"]]]}
        for entry in entries
    ]


def _said(folder: Path, assessment: pd.DataFrame, raw: RawData) -> dict[str, dict[str, str]]:
    """Return state and probability of each target as a report said them, by code of language."""
    file = folder / STATEMENTS
    # A report of before there were statements is said as its tables are.
    table = read_statements(file) if file.exists() else statement_table(assessment, raw)
    said: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        for name, statement in statements_in(table, language).items():
            said.setdefault(name, {})[language.code] = statement.verdict
    return said


def _part(part: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    entry = {**part, "change": _or_none(part["change"])}
    return entry | {"words": part_words(entry, words, ENGLISH)}


def _or_none(number: float) -> float | None:
    return None if number != number else round(number, 4)


def _names(raw: RawData) -> dict[str, str]:
    tables = ((raw.indicators, "indicator"), (raw.areas, "area"))
    return {k: n for t, key in tables for k, n in zip(t[key], t["name_en"], strict=True)}


def lines_of(changes: Mapping[str, Any]) -> list[str]:
    """Write what a list of changes holds as lines of text."""
    figures = [
        f"{f['words']}: {ENGLISH.word('change_word', f['kind'])}"
        + (f", before {f['before']}" if f["before"] else "")
        for f in changes["figures"]
    ]
    verdicts = [f"{v['name']} {v['year']}: {v['moved']}" for v in changes["verdicts"]]
    return [*verdicts, *figures, *changes["notes"]]
