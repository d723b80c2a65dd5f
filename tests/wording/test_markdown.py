"""Texts of data in Markdown and HTML: shown as they are, and nothing more."""

import re

import pytest
from bs4 import BeautifulSoup
from IPython.display import Markdown
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from helpers.wording import as_html, inert, prose

PLANTED = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<IMG SRC=//e.example/a.png>",
    "![p](https://e.example/a.png)", "[click](https://e.example)", "[click](javascript:alert(1))",
    "[r][1]\n\n[1]: https://e.example", "![r]\n\n[r]: https://e.example/a.png",
    "https://e.example/a", "HTTP://e.example", "www.e.example", "ftp://e.example", "a@e.example",
    "<https://e.example>", "mailto:a@e.example", "`<b>` ``x`", "```mermaid\nclick a href\n```",
    r"$\href{javascript:alert(1)}{x}$", r"\(\href{javascript:alert(1)}{x}\)", "$$x$$", r"\\[x\\]",
    r"\begin{equation}\href{https://e.example}{x}\end{equation}", "&lt;script&gt;", "<!-- x",
    "&#60;script&#62;alert(1)&#60;/script&#62;", "@@0@@", "<svg/onload=alert(1)>", "<?x", "<style>",
    r"\<script>alert(1)</script>", r"\[x](https://e.example)", r"\![x](https://e.example/p)",
]  # fmt: skip


def faults(html: str) -> list[str]:
    """Name all that a page acts on."""
    page = BeautifulSoup(html, "html.parser")
    found = [
        tag.name
        for tag in page.find_all(["script", "img", "svg", "style", "iframe", "a", "form", "object"])
    ]
    found += [name for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    shown = page.get_text()
    return found + re.findall(r"\$|\\", shown)


@pytest.mark.parametrize("text", PLANTED)
def test_planted_text_is_shown_and_does_nothing(text):
    html = markdown2html_mistune(inert(f"**{text}** {text}\n\n- {text}"))
    assert not faults(html), html
    assert not faults(f"<p>{as_html(text)}</p>")


def test_the_shown_words_are_those_of_the_data():
    text = "A <b> [x](https://e.example) & &lt; www.e.example a@e.example"
    html = markdown2html_mistune(inert(text))
    assert BeautifulSoup(html, "html.parser").get_text().strip() == text


@pytest.mark.parametrize("name", ["A *b* c", "_A_ b", "A*B", "2*3*4", "A _b_, c_d_e"])
def test_stars_and_strokes_of_a_name_are_shown_and_our_bold_stays(name):
    page = BeautifulSoup(markdown2html_mistune(inert(f"**{name}: open.** {name}")), "html.parser")
    assert page.get_text().strip() == f"{name}: open. {name}"
    assert [tag.get_text() for tag in page.find_all(["strong", "em"])] == [f"{name}: open."]


def test_the_planted_texts_would_do_something_without_it():
    assert sum(bool(faults(markdown2html_mistune(text))) for text in PLANTED) > 15


def test_our_own_formatting_stays():
    text = "**P < 1 %** for `industry.csv`, at least 4.8 %:\n\n- one\n- two"
    assert inert(text) == text
    page = BeautifulSoup(markdown2html_mistune(prose(text).data), "html.parser")
    assert [tag.name for tag in page.find_all(["strong", "code", "em", "li"])] == [
        "strong", "code", "li", "li",
    ]  # fmt: skip
    assert isinstance(prose(text), Markdown)


@pytest.mark.parametrize("line", ["ls 'a b'", "ls ```\n<script>", "a ```` b", "x\n```\n<b>", "<b>"])
def test_a_command_stays_in_its_block_word_for_word(line):
    page = BeautifulSoup(markdown2html_mistune(prose("", line).data), "html.parser")
    assert page.get_text().strip() == re.sub("\n", " ", line)
    assert not page.find_all(["script", "b"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It rose. Now it falls.", "It rose.\nNow it falls."),
        (
            "- **R&D: open.** The latest is 6.7. No more.",
            "- **R&D: open.**\nThe latest is 6.7.\nNo more.",
        ),
        ("- **A**: B rose; 4 % not; C fell.", "- **A**: B rose;\n4 % not;\nC fell."),
        ("As told: `a; b`; c", "As told: `a; b`;\nc"),
        ("Of two; 1. is no list; - nor is this", "Of two; 1. is no list; - nor is this"),
        ("| a. B; c | d |", "| a. B; c | d |"),
        ("by -0.3 (-0.6 to +0.1) on 2026-11-28", "by −0.3 (−0.6 to +0.1) on 2026-11-28"),
    ],
)
def test_a_sentence_is_a_line_and_a_minus_is_one(text, shown):
    assert prose(text).data == shown
