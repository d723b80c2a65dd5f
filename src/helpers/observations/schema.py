"""What each row and cell of the raw tables must look like: text in, typed values out."""

import calendar
import math
import re
import unicodedata
from collections.abc import Callable
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from helpers.observations.forms.annual import FISCAL, period_of
from helpers.problems import closest, runs_as_formula
from helpers.vocabulary import (
    AREA_KINDS,
    COMPARABLE,
    EVERY_SCALE,
    GRADES,
    OPERATORS,
    QUALIFIERS,
    STATUSES,
    USES,
    base_of_unit,
)

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_GROUPED = re.compile(r"-?[0-9]{1,4}(,[0-9]{3,4})+(\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_LOST = re.compile(r"\?{3}|^\?+$")
"""What a program writes that saves Chinese text in an encoding without it."""

_LINE_BREAKS = "\r\n"
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters that show nothing: two names that look alike would differ."""

_LONGEST_NAME = 80
_LONGEST_UNIT = 40
_LONGEST_SHOWN = 200
_LONGEST_NOTE = 5_000
_LONGEST_NUMBER = 24
_LARGEST = 1e15
"""Beyond 15 digits neither a spreadsheet nor a double keeps what was printed."""
_WIDE = str.maketrans("０１２３４５６７８９，．－％", "0123456789,.-%")
"""Digits as a Chinese or Japanese keyboard writes them; no other look-alike is one surely."""
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


def _note(text: str) -> str:
    """Check a text that may have several lines."""
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
    if len(text) > _LONGEST_NOTE:
        _refuse(f"the text has {len(text):,} characters; shorten it to {_LONGEST_NOTE:,}")
    return _clean(text)


def _text(text: str) -> str:
    # A second line of a name would read as a line of its own in an answer.
    if any(character in text for character in _LINE_BREAKS):
        _refuse("the cell holds a line break, which only a note may; write it on one line")
    return _note(text)


def _name(text: str) -> str:
    if len(text) > _LONGEST_SHOWN:
        _refuse(f"the name has {len(text):,} characters; shorten it to {_LONGEST_SHOWN}")
    return _text(text)


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", _text(text)):
        _refuse("an identifier has lower-case letters, digits and underscores only")
    if len(text) > _LONGEST_NAME or _DEVICES.fullmatch(text):
        _refuse(f"an identifier names a file: at most {_LONGEST_NAME} letters, and no device name")
    return text


def _number(text: str) -> float:
    if not text.strip():
        _refuse("the number is empty but required; fill it in")
    if not _NUMBER.fullmatch(text):
        _refuse(f"not a number as printed{_number_mend(text)}")
    if len(text) > _LONGEST_NUMBER or abs(float(text)) >= _LARGEST:
        _refuse(
            "the number is too long: write at most 15 plain digits before the point, and round it"
        )
    return float(text)


def _printed(text: str) -> str:
    """Check a number of which the digits are kept as they were printed."""
    _number(text)
    return text


def _number_mend(text: str) -> str:
    """Say how to write a number; where it can be read in two ways, name both and choose none."""
    simple = text.translate(_WIDE).strip()
    number = simple.removesuffix("%").rstrip()
    if number != simple and len(number) <= _LONGEST_NUMBER and readings_of(number):
        options = " or ".join(readings_of(number))
        return f"; write {options} if the unit of the row is a percentage, without the sign"
    if len(simple) <= _LONGEST_NUMBER and (readings := readings_of(simple)):
        if len(readings) == 1:
            return f"; write {readings[0]}, plain digits with a point, no separator, sign or blank"
        options = " or ".join(readings)
        return f"; write {options}, whichever was printed: a comma can be a point or a separator"
    if simple.lower().lstrip("+-") in ("nan", "inf", "infinity", "na", "n/a", "null", "none", ""):
        return "; leave the whole row out while the figure is unknown"
    if re.fullmatch(r"[0-9.]+ ?[万亿億萬]+.*", simple):
        return "; write the number out in full in the unit of the row"
    return "; write plain digits with a point, like 12950.08"


def readings_of(text: str) -> list[str]:
    """List what a number with commas can mean, the comma as a point first; none for other texts."""
    if _NUMBER.fullmatch(text):
        return [text]
    marks = re.sub(r"[^,.]", "", text)
    readings = []
    if marks.count(",") > 1 and not _GROUPED.fullmatch(text):
        return []
    if marks.count(",") == 1 and not marks.endswith("."):
        readings.append(text.replace(".", "").replace(",", "."))
    if marks.count(".") <= 1 and not marks.endswith(".,"):
        readings.append(text.replace(",", ""))
    return [reading for reading in dict.fromkeys(readings) if _NUMBER.fullmatch(reading)]


def _whole(text: str) -> int:
    number = _number(text)
    if not number.is_integer() or "." in text:
        mend = f"{number:.0f}" if number.is_integer() else "digits only"
        _refuse(f"not a whole number; write {mend}")
    if len(text) > 12:
        _refuse("the number is too long; write a year, month or order")
    return int(text)


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


def _url(text: str) -> str:
    if text and not re.fullmatch(r"https?://[^\s<>\"'`\\]+", text):
        _refuse("not a web address; it starts with http:// or https:// and has no blanks or quotes")
    return _clean(text)


def _checksum(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", text):
        _refuse("not a SHA-256; it has 64 digits and letters from a to f")
    return text


def between(low: int, high: int, what: str) -> Callable[[str], int]:
    """Make a check for whole numbers within limits."""

    def check(text: str) -> int:
        if not low <= (number := _whole(text)) <= high:
            _refuse(f"{what} lies between {low} and {high}")
        return number

    return check


_SIGNS = {">=": "ge", "≥": "ge", ">": "gt", "<=": "le", "≤": "le", "<": "lt", "%": "pct"}
"""What stands elsewhere for a word of a closed list."""


def one_of(*words: str) -> Callable[[str], str]:
    """Make a check for words of a closed list."""

    def check(text: str) -> str:
        if text not in words:
            sign = _SIGNS.get(text.strip(), text)
            what = f"unknown word{closest(sign, words)}" if text else "the cell is empty"
            _refuse(f"{what.rstrip('?')}; allowed are {', '.join(filter(None, words))}")
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


def optional(check: Callable[[str], Any], empty: str | float) -> BeforeValidator:
    """Make a check for cells that may be empty, and say what such a cell means."""
    return BeforeValidator(lambda text: check(text) if text else empty)


Text = Annotated[str, BeforeValidator(_text)]
OptionalText = Annotated[str, optional(_text, "")]
Name = Annotated[str, BeforeValidator(_name)]
OptionalName = Annotated[str, optional(_name, "")]
Note = Annotated[str, optional(_note, "")]
Identifier = Annotated[str, BeforeValidator(_identifier)]
Number = Annotated[float, BeforeValidator(_number)]
OptionalFigure = Annotated[str, optional(_printed, "")]
OptionalNumber = Annotated[float, optional(_number, math.nan)]
PartialDate = Annotated[str, BeforeValidator(_date)]
OptionalDate = Annotated[str, optional(_date, "")]
Url = Annotated[str, BeforeValidator(_url)]
_calendar_year = between(1900, 2200, "a year")


def _year(text: str) -> int:
    period = period_of(text.strip())
    if period and period.fiscal:
        years = f"{period.year} or {period.span}" if period.span else str(period.year)
        _refuse(f"a fiscal year; write {years}, alike in the series, and note: {FISCAL} {text}")
    return _calendar_year(text)


Year = Annotated[int, BeforeValidator(_year)]
Months = Annotated[int, BeforeValidator(between(1, 12, "the number of months"))]
OptionalYear = Annotated[float, optional(between(1900, 2200, "a year"), math.nan)]
_lag = between(0, 60, "the number of months until a release")
Lag = Annotated[int, BeforeValidator(_lag)]
OptionalYearEnd = Annotated[float, optional(between(1, 23, "the month of a year's end"), math.nan)]
OptionalLag = Annotated[float, optional(_lag, math.nan)]
Offset = Annotated[int, BeforeValidator(between(0, 999_999, "a place in a text"))]
Order = Annotated[int, BeforeValidator(between(1, 99, "an order"))]

KINDS = (
    "communique", "yearbook", "bulletin", "work_report", "white_paper", "press_conference",
    "press", "dataset", "policy", "unlocated",
)  # fmt: skip
UNITS = ("cny_100m", "pct", "pct_gdp", "pct_industry", "count", "per_10k")
TARGET_UNITS = (*UNITS, "pct_per_year")

Unit = Annotated[str, BeforeValidator(unit(*UNITS))]


class Record(BaseModel):
    """A row of a raw table; field names are the columns, in the order of the files.

    A column whose field has a default may be missing from a file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Record):
    """A publication."""

    source_id: Identifier
    title: Name
    title_en: Name
    publisher: Name
    kind: Annotated[str, BeforeValidator(one_of(*KINDS))]
    published: OptionalDate
    url: Url
    language: Annotated[str, BeforeValidator(language)]
    grade: Annotated[str, BeforeValidator(one_of(*GRADES))]
    note: Note


