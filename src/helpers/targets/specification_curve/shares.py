"""The series that each choice of figures leaves: as published, recomputed, or its two parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pandas as pd

from helpers.forecasting.members import MIN_POINTS
from helpers.targets.specification_curve.choices import CHOICES, FIGURES
from helpers.targets.states import Target
from helpers.vintages.breaks import splice
from helpers.vintages.series import Archive, SeriesChoice, best_figures, known_on, known_series

SETTLED = ("final", "revised")
"""Statuses that no figure of a definition of estimates has."""
LATEST_LAG = 1
"""A series that ends more years before the latest main figure is not what is known that day."""
APART = {"first_print": "apart", "revised": "apart_revised"}
WINDOWS = {"last_ten": 10, "last_seven": 7}


@dataclass(frozen=True)
class FigureSet:
    """Figures that one way of choosing leaves.

    Attributes
    ----------
    levels : dict
        The level of each choice in `FIGURES`.
    values : Series
        Spliced values by year, in the target's unit; of the numerator if `denominator` is given.
    denominator : Series or None
        Values by year where numerator and denominator are projected apart.
    """

    levels: dict[str, str]
    values: pd.Series
    denominator: pd.Series | None = None

    @property
    def key(self) -> tuple:
        """Same key, same figures."""
        parts = [self.values] if self.denominator is None else [self.values, self.denominator]
        return tuple((*part.index, *part.round(9)) for part in parts)


def figure_sets(archive: Archive, target: Target, as_of: pd.Timestamp) -> list[FigureSet]:
    """Build every different set of figures that the choices leave on a day, ours first.

    Sets with fewer than `MIN_POINTS` points, or that end early, are left out; of sets with the
    same figures the first stands for all.

    Parameters
    ----------
    archive : Archive
    target : Target
        A threshold.
    as_of : Timestamp
        Nothing published later is used.
    """
    latest = known_series(archive, as_of, **_place(target))["year"].max()
    distinct: dict[tuple, FigureSet] = {}
    for levels, values, denominator in _spliced(archive, target, as_of):
        for window in CHOICES["first_year"]:
            cut = _cut(values, window)
            below = None if denominator is None else _cut(denominator, window)
            if below is not None and (below.index < target.target_year).sum() < MIN_POINTS:
                continue
            if (
                len(cut) < MIN_POINTS
                or not latest - LATEST_LAG <= cut.index.max() < target.target_year
            ):
                continue
            found = FigureSet(levels | {"first_year": window}, cut, below)
            distinct.setdefault(found.key, found)
    return list(distinct.values())


def _cut(values: pd.Series, window: str) -> pd.Series:
    if window in WINDOWS:
        return values.iloc[-WINDOWS[window] :]
    return values if window == "all" else values[values.index >= int(window)]


def _spliced(archive: Archive, target: Target, as_of: pd.Timestamp) -> Iterator[tuple]:
    """Give levels, values by year and denominator for every choice but the first year."""
    pair = (target.indicator, target.area)
    if pair not in archive.pairs:
        return
    stand_ins = archive.used[pair]["use"].eq("stand_in").any()
    for grade, stand_in in product(
        CHOICES["min_grade"], CHOICES["stand_ins"] if stand_ins else ("used",)
    ):
        choice = SeriesChoice(min_grade=grade, splice="none", stand_ins=stand_in == "used")
        known = {"min_grade": grade, "stand_ins": stand_in}
        growth = _growth(archive, target, as_of, grade)
        for levels, series, denominator in _unspliced(archive, target, as_of, choice):
            if len(series) < MIN_POINTS:
                continue
            for how, values in _splices(series, growth, archive.indicators):
                all_levels = {name: (known | levels | how).get(name, "") for name in FIGURES}
                yield all_levels, values, None
                if denominator is None:
                    continue
                # The numerator on the level of the spliced ratio: one splice serves both.
                top = (values * denominator / 100).dropna()
                known_by_then = denominator[denominator.index <= target.target_year]
                yield all_levels | {"figures": APART[levels["figures"]]}, top, known_by_then


def _splices(
    series: pd.DataFrame, growth: pd.DataFrame, indicators: pd.DataFrame
) -> Iterator[tuple[dict[str, str], pd.Series]]:
    """Splice a series in every way that makes a difference."""
    marks = set(series["break_before"]) - {""}
    suspected = CHOICES["suspected_breaks"] if "suspected" in marks else ("left",)
    methods = CHOICES["splice"] if marks else ("real_growth",)
    for method, breaks in product(methods, suspected):
        joined = splice(series, growth, indicators, method=method, suspected=breaks == "spliced")
        values = joined.set_index("year")["spliced_value"].astype(float)
        yield {"splice": method, "suspected_breaks": breaks}, values


def _unspliced(
    archive: Archive, target: Target, as_of: pd.Timestamp, choice: SeriesChoice
) -> Iterator[tuple[dict[str, str], pd.DataFrame, pd.Series | None]]:
    """Give the series of each definition, and of each recomputed ratio with its denominator."""
    main = known_series(archive, as_of, choice, **_place(target))
    yield {"figures": "published", "definition": "main"}, main, None
    name = _estimates(archive, target)
    if name:
        wanted = SeriesChoice(choice.min_grade, choice.splice, definition=name)
        estimates = known_series(archive, as_of, wanted, **_place(target))
        yield {"figures": "published", "definition": "estimates"}, estimates, None
        yield {"figures": "published", "definition": "filled"}, _filled(main, estimates), None
    row = archive.indicators.set_index("indicator").loc[target.indicator]
    if not (row["numerator"] and row["denominator"]):
        return
    top = known_series(archive, as_of, choice, indicator=row["numerator"], area=target.area)
    for figures, bottom in _denominators(archive, target, as_of, choice, row["denominator"]):
        share = 100 * top["value"] / top["year"].map(bottom)
        ratio = top.assign(indicator=target.indicator, value=share)
        levels = {"figures": figures, "definition": "main"}
        yield levels, ratio.dropna(subset="value").reset_index(drop=True), bottom


def _estimates(archive: Archive, target: Target) -> str:
    """Name the definition of figures that come before the final ones; "" without one."""
    pair = (target.indicator, target.area)
    used, figures = archive.used[pair], archive.pairs[pair]
    final = figures.loc[figures["status"].isin(SETTLED), "definition"]
    early = used[used["use"].eq("alternative") & ~used["definition"].isin(final)]
    return "" if early.empty else str(early["definition"].iloc[0])


def _filled(main: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """Let estimates fill the years without a final figure; each change of kind is a break."""
    extra = estimates[~estimates["year"].isin(main["year"])]
    if main.empty or extra.empty:
        return main.iloc[:0]
    both = pd.concat([main, extra]).sort_values("year", ignore_index=True)
    changed = both["definition"].ne(both["definition"].shift())
    changed.iloc[0] = False
    return both.assign(break_before=changed.map({True: "no", False: ""}))


def _denominators(
    archive: Archive, target: Target, as_of: pd.Timestamp, choice: SeriesChoice, name: str
) -> Iterator[tuple[str, pd.Series]]:
    """Give the denominator by year as first printed, and at its latest known revision."""
    place = {"indicator": name, "area": target.area}
    first = known_series(archive, as_of, choice, **place)
    yield "first_print", first.set_index("year")["value"].astype(float)
    known = best_figures(_chosen(known_on(archive, as_of, choice.min_grade), **place))
    latest = known.sort_values("known_from", kind="stable").drop_duplicates("year", keep="last")
    yield "revised", latest.set_index("year")["value"].astype(float).sort_index()


def _growth(archive: Archive, target: Target, as_of: pd.Timestamp, grade: str) -> pd.DataFrame:
    """Known real growth of the area, as `helpers.vintages.series` hands it to a splice."""
    names = [name for name in archive.indicators["real_growth"] if name]
    known = known_on(archive, as_of, grade)
    known = known[known["indicator"].isin(names) & known["use"].eq("main")]
    return best_figures(_chosen(known, area=target.area))


def _chosen(figures: pd.DataFrame, **wanted: str) -> pd.DataFrame:
    for name, value in wanted.items():
        figures = figures[figures[name].eq(value)]
    return figures


def _place(target: Target) -> dict[str, str]:
    return {"indicator": target.indicator, "area": target.area}
