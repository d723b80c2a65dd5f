"""What a text says of itself, and what is read out of it."""

import re
from dataclasses import dataclass
from datetime import date

from helpers.publications.phrases import Mention, Places, Vocabulary
from helpers.publications.script import Script

TITLE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)(?!年\d+月\d+日)(?!-\d)")


APPROXIMATE = 0.03
"""Part of itself by which a figure called "about" or "nearly" may be off."""


@dataclass(frozen=True)
class Setting:
    """What holds for a text as a whole."""

    published: date | None
    """A day, the last of the month or year where only that is known."""
    area: str
    """The place that the text is about, where it names no other."""
    context: str
    """Title and publisher: conditions of phrases are looked for in them too."""
    year: int
    months: int
    """`year`, `months`: the period that figures without one belong to; 0 for an unknown year."""
    vocabulary: Vocabulary
    places: Places
    """`vocabulary`, `places`: of the language of the text."""

    def is_over(self, year: int, months: int) -> bool:
        """Say whether a period had ended when the text was published."""
        if self.published is None:
            return True
        return (year, months) < (self.published.year, self.published.month) or (
            # Of a communique of December that tells of its own year.
            (year, months) == (self.published.year, 12) == (year, self.published.month)
        )


@dataclass(frozen=True)
class Reading:
    """A figure as a text gives it."""

    indicator: str
    area: str
    year: int
    months: int
    value: str
    qualifier: str
    status: str
    """`indicator`, `area`, `year`, `months`, `value`, `qualifier`, `status`: as columns of the
    observations; the value as plain digits in the unit of the indicator. An `area` of "" is a place
    that is not held, a `year` of 0 a period that the text hides."""
    step: float
    """What the last printed digit counts, in the unit of the indicator."""
    start: int
    end: int
    """`start`, `end`: where the sentence stands in the original text."""
    sentence: str
    """Its words."""
    rule: str
    """The way in which it was read."""


def reading(
    script: Script,
    span: tuple[int, int],
    number: str,
    scale: float,
    *,
    about: bool = False,
    **cells: object,
) -> Reading:
    """Make a reading out of a number as printed and what it has to be multiplied by.

    "About" leaves a number as much room as `APPROXIMATE` says.
    """
    digits = number.replace(",", "").replace(" ", "")
    places = len(digits.partition(".")[2])
    value = float(digits) * scale
    step = 10.0**-places * scale
    decimals = max(0, -int(f"{step:e}".partition("e")[2]))
    step = max(step, APPROXIMATE * abs(value)) if about else step
    start, end = script.span(*span)
    return Reading(
        value=f"{value:.{decimals}f}",
        step=step,
        start=start,
        end=end,
        sentence=script.quoted(*span),
        **cells,  # type: ignore[arg-type]
    )


@dataclass
class Left:
    """What the numbers before have left: what, when and where the next may be about."""

    subject: Mention | None = None
    year: int = 0
    months: int = 12
    area: str = ""
    role: str = ""
    whole: str = ""
