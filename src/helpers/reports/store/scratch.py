"""Short-lived folders where the system keeps such: gone at the end, or with the next run.

A run that is killed cannot tidy up after itself. Each folder is therefore locked by its owner as
long as that lives, and whoever makes one first removes those that nobody holds any more: with the
first look what they held, with the next one themselves. A kernel outlives the killed run by seconds
and may meanwhile write to where its folder was.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import fcntl

LOCKS = sys.platform != "win32"
PREFIX = "szt-"
HELD = "held"
"""File in a folder that its owner keeps locked."""
INNER = "w"
"""What the owner has of it; short, as sockets lie in it."""


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a new folder with a short path; it is removed at the end."""
    remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with _held(folder):
            (folder / INNER).mkdir()
            yield folder / INNER
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Lock a folder; its file gets its name when it is locked, so that it never looks abandoned."""
    with (folder / f"{HELD}-not-yet").open("w") as file:
        if LOCKS and locked(file):  # a file system may have no locks either
            with contextlib.suppress(OSError):
                (folder / f"{HELD}-not-yet").rename(folder / HELD)
        yield


def remove_abandoned() -> None:
    """Remove the folders of processes that were killed; without locks none is known to be one."""
    for file in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{HELD}"):
        with contextlib.suppress(OSError), file.open("r+") as held:
            if LOCKS and locked(held):  # else its owner lives
                inner = file.with_name(INNER)
                shutil.rmtree(inner if inner.exists() else file.parent, ignore_errors=True)


def locked(file: IO[str]) -> bool:
    """Lock a file for this process; without locks, as on Windows, every process may go on."""
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True
