"""A moved number is told as section, sentence or cell before and after, the answers first."""

import copy

import nbformat
import pandas as pd

from support.moved_outputs import MOST, moved, told

TABLE = pd.DataFrame({"year": [2023, 2024], "value": [6.46, 6.67]})
SVG = "<svg><title>R&amp;D rose to 6.67</title><metadata>x</metadata><text>2024</text></svg>"


def shown(source, tags=(), **data):
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)} if tags else {})
    data = {name.replace("_", "/"): text for name, text in data.items()}
    cell.outputs = [nbformat.v4.new_output("display_data", data)]
    return cell


def notebook():
    words = "R&D is open. P > 99 %."
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Is it met?\n\n## Data: as published\n\nWords."),
            shown("table", text_html=TABLE.to_html()),
            nbformat.v4.new_markdown_cell("## Result: the answer"),
            shown("answer", ["answer"], text_markdown=words),
            nbformat.v4.new_code_cell("chart"),
        ]
    )


def test_answers_come_first_then_the_cells_of_tables():
    stored, fresh = notebook(), notebook()
    fresh.cells[1].outputs[0].data["text/html"] = TABLE.replace(6.67, 6.7).to_html()
    fresh.cells[3].outputs[0].data["text/markdown"] = "R&D is open. P = 98 %."
    assert moved(stored, fresh) == [
        "Result: the answer: P > 99 %. -> P = 98 %.",
        "Data: as published: 1 | 2024 | 6.67 -> 1 | 2024 | 6.70",
    ]


def test_words_of_charts_are_told_and_their_ink_is_not():
    stored, fresh = notebook(), notebook()
    for book, title in ((stored, "6.67"), (fresh, "6.7")):
        data = {"image/svg+xml": SVG.replace("6.67", title)}
        book.cells[4].outputs = [nbformat.v4.new_output("display_data", data)]
    assert moved(stored, fresh) == ["Result: the answer: R&D rose to 6.67 -> R&D rose to 6.7"]
    same = copy.deepcopy(fresh)
    data = same.cells[4].outputs[0].data
    data["image/svg+xml"] = data["image/svg+xml"].replace("<metadata>x", "<metadata>y")
    assert moved(fresh, same) == []


def test_what_is_gone_or_new_is_said():
    stored, fresh = notebook(), notebook()
    fresh.cells[3].outputs[0].data["text/markdown"] = "R&D is open."
    assert moved(stored, fresh) == ["Result: the answer: P > 99 %. -> gone"]
    assert moved(fresh, stored) == ["Result: the answer: new: P > 99 %."]


def test_the_command_that_accepts_is_named_and_a_long_list_is_cut():
    text = told("05_projection", [f"line {i}" for i in range(MOST + 7)], "2026-11-28")
    assert "and 7 more" in text and f"line {MOST}" not in text
    assert "make refresh AS_OF=2026-11-28" in text
    assert "refresh --as-of 2026-11-28 --notebook 05_projection" in text
