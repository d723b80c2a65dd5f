"""Pages say what the tables say, escape what comes from data, and load nothing from anywhere."""

import csv
import io
import json
import re
from dataclasses import replace
from math import nan

import matplotlib
import nbformat
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.reports.site import tables
from helpers.reports.site.downloads import read_table, write_json_tables
from helpers.reports.site.layout import (
    POLICY,
    Front,
    SiteContent,
    doubt,
    summary,
    write_fronts,
    write_pages,
)
from helpers.reports.site.page_style import font_face, han_characters
from helpers.reports.site.pages import inline_svg, plain, read_pages
from helpers.reports.site.verdicts import unbroken
from support.pages import HOSTILE, outside, without_own_script
from support.verdicts import ROW, SOURCE, verdict


def readable(html: str) -> str:
    return tables.readable(tables.parsed(html))


def page_cells(html: str) -> list[list[str]]:
    return tables.cells(tables.parsed(html))


SVG = (
    '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
    '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    '<metadata><x xmlns="http://purl.org/dc/"/></metadata><use xlink:href="#a"/></svg>'
)


@pytest.mark.parametrize(
    "reference",
    [
        '<script src="https://cdn.example/x.js"></script>',
        "<script>fetch('x')</script>",
        '<link rel="stylesheet" href="style.css">',
        '<img src="http://a.example/x.png">',
        '<img src="//a.example/x.png">',
        '<svg><image xlink:href="http://a.example/x.png"/></svg>',
        "<style>@import 'https://a.example/x.css'</style>",
        "<style>@font-face{src:url(https://a.example/x.woff2)}</style>",
        '<p style="background:url(http://a.example/x)">',
        '<p onclick="go()">',
        '<iframe src="data:text/html,x"></iframe>',
        '<meta http-equiv="refresh" content="0; url=http://a.example">',
        '<a href="javascript:alert(1)">x</a>',
    ],
)
def test_the_check_itself_finds_outside_references(reference):
    assert outside(f"<!doctype html><html><body>{reference}</body></html>")


def site_of(*verdicts, **more):
    return SiteContent("2026-01-01", fronts=(Front(headline=verdicts),), **more)


def test_verdict_in_words():
    read = verdict()
    said = read.said
    assert said.heading == "Open"
    assert said.asked == "at least 4.8\xa0% of GDP"
    assert (said.latest, said.latest_year) == ("6.67\xa0% of GDP", "2024")
    assert (said.probability, said.likelihood) == ("93\xa0%", "very likely")
    assert said.interval == "6.94\xa0% of GDP (80\xa0% interval 6.40 to 7.46)"
    assert said.without == "the same without them (91\xa0%)"
    assert said.without_moves == ""
    assert (read.source.title, read.source.title_native) == ("Bulletin", "公报")


def test_verdict_without_anything_known():
    empty = dict.fromkeys([name for name in ROW if name.startswith(("latest", "lower"))], nan)
    read = verdict({**empty, "state": "no_data", "probability": nan, "median": nan})
    assert (
        read.said.latest
        == read.said.latest_year
        == read.said.probability
        == read.said.interval
        == ""
    )
    assert read.source is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "ftp://x", ""])
def test_only_web_addresses_become_links(url, tmp_path):
    write_fronts(site_of(verdict(source={"url": url})), tmp_path)
    page = (tmp_path / "index.html").read_text()
    assert not re.search(r'href="(javascript|file|ftp)', page)
    assert not outside(page)


def test_unverified_figures_that_change_a_verdict_are_told():
    same = verdict()
    assert doubt([same]).endswith("Leaving them out changes no verdict.")
    assert doubt([verdict({"unverified_points": 0})]).startswith("No figure")
    moved = verdict({"state_verified": "no_data", "probability_verified": nan})
    assert doubt([moved, same]) == (
        "Unverified figures behind these verdicts: 6 of 20. Leaving them out changes one "
        "verdict: R&D intensity (without them: no data)."
    )
    shaken = verdict({"probability_verified": 0.5})
    assert doubt([shaken]).endswith(
        "changes no verdict. It moves the probability of R&D intensity "
        "(without them: 50\xa0%, about as likely as not)."
    )
    lost = verdict({"probability_verified": nan})
    assert (lost.said.without_moves, lost.said.without) == (
        "probability",
        "without them: no probability",
    )
    settled = {"state": "met", "state_verified": "met", "probability": nan}
    assert verdict({**settled, "probability_verified": nan}).said.without_moves == ""
    close = verdict({"probability": 0.91, "probability_verified": 0.89})
    assert (close.said.without_moves, close.said.without) == ("", "without them: 89\xa0%, likely")


