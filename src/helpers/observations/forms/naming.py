"""What the series and areas of a file are called: by what tells them from each other."""

import csv
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path, PurePath
from typing import NamedTuple

from helpers.observations.forms.columns import LIKE_A_UNIT
from helpers.observations.forms.layouts import Layout

Key = tuple[tuple[str, str, str], ...]
"""Of a series: column, code and words of all that tells it from the others."""


class Name(NamedTuple):
    """A series or an area: its code in the file, its words, and the unit of a series.

    The only series of a file may have no code: its name is then that of the file, and changes.
    """

    code: str
    name: str
    unit: str = ""


def stem_of(file: str) -> str:
    """Name a file without its folder, endings and packing."""
    name = PurePath(file.partition("!")[2] or file).name
    name = PurePath(file.partition("!")[0]).name if "." not in name else name
    return name.partition(".")[0] or name


UNITS = ("unit", "unit of the sheet")
"""Columns of a key that are the unit: of a row, and above a sheet."""
_POWERS = {3: "thousand", 4: "10 thousand", 6: "million", 8: "100 million", 9: "billion"}
_POWERS |= {12: "trillion", -2: "hundredths of", 1: "ten", 2: "hundred"}


def names_of_series(
    keys: Sequence[Key],
    title: str,
    powers: dict[int, int],
    percent: set[int],
    layouts: Sequence[Layout],
) -> list[Name]:
    """Name each series by what tells it from the others, and give its unit."""
    values: dict[str, set[str]] = {}
    for key in keys:
        for name, code, _ in key:
            values.setdefault(name, set()).add(code)
    naming = {name for layout in layouts for name in layout.naming}
    common = [name for name, codes in values.items() if len(codes) == 1 and name != "series"]
    found = []
    for place, key in enumerate(keys):
        parts = [
            p for p in key if p[0] not in UNITS and (p[0] not in common or p[0] in naming)
        ]  # fmt: skip
        own, of_sheet = (
            next((label for name, _, label in key if name == column), "") for column in UNITS
        )
        last = parts[-1][2] if parts else ""
        # The unit in the corner of a sheet is not that of a column that names its own.
        over = next((unit for *_, label in parts[:-1] if (unit := unit_of("", label))), of_sheet)
        unit = own or ("%" if place in percent else "" if unit_of("", last) else over)
        if power := powers.get(place, 0):
            unit = f"{_POWERS.get(power, f'10^{power}')} {unit or 'units'}"
        code = "|".join(code for _, code, _ in parts if code)
        name = ", ".join(label for _, _, label in parts if label)
        if name and not any(p[0] in ("series", "sheet") or p[0] in naming for p in parts):
            name = f"{title}: {name}"
        found.append(Name(code, name or title, unit))
    return _told_apart(found, keys)


def _told_apart(found: list[Name], keys: Sequence[Key]) -> list[Name]:
    """Add the unit, or else the columns' names, to names that two series share."""
    for attempt in range(2):
        counts = Counter(name.name for name in found)
        codes = Counter(name.code for name in found)
        made = []
        for name, key in zip(found, keys, strict=True):
            more = name.unit if not attempt else ", ".join(f"{p[0]} {p[2]}" for p in key if p[2])
            words = f"{name.name} ({more})" if counts[name.name] > 1 and more else name.name
            code = f"{name.code}|{more}" if codes[name.code] > 1 and more else name.code
            made.append(Name(code, words, name.unit))
        found = made
    return found


@cache
def _units() -> dict[str, str]:
    with Path(__file__).with_name("units.csv").open(encoding="utf-8", newline="") as file:
        return {row["printed"]: row["unit"] for row in csv.DictReader(file)}


def unit_of(printed: str, name: str = "") -> str:
    """Give the unit of a plan for a printed one, or for what stands in brackets behind a name.

    A unit of one word that is not known is marked as one, as a plan's own unit has two words.
    """
    bracket = name.replace("（", "(").rpartition("(")[2].rstrip(")）")
    if not printed and name.endswith((")", "）")) and LIKE_A_UNIT.search(bracket):
        printed = bracket
    printed = printed.strip("()（）[] ")
    # Mt are million tonnes, MT metric ones in the tables of trade.
    known = _units().get(printed.strip()) or _units().get(printed.casefold().strip())
    if known or not printed:
        return known or ""
    plain = " ".join(printed.replace("_", " ").replace("{", "").replace("}", "").split())[:40]
    return plain if " " in plain else f"{plain[:33]} (unit)"
