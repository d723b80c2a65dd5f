"""`sweep`: many questions as one table, or many reports."""

import argparse

from helpers.apps.commands.arguments import add_as_of, add_raw_dirs
from helpers.apps.sweeps import options

SUMMARY = "Many verdicts or projections as one table, or many reports: here or on a cluster."


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_raw_dirs(parser)
    add_as_of(parser)
    options.add_options(parser)


run = options.sweep
