"""Progress of a report: one line a notebook, and on a terminal a line that says what runs."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from typing import TextIO

from helpers.reports.store.run import Outcome, Run

MARKS = {"done": "✓", "failed": "✗", "not_run": "–"}
PLAIN_MARKS = {"done": "done", "failed": "FAILED", "not_run": "not run"}


class Printer:
    """Prints runs as they start and end.

    Parameters
    ----------
    stream : TextIO
        Where to; standard error by default. Lines end plainly unless it is a terminal.
    """

    def __init__(self, stream: TextIO | None = None):
        self.stream = stream or sys.stderr
        self.live = bool(getattr(self.stream, "isatty", lambda: False)())
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

    def say(self, text: str) -> None:
        """Print a line of its own."""
        with self._lock:
            self._line(text)

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
