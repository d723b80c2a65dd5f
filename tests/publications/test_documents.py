"""Saved publications of every kind: their text, their tables, and what cannot be read."""

import docx
import matplotlib as mpl
import numpy as np
import openpyxl
import pytest
from matplotlib.figure import Figure

from helpers.charts.style import register_fonts
from helpers.observations import read_raw
from helpers.problems import InputError
from helpers.publications import script
from helpers.publications.documents import read_document
from helpers.publications.proposing import read_publication

RAW = read_raw()
ROWS = [
    ["地区", "R&D经费", "", "R&D经费投入强度（%）"],
    ["", "总量（亿元）", "比上年增长（%）", ""],
    ["全国", "33000.5", "8.4", "2.61"],
    ["北京", "2900.1", "3.7", "6.71"],
    ["广东", "4800.2", "8.9", "3.51"],
]
SAID = {
    ("rd_expenditure", "china", 33000.5), ("rd_intensity", "china", 2.61),
    ("rd_expenditure", "beijing", 2900.1), ("rd_intensity", "beijing", 6.71),
    ("rd_expenditure", "guangdong", 4800.2), ("rd_intensity", "guangdong", 3.51),
}  # fmt: skip
TITLE = "2023年全国科技经费投入统计公报"
PAGE = """<html><head><title>{title}</title></head><body><article><h1>{title}</h1>
<p>2023年，全国共投入研究与试验发展（R&amp;D）经费33000.5亿元，比上年增长8.4%，投入强度2.61%。</p>
<table><tr><th rowspan=2>地区</th><th colspan=2>R&amp;D经费</th>
<th rowspan=2>R&amp;D经费投入强度（%）</th></tr>
<tr><th>总量（亿元）</th><th>比上年增长（%）</th></tr>{rows}</table></article></body></html>"""


def figures_of(path):
    found = read_publication(
        read_document(path), RAW.indicators, RAW.areas, "china", published="2024-10-02"
    )
    return {(r.indicator, r.area, float(r.value)) for r in found}


def test_a_page_with_merged_headings(tmp_path):
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS[2:])
    path = tmp_path / "page.html"
    path.write_text(PAGE.format(title=TITLE, rows=rows), encoding="utf-8")
    assert figures_of(path) == SAID


def test_a_word_file_with_merged_cells(tmp_path):
    file = docx.Document()
    file.add_paragraph(TITLE)
    table = file.add_table(len(ROWS), 4)
    for row, cells in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    file.save(tmp_path / "file.docx")
    assert figures_of(tmp_path / "file.docx") == SAID


def test_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.append([TITLE])
    for row in ROWS:
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    assert figures_of(tmp_path / "book.xlsx") == SAID


def pdf(path, draw):
    register_fonts()
    with mpl.rc_context({"pdf.fonttype": 42, "font.family": ["Noto Sans SC"]}):
        figure = Figure(figsize=(8, 5))
        draw(figure)
        figure.savefig(path, format="pdf")


def draw_table(figure):
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 4), ylim=(0, 7))
    axes.set_axis_off()
    axes.text(0.1, 6.4, TITLE)
    for i, row in enumerate(ROWS):
        for j, cell in enumerate(row):
            axes.text(j + 0.05, 5.4 - i, cell, fontsize=8)
    for i in range(6):  # no line under the first heading where two rows are one
        merged = ([1, 3],) if i == 1 else ([0, 4],)
        for span in merged:
            axes.plot(span, [5.8 - i] * 2, color="black", linewidth=1)
    for j in range(5):  # nor between the two columns that it stands over
        axes.plot([j, j], [5.8 if j != 2 else 4.8, 0.8], color="black", linewidth=1)


def test_a_pdf_with_headings_of_two_lines_and_merged_cells(tmp_path):
    pdf(tmp_path / "table.pdf", draw_table)
    assert figures_of(tmp_path / "table.pdf") == SAID


def test_a_scanned_page_says_that_it_is_one(tmp_path):
    pdf(tmp_path / "scan.pdf", lambda figure: figure.figimage(np.eye(60) * 255, 40, 40))
    with pytest.raises(InputError, match="scanned PDF, pictures without text"):
        read_document(tmp_path / "scan.pdf")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b" \n", "no text in it"),
        ("broken.pdf", b"%PDF-1.7 no more", "damaged"),
        ("broken.docx", b"PK", "damaged"),
        ("picture.png", b"\x89PNG", "are not read; save the publication as"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_document(path)


def test_a_missing_package_is_named_with_its_mend(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(script.importlib, "import_module", missing)
    with pytest.raises(InputError, match=r"pdfplumber is not installed.*\[publications\]"):
        script.needed("pdfplumber", "PDF files")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_garbled_brackets_and_phonetic_readings_do_no_harm(tmp_path, encoding):
    text = (
        f"{TITLE}\n2023年，全国研究与试验发展〔R＆D﹞经费 33000.5 亿元；"
        "研(yán)发经费【投入强度】2.61％。"
    )
    path = tmp_path / "garbled.txt"
    path.write_bytes(text.encode(encoding))
    assert ("rd_expenditure", "china", 33000.5) in figures_of(path)


MONTHLY = """Table 14 Distribution of PCT International Applications Received in 2015

May 2015

Region	Monthly Total	Yearly Total	Region	Monthly Total	Yearly Total
Guangdong	1100	5501	Jiangxi	0	8
Beijing	250	1351	Shenzhen	990	4801
Total	1350	6901	Gansu	1	8
"""
YEARLY = """6-4 PCT国际专利申请受理量 | |||
Received PCT International Applications | |||
单位：件 | (Unit: piece) | ||
地区Regions | 2022年 | 2023年 |
合计Total | 74400 | 73800 |
北京 | Beijing | 11460 | 11430 | |
天津 | Tianjin | 571 | 591 | |
广东 | Guangdong | 24200 | 23600 | |
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MONTHLY, {("guangdong", 2015, 5, 5501), ("beijing", 2015, 5, 1351),
                   ("shenzhen", 2015, 5, 4801)}),
        (YEARLY, {("beijing", 2022, 12, 11460), ("beijing", 2023, 12, 11430),
                  ("guangdong", 2022, 12, 24200), ("guangdong", 2023, 12, 23600)}),
    ],
)  # fmt: skip
def test_a_table_saved_as_text_is_laid_out_again(tmp_path, text, said):
    """Panels beside one another, headings above, labels in two languages, months that add up."""
    path = tmp_path / "saved.txt"
    path.write_text(text, encoding="utf-8")
    found = read_publication(
        read_document(path), RAW.indicators, RAW.areas, "shenzhen", published="2024-10-02"
    )
    assert {r.indicator for r in found} == {"pct_applications"}
    assert {(r.area, r.year, r.months, float(r.value)) for r in found if r.area} == said
