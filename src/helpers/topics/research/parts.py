"""The two parts of a ratio as known on a date, and what each did to it, exactly.

Also what the numerator must do for the ratio to stay above a level while the denominator grows, and
the long table on a ratio that is written to `research.csv`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, isnan

import numpy as np
import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import InputError, find
from helpers.tables import round_significant
from helpers.topics.parameters import Parameters
from helpers.vintages.series import Archive, known_series, open_archive
from helpers.vocabulary import GRADES
from helpers.wording.english import graded

PERCENT = 100.0
FARTHEST = 60
"""Years ahead for which is reckoned what levels ask for."""


@dataclass(frozen=True)
class Parts:
    """A ratio of one area with its numerator and denominator."""

    indicator: str
    area: str
    as_of: date
    """`indicator`, `area`, `as_of`: what is looked at, and when."""
    numerator_id: str
    denominator_id: str
    """`numerator_id`, `denominator_id`: the indicators that it is made of."""
    name: str
    numerator_name: str
    denominator_name: str
    area_name: str
    """`name`, `numerator_name`, `denominator_name`, `area_name`: in English."""
    unit: str
    numerator_unit: str
    """`unit`, `numerator_unit`: as in `indicators.csv`."""
    numerator: pd.DataFrame
    denominator: pd.DataFrame
    real_growth: pd.DataFrame
    published: pd.DataFrame
    """`numerator`, `denominator`, `real_growth`, `published`: as
    `helpers.vintages.series.known_series` returns; `denominator` is empty where the area's is not
    held, `real_growth` where growth at constant prices is not."""
    table: pd.DataFrame
    """Years in which both parts are known: year, numerator, denominator (own units), ratio (their
    quotient, percent), published (the printed ratio, percent; NaN where none is known), grade (the
    weakest of both parts), real_growth (of the denominator, percent), break_before."""
    implied: bool
    """The denominator is the numerator over the printed ratio, for want of its own figures."""
    first_year: int
    min_grade: str
    """Earliest year and weakest grade that were asked for."""

    @property
    def asked(self) -> str:
        """Which figures are meant where none is found: " of grade press or better from 2015 on"."""
        grade = graded(self.min_grade)
        return f"{grade} from {self.first_year} on" if self.first_year else grade

    @property
    def points(self) -> pd.DataFrame:
        """Every figure that the parts rest on, one below the other."""
        return pd.concat([self.numerator, self.denominator, self.published], ignore_index=True)


def read_parts(raw: RawData, run: Parameters, archive: Archive | None = None) -> Parts:
    """Lay the parts of a ratio beside each other.

    `run`: names indicator, area, as-of date, first year and weakest grade. `archive`: of `raw`,
    where it is open already. Raises `InputError` for an indicator that is no ratio of two
    indicators, an area that is not in the tables, levels that the ratio cannot have, or a last year
    too far ahead.
    """
    indicators, areas = raw.indicators.set_index("indicator"), raw.areas.set_index("area")
    top, bottom = _sides(indicators, run.indicator)
    _check_levels(run, indicators.loc[run.indicator])
    find(run.area, areas.index, "area", "areas.csv")
    archive = archive or open_archive(raw)

    def series(name: str) -> pd.DataFrame:
        known = known_series(archive, run.as_of, run.choice, indicator=name, area=run.area)
        return known[known["year"].ge(run.first_year)].reset_index(drop=True)

    numerator, denominator, published = series(top), series(bottom), series(run.indicator)
    growth = series(indicators.loc[bottom, "real_growth"])
    implied = denominator.empty
    table = _implied(numerator, published) if implied else _table(numerator, denominator)
    printed = published.set_index("year")["value"]
    rates = growth.set_index("year")["value"]
    table = table.assign(
        published=table["year"].map(printed).astype(float),
        real_growth=table["year"].map(rates).astype(float),
    )
    latest = table["year"].max()
    if len(table) and run.last_year > latest + FARTHEST:
        raise InputError(
            f"last_year: {run.last_year} is more than {FARTHEST} years after the last ratio, that "
            f"of {latest}; write a year up to {latest + FARTHEST}"
        )
    names = indicators["name_en"]
    return Parts(
        indicator=run.indicator, area=run.area, as_of=run.as_of,
        numerator_id=top, denominator_id=bottom, name=names[run.indicator],
        numerator_name=names[top], denominator_name=names[bottom],
        area_name=areas.loc[run.area, "name_en"], unit=indicators.loc[run.indicator, "unit"],
        numerator_unit=indicators.loc[top, "unit"], numerator=numerator, denominator=denominator,
        real_growth=growth, published=published, table=table, implied=implied,
        first_year=run.first_year, min_grade=run.min_grade,
    )  # fmt: skip


def _sides(indicators: pd.DataFrame, name: str) -> tuple[str, str]:
    ratios = indicators[indicators["numerator"].ne("") & indicators["denominator"].ne("")]
    find(name, indicators.index, "indicator", "indicators.csv")
    if name not in ratios.index:
        head = f"indicator: {name!r} is no ratio with numerator and denominator in indicators.csv"
        if ratios.empty:
            raise InputError(f"{head}; this folder has no ratio, so there is none to take apart")
        raise InputError(f"{head}; give one of {', '.join(ratios.index)}")
    return ratios.loc[name, "numerator"], ratios.loc[name, "denominator"]


def _check_levels(run: Parameters, ratio: pd.Series) -> None:
    """Refuse levels that a ratio cannot have, and growth after which nothing is left."""
    share = ratio["scale"] in ("logit", "share")
    wrong = [f"{level:g}" for level in run.levels if not 0 < level < (PERCENT if share else inf)]
    if wrong:
        mend = f"write numbers above 0{' and below 100' if share else ''}"
        raise InputError(f"levels: {ratio['name_en']} cannot be {' or '.join(wrong)} %; {mend}")
    gone = [f"{growth:g}" for growth in run.growth_rates if growth <= -PERCENT]
    if gone:
        raise InputError(
            f"growth_rates: nothing is left after growth of {' or '.join(gone)} % a year; write "
            "numbers above -100"
        )


def _table(numerator: pd.DataFrame, denominator: pd.DataFrame) -> pd.DataFrame:
    both = numerator.merge(denominator, on="year", suffixes=("", "_below"))
    breaks = both["break_before"].where(both["break_before"].ne(""), both["break_before_below"])
    return pd.DataFrame(
        {
            "year": both["year"].astype(int),
            "numerator": both["value"].astype(float),
            "denominator": both["value_below"].astype(float),
            "ratio": PERCENT * both["value"].astype(float) / both["value_below"].astype(float),
            "grade": weakest(both["grade"], both["grade_below"]),
            "break_before": breaks,
        }
    )


def _implied(numerator: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Take the denominator from numerator and printed ratio, with the printed ratio's rounding."""
    below = published.assign(value=PERCENT * published["value"].rdiv(1.0))
    both = numerator.merge(below, on="year", suffixes=("", "_share"))
    whole = both["value"].astype(float) * both["value_share"].astype(float)
    return _table(numerator, below.merge(both[["year"]], on="year").assign(value=whole))


