"""Probability and median of the target year for each choice of figures, in few calls."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import inf, isnan

import numpy as np
import pandas as pd

from helpers.forecasting import baselines
from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.members import MIN_POINTS, Member
from helpers.forecasting.mixtures import chance_above, mixture_median
from helpers.forecasting.projection import Projection, project_pools
from helpers.forecasting.transforms import Support, fitting_scale, series_scales
from helpers.targets.assessment import chance_within
from helpers.targets.outcomes import limits_of
from helpers.targets.specification_curve.choices import CHOICES, FIGURES, member_sets
from helpers.targets.states import Target
from helpers.vintages.breaks import splice
from helpers.vintages.revision_risk import RevisionRisk, revised
from helpers.vintages.series import Archive, SeriesChoice, best_figures, known_on, known_series
from helpers.vocabulary import FINAL_STATUSES

LATEST_LAG = 1
"""A series that ends more years before the latest main figure is not what is known that day."""
APART = {"first_print": "apart", "revised": "apart_revised"}
WINDOWS = {"last_ten": 10, "last_seven": 7}


@dataclass(frozen=True)
class FigureSet:
    """Figures that one way of choosing leaves."""

    levels: dict[str, str]
    """The level of each choice in `FIGURES`."""
    values: pd.Series
    """Spliced values by year, in the target's unit; of the numerator if `denominator` is given."""
    denominator: pd.Series | None = None
    """Values by year where numerator and denominator are projected apart."""
    limits: tuple[float, float] = (-inf, inf)
    """Floor and ceiling of the target year, in the target's unit: a base is as it was spliced."""

    def __str__(self) -> str:
        """Name the levels, for people."""
        return ", ".join(filter(None, self.levels.values()))

    @property
    def key(self) -> tuple:
        """Same key, same figures."""
        parts = [self.values] if self.denominator is None else [self.values, self.denominator]
        shown = ((*part.index, *part.to_numpy().round(9).tolist()) for part in parts)
        return self.limits, *shown


def figure_sets(archive: Archive, target: Target, as_of: pd.Timestamp) -> list[FigureSet]:
    """Build every different set of figures that the choices leave on a day, ours first.

    Sets with fewer than `MIN_POINTS` points, that end early, or without the figure that the target
    is counted from, are left out; of sets with the same figures the first stands for all.

    Parameters
    ----------
    archive : Archive
    target : Target
        One that asks for a level, or for what follows from the figure of a base year.
    as_of : Timestamp
        Nothing published later is used.
    """
    latest = known_series(archive, as_of, None, **target.place)["year"].max()
    distinct: dict[tuple, FigureSet] = {}
    for levels, values, denominator, limits in _spliced(archive, target, as_of):
        for window in CHOICES["first_year"]:
            cut = _cut(values, window)
            below = None if denominator is None else _cut(denominator, window)
            early = cut if below is None else below[below.index < target.target_year]
            if min(len(cut), len(early)) < MIN_POINTS:
                continue
            if latest - LATEST_LAG <= cut.index.max() < target.target_year:
                found = FigureSet(levels | {"first_year": window}, cut, below, limits)
                distinct.setdefault(found.key, found)
    return list(distinct.values())


def _cut(values: pd.Series, window: str) -> pd.Series:
    if window in WINDOWS:
        return values.iloc[-WINDOWS[window] :]
    return values if window == "all" else values[values.index >= int(window)]


def _spliced(archive: Archive, target: Target, as_of: pd.Timestamp) -> Iterator[tuple]:
    """Give levels, values by year, denominator and limits for every choice but the first year."""
    pair = (target.indicator, target.area)
    if pair not in archive.pairs:
        return
    stand_ins = archive.used[pair]["use"].eq("stand_in").any()
    grades = CHOICES["min_grade"]
    growths = {grade: _growth(archive, target, as_of, grade) for grade in grades}
    for grade, stand_in in product(grades, CHOICES["stand_ins"] if stand_ins else ("used",)):
        choice = SeriesChoice(min_grade=grade, splice="none", stand_ins=stand_in == "used")
        known, growth = {"min_grade": grade, "stand_ins": stand_in}, growths[grade]
        for levels, series, denominator in _unspliced(archive, target, as_of, choice):
            if len(series) < MIN_POINTS:
                continue
            for how, joined in _splices(series, growth, archive.indicators):
                all_levels = {name: (known | levels | how).get(name, "") for name in FIGURES}
                values = joined.set_index("year")["spliced_value"].astype(float)
                limits = limits_of(target, joined)
                if isnan(limits[0]):
                    continue
                yield all_levels, values, None, limits
                if denominator is None:
                    continue
                # The numerator on the level of the spliced ratio: one splice serves both.
                top = (values * denominator / 100).dropna()
                known_by_then = denominator[denominator.index <= target.target_year]
                apart = all_levels | {"figures": APART[levels["figures"]]}
                yield apart, top, known_by_then, limits


