"""The specification curve: which choices there are, what they yield, and what they explain."""

from dataclasses import replace
from functools import cache
from math import inf
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.forecasting import baselines, mixtures
from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.members import MEMBERS
from helpers.forecasting.projection import project
from helpers.observations.raw_data import read_raw
from helpers.problems import InputError
from helpers.targets import assessment
from helpers.targets.specification_curve import choices, forecasts
from helpers.targets.specification_curve import curve as specifications
from helpers.targets.states import read_targets
from helpers.vintages.series import SeriesChoice, known_series, open_archive

RD, SEI, PCT = HEADLINE = ["rd_intensity_2025", "sei_share_2025", "pct_applications_2025"]
PLAN, LATE = "2021-02-25", "2024-12-31"
CASES = [(target, day) for target in HEADLINE for day in (PLAN, LATE)]


@cache
def raw():
    return read_raw()


@cache
def curve(target, day):
    return specifications.specification_curve(raw(), day, target)


def one_scale(series, scale, year, level):
    """Forecast one planted series on one scale, by members and spread."""
    figures = [forecasts.FigureSet({}, series, limits=(level, inf))]
    table = forecasts.forecast_rows(figures, [scale], year)
    return table.set_index(["members", "spread"])


def planted(**columns):
    """A full factorial of some choices, the others at our level, and a P for each row."""
    ours = {name: [next(iter(levels))] for name, levels in choices.CHOICES.items()}
    index = pd.MultiIndex.from_product((ours | columns).values(), names=list(ours))
    table = index.to_frame(index=False)
    return table.assign(
        probability=0.0, median=1.0, points=9, default=[True] + [False] * (len(table) - 1)
    )


# What the curve holds


@pytest.mark.parametrize(("target", "day"), CASES)
def test_at_least_two_hundred_specifications_none_twice(target, day):
    table = curve(target, day)
    assert len(table) >= 200
    assert list(table.columns) == specifications.COLUMNS
    assert not table.duplicated(list(choices.CHOICES)).any()
    assert table["probability"].between(0, 1).all()
    assert np.isfinite(table["median"]).all()
    assert table["points"].ge(5).all()


@pytest.mark.parametrize(("target", "day"), CASES)
def test_the_default_is_the_probability_of_the_verdict(target, day):
    table = curve(target, day)
    if (target, day) == (RD, PLAN):
        # Four points were public: only other definitions have enough.
        assert not table["default"].any()
        return
    verdict = assessment.replay(raw(), [day], target_ids=[target]).iloc[0]
    assert list(np.flatnonzero(table["default"])) == [0]
    assert table.loc[0, "probability"] == pytest.approx(verdict["probability"], abs=1e-9)
    assert table.loc[0, "median"] == pytest.approx(verdict["median"], rel=1e-9)
    assert table.loc[0, "points"] == verdict["points"]


def test_two_calls_agree_and_leave_the_raw_data_alone():
    before = raw().observations.copy()
    again = specifications.specification_curve(raw(), PLAN, PCT)
    pd.testing.assert_frame_equal(again, curve(PCT, PLAN))
    pd.testing.assert_frame_equal(raw().observations, before)


def distorted(day, *, known):
    """Raw data with the figures multiplied that were known on a day, or those that were not."""
    numbered = raw().observations.assign(row=range(len(raw().observations)))
    figures = open_archive(replace(raw(), observations=numbered)).figures
    hit = figures.loc[figures["known_from"].le(pd.Timestamp(day)) == known, "row"]
    factor = np.where(numbered["row"].isin(hit), 1.31, 1.0)
    changed = raw().observations.assign(value=numbered["value"] * factor)
    return replace(raw(), observations=changed)


@pytest.mark.parametrize("target", HEADLINE)
def test_no_figure_is_used_before_its_day(target):
    later = specifications.specification_curve(distorted(PLAN, known=False), PLAN, target)
    pd.testing.assert_frame_equal(later, curve(target, PLAN))


def test_figures_known_that_day_do_count():
    moved = specifications.specification_curve(distorted(PLAN, known=True), PLAN, PCT)
    assert moved["probability"].mean() > curve(PCT, PLAN)["probability"].mean() + 0.1


def test_choices_that_do_not_apply_are_named_and_not_padded():
    assert not {"first_print", "revised", "apart"} & set(curve(PCT, PLAN)["figures"])
    assert set(curve(PCT, PLAN)["stand_ins"]) == {"used"}
    # The stand-in for 2024 was known for a month before the count.
    late = specifications.specification_curve(raw(), "2025-05-21", PCT)
    assert set(late["stand_ins"]) == {"used", "left_out"}
    assert set(late["scale"]) == {"log", "linear"}


