"""Verdicts and measures in words, with figure, publication and doubt, in a language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from helpers.vocabulary import MEASURE_GRADES
from helpers.wording.language import ENGLISH, Language
from helpers.wording.sentences import (
    asides,
    line_of,
    number,
    places,
    reasons,
    span_of,
    text,
    truth,
    whole,
)

SIGNIFICANT_MOVE = 0.05
"""A probability that moves less than this counts as the same in the text; both are shown."""
NO_BREAK = "\N{NO-BREAK SPACE}"
_PROSE = re.compile(
    r"<(?P<tag>pre|code|svg|style)\b.*?</(?P=tag)>|<[^>]*>"
    r"|(?P<day>(?<![\w-])\d{4}-\d\d-\d\d(?![\w-]))"
    r"|(?P<space>(?<=\d) (?=%)|(?<=\bP) (?=[=&])|(?<=&[lg]t;) (?=\d)|(?<=P =) (?=\d))",
    re.DOTALL,
)
"""What to pass over, and what to keep together."""


@dataclass(frozen=True)
class Shares:
    """Figure and projection in percent of the target, NaN where there is none."""

    latest: float
    low: float
    high: float


@dataclass(frozen=True)
class Verdict:
    """One row of the assessment in words.

    `probability` is NaN where there is none. `changes` says what leaving out unverified figures
    changes: "state", "probability" or "". `shares` is None where figure and target have different
    units.
    """

    target_id: str
    plan: str
    plan_language: str
    name: str
    name_native: str
    description: str
    area: str
    year: int
    state: str
    heading: str
    line: str
    wording_native: str
    wording_language: str
    latest: str
    latest_year: str
    latest_status: str
    latest_qualifier: str
    latest_grade: str
    grade: str
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
    reasons: tuple[str, ...]
    reason: str
    shares: Shares | None
    met_at_signing: bool = False
    asides: tuple[str, ...] = ()

    @property
    def first_reason(self) -> str:
        """The first sentence of the reason that is no aside."""
        return next((sentence for sentence in self.reasons if sentence not in self.asides), "")

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
    language: Language = ENGLISH,
) -> tuple[Verdict, ...]:
    """Put the rows of `assessment.csv` into words, in the order of `targets`.

    Parameters
    ----------
    assessment : DataFrame
        Columns of `helpers.targets.assessment`; text cells "" or NaN when empty.
    targets, indicators, areas, sources : DataFrame
        The raw tables of these names.
    language : Language
    """
    rows = {str(row["target_id"]): row for row in assessment.to_dict("records")}
    tables = {
        "indicator": indicators.set_index("indicator").to_dict("index"),
        "area": areas.set_index("area").to_dict("index"),
        "source": sources.set_index("source_id").to_dict("index"),
    }
    return tuple(
        _verdict(rows[target["target_id"]], target, tables, language)
        for target in targets.to_dict("records")
        if target["target_id"] in rows
    )


def _verdict(row: dict, target: dict, tables: dict, language: Language) -> Verdict:
    indicator = tables["indicator"].get(text(row["indicator"]), {})
    area = tables["area"].get(text(row["area"]), {})
    topic = indicator.get("topic", "")
    state, probability = text(row["state"]), number(row["probability"])
    without, changes = _without(row, language)
    told = tuple(kept(sentence) for sentence in reasons(row, language, topic))
    name = _named(indicator, language) or language.say("card.goal_in_words")
    native = text(indicator.get("name_zh"))
    plan = text(target.get(f"plan_{language.code}"))
    return Verdict(
        target_id=text(row["target_id"]),
        plan=plan or text(row["plan"]),
        plan_language=language.tag if plan else "en",
        name=name,
        name_native=native if native != name else "",
        description=text(indicator.get("description")) if language is ENGLISH else "",
        area=_named(area, language) or text(row["area"]),
        year=int(row["target_year"]),
        state=state,
        heading=language.word("heading", state),
        line=kept(line_of(row, language, topic)),
        wording_native=text(target.get("wording_native")),
        wording_language=tag_of(tables["source"].get(text(target.get("source_id")), {})),
        **_latest(row, topic, language),
        source=read_source(tables["source"].get(text(row["latest_source_id"])), language),
        probability=probability,
        chance="" if isnan(probability) else kept(language.probability(probability)),
        likelihood=language.likelihood(probability),
        projected=_projected(row, topic, language),
        without_unverified=without,
        changes=changes,
        points=int(whole(row["points"]) or 0),
        unverified=int(whole(row["unverified_points"]) or 0),
        reasons=told,
        reason=language.sentences(told),
        shares=_shares(row),
        met_at_signing=text(row["at_signing"]) == "met",
        asides=tuple(kept(sentence) for sentence in asides(row, language, topic)),
    )


def _named(row: dict, language: Language) -> str:
    return text(row.get(f"name_{language.code}")) or text(row.get("name_en"))


def kept(words: str) -> str:
    """Keep a number and its signs together at the end of a line."""
    return re.sub(r"(?<=\d) (?=%)|(?<=[<>=]) (?=\d)|(?<=P) (?=[<>=])", NO_BREAK, words)


def unbroken(html: str) -> str:
    """Keep numbers and their signs, and dates, together in the prose of a page.

    Code, drawings and what stands inside tags stay as they are.
    """
    return _PROSE.sub(_together, html)


def _together(match: re.Match) -> str:
    if match["space"]:
        return NO_BREAK
    return f'<span class="day">{match["day"]}</span>' if match["day"] else match[0]


def _latest(row: dict, topic: str, language: Language) -> dict[str, str]:
    """Say which figure is the latest, and on what footing; empty texts without one."""
    value, status = number(row["latest_value"]), text(row["latest_status"])
    decimals = places(value, row["latest_decimals"])
    unit, qualifier = text(row["latest_unit"]), text(row["latest_qualifier"])
    words = [language.word("status", status)] if status else []
    words += [language.word("qualifier", qualifier)] if qualifier not in ("", "exact") else []
    known = text(row["latest_known_from"])[:10]
    assumed = truth(row["latest_known_from_assumed"])
    grade = text(row["latest_grade"])
    amount = "" if isnan(value) else language.amount(value, decimals, unit, topic)
    return {
        "latest": kept(amount),
        "latest_year": whole(row["latest_year"]),
        "latest_status": words[0] if words else "",
        "latest_qualifier": language.listed(words),
        "latest_grade": grade,
        "grade": language.word("grade", grade),
        "known_from": language.day(known, assumed) if known else "",
    }


def _projected(row: dict, topic: str, language: Language) -> str:
    median, lower, upper = span_of(row, language, topic)
    if not median:
        return ""
    return kept(language.say("card.projection", median=median, lower=lower, upper=upper))


def _shares(row: dict) -> Shares | None:
    """Set figure and projection beside the target, where they are of one unit."""
    value = number(row["target_value"])
    own = text(row["unit"]) == text(row["latest_unit"])
    if not own or not value > 0 or "growth" in text(row["operator"]):
        return None
    columns = ("latest_value", "lower80", "upper80")
    return Shares(*(100 * number(row[name]) / value for name in columns))


def _without(row: dict, language: Language) -> tuple[str, str]:
    """Say what the verdict is without unverified figures, and what of it is another."""
    if not int(whole(row["unverified_points"]) or 0):
        return language.say("without.none"), ""
    state, other = text(row["state"]), text(row["state_verified"])
    p, q = number(row["probability"]), number(row["probability_verified"])
    chance = "" if isnan(q) else kept(language.probability(q))
    if state != other:
        word = language.word("heading", other).lower()
        key = "without.state_chance" if chance else "without.state"
        return language.say(key, state=word, chance=chance), "state"
    if isnan(p):
        return language.say("without.same"), ""
    if isnan(q):
        return language.say("without.no_chance"), "probability"
    if language.likelihood(p) == language.likelihood(q):
        return language.say("without.same_chance", chance=chance), ""
    moved = "probability" if abs(p - q) >= SIGNIFICANT_MOVE else ""
    likelihood = language.likelihood(q)
    return language.say("without.chance", chance=chance, likelihood=likelihood), moved


NOT_SHOWN = "not shown"
"""How the raw tables begin the publisher of a text that names none."""


@dataclass(frozen=True)
class Source:
    """A publication; `url` is empty unless it is a web address, `language` is that of a page."""

    title: str
    title_native: str
    publisher: str
    published: str
    url: str
    grade: str
    language: str


def read_source(row: Mapping[str, Any] | None, language: Language) -> Source | None:
    """Put a row of `sources.csv` into words; its own title leads where a reader can read it."""
    if row is None:
        return None
    title, native, url = text(row["title_en"]), text(row["title"]), text(row["url"])
    if text(row.get("language")) == language.code and native:
        title = native
    safe = url if url.lower().startswith(("https://", "http://")) else ""
    publisher, published = text(row["publisher"]), text(row["published"])
    if publisher.startswith(NOT_SHOWN) and language is not ENGLISH:
        publisher = language.say("card.not_shown")
    return Source(
        title=title or native,
        title_native=native if native != title else "",
        publisher=publisher,
        published=language.day(published) if published else language.say("card.undated"),
        url=safe,
        grade=text(row["grade"]),
        language=tag_of(row),
    )


def tag_of(source: Mapping[str, Any]) -> str:
    """Return the language of a publication as a page names it."""
    written = text(source.get("language")) or "zh"
    return "zh-Hans" if written == "zh" else written


ENDS = {"en": r"(?<=[.])\s+(?=[^a-z])", "zh": r"(?<=。)", "ja": r"(?<=。)"}
"""Where one sentence ends and the next begins."""


@dataclass(frozen=True)
class Measure:
    """One measure; `line` is the first sentence on it, `more` are the others."""

    name: str
    grade: str
    grade_words: str
    line: str
    more: tuple[str, ...]


@dataclass(frozen=True)
class Area:
    """One area of the plan with its measures."""

    name: str
    counts: str
    measures: tuple[Measure, ...]


def read_areas(table: pd.DataFrame, measures: pd.DataFrame, language: Language) -> tuple[Area, ...]:
    """Put the rows of `measures.csv` into words, area by area.

    Parameters
    ----------
    table : DataFrame
        As `helpers.topics.measures.text.measure_table`; text cells "" when empty.
    measures : DataFrame
        The raw table, for the names of the areas.
    language : Language
    """
    names = {
        str(row["area_no"]): _local(row, "area", language) for row in measures.to_dict("records")
    }
    areas = []
    for area_no, rows in table.groupby("area_no", sort=False):
        own = tuple(_measure(row, language) for row in rows.to_dict("records"))
        areas.append(Area(names.get(str(area_no), str(area_no)), count_words(rows, language), own))
    return tuple(areas)


def count_words(table: pd.DataFrame, language: Language) -> str:
    """Say how many measures can be judged, in part, or not."""
    counts = (int(table["grade"].eq(grade).sum()) for grade in MEASURE_GRADES)
    numbers = dict(zip(("judged", "partly", "none"), counts, strict=True))
    return language.say("page.measure_counts", **numbers)


def _measure(row: dict, language: Language) -> Measure:
    sentences = re.split(ENDS[language.code], kept(str(row[f"statement_{language.code}"])).strip())
    first, *more = [sentence for sentence in sentences if sentence] or [""]
    grade = str(row["grade"])
    words = language.word("measure", grade.replace(" ", "_"))
    return Measure(_local(row, "name", language), grade, words, first, tuple(more))


def _local(row: dict, what: str, language: Language) -> str:
    """Name something in the language, in English where a table has no other name."""
    own = row[f"{what}_{language.code}"]
    return str(own) if own and own == own else str(row[f"{what}_en"])
