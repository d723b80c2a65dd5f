"""Which texts lie in the drop folder: asked before anything heavy is loaded."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import ROOT

if TYPE_CHECKING:
    from helpers.observations.raw_data import RawDirs

INBOX = "inbox"


def inbox_files(raw_dir: RawDirs) -> list[Path]:
    """Name the files of the drop folders, in order; hidden ones are passed over."""
    if raw_dir is None or isinstance(raw_dir, str | Path):
        raw_dir = (raw_dir or ROOT / "data" / "raw",)
    folders = [Path(folder) / INBOX for folder in raw_dir]
    files = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]
    return [p for p in files if p.is_file() and not p.name.startswith((".", "~", "README"))]


def inbox_digest(raw_dir: RawDirs) -> list[tuple[str, str]]:
    """Give name and SHA-256 of every text, so that a new one is seen."""
    return [(p.name, hashlib.sha256(p.read_bytes()).hexdigest()) for p in inbox_files(raw_dir)]
