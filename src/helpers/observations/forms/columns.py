"""What columns and the lines above them are called and by whom, and so series and areas."""

import csv
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePath
from typing import NamedTuple

Head = Sequence[tuple[int, list[str]]]
"""Rows with their numbers."""
HAN = "\u3400-\u9fff"
_DAY = r"\d{4}-\d\d-\d\d|\d\d?[-/.]\d\d?[-/.]\d{4}|[A-Z][a-z]+ \d{4}|\d{4}年\d\d?月(?:\d\d?日)?"
_UPDATED = re.compile(
    rf"(?:last\s+(?:data\s+)?updated?(?:\s+date)?|(?:release|publication)\s+date|更新)\W{{0,4}}({_DAY})",
    re.I,
)
_UNIT = re.compile(
    r"(?:单\s*位|units?(?:\s+of\s+measure)?)\s*(?:\(\w+\))?\s*[:：\t]\s*([^)）\t]+)", re.I
)
LIKE_A_UNIT = re.compile(
    r"[%％$€£万亿元人件円]|=\s?100|^'?0{3}s?$|\b(?:EUR|USD|Mio|Mrd)\b|[Pp]rozent|Anzahl|\bper\b|\b[kMGT]?t\b|Wh\b|\bkm|tonn?|year|index|number|current|constant|"
    r"people|persons|[Tt]housand|[Mm]illion|[Bb]illion|LCU|PPP|ratio|\bCO2"
)
"""What in brackets behind a name is a unit, and no other remark."""
_TITLE_UNIT = re.compile(r"(?:.*[(（\[]|)(?:in\s+)?([^()（）\[\]:]{1,60}?)[)）\]]?", re.IGNORECASE)
"""What stands last in brackets, or alone behind `in`."""
_MAKERS = {
    "wipo": ("WIPO", "World Intellectual Property Organization"),
    "eurostat_book": ("Eurostat data browser", "Eurostat"),
    "fred": ("FRED", "Federal Reserve Bank of St. Louis"),
}
_TITLES = (
    "table title",
    "series title",
    "表題",
    "indicator",
    "dataset",
    "indicator name",
    "title",
    "title:",
    "dataset:",
    "data source",
)
_OF_THE_FILE = ("time frequency", "dataset", "last updated")
_CHAPTER = re.compile(r"^\d+[a-z]? - ")


@cache
def names_by_role() -> dict[str, list[str]]:
    """Names of columns by role, the surest first."""
    found: dict[str, list[str]] = {}
    with Path(__file__).with_name("roles.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["role"], []).append(row["name"])
    return found


@cache
def geo_names() -> dict[str, str]:
    """Words for the countries that Eurostat's files give as codes alone."""
    with Path(__file__).with_name("geo.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def names_of(*kinds: str) -> set[str]:
    """Give every name of columns of some roles."""
    return {name for role in kinds for name in names_by_role()[role]}


def role_names(name: str) -> set[str]:
    """Give the names by which a column is looked up: as it is, and the parts of `CODE: Label`."""
    plain = name.strip("[] \ufeff").casefold()
    return {plain, *(part.strip() for part in plain.split(":", 1) if part.strip())}


def column_of(names: Sequence[str], role: str, taken: Mapping[int, object] = {}) -> int | None:
    """Give the column that is surest of a role, among those that are not taken."""
    for wanted in names_by_role()[role]:
        for i, name in enumerate(names):
            if i not in taken and wanted in role_names(name):
                return i
    return None


def maker_of(names: Sequence[str], above: Head, notes: Sequence[str]) -> tuple[str, str, str, str]:
    """Give form, its title, its publisher and the scheme of its flags."""
    told = " ".join(cell for _, row in above for cell in row)
    lower = {name for column in names for name in role_names(column)}
    if "packed" in notes:
        return "eurostat_tsv", "Eurostat TSV", "Eurostat", "eurostat"
    if "JSON-stat" in notes:
        source = next((row[1] for _, row in above if row[0] == "Source"), "")
        own = source in ("ESTAT", "Eurostat")
        return "jsonstat", "JSON-stat", "Eurostat" if own else source, "eurostat" if own else ""
    if "WIPO statistics" in told:
        return "wipo", *_MAKERS["wipo"], ""
    if "[ESTAT]" in told or "Data extracted on" in told:
        return "eurostat_book", *_MAKERS["eurostat_book"], "eurostat"
    if [name.casefold() for name in (names[0], names[-1])] == ["year", "value"]:
        return "opensdg", "Open SDG", "", ""
    if "FRED" in told and "observation_date" in lower:
        return "fred", *_MAKERS["fred"], ""
    with Path(__file__).with_name("forms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if set(row["needs"].split("|")) <= lower:
                return row["form"], row["title"], row["publisher"], row["flags"]
    if {"date"} == {name.casefold() for name in names[:1]} and len(names) == 2:
        return "dated", "a dated series", "", ""
    if any(re.search(rf"[{HAN}]", name) for name in names):
        return "yearbook", "a Chinese table", "", ""
    return "table", "a plain table", "", ""


def facts_of(above: Head) -> dict[str, str]:
    """Read title, unit and day of the lines above the header."""
    facts: dict[str, str] = {}
    for _, row in above:
        line = "\t".join(cell for cell in row if cell)
        for name, form in (("published", _UPDATED), ("unit", _UNIT)):
            if found := form.search(line):
                facts.setdefault(name, found[1].strip())
        told = _TITLE_UNIT.fullmatch(line.strip())
        bare = line.strip().lower().startswith("in ")
        if (
            told
            and (bare or line.strip().endswith((")", "）", "]")))
            and LIKE_A_UNIT.search(told[1])
        ):
            facts.setdefault("unit", told[1].strip())
        label, _, text = line.partition("\t" if "\t" in line else ":")
        if text and label.strip().lower() in _TITLES:
            facts.setdefault("title", text.strip(" :\t"))
    lines = (" ".join(dict.fromkeys(row)).strip("# -\t") for _, row in above)
    first = next((line for line in lines if line), "")
    if first and "title" not in facts and not (_UNIT.search(first) or _UPDATED.search(first)):
        facts["title"] = first
    if "WIPO statistics" in " ".join(cell for _, row in above for cell in row):
        facts = {"unit": "count", **facts, "title": _CHAPTER.sub("", facts.get("title", "WIPO"))}
    return facts


def dimensions_of(above: Head) -> dict[str, str]:
    """Read the lines above a sheet of Eurostat's browser that tell it from the other sheets."""
    pairs = [[cell.rstrip(": ") for cell in row if cell] for _, row in above]
    told = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
    told = {name: text for name, text in told.items() if name.lower() not in _OF_THE_FILE}
    return {f"dim {'unit' if n.startswith('Unit') else n}": text for n, text in told.items()}


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
    naming: Collection[str],
) -> list[Name]:
    """Name each series by what tells it from the others, and give its unit."""
    values: dict[str, set[str]] = {}
    for key in keys:
        for name, code, _ in key:
            values.setdefault(name, set()).add(code)
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
