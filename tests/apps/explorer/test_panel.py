"""The explorer's controls: what moves what, what is told, and how fast."""

import io
import re
from base64 import b64decode
from datetime import date

import pandas as pd
import pytest

from helpers.apps.explorer import panel as options
from helpers.apps.explorer.panel import Panel
from helpers.apps.explorer.views import Choices, open_collection, view_of, with_permalink
from helpers.forecasting.members import MEMBERS


@pytest.fixture(scope="module")
def held():
    return open_collection()


@pytest.fixture
def panel(held):
    target = "pct_applications_2025"
    return Panel(
        held, Choices(indicator="pct_applications", target_id=target, as_of="2023-06-01")
    )  # fmt: skip


def seen(panel):
    """What stands in large letters."""
    found = re.search(r'explorer-p">([^<]*)', panel.cards["verdict"].value)
    return found.group(1).strip() if found else ""


def test_it_opens_where_the_choices_say(panel):
    controls = panel.controls
    assert seen(panel) == "P = 15 %"
    assert controls["indicator"].value == "pct_applications"
    assert controls["as_of"].value == date(2023, 6, 1)
    assert controls["day"].value == date(2023, 4, 30)
    assert controls["permalink"].value == panel.choices.permalink
    assert controls["level"].layout.display == "none"
    assert all(box.value for box in panel.members.values())
    assert "<svg" in panel.cards["chart"].value


def test_the_slider_moves_date_probability_chart_rules_and_link_at_once(panel):
    before = {name: card.value for name, card in panel.cards.items()}
    panel.controls["day"].value = panel.controls["day"].options[8][1]
    day = panel.controls["day"].value
    assert panel.controls["as_of"].value == day == panel.choices.as_of
    assert f"as_of={day}" in panel.controls["permalink"].value
    assert all(card.value != before[name] for name, card in panel.cards.items() if name != "kept")
    assert f"before: P = 15{chr(160)}%" in panel.cards["verdict"].value.replace(
        " %", f"{chr(160)}%"
    )


def test_a_free_date_moves_the_slider_to_the_last_day_of_news(panel):
    panel.controls["as_of"].value = date(2020, 7, 4)
    assert panel.controls["day"].value <= date(2020, 7, 4)
    assert panel.choices.as_of == date(2020, 7, 4)
    panel.controls["as_of"].value = None
    assert panel.choices.as_of == date(2020, 7, 4)


def test_a_day_before_all_news_is_told_and_can_be_left_again(panel):
    panel.controls["as_of"].value = date(1999, 1, 1)
    assert "was public on 1999-01-01" in panel.cards["verdict"].value
    assert panel.cards["chart"].value == panel.cards["rules"].value == ""
    panel.controls["as_of"].value = date(2023, 6, 1)
    assert seen(panel) == "P = 15 %"


def test_an_own_level_starts_at_the_target_and_can_be_moved(panel):
    panel.controls["target_id"].value = options.OWN_LEVEL
    assert panel.controls["level"].value == 25000
    assert panel.controls["year"].value == 2025
    assert panel.controls["base_year"].value == 2020
    assert panel.controls["level"].layout.display is None
    assert seen(panel) == "P = 15 %"
    panel.controls["level"].value = 16000
    assert panel.view.probability > 0.5
    panel.controls["target_id"].value = ""
    assert seen(panel) == "no target"
    assert panel.choices.level is None


def test_members_leave_the_pool_one_by_one_but_not_the_last(panel):
    for name in list(MEMBERS)[1:]:
        panel.members[name].value = False
    assert panel.choices.members == (next(iter(MEMBERS)),)
    panel.members[next(iter(MEMBERS))].value = False
    assert "At least one member has to stay" in panel.cards["verdict"].value
    panel.members["theta"].value = True
    assert panel.choices.members == ("theta",)


def test_another_series_brings_its_own_target_unit_and_days(panel):
    panel.controls["indicator"].value = "rd_intensity"
    assert panel.choices.target_id == "rd_intensity_2025"
    assert panel.controls["day"].options[0][1] != date(2005, 4, 30)
    panel.controls["area"].value = "china"
    assert panel.choices.target_id == "cn_fyp13_rd_intensity_2020"
    assert not panel.view.refused


@pytest.mark.parametrize("name", ["splice", "min_grade", "first_year", "definition"])
def test_each_list_takes_each_of_its_options(panel, name):
    for _, value in panel.controls[name].options[:6]:
        panel.controls[name].value = value
        assert getattr(panel.choices, name) == value
        wanted = view_of(panel.collection, panel.choices)
        assert panel.view.refused == wanted.refused
        assert panel.view.series.equals(wanted.series)


def test_a_pasted_permalink_is_followed_and_a_wrong_one_explained(panel):
    link = "?indicator=rd_intensity&area=china&as_of=2020-01-01&level=2.6&year=2025"
    panel.controls["permalink"].value = link
    assert panel.choices.permalink == link
    assert panel.controls["area"].value == "china"
    assert panel.controls["level"].value == 2.6
    panel.controls["permalink"].value = "?area=atlantis&indicator=gdp&as_of=2020-01-01"
    assert "area: &#x27;atlantis&#x27; is not in areas.csv" in panel.cards["verdict"].value
    panel.controls["permalink"].value = "?aera=x"
    assert "did you mean &#x27;area&#x27;?" in panel.cards["verdict"].value
    panel.controls["permalink"].value = link
    assert seen(panel).startswith("P ")


def test_what_was_seen_is_remembered_up_to_a_limit(panel, monkeypatch):
    first = panel.view
    panel.controls["min_grade"].value = "press"
    panel.controls["min_grade"].value = "unverified"
    assert panel.view is first
    monkeypatch.setattr("helpers.apps.explorer.panel.REMEMBERED", 3)
    for _, year in panel.controls["first_year"].options[1:6]:
        panel.controls["first_year"].value = year
    assert len(panel._views) == 3


def test_publishers_in_chinese_come_with_their_font(panel):
    assert '@font-face{font-family:"Noto Sans SC"' in panel.style.value
    # First in the list: as a later fallback Chromium draws boxes.
    assert "'DejaVu Sans', 'Noto Sans SC'" not in panel.cards["chart"].value


def files(panel):
    """What the card gives away, by ending."""
    links = re.findall(r'download="([^"]+)" href="data:[^,]+,([^"]*)"', panel.cards["taken"].value)
    return {name.rpartition(".")[2]: b64decode(content).decode() for name, content in links}


def test_chart_points_and_sentence_are_given_away(panel):
    given = files(panel)
    assert set(given) == {"svg", "csv", "txt"}
    assert given["svg"] in panel._looked_up(panel.choices)[1]
    table = pd.read_csv(io.StringIO(given["csv"]))
    assert table["year"].tolist() == panel.view.series["year"].tolist()[::-1]
    assert "P = 15 %" in given["txt"] and panel.choices.permalink in given["txt"]
    panel.controls["as_of"].value = date(1999, 1, 1)
    assert not files(panel)


def test_views_are_kept_once_each_and_in_order(panel):
    panel.keep.click()
    panel.keep.click()
    panel.controls["as_of"].value = date(1999, 1, 1)
    panel.keep.click()
    panel.controls["as_of"].value = date(2021, 2, 25)
    panel.keep.click()
    [table] = pd.read_html(io.StringIO(panel.cards["kept"].value))
    assert table["as of"].tolist() == ["2023-06-01", "2021-02-25"]
    assert table["says"].iloc[0] == "P = 15 %"
    assert with_permalink(panel.choices, table["permalink"].iloc[0]).as_of == date(2023, 6, 1)
