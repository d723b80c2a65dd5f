"""Run a sweep: in this process, in several, or on a dask cluster; the table is the same."""

import concurrent.futures
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.apps.sweeps.chunks import Chunk, Sweep, chunk_bytes
from helpers.apps.sweeps.ledger import Ledger

Done = Iterator[tuple[Chunk, bytes]]


class SweepStopped(RuntimeError):
    """A sweep that could not be finished; what is done is kept, and the same call goes on."""


@dataclass(frozen=True)
class SweepResult:
    """How a sweep ended.

    Attributes
    ----------
    path : Path
        The table.
    questions, chunks : int
        In the whole sweep.
    taken_over : int
        Chunks that an earlier, stopped run had answered.
    seconds : float
    """

    path: Path
    questions: int
    chunks: int
    taken_over: int
    seconds: float


def run_sweep(
    sweep: Sweep,
    out: Path,
    *,
    scheduler: str = "",
    jobs: int = 1,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> SweepResult:
    """Answer every chunk of a sweep that is not answered yet, and write the table.

    Parameters
    ----------
    sweep : Sweep
    out : Path
        `.csv` or `.parquet`; `<out>.sweep` holds the finished chunks until the table is complete.
    scheduler : str
        Address of a dask scheduler; empty for this machine.
    jobs : int
        Processes on this machine; 1 is this one.
    tell : callable
        Told how many questions are answered, of how many, at the start and after each chunk.

    Raises
    ------
    SweepStopped
        If workers die or cannot be reached. Finished chunks are kept.
    helpers.problems.InputError
        For a bad name, or while another run makes the same table.
    """
    start = time.perf_counter()
    ledger = Ledger(out)
    with ledger.opened(sweep):
        files = ledger.finished(sweep.chunks)
        taken_over = len(files)
        left = [chunk for chunk in sweep.chunks if chunk.key not in files]
        done = sweep.size - sum(chunk.size for chunk in left)
        tell(done, sweep.size)
        for chunk, content in _answers(sweep, left, ledger.form, scheduler, jobs):
            files[chunk.key] = ledger.keep(chunk, content)
            done += chunk.size
            tell(done, sweep.size)
        ledger.finish(sweep, files)
        ledger.remove()
    seconds = time.perf_counter() - start
    return SweepResult(ledger.out, sweep.size, len(sweep.chunks), taken_over, seconds)


def _answers(sweep: Sweep, left: Sequence[Chunk], form: str, scheduler: str, jobs: int) -> Done:
    if scheduler:
        from helpers.apps.sweeps.cluster import cluster_answers

        return cluster_answers(sweep, left, form, scheduler)
    if jobs > 1 and len(left) > 1:
        return _process_answers(sweep, left, form, jobs)
    return ((chunk, chunk_bytes(sweep, chunk.work, form)) for chunk in left)


_held: Sweep | None = None
"""The sweep of a worker process, without its chunks."""


def _hold(sweep: Sweep) -> None:
    global _held
    _held = sweep


def _held_bytes(work, form: str) -> bytes:
    return chunk_bytes(_held, work, form)


def _process_answers(sweep: Sweep, left: Sequence[Chunk], form: str, jobs: int) -> Done:
    """Let processes answer, a few chunks ahead of what is asked for."""
    bare = Sweep(sweep.columns, (), sweep.answer, sweep.context)
    pool = concurrent.futures.ProcessPoolExecutor(
        jobs, multiprocessing.get_context("spawn"), _hold, (bare,)
    )
    waiting, active = iter(left), {}
    try:
        while True:
            for chunk in waiting:
                active[pool.submit(_held_bytes, chunk.work, form)] = chunk
                if len(active) >= 2 * jobs:
                    break
            if not active:
                return
            ended, _ = concurrent.futures.wait(active, return_when="FIRST_COMPLETED")
            for future in ended:
                yield active.pop(future), future.result()
    except concurrent.futures.process.BrokenProcessPool:
        raise SweepStopped(
            "a worker process ended, perhaps for lack of memory; what is done is kept: "
            "run the same command again, or with fewer jobs"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
