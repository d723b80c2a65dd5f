"""What a report is made from, told apart by content, and whether a new one could say anything new.

Nothing heavy is imported: the question whether anything changed is to be answered
before anything heavy is loaded.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers import ROOT, days
from helpers.publications.inbox import inbox_digest
from helpers.reports.store.folders import current_report, made_ahead, read_record
from helpers.reports.store.request import COMPLETE
from helpers.reports.store.run import NOTEBOOKS

if TYPE_CHECKING:
    from helpers.observations.raw_data import RawDirs
    from helpers.reports.store.request import ReportRequest
    from helpers.reports.store.run import Run

PACKAGE = Path(__file__).resolve().parents[2]
ALSO_READ = ("requirements.lock", "benchmarks/skill.csv")
"""Files beside the package that results depend on, counted from the root of the project."""
PUBLISHED_AS_IS = ("CITATION.cff", "packages.cdx.json")
"""Files that go out with the pages: how to cite them, and what packages they are made with."""
RAW_SUFFIXES = (".csv", ".xlsx")
PAGE_FILES = ("reports/site/templates", "reports/site/translations")
"""Parts of the package that shape pages only, not what a notebook computes."""
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
            name: digest_or_none(path)
            for name, path in _files(Path(folder)).items()
            if path.suffix.lower() in RAW_SUFFIXES
            and not path.name.startswith((".", "~"))
            and path.is_file()
        }
        for folder in folders
    ]


def digest_or_none(path: Path) -> str:
    """Return the SHA-256 of a file's content, "" if it cannot be read."""
    try:
        return file_digest(path)
    except OSError:
        return ""


def _files(folder: Path) -> dict[str, Path]:
    """Return what lies below a folder by its path in it, in the order of these; none compiled."""
    found: dict[str, Path] = {}
    for at, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if name != "__pycache__"]
        here = Path(at)
        inside = "" if here == folder else f"{here.relative_to(folder).as_posix()}/"
        found |= {inside + name: here / name for name in names}
    return dict(sorted(found.items()))


def own_files() -> tuple[dict[str, Path], dict[str, Path]]:
    """Return files of the package and those beside it by name: of the code, and of pages alone."""
    code = {name: ROOT / name for name in ALSO_READ}
    pages = {name: ROOT / name for name in PUBLISHED_AS_IS}
    for name, path in _files(PACKAGE).items():
        (pages if name.startswith(PAGE_FILES) else code)[f"{PACKAGE.name}/{name}"] = path
    return code, pages


def _digests(files: Mapping[str, Path]) -> dict[str, str]:
    return {name: digest_or_none(path) for name, path in files.items()}


def code_digest(files: Mapping[str, Path]) -> str:
    """Return the checksum of the package's source and constants, given by name.

    Includes the lock file, the version of Python and those of the main packages: each may change
    a result.
    """
    return digest([_digests(files), sys.version, platform.machine(), package_versions()])


def notebook_digest(notebook: Path) -> str:
    """Return the checksum of what a notebook does and says: sources, attachments and tags.

    What running it writes, where it was scrolled to and how its editor numbers cells are no news.
    A file that is no notebook counts by its bytes, one that cannot be read by nothing.
    """
    try:
        content = notebook.read_bytes()
    except OSError:
        return ""
    try:
        return digest([_told_by(cell) for cell in json.loads(content)["cells"]])
    except (ValueError, KeyError, TypeError, AttributeError):
        return hashlib.sha256(content).hexdigest()


def _told_by(cell: Mapping[str, Any]) -> list[Any]:
    """Return what counts of a cell; a source may be one text or a list of its lines."""
    tags = sorted(cell["metadata"].get("tags", []))
    return [cell["cell_type"], "".join(cell["source"]), cell.get("attachments") or {}, tags]


def notebook_files(request: ReportRequest) -> dict[str, Path]:
    """Return the notebooks that a report can consist of, by name; no others count."""
    runs = request.runs
    names = NOTEBOOKS if runs is None else sorted({run.notebook for run in runs})
    return {name: request.notebooks_dir / name for name in names}


