"""A language: its table of strings, and how it writes numbers, amounts, dates and odds."""

from __future__ import annotations

import calendar
import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import isnan, nan
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.problems import find
from helpers.vocabulary import CHANGE, CODES, FIGURE, GROWTH, LIKELIHOOD_BOUNDS, operator_of

if TYPE_CHECKING:  # languages and their strings are read where loading pandas would be felt
    import pandas as pd

DAY_FORMS = ("day.year", "day.month", "day.full")
_OF_A_YEAR = re.compile(r"(?:index |pct_of_)(\d{4}(?:/\d\d)?)(?: ?= ?100)?")
_ARTICLE = re.compile(
    r"(United|Czech Republic|Dominican|Netherlands|Philippines|Bahamas|Gambia|Maldives|Seychelles"
    r"|European|.*\b(Union|Republic|Islands|Emirates|States|Region)\b)"
)
_MIRRORED = {"ge": "le", "gt": "lt", "le": "ge", "lt": "gt"}
NOTHING = "–"
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Language:
    """One language of the report."""

    code: str
    """As in `helpers.vocabulary.CODES`."""
    tag: str
    """As in the attribute `lang` of a page (BCP 47)."""
    name: str
    """The language in itself."""
    thousands: str
    """Between groups of three digits; Chinese statistics do not separate them."""
    space: str
    """Between sentences."""

    def has(self, key: str) -> bool:
        """Whether the table holds a text."""
        return key in read_strings()

    def say(self, key: str, **values: object) -> str:
        """Return a text with its places filled in.

        Raises
        ------
        KeyError
            For a key that the table does not hold, or a place without a value.
        """
        return read_strings()[key][self.code].format(**values)

    def word(self, family: str, name: str) -> str:
        """Return the word for a value of the tables; a value without one stands as it is."""
        key = f"{family}.{name}"
        return self.say(key) if self.has(key) else name.replace("_", " ")

    def of_area(self, name: str, area: str) -> str:
        """Name an indicator of an area; a blank keeps words apart that no Han letter does."""
        told = self.say("notebook.of_area", name=name, area=area)
        if is_han(area[-1:]) or is_han(name[:1]):
            return told
        return told.replace(f"{area}{name}", f"{area} {name}")

    def sentences(self, parts: Iterable[str]) -> str:
        """Put sentences one after the other."""
        return self.space.join(part for part in parts if part)

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number; an en dash where it is missing."""
        if isnan(value):
            return NOTHING
        written = f"{value:,.{int(decimals)}f}"
        if not written.strip("-0.,"):
            written = written.lstrip("-")  # less than a last digit below zero
        return written.replace(",", self.thousands)

    def scaled(self, value: float, decimals: int, unit: str) -> str:
        """Write a value as `amount` does, without its unit.

        Yuan are published in 100 million; English has no word for that and writes billions.
        """
        if unit == "cny_100m" and self.code == "en":
            value, decimals = value / 10, 0 if value % 10 == 0 else 1
        return self.number(value, decimals)

    def amount(self, value: float, decimals: int, unit: str, of: str = "") -> str:
        """Write a value with its unit.

        `decimals`: as published. `unit`: as in `indicators.csv` or `targets.csv`. `of`: topic of
        the indicator: Chinese and Japanese count patents by a word of their own; or `SHARE` for
        percent of something, which is no growth.
        """
        return self._with_unit("unit", self.scaled(value, decimals, unit), unit, of)

    def change(self, value: float, decimals: int, unit: str, of: str = "") -> str:
        """Write by how much a figure changes: what is counted in percent does so in points."""
        if not unit.startswith(("pct", "%")):
            return self.amount(value, decimals, unit, of)
        digits = self.number(value, decimals)
        return self.say("measure.point" if digits == "1" else "measure.points", number=digits)

    def plain_amount(self, value: float, decimals: int, unit: str) -> str:
        """Write a value with the short form of its unit, for beside the indicator's name."""
        return self._with_unit("plain_unit", self.scaled(value, decimals, unit), unit, "")

    def _with_unit(self, form: str, digits: str, unit: str, of: str) -> str:
        # An index on 100 counts percent of its base year.
        if of_year := _OF_A_YEAR.fullmatch(unit):
            return self.say(f"{form}.pct_of", number=digits, base=of_year[1])
        for key in (f"{form}.{unit}_of_{of}", f"{form}.{unit}"):
            if self.has(key):
                return self.say(key, number=digits)
        return f"{digits} {unit}".rstrip()

    def line(
        self,
        operator: str,
        value: float,
        decimals: int,
        unit: str,
        high: float = float("nan"),
        of: str = "",
        base: str = "",
    ) -> str:
        """Write what a target asks for, such as "more than 38 % of GDP".

        A change is asked for from the year `base`, where that is given.
        """
        if base and operator_of(operator).statistic == CHANGE:
            asked = self.line(operator, value, decimals, unit, high, of)
            return self.say("statistic.change_from", asked=asked, base=base)
        operator, value, high, falls = _by_size(operator, value, high)
        write = self.change if operator_of(operator).statistic == CHANGE else self.amount
        low, top = (write(number, decimals, unit, of) for number in (value, high))
        low = self._lower(operator, low, value, decimals, unit)
        return self._asked(operator, low, top, "statistic", falls=falls)

    def plain_line(
        self, operator: str, value: float, decimals: int, unit: str, high: float = float("nan")
    ) -> str:
        """Write what a target asks for with the short form of the unit."""
        unit = "pct" if operator_of(operator).statistic == GROWTH else unit
        operator, value, high, falls = _by_size(operator, value, high)
        write = self.change if operator_of(operator).statistic == CHANGE else self.plain_amount
        low, top = (write(number, decimals, unit) for number in (value, high))
        low = self._lower(operator, low, value, decimals, unit)
        return self._asked(operator, low, top, "plain_statistic", falls=falls)

    def _lower(self, operator: str, written: str, value: float, decimals: int, unit: str) -> str:
        """Write the lower end of a range: only Chinese and Japanese repeat the unit."""
        if self.code == "en" and operator_of(operator).comparison == "between":
            return self.scaled(value, decimals, unit)
        return written

    def _asked(self, operator: str, low: str, high: str, form: str, *, falls: bool) -> str:
        asks = operator_of(operator)
        asked = self.say(f"comparison.{asks.comparison}", value=low, high=high)
        if asks.statistic == FIGURE:
            return asked
        name = f"{asks.statistic}_down" if falls else asks.statistic
        short = f"{form}.{name}"
        return self.say(short if self.has(short) else f"statistic.{name}", asked=asked)

    def probability(self, p: float) -> str:
        """Write a probability in percent; beyond 1 and 99 % only the bound is claimed."""
        return NOTHING if isnan(p) else self._chance("probability", p)

    def equation(self, p: float) -> str:
        """Write a probability as an equation or inequality: "P = 87 %", "P > 99 %"."""
        return self.say("equation.none") if isnan(p) else self._chance("equation", p)

    def _chance(self, form: str, p: float) -> str:
        if p > 0.99:
            return self.say(f"{form}.above")
        if p < 0.01:
            return self.say(f"{form}.below")
        return self.percent(100 * p, form=form)

    def percent(self, value: float, decimals: int = 0, *, form: str = "probability") -> str:
        """Write a percentage."""
        return self.say(f"{form}.percent", number=self.number(value, decimals))

    def likelihood(self, p: float) -> str:
        """Put a probability into the words of the IPCC; empty where there is none."""
        if isnan(p):
            return ""
        bound = next(bound for bound in LIKELIHOOD_BOUNDS if p >= bound)
        return self.say(f"likelihood.{100 * bound:.0f}")

    def day(self, when: pd.Timestamp | str, assumed: bool = False) -> str:
        """Write a day, or a month or year where no more is known, and say where it is assumed."""
        parts = (when if isinstance(when, str) else f"{when:%Y-%m-%d}")[:10].split("-")
        if len(parts) > len(DAY_FORMS) or not all(part.isdigit() for part in parts):
            return str(when)
        names = dict(zip(("year", "month", "day"), map(self._part, parts), strict=False))
        text = self.say(DAY_FORMS[len(parts) - 1], **names)
        return self.say("day.assumed", day=text) if assumed else text

    def _part(self, digits: str) -> str:
        # English days are written as ISO 8601, whose zeros stay.
        return digits if self.code == "en" else str(int(digits))

    def long_day(self, when: str) -> str:
        """Write an ISO date in full, such as 23 November 2026."""
        year, month, day = map(int, when.split("-"))
        name = calendar.month_name[month] if self.code == "en" else month
        return self.say("day.long", year=year, month=name, day=day)

    def with_article(self, name: str) -> str:
        """Write the name of a place within a sentence: English has some with an article."""
        if self.code != "en":
            return name
        if name.startswith("The "):
            return f"the {name.removeprefix('The ')}"
        return f"the {name}" if _ARTICLE.match(name) else name

    def listed(self, items: Iterable[str]) -> str:
        """Write a list with commas; with semicolons where a comma is part of a name."""
        items, comma = list(items), self.say("list.comma")
        within = any(comma in item for item in items)
        return (self.say("list.semicolon") if within else comma).join(items)

    def joined(self, items: Iterable[str]) -> str:
        """Write a list whose last item follows an "and"."""
        *first, last = items
        if not first:
            return last
        if self.code == "en":
            return f"{self.listed(first)} and {last}"
        return self.listed([*first, last])


