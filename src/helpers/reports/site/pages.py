"""Executed notebooks as pages: title, answer and cells, with tables made readable."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
from nbconvert import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from helpers.charts.svg import bare, unpacked
from helpers.reports.site.downloads import Keepsake, chart_of, table_of
from helpers.reports.site.page_style import dark_rules, themed
from helpers.reports.site.tables import cells, parsed, readable
from helpers.reports.site.translated_notebook import translate_notebook
from helpers.reports.site.translation import Translation
from helpers.wording.language import ENGLISH, Language

TEMPLATES = Path(__file__).with_name("templates")
PRIORITY = ["image/svg+xml", "image/png", "text/html", "text/markdown", "image/jpeg", "text/plain"]
ANSWER_TAG = "answer"
ANSWER_HEADING = "The answer"
_XML_PROLOGUE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>", re.DOTALL)
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

    `subject` names what this run of the notebook is about, nothing where there is only one run;
    `keepsakes` are the charts and tables that the page offers as files, `style`
    is the style sheet of its drawings, `language` the one that all of it is written in.
    """

    name: str
    title: str
    subject: tuple[str, ...]
    answer: str
    body: str = ""
    keepsakes: tuple[Keepsake, ...] = ()
    style: str = ""
    language: Language = ENGLISH

    @property
    def about(self) -> str:
        """What this run is about, in its language: names may hold commas, and are kept apart."""
        return self.language.say("list.clause").join(self.subject)

    @property
    def file(self) -> str:
        """Name of its file: the page in English, in which it was run, has the plain name."""
        return f"{name_in(self.name, self.language)}.html"


def name_in(name: str, language: Language) -> str:
    """Name what belongs to a page in a language."""
    return name if language is ENGLISH else f"{name}-{language.code}"


def read_pages(
    path: Path,
    name: str,
    subject: tuple[str, ...] = (),
    translations: Sequence[Translation] = (),
) -> tuple[NotebookPage, ...]:
    """Turn an executed notebook into a page in English, and one in each language that says it all.

    A page of which a text has no translation is left out.
    """
    notebook = nbformat.read(path, as_version=4)
    pages = [page_of(notebook, name, subject)]
    for translation in translations:
        told = translate_notebook(notebook, translation)
        if not told.missing:
            about = tuple(translation.of(one) or one for one in subject)
            heading = translation.of(ANSWER_HEADING) or ANSWER_HEADING
            language = translation.language
            pages.append(page_of(told.notebook, name, about, language, heading))
    return tuple(pages)


def page_of(
    notebook: nbformat.NotebookNode,
    name: str,
    subject: tuple[str, ...] = (),
    language: Language = ENGLISH,
    answer_heading: str = ANSWER_HEADING,
) -> NotebookPage:
    """Turn an executed notebook into a page.

    The title is the first heading; the answer is the first text that a code cell prints under the
    heading of the answer, or that a cell tagged `answer` prints; of several paragraphs the first,
    if it is a whole sentence.
    """
    body, keepsakes = render_cells(notebook, name, language)
    titles = [_HEADING.findall(c.source) for c in notebook.cells if c.cell_type == "markdown"]
    title = next((found[0] for found in titles if found), name)
    style = dark_rules(body)
    answer = _answer(notebook, answer_heading)
    return NotebookPage(name, plain(title), subject, answer, body, keepsakes, style, language)


