"""Tables of the runs of a report: each run has a folder of its own, gathered at the end."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from helpers.reports.store.fingerprints import file_digest
from helpers.reports.store.run import Run


def lay_needed(run: Run, runs: Sequence[Run], work: Path) -> dict[str, str]:
    """Put the tables of the runs that a run needs into its folder; return their checksums."""
    tables = work / run.name / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    needed = needed_by(run, runs)
    for other in runs:
        if other.name in needed:
            shutil.copytree(work / other.name / "tables", tables, dirs_exist_ok=True)
    return checksums(tables)


def needed_by(run: Run, runs: Sequence[Run]) -> set[str]:
    """Return the names of all runs that a run needs, directly or through others."""
    by_name = {other.name: other for other in runs}
    needed: set[str] = set()
    waiting = list(run.needs)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += by_name[name].needs
    return needed


def checksums(tables: Path) -> dict[str, str]:
    """Return the checksum of every file below a folder by its path there."""
    files = sorted(path for path in tables.rglob("*") if path.is_file())
    return {path.relative_to(tables).as_posix(): file_digest(path) for path in files}


def only_written(tables: Path, laid: Mapping[str, str]) -> None:
    """Remove what was laid there before the run and is still the same."""
    for name, total in checksums(tables).items():
        if laid.get(name) == total:
            (tables / name).unlink()


def gather(runs: Sequence[Run], work: Path, into: Path) -> None:
    """Copy the tables of all runs into one folder; of runs that build on each other the last wins.

    Raises
    ------
    ValueError
        If two runs that do not build on each other wrote the same file.
    """
    into.mkdir(parents=True, exist_ok=True)
    writers: dict[str, str] = {}
    for run in runs:
        needed = needed_by(run, runs)
        for name in checksums(work / run.name / "tables"):
            other = writers.get(name)
            if other is not None and other not in needed:
                raise ValueError(f"{name}: written by {other} and by {run.name}; one file, one run")
            writers[name] = run.name
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(work / run.name / "tables" / name, into / name)
