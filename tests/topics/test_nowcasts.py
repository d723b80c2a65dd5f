"""Nowcasts: planted factors come back, errors are stated, and nothing later leaks in."""

from dataclasses import replace
from math import exp, log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from helpers.problems import InputError
from helpers.topics import nowcasts
from helpers.vintages.series import open_archive

COUNT = "pct_applications"
TODAY = "2026-11-23"


@pytest.fixture(scope="module")
def archive(raw):
    return open_archive(raw)


@pytest.fixture(scope="module")
def replayed(archive):
    return nowcasts.replay_nowcasts(archive, TODAY, COUNT)


def pairs_of(rows):
    """Pairs from (year, months, full over part)."""
    table = pd.DataFrame(rows, columns=["year", "months", "ratio"])
    return table.assign(log_ratio=np.log(table["ratio"]), span=np.log(12 / table["months"]))


def planted(slope, years=range(2010, 2020), months=(4, 6, 9)):
    return pairs_of([(year, m, (12 / m) ** slope) for year in years for m in months])


def with_figure(raw, **changes):
    """The raw data with one more part-year figure, made from the last one of the count."""
    table = raw.observations
    own = table["indicator"].eq(COUNT) & table["months"].lt(12) & table["qualifier"].eq("exact")
    row = table[own].iloc[[-1]].assign(**changes)
    return replace(raw, observations=pd.concat([table, row], ignore_index=True))


@given(slope=st.floats(0.5, 2.0))
def test_a_planted_curve_is_learned_exactly(slope):
    learned = nowcasts.learn(planted(slope))
    assert learned.slope == pytest.approx(slope)
    assert all(abs(away) < 1e-9 for away in learned.offsets.values())
    assert learned.nowcast(100.0, 4).median == pytest.approx(100 * 3**slope)
    assert learned.spread == pytest.approx(0, abs=1e-9)
    assert (learned.years, learned.pairs) == (10, 30)


def test_a_month_off_the_curve_is_shrunk_by_the_years_behind_it():
    rows = planted(1.2, range(2000, 2030), months=(3, 6))
    odd = pairs_of([(2030, 9, (12 / 9) ** 1.2 * 1.1)])
    one = nowcasts.learn(pd.concat([rows, odd], ignore_index=True))
    many = pd.concat([rows, *(odd.assign(year=2030 + k) for k in range(20))], ignore_index=True)
    assert one.offsets[9] == pytest.approx(log(1.1) / 3, rel=0.1)
    assert nowcasts.learn(many).offsets[9] > 2 * one.offsets[9]


def test_figures_of_one_year_and_month_count_once():
    rows = [(2010, 6, 2.0), (2011, 6, 2.0), (2012, 6, 3.0)]
    thrice = rows + [(2012, 6, 3.0)] * 2
    assert nowcasts.learn(pairs_of(rows)).slope == pytest.approx(
        nowcasts.learn(pairs_of(thrice)).slope
    )


def test_the_spread_comes_from_years_left_out():
    table = pairs_of([(2010, 6, 2.0), (2011, 6, 2.0), (2012, 6, 2.0), (2013, 6, 3.0)])
    errors = nowcasts.left_out_errors(table)
    # Three years of 2.0 say 2.0 of the fourth; with it the others are expected too high.
    assert errors.iloc[3] == pytest.approx(log(3) - log(2))
    assert errors.iloc[0] == pytest.approx(log(2) - (2 * log(2) + log(3)) / 3)
    spread = nowcasts.learn(table).spread
    assert spread == pytest.approx(np.sqrt(np.mean(errors**2) / log(2)))


def test_noisy_factors_cover_as_often_as_they_say():
    generator = np.random.default_rng(3)
    inside = []
    for _ in range(60):
        rows = planted(1.2, range(2000, 2012))
        noise = 0.1 * np.sqrt(rows["span"]) * generator.standard_normal(len(rows))
        rows = rows.assign(log_ratio=rows["log_ratio"] + noise)
        learned = nowcasts.learn(rows[rows["year"].lt(2011)])
        last = rows[rows["year"].eq(2011)].iloc[0]
        low, high = learned.nowcast(1.0, int(last["months"])).interval(0.8)
        inside.append(low <= exp(last["log_ratio"]) <= high)
    assert 0.65 < np.mean(inside) < 0.95


def test_quantiles_and_probabilities_are_those_of_a_student_t():
    made = nowcasts.Nowcast(log(100), 0.1, 4)
    law = stats.t(4, log(100), 0.1)
    assert np.log(made.interval()) == pytest.approx(law.ppf([0.1, 0.9]))
    assert made.probability_at_least(110) == pytest.approx(law.sf(log(110)))
    assert made.probability_at_least(0) == 1.0
    sure = nowcasts.Nowcast(log(100), 0.0, 4)
    assert [sure.probability_at_least(x) for x in (99, 101)] == [1.0, 0.0]


