"""A figure as a lean SVG document that carries its title, its description and its data."""

import base64
import re
import zlib
from collections.abc import Mapping
from itertools import groupby
from xml.etree import ElementTree

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)
_HREF = f"{{{XLINK}}}href"
_NUMBER = re.compile(r"-?\d*\.\d+(?:e-?\d+)?")
_METADATA = re.compile(r"<metadata>.*?</metadata>\n?", re.DOTALL)
_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_PART = re.compile(r"[.;](?= )")
_POINTS = re.compile(r'(?<= d=")[^"]+')
_PLACE_OR_LOOK = re.compile(r'(\b(?:d|y|clip-path|style)="[^"]*") (?=[a-z])')
_WORDS = re.compile(r'(?<=")>(?=[^\s<])')
_COUNTED = re.compile(r"_\d+$")
_LOOKING = {f"{{{SVG}}}{tag}" for tag in ("path", "text", "use")}
_MEASURED = ("d", "x", "y", "width", "height", "transform", "points")
_FINE = 10
"""Lengths below it, in points of 1/72 inch, are of marks and letters and keep a hundredth, which is
finer than any screen or printer shows; places on a sheet keep a tenth, finer than any pixel."""
_POINTS_A_LINE, _NEXT_LINE = 4, "  "
"""Points of a path that stand on a line, and what says in an attribute where the next one begins:
a reader of XML makes blanks of the ends of lines there."""
_NO_TURN = re.compile(r"rotate\(-?0(\.0+)? [^)]*\)")
_IDLE = {
    "stroke-dashoffset": "0", "opacity": "1", "stroke-opacity": "1", "text-anchor": "start",
    "stroke-linecap": "butt",
}  # fmt: skip


def lean(svg: str, families: str) -> str:
    """Return what matplotlib wrote without what no reader sees, at a third of its size.

    Comments, metadata, names of groups and needless digits go; what holds for all elements is said
    once at the root. The drawing stays the same.

    `svg`: as `Figure.savefig` writes it. `families`: value of `font-family` that most texts have.
    """
    root = ElementTree.fromstring(svg)
    for tag in ("metadata", "defs"):
        for node in root.findall(f"{{{SVG}}}{tag}"):
            if tag == "metadata" or node.find(f"{{{SVG}}}style") is not None:
                root.remove(node)
    used = {value[1:] for node in root.iter() for key, value in node.items() if key == _HREF}
    used |= set(re.findall(r"url\(#([^)]+)\)", svg))
    marks = {name: node for node in root.iter() if (name := node.get("id")) in used}
    names = {name: _short(number) for number, name in enumerate(marks)}
    names |= _parts(root, names)
    said: set[str] = set()
    for node in root.iter():
        _slim(node, families, names, marks, said)
    _flatten(root)
    _share(root)
    root.set("style", f"font-family:{families};stroke-linejoin:round;stroke-linecap:butt")
    root.attrib.pop("version", None)
    return _lined(ElementTree.tostring(root, encoding="unicode"))


def _lined(svg: str) -> str:
    """Begin each element on a line of its own, so that a change is one line in a comparison.

    Within it where it stands, how it looks and what it says are lines too: a place is what changes.
    """
    svg = _POINTS.sub(lambda path: path[0].replace(_NEXT_LINE, "\n"), svg)
    svg = _WORDS.sub("\n>", _PLACE_OR_LOOK.sub(r"\1\n ", svg))
    return re.sub(r">\s*(?=</?(?:defs|desc|g|image|metadata|path|text|title|use)\b)", ">\n", svg)


def _parts(root: ElementTree.Element, taken: Mapping[str, str]) -> dict[str, str]:
    """Keep the names that charts give their parts; matplotlib's own end in a number."""
    found = {node.get("id", ""): None for node in root.iter()}
    kept = (name for name in found if name and name not in taken and not _COUNTED.search(name))
    return {name: re.sub(r"\W+", "-", name) for name in kept}


def _short(number: int) -> str:
    return f"{chr(97 + number % 26)}{number // 26 or ''}"


def _slim(
    node: ElementTree.Element, families: str, names: dict, marks: dict, said: set[str]
) -> None:
    if node.text and not node.text.strip():
        node.text = None
    node.tail = None if not (node.tail or "").strip() else node.tail
    mark = marks.get((node.get(_HREF) or "#")[1:])
    for key, value in list(node.items()):
        if key == "id":
            node.attrib.pop("id")
            # Several parts may have one name; a document has room for it once.
            if value in names and names[value] not in said:
                said.add(names[value])
                node.set("id", names[value])
        elif key == "style":
            kept = _style(_renamed(value, names), families, mark)
            node.set("style", kept) if kept else node.attrib.pop("style")
        elif key == _HREF and value[1:] in names:
            node.set(key, f"#{names[value[1:]]}")
        elif key == "clip-path":
            node.set(key, _renamed(value, names))
        elif key == "transform" and _NO_TURN.fullmatch(value.strip()):
            node.attrib.pop(key)
        elif key == "d":
            node.set(key, _path(value))
        elif key in _MEASURED:
            node.set(key, _NUMBER.sub(lambda found: _digits(float(found[0])), value))


