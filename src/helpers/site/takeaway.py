"""Everything of a report that can be taken away: charts and tables of its pages, data package."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from helpers.observations import RawData
from helpers.site.datapackage import write_data_package
from helpers.site.keepsakes import write_keepsakes
from helpers.site.pages import NotebookPage


def write_takeaway(
    pages: tuple[NotebookPage, ...],
    site: Path,
    raw: RawData,
    as_of: str,
    words: Mapping[str, str] | None = None,
    version: str = "",
) -> tuple[Path, ...]:
    """Write the charts and tables of all pages as files, and `datapackage.json`; return them.

    Parameters as `write_keepsakes` and `write_data_package` take them.
    """
    keepsakes = [one for page in pages for one in page.keepsakes]
    written = write_keepsakes(keepsakes, site)
    return (*written, write_data_package(site, raw, as_of, words, version))