def test_of_many_verdicts_that_rest_on_unverified_figures_six_are_named():
    moved = verdict({"state_verified": "no_data", "unverified_points": 1000})
    told = doubt([moved] * 200)
    assert told.startswith("Unverified figures behind these verdicts: 200,000 of ")
    assert "changes 200 verdicts: " in told and told.endswith("; 194 more.")
    assert told.count(moved.name) == 6 and "more" not in doubt([moved] * 6)


def test_only_states_that_need_it_are_explained_on_the_card(tmp_path):
    met = verdict({"state": "met", "at_signing": "missed"})
    early = verdict({"state": "met"})
    waiting = verdict({"state": "open", "at_signing": "met"})
    plain = verdict({"state": "open", "at_signing": "missed"})
    write_fronts(site_of(met, early, waiting, plain), tmp_path)
    page = (tmp_path / "index.html").read_text()
    told = "When the target was set, on 2020-07-04, 4.93\xa0% of GDP for 2019 was already known."
    assert page.count(told) == 2, "the day of signing is told also after the outcome"
    assert page.count("met when it was set</span>") == 2
    assert "The latest figure is" not in page


def test_summary_is_computed_from_the_states():
    met, missed = verdict({"state": "met"}), verdict({"state": "missed"})
    new = {"at_signing": "missed"}
    doubtful = verdict({"probability": 0.02, **new})
    assert summary([doubtful, met, verdict(new)]) == (
        "Of the three numeric targets for 2025, one is met, one is open (very likely to be met) "
        "and one is open (very unlikely to be met)."
    )
    assert summary([met, met, missed]) == (
        "Of the three numeric targets for 2025, two are met and one is missed."
    )
    assert summary([verdict({"probability": nan, **new})]) == (
        "Of the one numeric target for 2025, one is open, without a probability."
    )
    announced = verdict({"at_signing": "met"})
    assert summary([met, announced, missed]) == (
        "Of the three numeric targets for 2025, one is met, one is missed and one was met before "
        "it was announced, with its last figure still to come."
    )
    assert summary([]) == "No verdict could be computed."


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory):
    """A site where every text that can come from data is hostile."""
    folder = tmp_path_factory.mktemp("site")
    text = {name: HOSTILE for name, value in ROW.items() if isinstance(value, str)}
    text |= {"target_id": "t1", "indicator": "rd_intensity", "operator": "ge"}
    text |= {"signing_event": "set", "at_signing": "met"}
    sources = {name: HOSTILE for name in SOURCE if name not in {"source_id", "url"}}
    sources["url"] = 'https://example.org/"><script>alert(3)</script>'
    mean = verdict(
        {**text, "latest_source_id": "s1", "state": "open"},
        {"wording_native": HOSTILE, "note": HOSTILE},
        dict.fromkeys(["name_en", "name_zh", "description", "unit"], HOSTILE),
        sources,
    )
    unknown = replace(mean, state=HOSTILE, latest_grade=HOSTILE)
    frame = pd.DataFrame({HOSTILE: [HOSTILE]})
    outputs = [
        new_output("display_data", {"text/html": frame.to_html(), "text/plain": "x"}),
        new_output("stream", name="stdout", text=HOSTILE),
        new_output("stream", name="stderr", text=HOSTILE),
        new_output("display_data", {"text/plain": HOSTILE}),
        new_output("display_data", {"image/svg+xml": SVG, "image/png": "AAAA"}),
        new_output("display_data", {"application/javascript": "alert(4)"}),
        new_output("error", ename="E", evalue=HOSTILE, traceback=[HOSTILE]),
    ]
    cells = [
        new_markdown_cell(f"# `{HOSTILE}` 中文"),
        new_code_cell(repr(HOSTILE), outputs=outputs),
        new_code_cell(
            "1",
            outputs=[new_output("stream", text=HOSTILE)],
            metadata={"tags": ["answer"], "alt": HOSTILE},
        ),
    ]
    path = folder / "n.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    content = SiteContent(
        as_of="2026-01-01",
        fronts=(Front(headline=(mean, unknown), others=(mean, unknown), record=HOSTILE),),
        beliefs={
            "t1": [
                {
                    "day": "2021-01-01",
                    "probability": p,
                    "set_yet": HOSTILE,
                    "settled": p > 0.5,
                    "state": HOSTILE,
                }
                for p in (0.1, 0.9)
            ]
        },
        pages=(read_pages(path, "n", (HOSTILE,))[0],),
        tables=("tables/a.csv", f"tables/{HOSTILE.replace('/', '')}.csv"),
        failures={HOSTILE: HOSTILE},
    )
    write_fronts(content, folder)
    write_pages(content, folder)
    return folder, sorted(folder.rglob("*.html"))


