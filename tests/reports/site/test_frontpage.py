"""The front page in three languages: what a reader must be able to say of each target."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from math import nan
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers import ROOT
from helpers.apps.cli import main
from helpers.observations.raw_data import read_raw
from helpers.reports.report import ReportResult
from helpers.reports.site.cards import _box, belief_chart, course
from helpers.reports.site.edition import (
    basis_line,
    read_beliefs,
    read_figures,
    read_front,
    record_line,
)
from helpers.reports.site.exports import browser, print_page
from helpers.reports.site.layout import (
    Front,
    SiteContent,
    awaited_lines,
    teaser,
    write_fronts,
    write_pages,
)
from helpers.reports.site.page_style import (
    FAMILY,
    FAMILY_JA,
    VOID,
    font_face,
    han_characters,
    page_faces,
)
from helpers.reports.site.pages import NotebookPage
from helpers.reports.store.fingerprints import take_inputs
from helpers.reports.store.request import ReportRequest, check_request
from helpers.reports.store.run import RequestError
from helpers.tables import write_table
from helpers.targets.assessment import assess
from helpers.targets.statements import statement_table
from helpers.topics import measures
from helpers.vintages.series import SeriesChoice, known_on, open_archive
from helpers.wording.language import CHINESE, CODES, ENGLISH, JAPANESE, LANGUAGES
from support.pages import outside
from support.verdicts import ROW, TARGET, verdict
from support.wording import NAMES

EDITION = "2026-11-28"
FILES = {"en": "index.html", "zh": "zh.html", "ja": "ja.html"}
LATIN = re.compile("[\n\u0020-\u024f\u2010-\u2027\u2030-\u203a\u20ac\u2212]")
"""What every font for the screen holds."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The front pages of the stored edition, with its verdicts and measures made anew."""
    folder = tmp_path_factory.mktemp("site")
    tables = folder / "tables"
    tables.mkdir()
    raw = read_raw()
    verdicts = assess(raw, EDITION)
    write_table(verdicts, tables, "assessment.csv")
    write_table(statement_table(verdicts, raw), tables, "statements.csv")
    where = {"area": "shenzhen", "since_year": 2019}
    readings = [
        measures.read_measures(raw, EDITION, SeriesChoice(min_grade=grade), **where)
        for grade in ("unverified", "secondary")
    ]
    own = measures.verdicts_of(raw, EDITION, area="shenzhen")
    write_table(measures.measure_table(raw, *readings, own), tables, "measures.csv")
    for name in ("beliefs.csv", "evaluation.csv", "industry.csv", "series.csv"):
        (tables / name).write_bytes((ROOT / "data" / "processed" / name).read_bytes())
    known = known_on(open_archive(raw), EDITION)
    content = SiteContent(
        EDITION,
        fronts=tuple(read_front(tables, raw, language, known) for language in LANGUAGES),
        beliefs=read_beliefs(tables),
        figures=read_figures(tables),
        pages=(
            NotebookPage("07_targets", "Are they met?", (), "Some are.", ""),
            NotebookPage("05_projection_gdp", "Where?", ("Gross domestic product",), "Up.", ""),
        ),
        tables=("tables/assessment.csv",),
        version="1.2",
        citation="CITATION.cff",
    )
    write_fronts(content, folder)
    return content, {code: (folder / name).read_text("utf-8") for code, name in FILES.items()}


class Text(HTMLParser):
    """What a page shows, with the language of each piece."""

    def __init__(self, page):
        super().__init__()
        self.pieces, self.open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        above = self.open[-1][1] if self.open else ""
        if tag not in VOID:
            self.open.append((tag, dict(attributes).get("lang") or above))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text):
        tag, language = self.open[-1] if self.open else ("", "")
        if tag not in ("style", "script"):
            self.pieces.append((language, text))


