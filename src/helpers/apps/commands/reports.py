"""`report`, `refresh`: run the notebooks, and publish or store what they made."""

import argparse

from helpers.apps.commands import DONE
from helpers.apps.commands.arguments import add_as_of, add_raw_dirs, add_run_options, request, tell
from helpers.vocabulary import CODES


def declare_report(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_raw_dirs(parser)
    add_as_of(parser)
    add_run_options(parser)
    parser.add_argument(
        "--update-processed",
        action="store_true",
        help="copy the tables to data/processed once the report is complete",
    )
    parser.add_argument(
        "--keep-going",
        action="store_true",
        help="publish the rest, marked as incomplete, when a notebook fails",
    )
    parser.add_argument(
        "--if-changed",
        action="store_true",
        help="do nothing if only the date differs from the last report",
    )
    parser.add_argument(
        "--keep", type=int, metavar="N", help="keep the newest N reports and remove older ones"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="run and draw everything, also what is unchanged"
    )
    parser.add_argument(
        "--lang",
        choices=(*CODES, "all"),
        default="all",
        help="language of the front page: English, Chinese, Japanese or all with a switch (all)",
    )
    parser.add_argument(
        "--site-address",
        metavar="URL",
        help="where the folder of all reports will stand on the web: pages then name their address",
    )


def run_report(arguments: argparse.Namespace) -> int:
    """Run the notebooks and publish a dated report."""
    from helpers.reports.report import make_report

    names = ("update_processed", "keep_going", "if_changed", "keep", "fresh")
    more = {name: getattr(arguments, name) for name in names}
    if arguments.site_address:
        more["site_address"] = arguments.site_address
    if arguments.lang != "all":
        more["languages"] = (arguments.lang,)
    return tell(make_report(request(arguments, **more)))


def declare_refresh(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_raw_dirs(parser)
    add_as_of(parser)
    add_run_options(parser)
    parser.add_argument(
        "--notebook", metavar="NAME", help="store the outputs of this notebook alone"
    )


def run_refresh(arguments: argparse.Namespace) -> int:
    """Store a new edition: notebook outputs, data/processed and the README's table."""
    from helpers.reports.refresh import refresh, refresh_notebook

    if arguments.notebook:
        asked = request(arguments)
        refresh_notebook(arguments.notebook, arguments.as_of, asked.timeout, print)
        return DONE
    return tell(refresh(arguments.as_of, request(arguments), print))
