"""Debian's Chromium, driven by Playwright; a test that needs it is skipped only outside CI."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
HERE = ("127.0.0.1", "localhost", "::1")
FLAGS = [
    # Not by Playwright's routes, for which nothing of a page is taken from the cache again.
    "--host-resolver-rules=MAP * ~NOTFOUND, " + ", ".join(f"EXCLUDE {name}" for name in HERE),
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str:
    """Path of the browser; without one the test is skipped, or fails in CI."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    if path:
        return path
    message = "no Chromium found: apt-get install chromium, or name one in CHROMIUM"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def running_browser() -> Iterator:
    """A headless browser with a profile of its own; its pages share processes and a cache."""
    executable = find_chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser.new_context()
        browser.close()
