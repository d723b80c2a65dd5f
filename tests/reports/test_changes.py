"""What is new since the last report is told completely, credited rightly and shown safely."""

import json
import re
from dataclasses import replace
from html import unescape
from math import isnan, nan
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from helpers import ROOT
from helpers.observations.raw_data import read_raw, write_raw
from helpers.reports.changes.comparison import REMEMBERED, compare_with_last, lines_of, settings_of
from helpers.reports.changes.observations import (
    KINDS,
    TableChange,
    figure_changes,
    known_figures,
    table_changes,
)
from helpers.reports.changes.verdicts import (
    CODE,
    FIGURE,
    FIGURES,
    PARAMETERS,
    TABLES,
    TIME,
    Knowledge,
    attribute,
    has_moved,
    read_verdicts,
)
from helpers.reports.runs.plan import planned_runs
from helpers.reports.site.changes_page import NAMESPACE, atom_feed, news_values, write_news
from helpers.reports.site.edition import read_front
from helpers.reports.site.layout import SiteContent, write_fronts, write_pages
from helpers.reports.store.run import Run
from helpers.tables import write_table
from helpers.targets.assessment import assess
from helpers.targets.statements import statement_table
from helpers.wording.language import CHINESE, ENGLISH, LANGUAGES
from support.pages import HOSTILE, outside

SETTINGS = {"min_grade": "unverified", "splice": "real_growth", "suspected_breaks": False,
            "stand_ins": True, "first_year": 0}  # fmt: skip
BEFORE, NOW = "2026-09-01", "2026-11-23"
PCT, RD = "pct_applications_2025", "rd_intensity_2025"


@pytest.fixture(scope="module")
def raw():
    """The raw tables without the outcome of PCT applications: its target is open."""
    full = read_raw()
    place = {"indicator": "pct_applications", "area": "shenzhen", "year": 2025}
    own = [full.observations[name].eq(value) for name, value in place.items()]
    outcome = np.logical_and.reduce(own)
    return replace(full, observations=full.observations[~outcome].reset_index(drop=True))


def with_figures(raw, *rows, drop=None):
    """Add figures, each given as what differs from the last PCT figure of Shenzhen."""
    figures = raw.observations
    if drop is not None:
        figures = figures[~drop(figures)]
    like = figures[figures["indicator"].eq("pct_applications") & figures["area"].eq("shenzhen")]
    added = pd.DataFrame([like.iloc[-1].to_dict() | row for row in rows], columns=figures.columns)
    together = pd.concat([figures, added.astype(figures.dtypes)]) if rows else figures
    return replace(raw, observations=together.reset_index(drop=True))


def pct(year, value, **more):
    plain = {"year": year, "value": float(value), "decimals": 0, "status": "final", "months": 12}
    source = {"published": "2026-10-15", "grade": "official", "kind": "bulletin", "note": ""}
    main = {"definition": "pct_received", "use": "main", "qualifier": "exact"}
    return {**plain, **source, **main, **more}


def a_source(raw):
    """What a figure takes over from a publication of the tables."""
    own = raw.sources["grade"].eq("official") & raw.sources["published"].ge("2026-01")
    source = raw.sources[own].iloc[-1]
    return {name: source[name] for name in ("source_id", "published", "grade", "kind")}


def compared(old, new, before=BEFORE, now=NOW):
    return figure_changes(known_figures(old, before), known_figures(new, now), old.observations)


def test_each_kind_of_change_of_a_figure_is_told(raw):
    assert compared(raw, raw, NOW, NOW) == ()
    first = pct(2025, 17000, status="preliminary", published="2026-08-01")
    old = with_figures(raw, first)
    (revised,) = compared(old, with_figures(raw, first, pct(2025, 17200)), NOW)
    assert (revised.kind, revised.entered, revised.before["value"]) == ("revised", True, 17000)
    (confirmed,) = compared(old, with_figures(raw, first, pct(2025, 17000)), NOW)
    assert confirmed.kind == "confirmed"
    (added,) = compared(raw, old, NOW)
    assert (added.kind, added.entered, added.before) == ("added", True, None)
    (gone,) = compared(old, raw, NOW)
    assert (gone.kind, gone.row["value"]) == ("withdrawn", 17000)
    (corrected,) = compared(old, with_figures(raw, first | {"value": 17001.0}), NOW)
    assert (corrected.kind, corrected.before["value"]) == ("corrected", 17000)
    (regraded,) = compared(old, with_figures(raw, first | {"grade": "press"}), NOW)
    assert regraded.kind == "regraded"
    assert {c.kind for c in (revised, confirmed, added, gone, corrected, regraded)} == set(KINDS)


