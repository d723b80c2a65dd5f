"""The page over all reports of a folder: what each said in short, and where it stands.

Hosts of static pages drop the link `latest`: `index.html` there is an address that stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.reports.site.headline import headings, headline, summary
from helpers.reports.site.layout import FRONT, SiteContent, file_of, write_page
from helpers.reports.store.folders import current_report, read_record, report_folders
from helpers.wording.language import Language, language_of

SUMMARY = "summary.json"
"""What a report says in short, in each of its languages."""


def write_summary(content: SiteContent, site: Path) -> None:
    """Write what a report says in short as `summary.json`, by code of the language.

    Each holds the `question` that the front page answers, its `headline` ("" without a verdict),
    its `summary` in one sentence, and the `verdicts` on the targets of the plan: `target_id`,
    `name`, `year`, `state` and `verdict`; `named` is the year as people name it.
    """
    said = {
        front.language.code: {
            "page": file_of(front.language, content.fronts),
            "question": headings(front, front.language.long_day(content.as_of))[1],
            "headline": headline(front),
            "summary": summary(front.headline, front.language),
            "verdicts": [
                {
                    "target_id": verdict.target_id,
                    "name": verdict.name,
                    "year": verdict.target_year,
                    "named": verdict.year,
                    "state": verdict.state,
                    "verdict": verdict.said.verdict,
                }
                for verdict in front.headline
            ],
        }
        for front in content.fronts
    }
    text = json.dumps({"as_of": content.as_of, "languages": said}, ensure_ascii=False, indent=1)
    (site / SUMMARY).write_text(text + "\n", encoding="utf-8")


def write_index(reports: Path) -> tuple[Path, ...]:
    """Write the page over all published reports of a folder, in each language of the newest one.

    Parameters
    ----------
    reports : Path
        Folder of all reports; a report without `summary.json` is listed by its day alone.

    Returns
    -------
    tuple of Path
        The pages; none where there is no report.
    """
    said = {folder.name: _said(folder) for folder in report_folders(reports)}
    made = {name: read_record(reports / name).get("made_on", "") for name in said}
    held = current_report(reports)
    current = held.name if held else ""
    newest = said.get(current) or next(filter(None, said.values()), {})
    pages = [(language_of(code), words["page"]) for code, words in newest.items()]
    written = []
    for language, page in pages:
        lines = [_line(day, words, made[day], language) for day, words in said.items()]
        newest_line = next((line for line in lines if line["day"] == current), lines[0])
        values = {"switch": pages, "reports": lines, "newest": newest_line}
        draft = write_page(reports / f".{page}", "reports.html.j2", language, values)
        draft.chmod(0o644)
        written.append(draft.replace(reports / page))
    return tuple(written)


def _said(folder: Path) -> Mapping[str, Any]:
    """Return what a report says in short, by language; nothing if that cannot be read."""
    try:
        return json.loads((folder / SUMMARY).read_text(encoding="utf-8"))["languages"]
    except (OSError, ValueError, KeyError):
        return {}


def _line(day: str, said: Mapping[str, Any], made: str, language: Language) -> dict[str, Any]:
    """Return what the page shows of one report: in another language if it has no words in this."""
    words: Mapping[str, Any] = said.get(language.code) or next(iter(said.values()), {})
    return {
        "day": day,
        "day_words": language.long_day(day),
        "made": made,
        "page": f"{day}/{words.get('page', FRONT)}",
        "summary": words.get("headline") or words.get("summary", ""),
        "verdicts": words.get("verdicts", ()),
    }
