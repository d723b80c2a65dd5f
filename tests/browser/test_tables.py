"""Tables that can be sorted, and charts that can be saved as pixels, in a real browser."""

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from browser.chromium import running_browser
from browser.visits import visit
from helpers import charts
from helpers.charts.display import shown, table_html
from helpers.reports.site.layout import Front, SiteContent, write_pages
from helpers.reports.site.pages import read_pages

pytestmark = pytest.mark.slow
ROWS = pd.DataFrame(
    {
        "name": [f"place {n}" for n in (10, 9, 2, 1, 3, 4, 5, 6)],
        "value": ["−3 %", "1,200 %", "–", "40 %", "7 %", "0.5 %", "< 1 %", "8 %"],
    }
)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    series = pd.DataFrame(
        {"name": "a", "area": "a", "year": [2001, 2002, 2003], "value": [1.0, 2.0, 3.0],
         "decimals": 0, "grade": "official"}
    )  # fmt: skip
    figure = charts.comparison_chart(series, "上升", "件", "来源：x", language="zh")
    data, metadata = shown(figure)
    tables = [table_html(ROWS.set_index("name")), table_html(ROWS.head(7).set_index("name"))]
    outputs = [new_output("display_data", data, metadata=metadata)]
    outputs += [new_output("display_data", {"text/html": table}) for table in tables]
    notebook = new_notebook(cells=[new_code_cell("x", outputs=outputs)])
    nbformat.write(notebook, folder / "n.ipynb")
    content = SiteContent(
        "2026-11-28", fronts=(Front(),), pages=(read_pages(folder / "n.ipynb", "n")[0],)
    )
    write_pages(content, folder)
    with running_browser() as browser:
        opened = visit(browser, (folder / "notebooks" / "n.html").as_uri())
        yield opened
        assert not opened.faults and not opened.outside


def column(page, number):
    cells = page.locator("table").first.locator(f"tbody tr > :nth-child({number})")
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in cells.all_inner_texts()]


def test_a_table_of_many_rows_is_sorted_by_number_and_by_word(seen):
    page = seen.page
    assert page.locator("th button").count() == 2  # a table of few rows has none
    name, value = page.locator("th button").all()
    value.focus()
    page.keyboard.press("Enter")
    falling = ["1,200 %", "40 %", "8 %", "7 %", "< 1 %", "0.5 %", "−3 %", "–"]
    assert column(page, 2) == falling
    assert page.locator("th[aria-sort=descending]").inner_text() == "value"
    value.click()
    assert column(page, 2) == [*falling[-2::-1], "–"]
    name.click()
    assert column(page, 1) == [f"place {n}" for n in (1, 2, 3, 4, 5, 6, 9, 10)]
    assert page.locator("[aria-sort]").count() == 1


def test_a_chart_without_a_picture_is_drawn_in_the_page(seen):
    with seen.page.expect_download() as waiting:
        seen.page.locator(".take button").first.click()
    saved = waiting.value
    assert saved.suggested_filename == "n-1.png"
    picture = Image.open(saved.path())
    assert picture.width > 1000 and len(picture.convert("L").getcolors(256)) > 20