def cards(page):
    found = re.findall(r"<article.*?</article>", page, re.DOTALL)
    return [unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", card))) for card in found]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en", (("Open", "99 %", "virtually certain to be met", "6.67 % of GDP",
                 "at least 4.8 % of GDP", "2026-02-09", "official", "深圳市人民政府"),
                ("Met", "Settled: the 2025 figure is published (preliminary)",
                 "43.0 % of GDP", "more than 38 % of GDP", "2026-02-09", "its middle came true"),
                ("Missed", "Settled: the 2025 figure is published (preliminary)", "19,660",
                 "more than 25,000", "2026-05-25", "secondary", "its middle was 13 % too low"))),
        ("zh", (("待公布", "99%", "几乎肯定", "6.67%", "不低于4.8%",
                 "2026年2月9日", "官方", "深圳市人民政府"),
                ("已实现", "结果已出：2025年数据已公布（初步核算数）", "43.0%", "超过38%"),
                ("未实现", "19660件", "超过25000件", "2026年5月25日", "偏低13%"))),
        ("ja", (("未確定", "99%", "ほぼ確実", "6.67%", "4.8%以上",
                 "2026年2月9日", "政府", "深圳市人民政府"),
                ("達成", "判定済み：2025年の数値が公表（速報）", "43.0%", "38%超"),
                ("未達成", "19,660件", "25,000件超", "2026年5月25日", "実績より13%低かった"))),
    ],
    ids=CODES,
)  # fmt: skip
def test_each_card_says_whether_how_sure_since_when_and_from_where(site, code, expected):
    found = cards(site[1][code])
    assert len(found) == len(expected)
    for card, words in zip(found, expected, strict=True):
        for word in words:
            assert word in card, (word, card)
    articles = re.findall(r"<article.*?</article>", site[1][code], re.DOTALL)
    verdicts = site[0].fronts[CODES.index(code)].headline
    for article, shown in zip(articles, verdicts, strict=True):
        assert ('href="http' in article) == bool(shown.source.url)
        assert article.count('role="img"') == 2


def numbers(text):
    """Numbers of a text, without the signs between groups of three digits."""
    joined = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return set(re.findall(r"\d+(?:\.\d+)?", joined))


@pytest.mark.parametrize("code", CODES)
def test_every_number_on_the_front_page_is_one_of_the_record(site, code):
    front = site[0].fronts[CODES.index(code)]
    page = re.sub(r"<svg.*?</svg>|<dl class=\"facts\">.*?</dl>", "", site[1][code], flags=re.S)
    shown = dict(zip((v.target_id for v in front.headline), cards(page), strict=True))
    masthead = " ".join(
        text for _, text in Text(re.search("<header.*?</header>", page, re.S)[0]).pieces
    )
    recorded = {}
    for one in front.headline:
        said = " ".join(vars(one.said).values())
        change = front.rescoped.get(one.target_id)
        worth = [change.value - change.high, change.value - change.low] if change else []
        scope = [change.low, change.high] if change else []
        beside = [str(one.year), one.name, one.name_native]
        beside += [f"{points:.1f}" for points in worth] + [f"{level + 1e-9:.2f}" for level in scope]
        beside += [str(change.count)] if change else []
        beside += [f"{n}" for span, tally in front.tally.items() for n in (*span, *tally)]
        recorded[one.target_id] = numbers(said) | set().union(*map(numbers, beside))
        assert numbers(shown[one.target_id]) <= recorded[one.target_id]
        assert numbers(one.said.latest) <= numbers(shown[one.target_id]) & numbers(masthead)
    day = numbers(front.language.long_day(EDITION)) | numbers(front.headline[0].plan)
    assert numbers(masthead) <= set().union(*recorded.values(), day)


@pytest.mark.parametrize("language", LANGUAGES, ids=CODES)
def test_every_page_names_its_language_and_leads_to_the_others(site, language):
    page = site[1][language.code]
    assert f'<html lang="{language.tag}">' in page
    for other in LANGUAGES:
        link = f'<a href="{FILES[other.code]}" lang="{other.tag}" hreflang="{other.tag}">'
        assert (link in page) == (other != language)
    assert f'<b lang="{language.tag}" aria-current="page">{language.name}</b>' in page
    assert outside(page) == []
    assert len(page.encode()) < 300_000


