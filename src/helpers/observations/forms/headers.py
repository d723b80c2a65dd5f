"""The header of a sheet: its rows, what each column is called by them, and years of an era."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile, zip_longest
from typing import NamedTuple

from helpers.observations.forms.annual import ERAS, period_of
from helpers.observations.forms.columns import HAN, Head, names_of, role_names
from helpers.observations.forms.numerals import is_missing, is_number, known_flag
from helpers.observations.forms.sheets import Rows, Sheet

_INNER_BLANK = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
_BARE_YEAR = re.compile(r"(?:FY|CY|Y_?)?(19|20)\d\d年?")
_HEISEI = re.compile(r"H(2\d|3[01])(年度?)?")
_REIWA = re.compile(r"^R(\d|元)$")
_OF_AN_ERA = re.compile(
    r"(?:中[華华])?民[國国](?:紀[元年])?年?度?|年度?|年[別别份次期]|[會会][計计]年度|[學学]年度?|"
    r"(?i:roc year|year ?\(roc\))"
)
"""What years of an era are called."""
_SCHOOL = re.compile("[學学]年")
_SHORT_YEAR = re.compile(r"(\d{1,3})(?:\.0)?(?!\d)(\s*[^\d.,年]{0,4})")
A_YEAR = re.compile(r"\b(19|20)\d\d\b")
_UNTIL = re.compile(r"\b(19|20)\d\d\s*(to\b|[-–—])")
"""A year that a period of several begins with."""
_DESCRIBING = {
    **dict.fromkeys(("", "title", "titel", "libellé", "onderwerp", "series title"), "title"),
    **dict.fromkeys(("cdid", "series id", "idbank", "series code", "mnemonic"), "code"),
    **dict.fromkeys(("preunit", "unit", "units", "unité", "einheit", "eenheid"), "unit"),
    **dict.fromkeys(("period", "période", "perioden", "periode", "date"), "when"),
    **dict.fromkeys((
        "source", "source dataset id", "release date", "next release", "important notes",
        "frequency", "series type", "data type", "type", "collection month", "series start",
        "series end", "no. obs", "publication date", "dernière mise à jour", "description",
    ), "other"),
}  # fmt: skip
"""What a row above the figures says of each column, by the label that it begins with."""


def cells_of(rows: Head, column: int) -> list[str]:
    """Give the cells of a column that hold anything."""
    return [row[column] for _, row in rows if len(row) > column and row[column]]


def tidy(cell: str) -> str:
    """Take blanks out of Chinese words, and line breaks and wide blanks out of all."""
    text = " ".join(cell.replace("\u3000", " ").split())
    return _INNER_BLANK.sub("", text)


def dated(name: str) -> tuple[str, str]:
    """Part the name of a column into a period and other words; ("", name) for one without.

    >>> dated("2016年 R&D经费"), dated("GDP 2016"), dated("2016 forecast"), dated("Rank")
    (('2016年', 'R&D经费'), ('2016', 'GDP'), ('2016 forecast', ''), ('', 'Rank'))
    """
    if period_of(name):
        return name, ""
    first, _, rest = name.partition(" ")
    if rest == f"[{first}]" and period_of(first):
        return first, ""
    if rest and period_of(first):
        return first, rest
    rest, _, last = name.rpartition(" ")
    if not rest or _UNTIL.search(rest) or not _BARE_YEAR.fullmatch(last):
        return "", name
    marked = f"{last} {rest.casefold()}"
    return (marked, "") if period_of(marked) else (last, rest)


def header_of(head: Head, year_column: str = "") -> tuple[Head, list[str], Head, int] | None:
    """Give the lines above the header, its names, the rows below, and the last row's number."""
    wanted = year_column.casefold()
    if not wanted and (found := _labelled(head)):
        return found
    for place, (_, row) in enumerate(head):
        down = [i for i, name in enumerate(row) if role_names(name) & names_of("year")]
        if wanted:
            down = [i for i, name in enumerate(row) if name.casefold() == wanted]
        below = head[place + 1 :]
        if any(
            periods_below(below, i) and (_years_down(below, i) or not _all_periods(below[0][1]))
            for i in down
        ):
            return _joined(head, place, down[0])
        if wanted:
            continue
        periods = [i for i, cell in enumerate(row) if period_of(cell)]
        several = len({row[i] for i in periods}) > 1
        if several and not _years_down(head[max(0, place - 2) :], periods[0]):
            return _joined(head, place, None)
    for place, (_, row) in enumerate(head[:-2]):
        # Years down a first column without a name.
        if not wanted and not period_of(row[0]) and any(row[1:]):
            cells = [below[0] for _, below in head[place + 1 :]]
            if len(cells) > 1 and all(period_of(cell) for cell in cells[:3]):
                return _joined(head, place, 0)
    for place, (_, row) in enumerate(head[:-1]):
        cells = [cell for _, below in head[place + 1 : place + 3] for cell in below]
        if not wanted and _of_one_year(row) and any(map(is_number, cells)):
            return _joined(head, place, None)
    for place, (_, row) in enumerate(head[:-1]):
        # Years within the names of columns, such as `GDP 2016`.
        if not wanted and len({dated(cell) for cell in row if dated(cell)[0]}) > 1:
            return _joined(head, place, None)
    return None


