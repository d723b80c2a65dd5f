"""Lettering of the charts: how wide a text is, where it breaks, and where it may stand."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from helpers.charts.speech import spoken

FAMILIES = ["DejaVu Sans", "Noto Sans SC", "sans-serif"]
_REMEMBERED = 20_000
_MAGNIFIED = 16
_WIDTHS: dict[tuple[str, float, str, float], float] = {}


def plain(value: float, digits: int = 4) -> str:
    """Write a number as the language spoken does: no needless zeros, a true minus."""
    if abs(value) >= 10 ** (digits - 1):
        text = f"{value:,.0f}".replace(",", spoken().thousands)
    else:
        text = f"{float(f'{value:.{digits}g}'):.10g}"
    return text.replace("-", "\N{MINUS SIGN}")


def text_width(figure: Figure, text: str, size: float, weight: str = "normal") -> float:
    """Measure the width of a line of text in inches; what was measured is remembered."""
    key = (text, size, weight, figure.dpi)
    if key not in _WIDTHS:
        if len(_WIDTHS) >= _REMEMBERED:
            _WIDTHS.clear()
        renderer = figure.canvas.get_renderer()
        # In pixels letters stand on whole ones, in an SVG they do not, and a line is up to 2 %
        # longer in one or the other: the longer counts.
        widths = []
        for scale in (1, _MAGNIFIED):
            font = FontProperties(family=FAMILIES, size=scale * size, weight=weight)
            measured = renderer.get_text_width_height_descent(text, font, ismath=False)
            widths.append(measured[0] / figure.dpi / scale)
        _WIDTHS[key] = max(widths)
    return _WIDTHS[key]


def wrap(figure: Figure, text: str, size: float, width: float, weight: str = "normal") -> list[str]:
    """Break a text into lines of at most `width` inches, at blanks and between Han characters."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and text_width(figure, (line + piece).rstrip(), size, weight) > width:
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


def boxes(figure: Figure, texts: Sequence[Text]) -> list[Bbox]:
    """Measure where texts stand, in pixels of the figure."""
    renderer = figure.canvas.get_renderer()
    return [text.get_window_extent(renderer) for text in texts]


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
