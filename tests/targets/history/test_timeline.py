"""Belief timelines: no figure before its day, parts that add up, and calls that can be checked."""

from dataclasses import replace
from math import isnan, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import vocabulary
from helpers.forecasting.series import project_series
from helpers.problems import InputError
from helpers.targets.assessment import assess
from helpers.targets.history import attribution, timeline
from helpers.targets.history import lead_time as calls
from helpers.targets.history import probability as belief
from helpers.targets.information import information_of
from helpers.targets.on_track.cases import plan_case
from helpers.targets.on_track.formulas import RULES
from helpers.targets.on_track.readings import apply_rules
from helpers.vintages.revision_risk import revised, risk_of
from helpers.vintages.series import SeriesChoice, known_series, open_archive
from helpers.vocabulary import STATES

RD, SEI, PCT = "rd_intensity_2025", "sei_share_2025", "pct_applications_2025"
EDITION = "2026-11-23"


@pytest.fixture(scope="module")
def archive(raw):
    return open_archive(raw)


@pytest.fixture(scope="module")
def three(raw):
    return timeline.belief_timeline(raw, EDITION, [RD, SEI, PCT])


@pytest.fixture(scope="module")
def rules(raw):
    return calls.rule_timeline(raw, EDITION, [RD, SEI, PCT])


def target_of(raw, name):
    return belief.numeric_targets(raw, [name])[0]


def on(table, name, day):
    rows = table[table["target_id"].eq(name) & table["day"].eq(pd.Timestamp(day))]
    assert len(rows) == 1
    return rows.iloc[0]


# Days


def test_days_are_those_of_the_figures_of_the_making_and_of_the_view(raw, archive):
    target = target_of(raw, SEI)
    days = belief.belief_days(archive, target, "2018-01-01", EDITION)
    assert {pd.Timestamp(d) for d in ("2019-01-19", "2020-07-04", "2021-02-25", EDITION)} <= {*days}
    assert days.min() >= pd.Timestamp("2018-01-01")
    assert days.is_monotonic_increasing and days.is_unique
    growth = archive.pairs["gdp_real_growth", "shenzhen"]
    growth = growth.loc[growth["months"].eq(12) & growth["known_from"].ge("2018-01-01")]
    assert {*growth["known_from"]} <= {*days}


def test_a_count_without_parts_rests_on_itself_alone(raw, archive):
    assert belief.resting_on(archive, target_of(raw, PCT)) == [("pct_applications", "shenzhen")]


def test_without_figures_only_the_days_of_the_making_remain(raw, archive):
    target = replace(target_of(raw, PCT), area="nowhere")
    days = belief.belief_days(archive, target, last="2021-12-31")
    assert [f"{day:%F}" for day in days] == ["2020-07-04", "2021-02-25", "2021-12-31"]


# Against leaks


def later_distorted(raw, day, factor):
    """Change every value that is not known on a day, and put off its publication."""
    known_from = open_archive(raw).figures.set_index(["file", "line"])["known_from"]
    rows = pd.MultiIndex.from_frame(raw.observations[["file", "line"]])
    later = ~known_from.reindex(rows).le(day).to_numpy()
    figures = raw.observations.assign(
        value=raw.observations["value"].mask(later, raw.observations["value"] * factor),
        published=raw.observations["published"].mask(later, "2026-11-01"),
    )
    return replace(raw, observations=figures)


def leaks(raw, name, day, factor=1.3):
    """Whether a timeline up to a day changes with what was only known later."""
    day = pd.Timestamp(day)
    one, other = (
        timeline.belief_timeline(r, day, [name]) for r in (raw, later_distorted(raw, day, factor))
    )
    return not one.equals(other)


@pytest.mark.slow
@settings(max_examples=12)
@given(
    name=st.sampled_from([RD, SEI, PCT]),
    day=st.dates(pd.Timestamp("2016-01-01").date(), pd.Timestamp("2026-06-01").date()),
    seed=st.integers(0, 2**32 - 1),
    factor=st.floats(0.5, 1.4),
)
def test_no_value_is_used_before_its_day_however_dates_are_shuffled(raw, name, day, seed, factor):
    order = np.random.default_rng(seed).permutation(len(raw.observations))
    published = raw.observations["published"].to_numpy()[order]
    shuffled = replace(raw, observations=raw.observations.assign(published=published))
    assert not leaks(shuffled, name, day, factor)


