"""The arithmetic of the rules: planted answers, independent re-computation, and invariances."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.targets.on_track.cases import PlanCases, plan_case
from helpers.targets.on_track.formulas import (
    FORMULAS,
    NO_PATH,
    ON_TRACK,
    READ,
    RULES,
    SAME,
    TOO_FEW,
    TOO_SLOW,
    WRONG_WAY,
    compound_growth,
)

CHANGES_SIGN = {rule.name for rule in RULES if rule.changes_sign}


def case(figures: dict[int, float], level=200.0, **plan):
    frame = pd.DataFrame({"year": list(figures), "value": list(figures.values())})
    return plan_case(frame, **{"base_year": 2015, "level": level, "target_year": 2025, **plan})


def on_path(share: float, *, compound: bool, level=200.0) -> PlanCases:
    """Six figures that move at a share of the pace needed from 100 in 2015."""
    if compound:
        rate = (level / 100) ** (1 / 10) - 1
        figures = {2015 + k: 100 * (1 + share * rate) ** k for k in range(6)}
    else:
        figures = {2015 + k: 100 + share * (level - 100) / 10 * k for k in range(6)}
    return case(figures, level=level)


def answer(rule: str, plan: PlanCases) -> tuple[float, str, int]:
    verdicts = FORMULAS[rule](plan)
    words = next(r.states for r in RULES if r.name == rule)
    state = int(verdicts.state[0])
    return float(verdicts.value[0]), words[state] if state >= 0 else "", int(verdicts.level[0])


@pytest.mark.parametrize("rule", ["eurostat", "open_sdg"])
@pytest.mark.parametrize(
    ("share", "rank"), [(1.2, 0), (0.95, 0), (0.94, 1), (0.6, 1), (0.59, 2), (0.0, 2), (-0.1, 3)]
)
def test_compound_ratios_fall_into_the_owner_s_classes(rule, share, rank):
    value, state, _ = answer(rule, on_path(share, compound=True))
    assert value == pytest.approx(share, abs=1e-9)
    words = next(r.states for r in RULES if r.name == rule)
    assert state == words[rank + (rule == "open_sdg")]


@pytest.mark.parametrize(
    ("share", "state", "level"),
    [
        (1.0, "on track or maintaining achievement", ON_TRACK),
        (0.99, "moderately improving", TOO_SLOW),
        (0.5, "moderately improving", TOO_SLOW),
        (0.49, "stagnating", TOO_SLOW),
        (-0.01, "decreasing", WRONG_WAY),
    ],
)
def test_linear_rates_of_the_sdg_index(share, state, level):
    assert answer("sdsn", on_path(share, compound=False)) == (pytest.approx(share), state, level)


@pytest.mark.parametrize(
    ("share", "state", "level"),
    [
        (2.0, "met", ON_TRACK),
        (1.2, "ahead of schedule", ON_TRACK),
        (1.0, "on schedule", ON_TRACK),
        (0.9, "behind schedule", TOO_SLOW),
        (-0.1, "behind schedule", WRONG_WAY),
    ],
)
def test_half_the_time_half_the_task(share, state, level):
    value, words, reading = answer("half_time", on_path(share, compound=False))
    assert value == pytest.approx(share / 2)
    assert (words, reading) == (state, level)


@pytest.mark.parametrize(
    ("share", "state", "level"),
    [
        (0.9, "maintain progress to achieve target", ON_TRACK),
        (0.89, "accelerate progress to achieve target", TOO_SLOW),
        (0.0, "accelerate progress to achieve target", TOO_SLOW),
        (-0.01, "reverse trend to achieve target", WRONG_WAY),
    ],
)
def test_the_regional_commissions_grade_the_gap_that_is_left(share, state, level):
    value, words, reading = answer("escap", on_path(share, compound=False))
    assert value == pytest.approx(1 - share)
    assert (words, reading) == (state, level)


@pytest.mark.parametrize(
    ("share", "state", "level"),
    [
        (1.0, "sun", ON_TRACK),
        (0.96, "sun", ON_TRACK),
        (0.85, "sun and cloud", ON_TRACK),
        (0.79, "cloud", TOO_SLOW),
        (0.01, "cloud", TOO_SLOW),
        (0.0, "thunderstorm", WRONG_WAY),
        (-0.5, "thunderstorm", WRONG_WAY),
    ],
)
def test_weather_symbols_grade_the_miss_over_the_gap_of_today(share, state, level):
    # The pace is a share of what leads from the latest figure to the target.
    pace = share * 20.0
    figures = {2015 + k: 100 - pace * (5 - k) for k in range(6)}
    value, words, reading = answer("destatis", case(figures))
    assert value == pytest.approx(1 - share)
    assert (words, reading) == (state, level)


def test_a_met_target_that_is_about_to_be_lost_is_a_thunderstorm_only_to_the_weather():
    falling = case({2015 + k: 260.0 - 10 * k for k in range(6)})
    assert answer("destatis", falling)[1] == "thunderstorm"
    assert answer("open_sdg", falling)[1] == "target achieved"
    assert answer("sdsn", falling)[1] == "on track or maintaining achievement"


def test_the_progress_chart_carries_compound_growth_on():
    value, state, _ = answer("unsd", case({2015: 100.0, 2020: 150.0}))
    assert value == pytest.approx(1.25)
    assert state == "on track or target met"
    assert (
        answer("unsd", on_path(0.2, compound=True))[1] == "fair progress, but acceleration needed"
    )
    assert answer("unsd", on_path(0.05, compound=True))[1] == "stagnation or regression"


def test_only_the_last_six_figures_make_the_weather():
    early = {2000 + k: 900.0 - 50 * k for k in range(15)}
    late = {2015 + k: 100.0 + 10 * k for k in range(6)}
    expected = answer("destatis", case(late))[0]
    assert answer("destatis", case(early | late))[0] == pytest.approx(expected)
    assert expected == pytest.approx(0.0)


def test_the_weighted_line_against_numpy():
    rng = np.random.default_rng(3)
    years = np.array([1996, 2000, 2001, 2004, 2009, 2015, 2017, 2020])
    values = rng.uniform(50, 150, len(years))
    used = years >= 2000
    # numpy squares its weights.
    line = np.polyfit(years[used], values[used], 1, w=(2025.0 - years[used]) ** -0.5)
    expected = (200 - np.polyval(line, 2025)) / abs(200 - values[5])
    plan = case(dict(zip(years.tolist(), values.tolist(), strict=True)))
    assert answer("escap", plan)[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("latest", "value", "state", "level"),
    [
        (200.0, 1.0, "target met or exceeded", ON_TRACK),
        (190.0, 0.9, "improving", TOO_SLOW),
        (110.0, 0.1, "improving", TOO_SLOW),
        (109.0, 0.09, "little or no detectable change", TOO_SLOW),
        (91.0, -0.09, "little or no detectable change", TOO_SLOW),
        (90.0, -0.1, "getting worse", WRONG_WAY),
    ],
)
def test_healthy_people_asks_for_a_tenth(latest, value, state, level):
    plan = case({2015: 100.0, 2020: latest})
    assert answer("healthy_people", plan) == (pytest.approx(value), state, level)


def test_healthy_people_where_less_is_good_and_where_the_base_is_past_the_target():
    falling = case({2015: 100.0, 2020: 84.0}, level=60.0, direction=-1)
    assert answer("healthy_people", falling) == (pytest.approx(0.4), "improving", TOO_SLOW)
    lost = case({2015: 4.93, 2020: 4.70}, level=4.8)
    assert answer("healthy_people", lost)[1] == "little or no detectable change"
    kept = case({2015: 4.93, 2020: 5.81}, level=4.8)
    assert answer("healthy_people", kept)[1] == "target met or exceeded"


@pytest.mark.parametrize(
    ("slope", "noise", "state", "level"),
    [
        (10.0, 0.5, "improvement, on track", ON_TRACK),
        (5.0, 0.5, "improvement, not on track", TOO_SLOW),
        (0.1, 5.0, "no change", TOO_SLOW),
        (-5.0, 0.5, "worsening", WRONG_WAY),
    ],
)
def test_closing_the_gap_tests_a_line(slope, noise, state, level):
    years = np.arange(2015, 2022)
    values = 100 + slope * (years - 2015) + noise * np.array([0, 1, -1, 1, -1, 1, 0.5])
    plan = case(dict(zip(years.tolist(), values.tolist(), strict=True)))
    value, words, reading = answer("closing_gap", plan)
    assert (words, reading) == (state, level)
    end = np.polyval(np.polyfit(years - 2015.0, values, 1), 10)
    assert value == pytest.approx((end - values[0]) / (200 - values[0]))


def test_the_test_of_closing_the_gap_against_statsmodels():
    import statsmodels.api as sm

    generator = np.random.default_rng(5)
    years = np.arange(2015, 2022)
    for _ in range(30):
        values = 100 + generator.normal(0, 2) * (years - 2015) + generator.normal(0, 5, 7)
        fit = sm.OLS(values, sm.add_constant(years - 2015.0)).fit()
        _, p, _ = fit.compare_lr_test(sm.OLS(values, np.ones(7)).fit())
        plan = case(dict(zip(years.tolist(), values.tolist(), strict=True)))
        assert (answer("closing_gap", plan)[1] == "no change") == (p > 0.05)


def test_closing_the_gap_needs_three_figures_and_sees_an_exact_line():
    assert FORMULAS["closing_gap"](case({2015: 100.0, 2020: 120.0})).refused == TOO_FEW
    exact = case({2015: 100.0, 2016: 111.0, 2017: 122.0})
    assert answer("closing_gap", exact)[1] == "improvement, on track"
    assert answer("closing_gap", case(dict.fromkeys(range(2015, 2020), 90.0)))[1] == "no change"


@pytest.mark.parametrize(
    ("latest", "value", "state", "level"),
    [
        (130.0, 1.0, "on the path", ON_TRACK),
        (117.0, 0.9, "behind the path", TOO_SLOW),
        (91.0, 0.7, "moving away", WRONG_WAY),
    ],
)
def test_a_path_is_asked_year_by_year(latest, value, state, level):
    # 120 in 2018 and 140 in 2020: 130 in 2019, where a straight line to 200 asks for 140.
    plan = case({2015: 100.0, 2019: latest}, milestones=[(2018, 120.0), (2020, 140.0)])
    assert answer("digital_decade", plan) == (pytest.approx(value), state, level)


def test_a_path_may_fall_and_is_not_made_up():
    falls = case({2015: 100.0, 2020: 75.0}, level=50.0, direction=-1, milestones=[(2020, 80.0)])
    assert answer("digital_decade", falls)[:2] == (pytest.approx(80 / 75), "on the path")
    assert FORMULAS["digital_decade"](case({2015: 100.0, 2020: 150.0})).refused == NO_PATH
    after = case({2015: 100.0, 2020: 150.0}, milestones=[(2015, 1.0), (2025, 9.0), (2030, 9.0)])
    assert FORMULAS["digital_decade"](after).refused == NO_PATH


def test_special_cases_of_the_open_sdg_program():
    # One figure that meets the target is achieved without a ratio.
    value, state, _ = answer("open_sdg", case({2015: 300.0}))
    assert (np.isnan(value), state) == (True, "target achieved")
    # A missing base moves on; a zero base or target counts as .001; below zero the sign turns.
    assert answer("open_sdg", case({2016: 100.0, 2020: 120.0}))[0] == pytest.approx(
        (1.2 ** (1 / 4) - 1) / (2 ** (1 / 9) - 1)
    )
    zero = answer("open_sdg", case({2015: 0.0, 2020: 50.0}))[0]
    assert zero == pytest.approx((50000 ** (1 / 5) - 1) / (200000 ** (1 / 10) - 1))
    to_zero = case({2015: 100.0, 2020: 10.0}, level=0.0, direction=-1)
    assert answer("open_sdg", to_zero)[0] == pytest.approx(
        (1 - 0.1**0.2) / (1 - 0.00001**0.1), rel=1e-9
    )
    below = case({2015: -100.0, 2020: -80.0}, level=-50.0)
    assert answer("open_sdg", below)[0] == pytest.approx((1 - 0.8**0.2) / (1 - 0.5**0.1))


def program(base, current, target, years, plan, direction):
    """The quantitative method of the program, read and written again for one series."""
    if direction * (current - target) >= 0:
        return "target achieved"
    ratio = direction * ((current / base) ** (1 / years) - 1)
    ratio /= abs((target / base) ** (1 / plan) - 1)
    classes = ((0.95, "substantial progress"), (0.6, "moderate progress"), (0, "limited progress"))
    return next((word for bar, word in classes if ratio >= bar), "deterioration")


POSITIVE = st.floats(1, 1000).map(lambda x: round(x, 3))


@given(base=POSITIVE, now=POSITIVE, level=POSITIVE, up=st.booleans(), left=st.integers(0, 9))
def test_open_sdg_like_its_program(base, now, level, up, left):
    assume(base != level)
    direction = 1 if up else -1
    plan = case({2015: base, 2020: now}, level=level, target_year=2020 + left, direction=direction)
    assert answer("open_sdg", plan)[1] == program(base, now, level, 5, 5 + left, direction)


@st.composite
def plans(draw, *, size=None):
    """Up to a dozen plans with histories of eight years, some figures missing."""
    n = size or draw(st.integers(1, 12))
    values = np.array(
        draw(st.lists(st.lists(POSITIVE, min_size=8, max_size=8), min_size=n, max_size=n))
    )
    gaps = np.array(
        draw(st.lists(st.lists(st.integers(0, 5), min_size=8, max_size=8), min_size=n, max_size=n))
    )
    gaps[:, -1] = 1
    whole = st.lists(st.integers(2012, 2020), min_size=n, max_size=n)
    base_year = np.array(draw(whole))
    return PlanCases(
        values=np.where(gaps == 0, np.nan, values),
        latest_year=np.full(n, 2020),
        base_year=base_year,
        level=np.array(draw(st.lists(POSITIVE, min_size=n, max_size=n))),
        target_year=np.maximum(base_year + 1, 2020 + np.array(draw(whole)) - 2013),
        direction=np.array(draw(st.lists(st.sampled_from([-1, 1]), min_size=n, max_size=n))),
        broken=np.zeros((n, 8), dtype=bool),
    )


@pytest.mark.parametrize("rule", FORMULAS)
@given(cases=plans(), factor=st.sampled_from([0.01, 0.125, 3.0, 7.7, 1000.0]))
def test_a_change_of_unit_changes_no_state(rule, cases, factor):
    verdicts = FORMULAS[rule](cases)
    scaled = FORMULAS[rule](
        replace(cases, values=cases.values * factor, level=cases.level * factor)
    )
    assert np.array_equal(verdicts.state, scaled.state)
    assert np.array_equal(verdicts.refused, scaled.refused)


STRAIGHT = ["escap", "sdsn", "destatis", "half_time", "healthy_people", "closing_gap"]


@pytest.mark.parametrize("rule", STRAIGHT)
@given(cases=plans())
def test_straight_rules_do_not_care_which_way_is_up(rule, cases):
    mirrored = replace(cases, values=-cases.values, level=-cases.level, direction=-cases.direction)
    assert np.array_equal(FORMULAS[rule](cases).state, FORMULAS[rule](mirrored).state)


# A latest figure that leaps ahead of a steady line makes the line less sure: a test may then see no
# change where it saw one before.
@pytest.mark.parametrize("rule", [rule for rule in FORMULAS if rule != "closing_gap"])
@given(cases=plans(), step=st.floats(0.01, 500))
def test_a_better_latest_figure_never_worsens_a_sound_reading(rule, cases, step):
    values = cases.values.copy()
    values[:, -1] = np.maximum(values[:, -1] + cases.direction * step, 0.001)
    before, after = FORMULAS[rule](cases), FORMULAS[rule](replace(cases, values=values))
    read = (before.refused == READ) & (after.refused == READ)
    # In the year of the base a better figure is a better base too.
    read &= cases.latest_year > cases.base_year
    if rule in CHANGES_SIGN:
        read &= ~cases.base_past
    assert (after.state[read] <= before.state[read]).all()
    assert (after.level[read] <= before.level[read]).all()


@pytest.mark.parametrize("rule", FORMULAS)
@given(cases=plans())
def test_many_plans_at_once_answer_like_one_by_one(rule, cases):
    together = FORMULAS[rule](cases)
    for row in range(len(cases.level)):
        alone = FORMULAS[rule](cases.select(np.arange(len(cases.level)) == row))
        for name in ("state", "level", "refused", "bar"):
            assert getattr(alone, name)[0] == getattr(together, name)[row]
        assert alone.value[0] == pytest.approx(together.value[row], nan_ok=True, rel=1e-9)


@pytest.mark.parametrize("rule", FORMULAS)
@given(cases=plans())
def test_what_is_refused_has_no_state_and_what_is_read_has_one(rule, cases):
    verdicts = FORMULAS[rule](cases)
    read = verdicts.refused == READ
    assert (verdicts.state[read] >= 0).all()
    assert (verdicts.level[read] >= 0).all()
    assert (verdicts.state[~read] == -1).all()
    assert (verdicts.level[~read] == -1).all()
    # Only a figure on or beyond the target is judged without a ratio.
    met = cases.direction * (cases.latest - cases.level) >= 0
    assert (np.isfinite(verdicts.value) | ~read | met).all()


@given(cases=plans())
def test_half_the_time_and_the_sdg_index_call_the_same_plans_on_track(cases):
    slogan, index = FORMULAS["half_time"](cases), FORMULAS["sdsn"](cases)
    both = (slogan.refused == READ) & (index.refused == READ) & ~cases.base_past
    far = np.abs(index.value - 1) > 1e-6
    same = (slogan.level == ON_TRACK) == (index.level == ON_TRACK)
    assert same[both & far].all()


def test_a_batch_of_refusals_keeps_each_reason():
    parts = [case({2015: 100.0, 2020: 120.0}), case({2015: 200.0, 2020: 120.0})]
    names = PlanCases.__dataclass_fields__
    joined = PlanCases(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
    assert FORMULAS["unsd"](joined).refused.tolist() == [READ, SAME]


def test_compound_growth_needs_years_and_one_sign():
    first, last = np.array([100.0, 100.0, -1.0]), np.array([121.0, 121.0, 1.0])
    growth = compound_growth(first, last, np.array([2, 0, 2]))
    assert growth[0] == pytest.approx(0.1)
    assert np.isnan(growth[1:]).all()


def test_inputs_are_never_changed_in_place():
    plan = on_path(0.7, compound=False)
    values, level = plan.values.copy(), plan.level.copy()
    for rule in FORMULAS.values():
        rule(plan)
    assert np.array_equal(plan.values, values, equal_nan=True)
    assert np.array_equal(plan.level, level)
