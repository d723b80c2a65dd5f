"""Printed cells as plain digits, missing told from zero, and what the flags behind them say.

A number with a comma can be read in two ways. Which one a file means is decided by all its cells
together (`Evidence`), and where they leave it open both readings are named and none is chosen.
"""

import csv
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from helpers.problems import shown

MISSING = frozenset(
    [
        "", ".", ":", "·", "•", "/", "#", "~", "‥", "x", "c", "z", "s", "na",
        "no data", "suppressed",
        "n/a", "n.a.", "n.a", "nan", "null", "none", "nd", "n.d.",
        "#n/a", "#div/0!", "#value!", "#ref!", "<na>", "missing", "k.a.",
        "not available", "not applicable", "無", "※",
    ]
)  # fmt: skip
"""What stands for no figure, in small letters."""
NIL = frozenset(["-", "–", "—", "−", "－", "─"])
"""What some publishers print for exactly zero, others for no figure."""
_NONE = re.compile(r"([-–—−－─] ?)+|[.…]{2,}|…|\*+|\([a-zA-Z]{1,2}\)|\[[a-zA-Z]{1,4}\]")
"""Dashes, points or stars, and letters alone in brackets, such as (D) or [x]."""
_BOUND = re.compile(r"(?:[<>≤≥]=?|&[lg]t;)\s*[\d.,]+\s*%?")
_POWERS = {
    "unit": 0, "one": 0, "ten": 1, "hundred": 2, "thousand": 3, "million": 6, "billion": 9,
    "trillion": 12,
}  # fmt: skip
_PLAIN = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_BODY = re.compile(
    r"(?P<sign>[-+−–]?)\s*(?P<body>\d[\d.,'’ \u00a0\u202f\u2009]*\d|\d|[.,]\d+)"
    r"(?P<power>[eE][-+]?\d{1,2})?\s*(?P<rest>.*)",
    re.ASCII,
)
_POINT = re.compile(
    r"\d*\.\d+|\d+|\d{1,3}(?P<s>[,'’ \u00a0\u202f\u2009])\d{3}((?P=s)\d{3})*(\.\d+)?"
    r"|[1-9]\d?(,\d\d)+,\d{3}(\.\d+)?"
)
_COMMA = re.compile(
    r"\d*,\d+|\d+|[1-9]\d{0,2}(?P<s>[.'’ \u00a0\u202f\u2009])\d{3}((?P=s)\d{3})*(,\d+)?"
)
_BRACKETS = re.compile(r"\((\d[\d.,'’ \u00a0\u202f\u2009]*%?)\)(.*)", re.ASCII)
_MONEY = re.compile(r"(?<![A-Za-z])(?:US|NT|HK|[AC])?[$£€¥￥₩₹]\s?|\s?[$£€₩₹](?=\)?$)")
_TIMES = {"千": 3, "万": 4, "萬": 4, "百万": 6, "千万": 7, "亿": 8, "億": 8, "万亿": 12}
_REST = re.compile(
    r"(?P<percent>[%％])?(?P<times>百万|千万|万亿|[千万萬亿億])?(?P<unit>[元人件吨户家个项%]*)"
    r"\s*(?P<marks>([*†‡§#ᵃᵇᶜ①-⑳]|[¹²³⁴⁵⁶⁷⁸⁹⁰]+[)⁾]?|\([0-9A-Za-z]{1,2}\)|\([a-z]{3,11}\.?\)|（[0-9注]+）|\[[0-9A-Za-z]{1,3}\]|\{[0-9A-Za-z]{1,2}\})*)"
    r"(?P<flag>([A-Za-z]{1,4})?)\s*"
)
_NOTE = re.compile(r"(?<=[\d%])\s+\d{1,2}\)$")
"""The number of a footnote behind that of a cell, such as `5.3 1)`."""
_WIDE = str.maketrans("０１２３４５６７８９，．－％ᵖᵉʳᶠ", "0123456789,.-%perf")

_LETTERED = ("eurostat", "sdmx", "oecd")
"""Schemes in which several letters are several flags."""
WEIGHT = {"passed": 4, "missing": 3, "estimate": 2, "preliminary": 1, "revised": 0}
"""Of several flags of one figure the one that doubts most decides."""


class Typed(str):
    """A cell of a workbook or of Parquet that is a number there: its mark is a point for sure."""

    __slots__ = ()


class Cell(NamedTuple):
    """A cell that holds a number."""

    text: str
    """Plain digits with a point."""
    flag: str = ""
    """Letters behind it."""
    power: int = 0
    """The power of ten that a word such as 亿 behind it stands for."""
    percent: bool = False
    """Whether a sign for per cent stands behind it."""
    marks: str = ""
    """Marks of footnotes, which were taken off."""
    bracketed: bool = False
    """Whether brackets in place of a sign make it negative."""


