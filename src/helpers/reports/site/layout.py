"""The pages of a report, each complete in one file, and what the front page says in sum."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup, escape

from helpers.publications.inbox import Letter
from helpers.reports.site.cards import (
    BeliefChart,
    Course,
    Matrix,
    belief_chart,
    course,
    matrix_of,
)
from helpers.reports.site.changes_page import news_values
from helpers.reports.site.exports import can_draw, png
from helpers.reports.site.headline import (
    Rescoped,
    board,
    but,
    doubt,
    headings,
    headline,
    record_of,
    summary,
)
from helpers.reports.site.ledger_page import PAGE as LEDGER
from helpers.reports.site.ledger_page import ledger_values, sums
from helpers.reports.site.page_style import page_faces
from helpers.reports.site.pages import TEMPLATES, NotebookPage, code_style
from helpers.reports.site.share import LOCALES, SHARE, Meta, share_picture
from helpers.reports.site.story import PAGE as STORY
from helpers.reports.site.story import Story
from helpers.reports.site.verdicts import Area, Verdict, kept, unbroken
from helpers.reports.store.ledger import Ledger
from helpers.targets.due_figures import OVERDUE
from helpers.vocabulary import GRADES
from helpers.wording.language import ENGLISH, Language, family
from helpers.wording.sentences import news

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""Content security policy of every page: nothing is fetched from anywhere, and no script runs but
the one that sorts tables and draws charts as pixels, or that of the page of every series."""
FRONT, NEWS = "index.html", "changes.html"


