"""A view as markup: charts, cards, sentences and tables, and the same view elsewhere."""

from base64 import b64encode
from collections.abc import Sequence
from math import isnan
from pathlib import Path
from shlex import join

import pandas as pd

from helpers import charts
from helpers.apps.explorer.views import NAMES, OWN, Choices, Collection, View
from helpers.observations.raw_data import RAW_DIR
from helpers.reports.site.page_style import font_face, han_characters
from helpers.tables import neutral
from helpers.targets.states import past_growth
from helpers.topics import verdicts as findings
from helpers.vocabulary import SETTLED
from helpers.wording import english as wording
from helpers.wording.markdown import as_html
from helpers.wording.statements import statement

STYLE = Path(__file__).with_name("cards.css")
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
    own = STYLE.read_text(encoding="utf-8")
    return f"<style>{font_face(han_characters(''.join(names)))}\n{own}</style>"


def chart(collection: Collection, view: View) -> str:
    """Draw the fan chart as an SVG document; empty where nothing can be shown."""
    if view.refused:
        return ""
    unit = wording.axis(view.series["unit"].iloc[0])
    figure = charts.series_chart(
        view.series,
        title=chart_title(collection, view),
        unit=unit,
        source=findings.source_line(view.series, collection.raw, PUBLISHERS),
        projection=None if view.outlook is None else view.outlook.intervals,
        target=target_mark(view),
    )
    return charts.to_svg(figure)


def chart_card(svg: str, title: str) -> str:
    """Wrap an SVG document for a page: without prologue, with a label for those who cannot see."""
    if not svg:
        return ""
    # The Han font first: as a later fallback Chromium draws boxes.
    drawing = svg[svg.index("<svg") :].replace(_LATIN_FIRST, _HAN_FIRST)
    label = f'<svg role="img" aria-label="{as_html(title)}"'
    return f'<div class="explorer-chart">{drawing.replace("<svg", label, 1)}</div>'


def verdict_card(collection: Collection, view: View, before: float | None = None) -> str:
    """Write the headline, and the answer below it.

    `before`: probability before the last change, to be named beside the present one.
    """
    if view.refused:
        sentences = "<br>".join(as_html(line) for line in view.refused.splitlines())
        return f'<div class="explorer-verdict explorer-refused" role="status">{sentences}</div>'
    was = ""
    if before is not None and not isnan(before) and before != view.probability:
        was = f" <small>before: {as_html(wording.equation(before))}</small>"
    # A unit stays with its number at the end of a line.
    said = as_html(answer(collection, view)).replace(" %", "\N{NO-BREAK SPACE}%").split("**")
    bold = "".join(f"<b>{part}</b>" if odd % 2 else part for odd, part in enumerate(said))
    head = f'<b class="explorer-p">{as_html(headline(view))}{was}</b>'
    return f'<div class="explorer-verdict" role="status">{head}{bold}</div>'


def growth_card(view: View) -> str:
    """Write required growth beside past growth."""
    return _card("Growth asked, beside past growth", _table(growth_table(view)))


def rules_card(view: View) -> str:
    """Write the verdict of every on-track rule."""
    if view.rules_refused:
        return _card("On-track rules", f"<p>{as_html(view.rules_refused)}</p>")
    return _card("On-track rules of other bodies", _table(rules_table(view)))


def points_card(table: pd.DataFrame) -> str:
    """Write the points used, as `points_table` lays them out, with their publications."""
    if table.empty:
        return ""
    linked = [
        f'<a href="{as_html(url)}" target="_blank" rel="noopener">{as_html(title)}</a>'
        if url
        else as_html(title)
        for title, url in zip(table["publication"], table["address"], strict=True)
    ]
    shown = table.drop(columns=["address", "publication"])
    return _card("Points used, latest first", _table(shown, publication=linked))


