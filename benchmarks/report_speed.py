"""What a report costs: our `report` beside plain papermill and nbconvert, in one run.

`python benchmarks/report_speed.py` writes `report_speed.csv`. Both get the same raw tables, as-of
date, notebooks and parameters. The plain way is a shell loop: for each notebook
`papermill` and then `jupyter nbconvert --to html`. Ours is measured in several rounds, each with
nothing at hand at first; the table holds the medians. The machine should have nothing else to do.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path

import nbformat
import numpy as np

from helpers import ROOT
from helpers.observations.raw_data import read_raw
from helpers.reports.runs.plan import planned_runs
from helpers.reports.store.run import resolve_runs

TABLE = Path(__file__).with_name("report_speed.csv")
NOTEBOOKS = ROOT / "notebooks"
BIN = Path(sys.executable).parent
AREA = "shenzhen"


@dataclass(frozen=True)
class Measured:
    """One line of the table: who, in what case, which step, and its seconds.

    `cpu_seconds` are those of a command and all that it started; NaN for a step inside one.
    """

    way: str
    case: str
    step: str
    seconds: float
    cpu_seconds: float = nan
    count: int = 1


def cost_of(command: list[str | Path], folder: Path) -> tuple[float, float]:
    """Run a command; return its wall and processor time. Its output is shown only if it fails."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment = kept | {"OMP_NUM_THREADS": "1"}
    start, spent = time.perf_counter(), processor_time()
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}")
    return time.perf_counter() - start, processor_time() - spent


def processor_time() -> float:
    """Return the seconds that ended processes of ours, and theirs, have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def plain_way(raw_dir: Path, as_of: str, folder: Path) -> Iterator[Measured]:
    """Run papermill and nbconvert on each notebook of the report, one after the other."""
    common = {"as_of": as_of, "raw_dir": str(raw_dir), "output_dir": str(folder / "tables")}
    runs = resolve_runs(planned_runs(read_raw(raw_dir), as_of), NOTEBOOKS, common, {})
    for run in runs:
        out = folder / f"{run.name}.ipynb"
        papermill = [BIN / "papermill", NOTEBOOKS / run.notebook, out, "--no-progress-bar"]
        papermill += ["-k", "python3", "-y", json.dumps(run.parameters)]
        yield Measured("plain", "all notebooks", "papermill", *cost_of(papermill, folder))
        convert = [BIN / "jupyter", "nbconvert", "--to", "html", out]
        yield Measured("plain", "all notebooks", "nbconvert", *cost_of(convert, folder))


def our_way(raw_dir: Path, as_of: str, folder: Path, case: str) -> Iterator[Measured]:
    """Run our report and read from its record where the time went."""
    command = [BIN / "shenzhen-targets", "report", "--raw-dir", raw_dir, "--as-of", as_of]
    cost = cost_of([*command, "--out", folder, "--jobs", "2"], folder.parent)
    yield Measured("ours", case, "whole", *cost)
    record = json.loads((folder / as_of / "run.json").read_text("utf-8"))
    for step, seconds in record["step_seconds"].items():
        yield Measured("ours", case, step, seconds)
    for run in record["runs"]:
        if not run["reused"]:
            yield Measured("ours", case, f"run {run['name']}", run["seconds"])


def nothing_new(raw_dir: Path, as_of: str, folder: Path) -> Measured:
    """Ask for a report only if something changed, when nothing did; the best of five."""
    command = [BIN / "shenzhen-targets", "report", "--raw-dir", raw_dir, "--as-of", as_of]
    costs = [cost_of([*command, "--out", folder, "--if-changed"], folder.parent) for _ in range(5)]
    return Measured("ours", "nothing changed", "whole", *min(costs), len(costs))


def floor(folder: Path) -> Iterator[Measured]:
    """Time a kernel that does nothing, and one that only imports what the projection imports.

    In a kernel that is started anew, and in one that has run such a notebook before.
    """
    from helpers.reports.runs.execution import execute
    from helpers.reports.runs.kernels import imported_by, open_kernels

    imports = imported_by([NOTEBOOKS / "05_projection.ipynb"])
    for step, cells in (("kernel start", []), ("kernel start and imports", imports)):
        path = folder / "empty.ipynb"
        code = [nbformat.v4.new_code_cell(text) for text in cells]
        nbformat.write(nbformat.v4.new_notebook(cells=code), path)
        for way, notebooks in (("anew", ()), ("kept", (path,))):
            times = []
            with open_kernels(notebooks) as kernels:
                options = {"kernels": kernels, "work_folder": folder, "timeout": 120}
                for _ in range(5):
                    start = time.perf_counter()
                    execute(path, folder / "out.ipynb", {}, **options)
                    times.append(time.perf_counter() - start)
            yield Measured("floor", way, step, min(times), count=len(times))


def change_one_figure(raw_dir: Path, indicator: str) -> str:
    """Change the last figure of the city by one unit of its last digit; say which it was."""
    figures = read_raw(raw_dir).observations
    row = figures[figures["indicator"].eq(indicator) & figures["area"].eq(AREA)].iloc[-1]
    path = raw_dir / row["file"]
    lines = path.read_text("utf-8").splitlines(keepends=True)
    old = f"{row['value']:.{row['decimals']}f}"
    new = f"{row['value'] + 10.0 ** -row['decimals']:.{row['decimals']}f}"
    number = row["line"] - 1
    lines[number] = lines[number].replace(f",{old},", f",{new},", 1)
    path.write_text("".join(lines), "utf-8")
    return f"{indicator} {row['area']} {row['year']}: {old} -> {new}"


def main() -> None:
    """Measure everything and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--as-of", default="2026-11-23")
    parser.add_argument(
        "--indicators",
        nargs="+",
        default=["rd_intensity", "sei_share", "pct_applications"],
        help="whose last figure changes, one after the other",
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often our report is measured")
    parser.add_argument("--ours-only", action="store_true", help="leave the plain way out")
    parser.add_argument("--out", type=Path, default=TABLE)
    arguments = parser.parse_args()
    plain: list[Measured] = []
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        if not arguments.ours_only:
            plain += plain_way(ROOT / "data" / "raw", arguments.as_of, scratch)
        rounds = [
            one_round(arguments.indicators, arguments.as_of, scratch / str(number))
            for number in range(arguments.rounds)
        ]
        measured = [*plain, *medians(rounds), *floor(scratch)]
    write(measured, arguments.out)
    tell(measured, rounds)


def one_round(indicators: Sequence[str], as_of: str, folder: Path) -> list[Measured]:
    """Measure our report with nothing at hand, with nothing changed, and after each change."""
    raw_dir, reports = folder / "raw", folder / "reports"
    shutil.copytree(ROOT / "data" / "raw", raw_dir)
    measured = [*our_way(raw_dir, as_of, reports, "all notebooks")]
    measured.append(nothing_new(raw_dir, as_of, reports))
    for indicator in indicators:
        print(f"changed: {change_one_figure(raw_dir, indicator)}")
        measured += our_way(raw_dir, as_of, reports, f"one figure of {indicator} changed")
    return measured


def medians(rounds: Sequence[Sequence[Measured]]) -> list[Measured]:
    """Return the median of each step over the rounds."""
    steps: dict[tuple[str, str, str], list[Measured]] = {}
    for m in (m for measured in rounds for m in measured):
        steps.setdefault((m.way, m.case, m.step), []).append(m)
    return [
        Measured(
            *key,
            float(np.median([m.seconds for m in own])),
            float(np.median([m.cpu_seconds for m in own])),
            sum(m.count for m in own),
        )
        for key, own in steps.items()
    ]


def write(measured: list[Measured], path: Path) -> None:
    """Write the table; equal steps of several notebooks are added up."""
    sums: dict[tuple[str, str, str], list[float]] = {}
    for m in measured:
        entry = sums.setdefault((m.way, m.case, m.step), [0.0, 0.0, 0])
        for place, more in enumerate((m.seconds, m.cpu_seconds, m.count)):
            entry[place] += more
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["way", "case", "step", "seconds", "cpu_seconds", "count"])
        for key, (wall, cpu, count) in sums.items():
            writer.writerow([*key, f"{wall:.2f}", "" if isnan(cpu) else f"{cpu:.2f}", count])


