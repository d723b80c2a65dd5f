"""What a reader takes away from a notebook page: its charts and tables as files beside the page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from helpers.charts.svg import carried
from helpers.reports.site.rasters import can_draw, png
from helpers.reports.site.site_downloads import read_table

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
