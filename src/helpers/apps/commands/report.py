"""`report`: run the notebooks and publish."""

import argparse

from helpers.apps.commands.arguments import add_as_of, add_raw_dirs, add_run_options, request, tell
from helpers.vocabulary import CODES

SUMMARY = "Run the notebooks and publish a dated report."


def declare(parser: argparse.ArgumentParser) -> None:
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


def run(arguments: argparse.Namespace) -> int:
    """Make one report and say how it ended."""
    from helpers.reports.report import make_report

    names = ("update_processed", "keep_going", "if_changed", "keep", "fresh")
    more = {name: getattr(arguments, name) for name in names}
    if arguments.site_address:
        more["site_address"] = arguments.site_address
    if arguments.lang != "all":
        more["languages"] = (arguments.lang,)
    return tell(make_report(request(arguments, **more)))
