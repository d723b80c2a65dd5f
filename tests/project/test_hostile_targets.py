"""Targets as nobody expects them: what is said of them is true, and is said as people say it."""

import pandas as pd
import pytest

from helpers.apps import cli
from helpers.observations.raw_data import read_raw
from helpers.targets.assessment import assess
from helpers.targets.statements import statements_of
from helpers.wording.language import CHINESE, JAPANESE
from support.made_plans import MadePlan

DAY = "2026-11-28"


def made(values, unit, scale="linear", low=-1000, high=1000):
    plan = MadePlan().area("land", "country").indicator("thing", unit, scale, low, high)
    return plan.series("thing", "land", values, 2012)


def said(plan, folder):
    raw = read_raw(plan.write(folder))
    return statements_of(assess(raw, DAY), raw)


@pytest.mark.parametrize("base", [0, -40])
@pytest.mark.parametrize(
    ("operator", "unit"), [("ge", "pct_of_2015"), ("le", "pct_of_2015"), ("growth_ge", None)]
)
def test_percent_of_nothing_and_of_less_are_refused(tmp_path, capsys, base, operator, unit):
    plan = made([5, 4, 3, base, *range(6, 15)], "Mt CO2e")
    unit = unit or "pct_per_year"
    plan.target("t", "thing", "land", 2030, operator, 50, unit, base_year=2015)
    assert cli.main(["check", "--raw-dir", str(plan.write(tmp_path))]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line == (
        f"targets.csv:2: value: 50: percent of the {base} of 2015 say nothing; ask for a level, "
        "or for a change (change_ge, change_le and their kind)"
    )


def test_an_area_whose_base_is_nothing_gets_no_probability(tmp_path):
    plan = MadePlan().area("land", "country").area("void", "country")
    plan.indicator("thing", "count", "count", 0, 1000)
    plan.series("thing", "land", range(5, 18), 2012, 0)
    plan.series("thing", "void", [0, 0, 0, 0, *range(1, 10)], 2012, 0)
    plan.target("t", "thing", "land", 2030, "ge", 300, "pct_of_2015", base_year=2015)
    plan.target("g", "thing", "land", 2030, "growth_ge", 3, "pct_per_year", base_year=2015)
    out = tmp_path / "sweep.csv"
    asked = ["--raw-dir", str(plan.write(tmp_path / "raw")), "--as-of", DAY, "--out", str(out)]
    assert cli.main(["sweep", "--every-area", *asked]) == 0
    rows = pd.read_csv(out).set_index("area")
    assert rows.loc["land", "probability"].between(0, 1).all()
    assert rows.loc["void", "probability"].isna().all()
    assert set(rows.loc["void", "why"]) == {"the figure for 2015 is not above 0"}


def test_a_share_rises_by_points_and_anything_else_by_its_unit(tmp_path):
    plan = made([40 + k for k in range(13)], "% of people", "share", 0, 100)
    plan.target("share", "thing", "land", 2030, "change_ge", 10, base_year=2020)
    plan.target("one", "thing", "land", 2022, "change_le", 1, base_year=2020)
    plan.indicator("other", "kt waste", "linear", 0, 1000).series("other", "land", range(13), 2012)
    plan.target("amount", "other", "land", 2030, "change_between", 3, value_high=6, base_year=2020)
    told = said(plan, tmp_path)
    assert told["share"].asked == "a rise of at least 10 points from 2020"
    assert told["share"].so_far == "+4.0 points since 2020"
    assert told["one"].asked == "a rise of at most 1 point from 2020"
    assert told["amount"].asked == "a rise of 3 to 6 kt waste from 2020"
    raw = read_raw(tmp_path)
    chinese, japanese = (
        statements_of(assess(raw, DAY), raw, language)["share"].asked
        for language in (CHINESE, JAPANESE)
    )
    assert (chinese, japanese) == ("较2020年上升不低于10个百分点", "2020年比で10ポイント以上の増加")


def test_a_mean_over_one_year_is_that_of_the_year(tmp_path):
    plan = made([100 - 2 * k for k in range(13)], "kt waste")
    plan.target("t", "thing", "land", 2028, "avg_ge", 75, base_year=2027)
    assert "Projected for 2028: 68.9 kt waste" in said(plan, tmp_path)["t"].outlook


def test_growth_that_was_a_fall_is_called_one(tmp_path):
    plan = made([1000 * 0.97**k for k in range(13)], "kt waste", "log", 1, 10_000)
    plan.target("t", "thing", "land", 2024, "growth_ge", 3, "pct_per_year", base_year=2020)
    assert (
        "which makes a fall of 3.0 % a year since 2020, misses" in said(plan, tmp_path)["t"].reason
    )


def test_what_was_said_before_an_outcome_below_zero_is_told_without_a_part_of_it(tmp_path):
    plan = made([-50 - 3 * k for k in range(13)], "Mt CO2e")
    plan.target("t", "thing", "land", 2024, "le", -90)
    told = said(plan, tmp_path)["t"]
    assert told.foresight.startswith("With the figures known on 2025-06-14, before it was out, -8")
    assert "middle" not in told.foresight


def test_what_holds_as_finally_revised_is_said_of_our_probability_and_not_of_another(tmp_path):
    plan = made([20 + 1.5 * k for k in range(13)], "% of people", "share", 0, 100)
    plan.source("office", "2024-05-01")
    plan.target("t", "thing", "land", 2030, "ge", 50, outlook=48, outlook_source_id="office")
    reason = said(plan, tmp_path)["t"].reason
    assert (
        reason.index("so P = ") < reason.index("That is of the figure") < reason.index("official p")
    )
