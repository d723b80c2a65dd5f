"""Words and number forms of verdicts, in English: the language of the notebooks and the command."""

from datetime import date

import pandas as pd

from helpers.days import today
from helpers.vocabulary import GRADES, SPLICES, STATES
from helpers.wording.language import ENGLISH, family

STATE_WORDS = {state: ENGLISH.say(f"state.{state}") for state in STATES}
UNIT_WORDS = {
    unit: text.replace("{number}", "").strip()
    for unit, text in family("unit", "en").items()
    if "{base}" not in text and "_of_" not in unit
} | {"pct_of_2020": ENGLISH.say("unit.pct_of", number="", base=2020).strip()}

number = ENGLISH.number
scaled = ENGLISH.scaled
amount = ENGLISH.amount
probability = ENGLISH.probability
equation = ENGLISH.equation
likelihood = ENGLISH.likelihood
day = ENGLISH.day
line = ENGLISH.line


def percent(share: float, decimals: int = 0) -> str:
    """Write a share (0-1) in percent."""
    return ENGLISH.percent(100 * share, decimals)


def graded(weakest: str) -> str:
    """Name the grade that figures must have, to stand behind "figure"; "" where any counts."""
    return "" if weakest == GRADES[-1] else f" of grade {weakest} or better"


def settings(
    as_of: date,
    first_year: int = 0,
    min_grade: str = GRADES[-1],
    splice: str = SPLICES[0],
    suspected_breaks: bool = False,
    stand_ins: bool = True,
    definition: str = "",
) -> str:
    """Say which figures an answer is not made of, or joins otherwise than by default.

    `as_of`: what becomes public until a day that is still to come is not known. `first_year`:
    earlier years are left out; 0 for none. `min_grade`, `splice`, `suspected_breaks`, `stand_ins`,
    `definition`: as `helpers.vintages.series.SeriesChoice` has them.

    Returns
    -------
    str
        One or two sentences, or "" where all is as by default.
    """
    told = {
        f"only figures{graded(min_grade)}": min_grade != GRADES[-1],
        f"no year before {first_year}": first_year,
        f"only the definition `{definition}`": definition,
        "no stand-ins": not stand_ins,
        "suspected breaks are spliced too": suspected_breaks,
        _SPLICED.get(splice, ""): splice in _SPLICED,
    }
    parts = [words for words, holds in told.items() if holds]
    said = [f"Not by default: {'; '.join(parts)}."] if parts else []
    if as_of > today():
        said.append(f"{as_of} lies ahead: what becomes public until then is not known.")
    return " ".join(said)


_SPLICED = {
    "none": "levels are not joined at breaks",
    "neighbour_growth": "levels are joined by the growth of neighbouring years",
}


def counted(number: int, noun: str) -> str:
    """Write a number of things."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def axis(unit: str) -> str:
    """Name a unit on an axis: values stand there as published, and a count needs a word."""
    return {"cny_100m": "100 million yuan (0.1 billion)", "count": "number"}.get(
        unit, UNIT_WORDS.get(unit, unit)
    )


def unverified_points(*figures: pd.DataFrame) -> str:
    """Say how many of the figures shown are unverified.

    `figures`: figures or series with the columns indicator, area, year, value and grade. A figure
    that stands in several of them counts once.
    """
    columns = ["indicator", "area", "year", "value", "grade"]
    shown = pd.concat([frame[columns] for frame in figures]).drop_duplicates()
    unread = int(shown["grade"].eq("unverified").sum())
    total = len(shown)
    if not total:
        return "No point is shown."
    if not unread:
        subject = "The one point shown rests" if total == 1 else f"All {total} points shown rest"
        return f"{subject} on a publication that was read."
    no_text = "no text with the figure could be read"
    if total == 1:
        return f"The one point shown is unverified: {no_text}."
    return (
        f"{unread} of {total} points shown {'is' if unread == 1 else 'are'} unverified: {no_text}."
    )
