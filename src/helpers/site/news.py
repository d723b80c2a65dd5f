"""What is new since the last report, as page, JSON and feed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.changes.comparison import FILE
from helpers.changes.feed import atom_feed
from helpers.changes.telling import FIGURE_WORDS


def write_news(changes: Mapping[str, Any], plan: str, folder: Path) -> None:
    """Write `changes.json` and `changes.atom`; the page is written with the other pages."""
    text = json.dumps(changes, ensure_ascii=False, indent=1, allow_nan=False, default=_plain)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
    (folder / "changes.atom").write_text(atom_feed(changes, plan), encoding="utf-8")


def _plain(value: Any) -> Any:
    """Turn a number of numpy into one of Python."""
    return value.item() if hasattr(value, "item") else str(value)


def news_values(changes: Mapping[str, Any], as_of: str) -> dict[str, Any]:
    """Return what the template of the page fills in."""
    return {"changes": changes, "as_of": as_of, "kinds": FIGURE_WORDS}
