"""Closed lists of words: of figures, of targets and their states, of what moved a belief.

What a target asks of its indicator is an operator, which is a statistic and a comparison. The
statistic is the figure of the target year (no prefix), the mean of the yearly values over the
plan (`avg_`) or their sum (`sum_`), the compound growth a year over the plan (`growth_`), or the
difference from the base year (`change_`); the comparison is one of `COMPARISONS`. A goal in words
is `qualitative`.
"""

from dataclasses import dataclass
from functools import cache

GRADES = ("official", "press", "secondary", "unverified")
"""How a publication is graded, the best first."""
STATUSES = ("revised", "final", "preliminary", "estimate")
"""How final a figure is: of two for one thing the status that stands first counts."""
OUTCOME_STATUSES = tuple(status for status in STATUSES if status != "estimate")
"""Of figures that can settle a target."""
FINAL_STATUSES = tuple(status for status in OUTCOME_STATUSES if status != "preliminary")
"""Of figures that are no more awaited."""
QUALIFIERS = ("exact", "rounded", "derived", "lower_bound")
"""How a figure is printed: at equal status the one that stands first counts."""
SPLICES = ("real_growth", "neighbour_growth", "none")
"""How levels are joined at a break of definition."""
COMPARABLE = ("yes", "suspected", "no")
"""Whether a definition can be compared with the one before it, the surest first."""
USES = ("main", "stand_in", "alternative")
"""What a definition is for."""
SCALES = ("log", "logit", "linear")
"""Values above 0, shares inside 0 to 100, or any number."""
EVERY_SCALE = (*SCALES, "count", "share")
"""And those whose ends can be reached: counts from 0 on, and shares from 0 to 100."""
AREA_KINDS = ("city", "region", "province", "country", "union", "world")
"""Kinds of area, from narrow to wide."""
MEASURE_GRADES = ("covered", "partly covered", "not covered")
"""How far figures cover a measure; whether it is judged depends on targets."""
CODES = ("en", "zh", "ja")
"""Languages in which the front page and the charts are written, by their codes."""

FIGURE, AVERAGE, SUM, GROWTH, CHANGE = "figure", "avg", "sum", "growth", "change"
OVER_YEARS = (AVERAGE, SUM)
"""Statistics of all years of a plan."""
COMPARISONS = ("ge", "gt", "le", "lt", "between", "approx")
QUALITATIVE = "qualitative"
OPERATORS = (
    *COMPARISONS,
    *(f"{kind}_{word}" for kind in (AVERAGE, SUM, GROWTH, CHANGE) for word in COMPARISONS),
    QUALITATIVE,
)
"""Every word that the column `operator` of `targets.csv` may hold."""
SHARE = "share"
"""What an indicator in percent is of that is no growth: its unit alone does not tell."""
_FLOORS = ("ge", "gt", "approx", "between")
_CEILINGS = ("le", "lt", "between")
_BASE_UNIT = "pct_of_"

STATES = ("met", "missed", "at_the_line", "open", "no_data", "not_numeric")
SETTLED = {"met", "missed", "at_the_line"}
"""States in which nothing can change any more."""
LIKELIHOOD_BOUNDS = (0.99, 0.90, 0.66, 0.33, 0.10, 0.01, 0.0)
"""Lower bounds of the classes of calibrated language (Mastrandrea et al. 2010, Guidance Note for
Lead Authors of the IPCC AR5 on Consistent Treatment of Uncertainties)."""

REDEFINED, SUSPECTED, STAND_IN = ("re-definition", "suspected re-definition", "stand-in")
REPLACED, REVISED = "first print replacing an estimate", "revision"
FILLED, RESPLICED, NEW, UNUSED = ("late figure", "re-spliced past", "new figure", "figure not used")
SET, PUBLIC, AS_OF = "target set", "made public", "as-of"
KINDS: tuple[str, ...] = (REDEFINED, SUSPECTED, STAND_IN, REPLACED, REVISED, FILLED, RESPLICED)
KINDS = (*KINDS, NEW, UNUSED, SET, PUBLIC, AS_OF)
"""What can have happened on a day; of several the weightiest is named first."""


@dataclass(frozen=True)
class Operator:
    """An operator taken apart."""

    statistic: str
    """`FIGURE`, `AVERAGE`, `SUM`, `GROWTH` or `CHANGE`."""
    comparison: str
    """One of `COMPARISONS`."""

    @property
    def over_years(self) -> bool:
        """Whether every year of the plan counts."""
        return self.statistic in OVER_YEARS

    @property
    def strict(self) -> bool:
        """Whether the number itself is not enough: "more than", "less than"."""
        return self.comparison in ("gt", "lt")

    @property
    def has_floor(self) -> bool:
        """Whether too little misses the target."""
        return self.comparison in _FLOORS

    @property
    def has_ceiling(self) -> bool:
        """Whether too much misses the target."""
        return self.comparison in _CEILINGS


@cache
def operator_of(word: str) -> Operator:
    """Take the word of a numeric operator apart.

    Raises
    ------
    ValueError
        If the word is none of `OPERATORS`, or a goal in words.
    """
    if word not in OPERATORS or word == QUALITATIVE:
        raise ValueError(f"{word!r} is no numeric operator; choose from {', '.join(OPERATORS)}")
    statistic, _, comparison = word.rpartition("_")
    return Operator(statistic or FIGURE, comparison)


def shown_unit(unit: str, scale: str) -> str:
    """Return the unit in which an indicator is written: percent that are no growth are plain."""
    return "%" if unit == "pct" and scale != "linear" else unit


def base_of_unit(unit: str) -> int | None:
    """Return the year that a unit such as `pct_of_2020` is counted from; None for other units."""
    year = unit.removeprefix(_BASE_UNIT)
    return int(year) if unit != year and len(year) == 4 and year.isdigit() else None
