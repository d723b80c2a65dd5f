"""The count that the notebook is about: its series, its peak, its fall, and what a target asks.

Beside it stand dated events, and what a handful of points can say about them.
"""

from dataclasses import dataclass
from datetime import date
from math import comb, isfinite, nan

import numpy as np
import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import InputError, find
from helpers.targets.states import Target, line_of
from helpers.topics.parameters import Parameters, target_of
from helpers.vintages.archive import day_of
from helpers.vintages.series import known_series, last_day, open_archive


@dataclass(frozen=True)
class Filings:
    """One count of one area as known on a date."""

    name: str
    area_name: str
    """`name`, `area_name`: indicator and area in English."""
    indicator: str
    area: str
    unit: str
    """`indicator`, `area`, `unit`: as in the raw tables."""
    series: pd.DataFrame
    """As `helpers.vintages.series.known_series` returns; empty where nothing was known."""
    target: Target | None
    level: float
    """What the target asks for; NaN without one."""
    newest: int
    """Year of the latest figure that was public, of any grade, stand-ins included; 0 without
    one."""

    @property
    def last(self) -> pd.Series:
        """The latest point."""
        return self.series.iloc[-1]

    @property
    def peak(self) -> pd.Series:
        """The largest point, the first of equals."""
        return self.series.loc[self.series["value"].idxmax()]

    @property
    def fall(self) -> float:
        """How far the latest point lies below the peak, as a part of it."""
        return float(1 - self.last["value"] / self.peak["value"])

    @property
    def values(self) -> pd.Series:
        """Values by year."""
        return self.series.set_index("year")["value"].astype(float)

    @property
    def mark(self) -> tuple[int, float, str] | None:
        """The target for a chart: year, level, label; None without one."""
        if self.target is None or not isfinite(self.level):
            return None
        return self.target.target_year, self.level, f"target {self.level:,.0f}"


def gather_filings(raw: RawData, run: Parameters) -> Filings:
    """Collect the count that a notebook's parameters ask for.

    Raises `InputError` if indicator, area or target are unknown or do not belong together, or the
    indicator is no count or amount.
    """
    indicators, areas = raw.indicators.set_index("indicator"), raw.areas.set_index("area")
    find(run.indicator, indicators.index, "indicator", "indicators.csv")
    find(run.area, areas.index, "area", "areas.csv")
    row = indicators.loc[run.indicator]
    if row["scale"] not in ("log", "count"):
        raise InputError(f"indicator {run.indicator!r} is no count or amount; its scale is "
                         f"{row['scale']}")  # fmt: skip
    archive, own = open_archive(raw), {"indicator": run.indicator, "area": run.area}
    series = known_series(archive, run.as_of, run.choice, **own)
    every = known_series(archive, run.as_of, None, **own)["year"]
    series = series[series["year"].ge(run.first_year)].reset_index(drop=True)
    target = target_of(raw, run)
    return Filings(
        name=row["name_en"],
        area_name=areas.loc[run.area, "name_en"],
        indicator=run.indicator,
        area=run.area,
        unit=row["unit"],
        series=series,
        target=target,
        level=line_of(target, series).level if target and len(series) else nan,
        newest=int(every.max()) if len(every) else 0,
    )


def log_growth(series: pd.DataFrame) -> pd.Series:
    """Log growth by year, between neighbouring years only, and not across a documented break.

    `series`: columns year, value and break_before, in order of years.
    """
    follows = series["year"].diff().eq(1) & series["break_before"].ne("no")
    steps = np.log(series["value"].astype(float)).diff().where(follows)
    return steps.set_axis(series["year"]).dropna()


LEAST_SIDE = 2
"""Growth rates that must lie on each side of a cut."""
ENUMERATED, DRAWN = 20, 50_000
"""Of up to so many growth rates all subsets are enumerated; of more, so many orders are drawn."""


def own_events(events: pd.DataFrame, indicator: str, as_of: date | str) -> pd.DataFrame:
    """Return the events that name an indicator and lie on or before a date.

    `events`: the raw table. `as_of`: an event dated to a month or year counts once that has ended.
    Gives columns event_id, date, label, cut (as `cut_year`), by date.
    """
    named = events["indicators"].map(lambda text: indicator in text.split(";"))
    past = events["date"].map(last_day).le(day_of(as_of))
    own = events[named & past].rename(columns={"name_en": "label"})
    own = own.assign(cut=own["date"].map(cut_year).astype(int), day=own["date"].map(last_day))
    return own.sort_values("day")[["event_id", "date", "label", "cut"]].reset_index(drop=True)


def cut_year(day: str) -> int:
    """Return the first year of which at least half lies after an event.

    An event known by its year alone cuts before that year.
    """
    if len(day) == 4:
        return int(day)
    year, month = int(day[:4]), int(day[5:7])
    return year if month <= 6 else year + 1


