"""Fill the folder of a report: tables, front page and notebook pages from executed notebooks."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from helpers import ROOT
from helpers.observations.raw_data import RawData
from helpers.reports.changes.comparison import plan_of
from helpers.reports.site.changes_page import write_news
from helpers.reports.site.datapackage import write_data_package
from helpers.reports.site.exports import print_page, unlink_print
from helpers.reports.site.fronts import read_beliefs, read_front
from helpers.reports.site.layout import SiteContent, write_fronts, write_pages
from helpers.reports.site.pages import NotebookPage
from helpers.reports.site.site_downloads import write_json_tables
from helpers.wording.language import CODES, language_of

CITATION = "CITATION.cff"


def fill_edition(
    build: Path,
    as_of: str,
    raw: RawData,
    pages: Sequence[NotebookPage],
    failures: Mapping[str, str],
    changes: Mapping[str, Any] | None = None,
    languages: Sequence[str] = CODES,
) -> bool:
    """Write all pages, the tables as JSON and the print of the front page below `build/site`.

    Parameters
    ----------
    build : Path
        Holds `site/tables` and `site/notebooks`.
    as_of : str
        ISO date.
    raw : RawData
        Names and publications that the verdicts refer to.
    pages : sequence of NotebookPage
        What their charts and tables are saved as is there already.
    failures : mapping
        What the front page must admit: name and message.
    changes : mapping, optional
        What is new since the last report.
    languages : sequence of str
        Codes of the languages of the front page; the first has `index.html`.

    Returns
    -------
    bool
        Whether the front page could be printed.
    """
    site = build / "site"
    tables = write_json_tables(site / "tables")
    content = SiteContent(
        as_of=as_of,
        pages=tuple(pages),
        tables=tuple(path.relative_to(site).as_posix() for path in tables),
        failures=failures,
        changes=changes,
        fronts=tuple(read_front(site / "tables", raw, language_of(code)) for code in languages),
        beliefs=read_beliefs(site / "tables"),
        version=version("shenzhen-targets"),
        citation=CITATION if (ROOT / CITATION).exists() else "",
    )
    if content.citation:
        shutil.copyfile(ROOT / CITATION, site / CITATION)
    front, *_ = write_fronts(content, site)
    with ThreadPoolExecutor(1) as beside:
        # The browser that prints is a process of its own.
        printing = beside.submit(print_page, front, front.with_suffix(".pdf"), as_of)
        write_pages(content, site)
        write_data_package(site, raw, as_of, version=content.version)
        if changes:
            write_news(changes, plan_of(raw), site)
    if not printing.result():
        unlink_print(site)
    return printing.result()
