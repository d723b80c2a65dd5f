"""The changes of a report as entries that JSON can hold, and in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.reports.changes.observations import (
    ADDED,
    CONFIRMED,
    CORRECTED,
    REGRADED,
    REVISED,
    WITHDRAWN,
    FigureChange,
)
from helpers.reports.changes.verdicts import (
    CODE,
    FIGURES,
    PARAMETERS,
    TABLES,
    TIME,
    Knowledge,
    attribute,
    has_moved,
    read_verdicts,
)
from helpers.wording import english as wording

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
        "words": figure_words(row, _names(raw)),
        "before": before_words(change.before),
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
    words = [figure_words(change.row, names) for change in changes]
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
            "moved": moved_words(before[name], now[name]),
            "parts": [_part(part, words) for part in parts[name]],
        }
        for name in moved
    ]


def _part(part: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    change = _or_none(part["change"])
    return {**part, "change": change, "words": part_words(part, words)}


def _or_none(number: float) -> float | None:
    return None if number != number else round(number, 4)


def _names(raw: RawData) -> dict[str, str]:
    tables = ((raw.indicators, "indicator"), (raw.areas, "area"))
    return {k: n for t, key in tables for k, n in zip(t[key], t["name_en"], strict=True)}


def lines_of(changes: Mapping[str, Any]) -> list[str]:
    """Write what a list of changes holds as lines of text."""
    figures = [
        f"{f['words']}: {FIGURE_WORDS[f['kind']]}"
        + (f", before {f['before']}" if f["before"] else "")
        for f in changes["figures"]
    ]
    verdicts = [f"{v['name']} {v['target_year']}: {v['moved']}" for v in changes["verdicts"]]
    return [*verdicts, *figures, *changes["notes"]]


FIRST = "This is the first report: there is none to compare it with."
FIGURE_WORDS = {
    ADDED: "added",
    REVISED: "revised",
    CONFIRMED: "confirmed by a further print",
    CORRECTED: "corrected in the tables",
    REGRADED: "given another grade or date",
    WITHDRAWN: "withdrawn",
}
CAUSE_WORDS = {
    CODE: "other code or libraries",
    PARAMETERS: "other parameters",
    TIME: "the passing of time alone",
    TABLES: "changed targets, definitions or sources",
    FIGURES: "the remaining figures together",
}


def figure_words(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Write a figure: "6.67 % of GDP for 2024, R&D intensity, Shenzhen (final, press)"."""
    value = wording.amount(row["value"], row["decimals"], row["unit"])
    span = "" if row["months"] == 12 else f" to month {row['months']}"
    place = ", ".join(names.get(row[name], row[name]) for name in ("indicator", "area"))
    return f"{value} for {row['year']}{span}, {place} ({row['status']}, {row['grade']})"


def before_words(row: Mapping[str, Any] | None) -> str:
    """Write what a figure was before, "" where it is new."""
    if row is None:
        return ""
    value = wording.amount(row["value"], row["decimals"], row["unit"])
    return f"{value} ({row['status']}, {row['grade']})"


def verdict_words(state: str, probability: float) -> str:
    """Write a verdict: "open, P = 87 %", "met"."""
    words = wording.STATE_WORDS.get(state, state)
    if state != "open":
        return words
    chance = "no probability" if isnan(probability) else wording.equation(probability)
    return f"{words}, {chance}"


def moved_words(before: tuple[str, float], now: tuple[str, float]) -> str:
    """Write how a verdict moved, with a finer number where the rounded one is the same."""
    was, is_now = verdict_words(*before), verdict_words(*now)
    if was != is_now:
        return f"{was} → {is_now}"
    return f"{is_now}, from {before[1]:.3f} to {now[1]:.3f}"


def part_words(part: Mapping[str, Any], figures: Sequence[str]) -> str:
    """Write what one step did: its cause, and its share of the change of P in points."""
    number, change = part["figure"], part["change"]
    cause = CAUSE_WORDS.get(part["cause"], part["cause"]) if number is None else figures[number]
    kinds = f" [{', '.join(part['kinds'])}]" if part["kinds"] else ""
    words = wording.STATE_WORDS.get(part["state"], part["state"])
    share = f"then {words}" if isnan(change) else f"{100 * change:+.1f} points"
    return f"{share}: {cause}{kinds}"


def summary(
    kinds: Sequence[str],
    verdicts: Sequence[Mapping[str, Any]],
    tables: int,
    since: str,
    as_of: str,
) -> str:
    """Sum up what changed in one sentence."""
    counts = Counter(kinds)
    told = [f"{_figures(n)} {FIGURE_WORDS[kind]}" for kind, n in counts.items()]
    if not told and not verdicts:
        differ = "1 table differs" if tables == 1 else f"{tables} tables differ"
        tail = f", but {differ}" if tables else ""
        return f"{_since(since, as_of)}: no figure, verdict or probability is another{tail}."
    if not verdicts:
        told.append("no verdict or probability moved")
    told += [f"{v['name']} {v['target_year']}: {v['moved']}" for v in verdicts[:3]]
    if len(verdicts) > 3:
        told.append(f"{len(verdicts) - 3} more verdicts moved")
    return f"{_since(since, as_of)}: {'; '.join(told)}."


def _since(since: str, as_of: str) -> str:
    if since == as_of:
        return "Since the report of the same day that this one replaces"
    return f"Since the report of {since}"


def _figures(count: int) -> str:
    return f"{count} figure" if count == 1 else f"{count} figures"
