"""What flags say of a figure: letters of a publisher's own list, and words in any table."""

import csv
import re
from functools import cache
from pathlib import Path

_LETTERED = ("eurostat", "sdmx", "oecd")
"""Schemes in which several letters are several flags."""
WEIGHT = {"passed": 4, "missing": 3, "estimate": 2, "preliminary": 1, "revised": 0}
"""Of several flags of one figure the one that doubts most decides."""


@cache
def _flags() -> dict[tuple[str, str], tuple[str, str]]:
    with Path(__file__).with_name("flags.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["scheme"], row["flag"]): (row["status"], row["meaning"]) for row in rows}


def known_flag(scheme: str, flag: str) -> bool:
    """Say whether a flag, or a word in its place, is one that means anything here."""
    return bool(flag) and bool(_meanings(scheme, flag))


@cache
def _meanings(scheme: str, flag: str) -> list[tuple[str, str]]:
    """Give what the parts of a flag stand for: words, or letters of those who write several."""
    known = _flags()
    plain = flag.strip("()[]. ").casefold()
    for own in ((scheme, flag), ("", plain)):
        if own in known:
            return [known[own]]
    if scheme in _LETTERED and len(flag) <= 3 and all((scheme, part) in known for part in flag):
        return [known[scheme, part] for part in flag]
    words = [part.strip() for part in re.split(r"[,;|]", plain) if part.strip()]
    words = [part for part in words if not part.startswith("see ")]
    return [known["", part] for part in words] if all(("", w) in known for w in words) else []


def status_of(scheme: str, flag: str) -> tuple[str, str]:
    """Give the status that a flag stands for, and its meaning in words.

    The status is `passed` for a forecast, `missing` for no figure, else "" or a word of
    `helpers.vocabulary.STATUSES`. Of several the one that doubts most decides.
    """
    if not flag:
        return "", ""
    found = _meanings(scheme, flag)
    return max(found, key=lambda pair: WEIGHT.get(pair[0], -1), default=("", "not known"))