def _years_down(rows: Head, column: int) -> bool:
    """Say whether years follow each other down a column, where figures beside look like years."""
    found = [period.year for cell in cells_of(rows[:6], column) if (period := period_of(cell))]
    steps = [later - year for year, later in pairwise(found)]
    return any(steps) and (min(steps) >= 0 or max(steps) <= 0) and max(map(abs, steps)) <= 10


def _all_periods(row: Sequence[str]) -> bool:
    """Say whether a row holds several periods and nothing else: years across below their name."""
    cells = {cell for cell in row if cell}
    return len(cells) > 1 and all(map(period_of, cells))


def _labelled(head: Head) -> tuple[Head, list[str], Head, int] | None:
    """Read a header that describes each column in a row of its own: title, code, unit and so on."""
    first = next((i for i, (_, row) in enumerate(head) if period_of(row[0])), 0)
    cells, start = [row[0] for _, row in head[first:]], first
    width = max((len(row) for _, row in head[first:]), default=0)
    filled = [sum(map(bool, row[1:])) for _, row in head[:first]]
    labels = [row[0].strip(":").casefold() for _, row in head[:first]]
    while start and (labels[start - 1] in _DESCRIBING or filled[start - 1]):
        start -= 1
    told = [(labels[i], head[i][1]) for i in range(start, first)]
    # In a table of several columns a row with one cell says something of the whole file.
    whole = [i for i in range(start, first) if filled[i] >= min(2, width - 1)]
    if sum(labels[i] != "" and labels[i] in _DESCRIBING for i in whole) < 2 or not (
        len(cells) > 1 and all(map(period_of, cells[:3]))
    ):
        return None
    parts = {what: [row for label, row in told if _DESCRIBING.get(label, "title") == what]
             for what in ("title", "code", "unit", "when")}  # fmt: skip
    if parts["title"] and not parts["unit"]:
        parts["unit"] = parts["when"]  # what stands beside the name of the years
    names = ["period"]
    for i in range(1, width):
        own = {
            what: " ".join(row[i] for row in rows if len(row) > i and row[i])
            for what, rows in parts.items()
        }
        name = own["title"] or own["code"]
        unit, code = f" ({own['unit']})" * bool(own["unit"]), f" [{own['code']}]"
        names.append(name + unit + code * bool(own["code"] and own["title"]))
    dates = [(n, row[:2]) for n, row in head[start:first] if "date" in row[0].casefold()]
    return [*head[:start], *dates], names, head[first:], head[first - 1][0]


def _of_one_year(row: Sequence[str]) -> bool:
    """Say whether a row holds one year beside names alone: the header of a single year."""
    periods = [period for cell in row if (period := period_of(cell))]
    others = [cell for cell in row if not is_missing(cell) and not period_of(cell)]
    wordy = bool(others) and not any(is_number(cell) for cell in others)
    return wordy and len(periods) == 1 and not periods[0].part


def periods_below(rows: Head, column: int) -> bool:
    """Say whether the next cells of a column are periods; names of columns may come before."""
    return any(map(period_of, cells_of(rows[:6], column)[:3]))


