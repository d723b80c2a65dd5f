"""A report while it is made: what it is made from, where, and what came of it so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.observations.raw_data import RawData
from helpers.reports.store.log import Journal
from helpers.reports.store.request import ReportRequest
from helpers.reports.store.run import Outcome, Run

COMPLETE, PARTIAL, FAILED = "complete", "partial", "failed"
SHOWN = {"raw_dir": "../data"}
"""What an executed notebook shows as folder of its figures: the report's own copy of them."""


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