# Days and refusals


def test_decisive_day_is_the_last_before_the_outcome():
    day = specifications.decisive_day(raw(), SEI)
    assert day == pd.Timestamp("2026-02-08")
    states = assessment.replay(raw(), [day, day + pd.Timedelta(days=1)], target_ids=[SEI])["state"]
    assert list(states) == ["open", "met"]
    assert specifications.decisive_day(raw(), RD) is None


def test_a_settled_target_names_the_last_day():
    with pytest.raises(InputError, match=r"sei_share_2025 was settled by 2026-11-23 \(met\)"):
        specifications.specification_curve(raw(), "2026-11-23", SEI)
    with pytest.raises(InputError, match="choose an as_of up to 2026-02-08"):
        specifications.specification_curve(raw(), "2026-11-23", SEI)
    assert len(specifications.specification_curve(raw(), "2026-02-08", SEI)) > 200


def test_an_unknown_target_gets_a_hint():
    with pytest.raises(InputError, match="did you mean 'sei_share_2025'"):
        specifications.specification_curve(raw(), PLAN, "sei_share_2052")


def test_words_and_growth_have_no_curve():
    with pytest.raises(InputError, match=r"overall_2025 asks for no level .*qualitative, no unit"):
        specifications.specification_curve(raw(), PLAN, "overall_2025")
    growth = next(t for t in raw().targets["target_id"][raw().targets["operator"].eq("avg_ge")])
    with pytest.raises(InputError, match="asks for no level"):
        specifications.decisive_day(raw(), growth)


def test_a_ceiling_is_kept_where_a_floor_is_not_reached():
    below = specifications.specification_curve(asking(operator="le"), PLAN, PCT)
    assert list(below["probability"]) == pytest.approx(list(1 - curve(PCT, PLAN)["probability"]))
    within = specifications.specification_curve(
        asking(operator="between", value=25_000.0, value_high=40_000.0), PLAN, PCT
    )
    beyond = specifications.specification_curve(asking(value=40_000.0), PLAN, PCT)
    expected = curve(PCT, PLAN)["probability"] - beyond["probability"]
    assert list(within["probability"]) == pytest.approx(list(expected))
    assert within["probability"].max() > 0.1


def test_what_is_asked_of_a_base_year_is_the_level_that_follows():
    base = known_series(open_archive(raw()), PLAN, indicator="pct_applications", area="shenzhen")
    level = 2 * base.set_index("year").loc[2012, "value"]
    asked = {"unit": "pct_of_2012", "value": 200.0, "base_year": 2012}
    found = specifications.specification_curve(asking(**asked), PLAN, PCT)
    same = specifications.specification_curve(asking(value=level), PLAN, PCT)
    assert list(found["probability"]) == pytest.approx(list(same["probability"]), abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked",
    [
        {"unit": "pct_of_2014", "value": 110.0},
        {"unit": "points", "operator": "change_ge", "value": 1.0, "base_year": 2014},
    ],
)
def test_the_base_of_each_specification_is_its_own_and_the_default_that_of_the_verdict(asked):
    tables, day = asking("sei_share_2025", **asked), "2019-12-01"
    target = specifications._target(tables, "sei_share_2025")
    sets = forecasts.figure_sets(open_archive(tables), target, pd.Timestamp(day))
    assert (
        len({chosen.limits for chosen in sets}) > 1
    )  # the way in which levels are joined moves it
    found = specifications.specification_curve(tables, day, "sei_share_2025")
    verdict = assessment.assess(tables, day, target_ids=["sei_share_2025"])
    assert found.loc[found["default"], "probability"].item() == pytest.approx(
        verdict["probability"].item(), abs=1e-9
    )


def test_without_the_figure_of_the_base_year_there_is_no_curve():
    tables = asking(
        "rd_intensity_2025", unit="pct_of_2010", value=120.0
    )  # the main series is later
    with pytest.raises(InputError, match="base year 2010 was not known on 2020-12-01"):
        specifications.specification_curve(tables, "2020-12-01", "rd_intensity_2025")


def test_a_year_farther_than_spreads_were_learned_has_no_curve():
    with pytest.raises(InputError, match="2040 lies more than 15 years after the latest figure"):
        specifications.specification_curve(asking(target_year=2040), PLAN, PCT)


