"""Where in a sheet the years, values, series and areas stand, whoever laid it out.

Years stand across (a column each), down beside one value column, or down beside a column for each
series. What a column holds is told by its name (`roles.csv`), who made the file by columns that no
other maker has (`forms.csv`) or by the lines above the header.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise, zip_longest

from helpers.observations.forms.annual import Period, part_of, period_of
from helpers.observations.forms.columns import (
    HAN,
    LIKE_A_UNIT,
    Head,
    column_of,
    dimensions_of,
    facts_of,
    geo_names,
    maker_of,
    names_by_role,
    names_of,
    role_names,
)
from helpers.observations.forms.flags import known_flag
from helpers.observations.forms.numerals import is_missing, is_number, multiplier_of
from helpers.observations.forms.sheets import FormError, Rows, Sheet
from helpers.problems import Problem, closest, shown

_INNER_BLANK = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
_HEISEI = re.compile(r"H(2\d|3[01])(年度?)?")
_REIWA = re.compile(r"^R(\d|元)$")
_BARE_YEAR = re.compile(r"(19|20)\d\d年?")
_A_YEAR = re.compile(r"\b(19|20)\d\d\b")
_COUNTERS = ("", "#", "no", "no.", "nr", "line", "index", "id", "row", "unnamed: 0", "序号")
_REMARKS = re.compile(
    r"\b(foot)?notes?\b|\bcomments?\b|\bremarks?\b|annotation|备注|備註|注释|備考"
)
_PACKED = re.compile(r"[\w,;.-]+\\(TIME_PERIOD|time)", re.IGNORECASE)
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
MOST_LOOKED_AT = 2_000
"""Rows from which it is told whether names stand once above blanks."""
_LABELLED = ("sdmx1", "sdmx2", "oecd_old", "eurostat_csv")


@dataclass(frozen=True)
class Choices:
    """What somebody says of a file that it does not say, or not plainly enough."""

    series_column: tuple[str, ...] = ()
    value_column: tuple[str, ...] = ()
    """`series_column`, `value_column`: names of columns; empty to find them."""
    year_column: str = ""
    area_column: str = ""
    decimal: str = ""
    """`point` or `comma`; empty to find out."""
    annual: str = ""
    """How months, quarters or days become a year: one of
    `helpers.observations.forms.annual.WAYS`."""
    span: str = ""
    """Which year 2016/17 is: `first` or `last`."""
    areas_across: bool = False
    """Whether the columns of values are areas of one series."""


@dataclass(frozen=True)
class Layout:
    """What stands where in a sheet; columns are counted from 0."""

    form: str
    title: str
    publisher: str
    """`form`, `title`, `publisher`: whose form it is; a form without a name is a `wide`, `long` or
    `columns` table."""
    scheme: str
    """Which letters its flags are."""
    header: int
    """Number of the last row of the header."""
    names: list[str]
    """The columns as they are named."""
    years: dict[int, str] = field(default_factory=dict)
    """Period of each column, where years stand across."""
    year: int | None = None
    """The column of the periods, where they stand down."""
    part: int | None = None
    """The column of the months or quarters of the years."""
    parts: dict[int, str] = field(default_factory=dict)
    """Columns of values that are months or quarters of the year of their row."""
    values: dict[int, str] = field(default_factory=dict)
    """Columns of values and the series that each is; "" where other columns name it."""
    keys: list[int] = field(default_factory=list)
    """Columns that tell one series from another."""
    naming: frozenset[str] = frozenset()
    """Names of those that name a series even where it is the only one."""
    labels: dict[int, int] = field(default_factory=dict)
    """Where the words for the codes of a key column stand."""
    roles: dict[str, int] = field(default_factory=dict)
    """Columns of area, area_code, unit, flag, multiplier, edition, action, and estimates: the year
    after which figures are."""
    areas: dict[int, str] = field(default_factory=dict)
    """Columns of values and the area that each is of, where they are areas."""
    flags: dict[int, int] = field(default_factory=dict)
    """The column of flags beside a column of values."""
    facts: dict[str, str] = field(default_factory=dict)
    """What lines above the header say: title, unit, published; behind `dim ` what a sheet is of."""
    passed: list[str] = field(default_factory=list)
    """Columns that are not read."""


def recognise(sheet: Sheet, choices: Choices = Choices()) -> tuple[Sheet, Layout]:
    """Find out how a sheet is laid out.

    Returns
    -------
    Sheet, Layout
        The sheet with one key a column, where it was packed.

    Raises
    ------
    FormError
        For a sheet without years, or a column that is chosen and not there.
    """
    sheet = _eras(_unpacked(sheet))
    head = [(number, [tidy(cell) for cell in row]) for number, row in sheet.head()]
    found = _header_of(head, choices)
    if found is None:
        number, row = head[0] if head else (1, [])
        message = (
            "no years were found, neither down a column nor across a row; name the column that "
            "holds them with --year-column"
        )
        raise FormError([Problem(sheet.file, number, "header", " ".join(row), message)])
    above, names, below, last = found
    form, title, publisher, scheme = maker_of(names, above, sheet)
    facts = facts_of(above) | (dimensions_of(above) if form == "eurostat_book" else {})
    layout = Layout(form, title, publisher, scheme, last, names, facts=facts)
    if choices.year_column or _year_column(names, below) is not None:
        layout = _down(sheet, layout, below, choices)
    else:
        layout = _across(layout, below, choices)
    _refuse_unknown(sheet, layout, choices)
    if "area" in layout.roles:
        codes = names_of("area_code") - {"code", "location"}
        keys = [i for i in layout.keys if not role_names(names[i]) & codes]
        layout = replace(layout, keys=keys)
    sheet = _filled_down(sheet, layout)
    own = _all_chosen(names, choices.series_column)
    roles = names_of("series", "series_code")
    own += [i for i in layout.keys if role_names(names[i]) & roles]
    words = [i for i in layout.keys if i != layout.roles.get("unit")]
    plain = layout.form in ("table", "yearbook") and bool(layout.years)
    if plain and not own and not any(layout.values.values()):
        own = words[:1]  # what stands before the years names a series, also where it is alone
    return sheet, replace(layout, naming=frozenset(names[i] for i in own))


def tidy(cell: str) -> str:
    """Take blanks out of Chinese words, and line breaks and wide blanks out of all."""
    text = " ".join(cell.replace("\u3000", " ").split())
    return _INNER_BLANK.sub("", text)


def _unpacked(sheet: Sheet) -> Sheet:
    """Divide the first cell of each row where it packs several keys, as Eurostat's does."""
    head = sheet.head()
    if not head or not _PACKED.fullmatch(head[0][1][0]):
        return sheet

    def rows() -> Rows:
        for number, (first, *others) in sheet.rows():
            yield number, [*(part.strip() for part in first.partition("\\")[0].split(",")), *others]

    return replace(sheet, rows=rows, notes=(*sheet.notes, "packed"))


