"""Executed notebooks as pages: title, answer and cells, nothing loaded from elsewhere."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from pygments.formatters import HtmlFormatter

from helpers.charts.svg import unpacked
from helpers.reports.site.colours import dark_rules, themed
from helpers.reports.site.downloads import Keepsake, chart_of, table_of
from helpers.reports.site.page_tables import cells, parsed, readable

TEMPLATES = Path(__file__).with_name("templates")
PRIORITY = ["image/svg+xml", "image/png", "text/html", "text/markdown", "image/jpeg", "text/plain"]
ANSWER_TAG = "answer"
ANSWER_HEADING = "The answer"
_XML_PROLOGUE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>", re.DOTALL)
_XML_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_XML_NAMES = re.compile(r"""\s+xmlns(:\w+)?=("[^"]*"|'[^']*')""")
_XML_STYLE = re.compile(
    r"<style[^>]*>\s*\*\s*{\s*stroke-linejoin: round; stroke-linecap: butt;?\s*}\s*</style>"
)
_XML_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
SVG = "image/svg+xml"
_FAMILIES = (
    ("'DejaVu Sans', 'Noto Sans SC'", "'Noto Sans SC', 'DejaVu Sans'"),
    (
        "'DejaVu Sans', 'Noto Sans JP', 'Noto Sans SC'",
        "'Noto Sans JP', 'Noto Sans SC', 'DejaVu Sans'",
    ),
)
"""Fonts of a drawing, and in which order a page names them."""
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])|\[")
"""Where HTML or a link would begin in Markdown that a cell prints: its words may come from data."""
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class NotebookPage:
    """What the site shows of a notebook; `body` is HTML, the other texts are plain.

    `subject` is what this run of the notebook is about, "" where there is only one run;
    `keepsakes` are the charts and tables that the page offers as files, `style`
    is the style sheet of its drawings. Of a page taken over from another report `taken` names
    the files, which are there already; its body is empty.
    """

    name: str
    title: str
    subject: str
    answer: str
    body: str = ""
    keepsakes: tuple[Keepsake, ...] = ()
    style: str = ""
    taken: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """Paths below the site of the page and of all that it offers."""
        offered = (f"{one.name}.{ending}" for one in self.keepsakes for ending in one.endings)
        return self.taken or (f"notebooks/{self.name}.html", *offered)


def read_page(path: Path, name: str, subject: str = "") -> NotebookPage:
    """Turn an executed notebook into a page.

    The title is the first heading; the answer is the first text that a code cell prints under the
    heading "The answer", or that a cell tagged `answer` prints; of several paragraphs the first,
    if it is a whole sentence.
    """
    notebook = nbformat.read(path, as_version=4)
    body, keepsakes = render_cells(notebook, name)
    heading = _heading(notebook, name, subject)
    return replace(heading, body=body, keepsakes=keepsakes, style=dark_rules(body))


def read_heading(path: Path, name: str, subject: str = "") -> NotebookPage:
    """Return what the front page says of an executed notebook: a page without its body."""
    return _heading(nbformat.read(path, as_version=4), name, subject)


def _heading(notebook: nbformat.NotebookNode, name: str, subject: str) -> NotebookPage:
    titles = [_HEADING.findall(c.source) for c in notebook.cells if c.cell_type == "markdown"]
    title = next((found[0] for found in titles if found), name)
    return NotebookPage(name, plain(title), subject, _answer(notebook))


def plain(markdown: str) -> str:
    """Return one line of Markdown without its marks."""
    markdown = re.sub(r"^\s*([-*+]|\d+\.)\s+", "", markdown)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", text).strip()


def _answer(notebook: nbformat.NotebookNode) -> str:
    heading = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = (_HEADING.findall(cell.source) or [heading])[-1]
        elif heading == ANSWER_HEADING or ANSWER_TAG in cell.metadata.get("tags", []):
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                text = data.get("text/markdown") or output.get("text") or data.get("text/plain")
                if text:
                    first = text.split("\n\n")[0].rstrip()
                    whole = first if first.endswith(".") else text
                    return " ".join(plain(line) for line in whole.splitlines()).strip()
    return ""


def render_cells(
    notebook: nbformat.NotebookNode, name: str = "notebook"
) -> tuple[str, tuple[Keepsake, ...]]:
    """Return the cells as an HTML fragment, and what can be saved; the notebook is not changed."""
    shown = copy.deepcopy(notebook)
    heading, charts, tables = "", [], []
    for cell in shown.cells:
        if cell.cell_type == "markdown":
            heading = (_HEADING.findall(cell.source) or [heading])[-1]
        elif cell.cell_type == "code":
            cell.metadata.setdefault("alt", f"Figure: {plain(heading)}")
            for output in cell.outputs:
                data = output.get("data", {})
                if SVG in data:
                    charts.append(chart_of(data[SVG], name, len(charts) + 1))
                    _place_chart(output, charts[-1], f"svg{len(charts)}-")
                if "text/markdown" in data:
                    data["text/markdown"] = _MARKUP.sub(
                        lambda mark: f"&#{ord(mark[0])};", data["text/markdown"]
                    )
                if "text/html" in data:
                    table = parsed(data["text/html"])
                    if SVG not in data and (rows := cells(table)):
                        tables.append(table_of(rows, name, len(tables) + 1, plain(heading)))
                        label = f"Table {len(tables)}: {plain(heading)}"
                        output.metadata |= {"links": tables[-1].links(), "label": label}
                    data["text/html"] = readable(table)
    body, _ = _exporter().from_notebook_node(shown)
    return body, (*charts, *tables)


def _place_chart(output: nbformat.NotebookNode, chart: Keepsake, prefix: str) -> None:
    """Put a chart into its output as the page shows it: wide, and where there is one for phones."""
    packed = output.metadata.get(SVG, {}).get("narrow", "")
    drawings = [("wide", chart.svg, prefix)]
    if packed:
        drawings.append(("narrow", unpacked(packed), f"{prefix}n-"))
    output.data[SVG] = "".join(
        f'<div class="{width}">{inline_svg(svg, own)}</div>' for width, svg, own in drawings
    )
    output.metadata |= {"links": chart.links(), "fits": bool(packed), "named": bool(chart.title)}


def inline_svg(svg: str, prefix: str = "") -> str:
    """Return an SVG document as an element of a page, in the colours of the page.

    Prologue, metadata and namespaces go: HTML knows the namespaces by itself, and without them no
    address stands in the page. Every id gets `prefix`, for several drawings on one page. The style
    that matplotlib sets for all elements becomes one of this drawing, the Han font comes first
    (see `helpers.reports.site.page_style`), and the title becomes a label, which is read out but
    does not pop up.
    """
    for pattern in (_XML_PROLOGUE, _XML_METADATA, _XML_NAMES):
        svg = pattern.sub("", svg)
    svg, styled = _XML_STYLE.subn("", svg)
    if styled:
        svg = svg.replace("<svg", '<svg style="stroke-linejoin: round; stroke-linecap: butt"', 1)
    if title := _XML_TITLE.search(svg):
        label = title[1].replace('"', "&quot;")
        svg = svg.replace(title[0], "", 1).replace("<svg", f'<svg aria-label="{label}"', 1)
    svg = re.sub(r"""(\sid="|href="#|url\(#)""", rf"\g<1>{prefix}", svg)
    for latin_first, han_first in _FAMILIES:
        svg = svg.replace(latin_first, han_first)
    return themed(svg.strip())


def code_style() -> str:
    """Return the style sheet of highlighted code, for light and dark pages."""
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    plain_dark = re.sub(r"background(-color)?:[^;}]*;?", "", dark)
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{plain_dark}\n}}"


@lru_cache(maxsize=1)
def _exporter() -> HTMLExporter:
    exporter = HTMLExporter(
        template_name="notebook_page",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        optimistic_validation=True,
        sanitize_html=False,
    )
    exporter.display_data_priority = PRIORITY
    # Display priority also decides which of several representations stays in the page.
    exporter.register_filter("filter_data_type", _best_representation)
    return exporter


def _best_representation(data: dict[str, object]) -> list[str]:
    return [kind for kind in PRIORITY if kind in data][:1]
