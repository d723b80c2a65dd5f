"""Tables of a page made readable: numbers to the right, words to the left, sentences wrapped."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

NUMBER = re.compile(r"[<>≈]?\s*[-−+–]?[\d,]*\.?\d*(e[+-]?\d+)?\s*%?|NaN|nan|None|<NA>|NaT")
MISSING = ("NaN", "nan", "None", "<NA>", "NaT")
LONG = 36
"""Characters from which on a cell may wrap; shorter ones stay on one line."""
PROSE = 250
"""Characters of a cell of several sentences, which needs room."""
_WHOLE = re.compile(r"[-−]?\d+\.0+")
_GROUPED = 5
"""Digits of a number whose column gets thousands separators; years have fewer."""
CELLS = ("th", "td")
_MINUS = re.compile(r"(?<![\w.)-])-(?=\d)")


def parsed(html: str) -> BeautifulSoup:
    """Parse an output of a notebook, for `cells` and then for `readable`."""
    return BeautifulSoup(html, "html.parser")


def readable(page: BeautifulSoup) -> str:
    """Set every table as readers expect it; `cells` reads what a program prefers.

    The parsed page is changed.

    Cells are marked `word` if their column holds words, that is if any of its body cells is neither
    a number nor empty, `long` if they may wrap, and `prose` if they hold several sentences. Names
    stand without underscores in the header, those of the index in one row with the others; rows
    that are only counted lose their number; a missing value is a dash, and a minus is one. A column
    of whole numbers has no decimals, and one with large numbers has thousands separators.
    """
    for table in page.find_all("table"):
        for style in table.find_previous_siblings("style"):
            style.decompose()
        _join_header(table)
        _drop_counter(table)
        for cell in table.find_all(CELLS):
            _write_cell(cell)
        for cell in (cell for part in table.find_all("tbody") for cell in part.find_all(CELLS)):
            _let_break(cell, page)
        for column in _columns(table):
            body = [cell for cell in column if cell.find_parent("thead") is None]
            if any(not NUMBER.fullmatch(_text(cell)) for cell in body):
                for cell in column:
                    _mark(cell, "word")
            else:
                _write_numbers(body)
    return str(page)


def _join_header(table: Tag) -> None:
    """Put the names of the index, which have a row of their own, beside those of the columns."""
    head = _head(table)
    if len(head) != 2:
        return
    upper, lower = (row.find_all("th", recursive=False) for row in head)
    pairs = list(zip(upper, lower, strict=False))
    if len(upper) != len(lower) or any(_text(a) and _text(b) for a, b in pairs):
        return
    for above, below in pairs:
        above.string = _text(above) or _text(below)
    head[1].decompose()


def _head(table: Tag) -> list[Tag]:
    return [row for part in table.find_all("thead") for row in part.find_all("tr", recursive=False)]


def _drop_counter(table: Tag) -> None:
    """Take out an index without a name that only counts from 0."""
    rows = [row.find_all(CELLS, recursive=False) for row in table.find_all("tr")]
    if len({len(row) for row in rows}) != 1 or len(_head(table)) != 1:
        return
    head, *body = (row[0] for row in rows if row)
    counted = [_text(cell) for cell in body] == [str(n) for n in range(len(body))]
    if body and counted and not _text(head) and all(cell.name == "th" for cell in body):
        for cell in (head, *body):
            cell.decompose()


def _write_cell(cell: Tag) -> None:
    text = _text(cell)
    if len(text) > LONG:
        _mark(cell, "long")
    if len(text) > PROSE:
        _mark(cell, "prose")
    if cell.find(True) is not None:
        return
    if cell.find_parent("thead"):
        cell.string = text.replace("_", " ")
    elif text in MISSING:
        cell.string = "–"
    elif _MINUS.search(text):
        cell.string = _MINUS.sub("\N{MINUS SIGN}", text)


def _write_numbers(column: list[Tag]) -> None:
    """Write the numbers of a column alike."""
    plain = [cell for cell in column if cell.find(True) is None and _text(cell)[-1:].isdigit()]
    if all(_WHOLE.fullmatch(_text(cell)) for cell in plain):
        for cell in plain:
            cell.string = _text(cell).partition(".")[0]
    digits = [re.match(r"[-−]?(\d+)(?:\.\d+)?$", _text(cell)) for cell in plain]
    if any(found and len(found[1]) >= _GROUPED for found in digits):
        for cell, found in zip(plain, digits, strict=True):
            if found:
                cell.string = _text(cell).replace(found[1], f"{int(found[1]):,}", 1)


def _let_break(cell: Tag, soup: BeautifulSoup) -> None:
    """Let a name break after its underscores where there is no room for it."""
    text = _text(cell)
    if "_" in text and cell.find(True) is None:
        first, *rest = text.split("_")
        cell.string = first
        for part in rest:
            cell.append("_")
            cell.append(soup.new_tag("wbr"))
            cell.append(part)


def _columns(table: Tag) -> list[list[Tag]]:
    """Return the cells of each column, with those that reach over several rows in each of them."""
    grid: dict[tuple[int, int], Tag] = {}
    for y, row in enumerate(table.find_all("tr")):
        x = 0
        for cell in row.find_all(CELLS, recursive=False):
            while (y, x) in grid:
                x += 1
            for down in range(int(cell.get("rowspan", 1))):
                for across in range(int(cell.get("colspan", 1))):
                    grid[y + down, x + across] = cell
            x += int(cell.get("colspan", 1))
    width = 1 + max((x for _, x in grid), default=-1)
    return [[cell for (_, at), cell in grid.items() if at == x] for x in range(width)]


def _text(cell: Tag) -> str:
    return cell.get_text().strip()


def cells(page: BeautifulSoup) -> list[list[str]]:
    """Return the texts of the first table of a page, header first; empty without a plain table.

    Header rows are joined into one. A table with joined cells in its body has no plain rows.
    """
    table = page.find("table")
    if table is None:
        return []
    rows = [_texts(row) for row in table.find_all("tr")]
    head = [_texts(row) for row in _head(table)]
    body = rows[len(head) :]
    if not head or not body or {len(row) for row in rows} != {len(head[0])}:
        return []
    named = [" ".join(part for part in column if part) for column in zip(*head, strict=True)]
    return [[name or f"row{place or ''}" for place, name in enumerate(named)], *body]


def _texts(row: Tag) -> list[str]:
    texts = []
    for cell in row.find_all(CELLS, recursive=False):
        texts += [cell.get_text().strip()] * int(cell.get("colspan", 1))
    return texts


def _mark(cell: Tag, name: str) -> None:
    if name not in cell.get("class", []):
        cell["class"] = [*cell.get("class", []), name]
