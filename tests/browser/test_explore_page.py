"""The page of every series in a real browser, held against the engine."""

from dataclasses import replace

import numpy as np
import pytest

from browser.chromium import running_browser
from browser.visits import DESK, PHONE, visit
from helpers.observations.raw_data import read_raw
from helpers.reports.site.explorer import explore, write_explorer
from helpers.reports.site.layout import Front
from helpers.wording.language import LANGUAGES
from support.made_plans import MadePlan

pytestmark = pytest.mark.slow
AS_OF = "2026-11-28"


@pytest.fixture(scope="module")
def raw():
    return read_raw()


@pytest.fixture(scope="module")
def explored(raw):
    return explore(raw, AS_OF)


@pytest.fixture(scope="module")
def site(tmp_path_factory, raw, explored):
    folder = tmp_path_factory.mktemp("site")
    write_explorer(explored, raw, [Front(language) for language in LANGUAGES], AS_OF, folder)
    return folder


@pytest.fixture(scope="module")
def browser():
    with running_browser() as opened:
        yield opened


@pytest.fixture
def seen(browser, site):
    opened = visit(browser, (site / "explore.html").as_uri())
    yield opened
    assert not opened.faults and not opened.outside


def test_the_page_gives_the_probabilities_of_the_engine(seen, explored):
    hold_against_the_engine(seen.page, explored)


def hold_against_the_engine(page, explored):
    rng, projected = np.random.default_rng(5), explored.projected
    rows = rng.integers(len(projected.names), size=500)
    steps = rng.integers(projected.horizon, size=500)
    levels, which = np.sort(rng.uniform(0.002, 0.998, 25)), rng.integers(25, size=500)
    picked = replace(projected.select(rows), names=tuple(map(str, range(len(rows)))))
    lines = picked.quantiles(levels)[np.arange(500), steps, which]
    thresholds = np.repeat(lines[:, None], projected.horizon, axis=1)
    wanted = picked.probability_at_least(thresholds)[np.arange(500), steps]
    columns = (rows, steps, lines, levels[which])
    cases = list(zip(*(column.tolist() for column in columns), strict=True))
    script = """cases => cases.map(([n, h, line, q]) => {
        const one = explorer.state(n);
        return [one.atLeast(h, line), one.quantile(h, q)]; })"""
    told = np.array(page.evaluate(script, cases))
    assert np.abs(told[:, 0] - wanted).max() < 1e-4
    assert np.allclose(told[:, 1], lines, rtol=1e-4)


def test_the_page_knows_the_ends_of_a_scale(browser, tmp_path):
    made = MadePlan().area("here").indicator("cases", "count", "log", 0, 1e6)
    made.indicator("covered", "pct", "logit", 0, 100)
    made.series("cases", "here", [40, 31, 18, 9, 3, 1, 0, 0], 2012, 0)
    made.series("covered", "here", [81, 88, 93.5, 97.2, 99.6, 100, 100, 100], 2012)
    made.target("none", "cases", "here", 2022, "le", 0)
    made.target("beyond", "cases", "here", 2040, "le", 0)  # farther than spreads were learned
    raw = read_raw(made.write(tmp_path / "raw"))
    explored = explore(raw, AS_OF)
    assert [t.target_id for one in explored.series for t in one["targets"]] == ["none"]
    write_explorer(explored, raw, [Front(LANGUAGES[0])], AS_OF, tmp_path)
    page = visit(browser, (tmp_path / "explore.html").as_uri()).page
    hold_against_the_engine(page, explored)
    ends = "([n, line, beyond]) => explorer.state(n).atLeast(2, line, beyond)"
    for name, line, beyond in (("cases", 0, True), ("covered", 100, False)):
        n = next(one for one in explored.series if one["indicator"] == name)["all"][-1]
        wanted = explored.projected.probability_at_least(np.nextafter(line, 1e9 * beyond))[n, 2]
        assert page.evaluate(ends, [n, line, beyond]) == pytest.approx(wanted, abs=1e-4)
        assert 0.05 < wanted < 0.95


def test_a_link_opens_what_was_seen(browser, site, seen):
    page = seen.page
    page.select_option("#series", "pct_applications/shenzhen")
    page.select_option("#target", index=1)
    for _ in range(5):
        page.click("#earlier")
    page.select_option("#side", "most")
    page.fill("#level", "21000")
    said, link = page.inner_text("#said"), page.evaluate("location.href")
    assert "at most 21,000" in said
    again = visit(browser, link)
    assert again.page.inner_text("#said") == said
    assert again.page.evaluate("location.href") == link


def test_fewer_figures_are_never_surer(seen, raw, explored):
    other = {one["indicator"]: one for one in explored.series}["sei_share"]
    at = {explored.states[n]["day"]: n for n in other["all"]}
    pool = explored.projected.pool
    for n in other["read"]:
        day = max(d for d in at if d <= explored.states[n]["day"])
        same_end = explored.projected.origin_years[[n, at[day]]]
        if len(set(same_end)) == 1:
            assert (pool.spreads[n] >= pool.spreads[at[day]] - 1e-12).all()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_series_is_drawn_inside_its_picture(seen, width):
    page = seen.seen_at(width)
    page.wait_for_timeout(100)
    faults = page.evaluate("""() => explorer.keys.flatMap(key => {
        const series = document.getElementById("series"), chart = document.getElementById("chart");
        series.value = key;
        series.onchange();
        const [, , w, h] = chart.getAttribute("viewBox").split(" ").map(Number);
        const outside = b => !Number.isFinite(b.x + b.y + b.width + b.height)
            || b.x < -1 || b.y < -1 || b.x + b.width > w + 1 || b.y + b.height > h + 1;
        return [...chart.children].filter(e => outside(e.getBBox()))
            .map(e => key + " " + e.outerHTML.slice(0, 150)); })""")
    assert not faults, faults[:5]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_saved_is_what_is_seen(seen):
    page = seen.page
    with page.expect_download() as saved:
        page.click("#save-table")
    lines = saved.value.path().read_text().splitlines()
    assert lines[0] == "year,value,unverified,median,lower80,upper80"
    assert len(lines) > 15
    with page.expect_download() as drawn:
        page.click("#save-chart")
    text = drawn.value.path().read_text()
    assert text.startswith("<svg") and "var(" not in text and "currentColor" not in text


@pytest.mark.parametrize(
    "look", ["", "#series=nothing&year=abc&level=x&day=2", "#level=", "#year=9999"]
)
def test_a_broken_link_still_opens(browser, site, look):
    opened = visit(browser, (site / "explore-zh.html").as_uri() + look)
    assert opened.page.inner_text("#said") and not opened.faults


def test_names_are_text_and_never_markup(browser, raw, tmp_path):
    planted = "</script><script>window.hit = 1</script><img src=x onerror=window.hit=1>"
    indicators = raw.indicators.assign(name_en=planted)
    hostile = replace(raw, indicators=indicators)
    write_explorer(explore(hostile, AS_OF), hostile, [Front()], AS_OF, tmp_path)
    opened = visit(browser, (tmp_path / "explore.html").as_uri())
    assert opened.page.evaluate("window.hit") is None
    shown = opened.page.eval_on_selector("#series", "e => e.selectedOptions[0].text")
    assert shown.startswith(planted)
