"""One report from checked settings to its place: run the notebooks, build the pages, publish."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.observations.raw_data import RawData, read_raw
from helpers.reports.changes.comparison import ASSESSMENT, compare_with_last, settings_of
from helpers.reports.changes.verdicts import Knowledge
from helpers.reports.runs.execution import execute_all
from helpers.reports.runs.kernels import Kernels
from helpers.reports.runs.plan import planned_runs
from helpers.reports.runs.state import Making, record_of
from helpers.reports.store import folders as publication
from helpers.reports.store import ledger as ledgers
from helpers.reports.store.cache import Shelf, gather
from helpers.reports.store.fingerprints import (
    Inputs,
    digest_or_none,
    notebook_digest,
    run_fingerprints,
    take_inputs,
)
from helpers.reports.store.request import COMPLETE, FAILED, PARTIAL, ReportRequest, ReportResult
from helpers.reports.store.run import NOT_RUN, Outcome, Run, resolve_runs
from helpers.reports.store.subsets import lay_out, slice_of
from helpers.topics.parameters import check_names

PRINT = "index.pdf"

if TYPE_CHECKING:
    from helpers.reports.site.explorer import Explored
    from helpers.reports.site.pages import NotebookPage
    from helpers.reports.site.translation import Translation


def make(
    request: ReportRequest,
    journal: publication.Journal,
    inputs: Inputs,
    started: str,
    clock: float,
    kernels: Kernels | None,
) -> ReportResult:
    """Make and publish one report; raises as `helpers.reports.report.make_report` does."""
    raw = read_raw(request.raw_dir)
    common = {"as_of": request.as_of, "raw_dir": "", "output_dir": "tables"}
    planned = planned_runs(raw, request.as_of) if request.runs is None else request.runs
    runs = resolve_runs(planned, request.notebooks_dir, common, request.parameters)
    check_names(request.parameters, raw)
    with (
        publication.locked(request.out_dir),
        publication.building(request.out_dir, request.as_of) as build,
    ):
        ledgers.catch_up(request.out_dir)
        shelf = Shelf(request.out_dir)
        making = Making(request, raw, inputs, runs, build, shelf, journal, started, clock)
        journal.note("report started", as_of=request.as_of, runs=len(runs))
        try:
            return _make(making, kernels)
        except BaseException as error:
            message = f"{type(error).__name__}: {error}".rstrip(": ")
            journal.note("report stopped", as_of=request.as_of, message=message)
            raise


def _make(making: Making, kernels: Kernels | None) -> ReportResult:
    """Run, build and publish inside the folder of `making`."""
    request, build = making.request, making.build
    for name in ("site/notebooks", "work", "failed"):
        (build / name).mkdir(parents=True)
    _copy_notebooks(making)
    with contextlib.closing(Rendering(making)) as rendering:
        _lay_out_slices(making)
        making.shelf.clear(but=making.fingerprints.values())
        if request.progress:
            request.progress.start(len(making.runs))
        tell = _teller(making, rendering)
        with making.timing("notebooks"):
            making.outcomes = execute_all(making, tell, kernels)
        state = _state_of(making)
        if state != FAILED:
            with making.timing("pages"):
                fault = _build_pages(making, rendering)
            if fault:
                state, making.failures["pages"] = FAILED, fault
            elif _note_changes(making):
                state = FAILED
    warnings = (*_lost_print(making), *making.ledger.faults) if state != FAILED else ()
    folder = place(making, state)
    processed: tuple[Path, ...] = ()
    if state == COMPLETE and request.update_processed:
        processed = publication.copy_tables(folder / "tables", request.processed_dir)
    seconds = time.perf_counter() - making.clock
    told = summary(making.failures)
    return ReportResult(state, seconds, folder, making.outcomes, processed, told, warnings)


def summary(failures: Mapping[str, str]) -> str:
    """Say in one line what went wrong: first the causes, then what was not done for them."""
    causes = [f"{name}: {text}" for name, text in failures.items() if text != NOT_RUN]
    left = [name for name, text in failures.items() if text == NOT_RUN]
    return "; ".join([*causes, *([f"not run after it: {', '.join(left)}"] if left else [])])


def _copy_notebooks(making: Making) -> None:
    """Copy the notebooks that will run: one that is saved meanwhile is not run half and half."""
    making.notebooks.mkdir()
    for name in {run.notebook for run in making.runs}:
        shutil.copyfile(making.request.notebooks_dir / name, making.notebooks / name)


def _lost_print(making: Making) -> tuple[str, ...]:
    """Warn of a report without the print that the last one had."""
    if not making.unprinted or not (making.request.out_dir / "latest" / PRINT).is_file():
        return ()
    return (f"the last report had {PRINT}, this one has none: {making.unprinted}",)


def _lay_out_slices(making: Making) -> None:
    """Give each run a folder with the raw tables that it may use, and its fingerprint."""
    slices, runs = {}, []
    for run in making.runs:
        name = "all" if run.reads is None else "-".join(run.reads) or "none"
        if run.reads not in slices:
            folder = making.build / "raw" / name
            slices[run.reads] = lay_out(slice_of(making.raw, run.reads), folder)
        # Relative, so that the same path leads there in every report.
        laid = {"raw_dir": f"../../raw/{name}"} if "raw_dir" in run.parameters else {}
        runs.append(replace(run, parameters={**run.parameters, **laid}))
    making.runs = tuple(runs)
    making.fingerprints = run_fingerprints(
        runs, making.notebooks, slices, making.inputs.totals["code"]
    )


def _state_of(making: Making) -> str:
    """Say what the report can be after its runs; what went wrong is noted."""
    making.failures |= {o.name: o.message for o in making.outcomes if o.state != "done"}
    if _note_changes(making) or (making.failures and not making.request.keep_going):
        return FAILED
    return PARTIAL if making.failures else COMPLETE


def _note_changes(making: Making) -> bool:
    """Say whether anything that the report is made from changed meanwhile, and note which files.

    What finished runs have left on the shelf goes then too.
    """
    changed = changed_files(making)
    if changed:
        told = f"changed while the report was made: {', '.join(changed)}"
        making.failures = {"inputs": told, **making.failures}
        making.shelf.clear()
    return bool(changed)


def _teller(making: Making, rendering: Rendering) -> Callable[[Outcome | Run], None]:
    """Tell of each start and end both to whoever watches and to the log; have pages rendered."""

    def tell(event: Outcome | Run) -> None:
        if making.request.progress:
            making.request.progress(event)
        if isinstance(event, Run):
            making.journal.note("run started", run=event.name)
        else:
            facts = {"run": event.name, "seconds": round(event.seconds, 2), "state": event.state}
            facts |= {"reused": event.reused} if event.reused else {}
            facts |= {"message": event.message} if event.message else {}
            making.journal.note("run ended", **facts)
            rendering.begin(event)

    return tell


def _build_pages(making: Making, rendering: Rendering) -> str:
    """Build the site; return what went wrong in one line, with its traceback kept, or ""."""
    from helpers.reports.site.edition import fill_edition

    request, build = making.request, making.build
    work, tables = build / "work", build / "site" / "tables"
    done = {outcome.name for outcome in making.outcomes if outcome.state == "done"}
    try:
        gather([run for run in making.runs if run.name in done], work, tables)
        lay_out(making.raw, build / "site" / "data")
        settings = settings_of(making.runs, making.notebooks, work)
        this = Knowledge(making.raw, request.as_of, settings)
        making.ledger = _with_issued(making, tables / ASSESSMENT)
        with making.timing("comparison"):
            news = compare_with_last(request.out_dir, this, making.inputs.totals, tables)
        pages, failures = rendering.finish(), making.failures
        printed = fill_edition(
            build, request.as_of, making.raw, pages, failures, news, request.languages,
            making.made_on, making.ledger, request.site_address, rendering.explored(),
        )  # fmt: skip
        making.unprinted = printed.fault
        if not printed:
            making.journal.note("print skipped", reason=printed.fault)
    except OSError:
        raise
    except Exception as error:
        text = traceback.format_exc()
        (build / "failed" / "pages.traceback.txt").write_text(text, encoding="utf-8")
        return f"{type(error).__name__}: {error}"
    return ""


def _with_issued(making: Making, assessment: Path) -> ledgers.Ledger:
    """Add to the ledger what this report issues; replays and what-ifs issue nothing."""
    ledger, request = ledgers.read_ledger(making.request.out_dir), making.request
    if request.as_of != making.made_on or request.parameters:
        return ledger
    totals = making.inputs.totals
    lines = ledgers.issued_lines(assessment, request.as_of, making.started, totals)
    return ledger.with_lines(ledger.other(lines)) if lines else ledger


class Rendering:
    """The pages of one report: rendered while further notebooks run.

    Rendering computes for seconds; kernels compute in processes of their own. One further thread
    keeps all at work.
    """

    def __init__(self, making: Making):
        self._making = making
        self._begun: dict[str, Future[tuple[NotebookPage, ...]]] = {}
        self._thread = ThreadPoolExecutor(1)
        # While kernels start: a second of imports, and what no notebook is needed for.
        self._thread.submit(import_module, "helpers.reports.site.edition")
        self._explored = self._thread.submit(self._explore)
        self._translations: tuple[Translation, ...] = ()

    def begin(self, outcome: Outcome) -> None:
        """Render the page of a run that has just ended, as soon as the thread is free."""
        if outcome.path is not None:
            self._begun[outcome.name] = self._thread.submit(
                self._render, outcome.name, outcome.path
            )

    def explored(self) -> Explored | None:
        """Return every series as it stood on each day, for the page on which that is looked at."""
        return self._explored.result()

    def finish(self) -> tuple[NotebookPage, ...]:
        """Return the pages of each run that is done, in their order: in English, then translated.

        Raises
        ------
        Exception
            What went wrong with the first page that could not be made.
        """
        begun = (self._begun[run.name] for run in self._making.runs if run.name in self._begun)
        return tuple(page for pages in begun for page in pages.result())

    def close(self) -> None:
        """Drop what has not been begun."""
        self._thread.shutdown(cancel_futures=True)

    def _explore(self) -> Explored | None:
        from helpers.reports.site.explorer import explore

        return explore(self._making.raw, self._making.request.as_of)

    def _render(self, name: str, path: Path) -> tuple[NotebookPage, ...]:
        from helpers.reports.site.downloads import write_keepsakes
        from helpers.reports.site.pages import read_pages
        from helpers.reports.site.translation import translations_into

        raw, codes = self._making.raw, self._making.request.languages
        self._translations = self._translations or translations_into(codes, raw)
        subject = subject_of(name, self._making.runs, raw)
        pages = read_pages(path, name, subject, self._translations)
        for page in pages:
            write_keepsakes(page.keepsakes, self._making.build / "site")
        return pages


def subject_of(name: str, runs: Sequence[Run], raw: RawData) -> tuple[str, ...]:
    """Name what a run of a notebook that is run several times is about, nothing for any other.

    That is its indicator, with the area where another run is about the same one; its area where no
    indicator is chosen.
    """
    run = next(run for run in runs if run.name == name)
    alike = [other for other in runs if other.notebook == run.notebook]
    if len(alike) < 2:
        return ()
    names = raw.indicators.set_index("indicator")["name_en"]
    indicator, area = (run.parameters.get(name, "") for name in ("indicator", "area"))
    name = str(names.get(indicator, indicator))
    if sum(other.parameters.get("indicator", "") == indicator for other in alike) < 2:
        return (name,)
    areas = raw.areas.set_index("area")["name_en"]
    return tuple(filter(None, (name, areas.get(area, area))))


def changed_files(making: Making) -> list[str]:
    """Return the files whose content is not, or no longer, what the report began with."""
    raw = making.raw
    changed = making.inputs.changed(take_inputs(making.request))
    changed += [n for n, total in raw.checksums.items() if digest_or_none(raw.paths[n]) != total]
    changed += [
        path.name
        for path in making.notebooks.iterdir()
        if notebook_digest(path) != making.inputs.notebooks[path.name]
    ]
    return list(dict.fromkeys(changed))


def place(making: Making, state: str) -> Path:
    """Publish the site, or keep what failed beside the reports; return the folder."""
    from helpers.reports.site.reports_index import write_index

    request, build = making.request, making.build
    record = record_of(making, state)
    text = json.dumps(record, ensure_ascii=False, indent=1, default=str) + "\n"
    failed = request.out_dir / f"{publication.FAILED_BEFORE}{request.as_of}"
    if state != COMPLETE:
        (build / "failed" / "run.json").write_text(text, encoding="utf-8")
        publication.replace_folder(build / "failed", failed)
    publication.drop_failures(
        request.out_dir, 0 if state == COMPLETE else publication.FAILURES_KEPT
    )
    facts = {"as_of": request.as_of, "state": state, "seconds": record["seconds"]}
    if state == FAILED:
        making.journal.note("report failed", **facts, failures=making.failures)
        return failed
    (build / "site" / "run.json").write_text(text, encoding="utf-8")
    publication.let_read(build / "site")
    target = request.out_dir / request.as_of
    publication.replace_folder(build / "site", target)
    ledgers.catch_up(request.out_dir)
    publication.point_latest(request.out_dir)
    making.journal.note("report published", **facts, failures=making.failures)
    if state == COMPLETE:
        making.shelf.clear()
        if removed := publication.prune(request.out_dir, request.keep, target):
            making.journal.note("reports removed", names=removed)
    try:
        write_index(request.out_dir)
    except OSError as error:  # the report itself is out
        making.journal.note("index not written", message=str(error))
    return target
