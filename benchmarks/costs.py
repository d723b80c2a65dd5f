"""What the large commands cost, in one table: processor time and memory, beside peers.

    STATSFORECAST_PYTHON=/tmp/peers/bin/python python benchmarks/costs.py

writes costs.csv beside this file. Every line is a process of its own. A line that has a peer is
run in turns with it, so that other work on the machine slows both; each has the least of its
rounds (one, where a round takes minutes), and the ratio is of these two. Series and plans are
drawn; only their number matters.
`--quick` leaves out what takes minutes: 100,000 series, a million projections, 200 targets.
"""

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
TARGETS = BIN / "shenzhen-targets"
TABLE = HERE / "costs.csv"
COLUMNS = ("what", "cpu_seconds", "wall_seconds", "peak_mb", "beside", "their_cpu", "ratio")
ROUNDS, AS_OF = 3, "2026-11-28"
SERIES, POINTS, HORIZON = 10_000, 25, 6
PEER_SERIES = 200
"""Series that a peer is given; its time is scaled to `SERIES`, as it fits them one by one."""
TABLES = "events", "rejected", "measures", "measure_indicators", "wanted_indicators", "quotes"
EMPTY = tuple(f"{name}.csv" for name in TABLES)
ENGINE = f"""
import sys, time, numpy as np
from helpers.forecasting import SeriesBatch, project
values = np.loadtxt(sys.argv[1])
batch = SeriesBatch(tuple(map(str, range(len(values)))), values, np.full(len(values), 2024))
project(batch.select(slice(0, 50)), {HORIZON}).quantiles()
start = time.process_time()
project(batch, {HORIZON}).quantiles()
print(time.process_time() - start)
"""
PEER = f"""
import sys, time, numpy as np
from statsforecast.models import AutoETS
values = np.loadtxt(sys.argv[1])[:{PEER_SERIES}]
ahead = lambda y: AutoETS(season_length=1).forecast(y=y, h={HORIZON}, level=[50, 80, 95])
ahead(values[0])
start = time.process_time()
for y in values:
    ahead(y)
print((time.process_time() - start) * {SERIES / PEER_SERIES})
"""
ANSWER = """
import sys, time
from helpers.apps.explorer.notebook import explore
about = {"indicator": "pct_applications", "target_id": "pct_applications_2025"}
panel = explore(as_of=sys.argv[1], **about).panel()
days = [day for _, day in panel.controls["day"].options[-6:]]
start = time.process_time()
for day in days:
    panel.controls["day"].value = day
print((time.process_time() - start) / len(days))
"""
PLAIN = """
import sys, tempfile
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from report_speed import plain_way
from helpers.observations.raw_data import RAW_DIR
with tempfile.TemporaryDirectory() as folder:
    for line in plain_way(RAW_DIR, sys.argv[2], Path(folder)):
        pass
"""


