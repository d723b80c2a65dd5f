"""The drop folder: saved publications that an unattended run reads, and nobody has confirmed.

What they say stands in the report as unconfirmed; no series, verdict or probability uses it until
`add --read` has written it. Which texts lie there is asked before anything heavy is loaded.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import ROOT
from helpers.problems import InputError

if TYPE_CHECKING:
    from helpers.observations.raw_data import RawData, RawDirs
    from helpers.publications.second_reader import Finding

INBOX = "inbox"


@dataclass(frozen=True)
class Letter:
    """A text of the drop folder, read."""

    name: str
    """Of the file."""
    offered: tuple[Finding, ...] = ()
    """What is new in it; nothing where the text is distrusted."""
    conflicts: tuple[Finding, ...] = ()
    """Why it is distrusted."""
    confirmed: int = 0
    """How many of its figures are held already."""
    fault: str = ""
    """Why it could not be read; "" where it could."""


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


def read_inbox(raw: RawData) -> tuple[Letter, ...]:
    """Read every text of the drop folder; what cannot be read says why, and stops nothing."""
    from helpers.publications.proposing import propose_from

    letters = []
    for path in inbox_files(raw.raw_dir):
        try:
            reviewed = propose_from(raw, path, {}).review
        except (InputError, OSError) as error:
            fault = str(error).replace(str(path), path.name)
            letters.append(Letter(path.name, fault=fault))
            continue
        confirmed = sum(finding.verdict == "confirms" for finding in reviewed.findings)
        letters.append(Letter(path.name, reviewed.offered, reviewed.conflicts, confirmed))
    return tuple(letters)