def _joined(head: Head, place: int, year: int | None) -> tuple[Head, list[str], Head, int]:
    """Join the rows of a header: names of columns may stand in several, the upper ones merged."""
    for other in (place - 1, place + 1) if year is None else ():
        if 0 <= other < len(head) and _flags_beside(head, other, place):
            head, place = _with_flags(head, other, place), min(other, place)
            break
    above = head[place - 1][1] if place else []
    start = place - (year is None and place > 0 and _names_over_years(*head[place - 1 : place + 1]))
    if year is None and start == place and _names_keys(above, head[place][1]):
        number, row = head[place]
        row = [own or name for own, name in zip_longest(row, above, fillvalue="")]
        head = [*head[:place], (number, row), *head[place + 1 :]]
    if year is not None and place and _groups_over(above, head[place][1]):
        start = place - 1
    elif year is not None and place and sum(map(bool, head[place][1])) == 1 < sum(map(bool, above)):
        start = place - 1  # the names of what stands across, over that of the years
        while start and sum(map(bool, head[start - 1][1])) >= sum(map(bool, above)):
            start -= 1
    rows = list(head[start : place + 1])
    while start + len(rows) < len(head):
        _, row = head[start + len(rows)]
        if year is not None:
            goes_on = len(row) > year and not period_of(row[year]) and not _holds_numbers(row)
            goes_on = goes_on and (sum(map(bool, row)) > 1 or not row[year])
        else:
            goes_on = start == place and _names_under_years(rows[0][1], row)
        if not goes_on or len(rows) > 3:
            break
        rows.append(head[start + len(rows)])
    names = _stacked([row for _, row in rows], year)
    after = start + len(rows)
    if year is None and after < len(head):
        # A row that names the keys alone, as in `GEO (Labels)` below `TIME`.
        _, row = head[after]
        keys = [i for i, name in enumerate(names) if not period_of(name)]
        alone = any(row) and not any(row[i] for i in range(len(row)) if i not in keys)
        named = [role_names(row[i]) for i in keys if i < len(row) and row[i]]
        if alone and any(own & names_of("area", "area_code", "series") for own in named):
            names = [
                row[i] if i in keys and i < len(row) and row[i] else name
                for i, name in enumerate(names)
            ]
            after += 1
    return head[:start], names, head[after:], head[after - 1][0]


def _groups_over(upper: Sequence[str], names: Sequence[str]) -> bool:
    """Say whether names that are repeated stand below groups: `Coal`, `Gas` below `Use`."""
    own = [name for name in names if name]
    over = [cell for cell in upper if cell]
    wordy = not any(is_number(cell) or period_of(cell) for cell in over)
    repeated = len(set(own)) < len(own) and len(upper) <= len(names)
    return repeated and wordy and len(set(over)) > 1 and not upper[0]


def _flags_beside(head: Head, other: int, place: int) -> bool:
    """Say whether the row over or under the years has words such as `Estimate` for them."""
    pairs = list(zip_longest(head[other][1], head[place][1], fillvalue=""))
    told = {word for word, year in pairs if word and period_of(year)}
    alone = other < place or not any(word for word, year in pairs if not period_of(year))
    marked = (period_of(f"2000 ({word.casefold()})") for word in told)
    return bool(told) and alone and all(marked) and all(known_flag("", word) for word in told)


def _with_flags(head: Head, other: int, place: int) -> Head:
    """Write the word over or under a year behind it; one that was merged is for all its years."""
    made, word = [], ""
    for told, cell in zip_longest(head[other][1], head[place][1], fillvalue=""):
        word = told or word
        made.append(f"{cell} ({word.casefold()})" if word and period_of(cell) else cell or told)
    first, last = sorted((other, place))
    return [*head[:first], (head[last][0], made), *head[last + 1 :]]


def _names_keys(upper: Sequence[str], years: Sequence[str]) -> bool:
    """Say whether the row over the years names the columns before them, which lack a name."""
    first = next((i for i, cell in enumerate(years) if period_of(cell)), 0)
    keys = [name for name, own in zip(upper[:first], years, strict=False) if name and not own]
    over = {name for name, own in zip(upper, years, strict=False) if name and own}
    known = names_of("area", "series", "unit")
    wordy = not any(map(is_number, keys)) and len(over) < 2
    return bool(keys) and wordy and (bool(over) or any(role_names(key) & known for key in keys))


def _holds_numbers(row: Sequence[str]) -> bool:
    return any(is_number(cell) and not period_of(cell) for cell in row)