def _by_size(operator: str, value: float, high: float) -> tuple[str, float, float, bool]:
    """Give a fall that is asked for by its size: at most -15 is down by at least 15."""
    asks = operator_of(operator)
    if asks.statistic not in (CHANGE, GROWTH) or not value < 0 or high > 0:
        return operator, value, high, False
    value, high = (-value, nan) if isnan(high) else (-high, -value)
    mirrored = _MIRRORED.get(asks.comparison, asks.comparison)
    return f"{asks.statistic}_{mirrored}", value, high, True


ENGLISH = Language("en", "en", "English", ",", " ")
CHINESE = Language("zh", "zh-Hans", "中文", "", "")
JAPANESE = Language("ja", "ja", "日本語", ",", "")
LANGUAGES = (ENGLISH, CHINESE, JAPANESE)
"""In the order of `helpers.vocabulary.CODES`."""


def language_of(code: str) -> Language:
    """Return the language of a code.

    Raises
    ------
    helpers.problems.InputError
        If there is none.
    """
    return LANGUAGES[CODES.index(find(code, CODES, "language"))]


FILE = Path(__file__).with_name("strings.csv")


@cache
def read_strings() -> Mapping[str, Mapping[str, str]]:
    """Return the text of every key: key, then code of the language.

    Raises
    ------
    ValueError
        For a key that stands twice, an empty cell, or another header.
    """
    with FILE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != ["key", *CODES]:
            raise ValueError(
                f"{FILE.name}: header {reader.fieldnames}: write key,{','.join(CODES)}"
            )
        table: dict[str, dict[str, str]] = {}
        for row in reader:
            key = row["key"]
            if key in table:
                raise ValueError(f"{FILE.name}: row {reader.line_num}: {key!r} stands twice")
            texts = {code: row[code] for code in CODES}
            if not all(texts.values()):
                raise ValueError(f"{FILE.name}: row {reader.line_num}: {key!r}: a cell is empty")
            table[key] = texts
    return MappingProxyType(table)


