"""`assess`: verdicts, rules of other bodies, or belief day by day, without notebooks."""

import argparse
import sys
from shutil import get_terminal_size

from helpers.apps.commands import DONE
from helpers.apps.commands.arguments import add_as_of, add_raw_dirs
from helpers.vocabulary import CODES, GRADES, SPLICES

SUMMARY = "Print the verdicts, without notebooks."


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments; those on figures are what a notebook's parameters offer as well."""
    add_raw_dirs(parser)
    add_as_of(parser)
    parser.add_argument(
        "--target",
        action="append",
        metavar="ID",
        help="a target_id of targets.csv, or 'all'; default: the headline plan's numeric targets",
    )
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table")
    parser.add_argument("--lang", choices=CODES, default="en", help="language of the table (en)")
    parser.add_argument("--min-grade", choices=GRADES, default="unverified")
    parser.add_argument("--definition", default="", metavar="D", help="project this one alone")
    parser.add_argument("--splice", choices=SPLICES, default="real_growth", help="at breaks")
    parser.add_argument("--suspected-breaks", action="store_true", help="splice these as well")
    parser.add_argument("--no-stand-ins", action="store_true", help="wait for the figure itself")
    parser.add_argument("--first-year", type=int, default=0, metavar="Y", help="leave out earlier")
    view = parser.add_mutually_exclusive_group()
    view.add_argument(
        "--rules", action="store_true", help="what the on-track rules of other bodies say"
    )
    view.add_argument(
        "--replay", action="store_true", help="each day on which a verdict or probability moved"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the table that is asked for."""
    from helpers.observations.raw_data import read_raw
    from helpers.problems import InputError
    from helpers.targets.states import headline, read_targets
    from helpers.vintages.series import SeriesChoice
    from helpers.wording.english import settings

    if arguments.first_year and (arguments.rules or arguments.replay):
        raise InputError("--first-year goes with the verdicts alone, not with --rules or --replay")
    if arguments.lang != "en" and arguments.rules:
        raise InputError("--lang goes with verdicts and --replay: rules are quoted in English")
    raw = read_raw(arguments.raw_dir)
    every = read_targets(raw.targets, raw.sources)
    if raw.targets.empty:
        raise InputError(
            "targets.csv holds no target; write one a row, and nothing is judged before"
        )
    ids = arguments.target or [target.target_id for target in headline(every)]
    if not ids:
        raise InputError("the first plan has no target with a number; ask for --target all")
    choice = SeriesChoice(
        min_grade=arguments.min_grade,
        splice=arguments.splice,
        suspected_breaks=arguments.suspected_breaks,
        stand_ins=not arguments.no_stand_ins,
        definition=arguments.definition,
    )
    told = settings(arguments.as_of, arguments.first_year, **choice.settings)
    table, text = _answer(arguments, raw, None if "all" in ids else ids, choice)
    if told:
        # Beside a table for programs it goes where warnings go.
        print(told + "\n", file=sys.stdout if arguments.format == "table" else sys.stderr)
    print(_written(table, arguments.format) or text)
    return DONE


def _answer(arguments, raw, ids, choice):
    """Return the table that is asked for, and the text made of it."""
    from helpers.targets import plain_text as terminal
    from helpers.wording.language import language_of

    as_of, language = arguments.as_of, language_of(arguments.lang)
    width = get_terminal_size((terminal.WIDTH, 24)).columns
    if arguments.rules:
        from helpers.targets.on_track.comparison import compare_rules

        table = compare_rules(raw, as_of, ids, choice, base="made public")
        return table, terminal.rules_table(table, as_of, width)
    if arguments.replay:
        from helpers.targets.history.timeline import belief_timeline

        table = belief_timeline(raw, as_of, ids, choice)
        return table, terminal.replay_table(table, language, width)
    from helpers.targets.assessment import assess

    table = assess(raw, as_of, choice, target_ids=ids, first_year=arguments.first_year)
    return table, terminal.verdict_table(table, raw, as_of, language, width)


def _written(table, form: str) -> str:
    """Write a table as JSON or CSV; "" for any other form."""
    from helpers.tables import csv_text, rounded

    if form == "json":
        return rounded(table).to_json(
            orient="records", indent=2, force_ascii=False, date_format="iso", date_unit="s"
        )
    return csv_text(table).rstrip("\n") if form == "csv" else ""
