"""Notebooks are read in Chinese and Japanese too: each sentence, table and chart, or not at all."""

import csv
import re
from typing import NamedTuple
from xml.etree import ElementTree

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import ROOT
from helpers.charts.display import call_rows, table_html
from helpers.charts.style import register_fonts
from helpers.charts.svg import carried
from helpers.observations.raw_data import read_raw
from helpers.reports.site.layout import Front, SiteContent, write_fronts, write_pages
from helpers.reports.site.pages import NotebookPage, read_pages
from helpers.reports.site.translated_notebook import (
    Label,
    Translated,
    labels_of,
    translate_notebook,
)
from helpers.reports.site.translation import FOLDER, Translation, names_in, translations_into
from helpers.targets.statements import target_names
from helpers.topics import name_rows
from helpers.wording.language import CHINESE, JAPANESE, language_of

NOTEBOOKS = {path.stem: path for path in sorted((ROOT / "notebooks").glob("[01]*.ipynb"))}
TRANSLATED = [name for name in NOTEBOOKS if (FOLDER / f"{name}.csv").exists()]
ENGLISH_WORDS = re.compile(r"(?:\b[a-z]{2,}\b[ ,]+){3,}")
IDENTIFIER = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+([,;] ?[a-z0-9_]+)*")
PLACE = re.compile(r"\{(\w+)(?:\*10)?\}")


class Stored(NamedTuple):
    """A stored notebook, and what is made of it in each language."""

    name: str
    notebook: nbformat.NotebookNode
    told: dict[str, Translated]


@pytest.fixture(scope="module")
def translations() -> dict[str, Translation]:
    """A translation into each language, with the names of the raw tables."""
    made = translations_into(("en", "zh", "ja"), read_raw())
    return {translation.language.code: translation for translation in made}


def test_a_sentence_is_put_together_in_the_order_of_the_language(translations):
    text = "6 of 9 rules with a reading called the miss, the first on 2021-04-30"
    assert translations["zh"].of(text) == "9项可用规则中有6项预判未实现，最早为2021年4月30日"
    assert translations["ja"].of(text).startswith("判定できた9規則のうち6規則が未達成を判断")


def test_what_stands_in_a_place_is_translated_too(translations):
    text = "PCT international applications received: missed, as known from 2026-05-25"
    assert translations["zh"].of(text) == "PCT国际专利申请量：未实现（2026年5月25日起已知）"


def test_billions_become_hundreds_of_millions(translations):
    assert translations["zh"].of("1,234.5 billion yuan") == "12345亿元"
    assert translations["ja"].of("−0.5 billion yuan") == "−5億元"


def test_a_value_is_one_of_a_list(translations):
    text = "at least 40 % of GDP for 2027; more than 30 % of GDP for 2022"
    assert translations["zh"].of(text) == "2027年不低于40%；2022年超过30%"


@pytest.mark.parametrize("text", ["A sentence that nobody wrote.", "6 of 9 apples, 2021-04-30"])
def test_what_is_not_known_is_not_guessed(translations, text):
    assert translations["zh"].of(text) is None


@pytest.mark.parametrize("text", ["19,660", "PCT", "`targets.csv`", "全社会研发投入"])
def test_numbers_signs_and_code_are_carried(translations, text):
    assert translations["ja"].of(text) == text


def test_a_name_with_places_in_it_is_no_phrase():
    translation = Translation(CHINESE, {"A {n} plan": "规划"})
    assert translation.of("A {n} plan") == "规划"
    assert translation.of("A 7 plan") is None


def test_targets_are_called_by_indicator_and_year():
    names = names_in(read_raw(), JAPANESE)
    assert names["rd_intensity_2025"] == "研究開発費の対GDP比（2025年）"
    english = target_names(read_raw())
    assert english["rd_intensity_2025"] == "R&D expenditure as a share of GDP, 2025"
    assert english["sz_br2018_sei_share_2025"].endswith(
        "2025 (Shenzhen measures for basic research (2018))"
    )
    assert english["overall_2035"] == "Shenzhen S&T innovation action plan (2020), 2035"
    assert all(names[name] == names[target] for target, name in english.items())


