"""Charts, tables and the data package that a reader takes away, and how charts look on a page."""

import csv
import hashlib
import io
import json
import re
from importlib.util import find_spec
from xml.etree import ElementTree

import nbformat
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import ROOT, charts
from helpers.charts.chart import NARROW, drawing_of
from helpers.charts.display import SVG, shown
from helpers.charts.style import house_style
from helpers.charts.svg import annotated, carried, lean, packed, unpacked
from helpers.observations.raw_data import read_raw
from helpers.problems import InputError
from helpers.reports.site import downloads, page_style
from helpers.reports.site import exports as printing
from helpers.reports.site.downloads import Keepsake, with_source, write_keepsakes
from helpers.reports.site.pages import inline_svg, read_pages
from helpers.reports.site.tables import cells, parsed
from helpers.reports.store.folders import WIDE
from support.reports import snapshot
from support.stored_tables import wide_again

SOURCE = 'Source: 深圳市统计局, "a, b"'
LEAST_LETTER = 9.0
"""Pixels on a phone of 390 pixels, whose page leaves a chart 337."""
PHONE = 337
needs_resvg = pytest.mark.skipif(not find_spec("resvg_py"), reason="resvg-py is not installed")


def series(**columns):
    table = pd.DataFrame(
        {
            "year": [2019, 2020, 2021], "value": [1234.5, 2.25, 3.0],
            "spliced_value": [1234.5, 2.25, 3.0], "decimals": 1, "definition": "d",
            "status": "final", "qualifier": "exact", "grade": ["unverified", "press", "press"],
            "break_before": ["", "no", ""], "source_id": "s",
        }
    )  # fmt: skip
    return table.assign(**columns)


def draw(**more):
    words = {"title": "P = 35 % & more", "unit": "% of GDP", "source": SOURCE}
    return charts.series_chart(series(), **{**words, **more})


def texts(svg):
    return [node.text for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("}text")]


def as_written(figure):
    """What matplotlib writes."""
    content = io.StringIO()
    with house_style():
        figure.savefig(content, format="svg", metadata={"Date": None})
    return content.getvalue()


def notebook(tmp_path, *outputs):
    book = new_notebook(
        cells=[
            new_markdown_cell("# What?\n\n## The answer"),
            *(new_code_cell("x", outputs=[output], execution_count=1) for output in outputs),
        ]
    )
    nbformat.write(book, tmp_path / "01_what.ipynb")
    return read_pages(tmp_path / "01_what.ipynb", "01_what")[0]


def output_of(figure):
    data, metadata = shown(figure)
    return new_output("display_data", data, metadata=metadata)


def test_a_chart_carries_its_title_its_words_its_source_and_its_figures():
    held = carried(charts.to_svg(draw(target=(2025, 4.0, "target 4"))))
    assert held["title"] == "P = 35 % & more"
    assert held["source"] == SOURCE
    rows = list(csv.DictReader(io.StringIO(held["csv"])))
    assert [row["value"] for row in rows] == ["1234.5", "2.25", "3.0", "4.0"]
    assert [row["part"] for row in rows] == ["series"] * 3 + ["target"]
    assert "3 points, from 1,234 (2019) to 3 (2021)" in held["desc"]
    assert "lowest 2.25 (2020), highest 1,234 (2019)" in held["desc"]
    assert "Unverified figures: 1 of 3" in held["desc"]


def test_the_figures_can_be_left_out():
    assert "csv" not in carried(charts.to_svg(draw(), data=False))


def test_a_drawing_of_another_origin_carries_nothing():
    assert carried("<svg") == {}
    assert carried('<svg xmlns="http://www.w3.org/2000/svg"/>') == {}


def test_lean_documents_are_small_and_draw_the_same_words():
    written = as_written(draw())
    small = lean(written, "none")
    assert len(small) < 0.7 * len(written)
    assert texts(small) == texts(written)
    assert "<!--" not in small
    used = set(re.findall(r'href="#([^"]+)"', small)) | set(re.findall(r"url\(#([^)]+)\)", small))
    assert used <= set(re.findall(r'\bid="([^"]+)"', small))


def test_lean_documents_keep_their_hatching():
    figure = Figure()
    figure.subplots().bar([1], [2], hatch="////")
    small = lean(as_written(figure), "none")
    (pattern,) = re.findall(r'<pattern[^>]*\bid="([^"]+)"', small)
    assert f"fill:url(#{pattern})" in small


