"""Tables of a page made readable: numbers to the right, words to the left, sentences wrapped."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

NUMBER = re.compile(r"[<>≈]?\s*[-−+–]?[\d,]*\.?\d*(e[+-]?\d+)?\s*%?|NaN|nan|None|<NA>|NaT")
LONG = 36
"""Characters from which on a cell may wrap; shorter ones stay on one line."""


def readable(html: str) -> str:
    """Mark the cells of every table: `word` if their column holds words, `long` if they may wrap.

    A column is one of words if any of its body cells is neither a number nor empty. Tables with
    joined cells keep the alignment that they have, but for long cells.
    """
    soup = BeautifulSoup(html, "html.parser")
    for table in soup.find_all("table"):
        rows = [row.find_all(["th", "td"], recursive=False) for row in table.find_all("tr")]
        body = [cells for cells in rows if cells and cells[0].parent.parent.name != "thead"]
        for cells in rows:
            for cell in cells:
                if len(cell.get_text()) > LONG:
                    _mark(cell, "long")
        if not body or len({len(cells) for cells in rows}) > 1:
            continue
        for column in range(len(body[0])):
            if any(not NUMBER.fullmatch(cells[column].get_text().strip()) for cells in body):
                for cells in rows:
                    _mark(cells[column], "word")
    return str(soup)


def cells(html: str) -> list[list[str]]:
    """Return the texts of the first table of a page, header first; empty without a plain table.

    Header rows are joined into one. A table with joined cells in its body has no plain rows.
    """
    table = BeautifulSoup(html, "html.parser").find("table")
    if table is None:
        return []
    rows = [_texts(row) for row in table.find_all("tr")]
    head = [_texts(row) for row in table.select("thead tr")]
    body = rows[len(head) :]
    if not head or not body or {len(row) for row in rows} != {len(head[0])}:
        return []
    named = [" ".join(part for part in column if part) for column in zip(*head, strict=True)]
    return [[name or f"row{place or ''}" for place, name in enumerate(named)], *body]


def _texts(row: Tag) -> list[str]:
    texts = []
    for cell in row.find_all(["th", "td"], recursive=False):
        texts += [cell.get_text().strip()] * int(cell.get("colspan", 1))
    return texts


def _mark(cell: Tag, name: str) -> None:
    cell["class"] = [*cell.get("class", []), name]
