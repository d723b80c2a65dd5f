"""Fill the folder of a report: tables, front page and notebook pages from executed notebooks."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from helpers import ROOT
from helpers.changes.comparison import plan_of
from helpers.languages.language import language_of
from helpers.languages.strings import CODES
from helpers.observations import RawData
from helpers.running.runs import Outcome, Run
from helpers.site.downloads import write_json_tables
from helpers.site.fronts import read_beliefs, read_front
from helpers.site.layout import SiteContent, write_site
from helpers.site.news import write_news
from helpers.site.pages import read_page
from helpers.site.takeaway import write_takeaway

CITATION = "CITATION.cff"


def fill_edition(
    build: Path,
    as_of: str,
    raw: RawData,
    runs: Sequence[Run],
    outcomes: Sequence[Outcome],
    failures: Mapping[str, str],
    changes: Mapping[str, Any] | None = None,
    languages: Sequence[str] = CODES,
) -> SiteContent:
    """Write all pages, and the tables as JSON, below `build/site`.

    Parameters
    ----------
    build : Path
        Holds `site/tables` and `site/notebooks`.
    as_of : str
        ISO date.
    raw : RawData
        Names and publications that the verdicts refer to.
    runs, outcomes : sequence of Run, sequence of Outcome
        The notebooks and how they ended, in the order of their pages.
    failures : mapping
        What the front page must admit: name and message.
    changes : mapping, optional
        What is new since the last report.
    languages : sequence of str
        Codes of the languages of the front page; the first has `index.html`.
    """
    site = build / "site"
    tables = write_json_tables(site / "tables")
    content = SiteContent(
        as_of=as_of,
        pages=tuple(
            read_page(outcome.path, outcome.name, subject_of(run, runs, raw))
            for run, outcome in zip(runs, outcomes, strict=True)
            if outcome.path is not None
        ),
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
    write_site(content, site)
    write_takeaway(content.pages, site, raw, as_of, version=content.version)
    if changes:
        write_news(changes, plan_of(raw), site)
    return content


def subject_of(run: Run, runs: Sequence[Run], raw: RawData) -> str:
    """Name the indicator of a run whose notebook is run several times, "" for any other."""
    if sum(other.notebook == run.notebook for other in runs) < 2:
        return ""
    names = raw.indicators.set_index("indicator")["name_en"]
    indicator = run.parameters.get("indicator", "")
    return str(names.get(indicator, indicator))
