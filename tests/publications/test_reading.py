"""Figures read out of statistical prose."""

import re
import time
from pathlib import Path

import pytest

from helpers.observations import read_raw
from helpers.publications.proposing import place_of, read_text

RAW = read_raw()


def read(text: str, published: str, area: str = "shenzhen", title: str = "") -> set[tuple]:
    """Indicator, area, year, months and value of every reading."""
    found = read_text(text, RAW.indicators, RAW.areas, area, published=published, title=title)
    return {(r.indicator, r.area, r.year, r.months, float(r.value)) for r in found}


def gold() -> list[tuple[str, str, str, str, set[tuple]]]:
    """Texts in the usual forms, each with its day, place, title and every figure in it."""
    cases = []
    texts = (Path(__file__).parent / "gold_texts.txt").read_text("utf-8")
    for block in re.split(r"^## ", texts, flags=re.MULTILINE)[1:]:
        head, *lines = block.strip("\n").split("\n")
        day, area, title = (part.strip() for part in head.split("|"))
        figures = set()
        for cell in filter(None, map(str.strip, lines[-1].removeprefix("=").split(";"))):
            indicator, place, year, value, *months = cell.split()
            figures.add((indicator, place, int(year), int(*months or [12]), float(value)))
        cases.append((day, area, title, "\n".join(lines[:-1]), figures))
    return cases


def test_texts_in_the_usual_forms_are_read():
    cases = gold()
    assert len(cases) >= 40
    wanted = hits = wrong = 0
    for day, area, title, text, figures in cases:
        found = {cell for cell in read(text, day, area, title) if cell[1]}
        wanted += len(figures)
        hits += len(found & figures)
        wrong += len(found - figures)
    assert hits / wanted >= 0.92
    assert hits / (hits + wrong) >= 0.96


def test_two_thousand_characters_take_less_than_a_second():
    text = "".join(text for *_, text, _ in gold() if text[0] > "z")[:2000]
    read(text[:100], "2025-01-26")
    start = time.process_time()
    read(text, "2025-01-26")
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "全市研发经费投入2000.5亿元，同比增长9.8%，投入强度达5.95%。",
            {("rd_expenditure", 2000.5), ("rd_intensity", 5.95)},
        ),
        (
            "先進製造業和高技術製造業增加值佔規模以上工業增加值比重分別為60.1%和50.2%。",
            {("advanced_mfg_share", 60.1), ("hightech_mfg_share", 50.2)},
        ),
        ("其中，某企业PCT国际专利申请量900件。", set()),
    ],
)
def test_a_sentence_gives_its_figures(text, said):
    assert {(i, v) for i, _, _, _, v in read(text, "2025-01-26")} == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("In May 2015, Shenzhen filed 900 PCT applications.", set()),
        ("2015年5月，深圳PCT国际专利申请900件。", set()),
        ("5月，深圳PCT国际专利申请900件。", set()),
        ("2015年1-5月，深圳PCT国际专利申请4800件。", {(2015, 5, 4800.0)}),
        ("From January to May 2015 Shenzhen filed 4,800 PCT applications.", {(2015, 5, 4800.0)}),
        ("Shenzhen filed 4,800 PCT applications in the first half of 2015.", {(2015, 6, 4800.0)}),
        ("2月，统计局公布，2014年深圳PCT国际专利申请11600件。", {(2014, 12, 11600.0)}),
        (
            "In May 2015, the office said Shenzhen filed 11,600 PCT applications in 2014.",
            {(2014, 12, 11600.0)},
        ),
    ],
)
def test_one_month_is_no_year_and_the_month_of_a_publication_is_no_period(text, said):
    assert {(y, m, v) for _, _, y, m, v in read(text, "2015-08-29")} == said


@pytest.mark.parametrize("owner", ["of universities", "for data-intensive industries", "by firms"])
def test_money_of_one_kind_of_owner_is_not_that_of_the_place(owner):
    assert not read(f"R&D expenditure {owner} in Shenzhen reached 12 billion yuan.", "2025-01-26")
    assert not read("PCT applications related to machinery reached 900 in China.", "2025-01-26")
    assert read("R&D expenditure in Shenzhen reached 12 billion yuan.", "2025-01-26")


@pytest.mark.parametrize(
    ("title", "text", "home"),
    [
        ("【廣東兩會】去年廣東GDP破13萬億 居全國首位", "", "guangdong"),
        ("研發經費持續加大", "我國研發經費再創新高。", "china"),
        ("公报发布", "国家统计局今天发布公报，国内生产总值增长5.2%。", "china"),
        ("Shenzhen topped other Chinese cities", "", "shenzhen"),
        ("2023年天津市国民经济和社会发展统计公报", "北京与天津协同发展。", ""),
        ("公报", "全市生产总值增长5.2%。", "shenzhen"),
    ],
)
def test_title_or_beginning_tells_which_place_a_text_is_about(title, text, home):
    assert place_of(RAW, {"title": title, "publisher": ""}, text) == home


def test_a_rank_in_the_world_is_no_place():
    text = "China's R&D spending ranked the world's second, and its R&D intensity was 2.4 percent."
    assert {area for _, area, *_ in read(text, "2021-09-28", "china")} == {"china"}
