"""Plans of several areas: titles that fit, a matrix on the front page, and a page an area."""

import base64
import hashlib
import re

import pytest

from helpers.apps.new_plan.creation import write_skeleton
from helpers.observations.raw_data import read_raw
from helpers.reports.site.headline import headings
from helpers.wording.language import CHINESE, ENGLISH
from support.fronts import front_pages
from support.made_plans import MadePlan

DAY = "2026-11-28"


def with_village(folder):
    """Give the skeleton a second area, below the aim, and a second aim."""
    write_skeleton(folder)
    areas, targets = folder / "areas.csv", folder / "targets.csv"
    areas.write_text(areas.read_text("utf-8") + "village,Example Village,,,city\n", "utf-8")
    row = targets.read_text("utf-8").splitlines()[1]
    more = row.replace("example_share_2030", "village_2030").replace("example_town", "village")
    later = row.replace("example_share_2030", "town_2035").replace(",2030,ge,50", ",2035,ge,60")
    targets.write_text(targets.read_text("utf-8") + f"{more}\n{later}\n", "utf-8")
    file = folder / "observations/figures.csv"
    rows = [r.replace("example_town", "village") for r in file.read_text("utf-8").splitlines()[1:]]
    file.write_text(file.read_text("utf-8") + "\n".join(rows) + "\n", "utf-8")
    return read_raw(folder)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("areas")
    return front_pages(with_village(folder / "raw"), folder, DAY)


def test_the_front_page_holds_every_area_beside_every_target(pages):
    _, html = pages
    table = re.search(r'<table id="matrix">.*?</table>', html["index.html"], re.S).group()
    assert re.findall(r'<th scope="row"><a href="(.*?)">(.*?)</a>', table) == [
        ("area-example_town.html", "Example Town"), ("area-village.html", "Example Village"),
    ]  # fmt: skip
    assert re.findall(r"<button type=\"button\">(.*?)</button>", table) == [
        "Area", "Example share, 2030", "Example share, 2035",
    ]  # fmt: skip
    assert table.count("<svg") == 3
    assert table.count('data-rank="-3.0"') == 1
    assert 'class="cards"' not in html["index.html"]


def test_every_area_has_its_page_in_every_language(pages):
    _, html = pages
    for code in ("", "-zh", "-ja"):
        page = html[f"area-village{code}.html"]
        assert page.count("<article") == 1
        assert "<script" not in page
    assert html["area-example_town.html"].count("<article") == 2


def test_the_only_script_is_the_one_that_the_policy_names(pages):
    _, html = pages
    page = html["index.html"]
    [script] = re.findall(r"<script>(.*?)</script>", page, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page.replace("&#39;", "'")
    assert "http" not in script


def test_a_title_says_how_many_and_whether_it_is_ahead(pages):
    front = pages[0][0]
    assert headings(front, DAY, 2026)[1] == "Are 2 cities on track for 2030 and 2035?"
    assert headings(front, DAY, 2032)[1].startswith("How far have 2 cities come")
    assert headings(front, DAY, 2036)[1] == "Have 2 cities met their 2030 and 2035 targets?"


def test_another_plan_of_several_areas_has_a_matrix_of_its_own(tmp_path):
    plan = MadePlan("Capital plan").area("capital").area("north").area("south")
    plan.indicator("income", "k EUR a head", "log", 1, 500)
    for area in ("capital", "north", "south"):
        plan.series("income", area, [20 + k for k in range(12)], 2012)
    plan.target("own", "income", "capital", 2030, "ge", 45)
    for area in ("north", "south"):
        plan.target(f"of_{area}", "income", area, 2030, "ge", 40, plan="Pact")
    plan.target("later", "income", "capital", 2035, "ge", 60, plan="Vision")
    _, html = front_pages(read_raw(plan.write(tmp_path / "raw")), tmp_path, DAY)
    page = html["index.html"]
    assert 'id="matrix"' not in page and "<script" not in page
    [section] = re.findall(r'<h3 lang="en">(.*?)</h3>.*?</table>', page, re.S)
    table = re.search(r'<h3 lang="en">Pact</h3>.*?</table>', page, re.S).group()
    assert section == "Pact"
    assert re.findall(r'<th scope="row">(.*?)</th>', table) == ["North", "South"]
    assert table.count("<svg") == 2 and "<a href" not in table


def test_names_tell_targets_of_one_kind_apart(pages):
    names = [verdict.name for verdict in pages[0][0].headline]
    assert names == [
        "Example share, Example Town, 2030", "Example share, Example Village",
        "Example share, Example Town, 2035",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "written"),
    [("United Kingdom", "the United Kingdom"), ("European Union (27)", "the European Union (27)"),
     ("Germany", "Germany"), ("The Union", "the Union"),
     ("Dominican Republic", "the Dominican Republic")],
)  # fmt: skip
def test_english_places_have_their_articles(name, written):
    assert ENGLISH.with_article(name) == written
    assert CHINESE.with_article(name) == name
