"""Periods as they are printed, and series of months, quarters or days as one figure a year."""

import re
from collections.abc import Iterable
from decimal import Decimal, localcontext
from typing import NamedTuple

WAYS = ("mean", "last", "sum")
SPANS = ("first", "last")
FISCAL = "fiscal year"
"""How the note of a figure begins whose year is no calendar year."""
_YEAR = r"((?:1[0-9]|20|21|22)\d\d)"
_ANNUAL = re.compile(
    rf"(?:YR|CY)?\s*{_YEAR}(?:\.0+)?\s*(?:年度?|\s*\[YR\d{{4}}\]|-A1)?\s*"
    r"(?P<flag>[a-z*]|\([a-zA-Z0-9]{1,3}\))?"
)
_SPAN = re.compile(rf"(?:FY\s*)?{_YEAR}\s*[-/–]\s*(\d\d(?:\d\d)?)(?:年度?)?")
_FISCAL = re.compile(rf"FY\s*(?:{_YEAR}|['’]?(\d\d))")
_PARTS = (
    re.compile(rf"{_YEAR}[-/.](\d\d?)[-/.]\d\d?(?:[T ][\d:.Z+]*)?"),
    re.compile(rf"(?P<after>\d\d?)[-/.]\d\d?[-/.]{_YEAR}(?: [\d:.]*)?"),
    re.compile(rf"{_YEAR}-?\s?((?:Q|M|S|H|W|B)\d\d?|\d\d|-\d\d)", re.IGNORECASE),
    re.compile(rf"{_YEAR}年(\d\d?月(?:\d\d?日)?|[1-4一二三四]季度?)"),
    re.compile(rf"(?P<after>[A-Z][a-z]{{2,8}})[-\s.]+{_YEAR}"),
)

_OLDEST = 60
"""FY61 to FY99 are years of the last century."""


class Period(NamedTuple):
    """A printed period."""

    year: int
    part: str = ""
    """The day, month or quarter as printed; "" for the whole year."""
    span: int = 0
    """The last year of a period over two years, such as 2016/17; else 0."""
    fiscal: str = ""
    """A fiscal year as printed, such as 2016/17 or FY2017; else ""."""


def period_of(text: str) -> Period | None:
    """Read a cell as a period; None if it is none.

    >>> period_of("2016 [YR2016]").year, period_of("2016Q3").part, period_of("2016/17").span
    (2016, '2016Q3', 2017)
    """
    if found := _ANNUAL.fullmatch(text):
        return Period(int(found[1]))
    if found := _FISCAL.fullmatch(text):
        short = int(found[2] or 0)
        year = int(found[1]) if found[1] else short + (1900 if short > _OLDEST else 2000)
        return Period(year, fiscal=text)
    if found := _SPAN.fullmatch(text):
        first, second = int(found[1]), found[2]
        last = int(second) if len(second) == 4 else first // 100 * 100 + int(second)
        last += 100 * (last < first)
        if last == first + 1:
            return Period(first, "", last, text)
    for form in _PARTS:
        if found := form.fullmatch(text):
            own = next(g for g in found.groups() if g and re.fullmatch(_YEAR, g))
            return Period(int(own), text)
    return None


def in_one(values: Iterable[str], way: str) -> str:
    """Make one figure of those of a year: their `mean`, the `last`, or their `sum`, exactly.

    A mean has two decimals more than what it is the mean of.
    """
    numbers = [Decimal(value) for value in values]
    if way == "last":
        return format(numbers[-1], "f")
    with localcontext() as context:
        context.prec = 40
        total = sum(numbers, Decimal(0))
        if way == "sum":
            return format(total, "f")
        places = max(0, *(-int(n.as_tuple().exponent) for n in numbers)) + 2
        return format((total / len(numbers)).quantize(Decimal(1).scaleb(-places)), "f")
