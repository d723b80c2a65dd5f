"""A name or note of a raw table does nothing in a notebook or on the page of nbconvert."""

import os
import re
import shutil
import subprocess
import sys
from functools import cache

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

from browser.chromium import running_browser
from browser.lab import opened, run_all, running_lab
from browser.visits import visit
from helpers import ROOT
from helpers.observations.raw_data import find_problems
from helpers.reports.runs.execution import execute
from helpers.reports.store.run import declared_parameters
from support.planted_plan import plant

pytestmark = [pytest.mark.slow, pytest.mark.notebooks]

SCRIPT = "document.title=`planted`;fetch(`https://planted.example/f`)"
PLANTED = (
    f'planted <img src=x onerror="{SCRIPT}">',
    f"planted <script>{SCRIPT}</script>",
    "planted ![p](https://planted.example/p.png) [l](https://planted.example/l)",
    f"planted [j](javascript:{SCRIPT})",
    "planted https://planted.example/b www.planted.example `code` **bold**",
    "planted $\\href{javascript:1}{m}$ \\(x\\)",
    '<img src="https://planted.example/i.png"> planted',
)
US = {"indicator": "unemployment", "area": "united_states", "target_id": "act_unemployment_1983"}
NOTEBOOKS = {
    "05_projection": US | {"as_of": "1979-01-01"},
    "01_sources_and_vintages": US,
    "07_targets": {"as_of": "1982-01-01"},
    "explore": US | {"as_of": "1979-01-01"},
}
OURS = re.compile(r"https://(cdnjs\.cloudflare\.com|cdn\.jsdelivr\.net|unpkg\.com)/")
"""Scripts that nbconvert's own template names; no text of ours does."""


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan") / "raw"
    shutil.copytree(ROOT / "examples" / "united_states", folder)
    assert plant(folder, PLANTED) > 100
    assert not find_problems(folder)
    return folder


@pytest.fixture(scope="module")
def executed(raw, kept, tmp_path_factory):
    """Notebooks that were run on planted names, by name; each is run once."""
    folder = tmp_path_factory.mktemp("run")

    @cache
    def run(name):
        source = ROOT / "notebooks" / f"{name}.ipynb"
        values = {"raw_dir": str(raw), "output_dir": str(folder), **NOTEBOOKS[name]}
        given = {key: values[key] for key in values.keys() & declared_parameters(source).keys()}
        with kept.opened() as kernels:
            return execute(
                source,
                folder / source.name,
                given,
                kernels=kernels,
                work_folder=source.parent,
                timeout=300,
            )

    return run


@pytest.fixture(scope="module")
def browser():
    with running_browser() as opened_once:
        yield opened_once


@pytest.fixture(scope="module", params=NOTEBOOKS)
def notebook(request, executed):
    return executed(request.param)


def test_no_output_holds_what_a_page_acts_on(notebook):
    shown = 0
    for cell in nbformat.read(notebook, as_version=4).cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for kind in ("text/markdown", "text/html", "image/svg+xml"):
                text = data.get(kind, "")
                shown += "planted" in text
                assert not re.search(r"<(script|img)\b", text), kind
            text = data.get("text/markdown", "")
            assert not re.search(r"\]\(|https?://|www\.|[$\\]", text), text
            if "$" in data.get("text/html", ""):
                assert "mathjax_ignore" in data["text/html"]
    assert shown, "the planted text must be shown, or this shows nothing"


def test_nothing_runs_or_is_asked_for_on_the_page_of_nbconvert(notebook, browser):
    text, _ = HTMLExporter().from_filename(str(notebook))
    page = notebook.with_suffix(".html")
    page.write_text(text, "utf-8")
    soup = BeautifulSoup(text, "html.parser")
    outputs = soup.select(".jp-OutputArea-output")
    assert any("planted" in output.get_text() for output in outputs)
    for tag in (tag for output in outputs for tag in output.find_all(True)):
        assert tag.name not in ("script", "img", "a") or "planted" not in str(tag), tag
        assert not [name for name in tag.attrs if name.startswith("on")]
    seen = visit(browser, page.as_uri())
    seen.page.wait_for_timeout(1000)
    assert seen.page.title() != "planted"
    assert not [address for address in seen.outside if not OURS.match(address)]
    seen.page.close()


def test_nothing_runs_or_is_asked_for_in_jupyterlab(executed, browser, tmp_path):
    """Outputs are trusted, as one's own are, and the explorer's widgets are nowhere sanitized."""
    folder, home = tmp_path / "notebooks", tmp_path / "home"
    folder.mkdir()
    shutil.copy(executed("explore"), folder)
    # The outputs of all others in one notebook: JupyterLab takes seconds to open each.
    every = nbformat.read(executed("explore"), as_version=4)
    others = (executed(name) for name in NOTEBOOKS if name != "explore")
    every.cells = [c for path in others for c in nbformat.read(path, as_version=4).cells]
    for number, cell in enumerate(every.cells):
        cell.id = f"c{number}"
    nbformat.write(every, folder / "every.ipynb")
    trust = [sys.executable, "-m", "jupyter", "trust", *map(str, folder.glob("*.ipynb"))]
    environment = os.environ | {"JUPYTER_DATA_DIR": str(home / "data")}
    subprocess.run(trust, env=environment, check=True, capture_output=True)
    with running_lab(folder, home) as address:
        for name in ("explore", "every"):
            seen = opened(browser, address, name)
            if name == "explore":
                run_all(seen.page)
                rules = ".explorer-card:has-text('On-track rules')"
                seen.page.wait_for_selector(rules, state="attached")
                seen.page.get_by_role("button", name="Keep this view").click()
                seen.page.wait_for_selector(".explorer-card:has-text('Views kept')")
            else:
                wanted = sum(len(cell.get("outputs", ())) for cell in every.cells)
                drawn = "n => document.querySelectorAll('.jp-OutputArea-output').length >= n"
                seen.page.wait_for_function(drawn, arg=wanted)
            assert seen.page.locator(".jp-OutputArea-output:has-text('planted')").count()
            seen.page.wait_for_timeout(1000)
            assert "planted" not in seen.page.title()
            assert not seen.outside
            seen.page.close()
