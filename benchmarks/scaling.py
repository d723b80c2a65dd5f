"""Measure sweeps: 100 to a million (series x origin) projections with thresholds, four ways.

    OMP_NUM_THREADS=1 python benchmarks/scaling.py [--most 1000000]

writes scaling.csv and chunks.csv beside this file, and their tables into docs/scaling.md. Every
size and way runs in a process of its own, so that its peak memory is its own: in one process, in
two, and on a real dask scheduler with one and with two worker processes on loopback (they are
started before the clock). All ways must give the same bytes. Series are drawn with a planted
growth and noise; only their number matters.
"""

import argparse
import hashlib
import json
import os
import platform
import resource
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
ORIGINS, POINTS, HORIZON = 20, 40, 5
WAYS = ("one process", "two processes", "dask, one worker", "dask, two workers")
CHUNK_SIZES = (512, 2_048, 8_192, 32_768)
CHUNK_TOTAL = 131_072
HERE = Path(__file__).parent
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def asked(pairs, chunk=None):
    """Plan a sweep of so many projections: 20 origins, a target every five years."""
    import numpy as np
    import pandas as pd

    from helpers.apps.sweeps.panels import PAIRS, panel_sweep
    from helpers.forecasting.batch import SeriesBatch

    count = pairs // ORIGINS
    generator = np.random.default_rng(0)
    values = 100 * np.exp(np.cumsum(generator.normal(0.04, 0.08, (count, POINTS)), axis=1))
    names = tuple(f"series{i:06d}" for i in range(count))
    batch = SeriesBatch(names, values, np.full(count, 2024))
    origins = range(2025 - ORIGINS, 2025)
    # Five-year plans: every origin has one target ahead of it, so every pair gives one row.
    years = range(2030 - ORIGINS, 2031, HORIZON)
    thresholds = pd.DataFrame(
        {
            "series": np.repeat(names, len(years)),
            "year": np.tile(years, count),
            "threshold": np.repeat(1.3 * values[:, -1], len(years)),
        }
    )
    return panel_sweep(batch, thresholds, origins=origins, horizon=HORIZON, pairs=chunk or PAIRS)


def measure(pairs, chunk, jobs, scheduler):
    """Run one sweep; return seconds, peak memory and the table's hash."""
    from helpers.apps.sweeps.work import run_sweep

    start = time.perf_counter()
    sweep = asked(pairs, chunk)
    planned = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        result = run_sweep(sweep, Path(folder) / "t.csv", jobs=jobs, scheduler=scheduler)
        content = result.path.read_bytes()
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "rows": content.count(b"\n") - 1,
        "chunks": result.chunks,
        "seconds": result.seconds,
        "plan_seconds": planned - start,
        "peak_mb": round(peak / 1024),
        "table_mb": round(len(content) / 1e6, 1),
        "sha256": hashlib.sha256(content).hexdigest()[:16],
    }


