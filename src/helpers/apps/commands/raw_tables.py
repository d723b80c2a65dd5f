"""`init`, `check`, `import`, `add`, `due`: raw tables of a plan, and what comes into them."""

import argparse
from functools import partial
from pathlib import Path

from helpers.apps.commands import DONE
from helpers.apps.commands.arguments import add_as_of, add_choices, add_raw_dirs, add_strict
from helpers.apps.new_figures.options import add_options, add_source_options
from helpers.days import today
from helpers.problems import InputError, iso_day
from helpers.vocabulary import AREA_KINDS


def declare_init(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_raw_dirs(parser)
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
    parser.add_argument(
        "--plan",
        action="append",
        metavar="NAME",
        help="copy this plan of --raw-dir with its figures; the first named is under evaluation",
    )


def run_init(arguments: argparse.Namespace) -> int:
    """Write a new folder of raw tables: a skeleton, or plans of another folder."""
    from helpers.apps.new_plan.creation import write_plans, write_skeleton

    folder = arguments.folder
    if arguments.plan:
        files = write_plans(folder, arguments.raw_dir, arguments.plan)
    elif arguments.raw_dir:
        raise InputError("--raw-dir goes with --plan: name a plan to copy from that folder")
    else:
        files = write_skeleton(folder)
    print(f"{folder}: {len(files)} files; next: shenzhen-targets check --raw-dir {folder}")
    return DONE


declare_check = add_raw_dirs


def run_check(arguments: argparse.Namespace) -> int:
    """Validate all raw tables and print every problem, then ask about unusual figures."""
    from helpers.observations.raw_data import read_raw
    from helpers.targets.unusual_figures import far_targets, find_questions, question_lines
    from helpers.wording.english import counted

    raw = read_raw(arguments.raw_dir)
    for file, reason in raw.ignored.items():
        print(f"passed over {file}: {reason}")
    print(
        f"{raw.raw_dir}: {counted(len(raw.observations), 'figure')} "
        f"from {counted(len(raw.sources), 'publication')}, "
        f"{counted(len(raw.targets), 'target')}: no problems"
    )
    for line in [*far_targets(raw), *question_lines(find_questions(raw, today()))]:
        print(line)
    return DONE


def declare_import(parser: argparse.ArgumentParser) -> None:
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


def run_import(arguments: argparse.Namespace) -> int:
    """Import figures from files as publishers hand them out: show, ask, write complete rows."""
    from helpers.apps.imports.command import run as bring_in

    return bring_in(arguments)


def declare_add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_raw_dirs(parser)
    add_options(parser)
    add_as_of(parser)
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--dry-run", action="store_true", help="show the difference only")


def run_add(arguments: argparse.Namespace) -> int:
    """Add figures with their source, or read them in a text: check, show, write on yes."""
    if arguments.read:
        from helpers.apps.new_figures.from_publication import run as read

        return read(arguments)
    from helpers.apps.new_figures.command import run as add

    return add(arguments)


def declare_due(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_raw_dirs(parser)
    add_as_of(parser)
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table")


def run_due(arguments: argparse.Namespace) -> int:
    """List the figures that are due or overdue, where they appear and what they decide."""
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
