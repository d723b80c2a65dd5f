"""`add --read`: figures proposed out of a saved publication, doubted, confirmed, stored."""

import argparse
import csv
import hashlib
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from helpers.apps.commands import BAD_INPUT, DONE
from helpers.apps.commands.arguments import no_writing
from helpers.apps.new_figures.proposals import filled, propose
from helpers.observations.files import list_files, load
from helpers.observations.raw_data import RawData, folders_of, read_raw
from helpers.observations.references import names_in
from helpers.observations.rows import Table, tables_of
from helpers.observations.schema import MODELS, OBSERVATIONS, Definition
from helpers.problems import InputError
from helpers.publications.proposing import Proposed, propose_from, status_of
from helpers.publications.script import Reading
from helpers.publications.second_reader import CONFIRMS, UNPLACED, Finding
from helpers.vocabulary import FINAL_STATUSES
from helpers.wording.english import counted

# --- the command


def run(arguments: argparse.Namespace) -> int:
    """Propose the figures of a publication, and write what a person confirms.

    Raises
    ------
    helpers.problems.InputError
        For a publication or options that cannot be used; nothing has been written then.
    """
    from helpers.apps.new_figures.options import SOURCE

    given = {name: getattr(arguments, f"source_{name}") for name in SOURCE}
    given = {name: text for name, text in given.items() if text is not None}
    if arguments.source:
        given["source_id"] = arguments.source
    raw = read_raw(arguments.raw_dir)
    proposed = propose_from(raw, arguments.read, given, arguments.area or "", arguments.misread)
    if arguments.format == "json":
        print(json.dumps(as_records(proposed), ensure_ascii=False, indent=1))
        return DONE
    print(told(proposed))
    keeps = not arguments.pointer_only
    if arguments.only_evidence:
        return _write(arguments, raw, proposed, (), keeps)
    offered = proposed.review.offered
    if conflicts := len(proposed.review.conflicts):
        print(
            f"\nThis text is distrusted: {conflicts} of its figures contradict what is held. "
            "Nothing of it is offered; where the reader erred, say so with --misread NUMBER."
        )
        return BAD_INPUT if arguments.yes else DONE
    if not offered:
        print("\nnothing to add")
        return DONE
    if arguments.dry_run:
        print("\nnothing written: this was a dry run")
        return DONE
    if not arguments.yes:
        if not sys.stdin.isatty():
            message = "nothing written: nobody to ask; repeat with --yes to write what is offered"
            print(message, file=sys.stderr)
            return BAD_INPUT
        offered = tuple(finding for finding in offered if _agreed(finding))
    return _write(arguments, raw, proposed, offered, keeps)


