"""One page as visited: what it said on the console, and what it asked from where."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

PHONE, DESK = 390, 1280
HEIGHTS = {PHONE: 844, DESK: 900}
HERE = ("127.0.0.1", "localhost", "::1")


@dataclass
class Visit:
    """An open page, with everything that should not have happened so far.

    Attributes
    ----------
    page : Page
    faults : list of str
        Console errors, uncaught exceptions, and requests that failed.
    outside : list of str
        Addresses asked for beyond this machine; each request was stopped.
    """

    page: Page
    faults: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def seen_at(self, width: int, scheme: str = "light") -> Page:
        """Show the page at a width and in a colour scheme, without loading it again."""
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        self.page.emulate_media(color_scheme=scheme)
        # A page that draws itself to its width does so in the next frame.
        drawn = "() => new Promise(done => setTimeout(() => requestAnimationFrame(done)))"
        self.page.evaluate(drawn)
        return self.page


def visit(browser: Browser, address: str, width: int = DESK, *, allow: tuple = ()) -> Visit:
    """Open a page in a context of its own and watch it.

    Parameters
    ----------
    browser : Browser
    address : str
    width : int
    allow : tuple of str
        Parts of console messages that are no fault of the page.
    """
    context = browser.new_context(viewport={"width": width, "height": HEIGHTS[width]})
    seen = Visit(context.new_page())

    def console(message):
        if message.type == "error" and not any(part in message.text for part in allow):
            seen.faults.append(message.text)

    def guard(route):
        if urlsplit(route.request.url).hostname in (None, "", *HERE):
            return route.continue_()
        seen.outside.append(route.request.url)
        return route.abort()

    context.route("**/*", guard)
    seen.page.on("console", console)
    seen.page.on("pageerror", lambda error: seen.faults.append(str(error)))
    seen.page.goto(address)
    seen.page.evaluate("document.fonts.ready")
    return seen
