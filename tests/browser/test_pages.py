"""Every page of a report in a real browser: each width, each colour scheme, each language.

Set REPORT_UNDER_TEST to the folder of a report to look at that one instead of making a new one.
"""

import os
import re
from pathlib import Path

import pytest

from browser import measures
from browser.chromium import running_browser
from browser.sites import language_of, pages_of
from browser.visits import DESK, PHONE, visit

pytestmark = [pytest.mark.slow, pytest.mark.notebooks]

FRONT_PAGE_BYTES = 300_000


@pytest.fixture(scope="module")
def site(request):
    given = os.environ.get("REPORT_UNDER_TEST")
    return Path(given or request.getfixturevalue("edition_report")).resolve()


@pytest.fixture(scope="module")
def visits(site):
    """Every page, opened once; a width or a scheme is set on the open page."""
    with running_browser() as browser:
        yield {page.relative_to(site).as_posix(): visit(browser, page.as_uri())
               for page in pages_of(site)}  # fmt: skip


@pytest.fixture(scope="module", params=(PHONE, DESK))
def measured(request, visits):
    """What each measure finds at a width, page by page: a page is set to a width once."""
    found = {name: {} for name in ("sideways", "small_text", "clipped_text", "overlapping_text")}
    for name, seen in visits.items():
        page = seen.seen_at(request.param)
        for measure, faults in found.items():
            if fault := getattr(measures, measure)(page):
                faults[name] = fault
    return found


def told(faults):
    """All faults of all pages in one message: a list to work through."""
    return "\n" + "\n".join(f"{page}: {fault}" for page, found in faults.items() for fault in found)


def faults_of(visits, measure, width=DESK, scheme="light"):
    """What a measure finds, page by page; pages without a fault are left out."""
    found = {name: measure(seen.seen_at(width, scheme)) for name, seen in visits.items()}
    return {name: faults for name, faults in found.items() if faults}


@pytest.fixture(scope="module")
def english(site, visits):
    """Pages of one language, and of a notebook that is run several times the first.

    The markup of the others is the same, and axe takes seconds a page.
    """
    of_one = [name for name in visits if language_of(site / name) == "en"]
    alike = {re.match(r"notebooks/\d+|.*", name).group(): name for name in reversed(of_one)}
    return {name: visits[name] for name in of_one if name in alike.values()}


@pytest.fixture(scope="module")
def each_kind(visits, english):
    """Those, and of each other language the front page and the first notebook."""
    kinds = re.compile(r"(zh|ja)\.html|notebooks/01.*-(zh|ja)\.html")
    return english | {name: seen for name, seen in visits.items() if kinds.fullmatch(name)}


def test_there_is_a_front_page_and_a_page_for_each_notebook(visits):
    assert "index.html" in visits
    assert sum("notebooks/" in name for name in visits) >= 4


def test_each_page_names_its_language_and_each_language_has_a_front_page(site, visits):
    languages = {name: language_of(site / name) for name in visits}
    assert all(languages.values()), languages
    fronts = {languages[n] for n in visits if "/" not in n and not n.startswith("changes")}
    assert fronts >= {language for name, language in languages.items() if "notebooks/" not in name}


def test_no_page_complains_or_asks_for_anything_beyond_this_machine(visits):
    assert not told(
        {n: [*v.faults, *v.outside] for n, v in visits.items() if v.faults + v.outside}
    ).strip()


def test_the_front_page_is_small(site):
    assert (site / "index.html").stat().st_size < FRONT_PAGE_BYTES


def test_no_page_scrolls_sideways(measured):
    assert not measured["sideways"]


@pytest.mark.parametrize("kind", ["small_text", "clipped_text", "overlapping_text"])
def test_text_can_be_read(measured, kind):
    assert not measured[kind], told(measured[kind])


def test_every_link_leads_somewhere(visits):
    faults = faults_of(visits, measures.dead_links)
    assert not faults, told(faults)


def test_axe_finds_nothing_serious(each_kind):
    faults = faults_of(each_kind, measures.violations)
    assert not faults, told(faults)


@pytest.mark.parametrize(
    ("width", "scheme", "rules"),
    [(DESK, "dark", ["color-contrast"]), (PHONE, "light", ["scrollable-region-focusable"])],
)
def test_axe_finds_nothing_that_depends_on_scheme_or_width(english, width, scheme, rules):
    faults = faults_of(english, lambda page: measures.violations(page, *rules), width, scheme)
    assert not faults, told(faults)


def test_the_keyboard_reaches_everything_and_shows_where_it_is(english):
    faults = faults_of(english, measures.keyboard_faults)
    assert not faults, told(faults)
