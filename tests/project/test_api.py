"""docs/api.md runs as it stands, from any folder; examples in docstrings are true."""

import doctest
import importlib
import pkgutil
import re

import pandas as pd
import pytest

import helpers
from helpers import ROOT

TEXT = (ROOT / "docs" / "api.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.S)
LONGEST = 10


@pytest.fixture
def ran(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in BLOCKS:
        exec(compile(block, "docs/api.md", "exec"), names)
    return names, tmp_path


def test_every_block_runs_and_is_short(ran):
    names, folder = ran
    assert len(BLOCKS) >= 6
    assert all(len(block.splitlines()) <= LONGEST for block in BLOCKS)
    assert (folder / "rd_intensity.pdf").stat().st_size > 5000
    table = pd.read_csv(folder / "rd_intensity.csv")
    assert table["year"].tolist() == [2022, 2023, 2024, 2025]
    assert "\\toprule" in names["latex"] and "2025" in names["latex"]
    assert names["years"]["P_4.8"].between(0.5, 1).all()
    assert 0 < names["own"].probability_at_least(60)[0, -1] < 1


def test_the_probability_is_that_of_the_verdict(ran):
    names, _ = ran
    verdict = names["targets"].assess(names["raw"], "2023-06-30", target_ids=["rd_intensity_2025"])
    by_year = names["years"].set_index("year")["P_4.8"]
    assert by_year[2025] == pytest.approx(verdict["probability"].iloc[0], abs=1e-9)


def test_a_series_and_a_frame_say_the_same():
    jobs = pd.Series([31.0, 33, 36, 38, 37, 41], index=range(2016, 2022), name="jobs")
    frame = jobs.rename_axis("year").rename("value").reset_index()
    project = helpers.forecasting.project_series
    one, other = project(jobs, "log", 3), project(frame, "log", 3)
    assert (one.names, other.names) == (("jobs",), ("series",))
    assert (one.median == other.median).all()


def test_the_package_lists_its_rooms():
    folders = {path.parent.name for path in (ROOT / "src/helpers").glob("*/__init__.py")}
    assert set(dir(helpers)) == folders
    assert all(f"`{room}`" in helpers.__doc__ and f"`{room}`" in TEXT for room in folders)


def test_examples_in_docstrings_are_true():
    tried = 0
    for module in pkgutil.walk_packages(helpers.__path__, "helpers."):
        result = doctest.testmod(importlib.import_module(module.name))
        assert not result.failed, module.name
        tried += result.attempted
    assert tried
