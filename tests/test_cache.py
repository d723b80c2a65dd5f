"""What is kept for further reports is given back as it was, or not at all."""

import os
import string

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cache import Cache, key_of, prune

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "reports" / ".cache" / "edition")


def test_a_result_is_found_under_its_key_alone(cache):
    assert cache.find("a") is None
    assert not cache.folder.exists(), "asking makes no folder"
    cache.keep("a", CONTENT)
    assert cache.find("a") == CONTENT
    assert cache.find("b") is None
    assert Cache(cache.folder.with_name("another")).find("a") is None


@pytest.mark.parametrize("at", [0, 5, 12, -6, -1])
def test_a_changed_byte_or_a_missing_end_means_that_nothing_is_there(cache, at):
    cache.keep("a", CONTENT)
    path = cache.folder / "a"
    held = bytearray(path.read_bytes())
    path.write_bytes(held[:at])
    assert cache.find("a") is None
    held[at] ^= 0x55
    path.write_bytes(held)
    assert cache.find("a") in (None, CONTENT), "one byte of gzip's header names the system"
    assert at == 5 or cache.find("a") is None


def test_what_cannot_be_written_is_not_kept(cache, monkeypatch):
    cache.folder.parent.mkdir(parents=True)
    cache.folder.write_text("a file in the way")
    cache.keep("a", CONTENT)
    assert cache.find("a") is None
    cache.folder.unlink()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    cache.keep("a", CONTENT)
    assert list(cache.folder.iterdir()) == []


def test_what_was_of_use_last_is_left(cache):
    other = Cache(cache.folder.with_name("old"))
    for age, (where, key) in enumerate([(cache, "c"), (cache, "b"), (cache, "a"), (other, "z")]):
        where.keep(key, CONTENT)
        os.utime(where.folder / key, (1e9 - age, 1e9 - age))
    cache.find("a")
    (cache.folder / "d.part").write_bytes(b"half")
    prune(cache.folder.parent, 2)
    assert sorted(path.name for path in cache.folder.iterdir()) == ["a", "c"]
    assert not other.folder.exists(), "nothing of it is left"
    prune(cache.folder.parent / "missing")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(string.printable, max_size=5)
    | st.floats(allow_nan=False),
    lambda inner: st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)  # fmt: skip


@given(values, values)
def test_different_arguments_have_different_keys(one, other):
    assert key_of(one) == key_of(one)
    assert repr(one) == repr(other) or key_of(one) != key_of(other)


def test_tables_are_told_by_their_content():
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


def test_what_has_no_content_has_no_key():
    assert key_of(lambda: None) == ""
    assert key_of(n for n in ()) == ""
