"""Execute the notebooks of a report: each with its parameters, complete or kept as failed."""

from __future__ import annotations

import concurrent.futures
import contextlib
import copy
import re
import shutil
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.translators import PythonTranslator

from helpers.reports.runs.kernels import ENGINE, Kernels, open_kernels
from helpers.reports.runs.state import SHOWN
from helpers.reports.store.cache import Shelf
from helpers.reports.store.run import INJECTED, Outcome, Product, Run


@dataclass(frozen=True)
class Workshop:
    """Where and how the runs of one report are executed.

    Attributes
    ----------
    notebooks : Path
        Folder of the notebooks.
    build : Path
        A run works in `build/work/<name>` and writes its tables to `tables` there; its executed
        notebook goes to `build/site/notebooks`. A failed one is kept as
        `build/failed/<name>.failed.ipynb`, if any of it was written, with `<name>.traceback.txt`.
    fingerprints : mapping
        By name of the run: a checksum of all that its result depends on.
    shelf : Shelf
        Finished runs at hand.
    fresh : bool
        Execute every run, also those at hand.
    """

    notebooks: Path
    build: Path
    fingerprints: Mapping[str, str]
    shelf: Shelf
    fresh: bool

    def finished(self, name: str) -> Path:
        """Return where the executed notebook of a run goes."""
        return self.build / "site" / "notebooks" / f"{name}.ipynb"


def execute_all(
    runs: Sequence[Run],
    workshop: Workshop,
    *,
    jobs: int,
    timeout: float,
    keep_going: bool,
    tell: Callable[[Outcome | Run], None],
    expected: Mapping[str, float],
    kernels: Kernels | None,
) -> tuple[Outcome, ...]:
    """Execute the runs, or take their results over where the same has been run before.

    Without `kernels` to run in, some are started for these runs.
    """
    worth = () if kernels else _worth_importing(runs, workshop, jobs)
    held = contextlib.nullcontext(kernels) if kernels else open_kernels(worth)
    with interruptible(), held as own:

        def execute_one(run: Run) -> Product:
            return _take(run, workshop) or _run(run, workshop, own, timeout)

        try:
            outcomes = execute_runs(runs, execute_one, jobs, tell, keep_going, expected)
        except BaseException:
            own.kill()
            raise
    for outcome in outcomes:
        if outcome.state == "failed":
            part = part_of(workshop.finished(outcome.name))
            keep_failure(outcome, part, workshop.build / "failed")
    return outcomes


def execute_runs(
    runs: Sequence[Run],
    execute: Callable[[Run], Product],
    jobs: int,
    tell: Callable[[Outcome | Run], None],
    keep_going: bool = False,
    expected: Mapping[str, float] | None = None,
) -> tuple[Outcome, ...]:
    """Execute runs side by side.

    The longest by `expected` seconds start first, so that none is left running alone at the end.
    `tell` is called with a Run when it starts and with its Outcome when it ends. After a failure
    nothing new is started unless `keep_going`. On an interrupt waiting runs are dropped and the
    exception passes on.
    """
    seconds = expected or {}
    waiting = sorted(runs, key=lambda run: -seconds.get(run.name, run.usual_seconds))
    outcomes: dict[str, Outcome] = {}
    active: dict[concurrent.futures.Future[Outcome], Run] = {}
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=jobs)
    try:
        while waiting or active:
            while waiting and len(active) < jobs:
                run = waiting.pop(0)
                tell(run)
                active[pool.submit(_timed, run, execute)] = run
            done, _ = concurrent.futures.wait(
                active, timeout=0.2, return_when=concurrent.futures.FIRST_COMPLETED
            )
            ended = {active.pop(future).name: future.result() for future in done}
            if not keep_going and any(outcome.state == "failed" for outcome in ended.values()):
                reason = "an earlier failure"
                ended |= {r.name: Outcome(r.name, "not_run", 0.0, message=reason) for r in waiting}
                waiting.clear()
            outcomes |= ended
            for outcome in ended.values():
                tell(outcome)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return tuple(outcomes[run.name] for run in runs)


def _timed(run: Run, execute: Callable[[Run], Product]) -> Outcome:
    start = time.perf_counter()
    try:
        made = execute(run)
    except Exception as error:
        seconds = time.perf_counter() - start
        full = "".join(traceback.format_exception(error))
        return Outcome(run.name, "failed", seconds, None, describe(error), full)
    seconds = time.perf_counter() - start
    return Outcome(
        run.name,
        "done",
        seconds,
        made.path,
        reused=made.reused,
        work_seconds=seconds if made.work_seconds is None else made.work_seconds,
    )


