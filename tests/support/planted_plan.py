"""A plan folder with a text planted in every name and note."""

import csv
from collections.abc import Sequence
from pathlib import Path

from helpers.observations.schema import MODELS, OBSERVATIONS

SHOWN = (
    "title",
    "title_en",
    "publisher",
    "plan",
    "set_by",
    "description",
    "wording_native",
    "note",
)


def is_shown(column: str) -> bool:
    """Say whether a column holds words that people read, and that no other table refers to."""
    return column in SHOWN or column.startswith(("name_", "area_en", "area_zh", "area_ja"))


def plant(folder: Path, texts: Sequence[str]) -> int:
    """Write texts in turn behind every name and note of a plan folder; give the number of cells."""
    planted = 0
    for table in MODELS:
        files = folder.glob(f"{OBSERVATIONS}/*.csv" if table == OBSERVATIONS else f"{table}.csv")
        for file in files:
            with file.open(encoding="utf-8", newline="") as stream:
                header, *rows = csv.reader(stream)
            for cells in rows:
                for place, column in enumerate(header):
                    if is_shown(column):
                        cells[place] = f"{cells[place] or 'x'} {texts[planted % len(texts)]}"
                        planted += 1
            with file.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return planted
