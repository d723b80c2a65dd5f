"""Probabilities of what several years do together, held against drawn paths and closed forms."""

from math import isnan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.forecasting import projection
from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.projection import probability_of_sum, project
from helpers.targets import states as targets
from helpers.targets.assessment import chances
from support.targets import make_series, make_target

GROWING = [10, 11.5, 12, 14, 15, 17.5, 18, 21]
SHARE = [30, 31, 33.0, 32, 35, 36, 38, 37]
RATE = [7, 6.5, 6, 6.8, 3, 6.7, 3.3, 6.0]
FALLING = [30, 27, 29, 24, 23, 21, 22, 19]
SCALES = ["log", "logit", "linear", "log"]
DRAWN = 400_000
METHOD_ERROR = 0.0005
"""Of the nodes, over five years (see `helpers.forecasting.projection.NODES`)."""


@pytest.fixture(scope="module")
def projected():
    values = np.array([GROWING, SHARE, RATE, FALLING], dtype=float)
    batch = SeriesBatch(("growing", "share", "rate", "falling"), values, np.full(4, 2020))
    return project(batch, 6, scale=SCALES)


@pytest.fixture(scope="module")
def paths(projected):
    return projected.paths(DRAWN, seed=11)


def drawn(paths, row, steps, weights, total):
    return float((paths[row][:, steps] @ np.array(weights, dtype=float) >= total).mean())


def allowed(p):
    """Four standard errors of the drawn share, and the error of the nodes."""
    return 4 * sqrt(max(p * (1 - p), 1e-6) / DRAWN) + METHOD_ERROR


@pytest.mark.parametrize(
    ("row", "steps", "weights", "total"),
    [
        (0, [4], [1], 27),
        (0, [0, 1, 2, 3, 4], [1] * 5, 130),
        (1, [2, 3, 4], [1] * 3, 118),
        (2, [0, 1], [1, 1], 12),
        (2, [0, 1, 2, 3, 4], [1] * 5, 30),
        (0, [0, 5], [-(1.07**5), 1], 0),
        (3, [0, 5], [-0.8, 1], 0),
        (1, [1, 5], [-1.1, 1], 0),
        (0, [0, 3, 5], [0.5, 2, 1], 90),
    ],
)
def test_the_integral_is_the_share_of_drawn_paths(projected, paths, row, steps, weights, total):
    exact = probability_of_sum(projected, row, steps, weights, total)
    assert 0.05 < exact < 0.95
    share = drawn(paths, row, steps, weights, total)
    assert exact == pytest.approx(share, abs=allowed(share))


def test_the_third_decimal_stands_with_four_times_the_nodes(projected, monkeypatch):
    cases = [(2, [0, 1, 2, 3, 4], [1] * 5, 30), (0, [0, 3, 5], [0.5, 2, 1], 90)]
    few = [probability_of_sum(projected, *case) for case in cases]
    monkeypatch.setattr(projection, "NODES", 4 * projection.NODES)
    many = [probability_of_sum(projected, *case) for case in cases]
    assert few == pytest.approx(many, abs=METHOD_ERROR)


def test_one_year_before_the_last_is_integrated_to_rounding(projected, monkeypatch):
    cases = [(0, [0, 5], [-(1.07**5), 1], 0), (1, [1, 5], [-1.1, 1], 0), (3, [0, 5], [-0.8, 1], 0)]
    found = [probability_of_sum(projected, *case) for case in cases]
    monkeypatch.setattr(projection, "GRID", np.linspace(-9, 9, 40_001))
    projection._walk.cache_clear()
    assert found == pytest.approx(
        [probability_of_sum(projected, *case) for case in cases], abs=1e-9
    )
    projection._walk.cache_clear()


def test_one_year_is_the_margin_to_the_last_bit(projected):
    for row, level in enumerate([27, 40, 5.5, 18]):
        margin = projected.probability_at_least(level)[row]
        for step in range(6):
            assert probability_of_sum(projected, row, [step], [1.0], level) == margin[step]


def test_an_earlier_year_that_does_not_count_leaves_the_margin(projected):
    for row, level in enumerate([27, 40, 5.5, 18]):
        margin = projected.probability_at_least(level)[row, 4]
        joint = probability_of_sum(projected, row, [1, 4], [0.0, 1.0], level)
        assert joint == pytest.approx(margin, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.floats(-50, 400), st.floats(0, 60))
def test_a_higher_total_is_never_likelier(projected, total, more):
    steps, weights = [0, 2, 4], [1.0, 1.0, 1.0]
    low, high = (probability_of_sum(projected, 0, steps, weights, t) for t in (total, total + more))
    assert 0 <= high <= low <= 1


def test_what_else_is_projected_does_not_matter(projected):
    alone = project(SeriesBatch(("x",), np.array([RATE], dtype=float), np.array([2020])), 6,
                    scale="linear")  # fmt: skip
    case = ([0, 1, 2, 3, 4], [1] * 5, 30)
    together = probability_of_sum(projected, 2, *case)
    assert probability_of_sum(alone, 0, *case) == pytest.approx(together, abs=1e-12)


@pytest.mark.parametrize(
    ("steps", "weights", "message"),
    [
        ([2, 1], [1, 1], r"steps \[2, 1\] do not rise within 6 years"),
        ([0, 6], [1, 1], "do not rise within 6 years"),
        ([-1, 2], [1, 1], "do not rise"),
        ([0, 2], [1, -1], "last year's weight must be positive; got -1"),
    ],
)
def test_refusals(projected, steps, weights, message):
    with pytest.raises(ValueError, match=message):
        probability_of_sum(projected, 0, steps, weights, 1.0)


