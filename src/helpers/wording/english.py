"""Words and number forms of verdicts, in English: the language of the notebooks and the command."""

from helpers.vocabulary import GRADES, LIKELIHOOD_BOUNDS, STATES
from helpers.wording.language import ENGLISH, family

STATE_WORDS = {state: ENGLISH.say(f"state.{state}") for state in STATES}
UNIT_WORDS = {
    unit: text.replace("{number}", "").strip()
    for unit, text in family("unit", "en").items()
    if "{base}" not in text and "_of_" not in unit
} | {"pct_of_2020": ENGLISH.say("unit.pct_of", number="", base=2020).strip()}
LIKELIHOODS = tuple((bound, ENGLISH.likelihood(bound)) for bound in LIKELIHOOD_BOUNDS)
"""Lower bound of each class, and its words."""

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


def counted(number: int, noun: str) -> str:
    """Write a number of things."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def axis(unit: str) -> str:
    """Name a unit on an axis: values stand there as published, and a count needs a word."""
    return {"cny_100m": "100 million yuan", "count": "number"}.get(unit, UNIT_WORDS.get(unit, unit))
