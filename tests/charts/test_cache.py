"""A chart that was kept is given back as it was, or not at all."""

import os
import string

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.charts import cache as portfolio

SHOWN = ({"image/svg+xml": "<svg>战</svg>" * 99}, {"image/svg+xml": {"narrow": "packed"}})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    path = tmp_path / "reports" / "edition"
    monkeypatch.setenv(portfolio.FOLDER, str(path))
    return path


def key_of(*asked):
    return portfolio.key_of(key_of, *asked)


def test_a_chart_is_found_under_its_key_alone(folder, monkeypatch):
    assert portfolio.find("a") is None
    assert not folder.exists(), "asking makes no folder"
    portfolio.keep("a", SHOWN)
    assert portfolio.find("a") == SHOWN
    assert portfolio.find("b") is portfolio.find("") is None
    portfolio.keep("", SHOWN)
    assert [path.name for path in folder.iterdir()] == ["a"]
    monkeypatch.setenv(portfolio.FOLDER, str(folder.with_name("another")))
    assert portfolio.find("a") is None


def test_without_a_folder_nothing_is_kept(folder, monkeypatch):
    assert key_of("a")
    monkeypatch.delenv(portfolio.FOLDER)
    assert key_of("a") == ""
    portfolio.keep("a", SHOWN)
    assert portfolio.find("a") is None


@pytest.mark.parametrize("at", [0, 5, 12, -6, -1])
def test_what_is_damaged_is_not_there(folder, at):
    portfolio.keep("a", SHOWN)
    held = bytearray((folder / "a").read_bytes())
    (folder / "a").write_bytes(held[:at])
    assert portfolio.find("a") is None
    held[at] ^= 0x55
    (folder / "a").write_bytes(held)
    # Some bytes of the header mean nothing.
    assert portfolio.find("a") == (SHOWN if at == 5 else None)


def test_what_cannot_be_written_is_not_kept(folder, monkeypatch):
    folder.parent.mkdir(parents=True)
    folder.write_text("a file in the way")
    portfolio.keep("a", SHOWN)
    assert portfolio.find("a") is None
    folder.unlink()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    portfolio.keep("a", SHOWN)
    assert list(folder.iterdir()) == []


def test_what_was_of_use_last_is_left(folder, monkeypatch):
    old = folder.with_name("old")
    for age, (where, key) in enumerate([(folder, "c"), (folder, "b"), (folder, "a"), (old, "z")]):
        monkeypatch.setenv(portfolio.FOLDER, str(where))
        portfolio.keep(key, SHOWN)
        os.utime(where / key, (1e9 - age, 1e9 - age))
    monkeypatch.setenv(portfolio.FOLDER, str(folder))
    portfolio.find("a")
    (folder / "d.part").write_bytes(b"half")
    portfolio.prune(folder.parent, 2)
    assert sorted(path.name for path in folder.iterdir()) == ["a", "c"]
    assert not old.exists(), "nothing of it is left"
    portfolio.prune(folder.parent / "missing")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(string.printable, max_size=5)
    | st.floats(allow_nan=False),
    lambda inner: st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=values, other=values)
def test_different_arguments_have_different_keys(folder, one, other):
    assert key_of(one) == key_of(one)
    assert repr(one) == repr(other) or key_of(one) != key_of(other)


def test_tables_are_told_by_their_content(folder):
    table = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    same = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    assert key_of(table) == key_of(same)
    others = [
        table.assign(a=[1, 3]),
        table.assign(b=["x", "z"]),
        table.rename(columns={"a": "c"}),
        table.astype({"a": float}),
        table.set_axis([1, 2]),
    ]
    assert len({key_of(other) for other in [table, *others]}) == 6
    assert key_of(table, 1) != key_of(table, 2)


def test_what_has_no_content_has_no_key(folder):
    assert key_of(lambda: None) == ""
    assert key_of(n for n in ()) == ""
    assert key_of("a") != portfolio.key_of(portfolio.find, "a"), "another chart"
