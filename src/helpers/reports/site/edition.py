"""Fill the folder of a report: tables, front pages in each language, and notebook pages."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import ROOT
from helpers.observations.raw_data import RawData
from helpers.publications.inbox import read_inbox
from helpers.reports.changes.comparison import plan_of
from helpers.reports.site.changes_page import write_news
from helpers.reports.site.downloads import write_data_package, write_json_tables
from helpers.reports.site.explorer import EXPLORE, Explored, write_explorer
from helpers.reports.site.exports import Print, print_page, unlink_print
from helpers.reports.site.headline import Rescoped, read_rescoped, read_tally
from helpers.reports.site.layout import (
    Front,
    SiteContent,
    awaited_lines,
    write_fronts,
    write_pages,
    write_pictures,
)
from helpers.reports.site.ledger_page import issued_until, write_ledger
from helpers.reports.site.pages import NotebookPage
from helpers.reports.site.reports_index import write_summary
from helpers.reports.site.story import TABLES, tell
from helpers.reports.site.verdicts import Verdict, read_areas, read_verdicts
from helpers.reports.store.fingerprints import PUBLISHED_AS_IS
from helpers.reports.store.ledger import Ledger
from helpers.targets.due_figures import due_figures
from helpers.targets.plan import headline_plan
from helpers.targets.statements import names_of, read_statements, statements_in
from helpers.topics.track_record import POOL
from helpers.vintages.series import known_on, open_archive
from helpers.wording.language import Language, language_of

CITATION = "CITATION.cff"


def fill_edition(
    build: Path,
    as_of: str,
    raw: RawData,
    pages: Sequence[NotebookPage],
    failures: Mapping[str, str],
    changes: Mapping[str, Any],
    languages: Sequence[str],
    made_on: str,
    ledger: Ledger | None = None,
    address: str = "",
    explored: Explored | None = None,
) -> Print:
    """Write all pages, the tables as JSON and the prints of front pages below `build/site`.

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
    changes : mapping
        What is new since the last report.
    languages : sequence of str
        Codes of the languages of the front page; the first has `index.html`.
    made_on : str
        ISO date of the making: the front page says of a day after it that it lies ahead.
    ledger : Ledger, optional
        What reports have issued, with what this one issues.
    address : str
        Where the folder of all reports will stand.
    explored : Explored, optional
        Every series as it stood on each day, as `helpers.reports.site.explorer.explore` returns.

    Returns
    -------
    Print
        Whether each front page could be printed.
    """
    site = build / "site"
    tables = write_json_tables(site / "tables")
    archive, ledger = open_archive(raw), ledger or Ledger()
    known = known_on(archive, as_of)
    issued = issued_until(ledger, archive, as_of)
    write_ledger(ledger, issued, archive, site)
    awaited = due_figures(raw, as_of)
    content = SiteContent(
        as_of=as_of,
        made_on=made_on,
        pages=tuple(pages),
        tables=tuple(path.relative_to(site).as_posix() for path in tables),
        failures=failures,
        changes=changes,
        fronts=tuple(
            with_story(
                read_front(site / "tables", raw, language_of(code), known),
                site / "tables",
                raw,
                awaited,
            )
            for code in languages
        ),
        beliefs=read_beliefs(site / "tables"),
        figures=read_figures(site / "tables"),
        ledger=ledger,
        issued=issued,
        version=version("shenzhen-targets"),
        citation=CITATION if (ROOT / CITATION).exists() else "",
        awaited=awaited,
        letters=read_inbox(raw),
        address=address,
    )
    content = replace(content, pictured=write_pictures(content, site))
    for name in PUBLISHED_AS_IS:
        if (ROOT / name).exists():
            shutil.copyfile(ROOT / name, site / name)
    if explored:
        content = replace(content, explorer=EXPLORE)
    with ThreadPoolExecutor(len(content.fronts)) as beside:
        # Each browser that prints is a process of its own.
        printing = [
            beside.submit(print_page, front, front.with_suffix(".pdf"), as_of)
            for front in write_fronts(content, site)
        ]
        if explored:
            write_explorer(explored, raw, content.fronts, as_of, site)
        write_summary(content, site)
        write_pages(content, site)
        write_data_package(site, raw, as_of, content.version)
        write_news(changes, plan_of(raw), site)
    printed = [print_.result() for print_ in printing]
    failed = next((one for one in printed if not one), printed[0])
    if not failed:
        unlink_print(site)
    return failed


def read_front(
    tables: Path, raw: RawData, language: Language, known: pd.DataFrame | None = None
) -> Front:
    """Put the tables of a report into words; what a missing table would say is left out.

    Parameters
    ----------
    tables : Path
        Folder of `assessment.csv`, `statements.csv`, `measures.csv` and `evaluation.csv`.
    raw : RawData
        Names and publications that the tables refer to.
    language : Language
    known : DataFrame, optional
        Figures known on the day, as `helpers.vintages.series.known_on` returns.
    """
    front: dict[str, Any] = {"names": _names(raw, language)}
    assessment, said = _read(tables / "assessment.csv"), tables / "statements.csv"
    if assessment is not None and said.exists():
        raws = (raw.targets, raw.indicators, raw.areas, raw.sources)
        statements = statements_in(read_statements(said), language)
        verdicts = read_verdicts(assessment, statements, *raws, language, raw.quotes)
        plan = set(headline_plan(raw.targets)["target_id"])
        own = [v for v in verdicts if v.target_id in plan and v.state != "not_numeric"]
        ids = [verdict.target_id for verdict in own]
        names = names_of(assessment[assessment["target_id"].isin(ids)], raw, language.code)
        named = {one.target_id: replace(one, name=names[one.target_id]) for one in own}
        own, verdicts = list(named.values()), tuple(named.get(v.target_id, v) for v in verdicts)
        front["rescoped"] = _rescoped(_read(tables / "industry.csv"), own)
        front |= {"headline": tuple(own), "others": tuple(v for v in verdicts if v not in own)}
    measures = _read(tables / "measures.csv")
    if measures is not None:
        front["areas"] = read_areas(measures, raw.measures, language)
    evaluation = _read(tables / "evaluation.csv")
    if evaluation is not None:
        front |= {"record": record_line(evaluation, language), "tally": read_tally(evaluation)}
    if known is not None and len(known):
        front["basis"] = basis_line(known, language)
    return Front(language, **front)


def with_story(
    front: Front, tables: Path, raw: RawData, awaited: pd.DataFrame | None = None
) -> Front:
    """Add the story of the plan, where the tables of a report tell one."""
    read = {name: _read(tables / f"{name}.csv") for name in TABLES}
    held = {name: table for name, table in read.items() if table is not None}
    lines = awaited_lines(awaited, front, front.language)
    return replace(front, story=tell(front, held, raw, lines))


def _rescoped(table: pd.DataFrame | None, verdicts: Sequence[Verdict]) -> dict[str, Rescoped]:
    """Return what re-definitions did to the figure of each target that they touch."""
    found = {
        one.target_id: read_rescoped(table, one.goal.indicator, one.goal.area, one.target_year)
        for one in verdicts
        if table is not None and one.goal is not None
    }
    return {target: change for target, change in found.items() if change}


def _names(raw: RawData, language: Language) -> dict[str, str]:
    """Name indicators, areas and plans by what the tables call them, and what targets are about."""
    names: dict[str, str] = {}
    for table, key in ((raw.indicators, "indicator"), (raw.areas, "area")):
        own = table[f"name_{language.code}"]
        # Notebooks are run under the English name.
        names |= dict(zip(table["name_en"], own, strict=True))
        names |= dict(zip(table[key], own, strict=True))
    targets = raw.targets.to_dict("records")
    names |= {row["plan"]: row.get(f"plan_{language.code}") or row["plan"] for row in targets}
    about = {row["target_id"]: names.get(row["indicator"]) for row in targets}
    return names | {target: name for target, name in about.items() if name}


def read_beliefs(tables: Path) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Return the rows of `beliefs.csv` by target; none without the file."""
    table = _read(tables / "beliefs.csv")
    if table is None:
        return {}
    return {str(name): rows.to_dict("records") for name, rows in table.groupby("target_id")}


