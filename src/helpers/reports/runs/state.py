"""A report while it is made, what came of it so far, and the record of its making."""

from __future__ import annotations

import json
import platform
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from helpers import ROOT
from helpers.observations.raw_data import RawData, RawDirs
from helpers.reports.store.cache import checksums, drawings_of
from helpers.reports.store.fingerprints import file_digest, package_versions
from helpers.reports.store.folders import Journal
from helpers.reports.store.request import ReportRequest
from helpers.reports.store.run import Outcome, Run
from helpers.reports.store.subsets import next_change

COMPLETE, PARTIAL, FAILED = "complete", "partial", "failed"
SCHEMA = 3
"""Of the record; 2 had needs and a page for each run."""
SHOWN = {"raw_dir": "../data"}
"""What an executed notebook shows in place of where its figures lay: the report's own copy."""


@dataclass
class Making:
    """A report while it is made.

    Attributes
    ----------
    request : ReportRequest
    raw : RawData
    inputs : dict
        As `helpers.reports.store.fingerprints.report_inputs`, taken before anything was read.
    runs : tuple of Run
        With all their parameters.
    build : Path
        A folder that is removed at the end.
    journal : Journal
    started : str
        ISO time.
    clock : float
        `time.perf_counter()` of the start.
    fingerprints : dict
        By run; see `helpers.reports.store.fingerprints.run_fingerprints`.
    outcomes : tuple of Outcome
    failures : dict
        Name and message of all that went wrong.
    seconds : dict
        How long each step took.
    """

    request: ReportRequest
    raw: RawData
    inputs: Mapping[str, str]
    runs: tuple[Run, ...]
    build: Path
    journal: Journal
    started: str
    clock: float
    fingerprints: dict[str, str] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    failures: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, name: str, step: Callable[[], Any]) -> Any:
        """Take a step and note how long it took."""
        start = time.perf_counter()
        try:
            return step()
        finally:
            self.seconds[name] = round(time.perf_counter() - start, 2)


def record_of(making: Making, state: str) -> dict[str, Any]:
    """Return what `run.json` holds: what a report was made from, with what, when, how it ended.

    `state` is `complete`, `partial` (published although a notebook failed) or `failed`;
    `next_change` is the first later day on which the same tables could give another report.
    """
    request = making.request
    done = {outcome.name: outcome for outcome in making.outcomes}
    return {
        "schema": SCHEMA,
        "state": state,
        "as_of": request.as_of,
        "started": making.started,
        "seconds": round(time.perf_counter() - making.clock, 2),
        "step_seconds": dict(making.seconds),
        "parameters": {
            "as_of": request.as_of,
            "raw_dir": _named(request.raw_dir),
            "jobs": request.jobs,
            "keep_going": request.keep_going,
            "update_processed": request.update_processed,
            "timeout": request.timeout,
            "fresh": request.fresh,
            **request.parameters,
        },
        "runs": [_run_entry(making, run, done[run.name]) for run in making.runs],
        "drawings": drawings_of(making.build / "site" / "charts"),
        "inputs": dict(making.inputs),
        "next_change": next_change(making.raw, request.as_of),
        "raw_sha256": dict(sorted(making.raw.checksums.items())),
        "versions": package_versions(),
        "platform": f"{platform.system()} {platform.machine()}",
        "git": checkout_state(ROOT),
    }


def _named(raw_dir: RawDirs) -> str | list[str]:
    """Name the folder of the raw tables as it was given, or the several."""
    if raw_dir is None or isinstance(raw_dir, Path | str):
        return str(raw_dir or "")
    return [str(folder) for folder in raw_dir]


def _run_entry(making: Making, run: Run, outcome: Outcome) -> dict[str, Any]:
    """Describe one run and how it ended; by the checksums a later report can take it over."""
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


def last_seconds(path: Path) -> dict[str, float]:
    """Return how long each notebook took by an earlier run record; nothing if it cannot be read."""
    try:
        runs = json.loads(path.read_text(encoding="utf-8"))["runs"]
        return {str(run["name"]): float(run["work_seconds"]) for run in runs}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def checkout_state(folder: Path) -> dict[str, Any] | None:
    """Return commit and whether tracked files differ from it; None if `folder` is no checkout."""
    commit = _git(folder, "rev-parse", "HEAD")
    top = _git(folder, "rev-parse", "--show-toplevel")
    if commit is None or top is None or Path(top).resolve() != folder.resolve():
        return None
    changes = _git(folder, "status", "--porcelain")
    return {"commit": commit, "dirty": bool(changes) if changes is not None else None}


def _git(folder: Path, *words: str) -> str | None:
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
