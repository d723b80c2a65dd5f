"""Where in a sheet the years, values, series and areas stand, whoever laid it out.

Years stand across (a column each), down beside one value column, or down beside a column for each
series. What a column holds is told by its name (`roles.csv`), who made the file by columns that no
other maker has (`forms.csv`) or by the lines above the header.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from helpers.observations.forms.annual import ERAS, Period, part_of, period_of
from helpers.observations.forms.columns import (
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
from helpers.observations.forms.headers import (
    A_YEAR,
    cells_of,
    dated,
    header_of,
    periods_below,
    short_years,
    tidy,
    with_eras,
)
from helpers.observations.forms.numerals import is_missing, is_number, multiplier_of
from helpers.observations.forms.sheets import FormError, Sheet, unpacked, unpadded
from helpers.problems import Problem, closest, shown

_COUNTERS = ("", "#", "no", "no.", "nr", "line", "index", "id", "row", "unnamed: 0", "序号")
_REMARKS = re.compile(
    r"\b(foot)?notes?\b|\bcomments?\b|\bremarks?\b|annotation|备注|備註|注释|備考"
)
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
    era: str = ""
    """The era that years of fewer than four digits count by: one of
    `helpers.observations.forms.annual.ERAS`."""


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
    sheet = with_eras(unpacked(unpadded(sheet)), choices.era)
    head = [(number, [tidy(cell) for cell in row]) for number, row in sheet.head()]
    found = header_of(head, choices.year_column)
    if found is None:
        number, row = head[0] if head else (1, [])
        message = (
            "no years were found, neither down a column nor across a row; name the column that "
            "holds them with --year-column"
        )
        if line := short_years(head, told=False):
            message = (
                f"{line.last} below {line.name} can be a year of several eras; say which with "
                f"--era {', '.join(ERAS)}"
            )
        raise FormError([Problem(sheet.file, max(1, number), "header", " ".join(row), message)])
    above, names, below, last = found
    form, title, publisher, scheme = maker_of(names, above, sheet.notes)
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
    own = _all_chosen(names, choices.series_column)
    roles = names_of("series", "series_code")
    own += [i for i in layout.keys if role_names(names[i]) & roles]
    words = [i for i in layout.keys if i != layout.roles.get("unit")]
    plain = layout.form in ("table", "yearbook") and bool(layout.years)
    if plain and not own and not any(layout.values.values()):
        own = words[:1]  # what stands before the years names a series, also where it is alone
    return sheet, replace(layout, naming=frozenset(names[i] for i in own))


def _year_column(names: Sequence[str], below: Head) -> int | None:
    for wanted in names_by_role()["year"]:
        for i, name in enumerate(names):
            if wanted in role_names(name) and periods_below(below, i):
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
        if (name or (year < i < first and cells_of(below, i)))
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
            cells = cells_of(below, i)
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
        and (names[i] or cells_of(below, i))
    ]  # fmt: skip
    # Behind the first year stand changes, ranks and means: what they hold names no series.
    behind = [
        i for i in others
        if (i > min(years, default=0) or A_YEAR.search(names[i]))
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
    free = [(i, name) for i, name in enumerate(names) if i not in held]
    codes = [i for i, name in free if role_names(name) & names_of("area_code") - {"code"}]
    if "area" not in roles and codes:
        roles["area"] = next((i for i, name in free if name.casefold() == "name"), codes[0])
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
    cells = [cell for cell in cells_of(rows, column) if not is_missing(cell)]
    numbers = [cell for cell in cells if is_number(cell)]
    exact = any("." in cell for cell in numbers)
    return len(numbers) >= (0.5 if exact else 0.8) * len(cells)


def _counts(names: Sequence[str], rows: Head, column: int) -> bool:
    """Say whether a column numbers the rows."""
    cells = cells_of(rows, column)
    told = [int(cell) for cell in cells if cell.isdecimal()]
    rising = len(told) > 1 and told[0] < 2 and all(b - a == 1 for a, b in pairwise(told))
    return names[column].casefold() in _COUNTERS and rising and len(told) > 0.7 * len(cells)


def _measured(rows: Head, column: int) -> bool:
    """Say whether a column holds numbers with decimals or signs, which name no series."""
    cells = [cell for cell in cells_of(rows, column) if not is_missing(cell)]
    exact = any("." in cell or cell.startswith("-") for cell in cells)
    return exact and all(map(is_number, cells))


def _are_units(rows: Head, column: int) -> bool:
    cells = cells_of(rows, column)
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
