"""The Chinese characters of a page as a small font that travels inside the page."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from functools import lru_cache

import pylopdf_fonts_zh_cn
from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Noto Sans SC"
RANGES = (
    (0x2E80, 0x303F),  # radicals, CJK punctuation
    (0x3040, 0x30FF),  # kana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # rare ideographs
    (0x4E00, 0x9FFF),  # ideographs
    (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF),  # full-width forms
)


def han_characters(texts: Iterable[str]) -> frozenset[str]:
    """Return the characters of Chinese and Japanese writing in the texts."""
    every = set().union(*map(set, texts))
    return frozenset(c for c in every if any(low <= ord(c) <= high for low, high in RANGES))


def font_face(characters: frozenset[str]) -> str:
    """Return a CSS `@font-face` rule that holds a font of just these characters, "" for none.

    The rule names the characters as its `unicode-range`, so that the family can stand first in
    `font-family` without touching other scripts (later in the list, Chromium drew boxes).
    Characters that the font lacks are left to the reader's own fonts.
    """
    held = characters & _held()
    if not held:
        return ""
    data = base64.b64encode(_subset("".join(sorted(held)))).decode()
    return (
        f'@font-face{{font-family:"{FAMILY}";font-display:block;'
        f'src:url(data:font/woff2;base64,{data}) format("woff2");'
        f"unicode-range:{','.join(f'U+{ord(c):X}' for c in sorted(held))}}}"
    )


@lru_cache(maxsize=1)
def _held() -> frozenset[str]:
    with TTFont(pylopdf_fonts_zh_cn.sans_path(), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@lru_cache(maxsize=32)
def _subset(text: str) -> bytes:
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "locl", "palt"]
    options.hinting = False
    options.desubroutinize = True
    options.name_IDs = [0, 13, 14]  # copyright and licence travel with the font
    font = subset.load_font(str(pylopdf_fonts_zh_cn.sans_path()), options, lazy=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()