def weakest(*columns: Iterable[str]) -> np.ndarray:
    """Give row by row the weakest of several grades."""
    ranks = [[GRADES.index(grade) for grade in column] for column in columns]
    return np.array([GRADES[max(row)] for row in zip(*ranks, strict=True)], dtype=object)


MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"


def inside(name: str) -> str:
    """Write a name inside a sentence: only an ordinary first word loses its capital."""
    return name if name[:2].isupper() or name[1:2] == "&" else name[0].lower() + name[1:]


def percent(value: float, decimals: int = 1) -> str:
    """Write a percentage, an en dash where there is none; small losses are no minus zero."""
    written = f"{round(value, decimals) + 0.0:.{decimals}f} %"
    return DASH if isnan(value) else written.replace("-", MINUS)


def signed(points: float, decimals: int = 2) -> str:
    """Write a difference with its sign."""
    return f"{round(points, decimals) + 0.0:+.{decimals}f}".replace("-", MINUS)


def did(points: float) -> str:
    """Say what a part did to a whole: "added 0.50" or "took away 0.50"."""
    return f"{'added' if points >= 0 else 'took away'} {abs(points):.2f}"


def added(table: pd.DataFrame) -> tuple[float, float]:
    """Give what numerator and denominator added to a ratio in all, in points of the ratio.

    Each step's log changes are brought to points by the logarithmic mean of the ratio, so that
    both add up to its change exactly: the additive logarithmic mean Divisia index (Ang 2005, The
    LMDI approach to decomposition analysis: a practical guide, Energy Policy 33, 867-871).

    `table`: as `Parts.table`.
    """
    numerator, denominator, ratio = (
        np.log(table[name]).diff() for name in ("numerator", "denominator", "ratio")
    )
    # expm1 keeps the digits that a difference of near neighbours loses.
    mean = table["ratio"].shift() * (np.expm1(ratio) / ratio).fillna(1)
    return float((mean * numerator).sum()), float(-(mean * denominator).sum())