def family(prefix: str, code: str) -> dict[str, str]:
    """Return the texts whose keys begin with `prefix.`, by the rest of the key."""
    start = f"{prefix}."
    return {
        k.removeprefix(start): t[code] for k, t in read_strings().items() if k.startswith(start)
    }


_PIECES = re.compile(
    r"[（「『【《“‘]*[⺀-\uffef][、。，；：！？）」』】》／”’％]*"
    r"|(?:[^\s⺀-\uffef]|\xa0)+[^\S\xa0]*|\s+"
)
"""What stays together at the end of a line: a word, or a Han letter with its closing marks."""


def is_han(letter: str) -> bool:
    """Say whether a letter is a Han one, or set as wide as one."""
    return letter > "\u2e7f"


def wrapped(text: str, width: float, narrow: float = 1.0, wide: float = 2.0) -> list[str]:
    """Break a text into lines at blanks and between Han letters.

    `width`: of a line, in the unit of the widths of letters. `narrow`, `wide`: width of a letter:
    of a Han one `wide`, of any other `narrow`. By default those of a terminal.
    """
    lines, line, length = [], "", 0.0
    for piece in _PIECES.findall(text):
        own = sum(wide if is_han(letter) else narrow for letter in piece.rstrip())
        if line and length + own > width:
            lines.append(line.rstrip())
            line, length = "", 0.0
        line += piece
        length += own + narrow * (len(piece) - len(piece.rstrip()))
    return [*lines, line.rstrip()] if line.strip() else lines
