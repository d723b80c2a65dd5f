"""Charts as they were shown before: one that would show the same is not drawn again.

Whoever runs notebooks names a folder in their environment, another one for each state of the code
and of the notebook, which may change a chart after it is drawn. So a chart is known by the function
that draws it and its arguments. Without a folder nothing is kept, and every chart is drawn.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import pickle
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = "SHENZHEN_TARGETS_CHARTS"
"""Variable of the environment that names the folder."""
PART = ".part"
MOST = 500
"""Charts that `prune` leaves, of some ten kilobytes each: those of several reports."""
Shown = tuple[dict[str, Any], dict[str, Any]]
"""Data and metadata by kind of output, as a notebook keeps a chart."""


def key_of(draw: Callable, *asked: Any) -> str:
    """Return a checksum of a call that draws a chart.

    "" where nothing is kept, and for arguments that cannot be told by their content.
    """
    if _folder() is None:
        return ""
    try:
        told = pickle.dumps((draw.__module__, draw.__qualname__, asked))
    except (pickle.PicklingError, TypeError, AttributeError):
        return ""
    return hashlib.sha256(told).hexdigest()


def find(key: str) -> Shown | None:
    """Return what was shown under a key; None for nothing, and for what is not intact."""
    folder = _folder()
    if folder is None or not key:
        return None
    try:
        data, metadata = json.loads(gzip.decompress((folder / key).read_bytes()))
    except (OSError, EOFError, zlib.error, ValueError):
        return None
    with contextlib.suppress(OSError):
        os.utime(folder / key)  # `prune` leaves what was of use last.
    return data, metadata


def keep(key: str, shown: Shown) -> None:
    """Keep in one step what is shown under a key; a full disk only means that it is not kept."""
    folder = _folder()
    if folder is None or not key:
        return
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(PART, dir=folder)
        os.close(handle)
        part = Path(name)
        try:
            part.write_bytes(gzip.compress(json.dumps(shown).encode(), mtime=0))
            part.replace(folder / key)
        except OSError:
            part.unlink()
            raise


def prune(folder: Path, most: int = MOST) -> None:
    """Remove all charts below a folder but those that were kept or found last.

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


def _folder() -> Path | None:
    named = os.environ.get(FOLDER)
    return Path(named) if named else None
