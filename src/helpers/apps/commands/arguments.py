"""What several commands share: arguments, the request for a report, and how it ended."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import ROOT
from helpers.apps.commands import BAD_INPUT, DONE
from helpers.days import today
from helpers.problems import InputError, iso_day

if TYPE_CHECKING:
    from helpers.observations.forms.layouts import Choices
    from helpers.reports.report import ReportRequest, ReportResult


def add_raw_dirs(parser: argparse.ArgumentParser) -> None:
    """Add `--raw-dir`, for commands that read raw tables."""
    parser.add_argument(
        "--raw-dir",
        type=Path,
        action="append",
        metavar="D",
        help="folder of the raw tables; again for a folder whose rows are added to the first",
    )


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """Add `--as-of`, for commands whose answer depends on what was public."""
    parser.add_argument(
        "--as-of",
        type=partial(iso_day, what="--as-of"),
        default=today(),
        metavar="DATE",
        help="use only what was public on this day (default: today, in Shenzhen)",
    )


def add_panel(parser: argparse._ActionsContainer) -> None:
    """Add `--no-panel`, for commands that project anybody's series."""
    parser.add_argument(
        "--no-panel",
        dest="panel",
        action="store_false",
        help="each series for itself; else 15 series or more set, from what they did before, how "
        "wide they are and how far growth is trusted, and one depends on the others",
    )


def add_choices(parser: argparse._ActionsContainer) -> None:
    """Add what a file of another form may not say by itself."""
    for name, text in {
        "series": "column that names the series; again for several",
        "value": "column of values, each a series; again for several",
        "year": "column of years or dates",
        "area": "column that names the areas",
    }.items():
        how = "append" if name in ("series", "value") else "store"
        parser.add_argument(f"--{name}-column", metavar="C", help=text, action=how)
    parser.add_argument("--decimal", choices=("point", "comma"), help="the decimal mark")
    parser.add_argument(
        "--annual", choices=("mean", "last", "sum"), help="what months or days make of a year"
    )
    parser.add_argument("--span", choices=("first", "last"), help="which year 2016/17 is")
    parser.add_argument(
        "--era", choices=("roc", "reiwa", "heisei", "showa"), help="what years such as 98 count by"
    )
    parser.add_argument(
        "--areas-across", action="store_true", help="the columns of values are areas of one series"
    )


def choices_of(arguments: argparse.Namespace) -> Choices:
    """Give what `add_choices` asked for."""
    from helpers.observations.forms.layouts import Choices

    return Choices(
        tuple(arguments.series_column or ()),
        tuple(arguments.value_column or ()),
        arguments.year_column or "",
        arguments.area_column or "",
        arguments.decimal or "",
        arguments.annual or "",
        arguments.span or "",
        arguments.areas_across,
        arguments.era or "",
    )


def add_strict(parser: argparse._ActionsContainer) -> None:
    """Add `--strict`, for commands that set series aside."""
    parser.add_argument(
        "--strict",
        action="store_true",
        help="refuse the file where a series cannot be used; else it is set aside by name",
    )


def no_writing(arguments: argparse.Namespace) -> int | None:
    """Ask whether what was shown is to be written; give the exit code where it is not."""
    if arguments.dry_run:
        print("nothing written: this was a dry run")
        return DONE
    if arguments.yes:
        return None
    if not sys.stdin.isatty():
        print("nothing written: nobody to ask; repeat with --yes to write it", file=sys.stderr)
        return BAD_INPUT
    try:
        agreed = input("Write this? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        agreed = False
    if not agreed:
        print("nothing written")
    return None if agreed else DONE


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add where reports go and how notebooks are run."""
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of all reports")
    parser.add_argument("--jobs", type=int, metavar="N", help="notebooks run side by side")
    parser.add_argument(
        "--timeout", type=float, metavar="S", help="seconds that one notebook may take"
    )


def need_checkout() -> None:
    """Refuse what runs notebooks where only the package is installed."""
    if not (ROOT / "notebooks").is_dir():
        raise InputError(
            "reports are made of the notebooks of the project, and here only its package is "
            "installed; start in a checkout, as make report does"
        )


def request(arguments: argparse.Namespace, **more) -> ReportRequest:
    """Turn arguments into a request; what was not given keeps its default."""
    from helpers.reports.store.request import Printer, ReportRequest

    need_checkout()
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


def tell(result: ReportResult) -> int:
    """Say how a report ended and where to look; return the exit code."""
    if result.state in ("unchanged", "busy"):
        print(result.message)
        return result.exit_code
    for warning in result.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    if result.message:
        print(result.message, file=sys.stderr)
    if result.state == "failed" or result.folder is None:
        kept = f"; what failed is kept in {result.folder}" if result.folder else ""
        print(f"no report was published{kept}", file=sys.stderr)
    else:
        for path in result.processed:
            print(f"updated {path}")
        print(f"{result.folder / 'index.html'} ({result.state}, {result.seconds:.0f} s)")
    return result.exit_code
