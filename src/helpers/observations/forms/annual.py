"""Periods as they are printed, and series of months, quarters or days as one figure a year."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, localcontext
from math import isnan
from typing import NamedTuple

import pandas as pd

WAYS = ("mean", "last", "sum")
SPANS = ("first", "last")
FISCAL = "fiscal year"
"""How the note of a figure begins whose year is no calendar year."""
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTHS_ELSEWHERE = {
    "januar": 1, "januari": 1, "janvier": 1, "enero": 1, "jän": 1, "jänner": 1, "februar": 2,
    "februari": 2, "février": 2, "febrero": 2, "märz": 3, "mrz": 3, "maart": 3, "mars": 3,
    "marzo": 3, "avril": 4, "abril": 4, "mai": 5, "mei": 5, "mayo": 5, "juni": 6, "juin": 6,
    "junio": 6, "juli": 7, "juillet": 7, "julio": 7, "augustus": 8, "août": 8, "agosto": 8,
    "septembre": 9, "septiembre": 9, "oktober": 10, "okt": 10, "octobre": 10, "octubre": 10,
    "novembre": 11, "noviembre": 11, "dezember": 12, "dez": 12, "decembre": 12, "décembre": 12,
    "diciembre": 12,
}  # fmt: skip
"""In German, Dutch, French and Spanish, where they are not written or cut as in English."""
DATED, PARTIAL = 0, -1
"""How many there are in a year of dates, whose frequency they tell together, and of part-years."""
_YEAR = r"((?:1[0-9]|20|21|22)\d\d)"
_MARKS = "¹²³⁴⁵⁶⁷⁸⁹①②③④⑤⑥⑦⑧⑨"
_WORDS = (
    r"prov(?:\.|isional)?|prel(?:\.|im\.?|iminary)?|est(?:\.|imated?|imates)?|rev(?:\.|ised)?|actual"
    r"|outturn|fore(?:cast|casts)|proj(?:\.|ected|ections?)|budget|plan(?:ned)?|targets?|初步(?:核算|统计)?数?|快报数?|修订数?|最终核实数?|预计数?|预测数?|速報値?"
    r"|見込み?|推計|予測"
)
_FLAG = rf"(?P<flag>[a-zEPFRBA#]|\*+|[{_MARKS}]+\)?|\d\)|{_WORDS}|[(\[](?:\w|\d\d|{_WORDS})[)\]])"
_ANNUAL = re.compile(
    rf"(?:YR|CY|Y_?|X)?\s*{_YEAR}(?:\.0+)?\s*(?:年度?[末底]?|년|\s*\[YR\d{{4}}\]|-A1|JJ00)?(?:\s*年?1[-—–~～至]12月)?\s*"
    rf"{_FLAG}?"
)
_NAMED = r"(?:(?:FY|AY|SY|(?i:(?:fiscal|financial|academic|school|tax)\s+year))\s*)?"
_SPAN = re.compile(
    rf"{_NAMED}{_YEAR}(?:\s*[-/–—~～至]\s*|\s+to\s+|(?<=19\d\d)|(?<=20\d\d))(\d\d(?:\d\d)?)"
    rf"\s*(?:[学學]?年度?)?\s*{_FLAG}?"
)
_SHORT_SPAN = re.compile(rf"(?:FY|AY|SY)\s*['’]?(\d\d)\s*[-/–—]\s*['’]?(\d\d)\s*{_FLAG}?")
_TWO_YEARS = re.compile(
    rf"(?:\d\d? )?[A-Z][a-z]{{2,8}}\.? {_YEAR}\s*(?:to|[-–])\s*"
    r"(?:\d\d? )?[A-Z][a-z]{2,8}\.? (\d{4})"
)
_FISCAL = re.compile(
    rf"FY\s*(?:{_YEAR}|['’]?(\d\d))\s*{_FLAG}?|{_YEAR}(?:/ ?4- ?3\.?|\s*[学學]年度?)"
)
_ENDED = re.compile(
    r"(?i:(?:fiscal |financial )?year|12 months|twelve months)\s+(?i:ended|ending|to)\s+"
    rf"(?:\d\d?\s+)?([A-Z][a-z]{{2,8}})\.?\s+(?:\d\d?,\s*)?{_YEAR}\s*{_FLAG}?"
)
_AT_THE_END = re.compile(r"(?:as (?:at|of)|at|(?:at )?(?:the )?end(?: of)?)[- ](?=.*\d{4})", re.I)
_ERA = re.compile(
    r"((?:中[華华])?民[國国]|明治|大正|昭和|平成|令和|[SH](?=\d\d)|R(?=\d\d)|(?=1\d\d[學学]?年))\s*(元|\d{1,3})"
    rf"\s*([學学]?年度?)?\s*{_FLAG}?"
)
_ERAS = {"民國": 1911, "民国": 1911, "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988}
_ERAS |= {"令和": 2018, "S": 1925, "H": 1988, "R": 2018, "": 1911}
_MONTH = r"(?P<word>[A-Z](?:[a-zäéû]{2,9}|[A-Z]{2,8}))"
_PARTS = (
    re.compile(rf"{_YEAR}[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)(?:[T ][\d:.Z+]*)?"),
    re.compile(rf"(?P<first>\d\d?)[-/.](?P<second>\d\d?)[-/.]{_YEAR}(?: [\d:.]*)?"),
    re.compile(rf"(?P<day>\d\d?)[-.\s]+{_MONTH}[-\s]+{_YEAR}"),
    re.compile(rf"{_MONTH}[.\s]+(?P<day>\d\d?),?\s+{_YEAR}"),
    re.compile(rf"{_YEAR}[-\s]{{0,3}}(?P<kind>[QMSHWB]|MM|KW)(?P<place>\d\d?)", re.IGNORECASE),
    re.compile(rf"(?P<kind>[QHS])(?P<place>\d)[-\s/]{{0,3}}{_YEAR}"),
    re.compile(rf"(?P<place>\d)(?P<kind>[QH])[-\s/]{{0,3}}{_YEAR}"),
    re.compile(rf"{_YEAR}:(?P<quarter>[1-4])"),
    re.compile(rf"{_YEAR}(?:[-/]?|\s)(?P<month>\d\d)"),
    re.compile(rf"{_YEAR}年\s*(?P<month>\d\d?)月(?:(?P<day>\d\d?)日)?"),
    re.compile(rf"{_YEAR}年\s*第?(?P<quarter>[1-4一二三四])季度?"),
    re.compile(rf"{_YEAR}年\s*\d\d?[-—–~～至](?P<until>\d\d?)月"),
    re.compile(rf"{_MONTH}[-\s.]+{_YEAR}"),
    re.compile(rf"{_MONTH}-(?P<short>\d\d)"),
    re.compile(rf"{_YEAR}[-\s]+{_MONTH}"),
)
_OF_YEAR = re.compile(
    r"(?P<word>[A-Za-zäéû]{3,9})\.?|(?P<kind>[QMSH]|HALF)\s*(?P<place>\d\d?)|(?P<place2>\d)(?P<kind2>[QH])"
    r"|(?P<month>\d\d?)月份?|第?(?P<quarter>[1-4一二三四])季度?",
    re.IGNORECASE,
)
_WHOLE = (
    "annual",
    "annual average",
    "average",
    "year",
    "ann",
    "m13",
    "j-d",
    "全年",
    "合计",
    "total",
)
_EVERY = {"Q": 4, "M": 12, "S": 2, "H": 2, "W": 52, "B": 6}
_WEEK, _HALF_YEAR, _LEAST_DAYS = 6, 200, 200
_DISTANCES = ((9, 52), (18, 26), (45, 12), (75, 6), (110, 4), (150, 3), (_HALF_YEAR, 2))
"""Days from one date to the next, and how many dates a year has then."""
ERAS = {"roc": "民國", "reiwa": "令和", "heisei": "平成", "showa": "昭和"}
"""Eras by which a column of years may count without a word."""
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
    mark: str = ""
    """A flag or footnote behind the year, which all its figures have; else ""."""
    place: int = 0
    """The place of a part within its year, for their order."""
    every: int = DATED
    """How many such parts a year has; `DATED` for a day, `PARTIAL` for months that are no year."""


def period_of(text: str) -> Period | None:
    """Read a cell as a period; None if it is none.

    >>> period_of("2016 [YR2016]").year, period_of("Q3 2016").place, period_of("2016/17").span
    (2016, 3, 2017)
    >>> period_of("民國112年").year, period_of("令和5年").year, period_of("2017(p)").mark
    (2023, 2023, 'p')
    """
    if len(text) > 40 or not (any(map(str.isdigit, text)) or "元" in text):
        return None
    if not text.isascii():
        text = "".join(c if c in _MARKS else unicodedata.normalize("NFKC", c) for c in text)
    text = _AT_THE_END.sub("", text)
    if re.match(r"\d \d \d \d", text):
        text = re.sub(r"(?<=\d) (?=\d)", "", text)
    if found := _ANNUAL.fullmatch(text):
        return Period(int(found[1]), mark=_mark(found))
    if found := _FISCAL.fullmatch(text):
        short, own = int(found[2] or 0), found[1] or found[4]
        return Period(int(own) if own else _century(short), fiscal=_bare(found), mark=_mark(found))
    if found := _ENDED.fullmatch(text):
        calendar = found[1][:3] == "Dec"
        return Period(int(found[2]), fiscal="" if calendar else _bare(found), mark=_mark(found))
    if found := _ERA.fullmatch(text):
        year = _ERAS[found[1].removeprefix("中華").removeprefix("中华")]
        year += 1 if found[2] == "元" else int(found[2])
        fiscal = found[3] not in (None, "年")
        return Period(year, fiscal=_bare(found) if fiscal else "", mark=_mark(found))
    if (found := _SHORT_SPAN.fullmatch(text)) and (int(found[1]) + 1) % 100 == int(found[2]):
        first = _century(int(found[1]))
        return Period(first, "", first + 1, _bare(found), _mark(found))
    if (found := _TWO_YEARS.fullmatch(text)) and int(found[2]) == int(found[1]) + 1:
        return Period(int(found[1]), "", int(found[2]), text)
    if found := _SPAN.fullmatch(text):
        first, second = int(found[1]), found[2]
        last = int(second) if len(second) == 4 else first // 100 * 100 + int(second)
        last += 100 * (last < first)
        if last == first + 1:
            return Period(first, "", last, _bare(found), _mark(found))
    for form in _PARTS:
        if found := form.fullmatch(text):
            given = found.groupdict()
            own = next((g for g in found.groups() if g and re.fullmatch(_YEAR, g)), "")
            year = int(own) if own else _century(int(given.get("short") or 0))
            if (place := _placed(given)) is not None:
                return Period(year, text, 0, "", "", *place)
    return None


def _bare(found: re.Match[str]) -> str:
    """Give a period as it is printed, without the flag behind it."""
    return found[0][: found.start("flag")].rstrip(" ([") if found["flag"] else found[0]


def _century(short: int) -> int:
    return short + (1900 if short > _OLDEST else 2000)


def _mark(found: re.Match[str]) -> str:
    return (found["flag"] or "").strip("()[]")


def part_of(year: Period, text: str, column: str = "") -> Period | None:
    """Read the name of a month or quarter beside a year, or of the whole year; None if it is none.

    A number alone is one of those that the column is named after.

    >>> part_of(period_of("2016"), "Sept").place, part_of(period_of("2016"), "Annual").part
    (9, '')
    """
    own = text.strip().casefold()
    if own in _WHOLE:
        return year
    if own.isdigit() and column:
        own = f"{'Q' if re.search('(?i)q|trim|季', column) else 'M'}{own}"
    found = _OF_YEAR.fullmatch(own)
    given = found.groupdict() if found else {}
    for name in ("kind", "place"):
        given[name] = given.get(name) or given.pop(f"{name}2", None)
    place = _placed(given) if found else None
    if place is None:
        return None
    return year._replace(part=f"{year.year} {text}", place=place[0], every=place[1])


def _placed(given: dict[str, str | None]) -> tuple[int, int] | None:
    """Give the place of a part within its year, and how many there are; None where it is none."""
    if kind := (given.get("kind") or "").upper():
        kind = {"HALF": "H", "MM": "M", "KW": "Q"}.get(kind, kind)
        place, every = int(given["place"] or 0), _EVERY[kind]
        return (place, every) if 1 <= place <= every + (kind == "W") else None
    if quarter := given.get("quarter"):
        return ("一二三四".find(quarter) + 1 or int(quarter)), 4
    if word := given.get("word"):
        own = word.casefold()
        names = (number for number, name in enumerate(MONTHS, start=1)
                 if own in (name, name[:3], name[:4]))  # fmt: skip
        month, day = next(names, _MONTHS_ELSEWHERE.get(own, 0)), int(given.get("day") or 0)
        if not month:
            return None
        return (month * 32 + day, DATED) if 1 <= day <= 31 else (month, 12)
    if until := given.get("until"):
        return int(until), PARTIAL
    month, day = int(given.get("month") or 0), int(given.get("day") or 0)
    if first := given.get("first"):
        month, day = int(first), int(given["second"] or 0)
        month, day = (day, month) if month > 12 else (month, day)
    if not 1 <= month <= 12 or day > 31:
        return None
    return (month * 32 + day, DATED) if day else (month, 12)


def whole_years(periods: pd.DataFrame) -> pd.Series:
    """Say of each figure whether its year is whole: every month, quarter, week or day is there.

    Parameters
    ----------
    periods : DataFrame
        A row a figure: `one` (the series and area), `year`, `place` and `every` as in `Period`.
        Of dates their distance tells how many a year has; days of a market leave out some.
    """
    counts = periods.groupby(["one", "year"])["place"].transform("nunique")
    needed = periods["every"].astype(float)
    dated = periods["every"].eq(DATED)
    if dated.any():
        parts = {"year": periods["year"], "month": periods["place"] // 32}
        days = pd.to_datetime({**parts, "day": periods["place"] % 32}, errors="coerce")
        ordered = periods.assign(day=days)[dated].sort_values(["one", "day"])
        gaps = ordered.groupby("one")["day"].diff().dt.days
        usual = gaps.groupby(ordered["one"]).median()
        usual = usual.fillna(usual.min())  # a single date is read as the others of the file are
        most = counts[dated].groupby(periods["one"]).max()
        per_year = {one: _per_year(gap, most[one]) for one, gap in usual.items()}
        needed = needed.mask(dated, periods["one"].map(per_year))
    return counts.ge(needed) & needed.gt(0)


def _per_year(gap: float, most: int) -> float:
    """Say how many dates a whole year has that lie so many days apart; `most` that any has."""
    if isnan(gap) or gap > _HALF_YEAR:
        return 1
    if gap < _WEEK:  # of markets, which rest at times
        return max(_LEAST_DAYS, 0.94 * most)
    return next(every for days, every in _DISTANCES if gap <= days)


def in_one(values: Iterable[str], way: str) -> str:
    """Make one figure of those of a year: their `mean`, the `last`, or their `sum`, exactly.

    A mean has two decimals more than what it is the mean of.
    """
    numbers = [Decimal(value) for value in values]
    if way == "last" or len(numbers) == 1:
        return format(numbers[-1], "f")
    with localcontext() as context:
        context.prec = 40
        total = sum(numbers, Decimal(0))
        if way == "sum":
            return format(total, "f")
        places = max(0, *(-int(n.as_tuple().exponent) for n in numbers)) + 2
        return format((total / len(numbers)).quantize(Decimal(1).scaleb(-places)), "f")
