"""What a report is made from, told apart by content, and whether a new one could say anything new.

Nothing heavy is imported: the question whether anything changed is to be answered
before anything heavy is loaded.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers import ROOT
from helpers.reports.store.folders import read_record, report_folders
from helpers.reports.store.request import COMPLETE

if TYPE_CHECKING:
    from helpers.observations.raw_data import RawDirs
    from helpers.reports.store.request import ReportRequest
    from helpers.reports.store.run import Run

PACKAGE = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
RAW_SUFFIXES = (".csv", ".xlsx")
PAGE_FILES = ("reports/site/templates",)
"""Parts of the package that shape pages only, not what a notebook computes."""
WRITTEN_BY_RUNNING = ("papermill", "execution", "language_info")
PACKAGES = (
    "shenzhen-targets",
    "numpy",
    "scipy",
    "pandas",
    "pydantic",
    "statsmodels",
    "matplotlib",
    "papermill",
    "nbclient",
    "ipykernel",
    "nbconvert",
)


def digest(value: Any) -> str:
    """Return the SHA-256 of a value that JSON can hold; the order of keys does not matter."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def package_versions() -> dict[str, str]:
    """Return the version of Python and of each main package, "" where it is not installed."""
    versions = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = ""
    return versions


def raw_content(raw_dir: RawDirs) -> list[dict[str, str]]:
    """Return for each raw folder the checksum of every table in it, by its path.

    A file that cannot be read has none; it is named by whoever reads it.
    """
    # As `helpers.observations.raw_data.folders_of`, whose module takes half a second to import.
    if raw_dir is None:
        raw_dir = ROOT / "data" / "raw"
    folders = (raw_dir,) if isinstance(raw_dir, str | Path) else tuple(raw_dir)
    return [
        {
            path.relative_to(folder).as_posix(): digest_or_none(path)
            for path in _files(Path(folder), RAW_SUFFIXES)
            if not path.name.startswith((".", "~"))
        }
        for folder in folders
    ]


def digest_or_none(path: Path) -> str:
    """Return the SHA-256 of a file's content, "" if it cannot be read."""
    try:
        return file_digest(path)
    except OSError:
        return ""


def _files(folder: Path, suffixes: Sequence[str] = ()) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(p for p in found if not suffixes or p.suffix.lower() in suffixes)


def code_digest(*, pages: bool = False) -> str:
    """Return the checksum of the package's source and constants, of its pages' templates if asked.

    Includes the lock file, the version of Python and those of the main packages: each may change
    a result.
    """
    files = {}
    for path in _files(PACKAGE):
        name = path.relative_to(PACKAGE).as_posix()
        if "__pycache__" not in path.parts and (pages or not name.startswith(PAGE_FILES)):
            files[name] = file_digest(path)
    lock = digest_or_none(LOCK)
    return digest([files, lock, sys.version, platform.machine(), package_versions()])


def notebook_digest(notebook: Path) -> str:
    """Return the checksum of a notebook but for what running it writes: outputs, counts, times.

    A file that is no notebook counts by its bytes.
    """
    content = notebook.read_bytes()
    try:
        whole = json.loads(content)
        cells = [
            [cell["cell_type"], cell.get("id"), cell["source"], _kept(cell["metadata"])]
            for cell in whole["cells"]
        ]
        return digest([cells, _kept(whole["metadata"])])
    except (ValueError, KeyError, TypeError, AttributeError):
        return hashlib.sha256(content).hexdigest()


def _kept(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metadata.items() if name not in WRITTEN_BY_RUNNING}


def report_inputs(request: ReportRequest) -> dict[str, str]:
    """Return a checksum for each thing that a report is made from, but for its as-of date."""
    notebooks = sorted(request.notebooks_dir.glob("*.ipynb"))
    return {
        "raw": digest(raw_content(request.raw_dir)),
        "notebooks": digest([(path.name, notebook_digest(path)) for path in notebooks]),
        "code": code_digest(),
        "pages": digest([code_digest(pages=True), list(request.languages)]),
        "settings": digest([dict(request.parameters), _told(request.runs)]),
    }


def _told(runs: Iterable[Run] | None) -> list[list[Any]] | None:
    if runs is None:
        return None
    return [[r.name, r.notebook, dict(r.parameters), r.reads] for r in runs]


def run_fingerprints(
    runs: Sequence[Run], notebooks: Path, slices: Mapping[tuple[str, ...] | None, str]
) -> dict[str, str]:
    """Return for each run a checksum of all that its result can depend on.

    These are the figures laid before it, its notebook with the code and the libraries, and its
    parameters.

    Parameters
    ----------
    runs : sequence of Run
    notebooks : Path
        Their folder.
    slices : mapping
        Checksum of the raw tables by what a run reads.
    """
    code = code_digest()
    prints: dict[str, str] = {}
    for run in runs:
        edition = digest([notebook_digest(notebooks / run.notebook), code])
        # Where the slice lies differs from report to report; what it holds is counted.
        parameters = {name: v for name, v in run.parameters.items() if name != "raw_dir"}
        prints[run.name] = digest([slices[run.reads], edition, parameters])
    return prints


def nothing_new(request: ReportRequest) -> str:
    """Say in one line that the last report still stands; "" if a new one is due.

    It stands if it is complete and figures, notebooks, code and parameters are the same by
    content. For today's report the mere date is no change: until the day that its record names as
    `next_change` an earlier report stands too. A report as of another day stands only for that day.
    """
    today = request.as_of == date.today().isoformat()
    standing = [
        folder
        for folder in report_folders(request.out_dir)
        if folder.name == request.as_of or (today and folder.name < request.as_of)
    ]
    if not standing or not (standing[0] / "index.html").is_file():
        return ""
    last, record = standing[0], read_record(standing[0])
    due = request.as_of >= str(record.get("next_change", "")) and last.name != request.as_of
    if due or record.get("state") != COMPLETE or record.get("inputs") != report_inputs(request):
        return ""
    return f"nothing new since the report of {last.name}"
