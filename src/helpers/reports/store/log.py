"""What happened in a folder of reports: one JSON object a line in `log.jsonl`."""

from __future__ import annotations

import contextlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NAME = "log.jsonl"
LARGEST = 1_000_000
"""Bytes; a longer log becomes `log.1.jsonl`, and the one that had this name goes."""


class Journal:
    """Appends events to the log of a folder of reports.

    Nothing is written while the folder does not exist, and a log that cannot be written never
    stops a report.
    """

    def __init__(self, reports: Path):
        self.path = reports / NAME

    def note(self, event: str, **facts: Any) -> None:
        """Append one event with its facts; times are UTC."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, "event": event, **facts}, ensure_ascii=False, default=str)
        with contextlib.suppress(OSError):
            if not self.path.parent.is_dir():
                return
            self._rotate()
            # One write of a whole line, appended: runs side by side do not mix.
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(handle, (line + "\n").encode("utf-8", "backslashreplace"))
            finally:
                os.close(handle)

    def _rotate(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self.path.stat().st_size > LARGEST:
                self.path.replace(self.path.with_name("log.1.jsonl"))
