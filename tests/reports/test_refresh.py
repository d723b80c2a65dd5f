"""A new edition: dates set, metadata plain, the README's table computed."""

import os
from datetime import date

import nbformat
import pandas as pd
import pytest

from helpers import ROOT
from helpers.days import AS_OF
from helpers.observations.raw_data import read_raw
from helpers.problems import InputError
from helpers.reports import refresh
from helpers.reports.report import ReportRequest, ReportResult
from helpers.targets.assessment import assess


def notebook():
    cell = nbformat.v4.new_code_cell('as_of: str = ""  # a day\nother: int = 3  # more')
    cell.metadata = {"tags": ["parameters"], "execution": {"start": "now"}}
    asked = nbformat.v4.new_code_cell(
        "from helpers.topics import Parameters\nstr(Parameters(as_of=as_of).as_of)"
    )
    result = nbformat.v4.new_notebook(cells=[cell, asked])
    result.metadata = {"papermill": {"version": "1"}, "widgets": {}}
    return result


def test_metadata_is_cut_down_to_what_a_reader_needs():
    stored = refresh.plain(notebook())
    assert set(stored.metadata) == {"kernelspec", "language_info"}
    assert stored.cells[0].metadata == {"tags": ["parameters"]}
    assert stored.cells[1].metadata == {}


def test_the_readme_carries_the_verdicts_of_the_edition():
    readme = (ROOT / "README.md").read_text("utf-8")
    day = readme.split("As known on ")[1][:10]
    assert refresh.with_answer(readme, read_raw(), date.fromisoformat(day)) == readme
    stored = (ROOT / "notebooks/07_targets.ipynb").read_text("utf-8")
    assert f"As known on **{day}**" in stored


def test_the_year_of_the_targets_stands_in_the_header_if_they_share_it():
    raw = read_raw()
    table = assess(
        raw, "2026-11-23", target_ids=["rd_intensity_2025", "sz_fyp15_rd_intensity_2030"]
    )
    assert refresh.answer_table(table[:1], raw).startswith("| target for 2025 | latest figure |")
    head, _, first, second = refresh.answer_table(table, raw).splitlines()
    assert head == "| target | latest figure | verdict |"
    assert "at least 4.8 % of GDP by 2025 |" in first
    assert "at least 7 % of GDP by 2030 |" in second


def test_a_figure_stands_in_its_own_unit_beside_a_target_on_growth_and_none_is_a_dash():
    raw = read_raw()
    table = assess(raw, "2021-02-25").set_index("target_id", drop=False)
    growth = table["operator"].str.startswith("growth_") & table["latest_unit"].eq("cny_100m")
    missing = table["state"].eq("no_data")
    rows = [one.iloc[[0]] for one in (table[growth], table[missing])]
    _, _, grown, none = refresh.answer_table(pd.concat(rows), raw).splitlines()
    assert "% a year on average" in grown.split("|")[1] and "billion yuan in 20" in grown
    assert none.endswith("| – | **no data** |")


def test_a_readme_without_marks_is_refused():
    with pytest.raises(ValueError, match="no block between"):
        refresh.with_answer("# Title\n", read_raw(), date(2026, 11, 23))


def test_storing_keeps_outputs_and_counts_and_leaves_the_originals_alone(tmp_path):
    folder, into = tmp_path / "notebooks", tmp_path / "stored"
    folder.mkdir()
    into.mkdir()
    path = folder / "one.ipynb"
    nbformat.write(notebook(), path)
    before = path.read_bytes()
    (done,) = refresh.store_notebooks(folder, into, date(2026, 11, 23), 60, lambda line: None)
    assert path.read_bytes() == before
    cells = nbformat.read(done, as_version=4).cells
    assert [cell.execution_count for cell in cells] == [1, 2]
    assert cells[0].source == notebook().cells[0].source
    assert AS_OF not in os.environ
    assert cells[1].outputs[0]["data"]["text/plain"] == "'2026-11-23'"


@pytest.mark.parametrize("when", ["stored", "reported"])
def test_a_notebook_saved_meanwhile_is_not_written_over(tmp_path, monkeypatch, when):
    """Neither one that is saved while notebooks are run, nor while the tables are made."""
    for name in refresh.OWN:
        nbformat.write(notebook(), tmp_path / name)
    own = tmp_path / refresh.OWN[-1]

    def saves(step, result):
        def act(*_given):
            if step == when:
                own.write_text(own.read_text("utf-8").replace("# more", "# my own"), "utf-8")
            return result

        return act

    stored = tmp_path / "stored" / own.name
    stored.parent.mkdir()
    nbformat.write(notebook(), stored)
    done = ReportResult("complete", 1.0)
    monkeypatch.setattr(refresh, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(refresh, "store_notebooks", saves("stored", [stored]))
    monkeypatch.setattr(refresh, "make_report", saves("reported", done))
    result = refresh.refresh(date(2020, 1, 1), ReportRequest(), print)
    assert (result.state, result.exit_code) == ("failed", 1)
    assert result.message == f"changed while the edition was made: {own.name}"
    assert "# my own" in own.read_text("utf-8")


def test_a_chart_for_phones_and_the_figures_of_a_chart_are_not_stored():
    book = notebook()
    kept = {"image/svg+xml": {"narrow": "packed"}}
    drawing = "<svg><metadata><csv>a,b\n1,2\n</csv></metadata>\n<text>2024</text></svg>"
    book.cells[1].outputs = [
        nbformat.v4.new_output("display_data", {"image/svg+xml": drawing}, metadata=kept)
    ]
    kept = refresh.plain(book).cells[1].outputs[0]
    assert kept.metadata == {}
    assert kept.data["image/svg+xml"] == "<svg><text>2024</text></svg>"


def test_one_notebook_is_stored_alone(tmp_path, monkeypatch):
    for name in refresh.OWN:
        nbformat.write(notebook(), tmp_path / name)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(refresh, "NOTEBOOKS", tmp_path)
    with pytest.raises(InputError, match=r"did you mean '08_measures'"):
        refresh.refresh_notebook("08_measure", date(2026, 11, 23), 60, print)
    refresh.refresh_notebook("08_measures", date(2026, 11, 23), 60, print)
    moved = {p.name for p in tmp_path.iterdir() if p.read_bytes() != before[p.name]}
    assert moved == {"08_measures.ipynb"}
    cells = nbformat.read(tmp_path / "08_measures.ipynb", as_version=4).cells
    assert cells[1].outputs[0]["data"]["text/plain"] == "'2026-11-23'"
