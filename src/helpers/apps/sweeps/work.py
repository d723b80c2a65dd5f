"""Run a sweep here, in several processes or on a dask cluster, and show how far it is."""

import itertools
import multiprocessing
import pickle
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from helpers.apps.sweeps.chunks import Chunk, Ledger, Sweep, chunk_bytes, content_hash, engine_hash

Done = Iterator[tuple[Chunk, bytes]]


class SweepStopped(RuntimeError):
    """A sweep that could not be finished; what is done is kept, and the same call goes on."""


@dataclass(frozen=True)
class SweepResult:
    """How a sweep ended."""

    path: Path
    """The table."""
    questions: int
    chunks: int
    """`questions`, `chunks`: in the whole sweep."""
    taken_over: int
    """Chunks that an earlier, stopped run had answered."""
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

    Raises `SweepStopped` if workers die or cannot be reached. Finished chunks are kept. Raises
    `InputError` for a bad name, or while another run makes the same table.

    Parameters
    ----------
    out : Path
        `.csv` or `.parquet`; `<out>.sweep` holds the finished chunks until the table is complete.
    scheduler : str
        Address of a dask scheduler; empty for this machine.
    jobs : int
        Processes on this machine; 1 is this one.
    tell : callable
        Told how many questions are answered, of how many, at the start and after each chunk.
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
    seconds = time.perf_counter() - start
    return SweepResult(ledger.out, sweep.size, len(sweep.chunks), taken_over, seconds)


def _answers(sweep: Sweep, left: Sequence[Chunk], form: str, scheduler: str, jobs: int) -> Done:
    if scheduler:
        return cluster_answers(sweep, left, form, scheduler)
    if jobs > 1 and len(left) > 1:
        return _process_answers(sweep, left, form, jobs)
    return ((chunk, chunk_bytes(sweep, chunk.work, form)) for chunk in left)


