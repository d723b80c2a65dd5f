"""Names that the raw tables of a folder hold, for what is asked before the tables are read."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from helpers.observations.files import RawFile, list_files, load, signature
from helpers.observations.raw_data import RawDirs, folders_of
from helpers.observations.rows import tables_of
from helpers.observations.schema import Target

NAMED = ("indicators", "areas", "definitions", "targets")
"""Tables whose keys somebody may ask for."""


def names_held(raw_dir: RawDirs = None) -> Mapping[str, tuple[str, ...]]:
    """List the keys of each table of `NAMED`, in the order of its rows.

    A table that cannot be read is left out: `helpers.observations.raw_data.read_raw` says why.
    A row with a fault is listed, as that is told there as well.
    """
    return _held(_files(raw_dir))[0]


def area_of_plan(raw_dir: RawDirs = None) -> str:
    """Name the area of the first target; "" where the tables tell none."""
    return _held(_files(raw_dir))[1]


def _files(raw_dir: RawDirs) -> tuple[tuple[RawFile, object], ...]:
    folders = folders_of(raw_dir)
    if not all(Path(folder).is_dir() for folder in folders):
        return ()
    files = (file for file in list_files(folders).files if file.table in NAMED)
    return tuple((file, signature(file.path)) for file in files)


@lru_cache(maxsize=16)
def _held(files: tuple[tuple[RawFile, object], ...]) -> tuple[Mapping[str, tuple[str, ...]], str]:
    # Files that were not written since are not read again: an explorer asks with every choice.
    tables = tables_of(load([file for file, _ in files]))
    present = {file.table for file, _ in files}
    held = {
        name: tuple({**tables[name].by_key(), **dict.fromkeys(sorted(tables[name].mentioned))})
        for name in NAMED
        if name in present and tables[name].usable
    }
    targets = tables["targets"].of(Target)
    return held, targets[0].record.area if targets else ""
