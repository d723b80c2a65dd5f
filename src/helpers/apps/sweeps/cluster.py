"""Chunks and reports on a dask cluster: anything with a scheduler whose address is known."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from helpers.apps.sweeps.chunks import Chunk, Sweep, chunk_bytes, content_hash, engine_hash
from helpers.apps.sweeps.work import SweepStopped

PATIENCE = 30.0
"""Seconds to wait for the scheduler, and for its first worker."""
AHEAD = 4
"""Tasks a worker thread that are on their way: enough to keep it busy, few enough to hold."""


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Connect to a scheduler that has a worker.

    Raises
    ------
    SweepStopped
        If `distributed` is missing, the scheduler does not answer, or it has no worker.
    """
    try:
        from distributed import Client
    except ImportError:
        raise SweepStopped(
            "a cluster needs dask's distributed; install shenzhen-targets[cluster]"
        ) from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
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
        yield client


def cluster_answers(
    sweep: Sweep, left: Sequence[Chunk], form: str, address: str
) -> Iterator[tuple[Chunk, bytes]]:
    """Let a cluster answer chunks; each comes back as the bytes that this process would write.

    Raises
    ------
    SweepStopped
        If the cluster cannot be reached, a worker runs another version, or workers keep dying.
    """
    blob = pickle.dumps(Sweep(sweep.columns, (), sweep.answer, sweep.context))
    with connected(address) as client:
        # A task of its own, not scattered data: it is made again if the worker that held it dies.
        held = client.submit(bytes, blob, key=f"sweep-{content_hash(blob)}")
        tasks = ((chunk, (held, chunk.work, form, engine_hash())) for chunk in left)
        yield from on_workers(
            client, _answer_there, tasks, name=lambda chunk: f"{form}-{chunk.key}"
        )


def on_workers(
    client: Any, call: Callable, tasks: Iterator[tuple[Any, tuple]], name: Callable[[Any], str]
) -> Iterator[tuple[Any, Any]]:
    """Call a function for each task on the workers; yield items with results as they end.

    A task whose worker dies is given to another one.

    Raises
    ------
    SweepStopped
        If the same task outlives no worker, or the connection is lost.
    """
    from distributed import KilledWorker, as_completed
    from distributed.client import FutureCancelledError

    room = max(2, AHEAD * sum(client.nthreads().values()))
    active = as_completed(loop=client.loop)
    items = {}

    def add() -> None:
        for item, arguments in tasks:
            future = client.submit(call, *arguments, key=f"chunk-{name(item)}", pure=True)
            items[future.key] = (item, future)
            active.add(future)
            if len(items) >= room:
                return

    try:
        add()
        for future in active:
            result = future.result()
            item, _ = items.pop(future.key)
            add()
            yield item, result
    except (KilledWorker, FutureCancelledError, OSError) as error:
        raise SweepStopped(
            f"the cluster gave up ({type(error).__name__}); what is done is kept: "
            "run the same command again"
        ) from None


def _answer_there(blob: bytes, work: Any, form: str, engine: str) -> bytes:
    """Answer a chunk on a worker."""
    if engine != engine_hash():
        raise SweepStopped("a worker runs another version of the package; install the same there")
    return chunk_bytes(pickle.loads(blob), work, form)
