"""Charts as they were shown before: one whose data did not change is not drawn again.

Whoever runs notebooks names a folder for them in their environment, another one for each state of
a notebook, which may change a chart after it is drawn. Without a folder nothing is kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from helpers import cache

FOLDER = "SHENZHEN_TARGETS_DRAWN"
"""Variable of the environment that names the folder."""
Shown = tuple[dict[str, Any], dict[str, Any]]
"""Data and metadata by kind of output, as a notebook keeps a chart."""


def key_of(draw: Callable, *asked: Any) -> str:
    """Return a checksum of a call that draws a chart; "" if it cannot be kept, or nothing is."""
    if _folder() is None:
        return ""
    return cache.key_of(draw.__module__, draw.__qualname__, *asked)


def find(key: str) -> Shown | None:
    """Return what was shown under a key; None if nothing is kept, or nothing that is intact."""
    folder = _folder()
    held = folder.find(key) if folder and key else None
    return None if held is None else tuple(json.loads(held))


def keep(key: str, shown: Shown) -> None:
    """Keep what is shown under a key."""
    folder = _folder()
    if folder and key:
        folder.keep(key, json.dumps(shown).encode())


def _folder() -> cache.Cache | None:
    named = os.environ.get(FOLDER)
    return cache.Cache(Path(named)) if named else None