def test_a_figure_that_became_known_with_time_was_not_entered(raw):
    later = with_figures(raw, pct(2025, 17000, status="revised", published="2026-10-15"))
    (change,) = (
        c for c in compared(later, later) if c.row["year"] == 2025 and c.row["value"] == 17000
    )
    assert (change.kind, change.entered) == ("added", False)
    assert compared(later, later, "2026-10-15", NOW) == compared(raw, raw, "2026-10-15", NOW)


THREE = (RD, PCT, "sei_share_2025")


def moved_by(old, new, before=BEFORE, now=NOW, last_settings=SETTINGS, asked=THREE):
    last, this = Knowledge(old, before, last_settings), Knowledge(new, now, SETTINGS)
    asked = list(asked)
    was, after = last.verdicts(asked), this.verdicts(asked)
    moved = [name for name in asked if has_moved(was[name], after[name])]
    changes = compared(old, new, before, now)
    return was, after, changes, attribute(was, last, this, changes, moved)


def test_the_figure_that_settles_a_target_is_named(raw):
    new = with_figures(raw, pct(2025, 26000), pct(2019, 900, area="beijing"))
    was, after, changes, parts = moved_by(raw, new)
    assert (was[PCT][0], after[PCT]) == ("open", ("met", 1.0))
    assert set(parts) == {PCT}
    (part,) = parts[PCT]
    assert (part["cause"], part["state"], part["kinds"]) == (FIGURE, "met", ["new figure"])
    assert changes[part["figure"]].row["value"] == 26000
    assert part["change"] == pytest.approx(1 - was[PCT][1])


def test_a_parameter_is_a_cause_of_its_own(raw):
    verified, far = SETTINGS | {"min_grade": "secondary"}, "sz_br2018_sei_share_2035"
    was, after, _, parts = moved_by(raw, raw, last_settings=verified, asked=[far])
    (part,) = parts[far]
    assert part["cause"] == PARAMETERS
    assert part["change"] == pytest.approx(after[far][1] - was[far][1], abs=1e-9)


def test_several_causes_share_a_change_and_add_up(raw):
    late = [pct(2023, 19000, published="2026-10-15"), pct(2024, 21000, published="2026-10-20")]
    verified = SETTINGS | {"min_grade": "secondary"}
    was, after, changes, parts = moved_by(raw, with_figures(raw, *late), last_settings=verified)
    total = sum(part["change"] for part in parts[PCT])
    assert total == pytest.approx(after[PCT][1] - was[PCT][1], abs=1e-9)
    # The parameter moves nothing here: below 1 % there is nothing more to be said.
    assert [part["cause"] for part in parts[PCT]] == [FIGURE, FIGURE]
    values = [changes[p["figure"]].row["value"] for p in parts[PCT] if p["cause"] == FIGURE]
    assert values == [19000, 21000]
    assert all(len(part["kinds"]) for part in parts[PCT])


def test_other_code_is_credited_apart(raw):
    last = this = Knowledge(raw, NOW, SETTINGS)
    state, chance = this.verdicts([PCT])[PCT]
    printed = {PCT: (state, chance + 0.25)}
    (part,) = attribute(printed, last, this, (), [PCT])[PCT]
    assert (part["cause"], part["figure"]) == (CODE, None)
    assert part["change"] == pytest.approx(-0.25)


def test_a_changed_target_is_credited_to_the_other_tables(raw):
    easier = raw.targets.assign(
        value=raw.targets["value"].mask(raw.targets["target_id"].eq(PCT), 15000.0)
    )
    _, after, _, parts = moved_by(raw, replace(raw, targets=easier), NOW, NOW)
    assert [part["cause"] for part in parts[PCT]] == [TABLES]
    assert after[PCT][1] > 0.5


def test_figures_beyond_the_first_few_are_credited_together(raw, monkeypatch):
    monkeypatch.setattr("helpers.reports.changes.verdicts.SINGLE", 1)
    rows = [pct(year, 40000 + year) for year in (2023, 2024)]
    _, _, _, parts = moved_by(raw, with_figures(raw, *rows), NOW, NOW)
    assert {part["cause"] for part in parts[PCT]} == {FIGURE, FIGURES}


