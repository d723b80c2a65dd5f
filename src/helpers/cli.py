"""The command `shenzhen-targets`: reads the arguments, makes the calls, sets the exit code.

Exit codes: 0 done, 1 the run failed, 2 bad input or usage. Imports stand inside the commands, so
that each pays for what it uses only.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

DONE, FAILED, BAD_INPUT = 0, 1, 2
# As in helpers.vintages, which takes half a second to import: every command would pay for it.
GRADES = ("official", "press", "secondary", "unverified")
SPLICES = ("real_growth", "neighbour_growth", "none")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args(argv)
    from helpers.problems import InputError

    try:
        return arguments.run(arguments)
    except InputError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        print(f"{error.filename or arguments.command}: {error.strerror or error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("stopped; nothing was published", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="shenzhen-targets",
        description="Dated, calibrated verdicts on numeric policy targets.",
        epilog="exit codes: 0 done, 1 the run failed, 2 bad input or usage",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_init(commands)
    _add_check(commands)
    _add_add(commands)
    _add_assess(commands)
    _add_project(commands)
    _add_report(commands)
    _add_refresh(commands)
    _add_backtest(commands)
    _add_sweep(commands)
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date of the form 2026-11-23") from None


def _command(commands, name: str, run, summary: str) -> argparse.ArgumentParser:
    """Add a command that reads raw data."""
    parser = commands.add_parser(name, help=summary, description=summary)
    parser.add_argument(
        "--raw-dir",
        type=Path,
        action="append",
        metavar="D",
        help="folder of the raw tables; again for a folder whose rows are added to the first",
    )
    parser.set_defaults(run=run)
    return parser


def _add_as_of(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-of",
        type=_day,
        default=date.today(),
        metavar="DATE",
        help="use only what was public on this day (default: today)",
    )


def _add_init(commands) -> None:
    summary = "Write a new folder of raw tables: a skeleton, or plans of another folder."
    parser = _command(commands, "init", _init, summary)
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
    parser.add_argument(
        "--plan",
        action="append",
        metavar="NAME",
        help="copy this plan of --raw-dir with its figures; the first named is under evaluation",
    )


def _init(arguments) -> int:
    from helpers.problems import InputError
    from helpers.skeletons.creation import write_plans, write_skeleton

    folder = arguments.folder
    if arguments.plan:
        files = write_plans(folder, arguments.raw_dir, arguments.plan)
    elif arguments.raw_dir:
        raise InputError("--raw-dir goes with --plan: name a plan to copy from that folder")
    else:
        files = write_skeleton(folder)
    print(f"{folder}: {len(files)} files; next: shenzhen-targets check --raw-dir {folder}")
    return DONE


def _add_check(commands) -> None:
    _command(commands, "check", _check, "Validate all raw tables and print every problem.")


def _check(arguments) -> int:
    from helpers.observations import read_raw

    raw = read_raw(arguments.raw_dir)
    for file, reason in raw.ignored.items():
        print(f"passed over {file}: {reason}")
    print(
        f"{raw.raw_dir}: {len(raw.observations)} figures from "
        f"{len(raw.sources)} publications, {len(raw.targets)} targets: no problems"
    )
    return DONE


def _add_add(commands) -> None:
    from helpers.additions.options import add_options

    summary = "Add a figure with its source: validate it, show what it changes, write on yes."
    parser = _command(commands, "add", _add, summary)
    add_options(parser)
    _add_as_of(parser)
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--dry-run", action="store_true", help="show the difference only")


def _add(arguments) -> int:
    from helpers.additions.command import run

    return run(arguments)


def _add_assess(commands) -> None:
    parser = _command(commands, "assess", _assess, "Print the verdicts, without notebooks.")
    _add_as_of(parser)
    parser.add_argument(
        "--target",
        action="append",
        metavar="ID",
        help="a target_id of targets.csv, or 'all'; default: the headline plan's numeric targets",
    )
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table")
    parser.add_argument("--min-grade", choices=GRADES, default="unverified")
    _add_series_choice(parser)
    view = parser.add_mutually_exclusive_group()
    view.add_argument(
        "--rules", action="store_true", help="what the on-track rules of other bodies say"
    )
    view.add_argument(
        "--replay", action="store_true", help="each day on which a verdict or probability moved"
    )


def _add_series_choice(parser: argparse.ArgumentParser) -> None:
    """Add the choices of figures that a notebook's parameters offer as well."""
    parser.add_argument("--definition", default="", metavar="D", help="project this one alone")
    parser.add_argument("--splice", choices=SPLICES, default="real_growth", help="at breaks")
    parser.add_argument("--suspected-breaks", action="store_true", help="splice these as well")
    parser.add_argument("--no-stand-ins", action="store_true", help="wait for the figure itself")
    parser.add_argument("--first-year", type=int, default=0, metavar="Y", help="leave out earlier")