def _renamed(value: str, names: Mapping[str, str]) -> str:
    """Let a reference to a clip path or a pattern follow its new name."""
    return re.sub(r"url\(#([^)]+)\)", lambda found: f"url(#{names[found[1]]})", value)


def _style(text: str, families: str, mark: ElementTree.Element | None) -> str:
    """Leave out what is inherited: the font of the root, and what a mark says of itself."""
    said = _rules(text)
    if said.get("font-family") == families:
        del said["font-family"]
    inner = _rules(mark.get("style", "")) if mark is not None else {}
    kept = {
        key: value
        for key, value in said.items()
        if inner.get(key) != value and _IDLE.get(key) != value
    }
    return ";".join(f"{key}:{value}" for key, value in kept.items())


def _rules(text: str) -> dict[str, str]:
    pairs = (rule.split(":", 1) for rule in text.split(";") if ":" in rule)
    return {key.strip(): value.strip() for key, value in pairs}


def _digits(number: float) -> str:
    text = f"{number:.{2 if abs(number) < _FINE else 1}f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _path(text: str) -> str:
    """Write a path, a few points a line, each command once for all points that follow it.

    What runs along an axis is written so, with one number.
    """
    said, before, at = [], "", ["", ""]
    for place, (command, numbers) in enumerate(_STEP.findall(text), start=1):
        points = [_digits(float(number)) for number in numbers.split()]
        end = points[-2:] or at
        if command == "L" and points[0] == at[0]:
            command, points = "V", points[1:]
        elif command == "L" and points[1] == at[1]:
            command, points = "H", points[:1]
        repeated = command == before and command in "LCQ"
        said.append((" " if repeated else command) + " ".join(points))
        if not place % _POINTS_A_LINE:
            said.append(_NEXT_LINE)
        before, at = command, end
    return "".join(said).strip()


def _flatten(node: ElementTree.Element) -> None:
    """Replace groups that say nothing by what they hold."""
    children = []
    for child in list(node):
        _flatten(child)
        bare = child.tag == f"{{{SVG}}}g" and not child.attrib
        children += list(child) if bare else [child]
    for child in list(node):
        node.remove(child)
    node.extend(children)


def _share(node: ElementTree.Element) -> None:
    """Say once, around them, how marks or words look that are neighbours and look alike."""
    for child in node:
        if child.tag != f"{{{SVG}}}defs":  # what is used elsewhere takes its look from there
            _share(child)
    for look, run in groupby(list(node), _look_of):
        marks = list(run)
        if look and len(marks) > 1:
            around = ElementTree.Element(f"{{{SVG}}}g", look)
            node.insert(list(node).index(marks[0]), around)
            for mark in marks:
                node.remove(mark)
                for name in look:
                    del mark.attrib[name]
            around.extend(marks)


def _look_of(node: ElementTree.Element) -> dict[str, str]:
    """Return how marks or words look; nothing where it would mean another thing around several."""
    alone = "transform" in node.attrib or "opacity" in node.get("style", "")
    if alone or node.tag not in _LOOKING:
        return {}
    return {name: node.attrib[name] for name in ("clip-path", "style") if name in node.attrib}


def annotated(svg: str, title: str, description: str, carried: Mapping[str, str]) -> str:
    """Put title and description for screen readers, and metadata, at the start of a document.

    `carried`: names and texts of the metadata; what is empty is left out.
    """
    root = ElementTree.fromstring(svg)
    root.set("role", "img")
    # Each part on a line of its own, so that a change is one line in a comparison.
    head = [_element("title", title), _element("desc", _PART.sub(r"\g<0>\n", description))]
    metadata = ElementTree.Element(f"{{{SVG}}}metadata")
    metadata.extend(_element(name, text) for name, text in carried.items() if text)
    if len(metadata):
        head.append(metadata)
    for place, node in enumerate(node for node in head if node.text or len(node)):
        root.insert(place, node)
    return _lined(ElementTree.tostring(root, encoding="unicode"))


def _element(name: str, text: str) -> ElementTree.Element:
    node = ElementTree.Element(f"{{{SVG}}}{name}")
    node.text = text
    return node


def carried(svg: str) -> dict[str, str]:
    """Return title, description and metadata that `annotated` put into a document.

    Empty for a document of another origin, even one that is no XML.
    """
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return {}
    nodes = [node for node in root if node.tag in (f"{{{SVG}}}title", f"{{{SVG}}}desc")]
    nodes += root.findall(f"{{{SVG}}}metadata/*")
    held = {node.tag.rpartition("}")[2]: node.text or "" for node in nodes}
    return held | {"desc": held["desc"].replace("\n", "")} if "desc" in held else held


def bare(svg: str) -> str:
    """Return a document without its metadata."""
    return _METADATA.sub("", svg)


def packed(svg: str) -> str:
    """Return a document as text of a fifth of its size; `unpacked` gives it back."""
    return base64.b64encode(zlib.compress(svg.encode(), 9)).decode()


def unpacked(text: str) -> str:
    """Undo `packed`."""
    return zlib.decompress(base64.b64decode(text)).decode()
