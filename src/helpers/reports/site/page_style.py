"""The Chinese and Japanese characters of a page as small fonts that travel inside the page.

A character that both languages write can have another form in each: Japanese text is set in Noto
Sans JP, everything else in Noto Sans SC.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from functools import lru_cache
from html.parser import HTMLParser

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
UNSEEN = frozenset({"style", "script"})


def han_characters(texts: Iterable[str]) -> frozenset[str]:
    """Return the characters of the texts that a plain Latin font may lack."""
    every = set().union(*map(set, texts))
    return frozenset(c for c in every if any(low <= ord(c) <= high for low, high in RANGES))


def page_faces(page: str) -> str:
    """Return the `@font-face` rules for the characters of a page, by the language of each."""
    reader = _ByLanguage()
    reader.feed(page)
    japanese, others = han_characters(reader.japanese), han_characters(reader.others)
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


class _ByLanguage(HTMLParser):
    """Collects what a page shows, apart for elements in Japanese and in any other language."""

    def __init__(self):
        super().__init__()
        self.japanese: list[str] = []
        self.others: list[str] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag, attributes):
        above = self._open[-1][1] if self._open else ""
        if tag not in VOID:
            self._open.append((tag, dict(attributes).get("lang") or above))

    def handle_endtag(self, tag):
        # A closing tag also closes what was left open inside, as in a browser.
        depth = next((i for i, (name, _) in enumerate(reversed(self._open)) if name == tag), None)
        if depth is not None:
            del self._open[len(self._open) - 1 - depth :]

    def handle_data(self, data):
        tag, language = self._open[-1] if self._open else ("", "")
        if tag not in UNSEEN:
            (self.japanese if language.startswith("ja") else self.others).append(data)


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
    font.save(out, reorderTables=False)
    return out.getvalue()
