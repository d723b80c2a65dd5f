"""The level that a panel sets: what planted panels say, and that nothing later is looked at."""

import numpy as np
import pytest

from helpers.forecasting import panel
from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.calibration import shipped
from helpers.forecasting.panel import PanelLevel, panel_level, past_origins
from helpers.forecasting.projection import project


def batch_of(values, last=2024):
    names = tuple(f"s{i}" for i in range(len(values)))
    return SeriesBatch(names, values, np.full(len(values), last))


def walks(count=120, points=24, drift=0.03, noise=0.08, turning=0.0, seed=0):
    """Random walks in logs whose growth itself wanders by `turning` a year."""
    generator = np.random.default_rng(seed)
    pace = drift + np.cumsum(turning * generator.standard_normal((count, points)), axis=1)
    steps = pace + noise * generator.standard_normal((count, points))
    return batch_of(100 * np.exp(np.cumsum(steps, axis=1)))


def held(count=120, points=24, noise=0.08, seed=0):
    """Series that come back to their level every year."""
    generator = np.random.default_rng(seed)
    return batch_of(100 * np.exp(noise * generator.standard_normal((count, points))))


def test_a_panel_that_keeps_its_level_is_narrow_and_one_that_turns_is_wide():
    calm, turning = panel_level(held()), panel_level(walks(noise=0.03, turning=0.05))
    assert np.exp(calm.width) < 0.9
    assert np.exp(turning.width) > 1.3
    assert f"{np.exp(turning.width):.2g} times as wide as the reference" in turning.words()
    assert "120 series" in turning.words()


def test_a_panel_that_grows_steadily_has_its_growth_trusted():
    growing = panel_level(walks(drift=0.12, noise=0.02))
    mean = np.array([-1.0])
    ours, theirs = growing.on().weights(mean)[0, -1], shipped().weights(mean)[0, -1]
    assert ours > 1.1 * theirs


def test_the_level_makes_unseen_years_less_of_a_surprise():
    whole = walks(points=30, noise=0.03, turning=0.05, seed=4)
    known = batch_of(whole.values[:, :-6], 2018)
    came = whole.values[:, -6:]
    lower, upper = project(known, 6, calibration=panel_level(known).on()).interval(0.8)
    before = project(known, 6).interval(0.8)
    share, plain = (
        ((low <= came) & (came <= high)).mean() for low, high in ((lower, upper), before)
    )
    assert plain < 0.72 < share < 0.88


def test_past_origins_end_where_their_outcomes_are_out():
    batch = walks(count=20, points=24)
    origins = past_origins(batch)
    assert set(origins.batch.origin_years) == {2018, 2016, 2014, 2012, 2010, 2008, 2006}
    for row in (0, 25, 100):
        known = origins.batch.values[row]
        end = int(2024 - origins.batch.origin_years[row])
        whole = batch.values[origins.series[row]]
        np.testing.assert_array_equal(known[np.isfinite(known)], whole[: 24 - end])
        np.testing.assert_array_equal(origins.outcomes[row], whole[24 - end :][:6])


def test_gaps_short_and_still_series_give_no_past_of_their_own():
    values = walks(count=18, points=13).values
    values[0, :2] = np.nan  # five points six years ago
    values[1] = 7.0
    values[2, 6] = np.nan  # no figure six years before the end
    origins = past_origins(batch_of(values))
    assert set(origins.series) == set(range(3, 18))
    assert panel_level(batch_of(values)).series == 15
    fewer = panel_level(batch_of(values[:-1]))
    assert (fewer.width, fewer.doubt, fewer.trust) == (0, 0, 0)
    assert fewer.words().startswith("14 series with a past of 12 years or more are too few")


def test_no_level_leaves_the_constants_as_they_are():
    plain, shifted = shipped(), PanelLevel().on()
    np.testing.assert_array_equal(plain.spread, shifted.spread)
    np.testing.assert_array_equal(
        plain.weights(np.array([-1.0, 0.3])), shifted.weights(np.array([-1.0, 0.3]))
    )


@pytest.mark.parametrize("scale", ["log", "linear", "logit"])
def test_units_and_order_do_not_matter(scale):
    values = walks(count=40).values
    values = 100 * values / (values.max() * 1.3)
    plain = panel_level(batch_of(values), scale)
    turned = panel_level(batch_of(values[::-1]), scale)
    assert turned.width == pytest.approx(plain.width, abs=1e-3)
    if scale != "logit":
        scaled = panel_level(batch_of(values * 1000.0), scale)
        assert scaled.width == pytest.approx(plain.width, abs=1e-3)


def test_a_small_panel_is_held_near_the_reference():
    small, large = (panel_level(walks(n, noise=0.03, turning=0.05)) for n in (20, 120))
    assert abs(small.width) < abs(large.width) / 2


def test_a_large_panel_is_told_by_some_of_its_series(monkeypatch):
    monkeypatch.setattr(panel, "MOST_SERIES", 60)
    batch = walks(count=100)
    some = past_origins(batch)
    assert len(set(some.series)) == 60
    assert {0, 99} <= set(some.series)
    monkeypatch.setattr(panel, "MOST_PAST", 150)
    fewer = past_origins(batch)
    assert len(fewer.series) == len(fewer.outcomes) == 150
    assert set(fewer.batch.origin_years) == set(some.batch.origin_years)


@pytest.mark.filterwarnings("ignore:overflow")
def test_figures_at_the_end_of_what_a_double_holds_do_no_harm():
    values = walks(count=20).values
    values[0, -1], values[1, -3], values[2] = 1e300, 1e-300, 1e150 * values[2]
    level = panel_level(batch_of(values))
    assert np.isfinite([level.width, level.doubt, level.trust]).all()
    assert np.isfinite(project(batch_of(values), 3, calibration=level.on()).median[3:]).all()


def test_values_outside_the_scale_are_refused_by_name():
    values = walks(count=20).values
    values[5, 3] = -1
    with pytest.raises(ValueError, match="s5: -1 is outside the support"):
        panel_level(batch_of(values))
