"""`backtest`: learn the calibration again, and score it."""

import argparse
from pathlib import Path

from helpers.apps.commands import DONE
from helpers.days import today

SUMMARY = "Learn the calibration again and score it on series that it has not seen."


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--out", type=Path, default=Path("backtest"), metavar="DIR", help="folder of the tables"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the back-test and print its scores."""
    from helpers.forecasting.backtest import run_backtest

    tables = run_backtest(arguments.out, learned=today().isoformat())
    print(tables["scores"].to_string(index=False))
    print(f"{', '.join(f'{name}.csv' for name in tables)} in {arguments.out}")
    return DONE
