"""Tables of a page: read from what a notebook shows, and set as readers expect them."""

from __future__ import annotations

import re

from lxml import etree, html
from lxml.html import HtmlElement

from helpers.tables import DASH

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
_AROUND = re.compile(r"\A<body\b[^>]*>|</body>\Z")
_CONTROL = dict.fromkeys({*range(32), 0xFFFE, 0xFFFF} - {9, 10, 13})
"""Characters that no HTML may hold."""


def parsed(text: str) -> HtmlElement:
    """Parse an output of a notebook, for `cells` and then for `readable`: an element around it."""
    return html.document_fromstring(f"<html><body>{text}</body></html>").body


def written(page: HtmlElement) -> str:
    """Write what `parsed` has read."""
    return _AROUND.sub("", html.tostring(page, encoding="unicode").replace("</wbr>", ""))


def readable(page: HtmlElement) -> str:
    """Set every table as readers expect it; `cells` reads what a program prefers.

    The parsed page is changed.

    Cells are marked `word` if their column holds words, that is if any of its body cells is neither
    a number nor empty, `long` if they may wrap, and `prose` if they hold several sentences. Names
    stand without underscores in the header, those of the index in one row with the others; rows
    that are only counted lose their number; a missing value is a dash, and a minus is one. A column
    of whole numbers has no decimals, and one with large numbers has thousands separators.
    """
    for table in page.iter("table"):
        for style in [one for one in table.itersiblings(preceding=True) if one.tag == "style"]:
            style.drop_tree()
        _join_header(table)
        _drop_counter(table)
        in_body = {cell for part in table.iter("tbody") for cell in part.iter(*CELLS)}
        for cell in table.iter(*CELLS):
            _write_cell(cell)
            if cell in in_body:
                _let_break(cell)
        for column in _columns(table):
            body = [cell for cell in column if not _in_head(cell)]
            if any(not NUMBER.fullmatch(_text(cell)) for cell in body):
                for cell in column:
                    _mark(cell, "word")
            else:
                _write_numbers(body)
    return written(page)


def _join_header(table: HtmlElement) -> None:
    """Put the names of the index, which have a row of their own, beside those of the columns."""
    head = _head(table)
    if len(head) != 2:
        return
    upper, lower = (row.findall("th") for row in head)
    pairs = list(zip(upper, lower, strict=False))
    if len(upper) != len(lower) or any(_text(a) and _text(b) for a, b in pairs):
        return
    for above, below in pairs:
        set_text(above, _text(above) or _text(below))
    head[1].drop_tree()


def _head(table: HtmlElement) -> list[HtmlElement]:
    return [row for part in table.iter("thead") for row in part.findall("tr")]


def _in_head(cell: HtmlElement) -> bool:
    return next(cell.iterancestors("thead"), None) is not None


def _cells_of(row: HtmlElement) -> list[HtmlElement]:
    return [cell for cell in row if cell.tag in CELLS]


def _drop_counter(table: HtmlElement) -> None:
    """Take out an index without a name that only counts from 0."""
    rows = [_cells_of(row) for row in table.iter("tr")]
    if len({len(row) for row in rows}) != 1 or len(_head(table)) != 1:
        return
    head, *body = (row[0] for row in rows if row)
    counted = [_text(cell) for cell in body] == [str(n) for n in range(len(body))]
    if body and counted and not _text(head) and all(cell.tag == "th" for cell in body):
        for cell in (head, *body):
            cell.drop_tree()


def _write_cell(cell: HtmlElement) -> None:
    text = _text(cell)
    if len(text) > LONG:
        _mark(cell, "long")
    if len(text) > PROSE:
        _mark(cell, "prose")
    if len(cell):
        return
    if _in_head(cell):
        set_text(cell, text.replace("_", " "))
    elif text in MISSING:
        set_text(cell, "–")
    elif _MINUS.search(text):
        set_text(cell, _MINUS.sub("\N{MINUS SIGN}", text))


def _write_numbers(column: list[HtmlElement]) -> None:
    """Write the numbers of a column alike."""
    plain = [cell for cell in column if not len(cell) and _text(cell)[-1:].isdigit()]
    if all(_WHOLE.fullmatch(_text(cell)) for cell in plain):
        for cell in plain:
            set_text(cell, _text(cell).partition(".")[0])
    digits = [re.match(r"[-−]?(\d+)(?:\.\d+)?$", _text(cell)) for cell in plain]
    if any(found and len(found[1]) >= _GROUPED for found in digits):
        for cell, found in zip(plain, digits, strict=True):
            if found:
                set_text(cell, _text(cell).replace(found[1], f"{int(found[1]):,}", 1))


def _let_break(cell: HtmlElement) -> None:
    """Let a name break after its underscores where there is no room for it."""
    if not len(cell) and "_" in (text := _text(cell)):
        first, *rest = text.translate(_CONTROL).split("_")
        set_text(cell, f"{first}_")
        for part in rest:
            etree.SubElement(cell, "wbr").tail = f"{part}_"
        cell[-1].tail = rest[-1]


def _columns(table: HtmlElement) -> list[list[HtmlElement]]:
    """Return the cells of each column, with those that reach over several rows in each of them."""
    columns: list[dict[int, HtmlElement]] = []
    for y, row in enumerate(table.iter("tr")):
        x = 0
        for cell in _cells_of(row):
            while x < len(columns) and y in columns[x]:
                x += 1
            across = range(x, x + _reach(cell, "colspan"))
            columns += [{} for _ in range(across.stop - len(columns))]
            for at in across:
                columns[at] |= dict.fromkeys(range(y, y + _reach(cell, "rowspan")), cell)
            x = across.stop
    return [list(column.values()) for column in columns]


def _reach(cell: HtmlElement, name: str) -> int:
    """Over how many rows or columns a cell reaches."""
    return int(cell.get(name, "1"))


def _text(cell: HtmlElement) -> str:
    return cell.text_content().strip()


def set_text(cell: HtmlElement, text: str) -> None:
    """Give a cell another text in place of all that it holds."""
    del cell[:]
    cell.text = text.translate(_CONTROL)


def cells(page: HtmlElement) -> list[list[str]]:
    """Return the texts of the first table of a page, header first; empty without a plain table.

    Header rows are joined into one. A table with joined cells in its body has no plain rows.
    """
    table = next(page.iter("table"), None)
    if table is None:
        return []
    rows = [_texts(row) for row in table.iter("tr")]
    head = [_texts(row) for row in _head(table)]
    body = rows[len(head) :]
    if not head or not body or {len(row) for row in rows} != {len(head[0])}:
        return []
    named = [" ".join(part for part in column if part) for column in zip(*head, strict=True)]
    named = [name or f"row{place or ''}" for place, name in enumerate(named)]
    return [named, *([("" if text == DASH else text) for text in row] for row in body)]


def _texts(row: HtmlElement) -> list[str]:
    texts = []
    for cell in _cells_of(row):
        texts += [_text(cell)] * _reach(cell, "colspan")
    return texts


def _mark(cell: HtmlElement, name: str) -> None:
    cell.set("class", " ".join(dict.fromkeys([*cell.get("class", "").split(), name])))
