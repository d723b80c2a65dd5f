"""The report as built once for all browser tests of a run."""

import os
import re
from pathlib import Path

from helpers.report import ReportRequest, make_report

AS_OF = "2026-11-23"
GIVEN = "REPORT_UNDER_TEST"
"""Name of the variable that holds the folder of a report to be tested instead of a new one."""


def built_site(folder: Path) -> Path:
    """Return the folder of a report: the one that is named in the environment, or a new one.

    Parameters
    ----------
    folder : Path
        Where a new one is made.
    """
    given = os.environ.get(GIVEN, "")
    if given:
        return Path(given).resolve()
    result = make_report(ReportRequest(as_of=AS_OF, out_dir=folder))
    assert result.exit_code == 0, result.message
    return Path(result.folder).resolve()


def pages_of(site: Path) -> list[Path]:
    """Every page of a report, the front page first, whatever its language."""
    every = sorted(site.rglob("*.html"))
    return sorted(every, key=lambda path: (path != site / "index.html", path.as_posix()))


def language_of(page: Path) -> str:
    """Language that a page says it is in."""
    found = re.search(r'<html[^>]*\blang="([^"]*)"', page.read_text("utf-8"))
    return found.group(1) if found else ""
