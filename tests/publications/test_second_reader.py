"""What was read, held against what is held; the drop folder; figures that are awaited."""

import shutil
from dataclasses import replace

import pytest

from helpers import ROOT
from helpers.apps import cli
from helpers.observations import read_raw
from helpers.observations.raw_data import RAW_DIR
from helpers.publications.inbox import read_inbox
from helpers.publications.proposing import read_text
from helpers.publications.second_reader import CONFIRMS, CONFLICTS, NEW, UNPLACED, review
from helpers.targets.due_figures import due_figures

RAW = read_raw()
NEWS = (
    "深圳市2025年科技经费投入统计公报\n2025年，全市研究与试验发展（R&D）经费投入{rd}亿元，"
    "R&D经费投入强度为{share}%。2024年，全市R&D经费为2453.07亿元，投入强度6.67%。\n"
)
TRUE = NEWS.format(rd="2650.12", share="6.84")


def judged(text: str, area: str = "shenzhen", grade: str = "press"):
    readings = read_text(text, RAW.indicators, RAW.areas, area, published="2026-11-20")
    return review(RAW, readings, grade=grade, published="2026-11-20", status="final")


def test_what_is_held_confirms_and_what_is_not_is_offered():
    found = judged(TRUE)
    assert [f.verdict for f in found.findings] == [NEW, NEW, CONFIRMS, CONFIRMS]
    assert [f.reading.value for f in found.offered] == ["2650.12", "6.84"]


@pytest.mark.parametrize(
    ("rd", "share"), [("2453.07", "6.84"), ("2650.12", "6.67"), ("2236.61", "6.46")]
)
def test_a_figure_of_another_year_makes_the_whole_text_doubtful(rd, share):
    found = judged(NEWS.format(rd=rd, share=share))
    why = found.conflicts[0].why
    # Of a figure that was once printed under the wrong year the reason is kept.
    assert why.startswith(("the figure held for shenzhen in 20", "rejected before: wrong year"))
    assert not found.offered


def test_a_figure_of_another_place_makes_the_whole_text_doubtful():
    text = "2019年，广州市R&D经费1328.28亿元。2025年，深圳R&D经费投入强度6.84%。"
    found = judged(text)
    assert found.conflicts
    assert not found.offered


def test_what_a_person_found_misread_counts_for_nothing():
    found = judged(NEWS.format(rd="2453.07", share="6.84"))
    assert replace(found, misread=frozenset({0})).offered[0].reading.value == "6.84"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("2024年，深圳研发投入突破2400亿元。", CONFIRMS),
        ("2024年，深圳研发投入突破2600亿元。", CONFLICTS),
        ("2023年，天津R&D经费投入强度3.58%。", UNPLACED),
        ("2024年，深圳地区生产总值3.68万亿元。", CONFIRMS),
    ],
)
def test_a_bound_is_a_bound_and_a_rounded_figure_is_rounded(text, verdict):
    assert [f.verdict for f in judged(text).findings] == [verdict]


def test_an_official_text_raises_the_grade_of_what_it_confirms():
    held = RAW.observations
    row = held[held["grade"].eq("unverified") & held["indicator"].eq("rd_expenditure")].iloc[-1]
    alone = held["indicator"].ne("rd_expenditure") | held.index.isin([row.name])
    raw = replace(RAW, observations=held[alone])
    text = f"{row.year}年，R&D经费{row.value}亿元。"
    readings = read_text(text, RAW.indicators, RAW.areas, row.area, published="2026-11-20")
    [finding] = review(raw, readings, grade="official", published="2026-11-20").findings
    assert finding.verdict == CONFIRMS
    assert finding.is_offered


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(RAW_DIR, tmp_path / "raw")
    return tmp_path / "raw"


def add(folder, text, *more):
    path = folder.parent / "saved.txt"
    path.write_text(text, encoding="utf-8")
    options = ["--published", "2026-11-20", "--as-of", "2026-11-28", *more]
    return cli.main(["add", "--raw-dir", str(folder), "--read", str(path), *options])


def test_nothing_is_written_unasked(folder, capsys):
    before = {path: path.read_bytes() for path in folder.rglob("*.csv")}
    assert add(folder, TRUE) == 2
    assert add(folder, TRUE, "--dry-run") == 0
    assert add(folder, NEWS.format(rd="2453.07", share="6.67"), "--yes") == 2
    assert "distrusted" in capsys.readouterr().out
    assert before == {path: path.read_bytes() for path in folder.rglob("*.csv")}


def test_what_is_confirmed_is_written_with_its_words(folder):
    quotes = len(read_raw(folder).quotes)
    assert add(folder, TRUE, "--yes", "--source-grade", "official") == 0
    raw = read_raw(folder)
    new = raw.observations[raw.observations["source_id"].eq("shenzhen_bulletin_2026_11_20")]
    new = new.set_index("indicator")
    assert new.loc["rd_intensity", "value"] == 6.84
    assert new.loc["rd_intensity", "status"] == "final"
    own = raw.quotes[raw.quotes["source_id"].eq("shenzhen_bulletin_2026_11_20")]
    assert len(raw.quotes) == quotes + 2 == quotes + len(own)
    assert TRUE[own.iloc[0]["start"] : own.iloc[0]["end"]] == own.iloc[0]["sentence"]


def test_evidence_of_figures_that_are_held_is_not_written_unasked_either(folder):
    asked = ("--source", "shenzhen_bulletin_2026_11_20")
    assert add(folder, TRUE, "--yes", "--source-grade", "official") == 0
    quotes = folder / "quotes.csv"
    shutil.copy(RAW_DIR / "quotes.csv", quotes)
    bare = quotes.read_bytes()
    assert add(folder, TRUE, *asked, "--only-evidence") == 2
    assert add(folder, TRUE, *asked, "--only-evidence", "--dry-run") == 0
    assert quotes.read_bytes() == bare
    assert add(folder, TRUE, *asked, "--only-evidence", "--yes") == 0
    assert len(read_raw(folder).quotes) == len(RAW.quotes) + 2


def test_a_text_in_the_drop_folder_is_read_and_changes_nothing(folder):
    (folder / "inbox").mkdir()
    (folder / "inbox" / "bulletin.txt").write_text(TRUE, encoding="utf-8")
    (folder / "inbox" / "picture.png").write_bytes(b"\x89PNG")
    bulletin, picture = read_inbox(read_raw(folder))
    assert [f.reading.value for f in bulletin.offered] == ["2650.12", "6.84"]
    assert "are not read" in picture.fault
    assert read_raw(folder).observations.equals(RAW.observations)


def test_the_figure_that_decides_is_awaited_until_it_is_there():
    awaited = due_figures(RAW, "2026-11-28").set_index(["indicator", "area", "year"])
    row = awaited.loc[("rd_intensity", "shenzhen", 2025)]
    assert (row["state"], row["expected"]) == ("due", "2026-11-30")
    assert "rd_intensity_2025" in row["decides"]
    later = due_figures(RAW, "2026-12-01").set_index(["indicator", "area", "year"])
    assert later.loc[("rd_intensity", "shenzhen", 2025), "state"] == "overdue"


def test_no_wording_of_the_shipped_evidence_is_kept():
    assert RAW.quotes["sentence"].eq("").all()
    assert (ROOT / "data/raw/quotes.csv").exists()
