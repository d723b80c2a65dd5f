"""The tables of a report for taking away: each CSV file also as JSON, with the same data."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

from helpers.tables import restored

NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
WORDS = {"True": True, "False": False, "true": True, "false": False}


def read_table(path: Path) -> list[dict[str, object]]:
    """Return the rows of a CSV file as JSON values.

    A column is numbers, or true and false, only if each of its filled cells is; else text, without
    the apostrophe that keeps a spreadsheet from running it. An empty cell is None.

    Raises
    ------
    ValueError
        If a row has another number of cells than the header.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    header, body = (rows[0], rows[1:]) if rows else ([], [])
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            raise ValueError(
                f"{path.name}: row {number}: {len(row)} cells, the header has {len(header)}"
            )
    columns = [_typed([row[index] for row in body]) for index in range(len(header))]
    return [dict(zip(header, values, strict=True)) for values in zip(*columns, strict=True)]


def _typed(cells: list[str]) -> list[object]:
    filled = [cell for cell in cells if cell != ""]
    if all(NUMBER.fullmatch(cell) for cell in filled):
        return [json.loads(cell) if cell else None for cell in cells]
    if all(cell in WORDS for cell in filled):
        return [WORDS.get(cell) for cell in cells]
    return [restored(cell) or None for cell in cells]


def write_json_tables(folder: Path) -> tuple[Path, ...]:
    """Write `x.json` beside every `x.csv` below `folder`; return the CSV files, sorted."""
    tables = tuple(sorted(folder.rglob("*.csv")))
    for path in tables:
        text = json.dumps(read_table(path), ensure_ascii=False, indent=1, allow_nan=False)
        path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    return tables
