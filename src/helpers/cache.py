"""Results kept in a folder by all that they depend on, so that none is computed twice.

A report keeps there what it draws and cuts, and the next one takes it from there. Below one folder
each state of the code has its own; so a key has to tell arguments only.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import pickle
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PART = ".part"
MOST = 1000
"""Results that `prune` leaves, of some ten kilobytes each: those of several reports."""


@dataclass(frozen=True)
class Cache:
    """What is kept in one folder; several processes may use it at once.

    Attributes
    ----------
    folder : Path
        Made when something is kept.
    """

    folder: Path

    def find(self, key: str) -> bytes | None:
        """Return what is kept under a key; None for nothing, and for what is not intact."""
        path = self.folder / key
        try:
            content = gzip.decompress(path.read_bytes())
        except (OSError, EOFError, zlib.error):
            return None
        if not content:  # The file is empty.
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # `prune` leaves what was of use last.
        return content

    def keep(self, key: str, content: bytes) -> None:
        """Keep a result in one step; a full disk only means that it is not kept."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(PART, dir=self.folder)
            os.close(handle)
            part = Path(name)
            try:
                part.write_bytes(gzip.compress(content, mtime=0))
                part.replace(self.folder / key)
            except OSError:
                part.unlink()
                raise


def key_of(*asked: Any) -> str:
    """Return a checksum of arguments, "" for such that cannot be told by their content."""
    try:
        return hashlib.sha256(pickle.dumps(asked)).hexdigest()
    except (pickle.PicklingError, TypeError, AttributeError):
        return ""


def prune(folder: Path, most: int = MOST) -> None:
    """Remove all that is kept below a folder but what was kept or found last.

    What a killed process left unfinished goes too; so nothing may be kept meanwhile.
    """
    with contextlib.suppress(OSError):
        files = [path for path in folder.rglob("*") if path.is_file()]
        files.sort(key=lambda path: (path.suffix == PART, -path.stat().st_mtime))
        gone = [path for i, path in enumerate(files) if i >= most or path.suffix == PART]
        for path in gone:
            path.unlink()
        for path in {path.parent for path in gone}:
            with contextlib.suppress(OSError):  # It holds others yet.
                path.rmdir()
