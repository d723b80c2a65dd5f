"""A new edition of the tracked results: notebook outputs, processed tables, stated verdicts.

All three are of one day and from one set of figures, so that `git diff` afterwards is the review
of what changed. The verdicts in `docs/your-own-plan.md` are computed anew, each as of its
own day.
"""

import re
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import nbformat
import pandas as pd

from helpers import ROOT
from helpers.charts.display import SVG
from helpers.charts.svg import bare
from helpers.days import asked_about
from helpers.observations.raw_data import RawData, read_raw
from helpers.problems import InputError, find
from helpers.reports.report import ReportRequest, ReportResult, make_report
from helpers.reports.runs.execution import execute
from helpers.reports.runs.kernels import open_kernels
from helpers.reports.site.edition import basis_line
from helpers.reports.store.fingerprints import notebook_digest
from helpers.reports.store.request import FAILED, check_request
from helpers.reports.store.run import NOTEBOOKS as REPORTED
from helpers.reports.store.scratch import scratch_folder
from helpers.tables import DASH
from helpers.targets.assessment import assess
from helpers.targets.plain_text import verdict_table
from helpers.targets.states import headline, read_targets
from helpers.vintages.series import SeriesChoice, known_on, open_archive
from helpers.wording.language import ENGLISH
from helpers.wording.statements import statement

NOTEBOOKS = ROOT / "notebooks"
README = ROOT / "README.md"
OWN_PLAN = ROOT / "docs" / "your-own-plan.md"
OWN = (*REPORTED, "10_your_own_model.ipynb", "explore.ipynb")
"""Notebooks of the project: drafts and copies beside them are nobody's edition."""
ANSWER_BLOCK = re.compile(r"(?<=<!-- answer -->\n).*?(?=<!-- /answer -->)", re.DOTALL)


def refresh(as_of: date, request: ReportRequest, tell: Callable[[str], None]) -> ReportResult:
    """Re-run everything as of a day and replace what the repository holds of it.

    Parameters
    ----------
    as_of : date
    request : ReportRequest
        Settings of the report that the tables come from.
    tell : callable
        Gets one line a step.

    Returns
    -------
    ReportResult
        Of the report. If it is not complete, nothing tracked was changed.
    """
    request = replace(request, as_of=as_of.isoformat(), update_processed=True)
    check_request(request)
    before = _digests(NOTEBOOKS)
    with scratch_folder() as scratch:
        stored = store_notebooks(NOTEBOOKS, scratch, as_of, request.timeout, tell, OWN)
        if saved := _saved_since(before):
            return ReportResult(FAILED, 0.0, message=saved)
        result = make_report(request)
        if result.exit_code:
            return result
        if saved := _saved_since(before):
            return replace(result, state=FAILED, message=saved)
        for path in stored:
            shutil.move(path, NOTEBOOKS / path.name)
    raw = read_raw(request.raw_dir)
    README.write_text(with_answer(README.read_text("utf-8"), raw, as_of), "utf-8")
    OWN_PLAN.write_text(with_verdicts(OWN_PLAN.read_text("utf-8"), ROOT), "utf-8")
    return result


def refresh_notebook(name: str, as_of: date, timeout: float, tell: Callable[[str], None]) -> None:
    """Store the outputs of one notebook as of a day, and nothing else.

    Parameters
    ----------
    name : str
        With or without its ending.
    as_of, timeout, tell
        As `store_notebooks` takes them.

    Raises
    ------
    helpers.problems.InputError
        If the project has no notebook of this name, or it was saved while it ran.
    """
    stems = [Path(own).stem for own in OWN]
    name = f"{find(name.removesuffix('.ipynb'), stems, 'notebook')}.ipynb"
    before = notebook_digest(NOTEBOOKS / name)
    with scratch_folder() as scratch:
        [stored] = store_notebooks(NOTEBOOKS, scratch, as_of, timeout, tell, [name])
        if notebook_digest(NOTEBOOKS / name) != before:
            raise InputError(f"{name}: changed while it ran; run the command again")
        shutil.move(stored, NOTEBOOKS / name)


def _digests(folder: Path) -> dict[str, str]:
    return {name: notebook_digest(folder / name) for name in OWN}


def _saved_since(before: Mapping[str, str]) -> str:
    """Say which notebooks somebody has saved meanwhile, "" for none: they are not written over."""
    now = _digests(NOTEBOOKS)
    saved = [name for name in OWN if before[name] != now[name]]
    return f"changed while the edition was made: {', '.join(saved)}" if saved else ""


