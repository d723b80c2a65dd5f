"""Verdicts as they stand in a page of the documentation: computed, between two marks."""

import re
from datetime import date
from pathlib import Path

from helpers.observations.raw_data import read_raw
from helpers.problems import InputError
from helpers.targets.assessment import assess
from helpers.targets.plain_text import verdict_table

_BLOCK = re.compile(
    r"(?P<head><!-- verdicts (?P<folder>\S+) as of (?P<day>\d{4}-\d{2}-\d{2}) -->\n)"
    r".*?(?P<tail><!-- /verdicts -->)",
    re.DOTALL,
)


def with_verdicts(page: str, root: Path) -> str:
    """Fill each marked block of a page with what `assess` says of its folder on its day.

    A block begins with `<!-- verdicts FOLDER as of DATE -->` and ends with `<!-- /verdicts -->`.

    Parameters
    ----------
    page : str
        In markdown.
    root : Path
        Where the folders are counted from.

    Returns
    -------
    str

    Raises
    ------
    helpers.problems.InputError
        If the page has no such block.
    """
    if not _BLOCK.search(page):
        raise InputError("no block between <!-- verdicts FOLDER as of DATE --> and its end")
    return _BLOCK.sub(lambda match: _filled(match, root), page)


def _filled(match: re.Match[str], root: Path) -> str:
    day = date.fromisoformat(match["day"])
    raw = read_raw(root / match["folder"])
    text = verdict_table(assess(raw, day), raw, day)
    return f"{match['head']}```text\n{text}\n```\n{match['tail']}"
