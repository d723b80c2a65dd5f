"""`add`: a figure with its source."""

import argparse

from helpers.apps.commands.arguments import add_as_of, add_raw_dirs
from helpers.apps.new_figures.options import add_options

SUMMARY = "Add figures with their source, or read them in a text: check, show, write on yes."


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_raw_dirs(parser)
    add_options(parser)
    add_as_of(parser)
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--dry-run", action="store_true", help="show the difference only")


def run(arguments: argparse.Namespace) -> int:
    """Propose, show the difference, ask, write."""
    if arguments.read:
        from helpers.apps.new_figures.from_publication import run as read

        return read(arguments)
    from helpers.apps.new_figures.command import run as add

    return add(arguments)