def cost(command: Sequence[str | Path]) -> tuple[float, float, float, str]:
    """Run a command; return its CPU and wall seconds, peak memory in MB, and what it printed."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(
            list(map(str, command)), stdout=out, stderr=subprocess.STDOUT, env=environment
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()
    if child.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{said}")
    wall = time.perf_counter() - start
    return used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, said


def line(what, ours, beside="", theirs=(), rounds=ROUNDS, printed=False):
    """Measure ours and theirs in turns; `printed` seconds are those that a command prints."""
    found, other = [], []
    for _ in range(rounds):
        cpu, wall, peak, said = cost(ours)
        found.append((float(said) if printed else cpu, wall, peak))
        if theirs:
            cpu, *_, said = cost(theirs)
            other.append(float(said) if printed else cpu)
    cpu, wall, peak = min(found)
    made = [what, f"{cpu:.2f}", f"{wall:.1f}", f"{peak:.0f}", beside]
    row = [*made, *((f"{min(other):.2f}", f"{min(other) / cpu:.2f}") if other else ("", ""))]
    print(*row, sep="  ", flush=True)
    return dict(zip(COLUMNS, row, strict=True))


def drawn(folder: Path, count: int) -> Path:
    """Write series with planted growth and noise, as `project` reads them."""
    chance = random.Random(0)
    path = folder / f"{count}.csv"
    with path.open("w") as file:
        file.write("series,year,value\n")
        for number in range(count):
            value = 100.0
            for year in range(2025 - POINTS, 2025):
                value *= 1 + chance.gauss(0.04, 0.08)
                file.write(f"s{number},{year},{value:.4f}\n")
    return path


def table_of(series: Path) -> Path:
    """Write the values of series as a matrix, one row each."""
    rows = [row.rsplit(",", 1)[1] for row in series.read_text().splitlines()[1:]]
    path = series.with_suffix(".txt")
    lines = (" ".join(rows[i : i + POINTS]) for i in range(0, len(rows), POINTS))
    path.write_text("\n".join(lines) + "\n")
    return path


def plan_of(folder: Path, areas: int) -> Path:
    """Write a folder of raw tables with five targets in each of so many areas."""
    raw = folder / "plan"
    cost([TARGETS, "init", raw])
    headers = {path: next(csv.reader(path.open())) for path in raw.rglob("*.csv")}
    chance = random.Random(1)
    kinds, places = [f"share_{k}" for k in range(5)], [f"town_{a:02d}" for a in range(areas)]
    unit = {"unit": "% of waste", "source_id": "example_source"}
    figures, targets = [], []
    for area in places:
        for kind in kinds:
            level = chance.uniform(20, 45)
            own = {"indicator": kind, "area": area, **unit}
            for year in range(2010, 2024):
                known = {"months": 12, "status": "final", "qualifier": "exact", "note": "drawn"}
                drawn_value = {"year": year, "value": f"{level:.1f}", "definition": f"def_{kind}"}
                figures.append(own | known | drawn_value)
                level = min(95, max(3, level + chance.gauss(1, 1.2)))
            asked = {"plan": "Example plan", "target_year": 2030, "operator": "ge", "value": 50}
            name = {"target_id": f"{kind}_{area}_2030", "stage": 1, "set_on": "2024-07-01"}
            targets.append(own | asked | name | {"wording_native": "at least half"})
    tables = {
        "indicators.csv": [
            {"indicator": kind, "topic": f"topic{k}", "unit": "% of waste", "scale": "logit",
             "release_month": 6, "plausible_min": 1, "plausible_max": 99, "name_en": kind,
             "description": "drawn"} for k, kind in enumerate(kinds)],
        "definitions.csv": [
            {"definition": f"def_{kind}", "indicator": kind, "first_year": 2010, "use": "main",
             "last_year": 2023, "comparable_with_previous": "yes", "description": "drawn",
             "set_by": "office"} for kind in kinds],
        "areas.csv": [{"area": area, "name_en": area, "kind": "city"} for area in places],
        "observations/figures.csv": figures,
        "targets.csv": targets,
        **{name: [] for name in EMPTY},
    }  # fmt: skip
    for name, rows in tables.items():
        with (raw / name).open("w", newline="") as file:
            writer = csv.DictWriter(file, headers[raw / name], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return raw


def main() -> None:
    """Measure everything and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="leave out what takes minutes")
    quick = parser.parse_args().quick
    peer = os.environ.get("STATSFORECAST_PYTHON")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        series = drawn(folder, SERIES)
        engine = [sys.executable, "-c", ENGINE, table_of(series)]
        beside = ("AutoETS", [peer, "-c", PEER, series.with_suffix(".txt")]) if peer else ()
        project = [TARGETS, "project", "--out", folder / "projected.csv"]
        report = [TARGETS, "report", "--as-of", AS_OF, "--fresh", "--out"]
        plain = [sys.executable, "-c", PLAIN, HERE, AS_OF]
        rows = [
            line(f"engine, {SERIES:,} series", engine, *beside, printed=True),
            line(f"project {SERIES:,} series", [*project, series]),
            line("check", [TARGETS, "check"]),
            line("answer of the explorer", [sys.executable, "-c", ANSWER, AS_OF], printed=True),
            line("assess --replay", [TARGETS, "assess", "--replay", "--target", "all"]),
            line("report", [*report, folder / "out"], "papermill, nbconvert", plain, rounds=1),
        ]
        if not quick:
            sweep = [sys.executable, HERE / "scaling.py", "--measure", "1000000", "0", "1", ""]
            plan = ["--raw-dir", plan_of(folder, 40)]
            rows += [
                line("project 100,000 series", [*project, drawn(folder, 100_000)], rounds=1),
                line("sweep, 1,000,000 projections", sweep, rounds=1),
                line("report, 200 targets", [*report, folder / "plan-out", *plan], rounds=1),
            ]
    with TABLE.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
