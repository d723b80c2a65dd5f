"""`sweep`: many questions as one table, or many reports."""

import argparse
import os
import sys
from functools import partial
from pathlib import Path

from helpers.apps.commands import DONE, FAILED
from helpers.apps.commands.arguments import (
    add_as_of,
    add_panel,
    add_raw_dirs,
    add_strict,
    need_checkout,
)
from helpers.problems import InputError, iso_day
from helpers.vocabulary import EVERY_SCALE

ADDRESS = "DASK_SCHEDULER_ADDRESS"


def declare_sweep(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_raw_dirs(parser)
    add_as_of(parser)
    what = parser.add_argument_group("targets of the raw tables")
    what.add_argument("--target", action="append", metavar="ID", help="keep this target; repeat")
    what.add_argument("--indicator", action="append", metavar="I", help="keep this indicator")
    what.add_argument("--area", action="append", metavar="A", help="keep this area")
    what.add_argument(
        "--every-area",
        action="store_true",
        help="hold every area with figures of the indicator against each target",
    )
    what.add_argument(
        "--since",
        type=partial(iso_day, what="--since"),
        metavar="DATE",
        help="as-of dates from here to --as-of",
    )
    what.add_argument("--every", choices=("year", "quarter", "month"), default="year")
    what.add_argument(
        "--vary",
        action="append",
        metavar="CHOICE=LEVEL,...",
        help="combine levels of a choice, such as members=pool,fading; repeat",
    )
    other = parser.add_argument_group("or anybody's series, or whole reports")
    other.add_argument("--series", type=Path, metavar="S.csv", help="series, year, value")
    other.add_argument("--thresholds", type=Path, metavar="T.csv", help="series, year, threshold")
    other.add_argument("--origins", metavar="FIRST:LAST", help="forecast origins of the series")
    other.add_argument("--horizon", type=int, default=5, metavar="H", help="years ahead (5)")
    other.add_argument("--scale", choices=EVERY_SCALE, default="log")
    add_panel(other)
    add_strict(other)
    other.add_argument(
        "--reports", type=Path, metavar="DIR", help="a notebook report for each area, below DIR"
    )
    how = parser.add_argument_group("how it runs")
    how.add_argument("--out", type=Path, metavar="F", help="the table, .csv or .parquet")
    how.add_argument("--jobs", type=int, default=1, metavar="N", help="processes here (1)")
    how.add_argument(
        "--scheduler",
        default=os.environ.get(ADDRESS, ""),
        metavar="ADDRESS",
        help=f"dask scheduler, such as tls://10.0.0.5:8786 (default: {ADDRESS}, else this machine)",
    )
    how.add_argument("--chunk", type=int, metavar="N", help="questions that are answered at once")


def run_sweep(arguments: argparse.Namespace) -> int:
    """Many verdicts or projections as one table, or many reports: here or on a cluster."""
    # One thread a process: several would fight over the cores that chunks are spread over.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from helpers.apps.sweeps.work import SweepStopped

    _check(arguments)
    try:
        return _reports(arguments) if arguments.reports else _table(arguments)
    except SweepStopped as error:
        print(error, file=sys.stderr)
        return FAILED


def _check(arguments: argparse.Namespace) -> None:
    """Refuse options that contradict each other, all at once."""
    targets = [
        f"--{name.replace('_', '-')}"
        for name in ("target", "indicator", "every_area", "since", "vary")
        if getattr(arguments, name)
    ]
    problems = []
    if bool(arguments.out) == bool(arguments.reports):
        problems.append("give either --out for a table, or --reports for a folder of reports")
    if arguments.series:
        if not arguments.thresholds:
            problems.append("--series needs --thresholds: what is each series held against?")
        if targets or arguments.area or arguments.reports:
            problems.append("--series does not go with options for targets, areas or reports")
    elif arguments.thresholds or arguments.origins or not arguments.panel:
        problems.append("--thresholds, --origins and --no-panel are for --series; name the series")
    if arguments.reports and targets:
        problems.append(f"--reports takes --area only, not {', '.join(targets)}")
    for name in ("jobs", "chunk", "horizon"):
        number = getattr(arguments, name)
        if number is not None and number < 1:
            problems.append(f"--{name} {number}: at least 1")
    if problems:
        raise InputError("\n".join(problems))


def _table(arguments: argparse.Namespace) -> int:
    from helpers.apps.sweeps.work import SweepProgress
    from helpers.apps.sweeps.work import run_sweep as answer_sweep
    from helpers.wording.english import counted

    asked = _of_series(arguments) if arguments.series else _of_targets(arguments)
    progress = SweepProgress()
    how = {"scheduler": arguments.scheduler, "jobs": arguments.jobs}
    try:
        result = answer_sweep(asked, arguments.out, **how, tell=progress)
    except KeyboardInterrupt:
        progress.close()
        print("stopped; what is done is kept: the same command goes on", file=sys.stderr)
        return FAILED
    progress.close()
    before = f", {result.taken_over} of them from before" if result.taken_over else ""
    done = f"{counted(result.questions, 'answer')}, {counted(result.chunks, 'chunk')}{before}"
    print(f"{result.path}: {done}, {result.seconds:.0f} s")
    return DONE


def _of_targets(arguments: argparse.Namespace):
    from helpers.apps.sweeps.questions import (
        QUESTIONS,
        day_list,
        placed_targets,
        specifications,
        target_sweep,
    )
    from helpers.observations.raw_data import read_raw

    varied: dict[str, list[str]] = {}
    for text in arguments.vary or ():
        choice, equals, levels = text.partition("=")
        if not equals or not levels:
            raise InputError(f"--vary {text}: write CHOICE=LEVEL,LEVEL")
        varied.setdefault(choice, []).extend(levels.split(","))
    days = day_list(arguments.since or arguments.as_of, arguments.as_of, arguments.every)
    raw = read_raw(arguments.raw_dir)
    chosen = (arguments.target, arguments.indicator, arguments.area)
    placed = placed_targets(raw, *chosen, everywhere=arguments.every_area)
    early = [day for target in placed for day in days if day < target.set_on]
    if early:
        pairs = len(placed) * len(days)
        print(f"{len(early)} of {pairs} pairs of a target and a day lie before it was set: set_yet",
              file=sys.stderr)  # fmt: skip
    size = arguments.chunk or QUESTIONS
    return target_sweep(raw, placed, days, specifications(varied), size=size)


def _of_series(arguments: argparse.Namespace):
    from helpers.apps.given_series import read_given, read_thresholds
    from helpers.apps.sweeps.panels import PAIRS, panel_levels, panel_sweep
    from helpers.forecasting.calibration import shipped

    read = read_given(arguments.series, arguments.scale, strict=arguments.strict)
    for line in (*read.account, *read.summary()):
        print(line, file=sys.stderr)
    batch = read.batch
    thresholds = read_thresholds(arguments.thresholds)
    last = int(batch.origin_years.max())
    given = arguments.origins or f"{last}:{last}"
    first, colon, final = given.partition(":")
    if not (colon and first.isdigit() and final.isdigit() and int(first) <= int(final)):
        raise InputError(f"--origins {given}: write two years such as 2005:2024")
    origins = range(int(first), int(final) + 1)
    levels = panel_levels(batch, origins, arguments.scale) if arguments.panel else {}
    for origin, level in levels.items():
        print(f"{origin}: {level.words(shipped().of(arguments.scale))}", file=sys.stderr)
    return panel_sweep(
        batch,
        thresholds,
        origins=origins,
        levels=levels,
        horizon=arguments.horizon,
        scale=arguments.scale,
        pairs=arguments.chunk or PAIRS,
    )


def _reports(arguments: argparse.Namespace) -> int:
    need_checkout()
    from helpers.apps.sweeps.reports import AreaOutcome, area_reports, sweep_reports
    from helpers.observations.raw_data import read_raw

    raw = read_raw(arguments.raw_dir)
    folder = arguments.reports.resolve()
    folders = tuple(Path(given).resolve() for given in arguments.raw_dir or ()) or None
    as_of = str(arguments.as_of)
    reports = area_reports(raw, arguments.area, as_of, folder, raw_dir=folders)

    def tell(outcome: AreaOutcome) -> None:
        why = f": {outcome.message}" if outcome.message else ""
        print(f"{outcome.area}: {outcome.state}, {outcome.seconds:.0f} s{why}", file=sys.stderr)

    ended = sweep_reports(reports, scheduler=arguments.scheduler, tell=tell)
    fine = [outcome for outcome in ended if outcome.state in ("complete", "there")]
    print(f"{folder}: {len(fine)} of {len(ended)} reports are complete")
    return DONE if len(fine) == len(ended) else FAILED