@needs_resvg
def test_lean_documents_look_as_matplotlib_wrote_them():
    from PIL import Image

    written = as_written(draw())
    pictures = [
        np.asarray(Image.open(io.BytesIO(printing.png(svg))).convert("L"), dtype=float)
        for svg in (
            written,
            lean(written, "none"),
            lean(written, "none").replace("#0072b2", "#fff"),
        )
    ]
    assert np.abs(pictures[0] - pictures[1]).mean() < 0.2
    assert np.abs(pictures[0] - pictures[2]).mean() > 0.4


def test_packing_is_undone():
    text = charts.to_svg(draw())
    assert unpacked(packed(text)) == text
    assert len(packed(text)) < 0.6 * len(text)


def test_the_chart_for_phones_is_the_same_at_their_width_with_letters_that_can_be_read():
    data, metadata = shown(draw())
    narrow = unpacked(metadata[SVG]["narrow"])
    width = float(re.search(r'width="([\d.]+)pt"', narrow)[1])
    assert width == pytest.approx(72 * NARROW)
    sizes = [float(size) for size in re.findall(r"font-size:([\d.]+)px", narrow)]
    assert min(sizes) * PHONE / width >= LEAST_LETTER
    assert "csv" in carried(data[SVG])
    assert "csv" not in carried(narrow)


@pytest.mark.parametrize(
    ("language", "word", "number"), [("en", "unverified", "1,000"), ("zh", "未核实", "1000"),
                                     ("ja", "未確認", "1,000")]
)  # fmt: skip
def test_a_chart_speaks_its_language_wide_and_narrow(language, word, number):
    figure = draw(language=language)
    for one in (figure, drawing_of(figure).narrow()):
        written = texts(charts.to_svg(one))
        assert word in written
        assert number in written
    assert texts(charts.to_svg(draw()))[:3] == texts(charts.to_svg(draw(language="en")))[:3]


def test_japanese_charts_name_a_japanese_font_first_among_the_han_ones():
    ja, zh = (charts.to_svg(draw(language=code)) for code in ("ja", "zh"))
    assert "'Noto Sans JP', 'Noto Sans SC'" in ja
    assert "Noto Sans JP" not in zh
    assert "font-family:'Noto Sans JP', 'Noto Sans SC', 'DejaVu Sans'" in inline_svg(ja)


def test_a_chart_inside_another_speaks_its_language():
    fan = pd.DataFrame({"year": [2022], "median": [3.0]})
    for level in (50, 80, 95):
        fan[f"lower{level}"], fan[f"upper{level}"] = 2.0, 4.0
    figure = charts.stage_chart(
        series(), goals=[], projection=fan, title="t", unit="u", source="s", language="zh"
    )
    assert "未核实" in texts(charts.to_svg(figure))


def test_a_language_that_is_none_is_refused():
    with pytest.raises(InputError, match="none of en, zh, ja"):
        draw(language="fr")


def test_every_chart_takes_a_language_and_remembers_its_data():
    import inspect

    for name in charts.__all__:
        if name not in ("to_svg", "to_png", "use_house_style"):
            assert "language" in inspect.signature(getattr(charts, name)).parameters, name


@pytest.mark.parametrize(
    "colour", ["#1a1a1a", "#0072b2", "#d55e00", "#5f5f5f", "#fbe3d3", "#00664a"]
)
def test_dark_colours_stand_out_as_much_as_light_ones(colour):
    paper = page_style.luminance(page_style.PAPER) + 0.05
    light = 1.05 / (page_style.luminance(colour) + 0.05)
    dark = (page_style.luminance(page_style.dark(colour)) + 0.05) / paper
    assert dark == pytest.approx(
        min(light, (page_style.luminance(page_style.INK) + 0.05) / paper), rel=0.03
    )


def test_dark_paper_and_ink_are_those_of_the_pages():
    style = (ROOT / "src/helpers/reports/site/templates/style.css").read_text()
    dark = style[style.index("prefers-color-scheme: dark") :]
    assert f"--card: {page_style.PAPER};" in dark
    assert f"--ink: {page_style.INK};" in dark
    assert page_style.dark("#ffffff") == page_style.PAPER


def test_colours_of_a_drawing_follow_the_page_and_fall_back_to_themselves():
    svg = '<svg><path style="fill:#0072B2"/><text>#0072b2</text></svg>'
    themed = page_style.themed(svg)
    assert themed == ('<svg><path style="fill:var(--c0072b2,#0072b2)"/><text>#0072b2</text></svg>')
    assert f"--c0072b2:{page_style.dark('#0072b2')}" in page_style.dark_rules(themed)
    assert page_style.dark_rules(themed).startswith("@media screen and (prefers-color-scheme:dark)")
    assert page_style.dark_rules("<svg></svg>") == ""


