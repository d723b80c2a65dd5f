"""Options of the command that adds a figure, and the rows that they describe."""

import argparse
from pathlib import Path

from helpers.problems import InputError

FIGURE = {
    "indicator": "an indicator of indicators.csv",
    "area": "an area of areas.csv",
    "year": "the year of the figure",
    "value": "the figure as printed, like 2453.07",
    "status": "estimate, preliminary, final or revised",
    "unit": "default: the unit of the indicator",
    "definition": "default: the only main definition that fits the indicator and year",
    "qualifier": "exact (default), rounded, lower_bound or derived",
    "months": "months that the figure covers, counted from January (default: 12)",
    "first_release": "day on which it was first public, where its source quotes it later",
    "note": "anything worth knowing about the figure",
    "confirmed": "why an unusual figure is right: settles the question about it",
}
SOURCE = {
    "title": ("--source-title", "title as printed; with it the source is a new one"),
    "title_en": ("--source-title-en", "title in English (default where the language is en)"),
    "publisher": ("--publisher", "who published it"),
    "kind": ("--kind", "communique, yearbook, bulletin, press, ..."),
    "published": ("--published", "day, month or year of publication, like 2026-11-20"),
    "url": ("--url", "web address, of the publisher or a known news site"),
    "language": ("--language", "two letters, like zh"),
    "grade": ("--source-grade", "official, press, secondary or unverified"),
    "note": ("--source-note", "anything worth knowing about the publication"),
}
_GIVEN = {**{name: f"--{name.replace('_', '-')}" for name in FIGURE}, "source_id": "--source"}
OPTION_OF = {"observations": _GIVEN, "sources": {"source_id": "--source"}}
OPTION_OF["sources"] |= {name: option for name, (option, _) in SOURCE.items()}
"""Which option a column of a table is given by."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of a figure, of its source, and of files with figures."""
    figure = parser.add_argument_group("one figure")
    for name, text in FIGURE.items():
        figure.add_argument(_GIVEN[name], metavar="X", help=text)
    figure.add_argument("--source", metavar="ID", help="source_id, of sources.csv or a new one")
    add_source_options(parser.add_argument_group("a new source"))
    saved = parser.add_argument_group("or figures read in a saved publication")
    saved.add_argument(
        "--read", type=Path, metavar="FILE", help="page, PDF, Word file, workbook or text; --area"
        " is the place it is about, --published its day",
    )  # fmt: skip
    saved.add_argument(
        "--only-evidence",
        action="store_true",
        help="add no figure: say where those of --source stand",
    )
    saved.add_argument(
        "--pointer-only", action="store_true", help="keep no words, only where they stand"
    )
    saved.add_argument(
        "--misread", type=int, nargs="+", default=[], metavar="N", help="figures that were misread"
    )
    saved.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="json: all that was read, and stop",
    )
    files = parser.add_argument_group("or figures from a file")
    files.add_argument(
        "--from", dest="figures", type=Path, metavar="F", help=".csv or .xlsx, columns as rd.csv"
    )
    files.add_argument(
        "--mapping", type=Path, metavar="F", help="of a file of another form, as import writes it"
    )
    files.add_argument(
        "--from-sources", dest="sources", type=Path, metavar="F", help="columns as sources.csv"
    )


def add_source_options(parser: argparse._ActionsContainer) -> None:
    """Declare the options of a publication."""
    for name, (option, text) in SOURCE.items():
        parser.add_argument(option, dest=f"source_{name}", metavar="X", help=text)


def proposed_rows(arguments: argparse.Namespace) -> dict[str, dict[str, str]]:
    """Give the rows that options describe, by table; cells that were not given are left out.

    Raises
    ------
    helpers.problems.InputError
        For options that do not go together, or when there is no figure.
    """
    given = vars(arguments)
    figure = {name: given[name] for name in FIGURE if given[name] is not None}
    source = {name: given[f"source_{name}"] for name in SOURCE}
    source = {name: text for name, text in source.items() if text is not None}
    if arguments.figures and figure:
        names = ", ".join(_GIVEN[name] for name in figure)
        raise InputError(f"{names}: not together with --from; the file holds the figures")
    if source and arguments.source is None:
        raise InputError("--source is missing; name the new source, like sz_bulletin_2025")
    rows = {}
    if source:
        rows["sources"] = {"source_id": arguments.source, **source}
    if figure:
        needed = [n for n in ("indicator", "area", "year", "value", "status") if n not in figure]
        missing = [f"--{name}" for name in needed] + ["--source"] * (arguments.source is None)
        if missing:
            raise InputError(f"{', '.join(missing)}: missing; a figure needs them")
        rows["observations"] = {**figure, "source_id": arguments.source}
    elif not arguments.figures:
        raise InputError("no figure given; name it by --indicator and so on, or --from a file")
    return rows
