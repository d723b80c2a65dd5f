"""`init`: a new folder of raw tables."""

import argparse
from pathlib import Path

from helpers.apps.commands import DONE
from helpers.apps.commands.arguments import add_raw_dirs

SUMMARY = "Write a new folder of raw tables: a skeleton, or plans of another folder."


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_raw_dirs(parser)
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
    parser.add_argument(
        "--plan",
        action="append",
        metavar="NAME",
        help="copy this plan of --raw-dir with its figures; the first named is under evaluation",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the folder and say what to do next."""
    from helpers.apps.new_plan.creation import write_plans, write_skeleton
    from helpers.problems import InputError

    folder = arguments.folder
    if arguments.plan:
        files = write_plans(folder, arguments.raw_dir, arguments.plan)
    elif arguments.raw_dir:
        raise InputError("--raw-dir goes with --plan: name a plan to copy from that folder")
    else:
        files = write_skeleton(folder)
    print(f"{folder}: {len(files)} files; next: shenzhen-targets check --raw-dir {folder}")
    return DONE
