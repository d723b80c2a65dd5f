"""Single cells of a table: text in, typed value out, or one sentence that says the mend."""

import calendar
import math
import re
import unicodedata
from collections.abc import Callable
from typing import Annotated, Any, NoReturn

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from helpers.problems import closest, runs_as_formula
from helpers.vocabulary import base_of_unit

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_LOST = re.compile(r"\?{3}|^\?+$")
"""What a program writes that saves Chinese text in an encoding without it."""

_LINE_BREAKS = "\r\n"
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters that show nothing: two names that look alike would differ."""

_LONGEST_NAME = 80
_LONGEST_UNIT = 40
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")
"""Names that Windows keeps for devices: an identifier becomes the name of a file."""


def _refuse(message: str) -> NoReturn:
    raise PydanticCustomError("cell", "{message}", {"message": message})


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    for character in text:
        kind = unicodedata.category(character)
        invisible = kind in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        if character in _BLANK_LETTERS or (invisible and character not in _LINE_BREAKS):
            code = f"U+{ord(character):04X}"
            _refuse(f"the cell holds the control or invisible character {code}; remove it")
    if "\r" in text.replace("\r\n", ""):
        # Some readers take it for the end of a row even inside quotes.
        _refuse("the cell holds a lone carriage return, U+000D; remove it")
    return text


def _text(text: str) -> str:
    if not text.strip():
        _refuse("the cell is empty but required; fill it in")
    if "\ufffd" in text:
        _refuse("the cell holds U+FFFD, a character lost in conversion; put the right one back")
    if _LOST.search(text):
        _refuse(
            "the cell holds question marks in place of lost characters; put the right ones back"
        )
    if runs_as_formula(text):
        # The tables are copied into reports, and opened with spreadsheets there.
        _refuse("the cell begins like a formula of a spreadsheet; begin it with a word")
    return _clean(text)


def _optional_text(text: str) -> str:
    return _text(text) if text else text


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", _text(text)):
        _refuse("an identifier has lower-case letters, digits and underscores only")
    if len(text) > _LONGEST_NAME or _DEVICES.fullmatch(text):
        _refuse(f"an identifier names a file: at most {_LONGEST_NAME} letters, and no device name")
    return text


def _number(text: str) -> float:
    if not text.strip():
        _refuse("the number is empty but required; fill it in")
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        _refuse(f"not a number as printed{_number_mend(text)}")
    return float(text)


def _number_mend(text: str) -> str:
    simple = unicodedata.normalize("NFKC", text).strip().strip("%").replace(",", "").strip()
    if len(simple) <= 40 and _NUMBER.fullmatch(simple):
        return f"; write {simple}, plain digits with a point, no separator, sign or blank"
    if simple.lower().lstrip("+-") in ("nan", "inf", "infinity", "na", "n/a", "null", "none", ""):
        return "; leave the whole row out while the figure is unknown"
    if re.fullmatch(r"[0-9.]+ ?[万亿億萬]+.*", simple):
        return "; write the number out in full in the unit of the row"
    return "; write plain digits with a point, like 12950.08"


def _optional_number(text: str) -> float:
    return _number(text) if text else math.nan


def _whole(text: str) -> int:
    number = _number(text)
    if not number.is_integer() or "." in text:
        _refuse("not a whole number; write digits only")
    if len(text) > 12:
        _refuse("the number is too long; write a year, month or order")
    return int(text)


def _optional_whole(text: str) -> float:
    return float(_whole(text)) if text else math.nan


def _date(text: str) -> str:
    if not (match := _DATE.fullmatch(text)):
        _refuse("not a date; write 2025, 2025-03 or 2025-03-09")
    year, month, day = (int(part) if part else 0 for part in match.groups())
    if not 1900 <= year <= 2200:
        _refuse("the year of the date is not between 1900 and 2200")
    if match[2] and not 1 <= month <= 12:
        _refuse("the month of the date is not between 01 and 12")
    if match[3] and not 1 <= day <= calendar.monthrange(year, month)[1]:
        _refuse(f"the month has only {calendar.monthrange(year, month)[1]} days")
    return text


def _optional_date(text: str) -> str:
    return _date(text) if text else text


def _url(text: str) -> str:
    if text and not re.fullmatch(r"https?://[^\s<>\"'`\\]+", text):
        _refuse("not a web address; it starts with http:// or https:// and has no blanks or quotes")
    return _clean(text)


def between(low: int, high: int, what: str) -> Callable[[str], int]:
    """Make a check for whole numbers within limits."""

    def check(text: str) -> int:
        if not low <= (number := _whole(text)) <= high:
            _refuse(f"{what} lies between {low} and {high}")
        return number

    return check


def one_of(*words: str) -> Callable[[str], str]:
    """Make a check for words of a closed list."""

    def check(text: str) -> str:
        if text not in words:
            what = f"unknown word{closest(text, words)}" if text else "the cell is empty"
            _refuse(f"{what.rstrip('?')}; allowed are {', '.join(words)}")
        return text

    return check


def unit(*words: str) -> Callable[[str], str]:
    """Make a check for units: a word of a closed list, or one in words of its own, with a blank.

    The blank tells a unit such as "kt CO2" from a slip of the pen in a listed word.
    """
    listed = one_of(*words)

    def check(text: str) -> str:
        if re.fullmatch(r"[^\s{}]+( [^\s{}]+)+", text) and len(text) <= _LONGEST_UNIT:
            return _text(text)
        try:
            return listed(text)
        except PydanticCustomError as error:
            _refuse(f"{error.message()}, or a unit in two words or more, like kt CO2")

    return check


def target_unit(*units: str) -> Callable[[str], str]:
    """Make a check for the unit of a target: of a list, a multiple of any year, or none."""
    listed = unit("", *units)

    def check(text: str) -> str:
        if base_of_unit(text) is not None:
            return text
        if text.startswith("pct_of_"):
            _refuse("a multiple names its base year in four digits, like pct_of_2020")
        return listed(text)

    return check


def language(text: str) -> str:
    """Check a language code of two letters."""
    if not re.fullmatch(r"[a-z]{2}", text):
        _refuse("not a language; write two lower-case letters, like zh, en or ja")
    return text


def cell(check: Callable[[str], Any]) -> BeforeValidator:
    """Attach a check to the type of a column."""
    return BeforeValidator(check)


Text = Annotated[str, cell(_text)]
OptionalText = Annotated[str, cell(_optional_text)]
Identifier = Annotated[str, cell(_identifier)]
Number = Annotated[float, cell(_number)]
OptionalNumber = Annotated[float, cell(_optional_number)]
OptionalWhole = Annotated[float, cell(_optional_whole)]
PartialDate = Annotated[str, cell(_date)]
OptionalDate = Annotated[str, cell(_optional_date)]
Url = Annotated[str, cell(_url)]
Year = Annotated[int, cell(between(1900, 2200, "a year"))]
Months = Annotated[int, cell(between(1, 12, "the number of months"))]
Order = Annotated[int, cell(between(1, 99, "an order"))]