@pytest.mark.parametrize(("value", "months"), [(0, 6), (-3, 6), (5, 12), (5, 0)])
def test_a_part_that_is_none_is_refused(value, months):
    with pytest.raises(ValueError, match="1 to 11 months"):
        nowcasts.learn(planted(1.0)).nowcast(value, months)


def test_too_few_years_are_counted():
    with pytest.raises(nowcasts.TooFewYears, match=r"2 finished years .* at least 3"):
        nowcasts.learn(planted(1.0, years=(2010, 2011)))
    with pytest.raises(nowcasts.TooFewYears, match="1 finished year with"):
        nowcasts.learn(planted(1.0, years=(2010,)))


def test_stocks_shares_and_unknown_names_have_no_nowcast(archive):
    for indicator in ("valid_invention_patents", "sei_share", "invention_patents_per_10k"):
        with pytest.raises(InputError, match="no part of a year"):
            nowcasts.partial_figures(archive, TODAY, indicator)
    with pytest.raises(InputError, match=r"not in indicators\.csv"):
        nowcasts.partial_figures(archive, TODAY, "pct")


def test_pairs_share_area_year_and_definition_and_leave_estimates_out(archive):
    pairs = nowcasts.completed(archive, TODAY, COUNT)
    table = archive.figures
    full = table[table["months"].eq(12) & table["status"].ne("estimate")]
    for row in pairs.itertuples():
        same = full[
            full["indicator"].eq(COUNT)
            & full["area"].eq(row.area)
            & full["year"].eq(row.year)
            & full["definition"].eq(row.definition)
        ]
        assert row.value_full in set(same["value"])
    assert pairs["months"].between(1, 11).all()
    assert {"shenzhen", "china"} <= set(pairs["area"])
    assert not (pairs["area"].eq("guangdong") & pairs["year"].eq(2020)).any()


def test_every_part_year_figure_with_an_outcome_is_tested_in_both_modes(archive, replayed):
    pairs = nowcasts.completed(archive, TODAY, COUNT)
    assert replayed.groupby("mode").size().to_dict() == dict.fromkeys(nowcasts.MODES, len(pairs))
    other = replayed[replayed["mode"].eq(nowcasts.OTHER_YEARS)]
    assert other["nowcast"].notna().all()
    assert (other["lower80"] < other["nowcast"]).all()
    assert (other["nowcast"] < other["upper80"]).all()


def test_nowcasts_beat_even_months(replayed):
    scores = nowcasts.score_nowcasts(replayed).set_index(["mode", "method"])["median_error"]
    for mode in nowcasts.MODES:
        assert scores[mode, "nowcast"] < scores[mode, "even_months"]
    assert (scores.drop("projection", level=1).xs("nowcast", level=1) < 15).all()


def test_scores_are_those_of_a_table_worked_by_hand():
    rows = pd.DataFrame(
        {
            "mode": nowcasts.OTHER_YEARS,
            "year": [2010, 2011, 2012],
            "outcome": [100.0, 100.0, 100.0],
            "nowcast": [90.0, 104.0, 101.0],
            "lower80": [95.0, 90.0, 101.0],
            "upper80": [105.0, 110.0, 110.0],
            "even_months": [80.0, 80.0, 80.0],
            "last_year": [np.nan, 120.0, 90.0],
            "projection": [np.nan, 110.0, np.nan],
        }
    )
    scores = nowcasts.score_nowcasts(rows).set_index(["mode", "method"])
    ours = scores.loc[(nowcasts.OTHER_YEARS, "nowcast")]
    assert tuple(ours[["count", "years"]]) == (3, 3)
    assert ours["median_error"] == pytest.approx(4)
    assert ours["bias"] == pytest.approx(1)
    assert ours["worst_error"] == pytest.approx(10)
    assert ours["coverage"] == pytest.approx(200 / 3)
    assert scores.loc[(nowcasts.OTHER_YEARS, "even_months"), "bias"] == pytest.approx(-20)
    assert scores.loc[(nowcasts.KNOWN_THEN, "nowcast"), "count"] == 0
    shared = nowcasts.score_nowcasts(rows.dropna(subset=list(nowcasts.RIVALS))).set_index(
        ["mode", "method"]
    )
    assert set(shared.loc[nowcasts.OTHER_YEARS, "count"]) == {1}