def commands_card(view: View) -> str:
    """Write command and run of the notebook for the same view; one click marks a line."""
    if view.refused:
        return ""
    command, why_not = assess_command(view.choices)
    lines = [f"<code>{as_html(command)}</code>" if command else as_html(why_not).replace("`", "")]
    rules = rules_command(view.choices)
    if rules and len(view.rules):
        lines.append(f"<code>{as_html(rules)}</code>")
    lines.append(f"<code>{as_html(papermill_command(view.choices))}</code>")
    return _card("The same elsewhere", "".join(f"<p>{line}</p>" for line in lines))


def taken_card(collection: Collection, view: View, svg: str, points: pd.DataFrame) -> str:
    """Give chart, points and sentence away, each as a file that the page holds; "" without any."""
    if view.refused:
        return ""
    name = f"{view.choices.indicator}-{view.choices.area}-{view.choices.as_of}"
    said = answer(collection, view).replace("**", "")
    cells = points.astype(str).map(neutral)
    files = {
        "chart": ("svg", "image/svg+xml", svg),
        "points": ("csv", "text/csv", cells.to_csv(index=False, lineterminator="\r\n")),
        "sentence": ("txt", "text/plain", f"{said} {view.choices.permalink}\n"),
    }
    links = [
        f'<a download="{name}.{ending}" href="data:{kind};charset=utf-8;base64,'
        f'{b64encode(content.encode()).decode()}">{what}</a>'
        for what, (ending, kind, content) in files.items()
    ]
    return f'<div class="explorer-card explorer-taken">Save: {", ".join(links)}</div>'


def kept_card(kept: Sequence[tuple[str, View]]) -> str:
    """Lay the views that were kept side by side, each with the link that brings it back.

    `kept`: each with the name of its series.
    """
    rows = [
        (name, f"{view.choices.as_of}", headline(view), median_of(view), view.choices.permalink)
        for name, view in kept
    ]
    table = pd.DataFrame(rows, columns=["series", "as of", "says", "median", "permalink"])
    links = [f"<code>{as_html(link)}</code>" for link in table.pop("permalink")]
    return _card("Views kept", _table(table, permalink=links))


def median_of(view: View) -> str:
    """Write the median of the last projected year, with the year; a dash without a projection."""
    if view.outlook is None:
        return wording.number(float("nan"))
    last = view.outlook.intervals.iloc[-1]
    decimals = int(view.series["decimals"].iloc[-1])
    return f"{wording.number(last['median'], decimals)} in {last['year']:.0f}"


def _card(title: str, body: str) -> str:
    """Frame a body under its title; nothing without one."""
    if not body:
        return ""
    return f'<div class="explorer-card"><h4>{as_html(title)}</h4>{body}</div>'


def _table(table: pd.DataFrame, **markup: list[str]) -> str:
    """Write a table, if it has rows; the columns of `markup` hold HTML already and come last."""
    if table.empty:
        return ""
    head = "".join(f'<th scope="col">{as_html(n)}</th>' for n in [*table.columns, *markup])
    rows = [[as_html(cell) for cell in row] for row in table.itertuples(index=False)]
    for cells in markup.values():
        rows = [[*row, cell] for row, cell in zip(rows, cells, strict=True)]
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


SPANS = (1, 3, 5, 10)
"""Years over which past growth is shown."""


def name_of(collection: Collection, view: View) -> str:
    """Name indicator and area in English."""
    choices = view.choices
    return f"{collection.indicators[choices.indicator]}, {collection.places[choices.area]}"


def asked(view: View) -> str:
    """Write what the target asks for; empty without one."""
    return "" if view.verdict.empty else statement(view.verdict.iloc[0]).asked


def headline(view: View) -> str:
    """State and probability in a few words, as large as they are read."""
    if view.verdict.empty:
        return "no target"
    said = statement(view.verdict.iloc[0])
    return said.equation or said.state


