"""Execute the notebooks of a report: each with its parameters, complete or kept as failed."""

from __future__ import annotations

import concurrent.futures
import contextlib
import re
import shutil
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.exceptions import strip_color
from papermill.translators import PythonTranslator

from helpers.reports.runs.kernels import ENGINE, Kernels, open_kernels
from helpers.reports.runs.state import SHOWN, Making, last_seconds
from helpers.reports.store.cache import Kept
from helpers.reports.store.fingerprints import code_state
from helpers.reports.store.run import INJECTED, NOT_RUN, Outcome, Run

UNNAMED = "CellExecutionError"
"""What papermill calls an error that IPython has printed, and not handed over."""
Tell = Callable[[Outcome | Run], None]
"""Is called with a Run when it starts and with its Outcome when it ends, from several threads."""


def execute_all(making: Making, tell: Tell, kernels: Kernels | None) -> tuple[Outcome, ...]:
    """Execute the runs of a report, or take their results over where these are at hand.

    A failed notebook is kept as `failed/<name>.failed.ipynb`, if any of it was written, with
    `<name>.traceback.txt`. Without `kernels` to run in, some are started for these runs.
    """
    request, found = making.request, _at_hand(making)
    left = [run for run in making.runs if run.name not in found]
    # Where all start at once, no kernel runs a second notebook: it need not import ahead.
    names = dict.fromkeys(run.notebook for run in left) if len(left) > request.jobs else ()
    opened = open_kernels([request.notebooks_dir / name for name in names])
    with interruptible(), contextlib.nullcontext(kernels) if kernels else opened as own:

        def execute_one(run: Run) -> Outcome:
            kept = found.get(run.name)
            return _taken_over(run, kept, making) if kept else _executed(run, making, own)

        try:
            outcomes = execute_runs(
                making.runs,
                execute_one,
                request.jobs,
                tell,
                keep_going=request.keep_going,
                expected=last_seconds(request.out_dir / "latest"),
            )
        except BaseException:
            own.kill()
            raise
    for outcome in outcomes:
        if outcome.state == "failed":
            _keep_failure(outcome, making)
    return outcomes


def execute_runs(
    runs: Sequence[Run],
    execute: Callable[[Run], Outcome],
    jobs: int,
    tell: Tell,
    *,
    keep_going: bool = False,
    expected: Mapping[str, float] | None = None,
) -> tuple[Outcome, ...]:
    """Execute runs side by side.

    The longest by `expected` seconds start first, so that none is left running alone at the end.
    After a failure nothing new is started unless `keep_going`. On an interrupt waiting runs are
    dropped and the exception passes on.
    """
    seconds = expected or {}
    failed, over = threading.Event(), threading.Event()

    def attempt(run: Run) -> Outcome:
        if failed.is_set() and not keep_going:
            outcome = Outcome(run.name, "not_run", message=NOT_RUN)
        else:
            tell(run)
            outcome = _timed(run, execute)
        if outcome.state == "failed":
            failed.set()
        if not over.is_set():  # What an interrupt ends is not told of.
            tell(outcome)
        return outcome

    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        longest_first = sorted(runs, key=lambda run: -seconds.get(run.name, run.usual_seconds))
        begun = {run.name: pool.submit(attempt, run) for run in longest_first}
        # In turns, as an interrupt does not end a wait on Windows.
        while concurrent.futures.wait(begun.values(), timeout=0.2).not_done:
            pass
    finally:
        over.set()
        pool.shutdown(wait=False, cancel_futures=True)
    return tuple(begun[run.name].result() for run in runs)


def _timed(run: Run, execute: Callable[[Run], Outcome]) -> Outcome:
    start = time.perf_counter()
    try:
        outcome = execute(run)
    except Exception as error:
        full = "".join(traceback.format_exception(error))
        outcome = Outcome(run.name, "failed", message=describe(error), traceback=full)
    return replace(outcome, seconds=time.perf_counter() - start)


_ARROW = re.compile(r"^-+> *\d+ +(?P<code>\S.*)$", re.MULTILINE)
"""The line of a traceback on which a cell stopped."""
_RAISED = re.compile(
    r"^[\s|+]*(?P<name>[\w.]*(?:Error|Exception|Group|Exit|Interrupt)): ", re.MULTILINE
)


