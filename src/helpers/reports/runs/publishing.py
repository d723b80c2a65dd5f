"""Put a report in its place, with the record of its making."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from helpers import ROOT
from helpers.observations.raw_data import RawDirs
from helpers.reports.runs.run_record import checkout_state, run_record
from helpers.reports.runs.state import COMPLETE, FAILED, SHOWN, Making
from helpers.reports.store import folders as publication
from helpers.reports.store.cache import Shelf
from helpers.reports.store.fingerprints import file_digest
from helpers.reports.store.run import Outcome, Run
from helpers.reports.store.subsets import next_change
from helpers.reports.store.worktables import checksums


def place(making: Making, state: str) -> Path:
    """Publish the site, or keep what failed beside the reports; return the folder."""
    request, build = making.request, making.build
    record = record_of(making, state)
    text = json.dumps(record, ensure_ascii=False, indent=1, default=str) + "\n"
    failed = request.out_dir / f"failed-{request.as_of}"
    if state != COMPLETE:
        (build / "failed" / "run.json").write_text(text, encoding="utf-8")
        publication.replace_folder(build / "failed", failed)
    else:
        shutil.rmtree(failed, ignore_errors=True)
    facts = {"as_of": request.as_of, "state": state, "seconds": record["seconds"]}
    if state == FAILED:
        making.journal.note("report failed", **facts, failures=making.failures)
        return failed
    (build / "site" / "run.json").write_text(text, encoding="utf-8")
    target = request.out_dir / request.as_of
    publication.replace_folder(build / "site", target)
    publication.point_latest(request.out_dir)
    making.journal.note("report published", **facts, failures=making.failures)
    if state == COMPLETE:
        Shelf(request.out_dir).clear()
        _prune(making, target)
    return target


def _prune(making: Making, published: Path) -> None:
    """Remove old reports as asked; one that cannot be removed does not undo the new one."""
    request = making.request
    if request.keep:
        with contextlib.suppress(OSError):
            removed = publication.prune(request.out_dir, request.keep, published)
            if removed:
                making.journal.note("reports removed", names=removed)


def record_of(making: Making, state: str) -> dict[str, Any]:
    """Return what `run.json` holds."""
    request = making.request
    done = {outcome.name: outcome for outcome in making.outcomes}
    return run_record(
        state=state,
        as_of=request.as_of,
        parameters={
            "as_of": request.as_of,
            "raw_dir": _named(request.raw_dir),
            "jobs": request.jobs,
            "keep_going": request.keep_going,
            "update_processed": request.update_processed,
            "timeout": request.timeout,
            "fresh": request.fresh,
            **request.parameters,
        },
        runs=[_run_entry(making, run, done[run.name]) for run in making.runs],
        inputs=making.inputs,
        next_change=next_change(making.raw, request.as_of),
        checksums=making.raw.checksums,
        checkout=checkout_state(ROOT),
        started=making.started,
        seconds=time.perf_counter() - making.clock,
        steps=making.seconds,
    )


def _named(raw_dir: RawDirs) -> str | list[str]:
    """Name the folder of the raw tables as it was given, or the several."""
    if raw_dir is None or isinstance(raw_dir, Path | str):
        return str(raw_dir or "")
    return [str(folder) for folder in raw_dir]


def _run_entry(making: Making, run: Run, outcome: Outcome) -> dict[str, Any]:
    """Describe one run; by the checksums a later report can take it over."""
    shown = {name: SHOWN.get(name, value) for name, value in run.parameters.items()}
    entry = {
        **asdict(run),
        "parameters": shown,
        "state": outcome.state,
        "seconds": round(outcome.seconds, 2),
        "message": outcome.message,
        "reused": outcome.reused,
        "fingerprint": making.fingerprints[run.name],
    }
    if outcome.path is not None:
        entry["work_seconds"] = round(outcome.work_seconds or 0.0, 2)
        entry["notebook_sha256"] = file_digest(outcome.path)
        entry["tables"] = checksums(making.build / "work" / run.name / "tables")
    return entry