def asking(target=PCT, **other):
    """The raw tables with another question in the place of a target."""
    return replace(
        raw(),
        targets=raw().targets.assign(
            **{
                name: raw().targets[name].mask(raw().targets["target_id"].eq(target), value)
                for name, value in other.items()
            }
        ),
    )


def test_too_early_a_day_says_so():
    with pytest.raises(InputError, match="known on 2008-01-01 leaves five points"):
        specifications.specification_curve(raw(), "2008-01-01", PCT)


def test_an_indicator_without_any_figure_says_so():
    none = raw().observations[raw().observations["indicator"].ne("pct_applications")]
    with pytest.raises(InputError, match="leaves five points"):
        specifications.specification_curve(replace(raw(), observations=none), PLAN, PCT)
    assert specifications.decisive_day(replace(raw(), observations=none), PCT) is None


# Which figures a choice leaves


def sets_of(target_id, day):
    target = next(t for t in read_targets(raw().targets, raw().sources) if t.target_id == target_id)
    return forecasts.figure_sets(open_archive(raw()), target, pd.Timestamp(day))


def pick(sets, **levels):
    found = [s for s in sets if levels.items() <= s.levels.items()]
    assert found, levels
    return found[0]


def test_recomputed_ratio_is_numerator_over_denominator():
    archive = open_archive(raw())
    top, bottom = (
        known_series(archive, PLAN, indicator=name, area="shenzhen").set_index("year")["value"]
        for name in ("rd_expenditure", "gdp")
    )
    found = pick(sets_of(RD, PLAN), figures="first_print", first_year="all")
    assert found.values.loc[2019] == pytest.approx(100 * 1328.28 / 26927.09)
    pd.testing.assert_series_equal(
        found.values, (100 * top / bottom).dropna(), check_names=False, check_dtype=False
    )


def test_revised_gdp_is_the_latest_known_that_day():
    found = pick(sets_of(RD, PLAN), figures="revised", first_year="all").values
    assert found.loc[2016] == pytest.approx(100 * 842.97 / 20078.58)
    # The census figures of 2018 that carry no date are used on no day.
    assert found.loc[2018] == pytest.approx(100 * 1163.54 / 24221.98)
    late = pick(sets_of(RD, LATE), figures="revised", first_year="all").values
    assert late.loc[2020] == pytest.approx(100 * 1510.80 / 27800)


def test_parts_apart_multiply_to_the_spliced_ratio():
    sets = sets_of(SEI, LATE)
    for splice in ("real_growth", "neighbour_growth", "none"):
        wanted = {"min_grade": "unverified", "splice": splice, "suspected_breaks": "left"}
        ratio = pick(sets, figures="first_print", first_year="all", **wanted).values
        parts = pick(sets, figures="apart", first_year="all", **wanted)
        whole = (100 * parts.values / parts.denominator).dropna()
        pd.testing.assert_series_equal(whole, ratio, check_names=False)


def test_years_are_cut_after_splicing():
    sets = sets_of(SEI, PLAN)
    wanted = {"figures": "published", "min_grade": "unverified", "splice": "real_growth"}
    whole = pick(sets, first_year="all", **wanted).values
    late = pick(sets, first_year="2015", **wanted).values
    assert late.index.min() == 2015
    pd.testing.assert_series_equal(late, whole.loc[2015:])
    assert len(pick(sets_of(PCT, LATE), first_year="last_seven").values) == 7


def test_sets_with_the_same_figures_count_once_and_stale_ones_not_at_all():
    sets = sets_of(RD, LATE)
    assert len({s.key for s in sets}) == len(sets)
    assert {s.values.index.max() for s in sets} == {2023}
    # Estimates end in 2018: known in 2021 as nearly the latest, long overtaken in 2024.
    assert "estimates" not in {s.levels["definition"] for s in sets}
    assert "estimates" in {s.levels["definition"] for s in sets_of(RD, PLAN)}


