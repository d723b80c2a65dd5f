"""A notebook that was run in English, as it is read in another language: its texts, tables, charts.

The code stays as it is. What has no translation is left in English and told to the caller.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterator, Sequence
from html import unescape
from itertools import takewhile
from typing import NamedTuple
from xml.etree import ElementTree

import nbformat

from helpers.charts.display import NARROW, SVG, in_family_of
from helpers.charts.style import EDGE
from helpers.charts.svg import SVG as NAMESPACE
from helpers.charts.svg import packed, unpacked
from helpers.charts.text_layout import text_width, wrap
from helpers.reports.site.tables import parsed, set_text, written
from helpers.reports.site.translation import Translation, is_chinese
from helpers.wording.language import CHINESE, is_han
from helpers.wording.markdown import inert

_LEAD = re.compile(r"\s*(?:#{1,6}\s+|[-*+]\s+|\d+\.\s+|>\s*)?")
"""What makes a line of Markdown a heading or an item."""
_FENCE = re.compile(r"\s*```")
_BOLD = re.compile(r"(.?)\*\*([^*]+)\*\*(?=(.?))")
_IDENTIFIER = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
_MOVED = re.compile(r"translate\(([-\d.]+)[ ,]([-\d.]+)\)")
_FONT_SIZE = re.compile(r"(?<=font-size:)[\d.]+")
HAIR = "\N{HAIR SPACE}"
_POINTS = 72
_SMALLEST = 0.8
"""To which part of its size a label of a chart may shrink where its room was made for English."""
_SMALLER = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)
"""The same of a text of several lines, tried in turn: none of it may be lost."""
_MOST_LINES = 6
"""Of a text in a chart beside title and source."""
_LEADING = (0.9, 1.6)
"""Distance of two lines of one text, in heights of its letters."""


class Translated(NamedTuple):
    """A notebook in a language, and the English texts on it that have no translation."""

    notebook: nbformat.NotebookNode
    missing: tuple[str, ...]


def translate_notebook(notebook: nbformat.NotebookNode, translation: Translation) -> Translated:
    """Put what a reader reads of an executed notebook into a language; the notebook is not changed.

    Parameters
    ----------
    notebook : NotebookNode
    translation : Translation
    """
    reader = _Reader(translation)
    shown = copy.deepcopy(notebook)
    for cell in shown.cells:
        if cell.cell_type == "markdown":
            cell.source = reader.markdown(cell.source)
        for output in cell.get("outputs", []):
            reader.output(output)
    return Translated(shown, tuple(reader.missing))


class _Reader:
    """Translates text after text, and notes what has no translation."""

    def __init__(self, translation: Translation):
        self.translation = translation
        self.missing: dict[str, None] = {}

    def text(self, text: str) -> str:
        """Return a text in the language, or as it is if it has no translation."""
        if not text.strip():
            return text
        written = self.translation.of(text)
        if written is None:
            self.missing[text.strip()] = None
        return text if written is None else written

    def output(self, output: nbformat.NotebookNode) -> None:
        """Translate an output in place."""
        data = output.get("data", {})
        if "text/markdown" in data:
            data["text/markdown"] = self.markdown(data["text/markdown"], printed=True)
        elif "text/html" in data:
            data["text/html"] = self.table(data["text/html"])
        elif SVG in data:
            data[SVG] = self.chart(data[SVG])
            kept = output.metadata.get(SVG, {})
            if NARROW in kept:
                kept[NARROW] = packed(self.chart(unpacked(kept[NARROW])))
        elif "text/plain" in data:
            data["text/plain"] = self.lines(data["text/plain"])
        elif output.output_type == "stream" and output.name == "stdout":
            output.text = self.lines(output.text)

    def lines(self, text: str) -> str:
        """Translate line by line."""
        return "\n".join(self.text(line) for line in text.split("\n"))

    def markdown(self, source: str, *, printed: bool = False) -> str:
        """Translate paragraph by paragraph; headings and items are paragraphs of their own."""
        written = []
        for block, is_code in _blocks(source):
            lead = block if is_code else _lead(block)
            body = unescape(block[len(lead) :]) if printed else block[len(lead) :]
            if body.startswith("|"):
                told = "|".join(self.text(cell) for cell in body.split("|"))
            else:
                told = self.sentences(body)
            told = _BOLD.sub(_set_apart, told)
            written.append(lead + (inert(told) if printed else told))
        return "\n".join(written)

    def sentences(self, text: str) -> str:
        """Translate a text sentence by sentence, so that one that is not known is told alone."""
        if self.translation.of(text) is not None:
            return self.text(text)
        parts = self.translation.sentences_of(text)
        return self.translation.language.space.join(map(self.text, parts))

    def table(self, text: str) -> str:
        """Translate the cells of a table; a name that only programs use stays in its body."""
        page = parsed(text)
        for node in page.iter("th", "td", "p", "caption"):
            text = node.text_content().strip()
            in_body = next(node.iterancestors("tbody"), None) is not None
            if not len(node) and text:
                known = self.translation.of(text)
                if known is None and in_body and _IDENTIFIER.fullmatch(text):
                    continue
                set_text(node, self.text(text))
                if is_chinese(text) and self.translation.language is not CHINESE:
                    node.set("lang", CHINESE.tag)
        return written(page)

    def chart(self, svg: str) -> str:
        """Translate the texts of a drawing, and set them where those in English stood."""
        root = ElementTree.fromstring(svg)
        width, labels = labels_of(root)
        source = root.find(f"{{{NAMESPACE}}}metadata/{{{NAMESPACE}}}source")
        whole = {source.text or ""} if source is not None else set()
        for name in ("title", "desc"):
            node = root.find(f"{{{NAMESPACE}}}{name}")
            text = " ".join((node.text or "").split()) if node is not None else ""
            whole.add(text)
            if node is not None and text:
                node.text = self.sentences(text)
        for node in root.iterfind(f"{{{NAMESPACE}}}metadata/{{{NAMESPACE}}}language"):
            node.text = self.translation.language.code
        self._set(labels, width, whole)
        return in_family_of(
            ElementTree.tostring(root, encoding="unicode"), self.translation.language.code
        )

    def _set(self, labels: list[Label], width: float, whole: Collection[str]) -> None:
        boxes = [label.box() for label in labels]
        start = 0
        while start < len(labels):
            count = self._lines_from(labels, start, whole)
            run = labels[start : start + count]
            told = self.text(_joined([label.node.text or "" for label in run]))
            if count > 1 or told != run[0].node.text:
                others = boxes[:start] + boxes[start + count :]
                for number, label in enumerate(_fill(run, told, others, width)):
                    boxes[start + number] = label.box()
            start += count

    def _lines_from(self, labels: list[Label], start: int, told: Collection[str]) -> int:
        """Count the lines of the text that begins with a label: as few as make sense."""
        end = start + 1
        while end < len(labels) and labels[end].follows(labels[end - 1]):
            end += 1
        texts = [label.node.text or "" for label in labels[start:end]]
        for count in range(len(texts), 1, -1):
            if _joined(texts[:count]) in told:
                return count
        # A line that begins with a small letter goes on with the one before, if that makes sense.
        going_on = 1 + sum(1 for _ in takewhile(lambda text: text[:1].islower(), texts[1:]))
        for count in (going_on, *range(1, len(texts) + 1)):
            rest_known = count == len(texts) or self._begins(texts[count:])
            if rest_known and self.translation.of(_joined(texts[:count])) is not None:
                return count
        return 1

    def _begins(self, texts: list[str]) -> bool:
        """Whether a text begins with the first of some lines."""
        return any(
            self.translation.of(_joined(texts[:count])) is not None
            for count in range(1, min(len(texts), _MOST_LINES) + 1)
        )


def _blocks(source: str) -> Iterator[tuple[str, bool]]:
    """Split Markdown into lines, those of a paragraph joined; say of each whether it is code."""
    fenced, held = False, ""
    for line in source.split("\n"):
        fence = bool(_FENCE.match(line))
        lead = _lead(line).strip()
        apart = fenced or fence or not line.strip() or line.startswith(("|", "#"))
        if held and (apart or lead):
            yield held, False
            held = ""
        if apart:
            yield line, fenced or fence
        else:
            held = f"{held} {line.strip()}" if held else line
        fenced = fenced != fence
    if held:
        yield held, False


def _lead(line: str) -> str:
    found = _LEAD.match(line)
    return found[0] if found else ""


def _set_apart(bold: re.Match[str]) -> str:
    """Let bold words begin and end where no blank stands beside them, as in Chinese.

    Markdown takes asterisks between a sign and a letter for the wrong end of them.
    """
    before, words, after = bold.groups()
    left, right = (
        HAIR if outside.isalnum() and not sign.isalnum() else ""
        for outside, sign in ((before, words[0]), (after, words[-1]))
    )
    return f"{before}{left}**{words}**{right}"


class Label(NamedTuple):
    """A line of text of a drawing, in points from its upper left corner."""

    node: ElementTree.Element
    x: float
    y: float
    size: float
    anchor: str
    weight: str
    turned: bool

    @classmethod
    def of(cls, node: ElementTree.Element) -> Label:
        """Read an element."""
        style = dict(rule.split(":", 1) for rule in node.get("style", "").split(";") if ":" in rule)
        size = float(style.get("font-size", "10px").removesuffix("px"))
        weight = "bold" if style.get("font-weight") in ("700", "bold") else "normal"
        moved = _MOVED.fullmatch(node.get("transform", ""))
        place = moved.groups() if moved else (node.get("x", "0"), node.get("y", "0"))
        turned = "transform" in node.attrib and not moved
        anchor = style.get("text-anchor", "start")
        return cls(node, float(place[0]), float(place[1]), size, anchor, weight, turned)

    def follows(self, other: Label) -> bool:
        """Whether it is the line after another one of the same text."""
        if self.turned or other.turned or self[3:6] != other[3:6] or self.x != other.x:
            return False
        return _LEADING[0] <= (self.y - other.y) / self.size <= _LEADING[1]

    def width(self, text: str) -> float:
        """Measure a text in its letters."""
        return _POINTS * text_width(text, self.size, self.weight)

    def box(self) -> tuple[float, float, float, float]:
        """Return left, upper, right and lower end."""
        width = self.width(self.node.text or "")
        left = self.x - {"start": 0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y - self.size, left + width, self.y + 0.25 * self.size


def _joined(lines: Sequence[str]) -> str:
    """Join the lines of a text; between Han characters, where `wrap` may break, stands no blank."""
    text = lines[0]
    for line in lines[1:]:
        text += line if is_han(text[-1:]) and is_han(line[:1]) else f" {line}"
    return text


def _fill(
    run: list[Label], text: str, others: list[tuple[float, float, float, float]], width: float
) -> list[Label]:
    """Write a text into the lines of another one, smaller where it would touch its neighbours."""
    first = run[0]
    room = max(label.width(label.node.text or "") for label in run)
    if not first.turned:
        room = max(room, min(_room(label, others, width) for label in run))
    scale, lines = 1.0, [text]
    if len(run) > 1:
        lines = wrap(text, first.size, room / _POINTS, first.weight)
    if len(lines) <= len(run):
        scale = max(_SMALLEST, min([1.0, *(room / first.width(line) for line in lines if line)]))
    for scale in _SMALLER if len(lines) > len(run) else ():
        lines = wrap(text, scale * first.size, room / _POINTS, first.weight)
        if len(lines) <= len(run):
            break
    lines = lines[: len(run)]
    fewer = len(run) - len(lines)
    # Names of rows are centred on them; else the last line stays, next to what the text speaks of.
    higher = fewer * (run[1].y - run[0].y) / 2 if fewer and first.anchor == "end" else 0.0
    for label, line in zip(run, [*[""] * fewer, *lines], strict=True):
        label.node.text = line
        if higher and "y" in label.node.attrib:
            label.node.set("y", f"{label.y - higher:.2f}")
        if scale < 1:
            size = f"{scale * label.size:.4g}"
            label.node.set("style", _FONT_SIZE.sub(size, label.node.get("style", "")))
    return run


def _room(label: Label, others: list[tuple[float, float, float, float]], width: float) -> float:
    """Measure how wide a label may be: to its next neighbour or the edge of the drawing."""
    _, upper, _, lower = label.box()
    edge = _POINTS * EDGE
    beside = [box for box in others if box[1] < lower and box[3] > upper]
    to_right = min([width - edge, *(box[0] - 4 for box in beside if box[0] > label.x)]) - label.x
    to_left = label.x - max([edge, *(box[2] + 4 for box in beside if box[2] < label.x)])
    both = {"start": to_right, "end": to_left, "middle": 2 * min(to_left, to_right)}
    return both[label.anchor]


def labels_of(root: ElementTree.Element) -> tuple[float, list[Label]]:
    """Return the width of a drawing and its lines of text, in the order in which they are drawn.

    What several share is said of each: a translation may need smaller letters in one of them.
    """
    width = float(root.get("viewBox", "0 0 0 0").split()[2])
    for group in root.iter(f"{{{NAMESPACE}}}g"):
        for node in group.findall(f"{{{NAMESPACE}}}text") if "style" in group.attrib else ():
            node.set("style", group.attrib["style"])
    return width, [Label.of(node) for node in root.iter(f"{{{NAMESPACE}}}text") if node.text]
