"""A saved publication as a proposal: its figures, its source, and what is doubtful about it.

A text has a setting and a language, and gives every reading once.
"""

import calendar
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import InputError, find
from helpers.publications.chinese import read_chinese
from helpers.publications.documents import Document, Grid, read_document
from helpers.publications.english import read_english
from helpers.publications.phrases import places, vocabulary
from helpers.publications.script import TITLE_YEAR, Reading, Script, Setting, normalise
from helpers.publications.second_reader import Review, review
from helpers.publications.table_cells import read_table

KIND_WORDS = {
    "bulletin": r"经费投入统计公报|科技经费|[Bb]ulletin|[Yy]early [Rr]eview",
    "communique": r"统计公报|[Cc]ommuniqu",
    "yearbook": r"年鉴|[Yy]earbook",
    "work_report": r"工作报告|[Ww]ork report",
    "white_paper": r"白皮书|[Ww]hite paper",
    "press_conference": r"发布会|[Pp]ress conference",
}
"""Words of a title that tell the kind of a publication, the surest first."""
BEGINNING = 600
"""Of a text so many characters tell which place it is about where its title names none."""
FINAL_KINDS = ("yearbook", "bulletin", "white_paper", "dataset")
"""Kinds of publication whose figures are final where they do not say otherwise."""


@dataclass(frozen=True)
class Proposed:
    """A publication, read and doubted."""

    document: Document
    source: dict[str, str]
    """Its row of the sources, held or new."""
    is_new: bool
    """Whether the source is not held."""
    review: Review
    area: str
    """The place that it is about; "" for one that is not held."""


def propose_from(
    raw: RawData, path: Path, given: Mapping[str, str], area: str = "", misread: Sequence[int] = ()
) -> Proposed:
    """Read a saved publication and hold it against a folder; nothing is written.

    `given`: cells of its source that are known; `source_id` may name one that is held. `area`:
    which place it is about; else the one that its title or beginning names, else that of the first
    target. `misread`: numbers of findings, from 1, that a person has found misread. Raises
    `InputError` for a file that cannot be read, or a name that is not there.
    """
    document = read_document(path)
    held = raw.sources.set_index("source_id")
    is_held = given.get("source_id") in held.index
    if is_held:
        source = {"source_id": given["source_id"], **held.loc[given["source_id"]].to_dict()}
    else:
        source = _new_source(document, given)
    area = find(area, set(raw.areas["area"]), "--area", "areas.csv") if area else ""
    area = area or place_of(raw, source, document.text)
    if not is_held and "source_id" not in given:
        source["source_id"] = _free_name(
            f"{area or 'elsewhere'}_{source['kind']}_{source['published']}", held.index
        )
    readings = read_publication(
        document, raw.indicators, raw.areas, area,
        published=source["published"], publisher=source["publisher"],
    )  # fmt: skip
    reviewed = review(
        raw, readings, grade=source["grade"], published=source["published"],
        status=status_of(source["kind"]), misread=[number - 1 for number in misread],
    )  # fmt: skip
    return Proposed(document, source, not is_held, reviewed, area)


def _new_source(document: Document, given: Mapping[str, str]) -> dict[str, str]:
    captions = [cell for grid in document.tables for row in grid[:1] for cell in row]
    lines = [*document.text.splitlines(), *captions]
    first = next((line.strip() for line in lines if line.strip()), "")
    title = given.get("title") or document.title or first[:80] or document.name
    language = language_of(document.text or title)
    named = re.search(r"(?:19|20)\d\d-\d\d-\d\d", document.name)
    published = document.published or (named[0] if named else "")
    kinds = (kind for kind, words in KIND_WORDS.items() if re.search(words, title))
    usual = {
        "title": title, "title_en": title, "publisher": "not shown on the copy",
        "kind": next(kinds, "press"), "published": published, "url": "",
        "language": language, "grade": "secondary", "note": f"read in {document.name}",
    }  # fmt: skip
    return {"source_id": "", **usual, **given}


def place_of(raw: RawData, source: Mapping[str, str], text: str) -> str:
    """Give the place that title, publisher or the beginning of a text names, else the plan's.

    `source`: its `title` and `publisher`. Gives "" for a place that the folder does not hold.
    """
    titles = normalise(f"{source['title']} {source['publisher']}").text
    begins = normalise(text[:BEGINNING]).text
    home = places(raw.areas, "", language_of(text or titles)).home(titles, begins)
    if home is not None:
        return home
    targets = raw.targets["area"]
    return str(targets.iloc[0] if len(targets) else raw.areas["area"].iloc[0])


def _free_name(name: str, taken: Iterable[str]) -> str:
    name = re.sub("[^a-z0-9]+", "_", name.lower()).strip("_")
    numbered = (name, *(f"{name}_{number}" for number in range(2, 1000)))
    return next(one for one in numbered if one not in set(taken))


def status_of(kind: str) -> str:
    """Give the status of figures that do not say it, by the kind of their publication."""
    return "final" if kind in FINAL_KINDS else "preliminary"


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

    Readings come in the order of the text, each figure once. Raises `InputError` for a language
    that is not read, or a phrase that is none.

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

    Raises `InputError` for Japanese and Korean: their words are not known here.
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
    is_text = len(first) > 120 or re.search(r"[。;,]|\. ", first)
    heading = context if is_text else f"{context} {first}"
    years = [int(y) for y in TITLE_YEAR.findall(heading) if not day or int(y) <= day.year]
    if not years and language == "en":
        told = map(int, TITLE_YEAR.findall(first))
        years = [y for y in told if not day or day.year - 2 < y <= day.year]
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
