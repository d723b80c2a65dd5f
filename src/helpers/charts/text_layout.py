"""Texts of a chart: their language, how wide they are, where they break and may stand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from helpers.wording.language import ENGLISH, Language, language_of

FAMILIES = ["DejaVu Sans", "Noto Sans SC", "sans-serif"]
_REMEMBERED = 20_000
_MAGNIFIED, _LARGE = 16, 160
_KERNED = 0.07
"""Share by which the advances of letters, added up, may miss the width of a line."""


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


_DOTS_PER_INCH = 100
"""Of the ruler, and of every figure in the house style."""


@lru_cache(maxsize=1)
def _ruler() -> RendererAgg:
    """Return what letters are measured with: no figure has to be there yet."""
    return FigureCanvasAgg(Figure(dpi=_DOTS_PER_INCH)).get_renderer()


@lru_cache(maxsize=_REMEMBERED)
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Measure the width of a line of text in inches; what was measured is remembered."""
    # In pixels letters stand on whole ones, in an SVG they do not, and a line is up to 2 %
    # longer in one or the other: the longer counts.
    return max(_measure(text, size, weight, scale) for scale in (1, _MAGNIFIED))


def _measure(text: str, size: float, weight: str, scale: int) -> float:
    """Measure a line of text in inches, magnified while it is measured."""
    font = FontProperties(family=FAMILIES, size=scale * size, weight=weight)
    width, _, _ = _ruler().get_text_width_height_descent(text, font, ismath=False)
    return width / _DOTS_PER_INCH / scale


def _fits(text: str, size: float, width: float, weight: str) -> bool:
    """Say whether a line is short enough; it is measured only where letters leave it open."""
    rough = rough_width(text, size, weight)
    if abs(rough - width) > _KERNED * width:
        return rough < width
    return text_width(text, size, weight) <= width


def rough_width(text: str, size: float, weight: str = "normal") -> float:
    """Add up in inches what the letters of a line add to it: a few percent off, and soon done."""
    return size * sum(_advance(letter, weight) for letter in text)


@lru_cache(maxsize=_REMEMBERED)
def _advance(letter: str, weight: str) -> float:
    """Measure what a letter, also a blank, adds to a line: in inches for each point of its size."""
    with_it, without = (_measure(line, 1, weight, _LARGE) for line in (f"n{letter}n", "nn"))
    return with_it - without


def wrap(text: str, size: float, width: float, weight: str = "normal") -> list[str]:
    """Break a text into lines of at most `width` inches, at blanks and between Han characters."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and not _fits((line + piece).rstrip(), size, width, weight):
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
            may = ord(character) > 0x2E7F and character not in _CLOSING
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
