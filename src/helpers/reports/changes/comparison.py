"""What is new in a report against the last one, as data that pages and feeds are made from."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from helpers.observations.raw_data import RawData, RawDataError, read_raw
from helpers.reports.changes.entries import ASSESSMENT, figure_entry, lines_of, verdict_entries
from helpers.reports.changes.observations import (
    FigureChange,
    figure_changes,
    known_figures,
    table_changes,
)
from helpers.reports.changes.verdicts import CHOICE, Knowledge
from helpers.reports.store.fingerprints import digest
from helpers.reports.store.folders import made_ahead, read_record, report_folders
from helpers.reports.store.run import Run, declared_parameters
from helpers.targets.plan import headline_plan
from helpers.wording.english import counted
from helpers.wording.language import ENGLISH, LANGUAGES, Language
from helpers.wording.sentences import news

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
        As `helpers.reports.store.fingerprints.report_inputs`.
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
    """Name the indicator of each target in a language; those without a name are left out."""
    about = raw.targets.set_index("target_id")["indicator"]
    own = about.map(raw.indicators.set_index("indicator")[f"name_{language.code}"]).fillna("")
    return own[own.ne("")].to_dict()


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
