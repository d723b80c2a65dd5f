"""What report to make, checked before anything is written; its progress, and how it ended."""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from helpers import ROOT
from helpers.days import today
from helpers.problems import InputError, iso_day
from helpers.reports.store.run import Outcome, RequestError, Run
from helpers.wording.language import CODES

if TYPE_CHECKING:
    from helpers.observations.raw_data import RawDirs

COMPLETE, PARTIAL, FAILED = "complete", "partial", "failed"
UNCHANGED, BUSY = "unchanged", "busy"
WEB = re.compile(r"https?://[^\s\"'<>?#]+")
"""An address of a folder on the web."""
RESERVED = ("as_of", "raw_dir", "output_dir")
MARKS = {"done": "✓", "failed": "✗", "not_run": "–"}
PLAIN_MARKS = {"done": "done", "failed": "FAILED", "not_run": "not run"}


@dataclass(frozen=True)
class ReportRequest:
    """What report to make."""

    raw_dir: RawDirs = None
    """Raw tables: one folder, or a complete one and further ones whose rows are added; None for the
    project's own."""
    as_of: str = field(default_factory=lambda: today().isoformat())
    """ISO date; only what was public then is used."""
    out_dir: Path = ROOT / "reports"
    """Folder of all reports; this one goes to `<out_dir>/<as_of>`."""
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    """Notebooks that run side by side."""
    update_processed: bool = False
    """Copy the tables to `processed_dir` once the report is complete and published."""
    keep_going: bool = False
    """Publish the rest when a notebook fails, marked as incomplete."""
    if_changed: bool = False
    """Make no report if nothing but the date changed since the last one."""
    keep: int | None = None
    """Keep so many of the newest reports and remove older ones; None keeps all."""
    fresh: bool = False
    """Run every notebook, also those whose result is at hand."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Further parameters, for every notebook that declares them."""
    timeout: float = 600.0
    """Seconds that one notebook may take."""
    languages: tuple[str, ...] = CODES
    """Codes of the languages of the front page; the first has `index.html`."""
    site_address: str = ""
    """Where the folder of all reports will stand on the web, for links to its pages; "" unknown."""
    notebooks_dir: Path = ROOT / "notebooks"
    processed_dir: Path = ROOT / "data" / "processed"
    runs: tuple[Run, ...] | None = None
    """None for the full report."""
    progress: Printer | None = None
    """Where progress is printed; None for nowhere."""


@dataclass(frozen=True)
class ReportResult:
    """How making a report ended."""

    state: str
    """`complete`, `partial` (published, but a notebook failed), `failed` (nothing published),
    `unchanged` (nothing is new, as was asked; nothing written) or `busy` (another run is at work,
    and a report was asked for only if due; nothing written)."""
    seconds: float
    folder: Path | None = None
    """The published report, or what is kept of the failed run."""
    outcomes: tuple[Outcome, ...] = ()
    processed: tuple[Path, ...] = ()
    """Tables that changed in the processed folder."""
    message: str = ""
    """Why it failed, or what is unchanged, in one line."""
    warnings: tuple[str, ...] = ()
    """What is less than in the last report although nothing failed."""

    @property
    def exit_code(self) -> int:
        """Exit code of the command: 0 only for a complete report, or if none was due."""
        return 0 if self.state in (COMPLETE, UNCHANGED, BUSY) else 1


def check_request(request: ReportRequest) -> None:
    """Raise RequestError with everything that is wrong with the settings."""
    problems = []
    try:
        iso_day(request.as_of)
    except InputError as error:
        problems.append(str(error))
    if request.update_processed and request.as_of > today().isoformat():
        problems.append(
            f"as_of: '{request.as_of}' lies ahead of today, {today()}; an edition is of a day that "
            "has come"
        )
    if request.jobs < 1:
        problems.append(f"jobs {request.jobs}: at least one notebook has to run at a time")
    if not request.timeout > 0:
        problems.append(f"timeout {request.timeout}: must be more than 0 seconds")
    if not request.languages or not set(request.languages) <= set(CODES):
        problems.append(f"languages {request.languages!r}: choose from {', '.join(CODES)}")
    if request.site_address and not WEB.fullmatch(request.site_address):
        problems.append(
            f"site_address '{request.site_address}': write it in full, such as "
            "https://example.org/targets"
        )
    if request.keep is not None and request.keep < 1:
        problems.append(f"keep {request.keep}: at least the new report is kept")
    problems += [
        f"parameter {name}: set it by the option of the report, not as a parameter"
        for name in RESERVED
        if name in request.parameters
    ]
    if problems:
        raise RequestError(problems)


class Printer:
    """Prints runs as they start and end.

    Parameters
    ----------
    stream : TextIO
        Where to. Lines end plainly unless it is a terminal.
    """

    def __init__(self, stream: TextIO):
        self.stream = stream
        self.live = stream.isatty()
        self.active: dict[str, float] = {}
        self.total = 0
        self.ended = 0
        self._lock = threading.Lock()

    def start(self, total: int) -> None:
        """Say how many runs there will be."""
        self.total = total

    def __call__(self, event: Run | Outcome) -> None:
        """Take note of a start (Run) or an end (Outcome)."""
        with self._lock:
            if isinstance(event, Run):
                self.active[event.name] = time.perf_counter()
            else:
                self.active.pop(event.name, None)
                self.ended += 1
                self._line(self._words(event))
            self._status()

    def _words(self, outcome: Outcome) -> str:
        mark = (MARKS if self.live else PLAIN_MARKS)[outcome.state]
        if outcome.reused:
            return f"{mark} {outcome.name}  unchanged since {outcome.reused}"
        tail = f": {outcome.message}" if outcome.message else ""
        return f"{mark} {outcome.name}  {outcome.seconds:.1f} s{tail}"

    def _line(self, text: str) -> None:
        if self.live:
            self.stream.write("\r\x1b[2K")
        try:
            self.stream.write(text + "\n")
        except UnicodeEncodeError:
            self.stream.write(text.encode("ascii", "replace").decode() + "\n")
        self.stream.flush()

    def _status(self) -> None:
        if self.live and self.active:
            names = ", ".join(self.active)
            text = f"  {self.ended}/{self.total} running: {names}"
            # A longer line would wrap, and only its last part could be erased again.
            self.stream.write("\r\x1b[2K" + text[: shutil.get_terminal_size().columns - 1])
            self.stream.flush()
