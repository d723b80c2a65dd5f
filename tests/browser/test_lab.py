"""The explorer where it is used: JupyterLab in a real browser, moved by hand."""

import contextlib
import io
import re
import shutil
import time

import nbformat
import pandas as pd
import pytest

from browser import measures
from browser.chromium import running_browser
from browser.lab import opened, run_all, running_lab
from helpers import ROOT
from helpers.days import today
from helpers.targets.on_track.formulas import RULES

pytestmark = [pytest.mark.slow, pytest.mark.notebooks]

TOGETHER = """() => document.querySelector('.explorer-card code').innerText.includes(
    '--as-of ' + document.querySelector('.widget-datepicker input').value)"""
SECONDS = 60_000


@pytest.fixture(scope="module")
def browser():
    with running_browser() as held:
        yield held


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What JupyterLab shows: notebooks are copied there, as saving would change them."""
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="module")
def address(folder, tmp_path_factory):
    with running_lab(folder, tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.fixture(scope="module")
def lab(browser, folder, address):
    """The explorer open in JupyterLab, all cells run."""
    shutil.copy(ROOT / "notebooks" / "explore.ipynb", folder)
    seen = opened(browser, address, "explore")
    run_all(seen.page)
    seen.page.wait_for_selector(".explorer-p", timeout=SECONDS)
    seen.page.wait_for_selector(".explorer-chart svg", timeout=SECONDS)
    return seen


def probability(page):
    return page.inner_text(".explorer-p").split(" before:")[0].strip()


def chart_title(page):
    return page.get_attribute(".explorer-chart svg", "aria-label")


def choose(page, label, option):
    page.locator(f".widget-dropdown:has(label:text-is('{label}')) select").select_option(option)


def wait_for(page, text):
    page.wait_for_function(
        "text => document.querySelector('.explorer-p')?.innerText.startsWith(text)",
        arg=text, timeout=SECONDS,
    )  # fmt: skip


def test_all_cells_run_and_show_controls_instead_of_the_stored_view(lab):
    page = lab.page
    assert page.locator(".widget-dropdown select").count() >= 7
    assert page.locator(".widget-slider").count() == 1
    assert page.locator(".jp-OutputArea-output[data-mime-type*='stderr']").count() == 0
    assert page.locator(".jp-OutputArea-output[data-mime-type*='error']").count() == 0
    assert probability(page).startswith(("P ", "met", "missed"))


def test_the_slider_moves_probability_chart_rules_and_command(lab):
    page = lab.page
    before = probability(page)
    page.locator(".noUi-handle").first.focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(400)
        if "before:" in page.inner_text(".explorer-p"):
            break  # past the day of the outcome, which leaves no probability
    assert probability(page) != before
    assert "before:" in page.inner_text(".explorer-p")
    page.wait_for_function(TOGETHER, timeout=SECONDS)
    day = page.locator(".widget-datepicker input").input_value()
    assert page.locator(".explorer-p").count() == page.locator(".explorer-chart").count() == 1
    assert page.locator(".explorer-card:has-text('On-track rules') tbody tr").count() == len(RULES)
    link = page.locator(".widget-text:has(label:text-is('permalink')) input").input_value()
    assert f"as_of={day}" in link
    assert probability(page) in chart_title(page)


def test_a_list_a_box_and_a_link_move_it_too(lab):
    page = lab.page
    choose(page, "indicator", "R&D expenditure as a share of GDP")
    page.wait_for_function(
        "document.querySelector('.explorer-chart svg')?.ariaLabel.startsWith('R&D expenditure as')",
        timeout=SECONDS,
    )
    link = page.locator(".widget-text:has(label:text-is('permalink')) input")
    link.fill("?indicator=sei_share&area=shenzhen&as_of=2021-02-25&target_id=sei_share_2025")
    link.press("Enter")
    wait_for(page, "P ")
    page.wait_for_function(
        "document.querySelector('.explorer-chart svg')?.ariaLabel.startsWith('Strategic')",
        timeout=SECONDS,
    )
    old = page.inner_text(".explorer-verdict")
    page.locator(".widget-checkbox:has-text('drift_log') input").click()
    page.wait_for_function(
        "old => document.querySelector('.explorer-verdict').innerText !== old",
        arg=old, timeout=SECONDS,
    )  # fmt: skip
    # The cards come one after the other.
    page.wait_for_selector(
        ".explorer-card:has-text('The same elsewhere'):has-text('no option for members')",
        timeout=SECONDS,
    )


def test_what_does_not_fit_is_explained_in_place(lab):
    page = lab.page
    link = page.locator(".widget-text:has(label:text-is('permalink')) input")
    link.fill("?indicator=sei_share&area=shenzhen&as_of=1990-01-01&target_id=sei_share_2025")
    link.press("Enter")
    page.wait_for_selector(".explorer-refused", timeout=SECONDS)
    assert "first became known on" in page.inner_text(".explorer-refused")
    assert page.locator(".explorer-chart").count() == 0
    link.fill("?indicator=sei_share&area=shenzhen&as_of=2021-02-25&target_id=sei_share_2025")
    link.press("Enter")
    wait_for(page, "P ")


def test_it_opens_on_today_and_chart_points_and_sentence_are_saved(lab, tmp_path):
    page = lab.page
    link = page.locator(".widget-text:has(label:text-is('permalink')) input")
    link.fill(f"?indicator=pct_applications&area=shenzhen&as_of={today()}")
    link.press("Enter")
    page.wait_for_selector(f".explorer-taken a[download^='pct_applications-shenzhen-{today()}']")
    saved = {}
    for what in ("chart", "points", "sentence"):
        with page.expect_download() as told:
            page.locator(f".explorer-taken a:text-is('{what}')").click()
        told.value.save_as(tmp_path / told.value.suggested_filename)
        saved[what] = (tmp_path / told.value.suggested_filename).read_text("utf-8")
    assert {path.suffix for path in tmp_path.iterdir()} == {".svg", ".csv", ".txt"}
    assert saved["chart"].rstrip().endswith("</svg>")
    table = pd.read_csv(io.StringIO(saved["points"]))
    assert table["year"].is_monotonic_decreasing and len(table) > 15
    sentence = page.locator(".explorer-verdict").inner_text().replace("\xa0", " ")
    assert saved["sentence"].split(" ?indicator=")[0].strip() in " ".join(sentence.split())


def test_views_that_are_kept_stand_side_by_side(lab):
    page = lab.page
    link = page.locator(".widget-text:has(label:text-is('permalink')) input")
    for day in ("2021-02-25", "2023-06-30"):
        link.fill(f"?indicator=sei_share&area=shenzhen&as_of={day}&target_id=sei_share_2025")
        link.press("Enter")
        page.wait_for_selector(f".explorer-taken a[download^='sei_share-shenzhen-{day}']")
        page.get_by_role("button", name="Keep this view").click()
        page.wait_for_selector(f".explorer-card:has-text('Views kept') td:has-text('{day}')")
    rows = page.locator(".explorer-card:has-text('Views kept') tbody tr")
    assert rows.count() == 2
    assert all("P " in text for text in rows.all_inner_texts())


def test_the_cards_can_be_read(lab):
    """Text of the panel only: JupyterLab's own rows are not ours to mend."""
    page = lab.page
    for measure in (measures.small_text, measures.clipped_text, measures.overlapping_text):
        ours = [fault for fault in measure(page) if re.search(r"explorer|widget-html", fault)]
        assert not ours, "\n".join(ours)


