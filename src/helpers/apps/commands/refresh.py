"""`refresh`: store a new edition."""

import argparse

from helpers.apps.commands import DONE
from helpers.apps.commands.arguments import add_as_of, add_raw_dirs, add_run_options, request, tell

SUMMARY = "Store a new edition: notebook outputs, data/processed and the README's table."


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_raw_dirs(parser)
    add_as_of(parser)
    add_run_options(parser)
    parser.add_argument(
        "--notebook", metavar="NAME", help="store the outputs of this notebook alone"
    )


def run(arguments: argparse.Namespace) -> int:
    """Store the edition and say how it ended."""
    from helpers.reports.refresh import refresh, refresh_notebook

    if arguments.notebook:
        asked = request(arguments)
        refresh_notebook(arguments.notebook, arguments.as_of, asked.timeout, print)
        return DONE
    return tell(refresh(arguments.as_of, request(arguments), print))