def _eras(sheet: Sheet) -> Sheet:
    """Write R1 and R2 out as years of Reiwa where H29 or H30 stands beside them."""
    cells = [cell for _, row in sheet.head() for cell in row]
    if not any(_HEISEI.fullmatch(cell) for cell in cells):
        return sheet

    def rows() -> Rows:
        for number, row in sheet.rows():
            yield number, [_REIWA.sub(r"令和\1", cell) for cell in row]

    return replace(sheet, rows=rows)


def _filled_down(sheet: Sheet, layout: Layout) -> Sheet:
    """Repeat what stands once beside several rows, as merged cells leave it: each name but once.

    Where blanks stand for a total, as in Open SDG, names are repeated, or blanks come first.
    """
    figures = [*layout.years, *layout.values]
    keys = sorted({*layout.keys, *(layout.roles.get(r, -1) for r in ("area", "area_code"))} - {-1})
    last = keys[-1] if layout.year is None and keys else layout.year or 0
    width = max(figures + keys, default=0) + 1

    def holds_figures(number: int, row: list[str]) -> bool:
        wide = number > layout.header and len(row) >= width
        return wide and any(is_number(row[i]) for i in figures)

    rows = [
        row for number, row in islice(sheet.rows(), MOST_LOOKED_AT) if holds_figures(number, row)
    ]
    merged = []
    for i in keys:
        cells = [row[i] for row in rows]
        names = [cell for cell in cells if cell]
        alone = [one for one, other in pairwise(cells) if one and other]
        once = len(set(names)) == len(names) > 1 and len(names) < len(cells)
        if i < last and once and cells[0] and not alone:
            merged.append(i)
    if not merged:
        return sheet

    def filled() -> Rows:
        told = dict.fromkeys(merged, "")
        for number, row in sheet.rows():
            row, held = list(row), holds_figures(number, row)
            for i in merged if held else ():
                if row[i]:
                    told |= {later: "" for later in merged if later > i}
                told[i] = row[i] = row[i] or told[i]
            yield number, row

    return replace(
        sheet, rows=filled, notes=(*sheet.notes, "names that stand once are repeated below")
    )


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
    if not rest or _A_YEAR.search(rest) or not _BARE_YEAR.fullmatch(last):
        return "", name
    marked = f"{last} {rest.casefold()}"
    return (marked, "") if period_of(marked) else (last, rest)


