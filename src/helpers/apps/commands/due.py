"""`due`: which figures are awaited on a day."""

import argparse

from helpers.apps.commands import DONE
from helpers.apps.commands.arguments import add_as_of, add_raw_dirs

SUMMARY = "List the figures that are due or overdue, where they appear and what they decide."


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_raw_dirs(parser)
    add_as_of(parser)
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table")


def run(arguments: argparse.Namespace) -> int:
    """Print the list."""
    from helpers.observations.raw_data import read_raw
    from helpers.targets.due_figures import due_figures, due_text

    awaited = due_figures(read_raw(arguments.raw_dir), arguments.as_of)
    if arguments.format == "json":
        print(awaited.to_json(orient="records", force_ascii=False, indent=1, date_format="iso"))
    elif arguments.format == "csv":
        print(awaited.to_csv(index=False, lineterminator="\n"), end="")
    else:
        print(due_text(awaited))
    return DONE
