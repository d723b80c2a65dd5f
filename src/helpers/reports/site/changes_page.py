"""What is new since the last report, as page in a language, JSON and Atom feed (RFC 4287)."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from helpers.reports.changes.comparison import FILE, INPUT_WORDS, lines_of
from helpers.reports.site.verdicts import kept
from helpers.wording.language import Language
from helpers.wording.sentences import amount_of, figure_words, moved, news, part_words

MOST_COLUMNS = 4
"""Columns of a table named one by one; further ones are counted."""


def write_news(changes: Mapping[str, Any], plan: str, folder: Path) -> None:
    """Write `changes.json` and `changes.atom`; the pages are written with the other pages."""
    text = json.dumps(changes, ensure_ascii=False, indent=1, allow_nan=False, default=_plain)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
    (folder / "changes.atom").write_text(atom_feed(changes, plan), encoding="utf-8")


def _plain(value: Any) -> Any:
    """Turn a number of numpy into one of Python."""
    return value.item() if hasattr(value, "item") else str(value)


def news_values(
    changes: Mapping[str, Any], language: Language, names: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the template of the page fills in.

    Parameters
    ----------
    changes : mapping
        As `helpers.reports.changes.comparison.compare_with_last` returns.
    language : Language
    names : mapping
        Names in the language: of indicators, areas and plans by what the tables call them, and of
        the indicators of targets by `target_id`.
    """
    figures = [_figure(figure, language, names) for figure in changes["figures"]]
    causes = [figure["words"] for figure in figures]
    since = changes["since"]
    return {
        "as_of": changes["as_of"],
        "since": language.day(since) if since and since != changes["as_of"] else "",
        "summary": kept(news(changes, language, names)),
        "verdicts": [
            {
                "name": names.get(verdict["target_id"], verdict["name"]),
                "year": verdict["year"],
                "plan": names.get(verdict["plan"], verdict["plan"]),
                "moved": kept(moved(verdict, language)),
                "parts": [part_words(part, causes, language) for part in verdict["parts"]],
            }
            for verdict in changes["verdicts"]
        ],
        "figures": figures,
        "tables": [_table(table, language) for table in changes["tables"]],
        "notes": [_note(note, language) for note in changes["notes"]],
        "earlier": [_earlier(entry, language) for entry in changes["earlier"]],
    }


def _figure(
    figure: Mapping[str, Any], language: Language, names: Mapping[str, str]
) -> dict[str, Any]:
    """Put a figure into words, with what it was before and where it comes from."""
    before, source = figure["value_before"], figure["source"]
    title, english = source["title"], source["title_en"]
    url = source["url"] or ""
    return {
        "words": kept(figure_words(figure, language, names)),
        "note": figure["note"],
        "kind": language.word("change_word", figure["kind"]),
        "known": language.say("changes.known", day=language.day(figure["known_from"])),
        "before": "" if before is None else kept(amount_of(figure, before, language)),
        "title": (english or title if language.code == "en" else title or english)
        or figure["source_id"],
        "url": url if url.lower().startswith(("https://", "http://")) else "",
        "publisher": language.say("list.clause").join(
            part for part in (source["publisher"], language.day(source["published"] or "")) if part
        ),
    }


def _table(table: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Count what is other in a table, and name the columns that moved."""
    named = [
        language.say("changes.by", column=column, most=f"{table['largest'][column]:.4g}")
        if column in table["largest"]
        else column
        for column in list(table["changed"])[:MOST_COLUMNS]
    ]
    columns = language.listed(named)
    if further := len(table["changed"]) - len(named):
        columns = language.say("changes.more_columns", columns=columns, count=further)
    name = table["table"].removesuffix(".csv")
    key = f"table.{name.split('/')[0].split('-')[0]}"
    return {
        "table": name,
        "words": language.say(key) if language.has(key) else "",
        "added": table["added"],
        "removed": table["removed"],
        "changed": sum(table["changed"].values()),
        "columns": language.say("changes.columns", columns=columns) if columns else "",
    }


def _anchor(entry: Mapping[str, Any]) -> str:
    """Name the place of an earlier report on the page: the report itself may be gone one day."""
    return f"r{entry['id'][-12:]}"


def _earlier(entry: Mapping[str, Any], language: Language) -> tuple[str, str, str, str]:
    """Return the day of an earlier report, what it said, in which language, and its place."""
    day = language.day(entry["as_of"])
    if entry["since"] is None:
        return day, language.say("news.first"), language.tag, _anchor(entry)
    if told := entry.get("summaries", {}).get(language.code):
        return day, told, language.tag, _anchor(entry)
    # Reports of before kept of those before them only what they said in English.
    return day, entry["summary"], "en", _anchor(entry)


def _note(note: str, language: Language) -> tuple[str, str]:
    """Return a note and the language that it is in."""
    name = next((name for name, text in INPUT_WORDS.items() if text == note), "")
    return (language.word("change_note", name), language.tag) if name else (note, "en")


NAMESPACE = "http://www.w3.org/2005/Atom"
UNPRINTABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def atom_feed(changes: Mapping[str, Any], plan: str) -> str:
    """Return the feed as XML.

    Ids follow from the plan and from what each report was made of, so that they are the same
    wherever and however often a report is made. Links are relative to the feed; a time is the
    start of the as-of date, UTC.

    Parameters
    ----------
    changes : mapping
        As `helpers.reports.changes.comparison.compare_with_last`.
    plan : str
        Name of the plan under evaluation.
    """
    feed = ElementTree.Element("feed", xmlns=NAMESPACE)
    _text(feed, "id", uuid.uuid5(uuid.NAMESPACE_OID, plan).urn)
    _text(feed, "title", f"What is new: {plan}")
    _text(feed, "updated", _time(changes["as_of"]))
    _text(ElementTree.SubElement(feed, "author"), "name", "Shenzhen targets")
    ElementTree.SubElement(feed, "link", rel="self", href="changes.atom")
    ElementTree.SubElement(feed, "link", rel="alternate", href="index.html")
    own = {name: changes[name] for name in ("as_of", "id", "since", "summary")}
    _entry(feed, {**own, "lines": lines_of(changes)}, "changes.html")
    for entry in changes["earlier"]:
        _entry(feed, entry, f"changes.html#{_anchor(entry)}")
    ElementTree.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, "unicode") + "\n"


def _entry(feed: ElementTree.Element, entry: Mapping[str, Any], page: str) -> None:
    element = ElementTree.SubElement(feed, "entry")
    _text(element, "id", entry["id"])
    _text(element, "title", f"Report as of {entry['as_of']}")
    _text(element, "updated", _time(entry["as_of"]))
    ElementTree.SubElement(element, "link", rel="alternate", href=page)
    _text(element, "summary", entry["summary"])
    if entry["lines"]:
        items = "".join(f"<li>{escape(line)}</li>" for line in entry["lines"])
        _text(element, "content", f"<ul>{items}</ul>", type="html")


def _text(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    element = ElementTree.SubElement(parent, name, attributes)
    element.text = UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _time(day: str) -> str:
    return f"{day}T00:00:00Z"