@pytest.mark.slow
def test_the_whole_table_has_no_leak_either(raw, three):
    day = pd.Timestamp("2022-06-30")
    shaken = timeline.belief_timeline(later_distorted(raw, day, 0.6), EDITION, [RD, SEI, PCT])
    before = [table[table["day"].le(day)].reset_index(drop=True) for table in (three, shaken)]
    pd.testing.assert_frame_equal(*before)
    assert not np.allclose(
        three["probability"].dropna().tail(3), shaken["probability"].dropna().tail(3)
    )


@pytest.mark.parametrize("name", [SEI, PCT])
def test_a_leak_would_be_caught(raw, monkeypatch, name):
    def peeking(archive, target, day, choice, **more):
        later = pd.Timestamp(day) + pd.Timedelta(days=400)
        return replace(
            information_of(archive, target, later, choice, **more), as_of=pd.Timestamp(day)
        )

    assert not leaks(raw, name, "2021-12-31")
    monkeypatch.setattr(belief, "information_of", peeking)
    assert leaks(raw, name, "2021-12-31")


# The timeline


def test_p_is_the_one_of_the_verdict_of_that_day(raw, three):
    for name, day in ((PCT, "2022-04-27"), (SEI, "2019-01-19"), (RD, "2024-01-30")):
        expected = assess(raw, day, target_ids=[name]).iloc[0]
        row = on(three, name, day)
        assert row["probability"] == pytest.approx(expected["probability"], abs=1e-9)
        assert row["latest_value"] == expected["latest_value"]
        if row["set_yet"]:
            assert row["state"] == expected["state"]


def test_an_average_target_is_judged_as_in_the_verdict(raw):
    name = "sz_fyp14_gdp_growth_2025"
    table = timeline.belief_timeline(raw, "2024-06-30", [name])
    expected = assess(raw, "2024-06-30", target_ids=[name])["probability"].iloc[0]
    assert table["probability"].iloc[-1] == pytest.approx(expected, abs=1e-9)


@pytest.mark.slow
def test_parts_add_up_to_the_change_of_every_target(raw):
    names = [SEI, PCT, "sz_fyp14_sei_value_added_2025", "cn_fyp13_rd_intensity_2020",
             "sz_fyp14_gdp_growth_2025", "gd_stplan14_rd_growth_2025"]  # fmt: skip
    table = timeline.belief_timeline(raw, EDITION, names)
    known = table.dropna(subset="change")
    assert len(known) > 60
    parts = known[list(attribution.PARTS)].sum(axis=1)
    assert np.allclose(parts, known["change"], atol=1e-12)
    for _, rows in table.groupby("target_id"):
        p = rows["probability"].dropna()
        assert np.allclose(p.diff().iloc[1:], rows.loc[p.index, "change"].iloc[1:], atol=1e-12)


def test_a_published_outcome_settles_p(three):
    rows = three[three["target_id"].eq(SEI)]
    out = rows[rows["settled"]]
    assert out["day"].iloc[0] == pd.Timestamp("2026-02-09")
    assert out["probability"].eq(1.0).all() and out["state"].eq("met").all()
    assert rows.loc[~rows["settled"], "probability"].dropna().between(0, 1).all()


def test_the_level_has_a_p_before_the_target_was_set(three):
    rows = three[three["target_id"].eq(PCT)]
    assert not rows.loc[rows["day"].lt("2020-07-04"), "set_yet"].any()
    assert rows.loc[rows["day"].ge("2020-07-04"), "set_yet"].all()
    assert rows.loc[~rows["set_yet"], "probability"].notna().all()


def test_too_few_points_leave_p_and_change_unknown(three):
    row = on(three, RD, "2019-11-30")
    assert isnan(row["probability"]) and isnan(row["change"])


def test_days_are_named_by_what_happened(three):
    assert on(three, SEI, "2019-01-19")["what"] == vocabulary.REDEFINED
    assert on(three, SEI, "2022-03-31")["what"] == vocabulary.SUSPECTED
    assert on(three, PCT, "2025-04-22")["what"] == vocabulary.STAND_IN
    assert on(three, SEI, "2025-02-25")["what"] == vocabulary.REPLACED
    assert on(three, PCT, "2020-07-04")["what"] == vocabulary.SET
    assert on(three, PCT, "2021-02-25")["what"] == vocabulary.PUBLIC
    assert on(three, PCT, EDITION)["what"] == vocabulary.AS_OF
    assert on(three, RD, "2016-05-12")["what"] == vocabulary.UNUSED
    assert on(three, PCT, "2022-04-27")["what"] == vocabulary.NEW
    assert on(three, PCT, "2022-04-27")["figure_source"] == "sz_ip_white_paper_2021"
    assert not on(three, PCT, "2022-04-27")["assumed"]
    assert on(three, PCT, "2023-04-30")["assumed"]