@pytest.mark.parametrize("code", CODES)
def test_no_character_can_become_a_box(site, code):
    page = site[1][code]
    held = {
        family: {chr(int(c, 16)) for c in re.findall(r"U\+([0-9A-F]+)", rule)}
        for family, rule in re.findall(r'@font-face\{font-family:"([^"]+)"(.*?)\}', page)
    }
    assert set(held) == {FAMILY, FAMILY_JA}
    for language, text in Text(page).pieces:
        lost = {c for c in text if not LATIN.match(c)} - set().union(*held.values())
        assert not lost, (language, text, lost)
        if language == "ja":
            assert han_characters(text) <= held[FAMILY_JA], text


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_no_english_is_left_but_names(site, code):
    tags = {"zh": "zh-Hans", "ja": "ja"}
    allowed = NAMES | {"CSV", "JSON", "Atom", "CITATION", "cff", "English", "PM", "AI", "DJI"}
    for language, text in Text(site[1][code]).pieces:
        if language == tags[code] and "," not in text:
            left = set(re.findall("[A-Za-z]{2,}", text)) - allowed
            # Publications keep the title and the publisher that they have.
            assert not left or text in site[1]["en"], text


def test_measures_are_folded_by_area_with_a_line_each(site):
    raw = read_raw()
    for language in LANGUAGES:
        page = site[1][language.code]
        assert page.count('<details class="area">') == raw.measures["area_no"].nunique()
        assert page.count('<div class="measure">') == len(raw.measures)
        for name in raw.measures[f"name_{language.code}"]:
            assert name in unescape(page)
    front = site[0].fronts[0]
    counted = sum(int(n) for area in front.areas for n in re.findall(r"\d+", area.counts))
    assert counted == len(raw.measures)


def test_the_record_and_the_citation_are_told(site):
    assert re.search(r"said 70 to 80 %, it happened \d+ % of the time", site[1]["en"])
    cited = "Has Shenzhen met its 2025 targets? Report as known on 28 November 2026."
    assert cited in site[1]["en"]
    assert 'href="CITATION.cff"' in site[1]["ja"]
    assert "深圳实现2025年目标了吗？截至2026年11月28日的报告" in site[1]["zh"]


@pytest.mark.parametrize(
    ("code", "subject", "notebook"),
    [("en", "Gross domestic product", "notebook"), ("zh", "地区生产总值", "笔记本文件"),
     ("ja", "域内総生産（GDP）", "ノートブック")],
    ids=CODES,
)  # fmt: skip
def test_pages_are_listed_by_what_they_are_about(site, code, subject, notebook):
    listed = site[1][code].split('<ul class="questions">')[1].split("</ul>")[0]
    shown = [text for _, text in Text(f"<div>{listed}</div>").pieces if text.strip()]
    assert subject in shown
    assert "05_projection_gdp" not in "".join(shown)
    assert shown.count(notebook) == 2
    assert (f'<span class="plan" lang="en">{subject}' in listed) == (code == "en")


@pytest.mark.parametrize("code", CODES)
def test_what_can_be_taken_away_is_linked(site, code):
    for name in ("datapackage.json", FILES[code].replace(".html", ".pdf"), "run.json"):
        assert f'href="{name}"' in site[1][code]


def overlaps(words):
    """Pairs of words whose boxes cover each other by more than the foot of a letter."""
    words = sorted(words, key=lambda word: word["top"])
    for place, one in enumerate(words):
        for other in words[place + 1 :]:
            if other["top"] > one["bottom"]:
                break
            across = min(one["x1"], other["x1"]) - max(one["x0"], other["x0"])
            down = one["bottom"] - other["top"]
            if across > 1 and down > 0.4 * (one["bottom"] - one["top"]):
                yield one["text"], other["text"]


