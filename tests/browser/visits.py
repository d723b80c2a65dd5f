"""One page as visited: what it said on the console, and what it asked from where."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

from browser.chromium import HERE

PHONE, DESK = 390, 1280
HEIGHTS = {PHONE: 844, DESK: 900}


@dataclass
class Visit:
    """An open page, with everything that should not have happened so far.

    Attributes
    ----------
    page : Page
    faults : list of str
        Console errors, uncaught exceptions, and requests that failed.
    outside : list of str
        Addresses asked for beyond this machine; the browser finds none of them.
    """

    page: Page
    faults: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def seen_at(self, width: int, scheme: str = "light") -> Page:
        """Show the page at a width and in a colour scheme, without loading it again."""
        self.page.bring_to_front()  # behind others a page is drawn but once a second
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        self.page.emulate_media(color_scheme=scheme)
        # A page that draws itself to its width does so in the next frame.
        drawn = "() => new Promise(done => setTimeout(() => requestAnimationFrame(done)))"
        self.page.evaluate(drawn)
        return self.page


def visit(browser: BrowserContext, address: str, width: int = DESK, *, allow: tuple = ()) -> Visit:
    """Open a page and watch it.

    Parameters
    ----------
    browser : BrowserContext
    address : str
    width : int
    allow : tuple of str
        Parts of console messages that are no fault of the page.
    """
    seen = Visit(browser.new_page())
    seen.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})

    def console(message):
        if message.type == "error" and not any(part in message.text for part in allow):
            seen.faults.append(message.text)

    def asked(request):
        if urlsplit(request.url).hostname not in (None, "", *HERE):
            seen.outside.append(request.url)

    seen.page.on("console", console)
    seen.page.on("request", asked)
    seen.page.on("pageerror", lambda error: seen.faults.append(str(error)))
    seen.page.goto(address)
    seen.page.evaluate("document.fonts.ready")
    return seen
