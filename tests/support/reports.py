"""Small reports: notebooks of a few cells, the request that makes them, and what was published."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.reports.report import ReportRequest
from helpers.reports.store.run import Run
from support.made_plans import MadePlan

AS_OF = "2025-01-01"


def few(folder: Path) -> Path:
    """Write raw tables with one series from one publication: its page takes no second."""
    plan = MadePlan().area("here").indicator("share", "pct", "logit", 0, 100)
    yearbook = plan.source("yearbook", "2020-06-15")
    return plan.series("share", "here", range(31, 55), 1996, source_id=yearbook).write(folder)


def write_notebook(path: Path, *code: str, parameters: str = 'as_of: str = ""') -> None:
    cells = [new_markdown_cell(f"# What does {path.stem} say?")]
    cells.append(new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    cells += [new_code_cell(text) for text in code]
    # A kernel of this name is installed nowhere: the running interpreter must be used.
    kernel = {"name": "no-such-kernel", "display_name": "none", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def request(place: Path, *names: str, **settings) -> ReportRequest:
    runs = tuple(Run(name, f"{name}.ipynb") for name in names)
    # Pages in three languages take three times as long, and those of all series of data/raw some
    # seconds: whoever asks about them asks for them.
    about = {"as_of": AS_OF, "languages": ("en",), "jobs": 2, "timeout": 60.0, "runs": runs}
    if "raw_dir" not in settings:
        about["raw_dir"] = few(place / "few")
    return ReportRequest(
        out_dir=place / "reports",
        notebooks_dir=place / "notebooks",
        processed_dir=place / "processed",
        **about | settings,
    )


def snapshot(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
