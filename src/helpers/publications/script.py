"""A text in one script, what it says of itself, and what is read out of it.

Publications come as saved pages, in traditional characters, with full-width digits, brackets that
a copy has garbled, phonetic readings behind words, and lines that end where the paper did. What
reads them works on one form, in simplified characters; offsets lead back to the text as it was.
"""

import importlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import ModuleType
from typing import Any

from helpers.problems import InputError
from helpers.publications.phrases import Mention, Places, Vocabulary, words

HAN = "\u3007\u3400-\u9fff"
_DROPPED = re.compile(words("zh", "dropped"))
"""Notes, readings of characters, what brackets repeat, and blanks between Han letters."""
_JOINED = re.compile(rf"(?<=[^\n]{{24}}[{HAN}\d,、])\n[ \t]*(?=[{HAN}\d%(])")
"""A line break inside a sentence: the line is long, and ends with no mark."""
_ENTITY = re.compile("(?<=&) {4}")
_BRACKETS = str.maketrans("〔〕【】﹝﹞{}", "[]()()()")
_MARKS = str.maketrans("“”「」‘’〜～–−‐‑•﹪", '""""\'\'~~----·%')
_REGIONAL = {"成长": "增长", "兆元": "万亿"}
"""Words of the same length that other regions use."""
_NUMERAL = re.compile(
    r"百分之(?P<pct>[零〇一二三四五六七八九十百千万两点]+)"
    r"|(?P<year>[一二][〇零○一二三四五六七八九]{3})(?=年)"
    r"|(?P<count>[零一二三四五六七八九十百千万两点]{2,})(?=余?多?(?:[亿万]|件|家|项|个百分点))"
)
_MIXED = re.compile(r"(?<=\d)万(?=\d{4}[件家人项个])")
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")


