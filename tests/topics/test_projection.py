"""The projection of one indicator, laid out for reading."""

from dataclasses import replace
from math import nan

import numpy as np
import pytest

from helpers.problems import InputError
from helpers.targets.assessment import assess
from helpers.topics import projection as outlook
from helpers.topics.parameters import Parameters


def look(raw, **changes):
    values = {
        "as_of": "2026-05-24",
        "indicator": "pct_applications",
        "target_id": "pct_applications_2025",
    }
    return outlook.look_ahead(raw, Parameters(**(values | changes)))


def test_it_runs_to_the_target_year_and_three_years_at_least(raw):
    assert look(raw).horizon == 3
    assert look(raw, as_of="2020-07-04").horizon == 6
    assert look(raw, horizon=11).horizon == 11


@pytest.mark.parametrize(
    ("operator", "value", "high"),
    [("le", 18_000.0, nan), ("between", 15_000.0, 18_000.0), ("growth_le", -3.0, nan),
     ("avg_le", 16_600.0, nan)],
)  # fmt: skip
def test_the_chance_is_that_of_the_operator_and_of_the_verdict(raw, operator, value, high):
    unit = "pct_per_year" if "growth" in operator else "count"
    base = nan if operator in ("le", "between") else 2020
    rows = raw.targets[raw.targets["target_id"].eq("pct_applications_2025")]
    rows = rows.assign(operator=operator, unit=unit, base_year=base, value=value, value_high=high)
    plan = replace(raw, targets=rows)
    chance = assess(plan, "2026-05-24")["probability"].iloc[0]
    ahead = look(plan)
    assert 0.02 < chance < 0.98
    assert ahead.intervals["year"].iloc[0] == ahead.decisive_year == 2025
    assert ahead.yearly_chances[0] == pytest.approx(chance, abs=1e-6)
    assert ahead.chance(ahead.projected) == pytest.approx(chance, abs=1e-6)


def test_intervals_nest_and_carry_their_years(raw):
    table = look(raw).intervals
    assert list(table["year"]) == [2025, 2026, 2027]
    order = ["lower95", "lower80", "lower50", "median", "upper50", "upper80", "upper95"]
    assert (np.diff(table[order].to_numpy(), axis=1) > 0).all()


def test_the_chance_of_the_line_is_told_year_by_year(raw):
    ahead = look(raw)
    assert ahead.level == 25000
    below = ahead.intervals["median"].lt(25000)
    assert (ahead.yearly_chances[below] < 0.5).all()
    assert (np.diff(ahead.yearly_chances) >= 0).all()  # a widening fan below the line


def test_without_a_target_there_is_no_line(raw):
    ahead = look(raw, target_id="", indicator="gdp")
    assert ahead.target is None
    assert np.isnan(ahead.yearly_chances).all()
    assert np.isnan(ahead.chance(ahead.projected))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"target_id": "pct_applications_2026"}, "not in targets.csv"),
        ({"indicator": "rd_intensity"}, "is about pct_applications in shenzhen"),
        ({"area": "atlantis", "target_id": ""}, "'atlantis' is not in areas.csv"),
        ({"indicator": "happiness", "target_id": ""}, "'happiness' is not in indicators.csv"),
        (
            {"as_of": "1999-01-01"},
            "pct_applications in shenzhen: No figure of this series",
        ),
    ],
)
def test_what_cannot_be_looked_at_is_refused_by_name(raw, changes, words):
    with pytest.raises(InputError, match=words):
        look(raw, **changes)


def test_too_few_points_are_refused_by_name(raw):
    with pytest.raises(InputError, match="rd_intensity in shenzhen: too few figures"):
        look(raw, as_of="2020-07-04", indicator="rd_intensity", target_id="rd_intensity_2025")