class Figure(Record):
    """What is printed of a figure, whether it is used or not."""

    indicator: Text
    area: Text
    year: Year
    months: Months
    value: Number
    unit: Unit
    definition: Text
    status: Annotated[str, BeforeValidator(one_of(*STATUSES))]
    qualifier: Annotated[str, BeforeValidator(one_of(*QUALIFIERS))]
    source_id: Text
    note: Note


class Observation(Figure):
    """A published figure."""

    first_release: OptionalDate = ""
    confirmed: OptionalText = ""


class Indicator(Record):
    """A quantity that is observed."""

    indicator: Identifier
    topic: Identifier
    unit: Unit
    scale: Annotated[str, BeforeValidator(one_of(*EVERY_SCALE))]
    numerator: OptionalText
    denominator: OptionalText
    release_month: Lag
    plausible_min: Number
    plausible_max: Number
    real_growth: OptionalText
    name_en: Name
    name_zh: OptionalName
    name_ja: OptionalName
    description: Text
    phrases_zh: OptionalText = ""
    phrases_en: OptionalText = ""
    year_ends: OptionalYearEnd = math.nan


class Area(Record):
    """A city, province, country or region."""

    area: Identifier
    name_en: Name
    name_zh: OptionalName
    name_ja: OptionalName
    kind: Annotated[str, BeforeValidator(one_of(*AREA_KINDS))]