def _assess(arguments) -> int:
    from helpers import terminal
    from helpers.observations import read_raw
    from helpers.problems import InputError
    from helpers.targets import headline, read_targets
    from helpers.vintages import SeriesChoice

    raw = read_raw(arguments.raw_dir)
    every = read_targets(raw.targets, raw.sources)
    ids = arguments.target or [target.target_id for target in headline(every)]
    if "all" in ids:
        ids = None
    choice = SeriesChoice(
        min_grade=arguments.min_grade,
        splice=arguments.splice,
        suspected_breaks=arguments.suspected_breaks,
        stand_ins=not arguments.no_stand_ins,
        definition=arguments.definition,
    )
    if arguments.first_year and (arguments.rules or arguments.replay):
        raise InputError("--first-year goes with the verdicts alone, not with --rules or --replay")
    if arguments.rules:
        from helpers.rules.comparison import compare_rules

        table = compare_rules(raw, arguments.as_of, ids, choice, base="made public")
        text = terminal.rules_table(table, arguments.as_of)
    elif arguments.replay:
        from helpers.beliefs.timeline import belief_timeline

        table = belief_timeline(raw, arguments.as_of, ids, choice)
        text = terminal.replay_table(table)
    else:
        from helpers.assessment import assess

        options = {"target_ids": ids, "first_year": arguments.first_year}
        table = assess(raw, arguments.as_of, choice, **options)
        text = terminal.verdict_table(table, raw, arguments.as_of)
    return _show(table, text, arguments.format)


def _show(table, text: str, form: str) -> int:
    """Print a table as JSON or CSV, or as the text made of it."""
    from helpers.tables import csv_text, rounded

    if form == "json":
        text = rounded(table).to_json(
            orient="records", indent=2, force_ascii=False, date_format="iso", date_unit="s"
        )
    elif form == "csv":
        text = csv_text(table).rstrip("\n")
    print(text)
    return DONE


def _add_project(commands) -> None:
    summary = "Project anybody's annual series: CSV or Parquet with series, year, value."
    parser = commands.add_parser("project", help=summary, description=summary)
    parser.set_defaults(run=_project)
    parser.add_argument("series", type=Path, metavar="SERIES.csv")
    parser.add_argument("--horizon", type=int, default=5, metavar="H", help="years ahead (5)")
    parser.add_argument(
        "--thresholds", type=Path, metavar="T.csv", help="series, year, threshold: adds P(y >= it)"
    )
    parser.add_argument("--out", type=Path, metavar="F", help="CSV or Parquet; default: print CSV")
    parser.add_argument(
        "--scale",
        choices=("log", "logit", "linear"),
        default="log",
        help="values above 0, shares inside 0-100, or any number (default: log)",
    )


def _project(arguments) -> int:
    from helpers.exchange import project_file, write_table
    from helpers.tables import harmless

    frame = project_file(
        arguments.series, arguments.horizon, arguments.thresholds, scale=arguments.scale
    )
    if arguments.out is None:
        plain = harmless(frame)
        plain.to_csv(sys.stdout, index=False, float_format="%.10g", lineterminator="\n")
        return DONE
    write_table(frame, arguments.out)
    print(f"{arguments.out}: {frame['series'].nunique()} series, {len(frame)} rows")
    return DONE