@dataclass(frozen=True)
class Inputs:
    """What a report is made from at one moment."""

    totals: dict[str, str]
    """A checksum for each thing that it is made from, but for its as-of date."""
    raw: dict[str, str]
    notebooks: dict[str, str]
    code: dict[str, Any]
    """`raw`, `notebooks`, `code`: checksum of each file by its name; of code and templates also
    when each was last written: they are read whenever they are first needed, so that one which is
    put back counts too."""

    def changed(self, later: Inputs) -> list[str]:
        """Name the files that are other ones, new or gone at a later moment."""
        names: list[str] = []
        for mine, theirs in (
            (self.raw, later.raw),
            (self.notebooks, later.notebooks),
            (self.code, later.code),
        ):
            both = {**mine, **theirs}
            names += [name for name in both if mine.get(name) != theirs.get(name)]
        known = ("raw", "notebooks", "code", "pages")
        if not names and any(self.totals[name] != later.totals[name] for name in known):
            names.append("an installed package")
        return names


def take_inputs(request: ReportRequest) -> Inputs:
    """Note what a report is made from, file by file."""
    folders, (code, pages) = raw_content(request.raw_dir), own_files()
    notebooks = {name: notebook_digest(path) for name, path in notebook_files(request).items()}
    looks = [*request.languages, request.site_address]
    totals = {
        "raw": digest(folders),
        "notebooks": digest(notebooks),
        "code": code_digest(code),
        "pages": digest([_digests(pages), looks, inbox_digest(request.raw_dir)]),
        "settings": digest([dict(request.parameters), _told(request.runs)]),
    }
    raw = {
        name + (f" (folder {number})" if number > 1 else ""): total
        for number, tables in enumerate(folders, start=1)
        for name, total in tables.items()
    }
    return Inputs(totals, raw, notebooks, _written(code | pages))


def code_state() -> dict[str, tuple[int, int]]:
    """Return for each file of the code, by name, when it was last written and its size."""
    code, pages = own_files()
    return _written(code | pages)


def _written(files: Mapping[str, Path]) -> dict[str, tuple[int, int]]:
    found = {}
    for name, path in files.items():
        try:
            facts = path.stat()
            found[name] = (facts.st_mtime_ns, facts.st_size)
        except OSError:
            found[name] = (0, -1)
    return found


def _told(runs: Iterable[Run] | None) -> list[list[Any]] | None:
    if runs is None:
        return None
    return [[r.name, r.notebook, dict(r.parameters), r.reads] for r in runs]


def run_fingerprints(
    runs: Sequence[Run], notebooks: Path, slices: Mapping[tuple[str, ...] | None, str], code: str
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
    code : str
        As `code_digest`.
    """
    today = days.today().isoformat()
    prints: dict[str, str] = {}
    for run in runs:
        edition = digest([notebook_digest(notebooks / run.notebook), code])
        # Where the slice lies differs from report to report; what it holds is counted.
        parameters = {name: v for name, v in run.parameters.items() if name != "raw_dir"}
        # Of a day that lies ahead a notebook says so.
        ahead = str(parameters.get("as_of", "")) > today
        prints[run.name] = digest([slices[run.reads], edition, parameters, ahead])
    return prints


def nothing_new(request: ReportRequest, inputs: Mapping[str, str]) -> str:
    """Say in one line that the last report still stands; "" if a new one is due.

    It stands if it is complete and figures, notebooks, code and parameters are the same by
    content. For today's report the mere date is no change: until the day that its record names as
    `next_change` the report that `latest` leads to stands too. A report as of another day stands
    only for that day, and one that was made before its day had come only until then.

    Parameters
    ----------
    request : ReportRequest
    inputs : mapping
        The totals of `take_inputs`.
    """
    today = days.today().isoformat()
    named = request.out_dir / request.as_of
    last = current_report(request.out_dir) if request.as_of == today else named
    if last is None or not (last / "index.html").is_file():
        return ""
    record = read_record(last)
    if made_ahead(record) and request.as_of <= today:
        return ""
    due = request.as_of >= str(record.get("next_change", "")) and last.name != request.as_of
    if due or record.get("state") != COMPLETE or record.get("inputs") != inputs:
        return ""
    return f"nothing new since the report of {last.name}"
