"""Progress of a sweep: a line that renews itself on a terminal, a line now and then elsewhere."""

import sys
import time
from typing import TextIO

QUIET = 30.0
"""Seconds between lines where there is no terminal."""


class SweepProgress:
    """Says how far a sweep is, and about how long it will still take.

    Parameters
    ----------
    stream : TextIO
        Where to; standard error by default.
    """

    def __init__(self, stream: TextIO | None = None):
        self.stream = stream or sys.stderr
        self.live = bool(getattr(self.stream, "isatty", lambda: False)())
        self.start = self.last = time.perf_counter()
        self.before: int | None = None

    def __call__(self, done: int, total: int) -> None:
        """Take note of how many questions are answered, of how many."""
        now = time.perf_counter()
        if self.before is None:
            self.before, self.start = done, now
            if done:
                self._line(f"{done:,} of {total:,} were answered before; going on")
        text = f"{done:,} of {total:,} answered{self._left(done, total, now - self.start)}"
        if self.live:
            self.stream.write(f"\r\x1b[2K  {text}")
            self.stream.flush()
        elif now - self.last > QUIET:
            self.last = now
            self._line(text)

    def close(self) -> None:
        """Clear the line that renews itself."""
        if self.live:
            self.stream.write("\r\x1b[2K")
            self.stream.flush()

    def _left(self, done: int, total: int, seconds: float) -> str:
        fresh = done - (self.before or 0)
        if not fresh or done >= total:
            return ""
        return f", about {seconds / fresh * (total - done):,.0f} s left"

    def _line(self, text: str) -> None:
        self.stream.write(("\r\x1b[2K" if self.live else "") + text + "\n")
        self.stream.flush()
