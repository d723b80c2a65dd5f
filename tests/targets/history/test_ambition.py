"""How ambitious targets were when they were made, and rivals side by side."""

from dataclasses import replace
from math import isnan, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.observations.raw_data import read_raw
from helpers.problems import InputError
from helpers.targets.assessment import assess
from helpers.targets.history import ambition
from helpers.vintages.series import known_series, open_archive
from support.made_plans import MadePlan

RD, SEI, PCT = "rd_intensity_2025", "sei_share_2025", "pct_applications_2025"
EDITION = "2026-11-23"


@pytest.fixture(scope="module")
def table(raw):
    return ambition.ambition_table(raw, EDITION)


def row_of(table, name, event="set"):
    rows = table[table["target_id"].eq(name) & table["event"].eq(event)]
    assert len(rows) == 1
    return rows.iloc[0]


def with_value(raw, name, value):
    own = raw.targets["target_id"].eq(name)
    return replace(raw, targets=raw.targets.assign(value=raw.targets["value"].mask(own, value)))


def test_a_research_target_that_was_already_met_is_named_so(table):
    row = row_of(table, RD, "made public")
    assert (row["at_signing"], row["latest_value"]) == ("met", 4.93)
    assert row["required_growth"] < 0
    assert isnan(row["probability_no_change"])  # four points: what was known of 2015 came later


def test_trend_is_the_probability_of_the_verdict_of_that_day(raw, table):
    for name, event in ((SEI, "set"), (PCT, "set"), (RD, "made public")):
        row = row_of(table, name, event)
        expected = assess(raw, row["day"], target_ids=[name])["probability"].iloc[0]
        assert row["probability_trend"] == pytest.approx(expected, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize(
    ("name", "value"), [(SEI, 37.7), (PCT, 17459.0), ("sz_fyp14_gdp_2025", 27670.24)]
)
def test_without_change_the_last_value_itself_is_an_even_bet(raw, name, value):
    asked = with_value(raw, name, value)
    row = row_of(ambition.ambition_table(asked, EDITION, [name]), name)
    assert row["latest_value"] == value
    assert row["probability_no_change"] == pytest.approx(0.5, abs=1e-6)
    assert row["required_growth"] == pytest.approx(0, abs=1e-9)


def test_no_change_asks_more_of_a_growing_indicator_and_of_a_higher_line(raw, table):
    known = table.dropna(subset="probability_trend")
    assert known["probability_no_change"].between(0, 1).all()
    growing = known[known["indicator"].isin(["gdp", "sei_value_added"])]
    assert len(growing) >= 8
    assert (growing["probability_no_change"] < growing["probability_trend"]).all()
    higher = ambition.ambition_table(with_value(raw, PCT, 30000), EDITION, [PCT])
    below = row_of(higher, PCT)["probability_no_change"]
    assert below < row_of(table, PCT)["probability_no_change"]


def test_required_growth_and_its_rank_follow_from_the_figures_of_the_day(raw, table):
    row = row_of(table, PCT)
    assert row["window"] == 6 and row["latest_year"] == 2019
    assert row["required_growth"] == pytest.approx(100 * ((25000 / 17459) ** (1 / 6) - 1))
    known = known_series(
        open_archive(raw), "2020-07-04", indicator="pct_applications", area="shenzhen"
    )
    years, values = known["year"].to_numpy(), known["spliced_value"].to_numpy(float)
    past = 100 * ((values[1:] / values[:-1]) ** (1 / np.diff(years)) - 1)
    assert row["past_growths"] == len(past)
    assert row["growth_percentile"] == pytest.approx(100 * np.mean(past < row["required_growth"]))


def test_peers_are_other_areas_and_spans_of_the_same_length(raw, table):
    row = row_of(table, RD, "made public")
    known = known_series(open_archive(raw), "2021-02-25", indicator="rd_intensity")
    spans = {}
    for area, series in known[known["area"].ne("shenzhen")].groupby("area"):
        value = series.set_index("year")["spliced_value"]
        rates = [
            100 * ((value[y + 6] / value[y]) ** (1 / 6) - 1) for y in value.index if y + 6 in value
        ]
        if rates:
            spans[area] = np.mean(np.array(rates) < row["required_growth"])
    assert row["peers"] == ";".join(spans)
    assert row["peer_areas"] == len(spans) >= 2
    assert row["peer_percentile"] == pytest.approx(100 * np.mean(list(spans.values())))


def test_what_is_missing_has_a_reason(table):
    columns = ["growth_percentile", "peer_percentile", "probability_trend", "required_growth"]
    missing = table[columns].isna().any(axis=1)
    assert table.loc[missing, "reason"].ne("").all()
    assert table.loc[~missing, "reason"].eq("").all()
    reasons = " | ".join(table["reason"].unique())
    for words in (
        "no figure was known",
        "1 point is too few for a projection",
        "3 past growths are too few for a percentile",
        "no other area had this indicator over 6 years",
        "no other area had this indicator over 1 year",
    ):
        assert words in reasons


def test_a_figure_of_the_target_year_known_before_leaves_no_growth_to_ask(raw):
    own = raw.targets["target_id"].eq(PCT)
    changed = raw.targets.assign(
        set_on=raw.targets["set_on"].mask(own, "2022-05-01"),
        target_year=raw.targets["target_year"].mask(own, 2021),
    )
    late = replace(raw, targets=changed)
    row = row_of(ambition.ambition_table(late, EDITION, [PCT]), PCT)
    assert row["reason"] == "the figure of the target year was already known"
    assert isnan(row["required_growth"])


def test_only_thresholds_made_by_the_day_are_listed(raw, table):
    kept = raw.targets.set_index("target_id").loc[table["target_id"].unique()]
    assert set(kept["operator"]) <= {"ge", "gt", "approx"}
    assert not kept["unit"].isin(["pct", "pct_of_2020", "pct_per_year"]).any()
    early = ambition.ambition_table(raw, "2020-12-31", [RD, SEI])
    assert early["event"].tolist() == ["set", "set"]
    assert ambition.ambition_table(raw, "2010-01-01").empty


def test_no_later_figure_moves_the_table(raw):
    day = pd.Timestamp("2021-03-01")
    known_from = open_archive(raw).figures.set_index(["file", "line"])["known_from"]
    rows = pd.MultiIndex.from_frame(raw.observations[["file", "line"]])
    later = ~known_from.reindex(rows).le(day).to_numpy()
    values = raw.observations["value"]
    shaken = replace(
        raw, observations=raw.observations.assign(value=values.mask(later, values * 1.3))
    )
    pd.testing.assert_frame_equal(
        ambition.ambition_table(raw, day), ambition.ambition_table(shaken, day)
    )


def test_an_unknown_target_is_refused(raw):
    with pytest.raises(InputError, match="did you mean 'sei_share_2025'"):
        ambition.ambition_table(raw, EDITION, ["sei_share_2024x"])


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=30), st.floats(-60, 60))
def test_a_percentile_lies_between_and_rises(values, required):
    past = np.array(values)
    rank = ambition.percentile(past, required)
    assert 0 <= rank <= 100
    assert ambition.percentile(past, required + 1) >= rank
    assert rank + ambition.percentile(-past, -required) == pytest.approx(100)


