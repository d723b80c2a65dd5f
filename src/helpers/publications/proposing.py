"""A saved publication as a proposal: its figures, its source, and what is doubtful about it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.observations.raw_data import RawData
from helpers.problems import find
from helpers.publications.documents import Document, read_document
from helpers.publications.phrases import places
from helpers.publications.reading import language_of, read_publication
from helpers.publications.script import normalise
from helpers.publications.second_reader import Review, review

KIND_WORDS = {
    "bulletin": r"经费投入统计公报|科技经费|[Bb]ulletin|[Yy]early [Rr]eview",
    "communique": r"统计公报|[Cc]ommuniqu",
    "yearbook": r"年鉴|[Yy]earbook",
    "work_report": r"工作报告|[Ww]ork report",
    "white_paper": r"白皮书|[Ww]hite paper",
    "press_conference": r"发布会|[Pp]ress conference",
}
"""Words of a title that tell the kind of a publication, the surest first."""
BEGINNING = 600
"""Of a text so many characters tell which place it is about where its title names none."""
FINAL_KINDS = ("yearbook", "bulletin", "white_paper", "dataset")
"""Kinds of publication whose figures are final where they do not say otherwise."""


@dataclass(frozen=True)
class Proposed:
    """A publication, read and doubted.

    Attributes
    ----------
    document : Document
    source : dict of str to str
        Its row of the sources, held or new.
    is_new : bool
        Whether the source is not held.
    review : Review
    area : str
        The place that it is about; "" for one that is not held.
    """

    document: Document
    source: dict[str, str]
    is_new: bool
    review: Review
    area: str


def propose_from(
    raw: RawData, path: Path, given: Mapping[str, str], area: str = "", misread: Sequence[int] = ()
) -> Proposed:
    """Read a saved publication and hold it against a folder; nothing is written.

    Parameters
    ----------
    raw : RawData
    path : Path
    given : mapping of str to str
        Cells of its source that are known; `source_id` may name one that is held.
    area : str
        Which place it is about; else the one that its title or beginning names, else that of the
        first target.
    misread : sequence of int
        Numbers of findings, from 1, that a person has found misread.

    Raises
    ------
    helpers.problems.InputError
        For a file that cannot be read, or a name that is not there.
    """
    document = read_document(path)
    held = raw.sources.set_index("source_id")
    is_held = given.get("source_id") in held.index
    if is_held:
        source = {"source_id": given["source_id"], **held.loc[given["source_id"]].to_dict()}
    else:
        source = _new_source(raw, document, given)
    area = find(area, set(raw.areas["area"]), "--area", "areas.csv") if area else ""
    area = area or place_of(raw, source, document.text)
    if not is_held and "source_id" not in given:
        source["source_id"] = _free_name(
            f"{area or 'elsewhere'}_{source['kind']}_{source['published']}", held.index
        )
    readings = read_publication(
        document, raw.indicators, raw.areas, area,
        published=source["published"], publisher=source["publisher"],
    )  # fmt: skip
    reviewed = review(
        raw, readings, grade=source["grade"], published=source["published"],
        status=status_of(source["kind"]), misread=[number - 1 for number in misread],
    )  # fmt: skip
    return Proposed(document, source, not is_held, reviewed, area)


def _new_source(raw: RawData, document: Document, given: Mapping[str, str]) -> dict[str, str]:
    captions = [cell for grid in document.tables for row in grid[:1] for cell in row]
    lines = [*document.text.splitlines(), *captions]
    first = next((line.strip() for line in lines if line.strip()), "")
    title = given.get("title") or document.title or first[:80] or document.name
    language = language_of(document.text or title)
    named = re.search(r"(?:19|20)\d\d-\d\d-\d\d", document.name)
    published = document.published or (named[0] if named else "")
    kinds = (kind for kind, words in KIND_WORDS.items() if re.search(words, title))
    usual = {
        "title": title, "title_en": title, "publisher": "not shown on the copy",
        "kind": next(kinds, "press"), "published": published, "url": "",
        "language": language, "grade": "secondary", "note": f"read in {document.name}",
    }  # fmt: skip
    return {"source_id": "", **usual, **given}


def place_of(raw: RawData, source: Mapping[str, str], text: str) -> str:
    """Give the place that title, publisher or the beginning of a text names, else the plan's.

    Parameters
    ----------
    raw : RawData
    source : mapping of str to str
        Its `title` and `publisher`.
    text : str

    Returns
    -------
    str
        "" for a place that the folder does not hold.
    """
    titles = normalise(f"{source['title']} {source['publisher']}").text
    begins = normalise(text[:BEGINNING]).text
    home = places(raw.areas, "", language_of(text or titles)).home(titles, begins)
    if home is not None:
        return home
    targets = raw.targets["area"]
    return str(targets.iloc[0] if len(targets) else raw.areas["area"].iloc[0])


def _free_name(name: str, taken: Iterable[str]) -> str:
    name = re.sub("[^a-z0-9]+", "_", name.lower()).strip("_")
    numbered = (name, *(f"{name}_{number}" for number in range(2, 1000)))
    return next(one for one in numbered if one not in set(taken))


def status_of(kind: str) -> str:
    """Give the status of figures that do not say it, by the kind of their publication."""
    return "final" if kind in FINAL_KINDS else "preliminary"
