"""Answers and titles: every number in a sentence is one of the table's."""

from dataclasses import replace

import pandas as pd
import pytest
from IPython.display import Markdown

from helpers import charts
from helpers.targets.assessment import assess
from helpers.targets.states import headline, read_targets
from helpers.topics import listed
from helpers.topics import projection as outlook
from helpers.topics import verdicts as findings
from helpers.topics.parameters import Parameters
from helpers.vintages.series import (
    SeriesChoice,
    known_on,
    known_series,
    open_archive,
    revisions,
)
from helpers.wording import english as wording

EDITION = "2026-05-24"


@pytest.fixture(scope="module")
def archive(raw):
    return open_archive(raw)


@pytest.fixture(scope="module")
def verdicts(raw):
    ids = [target.target_id for target in headline(read_targets(raw.targets, raw.sources))]
    return assess(raw, EDITION, target_ids=ids)


def look(raw, target_id, **changes):
    asked = {"indicator": target_id.rsplit("_", 1)[0], "target_id": target_id} | changes
    return outlook.look_ahead(raw, Parameters(as_of=EDITION, **asked))


def test_the_collection_is_counted(raw, archive):
    known = known_on(archive, EDITION)
    text = findings.collection(raw, known, EDITION)
    assert f"{len(known)} figures" in text
    assert f"{known['grade'].eq('unverified').sum()} of them" in text
    assert f"{len(raw.observations) - len(known)} further figures" in text


def test_a_spliced_series_says_what_the_breaks_hide(archive):
    series = known_series(archive, EDITION, indicator="sei_share", area="shenzhen")
    assert "with 3 spliced breaks" in findings.splicing(series, "The share")
    plain = known_series(archive, EDITION, indicator="rd_intensity", area="shenzhen")
    assert findings.splicing(plain, "The ratio") == "No change of definition; The ratio"


def test_revisions_name_the_largest_move(archive):
    table = revisions(archive, "sei_share", "shenzhen")
    assert "the largest moved a figure by 2.7" in findings.revising(table, "The share")
    assert "1 year, none printed twice" in findings.revising(table.head(1), "The share")


def test_an_open_target_is_answered_with_its_chance(raw, verdicts):
    row = verdicts[verdicts["target_id"].eq("pct_applications_2025")]
    ahead = look(raw, "pct_applications_2025")
    answer = findings.projecting(ahead, row)
    assert "open, P" in answer
    assert row["reason"].iloc[0] in answer
    assert "more than 25,000" in findings.fan_title(ahead, row)
    assert findings.target_mark(ahead) == (2025, 25000, "target 25,000")


def test_a_settled_target_is_answered_with_its_outcome_and_the_outlook(raw, verdicts):
    row = verdicts[verdicts["target_id"].eq("sei_share_2025")]
    answer = findings.projecting(look(raw, "sei_share_2025"), row)
    assert ": met." in answer
    assert "For 2028 the projection says" in answer


def test_other_targets_of_the_plan_on_the_series_are_named(raw, verdicts):
    both = raw.targets["target_id"].isin(["rd_intensity_2025", "sz_fyp15_rd_intensity_2030"])
    plan = replace(raw, targets=raw.targets[both].assign(plan="One plan"))
    row = verdicts[verdicts["target_id"].eq("rd_intensity_2025")]
    answer = findings.projecting(look(plan, "rd_intensity_2025"), row)
    assert answer.endswith(
        "Shown is the target for 2025; what else the plan asks of the series is judged with all "
        "targets: at least 7 % of GDP for 2030."
    )
    assert "Shown is" not in findings.projecting(look(raw, "rd_intensity_2025"), row)


def test_a_strip_holds_figures_against_the_level_that_growth_asks_for(raw):
    ids = ["cn_fyp14_rd_growth_2025", "cn_fyp14_high_value_patents_2025", "sz_fyp14_gdp_2035"]
    table = assess(raw, EDITION, target_ids=ids).set_index("target_id", drop=False)
    strip = findings.strip_view(table, raw)
    asked = strip["target_value"]
    assert asked[ids[0]] == table["level"][ids[0]] > 30_000
    assert asked[ids[1]] == 12
    assert asked[ids[2]] == table["level"][ids[2]] > 50_000
    assert strip["value"][ids[0]] == "3,632.7 billion yuan in 2024"
    zero = table.assign(target_value=0.0, level=0.0, latest_value=float("nan"))
    bare = findings.strip_view(zero, raw)
    assert bare["target_value"].isna().all() and set(bare["value"]) == {""}
    charts.verdict_strip(bare, title="nothing to be a part of")


def test_without_a_target_the_outlook_is_the_answer(raw, verdicts):
    ahead = outlook.look_ahead(raw, Parameters(as_of=EDITION, indicator="gdp"))
    assert "For 2028" in findings.projecting(ahead, verdicts.head(0))
    assert "with 80 % probability" in findings.fan_title(ahead, verdicts.head(0))
    assert findings.target_mark(ahead) is None


def test_verdicts_are_listed_and_counted(raw, verdicts):
    text = findings.verdict_list(verdicts, raw, EDITION)
    assert text.count("\n- ") == 3
    assert findings.verdict_title(verdicts) == "3 targets: 2 open, 1 met"


