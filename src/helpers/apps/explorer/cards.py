"""A view as markup: the chart as SVG, and cards of HTML that follow the reader's theme."""

from html import escape
from math import isnan

import pandas as pd

from helpers import figures
from helpers.apps.explorer import commands, words
from helpers.apps.explorer.collection import Collection
from helpers.apps.explorer.views import View
from helpers.reports.site.page_style import font_face, han_characters
from helpers.topics import verdicts as findings
from helpers.wording import english as wording

STYLE = """<style>
.explorer-verdict, .explorer-card {font: 14px/1.45 'Noto Sans SC', sans-serif; max-width: 46rem}
.explorer-verdict b.explorer-p {display: block; font-size: 28px; line-height: 1.2}
.explorer-refused {border-left: 4px solid #d55e00; padding: .4em .8em; font-size: 16px}
.explorer-card table {border-collapse: collapse; font-size: 13px; margin: .2em 0}
.explorer-card th, .explorer-card td {text-align: left; padding: 2px 10px 2px 0;
  vertical-align: top; border-bottom: 1px solid #8884}
.explorer-card code {user-select: all; overflow-wrap: anywhere; font-size: 13px}
.explorer-card h4 {margin: .7em 0 .2em}
.explorer-chart {background: #fff; max-width: 46rem; margin: .5em 0}
.explorer-chart svg {display: block; width: 100%; height: auto}
</style>"""
"""Colours are those of the page around, so that a dark theme stays dark."""
PUBLISHERS = 2
"""Publishers named below the chart: wrapping a long line is a quarter of its time."""
_LATIN_FIRST = "'DejaVu Sans', 'Noto Sans SC'"
_HAN_FIRST = "'Noto Sans SC', 'DejaVu Sans'"


def style(collection: Collection) -> str:
    """Give the style of all cards, with the Han characters that publishers' names are written in.

    The font comes along because a machine without one would draw boxes.
    """
    sources = collection.raw.sources
    names = [*sources["publisher"], *sources["title"], *sources["title_en"]]
    return STYLE.replace("<style>", f"<style>{font_face(han_characters(names))}")


def chart(collection: Collection, view: View) -> str:
    """Draw the fan chart as an SVG document; empty where nothing can be shown."""
    if view.refused:
        return ""
    unit = wording.axis(view.series["unit"].iloc[0])
    figure = figures.series_chart(
        view.series,
        title=words.chart_title(collection, view),
        unit=unit,
        source=findings.source_line(view.series, collection.raw, view.choices.as_of, PUBLISHERS),
        projection=None if view.outlook is None else view.outlook.intervals,
        target=words.target_mark(view),
    )
    return figures.to_svg(figure)


def chart_card(svg: str, title: str) -> str:
    """Wrap an SVG document for a page: without prologue, with a label for those who cannot see."""
    if not svg:
        return ""
    # The Han font first: as a later fallback Chromium draws boxes.
    drawing = svg[svg.index("<svg") :].replace(_LATIN_FIRST, _HAN_FIRST)
    label = f'<svg role="img" aria-label="{escape(title, quote=True)}"'
    return f'<div class="explorer-chart">{drawing.replace("<svg", label, 1)}</div>'


def verdict_card(collection: Collection, view: View, before: float | None = None) -> str:
    """Write the headline, and the answer below it.

    Parameters
    ----------
    collection : Collection
    view : View
    before : float, optional
        Probability before the last change, to be named beside the present one.
    """
    if view.refused:
        sentences = "<br>".join(escape(line) for line in view.refused.splitlines())
        return f'<div class="explorer-verdict explorer-refused" role="status">{sentences}</div>'
    was = ""
    if before is not None and not isnan(before) and before != view.probability:
        was = f" <small>before: {escape(wording.equation(before))}</small>"
    # A unit stays with its number at the end of a line.
    said = escape(words.answer(collection, view)).replace(" %", "\N{NO-BREAK SPACE}%").split("**")
    bold = "".join(f"<b>{part}</b>" if odd % 2 else part for odd, part in enumerate(said))
    head = f'<b class="explorer-p">{escape(words.headline(view))}{was}</b>'
    return f'<div class="explorer-verdict" role="status">{head}{bold}</div>'


def growth_card(view: View) -> str:
    """Write required growth beside past growth."""
    table = words.growth_table(view)
    if table.empty:
        return ""
    return _card("Growth asked, beside past growth", _table(table))


def rules_card(view: View) -> str:
    """Write the verdict of every on-track rule."""
    if view.rules_refused:
        return _card("On-track rules", f"<p>{escape(view.rules_refused)}</p>")
    table = words.rules_table(view)
    return "" if table.empty else _card("On-track rules of other bodies", _table(table))


def points_card(collection: Collection, view: View) -> str:
    """Write the points used, with their publications."""
    if view.refused:
        return ""
    table = words.points_table(collection, view)
    linked = [
        f'<a href="{escape(url, quote=True)}" target="_blank" rel="noopener">{escape(title)}</a>'
        if url
        else escape(title)
        for title, url in zip(table["publication"], table["address"], strict=True)
    ]
    shown = table.drop(columns=["address", "publication"])
    return _card("Points used, latest first", _table(shown, publication=linked))


def commands_card(view: View) -> str:
    """Write command and run of the notebook for the same view; one click marks a line."""
    if view.refused:
        return ""
    command, why_not = commands.assess_command(view.choices)
    lines = [f"<code>{escape(command)}</code>" if command else escape(why_not).replace("`", "")]
    rules = commands.rules_command(view.choices)
    if rules and len(view.rules):
        lines.append(f"<code>{escape(rules)}</code>")
    lines.append(f"<code>{escape(commands.papermill_command(view.choices))}</code>")
    return _card("The same elsewhere", "".join(f"<p>{line}</p>" for line in lines))


def _card(title: str, body: str) -> str:
    return f'<div class="explorer-card"><h4>{escape(title)}</h4>{body}</div>'


def _table(table: pd.DataFrame, **markup: list[str]) -> str:
    """Write a table; the columns of `markup` hold HTML already and come last."""
    head = "".join(f'<th scope="col">{escape(str(n))}</th>' for n in [*table.columns, *markup])
    rows = [[escape(str(cell)) for cell in row] for row in table.itertuples(index=False)]
    for cells in markup.values():
        rows = [[*row, cell] for row, cell in zip(rows, cells, strict=True)]
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