def _splices(
    series: pd.DataFrame, growth: pd.DataFrame, indicators: pd.DataFrame
) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """Splice a series in every way that makes a difference."""
    marks = set(series["break_before"]) - {""}
    suspected = CHOICES["suspected_breaks"] if "suspected" in marks else ("left",)
    methods = CHOICES["splice"] if marks else ("real_growth",)
    for method, breaks in product(methods, suspected):
        joined = splice(series, growth, indicators, method=method, suspected=breaks == "spliced")
        yield {"splice": method, "suspected_breaks": breaks}, joined


def _unspliced(
    archive: Archive, target: Target, as_of: pd.Timestamp, choice: SeriesChoice
) -> Iterator[tuple[dict[str, str], pd.DataFrame, pd.Series | None]]:
    """Give the series of each definition, and of each recomputed ratio with its denominator."""
    main = known_series(archive, as_of, choice, **target.place)
    yield {"figures": "published", "definition": "main"}, main, None
    name = _estimates(archive, target)
    if name:
        wanted = SeriesChoice(choice.min_grade, choice.splice, definition=name)
        estimates = known_series(archive, as_of, wanted, **target.place)
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
    final = figures.loc[figures["status"].isin(FINAL_STATUSES), "definition"]
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
    known = known_on(archive, as_of, choice.min_grade)
    known = best_figures(known[known["indicator"].eq(name) & known["area"].eq(target.area)])
    latest = known.sort_values("known_from", kind="stable").drop_duplicates("year", keep="last")
    yield "revised", latest.set_index("year")["value"].astype(float).sort_index()


def _growth(archive: Archive, target: Target, as_of: pd.Timestamp, grade: str) -> pd.DataFrame:
    """Known real growth of the area, as `helpers.vintages.series` hands it to a splice."""
    names = [name for name in archive.indicators["real_growth"] if name]
    known = known_on(archive, as_of, grade)
    known = known[known["indicator"].isin(names) & known["use"].eq("main")]
    return best_figures(known[known["area"].eq(target.area)])


COLUMNS = ["row", "scale", "members", "spread", "probability", "median"]
GRID = 40
"""Quantiles that stand for a margin where two independent ones are combined."""
_LEVELS = (np.arange(GRID) + 0.5) / GRID


@dataclass(frozen=True)
class Ahead:
    """Annual series, each on one scale, and the year that is forecast."""

    batch: SeriesBatch
    scales: tuple[str, ...]
    year: int
    sets: Mapping[str, tuple[Member, ...]]
    """The selections of members, as `member_sets` returns."""
    risk: RevisionRisk | None = None

    @classmethod
    def of(
        cls,
        values: Mapping[str, pd.Series],
        scales: Sequence[str],
        year: int,
        sets: Mapping,
        risk: RevisionRisk | None = None,
    ) -> "Ahead":
        """Gather named series that end before the year; `risk` is that of all their figures."""
        return cls(SeriesBatch.from_series(dict(values)), tuple(scales), year, sets, risk)

    @property
    def steps(self) -> np.ndarray:
        """Years from the end of each series to the year, shape (n,)."""
        return self.year - self.batch.origin_years

    @property
    def support(self) -> Support:
        """The scale of each series."""
        return Support.of(self.batch.values, series_scales(self.scales, self.batch.names))

    @cached_property
    def projected(self) -> dict[str, Projection]:
        """Projections of the year with the learned spread, by selection of members."""
        made = project_pools(self.batch, int(self.steps.max()), self.sets, scale=self.scales)
        return {name: one.in_year(self.year) for name, one in made.items()}

    @cached_property
    def revised(self) -> dict[str, Projection]:
        """The same, mixed over the revision of the last figures."""
        if self.risk is None:
            return self.projected
        risks = [self.risk] * len(self.scales)
        return {name: revised(made, risks) for name, made in self.projected.items()}

    @cached_property
    def member_centres(self) -> dict[Member, np.ndarray]:
        """Each member's path in the year, shape (n,), on the scale of the series."""
        alone = {one[0]: self.projected[name] for name, one in self.sets.items() if len(one) == 1}
        return {m: self.support.working(one.median[:, 0]) for m, one in alone.items()}

    def residual_spread(self) -> np.ndarray:
        """Textbook standard deviation of a random walk with drift, shape (n,)."""
        z = self.support.working(self.batch.values)
        spread = baselines.drift(z, int(self.steps.max())).spread
        return spread[np.arange(len(spread)), self.steps - 1]


