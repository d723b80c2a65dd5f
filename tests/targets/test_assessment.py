"""Verdicts on the real figures, as known on several days."""

from dataclasses import replace
from math import isnan

import numpy as np
import pandas as pd
import pytest

from helpers import ROOT
from helpers.forecasting.members import MEMBERS
from helpers.observations import read_raw
from helpers.problems import InputError
from helpers.targets import assessment
from helpers.targets import states as targets
from helpers.vintages.revision_risk import law_of, reference, reprints
from helpers.vintages.series import SeriesChoice, known_series, open_archive
from helpers.vocabulary import SETTLED, STATES

RD, SEI, PCT = "rd_intensity_2025", "sei_share_2025", "pct_applications_2025"
EDITION = "2026-11-28"


def verdicts(raw, as_of, ids=(RD, SEI, PCT), **options):
    table = assessment.assess(raw, as_of, target_ids=list(ids), **options)
    return table.set_index("target_id")


def test_the_three_verdicts_of_the_edition(raw):
    table = verdicts(raw, EDITION)
    assert list(table["state"]) == ["open", "met", "missed"]
    assert table.loc[SEI, "latest_value"] == 43.0
    assert table.loc[SEI, "latest_grade"] == "official"
    assert isnan(table.loc[SEI, "probability"])
    assert (table.loc[RD, "latest_value"], table.loc[RD, "latest_year"]) == (6.67, 2024)
    assert table.loc[RD, "probability"] > 0.98
    assert "4.93 % of GDP for 2019 was already known" in table.loc[RD, "reason"]
    assert table.loc[RD, ["latest_grade", "at_signing", "signing_event"]].tolist() == [
        "official", "met", "made public"
    ]  # fmt: skip
    missed = table.loc[PCT, ["latest_value", "latest_status", "latest_grade"]].tolist()
    assert missed == [19660, "preliminary", "secondary"]
    assert verdicts(raw, "2026-05-24").loc[PCT, "state"] == "open"


def test_what_was_projected_before_the_outcome_is_told_with_it(raw):
    table = verdicts(raw, EDITION)
    before = verdicts(raw, "2026-05-24").loc[PCT]
    row = table.loc[PCT]
    assert row["said_day"] == pd.Timestamp("2026-05-24")
    for name in ("probability", "median", "lower80", "upper80"):
        assert row[f"said_{name}"] == pytest.approx(before[name], rel=1e-12)
    assert row["said_lower80"] < 19660 < row["said_upper80"]
    assert "its middle was 13 % too low" in row["reason"]
    assert isnan(table.loc[RD, "said_probability"])


def test_research_had_passed_its_target_when_the_plan_was_made_public(raw):
    row = verdicts(raw, "2021-02-25").loc[RD]
    assert (row["state"], row["at_signing"], row["signing_event"]) == ("open", "met", "made public")
    assert row["latest_value"] == 4.93
    assert "made public, on 2021-02-25, 4.93 % of GDP for 2019 was already known" in row["reason"]


def test_without_unverified_figures_the_day_of_signing_reads_otherwise(raw):
    row = verdicts(raw, "2020-07-04").loc[RD]
    assert (row["state"], row["state_verified"]) == ("open", "no_data")
    strict = verdicts(raw, "2020-07-04", choice=SeriesChoice(min_grade="secondary")).loc[RD]
    assert strict["state"] == "no_data"


def test_a_verdict_names_the_unverified_figure_on_which_it_rests(raw):
    row = verdicts(raw, "2020-07-04").loc[RD]
    assert (row["pivotal_figures"], row["pivotal_year"], row["pivotal_value"]) == (3, 2018, 4.8)
    assert row["state_without"] == "no_data"
    assert row["reason"].startswith("It rests on 3 unverified figures, among them 4.80 % of GDP")
    alone = verdicts(raw, "2023-06-30").loc[PCT]
    assert alone["probability_without"] - alone["probability"] > assessment.PIVOTAL
    assert alone["reason"].startswith("Without one unverified figure, 15,900 for 2022, P = ")


def test_unverified_figures_that_decide_only_together_are_named_together(raw):
    row = verdicts(raw, "2021-02-25").loc[SEI]
    assert row["pivotal_figures"] == 2  # a share of 2012, and the growth of 2015 that splices it
    assert row["probability_without"] == row["probability_verified"] < row["probability"] - 0.1
    assert row["reason"].startswith(
        "Without 2 unverified figures, among them 29.9 % of GDP for 201"
    )
    settled = verdicts(raw, EDITION)
    assert settled["pivotal_figures"].isna().all()


