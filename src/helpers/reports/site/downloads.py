"""What a reader takes away: charts and tables of a page, and every table also as JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from helpers.charts.svg import carried
from helpers.reports.site.exports import can_draw, png
from helpers.tables import restored

CHARTS, TABLES = "charts", "shown"
"""Folders of the site."""
PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class Keepsake:
    """A chart or a table of a page.

    Attributes
    ----------
    name : str
        Path below the site, without the ending of its files.
    title : str
    svg, csv : str
        Texts of the files; "" where there is none.
    """

    name: str
    title: str
    svg: str = ""
    csv: str = ""

    @property
    def endings(self) -> tuple[str, ...]:
        """Endings of the files, in the order of the links."""
        # Only a chart of the house is sure to be drawn.
        drawn = ("svg", "png") if self.title and can_draw() else ("svg",)
        return (drawn if self.svg else ()) + (("csv",) if self.csv else ()) + (
            ("json",) if self.csv and not self.svg else ()
        )  # fmt: skip

    def links(self) -> str:
        """Return the line of links for a page in the folder of notebooks."""
        what = "chart" if self.svg else "table"
        links = []
        for kind in self.endings:
            label = f"{kind.upper()}: {self.title or what}"
            links.append(
                f'<a href="../{quote(self.name)}.{kind}" download aria-label="{escape(label)}">'
                f"{kind.upper()}</a>"
            )
        return f'<p class="take">Save this {what}: {" ".join(links)}</p>'


def chart_of(svg: str, page: str, number: int) -> Keepsake:
    """Return what can be taken away of a chart: the document, and the figures that it carries."""
    held = carried(svg)
    figures = with_source(held["csv"], held.get("source", "")) if held.get("csv") else ""
    return Keepsake(f"{CHARTS}/{page}-{number}", held.get("title", ""), svg, figures)


def table_of(rows: Sequence[Sequence[str]], page: str, number: int, title: str) -> Keepsake:
    """Return what can be taken away of a table, whose first row is its header."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return Keepsake(f"{TABLES}/{page}-{number}", title, csv=out.getvalue())


def with_source(text: str, source: str) -> str:
    """Return a CSV text with the line of sources as its last column."""
    if not source:
        return text
    header, *rows = csv.reader(io.StringIO(text))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*header, "source"])
    writer.writerows([*row, source] for row in rows)
    return out.getvalue()


def write_keepsakes(
    keepsakes: Iterable[Keepsake],
    site: Path,
    drawn: Callable[[Path], bytes | None] = lambda svg: None,
) -> tuple[Path, ...]:
    """Write the files of all charts and tables below a site; return them, sorted.

    `drawn` gives the PNG of an SVG file where it is at hand; any other is drawn.
    """
    every = list(keepsakes)
    for folder in {(site / one.name).parent for one in every}:
        folder.mkdir(parents=True, exist_ok=True)
    return tuple(sorted(path for one in every for path in _write(one, site, drawn)))


def _write(one: Keepsake, site: Path, drawn: Callable[[Path], bytes | None]) -> list[Path]:
    paths = {ending: site / f"{one.name}.{ending}" for ending in one.endings}
    if one.csv:
        paths["csv"].write_text(one.csv, encoding="utf-8", newline="")
    for ending, path in paths.items():
        if ending == "svg":
            prologue = "" if one.svg.startswith("<?xml") else PROLOGUE
            path.write_text(prologue + one.svg, encoding="utf-8", newline="")
        elif ending == "png":
            path.write_bytes(drawn(paths["svg"]) or png(one.svg))
        elif ending == "json":
            text = json.dumps(read_table(paths["csv"]), ensure_ascii=False, indent=1)
            path.write_text(text + "\n", encoding="utf-8")
    return list(paths.values())


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
