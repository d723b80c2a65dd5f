"""Each verdict in words, with its figure, its source and its doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isnan, nan

import pandas as pd

from helpers import wording

SIGNIFICANT_MOVE = 0.05
"""A probability that moves less than this counts as the same in the text; both are shown."""
NO_BREAK = "\N{NO-BREAK SPACE}"
GOAL_IN_WORDS = "Goal in words"
HEADINGS = {
    "already_met_at_signing": "Already met at signing",
    "met": "Met",
    "missed": "Missed",
    "at_the_line": "At the line",
    "open": "Open",
    "no_data": "No data",
    "not_numeric": "No number",
}
GRADES = {
    "official": "official: text of a government or WIPO publication",
    "press": "press: news text, not yet an official publication",
    "secondary": "secondary: a page, list or digest that quotes the figure",
    "unverified": "unverified: no publication with this figure was found",
}


@dataclass(frozen=True)
class Source:
    """A publication; `url` is empty unless it is a web address."""

    title: str
    title_native: str
    publisher: str
    published: str
    url: str
    grade: str


@dataclass(frozen=True)
class Verdict:
    """One row of the assessment in words.

    `probability` is NaN where there is none. `changes` says what leaving out unverified figures
    changes: "state", "probability" or "".
    """

    target_id: str
    plan: str
    name: str
    name_native: str
    description: str
    area: str
    year: int
    state: str
    heading: str
    line: str
    wording_native: str
    latest: str
    latest_year: str
    latest_qualifier: str
    latest_grade: str
    source: Source | None
    known_from: str
    probability: float
    chance: str
    likelihood: str
    projected: str
    without_unverified: str
    changes: str
    points: int
    unverified: int
    reason: str
    met_at_signing: bool = False

    @property
    def first_reason(self) -> str:
        """The first sentence of the reason."""
        return re.split(r"(?<=\.)\s+(?=[A-Z])", self.reason, maxsplit=1)[0]

    @property
    def explained(self) -> bool:
        """Whether the state needs its reason beside the figures to be understood."""
        if self.state == "open":
            return self.met_at_signing
        return self.state not in {"met", "missed"}


def read_verdicts(
    assessment: pd.DataFrame,
    targets: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    sources: pd.DataFrame,
) -> tuple[Verdict, ...]:
    """Put the rows of `assessment.csv` into words, in the order of `targets`.

    Parameters
    ----------
    assessment : DataFrame
        Columns of `helpers.assessment`; text cells "" or NaN when empty.
    targets, indicators, areas, sources : DataFrame
        The raw tables of these names.
    """
    rows = {str(row["target_id"]): row for row in assessment.to_dict("records")}
    tables = {
        "indicator": indicators.set_index("indicator").to_dict("index"),
        "area": areas.set_index("area").to_dict("index"),
        "source": sources.set_index("source_id").to_dict("index"),
    }
    return tuple(
        _verdict(rows[target["target_id"]], target, tables)
        for target in targets.to_dict("records")
        if target["target_id"] in rows
    )


def _verdict(row: dict, target: dict, tables: dict) -> Verdict:
    indicator = tables["indicator"].get(_text(row["indicator"]), {})
    area = tables["area"].get(_text(row["area"]), {})
    own_unit = indicator.get("unit", _text(row["unit"]))
    state, probability = _text(row["state"]), _number(row["probability"])
    value, decimals = _number(row["latest_value"]), _number(row.get("latest_decimals", nan))
    without, changes = _without(row)
    return Verdict(
        target_id=_text(row["target_id"]),
        plan=_text(row["plan"]),
        name=indicator.get("name_en", "") or GOAL_IN_WORDS,
        name_native=indicator.get("name_zh", ""),
        description=indicator.get("description", ""),
        area=area.get("name_en", _text(row["area"])),
        year=int(row["target_year"]),
        state=state,
        heading=HEADINGS.get(state, state),
        line=_line(row, target),
        wording_native=_text(target.get("wording_native")),
        latest=""
        if isnan(value)
        else _kept(wording.amount(value, _places(value, decimals), own_unit)),
        latest_year=_whole(row["latest_year"]),
        latest_qualifier=_qualifier(row),
        latest_grade=_text(row["latest_grade"]),
        source=_source(tables["source"].get(_text(row["latest_source_id"]))),
        known_from=_text(row["latest_known_from"])[:10],
        probability=probability,
        chance="" if isnan(probability) else _kept(wording.probability(probability)),
        likelihood=wording.likelihood(probability),
        projected=_projected(row, own_unit, _places(value, decimals)),
        without_unverified=without,
        changes=changes,
        points=int(_whole(row["points"]) or 0),
        unverified=int(_whole(row["unverified_points"]) or 0),
        reason=_kept(_text(row["reason"])),
        met_at_signing=_text(row.get("at_signing", "")) == "met",
    )


def _kept(text: str) -> str:
    """Keep a number and its sign together at the end of a line."""
    return re.sub(r"(?<=\d) (?=%)|(?<=[<>]) (?=\d)", NO_BREAK, text)


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)


def _number(value: object) -> float:
    text = _text(value)
    return float(text) if text else nan


def _whole(value: object) -> str:
    number = _number(value)
    return "" if isnan(number) else f"{number:.0f}"


def _places(value: float, decimals: float) -> int:
    """Decimals as printed; where they are not recorded, as many as the number needs."""
    if not isnan(decimals):
        return int(decimals)
    return 0 if isnan(value) or value == int(value) else 2


def _line(row: dict, target: dict) -> str:
    value = _number(row["target_value"])
    if isnan(value):
        return ""
    places = _places(value, _number(target.get("decimals", nan)))
    return _kept(wording.line(_text(row["operator"]), value, places, _text(row["unit"])))


def _qualifier(row: dict) -> str:
    words = [_text(row["latest_status"]), _text(row["latest_qualifier"])]
    return ", ".join(w.replace("_", " ") for w in words if w and w != "exact")


def _projected(row: dict, unit: str, places: int) -> str:
    middle, low, high = (_number(row[name]) for name in ("median", "lower80", "upper80"))
    if isnan(middle) or isnan(low) or isnan(high):
        return ""
    span = f"{wording.number(low, places)} to {wording.number(high, places)}"
    return _kept(f"{wording.amount(middle, places, unit)} (80 % interval {span})")


def _source(row: dict | None) -> Source | None:
    if row is None:
        return None
    title, native, url = _text(row["title_en"]), _text(row["title"]), _text(row["url"])
    safe = url if url.lower().startswith(("https://", "http://")) else ""
    return Source(
        title=title or native,
        title_native=native if native != title else "",
        publisher=_text(row["publisher"]),
        published=_text(row["published"]) or "undated",
        url=safe,
        grade=_text(row["grade"]),
    )


def _without(row: dict) -> tuple[str, str]:
    """Say what the verdict is without unverified figures, and what of it is another."""
    if not int(_whole(row["unverified_points"]) or 0):
        return "rests on no unverified figure", ""
    state, other = _text(row["state"]), _text(row["state_verified"])
    p, q = _number(row["probability"]), _number(row["probability_verified"])
    chance = "" if isnan(q) else _kept(wording.probability(q))
    if state != other:
        heading = HEADINGS.get(other, other).lower()
        return f"without them: {heading}{f' ({chance})' if chance else ''}", "state"
    if isnan(p):
        return "the same without them", ""
    if isnan(q):
        return "without them: no probability", "probability"
    if wording.likelihood(p) == wording.likelihood(q):
        return f"the same without them ({chance})", ""
    moved = "probability" if abs(p - q) >= SIGNIFICANT_MOVE else ""
    return f"without them: {chance}, {wording.likelihood(q)}", moved
