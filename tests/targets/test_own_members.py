"""Members of one's own in verdicts and specification curves."""

import numpy as np
import pandas as pd
import pytest

from helpers import charts
from helpers.forecasting import MEMBERS, MemberWarning, OwnMember
from helpers.targets import assess, choices_with, curve_table, draw_curves
from helpers.targets.specification_curve.choices import CHOICES, GIVEN
from support.own_members import straight

RD, SEI, PCT = "rd_intensity_2025", "sei_share_2025", "pct_applications_2025"
DAY = "2023-06-30"
MINE = OwnMember("straight", straight)
POOL = [*MEMBERS, MINE]


def fails(history, horizon):
    raise ArithmeticError("no")


@pytest.fixture(scope="module")
def curve(raw):
    return draw_curves(raw, [DAY], [SEI], POOL)[0]


def test_a_verdict_moves_with_the_pool_and_says_so_in_words(raw):
    ids = [RD, SEI, PCT]
    ours, moved, alone = (
        assess(raw, DAY, target_ids=ids, members=members).set_index("target_id")
        for members in (None, POOL, [MINE])
    )
    assert (ours["state"] == moved["state"]).all()
    assert (ours["median"] != moved["median"]).all()
    between = moved["median"].between(
        np.minimum(ours["median"], alone["median"]) - 1e-9,
        np.maximum(ours["median"], alone["median"]) + 1e-9,
    )
    assert between.all()
    assert ours.loc[SEI, "reason"] != alone.loc[SEI, "reason"]


def test_a_member_that_fails_leaves_the_verdict_as_it_is(raw):
    with pytest.warns(MemberWarning, match=f"left out of {DAY}/rd_intensity/shenzhen"):
        table = assess(raw, DAY, target_ids=[RD], members=[*MEMBERS, OwnMember("bad", fails)])
    expected = assess(raw, DAY, target_ids=[RD])
    pd.testing.assert_frame_equal(table, expected, rtol=1e-9)


def test_without_any_path_there_is_no_probability_and_the_others_have_theirs(raw):
    def picky(history, horizon):
        return fails(history, horizon) if "rd_" in history.name else straight(history, horizon)

    with pytest.warns(MemberWarning):
        table = assess(raw, DAY, target_ids=[RD, PCT], members=[OwnMember("picky", picky)])
    rd, pct = (table.set_index("target_id").loc[name] for name in (RD, PCT))
    assert rd["state"] == pct["state"] == "open"
    assert np.isnan(rd["probability"]) and np.isnan(rd["median"])
    assert "nan" not in rd["reason"]
    assert 0 <= pct["probability"] <= 1


def test_the_curve_gains_the_pool_with_it_and_the_member_alone(raw, curve):
    plain = draw_curves(raw, [DAY], [SEI])[0]
    house = curve[~curve["members"].isin([GIVEN, "straight"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(house, plain)
    added = curve.groupby("members").size()
    assert added[GIVEN] == added["straight"] == added["pool"]
    assert curve["default"].sum() == 1 and curve["default"].iloc[0]
    assert curve_table([curve])["specifications"].iloc[0] == len(curve)


def test_the_curve_says_of_the_pool_what_the_verdict_says_of_it(raw, curve):
    ours = curve.iloc[[0]].assign(members=GIVEN)[[*CHOICES]]
    said = curve.merge(ours)["probability"]
    verdict = assess(raw, DAY, target_ids=[SEI], members=POOL)["probability"]
    assert said.tolist() == pytest.approx(verdict.tolist(), abs=1e-9)


def test_a_member_that_fails_on_some_figures_has_fewer_specifications(raw):
    def short(history, horizon):
        return straight(history, horizon) if len(history) > 8 else fails(history, horizon)

    with pytest.warns(MemberWarning, match=r"figures \d+ \(published, main, "):
        curve = draw_curves(raw, [DAY], [SEI], [*MEMBERS, OwnMember("short", short)])[0]
    count = curve.groupby("members").size()
    assert 0 < count["short"] == count[GIVEN] < count["pool"]
    assert curve["probability"].notna().all()


def test_the_chart_has_a_row_for_each_level_that_came_in(curve):
    levels = choices_with(POOL)
    drawn = charts.specification_chart(curve, levels=levels, title="t", source="s")
    words = {text.get_text() for axes in drawn.axes for text in axes.texts}
    assert {"pool with own", "straight"} <= words


@pytest.mark.parametrize("name", ["pool", "fading", "given", "log", "main", "all", "own"])
def test_names_of_levels_are_refused(raw, name):
    with pytest.raises(ValueError, match=f"own member {name}: a level is called so"):
        draw_curves(raw, [DAY], [SEI], [*MEMBERS, OwnMember(name, straight)])
    assert choices_with(["theta"]) == {key: [*levels] for key, levels in CHOICES.items()}
