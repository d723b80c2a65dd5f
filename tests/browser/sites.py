"""The pages of a report, and the language of each."""

import re
from pathlib import Path


def pages_of(site: Path) -> list[Path]:
    """Every page of a report, the front page first, whatever its language."""
    every = sorted(site.rglob("*.html"))
    return sorted(every, key=lambda path: (path != site / "index.html", path.as_posix()))


def language_of(page: Path) -> str:
    """Language that a page says it is in."""
    found = re.search(r'<html[^>]*\blang="([^"]*)"', page.read_text("utf-8"))
    return found.group(1) if found else ""
