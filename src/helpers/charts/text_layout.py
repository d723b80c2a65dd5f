"""Texts of a chart: their language, how wide they are, where they break and may stand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import pylopdf_fonts_zh_cn
import uharfbuzz
from matplotlib import get_data_path
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from helpers.wording.language import ENGLISH, Language, is_han, language_of

FAMILIES = ["DejaVu Sans", "Noto Sans SC", "sans-serif"]
_REMEMBERED = 20_000
_SUFFIX = {"bold": "-Bold"}


def plain(value: float, digits: int = 4) -> str:
    """Write a number as the language spoken does: no needless zeros, a true minus."""
    if abs(value) >= 10 ** (digits - 1):
        text = f"{value:,.0f}".replace(",", spoken().thousands)
    else:
        text = f"{float(f'{value:.{digits}g}'):.10g}"
    return text.replace("-", "\N{MINUS SIGN}")


def signed(value: float, decimals: int = 0) -> str:
    """Write a change with its sign, a true minus."""
    return f"{value:+.{decimals}f}".replace("-", "\N{MINUS SIGN}")


@lru_cache
def _faces(weight: str) -> tuple[uharfbuzz.Face, ...]:
    """Fonts of `FAMILIES` in a weight, in their order; the one of Han characters has a single."""
    latin = Path(get_data_path(), "fonts", "ttf", f"DejaVuSans{_SUFFIX.get(weight, '')}.ttf")
    files = latin, pylopdf_fonts_zh_cn.sans_path()
    return tuple(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file))) for file in files)


@lru_cache(maxsize=_REMEMBERED)
def _place(letter: str, weight: str) -> int:
    """Place among `_faces` of the first that holds a letter; that of the first if none does."""
    fonts = enumerate(_faces(weight))
    return next((n for n, face in fonts if ord(letter) in _letters(face)), 0)


@lru_cache
def _letters(face: uharfbuzz.Face) -> frozenset[int]:
    return frozenset(face.unicodes)


@lru_cache(maxsize=_REMEMBERED)
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Measure the width of a line of text in inches, as an SVG and the house style draw it."""
    ems = 0.0
    for place, letters in groupby(text, lambda letter: _place(letter, weight)):
        face, run = _faces(weight)[place], uharfbuzz.Buffer()
        run.add_str("".join(letters))
        run.guess_segment_properties()
        uharfbuzz.shape(uharfbuzz.Font(face), run)
        ems += sum(glyph.x_advance for glyph in run.glyph_positions) / face.upem
    return ems * size / 72


def wrap(text: str, size: float, width: float, weight: str = "normal") -> list[str]:
    """Break a text into lines of at most `width` inches, at blanks and between Han characters."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and text_width((line + piece).rstrip(), size, weight) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


_CLOSING, _OPENING = "，。、；：？！）》」』】”’～％", "（《「『【“‘"


def _pieces(text: str) -> list[str]:
    """Split a text where a line may end: not within "P = 35 %", nor before a closing mark."""
    pieces = [""]
    for place, character in enumerate(text):
        before = text[place - 1] if place else " "
        if before in _OPENING:
            may = False
        elif before.isspace() and before != "\N{NO-BREAK SPACE}":
            may = character not in "%=<>≥≤" and text[max(place - 2, 0)] not in "=<>≥≤"
        else:
            # No line may begin with a closing mark.
            may = is_han(character) and character not in _CLOSING
        if may:
            pieces.append("")
        pieces[-1] += character
    return pieces


def boxes(texts: Sequence[Text]) -> list[Bbox]:
    """Measure where texts of a figure stand, in pixels of it."""
    return [text.get_window_extent() for text in texts]


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions apart to at least `gap`, each as little as may be, within low and high."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [0.0] * len(wanted)
    floor = low
    for i in order:
        placed[i] = max(wanted[i], floor)
        floor = placed[i] + gap
    ceiling = high
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - gap
    return placed


_SPOKEN: ContextVar[Language] = ContextVar("language of the chart", default=ENGLISH)


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """Let charts within speak a language; raises ValueError for a code that is none.

    Tick labels are made while a figure is written, long after its function returned: the language
    has to hold then too, which is why it is no argument of every helper.
    """
    language = language_of(code)
    token = _SPOKEN.set(language)
    try:
        yield language
    finally:
        _SPOKEN.reset(token)


def spoken() -> Language:
    """Return the language that is spoken now."""
    return _SPOKEN.get()


def say(key: str, **values: object) -> str:
    """Return a text of the string table in the language that is spoken."""
    return spoken().say(key, **values)


def number(value: float, decimals: int = 0) -> str:
    """Write a number as the language does, with a true minus."""
    return spoken().number(value, decimals).replace("-", "\N{MINUS SIGN}")