def test_a_page_shows_both_widths_names_the_chart_and_links_its_files(tmp_path):
    page = notebook(tmp_path, output_of(draw()))
    assert page.body.count("<svg") == 2
    assert 'aria-label="P = 35 % &amp; more"' in page.body
    assert "<title>" not in page.body
    assert "<metadata>" not in page.body
    assert "var(--c0072b2,#0072b2)" in page.body
    assert "--c0072b2:" in page.style
    for kind in ("svg", "csv"):
        assert f'href="../charts/01_what-1.{kind}"' in page.body
    ids = re.findall(r'\bid="([^"]+)"', page.body)
    assert len(ids) == len(set(ids))


def test_a_drawing_of_another_origin_is_shown_and_offered_as_it_is(tmp_path):
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
    page = notebook(tmp_path, new_output("display_data", {SVG: svg}))
    assert page.keepsakes[0].endings == ("svg",)
    assert 'role="img"' in page.body
    assert 'tabindex="0"' in page.body


def test_charts_become_files_with_their_source_inside(tmp_path):
    page = notebook(tmp_path, output_of(draw()))
    write_keepsakes(page.keepsakes, tmp_path)
    rows = list(csv.DictReader((tmp_path / "charts/01_what-1.csv").open(encoding="utf-8")))
    assert {row["source"] for row in rows} == {SOURCE}
    svg = (tmp_path / "charts/01_what-1.svg").read_text("utf-8")
    assert "深圳市统计局" in "".join(texts(svg))
    assert "var(" not in svg
    before = snapshot(tmp_path)
    write_keepsakes(page.keepsakes, tmp_path)
    assert snapshot(tmp_path) == before


@needs_resvg
def test_pictures_are_twice_as_fine_and_repeat_byte_for_byte():
    svg = charts.to_svg(draw())
    picture = printing.png(svg)
    assert picture == printing.png(svg)
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20]) == 7 * 96 * 2


@needs_resvg
def test_pictures_hold_han_glyphs():
    blank = charts.to_svg(draw(title="A"))
    han, box = (printing.png(blank.replace(">A<", f">{c}<")) for c in ("深", "\ue000"))
    assert han != box


def test_an_undrawable_document_is_named():
    pytest.importorskip("resvg_py", reason="resvg-py is not installed")
    with pytest.raises(ValueError, match="document"):
        printing.png("<svg")


def test_the_source_is_the_last_column_even_with_commas_in_it():
    rows = list(csv.reader(io.StringIO(with_source('a,b\n1,"x, y"\n', SOURCE))))
    assert rows == [["a", "b", "source"], ["1", "x, y", SOURCE]]
    assert with_source("a\n1\n", "") == "a\n1\n"


def test_tables_of_a_page_become_csv_and_json(tmp_path):
    html = pd.DataFrame({"name": ["x", "y"], "P": [0.5, 0.25]}).to_html(index=False)
    page = notebook(tmp_path, new_output("display_data", {"text/html": html}))
    assert 'href="../shown/01_what-1.json"' in page.body
    assert 'aria-label="Table 1: The answer"' in page.body
    write_keepsakes(page.keepsakes, tmp_path)
    assert (tmp_path / "shown/01_what-1.csv").read_text() == "name,P\nx,0.50\ny,0.25\n"
    rows = json.loads((tmp_path / "shown/01_what-1.json").read_text())
    assert rows == [{"name": "x", "P": 0.5}, {"name": "y", "P": 0.25}]


def test_a_table_with_joined_cells_or_none_is_not_offered():
    assert cells(parsed("<p>no table</p>")) == []
    joined = "<table><thead><tr><th>a</th><th>b</th></tr></thead><tr><td>1</td></tr></table>"
    assert cells(parsed(joined)) == []


def test_two_rows_of_headings_are_joined():
    frame = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")]))
    assert cells(parsed(frame.to_html(index=False))) == [["a x", "a y"], ["1", "2"]]


def test_links_are_escaped():
    links = Keepsake("charts/a b", '"><script>', "<svg/>").links()
    assert "<script>" not in links
    assert "../charts/a%20b.svg" in links


