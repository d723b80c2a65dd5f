"""The count that the notebook is about: its series, its peak, its fall, and what a target asks."""

from dataclasses import dataclass
from math import isfinite, nan

import numpy as np
import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import InputError, find
from helpers.targets import states as targets
from helpers.targets.states import Target
from helpers.topics.parameters import Parameters
from helpers.vintages.series import known_series, open_archive


@dataclass(frozen=True)
class Filings:
    """One count of one area as known on a date.

    Attributes
    ----------
    name, area_name : str
        Indicator and area in English.
    indicator, area, unit : str
        As in the raw tables.
    series : DataFrame
        As `helpers.vintages.series.known_series` returns; empty where nothing was known.
    target : Target or None
    level : float
        What the target asks for; NaN without one.
    newest : int
        Year of the latest figure that was public, of any grade, stand-ins included; 0 without one.
    """

    name: str
    area_name: str
    indicator: str
    area: str
    unit: str
    series: pd.DataFrame
    target: Target | None
    level: float
    newest: int

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

    Raises
    ------
    helpers.problems.InputError
        If indicator, area or target are unknown or do not belong together, or the indicator is no
        count or amount.
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
    target = _target(raw, run)
    return Filings(
        name=row["name_en"],
        area_name=areas.loc[run.area, "name_en"],
        indicator=run.indicator,
        area=run.area,
        unit=row["unit"],
        series=series,
        target=target,
        level=targets.line_of(target, series).level if target and len(series) else nan,
        newest=int(every.max()) if len(every) else 0,
    )


def _target(raw: RawData, run: Parameters) -> Target | None:
    if not run.target_id:
        return None
    (target,) = targets.select(targets.read_targets(raw.targets, raw.sources), [run.target_id])
    if (target.indicator, target.area) != (run.indicator, run.area):
        raise InputError(
            f"target {run.target_id} is about {target.indicator} in {target.area}, not "
            f"{run.indicator} in {run.area}; leave target_id empty or name another"
        )
    return target


def log_growth(series: pd.DataFrame) -> pd.Series:
    """Log growth by year, between neighbouring years only, and not across a documented break.

    Parameters
    ----------
    series : DataFrame
        Columns year, value and break_before, in order of years.
    """
    follows = series["year"].diff().eq(1) & series["break_before"].ne("no")
    steps = np.log(series["value"].astype(float)).diff().where(follows)
    return steps.set_axis(series["year"]).dropna()
