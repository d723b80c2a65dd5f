"""Figures out of a text: its setting, its language, and every reading once."""

import calendar
import itertools
import re
from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

from helpers.problems import InputError
from helpers.publications.chinese import read_chinese
from helpers.publications.documents import Document, Grid
from helpers.publications.english import read_english
from helpers.publications.phrases import places, vocabulary
from helpers.publications.script import Script, normalise
from helpers.publications.setting import TITLE_YEAR, Reading, Setting
from helpers.publications.table_cells import read_table

_HAN = re.compile("[\u4e00-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
_PART_OF_TITLE = re.compile(r"前三季度|1-9月|上半年|1-6月|一季度|1-3月")
_PART_OF_FIRST = re.compile(r"(?:first|1st) half|(first (?:three quarters|nine months))")
_MONTHS = {"前三季度": 9, "1-9月": 9, "上半年": 6, "1-6月": 6, "一季度": 3, "1-3月": 3}


def read_text(
    text: str,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    area: str,
    *,
    published: str = "",
    title: str = "",
    publisher: str = "",
    tables: Sequence[Grid] = (),
) -> list[Reading]:
    """Read the figures that a text gives of indicators.

    Parameters
    ----------
    text : str
        As published, in Chinese of either script or in English.
    indicators, areas : DataFrame
        Of the raw tables, with the phrases that indicators go by.
    area : str
        The place that the text is about where it names no other.
    published : str
        Day, month or year; without it a period has to be named by the text.
    title, publisher : str
        Beside the text; a title stands in the first line too, as a rule.
    tables : sequence of Grid
        Of the same publication.

    Returns
    -------
    list of Reading
        In the order of the text, each figure once.

    Raises
    ------
    helpers.problems.InputError
        For a language that is not read, or a phrase that is none.
    """
    script = normalise(text)
    language = language_of(script.text or " ".join(c for g in tables for row in g for c in row))
    setting = _setting(script, indicators, areas, area, published, f"{title} {publisher}", language)
    reader = read_chinese if language == "zh" else read_english
    cells = (read_table(grid, at, setting) for at, grid in enumerate(tables, 1) if grid)
    return once(itertools.chain(reader(script, setting), *cells))


def read_publication(
    document: Document,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    area: str,
    *,
    published: str = "",
    publisher: str = "",
) -> list[Reading]:
    """Read the figures of a saved publication, its text and its tables; else as `read_text`."""
    return read_text(
        document.text, indicators, areas, area,
        published=published or document.published, title=document.title, publisher=publisher,
        tables=document.tables,
    )  # fmt: skip


def once(readings: Iterable[Reading]) -> list[Reading]:
    """Keep the first of readings that say the same, and the exact one beside its bound."""
    kept: dict[tuple[object, ...], Reading] = {}
    for one in readings:
        key = (one.indicator, one.area, one.year, one.months, float(one.value))
        kept.setdefault(key, one)
    return list(kept.values())


def language_of(text: str) -> str:
    """Say in which language a text is: zh or en.

    Raises
    ------
    helpers.problems.InputError
        For Japanese and Korean: their words are not known here.
    """
    letters = len(re.findall("[A-Za-z]", text))
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    if kana > 0.15 * (han + kana):
        raise InputError(
            "the text is in Japanese or Korean, which is not read; add its figures by --indicator"
        )
    return "zh" if han * 4 > letters else "en"


def day_of(published: str) -> date | None:
    """Give the last day that a date, month or year can mean."""
    parts = [int(part) for part in published.split("-")] if published else []
    if not parts:
        return None
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])


def _setting(
    script: Script,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    area: str,
    published: str,
    context: str,
    language: str,
) -> Setting:
    day = day_of(published)
    first = next((line for line in script.text.splitlines() if line.strip()), "")
    heading = (
        context if len(first) > 120 or re.search(r"[。;,]|\. ", first) else f"{context} {first}"
    )
    years = [int(y) for y in TITLE_YEAR.findall(heading) if not day or int(y) <= day.year]
    if not years and language == "en":
        years = [
            y
            for y in map(int, TITLE_YEAR.findall(first))
            if not day or day.year - 2 < y <= day.year
        ]
    part = _PART_OF_TITLE.search(heading)
    months = _MONTHS[part[0]] if part else 12
    if language == "en" and (part := _PART_OF_FIRST.search(first)):
        months = 9 if part[1] else 6
    year = years[0] if len(set(years)) == 1 else 0
    if year and day and year == day.year and months == 12:
        year = 0  # the year of a work report is the one in which it is given
    if not year and day:
        year = day.year - 1 if months == 12 or day.month <= months else day.year
    if language == "en":
        heading += " " + script.text[:400]
    known = places(areas, area, language)
    return Setting(day, area, heading, year, months, vocabulary(indicators, language), known)
