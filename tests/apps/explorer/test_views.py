"""Views of the explorer: the same numbers as `assess`, and a sentence for what does not fit."""

import json
import shlex
import subprocess
import sys
from math import isnan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import charts
from helpers.apps import cli
from helpers.apps.explorer import cards, panel
from helpers.apps.explorer.views import OWN, Choices, open_collection, view_of
from helpers.forecasting.members import MEMBERS
from helpers.targets.assessment import assess
from helpers.targets.on_track.comparison import compare_rules
from helpers.vintages.series import SeriesChoice
from helpers.vocabulary import GRADES, SPLICES

PCT = {"indicator": "pct_applications", "target_id": "pct_applications_2025"}
SHARE = {"indicator": "rd_intensity", "as_of": "2024-01-01"}


@pytest.fixture(scope="module")
def held():
    return open_collection()


def view(held, **values):
    return view_of(held, Choices(**values))


def numeric(held):
    return [t for t in held.targets.values() if t.operator != "qualitative"]


@settings(max_examples=25)
@given(st.data())
def test_probability_and_state_are_those_of_assess(held, data):
    target = data.draw(st.sampled_from(numeric(held)))
    choice = SeriesChoice(
        min_grade=data.draw(st.sampled_from(GRADES)),
        splice=data.draw(st.sampled_from(SPLICES)),
        suspected_breaks=data.draw(st.booleans()),
        stand_ins=data.draw(st.booleans()),
    )
    day = data.draw(st.dates(pd.Timestamp("2010-01-01").date(), pd.Timestamp("2026-12-31").date()))
    first_year = data.draw(st.sampled_from([0, 2010, 2018]))
    shown = view(
        held, indicator=target.indicator, area=target.area, target_id=target.target_id, as_of=day,
        first_year=first_year,
        **{name: value for name, value in vars(choice).items() if name != "left_out"},
    )  # fmt: skip
    ids = {"target_ids": [target.target_id], "first_year": first_year}
    row = assess(held.raw, day, choice, **ids).iloc[0]
    if shown.refused:
        assert row["state"] == "no_data"
        return
    ours = shown.verdict.iloc[0]
    assert ours["state"] == row["state"]
    assert ours["reason"] in row["reason"]  # which tells what rests on unverified figures too
    for name in ("probability", "probability_verified", "required_growth", "past_growth", "gap"):
        np.testing.assert_equal(ours[name], row[name], err_msg=name)


def test_rules_are_those_of_the_command(held):
    shown = view(held, **PCT, as_of="2023-06-01")
    table = compare_rules(held.raw, "2023-06-01", [PCT["target_id"]], base="made public")
    assert list(shown.rules["state"]) == list(table["state"])
    np.testing.assert_array_equal(shown.rules["value"], table["value"])


def test_the_fan_ends_where_the_probability_is_read(held):
    """Planted: a level at the median of the target year has P = 1/2, at a bound of 80 %, 1/10."""
    base = {**SHARE, "area": "shenzhen", "year": 2028}
    fan = view(held, **base, level=7).outlook.intervals.set_index("year").loc[2028]
    assert view(held, **base, level=fan["median"]).probability == pytest.approx(0.5, abs=1e-3)
    assert view(held, **base, level=fan["upper80"]).probability == pytest.approx(0.1, abs=1e-3)


def test_a_member_alone_gives_its_own_fan_and_its_own_probability(held):
    base = {**SHARE, "level": 7, "year": 2028}
    alone = {name: view(held, **base, members=name) for name in MEMBERS}
    chances = [shown.probability for shown in alone.values()]
    assert len(set(chances)) > 3
    assert min(chances) < view(held, **base).probability < max(chances)
    fan = alone["theta"].outlook.intervals.set_index("year").loc[2028]
    told = alone["theta"].verdict["reason"].iloc[0]
    assert f"{fan['median']:.1f} % of GDP" in told


def test_some_members_judge_an_average_over_years_too(held):
    target = next(t for t in numeric(held) if t.operator == "avg_ge")
    base = {"indicator": target.indicator, "target_id": target.target_id, "as_of": "2023-06-01"}
    assert 0 < view(held, **base, members="drift,theta").probability < 1


def test_an_own_level_counts_its_progress_over_five_years_or_from_a_named_one(held):
    shown = view(held, **SHARE, level=7, year=2026)
    assert shown.evidence.target.target_id == OWN
    assert set(shown.rules["base_year"].dropna()) == {2021}
    named = view(held, **SHARE, level=7, year=2026, base_year=2019)
    assert set(named.rules["base_year"].dropna()) == {2019}