def forecast_rows(
    figures: Sequence[FigureSet],
    scales: Sequence[str],
    year: int,
    members: Sequence[Member] | None = None,
    risk: RevisionRisk | None = None,
) -> pd.DataFrame:
    """Forecast every set of figures on every scale, with every selection of members and spread.

    A selection is left out where one of its members, which is then one's own, has no path.

    Parameters
    ----------
    figures : sequence of FigureSet
    scales : sequence of str
        Of shares and counts; two parts of a share are always projected in logarithms.
    year : int
        The target year.
    members : sequence of str or OwnMember, optional
        As `helpers.targets.specification_curve.choices.member_sets` takes them.
    risk : RevisionRisk, optional
        Of the last figure; not looked at where parts are projected apart, or residuals set the
        spread.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; `row` is the position in `figures`, and `probability` that of reaching
        the floor and not the ceiling.
    """
    sets = member_sets("log", members)
    asked: dict[tuple[float, float], list[int]] = {}
    for place, chosen in enumerate(figures):
        asked.setdefault(chosen.limits, []).append(place)
    if not asked:
        return pd.DataFrame(columns=COLUMNS)
    tables = []
    for limits, places in asked.items():
        own = _within([figures[place] for place in places], scales, limits, year, sets, risk)
        tables.append(own.assign(row=own["row"].map(dict(enumerate(places)))))
    return pd.concat(tables, ignore_index=True)


def _within(
    figures: Sequence[FigureSet],
    scales: Sequence[str],
    limits: tuple[float, float],
    year: int,
    sets: Mapping,
    risk: RevisionRisk | None,
) -> pd.DataFrame:
    tables: list[pd.DataFrame] = []

    def reach(level: float) -> np.ndarray:
        tables.append(_reaching(figures, scales, level, year, sets, risk))
        return tables[-1]["probability"].to_numpy()

    chance = chance_within(reach, *limits)
    return tables[0].assign(probability=chance)


def _reaching(
    figures: Sequence[FigureSet],
    scales: Sequence[str],
    level: float,
    year: int,
    sets: Mapping,
    risk: RevisionRisk | None,
) -> pd.DataFrame:
    one = [(i, scale) for i, f in enumerate(figures) for scale in scales if _supported(f, scale)]
    two = [(i, "log") for i, f in enumerate(figures) if f.denominator is not None]
    tables = []
    if one:
        values = {f"figures {i} ({figures[i]}), {scale}": figures[i].values for i, scale in one}
        ahead = Ahead.of(values, [scale for _, scale in one], year, sets, risk)
        tables.append(_table(one, [*_learned(ahead, level), *_own(ahead, level)]))
    if two:
        tops = {f"figures {i} ({figures[i]})": figures[i].values for i, _ in two}
        top = Ahead.of(tops, ["log"] * len(two), year, sets)
        bottom = Bottom.of([figures[i].denominator for i, _ in two], year, sets)
        found = [*_learned_apart(top, bottom, level), *_own_apart(top, bottom, level)]
        tables.append(_table(two, found))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)


def _supported(figures: FigureSet, scale: str) -> bool:
    if figures.denominator is not None:
        return False
    low, high = figures.values.min(), figures.values.max()
    return fitting_scale([low, high], scale) == scale


Answer = tuple[str, str, np.ndarray, np.ndarray]
"""Selection of members and kind of spread, with probability and median of n series."""


def _table(rows: Sequence[tuple[int, str]], answers: Sequence[Answer]) -> pd.DataFrame:
    """Label answers, but those of twins, and of a selection that has no path for a series."""
    members, spreads, chances, medians = zip(*answers, strict=True)
    table = pd.DataFrame(list(rows) * len(answers), columns=COLUMNS[:2])
    table["members"], table["spread"] = np.repeat([members, spreads], len(rows), axis=1)
    table["probability"], table["median"] = np.concatenate(chances), np.concatenate(medians)
    twins = table["scale"].eq("linear") & table["members"].isin(_TWINS)
    return table[~twins & table["probability"].notna()]


_TWINS = {*member_sets("log")} - {*member_sets("linear")}


def _where_all(centres: Mapping[Member, np.ndarray], members: Sequence[Member], values):
    """Keep values, shape (n,), of series for which every member has a path; NaN otherwise."""
    return np.where(np.isfinite([centres[m] for m in members]).all(axis=0), values, np.nan)