class Definition(Record):
    """What a figure counts, and from when to when it was counted so."""

    definition: Identifier
    indicator: Text
    first_year: Year
    last_year: Year
    comparable_with_previous: Annotated[str, BeforeValidator(one_of(*COMPARABLE))]
    use: Annotated[str, BeforeValidator(one_of(*USES))]
    release_month: OptionalLag
    description: Text
    set_by: Name
    note: Note
    areas: OptionalText = ""


class Target(Record):
    """A number, or a goal in words, that a plan sets for a year."""

    target_id: Identifier
    plan: Name
    indicator: OptionalText
    area: Text
    target_year: Year
    operator: Annotated[str, BeforeValidator(one_of(*OPERATORS))]
    value: OptionalNumber
    value_high: OptionalNumber
    unit: Annotated[str, BeforeValidator(target_unit(*TARGET_UNITS))]
    base_year: OptionalYear
    stage: Order
    set_on: PartialDate
    source_id: Text
    wording_native: OptionalText
    note: Note
    outlook: OptionalFigure = ""
    outlook_source_id: OptionalText = ""


class Plan(Record):
    """A plan's name in other languages than English."""

    plan: Name
    name_zh: OptionalName
    name_ja: OptionalName


class Measure(Record):
    """A measure of the action plan."""

    measure_id: Identifier
    area_no: Order
    area_en: Name
    area_zh: OptionalName
    area_ja: OptionalName
    name_en: Name
    name_zh: OptionalName
    name_ja: OptionalName
    source_id: Text
    text_read: Annotated[str, BeforeValidator(one_of("yes", "partly", "no"))]
    note: Note


class MeasureIndicator(Record):
    """An indicator that could show what a measure did."""

    measure_id: Text
    indicator: Identifier
    data_grade: Annotated[str, BeforeValidator(one_of("yes", "partial", "no"))]
    note: Note


class WantedIndicator(Record):
    """An indicator that a measure asks for and of which no figure is held."""

    indicator: Identifier
    name_en: Name
    name_zh: OptionalName
    name_ja: OptionalName


class Event(Record):
    """A dated event that may have moved a series."""

    event_id: Identifier
    date: PartialDate
    name_en: Name
    name_zh: OptionalName
    name_ja: OptionalName
    indicators: Text
    source_id: Text
    note: Note


class Quote(Record):
    """Where a figure was read: the words, or where they stand."""

    source_id: Text
    indicator: Text
    area: Text
    year: Year
    months: Months
    definition: Text
    status: Annotated[str, BeforeValidator(one_of(*STATUSES))]
    file: Text
    start: Offset
    end: Offset
    checksum: Annotated[str, BeforeValidator(_checksum)]
    rule: Text
    sentence: OptionalText


class Rejected(Figure):
    """A figure that was read but is not used, with the reason."""

    indicator: Identifier
    reason: Text


OBSERVATIONS = "observations"

MODELS: dict[str, type[Record]] = {
    "sources": Source,
    "indicators": Indicator,
    "areas": Area,
    "definitions": Definition,
    "targets": Target,
    "plans": Plan,
    "measures": Measure,
    "measure_indicators": MeasureIndicator,
    "wanted_indicators": WantedIndicator,
    "events": Event,
    "rejected": Rejected,
    OBSERVATIONS: Observation,
    "quotes": Quote,
}
OPTIONAL_COLUMNS = frozenset(
    name
    for model in MODELS.values()
    for name, field in model.model_fields.items()
    if not field.is_required()
)
"""Columns that a file may leave out; a cell of one that is not there is empty."""

MAY_LACK = ("plans", "quotes")
"""Tables whose file may be missing: names in other languages, and where figures were read."""

KEYS: dict[str, tuple[str, ...]] = {
    "sources": ("source_id",),
    "indicators": ("indicator",),
    "areas": ("area",),
    "definitions": ("definition",),
    "targets": ("target_id",),
    "plans": ("plan",),
    "measures": ("measure_id",),
    "measure_indicators": ("measure_id", "indicator"),
    "wanted_indicators": ("indicator",),
    "events": ("event_id",),
    "rejected": tuple(Rejected.model_fields),
    OBSERVATIONS: ("indicator", "area", "year", "months", "definition", "status", "source_id"),
    "quotes": tuple(name for name in Quote.model_fields if name not in ("rule", "sentence")),
}
"""What makes a row of a table one of a kind; a rejected figure may have several reasons."""
