"""A report while it is made, what came of it so far, and the record of its making."""

from __future__ import annotations

import contextlib
import platform
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from helpers import ROOT
from helpers.days import today
from helpers.observations.raw_data import RawData, RawDirs
from helpers.reports.store.cache import Shelf, sealed
from helpers.reports.store.fingerprints import Inputs, package_versions
from helpers.reports.store.folders import Journal, next_number, read_record
from helpers.reports.store.ledger import Ledger
from helpers.reports.store.request import ReportRequest
from helpers.reports.store.run import Outcome, Run
from helpers.reports.store.subsets import next_change

SCHEMA = 3
"""Of the record; 2 had needs and a page for each run."""
SHOWN = {"raw_dir": "../data"}
"""What an executed notebook shows in place of where its figures lay: the report's own copy."""


@dataclass
class Making:
    """A report while it is made."""

    request: ReportRequest
    raw: RawData
    inputs: Inputs
    """Taken before anything was read."""
    runs: tuple[Run, ...]
    """With all their parameters."""
    build: Path
    """A folder that is removed at the end. A run works in `work/<name>` there, from the copies in
    `notebooks`; `site` is what will be published, `failed` what is kept of a failure."""
    shelf: Shelf
    """Finished runs at hand."""
    journal: Journal
    started: str
    """ISO time."""
    clock: float
    """`time.perf_counter()` of the start."""
    fingerprints: dict[str, str] = field(default_factory=dict)
    """By run; see `helpers.reports.store.fingerprints.run_fingerprints`."""
    outcomes: tuple[Outcome, ...] = ()
    failures: dict[str, str] = field(default_factory=dict)
    """Name and message of all that went wrong."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each step took."""
    unprinted: str = ""
    """Why there is no print of the front page, "" if there is."""
    made_on: str = field(default_factory=lambda: today().isoformat())
    """ISO date of the making."""
    ledger: Ledger = field(default_factory=Ledger)
    """What reports have issued, with what this one issues."""

    @property
    def notebooks(self) -> Path:
        """Return the folder of the copies that are run."""
        return self.build / "notebooks"

    def notebook_of(self, name: str) -> Path:
        """Return where the executed notebook of a run goes."""
        return self.build / "site" / "notebooks" / f"{name}.ipynb"

    def tables_of(self, name: str) -> Path:
        """Return the folder that a run writes its tables to."""
        return self.build / "work" / name / "tables"

    @contextlib.contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """Note how long a step takes."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(time.perf_counter() - start, 2)


def record_of(making: Making, state: str) -> dict[str, Any]:
    """Return what `run.json` holds: what a report was made from, with what, when, how it ended.

    `state` is `complete`, `partial` (published although a notebook failed) or `failed`;
    `next_change` is the first later day on which the same tables could give another report,
    `number` its place in the order of making.
    """
    request = making.request
    done = {outcome.name: outcome for outcome in making.outcomes}
    return {
        "schema": SCHEMA,
        "state": state,
        "as_of": request.as_of,
        "made_on": making.made_on,
        "number": next_number(request.out_dir),
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
        "inputs": dict(making.inputs.totals),
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
        entry["work_seconds"] = round(outcome.work_seconds, 2)
        entry |= sealed(outcome.path, making.tables_of(run.name))
    return entry


def last_seconds(report: Path) -> dict[str, float]:
    """Return how long each notebook took in an earlier report; nothing if that cannot be read."""
    try:
        runs = read_record(report)["runs"]
        return {str(run["name"]): float(run["work_seconds"]) for run in runs}
    except (ValueError, KeyError, TypeError):
        return {}


def checkout_state(folder: Path) -> dict[str, Any] | None:
    """Return commit and whether tracked files differ from it; None if `folder` is no checkout."""
    if not (folder / ".git").exists():
        return None
    options = ("--always", "--abbrev=40", "--exclude=*", "--dirty")
    command = ["git", "-C", str(folder), "describe", *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    commit, _, dirty = done.stdout.strip().partition("-")
    return {"commit": commit, "dirty": bool(dirty)}
