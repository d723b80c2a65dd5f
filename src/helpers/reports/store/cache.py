"""Finished runs that need not be run again, and the tables of all runs of a report.

Taken over are runs of published reports, and of a report that was cut short.

`<reports>/.finished/<fingerprint>/` holds an executed notebook and its tables from the moment
that a run ends until a complete report is published. What is taken over is first held against the
checksums noted when it was made.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.reports.store.fingerprints import file_digest
from helpers.reports.store.folders import BUILDING, read_record, report_folders
from helpers.reports.store.run import Run

FINISHED = ".finished"
SEAL = "seal.json"
NOTEBOOK = "notebook.ipynb"
SEARCHED = 5
"""Published reports that are searched, the newest first."""
DAMAGED = (ValueError, KeyError, TypeError, AttributeError)
"""What reading a record raises that is not as it was written."""


@dataclass(frozen=True)
class Kept:
    """A finished run at hand: its files and their checksums, and where it is from."""

    notebook: Path
    tables_folder: Path
    notebook_sha256: str
    tables: Mapping[str, str]
    seconds: float
    origin: str

    @property
    def intact(self) -> bool:
        """Whether every file is there and holds what it held when it was made."""
        try:
            return file_digest(self.notebook) == self.notebook_sha256 and all(
                file_digest(self.tables_folder / name) == total
                for name, total in self.tables.items()
            )
        except OSError:
            return False


def _kept(notebook: Path, tables: Path, record: Mapping[str, Any], origin: str) -> Kept:
    """Lay out a finished run as it was recorded; see `sealed`."""
    return Kept(
        notebook,
        tables,
        record["notebook_sha256"],
        dict(record["tables"]),
        float(record["work_seconds"]),
        origin,
    )


class Shelf:
    """The finished runs of a folder of reports by fingerprint."""

    def __init__(self, reports: Path):
        self.folder = reports / FINISHED
        self._reports = {
            folder: read_record(folder) for folder in report_folders(reports)[:SEARCHED]
        }

    def find(self, fingerprint: str) -> Kept | None:
        """Return a finished run with this fingerprint whose files are intact."""
        every = (*self._shelved(fingerprint), *self._published(fingerprint))
        return next((kept for kept in every if kept.intact), None)

    def _shelved(self, fingerprint: str) -> Iterator[Kept]:
        folder = self.folder / fingerprint
        with contextlib.suppress(OSError, *DAMAGED):
            seal = json.loads((folder / SEAL).read_text(encoding="utf-8"))
            yield _kept(folder / NOTEBOOK, folder / "tables", seal, "a run that was cut short")

    def _published(self, fingerprint: str) -> Iterator[Kept]:
        for folder, record in self._reports.items():
            with contextlib.suppress(*DAMAGED):
                for run in record["runs"]:
                    if (run["state"], run["fingerprint"]) == ("done", fingerprint):
                        notebook = folder / "notebooks" / f"{run['name']}.ipynb"
                        origin = f"the report of {folder.name}"
                        yield _kept(notebook, folder / "tables", run, origin)

    def keep(self, fingerprint: str, notebook: Path, tables: Path, seconds: float) -> None:
        """Keep a finished run in one step; a full disk only means that it is not kept."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(exist_ok=True)
            part = Path(tempfile.mkdtemp(prefix=BUILDING, dir=self.folder))
            try:
                shutil.copyfile(notebook, part / NOTEBOOK)
                shutil.copytree(tables, part / "tables")
                seal = sealed(notebook, tables) | {"work_seconds": seconds}
                (part / SEAL).write_text(json.dumps(seal), encoding="utf-8")
                part.replace(self.folder / fingerprint)
            finally:
                shutil.rmtree(part, ignore_errors=True)

    def clear(self, but: Iterable[str] = ()) -> None:
        """Remove what is kept, but for these fingerprints."""
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.name not in set(but):
                    shutil.rmtree(path, ignore_errors=True)
            with contextlib.suppress(OSError):
                self.folder.rmdir()


def sealed(notebook: Path, tables: Path) -> dict[str, Any]:
    """Return the checksums of an executed notebook and of every file below its tables."""
    return {"notebook_sha256": file_digest(notebook), "tables": checksums(tables)}


def checksums(tables: Path) -> dict[str, str]:
    """Return the checksum of every file below a folder by its path there."""
    files = sorted(path for path in tables.rglob("*") if path.is_file())
    return {path.relative_to(tables).as_posix(): file_digest(path) for path in files}


def gather(runs: Sequence[Run], work: Path, into: Path) -> None:
    """Copy the tables of all runs into one folder.

    Raises
    ------
    ValueError
        If two runs wrote the same file.
    """
    into.mkdir(parents=True, exist_ok=True)
    writers: dict[str, str] = {}
    for run in runs:
        for name in checksums(work / run.name / "tables"):
            if other := writers.get(name):
                raise ValueError(f"{name}: written by {other} and by {run.name}; one file, one run")
            writers[name] = run.name
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(work / run.name / "tables" / name, into / name)
