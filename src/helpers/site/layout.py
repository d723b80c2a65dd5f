"""The pages of a report: front page and notebook pages, each complete in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from helpers.site.fonts import font_face, han_characters
from helpers.site.frontpage import doubt, summary
from helpers.site.pages import TEMPLATES, NotebookPage, code_style, inline_svg
from helpers.site.verdicts import GRADES, HEADINGS, Verdict

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""Content security policy of every page: no script, and nothing is fetched from anywhere."""
SECTIONS = {
    "series.csv": "every series as known on the as-of date, with definition, status and source",
    "assessment.csv": "the verdict on every target, with and without unverified figures",
    "beliefs.csv": "probability of each headline target on every day on which it moved, and why",
    "rules.csv": "what the on-track rules of other bodies say of the headline targets",
    "rule_scores.csv": "how often those rules were right on targets set over public series",
    "finished_targets.csv": "how often they were right on the finished targets of all plans",
    "ambition.csv": "how ambitious the headline targets were on the days of their making",
    "specifications.csv": "range of the probability over all defensible choices",
    "evaluation.csv": "scores of the engine and of simple rivals on series not learned from",
    "projections": "quantiles of the predictive distribution, year by year",
}


@dataclass(frozen=True)
class SiteContent:
    """Everything that the site shows.

    Attributes
    ----------
    as_of : str
        ISO date.
    headline, others : tuple of Verdict
        The verdicts of the plan under evaluation, and those on all other targets.
    strips : tuple of str
        SVG of the chart of verdicts, from wide to narrow.
    pages : tuple of NotebookPage
    tables : tuple of str
        Paths of the CSV files below the site; each has a JSON file beside it.
    failures : mapping
        Name and message of each notebook that failed or was not run.
    record : str
        How often such probabilities were right.
    """

    as_of: str
    headline: tuple[Verdict, ...] = ()
    others: tuple[Verdict, ...] = ()
    strips: tuple[str, ...] = ()
    pages: tuple[NotebookPage, ...] = ()
    tables: tuple[str, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    record: str = ""


def write_site(content: SiteContent, folder: Path) -> tuple[Path, ...]:
    """Write `index.html` and one page a notebook below `folder`; return the files."""
    written = [_write(folder / "index.html", "index.html.j2", front_values(content))]
    for page in content.pages:
        path = folder / "notebooks" / f"{page.name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        others = [(p.name, p.name.replace("_", " ")) for p in content.pages]
        values = {"page": replace(page, body=""), "body": Markup(page.body), "others": others}
        values |= {"as_of": content.as_of, "code_style": Markup(code_style())}
        written.append(_write(path, "notebook.html.j2", values))
    return tuple(written)


def front_values(content: SiteContent) -> dict[str, Any]:
    """Return what the template of the front page fills in."""
    years = sorted({v.year for v in content.headline})
    return {
        "as_of": content.as_of,
        "as_of_words": _long_date(content.as_of),
        "headline": content.headline,
        "years": " and ".join(map(str, years)) or "2025",
        "plan": content.headline[0].plan if content.headline else "",
        "others": _by_year(content.others),
        "summary": summary(content.headline),
        "doubt": doubt(content.headline),
        "strips": [
            Markup(inline_svg(svg, f"strip{number}-")) for number, svg in enumerate(content.strips)
        ],
        "pages": content.pages,
        "tables": [(path, _table_words(path)) for path in content.tables],
        "failures": content.failures,
        "record": content.record,
        "grades": GRADES,
        "headings": HEADINGS,
    }


def _by_year(verdicts: Sequence[Verdict]) -> list[tuple[int, list[Verdict]]]:
    years = sorted({verdict.year for verdict in verdicts})
    return [(year, [v for v in verdicts if v.year == year]) for year in years]


def _long_date(text: str) -> str:
    day = pd.Timestamp(text)
    return f"{day.day} {day:%B %Y}"


def _table_words(path: str) -> str:
    name = Path(path)
    return SECTIONS.get(name.name, SECTIONS.get(name.parent.name, ""))


def _write(path: Path, template: str, values: Mapping[str, Any]) -> Path:
    """Fill in a template; the font is cut to the characters that the filled page holds."""
    environment = _environment()
    shared = {"policy": POLICY, "style": Markup(_style())}
    text = environment.get_template(template).render(**shared, **values, font="@@font@@")
    text = text.replace("@@font@@", font_face(han_characters([text])), 1)
    path.write_text(text.strip() + "\n", encoding="utf-8")
    return path


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")