def test_a_figure_that_is_left_out_gives_way_to_the_next_best(raw):
    archive, place = open_archive(raw), {"indicator": "pct_applications", "area": "shenzhen"}
    out = SeriesChoice(left_out=frozenset({("szinvest_innovation_2015", 2014)}))
    series = known_series(archive, EDITION, out, **place).set_index("year")
    assert series.loc[2014, "source_id"] == "unlocated_sz_pct"
    assert len(series) == len(known_series(archive, EDITION, **place))


def test_too_few_points_give_a_state_but_no_probability(raw):
    row = verdicts(raw, "2020-07-04").loc[RD]
    assert isnan(row["probability"])
    assert "3 points are too few" in row["reason"]


def test_finished_targets_of_other_plans(raw):
    ids = ["cn_fyp13_rd_intensity_2020", "sz_fyp13_gdp_2020", "sz_fyp14_gdp_2025",
           "sz_fyp14_gdp_growth_2025", "cn_fyp14_high_value_patents_2025"]  # fmt: skip
    states = verdicts(raw, EDITION, ids)["state"]
    assert states.to_dict() == {
        "cn_fyp13_rd_intensity_2020": "missed",
        "sz_fyp13_gdp_2020": "met",
        "sz_fyp14_gdp_2025": "missed",
        "sz_fyp14_gdp_growth_2025": "missed",
        "cn_fyp14_high_value_patents_2025": "met",
    }


def test_the_whole_table_holds_every_target_and_only_known_states(raw):
    table = assessment.assess(raw, EDITION)
    assert list(table["target_id"]) == list(raw.targets["target_id"])
    assert list(table) == assessment.COLUMNS
    assert set(table["state"]) <= set(STATES)
    assert table["probability"].dropna().between(0, 1).all()
    assert table["reason"].str.len().gt(10).all()
    worded = raw.targets["operator"].eq("qualitative").to_numpy()
    assert table.loc[worded, "state"].eq("not_numeric").all()
    assert not table.loc[~worded, "state"].eq("not_numeric").any()


def test_a_settled_target_carries_no_probability_and_an_open_one_intervals_that_nest(raw):
    table = assessment.assess(raw, EDITION)
    settled = table["state"].isin(SETTLED)
    assert table.loc[settled, "probability"].isna().all()
    assert settled.sum() > 10
    nested = table.dropna(subset="median")
    order = ["lower95", "lower80", "lower50", "median", "upper50", "upper80", "upper95"]
    assert (np.diff(nested[order].to_numpy(), axis=1) >= 0).all()


def test_an_average_over_open_years_is_judged_by_whole_paths(raw):
    row = verdicts(raw, "2024-06-30", ["sz_fyp14_gdp_growth_2025"]).iloc[0]
    assert row["state"] == "open"
    assert 0 < row["probability"] < 0.5  # 6.7, 3.3 and 6.0 leave 7.0 a year to do


def test_growth_from_a_base_year_to_come_is_judged_by_whole_paths(raw):
    row = verdicts(raw, EDITION, ["cn_fyp15_rd_growth_2030"]).iloc[0]
    assert row["latest_year"] < 2025
    assert 0.3 < row["probability"] < 0.9
    assert isnan(row["level"]) and row["required_growth"] == 7.0


def test_a_probability_does_not_hang_on_what_else_is_asked(raw):
    name = "sz_fyp14_gdp_growth_2025"
    alone = verdicts(raw, "2024-06-30", [name])["probability"].iloc[0]
    among = verdicts(raw, "2024-06-30", [RD, PCT, name, SEI]).loc[name, "probability"]
    assert alone == pytest.approx(among, abs=1e-12)


def test_a_falling_target_has_the_complement_of_a_rising_one(raw):
    ids, day = [PCT, "sz_fyp15_gdp_2030"], "2026-05-24"
    rows = raw.targets["target_id"].isin(ids)
    table = raw.targets.assign(operator=raw.targets["operator"].mask(rows, "le"))
    falling = verdicts(replace(raw, targets=table), day, ids)
    rising = verdicts(raw, day, ids)
    total = rising["probability"] + falling["probability"]
    assert total.to_numpy() == pytest.approx(1.0)
    assert falling["level"].equals(rising["level"])


def test_replay_gives_the_verdicts_of_each_day(raw):
    days = ("2021-02-25", "2026-05-24")
    past = assessment.replay(raw, days, target_ids=[PCT])
    assert list(past["as_of"]) == [pd.Timestamp(day) for day in days]
    for day, row in zip(days, past["probability"], strict=True):
        assert row == pytest.approx(verdicts(raw, day, [PCT])["probability"].iloc[0])


def test_an_unknown_target_is_refused_with_the_nearest_name(raw):
    with pytest.raises(InputError, match=r"rd_intensity_2026.*did you mean 'rd_intensity_2025'"):
        assessment.assess(raw, EDITION, target_ids=["rd_intensity_2026"])