def _header_of(head: Head, choices: Choices) -> tuple[Head, list[str], Head, int] | None:
    """Give the lines above the header, its names, the rows below, and the last row's number."""
    wanted = choices.year_column.casefold()
    if not wanted and (found := _labelled(head)):
        return found
    for place, (_, row) in enumerate(head):
        down = [i for i, name in enumerate(row) if role_names(name) & names_of("year")]
        if wanted:
            down = [i for i, name in enumerate(row) if name.casefold() == wanted]
        below = head[place + 1 :]
        if any(_periods_below(below, i) for i in down) and not _all_periods(below[0][1]):
            return _joined(head, place, down[0])
        if wanted:
            continue
        if len({cell for cell in row if period_of(cell)}) >= 2:
            return _joined(head, place, None)
    for place, (_, row) in enumerate(head[:-1]):
        cells = [cell for _, below in head[place + 1 : place + 3] for cell in below]
        if not wanted and _of_one_year(row) and any(map(is_number, cells)):
            return _joined(head, place, None)
    for place, (_, row) in enumerate(head[:-2]):
        # Years down a first column without a name.
        if not wanted and not period_of(row[0]) and len([c for c in row if c]) > 1:
            cells = [below[0] for _, below in head[place + 1 :]]
            if len(cells) > 1 and all(period_of(cell) for cell in cells[:3]):
                return _joined(head, place, 0)
    for place, (_, row) in enumerate(head[:-1]):
        # Years within the names of columns, such as `GDP 2016`.
        if not wanted and len({dated(cell) for cell in row if dated(cell)[0]}) > 1:
            return _joined(head, place, None)
    return None


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
    others = [cell for cell in row if cell and not period_of(cell)]
    wordy = bool(others) and not any(is_number(cell) for cell in others)
    return wordy and len(periods) == 1 and not periods[0].part


def _periods_below(rows: Head, column: int) -> bool:
    """Say whether the next cells of a column are periods; names of columns may come before."""
    cells = [row[column] for _, row in rows[:6] if len(row) > column and row[column]]
    return any(map(period_of, cells[:3]))


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
    if year is not None and place and sum(map(bool, head[place][1])) == 1 < sum(map(bool, above)):
        start = place - 1  # the names of what stands across, over that of the years
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


def _year_column(names: Sequence[str], below: Head) -> int | None:
    for wanted in names_by_role()["year"]:
        for i, name in enumerate(names):
            if wanted in role_names(name) and _periods_below(below, i):
                return i
    cells = [row[0] for _, row in below[:3]]
    across = len({name for name in names if period_of(name)})
    return 0 if len(cells) > 1 and across < 2 and all(map(period_of, cells)) else None


