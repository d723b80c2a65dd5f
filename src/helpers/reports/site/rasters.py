"""Charts as PNG, made from their SVG with the fonts of the house, at twice a screen's pixels."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from helpers.reports.site.page_style import FAMILY, FAMILY_JA, FILES, han_characters

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
    han = [str(FILES[name]()) for name in families] if han_characters([svg]) else []
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
