"""What a notebook says in Markdown: our own bold and lists, and nothing that data could plant.

A page acts on more than HTML: a picture asks its host as soon as the page is opened, a bare address
becomes a link, and formulas between dollars can hold links too. Names and notes of a raw table may
hold all of these, so that every text of a notebook or a card passes through here.
"""

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.display import Markdown

_FORMULA = str.maketrans({"$": "\N{FULLWIDTH DOLLAR SIGN}", "\\": "\N{FULLWIDTH REVERSE SOLIDUS}"})
"""No escape of these holds: a page looks for formulas again once Markdown has become HTML."""
_ENTITY = re.compile(r"&(?=#?\w+;)")
_MARK = re.compile(
    r"<(?=[A-Za-z/!?])|[\[\]~]|:(?=//)|(?<=mailto):|(?<=xmpp):|(?<=www)\.|(?<=\w)@(?=\w)|@(?=@)"
    r"|(?<!\*)\*(?!\*)|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)",
    re.IGNORECASE,
)
"""Where HTML, a link, a picture, an address or an emphasis would begin; "P < 1 %" is none of them,
and our own bold has two stars."""
_FENCE = re.compile(r"`{3,}")
"""Begins a block that a page may draw, as Mermaid; a code in a sentence has fewer."""
_SENTENCE = re.compile(
    r"([.!?]\*{0,2}) (?=\*{0,2}[A-Z])|(;) (?=\w)(?!\d+[.)] )(?=(?:[^`]*`[^`]*`)*[^`]*$)"
)
"""Between two of them, or two of their parts that are no code; a number at the start of a line can
make a list."""
_MINUS = re.compile(r"(?<=[ (])-(?=\d)")
_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def inert(text: str) -> str:
    """Write Markdown that shows a text: bold, lists and code stay, all else is shown as it is.

    HTML, links, pictures, bare addresses and formulas become words. Dollars and backslashes are
    written in full width, as nothing else keeps a page from reading formulas.
    """
    text = _ENTITY.sub("&amp;", text.translate(_FORMULA))
    text = _MARK.sub(lambda mark: f"&#{ord(mark[0])};", text)
    return _FENCE.sub(lambda fence: "&#96;" * len(fence[0]), text)


def prose(text: str, *commands: str) -> "Markdown":
    """Give a text to a notebook, in place of `IPython.display.Markdown`.

    `text`: with our own bold, lists and code; what stands in it of a raw table is shown as it is.
    `commands`: lines for a shell, each shown below the text in a block of its own, word for word.
    A sentence is a line, and so is what a semicolon ends, so that a change is one line in a
    comparison; a minus is one.
    """
    from IPython.display import Markdown

    lines = "\n".join(
        line if line.startswith("|") else _SENTENCE.sub(r"\1\2\n", line)
        for line in _MINUS.sub("\N{MINUS SIGN}", inert(text)).split("\n")
    )
    blocks = [_block(command) for command in commands]
    return Markdown("\n\n".join(part for part in [lines, *blocks] if part))


def as_html(text: object) -> str:
    """Write a text of data into HTML: no tag, no attribute, no formula."""
    return escape(str(text).translate(_FORMULA), quote=True)


def _block(line: str) -> str:
    """Fence a line of code with more backticks than stand in it."""
    longest = max(map(len, re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sh\n{_BREAKS.sub(' ', line)}\n{fence}"
