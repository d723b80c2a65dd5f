"""The one table of strings: every text that is shown in more than one language."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

FILE = Path(__file__).with_name("strings.csv")
CODES = ("en", "zh", "ja")


@cache
def read_strings() -> Mapping[str, Mapping[str, str]]:
    """Return the text of every key: key, then code of the language.

    Raises
    ------
    ValueError
        For a key that stands twice, an empty cell, or another header.
    """
    with FILE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != ["key", *CODES]:
            raise ValueError(
                f"{FILE.name}: header {reader.fieldnames}: write key,{','.join(CODES)}"
            )
        table: dict[str, dict[str, str]] = {}
        for row in reader:
            key = row["key"]
            if key in table:
                raise ValueError(f"{FILE.name}: row {reader.line_num}: {key!r} stands twice")
            texts = {code: row[code] for code in CODES}
            if not all(texts.values()):
                raise ValueError(f"{FILE.name}: row {reader.line_num}: {key!r}: a cell is empty")
            table[key] = texts
    return MappingProxyType(table)


def family(prefix: str, code: str) -> dict[str, str]:
    """Return the texts whose keys begin with `prefix.`, by the rest of the key."""
    start = f"{prefix}."
    return {
        k.removeprefix(start): t[code] for k, t in read_strings().items() if k.startswith(start)
    }
