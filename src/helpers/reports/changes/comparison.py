"""What is new in a report against the last one, as data that pages and feeds are made from."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.days import year_name
from helpers.observations.raw_data import RawData, RawDataError, read_raw
from helpers.reports.changes.observations import (
    FigureChange,
    figure_changes,
    known_figures,
    table_changes,
)
from helpers.reports.changes.verdicts import CHOICE, Knowledge, attribute, has_moved, read_verdicts
from helpers.reports.store.fingerprints import digest
from helpers.reports.store.folders import made_ahead, read_record, report_folders
from helpers.reports.store.run import Run, declared_parameters
from helpers.targets.plan import headline_plan
from helpers.targets.statements import FILE as STATEMENTS
from helpers.targets.statements import read_statements, statement_table, statements_in
from helpers.wording.english import counted
from helpers.wording.language import ENGLISH, LANGUAGES, Language
from helpers.wording.sentences import figure_words, moved, news, part_words

ASSESSMENT = "assessment.csv"
FIGURE_COLUMNS = (
    *("indicator", "area", "year", "months", "value", "decimals", "unit", "definition"),
    *("status", "qualifier", "grade", "source_id", "note"),
)
FILE = "changes.json"
SCHEMA = 1
REMEMBERED = 20
"""Earlier reports whose changes a report carries on."""
LISTS = ("figures", "verdicts", "tables", "notes", "earlier")
INPUT_WORDS = {
    "code": "The code or a library is another.",
    "notebooks": "A notebook is another.",
    "settings": "The parameters are others.",
}


@dataclass(frozen=True)
class Base:
    """A report to compare with: its folder, its run record and its own list of changes."""

    folder: Path
    record: Mapping[str, Any]
    changes: Mapping[str, Any]


def compare_with_last(
    reports: Path, this: Knowledge, inputs: Mapping[str, str], tables: Path
) -> dict[str, Any]:
    """List what is new since the last report.

    The last report is the one that this one replaces, if it was made from other inputs; otherwise
    the newest with an earlier as-of date; one that was made ahead of its day is none. A report
    made again from the same inputs lists the same.

    Parameters
    ----------
    reports : Path
        Folder of all reports.
    this : Knowledge
        Behind the verdicts of this report.
    inputs : mapping
        The totals of `helpers.reports.store.fingerprints.take_inputs`.
    tables : Path
        The tables of this report.

    Returns
    -------
    dict
        What `changes.json` holds: schema, as_of, id, since (None for the first report), summary,
        settings, figures, verdicts, tables, notes, and `earlier`, the same in short of the reports
        before, newest first.
    """
    base = _base(reports, this.as_of)
    if base and base.folder.name == this.as_of and _same(base, inputs):
        return dict(base.changes)
    entry = {"schema": SCHEMA, "as_of": this.as_of, "id": _identity(this, inputs)}
    if base is None:
        told: dict[str, Any] = {
            "since": None,
            "settings": this.settings,
            **{name: [] for name in LISTS},
        }
    else:
        told = _compared(base, this, inputs, tables)
    others = [language for language in LANGUAGES if language is not ENGLISH]
    said = {one.code: news(entry | told, one, _names(this.raw, one)) for one in others}
    return entry | told | {"summary": news(entry | told, ENGLISH, {}), "summaries": said}


def _names(raw: RawData, language: Language) -> dict[str, str]:
    """Name the indicator of each target in a language; a goal in words has none."""
    about = raw.targets.set_index("target_id")["indicator"]
    names = raw.indicators.set_index("indicator")[f"name_{language.code}"]
    return about.map(names).dropna().to_dict()


def settings_of(runs: Sequence[Run], notebooks: Path, work: Path) -> dict[str, Any]:
    """Return the parameters behind the verdicts: those of the run that wrote them below `work`."""
    wanted = (*CHOICE, "first_year")
    for run in runs:
        if (work / run.name / "tables" / ASSESSMENT).exists():
            values = {**declared_parameters(notebooks / run.notebook), **run.parameters}
            return {name: values[name] for name in wanted if name in values}
    return {}


def _base(reports: Path, as_of: str) -> Base | None:
    for folder in report_folders(reports):
        if folder.name <= as_of and not made_ahead(read_record(folder)):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                record = read_record(folder)
                changes = json.loads((folder / FILE).read_text(encoding="utf-8"))
                if changes["schema"] == SCHEMA and isinstance(record["inputs"], dict):
                    return Base(folder, record, changes)
    return None


def _same(base: Base, inputs: Mapping[str, str]) -> bool:
    """Whether the base was completed from the same inputs; templates change no content."""
    names = [name for name in inputs if name != "pages"]
    old = base.record["inputs"]
    return base.record["state"] == "complete" and all(old.get(n) == inputs[n] for n in names)


def _identity(this: Knowledge, inputs: Mapping[str, str]) -> str:
    content = digest({name: total for name, total in inputs.items() if name != "pages"})
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{plan_of(this.raw)}/{this.as_of}/{content}").urn


def plan_of(raw: RawData) -> str:
    """Name the plan under evaluation; "" of a folder without targets."""
    return "".join(headline_plan(raw.targets)["plan"].head(1))


def _compared(
    base: Base, this: Knowledge, inputs: Mapping[str, str], tables: Path
) -> dict[str, Any]:
    since, both = str(base.changes["as_of"]), (base.folder / "tables", tables)
    notes = [
        t for name, t in INPUT_WORDS.items() if base.record["inputs"].get(name) != inputs[name]
    ]
    changes: tuple[FigureChange, ...] = ()
    verdicts: list[dict[str, Any]] = []
    try:
        last_raw = read_raw(base.folder / "data")
    except RawDataError as error:
        faults = counted(len(error.problems), "problem")
        notes.append(f"Figures and verdicts are not compared: the last ones have {faults}.")
    else:
        last = Knowledge(last_raw, since, base.changes["settings"])
        changes = figure_changes(
            known_figures(last_raw, since),
            known_figures(this.raw, this.as_of),
            last_raw.observations,
        )
        verdicts = verdict_entries(both, last, this, changes, plan_of(this.raw))
    return {
        "since": since,
        "settings": dict(this.settings),
        "figures": [figure_entry(change, this.raw) for change in changes],
        "verdicts": verdicts,
        "tables": [asdict(change) for change in table_changes(*both)],
        "notes": notes,
        "earlier": _earlier(base.changes),
    }


def _earlier(changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the last report's own changes in short, then those that it remembers."""
    short = {name: changes[name] for name in ("as_of", "id", "since", "summary")}
    short["summaries"] = changes.get("summaries", {})
    return [{**short, "lines": lines_of(changes)}, *changes["earlier"]][:REMEMBERED]


def figure_entry(change: FigureChange, raw: RawData) -> dict[str, Any]:
    """Lay out one figure that changed, with its source and in words."""
    row, before = change.row, change.before
    held = raw.sources[raw.sources["source_id"].eq(row["source_id"])]
    columns = ["title_en", "title", "publisher", "published", "url"]
    source = held[columns].iloc[0].to_dict() if len(held) else dict.fromkeys(columns, "")
    return {
        "kind": change.kind,
        "entered": change.entered,
        "words": figure_words(row, ENGLISH, _english_names(raw)),
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
    names = _english_names(this.raw)
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


def _english_names(raw: RawData) -> dict[str, str]:
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