def _down(sheet: Sheet, layout: Layout, below: Head, choices: Choices) -> Layout:
    """Lay out a sheet whose periods stand in a column."""
    names = layout.names
    year = _chosen(names, choices.year_column)
    year = _year_column(names, below) if year is None else year
    assert year is not None
    below = [
        (n, row) for n, row in below if len(row) > year and period_of(tidy(row[year]))
    ] or below
    part = _part_column(names, {year, *_all_chosen(names, choices.series_column)}, below)
    fixed = {year: ""} | ({} if part is None else {part: ""})
    roles = _roles_of(names, fixed, choices, below)
    if layout.form == "oecd_old" and "unit" not in roles:
        measure = column_of(names, "oecd_unit", {**fixed, **dict.fromkeys(roles.values(), "")})
        roles |= {} if measure is None else {"unit": measure}
    value = _all_chosen(names, choices.value_column)
    if not value and layout.form not in ("owid", "fred"):
        one = column_of(names, "value", {**fixed, **dict.fromkeys(roles.values(), "")})
        value = [one] if one is not None else []
    taken = {*fixed, *roles.values(), *value}
    passed = [i for i in range(len(names)) if i not in taken
              and (_is_passed(names[i]) or _counts(names, below, i))]  # fmt: skip
    first = next((i for i, name in enumerate(names) if name and i in value), 0) or next(
        (i for i, name in enumerate(names) if name and i not in taken and _numeric(below, i)), 0
    )
    free = [
        i for i, name in enumerate(names)
        if (name or (year < i < first and any(len(r) > i and r[i] for _, r in below)))
        and i not in {*taken, *passed}
    ]  # fmt: skip
    named = _all_chosen(names, choices.series_column)
    if not value:
        codes = {i for i in free if names[i].casefold().endswith("code")}
        value = [i for i in free if i not in (*named, *codes) and _numeric(below, i)]
        if not value and len(free) == 1:
            value = free
        labels = {i: names[i] for i in value}
    else:
        labels = dict.fromkeys(value, "") if len(value) == 1 else {i: names[i] for i in value}
    parts = {i: name for i, name in labels.items() if part_of(Period(0), name)}
    if len(parts) < 4 or part is not None:
        parts = {}
    labels |= dict.fromkeys(parts, "")
    areas, blank = {}, {i for i in range(len(names)) if not names[i] and not _numeric(below, i)}
    flags = {i: i + 1 for i in value if i + 1 in blank}
    corner = {part.casefold() for part in re.split(r"\s*[\\/|]\s*|\s+(?=TIME$)", names[year])}
    if choices.areas_across or (
        "area" not in roles and (_are_areas(labels.values()) or corner & names_of("area"))
    ):
        areas, labels = labels, dict.fromkeys(labels, "")
    keys = named or [
        i for i in free
        if i not in value and not _measured(below, i) and layout.form not in ("owid", "fred")
    ]  # fmt: skip
    passed += [i for i in free if i not in {*keys, *value}]
    words = _words_of_codes(layout, keys) if layout.form in _LABELLED else {}
    keys = [i for i in keys if i not in words.values()]
    # The words for codes that are no keys, such as those of the status, are no keys either.
    keys = [i for i in keys if i - 1 not in taken or _label_of(names, i - 1, layout) != i]
    keys = [i for i in keys if _label_of(names, i, layout) != roles.get("unit", i)]
    keys, words = _coded(names, keys, words, roles)
    return replace(
        layout, year=year, part=part, parts=parts, values=labels, keys=keys, labels=words,
        roles=roles, areas=areas, flags=flags,
        passed=[names[i] for i in passed if names[i] and i not in words.values()],
    )  # fmt: skip


def _part_column(names: Sequence[str], taken: set[int], below: Head) -> int | None:
    """Give the column that holds months or quarters of the years beside it."""
    for wanted in names_by_role()["part"]:
        for i, name in enumerate(names):
            if i in taken or wanted not in role_names(name):
                continue
            cells = [row[i] for _, row in below if len(row) > i and row[i]]
            if cells and all(part_of(Period(0), cell, name) for cell in cells):
                return i
    return None


def _are_areas(labels: Iterable[str]) -> bool:
    """Say whether columns of values are all named like countries."""
    known = {name.casefold() for name in geo_names().values()}
    own = list(labels)
    return len(own) > 1 and all(name in geo_names() or name.casefold() in known for name in own)


def _label_of(names: Sequence[str], i: int, layout: Layout) -> int | None:
    """Give the column behind one of codes, if it holds their words: `SEX`, `Sex`."""
    if not 0 <= i < len(names) - 1 or layout.form not in _LABELLED:
        return None
    code, word = names[i], names[i + 1]
    return i + 1 if code.isupper() and not word.isupper() else None


def _words_of_codes(layout: Layout, keys: Sequence[int]) -> dict[int, int]:
    labels = ((i, _label_of(layout.names, i, layout)) for i in keys)
    return {i: word for i, word in labels if word is not None and word in keys}