def test_an_outcome_is_one_of_the_main_series_whatever_is_projected(raw):
    archive = open_archive(raw)
    every = targets.read_targets(raw.targets, raw.sources)
    target = next(t for t in every if t.target_id == "sz_fyp13_rd_intensity_2020")
    estimates = SeriesChoice(definition="rd_intensity_estimate")
    evidence = assessment.information_of(archive, target, EDITION, estimates)
    assert (evidence.settled, evidence.figure["value"]) == ("met", 5.46)
    assert set(evidence.series["definition"]) == {"rd_intensity_estimate"}


def test_first_year_leaves_out_earlier_points(raw):
    full, short = verdicts(raw, EDITION), verdicts(raw, EDITION, first_year=2015)
    assert short.loc[PCT, "points"] == 11 < full.loc[PCT, "points"]


@pytest.mark.parametrize(
    "more", [{"choice": SeriesChoice(min_grade="official")}, {"first_year": 2026}]
)
def test_an_outcome_that_is_left_out_is_not_said_to_be_awaited(raw, more):
    [row] = assessment.assess(
        raw, "2026-11-23", target_ids=["pct_applications_2025"], **more
    ).to_dict("records")
    assert row["state"] in ("open", "no_data") and pd.isna(row["due"])
    assert "2025 is" not in row["reason"]


def test_a_year_that_later_figures_follow_is_not_awaited(raw):
    figures = raw.observations
    own = figures["indicator"].eq("rd_intensity") & figures["area"].eq("shenzhen")
    lacking = replace(raw, observations=figures[~(own & figures["year"].eq(2022))])
    ids = ["sz_br2018_rd_intensity_2022"]
    [row] = assessment.assess(lacking, "2026-11-23", target_ids=ids).to_dict("records")
    assert row["state"] == "open" and pd.isna(row["due"]) and row["latest_year"] == 2024
    [row] = assessment.assess(lacking, "2023-11-01", target_ids=ids).to_dict("records")
    assert pd.notna(row["due"])


@pytest.mark.parametrize(
    ("day", "due", "overdue"),
    [
        ("2025-12-31", None, False),
        ("2026-03-01", "2026-11-30", False),
        ("2027-01-01", "2026-11-30", True),
    ],
)
def test_an_outcome_that_is_awaited_is_said_to_be_due_or_overdue(raw, day, due, overdue):
    row = verdicts(raw, day).loc[RD]
    assert (None if pd.isna(row["due"]) else f"{row['due']:%Y-%m-%d}") == due
    assert row["overdue"] == overdue
    told = "is overdue: it is usually out by 2026-11" if overdue else "usually out by 2026-11"
    assert (told in row["reason"]) == (due is not None)
    assert pd.isna(verdicts(raw, "2027-01-01").loc[SEI, "due"]), "its outcome is out"


def test_a_probability_says_which_print_it_is_of(raw):
    table = assessment.assess(raw, EDITION)
    open_ones = table[table["state"].eq("open") & table["probability"].notna()]
    assert open_ones["probability_final"].notna().all()
    assert open_ones["reason"].str.contains("as first published; as finally revised").all()
    # Whatever is revised later can only make what is nearly sure less so.
    sure = open_ones[(open_ones["probability"] - 0.5).abs().gt(0.4)]
    assert ((sure["probability_final"] - 0.5).abs() <= (sure["probability"] - 0.5).abs()).all()
    held = open_ones[["probability", "probability_final", "probability_without_extreme"]]
    assert held.ge(0.01).all(axis=None)
    assert held.le(0.99).all(axis=None)


def test_a_preliminary_outcome_says_whether_it_will_stand(raw):
    table = assessment.assess(raw, EDITION)
    settled = table[table["state"].isin(["met", "missed"])]
    preliminary = settled["latest_status"].eq("preliminary")
    assert settled.loc[preliminary, "probability_final"].notna().all()
    assert settled.loc[~preliminary, "probability_final"].isna().all()
    assert settled.loc[preliminary, "reason"].str.contains("The figure is preliminary").all()
    met = settled["state"].eq("met")
    assert settled.loc[preliminary & met, "probability_final"].gt(0.5).all()
    assert settled.loc[preliminary & ~met, "probability_final"].lt(0.5).all()


def test_without_its_most_extreme_member_a_probability_moves_most(raw):
    row = verdicts(raw, EDITION, ["sz_fyp15_gdp_2030"]).iloc[0]
    assert row["extreme_member"] in MEMBERS
    assert abs(row["probability_without_extreme"] - row["probability"]) > 0.05


def test_single_prints_are_revised_as_the_reference_was(raw):
    """A plan without a figure that was printed twice has the pooled law, and no own record."""
    united = read_raw(ROOT / "examples" / "united_states")
    archive = open_archive(united)
    assert reprints(archive, "1990-01-01").empty
    pair = next(iter(archive.pairs))
    law = law_of(archive, pair[0], "1990-01-01")
    assert law == reference()
