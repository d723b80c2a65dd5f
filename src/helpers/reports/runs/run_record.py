"""The run record: what a report was made from, with what, when, and how it ended."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.reports.store.fingerprints import package_versions

SCHEMA = 2


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


def run_record(
    *,
    state: str,
    as_of: str,
    parameters: Mapping[str, Any],
    runs: list[dict[str, Any]],
    inputs: Mapping[str, str],
    next_change: str,
    checksums: Mapping[str, str],
    checkout: Mapping[str, Any] | None,
    started: str,
    seconds: float,
    steps: Mapping[str, float],
) -> dict[str, Any]:
    """Return the record as it is written to `run.json`.

    Parameters
    ----------
    state : str
        `complete`, `partial` (published although a notebook failed) or `failed`.
    runs : list of dict
        Per run: name, notebook, parameters, state, seconds, message; `reused`, where its result
        was taken over from; fingerprint, and the checksums of what it gave.
    inputs : mapping
        A checksum for each thing that the report is made from.
    next_change : str
        The first later day on which the same tables could give another report.
    checksums : mapping
        sha256 of every raw file by its path below the raw folder.
    steps : mapping
        Seconds that the notebooks and the pages took.
    """
    return {
        "schema": SCHEMA,
        "state": state,
        "as_of": as_of,
        "started": started,
        "seconds": round(seconds, 2),
        "step_seconds": dict(steps),
        "parameters": dict(parameters),
        "runs": runs,
        "inputs": dict(inputs),
        "next_change": next_change,
        "raw_sha256": dict(sorted(checksums.items())),
        "versions": package_versions(),
        "platform": f"{platform.system()} {platform.machine()}",
        "git": dict(checkout) if checkout else None,
    }
