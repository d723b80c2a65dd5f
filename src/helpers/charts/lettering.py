"""Lettering of the charts: how wide a text is, where it breaks, and where it may stand."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.transforms import Bbox

FAMILIES = ["DejaVu Sans", "Noto Sans SC", "sans-serif"]


def plain(value: float, digits: int = 4) -> str:
    """Write a number in English form: thousands separated, no needless zeros, a true minus."""
    if abs(value) >= 10 ** (digits - 1):
        text = f"{value:,.0f}"
    else:
        text = f"{float(f'{value:.{digits}g}'):.10g}"
    return text.replace("-", "\N{MINUS SIGN}")


def text_width(figure: Figure, text: str, size: float, weight: str = "normal") -> float:
    """Measure the width of a line of text in inches."""
    font = FontProperties(
        family=FAMILIES, size=size, weight=weight
    )  # fmt: skip
    renderer = figure.canvas.get_renderer()
    return renderer.get_text_width_height_descent(text, font, ismath=False)[0] / figure.dpi


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


def _pieces(text: str) -> list[str]:
    pieces = [""]
    for before, character in zip(" " + text, text, strict=False):
        # No line may begin with a closing mark.
        closing = character in "，。、；：？！）》」』】”’"
        if before.isspace() or (ord(character) > 0x2E7F and not closing):
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