@pytest.mark.slow
@pytest.mark.skipif(browser() is None, reason="Chromium is missing")
@pytest.mark.parametrize("code", CODES)
def test_the_print_is_a4_with_every_list_open_and_nothing_over_anything(site, code, tmp_path):
    pdfplumber = pytest.importorskip("pdfplumber")
    page, pdf = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(site[1][code], "utf-8")
    assert print_page(page, pdf, EDITION)
    text = ""
    with pdfplumber.open(pdf) as printed:
        for sheet in printed.pages:
            assert (round(sheet.width), round(sheet.height)) == (595, 842)
            words = sheet.extract_words()
            assert not list(overlaps(words)), sheet.page_number
            assert all(w["x0"] > 20 and w["x1"] < sheet.width - 20 for w in words)
            text += "".join(f" {word['text']}" for word in words)
    front = site[0].fronts[CODES.index(code)]
    folded = [f"{one.said.asked} {one.said.reason}" for one in front.others]
    folded += [sentence for area in front.areas for one in area.measures for sentence in one.more]
    shown = numbers(text)
    assert set().union(*map(numbers, folded)) <= shown
    assert len(set().union(*map(numbers, folded))) > 200


def test_overlapping_words_are_found():
    box = {"text": "a", "x0": 0, "x1": 10, "top": 0, "bottom": 10}
    assert list(overlaps([box, box | {"text": "b", "top": 5, "bottom": 15}])) == [("a", "b")]
    assert not list(overlaps([box, box | {"top": 9, "bottom": 19}, box | {"x0": 10, "x1": 20}]))


def test_pages_name_each_other_by_what_they_are_about(site, tmp_path):
    write_pages(SiteContent(EDITION, pages=site[0].pages), tmp_path)
    page = (tmp_path / "notebooks" / "07_targets.html").read_text("utf-8")
    assert '<a href="05_projection_gdp.html">05 projection: Gross domestic product</a>' in page
    assert '<b aria-current="page">07 targets</b>' in page
    assert re.search(r'rel="next" href="05_projection_gdp.html">05 projection: .*→', page)
    assert 'rel="prev"' not in page
    last = (tmp_path / "notebooks" / "05_projection_gdp.html").read_text("utf-8")
    assert (
        'rel="prev" href="07_targets.html">← 07 targets' in last and 'rel="next" href' not in last
    )


@pytest.mark.parametrize("language", LANGUAGES, ids=CODES)
def test_many_pages_of_one_notebook_are_folded_away_but_the_one_that_is_open(language, tmp_path):
    many = [NotebookPage(f"05_projection_x-a{k}", "T", (f"Area {k}",), "A.") for k in range(40)]
    pages = [*many, NotebookPage("07_targets", "T", (), "A.")]
    own = [replace(page, language=language) for page in pages]
    write_pages(SiteContent(EDITION, pages=tuple(own)), tmp_path)
    page = (tmp_path / "notebooks" / own[3].file).read_text("utf-8")
    nav = page.split('<nav class="top"')[1].split("</nav>")[0]
    folded = nav.split("<details>")[1].split("</details>")[0]
    shown = nav.replace(folded, "")
    assert folded.count("<a ") == 39 and "40</summary>" in folded
    assert shown.count("<b ") == 1 and "Area 3</b>" in shown and "07_targets" in shown
    assert 'rel="next"' in page and own[4].file in page


def test_areas_that_await_the_same_figure_share_a_line():
    row = {"indicator": "x", "state": "due", "named": "2025", "expected": "2026-06-30",
           "where": "the yearbook, The Office", "decides": "t", "bears_on": ""}  # fmt: skip
    awaited = pd.DataFrame([row | {"area": f"A{k}"} for k in range(5)])
    awaited.loc[5] = row | {"area": "A9", "named": "2024"}
    front = SimpleNamespace(headline=[SimpleNamespace(target_id="t")], names={})
    said = awaited_lines(awaited, front, LANGUAGES[0])
    assert said == [
        "x, A0, A1 and 3 more areas, 2025: usually out by 2026-06; last read in: The Office",
        "x, A9, 2024: usually out by 2026-06; last read in: The Office",
    ]
    alone = awaited_lines(awaited.iloc[5:], front, LANGUAGES[0])
    assert alone == said[1:]
    named = SimpleNamespace(headline=front.headline, names={"A0": "Korea, Rep.", "A1": "Fiji"})
    assert [awaited_lines(awaited.iloc[:2], named, language)[0] for language in LANGUAGES] == [
        "x, Korea, Rep.; Fiji, 2025: usually out by 2026-06; last read in: The Office",
        "Korea, Rep.、Fiji2025年x：通常在2026年6月之前公布；上次来源：The Office",
        "Korea, Rep.、Fijiのx（2025年）：通常は2026年6月までに公表。前回の出所：The Office",
    ]


