"""Figures out of tables: what stands over and beside a number makes a sentence of it.

The sentence is read as prose is, so that a table knows no subject, unit or period that prose does
not.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import replace

from helpers.publications.chinese import read_chinese
from helpers.publications.documents import Grid
from helpers.publications.english import read_english
from helpers.publications.script import Reading, Setting, normalise

_VALUE = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?%?")
_YEAR = re.compile(r"(?:19|20)\d\d年?(?:底|末)?|(?:FY)?(?:19|20)\d\d")
_UNIT = re.compile(
    r"[（(]\s*(?:单位[：:]?)?\s*(?P<u>万?亿元|万元|亿元?|%|％|万?件|万?[家户个项]|万?人年|件/万人|"
    r"(?:100 million|billion|trillion|million) (?:yuan|RMB)|percent)\s*[）)]"
    r"|单位\s*[：:]?\s*(?P<v>万?亿元|万元|%|万?件|万?[家户个])"
)
_HAN = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile("[A-Za-z]{3}|[\u4e00-\u9fff]")
_TRANSLATED = re.compile(r"(?<=[\u4e00-\u9fff]) ?[A-Z][a-z][\w .,'()/-]*$")
"""What a label in two languages adds in the second."""
_TOTAL = re.compile(r"[合总]计|全部|[Gg]rand [Tt]otal|[Tt]otal|[Nn]ational")
_SO_FAR = re.compile(r"累计|[Yy]early|[Cc]umulative|[Tt]o date")
_MONTH_TOLD = re.compile(
    rf"(?P<zh>(?:19|20)\d\d)年(?P<m>\d{{1,2}})月(?!\d|\d*日)"
    rf"|\b(?P<name>{'|'.join(calendar.month_name[1:])}) (?P<en>(?:19|20)\d\d)\b"
)
_GROWTH = re.compile(r"增长|增速|增幅|±|同比|比上年|[Gg]rowth|[Cc]hange")
_UNITS_OF_COLUMN = re.compile(r"(?:计量)?单位|[Uu]nit")


def read_table(grid: Grid, number: int, setting: Setting) -> Iterator[Reading]:
    """Read the figures of a table.

    `grid`: cells as text; of a merged cell the first place holds it, the others are empty.
    `number`: of the table in its publication, from 1: where it stands in the evidence.

    Yields
    ------
    Reading
        Its `start` and `end` are the row and column of the cell, from 1.
    """
    width = max(map(len, grid))
    rows = [[*map(str.strip, row), *[""] * (width - len(row))] for row in grid]
    bodies = (i for i, row in enumerate(rows) if any(map(_is_value, row)))
    head = next(bodies, len(rows))
    labels = _label_columns(rows[head:])
    over, caption = _heading(rows[:head], labels)
    places = setting.places.pattern
    listed = sum(bool(places.match(cell)) for row in rows[head:] for cell in row[:labels])
    # The total of some places is that of what holds them, which only a nation's table is about.
    summed = listed > 1 and setting.area not in setting.places.nations
    beside = [""] * labels
    for at, row in enumerate(rows[head:], head):
        # A label that is left out is that of the row above.
        beside = [
            cell or beside[i] if i < labels - 1 else cell for i, cell in enumerate(row[:labels])
        ]
        named = beside
        for column in range(labels, width):
            if not _VALUE.fullmatch(row[column]):
                if _begins_panel(row[column], column, over):
                    named = [row[column]]
                continue
            above = list(dict.fromkeys(filter(None, (line[column] for line in over))))
            units = [
                cell for cell, line in zip(named, zip(*over, strict=True), strict=False)
                if any(_UNITS_OF_COLUMN.fullmatch(word) for word in line)
            ]  # fmt: skip
            names = [cell for cell in named if cell and cell not in units]
            if summed and any(map(_TOTAL.match, names)):
                continue
            said = _sentence(names, above, units, row[column], caption, setting)
            place = f"table {number}, row {at + 1}, column {column + 1}: "
            for one in _readings(said, setting):
                quote = place + " | ".join([*names, *above, row[column]])
                yield replace(one, start=at + 1, end=column + 1, sentence=quote, rule="table")


def _heading(rows: list[list[str]], labels: int) -> tuple[list[list[str]], str]:
    """Give the lines that stand over the columns of a table, and what stands over it as a whole."""
    over: list[list[str]] = []
    for row in rows:
        over.append(_filled_right(row, labels, over[-1] if over else None))
    titles = [row for row in rows if sum(map(bool, row)) == 1 or _is_of_units(row)]
    caption = " ".join(cell for row in titles for cell in row)
    return [row for row, own in zip(over, rows, strict=True) if own not in titles] or over, caption


def _is_of_units(row: list[str]) -> bool:
    """Say whether a line above a table says nothing but its unit, perhaps in two languages."""
    return any(row) and all(re.search("单位|[Uu]nit:", cell) for cell in row if cell)


def _begins_panel(cell: str, column: int, over: list[list[str]]) -> bool:
    """Say whether a word labels a second panel, beside the first under the same heading."""
    heading = over[-1] if over else []
    return bool(_WORD.search(cell)) and bool(heading) and heading[column] in ("", heading[0])


def _is_value(cell: str) -> bool:
    return bool(_VALUE.fullmatch(cell)) and not _YEAR.fullmatch(cell)


def _label_columns(rows: list[list[str]]) -> int:
    """Count the columns at the left that hold words, or years."""
    width = len(rows[0]) if rows else 0
    for column in range(width):
        cells = [row[column] for row in rows if row[column]]
        if cells and sum(map(_is_value, cells)) * 2 > len(cells):
            return max(column, 1)
    return max(width, 1)


def _filled_right(row: list[str], labels: int, above: list[str] | None) -> list[str]:
    """Let a heading over several columns stand over each that is under the same heading."""
    made: list[str] = []
    for column, cell in enumerate(row):
        goes_on = column > labels and (above is None or above[column] == above[column - 1])
        made.append(cell or (made[-1] if goes_on else ""))
    return made


def _sentence(
    names: list[str], above: list[str], units: list[str], value: str, caption: str, setting: Setting
) -> str:
    if any(map(_HAN.search, names)):
        names = [name for name in names if _HAN.search(name)]
    words = [_TRANSLATED.sub("", word) for word in (*names, *above)]
    if not setting.vocabulary.mentions(" ".join(words), setting.context):
        words.append(_subject(words, names, caption, setting))
    found = [m["u"] or m["v"] for m in map(_UNIT.search, [*words, *units, caption]) if m]
    growth = any(_GROWTH.search(word) for word in words)
    unit = "" if value.endswith("%") else "%" if growth else next(iter([*units, *found]), "")
    plain = [_UNIT.sub("", word).strip() for word in words]
    years = [word for word in plain if _YEAR.fullmatch(word)]
    so_far = [word for word in plain if _SO_FAR.search(word)]
    rest = [word for word in plain if word and word not in (*years, *so_far)]
    month = "" if years else _month(f"{caption} {setting.context}", bool(so_far))
    if setting.vocabulary.language == "zh":
        year = month or "".join(word.rstrip("年底末") + "年" for word in years[:1])
        rest.sort(key=lambda word: bool(_GROWTH.search(word)))
        return f"{year}{''.join(rest)}{'' if growth else '为'}{value}{unit}。"
    year = month or (f" in {years[0]}" if years else "")
    if growth:
        rest = [word for word in rest if not _GROWTH.search(word)]
        return f"{' '.join(rest)}{year} grew {value}{unit.replace('%', ' percent')}."
    number, _, money = unit.partition(" million ")
    unit = f"{number} million {money}" if money else unit
    return f"{' '.join(rest)}{year} was {value} {unit.replace('%', 'percent')}."


def _subject(words: list[str], names: list[str], caption: str, setting: Setting) -> str:
    """Give what a table is about where its rows are only places; "" where it is not told."""
    places = setting.places.pattern
    if not all(places.fullmatch(name) or _TOTAL.fullmatch(name) for name in words[: len(names)]):
        return ""
    for told in (caption, setting.context):
        plain = normalise(told).text
        if found := setting.vocabulary.mentions(plain, plain):
            return plain[found[0].start : found[0].end]
    return ""


def _month(told: str, so_far: bool) -> str:
    """Say which months the figures of a monthly table are of; "" where its heading names none."""
    match = _MONTH_TOLD.search(told)
    if not match:
        return ""
    year = match["zh"] or match["en"]
    number = int(match["m"]) if match["m"] else [*calendar.month_name].index(match["name"])
    name = calendar.month_name[number]
    if match["zh"]:
        return f"{year}年" + ("" if so_far and number == 12 else f"{'1-' * so_far}{number}月")
    if so_far:
        return f" in {year}" if number == 12 else f" from January to {name} {year}"
    return f" in {name} {year}"


def _readings(said: str, setting: Setting) -> Iterator[Reading]:
    script = normalise(said)
    if not setting.vocabulary.mentions(script.text, setting.context):
        return
    reader = read_chinese if setting.vocabulary.language == "zh" else read_english
    yield from reader(script, setting)