def _agreed(finding: Finding) -> bool:
    print(f"\n{_line(finding)}\n    “{finding.reading.sentence}”")
    try:
        return input("Write this? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def as_records(proposed: Proposed) -> list[dict[str, object]]:
    """Give findings as plain records, with the words that they were read in."""
    records = []
    for number, finding in enumerate(proposed.review.findings, 1):
        one = finding.reading
        cells = {name: getattr(one, name) for name in one.__dataclass_fields__}
        offered = finding in proposed.review.offered
        said = {"verdict": finding.verdict, "why": finding.why, "offered": offered}
        records.append({"number": number, **cells, **said})
    return records


def told(proposed: Proposed) -> str:
    """Say what was read and what the second reader holds of it."""
    findings = proposed.review.findings
    source = proposed.source
    dated = source["published"] or "no day known"
    about = proposed.area or "a place that is not in areas.csv"
    graded = f"{source['kind']}, {dated}, {source['grade']}"
    lines = [f"{proposed.document.name}: {source['title']} ({graded}), about {about}"]
    lines += [f"not read: {note}" for note in proposed.document.notes]
    if not findings:
        lines.append("no figure of any indicator was found in it")
    for number, finding in enumerate(findings, 1):
        mark = "misread " if number - 1 in proposed.review.misread else ""
        lines.append(f"{number:3} {mark}{_line(finding)}")
        if finding.verdict != CONFIRMS or finding.raises:
            lines.append(f"      “{finding.reading.sentence}”")
    return "\n".join(lines)


def _line(finding: Finding) -> str:
    one = finding.reading
    months = "" if one.months == 12 else f", {one.months} months"
    bound = {"lower_bound": "above ", "rounded": "about "}.get(one.qualifier, "")
    better = "; a better grade" if finding.raises else ""
    place = f"{one.indicator} {one.area or '?'} {one.year or '?'}{months}"
    return f"{finding.verdict:12} {place}: {bound}{one.value} ({finding.why}{better})"


# --- rows


def _write(
    arguments: argparse.Namespace,
    raw: RawData,
    proposed: Proposed,
    chosen: Sequence[Finding],
    keeps: bool,
) -> int:
    from helpers.apps.new_figures.command import compare, difference_text
    from helpers.apps.new_figures.storing import plan_changes, store

    tables = tables_of(load(list_files(folders_of(arguments.raw_dir)).files))
    figures = [_figure(finding.reading, proposed, tables, raw) for finding in chosen]
    quotes = [
        _quote(f.reading, row, proposed, keeps) for f, row in zip(chosen, figures, strict=True)
    ]
    if arguments.only_evidence:
        quotes = list(_evidence(raw, proposed, keeps))
    if not figures and not quotes:
        print("\nnothing to add")
        return DONE
    with tempfile.TemporaryDirectory() as folder:
        rows = {
            "sources": [proposed.source] if proposed.is_new and figures else [],
            OBSERVATIONS: figures,
            "quotes": quotes,
        }
        files = {table: _file(Path(folder), table, lines) for table, lines in rows.items()}
        proposal = propose(
            arguments.raw_dir, {}, files[OBSERVATIONS], files["sources"], files["quotes"]
        )
    if not any(proposal.rows.values()):
        print("\nthere already, word for word: nothing to add")
        return DONE
    if arguments.only_evidence:
        count = len(proposal.rows["quotes"])
        print(f"\n{counted(count, 'figure')} of this source can be read in the text")
        if (refused := no_writing(arguments)) is not None:
            return refused
    if figures:
        print("\n" + difference_text(compare(proposal, arguments.as_of), proposal, arguments.as_of))
    changes = plan_changes(proposal)
    store(changes, proposal.before.raw_dir)
    print("\n" + "\n".join(f"{change.path}: written" for change in changes))
    return DONE


def _file(folder: Path, table: str, rows: Sequence[Mapping[str, str]]) -> Path | None:
    if not rows:
        return None
    path = folder / f"{table}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(MODELS[table].model_fields), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _figure(
    one: Reading, proposed: Proposed, tables: dict[str, Table], raw: RawData
) -> dict[str, str]:
    status = one.status or status_of(proposed.source["kind"])
    row = {
        "indicator": one.indicator, "area": one.area, "year": str(one.year),
        "months": str(one.months), "value": one.value, "status": status,
        "qualifier": one.qualifier, "source_id": proposed.source["source_id"],
    }  # fmt: skip
    if status == "estimate" and (definition := _of_estimates(one.indicator, tables, raw)):
        row["definition"] = definition
    return filled(OBSERVATIONS, row, tables)


def _of_estimates(indicator: str, tables: dict[str, Table], raw: RawData) -> str:
    """Name the alternative definition that holds the estimates of an indicator: none is final."""
    held = raw.observations
    final = set(held["definition"][held["status"].isin(FINAL_STATUSES)])
    fitting = [
        entry.record.definition
        for entry in tables["definitions"].of(Definition)
        if indicator in names_in(entry.record.indicator)
        and entry.record.use == "alternative"
        and entry.record.definition not in final
    ]
    return fitting[0] if len(fitting) == 1 else ""


def _quote(one: Reading, row: Mapping[str, str], proposed: Proposed, keeps: bool) -> dict[str, str]:
    key = ("source_id", "indicator", "area", "year", "months", "definition", "status")
    return {
        **{name: str(row[name]) for name in key},
        "file": proposed.document.name, "start": str(one.start), "end": str(one.end),
        "checksum": hashlib.sha256(one.sentence.encode()).hexdigest(), "rule": one.rule,
        "sentence": one.sentence if keeps else "",
    }  # fmt: skip


def _evidence(raw: RawData, proposed: Proposed, keeps: bool) -> list[dict[str, str]]:
    """Give the rows of this source that its text confirms the words that say so."""
    held = raw.observations
    own = held[held["source_id"].eq(proposed.source["source_id"])]
    quotes = []
    for finding in proposed.review.findings:
        one = finding.reading
        cell = own[
            own["indicator"].eq(one.indicator) & own["area"].eq(one.area)
            & own["year"].eq(one.year) & own["months"].eq(one.months)
        ]  # fmt: skip
        for row in cell.to_dict("records"):
            if finding.verdict not in (CONFIRMS, UNPLACED) and finding.held != row["source_id"]:
                continue
            agrees = abs(float(one.value) - row["value"]) <= 0.5 * one.step
            if agrees and row["qualifier"] != "derived":
                quotes.append(_quote(one, row, proposed, keeps))
    if not quotes:
        raise InputError(
            f"no figure of {proposed.source['source_id']} was found in this text; name the source "
            "of the rows with --source"
        )
    return quotes
