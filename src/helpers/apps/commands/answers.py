"""`assess`, `project`, `backtest`: verdicts, projections and scores, without notebooks."""

import argparse
import sys
from pathlib import Path
from shutil import get_terminal_size

from helpers.apps.commands import DONE
from helpers.apps.commands.arguments import (
    add_as_of,
    add_choices,
    add_panel,
    add_raw_dirs,
    add_strict,
    choices_of,
)
from helpers.days import today
from helpers.problems import InputError
from helpers.vocabulary import CODES, EVERY_SCALE, GRADES, SPLICES


def declare_assess(parser: argparse.ArgumentParser) -> None:
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


def run_assess(arguments: argparse.Namespace) -> int:
    """Print the verdicts, without notebooks."""
    from helpers.observations.raw_data import read_raw
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
        return table, terminal.replay_table(table, raw, language, width)
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


def declare_project(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "series",
        type=Path,
        metavar="FILE",
        help="series, year, value and perhaps scale; or a file as publishers hand it out; - reads "
        "what is piped in",
    )
    parser.add_argument("--horizon", type=int, default=5, metavar="H", help="years ahead (5)")
    parser.add_argument(
        "--until", type=int, metavar="YEAR", help="up to this year, wherever a series ends"
    )
    parser.add_argument(
        "--thresholds", type=Path, metavar="T.csv", help="series, year, threshold: adds P(y >= it)"
    )
    parser.add_argument("--out", type=Path, metavar="F", help="CSV or Parquet; default: print CSV")
    parser.add_argument(
        "--scale",
        choices=(*EVERY_SCALE, "auto"),
        default="log",
        help="values above 0, shares inside 0-100, any number, counts that can be 0, shares that "
        "can be 0 or 100, or what each series' own values leave (default: log); a column scale "
        "goes before it",
    )
    add_panel(parser)
    parser.add_argument(
        "--revisions",
        default="none",
        metavar="none|pooled|FILE",
        help="take in that figures are revised, and say what holds as finally revised: as figures "
        "of reference were, or as those of a table of prints (series, year, printed, value)",
    )
    add_strict(parser)
    add_choices(parser.add_argument_group("what a file does not say by itself"))


def run_project(arguments: argparse.Namespace) -> int:
    """Project anybody's annual series, from a file of any usual form."""
    from helpers.apps.series_files import hub_table

    table = hub_table(
        arguments.series,
        arguments.horizon,
        arguments.thresholds,
        scale=arguments.scale,
        panel=arguments.panel,
        until=arguments.until,
        choices=choices_of(arguments),
        strict=arguments.strict,
        revisions=arguments.revisions,
        tell=lambda text: print(text, file=sys.stderr),
    )
    table.write(sys.stdout if arguments.out is None else arguments.out)
    if arguments.out is not None:
        print(f"{arguments.out}: {len(table.last)} series, {len(table)} rows")
    return DONE


def declare_backtest(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--out", type=Path, default=Path("backtest"), metavar="DIR", help="folder of the tables"
    )


def run_backtest(arguments: argparse.Namespace) -> int:
    """Learn the calibration again and score it on series that it has not seen."""
    from helpers.forecasting import backtest
    from helpers.tables import write_table
    from helpers.targets.on_track.reference import SCORES_TABLE, score_rules_on_reference

    tables = backtest.run_backtest(arguments.out, learned=today().isoformat())
    tables[SCORES_TABLE.stem] = score_rules_on_reference()
    write_table(tables[SCORES_TABLE.stem], arguments.out, SCORES_TABLE.name)
    print(tables["scores"].to_string(index=False))
    print(f"{', '.join(f'{name}.csv' for name in tables)} in {arguments.out}")
    return DONE