def answer(collection: Collection, view: View) -> str:
    """Say what the view shows, in markdown: verdict, why, and what rests on unverified figures."""
    if view.refused:
        return view.refused
    name = name_of(collection, view)
    if view.verdict.empty:
        ahead = "" if view.outlook is None else findings.projecting(view.outlook, view.verdict)
        return _joined(ahead or f"**{name}.**", view.note, unverified(view))
    row = view.verdict.iloc[0]
    verdict = statement(row)
    chance = f", {verdict.equation} ({verdict.likelihood})" if verdict.likelihood else ""
    # The verdict itself may say that the points are too few.
    said = view.note in row["reason"] or "too few for a projection" in row["reason"]
    note = "" if said else view.note
    return _joined(f"**{name}: {verdict.state}{chance}.** {row['reason']}", note, unverified(view))


def unverified(view: View) -> str:
    """Say how many points are unverified, and what becomes of P without them."""
    unread, total = int(view.series["grade"].eq("unverified").sum()), len(view.series)
    points = wording.counted(total, "point")
    if not unread:
        return "No point is unverified."
    said = f"{unread} of {points} {'is' if unread == 1 else 'are'} unverified"
    if isnan(view.probability):
        return f"{said}."
    without = view.verdict["probability_verified"].iloc[0]
    if isnan(without):
        return f"{said}; without them no probability can be given."
    return f"{said}; without them {wording.equation(without)}."


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def chart_title(collection: Collection, view: View) -> str:
    """Title of the fan chart: the chance of the target, its outcome, or where the series goes."""
    name = name_of(collection, view)
    if view.evidence is not None:
        state = view.verdict["state"].iloc[0]
        year = view.evidence.target.year
        if state in SETTLED:
            return f"{name}, {year}: {wording.STATE_WORDS[state]}, asked was {asked(view)}"
        if not isnan(view.probability):
            return f"{name}, {year}: {wording.equation(view.probability)} for {asked(view)}"
    if view.outlook is None:
        first, last = view.series["year"].min(), view.series["year"].max()
        points = wording.counted(len(view.series), "point")
        return f"{name}: {points}, {first} to {last}, not projected"
    return findings.fan_title(view.outlook, view.verdict)


def growth_table(view: View) -> pd.DataFrame:
    """Lay required growth beside past growth, in percent a year.

    Gives columns growth and `% a year`; empty for an indicator that is itself a growth rate.
    """
    if view.series.empty or view.series["unit"].iloc[0] == "pct":
        return pd.DataFrame(columns=["growth", "% a year"])
    rows = []
    if view.evidence is not None and not isnan(view.verdict["required_growth"].iloc[0]):
        year = view.evidence.target.year
        rows.append((f"asked until {year}", view.verdict["required_growth"].iloc[0]))
    last = int(view.series["year"].max())
    for span in SPANS:
        begin = last - span
        if begin in set(view.series["year"]):
            rows.append((f"{begin} to {last}", past_growth(view.series, span)))
    table = pd.DataFrame(rows, columns=["growth", "% a year"])
    return table.assign(**{"% a year": [wording.number(g, 1) for g in table["% a year"]]})


def rules_table(view: View) -> pd.DataFrame:
    """Lay out the reading of every on-track rule: whose, what it says, on what ratio, why."""
    columns = ["rule of", "says", "in short", "ratio", "why"]
    if view.rules.empty:
        return pd.DataFrame(columns=columns)
    rows = []
    for row in view.rules.itertuples():
        said = row.state if row.sound else f"[{row.state}]" if row.state else "no reading"
        rows.append((row.owner, said, row.level, wording.number(row.value, 2), row.why))
    return pd.DataFrame(rows, columns=columns)


