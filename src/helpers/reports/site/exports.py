"""Parts of a report as other files: a card as PNG, the front page as PDF."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from helpers.reports.site.page_style import FAMILY, FAMILY_JA, FILES, han_characters
from helpers.reports.store.scratch import scratch_folder

NAMED = os.environ.get("CHROMIUM")
BROWSERS = (*([NAMED] if NAMED else []), "chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions",
    "--no-pdf-header-footer",
)  # fmt: skip
SECONDS = 60
_LINK = re.compile(r'\s*<li class="printed">.*?</li>', re.DOTALL)
_LOCAL = re.compile(r'\shref="(?!https?:|#)[^"]*"')
_STAMP = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")


def browser() -> str | None:
    """Return the path of a Chromium on this machine, None without one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


@dataclass(frozen=True)
class Print:
    """Whether a page was printed, and in one line why not."""

    fault: str = ""

    def __bool__(self) -> bool:
        """Whether it was printed."""
        return not self.fault


def print_page(page: Path, pdf: Path, as_of: str) -> Print:
    """Print a page on A4 without headers; say whether it was done.

    The dates inside are the as-of date, so that the same page gives the same file. Nothing is
    fetched: the page forbids it, and the browser gets a name server that answers nothing.

    Parameters
    ----------
    page, pdf : Path
    as_of : str
        ISO date.
    """
    program = browser()
    if program is None:
        return Print("no Chromium")
    # Chromium refuses its sandbox to the superuser.
    unboxed = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    with scratch_folder() as home:
        made, copy = home / "page.pdf", home / "page.html"
        # In a PDF a link beside the page would name a folder of this machine.
        copy.write_text(_LOCAL.sub("", page.read_text(encoding="utf-8")), encoding="utf-8")
        command = [
            program, *QUIET, *unboxed, f"--user-data-dir={home}",
            "--host-resolver-rules=MAP * ~NOTFOUND", f"--print-to-pdf={made}",
            copy.as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
        except (OSError, subprocess.SubprocessError) as error:
            return Print(f"{program}: {_why(error)}")
        if not made.exists():
            return Print(f"{program}: ended without a page")
        stamp = as_of.replace("-", "").encode() + b"000000"
        pdf.write_bytes(_STAMP.sub(rb"\g<1>" + stamp, made.read_bytes()))
    return Print()


def _why(error: OSError | subprocess.SubprocessError) -> str:
    """Say in one line why a program did not do its work: the last that it said itself."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"took longer than {SECONDS} seconds and was stopped"
    if isinstance(error, subprocess.CalledProcessError):
        said = (error.stderr or b"").decode("utf-8", "replace").strip().splitlines()
        return f"exit code {error.returncode}" + (f": {said[-1].strip()[:200]}" if said else "")
    return str(getattr(error, "strerror", None) or error)


def unlink_print(folder: Path) -> None:
    """Take the prints out of a folder, and the links to them out of its pages."""
    for print_ in folder.glob("*.pdf"):
        print_.unlink()
    for page in folder.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(_LINK.sub("", text), encoding="utf-8")


SCALE = 2.0
_PIXELS_PER_INCH = 96


def can_draw() -> bool:
    """Whether the library that draws SVG is installed."""
    return find_spec("resvg_py") is not None


def png(svg: str) -> bytes:
    """Draw an SVG document as PNG.

    Raises
    ------
    ValueError
        For a document that cannot be drawn.
    """
    import resvg_py

    families = [FAMILY_JA, FAMILY] if f"'{FAMILY_JA}'" in svg else [FAMILY]
    han = [str(FILES[name]()) for name in families] if han_characters(svg) else []
    fonts = [*_latin(), *han]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, zoom=SCALE, dpi=_PIXELS_PER_INCH, skip_system_fonts=True,
            font_files=fonts, background="#ffffff",
        )
    )  # fmt: skip


@lru_cache(maxsize=1)
def _latin() -> tuple[str, ...]:
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return tuple(str(folder / f"DejaVuSans{weight}.ttf") for weight in ("", "-Bold"))