@dataclass(frozen=True)
class Script:
    """A text in one script."""

    text: str
    places: tuple[int, ...]
    """For each character of it the offset in the original, and the end of that as a last one."""
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the offsets in the original of a part of the text."""
        return self.places[start], self.places[end - 1] + 1 if end > start else self.places[start]

    def quoted(self, start: int, end: int) -> str:
        """Give the words of the original for a part of the text, on one line."""
        first, last = self.span(start, end)
        return " ".join(self.original[first:last].split())


def normalise(original: str) -> Script:
    """Bring a text into one script.

    Raises `InputError` when the package that knows traditional characters is missing and the text
    may need it.
    """
    made: list[str] = []
    places: list[int] = []
    for place, character in enumerate(original):
        kind = unicodedata.category(character)
        if character in "\r\u200b\ufeff" or kind == "Cf":
            continue
        if "\u2460" <= character <= "\u24ff":  # a number in a circle is a mark of a list
            plain = " "
        else:
            plain = unicodedata.normalize("NFKC", character).translate(_BRACKETS).translate(_MARKS)
        made += plain
        places += [place] * len(plain)
    text = _simplified("".join(made)).replace("R & D", "R&D  ")
    for word, other in _REGIONAL.items():
        text = text.replace(word, other)
    text = text.replace("&amp;", "&    ")
    for pattern in (_ENTITY, _JOINED, _DROPPED, _DROPPED, _MIXED):
        text, places = _without(pattern, text, places)
    return _in_digits(text, places, original)


def _without(pattern: re.Pattern[str], text: str, places: list[int]) -> tuple[str, list[int]]:
    """Leave out what a pattern finds, of the text and of the offsets of its characters."""
    ends = [0, *(end for match in pattern.finditer(text) for end in match.span()), len(text)]
    spans = [slice(*span) for span in zip(ends[::2], ends[1::2], strict=True)]
    return "".join(text[s] for s in spans), [place for s in spans for place in places[s]]


@cache
def _converter() -> Any:
    return needed("opencc", "texts in Chinese").OpenCC("t2s")


def _simplified(text: str) -> str:
    """Write simplified characters; each stays where it was."""
    if text.isascii():
        return text
    made = _converter().convert(text)
    if len(made) == len(text):
        return made
    return "".join(one if len(one) == 1 else c for c in text for one in [_converter().convert(c)])


def _in_digits(text: str, places: list[int], original: str) -> Script:
    parts, at, last = [], [], 0
    for match in _NUMERAL.finditer(text):
        digits = _digits(match)
        if not digits:
            continue
        parts.append(text[last : match.start()] + digits)
        at += places[last : match.start()] + [places[match.start()]] * (len(digits) - 1)
        at.append(places[match.end() - 1])
        last = match.end()
    places = [*at, *places[last:]]
    return Script("".join(parts) + text[last:], (*places, len(original)), original)


def _digits(match: re.Match[str]) -> str:
    if match["year"]:
        return match["year"].translate(_DIGITS)
    words = match["pct"] or match["count"]
    if not match["pct"] and not re.search("[十百千万点]", words):
        return ""
    try:
        value = needed("cn2an", "numerals in words").cn2an(words, "smart")
    except ValueError:
        return ""
    return f"{value:.10g}" + "%" * bool(match["pct"])


INSTALL = "pip install 'shenzhen-targets[publications]'"


def needed(module: str, purpose: str) -> ModuleType:
    """Import an optional package, or say in one sentence what is missing and for what."""
    try:
        return importlib.import_module(module)
    except ImportError:
        package = {"docx": "python-docx", "python_calamine": "python-calamine"}.get(module, module)
        raise InputError(
            f"{package} is not installed, which reads {purpose}; install it with: {INSTALL}"
        ) from None


TITLE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)(?!年\d+月\d+日)(?!-\d)")


APPROXIMATE = 0.03
"""Part of itself by which a figure called "about" or "nearly" may be off."""


@dataclass(frozen=True)
class Setting:
    """What holds for a text as a whole."""

    published: date | None
    """A day, the last of the month or year where only that is known."""
    area: str
    """The place that the text is about, where it names no other."""
    context: str
    """Title and publisher: conditions of phrases are looked for in them too."""
    year: int
    months: int
    """`year`, `months`: the period that figures without one belong to; 0 for an unknown year."""
    vocabulary: Vocabulary
    places: Places
    """`vocabulary`, `places`: of the language of the text."""

    def is_over(self, year: int, months: int) -> bool:
        """Say whether a period had ended when the text was published."""
        if self.published is None:
            return True
        return (year, months) < (self.published.year, self.published.month) or (
            # Of a communique of December that tells of its own year.
            (year, months) == (self.published.year, 12) == (year, self.published.month)
        )


@dataclass(frozen=True)
class Reading:
    """A figure as a text gives it."""

    indicator: str
    area: str
    year: int
    months: int
    value: str
    qualifier: str
    status: str
    """`indicator`, `area`, `year`, `months`, `value`, `qualifier`, `status`: as columns of the
    observations; the value as plain digits in the unit of the indicator. An `area` of "" is a place
    that is not held, a `year` of 0 a period that the text hides."""
    step: float
    """What the last printed digit counts, in the unit of the indicator."""
    start: int
    end: int
    """`start`, `end`: where the sentence stands in the original text."""
    sentence: str
    """Its words."""
    rule: str
    """The way in which it was read."""


def reading(
    script: Script,
    span: tuple[int, int],
    number: str,
    scale: float,
    *,
    about: bool = False,
    **cells: object,
) -> Reading:
    """Make a reading out of a number as printed and what it has to be multiplied by.

    "About" leaves a number as much room as `APPROXIMATE` says.
    """
    digits = number.replace(",", "").replace(" ", "")
    places = len(digits.partition(".")[2])
    value = float(digits) * scale
    step = 10.0**-places * scale
    decimals = max(0, -int(f"{step:e}".partition("e")[2]))
    step = max(step, APPROXIMATE * abs(value)) if about else step
    start, end = script.span(*span)
    return Reading(
        value=f"{value:.{decimals}f}",
        step=step,
        start=start,
        end=end,
        sentence=script.quoted(*span),
        **cells,  # type: ignore[arg-type]
    )


@dataclass
class Left:
    """What the numbers before have left: what, when and where the next may be about."""

    subject: Mention | None = None
    year: int = 0
    months: int = 12
    area: str = ""
    role: str = ""
    whole: str = ""
