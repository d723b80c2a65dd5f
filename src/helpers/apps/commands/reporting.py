"""What the commands that run notebooks share: their options, the request, how it ended."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.reports.report import ReportRequest, ReportResult


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add where reports go and how notebooks are run."""
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of all reports")
    parser.add_argument("--jobs", type=int, metavar="N", help="notebooks run side by side")
    parser.add_argument(
        "--timeout", type=float, metavar="S", help="seconds that one notebook may take"
    )


def request(arguments: argparse.Namespace, **more) -> ReportRequest:
    """Turn arguments into a request; what was not given keeps its default."""
    from helpers.reports.store.progress import Printer
    from helpers.reports.store.request import ReportRequest

    raw_dirs = arguments.raw_dir or [None]
    given = {
        "raw_dir": raw_dirs[0] if len(raw_dirs) == 1 else tuple(raw_dirs),
        "out_dir": arguments.out,
        "jobs": arguments.jobs,
        "timeout": arguments.timeout,
    }
    given = {name: value for name, value in given.items() if value is not None}
    return ReportRequest(
        as_of=arguments.as_of.isoformat(), progress=Printer(sys.stderr), **given, **more
    )


def tell(result: ReportResult) -> int:
    """Say how a report ended and where to look; return the exit code."""
    if result.state == "unchanged":
        print(result.message)
        return result.exit_code
    if result.message:
        print(result.message, file=sys.stderr)
    if result.state == "failed":
        kept = f"; what failed is kept in {result.folder}" if result.folder else ""
        print(f"no report was published{kept}", file=sys.stderr)
    else:
        for path in result.processed:
            print(f"updated {path}")
        print(f"{result.folder / 'index.html'} ({result.state}, {result.seconds:.0f} s)")
    return result.exit_code