def test_a_month_for_the_setting_is_an_assumed_day(raw):
    table = timeline.belief_timeline(raw, "2017-01-01", ["sz_fyp13_gdp_2020"])
    row = on(table, "sz_fyp13_gdp_2020", "2016-04-30")
    assert row["what"].startswith(vocabulary.SET) and row["assumed"]


def planted(raw, **changes):
    """Add one figure of PCT applications like that of 2021, changed."""
    own = raw.observations["source_id"].eq("sz_ip_white_paper_2021")
    own &= raw.observations["indicator"].eq("pct_applications")
    row = raw.observations[own].iloc[[0]].assign(file="planted.csv", line=1, **changes)
    figures = pd.concat([raw.observations, row], ignore_index=True)
    return replace(raw, observations=figures)


def test_a_planted_revision_is_attributed_to_revision_alone(raw):
    changed = planted(raw, value=22000.0, status="revised", published="2023-01-15")
    row = on(timeline.belief_timeline(changed, EDITION, [PCT]), PCT, "2023-01-15")
    assert row["what"] == vocabulary.REVISED
    assert row["change"] > 0.05
    assert row["from_revision"] == row["change"]
    assert row["from_new_figure"] == row["from_redefinition"] == 0


def test_a_planted_late_year_is_attributed_to_the_past(raw):
    changed = planted(raw, year=2006, value=1200.0, status="revised", published="2023-01-15")
    row = on(timeline.belief_timeline(changed, EDITION, [PCT]), PCT, "2023-01-15")
    assert row["what"] == vocabulary.FILLED
    assert row["from_revision"] == row["change"] != 0


def test_a_planted_bound_settles_a_target_as_a_new_figure(raw):
    changed = planted(
        raw, year=2025, value=26000.0, qualifier="lower_bound", published="2026-03-01"
    )
    row = on(timeline.belief_timeline(changed, EDITION, [PCT]), PCT, "2026-03-01")
    assert (row["probability"], row["what"], row["state"]) == (1.0, vocabulary.NEW, "met")
    assert row["from_new_figure"] == row["change"] > 0.9
    assert on(timeline.belief_timeline(changed, EDITION, [PCT]), PCT, EDITION)["change"] == 0


def test_redefinition_is_what_the_new_splice_of_the_past_alone_does(raw, archive, three):
    row = on(three, SEI, "2019-01-19")
    place = {"indicator": "sei_share", "area": "shenzhen"}
    old, new = (known_series(archive, day, **place) for day in ("2019-01-18", "2019-01-19"))
    past = new[new["year"].le(old["year"].max())]
    assert not np.allclose(past["spliced_value"], old["spliced_value"])
    p_old, p_past, p_new = (
        revised(
            project_series(s, "logit", 2025 - s["year"].max()), [risk_of(archive, s, day)]
        ).probability_at_least(38)[0, -1]
        for s, day in ((old, "2019-01-18"), (past, "2019-01-19"), (new, "2019-01-19"))
    )
    assert row["from_redefinition"] == pytest.approx(p_past - p_old, abs=1e-9)
    assert row["from_new_figure"] == pytest.approx(p_new - p_past, abs=1e-9)
    assert row["probability_same_definition"] == pytest.approx(p_old, abs=1e-9)
    assert row["from_revision"] == 0


def test_without_unverified_figures_their_days_move_nothing(raw):
    choice = SeriesChoice(min_grade="secondary")
    table = timeline.belief_timeline(raw, EDITION, [PCT], choice)
    assert not table["figure_source"].str.contains("unlocated").any()


def test_an_unknown_target_and_a_goal_in_words_are_refused(raw):
    with pytest.raises(InputError, match=r"target: overall_2035: a goal in words"):
        timeline.belief_timeline(raw, EDITION, ["overall_2035"])
    with pytest.raises(InputError, match=r"did you mean 'rd_intensity_2025'"):
        calls.rule_timeline(raw, EDITION, ["rd_intensity_2026"])


# Attribution by hand


def series(values, definition="a", status="final", factor=1.0, first=2010, breaks=""):
    table = pd.DataFrame({"year": range(first, first + len(values)), "value": values})
    return table.assign(
        spliced_value=table["value"] * factor, definition=definition, status=status,
        qualifier="exact", decimals=1, break_before=breaks,
    )  # fmt: skip