# Rules of the Frictionless profiles for packages, resources, licences and table schemas
# (Data Package 2.0), as far as they bind what is written here.
NAME = re.compile(r"[a-z0-9._/-]+")
TYPES = {"string", "number", "integer", "boolean", "date"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    for name in ("tables", "data/observations"):
        (folder / name).mkdir(parents=True)
    (folder / "tables" / "a.csv").write_text(
        "target_id,probability,settled,year,known_from,odd\nx,0.5,True,2025,2026-01-02,1\n"
        "y,,False,2026,,b\n"
    )
    observed = (ROOT / "data/raw/observations/rd.csv").read_text("utf-8").splitlines()[:3]
    (folder / "data/observations/rd.csv").write_text("\n".join(observed) + "\n", "utf-8")
    downloads.write_data_package(folder, read_raw(), "2026-11-23", "1.2.3")
    return folder


def package_of(site):
    return json.loads((site / downloads.PACKAGE).read_text("utf-8"))


def test_the_package_keeps_the_rules_of_its_profile(site):
    package = package_of(site)
    assert package["$schema"] == downloads.PROFILE
    assert NAME.fullmatch(package["name"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", package["created"])
    assert package["resources"]
    names = [resource["name"] for resource in package["resources"]]
    assert len(names) == len(set(names))
    for resource in package["resources"]:
        assert NAME.fullmatch(resource["name"])
        assert not resource["path"].startswith(("/", "."))
        assert ".." not in resource["path"]
        assert resource["type"] == "table"
        for licence in resource["licenses"]:
            assert re.fullmatch(r"[-a-zA-Z0-9._]+", licence["name"])
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert len(fields) == len(set(fields))
        assert {field["type"] for field in resource["schema"]["fields"]} <= TYPES
    for source in package["sources"]:
        assert source["title"]
        assert source.get("path", "https://").startswith(("http://", "https://"))


def test_the_package_tells_the_files_as_they_are(site):
    for resource in package_of(site)["resources"]:
        content = (site / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        header = next(csv.reader(io.StringIO(content.decode("utf-8"))))
        assert [field["name"] for field in resource["schema"]["fields"]] == header
    table = package_of(site)["resources"][0]
    types = {field["name"]: field["type"] for field in table["schema"]["fields"]}
    assert types == {
        "target_id": "string", "probability": "number", "settled": "boolean", "year": "integer",
        "known_from": "date", "odd": "string",
    }  # fmt: skip


def test_only_publications_that_the_figures_come_from_are_sources(site):
    listed = package_of(site)["sources"]
    raw = read_raw()
    assert 0 < len(listed) < len(raw.sources)
    assert len(listed) == raw.observations["source_id"].nunique()


@pytest.mark.parametrize("folder", ["raw", "processed"])
def test_every_field_of_the_tables_is_described(folder, tmp_path):
    for path in sorted((ROOT / "data" / folder).rglob("*.csv")):
        if path.name in WIDE:
            wide_again(path).to_csv(tmp_path / path.name, index=False)
            path = tmp_path / path.name
        for field in downloads.table_schema(path)["fields"]:
            assert field.get("description"), f"{path.name}: {field['name']}: add it to fields.csv"


def test_a_table_without_rows_has_a_schema(tmp_path):
    (tmp_path / "e.csv").write_text("a,b\n")
    fields = downloads.table_schema(tmp_path / "e.csv")["fields"]
    assert fields == [{"name": "a", "type": "string"}, {"name": "b", "type": "string"}]


def test_without_a_browser_nothing_is_printed(tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "BROWSERS", ("no-such-browser",))
    for name in ("a.html", "zh.html"):
        page = '<ul><li>x</li>\n <li class="printed"><a href="a.pdf">PDF</a></li>\n<li>y</li></ul>'
        (tmp_path / name).write_text(page)
    assert not printing.print_page(tmp_path / "a.html", tmp_path / "a.pdf", "2026-11-23")
    assert not (tmp_path / "a.pdf").exists()
    printing.unlink_print(tmp_path)
    for name in ("a.html", "zh.html"):
        assert (tmp_path / name).read_text() == "<ul><li>x</li>\n<li>y</li></ul>"


@pytest.mark.skipif(printing.browser() is None, reason="Chromium is missing")
def test_the_print_is_a4_and_holds_the_date_of_the_report(tmp_path):
    page = tmp_path / "a.html"
    page.write_text(
        '<style>@page { size: A4 }</style><a href="b.html">b</a> <a href="https://a.example/">a</a>'
    )
    assert printing.print_page(page, tmp_path / "a.pdf", "2026-11-23")
    made = (tmp_path / "a.pdf").read_bytes()
    assert made.startswith(b"%PDF")
    assert b"D:20261123000000" in made
    assert b"https://a.example/" in made
    assert b"file:" not in made
    assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]", made)


def test_annotations_come_first_and_the_drawing_stays(tmp_path):
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
    root = ElementTree.fromstring(annotated(svg, "t", "", {"source": "s", "csv": ""}))
    assert [node.tag.rpartition("}")[2] for node in root] == ["title", "metadata", "path"]
    assert root.get("role") == "img"
