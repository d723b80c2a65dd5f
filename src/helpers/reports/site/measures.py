"""The measures of the plan at a glance: by area, each with its grade and what figures say."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from helpers.reports.site.verdicts import kept
from helpers.topics.measures.grading import MEASURE_GRADES
from helpers.wording.language import Language

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
    for number, rows in table.groupby("area_no", sort=False):
        own = tuple(_measure(row, language) for row in rows.to_dict("records"))
        areas.append(Area(names.get(str(number), str(number)), count_words(rows, language), own))
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