@dataclass(frozen=True)
class Front:
    """What the front page says in one language."""

    language: Language = ENGLISH
    headline: tuple[Verdict, ...] = ()
    others: tuple[Verdict, ...] = ()
    """`headline`, `others`: the verdicts of the plan under evaluation, and those on all other
    targets."""
    areas: tuple[Area, ...] = ()
    """The measures of the plan."""
    record: str = ""
    """How often such probabilities were right."""
    basis: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of indicators, areas, plans and of what each target is about, as
    `helpers.reports.site.changes_page.news_values` takes them."""
    rescoped: Mapping[str, Rescoped] = field(default_factory=dict)
    """By target: what re-definitions since it was set did to its figure."""
    tally: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """How often what was said came true, as `helpers.reports.site.headline.read_tally` returns."""
    story: Story | None = None

    @property
    def areas_judged(self) -> dict[str, str]:
        """Names of the areas of the headline verdicts, by their ids; empty for a single one."""
        areas = {verdict.area_id: verdict.area for verdict in self.headline}
        return areas if len(areas) > 1 else {}


@dataclass(frozen=True)
class SiteContent:
    """Everything that the site shows."""

    as_of: str
    """ISO date."""
    fronts: tuple[Front, ...] = (Front(),)
    """One a language; the first is `index.html`."""
    beliefs: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Rows of `beliefs.csv` by `target_id`, in order of time."""
    figures: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Rows of `series.csv` by indicator and area, in order of time."""
    pages: tuple[NotebookPage, ...] = ()
    """In English, and each that is translated."""
    tables: tuple[str, ...] = ()
    """Paths of the CSV files below the site; each has a JSON file beside it."""
    failures: Mapping[str, str] = field(default_factory=dict)
    """Name and message of each notebook that failed or was not run."""
    ledger: Ledger = field(default_factory=Ledger)
    """What reports have issued."""
    issued: pd.DataFrame | None = None
    """The same with what came, as `helpers.reports.site.ledger_page.issued_until` returns."""
    changes: Mapping[str, Any] | None = None
    """What is new since the last report, as
    `helpers.reports.changes.comparison.compare_with_last`."""
    version: str = ""
    """Of the project, for the citation."""
    citation: str = ""
    """Name of the citation file beside the pages, "" where there is none."""
    made_on: str = ""
    """ISO date of the making, "" where it does not matter."""
    explorer: str = ""
    """Name of the page of every series in the first language, "" where there is none."""
    awaited: pd.DataFrame | None = None
    """As `helpers.targets.due_figures.due_figures`."""
    letters: tuple[Letter, ...] = ()
    """Texts of the drop folder, which nobody has confirmed."""
    address: str = ""
    """Where the folder of all reports will stand, "" where nobody knows."""
    pictured: bool = False
    """Whether each front page has a picture to be shared with."""


@dataclass(frozen=True)
class Card:
    """A headline verdict with its two drawings, each None where there is nothing to draw.

    `but` says what re-definitions did to its figure, `record` how often such a probability came
    true; each is "" where nothing is known.
    """

    verdict: Verdict
    course: Course | None
    belief: BeliefChart | None
    but: str
    record: str


def write_fronts(content: SiteContent, folder: Path) -> tuple[Path, ...]:
    """Write the front page in each language into `folder`; return the paths."""
    return tuple(
        write_page(
            folder / file_of(front.language, content.fronts),
            "index.html.j2",
            front.language,
            front_values(content, front),
        )
        for front in content.fronts
    )


def write_pages(content: SiteContent, folder: Path) -> None:
    """Write what front pages lead to below `folder`: changes, the ledger, and notebooks."""
    for front in content.fronts:
        language = front.language
        if content.changes:
            values = news_values(content.changes, language, front.names)
            _write_beside(content, front, folder, NEWS, values)
        if content.issued is not None:
            values = ledger_values(content.ledger, content.issued, language, front.names)
            _write_beside(content, front, folder, LEDGER, values | _dated(content, language))
        if front.story:
            values = {"story": front.story, "headline": kept(headline(front))}
            values["meta"] = meta_of(content, front, STORY)
            _write_beside(content, front, folder, STORY, values | _dated(content, language))
        write_areas(content, front, folder)
    (folder / "notebooks").mkdir(parents=True, exist_ok=True)
    for page in content.pages:
        write_page(
            folder / "notebooks" / page.file, "notebook.html.j2", page.language,
            _notebook_values(content, page),
        )  # fmt: skip


def pages_in(content: SiteContent, language: Language) -> list[NotebookPage]:
    """List a page of each notebook: in a language, or in English if it has none in that one."""
    chosen = {page.name: page for page in content.pages if page.language is ENGLISH}
    chosen |= {page.name: page for page in content.pages if page.language is language}
    return list(chosen.values())


def _notebook_values(content: SiteContent, page: NotebookPage) -> dict[str, Any]:
    """Return what the page of a notebook fills in."""
    language, fronts = page.language, content.fronts
    spoken = language in [front.language for front in fronts]
    return {
        "page": page,
        "body": Markup(unbroken(page.body)),
        "others": (others := [(o, _label(o, language)) for o in pages_in(content, language)]),
        "groups": _grouped(others, partial(_notebook_name, language=language), language),
        "switch": [(o.language, o.file) for o in content.pages if o.name == page.name],
        "front_page": file_of(language, fronts) if spoken else FRONT,
        **_dated(content, language),
        "ahead": _ahead(content, language),
        "code_style": Markup(code_style()),
    }


MOST_LINKS = 12
"""Pages of one notebook that are named side by side; more are folded away."""


def _grouped(
    told: Sequence[tuple], name_of: Callable[[Any], str], language: Language
) -> list[tuple[str, list[tuple]]]:
    """Put together what goes by one name; of many the heading is name and number, else ""."""
    groups = []
    for name, run in groupby(told, lambda one: name_of(one[0])):
        own = list(run)
        many = len(own) > MOST_LINKS
        heading = language.say("column.pair", name=name, value=len(own)) if many else ""
        groups.append((heading, own))
    return groups


def _write_beside(
    content: SiteContent, front: Front, folder: Path, page: str, values: Mapping[str, Any]
) -> None:
    """Write a page that stands beside the front page, in its language."""
    language, fronts = front.language, content.fronts
    shared = {"switch": switch(fronts, page), "front_page": file_of(language, fronts)}
    path = folder / file_of(language, fronts, page)
    write_page(path, f"{page}.j2", language, {**values, **shared})


def _dated(content: SiteContent, language: Language) -> dict[str, str]:
    return {"as_of": content.as_of, "as_of_words": language.long_day(content.as_of)}


def file_of(language: Language, fronts: Sequence[Front], page: str = FRONT) -> str:
    """Name a page in a language: the first language has the plain name."""
    if language == fronts[0].language:
        return page
    return f"{language.code}.html" if page == FRONT else page.replace(".", f"-{language.code}.")


def switch(fronts: Sequence[Front], page: str = FRONT) -> list[tuple[Language, str]]:
    """List the languages of a page with its file in each."""
    return [(front.language, file_of(front.language, fronts, page)) for front in fronts]


def awaited_lines(awaited: pd.DataFrame | None, front: Front, language: Language) -> list[str]:
    """Say for each target of the plan which figure is the next, when and where it appears.

    Areas of which the same is awaited share a line.
    """
    if awaited is None:
        return []
    asked = {verdict.target_id for verdict in front.headline}
    seen: set[tuple[str, str]] = set()
    lines: dict[tuple[str, ...], list[str]] = {}
    for row in awaited.itertuples():
        names = {*row.decides.split(";"), *row.bears_on.split(";")}
        if not asked & names or (row.indicator, row.area) in seen:
            continue
        seen.add((row.indicator, row.area))
        place = row.where.partition(", ")[2]
        key = (row.indicator, row.state, row.named, row.expected[:7], place)
        lines.setdefault(key, []).append(front.names.get(row.area, row.area))
    return [
        language.say(
            "awaited.overdue" if state == OVERDUE else "awaited.due",
            name=front.names.get(indicator, indicator),
            area=_some(areas, language),
            year=year,
            month=language.day(month),
        )
        + (language.say("awaited.where", publisher=place) if place else "")
        for (indicator, state, year, month, place), areas in lines.items()
    ]


MOST_AREAS = 3
"""Areas that are named in a line; the others are counted."""


def _some(areas: Sequence[str], language: Language) -> str:
    """Name a few areas, and say how many more there are."""
    if len(areas) <= MOST_AREAS:
        return language.listed(areas)
    named = language.listed(areas[: MOST_AREAS - 1])
    return language.say("awaited.areas", named=named, count=len(areas) - MOST_AREAS + 1)


def letter_lines(
    letters: Sequence[Letter], names: Mapping[str, str], language: Language
) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """Say of each text of the drop folder its name, what of it is new, with the words, and why not.

    Returns
    -------
    list of (str, str, list, str)
        Name; one sentence on the text; each new figure with the sentence that it was read in; in
        English why the text could not be read.
    """
    lines = []
    for letter in letters:
        figures = []
        for finding in letter.offered:
            one = finding.reading
            told = language.say(
                "letters.figure", name=names.get(one.indicator, one.indicator),
                area=names.get(one.area, one.area), year=one.year, value=one.value,
            )  # fmt: skip
            figures.append((told, one.sentence))
        if letter.fault:
            said = language.say("letters.fault")
        elif letter.conflicts:
            said = language.say("letters.distrusted", count=len(letter.conflicts))
        else:
            said = language.say("letters.new", new=len(figures), held=letter.confirmed)
        lines.append((letter.name, said, figures, letter.fault))
    return lines


def address_of(content: SiteContent, file: str) -> str:
    """Return the address of a file of the report, relative where nobody knows where it stands."""
    return f"{content.address.rstrip('/')}/{content.as_of}/{file}" if content.address else file


def meta_of(content: SiteContent, front: Front, page: str = FRONT, about: str = "") -> Meta:
    """Say what a page is to whoever shows a link to it: its news, or what it is about."""
    language, fronts = front.language, content.fronts
    day = language.long_day(content.as_of)
    title = about or headline(front) or headings(front, day, int(content.as_of[:4]))[1]
    due = dict.fromkeys(one.said.due for one in front.headline)
    told = language.sentences([summary(front.headline, language), *due])
    told = f"{language.say('page.as_of')} {day}{language.say('column.separator')}{told}"
    picture = address_of(content, file_of(language, fronts, SHARE)) if content.pictured else ""
    address = address_of(content, file_of(language, fronts, page)) if content.address else ""
    return Meta(title, told, LOCALES[language.code], address, picture)


def write_pictures(content: SiteContent, folder: Path) -> bool:
    """Draw what each front page is shared with; say whether that could be done."""
    if not can_draw():
        return False
    for front in content.fronts:
        language = front.language
        day = language.long_day(content.as_of)
        title, question = headings(front, day, int(content.as_of[:4]))
        drawing = share_picture(headline(front) or question, board(front), title, language)
        (folder / file_of(language, content.fronts, SHARE)).write_bytes(png(drawing))
    return True


def front_values(content: SiteContent, front: Front) -> dict[str, Any]:
    """Return what the template of the front page fills in."""
    language = front.language
    day = language.long_day(content.as_of)
    title, question = headings(front, day, int(content.as_of[:4]))
    cards = _cards(content, front)
    return {
        **_dated(content, language),
        "ahead": _ahead(content, language),
        "title": title,
        "plan": front.headline[0].plan if front.headline else "",
        "plan_language": front.headline[0].plan_language if front.headline else language.tag,
        "question": question,
        "headline": kept(headline(front)),
        "board": board(front),
        "meta": meta_of(content, front),
        "picture": file_of(language, content.fronts, SHARE),
        "embed": content.address and address_of(content, file_of(language, content.fronts)),
        "switch": switch(content.fronts),
        "news_page": file_of(language, content.fronts, NEWS),
        "story_page": file_of(language, content.fronts, STORY) if front.story else "",
        "explorer": content.explorer and file_of(language, content.fronts, content.explorer),
        "printed": file_of(language, content.fronts).replace(".html", ".pdf"),
        "cards": () if front.areas_judged else cards,
        "matrix": matrix(front, content.fronts) if front.areas_judged else None,
        "others": _by_year(front.others),
        "other_matrices": other_matrices(front),
        "others_count": len(front.others),
        "summary": summary(front.headline, language),
        "doubt": doubt(front.headline, language) if front.headline else "",
        "areas": front.areas,
        "measure_count": sum(len(area.measures) for area in front.areas),
        "pages": _questions(pages_in(content, language), front),
        "tables": _tables(content.tables, language),
        "failures": content.failures,
        "record": front.record,
        "basis": front.basis,
        "ledger_page": "" if content.issued is None else file_of(language, content.fronts, LEDGER),
        "ledger": [] if content.issued is None else sums(content.issued, language)[:1],
        "news": kept(news(content.changes, language, front.names)) if content.changes else "",
        "awaited": awaited_lines(content.awaited, front, language),
        "letters": letter_lines(content.letters, front.names, language),
        "grades": GRADES,
        "cite_file": content.citation,
        "citation": language.say(
            "page.cite_line", title=question, day=day, version=content.version
        ),
    }


def _subject_of(verdict: Verdict) -> tuple[str, str]:
    return (verdict.goal.indicator, verdict.goal.area) if verdict.goal else ("", "")


def _ahead(content: SiteContent, language: Language) -> str:
    """Say of a day that had not come when the report was made that it lies ahead, else ""."""
    if not content.made_on or content.as_of <= content.made_on:
        return ""
    return language.say("page.ahead", day=language.long_day(content.made_on))


def _cards(content: SiteContent, front: Front) -> list[Card]:
    return [
        Card(
            verdict,
            course(verdict, content.figures.get(_subject_of(verdict), ()), front.language),
            belief_chart(content.beliefs.get(verdict.target_id, ()), front.language),
            kept(but(verdict, front.rescoped.get(verdict.target_id), front.language)),
            kept(record_of(verdict.probability, front.tally, front.language)),
        )
        for verdict in front.headline
    ]


def matrix(front: Front, fronts: Sequence[Front]) -> Matrix:
    """Lay the headline verdicts out by area and target."""
    pages = {
        area: file_of(front.language, fronts, f"area-{area}.html") for area in front.areas_judged
    }
    return matrix_of(front.headline, front.names, pages)


def other_matrices(front: Front) -> list[tuple[str, str, Matrix]]:
    """Lay out each other plan that has several areas: plan, its language, and the matrix."""
    plans: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in front.others:
        if verdict.state != "not_numeric":
            plans.setdefault((verdict.plan, verdict.plan_language), []).append(verdict)
    return [
        (*plan, matrix_of(verdicts, front.names, {}))
        for plan, verdicts in plans.items()
        if len({verdict.area_id for verdict in verdicts}) > 1
    ]


def write_areas(content: SiteContent, front: Front, folder: Path) -> None:
    """Write a page for each area of a plan that has several: its cards, and what leads on."""
    language, cards = front.language, _cards(content, front)
    pages = pages_in(content, language)
    for area, name in front.areas_judged.items():
        page = f"area-{area}.html"
        values = {
            "area": name,
            "plan": front.headline[0].plan,
            "plan_language": front.headline[0].plan_language,
            **_dated(content, language),
            "meta": meta_of(content, front, page, name),
            "switch": switch(content.fronts, page),
            "front_page": file_of(language, content.fronts),
            "cards": [card for card in cards if card.verdict.area_id == area],
            "pages": _questions([page for page in pages if name in _about(page, front)], front),
        }
        write_page(
            folder / file_of(language, content.fronts, page), "area.html.j2", language, values
        )


def _by_year(verdicts: Sequence[Verdict]) -> list[tuple[str, list[Verdict]]]:
    years = sorted({verdict.year for verdict in verdicts})
    return [(year, [v for v in verdicts if v.year == year]) for year in years]


def _questions(pages: Sequence[NotebookPage], front: Front) -> list[tuple[str, list[tuple]]]:
    """Give of each page what it is about, asks and answers; many of one notebook have a heading."""
    language = front.language
    told = [(p, _subject(p, front), _question(p, language), _answer(p)) for p in pages]
    return _grouped(told, partial(_notebook_name, language=language), language)


def _tables(paths: Sequence[str], language: Language) -> list[tuple[str, list[tuple]]]:
    """Give of each table its words; many of one folder have a heading."""
    told = [(path, _table_words(path, language)) for path in paths]
    return _grouped(told, lambda path: f"{Path(path).parent.name}/", language)


def _question(page: NotebookPage, language: Language) -> str:
    """Return the question of a notebook in another language than its own, "" if there is none."""
    return "" if language is ENGLISH else family("question", language.code).get(_notebook(page), "")


def _about(page: NotebookPage, front: Front) -> list[str]:
    """Name what a page is about: an indicator, or one and its area."""
    return [front.names.get(one, one) for one in page.subject]


def _subject(page: NotebookPage, front: Front) -> str:
    return front.language.say("list.clause").join(_about(page, front))


def _answer(page: NotebookPage) -> Markup:
    return Markup(unbroken(str(escape(teaser(page.answer)))))


def _notebook(page: NotebookPage) -> str:
    """Name the notebook of a page: one that is run several times has pages with longer names."""
    names = family("question", ENGLISH.code)
    return next((name for name in names if page.name.startswith(name)), page.name)


def _notebook_name(page: NotebookPage, language: Language) -> str:
    return language.word("notebook_name", _notebook(page))


def _label(page: NotebookPage, language: Language) -> str:
    """Name a page among others, with what this run of its notebook is about."""
    label = _notebook_name(page, language)
    return language.say("column.pair", name=label, value=page.about) if page.subject else label


def _table_words(path: str, language: Language) -> str:
    name = Path(path)
    # Tables of a further area have its name behind a sign that no identifier holds.
    keys = (f"table.{name.stem.split('-')[0]}", f"table.{name.parent.name}")
    return next((language.say(key) for key in keys if language.has(key)), "")


MANY = 8
"""Rows from which on a table can be sorted, as in `page.js`."""


def _served(page: str) -> bool:
    """Whether the script of pages does something for this one: charts, or a table of many rows."""
    tables = (part.partition("</tbody>")[0].count("<tr") for part in page.split("<tbody>")[1:])
    return any(one in page for one in ('id="matrix"', 'class="paper')) or any(
        rows >= MANY for rows in tables
    )


def write_page(path: Path, template: str, language: Language, values: Mapping[str, Any]) -> Path:
    """Fill in a template; the fonts are cut to the characters that the filled page shows."""
    shared: dict[str, Any] = {"policy": POLICY, "script": "", "meta": None}
    shared |= {"style": Markup(_style()), "language": language}
    shared |= {"word": language.word, "font": "@@font@@"}
    shared |= {"say": lambda key, **values: kept(language.say(key, **values))}
    text = _environment().get_template(template).render(shared | dict(values))
    if "script" not in values and _served(text):
        own = scripted("page.js")
        text = text.replace(str(escape(POLICY)), str(escape(own["policy"])), 1)
        text = text.replace("</body>", f"<script>{own['script']}</script>\n</body>")
    text = text.replace("@@font@@", page_faces(text), 1)
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


@lru_cache(maxsize=2)
def scripted(name: str) -> dict[str, Any]:
    """Return the script of a page and the policy under which the page runs it and no other."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return {"script": Markup(text), "policy": f"{POLICY}; script-src 'sha256-{digest}'"}


GLANCE = 240
"""Characters of an answer that the front page shows; a longer first sentence stays whole."""


_LEAD = re.compile(r"\s*(\S+[.]|.*[?？]|.{1,5}。)")
"""A question, or a sentence of one word, which is the heading of the one after it."""


def teaser(answer: str) -> str:
    """Return the first sentences of an answer, as many as are read at a glance."""
    first, *others = re.split(r"(?<=[.!?])(?=\s+[A-Z0-9])|(?<=[。？])", answer)
    shown = [first]
    for sentence in others:
        if sum(map(len, shown)) + len(sentence) > GLANCE:
            break
        shown.append(sentence)
    # What only announces the next sentence ends nothing.
    while len(shown) > 1 and _LEAD.fullmatch(shown[-1]):
        shown.pop()
    return "".join(shown)