def describe(error: BaseException) -> str:
    """Return what went wrong in one line: a cell's error with the number of the cell."""
    if all(hasattr(error, name) for name in ("ename", "evalue", "exec_count")):
        name, value = error.ename, " ".join(str(error.evalue).split())
        where = f"cell {error.exec_count}: " if error.exec_count else ""
        return f"{where}{name}: {value}"[:300]
    first = next((line for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {first}"[:300]


def _worth_importing(runs: Sequence[Run], workshop: Workshop, jobs: int) -> list[Path]:
    """Return the notebooks still to be executed; none if all of them start at once anyway."""
    left = [
        run
        for run in runs
        if workshop.fresh or not workshop.shelf.find(workshop.fingerprints[run.name])
    ]
    names = dict.fromkeys(run.notebook for run in left)
    return [workshop.notebooks / name for name in names] if len(left) > jobs else []


def _take(run: Run, workshop: Workshop) -> Product | None:
    """Take a finished run over, byte by byte; None if there is none."""
    kept = None if workshop.fresh else workshop.shelf.find(workshop.fingerprints[run.name])
    if kept is None:
        return None
    tables = workshop.build / "work" / run.name / "tables"
    for name in kept.tables:
        (tables / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept.tables_folder / name, tables / name)
    tables.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(kept.notebook, workshop.finished(run.name))
    return Product(workshop.finished(run.name), kept.origin, kept.seconds)


def _run(run: Run, workshop: Workshop, kernels: Kernels, timeout: float) -> Product:
    start = time.perf_counter()
    work = workshop.build / "work" / run.name
    (work / "tables").mkdir(parents=True, exist_ok=True)
    path = execute(
        workshop.notebooks / run.notebook,
        workshop.finished(run.name),
        run.parameters,
        kernels=kernels,
        work_folder=work,
        timeout=timeout,
        shown=SHOWN,
    )
    seconds = time.perf_counter() - start
    workshop.shelf.keep(workshop.fingerprints[run.name], path, work / "tables", seconds)
    return Product(path, work_seconds=seconds)


def keep_failure(outcome: Outcome, part: Path, folder: Path) -> None:
    """Keep what there is of a failed notebook and its traceback in `folder`."""
    text = without_colours(outcome.traceback)
    (folder / f"{outcome.name}.traceback.txt").write_text(text, encoding="utf-8")
    if part.exists():
        part.rename(folder / f"{outcome.name}.failed.ipynb")


def execute(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Any],
    *,
    kernels: Kernels,
    work_folder: Path,
    timeout: float,
    shown: Mapping[str, Any] | None = None,
) -> Path:
    """Run a notebook with parameters and store it, executed, as `output`.

    It is written under the name of `part_of` until it is complete. Times, paths and random cell
    ids are taken out, so that the same inputs give the same bytes. The stored notebook shows the
    parameters of `shown`, as far as it was given such, in place of those it was run with.

    Raises
    ------
    papermill.PapermillExecutionError
        If a cell raises.
    TimeoutError
        If the notebook takes longer than `timeout` seconds.
    """
    part = part_of(output)
    executed = papermill.execute_notebook(
        str(notebook.resolve()),
        str(part.resolve()),
        parameters=dict(parameters),
        engine_name=ENGINE,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        kernels=kernels,
        work_folder=work_folder.resolve(),
        notebook_timeout=timeout,
    )
    finished = without_traces(executed)
    if shown:
        told = {name: shown.get(name, value) for name, value in parameters.items()}
        finished = with_parameters(finished, told)
    nbformat.write(finished, part)
    return part.replace(output)


def part_of(output: Path) -> Path:
    """Return the name under which a notebook is written while it runs."""
    return output.with_name(f"{output.stem}.part.ipynb")


def without_traces(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a copy without times, machine paths, and ids that differ from run to run."""
    clean = copy.deepcopy(notebook)
    clean.metadata.pop("papermill", None)
    for number, cell in enumerate(clean.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if INJECTED in cell.metadata.get("tags", []):
            cell.id = f"{INJECTED}-{number}"
    return clean


def with_parameters(
    notebook: nbformat.NotebookNode, parameters: Mapping[str, Any]
) -> nbformat.NotebookNode:
    """Return a copy whose injected cell sets these parameters."""
    told = copy.deepcopy(notebook)
    for cell in told.cells:
        if INJECTED in cell.metadata.get("tags", []):
            cell.source = PythonTranslator.codify(dict(parameters))
    return told


def without_colours(text: str) -> str:
    """Return a traceback without the colour codes of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let a polite end of the process (SIGTERM, SIGHUP) clean up as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    names = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    former: dict[int, Callable | int | None] = {name: signal.signal(name, stop) for name in names}
    try:
        yield
    finally:
        for name, handler in former.items():
            signal.signal(name, handler)