def test_data_is_escaped_everywhere(hostile_site):
    _, files = hostile_site
    assert len(files) == 2
    for path in files:
        page = without_own_script(path.read_text())
        assert "<script" not in page.lower()
        assert not re.search(r"<img[^>]*evil", page)
        assert "&lt;script&gt;" in page
        assert "{{ 7*7 }}" in page


def test_nothing_is_loaded_from_outside(hostile_site):
    _, files = hostile_site
    for path in files:
        page = path.read_text()
        assert outside(page) == []
        policy = f'content="{POLICY}"'.replace("'", "&#39;")
        assert policy in without_own_script(page)


def test_svg_is_preferred_and_stripped_of_addresses(hostile_site):
    folder, _ = hostile_site
    page = without_own_script((folder / "notebooks" / "n.html").read_text())
    assert '<svg><use xlink:href="#svg1-a"/>' in page
    assert "w3.org" not in page
    assert "image/png" not in page
    assert inline_svg(SVG) == '<svg><use xlink:href="#a"/></svg>'


def test_drawings_on_one_page_do_not_share_ids_or_styles():
    figure = Figure()
    axes = figure.subplots()
    axes.plot([1, 2], marker="o")
    buffer = io.StringIO()
    with matplotlib.rc_context({"font.family": ["DejaVu Sans", "Noto Sans SC"]}):
        figure.savefig(buffer, format="svg")
    first, second = (inline_svg(buffer.getvalue(), prefix) for prefix in ("a-", "b-"))
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', first))
    assert used
    assert used <= ids[0]
    assert "<style" not in first
    assert "http" not in first


def test_pages_hold_their_chinese_characters(hostile_site):
    _, files = hostile_site
    for path in files:
        page = path.read_text()
        text = page.split("</style>", 1)[1]
        named = set(re.findall(r"U\+([0-9A-F]+)", page))
        assert {f"{ord(c):X}" for c in han_characters(text)} <= named
        assert "font/woff;base64," in page
        # First in the list: as a later fallback Chromium draws boxes.
        assert '--han: "Noto Sans SC", "Noto Sans JP"; --sans: var(--han), ' in page


def test_font_is_made_for_its_characters_only():
    assert font_face(frozenset()) == ""
    assert font_face(frozenset("\U0002a6d0")) == ""
    small, larger = font_face(frozenset("战")), font_face(frozenset("战略性新兴产业"))
    assert "unicode-range:U+6218}" in small
    assert len(small) < len(larger) < 20_000
    assert han_characters("R&D 研发 intensity、") == frozenset("研发、")


def test_answer_and_title_of_a_notebook(tmp_path):
    outputs = [new_output("stream", text="It is\n42.\n")]
    cells = [
        new_markdown_cell("# What is *it*, in `code`?\n\nText"),
        new_code_cell("x", outputs=outputs, metadata={"tags": ["answer"]}),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "n.ipynb")
    page = read_pages(tmp_path / "n.ipynb", "n")[0]
    assert (page.title, page.answer) == ("What is it, in code?", "It is 42.")
    cells = [
        new_markdown_cell("## The answer"),
        new_code_cell("1"),
        new_code_cell("x", outputs=[new_output("display_data", {"text/markdown": "**Yes**."})]),
        new_code_cell("y", outputs=[new_output("display_data", {"text/markdown": "no"})]),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "h.ipynb")
    assert read_pages(tmp_path / "h.ipynb", "h")[0].answer == "Yes."
    nbformat.write(new_notebook(cells=[]), tmp_path / "e.ipynb")
    page = read_pages(tmp_path / "e.ipynb", "e")[0]
    assert (page.title, page.answer) == ("e", "")


def test_plain_keeps_names_with_underscores():
    assert plain("- **one** - two") == "one - two"
    assert plain("**See** [the table](x.csv) of rd_intensity_2025 and _this_") == (
        "See the table of rd_intensity_2025 and this"
    )


def test_numbers_and_dates_of_prose_stay_together():
    same = '<pre>a % b 1 % 2</pre><p title="1 % 2020-01-02">x_2020-01-02 2020-01-021</p>'
    assert unbroken(same) == same
    assert unbroken("<p>P &lt; 1 %, P = 6.7 % on 2020-01-02.</p>") == (
        '<p>P\xa0&lt;\xa01\xa0%, P\xa0=\xa06.7\xa0% on <span class="day">2020-01-02</span>.</p>'
    )


