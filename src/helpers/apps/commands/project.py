"""`project`: anybody's annual series."""

import argparse
import sys
from pathlib import Path

from helpers.apps.commands import DONE
from helpers.apps.commands.arguments import add_panel
from helpers.vocabulary import EVERY_SCALE

SUMMARY = "Project anybody's annual series: CSV or Parquet with series, year, value."


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("series", type=Path, metavar="SERIES.csv")
    parser.add_argument("--horizon", type=int, default=5, metavar="H", help="years ahead (5)")
    parser.add_argument(
        "--thresholds", type=Path, metavar="T.csv", help="series, year, threshold: adds P(y >= it)"
    )
    parser.add_argument("--out", type=Path, metavar="F", help="CSV or Parquet; default: print CSV")
    parser.add_argument(
        "--scale",
        choices=EVERY_SCALE,
        default="log",
        help="values above 0, shares inside 0-100, any number, counts that can be 0, or shares "
        "that can be 0 or 100 (default: log)",
    )
    add_panel(parser)


def run(arguments: argparse.Namespace) -> int:
    """Project the series, and print or write the table."""
    from helpers.apps.series_files import project_file

    out = sys.stdout if arguments.out is None else arguments.out
    frame = project_file(
        arguments.series,
        arguments.horizon,
        arguments.thresholds,
        out,
        scale=arguments.scale,
        panel=arguments.panel,
        tell=lambda text: print(text, file=sys.stderr),
    )
    if arguments.out is None:
        return DONE
    print(f"{arguments.out}: {frame['series'].nunique()} series, {len(frame)} rows")
    return DONE