def test_many_targets_are_counted_by_state_and_each_is_listed(raw):
    every = assess(raw, EDITION)
    _, head, _, *lines = findings.verdict_list(every, raw, EDITION).split("\n")
    assert len(lines) == len(every) > findings.MOST_NAMED
    for state, count in every["state"].value_counts().items():
        assert f"{wording.STATE_WORDS[state]}: {count} target" in head


def test_an_answer_said_again_names_no_day(verdicts, raw):
    said = findings.verdict_list(verdicts, raw, EDITION)
    assert str(EDITION)[:10] in said and "As known on" not in findings.undated(said)
    assert findings.undated(said).startswith("open: ")
    for text in ("As known on **2026-11-28** there is no figure.", "No day is named.\nNone."):
        assert findings.undated(text) == text


def test_doubts_name_the_verdict_that_turns(raw, verdicts):
    assert "no verdict changes" in findings.doubts(verdicts, raw)
    early = assess(raw, "2020-07-04", target_ids=["rd_intensity_2025"])
    assert findings.doubts(early, raw) == (
        "3 of 3 points are unverified. Another state: R&D expenditure as a share of GDP, 2025 "
        "(without them: no data)."
    )


def test_a_probability_that_is_lost_without_them_is_no_unchanged_verdict(raw):
    lost = assess(raw, EDITION, target_ids=["gd_stplan14_rd_growth_2025"])
    assert lost["probability"].notna().all() and lost["probability_verified"].isna().all()
    text = findings.doubts(lost, raw)
    assert "No projection is possible without them: R&D expenditure, 2025." in text
    assert "no verdict changes" not in text


def test_doubts_of_nothing_are_told_as_nothing(raw, verdicts):
    assert findings.doubts(verdicts.head(0), raw) == "No target is judged here."
    read = assess(raw, EDITION, SeriesChoice(min_grade="official"))
    assert findings.doubts(read, raw) == "No point is unverified."


def test_members_are_compared_with_the_pool():
    table = pd.DataFrame({"median": [2.0, 3.0, 2.5], "probability": [0.2, 0.7, 0.4]})
    assert findings.members_title(table, "2025") == (
        "That the target of 2025 is met, the members say on the same figures with 20 % to 70 %; "
        "the linear pool says 40 %."
    )
    without = findings.members_title(table.assign(probability=float("nan")), "2028")
    assert without == "The members' medians for 2028 lie between 2 and 3."


def test_nothing_is_said_of_an_outcome_that_is_out(raw):
    ahead = look(raw, "sz_fyp14_gdp_2025", indicator="gdp")
    assert pd.isna(ahead.chance(ahead.projected))
    assert ahead.decisive_year == 2028


@pytest.mark.parametrize("target_id", ["sz_fyp14_gdp_2035", "cn_fyp14_rd_growth_2025"])
def test_the_pool_says_what_the_verdict_says(raw, target_id):
    row = assess(raw, EDITION, target_ids=[target_id]).iloc[0]
    asked = {"indicator": row["indicator"], "area": row["area"], "target_id": target_id}
    ahead = outlook.look_ahead(raw, Parameters(as_of=EDITION, **asked))
    assert ahead.chance(ahead.projected) == pytest.approx(row["probability"], abs=1e-9)
    _, level, label = findings.target_mark(ahead)
    assert level == pytest.approx(row["level"])
    assert "growth" in label or "2020 level" in label


def test_targets_that_were_set_later_are_said_to_be(raw):
    ids = [target.target_id for target in headline(read_targets(raw.targets, raw.sources))]
    early = findings.verdict_list(assess(raw, "2018-01-01", target_ids=ids), raw, "2018-01-01")
    assert "They were set later (2020-07-04)" in early
    late = findings.verdict_list(assess(raw, EDITION, target_ids=ids), raw, EDITION)
    assert "set later" not in late


def test_milestones_are_signing_publication_mid_term_and_today(raw):
    plan = headline(read_targets(raw.targets, raw.sources))
    days = [f"{day:%Y-%m-%d}" for day in findings.milestones(plan, EDITION)]
    assert days == ["2020-07-04", "2021-02-25", "2023-06-30", "2026-05-24"]
    assert len(findings.milestones(plan, "2021-01-01")) == 2
    middle = [findings.mid_term(plan, day) for day in (EDITION, "2020-07-04", "2018-01-01")]
    assert [f"{day:%Y-%m-%d}" for day in middle] == ["2023-06-30", "2020-07-04", "2018-01-01"]


def test_the_source_line_names_publishers_and_counts_the_unverified(raw, archive):
    series = known_series(archive, EDITION, indicator="rd_intensity", area="shenzhen")
    line = findings.source_line(series, raw)
    assert "and 1 more" in line
    assert "3 of 10 points unverified (hollow)" in line
    assert "not shown" not in line
    assert f"; public by {series['known_from'].max():%Y-%m-%d};" in line
    later = known_series(archive, "2030-01-01", indicator="rd_intensity", area="shenzhen")
    assert findings.source_line(later, raw) == line, "a day without news changes nothing"


def test_a_table_without_rows_is_a_sentence():
    shown = listed(pd.DataFrame({"a": []}), "No figure was known.")
    assert isinstance(shown, Markdown) and shown.data == "No figure was known."


def test_a_table_with_rows_is_left_as_it_is():
    table = pd.DataFrame({"a": [1.5]})
    assert listed(table, "No figure was known.") is table
