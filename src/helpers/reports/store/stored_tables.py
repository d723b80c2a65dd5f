"""The tables of a report as git keeps them: facts, and one a line where a table is wide.

A line then changes only if its fact did. Left out are sentences, which say the same facts again in
each language, and rows that say how things stand on the day of the edition and nothing else.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.vocabulary import AS_OF

WIDE = {"assessment.csv": "target_id"}
"""Tables of many columns, and what names their rows."""
TOLD = {
    "assessment.csv": ["reason"],
    "measures.csv": ["statement_en", "statement_zh", "statement_ja"],
}
"""Columns of sentences on facts that stand beside them."""
SPOKEN = {"statements.csv"}
"""Tables that are nothing but sentences."""


def stored(file: Path) -> bytes | None:
    """Return a table of a report as it is stored; None if it is not.

    A wide table has the columns field and value beside the name of its row, and words before
    numbers, which move together.
    """
    if file.name in SPOKEN:
        return None
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    table = table.drop(columns=TOLD.get(file.name, []), errors="ignore")
    if "what" in table:
        table = table[table["what"].ne(AS_OF)]
    if key := WIDE.get(file.name):
        table = _long(table, key)
    return table.to_csv(index=False, lineterminator="\n").encode()


def _long(table: pd.DataFrame, key: str) -> pd.DataFrame:
    fields = sorted(table.columns.drop(key), key=lambda name: _is_number(table[name]))
    cells = table.melt(key, fields, "field", "value", ignore_index=False)
    return cells[cells["value"].ne("")].sort_index(kind="stable")


def _is_number(cells: pd.Series) -> bool:
    return bool(pd.to_numeric(cells[cells.ne("")], errors="coerce").notna().all())
