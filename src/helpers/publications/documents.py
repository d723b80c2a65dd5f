"""Saved publications: the main text and the tables of a page, a PDF, a Word file or a workbook."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.problems import InputError
from helpers.publications.script import needed

Grid = list[list[str]]
READABLE = (
    ".html", ".htm", ".txt", ".md", ".pdf", ".docx", ".xlsx", ".xls", ".ods",
)  # fmt: skip
FULL_LINE = 0.8
"""Part of the longest line from which on a line of a PDF goes on in the next one."""


@dataclass(frozen=True)
class Document:
    """What a saved publication holds."""

    name: str
    """Of the file."""
    text: str
    """Paragraphs, one a line."""
    tables: tuple[Grid, ...] = ()
    """Cells as text, row by row; a merged cell stands where it begins, the rest is empty."""
    title: str = ""
    published: str = ""
    """`title`, `published`: as the file tells; "" where it does not."""
    notes: tuple[str, ...] = ()
    """What could not be read, in sentences."""


def read_document(path: Path) -> Document:
    """Take the text and the tables out of a saved publication.

    `path`: with one of the endings of `READABLE`. Raises `InputError` for another ending, a file
    that is missing, empty, damaged or scanned, or where the package that reads such files is not
    installed.
    """
    kind = path.suffix.lower()
    if kind not in READABLE:
        raise InputError(
            f"{path}: files ending in {kind or 'nothing'} are not read; save the publication as "
            f"one of {', '.join(READABLE)}"
        )
    if not path.is_file():
        raise InputError(f"{path}: no such file; name the saved publication")
    readers = {".pdf": _pdf, ".docx": _word, ".html": _page, ".htm": _page}
    plain = kind in (".txt", ".md")
    reader = readers.get(kind, _plain if plain else _workbook)
    try:
        document = reader(path)
    except (InputError, OSError):
        raise
    except Exception as error:
        # Each of the libraries has exceptions of its own for files that are broken.
        raise InputError(
            f"{path}: damaged, or no {kind} file inside ({type(error).__name__}); save it again"
        ) from None
    if not document.text.strip() and not document.tables:
        raise InputError(f"{path}: no text in it; save the page with its text")
    return document


def decoded(content: bytes) -> str:
    """Decode a text of unknown encoding: UTF-8, else that of simplified or traditional pages."""
    declared = re.search(rb"charset=[\"']?([\w-]+)", content[:2048], re.IGNORECASE)
    names = ["utf-8-sig", *([declared[1].decode()] if declared else []), "gb18030", "big5"]
    for name in names:
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("utf-8", "replace")


def _plain(path: Path) -> Document:
    text = decoded(path.read_bytes())
    tables = tuple(
        [*_caption(text[: match.start()]), *_text_grid(match[0])] for match in _TABLE.finditer(text)
    )
    # What stays keeps its place: evidence names it by its offset.
    rest = _TABLE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    return Document(path.name, rest if rest.strip() else "", tables)


_TABLE = re.compile(
    r"(?:^(?:[^\n|]*\|[^\n|]*\|[^\n]*|[^\n\t]*\t[^\n]*)(?:\n|\Z)){3,}", re.MULTILINE
)
"""Lines in which strokes or tabulators part the cells."""


def _caption(before: str) -> Grid:
    """Give the short lines above a table, which say what it is about."""
    lines = [line.strip() for line in before.splitlines() if line.strip()]
    return [[line] for line in lines[-3:] if len(line) <= 80 and "|" not in line]


def _text_grid(lines: str) -> Grid:
    """Lay out the lines of a table; one with fewer cells lacks them behind its first."""
    plain = re.sub(r"!?\[[^\]]*\]\([^)]*\)", "", lines)  # pictures of a page saved as text
    parts = [re.split(r"[|\t]", line.strip().strip("|")) for line in plain.splitlines()]
    rows = [[cell.strip() for cell in row] for row in parts]
    rows = [row for row in rows if not all(re.fullmatch(":?-*:?", cell) for cell in row)]
    bare = [row[: max(i for i, cell in enumerate(row, 1) if cell)] for row in rows]
    width = max(map(len, bare))
    return [
        row if len(row) == 1 else [row[0], *[""] * (width - len(row)), *row[1:]] for row in bare
    ]


def _page(path: Path) -> Document:
    trafilatura = needed("trafilatura", "saved pages")
    page = decoded(path.read_bytes())
    options = {"include_comments": False, "include_tables": False, "favor_recall": True}
    text = trafilatura.extract(page, **options) or ""
    metadata = trafilatura.extract_metadata(page)
    tree = trafilatura.load_html(page)
    if tree is None:
        return Document(path.name, text)
    tables = [grid for table in tree.iter("table") if (grid := _html_grid(table))]
    if not text and not tables:
        text = "\n".join(piece.strip() for piece in tree.itertext() if piece.strip())
    title = (metadata.title if metadata else "") or ""
    published = (metadata.date if metadata else "") or ""
    return Document(path.name, text, tuple(tables), title, published)


def _html_grid(table: Any) -> Grid:
    """Lay out a table of a page; a cell over several rows or columns stands where it begins."""
    rows: list[dict[int, str]] = []
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(table.iter("tr")):
        cells: dict[int, str] = {}
        column = 0
        for cell in row.iterchildren("td", "th"):
            while (number, column) in taken:
                column += 1
            wide, high = (_number(cell.get(name)) for name in ("colspan", "rowspan"))
            cells[column] = " ".join("".join(cell.itertext()).split())
            taken |= {(number + i, column + j) for i in range(high) for j in range(wide)}
            column += wide
        rows.append(cells)
    width = 1 + max((column for _, column in taken), default=-1)
    grid = [[cells.get(column, "") for column in range(width)] for cells in rows]
    return grid if width > 1 and len(grid) > 1 else []


def _number(text: str | None) -> int:
    return min(int(text), 100) if text and text.isdigit() and int(text) else 1


def _pdf(path: Path) -> Document:
    pdfplumber = needed("pdfplumber", "PDF files")
    texts, tables, empty = [], [], []
    with pdfplumber.open(path) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            grids = page.find_tables()
            found = [[[cell or "" for cell in row] for row in grid.extract()] for grid in grids]
            tables += [grid for grid in found if len(grid) > 1]
            boxes = [grid.bbox for grid, cells in zip(grids, found, strict=True) if len(cells) > 1]
            text = page.filter(lambda item, boxes=boxes: not _inside(item, boxes)).extract_text()
            texts.append(_paragraphs(text or ""))
            if not (text or "").strip() and not found:
                empty.append(number)
    if len(empty) == len(texts):
        raise InputError(
            f"{path}: a scanned PDF, pictures without text; run it through text recognition first"
        )
    pages = ", ".join(map(str, empty))
    notes = (f"no text on page {pages}: scanned, and not read",) if empty else ()
    return Document(path.name, "\n".join(texts), tuple(tables), notes=notes)


def _inside(item: dict[str, Any], boxes: Sequence[tuple[float, float, float, float]]) -> bool:
    middle = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return any(b[0] <= middle[0] <= b[2] and b[1] <= middle[1] <= b[3] for b in boxes)


def _paragraphs(text: str) -> str:
    """Join the lines of a page that end where the paper does."""
    lines = text.splitlines()
    longest = max(map(len, lines), default=0)
    made = ""
    for line in lines:
        full = len(line) >= FULL_LINE * longest and not re.search(r"[。！？；：.!?]\s*$", line)
        blank = " " if full and re.search(r"[A-Za-z,;]$", line) else ""
        made += line + (blank if full else "\n")
    return made


def _word(path: Path) -> Document:
    file = needed("docx", "Word files").Document(str(path))
    text = "\n".join(paragraph.text for paragraph in file.paragraphs)
    tables = []
    for table in file.tables:
        seen: set[Any] = set()
        grid: Grid = []
        for row in table.rows:
            cells = []
            for cell in row.cells:
                # A merged cell is given once for every place that it takes.
                cells.append("" if cell._tc in seen else " ".join(cell.text.split()))
                seen.add(cell._tc)
            grid.append(cells)
        tables.append(grid)
    return Document(path.name, text, tuple(tables), file.core_properties.title or "")


def _workbook(path: Path) -> Document:
    book = needed("python_calamine", "workbooks").CalamineWorkbook.from_path(str(path))
    tables = []
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
        grid = [[_cell_text(cell) for cell in row] for row in rows]
        tables.append([row for row in grid if any(row)])
    return Document(path.name, "", tuple(grid for grid in tables if len(grid) > 1))


def _cell_text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.10g}"
    return "" if cell is None else str(cell).strip()