def plain(markdown: str) -> str:
    """Return one line of Markdown without its marks, as a page shows it."""
    markdown = re.sub(r"^\s*([-*+]|\d+\.)\s+", "", markdown)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return unescape(re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", text)).strip()


def _answer(notebook: nbformat.NotebookNode, answer_heading: str) -> str:
    heading = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = (_HEADING.findall(cell.source) or [heading])[-1]
        elif heading == answer_heading or ANSWER_TAG in cell.metadata.get("tags", []):
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                text = data.get("text/markdown") or output.get("text") or data.get("text/plain")
                if text:
                    first = text.split("\n\n")[0].rstrip()
                    whole = first if first.endswith((".", "。")) else text
                    return " ".join(plain(line) for line in whole.splitlines()).strip()
    return ""


def render_cells(
    notebook: nbformat.NotebookNode, name: str = "notebook", language: Language = ENGLISH
) -> tuple[str, tuple[Keepsake, ...]]:
    """Return the cells as an HTML fragment, and what can be saved; the notebook is not changed."""
    shown, say = copy.deepcopy(notebook), language.say
    name = name_in(name, language)
    heading = ""
    charts: list[Keepsake] = []
    tables: list[Keepsake] = []
    for cell in shown.cells:
        if cell.cell_type == "markdown":
            heading = (_HEADING.findall(cell.source) or [heading])[-1]
        elif cell.cell_type == "code":
            cell.metadata.setdefault("alt", say("notebook.figure_label", heading=plain(heading)))
            for output in cell.outputs:
                data = output.get("data", {})
                if SVG in data:
                    charts.append(chart_of(data[SVG], name, len(charts) + 1))
                    _place_chart(output, charts[-1], f"svg{len(charts)}-", language)
                if "text/markdown" in data:
                    data["text/markdown"] = _MARKUP.sub(
                        lambda mark: f"&#{ord(mark[0])};", data["text/markdown"]
                    )
                if "<table" in data.get("text/html", ""):
                    table = parsed(data["text/html"])
                    if SVG not in data and (rows := cells(table)):
                        tables.append(table_of(rows, name, len(tables) + 1, plain(heading)))
                        label = say(
                            "notebook.table_label", number=len(tables), heading=plain(heading)
                        )
                        output.metadata |= {"links": tables[-1].links(language), "label": label}
                    data["text/html"] = readable(table)
    words = {word: say(f"notebook.{word}") for word in WORDS}
    body, _ = _exporter().from_notebook_node(shown, resources={"words": words})
    return body, (*charts, *tables)


WORDS = ("code", "parameters", "parameters_run", "messages", "table", "chart")
"""What the frame of a cell says, by keys of the table of strings."""


def _place_chart(
    output: nbformat.NotebookNode, chart: Keepsake, prefix: str, language: Language
) -> None:
    """Put a chart into its output as the page shows it: wide, and where there is one for phones."""
    packed = output.metadata.get(SVG, {}).get("narrow", "")
    drawings = [("wide", chart.svg, prefix)]
    if packed:
        drawings.append(("narrow", unpacked(packed), f"{prefix}n-"))
    output.data[SVG] = "".join(
        f'<div class="{width}">{inline_svg(svg, own)}</div>' for width, svg, own in drawings
    )
    output.metadata |= {
        "links": chart.links(language),
        "fits": bool(packed),
        "named": bool(chart.title),
    }


def inline_svg(svg: str, prefix: str = "") -> str:
    """Return an SVG document as an element of a page, in the colours of the page.

    Prologue, metadata and namespaces go: HTML knows the namespaces by itself, and without them no
    address stands in the page. Every id gets `prefix`, for several drawings on one page. The style
    that matplotlib sets for all elements becomes one of this drawing, the Han font comes first
    (see `helpers.reports.site.page_style`), and the title becomes a label, which is read out but
    does not pop up.
    """
    svg = _XML_NAMES.sub("", _XML_PROLOGUE.sub("", bare(svg)))
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


class _Fragments(HTMLExporter):
    """Writes cells as its template says.

    `HTMLExporter` takes each page that it has written apart once more, for pictures without a
    description, which the template describes: that takes two thirds of its time.
    """

    def from_notebook_node(  # type: ignore[override]  # as in nbconvert
        self, nb: nbformat.NotebookNode, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        """Write the cells of a notebook."""
        wanted = self._init_resources(resources)
        return super(HTMLExporter, self).from_notebook_node(nb, wanted, **more)


@lru_cache(maxsize=1)
def _exporter() -> _Fragments:
    # The code is the same in every language.
    highlighted = lru_cache(maxsize=1024)(Highlight2HTML())
    return _Fragments(
        template_name="notebook_page",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        optimistic_validation=True,
        sanitize_html=False,
        filters={"highlight_code": highlighted},
        config=Config({"NbConvertBase": {"display_data_priority": PRIORITY}}),
    )