def test_revised_values_keep_the_old_splice_and_leave_the_input_alone():
    old = series([1.0, 2.0], factor=3.0)
    kept = old.copy()
    new = series([1.5, 2.0, 9.0])
    got = attribution.revised(old, new)
    assert got["spliced_value"].tolist() == [4.5, 6.0]
    pd.testing.assert_frame_equal(old, kept)


def test_a_year_under_a_new_definition_is_no_revision():
    old, new = series([1.0, 2.0]), series([5.0, 6.0], definition="b")
    assert attribution.revised(old, new)["value"].tolist() == [1.0, 2.0]
    assert attribution.respliced(old, new)["value"].tolist() == [5.0, 6.0]
    assert attribution.series_change(old, new).kinds == (vocabulary.REDEFINED,)


def test_kinds_name_the_weightiest_first():
    old = series([1.0, 2.0])
    new = series([1.0, 2.5, 3.0])
    change = attribution.series_change(old, new)
    assert change.kinds == (vocabulary.REVISED, vocabulary.NEW)
    assert new["year"].iloc[list(change.places)].tolist() == [2011, 2012]
    moved = attribution.series_change(old, series([1.0, 2.0], factor=1.1))
    assert moved.kinds == (vocabulary.RESPLICED,)
    assert attribution.series_change(old, old).kinds == ()


def test_a_step_without_a_p_counts_for_nothing():
    parts = attribution.parts_of((0.5, nan, 0.7, 0.6))
    assert parts["from_revision"] == 0
    assert parts["from_redefinition"] == pytest.approx(0.2)
    assert parts["from_new_figure"] == pytest.approx(-0.1)
    assert isnan(attribution.parts_of((nan, 0.5, 0.5, 0.5))["change"])


# Rules and calls


def test_rules_read_the_figures_of_the_day(archive, rules):
    known = known_series(archive, "2022-04-27", indicator="pct_applications", area="shenzhen")
    case = plan_case(known, base_year=2019, level=25000, target_year=2025)
    expected = apply_rules(case, known)
    got = rules[rules["target_id"].eq(PCT) & rules["day"].eq("2022-04-27")]
    assert got["state"].tolist() == expected["state"].tolist()
    assert got["value"].to_numpy() == pytest.approx(expected["value"].to_numpy(), nan_ok=True)
    assert got["base_year"].eq(2019).all()


def test_rules_speak_from_the_setting_until_the_outcome(rules):
    days = rules[rules["target_id"].eq(SEI)]["day"]
    assert days.min() == pd.Timestamp("2020-07-04")
    assert days.max() < pd.Timestamp("2026-02-10")
    assert rules.groupby(["target_id", "day"]).size().eq(len(RULES)).all()
    refused = rules["refused"].ne("")
    assert rules.loc[refused, "state"].eq("").all() and rules.loc[~refused, "state"].ne("").all()


def test_rules_that_call_research_a_failure_do_so_on_a_base_past_the_target(raw, rules):
    late = calls.rule_timeline(raw, EDITION, [RD], base="made public")
    assert late["base_year"].dropna().eq(2019).all()
    turned = late[late["rule"].isin(["eurostat", "unsd", "half_time"]) & late["refused"].eq("")]
    assert len(turned) and not turned["sound"].any()
    wrong = late[late["level"].isin(["too slow", "wrong way"])]
    assert not wrong["sound"].any()


def test_targets_of_growth_rates_are_read_by_no_rule(raw):
    table = calls.rule_timeline(raw, EDITION, ["sz_fyp14_gdp_growth_2025"])
    assert len(table) and table["refused"].str.contains("growth of growth").all()


def beliefs_of(probabilities, settled=""):
    days = pd.date_range("2021-01-01", periods=len(probabilities), freq="YS")
    table = pd.DataFrame({"target_id": "t", "day": days, "probability": probabilities})
    table = table.assign(
        set_yet=True, settled=False, state="open", latest_year=days.year, latest_value=1.0,
        what="new figure", change=table["probability"].diff(),
    )  # fmt: skip
    if settled:
        table.loc[table.index[-1], ["settled", "state"]] = [True, settled]
    return table


NO_RULES = pd.DataFrame(columns=calls.READINGS)


def our_call(probabilities, settled="", rules=NO_RULES):
    return calls.called_on(beliefs_of(probabilities, settled), rules).iloc[0]


def test_a_call_counts_from_the_day_it_was_never_left_again():
    row = our_call([0.05, 0.2, 0.08, nan, 0.05, 0.0], "missed")
    assert (row["call"], row["called_on"].year, row["right"]) == ("miss", 2023, True)
    assert row["days_ahead"] == 3 * 365 + 1  # 2024 is a leap year
    row = our_call([0.5, 0.95, 0.99])
    assert (row["call"], row["called_on"].year) == ("success", 2022)
    assert row["right"] is pd.NA and row["outcome"] == ""