def read_figures(tables: Path) -> dict[tuple[str, str], Sequence[Mapping[str, Any]]]:
    """Return the rows of `series.csv` by indicator and area; none without the file."""
    table = _read(tables / "series.csv")
    if table is None:
        return {}
    grouped = table.sort_values("year").groupby(["indicator", "area"])
    return {(str(i), str(a)): rows.to_dict("records") for (i, a), rows in grouped}


def basis_line(known: pd.DataFrame, language: Language) -> str:
    """Say how many of the figures known rest on no text, and of how many the day is assumed.

    Parameters
    ----------
    known : DataFrame
        As `helpers.vintages.series.known_on` returns; not empty.
    language : Language
    """
    held = {"unverified": known["grade"].eq("unverified"), "assumed": known["known_from_assumed"]}
    counts = {name: language.number(int(rows.sum())) for name, rows in held.items()}
    shares = {f"{name}_share": language.percent(100 * rows.mean()) for name, rows in held.items()}
    return language.say("method.basis", figures=language.number(len(known)), **counts, **shares)


def record_line(evaluation: pd.DataFrame, language: Language) -> str:
    """Put the track record into one sentence.

    Parameters
    ----------
    evaluation : DataFrame
        As notebook 06 writes it: collection, model, score, value.
    language : Language
    """
    own = evaluation[evaluation["collection"].eq("all") & evaluation["model"].eq(POOL)]
    values = own.set_index("score")["value"]
    uppers = {"low": 10, "middle": 60, "high": 80}
    shares = {n: language.percent(100 * values[f"observed_when_{u}"]) for n, u in uppers.items()}
    return language.say("method.record", **shares, series=language.number(values["series"]))


def _read(path: Path) -> pd.DataFrame | None:
    if not path.exists():
        return None
    # A cell may hold the text "NA"; only an empty one is missing.
    return pd.read_csv(path, keep_default_na=False, na_values=[""])
