"""`project`: anybody's annual series."""

import argparse
import sys
from pathlib import Path

from helpers.apps.commands import DONE
from helpers.apps.commands.arguments import add_choices, add_panel, add_strict, choices_of
from helpers.vocabulary import EVERY_SCALE

SUMMARY = "Project anybody's annual series, from a file of any usual form."


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "series",
        type=Path,
        metavar="FILE",
        help="series, year, value and perhaps scale; or a file as publishers hand it out; - reads "
        "what is piped in",
    )
    parser.add_argument("--horizon", type=int, default=5, metavar="H", help="years ahead (5)")
    parser.add_argument(
        "--until", type=int, metavar="YEAR", help="up to this year, wherever a series ends"
    )
    parser.add_argument(
        "--thresholds", type=Path, metavar="T.csv", help="series, year, threshold: adds P(y >= it)"
    )
    parser.add_argument("--out", type=Path, metavar="F", help="CSV or Parquet; default: print CSV")
    parser.add_argument(
        "--scale",
        choices=(*EVERY_SCALE, "auto"),
        default="log",
        help="values above 0, shares inside 0-100, any number, counts that can be 0, shares that "
        "can be 0 or 100, or what each series' own values leave (default: log); a column scale "
        "goes before it",
    )
    add_panel(parser)
    parser.add_argument(
        "--revisions",
        default="none",
        metavar="none|pooled|FILE",
        help="take in that figures are revised, and say what holds as finally revised: as figures "
        "of reference were, or as those of a table of prints (series, year, printed, value)",
    )
    add_strict(parser)
    add_choices(parser.add_argument_group("what a file does not say by itself"))


def run(arguments: argparse.Namespace) -> int:
    """Project the series, and print or write the table."""
    from helpers.apps.series_files import hub_table

    table = hub_table(
        arguments.series,
        arguments.horizon,
        arguments.thresholds,
        scale=arguments.scale,
        panel=arguments.panel,
        until=arguments.until,
        choices=choices_of(arguments),
        strict=arguments.strict,
        revisions=arguments.revisions,
        tell=lambda text: print(text, file=sys.stderr),
    )
    table.write(sys.stdout if arguments.out is None else arguments.out)
    if arguments.out is not None:
        print(f"{arguments.out}: {len(table.last)} series, {len(table)} rows")
    return DONE