def test_time_alone_moves_what_waits_for_a_day(raw):
    """Without a figure between them, two days differ only where a day itself counts."""
    days = ("2020-07-03", "2021-02-26")
    figures = known_figures(raw, days[0])
    frozen = replace(raw, observations=figures[raw.observations.columns].reset_index(drop=True))
    last, this = (Knowledge(frozen, day, SETTINGS) for day in days)
    ids = [RD, PCT, "sei_share_2025"]
    was, after = last.verdicts(ids), this.verdicts(ids)
    moved = [name for name in ids if has_moved(was[name], after[name])]
    parts = attribute(was, last, this, (), moved)
    assert all({p["cause"] for p in parts[name]} == {TIME} for name in moved)


def test_settled_states_count_as_certain():
    table = pd.DataFrame(
        {"target_id": list("abcd"), "state": ["met", "missed", "open", "no_data"],
         "probability": [nan, nan, 0.4, nan]}
    )  # fmt: skip
    read = read_verdicts(table)
    assert (read["a"][1], read["b"][1], read["c"][1]) == (1.0, 0.0, 0.4)
    assert isnan(read["d"][1])
    assert has_moved(read["c"], ("open", 0.401))
    assert not has_moved(read["c"], ("open", 0.4004))
    assert has_moved(read["c"], ("open", nan))
    assert not has_moved(read["d"], ("no_data", nan))


def test_tables_are_compared_row_by_row(tmp_path):
    for name, texts in {
        "same.csv": ("a,b\n1,2\n",) * 2,
        "moved.csv": (
            "t,y,v,w\nx,1,2.5,\nx,2,3,k\ny,1,4,k\n",
            "t,y,v,w\nx,1,2.25,k\nx,2,3,k\nz,1,4,k\n",
        ),
        "gone.csv": ("a\n1\n", None),
        "sub/new.csv": (None, "a\n1\n2\n"),
        "wider.csv": ("a\n1\n", "a,b\n1,2\n"),
    }.items():
        for folder, text in zip(("before", "now"), texts, strict=True):
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is not None:
                path.write_text(text)
    changes = table_changes(tmp_path / "before", tmp_path / "now")
    assert changes == (
        TableChange("gone.csv", 0, 1, {}, {}),
        TableChange("moved.csv", 1, 1, {"v": 1, "w": 1}, {"v": 0.25}),
        TableChange("sub/new.csv", 2, 0, {}, {}),
        TableChange("wider.csv", 1, 1, {}, {}),
    )


def publish(reports, raw, as_of, inputs, settings=SETTINGS):
    """Leave behind what a report leaves for the next one."""
    build = reports / f"build-{as_of}"
    verdicts = assess(raw, as_of, target_ids=[PCT])
    write_table(verdicts, build / "tables", "assessment.csv")
    write_table(statement_table(verdicts, raw), build / "tables", "statements.csv")
    this = Knowledge(raw, as_of, settings)
    changes = compare_with_last(reports, this, inputs, build / "tables")
    write_news(changes, "Plan", build)
    write_raw(raw, build / "data")
    (build / "run.json").write_text(json.dumps({"state": "complete", "inputs": inputs}))
    if (reports / as_of).exists():
        (reports / as_of).rename(reports / f"old-{len(list(reports.iterdir()))}")
    build.rename(reports / as_of)
    return json.loads((reports / as_of / "changes.json").read_text("utf-8"))


def inputs(**more):
    return {"raw": "r", "notebooks": "n", "code": "c", "pages": "p", "settings": "s", **more}


def test_reports_are_compared_with_the_right_one(raw, tmp_path):
    first = publish(tmp_path, raw, BEFORE, inputs())
    assert (first["since"], first["summary"]) == (None, ENGLISH.say("news.first"))
    assert publish(tmp_path, raw, BEFORE, inputs(pages="q")) == first

    new = with_figures(raw, pct(2025, 26000, **a_source(raw)))
    second = publish(tmp_path, new, NOW, inputs(raw="r2"))
    assert second["since"] == BEFORE
    assert "PCT international applications received 2025: open, P = 1 % → met" in second["summary"]
    assert "26,000 for 2025" in second["verdicts"][0]["parts"][0]["words"]
    assert second["figures"][0]["source"]["publisher"]
    assert [change["table"] for change in second["tables"]] == ["assessment.csv", "statements.csv"]
    assert [entry["as_of"] for entry in second["earlier"]] == [BEFORE]

    again = publish(tmp_path, new, NOW, inputs(raw="r2"))
    assert again == second, "the same inputs tell the same"
    third = publish(tmp_path, new, NOW, inputs(raw="r2", code="d"))
    assert third["since"] == NOW
    assert third["summary"].startswith(
        "Since the report of the same day that this one replaces: no"
    )
    assert third["notes"] == ["The code or a library is another."]
    assert [entry["id"] for entry in third["earlier"]] == [second["id"], first["id"]]
    kept = third["earlier"][0]["summaries"]
    assert "PCT国际专利申请量" in kept["zh"] and "PCT国際特許出願件数" in kept["ja"]
    assert not re.search("[a-z]{3}", "".join(kept.values()))
    earlier = publish(tmp_path, raw, "2026-10-01", inputs())
    assert earlier["since"] == BEFORE


