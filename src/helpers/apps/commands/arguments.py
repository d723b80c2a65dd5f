"""Arguments that several commands take."""

import argparse
from datetime import date
from pathlib import Path


def add_raw_dirs(parser: argparse.ArgumentParser) -> None:
    """Add `--raw-dir`, for commands that read raw tables."""
    parser.add_argument(
        "--raw-dir",
        type=Path,
        action="append",
        metavar="D",
        help="folder of the raw tables; again for a folder whose rows are added to the first",
    )


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """Add `--as-of`, for commands whose answer depends on what was public."""
    parser.add_argument(
        "--as-of",
        type=_day,
        default=date.today(),
        metavar="DATE",
        help="use only what was public on this day (default: today)",
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date of the form 2026-11-23") from None