def is_missing(text: str) -> bool:
    """Say whether a cell stands for no figure."""
    return text.lower() in MISSING or (not text[:1].isdigit() and bool(_NONE.fullmatch(text)))


def is_number(text: str) -> bool:
    """Say whether a cell can be read as a number, whichever its decimal mark is."""
    return bool(read_number(text) or read_number(text, "comma") or is_bound(text))


def is_bound(text: str) -> bool:
    """Say whether a cell says of a figure only that it lies below or above a number."""
    return text[:1] in "<>≤≥&" and bool(_BOUND.fullmatch(text))


@cache
def multiplier_of(text: str) -> int | None:
    """Read a power of ten, as a number or as a word such as `6: Millions`; None if it is none.

    >>> multiplier_of("6: Millions"), multiplier_of("Billions"), multiplier_of("m")
    (6, 9, None)
    """
    plain = text.partition(":")[0].strip().casefold().removesuffix(".0")
    if plain.lstrip("-").isdigit():
        return int(plain)
    return _POWERS.get(plain.removesuffix("s"), None if plain else 0)


def read_number(text: str, decimal: str = "point") -> Cell | None:
    """Read a cell as a number, its decimal mark a `point` or a `comma`; None if it is none."""
    if _PLAIN.fullmatch(text) and decimal == "point":
        return Cell(text)
    simple = _MONEY.sub("", text.translate(_WIDE).strip().removeprefix("'"), count=1)
    simple = simple if "(" in simple else _NOTE.sub("*", simple)
    bracketed = _BRACKETS.fullmatch(simple)
    found = _BODY.fullmatch("".join(bracketed.groups()) if bracketed else simple)
    rest = found and _REST.fullmatch(found["rest"])
    plain = found and _plain(found["body"], decimal)
    if not (found and rest and plain):
        return None
    sign = "-" if bracketed or (found["sign"] and found["sign"] in "-−–") else ""
    number = sign + plain
    if found["power"]:
        number = format(Decimal(number + found["power"]), "f")
    return Cell(
        number,
        rest["flag"],
        _TIMES.get(rest["times"] or "", 0),
        bool(rest["percent"]),
        rest["marks"],
        bool(bracketed),
    )


def _plain(body: str, decimal: str) -> str:
    """Take separators out of digits; "" where they do not fit the decimal mark."""
    if not (_POINT if decimal == "point" else _COMMA).fullmatch(body):
        return ""
    kept = re.sub(r"[,'’\s]" if decimal == "point" else r"[.'’\s]", "", body).replace(",", ".")
    return "0" + kept if kept.startswith(".") else kept


@dataclass
class Evidence:
    """What the cells of a file say about its decimal mark."""

    proof: dict[str, str] = field(default_factory=dict)
    """By decimal mark the first cell, with its place, that can be read in no other way."""
    unread: list[tuple[int, str, str]] = field(default_factory=list)
    """Row, column and text of the cells that the chosen mark does not fit."""
    open_cells: dict[str, str] = field(default_factory=dict)
    """By the mark that stands in them, the first cell that can be read in both ways."""

    def add(self, text: str, point: Cell | None, comma: Cell | None, place: str) -> None:
        """Take a cell that holds a point or a comma into account, with both of its readings."""
        if point and comma and point.text != comma.text:
            self.open_cells.setdefault("," if "," in text else ".", f"{shown(text)} in {place}")
        elif point and not comma:
            self.proof.setdefault("point", f"{shown(text)} in {place}")
        elif comma and not point:
            self.proof.setdefault("comma", f"{shown(text)} in {place}")

    def decide(self, *, points_are_usual: bool, commas_group: bool) -> tuple[str, str]:
        """Give the decimal mark, or else what cannot be decided.

        Parameters
        ----------
        points_are_usual : bool
            Whether a point with three digits behind it is no cause for doubt: in what programs
            write, and where commas divide the cells.
        commas_group : bool
            Whether no decimal comma is to be expected of who made the file.

        Returns
        -------
        mark, doubt : str
            One of them is empty.
        """
        mend = "say which with --decimal point or --decimal comma"
        if len(self.proof) == 2:
            return "", f"numbers are written in two ways, {' and '.join(self.proof.values())}"
        if self.proof:
            return next(iter(self.proof)), ""
        doubtful = self.open_cells.get(",")
        doubtful = doubtful or ("" if points_are_usual else self.open_cells.get("."))
        if not doubtful or commas_group:
            return "point", ""
        written = doubtful.partition(" in ")[0]
        cells = [read_number(written, decimal) for decimal in ("point", "comma")]
        readings = " or ".join(cell.text for cell in cells if cell)
        return "", f"{doubtful} can be {readings}, and no other cell tells which; {mend}"


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
