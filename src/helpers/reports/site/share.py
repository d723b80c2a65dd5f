"""What a page is when somebody passes it on: picture, description and address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from helpers.reports.site.page_style import FAMILY, FAMILY_JA
from helpers.reports.site.verdicts import Verdict
from helpers.wording.language import NO_BREAK, Language, wrapped

SHARE = "share.png"
WIDTH, HEIGHT, MARGIN = 600, 315, 32
"""Of the picture, which is drawn twice as large: 1200 by 630, as networks show it."""
ROW = 41
TITLE, LEAST, TEXT = 25, 15, 13.5
"""Sizes of letters; a long title shrinks until it leaves room for its targets."""
COLOURS = {"met": "#0b66a8", "missed": "#b8430a", "open": "#6a5a00", "at_the_line": "#6b4a8c"}
QUIET, INK, PAPER = "#5b6067", "#1b1d20", "#faf9f6"


@dataclass(frozen=True)
class Meta:
    """What a page tells whoever shows a link to it; address and picture may be "".

    An address is known only where the report is told where it will stand.
    """

    title: str
    description: str
    locale: str
    address: str = ""
    image: str = ""


LOCALES = {"en": "en_GB", "zh": "zh_CN", "ja": "ja_JP"}


def share_picture(
    headline: str, rows: Sequence[tuple[str, Verdict]], about: str, language: Language
) -> str:
    """Draw headline, targets and day as an SVG document of 600 by 315.

    Parameters
    ----------
    headline : str
    rows : sequence of (str, Verdict)
        As `helpers.reports.site.headline.board` returns.
    about : str
        Area, years and day, at the foot.
    language : Language
    """
    room = HEIGHT - 2.4 * MARGIN - ROW * len(rows)
    size = next(
        (size for size in range(TITLE, LEAST, -1)
         if 1.25 * size * len(_lines(headline, size)) <= room),
        LEAST,
    )  # fmt: skip
    lines = _lines(headline, size)
    family = f"'DejaVu Sans', '{FAMILY_JA if language.code == 'ja' else FAMILY}'"
    drawn, down = [], MARGIN / 2
    for line in lines:
        down += 1.25 * size
        drawn.append(_text(MARGIN, down, line, size, INK, bold=True))
    down = HEIGHT - MARGIN - ROW * len(rows) + 10
    for name, verdict in rows:
        said, colour = verdict.said, COLOURS.get(verdict.state, QUIET)
        got = language.say("column.separator").join(filter(None, (said.latest_year, said.latest)))
        asked = f"{language.say('board.asked')}{language.say('column.separator')}{said.asked}"
        ended = language.say("list.clause").join(filter(None, (said.heading, said.shortfall)))
        drawn += [
            f'<rect x="{MARGIN}" y="{down - 11:.1f}" width="5" height="31" fill="{colour}"/>',
            _text(MARGIN + 13, down, name, TEXT, INK, bold=True),
            _text(MARGIN + 13, down + 17, asked, TEXT - 1.5, QUIET),
            _text(WIDTH - MARGIN, down, ended, TEXT, colour, bold=True, end=True),
            _text(WIDTH - MARGIN, down + 17, got, TEXT - 1.5, INK, end=True),
        ]
        down += ROW
    drawn.append(_text(MARGIN, HEIGHT - 13, about, 11, QUIET))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="{family}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>{"".join(drawn)}</svg>'
    )


def _lines(title: str, size: float) -> list[str]:
    """Break a title by the usual width of bold letters."""
    return wrapped(title, (WIDTH - 2 * MARGIN) / size, narrow=0.63, wide=1.0)


def _text(
    x: float, y: float, words: str, size: float, colour: str, *, bold: bool = False,
    end: bool = False,
) -> str:  # fmt: skip
    weight, anchor = ' font-weight="bold"' if bold else "", ' text-anchor="end"' if end else ""
    shown = escape(words.replace(NO_BREAK, " "))
    place = f'x="{x}" y="{y:.1f}" font-size="{size}" fill="{colour}"'
    return f"<text {place}{weight}{anchor}>{shown}</text>"
