"""The publication behind a figure, as a page names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpers.wording.language import ENGLISH, Language
from helpers.wording.sentences import text

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
