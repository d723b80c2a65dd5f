"""The page over all reports: every report in every language, and an address that stays."""

import json
import re
from dataclasses import replace

from helpers.reports.site.layout import Front, SiteContent
from helpers.reports.site.reports_index import SUMMARY, write_index, write_summary
from helpers.wording.language import CHINESE, ENGLISH, JAPANESE
from support.pages import HOSTILE, outside
from support.verdicts import verdict

LANGUAGES = (ENGLISH, CHINESE, JAPANESE)


def publish(reports, day, languages=LANGUAGES, **said):
    """Put a report of a day into a folder, as far as the page looks at it."""
    folder = reports / day
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"made_on": day}))
    fronts = tuple(Front(language, (replace(verdict(), **said),)) for language in languages)
    write_summary(SiteContent(day, fronts=fronts), folder)
    return folder


def test_each_report_is_listed_with_its_verdicts_and_leads_to_its_page(tmp_path):
    publish(tmp_path, "2026-11-27")
    publish(tmp_path, "2026-11-28")
    pages = write_index(tmp_path)
    assert [page.name for page in pages] == ["index.html", "zh.html", "ja.html"]
    for page, front in zip(pages, ("index.html", "zh.html", "ja.html"), strict=True):
        text = page.read_text(encoding="utf-8")
        rows = re.findall(r'<td><a href="([^"]+)"', text)
        assert rows == [f"2026-11-28/{front}", f"2026-11-27/{front}"]
        assert all((tmp_path / row).parent.is_dir() for row in rows)
        assert not outside(text)
    said = json.loads((tmp_path / "2026-11-28" / SUMMARY).read_text("utf-8"))["languages"]["en"]
    assert said["headline"] == "R&D spending had passed the target before it was announced"
    assert said["headline"].replace("&", "&amp;") in pages[0].read_text("utf-8")


def test_a_report_that_says_nothing_in_short_is_listed_by_its_day(tmp_path):
    publish(tmp_path, "2026-11-28", languages=(ENGLISH,))
    old = publish(tmp_path, "2025-01-01")
    (old / SUMMARY).write_text("{")
    [page] = write_index(tmp_path)
    text = page.read_text(encoding="utf-8")
    assert 'href="2025-01-01/index.html"' in text and "1 January 2025" in text


def test_without_a_report_there_is_no_page(tmp_path):
    assert write_index(tmp_path) == ()


def test_names_are_escaped(tmp_path):
    publish(tmp_path, "2026-11-28", name=HOSTILE)
    text = write_index(tmp_path)[0].read_text(encoding="utf-8")
    assert not outside(text) and "{{ 7*7 }}" in text and "&lt;script&gt;" in text