def describe(error: Exception) -> str:
    """Return what went wrong in one line: a cell's error with the number of the cell.

    For an error without words the line of code stands on which it was raised.
    """
    if isinstance(error, papermill.PapermillExecutionError):
        where = f"cell {error.exec_count}: " if error.exec_count else ""
        told = " ".join(strip_color(str(error.evalue)).split())
        lines = _ARROW.findall(strip_color("\n".join(error.traceback)))
        if told:
            return f"{where}{error.ename}: {told}"[:300]
        return f"{where}{error.ename}{f' in `{lines[0].strip()}`' if lines else ''}"[:300]
    first = next((line for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {first}".removesuffix(": ")[:300]


def _with_cause(
    error: papermill.PapermillExecutionError, stored: Path
) -> papermill.PapermillExecutionError:
    """Give an error that came without a name the one that its cell printed, as groups do."""
    if error.ename != UNNAMED or error.evalue:
        return error
    cells = nbformat.read(stored, as_version=4).cells
    texts = [
        output.text
        for cell in cells
        if cell.get("execution_count") == error.exec_count and cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream"
    ]
    said = strip_color("".join(texts)).strip()
    if raised := _RAISED.search(said):
        name, value = raised["name"], said[raised.end() :].partition("\n")[0]
    else:
        name, value = UNNAMED, said.rpartition("\n")[2]
    return papermill.PapermillExecutionError(
        error.cell_index, error.exec_count, error.source, name, value, [said]
    )


def _at_hand(making: Making) -> dict[str, Kept]:
    """Return the finished runs that can be taken over, by name."""
    if making.request.fresh:
        return {}
    found = {name: making.shelf.find(print_) for name, print_ in making.fingerprints.items()}
    return {name: kept for name, kept in found.items() if kept}


def _taken_over(run: Run, kept: Kept, making: Making) -> Outcome:
    """Copy a finished run byte by byte."""
    notebook, tables = making.notebook_of(run.name), making.tables_of(run.name)
    tables.mkdir(parents=True)
    for name in kept.tables:
        (tables / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept.tables_folder / name, tables / name)
    shutil.copyfile(kept.notebook, notebook)
    return Outcome(run.name, "done", path=notebook, reused=kept.origin, work_seconds=kept.seconds)


def _executed(run: Run, making: Making, kernels: Kernels) -> Outcome:
    start = time.perf_counter()
    tables = making.tables_of(run.name)
    tables.mkdir(parents=True)
    path = execute(
        making.notebooks / run.notebook,
        making.notebook_of(run.name),
        run.parameters,
        kernels=kernels,
        work_folder=tables.parent,
        timeout=making.request.timeout,
        shown=SHOWN,
    )
    seconds = time.perf_counter() - start
    if making.inputs.code == code_state():
        making.shelf.keep(making.fingerprints[run.name], path, tables, seconds)
    return Outcome(run.name, "done", path=path, work_seconds=seconds)


def _keep_failure(outcome: Outcome, making: Making) -> None:
    """Keep what there is of a failed notebook, and its traceback without colours."""
    folder, part = making.build / "failed", part_of(making.notebook_of(outcome.name))
    traceback_file = folder / f"{outcome.name}.traceback.txt"
    traceback_file.write_text(strip_color(outcome.traceback), encoding="utf-8")
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
    try:
        executed = papermill.execute_notebook(
            str(notebook.resolve()),
            str(part.resolve()),
            parameters=dict(parameters),
            engine_name=ENGINE,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            kernels=kernels,
            work_folder=work_folder.resolve(),
            notebook_timeout=timeout,
            unfinished=part,
        )
    except papermill.PapermillExecutionError as error:
        raise _with_cause(error, part) from None
    _refuse_early_end(executed)
    told = {name: (shown or {}).get(name, value) for name, value in parameters.items()}
    _remove_traces(executed, told)
    nbformat.write(executed, part)
    return part.replace(output)


def _refuse_early_end(executed: nbformat.NotebookNode) -> None:
    """Take a notebook that ended itself for a failure: to papermill `sys.exit()` is a good end."""
    for index, cell in enumerate(executed.cells):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                raise papermill.PapermillExecutionError(
                    index, cell.execution_count, cell.source, output.ename,
                    output.evalue or "the notebook ends here", output.traceback,
                )  # fmt: skip


def part_of(output: Path) -> Path:
    """Return the name under which a notebook is written while it runs."""
    return output.with_name(f"{output.stem}.part.ipynb")


def _remove_traces(notebook: nbformat.NotebookNode, parameters: Mapping[str, Any]) -> None:
    """Take out times and ids that differ from run to run; let it say that it had `parameters`."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if INJECTED in cell.metadata.get("tags", []):
            cell.id = f"{INJECTED}-{number}"
            cell.source = PythonTranslator.codify(dict(parameters))


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
