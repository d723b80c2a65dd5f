"""`refresh`: store a new edition."""

import argparse

from helpers.apps.commands.arguments import add_as_of, add_raw_dirs, add_run_options, request, tell

SUMMARY = "Store a new edition: notebook outputs, data/processed and the README's table."


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_raw_dirs(parser)
    add_as_of(parser)
    add_run_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Store the edition and say how it ended."""
    from helpers.reports.refresh import refresh

    return tell(refresh(arguments.as_of, request(arguments), print))