def _learned(ahead: Ahead, level: float) -> Iterator[Answer]:
    """Project all series at once for each selection of members."""
    centres = ahead.member_centres
    for name, members in ahead.sets.items():
        projected = ahead.revised[name]
        chance = _where_all(centres, members, projected.probability_at_least(level)[:, 0])
        yield name, "learned", chance, projected.median[:, 0]


def _own(ahead: Ahead, level: float) -> Iterator[Answer]:
    """Lay the residuals' own spread around the same members."""
    support, centres, spread = ahead.support, ahead.member_centres, ahead.residual_spread()
    line = support.line(np.full(len(spread), float(level)))
    for name, members in ahead.sets.items():
        z = np.stack([centres[member] for member in members], axis=1)
        median = support.within(support.outside(mixture_median(z, spread)))
        yield name, "own", chance_above(z, spread, line), median


@dataclass(frozen=True)
class Bottom:
    """Denominators of n shares in the year; those already published are certain."""

    known: np.ndarray
    """Shape (n,). NaN where it has to be projected."""
    ahead: Ahead | None
    """The different series that are projected."""
    place: np.ndarray
    """Of int, shape (n,). Position in `ahead`; 0 where the value is known."""

    @classmethod
    def of(cls, series: Sequence[pd.Series], year: int, sets: Mapping) -> "Bottom":
        """Sort out what is known and what is the same."""
        known = np.array([s.get(year, np.nan) for s in series], dtype=float)
        keys = [(*s.index, *s) for s in series]
        distinct = {keys[i]: series[i] for i in np.flatnonzero(np.isnan(known)).tolist()}
        number = {key: i for i, key in enumerate(distinct)}
        place = np.array([number.get(key, 0) for key in keys])
        named = {f"denominator {i}": values for i, values in enumerate(distinct.values())}
        ahead = Ahead.of(named, ["log"] * len(distinct), year, sets)
        return cls(known, ahead if distinct else None, place)

    def spread_out(self, projected: np.ndarray, certain: np.ndarray) -> np.ndarray:
        """Give each share its row of `projected`, or of `certain` where the value is known."""
        is_known = np.isfinite(self.known).reshape((-1,) + (1,) * (certain.ndim - 1))
        return np.where(is_known, certain, projected[self.place])

    def quantiles(self, name: str) -> np.ndarray:
        """Quantiles of a selection of members at midpoints of `GRID` equal parts, (n, GRID)."""
        certain = np.repeat(self.known[:, None], GRID, axis=1)
        if self.ahead is None:
            return certain
        projected = self.ahead.projected[name].quantiles(_LEVELS)[:, 0]
        return self.spread_out(projected, certain)

    def log_normal(self, members: Iterable[Member]) -> tuple[dict[Member, np.ndarray], np.ndarray]:
        """Log centre of each member and log spread, each of shape (n,)."""
        logs, none = np.log(self.known), np.zeros(len(self.known))
        if self.ahead is None:
            return dict.fromkeys(members, logs), none
        centres = self.ahead.member_centres
        spread = self.spread_out(self.ahead.residual_spread(), none)
        return {member: self.spread_out(c, logs) for member, c in centres.items()}, spread


def _learned_apart(top: Ahead, bottom: Bottom, level: float) -> Iterator[Answer]:
    """Combine independent margins of numerator and denominator on a grid of quantiles.

    P(numerator >= line x denominator) is averaged over quantiles of the denominator: what paths
    drawn independently for the two give in the limit, without their noise.
    """
    above = top.member_centres
    below_each, _ = bottom.log_normal(above)
    for name, members in top.sets.items():
        # Where a member has no path, any number will do: it is left out below.
        projected, below = top.projected[name], np.nan_to_num(bottom.quantiles(name), nan=1.0)
        lines = below * level / 100
        chances = [projected.probability_at_least(lines[:, [q]])[:, 0] for q in range(GRID)]
        chance = _where_all(above, members, np.mean(chances, axis=0))
        chance = _where_all(below_each, members, chance)
        ratios = 100 * projected.quantiles(_LEVELS)[:, 0, :, None] / below[:, None, :]
        yield name, "learned", chance, np.median(ratios.reshape(len(ratios), -1), axis=1)


def _own_apart(top: Ahead, bottom: Bottom, level: float) -> Iterator[Answer]:
    """Combine independent log-normal margins, every member with every member."""
    above = top.member_centres
    below, spread_below = bottom.log_normal(above)
    spread = np.hypot(top.residual_spread(), spread_below)
    line = np.full(len(spread), np.log(level / 100))
    for name, members in top.sets.items():
        z = np.stack([above[a] - below[b] for a in members for b in members], axis=1)
        yield name, "own", chance_above(z, spread, line), 100 * np.exp(mixture_median(z, spread))
