"""Colours of drawings on a page: light as drawn, or dark, as the reader's colour scheme asks."""

from __future__ import annotations

import re
from functools import lru_cache

PAPER = "#1d2025"
"""Ground of figures on a dark page, as `--card` in `style.css`."""
INK = "#e9e6df"
"""The lightest that anything gets there, as `--ink`."""
_COLOUR = re.compile(r"#([0-9a-fA-F]{6})\b")
_STYLED = re.compile(r'\sstyle="[^"]*"')
_NAMED = re.compile(r"var\(--c([0-9a-f]{6}),")
_TURNED = ".paper image{filter:invert(1) hue-rotate(180deg)}"
"""For marks that are stored as pixels."""


def themed(svg: str) -> str:
    """Let the colours of a drawing be variables of its page, with the drawn ones as fall-back.

    Parameters
    ----------
    svg : str
        An element `<svg>` whose colours are written as `#rrggbb` in `style` attributes.
    """
    return _STYLED.sub(lambda style: _COLOUR.sub(_variable, style[0]), svg)


def _variable(match: re.Match) -> str:
    colour = match[1].lower()
    return f"var(--c{colour},#{colour})"


def dark_rules(page: str) -> str:
    """Return the style sheet that gives the drawings of a page their dark colours, "" for none.

    It holds for screens only: prints, and readers who prefer light pages, get the colours as drawn.

    Parameters
    ----------
    page : str
        With drawings that `themed` returned.
    """
    found = sorted(set(_NAMED.findall(page)))
    if not found:
        return ""
    values = ";".join(f"--c{colour}:{dark(f'#{colour}')}" for colour in found)
    turned = _TURNED if "<image" in page else ""
    return f"@media screen and (prefers-color-scheme:dark){{:root{{{values}}}{turned}}}"


@lru_cache(maxsize=256)
def dark(colour: str) -> str:
    """Return the colour of the same hue that stands out as much from dark paper as it did on white.

    Contrast is that of WCAG 2.2; hue and chroma are those of OKLCH (Ottosson 2020, A perceptual
    color space for image processing), less chroma where the lighter colour has no room for it.
    """
    if colour == "#ffffff":
        return PAPER
    contrast = 1.05 / (luminance(colour) + 0.05)
    wanted = min(contrast * (luminance(PAPER) + 0.05) - 0.05, luminance(INK))
    _, a, b = _oklab(_linear(colour))
    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        if _luminance(_fitting(middle, a, b)) < wanted:
            low = middle
        else:
            high = middle
    return _hex(_fitting(high, a, b))


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, 0 to 1."""
    return _luminance(_linear(colour))


def _luminance(rgb: tuple[float, ...]) -> float:
    return sum(part * share for part, share in zip(rgb, (0.2126, 0.7152, 0.0722), strict=True))


def _linear(colour: str) -> tuple[float, ...]:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return tuple(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)


def _hex(rgb: tuple[float, ...]) -> str:
    parts = (min(max(p, 0.0), 1.0) for p in rgb)
    shown = (12.92 * p if p <= 0.0031308 else 1.055 * p ** (1 / 2.4) - 0.055 for p in parts)
    return "#" + "".join(f"{round(255 * p):02x}" for p in shown)


def _oklab(rgb: tuple[float, ...]) -> tuple[float, float, float]:
    r, g, b = rgb
    cones = (
        0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
        0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
        0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
    )
    long, middle, short = (cone ** (1 / 3) for cone in cones)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _fitting(lightness: float, a: float, b: float) -> tuple[float, ...]:
    """Linear RGB of an OKLab colour, with as much of its chroma as the screen can show."""
    for share in (1.0, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1, 0.0):
        rgb = _from_oklab(lightness, share * a, share * b)
        if all(-1e-6 <= part <= 1 + 1e-6 for part in rgb):
            return rgb
    return rgb


def _from_oklab(lightness: float, a: float, b: float) -> tuple[float, ...]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