def test_nothing_was_complained_about_or_asked_from_outside(lab):
    assert lab.faults == []
    assert lab.outside == []


def test_a_notebook_is_run_from_top_to_bottom_and_with_another_assumption(browser, folder, address):
    path = folder / "03_emerging_industries.ipynb"
    notebook = nbformat.read(ROOT / "notebooks" / path.name, as_version=4)
    for cell in code_of(notebook):
        cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, path)
    page = opened(browser, address, path.stem).page
    run_all(page)
    first = saved_answer(page, path, 0)
    page.locator(".jp-CodeCell .cm-line:has-text('as_of: str')").click(click_count=3)
    page.keyboard.insert_text('as_of: str = "2021-02-25"  # the plan is made public')
    run_all(page)
    second = saved_answer(page, path, len(code_of(notebook)))
    assert first and second and first != second


def code_of(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def saved_answer(page, path, runs_before):
    """Save until all cells have run once more, and return what the answer says."""
    until = time.monotonic() + 2 * SECONDS / 1000
    while True:
        page.keyboard.press("Control+s")
        page.wait_for_timeout(1000)
        with contextlib.suppress(nbformat.reader.NotJSONError):  # it is just being written
            code = code_of(nbformat.read(path, as_version=4))
            if all((cell.execution_count or 0) > runs_before for cell in code):
                break
        assert time.monotonic() < until, "the notebook did not come to its end"
    assert not [o for cell in code for o in cell.outputs if o.output_type == "error"]
    return next(c for c in code if "answer" in c.metadata.get("tags", [])).outputs[0].data