def test_an_answer_is_told_at_a_glance():
    short = "As known on 2026-01-01: 4.9 % of GDP. It rose."
    assert teaser(short) == short
    assert teaser(f"{short} X{'x' * 300}. End.") == short
    long = "y" * 300 + "."
    assert teaser(f"{long} More.") == long
    assert teaser(f"{short} Why? {'X' * 300}.") == short
    assert teaser(f"{short} Elsewhere. {'X' * 300}.") == short
    assert teaser(f"今年达标。原因？{'很' * 300}。") == "今年达标。"


def test_a_single_language_is_the_index_without_a_switch(tmp_path):
    own = verdict(language=JAPANESE)
    files = write_fronts(SiteContent(EDITION, fronts=(Front(JAPANESE, (own,)),)), tmp_path)
    assert [path.name for path in files] == ["index.html"]
    page = files[0].read_text("utf-8")
    assert '<html lang="ja">' in page
    assert 'class="languages"' not in page


def test_what_the_figures_rest_on_is_counted(site):
    grades = ["official", "unverified", "press", "press"]
    known = pd.DataFrame({"grade": grades, "known_from_assumed": [True, True, True, False]})
    told = basis_line(known, ENGLISH)
    assert told.startswith("Of 4 figures known on the day, 1 (25 %) rest on no publication")
    assert "3個（75" in basis_line(known, JAPANESE)
    raw = read_raw()
    told = basis_line(known_on(open_archive(raw), EDITION), ENGLISH)
    assert told in site[1]["en"]


def test_the_record_is_computed():
    scores = {"series": 1344, "observed_when_10": 0.04, "observed_when_60": 0.57}
    rows = [("all", "pool", k, v) for k, v in (scores | {"observed_when_80": 0.7}).items()]
    table = pd.DataFrame(rows, columns=["collection", "model", "score", "value"])
    assert record_line(table, ENGLISH).startswith(
        "When this method said 70 to 80 %, it happened 70 % of the time; 50 to 60 %, 57 %;"
    )
    assert "1,344の公開系列" in record_line(table, JAPANESE)


DAYS = [
    {"day": "2019-01-01", "probability": nan, "set_yet": False, "settled": False, "state": "open"},
    {"day": "2020-01-01", "probability": 0.5, "set_yet": False, "settled": False, "state": "open"},
    {"day": "2021-01-01", "probability": 0.5, "set_yet": True, "settled": False, "state": "open"},
    {"day": "2022-01-01", "probability": 0.2, "set_yet": True, "settled": False, "state": "open"},
    {"day": "2024-01-01", "probability": 1.0, "set_yet": True, "settled": True, "state": "met"},
]


def test_belief_is_drawn_in_steps_and_told_in_words():
    chart = belief_chart(DAYS, ENGLISH)
    assert chart.before == "M44.0 36.0H105.5V36.0"
    assert chart.after == "M105.5 36.0H167.0V51.6H290.0V10.0"
    assert (chart.made_at, chart.end, chart.settled) == (105.5, (290.0, 10.0), True)
    assert [words for _, words, _ in chart.labels] == ["2020", "set", "2024"]
    assert chart.words == (
        "Probability of meeting the target, as known on each day: 50 % on 2020-01-01; "
        "50 % on 2021-01-01, when the target was set; 20 % on 2022-01-01; Met on 2024-01-01."
    )
    assert belief_chart(DAYS, CHINESE).words.endswith("2024年1月1日已实现。")
    assert belief_chart(DAYS[:2], ENGLISH) is None


