"""`import`: figures from files of any usual form into a plan."""

import argparse
from functools import partial
from pathlib import Path

from helpers.apps.commands.arguments import add_choices, add_strict
from helpers.apps.new_figures.options import add_source_options
from helpers.problems import iso_day
from helpers.vocabulary import AREA_KINDS

SUMMARY = "Import figures from files as publishers hand them out: show, ask, write complete rows."


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="in any usual form; - for what is piped"
    )
    parser.add_argument(
        "--into", type=Path, required=True, metavar="DIR", help="folder of a plan, or a new one"
    )
    what = parser.add_argument_group("what is kept, and what it is called")
    what.add_argument("--series", action="append", metavar="S", help="keep this series; repeat")
    what.add_argument(
        "--area",
        action="append",
        metavar="A",
        help="keep this area; repeat; or the area of a file that names none",
    )
    what.add_argument("--until", type=int, metavar="YEAR", help="the last year that is read")
    what.add_argument("--indicator", metavar="I", help="name of the only series in the plan")
    what.add_argument("--unit", metavar="U", help="unit, like 'kt CO2'")
    what.add_argument("--definition", metavar="D", help="definition of the only series")
    what.add_argument("--topic", metavar="T", help="topic of new indicators")
    what.add_argument("--area-kind", choices=AREA_KINDS, help="kind of the new areas")
    what.add_argument(
        "--mapping",
        type=Path,
        metavar="F",
        help="read names, columns and publisher from here where it is there; written at the end",
    )
    add_choices(parser.add_argument_group("what a file does not say by itself"))
    source = parser.add_argument_group("whose figures these are")
    source.add_argument("--source", metavar="ID", help="source_id, of sources.csv or a new one")
    add_source_options(source)
    source.add_argument(
        "--retrieved",
        type=partial(iso_day, what="--retrieved"),
        metavar="DATE",
        help="when the file was fetched (today)",
    )
    add_strict(parser)
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--dry-run", action="store_true", help="show only")


def run(arguments: argparse.Namespace) -> int:
    """Read, show, ask, write."""
    from helpers.apps.imports.command import run as bring_in

    return bring_in(arguments)
