"""Targets and the rules by which a verdict on one is reached.

The rules below were fixed before any projection was run; 5 to 8 were added for further operators,
and 9 to 11 for revisions, before any number was judged by them.

1. The outcome is the full-year figure of the target year in the main series, once it is
   preliminary, final or revised. Estimates and stand-ins are never an outcome. A lower bound is
   one only if the bound itself passes the line: it then meets a floor, and misses a ceiling.
2. A figure printed coarser than usual, or derived, can be off by half a unit of its last digit. If
   the line lies within that span, the state is `at_the_line`. A figure printed equal to the line
   meets "at least" and "at most", and is `at_the_line` for "more than" and "less than".
3. Whether the latest figure known on the day a target was set, or on the day it was made public,
   already passed the line is a fact beside the state, and no later day changes it. It asks for a
   level that can be held: growth of a year, and growth or an average over the plan, start anew.
4. Until the outcome is out, everything else is `open`; without any figure, `no_data`; without a
   number, `not_numeric`.
5. An operator is a statistic and a comparison (`helpers.vocabulary`). The statistic is the
   figure of the target year; the plain mean (`avg_`) or the sum (`sum_`) of the yearly values after
   the base year up to the target year; the compound growth a year from the base year to the target
   year (`growth_`); or the difference between the two, in the indicator's unit (`change_`). In a
   unit `pct_of_<year>` the figure of the target year is taken in percent of that year's. A range
   (`between`) includes both of its ends.
6. "About" (`approx`) is a band that begins half a unit below the last digit that the plan printed
   (trailing zeros of an amount or count from 1,000 on are no digits) and is open upwards: it is
   reached by every figure that rounds to the number in the plan's own wording, or lies above it.
   Plans say "reach about", and nobody misses that by more. An aim that can be missed on both
   sides is a range, and the row then names both ends.
7. Growth and multiples compare like with like: base and target year on the level of the latest
   definition, spliced at documented breaks. They are settled once both figures are outcomes. A
   base figure printed coarser than usual, or derived, widens the span of rule 2 by its own half
   unit times the multiple. An average takes each year as printed, and is settled once every year
   is an outcome; its span is the mean of the spans of its years. A sum is treated alike, and a
   change as growth is.
8. The probability of an open target is that of what the open years still have to do, jointly, given
   the figures that are out. A base year that is not out yet is open like any other year. A year
   that was passed over in print (a later figure is out) stays unknown: there is no probability.
9. Statistics are revised, so a probability says which print it is of. *As first published* is the
   chance that the first figure that can be an outcome fulfils the target, *as finally revised* the
   chance that the last print of it does. Both carry the risk that the figures from which the
   projection starts will be revised, the second also that of the outcome. The headline is *as first
   published*: it is what rule 1 settles, and what can be scored first; the other stands beside it.
10. A state that rests on a preliminary outcome carries the probability that it still stands when
   the figure is final. A final or revised outcome stands as printed, until rule 1 gives another.
11. No probability of an open target, or of a preliminary outcome, is given as less than 1 % or more
   than 99 %, unless the line is further from the median of the target year (of an outcome: from its
   figure) than the largest revision on record: in the prints of the plan and those of reference
   together, on the scale of the indicator.
"""

from math import nan

import pandas as pd

from helpers.targets.outcomes import (
    Demand,
    Line,
    demand_of,
    limits_of,
    line_of,
    outcome,
    signing_check,
    with_known_years,
)
from helpers.targets.plan import Target, asks_for_level, compare, headline, read_targets, select
from helpers.vocabulary import GROWTH, QUALITATIVE

__all__ = [
    "Demand",
    "Line",
    "Target",
    "asks_for_level",
    "compare",
    "demand_of",
    "headline",
    "limits_of",
    "line_of",
    "outcome",
    "past_growth",
    "read_targets",
    "required_growth",
    "required_of",
    "select",
    "signing_check",
    "state_of",
    "with_known_years",
]


def state_of(target: Target, settled: str, latest: pd.Series | None) -> str:
    """Apply rules 1 and 4 in that order.

    Parameters
    ----------
    target : Target
    settled : str
        State from `outcome`, empty while open.
    latest : Series or None
        Latest known figure.
    """
    if target.operator == QUALITATIVE:
        return "not_numeric"
    if settled:
        return settled
    return "no_data" if latest is None else "open"


def required_growth(value: float, level: float, years: int) -> float:
    """Compound growth a year, in percent, that leads from a value to a level.

    NaN without years to go, or where value and level are not both positive.
    """
    if years <= 0 or value <= 0 or not level > 0:
        return nan
    return 100 * ((level / value) ** (1 / years) - 1)


def past_growth(series: pd.DataFrame, years: int = 5) -> float:
    """Compound growth a year, in percent, over the last `years` years of the spliced series.

    The first point used is the oldest within that span; NaN where there is only one.
    """
    recent = series[series["year"].ge(series["year"].max() - years)]
    first, last = recent.iloc[0], recent.iloc[-1]
    return required_growth(
        first["spliced_value"], last["spliced_value"], int(last["year"] - first["year"])
    )


def required_of(target: Target, figure: pd.Series, line: Line) -> float:
    """Growth a year, in percent, that is still required of an open target.

    Parameters
    ----------
    target : Target
    figure : Series
        The latest figure.
    line : Line
        As `line_of` returns. Without a level, as the base year is not out yet, growth over the
        plan requires what the plan says; all else that has no level has no required growth.
    """
    if line.missing and target.asks.statistic == GROWTH:
        return next(bound for bound in target.bounds if abs(bound) < float("inf"))
    years = target.target_year - int(figure["year"])
    return required_growth(figure["value"], line.level, years)
