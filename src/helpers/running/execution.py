"""Execute the notebooks of a report: each with its parameters, complete or kept as failed."""

from __future__ import annotations

import contextlib
import copy
import re
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
import papermill

from helpers.running.kernels import ENGINE, kernel_folder
from helpers.running.runs import INJECTED, Outcome, Run, execute_runs


def execute_all(
    runs: Sequence[Run],
    notebooks: Path,
    build: Path,
    *,
    jobs: int,
    timeout: float,
    keep_going: bool = False,
    tell: Callable[[Outcome | Run], None] = lambda event: None,
    expected: Mapping[str, float] | None = None,
) -> tuple[Outcome, ...]:
    """Execute the runs in kernels that work in `build/work`; notebooks go to `build/site`.

    A failed notebook is kept as `build/failed/<name>.failed.ipynb`, if any of it was written, with
    `<name>.traceback.txt`.
    """
    finished = build / "site" / "notebooks"
    with interruptible(), kernel_folder() as sockets:

        def execute_one(run: Run) -> Path:
            return execute(
                notebooks / run.notebook,
                finished / f"{run.name}.ipynb",
                run.parameters,
                sockets=sockets,
                work_folder=build / "work",
                timeout=timeout,
            )

        outcomes = execute_runs(runs, execute_one, jobs, tell, keep_going, expected)
    for outcome in outcomes:
        if outcome.state == "failed":
            keep_failure(outcome, part_of(finished / f"{outcome.name}.ipynb"), build / "failed")
    return outcomes


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
    sockets: Path,
    work_folder: Path,
    timeout: float,
) -> Path:
    """Run a notebook with parameters and store it, executed, as `output`.

    It is written under the name of `part_of` until it is complete. Times, paths and random cell
    ids are taken out, so that the same inputs give the same bytes.

    Raises
    ------
    papermill.PapermillExecutionError
        If a cell raises.
    TimeoutError
        If the notebook takes longer than `timeout` seconds.
    """
    part = part_of(output)
    papermill.execute_notebook(
        str(notebook.resolve()),
        str(part.resolve()),
        parameters=dict(parameters),
        engine_name=ENGINE,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        kernel_folder=sockets,
        work_folder=work_folder.resolve(),
        notebook_timeout=timeout,
    )
    finished = without_traces(nbformat.read(part, as_version=4))
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
