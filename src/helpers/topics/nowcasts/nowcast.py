"""What the figures of some months say of a year that is not finished, and what they cannot say."""

from dataclasses import dataclass
from datetime import date
from math import nan

import pandas as pd

from helpers.targets.states import half_unit
from helpers.topics.nowcasts.factors import Factors, Nowcast, TooFewYears, learn
from helpers.topics.nowcasts.parts import completed, partial_figures
from helpers.vintages.series import Archive, SeriesChoice, known_series


@dataclass(frozen=True)
class RunningYear:
    """One year of one area that has no full-year figure yet.

    Attributes
    ----------
    year : int
    part : Series or None
        Its part-year figure with the most months; None without one.
    factors : Factors or None
        Learned from the other years known; None with too few of them.
    made : Nowcast or None
        The predictive distribution of the year.
    missing : str
        Why there is no nowcast; empty where there is one.
    """

    year: int
    part: pd.Series | None
    factors: Factors | None
    made: Nowcast | None
    missing: str

    def probability(self, level: float) -> float:
        """P(year >= level); NaN without a nowcast or a level."""
        return self.made.probability_at_least(level) if self.made and level == level else nan


def nowcast_year(
    archive: Archive, as_of: date | str, indicator: str, area: str, year: int,
    min_grade: str = "unverified",
) -> RunningYear:  # fmt: skip
    """Nowcast one year of one area from what was public on a date.

    Parameters
    ----------
    archive : Archive
    as_of : date or str
    indicator : str
        A flow.
    area : str
    year : int
        Its own figures are never learned from.
    min_grade : str
        Weakest grade that is used.
    """
    parts = partial_figures(archive, as_of, indicator, min_grade)
    own = parts[parts["area"].eq(area) & parts["year"].eq(year)]
    part = own.sort_values("months").iloc[-1] if len(own) else None
    pairs = completed(archive, as_of, indicator, min_grade)
    try:
        factors = learn(pairs[pairs["year"].ne(year)])
    except TooFewYears as few:
        return RunningYear(year, part, None, None, str(few))
    if part is None:
        return RunningYear(year, None, factors, None, f"no part-year figure of {year} is public")
    made = factors.nowcast(float(part["value"]), int(part["months"]))
    return RunningYear(year, part, factors, made, "")


def bounds_from_wholes(
    archive: Archive, as_of: date | str, indicator: str, area: str, year: int,
    wholes: tuple[str, ...], level: float = nan, min_grade: str = "unverified",
) -> pd.DataFrame:  # fmt: skip
    """Say what figures of larger areas bound in a year without a figure of the area itself.

    A part cannot exceed its whole, if the whole's count really contains it; nothing follows for
    the least that it can be. No share is assumed: the share that would be needed is given beside
    those that were seen.

    Parameters
    ----------
    archive, as_of, indicator, area, year, min_grade
        As for `nowcast_year`.
    wholes : tuple of str
        Areas that contain the area.
    level : float
        What a target asks of the area.

    Returns
    -------
    DataFrame
        One row a figure of a whole in that year: whole, months, value, at_most (of the area in
        these months, half a unit of rounding allowed), whole_year (median nowcast of the whole's
        year; the figure itself for 12 months), share_needed (of the whole's year, in percent, to
        reach the level; above 100 it is out of reach at the median), shares_seen (number of years
        in which the area's share of this whole is known) and largest_share, in percent, with its
        year.
    """
    parts = partial_figures(archive, as_of, indicator, min_grade)
    pairs = completed(archive, as_of, indicator, min_grade)
    choice = SeriesChoice(min_grade=min_grade, stand_ins=False)
    known = known_series(archive, as_of, choice, indicator=indicator)
    full = known[known["year"].eq(year)].assign(months=12)
    figures = pd.concat([parts[parts["year"].eq(year)], full])
    rows = [
        _bound(row, known, pairs, area, level)
        for whole in wholes
        for row in figures[figures["area"].eq(whole)].itertuples()
    ]
    return pd.DataFrame(rows, columns=_BOUND)


_BOUND = ["whole", "months", "value", "at_most", "whole_year", "share_needed", "shares_seen",
          "largest_share", "largest_share_year"]  # fmt: skip


def _bound(row, known: pd.DataFrame, pairs: pd.DataFrame, area: str, level: float) -> dict:
    year = float(row.value)
    if row.months < 12:
        try:
            factors = learn(pairs[pairs["year"].ne(row.year)])
            year = factors.nowcast(year, row.months).median
        except TooFewYears:
            year = nan
    own = known[known["area"].eq(area)].set_index("year")["value"]
    whole = known[known["area"].eq(row.area)].set_index("year")["value"]
    shares = (100 * own / whole).dropna()
    return {
        "whole": row.area,
        "months": row.months,
        "value": row.value,
        "at_most": row.value + half_unit(row.value, int(row.decimals), row.qualifier),
        "whole_year": year,
        "share_needed": 100 * level / year,
        "shares_seen": len(shares),
        "largest_share": shares.max() if len(shares) else nan,
        "largest_share_year": shares.idxmax() if len(shares) else nan,
    }