def _names_over_years(upper: tuple[int, list[str]], lower: tuple[int, list[str]]) -> bool:
    """Say whether names stand over years that are repeated: each of them begins a group."""
    years = [i for i, cell in enumerate(lower[1]) if period_of(cell)]
    over = [upper[1][i] for i in years if i < len(upper[1]) and upper[1][i]]
    repeated = len({lower[1][i] for i in years}) < len(years)
    return repeated and len(set(over)) > 1 and not any(map(is_number, over))


def _names_under_years(years: Sequence[str], row: Sequence[str]) -> bool:
    under = [cell for top, cell in zip(years, row, strict=False) if period_of(top) and cell]
    repeated = len({top for top in years if period_of(top)}) < sum(map(bool, map(period_of, years)))
    wordy = bool(under) and not any(is_number(c) or is_missing(c) or len(c) < 2 for c in under)
    return wordy and (repeated or "" in years)


def _stacked(rows: Sequence[Sequence[str]], year: int | None) -> list[str]:
    width = max(map(len, rows))
    filled = []
    for number, row in enumerate(rows):
        cells = [*row, *[""] * (width - len(row))]
        for i in range(1, width) if number < len(rows) - 1 else ():
            # A merged cell of a text file leaves blanks behind it.
            if not cells[i] and i != year and any(len(r) > i and r[i] for r in rows[number + 1 :]):
                cells[i] = cells[i - 1]
        filled.append(cells)
    return [
        " ".join(dict.fromkeys(part for part in parts if part))
        for parts in zip(*filled, strict=True)
    ]


def with_eras(sheet: Sheet, era: str) -> Sheet:
    """Write years of an era out: R1 beside H30, or 107 below 民國, or as somebody says.

    Without a word years of three digits are the Republic of China's; fewer may be of any era.
    """
    head = sheet.head()
    texts = [cell for _, row in head for cell in row]
    if any(map(_HEISEI.fullmatch, texts)):
        return _rewritten(sheet, lambda i, j, cell: _REIWA.sub(r"令和\1", cell))
    told = bool(era) or any("民國" in text or "民国" in text for text in texts)
    line = short_years(head, told=told and header_of(head) is None)
    if line is None or not (told or line.last > 99):
        return sheet
    own, suffix = ERAS[era or "roc"], "學年度" if _SCHOOL.search(line.name) else "年"

    def written(row: int, column: int, cell: str) -> str:
        here = row == line.row if line.column is None else column == line.column
        found = _SHORT_YEAR.fullmatch(cell) if here else None
        return f"{own}{found[1]}{suffix}{found[2]}" if found else cell

    return _rewritten(sheet, written)


def _rewritten(sheet: Sheet, written: Callable[[int, int, str], str]) -> Sheet:
    def rows() -> Rows:
        for number, row in sheet.rows():
            yield number, [written(number, i, cell) for i, cell in enumerate(row)]

    return replace(sheet, rows=rows)


class _ShortYears(NamedTuple):
    """Years of fewer than four digits: what they are called, where they stand, and the last."""

    name: str
    row: int
    column: int | None
    """None where they stand across."""
    last: int


def short_years(head: Head, *, told: bool) -> _ShortYears | None:
    """Find numbers that count up or down below, or right of, a name of years.

    Where somebody told that years are of an era, what stands left of them may have any name.
    """
    for place, (number, row) in enumerate(head):
        for i, name in enumerate(map(tidy, row)):
            named = bool(_OF_AN_ERA.fullmatch(name))
            lines: list[tuple[int | None, list[str]]] = []
            lines += [(i, cells_of(head[place + 1 :], i))] * named
            lines += [(None, [cell for cell in row[i + 1 :] if cell])] * (named or (told and not i))
            for column, cells in lines:
                short = takewhile(bool, map(_SHORT_YEAR.fullmatch, cells))
                found = [int(own[1]) for own in short if own]
                steps = [later - year for year, later in pairwise(found)]
                whole = column is not None or len(found) == len(cells)
                if (
                    whole
                    and any(steps)
                    and (0 <= min(steps) <= max(steps) < 6 or -6 < min(steps) <= max(steps) <= 0)
                ):
                    return _ShortYears(name, number, column, max(found))
    return None
