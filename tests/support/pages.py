"""Pages as a browser takes them: a hostile text, and all that would be fetched or run."""

import hashlib
import re
from base64 import b64encode
from html.parser import HTMLParser

HOSTILE = (
    """<script>alert(1)</script>"'><img src=http://evil.example/x.png onerror=alert(2)>{{ 7*7 }}"""
)


class References(HTMLParser):
    """Collects what a browser would fetch, what could run, and where links lead."""

    def __init__(self):
        super().__init__()
        self.loads, self.links, self.scripts, self.styles = [], [], [], []
        self.in_style = False

    def handle_starttag(self, tag, attributes):
        self.in_style = tag == "style"
        for name, value in attributes:
            value = value or ""
            if tag in {"a", "area"} and name in {"href", "xlink:href"}:
                self.links.append(value)
            elif name in LOADING:
                self.loads.append(value)
            elif name == "style":
                self.styles.append(value)
            elif name.startswith("on"):
                self.scripts.append(f"{name}={value}")
            elif tag == "meta" and name == "http-equiv" and value.lower() == "refresh":
                self.loads.append("refresh")
        if tag in {"script", "iframe", "object", "embed", "base", "form"}:
            self.scripts.append(tag)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        self.in_style = False

    def handle_data(self, text):
        if self.in_style:
            self.styles.append(text)


LOADING = {"src", "srcset", "href", "xlink:href", "data", "poster", "background", "action"}


def without_own_script(page: str) -> str:
    """The page without the script that its policy names by its digest, and without that name."""
    for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL):
        digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
        named = f"; script-src &#39;sha256-{digest}&#39;"
        if named in page:
            page = page.replace(named, "").replace(f"<script>{script}</script>", "")
    return page


def outside(page: str) -> list[str]:
    """Everything that a page would fetch from elsewhere or run, but for its own script."""
    found = References()
    found.feed(without_own_script(page))
    in_styles = re.findall(r"url\(\s*[\"']?([^\"')]*)", " ".join(found.styles))
    loads = found.loads + in_styles
    bad = [load for load in loads if not (load.startswith(("#", "data:")))]
    bad += re.findall(r"@import[^;]*", " ".join(found.styles))
    bad += [link for link in found.links if re.match(r"(?!https?:)[a-z][a-z0-9+.-]*:|//", link)]
    return bad + found.scripts