def points_table(collection: Collection, view: View) -> pd.DataFrame:
    """Lay out the points used, latest first, each with grade, date and publication."""
    if view.refused:
        return pd.DataFrame()
    series = view.series.iloc[::-1]
    sources = collection.raw.sources.set_index("source_id")
    cited = sources.loc[series["source_id"]]
    printed = zip(series["value"], series["decimals"], strict=True)
    decimals = series["decimals"].iloc[0]
    days = zip(series["known_from"], series["known_from_assumed"], strict=True)
    return pd.DataFrame(
        {
            "year": series["year"].to_numpy(),
            "value": [wording.number(*cell) for cell in printed],
            "on the latest definition": [
                wording.number(value, decimals) for value in series["spliced_value"]
            ],
            "definition": series["definition"].to_numpy(),
            "status": series["status"].to_numpy(),
            "qualifier": series["qualifier"].to_numpy(),
            "grade": series["grade"].to_numpy(),
            "known from": [wording.day(day, assumed) for day, assumed in days],
            "publication": cited["title_en"].where(cited["title_en"].ne(""), cited["title"]).array,
            "publisher": cited["publisher"].array,
            "address": cited["url"].array,
        }
    )


def target_mark(view: View) -> tuple[int, float, str] | None:
    """Year, level and label of the target for a chart, also where nothing is projected."""
    if view.evidence is None or isnan(view.verdict["level"].iloc[0]):
        return None
    target = view.evidence.target
    kind = "own level" if target.target_id == OWN else "target"
    label = f"{kind} {wording.number(target.value, target.decimals)}"
    return target.target_year, float(view.verdict["level"].iloc[0]), label


NOTEBOOK = "notebooks/explore.ipynb"
SPOKEN = ("min_grade", "first_year", "definition", "splice")
"""Choices that `assess` has an option for, beside date, target and folder."""
SWITCHES = {
    "suspected_breaks": (True, "--suspected-breaks"),
    "stand_ins": (False, "--no-stand-ins"),
}
"""Choices that are switches of `assess`: the value that the switch sets."""


def assess_command(choices: Choices) -> tuple[str, str]:
    """Return the command that prints the same probability, and why there is none.

    Returns
    -------
    command : str
        For a shell; empty where `assess` cannot say the same.
    why_not : str
        One sentence; empty where there is a command.
    """
    if not choices.target_id:
        return "", "`assess` judges the targets of targets.csv: choose one to get its command."
    words = ["shenzhen-targets", "assess", "--as-of", str(choices.as_of)]
    words += ["--target", choices.target_id]
    unspoken = []
    for name in _changed(choices):
        value = getattr(choices, name)
        if name in SPOKEN:
            words += [f"--{name.replace('_', '-')}", str(value)]
        elif name in SWITCHES and value is SWITCHES[name][0]:
            words.append(SWITCHES[name][1])
        else:
            unspoken.append(name)
    if unspoken:
        named = ", ".join(unspoken)
        return "", f"`assess` has no option for {named}: use the notebook's line below."
    return join([*words, *_folder(choices, "--raw-dir")]), ""


def rules_command(choices: Choices) -> str:
    """Return the command that prints the on-track rules; empty where there is none."""
    if choices.base_year or choices.first_year:
        return ""
    command, _ = assess_command(choices)
    return f"{command} --rules" if command else ""


def papermill_command(choices: Choices) -> str:
    """Return the line that runs the notebook with these choices, from the repository's folder."""
    words = ["papermill", NOTEBOOK, "explored.ipynb", "-p", "permalink", choices.permalink]
    return join([*words, *_folder(choices, "-p", "raw_dir")])


def _changed(choices: Choices) -> list[str]:
    """Names of the choices that decide a probability and differ from their default."""
    elsewhere = {"indicator", "area", "as_of", "target_id", "base_year"}
    fields = type(choices).model_fields
    names = (name for name in NAMES if name not in elsewhere)
    return [name for name in names if getattr(choices, name) != fields[name].default]


def _folder(choices: Choices, *option: str) -> list[str]:
    return [] if choices.raw_dir == RAW_DIR else [*option, str(choices.raw_dir)]