def rows() -> list[tuple[str, dict[str, str]]]:
    return [
        (path.name, row)
        for path in sorted(FOLDER.glob("*.csv"))
        for row in csv.DictReader(path.open(encoding="utf-8", newline=""))
    ]


def test_no_text_is_translated_twice_and_none_is_empty():
    texts = [row["en"] for _, row in rows()]
    assert [text for text in set(texts) if texts.count(text) > 1] == []
    assert [row for _, row in rows() if not all(row.values())] == []


def test_a_translation_has_the_places_of_its_english():
    wrong = [
        (name, row["en"], code)
        for name, row in rows()
        for code in ("zh", "ja")
        if not set(PLACE.findall(row[code])) <= set(PLACE.findall(row["en"]))
    ]
    assert wrong == []


@pytest.fixture(scope="module", params=TRANSLATED)
def stored(request, translations) -> Stored:
    """A stored notebook, and what each language makes of it."""
    notebook = nbformat.read(NOTEBOOKS[request.param], as_version=4)
    told = {code: translate_notebook(notebook, one) for code, one in translations.items()}
    return Stored(request.param, notebook, told)


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_every_text_of_a_stored_notebook_has_a_translation(stored, code):
    missing = stored.told[code].missing
    assert not missing, (
        f"add rows to {FOLDER.name}/{stored.name}.csv (en,zh,ja), with places as in "
        f"'{{n1}} of {{n2}} points' for what changes:\n" + "\n".join(missing)
    )


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_no_english_is_left_in_a_translated_notebook(stored, code):
    for text in texts_of(stored.told[code].notebook):
        assert ENGLISH_WORDS.search(re.sub(r"`[^`]*`", "", text)) is None, text


@pytest.mark.parametrize("code", ["en", "zh", "ja"])
def test_a_chart_title_is_one_finding_of_at_most_90_characters(stored, code):
    notebook = stored.notebook if code == "en" else stored.told[code].notebook
    titles = [carried(svg).get("title", "") for svg in charts_of(notebook)]
    assert [title for title in titles if not 0 < len(title) <= 90] == []


def test_no_identifier_stands_where_a_reader_reads(stored, translations):
    kept = set(read_raw().sources["source_id"])
    for notebook in (stored.notebook, *(told.notebook for told in stored.told.values())):
        found = [text for text in cells_of(notebook) if IDENTIFIER.fullmatch(text)]
        assert [text for text in found if text not in kept] == []


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_labels_of_a_translated_chart_stand_inside_it_and_apart(stored, code):
    pairs = zip(charts_of(stored.notebook), charts_of(stored.told[code].notebook), strict=True)
    for drawn, translated in pairs:
        assert len(clashes(translated)) <= len(clashes(drawn)), translated[:300]


@pytest.mark.parametrize("name", TRANSLATED[-2:])
def test_a_page_in_a_language_has_all_charts_and_tables_of_the_english_one(translations, name):
    english, *others = read_pages(NOTEBOOKS[name], name, (), list(translations.values()))
    assert [page.language.code for page in others] == ["zh", "ja"]
    for page in others:
        assert len(page.keepsakes) == len(english.keepsakes)
        assert page.title != english.title
        assert page.answer != english.answer


def texts_of(notebook: nbformat.NotebookNode) -> list[str]:
    """List what a reader reads of a notebook."""
    found = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    for output in (one for cell in notebook.cells for one in cell.get("outputs", [])):
        data = output.get("data", {})
        found += [data["text/markdown"]] if "text/markdown" in data else []
        for kind in ("text/html", "image/svg+xml"):
            page = BeautifulSoup(data.get(kind, ""), "html.parser")
            found += [node.get_text() for node in page.find_all(["th", "td", "text", "title"])]
    return found