def test_nodes_fill_the_cube_evenly():
    points = projection.nodes(4096, 3)
    assert ((points > 0) & (points < 1)).all()
    corner = (points < [0.5, 0.25, 0.5]).all(axis=1).mean()
    assert corner == pytest.approx(0.0625, abs=0.002)


# Every operator, by hand on the drawn paths: what a plan's words mean, said a second time


def plan(operator, value, **more):
    more = {"target_year": 2025, "base_year": 2018, "unit": "own", "decimals": 1} | more
    return make_target(operator=operator, value=value, **more)


def known(row):
    values = [GROWING, SHARE, RATE, FALLING][row]
    return make_series(dict(zip(range(2013, 2021), map(float, values), strict=True)))


def average(paths, row):
    """Mean of 2019-2025: two known years, five drawn."""
    out = [GROWING, SHARE, RATE, FALLING][row][-2:]
    return (sum(out) + paths[row][:, :5].sum(axis=1)) / 7


BY_HAND = [
    (plan("ge", 25.0), 0, lambda p: p[0][:, 4] >= 25),
    (plan("gt", 25.0), 0, lambda p: p[0][:, 4] > 25),
    (plan("le", 17.0), 3, lambda p: p[3][:, 4] <= 17),
    (plan("lt", 17.0), 3, lambda p: p[3][:, 4] < 17),
    (plan("between", 36.0, value_high=41.0), 1, lambda p: abs(p[1][:, 4] - 38.5) <= 2.5),
    (plan("approx", 5.0, decimals=0), 2, lambda p: p[2][:, 4] >= 4.5),
    (plan("avg_ge", 5.2), 2, lambda p: average(p, 2) >= 5.2),
    (plan("avg_le", 5.2), 2, lambda p: average(p, 2) <= 5.2),
    (plan("avg_between", 4.5, value_high=5.5), 2, lambda p: abs(average(p, 2) - 5) <= 0.5),
    (plan("avg_approx", 22.0), 0, lambda p: average(p, 0) >= 21.95),
    (plan("growth_ge", 5.0), 0, lambda p: (p[0][:, 4] / 17.5) ** (1 / 7) >= 1.05),
    (plan("growth_gt", 5.0), 0, lambda p: (p[0][:, 4] / 17.5) ** (1 / 7) > 1.05),
    (plan("growth_le", -3.0), 3, lambda p: (p[3][:, 4] / 21) ** (1 / 7) <= 0.97),
    (plan("growth_between", 4.0, value_high=7.0), 0,
     lambda p: abs((p[0][:, 4] / 17.5) ** (1 / 7) - 1.055) <= 0.015),
    (plan("growth_ge", 5.0, base_year=2022), 0, lambda p: p[0][:, 4] / p[0][:, 1] >= 1.05**3),
    (plan("growth_lt", -2.0, base_year=2021), 3, lambda p: p[3][:, 4] / p[3][:, 0] < 0.98**4),
    (plan("growth_between", 2.0, value_high=6.0, base_year=2021), 0,
     lambda p: abs((p[0][:, 4] / p[0][:, 0]) ** 0.25 - 1.04) <= 0.02),
    (plan("ge", 150.0, unit="pct_of_2019", base_year=2019), 0, lambda p: p[0][:, 4] >= 27),
    (plan("le", 80.0, unit="pct_of_2020", base_year=2020), 3, lambda p: p[3][:, 4] <= 0.8 * 19),
    (plan("le", 90.0, unit="pct_of_2022", base_year=2022), 3,
     lambda p: p[3][:, 4] <= 0.9 * p[3][:, 1]),
    (plan("avg_ge", 40.0, base_year=2021), 1, lambda p: p[1][:, 1:5].mean(axis=1) >= 40),
]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "row", "met"), BY_HAND, ids=[f"{t.operator} {t.unit}" for t, _, _ in BY_HAND]
)
def test_every_operator_agrees_with_simulation(projected, paths, target, row, met):
    chance = chances(projected, [row], [targets.demand_of(target, known(row))])[0]
    share = float(met(paths).mean())
    assert 0.03 < share < 0.99
    assert chance == pytest.approx(share, abs=allowed(share))


def test_every_operator_was_tried():
    tried = {target.operator for target, _, _ in BY_HAND}
    assert {"le", "lt", "between", "approx", "avg_ge", "growth_ge", "growth_gt"} <= tried


def test_floor_and_ceiling_of_one_number_are_certain_together(projected):
    for row, value in enumerate([25.0, 38.0, 5.0, 17.0]):
        up, down = (
            chances(projected, [row], [targets.demand_of(plan(word, value), known(row))])[0]
            for word in ("ge", "le")
        )
        assert up + down == pytest.approx(1.0, abs=1e-12)


def test_many_demands_are_answered_as_one_by_one(projected):
    demands = [targets.demand_of(target, known(row)) for target, row, _ in BY_HAND]
    rows = [row for _, row, _ in BY_HAND]
    together = chances(projected, rows, demands)
    alone = [chances(projected, [r], [d])[0] for r, d in zip(rows, demands, strict=True)]
    np.testing.assert_array_equal(together, alone)


def test_a_year_passed_over_in_print_leaves_no_probability(projected):
    gapped = known(2)[lambda rows: rows["year"].ne(2019)]
    demand = targets.demand_of(plan("avg_ge", 5.0), gapped)
    assert "2019" in demand.missing
    assert isnan(chances(projected, [2], [demand])[0])


def test_a_year_beyond_the_projection_has_no_probability(projected):
    demand = targets.demand_of(plan("ge", 25.0, target_year=2030), known(0))
    assert isnan(chances(projected, [0], [demand])[0])
    assert len(chances(projected, [], [])) == 0