def test_a_last_report_that_cannot_be_read_is_no_obstacle(raw, tmp_path):
    publish(tmp_path, raw, BEFORE, inputs())
    (tmp_path / BEFORE / "data" / "targets.csv").write_text("torn\n")
    second = publish(tmp_path, raw, NOW, inputs())
    assert second["since"] == BEFORE
    assert second["notes"][0].startswith(
        "Figures and verdicts are not compared: the last ones have"
    )
    (tmp_path / NOW / "changes.json").write_text('{"schema"')
    third = publish(tmp_path, raw, "2026-11-24", inputs())
    assert third["since"] == BEFORE


def test_the_memory_of_earlier_reports_is_bounded(raw, tmp_path):
    changes = publish(tmp_path, raw, BEFORE, inputs())
    entry = {name: changes[name] for name in ("as_of", "id", "since", "summary")} | {"lines": []}
    changes["earlier"] = [entry] * REMEMBERED
    (tmp_path / BEFORE / "changes.json").write_text(json.dumps(changes))
    assert len(publish(tmp_path, raw, NOW, inputs())["earlier"]) == REMEMBERED


def test_settings_are_those_of_the_run_that_wrote_the_verdicts(raw, tmp_path):
    other = Run("x", "05_projection.ipynb", {"min_grade": "press"})
    runs = (other, *planned_runs(raw))
    assert settings_of(runs, ROOT / "notebooks", tmp_path) == {}
    (tmp_path / "07_targets" / "tables").mkdir(parents=True)
    (tmp_path / "07_targets" / "tables" / "assessment.csv").touch()
    assert settings_of(runs, ROOT / "notebooks", tmp_path) == SETTINGS
    given = {"min_grade": "press", "first_year": 2010}
    chosen = [replace(run, parameters=given) for run in runs]
    assert settings_of(chosen, ROOT / "notebooks", tmp_path) == SETTINGS | given


@pytest.fixture
def hostile(raw, tmp_path):
    """Changes in which every text that can come from data is hostile."""
    publish(tmp_path, raw, BEFORE, inputs())
    new = with_figures(raw, pct(2025, 26000, **a_source(raw)))
    changes = publish(tmp_path, new, NOW, inputs(raw="r2"))
    (figure,) = changes["figures"]
    figure |= {"words": HOSTILE, "before": HOSTILE, "note": HOSTILE}
    figure["source"] = dict.fromkeys(figure["source"], HOSTILE) | {"url": "javascript:alert(1)"}
    (verdict,) = changes["verdicts"]
    verdict |= {"name": HOSTILE, "plan": HOSTILE, "moved": HOSTILE}
    verdict["parts"][0]["words"] = HOSTILE
    changes["tables"][0] |= {"table": HOSTILE, "changed": {HOSTILE: 1}}
    changes |= {"summary": HOSTILE, "notes": [HOSTILE]}
    changes["earlier"][0] |= {"summary": HOSTILE, "lines": [HOSTILE, "\x00\ud800 control"]}
    return changes


def write_both(content, folder):
    write_fronts(content, folder)
    write_pages(content, folder)


def test_hostile_texts_stay_texts(hostile, tmp_path):
    write_both(SiteContent(NOW, changes=hostile), tmp_path)
    for name in ("changes.html", "index.html"):
        page = (tmp_path / name).read_text("utf-8")
        assert "<script" not in page.lower()
        assert "&lt;script&gt;" in page
        assert "javascript:" not in page
        assert outside(page) == []