def cut_table(growth: pd.Series) -> pd.DataFrame:
    """Compare mean log growth before and after every year at which a series can be cut.

    Two questions that need no distribution of the growth rates. First: among all ways to pick as
    many growth rates as lie after the cut, in how many is the difference as large (exact
    permutation test; Fisher 1935, The Design of Experiments)? It takes growth rates for
    exchangeable, which a slow decline of growth already breaks. Second: among all cut years, at
    how many is the difference, over its standard error at equal variance, as large (placebo cuts;
    Abadie, Diamond and Hainmueller 2010, JASA 105)? It tells a turn at that year from a turn
    somewhere.

    `growth`: log growth by year, as `helpers.topics.patents.filings.log_growth` returns.

    Returns
    -------
    DataFrame
        One row a year with at least `LEAST_SIDE` growth rates before it and from it on: cut,
        before and after (mean log growth), difference, count_before, count_after, statistic,
        explained (percent of the variance of growth that a step there explains; ranks as the
        statistic does), p_permutation and smallest_p (that any data could give), as_strong (cut
        years with at least this statistic, itself included), cuts (all of them), p_cut (their
        ratio).
    """
    growth = growth.sort_index()
    whole = float(((growth - growth.mean()) ** 2).sum())
    drawn = _assignments(growth.to_numpy())
    rows = []
    for cut in growth.index:
        before, after = growth[growth.index < cut], growth[growth.index >= cut]
        if min(len(before), len(after)) < LEAST_SIDE:
            continue
        # An exact two-sided test of these sizes can give no smaller p.
        smallest = (1 + (len(before) == len(after))) / comb(len(growth), len(after))
        difference = float(after.mean() - before.mean())
        statistic = abs(difference) / np.sqrt(1 / len(before) + 1 / len(after))
        rows.append(
            {
                "cut": int(cut),
                "before": before.mean(),
                "after": after.mean(),
                "difference": difference,
                "count_before": len(before),
                "count_after": len(after),
                "statistic": statistic,
                "explained": 100 * statistic**2 / whole if whole else 0.0,
                "p_permutation": _permuted(drawn, after, growth.sum(), len(growth)),
                "smallest_p": smallest,
            }
        )
    table = pd.DataFrame(rows, columns=_CUTS)
    strong = [int(table["statistic"].ge(s - 1e-12).sum()) for s in table["statistic"]]
    table = table.assign(as_strong=strong, cuts=len(table))
    return table.assign(p_cut=table["as_strong"] / table["cuts"].clip(lower=1))


_CUTS = ["cut", "before", "after", "difference", "count_before", "count_after", "statistic",
         "explained", "p_permutation", "smallest_p"]  # fmt: skip


def _assignments(growth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give sums and sizes of every subset of the growth rates, or of random ones where too many."""
    if len(growth) <= ENUMERATED:
        sums, sizes = np.zeros(1), np.zeros(1, dtype=int)
        for value in growth:
            sums, sizes = np.append(sums, sums + value), np.append(sizes, sizes + 1)
        return sums, sizes
    generator = np.random.default_rng(0)
    order = generator.permuted(np.tile(growth, (DRAWN, 1)), axis=1)
    return np.cumsum(order, axis=1).ravel(), np.tile(np.arange(1, len(growth) + 1), DRAWN)


def _permuted(drawn: tuple[np.ndarray, np.ndarray], after: np.ndarray, total: float, n: int):
    """Two-sided permutation p of a difference in means: the share of subsets as far off."""
    sums, sizes = drawn
    same = sums[sizes == len(after)]
    expected = total * len(after) / n
    # Sums of the same numbers in another order differ in the last digits.
    return float(np.mean(np.abs(same - expected) >= abs(after.sum() - expected) - 1e-9))


def event_tests(events: pd.DataFrame, growth: pd.Series, cuts: pd.DataFrame) -> pd.DataFrame:
    """Read the events' years off the table of cuts, corrected for how many were tried.

    Events between the same two growth rates are one test: the figures cannot tell them apart.

    `events`: as `own_events` returns. `growth`: log growth by year. `cuts`: as `cut_table` returns
    for it.

    Returns
    -------
    DataFrame
        One row a split of the growth rates by events: cut (first growth rate after), events
        (labels), event_ids, event_years (their cut years), tested, then the columns of `cuts` (NaN
        where too few growth rates lie on a side) and p_corrected, the permutation p after the
        correction of Holm (1979, Scandinavian Journal of Statistics 6) over all splits tested.
        Events after the last growth rate split nothing and have no row.
    """
    front = ["cut", "events", "event_ids", "event_years", "tested"]
    years = np.sort(growth.index.to_numpy(dtype=int))
    place = np.searchsorted(years, events["cut"].to_numpy(dtype=int))
    inside = place < len(years)
    split = events[inside].assign(cut=years[place[inside]], own=events.loc[inside, "cut"])
    if split.empty:
        return pd.DataFrame(columns=[*front, *cuts.columns[1:], "p_corrected"])
    joined = split.groupby("cut", sort=True).agg(
        events=("label", "; ".join),
        event_ids=("event_id", ";".join),
        event_years=("own", lambda own: ", ".join(str(year) for year in sorted(set(own)))),
    )
    table = joined.reset_index().merge(cuts, on="cut", how="left")
    table.insert(4, "tested", table["p_permutation"].notna())
    return table.assign(p_corrected=_holm(table["p_permutation"].astype(float)))


def _holm(values: pd.Series) -> pd.Series:
    from statsmodels.stats.multitest import multipletests

    tried = values.dropna().astype(float)
    if tried.empty:
        return pd.Series(np.nan, index=values.index)
    corrected = multipletests(tried.to_numpy(), method="holm")[1]
    return pd.Series(corrected, index=tried.index).reindex(values.index)