def test_a_target_set_before_there_was_a_probability_has_no_mark():
    days = [day | {"set_yet": True} for day in DAYS]
    chart = belief_chart(days, ENGLISH)
    assert chart.made_at is None
    assert chart.before == ""
    assert "when the target was set" not in chart.words


def test_many_turns_are_drawn_but_not_all_told():
    days = [
        {"day": f"20{n:02}-01-01", "probability": p, "set_yet": False, "settled": False,
         "state": "open"} for n, p in enumerate([0.1, 0.2] * 10)
    ]  # fmt: skip
    chart = belief_chart(days, ENGLISH)
    assert chart.before.count("H") == 19
    assert chart.words.count(" on 20") == 7


def figures(*values, breaks=(), unverified=()):
    return [
        {"year": 2020 + i, "value": value, "decimals": 1,
         "break_before": "no" if i in breaks else "",
         "grade": "unverified" if i in unverified else "official"}
        for i, value in enumerate(values)
    ]  # fmt: skip


def test_figures_are_drawn_beside_the_line_of_the_target():
    drawn = course(
        verdict(), figures(4.0, 4.4, 5.8, 6.2, 6.7, breaks=(2,), unverified=(1,)), ENGLISH
    )
    assert [line.count("L") for line in drawn.lines] == [1, 2]  # broken with the definition
    assert len(drawn.breaks) == 1 and drawn.dots[1][0] < drawn.breaks[0] < drawn.dots[2][0]
    assert [hollow for _, _, hollow, _ in drawn.dots] == [False, True, False, False, False]
    heights = [y for _, y, _, _ in drawn.dots]
    assert heights == sorted(heights, reverse=True)
    assert heights[1] > drawn.goal > heights[2]  # 4.8 between 4.4 and 5.8
    assert drawn.due == 288 and drawn.fan.startswith(f"M{drawn.dots[-1][0]}")
    assert drawn.dots[-1][3] == "2024: 6.7 %"
    assert "4.0 % in 2020, 6.7 % in 2024; the target is" in drawn.words


def test_years_on_a_definition_that_is_only_suspected_are_shaded():
    rows = figures(4.0, 4.4, 5.8, 6.2, 6.7, breaks=(1, 3))
    rows[3]["break_before"] = "suspected"
    drawn = course(verdict(), rows, ENGLISH)
    [(left, width)] = drawn.doubtful
    assert left == drawn.breaks[1] and left + width == 288
    rows[1]["break_before"] = "suspected"
    assert course(verdict(), rows, ENGLISH).doubtful[0] == (
        drawn.breaks[0],
        round(drawn.breaks[1] - drawn.breaks[0], 1),
    )


def test_labels_of_figures_cover_neither_one_another_nor_the_edge():
    for rising in (figures(4.0, 4.4, 5.8), figures(9.0, 6.0, 4.7), figures(4.8, 4.8, 4.8)):
        boxes = [_box(label) for label in course(verdict(), rising, JAPANESE).labels]
        for n, (x0, y0, x1, y1) in enumerate(boxes):
            assert x0 >= 0 and x1 <= 300 and y0 >= 0 and y1 <= 110
            assert not any(x0 < c and a < x1 and y0 < d and b < y1 for a, b, c, d in boxes[:n])


def test_a_target_in_percent_of_a_base_year_is_drawn_at_its_level():
    asked = {"unit": "pct_of_2020", "target_value": 150, "level": 6, "base_year": 2020}
    drawn = course(verdict(asked), figures(4.0, 5, 7), ENGLISH)
    heights = [y for _, y, _, _ in drawn.dots]
    assert heights[1] > drawn.goal > heights[2]