def standing_still(parts: Parts, growth_rates: Sequence[float]) -> pd.DataFrame:
    """Project the ratio as if its numerator stood still while its denominator grows.

    `growth_rates`: of the denominator in the years in which it is not known yet, percent a year.

    Returns
    -------
    DataFrame
        Percent; the last year of the ratio and `FARTHEST` years after it, a column for each
        growth rate. Without a year of the ratio all is NaN, from the year 0 on.
    """
    last = parts.table.iloc[-1] if len(parts.table) else {"year": 0}
    numerator, denominator = last.get("numerator", np.nan), last.get("denominator", np.nan)
    start = int(last["year"])
    years = pd.RangeIndex(start, start + FARTHEST + 1, name="year")
    known = parts.denominator.set_index("year")["value"].astype(float).reindex(years)
    known[start] = denominator
    held = known.notna().cummin()
    grown = (1 + np.array(growth_rates, dtype=float) / 100) ** (~held).cumsum().to_numpy()[:, None]
    path = known.where(held).ffill().to_numpy()[:, None] * grown
    return pd.DataFrame(PERCENT * numerator / path, index=years, columns=list(growth_rates))


def required_growth(still: pd.Series, level: float, last_year: int) -> float:
    """Find the smallest constant growth of the numerator that the level asks for.

    From at or above the level: the ratio stays there in every year up to `last_year`. From below:
    it arrives in `last_year`.

    `still`: a column of `standing_still`. `level`: of the ratio, percent. The result is in percent
    a year, NaN where no year lies ahead.
    """
    ahead = still.loc[:last_year].iloc[1:].to_numpy()
    if not ahead.size:
        return np.nan
    rates = 100 * ((level / ahead) ** (1 / np.arange(1, ahead.size + 1)) - 1)
    return float(rates.max() if still.iloc[0] >= level else rates[-1])


COLUMNS = ["indicator", "area", "year", "component", "basis", "value", "unit", "grade"]
POINTS, GROWTH = "percentage points", "% a year"


def tidy(parts: Parts, steps: pd.DataFrame, footing: pd.DataFrame) -> pd.DataFrame:
    """Lay parts, contributions and footings out as one figure a row.

    Parameters
    ----------
    steps : DataFrame
        One row a step between neighbouring known years: from_year, year, change,
        numerator_points, denominator_points (points of the ratio), numerator_growth,
        denominator_growth, real_growth (percent a year) and grade.
    footing : DataFrame
        As `helpers.topics.research.denominators.footings` returns.

    Returns
    -------
    DataFrame
        indicator, area, year, component (numerator, denominator, ratio_printed, ratio_computed,
        ratio_on_footing, contribution_numerator, contribution_denominator, change, and the growth
        rates), basis (definition, or the year that a change is counted from), value, unit, grade.
        Computed values are rounded to 5 significant digits.
    """
    blocks = [
        _printed(parts.numerator, "numerator"),
        _printed(parts.denominator, "denominator"),
        _printed(parts.published, "ratio_printed"),
        _computed(parts.table, "ratio", "ratio_computed", "%"),
    ]
    since = steps.assign(basis="since " + steps["from_year"].astype(str))
    for column, component, unit in (
        ("numerator_points", "contribution_numerator", POINTS),
        ("denominator_points", "contribution_denominator", POINTS),
        ("change", "change", POINTS),
        ("numerator_growth", "growth_numerator", GROWTH),
        ("denominator_growth", "growth_denominator", GROWTH),
        ("real_growth", "real_growth_denominator", GROWTH),
    ):
        blocks.append(_computed(since, column, component, unit))
    named = footing.assign(basis=footing["definition"])
    blocks.append(_computed(named, "ratio", "ratio_on_footing", "%"))
    table = pd.concat([block for block in blocks if len(block)] or blocks[:1], ignore_index=True)
    return table.assign(indicator=parts.indicator, area=parts.area)[COLUMNS]


def _printed(series: pd.DataFrame, component: str) -> pd.DataFrame:
    kept = series[["year", "value", "unit", "grade"]]
    return kept.assign(component=component, basis=series["definition"])


def _computed(frame: pd.DataFrame, column: str, component: str, unit: str) -> pd.DataFrame:
    rows = frame.dropna(subset=column)
    value, basis = round_significant(rows[column].to_numpy(float)), rows.get("basis", "")
    told = {"value": value, "unit": unit, "component": component, "basis": basis}
    return rows[["year", "grade"]].assign(**told)
