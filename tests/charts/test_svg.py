"""A drawing as a document of which one changed mark changes one line."""

from xml.etree import ElementTree

import pytest

from helpers.charts.svg import SVG, annotated, carried, lean
from helpers.reports.site.translated_notebook import labels_of

FONT = "'DejaVu Sans'"
LOOK = "fill:#0072b2;stroke:#0072b2"
CIRCLE = "M 0 3 C 0.795609 3 1.55874 2.683901 2.12132 2.12132"


def drawn(*marks, path="M 37.494 290.704 L 62.444 285.049", look=LOOK):
    uses = "".join(f'<use xlink:href="#m" x="{x}" y="{y}" style="{look}"/>' for x, y in marks)
    return lean(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<defs><path id="m" d="{CIRCLE}"/></defs><g>{uses}</g><path d="{path}"/></svg>',
        FONT,
    )


def paths(svg):
    return [node.get("d") for node in ElementTree.fromstring(svg).iter(f"{{{SVG}}}path")]


def test_places_keep_a_tenth_of_a_point_and_marks_a_hundredth():
    circle, line = paths(drawn((1, 2)))
    assert circle.startswith("M0 3C0.8 3 1.56 2.68 2.12 2.12")
    assert line == "M37.5 290.7L62.4 285"


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("M 15.8 181.61 L 495.36 181.58", "M15.8 181.6H495.4"),
        ("M 15.8 181.6 L 15.8 65 z", "M15.8 181.6V65z"),
        ("M 20 40 L 60 40 L 60 20 L 20 20 z", "M20 40H60V20H20 z"),
        ("M 20 40 L 30 50 L 40 60", "M20 40L30 50 40 60"),
        ("M 20 40 Q 30 50 30 60 L 30 80", "M20 40Q30 50 30 60V80"),
    ],
)
def test_what_runs_along_an_axis_is_one_number(path, written):
    assert " ".join(paths(drawn(path=path))[-1].split()) == written


def test_a_long_path_is_a_few_points_a_line_and_one_moved_point_changes_one():
    points = [f"L {20 + 10 * i} {30 + i * i}" for i in range(11)]
    before = drawn(path=" ".join(["M 10 20", *points]))
    after = drawn(path=" ".join(["M 10 20", *points[:-1], "L 120 139"]))
    old, new = before.splitlines(), after.splitlines()
    assert len(old) == len(new) > 5
    assert sum(a != b for a, b in zip(old, new, strict=True)) == 1


def test_neighbouring_marks_share_their_look_unless_they_show_through():
    svg = drawn((1, 2), (3, 4), (5, 6))
    assert svg.count(LOOK) == 1
    assert svg.count("<use ") == 3
    seen = drawn((1, 2), (3, 4), look=f"{LOOK};opacity:0.7")
    assert seen.count(LOOK) == 2


def held(marks):
    return lean(f'<svg xmlns="{SVG}"><clipPath id="c"/><g id="kept">{marks}</g></svg>', FONT)


def bars(*more):
    look = f'clip-path="url(#c)" style="{LOOK}"'
    return "".join(f'<path d="M {x} 2 L {x} 9" {look} {other}/>' for x, other in enumerate(more))


def test_bars_share_their_look_unless_they_are_turned_or_used_elsewhere():
    assert held(bars("", "", "")).count(LOOK) == 1
    assert held(bars('transform="rotate(9)"', 'transform="rotate(8)"')).count(LOOK) == 2
    assert held(f"<defs>{bars('', '')}</defs>").count(LOOK) == 2


def test_neighbouring_words_share_their_look_and_keep_what_differs():
    look = "font-weight:700;font-size:9.5px"
    words = "".join(f'<text style="{look}" x="1" y="{y}">{y}</text>' for y in (1, 2))
    svg = held(f'{words}<text style="font-size:9.5px" x="1" y="3">3</text>')
    assert svg.count(look) == 1
    root = ElementTree.fromstring(svg)
    labels_of(root)
    told = [node.get("style") for node in root.iter(f"{{{SVG}}}text")]
    assert told == [look, look, "font-size:9.5px"]


def test_place_look_and_words_are_lines():
    text = '<text style="fill:#000000" x="1" y="2">6.67</text>'
    svg = held(f'<path d="M 1 2 L 1 9" clip-path="url(#c)" style="{LOOK}"/>{text}')
    assert svg.splitlines()[2:-1] == [
        '<path d="M1 2V9"', ' clip-path="url(#a)"', f' style="{LOOK}" />',
        '<text style="fill:#000000"', ' x="1" y="2"', ">6.67</text>",
    ]  # fmt: skip


def test_parts_of_a_description_are_lines_and_are_read_as_they_were():
    told = "Unit: % of GDP. 10 points; lowest 4.18 (2015), highest 6.67 (2024)."
    svg = annotated(drawn((1, 2)), "Title", told, {})
    assert "Unit: % of GDP.\n 10 points;\n lowest" in svg
    assert carried(svg) == {"title": "Title", "desc": told}