def _coded(
    names: Sequence[str], keys: list[int], words: dict[int, int], roles: dict[str, int]
) -> tuple[list[int], dict[int, int]]:
    """Let the column of a series' code stand for that of its name, and let the unit be a key."""
    name, code = column_of(names, "series"), column_of(names, "series_code")
    if name is not None and code is not None and name in keys and code in keys:
        # What else names series beside them are numbers of chapters, such as 1.1.1.
        chapters = [i for i in keys if i != code and role_names(names[i]) & names_of("series")]
        keys = [i for i in keys if i not in chapters]
        words = {**words, code: name}
    unit = roles.get("unit")
    return keys if unit is None or unit in keys else [*keys, unit], words


def _across(layout: Layout, below: Head, choices: Choices) -> Layout:
    """Lay out a sheet whose periods stand in a row."""
    names = layout.names
    years, values, flags = {}, {}, {}
    for i, name in enumerate(names):
        period, rest = dated(name)
        if period:
            years[i], values[i] = period, "" if role_names(rest) & names_of("year") else rest
        elif not name and i - 1 in years:
            flags[i - 1] = i
    for i in [i for i in years if i and names[i] == f"{names[i - 1]}F"]:
        del years[i], values[i]
        flags[i - 1] = i
    told = Counter(values.values())
    if told[""] > 1:  # a rank or share of the last year, behind all years
        years = {i: text for i, text in years.items() if not values[i] or told[values[i]] > 1}
        values = {i: values[i] for i in years}
    held = [(n, r) for n, r in below if any(is_number(r[i]) for i in years if i < len(r))]
    below = held or below
    roles = _roles_of(names, years, choices, below)
    named = _all_chosen(names, choices.series_column)
    others = [
        i for i in range(len(names))
        if i not in years and i not in roles.values() and i not in flags.values()
        and (names[i] or any(len(row) > i and row[i] for _, row in below))
    ]  # fmt: skip
    # Behind the first year stand changes, ranks and means: what they hold names no series.
    behind = [
        i for i in others
        if (i > min(years, default=0) or _A_YEAR.search(names[i]))
        and (not names[i] or _numeric(below, i))
    ]  # fmt: skip
    passed = [i for i in others if _is_passed(names[i]) or i in behind or _counts(names, below, i)]
    keys = named or [i for i in others if i not in passed]
    if "unit" not in roles:
        # A column without a name that holds units alone, behind that of the names.
        units = (i for i in keys[1:] if not names[i] and _are_units(below, i))
        if (unit := next(units, None)) is not None:
            roles["unit"] = unit
    keys, words = _coded(names, keys, {}, roles)
    return replace(
        layout, years=years, values=values, keys=keys, labels=words, roles=roles, flags=flags,
        passed=[names[i] for i in others if names[i] and i not in {*keys, *words.values()}],
    )  # fmt: skip


def _roles_of(
    names: Sequence[str], taken: Mapping[int, object], choices: Choices, below: Head
) -> dict[str, int]:
    roles = {}
    held = dict(taken)
    chosen = [*choices.series_column, *choices.value_column]
    held |= {i: "" for name in chosen if (i := _chosen(names, name)) is not None}
    if (area := _chosen(names, choices.area_column)) is not None:
        roles["area"] = area
        held[area] = ""
    varying = column_of(names, "area", {**held, **_still(names, below)})
    if "area" not in roles and varying is not None:
        roles["area"] = varying
        held[varying] = ""
    # A column called `scale` may hold anything, as in a table of series and their scales.
    held |= {
        i: "" for i, name in enumerate(names) if name.casefold() == "scale"
        and None in {multiplier_of(row[i]) for _, row in below if len(row) > i}
    }  # fmt: skip
    for role in ("area", "unit", "flag", "multiplier", "edition", "action", "estimates"):
        if role not in roles and (i := column_of(names, role, held)) is not None:
            roles[role] = i
            held[i] = ""
    known = {
        i for i, name in enumerate(names) if role_names(name) & names_of("area_code") - {"code"}
    }
    if "area" not in roles and (known := known - held.keys()):
        named = (i for i, name in enumerate(names) if name.casefold() == "name" and i not in held)
        roles["area"] = next(named, min(known))
        held[roles["area"]] = ""
    if "area" in roles:
        own = names[roles["area"]].casefold()
        code = next((i for i, n in enumerate(names) if n.casefold() == f"{own} (code)"), None)
        code = column_of(names, "area_code", held) if code is None else code
        if code is not None and _one_name_each(below, code, roles["area"]):
            roles["area_code"] = code
    return roles