@contextmanager
def cluster(workers):
    """Start a scheduler and workers on loopback; yield the address and the worker processes."""
    from distributed import Client

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "dask"]
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    commands = [[*dask, "scheduler", *local, "--port", str(port)]]
    worker = [*dask, "worker", address, *local, "--nthreads", "1", "--no-nanny"]
    commands += [worker] * workers
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environment = {**os.environ, **ONE_THREAD}
        running = []
        for command in commands:
            process = subprocess.Popen(
                command, cwd=folder, env=environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            stack.callback(process.wait)
            stack.callback(process.kill)
            running.append(process)
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address, running[1:]


def peak_of(process):
    """Peak memory of a running process in MB, where the system tells."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024)


def in_a_process(pairs, chunk, way):
    """Measure one way in a process of its own."""
    with ExitStack() as stack:
        address, workers = "", []
        if way.startswith("dask"):
            count = 1 if "one" in way else 2
            address, workers = stack.enter_context(cluster(count))
            first = [sys.executable, __file__, "--measure", "100", "0", "1", address]
            subprocess.run(first, capture_output=True, check=True, env={**os.environ, **ONE_THREAD})
        jobs = "2" if way == "two processes" else "1"
        command = [sys.executable, __file__, "--measure", str(pairs), str(chunk), jobs, address]
        run = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, **ONE_THREAD}
        )
        found = json.loads(run.stdout)
        # Workers hold the work: the largest process is what has to fit.
        found["peak_mb"] = max([found["peak_mb"], *map(peak_of, workers)])
    return {"way": way, "projections": pairs, **found}


def scaling_table(sizes):
    """Every way at every size; ratios beside the size before and beside one process."""
    import pandas as pd

    rows = []
    for pairs in sizes:
        for way in WAYS:
            rows.append(in_a_process(pairs, 0, way))
            print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    table["us_a_projection"] = 1e6 * table["seconds"] / table["projections"]
    table["times_the_size_before"] = table.groupby("way")["seconds"].transform(
        lambda seconds: seconds / seconds.shift()
    )
    base = table[table["way"].eq(WAYS[0])].set_index("projections")["seconds"]
    table["times_faster_than_one"] = table["projections"].map(base) / table["seconds"]
    single = table[table["way"].eq(WAYS[2])].set_index("projections")["seconds"]
    faster = table["projections"].map(single) / table["seconds"]
    table["times_faster_than_one_worker"] = faster.where(table["way"].eq(WAYS[3]))
    table["same_bytes"] = table.groupby("projections")["sha256"].transform("nunique").eq(1)
    return table.assign(python=platform.python_version(), cores=os.cpu_count())


def chunk_table(total):
    """Two workers with chunks of several sizes: what scheduling costs beside the work."""
    import pandas as pd

    rows = []
    for chunk in CHUNK_SIZES:
        if chunk > total:
            continue
        row = in_a_process(total, chunk, WAYS[3])
        alone = in_a_process(total, chunk, WAYS[0])
        row["one_process_seconds"] = alone["seconds"]
        row["chunk_projections"] = chunk
        rows.append(row)
        print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    table["ms_a_chunk"] = 1000 * table["one_process_seconds"] / table["chunks"]
    table["times_faster_than_one"] = table["one_process_seconds"] / table["seconds"]
    columns = ["chunk_projections", "chunks", "ms_a_chunk", "one_process_seconds", "seconds"]
    return table[[*columns, "times_faster_than_one"]]


def message_cost(tasks=500):
    """Milliseconds that a task which does nothing takes on two workers."""
    from distributed import Client

    with cluster(2) as (address, _), Client(address, set_as_default=False) as client:
        client.gather(client.map(int, range(50)))
        start = time.perf_counter()
        client.gather([client.submit(abs, -i, pure=False) for i in range(tasks)])
        return 1000 * (time.perf_counter() - start) / tasks


def cell_text(value):
    """Write a cell: whole numbers without a point."""
    return f"{value:,.7g}" if isinstance(value, int | float) else str(value)


def pipe_table(table):
    """Lay a table out in Markdown."""
    head = [list(table), ["---"] * table.shape[1]]
    return "\n".join(
        f"| {' | '.join(map(cell_text, row))} |" for row in head + table.values.tolist()
    )


def time_text(seconds):
    """Write a duration as it is said."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} minutes"


def scaling_text(table):
    """Lay out seconds by size and way, growth by decade, memory, and what is faster than what."""
    names = [f"{size:,}" for size in table["projections"].unique()]
    parts = []
    for column, title in (
        ("seconds", "Seconds"),
        ("us_a_projection", "Microseconds a projection"),
        ("times_the_size_before", "Seconds as a multiple of those of the size before"),
        ("peak_mb", "Peak memory of the largest process, MB"),
    ):
        view = table.pivot_table(column, "way", "projections", sort=False).reindex(WAYS)
        view = view.set_axis(names[-view.shape[1] :], axis=1).reset_index()
        parts.append(f"{title}:\n\n{pipe_table(view.fillna('').rename_axis(None))}")
    largest = table[table["projections"].eq(table["projections"].max())].set_index("way")
    one, two = largest.loc[WAYS[0]], largest.loc[WAYS[3]]
    same = "the same bytes" if table["same_bytes"].all() else "NOT the same bytes"
    parts.append(
        f"{names[-1]} projections take {time_text(one['seconds'])} and {one['peak_mb']:,} MB in "
        f"one process; two dask workers are {two['times_faster_than_one_worker']:.2f} times as "
        f"fast as one. All ways gave {same}."
    )
    sdg = 200 * 250 * 20
    rates = one["seconds"] / one["projections"], two["seconds"] / two["projections"]
    parts.append(
        "A sweep of the UN's SDG data by country, indicator and year "
        f"(200 x 250 x 20 = {sdg:,} projections) would take {time_text(sdg * rates[0])} in one "
        f"process here and {time_text(sdg * rates[1])} on two workers, and give a table of about "
        f"{sdg / one['projections'] * one['table_mb']:,.0f} MB."
    )
    return "\n\n".join(parts)


def chunk_text(chunks):
    """Lay out what scheduling costs."""
    message, work = chunks["message_ms"].iloc[0], chunks["ms_a_chunk"]
    size = chunks["chunk_projections"]
    return (
        f"{pipe_table(chunks.drop(columns='message_ms'))}\n\n"
        f"A task that does nothing costs {message:.1f} ms; a chunk of {size.iloc[-1]:,} "
        f"projections is {work.iloc[-1] / message:,.0f} times as long."
    )


def fill_page(table, chunks):
    """Put what was measured between the marks of docs/scaling.md."""
    page = HERE.parent / "docs" / "scaling.md"
    text = page.read_text("utf-8")
    for name, body in (("scaling", scaling_text(table)), ("chunks", chunk_text(chunks))):
        front, _, rest = text.partition(f"<!-- {name} -->")
        _, _, back = rest.partition(f"<!-- /{name} -->")
        text = f"{front}<!-- {name} -->\n{body}\n<!-- /{name} -->{back}"
    page.write_text(text, "utf-8")


def main():
    """Measure everything and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=SIZES[-1], help="largest size")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of the tables")
    given = parser.parse_args()
    places = {"seconds": 3, "plan_seconds": 3, "us_a_projection": 1, "times_the_size_before": 2}
    places |= {"times_faster_than_one": 2, "times_faster_than_one_worker": 2}
    table = scaling_table([size for size in SIZES if size <= given.most]).round(places)
    table.to_csv(given.out / "scaling.csv", index=False, lineterminator="\n")
    chunks = chunk_table(min(CHUNK_TOTAL, given.most))
    chunks = chunks.assign(message_ms=message_cost()).round(3)
    chunks.to_csv(given.out / "chunks.csv", index=False, lineterminator="\n")
    if given.out == HERE:
        fill_page(table, chunks)
    print(table.to_string(index=False))
    print(chunks.to_string(index=False))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        size, pairs, jobs, address = (*map(int, sys.argv[2:5]), sys.argv[5])
        print(json.dumps(measure(size, pairs or None, jobs, address)))
    else:
        main()