def test_without_a_target_there_is_a_fan_and_no_verdict(held):
    shown = view(held, **SHARE)
    assert isnan(shown.probability)
    assert shown.rules.empty
    assert len(shown.outlook.intervals) == 3
    assert "80 % interval" in cards.answer(held, shown)
    assert cards.headline(shown) == "no target"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"indicator": "pct_published_dji", "area": "china"}, "No figure of this indicator is"),
        ({**PCT, "area": "beijing"}, "is about pct_applications in shenzhen, not pct_applications"),
        ({**PCT, "level": 3, "year": 2030}, "Choose a target of a plan or an own level, not both"),
        ({**SHARE, "level": 3}, "An own level needs a year"),
        ({**SHARE, "level": 3, "year": 2090}, "2090 is too far from 2024-01-01"),
        ({**SHARE, "level": 3, "year": 2026, "base_year": 2026}, "The base year 2026 is not"),
        ({**SHARE, "level": 120, "year": 2026}, "This indicator is a share: a level of 120 %"),
        ({"indicator": "gdp", "level": -1, "year": 2030, "as_of": "2026-01-01"}, "is above zero"),
        ({**SHARE, "definition": "pct_received"}, "definition 'pct_received'; there are rd_int"),
        ({**PCT, "as_of": "1990-01-01"}, "was public on 1990-01-01; the first became known on 2"),
        ({**PCT, "first_year": 2030, "as_of": "2024-01-01"}, "No figure is left from 2030 on"),
        ({**PCT, "as_of": "2005-06-01", "min_grade": "official"}, "of grade official or better"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_in_one_sentence(held, values, sentence):
    shown = view(held, **values)
    assert sentence in shown.refused
    assert "\n" not in shown.refused
    assert shown.series.empty
    assert cards.answer(held, shown) == shown.refused
    assert cards.chart(held, shown) == ""
    card = cards.verdict_card(held, shown)
    assert "explorer-refused" in card
    assert "explorer-p" not in card


def test_a_definition_that_was_not_out_yet_is_told(held):
    definition = "sei_2024_20clusters_v2"
    shown = view(held, indicator="sei_share", as_of="2020-01-01", definition=definition)
    assert shown.refused == f"No figure under the definition {definition} was public on 2020-01-01."


def test_too_few_points_are_shown_without_a_projection(held):
    shown = view(held, **PCT, as_of="2024-01-01", first_year=2021)
    assert shown.note == "2 points are too few for a projection, which needs 5."
    assert shown.outlook is None
    assert "2 points are too few" in cards.answer(held, shown)
    assert cards.chart_title(held, shown).endswith("2 points, 2021 to 2022, not projected")
    assert cards.chart(held, shown).count("<svg") == 1


def test_an_own_year_that_is_already_known_is_told(held):
    shown = view(held, **SHARE, level=5, year=2020)
    assert shown.refused.startswith("The latest figure is already for 2021")
    shown = view(held, **SHARE, level=5, year=1990)
    assert "choose a later year" in shown.refused


@settings(max_examples=40)
@given(st.data())
def test_no_choice_that_the_controls_offer_ends_in_an_error(held, data):
    indicator = data.draw(st.sampled_from(list(held.indicators)))
    area = data.draw(st.sampled_from(held.areas(indicator)))
    start = Choices(indicator=indicator, area=area, as_of="2026-11-23")
    offer = panel.offers(held, start)
    target = data.draw(st.sampled_from([value for _, value in offer["target_id"]]))
    choices = start.changed(
        as_of=data.draw(st.sampled_from([day for _, day in offer["day"]])),
        first_year=data.draw(st.sampled_from([value for _, value in offer["first_year"]])),
        definition=data.draw(st.sampled_from([value for _, value in offer["definition"]])),
        splice=data.draw(st.sampled_from(SPLICES)),
        min_grade=data.draw(st.sampled_from(GRADES)),
        members=data.draw(st.lists(st.sampled_from(list(MEMBERS)), unique=True)),
    )
    if target == panel.OWN_LEVEL:
        choices = panel.own_level(held, choices, view_of(held, choices).series)
    else:
        choices = choices.changed(target_id=target)
    shown = view_of(held, choices)
    text = "".join(
        [cards.verdict_card(held, shown), cards.growth_card(shown), cards.rules_card(shown),
         cards.points_card(cards.points_table(held, shown)), cards.commands_card(shown),
         cards.answer(held, shown)]
    )  # fmt: skip
    assert "nan" not in text.replace("financ", "").lower().split()


@pytest.mark.parametrize(
    "more",
    [{}, {"min_grade": "secondary"}, {"as_of": "2016-05-01"}],
    ids=["plain", "grade", "early"],
)
def test_the_command_prints_the_same_probability(held, more, capsys):
    shown = view(held, **{**PCT, "as_of": "2023-06-01", **more})
    command, why_not = cards.assess_command(shown.choices)
    assert not why_not
    name, *words_of = shlex.split(command)
    assert name == "shenzhen-targets"
    assert cli.main([*words_of, "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)[0]
    assert printed["probability"] == pytest.approx(shown.probability, abs=6e-4)
    assert printed["state"] == shown.verdict["state"].iloc[0]
    assert cli.main(shlex.split(cards.rules_command(shown.choices))[1:]) == 0
    said = "the target was set only on 2020-07-04"  # before that day no rule is asked
    if more.get("as_of") != "2016-05-01":
        said = shown.rules["owner"].iloc[0]
    assert said in capsys.readouterr().out


OTHERS = {
    "min_grade": "press",
    "first_year": 2012,
    "definition": "pct_received",
    "splice": "none",
    "suspected_breaks": True,
    "stand_ins": False,
}


@pytest.mark.parametrize("name", [*cards.SPOKEN, *cards.SWITCHES])
def test_each_option_says_what_the_choice_means(held, name, capsys):
    shown = view(held, **PCT, as_of="2026-01-01", **{name: OTHERS[name]})
    command, why_not = cards.assess_command(shown.choices)
    assert not why_not
    assert cli.main([*shlex.split(command)[1:], "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)[0]
    assert printed["probability"] == pytest.approx(shown.probability, abs=6e-4)


def test_a_command_quotes_its_folder(held, tmp_path):
    folder = tmp_path / "with blank"
    choices = Choices(**PCT, as_of="2023-06-01", raw_dir=str(folder))
    assert shlex.split(cards.assess_command(choices)[0])[-2:] == ["--raw-dir", str(folder)]
    assert shlex.split(cards.papermill_command(choices))[-2:] == ["raw_dir", str(folder)]


def test_what_assess_cannot_say_is_told_by_name():
    choices = Choices(**PCT, members="theta")
    assert cards.assess_command(choices) == (
        "",
        "`assess` has no option for members: use the notebook's line below.",
    )
    assert "targets.csv" in cards.assess_command(Choices(indicator="gdp"))[1]
    assert cards.rules_command(choices) == ""


def test_growth_asked_stands_beside_past_growth(held):
    shown = view(held, **PCT, as_of="2023-06-01")
    table = cards.growth_table(shown)
    asked = 100 * ((25000 / shown.series["value"].iloc[-1]) ** (1 / 3) - 1)
    assert table.iloc[0].tolist() == ["asked until 2025", f"{asked:.1f}"]
    assert table["growth"].tolist()[1:] == [f"{year} to 2022" for year in (2021, 2019, 2017, 2012)]


def test_a_growth_rate_has_no_growth(held):
    assert cards.growth_table(view(held, indicator="gdp_real_growth", as_of="2024-01-01")).empty


def test_points_name_their_publications(held):
    shown = view(held, **PCT, as_of="2023-06-01")
    table = cards.points_table(held, shown)
    assert len(table) == len(shown.series)
    assert table["year"].is_monotonic_decreasing
    titles = {*held.raw.sources["title_en"], *held.raw.sources["title"]}
    assert set(table["publication"]) <= titles
    card = cards.points_card(cards.points_table(held, shown))
    assert card.count("<tr>") == len(table) + 1
    assert card.count('rel="noopener"') == table["address"].ne("").sum() > 0


def test_text_from_the_tables_cannot_become_markup(held):
    shown = view(held, **PCT, as_of="2023-06-01")
    shown.rules.loc[0, "owner"] = "<script>alert(1)</script>"
    assert "<script>" not in cards.rules_card(shown)
    assert "&lt;script&gt;" in cards.rules_card(shown)


def test_unverified_points_are_counted_and_left_out_for_comparison(held):
    shown = view(held, **PCT, as_of="2023-06-01")
    without = view(held, **PCT, as_of="2023-06-01", min_grade="secondary")
    assert shown.verdict["probability_verified"].iloc[0] == without.probability
    assert cards.unverified(shown).startswith("7 of 18 points are unverified; without them P = ")
    assert cards.unverified(without) == "No point is unverified."


def test_the_chart_is_one_of_the_house_and_says_the_same_probability(held):
    shown = view(held, **PCT, as_of="2023-06-01")
    drawing = cards.chart(held, shown)
    assert 'id="interval80"' in drawing
    assert 'id="unverified"' in drawing
    assert "target 25,000" in drawing
    assert f"P = {100 * shown.probability:.0f} %" in cards.chart_title(held, shown)
    charts.use_house_style()
    assert cards.chart(held, shown) == drawing


def test_controls_keep_what_still_fits_when_the_series_changes(held):
    start = Choices(**PCT, first_year=2005, definition="pct_received", as_of="2024-01-01")
    other = panel.refitted(held, start.changed(indicator="rd_intensity"))
    assert other.target_id == "rd_intensity_2025"
    assert other.definition == ""
    assert (other.area, other.as_of) == ("shenzhen", start.as_of)
    elsewhere = panel.refitted(held, other.changed(indicator="pct_published_catl"))
    assert elsewhere.area == "ningde"
    assert elsewhere.target_id == ""


def test_the_slider_stops_at_the_days_of_news_in_order(held):
    offer = panel.offers(held, Choices(**PCT, as_of="2023-06-01"))
    days = [day for _, day in offer["day"]]
    assert days == sorted(days)
    assert [label for label, _ in offer["day"]] == [f"{day}" for day in days]


def test_the_installed_command_knows_the_words(held):
    """As a reader runs it: through the shell."""
    shown = view(held, **PCT, as_of="2023-06-01")
    command = f"{Path(sys.executable).parent}/{cards.assess_command(shown.choices)[0]}"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert cards.headline(shown) in done.stdout
