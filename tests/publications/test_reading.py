"""Figures read out of statistical prose."""

import pytest

from helpers.observations import read_raw
from helpers.publications.reading import read_text

RAW = read_raw()


def read(text: str, published: str, area: str = "shenzhen", title: str = "") -> set[tuple]:
    """Indicator, area, year, months and value of every reading."""
    found = read_text(text, RAW.indicators, RAW.areas, area, published=published, title=title)
    return {(r.indicator, r.area, r.year, r.months, float(r.value)) for r in found}


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
