"""Re-definitions of a share: a planted jump is found again, chains are exact, sums are checked."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.problems import InputError
from helpers.topics.industries import analysis as story
from helpers.topics.industries import groups, level_shifts
from helpers.topics.industries.share import open_study
from helpers.topics.parameters import Parameters
from helpers.vintages.breaks import splice
from helpers.vintages.series import open_archive

DAY = "2026-11-23"


def asked(**other):
    chosen = {
        "as_of": DAY,
        "indicator": "sei_share",
        "target_id": "sei_share_2025",
        "suspected_breaks": True,
    }
    return Parameters(**(chosen | other))


@pytest.fixture(scope="module")
def told(raw):
    return story.tell(raw, asked())


def planted_steps(growth, jump, *, broken=5, count=10, price=0.0):
    """Steps of a share that grows steadily at unchanged scope and jumps once.

    The numerator's own price moves by `price` a year against a denominator of constant price.
    """
    years = np.arange(2001, 2001 + count)
    at = years == 2001 + broken
    change = growth + np.where(at, np.log(jump), 0.0)
    share = 30 * np.exp(np.cumsum(change))
    return pd.DataFrame(
        {
            "year": years,
            "year_before": years - 1,
            "definition_before": "old",
            "definition": "new",
            "break_before": np.where(at, "no", ""),
            "share_before": share / np.exp(change),
            "share": share,
            "top_growth": 100 * np.expm1(change + 0.03),
            "top_real_growth": 100 * np.expm1(growth - price + 0.03),
            "bottom_growth": 100 * np.expm1(0.03),
            "bottom_real_growth": 100 * np.expm1(0.03),
            "change": change,
            "real_change": growth - price,
        }
    )


@given(st.floats(-0.05, 0.05), st.floats(0.5, 2.0))
def test_every_way_that_knows_the_growth_recovers_a_planted_jump(growth, jump):
    table = level_shifts.shifts(planted_steps(growth, jump))
    assert len(table) == 1
    row = table.iloc[0]
    for way in level_shifts.WAYS:
        known = 100 * (jump - 1)
        off = 100 * (jump * np.exp(growth) - 1) if way == "unchanged" else known
        assert row[way] == pytest.approx(off, abs=1e-9)


def test_a_moving_price_misleads_real_growth_but_not_the_way_that_knows_it():
    row = level_shifts.shifts(planted_steps(0.01, 1.2, price=-0.02)).iloc[0]
    assert row["real_growth_own_prices"] == pytest.approx(20.0)
    assert row["real_growth"] == pytest.approx(100 * (1.2 * np.exp(-0.02) - 1))


def test_years_without_a_break_leave_the_price_and_nothing_else():
    quiet = level_shifts.quiet_years(planted_steps(0.01, 1.2, price=-0.02))
    assert 2006 not in set(quiet["year"]) and len(quiet) == 9
    assert quiet["residual"].to_numpy() == pytest.approx(100 * np.expm1(-0.02))
    assert np.allclose(level_shifts.quiet_years(planted_steps(0.01, 1.2))["residual"], 0.0)


@pytest.mark.parametrize(("jump", "sign"), [(1.2, "up"), (0.8, "down"), (1.005, "unclear")])
def test_a_sign_is_named_only_where_all_ways_agree(jump, sign):
    table = planted_steps(-0.01, jump)
    assert level_shifts.shifts(table)["sign"].tolist() == [sign]


def test_a_way_without_figures_is_missing_and_not_nothing():
    table = planted_steps(0.01, 1.2)
    table.loc[table["break_before"].eq("no"), ["top_real_growth", "real_change"]] = np.nan
    found = level_shifts.shifts(table)
    assert found[["real_growth", "real_growth_own_prices"]].isna().all(axis=None)
    assert found["median_year"].iloc[0] == pytest.approx(20.0)
    net = np.exp(level_shifts.log_shift(found, 2000, 2010))
    assert np.isnan(net["real_growth"]) and net["median_year"] == pytest.approx(1.2)


def test_shifts_compound_and_count_only_between_the_years():
    one = level_shifts.shifts(planted_steps(0.0, 1.25))
    two = pd.concat([one, one.assign(year=2008)], ignore_index=True)
    factors = [
        np.exp(level_shifts.log_shift(two, first, last))["real_growth"]
        for first, last in ((2000, 2010), (2006, 2010), (2008, 2010), (2010, 2006))
    ]
    assert factors == pytest.approx([1.5625, 1.25, 1.0, 0.8])
    assert level_shifts.log_shift(two, float("nan"), 2010).isna().all()


def test_the_two_house_splices_are_two_of_the_ways(raw, told):
    """Link factors of `helpers.vintages.breaks` and shifts here are one reckoning."""
    growth = told.study.growth_figures
    for method, way in level_shifts.SPLICE_WAYS.items():
        joined = splice(
            told.study.share, growth, raw.indicators, method=method, suspected=True
        ).set_index("year")
        links = 100 * (joined["link_factor"] - 1)
        for row in told.shifts.itertuples():
            assert getattr(row, way) == pytest.approx(links[row.year])


@given(st.lists(st.floats(-20, 30), min_size=3, max_size=8), st.integers(0, 7))
def test_a_chained_index_gives_back_the_growth_that_it_was_chained_from(rates, place):
    years = list(range(2010, 2010 + len(rates)))
    base = years[min(place, len(years) - 1)]
    index = level_shifts.chain(pd.Series(rates, index=years), base)
    assert index[base] == 100.0
    assert list(index.index) == list(range(2009, years[-1] + 1))
    back = 100 * (index / index.shift() - 1)
    assert back.dropna().to_numpy() == pytest.approx(np.array(rates), abs=1e-9)


def test_a_chain_stops_at_a_year_that_is_not_known():
    index = level_shifts.chain(pd.Series([10.0, np.nan, 10.0], index=[2011, 2012, 2013]), 2011)
    assert list(index.index) == [2010, 2011]
    assert index[2010] == pytest.approx(100 / 1.1)


def test_on_its_own_scope_a_share_is_as_printed_and_elsewhere_moved_by_the_shifts(told):
    scope = level_shifts.on_footing(told.study, told.shifts, 2019)
    printed = told.study.share.set_index("year")["value"]
    for year in (2018, 2019, 2020):
        assert (scope.loc[year] == printed[year]).all()
    factor = 1 + told.shifts.set_index("year").loc[2021, "real_growth"] / 100
    assert scope.loc[2021, "real_growth"] == pytest.approx(printed[2021] / factor)
    factor = 1 + told.shifts.set_index("year").loc[2018, "real_growth"] / 100
    assert scope.loc[2017, "real_growth"] == pytest.approx(printed[2017] * factor)


def test_without_shifts_every_footing_is_the_printed_figure(told):
    table = level_shifts.footings(told.study, told.shifts.iloc[:0])
    assert table[list(level_shifts.WAYS)].eq(told.study.share["value"].iloc[-1]).all(axis=None)


def test_the_study_of_the_real_series_holds_what_is_printed(told):
    study = told.study
    assert (study.base, study.base_year, study.known_then) == ("sei_2018_7", 2019, True)
    assert told.shifts.set_index("year")["sign"].to_dict() == {
        2015: "up", 2016: "unclear", 2018: "down", 2021: "up", 2022: "up", 2024: "unclear",
    }  # fmt: skip
    own = told.footings.set_index("definition")["own"]
    assert own["sei_2018_7"] == "missed" and own["sei_2024_20clusters_v2"] == "met"
    assert told.chained.loc[2024, "real_share"] == pytest.approx(
        37.7 * (1.031 * 1.067 * 1.069 * 1.088 * 1.105) / (1.031 * 1.067 * 1.033 * 1.06 * 1.058)
    )


def test_documented_shifts_alone_leave_the_scope_of_the_signing_as_it_is(raw):
    told = story.tell(raw, asked(suspected_breaks=False))
    assert told.counted["break_before"].eq("no").all() and len(told.shifts) > len(told.counted)
    assert told.base["low"] == told.base["high"] == told.study.share["value"].iloc[-1]
    assert story.tell(raw, asked(splice="none")).counted.empty


def test_a_year_table_keeps_gaps_as_gaps(told):
    table = level_shifts.year_table(told.study, told.shifts).set_index("year")
    assert np.isnan(table.loc[2025, "real_share"]) and np.isnan(table.loc[2020, "implied_shift"])
    assert table.loc[2019, "real_share"] == table.loc[2019, "value"] == 37.7
    assert table.loc[2021, "shift_low"] < table.loc[2021, "implied_shift"]


# Groups.


def changed(raw, **frames):
    return replace(raw, **frames)


def group_story(raw, rows):
    """The real tables with other values for some groups: (indicator, year) to value or None."""
    table = raw.observations.copy()
    for (indicator, year), value in rows.items():
        at = table["indicator"].eq(indicator) & table["year"].eq(year) & table["months"].eq(12)
        if value is None:
            table = table[~at]
        else:
            table.loc[at, "value"] = value
    return story.tell(changed(raw, observations=table), asked())


def test_groups_that_add_up_overlap_or_are_incomplete_are_told_apart(told):
    found = told.sums.set_index("year")["finding"].to_dict()
    assert found == {
        2014: "incomplete", 2015: "adds up", 2016: "overlap", 2017: "overlap", 2018: "adds up",
        2019: "adds up", 2020: "adds up", 2023: "adds up to a derived total",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "finding"),
    [(489.09, "adds up"), (498.0, "adds up"), (510.0, "overlap"), (460.0, "short"),
     (None, "incomplete")],
)  # fmt: skip
def test_one_wrong_group_is_noticed_beyond_a_thousandth(raw, value, finding):
    sums = group_story(raw, {("sei_va_marine", 2019): value}).sums.set_index("year")
    assert sums.loc[2019, "finding"] == finding


def test_groups_without_a_total_are_said_to_have_none(raw):
    told = group_story(raw, {("sei_value_added", 2019): None})
    assert told.sums.set_index("year").loc[2019, "finding"] == "no total"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Value added, new energy", "New energy"),
        ("Gross domestic product", "Gross domestic product"),
    ],
)
def test_group_names_lose_what_they_share(name, short):
    assert groups.short_name(name) == short


# Agreement, neighbours, intent.


def test_slack_is_half_a_unit_of_what_was_rounded_over_the_figure():
    figures = pd.DataFrame(
        {"year": [2019, 2020, 2021], "value": [1200.0, 40.0, 12.34], "decimals": [0, 1, 2],
         "qualifier": ["rounded", "derived", "exact"]}
    )  # fmt: skip
    assert groups.print_slack(figures).to_dict() == {2019: 50 / 1200, 2020: 0.05 / 40, 2021: 0.0}


def test_neighbours_are_the_rest_of_the_topic_and_stay_within_one_definition(told):
    names = groups.neighbour_names(told.study)
    assert "hightech_mfg_share" in names
    assert not {"sei_share", "sei_value_added", "sei_real_growth", "sei_va_marine"} & set(names)
    table = told.neighbours
    assert (table["last_year"] > table["first_year"]).all()
    advanced = table[table["name"].str.startswith("Advanced")]
    assert advanced["definition"].tolist() == ["advanced_mfg_old", "advanced_mfg_new"]


def test_a_direction_is_compared_only_where_the_ways_agree_on_it(told):
    table = told.neighbours
    clear = table["scope_low"] * table["scope_high"] > 0
    assert table.loc[~clear, "same_way"].isna().all() and clear.any()
    for row in table[clear].itertuples():
        assert bool(row.same_way) == (row.change * row.scope_low > 0)


def test_only_what_was_public_could_be_meant(told):
    readings = told.candidates.set_index("definition")["reading"].to_dict()
    assert readings["sei_2018_7"] == "ahead"
    assert readings["sei_2016_7plus4"] == "passed"
    assert readings["sei_2022_20clusters"] == "later"


def test_a_sister_target_is_carried_by_the_shift_between_the_two_scopes(told):
    row = told.sisters.set_index("target_id").loc["sz_br2018_sei_share_2025"]
    factors = 1 + told.shifts.set_index("year").loc[2018, list(level_shifts.WAYS)] / 100
    assert (row["definition"], row["known"]) == ("sei_2016_7plus4", 40.9)
    assert row["scope_low"] == pytest.approx(42.4 * factors.min())
    assert row["scope_high"] == pytest.approx(42.4 * factors.max())


# What may be asked for.


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"indicator": "sei_shar"}, "indicator: 'sei_shar' is not in indicators.csv; did you mean"),
        ({"indicator": "gdp", "target_id": ""}, "names no numerator and denominator; choose one"),
        ({"area": "shenzen", "target_id": ""}, "area: 'shenzen' is not in areas.csv; did you mean"),
        ({"target_id": "sei_share_2026"}, "target_id: 'sei_share_2026' is not in targets.csv"),
        ({"area": "guangdong"}, "is about sei_share in shenzhen, not sei_share in guangdong"),
        ({"target_id": "overall_2025"}, "is about no indicator in shenzhen"),
    ],
)
def test_what_cannot_be_studied_is_refused_by_name(raw, other, message):
    with pytest.raises(InputError, match=message.replace(".", r"\.")):
        open_study(raw, asked(**other))


def test_a_target_that_asks_for_no_level_is_refused(raw):
    table = raw.targets.copy()
    at = table["target_id"].eq("sei_share_2025")
    table.loc[at, "operator"] = "growth_ge"
    table.loc[at, "unit"] = "pct_per_year"
    table["base_year"] = table["base_year"].mask(at, 2020)
    with pytest.raises(InputError, match="asks for no level of sei_share"):
        open_study(changed(raw, targets=table), asked())


def test_nothing_later_than_the_day_is_used(raw):
    study = open_study(raw, asked(as_of="2020-07-04"))
    for frame in study.shown:
        assert frame["known_from"].le(pd.Timestamp("2020-07-04")).all()
    assert open_archive(raw).figures["known_from"].max() > pd.Timestamp("2020-07-04")
    early = open_study(raw, asked(as_of="2019-12-31"))
    assert not early.set_yet and not early.known_then


def test_before_the_outcome_every_splice_gives_a_verdict(told):
    table = story.verdicts_before_outcome(told)
    assert len(table) == 5 and table["probability"].between(0, 1, inclusive="neither").all()
    assert table["as_of"].lt(pd.Timestamp("2026-02-10")).all()