def test_no_call_without_a_side_and_a_wrong_call_is_wrong():
    assert our_call([0.05, 0.5])["call"] == ""
    assert not our_call([0.95, 0.95, 0.0], "missed")["right"]


def test_a_rule_calls_by_its_level_and_silence_leaves_the_call():
    table = beliefs_of([0.5, 0.5, 0.5, 0.5])
    levels = ["on track", "wrong way", "", "too slow"]
    rules = pd.DataFrame({"day": table["day"], "level": levels}).assign(
        target_id="t",
        rule="eurostat",
        state="s",
        sound=[True, True, False, False],
        refused=["", "", "no figure", ""],
        latest_year=2020,
        latest_value=1.0,
    )
    row = calls.called_on(table, rules).set_index("forecaster").loc["eurostat"]
    assert (row["call"], row["called_on"].year) == ("miss", 2022)
    assert not row["sound"]


def test_the_miss_of_patents_was_called_by_every_rule_before_us(three, rules):
    called = calls.called_on(three, rules)
    own = called[called["target_id"].eq(PCT) & called["call"].ne("")]
    # The plan states no goals by year, so that there is no path to be on.
    assert own["call"].eq("miss").all() and len(own) == len(RULES)
    ours = own[own["forecaster"].eq(calls.OURS)]["called_on"].iloc[0]
    assert pd.Timestamp("2022-04-27") <= ours <= pd.Timestamp("2025-04-22")
    assert own["called_on"].min() == pd.Timestamp("2021-04-30")


def test_our_own_call_never_doubts_research(three, rules):
    called = calls.called_on(three, rules)
    rows = called[called["target_id"].eq(RD) & called["call"].eq("miss")]
    assert rows.empty
    sound = rules[rules["target_id"].eq(RD) & rules["sound"]]
    assert sound["day"].nunique() > 5


def test_the_finding_states_what_the_tables_hold(three, rules):
    called = calls.called_on(three, rules)
    rows = three[three["target_id"].eq(PCT)]
    text = calls.timeline_finding(rows, called)
    ours = called[called["target_id"].eq(PCT) & called["forecaster"].eq(calls.OURS)].iloc[0]
    assert f"below 10 % from {ours['called_on']:%Y-%m-%d}" in text
    assert "9 of 9 rules with a reading called the miss, the first on 2021-04-30" in text
    assert "\N{MINUS SIGN}" in text and "2022-04-27 (new figure)" in text
    met = calls.timeline_finding(three[three["target_id"].eq(SEI)], called)
    assert met.startswith("met, as known from 2026-02-09; P stayed above 90 % from")


def test_the_finding_speaks_also_without_a_call_or_a_p():
    table = beliefs_of([0.5, 0.4])
    called = calls.called_on(table, NO_RULES)
    assert "P never settled on one side" in calls.timeline_finding(table, called)
    empty = beliefs_of([nan, nan])
    found = calls.timeline_finding(empty, calls.called_on(empty, NO_RULES))
    assert found == "too few figures were known on any day for a probability"
    wrong = beliefs_of([0.95, 0.95, 0.0], "missed")
    text = calls.timeline_finding(wrong, calls.called_on(wrong, NO_RULES))
    assert text.startswith("missed, as known from 2023-01-01; P stayed above 90 %, wrongly, from")


def test_states_are_those_of_the_rules_of_verdicts(three):
    assert set(three["state"]) <= set(STATES)


def test_beliefs_begin_five_years_before_the_plan_was_set_or_on_the_day_of_the_view(raw):
    assert belief.first_day(raw) == pd.Timestamp("2015-01-01")
    early = replace(raw, targets=raw.targets.assign(set_on="1981-02"))
    assert belief.first_day(early) == pd.Timestamp("1976-01-01")
    before = timeline.belief_timeline(raw, "2011-06-30", [PCT])
    assert [f"{day:%F}" for day in before["day"]] == ["2011-06-30"]
    assert calls.rule_timeline(raw, "2011-06-30", [PCT]).empty


def test_policy_events_bear_on_the_indicator_and_leave_out_the_targets_own_days(raw):
    events = calls.policy_events(raw, "pct_applications_2025")
    assert "2021-06-30" in set(events["date"])
    assert not set(events["date"]) & {"2020-07-04", "2021-02-25", "2009-10-13"}
    assert "2022-06-06" not in set(events["date"])  # about the industries