@pytest.mark.parametrize(
    ("indicator", "area", "estimates"),
    [
        ("rd_intensity", "shenzhen", "rd_intensity_estimate"),
        ("rd_intensity", "china", "rd_intensity_estimate"),  # and a restated one
        ("rd_expenditure", "china", "rd_estimate"),
        ("gdp", "shenzhen", ""),  # only later bases
        ("pct_applications", "china", ""),  # another count
        ("sei_share", "shenzhen", ""),
    ],
)
def test_estimates_are_a_definition_without_a_final_figure(indicator, area, estimates):
    target = replace(read_targets(raw().targets, raw().sources)[0], indicator=indicator, area=area)
    archive = open_archive(raw())
    found = [
        (levels["definition"], set(series["definition"]))
        for levels, series, _ in forecasts._unspliced(
            archive, target, pd.Timestamp(LATE), SeriesChoice()
        )
        if levels["definition"] == "estimates"
    ]
    assert found == ([("estimates", {estimates})] if estimates else [])


def test_estimates_fill_only_years_without_a_final_and_break_the_series():
    sets = [s for s in sets_of(RD, PLAN) if s.levels["definition"] == "filled"]
    as_printed = pick(sets, splice="none", min_grade="secondary", first_year="all").values
    assert as_printed.loc[2018] == 4.16
    assert as_printed.loc[2019] == 4.93
    joined = pick(sets, splice="real_growth", min_grade="secondary", first_year="all").values
    assert joined.loc[2019] == 4.93
    assert 4.7 < joined.loc[2018] < 4.93


# Forecasts


def test_own_spread_of_a_drift_is_the_textbook_one():
    rng = np.random.default_rng(3)
    walk = 1000 * np.exp(np.cumsum(rng.normal(0.05, 0.1, 15)))
    series = pd.Series(walk, index=range(2006, 2021))
    for scale, name, z, line in (
        ("log", "drift_log", np.log(walk), np.log(2500)),
        ("linear", "drift", walk, 2500),
    ):
        normal = baselines.drift(z[None, :], 5)
        wanted = normal.probability_at_least(line)[0, 4]
        found = one_scale(series, scale, 2025, 2500).loc[(name, "own")]
        assert found["probability"] == pytest.approx(wanted, abs=1e-9)
        centre = normal.centre[0, 4]
        assert found["median"] == pytest.approx(np.exp(centre) if scale == "log" else centre)


def test_learned_spread_is_the_engine_s():
    series = pd.Series(np.linspace(10, 30, 12) + np.tile([0, 1], 6), index=range(2009, 2021))
    table = one_scale(series, "logit", 2024, 38)
    batch = SeriesBatch.from_series({"one": series})
    for name, members in choices.member_sets("logit").items():
        alone = project(batch, 4, scale="logit", members=members)
        chance = alone.probability_at_least(38)[0, 3]
        assert table.loc[(name, "learned"), "probability"] == pytest.approx(chance, abs=1e-9)


def test_apart_agrees_with_independently_drawn_paths():
    years = range(2008, 2021)
    rng = np.random.default_rng(5)
    top = pd.Series(100 * np.exp(np.cumsum(rng.normal(0.12, 0.04, 13))), index=years)
    bottom = pd.Series(2000 * np.exp(np.cumsum(rng.normal(0.08, 0.03, 13))), index=years)
    level = 100 * top.iloc[-1] / bottom.iloc[-1] * 1.15
    figures = [forecasts.FigureSet({}, top, bottom, (level, inf))]
    table = forecasts.forecast_rows(figures, ["logit"], 2025)
    found = table.set_index(["members", "spread"]).loc[("pool", "learned")]
    draws = [
        project(SeriesBatch.from_series({"x": part}), 5).paths(40_000, seed)[0, :, 4]
        for seed, part in enumerate((top, bottom))
    ]
    ratio = 100 * draws[0] / draws[1]
    assert found["probability"] == pytest.approx((ratio >= level).mean(), abs=0.012)
    assert found["median"] == pytest.approx(np.median(ratio), rel=0.005)
    assert set(table["scale"]) == {"log"}


def test_own_spreads_of_two_parts_add_as_variances():
    years = range(2008, 2021)
    rng = np.random.default_rng(7)
    top = pd.Series(100 * np.exp(np.cumsum(rng.normal(0.12, 0.06, 13))), index=years)
    bottom = pd.Series(2000 * np.exp(np.cumsum(rng.normal(0.08, 0.05, 13))), index=years)
    one, two = (baselines.drift(np.log(part.to_numpy())[None, :], 5) for part in (top, bottom))
    centre = one.centre[0, 4] - two.centre[0, 4]
    spread = np.sqrt(one.spread[0, 4] ** 2 + two.spread[0, 4] ** 2)
    line = centre + 0.7 * spread
    figures = [forecasts.FigureSet({}, top, bottom, (100 * np.exp(line), inf))]
    table = forecasts.forecast_rows(figures, ["logit"], 2025)
    found = table.set_index(["members", "spread"]).loc[("drift_log", "own")]
    assert found["probability"] == pytest.approx(1 - NormalDist().cdf(0.7), abs=1e-9)
    assert found["median"] == pytest.approx(100 * np.exp(centre))


