"""Measure the engine: seconds for 1 to 10,000 series, growth, memory, import; peers in one run.

    OMP_NUM_THREADS=1 python benchmarks/speed.py

writes speed.csv beside this file. Every size runs in a process of its own, so that its peak
memory is its own. Series are drawn with a planted growth and noise; only their number matters.
"""

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

SIZES = (1, 10, 100, 1_000, 10_000)
POINTS, HORIZON, REPEATS = 20, 6, 3
PEER_SERIES = 20
HERE = Path(__file__).parent
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def planted(count):
    """Values with planted growth and noise, shape (count, POINTS)."""
    import numpy as np

    generator = np.random.default_rng(0)
    steps = generator.normal(0.04, 0.08, (count, POINTS))
    return 100 * np.exp(np.cumsum(steps, axis=1))


def pool(count):
    """Project `count` series with the full mixture: 6 years, 25 quantiles."""
    import numpy as np

    from helpers.forecasting.members import SeriesBatch
    from helpers.forecasting.projection import HUB_LEVELS, project

    batch = SeriesBatch(tuple(map(str, range(count))), planted(count), np.full(count, 2024))
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        table = project(batch, HORIZON).quantiles(HUB_LEVELS)
        seconds.append(time.perf_counter() - start)
    assert table.shape == (count, HORIZON, 25)
    return {"seconds": min(seconds), "first_seconds": seconds[0]}


def statsmodels(count):
    """Fit the statsmodels members one by one: damped ETS and Theta, on raw and log."""
    import warnings

    import numpy as np
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from statsmodels.tsa.forecasting.theta import ThetaModel

    warnings.simplefilter("ignore")
    start = time.perf_counter()
    for values in planted(count):
        for y in (pd.Series(values), pd.Series(np.log(values))):
            ETSModel(y, trend="add", damped_trend=True).fit(disp=False).forecast(HORIZON)
            ThetaModel(y, period=1, deseasonalize=False).fit().forecast(HORIZON)
    return {"seconds": time.perf_counter() - start}


def imports(_):
    """Import the engine in a fresh process."""
    start = time.perf_counter()
    import helpers.forecasting.projection  # noqa: F401

    return {"seconds": time.perf_counter() - start, "statsmodels": "statsmodels" in sys.modules}


TASKS = {"pool": pool, "statsmodels members": statsmodels, "import": imports}


def measure(task, count):
    """Run one task in a process of its own; add its peak memory in MB."""
    command = [sys.executable, __file__, task, str(count)]
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, **ONE_THREAD}
    )
    return {"task": task, "series": count, **json.loads(run.stdout)}


def main():
    """Measure everything and write the table."""
    import pandas as pd

    rows = [measure("import", 0)]
    rows += [measure("pool", count) for count in SIZES]
    rows.append(measure("statsmodels members", PEER_SERIES))
    table = pd.DataFrame(rows)
    table["ms_a_series"] = 1000 * table["seconds"] / table["series"].where(table["series"] > 0)
    peer = table["ms_a_series"].iloc[-1]
    table["times_faster"] = (peer / table["ms_a_series"]).where(table["task"] == "pool")
    table["python"] = platform.python_version()
    table = table.round({"seconds": 4, "first_seconds": 4, "ms_a_series": 4, "times_faster": 0})
    table.to_csv(HERE / "speed.csv", index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        import resource

        result = TASKS[sys.argv[1]](int(sys.argv[2]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**result, "peak_mb": round(peak)}))
    else:
        main()