def test_growths_of_a_planted_series():
    years = [2010, 2011, 2013, 2014]
    planted = pd.DataFrame(
        {"year": years, "spliced_value": [100 * 1.07 ** (y - 2010) for y in years]}
    )
    assert ambition.yearly_growths(planted) == pytest.approx([7, 7, 7])
    assert ambition.growths_over(planted, 3) == pytest.approx([7, 7])
    assert len(ambition.growths_over(planted, 5)) == 0
    assert isnan(ambition.percentile(np.array([1.0]), nan))


# Rivals


def test_a_steeper_fall_than_ever_ranks_as_high_as_a_steeper_rise():
    growths = np.array([-1.0, -2.0, -3.0, 4.0])
    assert ambition.percentile(growths, -8.0, falls=True) == 100
    assert ambition.percentile(growths, -2.0, falls=True) == 62.5
    assert ambition.percentile(-growths, 8.0) == 100
    assert isnan(ambition.percentile(growths, nan, falls=True))


def test_a_target_of_nothing_left_has_a_chance_under_past_trend(tmp_path):
    plan = MadePlan().area("delta").indicator("cases", "count", "count", 0, 10_000)
    plan.series("cases", "delta", [900, 650, 400, 210, 80, 25, 6, 0, 0], 2010, 0)
    plan.target("none", "cases", "delta", 2025, "le", 0)
    row = row_of(ambition.ambition_table(read_raw(plan.write(tmp_path)), EDITION), "none")
    assert 0.3 < row["probability_trend"] < 1
