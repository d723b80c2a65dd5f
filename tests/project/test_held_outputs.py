"""What is held of the outputs: it must tell a change from a mere change of code."""

import json

import pytest

from support.held_outputs import content, differences, held_files


def test_what_is_gone_new_or_different_is_named():
    before = {"a": "1", "b": "1", "c": "1"}
    assert differences(before, dict(before)) == []
    assert differences(before, {"a": "1", "b": "2", "d": "1"}) == [
        "gone     c",
        "new      d",
        "differs  b",
    ]


def notebook(source, text):
    shown = [{"output_type": "stream", "name": "stdout", "text": text}]
    return {"cells": [{"cell_type": "code", "source": source, "outputs": shown}]}


@pytest.mark.parametrize(
    ("name", "first", "same", "other"),
    [
        ("a.csv", "x\n1\n", "x\n1\n", "x\n2\n"),
        ("a.ipynb", *(json.dumps(notebook(*cell)) for cell in ["av", "bv", "aw"])),
        (
            "a.html",
            '<div class="highlight">a</div><p>v</p>',
            '<div class="highlight">b</div><p>v</p>',
            '<div class="highlight">a</div><p>w</p>',
        ),
        (
            "a.json",
            '["urn:uuid:fe88a641-1b28-5f37-9215-30fb4fd67111", 1]',
            '["urn:uuid:5ba02511-3998-5767-8d9d-cade1fc30421", 1]',
            '["urn:uuid:fe88a641-1b28-5f37-9215-30fb4fd67111", 2]',
        ),
    ],
)
def test_sources_and_the_name_of_a_report_are_no_output(tmp_path, name, first, same, other):
    file = tmp_path / name
    seen = []
    for text in (first, same, other):
        file.write_text(text, encoding="utf-8")
        seen.append(content(file))
    assert seen[0] == seen[1] != seen[2]


def test_files_that_hold_a_time_are_left_out(tmp_path):
    (tmp_path / "tables").mkdir()
    for name in ("run.json", "tables/b.csv"):
        (tmp_path / name).write_text("1")
    assert list(held_files(tmp_path, "report")) == ["report/tables/b.csv"]