def test_the_feed_is_valid_and_escaped(hostile):
    feed = ElementTree.fromstring(atom_feed(hostile, HOSTILE).encode())
    atom = f"{{{NAMESPACE}}}"
    assert feed.tag == f"{atom}feed"
    entries = feed.findall(f"{atom}entry")
    assert len(entries) == 2
    assert feed.find(f"{atom}author/{atom}name").text
    for element in (feed, *entries):
        assert element.find(f"{atom}id").text.startswith("urn:uuid:")
        assert element.find(f"{atom}title").text
        assert element.find(f"{atom}updated").text.endswith("T00:00:00Z")
        links = [link.get("href") for link in element.findall(f"{atom}link")]
        assert links
        assert all("://" not in link and not link.startswith("/") for link in links)
    ids = [element.find(f"{atom}id").text for element in (feed, *entries)]
    assert len(set(ids)) == 3
    content = entries[0].find(f"{atom}content")
    assert content.get("type") == "html"
    assert "<script" not in content.text.lower()
    assert atom_feed(hostile, HOSTILE) == atom_feed(hostile, HOSTILE)
    assert lines_of(hostile)[-1] == HOSTILE


def test_every_link_of_the_page_of_changes_leads_somewhere(raw, tmp_path):
    publish(tmp_path, raw, BEFORE, inputs())
    changes = publish(tmp_path, raw, NOW, inputs(code="d"))
    write_news(changes, "Plan", tmp_path)
    write_both(SiteContent(NOW, changes=changes), tmp_path)
    assert 'href="changes.html">What is new</a>' in (tmp_path / "index.html").read_text("utf-8")
    page = (tmp_path / "changes.html").read_text("utf-8")
    for name in ("index.html", "changes.json", "changes.atom"):
        assert (tmp_path / name).exists()
        assert f'href="{name}"' in page
    write_both(SiteContent(NOW), tmp_path)
    assert 'href="changes' not in (tmp_path / "index.html").read_text("utf-8")


def test_the_pages_of_changes_are_told_in_each_language(raw, tmp_path):
    publish(tmp_path, raw, BEFORE, inputs())
    new = with_figures(raw, pct(2025, 26000, **a_source(raw)))
    changes = publish(tmp_path, new, NOW, inputs(raw="r2", code="d"))
    fronts = tuple(read_front(tmp_path, raw, language) for language in LANGUAGES)
    write_both(SiteContent(NOW, fronts=fronts, changes=changes), tmp_path)
    files = ("changes.html", "changes-zh.html", "changes-ja.html")
    pages = [unescape((tmp_path / n).read_text("utf-8")).replace("\xa0", " ") for n in files]
    told = (
        ("26,000 for 2025, PCT international applications received, Shenzhen (final, official)",
         "open, P = 1 % → met", "+99.0 points: 26,000", "[new figure]", "counts as known from",
         "The code or a library is another."),
        ("深圳PCT国际专利申请量，2025年：26000（最终核实数，官方）", "待公布，P = 1% → 已实现",
         "+99.0个百分点：", "［新数据］", "计为已知", "代码或程序库有变。"),
        ("深圳市のPCT国際特許出願件数（受理）、2025年：26,000（確報、公式）",
         "未確定、P = 1% → 達成", "+99.0ポイント：", "［新しい数値］", "から既知とする",
         "コードまたはライブラリが変わった。"),
    )  # fmt: skip
    for page, words, front in zip(pages, told, ("index.html", "zh.html", "ja.html"), strict=True):
        for word in words:
            assert word in page, word
        assert f'href="{front}"' in page
        assert [name for name in files if f'href="{name}"' in page] == [
            name for name, other in zip(files, pages, strict=True) if other is not page
        ]
    assert "这是第一份报告" in pages[1]
    for name, page in zip(("zh.html", "ja.html"), files[1:], strict=True):
        assert f'href="{page}"' in (tmp_path / name).read_text("utf-8")


def test_a_step_without_a_probability_and_many_columns_are_told(hostile):
    part = {"cause": "passing of time", "figure": None, "kinds": [], "change": None, "state": "met"}
    hostile["verdicts"][0]["parts"] = [part, part | {"change": -0.2}]
    hostile["tables"][0] |= {"changed": dict.fromkeys("abcdef", 1), "largest": {"b": 0.5}}
    values = news_values(hostile, ENGLISH, {})
    assert values["verdicts"][0]["parts"] == [
        "then met: the passing of time alone",
        "−20.0 points: the passing of time alone",
    ]
    assert values["tables"][0]["columns"] == "in a, b (by up to 0.5), c, d and 2 more"
    assert values["tables"][0]["changed"] == 6
    assert values["figures"][0]["url"] == ""
    hostile["figures"][0] |= {"months": 6, "value_before": 25000.0}
    (figure,) = news_values(hostile, CHINESE, {})["figures"]
    assert (figure["before"], "2025年1月至6月" in figure["words"]) == ("25000", True)
