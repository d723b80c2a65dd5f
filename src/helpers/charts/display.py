"""How notebooks and pages get a chart or a table: charts as SVG, tables without empty places."""

import io
import re
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers.charts.chart import drawing_of
from helpers.charts.style import house_style, set_style
from helpers.charts.svg import annotated, lean, packed
from helpers.charts.text_layout import FAMILIES, speaking
from helpers.tables import DASH, csv_text

SVG, NARROW = "image/svg+xml", "narrow"
"""Kind of output, and the name in its metadata of the chart for phones."""
NO_ROW = "No row: nothing fits these parameters."
_FAMILY_JA = "'DejaVu Sans', 'Noto Sans JP', 'Noto Sans SC', sans-serif"
_FAMILY = ", ".join(f"'{name}'" if " " in name else name for name in FAMILIES)
_NAMES: dict[str, str] = {}
_HEADINGS: dict[str, str] = {}
_IDENTIFIERS = re.compile(r"[a-z0-9_]+([;,] ?[a-z0-9_]+)*")
_IDENTIFIER = re.compile(r"[a-z0-9_]+")
_INDENT = re.compile(r"^ +", re.MULTILINE)


def call_rows(names: Mapping[str, str], headings: Mapping[str, str] | None = None) -> None:
    """Let tables of this process show names where they hold identifiers, one or a list of them.

    An identifier without a name is shown with blanks for its underscores. Headings of columns have
    names of their own, which may be shorter.
    """
    for held, given in ((_NAMES, names), (_HEADINGS, headings or {})):
        held.clear()
        held.update(given)


def _headed(label: Any) -> Any:
    return _HEADINGS.get(label, _NAMES.get(label, label))


def _named(cell: Any) -> Any:
    if not isinstance(cell, str) or not _IDENTIFIERS.fullmatch(cell):
        return cell
    return _IDENTIFIER.sub(lambda one: _NAMES.get(one[0], one[0].replace("_", " ")), cell)


def use_house_style() -> None:
    """Set the house style for this process, and let notebooks show figures and tables in it.

    Text stays text there: it is found by a search, read aloud, and compared by regression tests.
    In the metadata of a chart goes one for phones, for the pages of a report.
    """
    set_style()
    if "IPython" not in sys.modules:
        return
    from IPython import get_ipython
    from IPython.display import Markdown

    if shell := get_ipython():
        formatters = shell.display_formatter
        formatters.mimebundle_formatter.for_type(Figure, shown)
        if "text/html" in formatters.active_types:
            formatters.formatters["text/html"].for_type(pd.DataFrame, table_html)
            for kind in (pd.DataFrame, Figure, Markdown):
                formatters.formatters["text/plain"].for_type(kind, _say_no_more)


def _say_no_more(*_: Any) -> None:
    """Leave out the text of what is shown: a table a second time, or `<Figure size 700x412>`."""
    raise NotImplementedError


def table_html(frame: pd.DataFrame) -> str:
    """Lay out a table as pandas does, a dash where there is no value, a sentence without rows."""
    if frame.empty:
        return f"<p>{NO_ROW}</p>"
    plain = frame.copy()
    for place, kind in enumerate(frame.dtypes):
        column = frame.iloc[:, place]
        if isinstance(kind, np.dtype) and kind.kind == "f":
            column = column + 0.0  # of a negative zero this makes a plain one
        elif kind.kind not in "mM" and column.hasnans:
            column = column.astype(object).where(column.notna(), DASH)
        plain.isetitem(place, column.map(_named) if kind.kind not in "biufmM" else column)
    plain = plain.rename(index=_named, columns=_headed)
    for axis in (plain.index, plain.columns):
        axis.names = [_headed(name) for name in axis.names]
    # A page would read formulas, and links in them, between the dollars of two names.
    with pd.option_context("display.html.use_mathjax", False):
        rows = pd.get_option("display.max_rows")
        return _INDENT.sub("", plain.to_html(na_rep=DASH, max_rows=rows, notebook=True))


def shown(figure: Figure) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give a figure as a notebook keeps it: as SVG, and packed in the metadata one for phones."""
    drawing = drawing_of(figure)
    narrow = {NARROW: packed(to_svg(drawing.narrow(), data=False))} if drawing else {}
    return {SVG: to_svg(figure)}, {SVG: narrow} if narrow else {}


def to_svg(figure: Figure, *, data: bool = True) -> str:
    """Write a figure as SVG; the same figure always gives the same bytes.

    A chart of the house carries its title, what it shows in words, its source, and with `data` its
    figures as CSV (see `helpers.charts.svg.carried`).
    """
    drawing = drawing_of(figure)
    content = io.StringIO()
    with house_style(), speaking(drawing.language if drawing else "en"):
        # A date in the file would change a notebook at each run.
        figure.savefig(content, format="svg", metadata={"Date": None})
    # Without a backslash no formula that a page reads between two dollars can hold a link.
    svg = lean(content.getvalue(), _FAMILY).replace("\\", "\N{FULLWIDTH REVERSE SOLIDUS}")
    if drawing is None:
        return svg
    svg = in_family_of(svg, drawing.language)
    facts = {"source": drawing.source, "language": drawing.language}
    if data and len(drawing.data):
        facts["csv"] = csv_text(drawing.data)
    return annotated(svg, drawing.title, drawing.description, facts)


def in_family_of(svg: str, code: str) -> str:
    """Give a drawing the fonts of a language: a Han character can have another form in Japanese."""
    return svg.replace(_FAMILY, _FAMILY_JA) if code == "ja" else svg
