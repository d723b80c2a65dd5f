"""Measures of an open page; each returns one sentence a fault, so that a failure reads itself."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_name("measures.js").read_text("utf-8")
SEVERE = ("serious", "critical")
MOST_STOPS = 400
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  const all = [...document.querySelectorAll('*')];
  return {place: all.indexOf(e), text: (e.innerText || e.ariaLabel || e.localName).slice(0, 50),
          ring: ring || style.boxShadow !== 'none', tabindex: e.tabIndex,
          seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight};
}"""
REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary')]
  .filter((e) => !e.disabled && e.checkVisibility({visibilityProperty: true})).length"""
LINKS = "() => [...document.querySelectorAll('a[href], link[href]')].map((e) => e.href)"


def small_text(page: Page) -> list[str]:
    """Texts of less than nine pixels on the screen."""
    return page.evaluate(SCRIPT, "small")


def clipped_text(page: Page) -> list[str]:
    """Texts that leave a box which hides what leaves it."""
    return page.evaluate(SCRIPT, "clipped")


def overlapping_text(page: Page) -> list[str]:
    """Pairs of texts that stand on each other."""
    return page.evaluate(SCRIPT, "overlapping")


def sideways(page: Page) -> int:
    """Pixels by which the page can be scrolled sideways."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def dead_links(page: Page) -> list[str]:
    """Links to files or places on a page that are not there; other machines are not asked."""
    dead = []
    for address in dict.fromkeys(page.evaluate(LINKS)):
        parts = urlsplit(address)
        if parts.scheme != "file":
            continue
        path = Path(unquote(parts.path))
        if not path.is_file():
            dead.append(f"{address}: no such file")
        elif parts.fragment and not _holds(path, unquote(parts.fragment)):
            dead.append(f"{address}: no such place on the page")
    return dead


def _holds(path: Path, name: str) -> bool:
    text = path.read_text("utf-8")
    return f'id="{name}"' in text or f"id={name}" in text or f'name="{name}"' in text


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core finds of level serious or above; all its rules, or the named ones."""
    from axe_playwright_python.sync_playwright import Axe

    # None of the rules reads style sheets: loading them first takes a fifth of the time.
    options = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = list(rules)
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{fault['id']} ({fault['impact']}): {node['target'][0]}: {_first(node)}"
        for fault in found
        if fault["impact"] in SEVERE
        for node in fault["nodes"]
    ]


def _first(node: dict) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return checks[0]["message"][:160] if checks else ""


def keyboard_faults(page: Page) -> list[str]:
    """Go through a page with the Tab key: everything is reached, in order, and seen in focus."""
    page.evaluate("() => { document.activeElement?.blur(); window.scrollTo(0, 0) }")
    wanted = page.evaluate(REACHABLE)
    stops = []
    for _ in range(min(wanted + 60, MOST_STOPS)):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or (stops and stop["place"] == stops[0]["place"]):
            break
        stops.append(stop)
    faults = [f"no visible focus: {stop['text']!r}" for stop in stops if not stop["ring"]]
    faults += [f"focused out of sight: {stop['text']!r}" for stop in stops if not stop["seen"]]
    places = [stop["place"] for stop in stops]
    if places != sorted(places):
        faults.append(f"the order of Tab is not that of the page: {places}")
    if len(stops) < min(wanted, MOST_STOPS):
        faults.append(f"Tab reaches {len(stops)} places of {wanted}")
    return faults