def store_notebooks(
    folder: Path,
    into: Path,
    as_of: date,
    timeout: float,
    tell: Callable[[str], None],
    names: Collection[str] = (),
) -> list[Path]:
    """Execute every notebook with its own parameters as of a day, and keep it with its outputs.

    Parameters
    ----------
    folder : Path
        Notebooks as they are; left alone.
    into : Path
        Where the executed ones go.
    as_of : date
        Stands in for today, of which a notebook is by default.
    timeout : float
        Seconds that one notebook may take.
    tell : callable
    names : collection of str
        Those that are stored, whatever else is saved beside them; all without any.
    """
    stored = []
    with asked_about(as_of), open_kernels() as kernels:
        for path in sorted(folder.glob("*.ipynb")):
            if names and path.name not in names:
                continue
            done = execute(
                path,
                into / path.name,
                parameters={},
                kernels=kernels,
                work_folder=folder,
                timeout=timeout,
            )
            nbformat.write(plain(nbformat.read(done, as_version=4)), done)
            stored.append(done)
            tell(f"stored {path.name}")
    return stored


def plain(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Keep of the metadata what a reader needs: kernel, language, tags.

    What goes with an output, the copy of a chart for phones and its figures as CSV, is for the
    pages of a report; the figures would stand in every difference a second time.
    """
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        for output in cell.get("outputs", []):
            if "metadata" in output:
                output.metadata = {}
            if SVG in output.get("data", {}):
                output.data[SVG] = bare(output.data[SVG])
    return notebook


def with_answer(readme: str, raw: RawData, as_of: date) -> str:
    """Put the verdicts of a day into the marked block of the README.

    Raises
    ------
    ValueError
        If the marks are missing.
    """
    if not ANSWER_BLOCK.search(readme):
        raise ValueError("README.md: no block between <!-- answer --> and <!-- /answer -->")
    ids = [target.target_id for target in headline(read_targets(raw.targets, raw.sources))]
    verdicts = assess(raw, as_of, SeriesChoice(), target_ids=ids)
    basis = basis_line(known_on(open_archive(raw), as_of), ENGLISH)
    block = f"As known on {as_of}:\n\n{answer_table(verdicts, raw)}\n\n{basis}\n"
    return ANSWER_BLOCK.sub(lambda _: block, readme)


def answer_table(verdicts: pd.DataFrame, raw: RawData) -> str:
    """Lay out verdicts as a table in markdown."""
    names = raw.indicators.set_index("indicator")["name_en"]
    years = set(verdicts["target_year"])
    one = f" for {years.pop()}" if len(years) == 1 else ""
    lines = [f"| target{one} | latest figure | verdict |", "|---|---|---|"]
    for _, row in verdicts.iterrows():
        said = statement(row)
        when = "" if one else f" by {row['target_year']}"
        verdict = f"**{said.state}**"
        if said.likelihood:
            verdict += f", {said.equation} ({said.likelihood})"
        figure = f"{said.latest} in {said.latest_year} ({said.latest_status}, {said.grade})"
        figure = figure if said.latest else DASH
        lines.append(f"| {names[row['indicator']]}: {said.asked}{when} | {figure} | {verdict} |")
    return "\n".join(lines)


_BLOCK = re.compile(
    r"(?P<head><!-- verdicts (?P<folder>\S+) as of (?P<day>\d{4}-\d{2}-\d{2}) -->\n)"
    r".*?(?P<tail><!-- /verdicts -->)",
    re.DOTALL,
)


def with_verdicts(page: str, root: Path) -> str:
    """Fill each marked block of a page with what `assess` says of its folder on its day.

    A block begins with `<!-- verdicts FOLDER as of DATE -->` and ends with `<!-- /verdicts -->`.

    Parameters
    ----------
    page : str
        In markdown.
    root : Path
        Where the folders are counted from.

    Returns
    -------
    str

    Raises
    ------
    helpers.problems.InputError
        If the page has no such block.
    """
    if not _BLOCK.search(page):
        raise InputError("no block between <!-- verdicts FOLDER as of DATE --> and its end")
    return _BLOCK.sub(lambda match: _filled(match, root), page)


def _filled(match: re.Match[str], root: Path) -> str:
    day = date.fromisoformat(match["day"])
    raw = read_raw(root / match["folder"])
    text = verdict_table(assess(raw, day), raw, day)
    return f"{match['head']}```text\n{text}\n```\n{match['tail']}"
