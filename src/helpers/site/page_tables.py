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


def _mark(cell: Tag, name: str) -> None:
    cell["class"] = [*cell.get("class", []), name]
