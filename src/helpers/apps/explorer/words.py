"""Sentences and tables of a view: every number in them is computed."""

from math import isnan

import pandas as pd

from helpers.apps.explorer.collection import Collection
from helpers.apps.explorer.views import OWN, View
from helpers.targets.states import past_growth
from helpers.topics import verdicts as findings
from helpers.vocabulary import SETTLED
from helpers.wording import english as wording

SPANS = (1, 3, 5, 10)
"""Years over which past growth is shown."""


def name_of(collection: Collection, view: View) -> str:
    """Name indicator and area in English."""
    choices = view.choices
    return f"{collection.indicators[choices.indicator]}, {collection.places[choices.area]}"


def asked(view: View) -> str:
    """Write what the target asks for; empty without one."""
    if view.evidence is None:
        return ""
    target = view.evidence.target
    return wording.line(
        target.operator, target.value, target.decimals, target.unit, target.value_high
    )


def headline(view: View) -> str:
    """State and probability in a few words, as large as they are read."""
    if view.verdict.empty:
        return "no target"
    row = view.verdict.iloc[0]
    if isnan(row["probability"]):
        return wording.STATE_WORDS[row["state"]]
    return wording.equation(row["probability"])


def answer(collection: Collection, view: View) -> str:
    """Say what the view shows, in markdown: verdict, why, and what rests on unverified figures."""
    if view.refused:
        return view.refused
    name = name_of(collection, view)
    if view.verdict.empty:
        ahead = "" if view.outlook is None else findings.projecting(view.outlook, view.verdict)
        return _joined(ahead or f"**{name}.**", view.note, unverified(view))
    row = view.verdict.iloc[0]
    state = wording.STATE_WORDS[row["state"]]
    chance = ""
    if not isnan(row["probability"]):
        likely = wording.likelihood(row["probability"])
        chance = f", {wording.equation(row['probability'])} ({likely})"
    told = view.note if view.note not in row["reason"] and not _told(view) else ""
    return _joined(f"**{name}: {state}{chance}.** {row['reason']}", told, unverified(view))


def _told(view: View) -> bool:
    """Whether the verdict itself says that the points are too few."""
    return "too few for a projection" in view.verdict["reason"].iloc[0]


def unverified(view: View) -> str:
    """Say how many points are unverified, and what becomes of P without them."""
    unread = int(view.series["grade"].eq("unverified").sum())
    if not unread:
        return f"None of the {len(view.series)} points is unverified."
    said = f"{unread} of {len(view.series)} points are unverified"
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
    if len(view.verdict):
        state = view.verdict["state"].iloc[0]
        year = view.evidence.target.target_year
        if state in SETTLED:
            return f"{name}, {year}: {wording.STATE_WORDS[state]}, asked was {asked(view)}"
        if not isnan(view.probability):
            return f"{name}, {year}: {wording.equation(view.probability)} for {asked(view)}"
    if view.outlook is None:
        first, last = view.series["year"].min(), view.series["year"].max()
        points = "1 point" if len(view.series) == 1 else f"{len(view.series)} points"
        return f"{name}: {points}, {first} to {last}, not projected"
    return findings.fan_title(view.outlook, view.verdict)


def growth_table(view: View) -> pd.DataFrame:
    """Lay required growth beside past growth, in percent a year.

    Returns
    -------
    DataFrame
        Columns growth and `% a year`; empty for an indicator that is itself a growth rate.
    """
    if view.series.empty or view.series["unit"].iloc[0] == "pct":
        return pd.DataFrame(columns=["growth", "% a year"])
    rows = []
    if len(view.verdict) and not isnan(view.verdict["required_growth"].iloc[0]):
        year = view.evidence.target.target_year
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
    rows = [
        (
            row.owner,
            row.state if row.sound else f"[{row.state}]" if row.state else "no reading",
            row.level,
            wording.number(row.value, 2),
            row.why,
        )
        for row in view.rules.itertuples()
    ]
    return pd.DataFrame(rows, columns=columns)


def points_table(collection: Collection, view: View) -> pd.DataFrame:
    """Lay out the points used, latest first, each with grade, date and publication."""
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
    if view.verdict.empty or isnan(view.verdict["level"].iloc[0]):
        return None
    target = view.evidence.target
    kind = "own level" if target.target_id == OWN else "target"
    label = f"{kind} {wording.number(target.value, target.decimals)}"
    return target.target_year, float(view.verdict["level"].iloc[0]), label