def test_a_published_denominator_is_certain():
    years = range(2012, 2025)
    top = pd.Series(np.linspace(900, 2400, 13) + np.tile([0, 40], 7)[:13], index=years)
    bottom = pd.Series(np.linspace(12000, 38000, 14), index=range(2012, 2026))
    parts = [forecasts.FigureSet({}, top, bottom, (6.5, inf))]
    table = forecasts.forecast_rows(parts, ["logit"], 2025)
    table = table.set_index(["members", "spread"])
    single = one_scale(top, "log", 2025, 0.065 * bottom.loc[2025])
    for key in table.index:
        wanted = single.loc[key, "probability"]
        assert table.loc[key, "probability"] == pytest.approx(wanted, abs=1e-6), key


def test_series_outside_a_scale_are_left_off_it():
    above = pd.Series(np.linspace(80, 105, 8), index=range(2013, 2021))
    scales = ["logit", "log", "linear"]
    figures = [forecasts.FigureSet({}, above, limits=(50, inf))]
    found = forecasts.forecast_rows(figures, scales, 2022)
    assert set(found["scale"]) == {"log", "linear"}
    below = [forecasts.FigureSet({}, above - 90, limits=(50, inf))]
    assert set(forecasts.forecast_rows(below, scales, 2022)["scale"]) == {"linear"}


def test_a_series_at_the_end_of_its_scale_is_expected_to_stay_under_every_choice():
    gone = pd.Series([9.0, 3, 1, 0, 0, 0, 0, 0], index=range(2012, 2020))
    figures = [forecasts.FigureSet({}, gone, limits=(-inf, 0.0))]
    table = forecasts.forecast_rows(figures, ["count"], 2021)
    assert set(table["spread"]) == {"learned", "own"}
    assert (table["probability"] > 0.5).all()


@given(
    st.lists(st.floats(-3, 3), min_size=1, max_size=6),
    st.floats(0.05, 2),
    st.floats(-4, 4),
)
def test_half_of_a_mixture_lies_above_its_median(centres, spread, line):
    z, width = np.array([centres]), np.array([spread])
    median = mixtures.mixture_median(z, width)
    assert mixtures.chance_above(z, width, median)[0] == pytest.approx(0.5, abs=1e-6)
    low, high = (mixtures.chance_above(z, width, np.array([x]))[0] for x in (line, line + 0.1))
    assert low >= high


# Choices


def test_every_level_has_a_reason_and_every_member_is_one():
    reasons = [reason for levels in choices.CHOICES.values() for reason in levels.values()]
    assert min(map(len, reasons)) > 10
    assert set(choices.CHOICE_WORDS) == set(choices.CHOICES)
    assert set(MEMBERS) <= set(choices.CHOICES["members"])
    assert set(choices.member_sets("log")) == set(choices.CHOICES["members"])


def test_members_that_are_twins_on_the_linear_scale_count_once():
    linear = choices.member_sets("linear")
    assert "growth_log" in linear
    assert not {"drift_log", "theta_log", "damped_log", "log_scale"} & set(linear)
    assert choices.scales_of("logit") == ("logit", "log", "linear")
    assert choices.scales_of("log") == ("log", "linear")
    assert choices.scales_of("linear") == ("linear", "log")
    assert choices.scales_of("count", (-inf, 3.0)) == ("count", "linear")
    assert choices.scales_of("count", (-inf, 0.0)) == ("count",)
    assert choices.scales_of("share", (100.0, inf)) == ("share",)


# Effects


def test_one_choice_that_moves_p_alone_takes_it_all():
    table = planted(splice=["real_growth", "none"], first_year=["all", "2010", "2015"],
                    spread=["learned", "own"])  # fmt: skip
    table["probability"] = table["first_year"].map({"all": 0.2, "2010": 0.5, "2015": 0.9})
    found = choices.choice_effects(table)
    assert found.index[0] == "first_year"
    assert found.to_numpy() == pytest.approx([1, 0, 0, 0])