def _add_backtest(commands) -> None:
    summary = "Learn the calibration again and score it on series that it has not seen."
    parser = commands.add_parser("backtest", help=summary, description=summary)
    parser.set_defaults(run=_backtest)
    parser.add_argument(
        "--out", type=Path, default=Path("backtest"), metavar="DIR", help="folder of the tables"
    )


def _backtest(arguments) -> int:
    from helpers.backtest.scoring import run_backtest

    tables = run_backtest(arguments.out, learned=date.today().isoformat())
    print(tables["scores"].to_string(index=False))
    print(f"{', '.join(f'{name}.csv' for name in tables)} in {arguments.out}")
    return DONE


def _add_sweep(commands) -> None:
    from helpers.sweeping.options import add_options, sweep

    summary = "Many verdicts or projections as one table, or many reports: here or on a cluster."
    parser = _command(commands, "sweep", sweep, summary)
    _add_as_of(parser)
    add_options(parser)


def _add_report(commands) -> None:
    parser = _command(commands, "report", _report, "Run the notebooks and publish a dated report.")
    _add_as_of(parser)
    _add_run_options(parser)
    parser.add_argument(
        "--update-processed",
        action="store_true",
        help="copy the tables to data/processed once the report is complete",
    )
    parser.add_argument(
        "--keep-going",
        action="store_true",
        help="publish the rest, marked as incomplete, when a notebook fails",
    )
    parser.add_argument(
        "--if-changed",
        action="store_true",
        help="do nothing if only the date differs from the last report",
    )
    parser.add_argument(
        "--keep", type=int, metavar="N", help="keep the newest N reports and remove older ones"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="run every notebook, also those that are unchanged"
    )
    parser.add_argument(
        "--lang",
        choices=("en", "zh", "ja", "all"),
        default="all",
        help="language of the front page: English, Chinese, Japanese or all with a switch (all)",
    )


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of all reports")
    parser.add_argument("--jobs", type=int, metavar="N", help="notebooks run side by side")
    parser.add_argument(
        "--timeout", type=float, metavar="S", help="seconds that one notebook may take"
    )


def _request(arguments, **more):
    """Turn arguments into a request; what was not given keeps its default."""
    from helpers.running.progress import Printer
    from helpers.running.request import ReportRequest

    raw_dirs = arguments.raw_dir or [None]
    given = {
        "raw_dir": raw_dirs[0] if len(raw_dirs) == 1 else tuple(raw_dirs),
        "out_dir": arguments.out,
        "jobs": arguments.jobs,
        "timeout": arguments.timeout,
    }
    given = {name: value for name, value in given.items() if value is not None}
    return ReportRequest(
        as_of=arguments.as_of.isoformat(), progress=Printer(sys.stderr), **given, **more
    )


def _report(arguments) -> int:
    from helpers.report import make_report

    names = ("update_processed", "keep_going", "if_changed", "keep", "fresh")
    more = {name: getattr(arguments, name) for name in names}
    if arguments.lang != "all":
        more["languages"] = (arguments.lang,)
    return _tell(make_report(_request(arguments, **more)))


def _tell(result) -> int:
    """Say how a report ended, and where to look."""
    if result.state == "unchanged":
        print(result.message)
        return result.exit_code
    if result.message:
        print(result.message, file=sys.stderr)
    if result.state == "failed":
        kept = f"; what failed is kept in {result.folder}" if result.folder else ""
        print(f"no report was published{kept}", file=sys.stderr)
    else:
        for path in result.processed:
            print(f"updated {path}")
        print(f"{result.folder / 'index.html'} ({result.state}, {result.seconds:.0f} s)")
    return result.exit_code


def _add_refresh(commands) -> None:
    summary = "Store a new edition: notebook outputs, data/processed and the README's table."
    parser = _command(commands, "refresh", _refresh, summary)
    _add_as_of(parser)
    _add_run_options(parser)


def _refresh(arguments) -> int:
    from helpers.refresh import refresh

    return _tell(refresh(arguments.as_of, _request(arguments), print))