def cells_of(notebook: nbformat.NotebookNode) -> list[str]:
    """List the cells below the headings of all tables of a notebook."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    pages = [BeautifulSoup(o.get("data", {}).get("text/html", ""), "html.parser") for o in outputs]
    bodies = [body for page in pages for body in page.find_all("tbody")]
    return [node.get_text().strip() for body in bodies for node in body.find_all(["th", "td"])]


def charts_of(notebook: nbformat.NotebookNode) -> list[str]:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [o.data["image/svg+xml"] for o in outputs if "image/svg+xml" in o.get("data", {})]


def labels_in(svg: str) -> tuple[float, list[Label]]:
    return labels_of(ElementTree.fromstring(svg))


def clashes(svg: str) -> list[str]:
    """List labels that leave the drawing or stand on another one."""
    width, labels = labels_in(svg)
    boxes = [(label.node.text, label.box()) for label in labels if not label.turned]
    out = [text for text, box in boxes if box[0] < -1 or box[2] > width + 1]
    return out + [
        f"{text} / {other}"
        for place, (text, a) in enumerate(boxes)
        for other, b in boxes[:place]
        if a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] + 1 < b[3] - 1 and b[1] + 1 < a[3] - 1
    ]


def test_a_notebook_with_an_unknown_sentence_has_no_page_in_that_language(tmp_path, translations):
    output = new_output("display_data", {"text/markdown": "Nobody translated these words."})
    notebook = new_notebook(
        cells=[new_markdown_cell("## The answer"), new_code_cell("x", outputs=[output])]
    )
    nbformat.write(notebook, tmp_path / "n.ipynb")
    pages = read_pages(tmp_path / "n.ipynb", "n", (), list(translations.values()))
    assert [page.language.code for page in pages] == ["en"]
    told = translate_notebook(notebook, translations["zh"])
    assert told.missing == ("Nobody translated these words.",)
    assert told.notebook.cells[0].source == "## 结论"


def test_markdown_that_data_could_plant_stays_inert(translations):
    output = new_output("display_data", {"text/markdown": "Source: &#91;全社会](x) <b>结论</b>"})
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    told = translate_notebook(notebook, translations["zh"]).notebook
    text = told.cells[0].outputs[0].data["text/markdown"]
    assert "<b" not in text
    assert "[" not in text


def test_bold_words_beside_chinese_stay_bold(translations):
    notebook = new_notebook(cells=[new_markdown_cell("As known on **2026-11-28**:")])
    told = translate_notebook(notebook, translations["zh"]).notebook
    assert told.cells[0].source == "截至**2026年11月28日**已知数据："


def test_numbers_in_brackets_are_listed_with_the_comma_of_the_language(translations):
    assert translations["zh"].of("(2), (4)") == "（2）、（4）"


@pytest.mark.parametrize("text", ["A label that is long", "x"])
def test_a_label_measures_itself(text):
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50">'
        f'<text x="50" y="20" style="font-size:10px;text-anchor:middle">{text}</text></svg>'
    )
    register_fonts()
    width, (label,) = labels_in(svg)
    assert width == 100
    assert isinstance(label, Label)
    left, _, right, _ = label.box()
    assert left + right == pytest.approx(100)


def test_the_name_of_a_row_stays_in_its_middle_with_fewer_lines(translations):
    lines = ((20, "Strategic emerging industries as a"), (32, "share of GDP"))
    texts = "".join(
        f'<text x="150" y="{y}" style="font-size:10px;text-anchor:end">{text}</text>'
        for y, text in lines
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 50">{texts}</svg>'
    notebook = new_notebook(
        cells=[new_code_cell("x", outputs=[new_output("display_data", {"image/svg+xml": svg})])]
    )
    told = translate_notebook(notebook, translations["zh"]).notebook
    (label,) = labels_in(told.cells[0].outputs[0].data["image/svg+xml"])[1]
    assert (label.node.text, label.y) == ("战略性新兴产业增加值占GDP比重", 26)


@pytest.mark.slow
def test_a_list_of_hundreds_is_given_up_in_a_second_and_its_parts_are_not(translations):
    own = translations_into(("zh",), read_raw())[0]
    name = "R&D expenditure as a share of GDP"
    listed = ", ".join(f"{name}, Town of {place} (P = {place % 100} %)" for place in range(300))
    assert own.of(f"open: {listed}.") is None
    assert own.of(f"open: {name}") == translations["zh"].of(f"open: {name}")
    assert own.of("open: 140 targets; met: 1 target") == "待公布：140项目标；已实现：1项目标"


def test_a_report_in_english_needs_no_translation():
    assert translations_into(("en",), read_raw()) == ()
    assert language_of("zh").tag == "zh-Hans"


def test_pages_of_one_language_lead_to_each_other(tmp_path, translations):
    name = TRANSLATED[0]
    pages = [*read_pages(NOTEBOOKS[name], name, (), list(translations.values()))]
    pages.append(NotebookPage("11_untold", "Untold", (), "Nothing."))
    fronts = tuple(Front(language_of(code)) for code in ("en", "zh", "ja"))
    content = SiteContent("2026-11-28", pages=tuple(pages), fronts=fronts)
    write_pages(content, tmp_path)
    front = write_fronts(content, tmp_path)[1].read_text("utf-8")
    assert f'<a href="notebooks/{name}-zh.html">' in front
    assert '<a href="notebooks/11_untold.html" hreflang="en" lang="en">' in front
    page = BeautifulSoup(
        (tmp_path / "notebooks" / f"{name}-ja.html").read_text("utf-8"), "html.parser"
    )
    assert page.html["lang"] == "ja"
    links = {a["href"]: a.get("hreflang") for a in page.select("nav.top a")}
    assert links == {"../ja.html": None, "11_untold.html": "en"}
    others = {a["href"] for a in page.select("nav.languages a")}
    assert others == {f"{name}.html", f"{name}-zh.html"}


def test_a_chinese_quotation_on_a_japanese_page_says_so(translations):
    html = "<table><tbody><tr><td>力争达到4.8%</td><td>open</td></tr></tbody></table>"
    output = new_output("display_data", {"text/html": html})
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    told = translate_notebook(notebook, translations["ja"]).notebook
    cells = BeautifulSoup(told.cells[0].outputs[0].data["text/html"], "html.parser").find_all("td")
    assert [(cell.get_text(), cell.get("lang")) for cell in cells] == [
        ("力争达到4.8%", "zh-Hans"),
        ("未確定", None),
    ]


def test_a_table_with_a_character_that_no_page_may_hold_is_translated(translations):
    html = "<table><tbody><tr><td>a_\x01b</td><td>&#2;x y</td><td>open</td></tr></tbody></table>"
    output = new_output("display_data", {"text/html": html})
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    told = translate_notebook(notebook, translations["ja"]).notebook
    assert "未確定" in told.cells[0].outputs[0].data["text/html"]


def test_names_are_listed_with_the_comma_of_lists(translations):
    text = "Eurostat, SDSN, SDG Index, US Healthy People 2030"
    assert translations["zh"].of("Shenzhen, Beijing, Shanghai") == "深圳、北京、上海"
    assert translations["ja"].of(text) is not None


def test_whatever_a_table_shows_of_the_raw_tables_has_a_translation(translations):
    raw = read_raw()
    name_rows(raw)
    ids = [*raw.definitions["definition"], *raw.targets["target_id"], *raw.events["event_id"]]
    frame = pd.DataFrame({"shown": [*ids, *raw.indicators["indicator"]]})
    with pd.option_context("display.max_colwidth", None, "display.max_rows", None):
        cells = BeautifulSoup(table_html(frame), "html.parser").find_all("td")
    call_rows({})
    texts = {cell.get_text() for cell in cells}
    assert len(cells) == len(frame)
    for code in ("zh", "ja"):
        assert [text for text in texts if translations[code].of(text) is None] == []