def test_figures_that_one_choice_alone_moves_are_found():
    """A flat count whose stand-in alone jumps: using the stand-in is all that matters."""
    figures = raw().observations
    own = figures["indicator"].eq("pct_applications") & figures["area"].eq("shenzhen")
    value = figures["value"].where(~own, 20000.0)
    value = value.mask(own & figures["use"].eq("stand_in"), 40000.0)
    bent = replace(raw(), observations=figures.assign(value=value))
    table = specifications.specification_curve(bent, "2025-05-21", PCT)
    found = choices.choice_effects(table)
    assert found.index[0] == "stand_ins"
    assert found["stand_ins"] > 0.6
    means = table.groupby("stand_ins")["probability"].mean()
    assert means["used"] > 0.8 > 0.3 > means["left_out"]


def test_additive_effects_split_and_a_crossed_one_is_interaction():
    table = planted(splice=["real_growth", "none"], spread=["learned", "own"])
    one, two = table["splice"].eq("none"), table["spread"].eq("own")
    added = choices.choice_effects(table.assign(probability=0.2 + 0.2 * one + 0.1 * two))
    assert added.to_dict() == pytest.approx({"splice": 0.8, "spread": 0.2, choices.REST: 0})
    crossed = choices.choice_effects(table.assign(probability=0.1 + 0.5 * (one ^ two)))
    assert crossed[choices.REST] == pytest.approx(1)


@given(st.lists(st.floats(0, 1), min_size=24, max_size=24), st.integers(0, 2**24 - 1))
def test_shares_add_up_to_one_also_where_the_design_is_not_balanced(chances, kept):
    table = planted(splice=["real_growth", "none"], first_year=["all", "2010", "2015"],
                    members=["pool", "drift"], spread=["learned", "own"])  # fmt: skip
    table["probability"] = chances
    keep = [True] + [bool(kept >> k & 1) for k in range(1, 24)]
    table = table[keep]
    found = choices.choice_effects(table)
    if table["probability"].to_numpy().var() < 1e-6:
        return
    assert found.sum() == pytest.approx(1, abs=1e-6)
    assert found.drop(choices.REST).between(-1e-6, 1 + 1e-6).all()


def test_shares_agree_with_statsmodels():
    from statsmodels.formula.api import ols

    table = curve(PCT, PLAN)
    found = choices.choice_effects(table)
    names = list(found.drop(choices.REST).index)
    chance = table["probability"].to_numpy(float)
    explained = choices._explained(chance, {name: table[name] for name in names})
    total = ((chance - chance.mean()) ** 2).sum()

    def rsquared(*used):
        model = ols("probability ~ " + " + ".join(f"C({name})" for name in used), table)
        return model.fit().rsquared

    assert 1 - found[choices.REST] == pytest.approx(rsquared(*names), abs=1e-9)
    for name in names:
        others = [other for other in names if other != name]
        for used in ([name], others):
            expected = rsquared(*used)
            assert explained[frozenset(used)] / total == pytest.approx(expected, abs=1e-9)


def test_a_probability_that_does_not_vary_has_no_shares():
    table = planted(splice=["real_growth", "none"]).assign(probability=0.7)
    assert choices.choice_effects(table).isna().all()


# Findings


@pytest.mark.parametrize(
    ("chances", "words"),
    [
        ([0.2, 0.8], "1 of 2 specifications (50 %) put P above 50 %; P runs from 20 % to 80 %, "
         "and the splice at breaks matters most (> 99 % of variance)"),
        ([0.6, 0.9], "All 2 specifications call the target more likely met than not; P runs from "
         "60 % to 90 %, and the splice at breaks matters most (> 99 % of variance)"),
        ([0.1, 0.4], "None of 2 specifications gives the target an even chance; P runs from 10 % "
         "to 40 %, and the splice at breaks matters most (> 99 % of variance)"),
        ([0.995, 0.999], "All 2 specifications call the target more likely met than not; P is "
         "> 99 % in all of them"),
    ],
)  # fmt: skip
def test_the_finding_says_side_range_and_choice(chances, words):
    table = planted(splice=["real_growth", "none"]).assign(probability=chances)
    assert choices.curve_finding(table, choices.choice_effects(table)) == words


def test_no_choice_turns_the_late_verdicts():
    chances = {target: curve(target, LATE)["probability"] for target in HEADLINE}
    assert chances[RD].min() > 0.9
    assert chances[SEI].min() > 0.5
    assert chances[PCT].max() < 0.5


def test_the_title_says_of_which_day_it_is():
    title = specifications.curve_title(read_raw(), curve(RD, LATE))
    assert title.endswith(f"as known on {LATE}")
