"""The changes of this report and of those before as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from html import escape
from typing import Any
from xml.etree import ElementTree

from helpers.reports.changes.entries import lines_of

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
        _entry(feed, entry, f"../{entry['as_of']}/changes.html")
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