def _one_name_each(rows: Head, code: int, name: int) -> bool:
    """Say whether each code stands beside one name alone: else it is that of a larger area."""
    pairs = {(row[code], row[name]) for _, row in rows if len(row) > max(code, name)}
    return len(pairs) == len({code for code, _ in pairs})


def _still(names: Sequence[str], below: Head) -> dict[int, str]:
    """Give the columns that hold one text alone, such as an office that is the total of all."""
    cells = {i: {row[i] for _, row in below if len(row) > i} for i in range(len(names))}
    return {i: "" for i, texts in cells.items() if len(texts) < 2}


def _chosen(names: Sequence[str], wanted: str) -> int | None:
    if not wanted:
        return None
    same = [
        i
        for i, name in enumerate(names)
        if wanted.casefold() in (name.casefold(), *role_names(name))
    ]
    if not same and wanted.isdecimal() and 0 < int(wanted) <= len(names):
        return int(wanted) - 1  # of a column without a name its number, from 1
    return same[0] if same else None


def _all_chosen(names: Sequence[str], wanted: Sequence[str]) -> list[int]:
    return [i for name in wanted if (i := _chosen(names, name)) is not None]


def _is_passed(name: str) -> bool:
    known = names_of("passed", "flag", "multiplier", "edition")
    plain = name.casefold()
    return plain.endswith(("(code)", "コード", "代码")) or bool(
        role_names(name) & known or _REMARKS.search(plain)
    )


def _numeric(rows: Head, column: int) -> bool:
    """Say whether no cell of a column is a word; one that is among many numbers is a slip."""
    cells = [row[column] for _, row in rows if len(row) > column and not is_missing(row[column])]
    numbers = [cell for cell in cells if is_number(cell)]
    exact = any("." in cell for cell in numbers)
    return len(numbers) >= (0.5 if exact else 0.8) * len(cells)


def _counts(names: Sequence[str], rows: Head, column: int) -> bool:
    """Say whether a column numbers the rows."""
    cells = [row[column] for _, row in rows if len(row) > column and row[column]]
    told = [int(cell) for cell in cells if cell.isdecimal()]
    rising = len(told) > 1 and told[0] < 2 and all(b - a == 1 for a, b in pairwise(told))
    return names[column].casefold() in _COUNTERS and rising and len(told) > 0.7 * len(cells)


def _measured(rows: Head, column: int) -> bool:
    """Say whether a column holds numbers with decimals or signs, which name no series."""
    cells = [row[column] for _, row in rows if len(row) > column and not is_missing(row[column])]
    exact = any("." in cell or cell.startswith("-") for cell in cells)
    return exact and all(map(is_number, cells))


def _are_units(rows: Head, column: int) -> bool:
    cells = [row[column] for _, row in rows if len(row) > column and row[column]]
    return bool(cells) and all(LIKE_A_UNIT.search(cell.strip("()（）")) for cell in cells)


def _refuse_unknown(sheet: Sheet, layout: Layout, choices: Choices) -> None:
    """Refuse columns that are chosen and not there, and a table without values or series."""
    asked: Iterator[tuple[str, str]] = (
        *(("--series-column", name) for name in choices.series_column),
        *(("--value-column", name) for name in choices.value_column),
        ("--year-column", choices.year_column),
        ("--area-column", choices.area_column),
    )  # type: ignore[assignment]
    problems = [
        Problem(sheet.file, layout.header, option, name, "no such column"
                + (closest(name, layout.names) or f"; there are {shown(', '.join(layout.names))}"))
        for option, name in asked
        if name and _chosen(layout.names, name) is None
    ]  # fmt: skip
    if not problems and not layout.values:
        message = "no column of numbers was found; name it with --value-column"
        problems = [Problem(sheet.file, layout.header, "header", " ".join(layout.names), message)]
    if problems:
        raise FormError(problems)