def _process_answers(sweep: Sweep, left: Sequence[Chunk], form: str, jobs: int) -> Done:
    """Let processes answer, a few chunks ahead of what is asked for."""
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"))
    tasks = _tasks(_without_chunks(sweep), left, form)
    try:
        yield from as_they_end(pool, _answer_there, tasks, 2 * jobs)
    except BrokenProcessPool:
        raise SweepStopped(
            "a worker process ended, perhaps for lack of memory; what is done is kept: "
            "run the same command again, or with fewer jobs"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _without_chunks(sweep: Sweep) -> bytes:
    return pickle.dumps(replace(sweep, chunks=()))


def _tasks(packed: Any, left: Sequence[Chunk], form: str) -> Iterator[tuple[Chunk, tuple]]:
    """Yield each chunk with what `_answer_there` takes; `packed` may be on the worker already."""
    return ((chunk, (packed, chunk.work, form, engine_hash())) for chunk in left)


def _answer_there(packed: bytes, work: Any, form: str, engine: str) -> bytes:
    if engine != engine_hash():
        raise SweepStopped("a worker runs another version of the package; install the same there")
    return chunk_bytes(pickle.loads(packed), work, form)


def as_they_end(
    executor: Executor, call: Callable, tasks: Iterator[tuple[Any, tuple]], room: int
) -> Iterator[tuple[Any, Any]]:
    """Call a function for each task; yield items with results as they end, `room` at a time."""
    active: dict[Future, Any] = {}
    while True:
        for item, arguments in itertools.islice(tasks, room - len(active)):
            active[executor.submit(call, *arguments)] = item
        if not active:
            return
        ended, _ = wait(active, return_when="FIRST_COMPLETED")
        for future in ended:
            yield active.pop(future), future.result()


QUIET = 30.0
"""Seconds between lines where there is no terminal."""


class SweepProgress:
    """Says how far a sweep is, and about how long it will still take.

    `stream`: where to; standard error by default.
    """

    def __init__(self, stream: TextIO | None = None):
        self.stream = stream or sys.stderr
        self.live = self.stream.isatty()
        self.start = self.last = time.perf_counter()
        self.before: int | None = None

    def __call__(self, done: int, total: int) -> None:
        """Take note of how many questions are answered, of how many."""
        now = time.perf_counter()
        if self.before is None:
            self.before, self.start = done, now
            if done:
                self._write(f"{done:,} of {total:,} were answered before; going on\n")
        text = f"{done:,} of {total:,} answered{self._left(done, total, now - self.start)}"
        if self.live:
            self._write(f"  {text}")
        elif now - self.last > QUIET:
            self.last = now
            self._write(f"{text}\n")

    def close(self) -> None:
        """Clear the line that renews itself."""
        self._write("")

    def _left(self, done: int, total: int, seconds: float) -> str:
        fresh = done - (self.before or 0)
        if not fresh or done >= total:
            return ""
        return f", about {seconds / fresh * (total - done):,.0f} s left"

    def _write(self, text: str) -> None:
        self.stream.write(("\r\x1b[2K" if self.live else "") + text)
        self.stream.flush()


PATIENCE = 30.0
"""Seconds to wait for the scheduler, and for its first worker."""
AHEAD = 4
"""Tasks a worker thread that are on their way: enough to keep it busy, few enough to hold."""


_NO_CERTIFICATE = (
    "a tls:// address needs certificate and key; name them in "
    "DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
    "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY (docs/scaling.md)"
)


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Connect to a scheduler that has a worker.

    Raises `SweepStopped` if `distributed` is missing, the scheduler does not answer, or it has no
    worker.
    """
    try:
        from distributed import Client
    except ImportError:
        raise SweepStopped(
            "a cluster needs dask's distributed; install shenzhen-targets[cluster]"
        ) from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except TypeError as error:  # what it raises where no certificate or key is named
        if not address.startswith("tls://"):
            raise
        raise SweepStopped(f"{address}: {_NO_CERTIFICATE}") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise SweepStopped(
            f"no dask scheduler answers at {address} ({type(error).__name__}); start one with "
            "`dask scheduler`, or leave the address out"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise SweepStopped(
                f"the scheduler at {address} has no worker; start one with `dask worker {address}`"
            ) from None
        # Whoever answers is given the figures: say who it was.
        told = client.scheduler_info()
        named = f"{told['address']} ({told['id']})"
        print(
            f"scheduler {named}, worker threads: {sum(client.nthreads().values())}", file=sys.stderr
        )
        yield client


def cluster_answers(
    sweep: Sweep, left: Sequence[Chunk], form: str, address: str
) -> Iterator[tuple[Chunk, bytes]]:
    """Let a cluster answer chunks; each comes back as the bytes that this process would write.

    Raises `SweepStopped` if the cluster cannot be reached, a worker runs another version, or
    workers keep dying.
    """
    packed = _without_chunks(sweep)
    with connected(address) as client:
        # A task of its own, not scattered data: it is made again if the worker that held it dies.
        held = client.submit(bytes, packed, key=f"sweep-{content_hash(packed)}")
        yield from on_workers(client, _answer_there, _tasks(held, left, form))


def on_workers(
    client: Any, call: Callable, tasks: Iterator[tuple[Any, tuple]], pure: bool = True
) -> Iterator[tuple[Any, Any]]:
    """Call a function for each task on the workers; yield items with results as they end.

    A task whose worker dies is given to another one. Not `pure` is one that is called for its
    effect: asked for again it is another task. Raises `SweepStopped` if the same task outlives no
    worker, or the connection is lost.
    """
    from distributed import KilledWorker

    room = max(2, AHEAD * sum(client.nthreads().values()))
    try:
        yield from as_they_end(client.get_executor(pure=pure), call, tasks, room)
    except (KilledWorker, CancelledError, OSError) as error:
        raise SweepStopped(
            f"the cluster gave up ({type(error).__name__}); what is done is kept: "
            "run the same command again"
        ) from None
