"""Pages of finished runs: rendered while others still run, or taken over from a published report.

Rendering and drawing compute for seconds; kernels compute in processes of their own. One further
thread keeps both at work.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.observations.raw_data import RawData
from helpers.reports.store.cache import Shelf
from helpers.reports.store.fingerprints import digest, file_digest
from helpers.reports.store.run import Outcome, Run

if TYPE_CHECKING:
    from helpers.reports.site.pages import NotebookPage


class Rendering:
    """The pages of one report.

    Parameters
    ----------
    site : Path
        Folder of the report; executed notebooks are in `notebooks` there.
    raw : RawData
    runs : sequence of Run
    edition : str
        Checksum of what every page depends on besides its notebook: date, templates, code.
    shelf : Shelf or None
        Where published pages are found; None to render all.
    """

    def __init__(
        self, site: Path, raw: RawData, runs: Sequence[Run], edition: str, shelf: Shelf | None
    ):
        self._site, self._edition, self._shelf = site, edition, shelf
        self._subjects = {run.name: subject_of(run, runs, raw) for run in runs}
        self._begun: dict[str, Future[NotebookPage]] = {}
        self._thread = ThreadPoolExecutor(1)
        # While kernels start: a second of imports.
        self._thread.submit(import_module, "helpers.reports.site.edition")

    def begin(self, outcome: Outcome) -> None:
        """Render the page of a run that has just ended, as soon as the thread is free."""
        if outcome.path is not None and not outcome.reused:
            self._begun[outcome.name] = self._thread.submit(self._render, outcome)

    def finish(self, outcomes: Sequence[Outcome]) -> tuple[NotebookPage, ...]:
        """Return a page for each run that is done, in their order; what was not begun is made now.

        Raises
        ------
        Exception
            What went wrong with the first page that could not be made.
        """
        done = [outcome for outcome in outcomes if outcome.path is not None]
        names = [outcome.name for outcome in done]
        pages = []
        for outcome in done:
            begun = self._begun.get(outcome.name)
            page = begun.result() if begun else self._take(outcome, names) or self._render(outcome)
            pages.append(page)
        return tuple(pages)

    def close(self) -> None:
        """Drop what has not been begun."""
        self._thread.shutdown(cancel_futures=True)

    def record(self, pages: Sequence[NotebookPage]) -> dict[str, dict[str, Any]]:
        """Return for each page, once written, what a later report needs to take it over.

        These are a key of all that the page depends on, and the checksums of its files.
        """
        names = [page.name for page in pages]
        return {
            page.name: {
                "key": self._key(page.name, names),
                "edition": self._edition,
                "files": {name: file_digest(self._site / name) for name in page.files},
            }
            for page in pages
        }

    def _notebook(self, name: str) -> Path:
        return self._site / "notebooks" / f"{name}.ipynb"

    def _key(self, name: str, names: Sequence[str]) -> str:
        """Checksum of all that a page shows; `names` are those of all pages, for its links."""
        from helpers.reports.site.exports import can_draw

        content = file_digest(self._notebook(name))
        return digest([self._edition, name, self._subjects[name], content, names, can_draw()])

    def _render(self, outcome: Outcome) -> NotebookPage:
        from helpers.reports.site.downloads import write_keepsakes
        from helpers.reports.site.pages import read_page

        name = outcome.name
        page = read_page(self._notebook(name), name, self._subjects[name])
        write_keepsakes(page.keepsakes, self._site, self._drawn)
        return page

    def _drawn(self, svg: Path) -> bytes | None:
        """Return what was published as the PNG of a chart; None if there is none."""
        return self._shelf.drawing(file_digest(svg), self._edition) if self._shelf else None

    def _take(self, outcome: Outcome, names: Sequence[str]) -> NotebookPage | None:
        """Take a published page over, file by file; None if there is none."""
        from helpers.reports.site.pages import read_heading

        name = outcome.name
        kept = self._shelf.page(self._key(name, names)) if self._shelf else None
        if kept is None:
            return None
        for file in kept.files:
            target = self._site / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(kept.folder / file, target)
        heading = read_heading(self._notebook(name), name, self._subjects[name])
        return replace(heading, taken=tuple(kept.files))


def subject_of(run: Run, runs: Sequence[Run], raw: RawData) -> str:
    """Name what a run of a notebook that is run several times is about, "" for any other.

    That is its indicator, with the area where another run is about the same one.
    """
    alike = [other for other in runs if other.notebook == run.notebook]
    if len(alike) < 2:
        return ""
    names = raw.indicators.set_index("indicator")["name_en"]
    indicator, area = (run.parameters.get(name, "") for name in ("indicator", "area"))
    name = str(names.get(indicator, indicator))
    if sum(other.parameters.get("indicator", "") == indicator for other in alike) < 2:
        return name
    areas = raw.areas.set_index("area")["name_en"]
    return f"{name}, {areas.get(area, area)}"