def whole(measured: Iterable[Measured], way: str, case: str) -> np.ndarray:
    """Return wall and processor time of a case as a whole; zeros if it was not measured."""
    own = [m for m in measured if (m.way, m.case) == (way, case)]
    own = [m for m in own if way == "plain" or m.step == "whole"]
    return np.sum([(m.seconds, m.cpu_seconds) for m in own], axis=0) if own else np.zeros(2)


def tell(measured: Sequence[Measured], rounds: Sequence[Sequence[Measured]]) -> None:
    """Print the ratios that the aims are about."""
    full = whole(measured, "ours", "all notebooks")
    plain = whole(measured, "plain", "all notebooks")
    if plain.any():
        print(f"full report: {full[0]:.1f} s of {plain[0]:.1f} s plain, {full[0] / plain[0]:.2f}")
    for case in dict.fromkeys(m.case for m in measured if "changed" in m.case and m.way == "ours"):
        part = whole(measured, "ours", case)
        each = [whole(m, "ours", case) / whole(m, "ours", "all notebooks") for m in rounds]
        (low, _), (high, _) = np.min(each, axis=0), np.max(each, axis=0)
        wall, cpu = np.median(each, axis=0)
        print(f"{case}: {part[0]:.2f} s, {wall:.3f} of a full report ({low:.3f} to {high:.3f} in "
              f"{len(each)} rounds; of processor time {cpu:.3f})")  # fmt: skip
    for m in measured:
        if m.way == "floor":
            print(f"{m.step}, {m.case}: {m.seconds:.2f} s a notebook")


if __name__ == "__main__":
    main()