def test_nothing_is_drawn_of_a_target_without_a_level():
    growth = verdict({"operator": "growth_ge", "unit": "pct_per_year", "latest_unit": "cny_100m"})
    assert course(growth, figures(1, 2, 3), ENGLISH) is None
    assert course(verdict(), figures(4.0), ENGLISH) is None


def test_names_come_in_the_language_of_the_page():
    names = {"name_en": "R&D intensity", "name_zh": "研发投入", "name_ja": "研究開発"}
    read = verdict(indicator=names, language=JAPANESE)
    assert (read.name, read.name_native, read.description) == ("研究開発", "研发投入", "")
    read = verdict(indicator=names, language=CHINESE, source={"language": "zh"})
    assert (read.name, read.name_native) == ("研发投入", "")
    assert (read.source.title, read.source.title_native) == ("公报", "")
    assert read.source.published == "2025年12月"
    hidden = verdict(source={"publisher": "not shown on the copy"}, language=JAPANESE)
    assert hidden.source.publisher == "発行者の記載なし"
    named = verdict(target=TARGET | {"plan_ja": "計画A"}, language=JAPANESE)
    assert (named.plan, named.plan_language) == ("計画A", "ja")
    assert (verdict().plan, verdict().plan_language) == (ROW["plan"], "en")


def test_japanese_and_chinese_forms_come_from_their_own_font():
    page = '<html lang="en"><p lang="ja">骨値<p lang="zh-Hans">骨</p></p><i>→</i></html>'
    japanese, chinese = (
        font_face(frozenset(t), f) for t, f in (("骨値", FAMILY_JA), ("骨→", FAMILY))
    )
    assert page_faces(page) == chinese + japanese
    assert page_faces("<p>plain</p>") == ""


def test_the_citation_file_names_what_is_cited():
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    for line in ("cff-version: 1.2.0", "type: software", "license: MIT"):
        assert f"{line}\n" in text
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert f"\nversion: {version[1]}\n" in text
    assert not re.search(r"@|orcid|given-names", text)


@pytest.mark.parametrize("languages", [("fr",), ()])
def test_a_language_that_there_is_not_is_refused(languages):
    with pytest.raises(RequestError, match="choose from en, zh, ja"):
        check_request(ReportRequest(as_of=EDITION, languages=languages))


@pytest.mark.parametrize(
    ("given", "expected"), [([], CODES), (["--lang", "all"], CODES), (["--lang", "ja"], ("ja",))]
)
def test_the_command_asks_for_the_language(given, expected, monkeypatch, capsys):
    asked = []

    def make_report(request):
        asked.append(request.languages)
        return ReportResult("unchanged", 0.0, message="none due")

    monkeypatch.setattr("helpers.reports.report.make_report", make_report)
    assert main(["report", "--as-of", EDITION, *given]) == 0
    assert asked == [expected]
    assert capsys.readouterr().out == "none due\n"


def test_another_language_is_another_report():
    requests = [ReportRequest(as_of=EDITION, languages=codes) for codes in (CODES, ("zh",))]
    first, second = (take_inputs(request).totals for request in requests)
    assert {name for name in first if first[name] != second[name]} == {"pages"}


def test_the_words_that_a_figure_was_read_in_stand_beside_it():
    key = {"source_id": "s1", "indicator": "rd_intensity", "area": "shenzhen"}
    place = {"file": "bulletin.txt", "start": 178, "end": 231}
    quotes = [
        key | place | {"year": 2024, "months": 6, "sentence": "上半年为6.5%。"},
        key | place | {"year": 2024, "months": 12, "sentence": "全年为6.67%。"},
        key | place | {"year": 2023, "months": 12, "sentence": "上年为6.46%。"},
    ]
    assert verdict(quotes=pd.DataFrame(quotes)).read_in.sentence == "全年为6.67%。"
    assert verdict(quotes=pd.DataFrame(quotes[2:])).read_in is None
    kept_back = pd.DataFrame([quotes[1] | {"sentence": ""}])
    read = verdict(quotes=kept_back).read_in
    assert (read.sentence, read.place) == ("", "bulletin.txt, characters 178 to 231")
