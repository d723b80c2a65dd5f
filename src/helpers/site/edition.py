"""Fill the folder of a report: tables, front page and notebook pages from executed notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers.backtest.track_record import front_line
from helpers.observations import RawData
from helpers.running.runs import Outcome, Run, headline_plan
from helpers.site.downloads import write_json_tables
from helpers.site.layout import SiteContent, write_site
from helpers.site.pages import read_page
from helpers.site.verdicts import Verdict, read_verdicts

STRIP_WIDTHS = (7.0, 3.8)
"""Inches: for a desk, and for a phone, where the wide chart's letters would be too small."""


def fill_edition(
    build: Path,
    as_of: str,
    raw: RawData,
    runs: Sequence[Run],
    outcomes: Sequence[Outcome],
    failures: Mapping[str, str],
) -> SiteContent:
    """Move the tables of `build/work` to `build/site` and write all pages there.

    Parameters
    ----------
    build : Path
        Holds `work/tables` and `site/notebooks`.
    as_of : str
        ISO date.
    raw : RawData
        Names and publications that the verdicts refer to.
    runs, outcomes : sequence of Run, sequence of Outcome
        The notebooks and how they ended, in the order of their pages.
    failures : mapping
        What the front page must admit: name and message.
    """
    site = build / "site"
    (build / "work" / "tables").rename(site / "tables")
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
    )
    assessment = site / "tables" / "assessment.csv"
    if assessment.exists():
        content = with_verdicts(content, assessment, raw)
    evaluation = site / "tables" / "evaluation.csv"
    if evaluation.exists():
        content = replace(content, record=front_line(pd.read_csv(evaluation)))
    write_site(content, site)
    return content


def subject_of(run: Run, runs: Sequence[Run], raw: RawData) -> str:
    """Name the indicator of a run whose notebook is run several times, "" for any other."""
    if sum(other.notebook == run.notebook for other in runs) < 2:
        return ""
    names = raw.indicators.set_index("indicator")["name_en"]
    indicator = run.parameters.get("indicator", "")
    return str(names.get(indicator, indicator))


def with_verdicts(content: SiteContent, assessment_file: Path, raw: RawData) -> SiteContent:
    """Add the verdicts of `assessment.csv`, the headline plan's numeric targets apart."""
    assessment = pd.read_csv(assessment_file, keep_default_na=False, na_values=[""])
    verdicts = read_verdicts(assessment, raw.targets, raw.indicators, raw.areas, raw.sources)
    plan = set(headline_plan(raw.targets)["target_id"])
    headline = tuple(v for v in verdicts if v.target_id in plan and v.state != "not_numeric")
    return replace(
        content,
        headline=headline,
        others=tuple(v for v in verdicts if v not in headline),
        strips=verdict_charts(assessment, headline),
    )


def verdict_charts(assessment: pd.DataFrame, headline: Sequence[Verdict]) -> tuple[str, ...]:
    """Return the chart of the headline verdicts as SVG, once wide and once for phones."""
    rows = assessment.set_index("target_id").reindex([v.target_id for v in headline])
    rows = rows[rows["target_value"].notna() & rows["latest_value"].notna()]
    if rows.empty:
        return ()
    # Imported here: drawing costs half a second, and a report without verdicts needs none of it.
    from helpers.figures import to_svg, verdict_strip

    words = {v.target_id: v for v in headline}
    strip = rows.assign(
        label=[words[target].name for target in rows.index],
        state=[_state(words[target]) for target in rows.index],
        value=[f"{words[t].latest} in {words[t].latest_year}" for t in rows.index],
    )
    return tuple(to_svg(verdict_strip(strip, width=width)) for width in STRIP_WIDTHS)


def _state(verdict: Verdict) -> str:
    return f"{verdict.heading}, {verdict.chance}" if verdict.chance else verdict.heading
