"""How a page looks: fonts of the characters it uses, colours for light and dark.

A character that both languages write can have another form in each: Japanese text is set in Noto
Sans JP, everything else in Noto Sans SC.
"""

from __future__ import annotations

import base64
import io
import re
from functools import lru_cache
from html import unescape

import numpy as np
import pylopdf_fonts_jp
import pylopdf_fonts_zh_cn
import uharfbuzz
from fontTools.ttLib import TTFont

FAMILY, FAMILY_JA = "Noto Sans SC", "Noto Sans JP"
FILES = {FAMILY: pylopdf_fonts_zh_cn.sans_path, FAMILY_JA: pylopdf_fonts_jp.sans_path}
RANGES = (
    (0x1100, 0x11FF),  # Hangul
    (0x2190, 0x22FF),  # arrows and signs of arithmetic, missing in some system fonts
    (0x2460, 0x25FF),  # numbers in circles, lines and shapes
    (0x2E80, 0x303F),  # radicals, CJK punctuation
    (0x3040, 0x30FF),  # kana
    (0x3130, 0x318F),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # rare ideographs
    (0x4E00, 0x9FFF),  # ideographs
    (0xAC00, 0xD7AF),
    (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF),  # full-width forms
)
FEATURES = (b"kern", b"locl", b"palt")
LICENCE = (0, 13, 14)
"""Entries of a font's table of names that travel with it: copyright, licence, its address."""
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
)


def han_characters(text: str) -> frozenset[str]:
    """Return the characters of a text that a plain Latin font may lack."""
    return frozenset(c for c in set(text) if any(low <= ord(c) <= high for low, high in RANGES))


def page_faces(page: str) -> str:
    """Return the `@font-face` rules for the characters of a page, by the language of each."""
    japanese, others = (han_characters(unescape("".join(each))) for each in shown_by_language(page))
    lacking = japanese - _held(FAMILY_JA)
    spare = others - _held(FAMILY)
    return font_face(others | lacking) + font_face(japanese | spare, FAMILY_JA)


def font_face(characters: frozenset[str], family: str = FAMILY) -> str:
    """Return a CSS `@font-face` rule that holds a font of just these characters, "" for none.

    The rule names the characters as its `unicode-range`, so that the family can stand first in
    `font-family` without touching other scripts (later in the list, Chromium drew boxes).
    Characters that the font lacks are left to the reader's own fonts.
    """
    held = characters & _held(family)
    if not held:
        return ""
    data = base64.b64encode(_subset("".join(sorted(held)), family)).decode()
    return (
        f'@font-face{{font-family:"{family}";font-display:block;'
        f'src:url(data:font/woff;base64,{data}) format("woff");'
        f"unicode-range:{','.join(f'U+{ord(c):X}' for c in sorted(held))}}}"
    )


_TAG = re.compile(
    r"<!--.*?-->|<(?P<unseen>style|script)\b.*?</(?P=unseen)\s*>"
    r"|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL,
)
"""A tag, or what is not shown. A parser of any HTML takes more than twice as long."""
_LANGUAGE = re.compile(r"""\blang=["']?([\w-]+)""")


def shown_by_language(page: str) -> tuple[list[str], list[str]]:
    """Return what a page shows, apart for elements in Japanese and in any other language."""
    japanese: list[str] = []
    others: list[str] = []
    open_, since = [("", "")], 0
    for tag in _TAG.finditer(page):
        (japanese if open_[-1][1].startswith("ja") else others).append(page[since : tag.start()])
        since, name, attributes = tag.end(), tag["name"], tag["attributes"]
        if tag["end"]:
            # A closing tag also closes what was left open inside, as in a browser.
            depth = next((i for i, one in enumerate(reversed(open_)) if one[0] == name), None)
            if depth is not None:
                del open_[len(open_) - 1 - depth :]
        elif name and name not in VOID and not attributes.endswith("/"):
            own = _LANGUAGE.search(attributes) if "lang" in attributes else None
            open_.append((name, own[1] if own else open_[-1][1]))
    return japanese, others


@lru_cache(maxsize=2)
def _face(family: str) -> uharfbuzz.Face:
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(FILES[family]())))


@lru_cache(maxsize=2)
def _held(family: str) -> frozenset[str]:
    return frozenset(map(chr, _face(family).unicodes))


def _subset(text: str, family: str) -> bytes:
    # As WOFF: WOFF2 is a tenth smaller and takes thirty times as long.
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(map(ord, text))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(int.from_bytes(tag) for tag in FEATURES)
    wanted.name_id_set.clear()
    wanted.name_id_set.update(LICENCE)
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.DESUBROUTINIZE
    cut = uharfbuzz.subset(_face(family), wanted).blob.data
    font, out = TTFont(io.BytesIO(cut), recalcTimestamp=False), io.BytesIO()
    font.flavor = "woff"
    font.save(out, reorderTables=None)  # in the order in which they are at hand
    return out.getvalue()


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
    _, a, b = _LAB @ np.cbrt(_CONES @ _linear(colour))
    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        if _LUMINANCE @ _fitting(middle, a, b) < wanted:
            low = middle
        else:
            high = middle
    return _hex(_fitting(high, a, b))


_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
"""From linear RGB to the cones of the eye."""
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
"""From their cube roots to OKLab."""


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, 0 to 1."""
    return float(_LUMINANCE @ _linear(colour))


def _linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _hex(rgb: np.ndarray) -> str:
    parts = rgb.clip(0.0, 1.0)
    shown = np.where(parts <= 0.0031308, 12.92 * parts, 1.055 * parts ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(255 * part):02x}" for part in shown)


def _fitting(lightness: float, a: float, b: float) -> np.ndarray:
    """Linear RGB of an OKLab colour, with as much of its chroma as the screen can show."""
    for share in (1.0, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1, 0.0):
        roots = np.linalg.solve(_LAB, [lightness, share * a, share * b])
        rgb = np.linalg.solve(_CONES, roots**3)
        if np.all((rgb >= -1e-6) & (rgb <= 1 + 1e-6)):
            break
    return rgb
