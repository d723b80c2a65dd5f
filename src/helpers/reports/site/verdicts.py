"""Verdicts and measures in words, with figure, publication and doubt, in a language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from helpers.days import year_name
from helpers.vocabulary import FIGURE, MEASURE_GRADES, operator_of
from helpers.wording.language import ENGLISH, NO_BREAK, Language, language_of
from helpers.wording.statements import Statement, kept, number, text, whole

_PROSE = re.compile(
    r"<(?P<tag>pre|code|svg|style)\b.*?</(?P=tag)>|<[^>]*>"
    r"|(?P<day>(?<![\w-])\d{4}-\d\d-\d\d(?![\w-]))"
    r"|(?P<space>(?<=\d) (?=%)|(?<=\bP) (?=[=&])|(?<=&[lg]t;) (?=\d)|(?<=P =) (?=\d))",
    re.DOTALL,
)
"""What to pass over, and what to keep together."""


@dataclass(frozen=True)
class Passage:
    """Where the latest figure was read: the words, or, where they may not be kept, their place."""

    sentence: str
    place: str


@dataclass(frozen=True)
class Goal:
    """The level that a target asks its indicator for, at most that where it is a ceiling.

    `low` and `high` bound what is projected; NaN without any.
    """

    indicator: str
    area: str
    unit: str
    level: float
    low: float
    high: float
    ceiling: bool = False


@dataclass(frozen=True)
class Verdict:
    """What is said of one target, beside names and publication.

    `said` is the statement of the tables, its numbers kept together. `probability` is NaN where
    there is none. `goal` is None for a target that asks for no level of its indicator.
    """

    target_id: str
    plan: str
    plan_language: str
    name: str
    name_native: str
    description: str
    area: str
    target_year: int
    state: str
    wording_native: str
    wording_language: str
    latest_grade: str
    source: Source | None
    probability: float
    points: int
    unverified: int
    goal: Goal | None
    said: Statement
    area_id: str = ""
    area_kind: str = ""
    year_ends: int = 12
    read_in: Passage | None = None

    @property
    def year(self) -> str:
        """The target year as people name it."""
        return year_name(self.target_year, self.year_ends)

    @property
    def explanation(self) -> str:
        """The sentence that a state needs beside the figures to be understood; "" if none."""
        if self.state == "open":
            outlook = self.said.outlook if isnan(self.probability) else ""
            parts = (self.said.signing, self.said.due, outlook)
            return language_of(self.said.language).sentences(parts)
        plain = self.state in {"met", "missed"}
        return self.said.signing or ("" if plain else self.said.evidence)


def read_verdicts(
    assessment: pd.DataFrame,
    statements: Mapping[str, Statement],
    targets: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    sources: pd.DataFrame,
    language: Language = ENGLISH,
    quotes: pd.DataFrame | None = None,
) -> tuple[Verdict, ...]:
    """Put names and publications beside what is said of each target, in the order of `targets`.

    Parameters
    ----------
    assessment : DataFrame
        Columns of `helpers.targets.assessment`; text cells "" or NaN when empty.
    statements : mapping
        As `helpers.targets.statements.read_statements` returns, in `language`.
    targets, indicators, areas, sources : DataFrame
        The raw tables of these names.
    language : Language
    quotes : DataFrame, optional
        The raw table of this name: the words that a figure was read in.
    """
    rows = {str(row["target_id"]): row for row in assessment.to_dict("records")}
    tables = {
        "indicator": indicators.set_index("indicator").to_dict("index"),
        "area": areas.set_index("area").to_dict("index"),
        "source": sources.set_index("source_id").to_dict("index"),
        "quote": {} if quotes is None else _passages(quotes),
    }
    return tuple(
        _verdict(rows[name], statements[name], target, tables, language)
        for target in targets.to_dict("records")
        if (name := target["target_id"]) in rows
    )


def _verdict(row: dict, said: Statement, target: dict, tables: dict, language: Language) -> Verdict:
    indicator = tables["indicator"].get(text(row["indicator"]), {})
    area = tables["area"].get(text(row["area"]), {})
    name = _named(indicator, language) or language.say("card.goal_in_words")
    native = text(indicator.get("name_zh"))
    plan = text(target.get(f"plan_{language.code}"))
    wording = tag_of(tables["source"].get(text(target.get("source_id")), {}))
    return Verdict(
        target_id=said.target_id,
        plan=plan or text(row["plan"]),
        plan_language=language.tag if plan else "en",
        name=name,
        name_native=native if native != name and wording.startswith("zh") else "",
        description=text(indicator.get("description")) if language is ENGLISH else "",
        area=_named(area, language) or text(row["area"]),
        target_year=int(row["target_year"]),
        state=text(row["state"]),
        wording_native=text(target.get("wording_native")),
        wording_language=wording,
        latest_grade=text(row["latest_grade"]),
        source=read_source(tables["source"].get(text(row["latest_source_id"])), language),
        probability=number(row["probability"]),
        points=int(whole(row["points"]) or 0),
        unverified=int(whole(row["unverified_points"]) or 0),
        goal=_goal(row),
        said=Statement(**{name: kept(words) for name, words in vars(said).items()}),
        area_id=text(row["area"]),
        area_kind=text(area.get("kind")),
        year_ends=int(whole(indicator.get("year_ends")) or 12),
        read_in=_passage(row, tables["quote"], language),
    )


PLACE = ["source_id", "indicator", "area", "year"]
"""What tells the words of one figure from those of another, for the latest figure of a series."""


def _passages(quotes: pd.DataFrame) -> dict[tuple, dict]:
    """Give one row a place; words on the whole year lead."""
    first = quotes.sort_values("months", ascending=False, kind="stable").drop_duplicates(PLACE)
    return first.set_index(PLACE).to_dict("index")


def _passage(row: dict, quotes: dict, language: Language) -> Passage | None:
    place = (row["latest_source_id"], row["indicator"], row["area"], number(row["latest_year"]))
    if (quote := quotes.get(place)) is None:
        return None
    where = language.say("card.read_at", **{name: quote[name] for name in ("file", "start", "end")})
    return Passage(text(quote["sentence"]), where)


def _named(row: dict, language: Language) -> str:
    return text(row.get(f"name_{language.code}")) or text(row.get("name_en"))


def unbroken(html: str) -> str:
    """Keep numbers and their signs, and dates, together in the prose of a page.

    Code, drawings and what stands inside tags stay as they are.
    """
    return _PROSE.sub(_together, html)


def _together(match: re.Match) -> str:
    if match["space"]:
        return NO_BREAK
    return f'<span class="day">{match["day"]}</span>' if match["day"] else match[0]


def _goal(row: dict) -> Goal | None:
    """Return what is asked of a figure of the target year, in the unit of that figure."""
    unit = text(row["latest_unit"])
    level = number(row["target_value"] if text(row["unit"]) == unit else row["level"])
    if level != level or operator_of(text(row["operator"])).statistic != FIGURE:
        return None
    place = (text(row["indicator"]), text(row["area"]), unit)
    ceiling = operator_of(text(row["operator"])).has_ceiling
    return Goal(*place, level, number(row["lower80"]), number(row["upper80"]), ceiling)


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
    if native and (language is not ENGLISH or text(row.get("language")) == language.code):
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
        As `helpers.topics.measures.measure_table`; text cells "" when empty.
    measures : DataFrame
        The raw table, for the names of the areas.
    language : Language
    """
    places = measures[f"area_{language.code}"]
    names = dict(zip(measures["area_no"].astype(str), places, strict=True))
    areas = []
    for area_no, rows in table.groupby("area_no", sort=False):
        own = tuple(_measure(row, language) for row in rows.to_dict("records"))
        areas.append(Area(names.get(str(area_no), str(area_no)), count_words(rows, language), own))
    return tuple(areas)


def count_words(table: pd.DataFrame, language: Language) -> str:
    """Say how many measures figures cover, in part, or not."""
    counts = (int(table["grade"].eq(grade).sum()) for grade in MEASURE_GRADES)
    numbers = dict(zip(("covered", "partly", "none"), counts, strict=True))
    return language.say("page.measure_counts", **numbers)


def _measure(row: dict, language: Language) -> Measure:
    sentences = re.split(ENDS[language.code], kept(str(row[f"statement_{language.code}"])).strip())
    first, *more = [sentence for sentence in sentences if sentence] or [""]
    grade = str(row["grade"])
    words = language.word("measure", grade.replace(" ", "_"))
    return Measure(str(row[f"name_{language.code}"]), grade, words, first, tuple(more))
