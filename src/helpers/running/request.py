"""What report to make: the settings of a run, checked before anything is written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from helpers import ROOT
from helpers.running.progress import Printer
from helpers.running.runs import RequestError, Run

RESERVED = ("as_of", "raw_dir", "output_dir")


@dataclass(frozen=True)
class ReportRequest:
    """What report to make.

    Attributes
    ----------
    raw_dir : Path or None
        Raw tables; None for the project's own.
    as_of : str
        ISO date; only what was public then is used.
    out_dir : Path
        Folder of all reports; this one goes to `<out_dir>/<as_of>`.
    jobs : int
        Notebooks that run side by side.
    update_processed : bool
        Copy the tables to `processed_dir` once the report is complete and published.
    keep_going : bool
        Publish the rest when a notebook fails, marked as incomplete.
    parameters : mapping
        Further parameters, for every notebook that declares them.
    timeout : float
        Seconds that one notebook may take.
    runs : tuple of Run or None
        None for the full report.
    progress : Printer or None
        Where progress is printed; None for nowhere.
    """

    raw_dir: Path | None = None
    as_of: str = field(default_factory=lambda: date.today().isoformat())
    out_dir: Path = ROOT / "reports"
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    update_processed: bool = False
    keep_going: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)
    timeout: float = 600.0
    notebooks_dir: Path = ROOT / "notebooks"
    processed_dir: Path = ROOT / "data" / "processed"
    runs: tuple[Run, ...] | None = None
    progress: Printer | None = None


def check_request(request: ReportRequest) -> None:
    """Raise RequestError with everything that is wrong with the settings."""
    problems = []
    try:
        valid = date.fromisoformat(request.as_of).isoformat() == request.as_of
    except ValueError:
        valid = False
    if not valid:
        problems.append(f"as-of date {request.as_of!r}: write it as 2026-11-23")
    if request.jobs < 1:
        problems.append(f"jobs {request.jobs}: at least one notebook has to run at a time")
    if not request.timeout > 0:
        problems.append(f"timeout {request.timeout}: must be more than 0 seconds")
    problems += [
        f"parameter {name}: set it by the option of the report, not as a parameter"
        for name in RESERVED
        if name in request.parameters
    ]
    if problems:
        raise RequestError(problems)