def test_a_later_figure_changes_no_nowcast_made_before_it(raw, replayed):
    later = with_figure(raw, area="beijing", year=2018, months=6, value=100.0, status="revised",
                        published="2024-01-31", source_id="later")  # fmt: skip
    again = nowcasts.replay_nowcasts(open_archive(later), TODAY, COUNT)
    keys = ["mode", "area", "year", "months", "definition"]
    both = replayed.merge(again, on=keys, suffixes=("", "_again"))
    then = both[both["mode"].eq(nowcasts.KNOWN_THEN)]
    pd.testing.assert_series_equal(then["nowcast"], then["nowcast_again"], check_names=False)
    # In the other mode it counts, but not for its own year.
    others = both[both["mode"].eq(nowcasts.OTHER_YEARS)]
    moved = others["nowcast"].sub(others["nowcast_again"]).abs().gt(1e-6)
    assert moved[others["year"].ne(2018)].all()
    assert not moved[others["year"].eq(2018)].any()


def test_an_earlier_date_gives_the_same_nowcasts_made_from_what_was_known(archive, replayed):
    early = nowcasts.replay_nowcasts(archive, "2019-06-01", COUNT)
    keys = ["mode", "area", "year", "months"]
    both = early.merge(replayed, on=keys, suffixes=("", "_now"))
    assert len(both) == len(early) > 20
    then = both[both["mode"].eq(nowcasts.KNOWN_THEN)]
    pd.testing.assert_series_equal(then["nowcast"], then["nowcast_now"], check_names=False)
    assert early["known_from"].max() < pd.Timestamp("2019-06-01")


def test_without_a_part_there_is_no_nowcast_and_no_probability(archive):
    now = nowcasts.nowcast_year(archive, TODAY, COUNT, "shenzhen", 2025)
    assert now.made is None and now.part is None
    assert now.missing == "no part-year figure of 2025 is public"
    assert np.isnan(now.probability(25_000))


def test_a_part_of_the_target_year_gives_its_probability_from_the_day_it_is_public(raw):
    planted_raw = with_figure(raw, area="shenzhen", year=2025, months=6, value=9000.0,
                              published="2025-08-15", source_id="new")  # fmt: skip
    archive = open_archive(planted_raw)
    before = nowcasts.nowcast_year(archive, "2025-08-14", COUNT, "shenzhen", 2025)
    after = nowcasts.nowcast_year(archive, "2025-08-15", COUNT, "shenzhen", 2025)
    assert before.made is None
    assert after.part["value"] == 9000
    learned = nowcasts.learn(nowcasts.completed(archive, "2025-08-15", COUNT))
    assert after.made.median == pytest.approx(9000 * exp(learned.log_factor(6)))
    chances = [after.probability(level) for level in (15_000, 20_000, 25_000)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.9 and chances[2] < 0.3


def test_the_figure_with_most_months_is_used(raw):
    planted_raw = with_figure(raw, area="shenzhen", year=2025, months=4, value=5000.0)
    planted_raw = with_figure(planted_raw, area="shenzhen", year=2025, months=9, value=12000.0)
    now = nowcasts.nowcast_year(open_archive(planted_raw), TODAY, COUNT, "shenzhen", 2025)
    assert (now.part["months"], now.part["value"]) == (9, 12000)


def test_a_year_is_never_learned_from_itself(archive):
    now = nowcasts.nowcast_year(archive, TODAY, COUNT, "shenzhen", 2015)
    pairs = nowcasts.completed(archive, TODAY, COUNT)
    assert now.factors.pairs == int(pairs["year"].ne(2015).sum())


def test_too_few_years_are_said(archive):
    now = nowcasts.nowcast_year(archive, "2012-06-01", COUNT, "shenzhen", 2012)
    assert "1 finished year with a part-year figure" in now.missing


def test_a_whole_bounds_its_part_and_assumes_no_share(archive):
    bounds = nowcasts.bounds_from_wholes(
        archive, TODAY, COUNT, "shenzhen", 2025, ("gba", "guangdong"), level=25_000
    )
    (row,) = bounds.to_dict("records")
    assert (row["whole"], row["months"], row["value"]) == ("gba", 6, 13_500)
    assert row["at_most"] == 13_550
    assert row["share_needed"] == pytest.approx(100 * 25_000 / row["whole_year"])
    assert row["shares_seen"] == 0 and np.isnan(row["largest_share"])


def test_a_full_year_of_a_whole_bounds_too_and_shares_seen_are_counted(archive):
    bounds = nowcasts.bounds_from_wholes(
        archive, TODAY, COUNT, "shenzhen", 2019, ("guangdong",), level=20_000
    )
    row = bounds.iloc[0]
    assert row["whole_year"] == row["at_most"] == row["value"] == 24_725
    assert row["share_needed"] == pytest.approx(100 * 20_000 / 24_725)
    assert row["shares_seen"] >= 5 and 60 < row["largest_share"] < 100