def test_tables_have_words_left_and_sentences_wrapped():
    frame = pd.DataFrame(
        {"name": ["a & b", "c"], "P": ["> 99 %", "–"], "n_of": [-1.5, nan], "why": ["w" * 40, "x"]}
    )
    page = readable(frame.to_html())
    assert '<th class="word">name</th>' in page
    assert '<td class="word">a &amp; b</td>' in page
    assert "<th>P</th>" in page
    assert "<td>&gt; 99 %</td>" in page
    assert "<th>n of</th>" in page
    assert "<td>−1.5</td>" in page
    assert "<td>–</td>" in page
    assert "NaN" not in page
    assert f'<td class="long word">{"w" * 40}</td>' in page
    joined = pd.DataFrame({"a": ["x", "x"], "b": ["y", "z"], "v": ["p", "q"]})
    page = readable(joined.set_index(["a", "b"]).to_html())
    assert '<th rowspan="2" valign="top" class="word">x</th>' in page
    assert page.count('class="word"') == 8


def test_numbers_of_a_column_are_written_alike():
    frame = pd.DataFrame(
        {
            "year": [2020, 2021, 2022],
            "count": [300.0, 20457.0, nan],
            "yuan": [8201.32, -10086.18, 0.5],
            "rate": [1.0, 2.5, 3.0],
        }
    )
    rows = page_cells(readable(frame.to_html(index=False)))[1:]
    assert rows == [
        ["2020", "300", "8,201.32", "1.0"],
        ["2021", "20,457", "−10,086.18", "2.5"],
        ["2022", "", "0.50", "3.0"],
    ]


def test_tables_have_one_header_and_no_counter():
    frame = pd.DataFrame({"day": ["2020-01-02", "2021-03-04"], "v": [-0.5, 2.0]})
    page = readable(frame.to_html())
    assert "<th>0</th>" not in page
    assert "2020-01-02" in page
    ids = pd.DataFrame({"a_b": ["c_d_e"]})
    assert '<th class="word">a b</th>' in readable(ids.to_html())
    assert '<td class="word">c_<wbr>d_<wbr>e</td>' in readable(ids.to_html())
    named = readable(frame.set_index("day").to_html())
    assert named.count("<tr") == 3
    assert '<th class="word">day</th>' in named
    other = pd.DataFrame({"v": [1, 2]}, index=[1, 2])
    assert "<th>1</th>" in readable(other.to_html()), "not counted from 0"
    crossed = frame.assign(k="x").pivot_table(index="day", columns="k", values="v")
    assert readable(crossed.to_html()).count("<tr") == 4, "both names have a place of their own"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("<td>a_\x01b &#2; -1</td>", ["a_", "b"]),
        ("<td>a_\x01b_\ufffe&#31;</td><td>\uffff-1</td>", ["a_", "b", "1"]),
        ("<td>x</td></tr></table></div><p>after</p>", ["x", "<p>after</p>"]),
        ("<td><b>bold</b> <i>too</i><td>2<tr><td colspan=2>研&nbsp;", ["bold</b> <i>", "研"]),
        ("<td>&lt;script&gt;&amp;amp;</td>", ["&lt;script&gt;&amp;amp;"]),
        ("<td></td>", []),
    ],
)
@pytest.mark.parametrize("part", ["<tr>", "<tbody><tr>"])
def test_whatever_a_cell_holds_a_table_is_written(text, held, part):
    page = readable(f'<html><body class="a"><div><table>{part}{text}</table></div></body></html>')
    assert "body" not in page.replace("tbody", "")
    assert [part for part in held if part not in page] == []
    assert "</wbr>" not in page


def test_csv_and_json_hold_the_same(tmp_path):
    (tmp_path / "sub").mkdir()
    path = tmp_path / "sub" / "x.csv"
    path.write_text('name,n,flag,code,gone\n研发,1,True,007,\n"a,\nb",-2.50,False,1,\n', "utf-8")
    assert write_json_tables(tmp_path) == (path,)
    assert json.loads(path.with_suffix(".json").read_text("utf-8")) == [
        {"name": "研发", "n": 1, "flag": True, "code": "007", "gone": None},
        {"name": "a,\nb", "n": -2.5, "flag": False, "code": "1", "gone": None},
    ]


cells = st.one_of(
    st.text(st.characters(exclude_characters="\r\0", codec="utf-8"), max_size=8),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers().map(str),
)


@given(st.lists(st.tuples(cells, cells), max_size=6))
def test_no_cell_is_lost_between_csv_and_json(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "round.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("a", "b"), *rows])
    table = json.loads(json.dumps(read_table(path)))
    assert len(table) == len(rows)
    for row, (first, second) in zip(table, rows, strict=True):
        for value, cell in ((row["a"], first), (row["b"], second)):
            if isinstance(value, bool) or value is None or isinstance(value, str):
                assert {True: "True", False: "False", None: ""}.get(value, value).lower() == (
                    cell.lower()
                )
            else:
                assert value == float(cell) or value == int(cell)
