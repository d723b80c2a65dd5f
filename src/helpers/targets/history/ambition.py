"""How much a target asked for, beside past growth and the targets of other plans."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import isfinite, nan
from typing import Any

import numpy as np
import pandas as pd

from helpers.forecasting.calibration import FURTHEST
from helpers.observations.raw_data import RawData
from helpers.targets import states as targets
from helpers.targets.history.probability import numeric_targets, project_beliefs
from helpers.targets.information import Information
from helpers.targets.plan import names_level
from helpers.targets.states import Target
from helpers.vintages.archive import day_of
from helpers.vintages.series import Archive, SeriesChoice, known_series, open_archive
from helpers.wording import english as wording

COLUMNS = [
    "target_id",
    "indicator",
    "area",
    "target_year",
    "event",
    "day",
    "level",
    "latest_year",
    "latest_value",
    "at_signing",
    "probability_no_change",
    "probability_trend",
    "required_growth",
    "growth_percentile",
    "past_growths",
    "peer_percentile",
    "peer_areas",
    "peer_windows",
    "peers",
    "window",
    "reason",
]
LEAST_GROWTHS = 4
"""Fewest yearly growths that a percentile is taken of."""


@dataclass(frozen=True)
class _Making:
    """A target on a day of its making, and what was known that day."""

    target: Target
    event: str
    day: pd.Timestamp
    belief: Information


def ambition_table(
    raw: RawData,
    as_of: date | str,
    target_ids: list[str] | None = None,
    choice: SeriesChoice | None = None,
) -> pd.DataFrame:
    """Say how ambitious each threshold was, with the figures known on the days of its making.

    Parameters
    ----------
    raw, target_ids, choice
        As for `helpers.targets.history.timeline.belief_timeline`.
    as_of : date or str
        Targets made later are left out.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, two rows a target that names a level to rise or fall to (not a range,
        growth, an average or a multiple): the day it was set, and the day it was made public, where
        that is known.

        `at_signing` is the state of `helpers.targets.states.signing_check`. `probability_trend` is
        our projection's. `probability_no_change` is that of the same projection moved along the
        scale of the indicator (log, logit or linear) until its median for the target year is the
        latest value: the learned spread around no change. `required_growth` is compound, in percent
        a year over `window` years. `growth_percentile` is the percentage of the indicator's own
        past yearly growths (`past_growths` of them, spliced, a gap counted as one at its yearly
        rate) that lie below it, or above where the target is fallen to, ties counting half.
        `peer_percentile` is the same of the growth a year that other areas achieved over every span
        of `window` years known that day; each of the `peer_areas`, named in `peers`, weighs the
        same, however many of the `peer_windows` are its own. `reason` says why a cell is missing.

    Raises
    ------
    helpers.problems.InputError
        For a target that the raw table does not hold, naming it.
    """
    archive, choice = open_archive(raw), choice or SeriesChoice()
    makings = [
        making
        for target in numeric_targets(raw, target_ids)
        if names_level(target) and target.asks.comparison != "between"
        for making in _makings(archive, target, day_of(as_of), choice)
    ]
    both = _probabilities([making.belief for making in makings])
    rows = [_row(archive, m, p, choice) for m, p in zip(makings, both, strict=True)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    whole = ["latest_year", "past_growths", "peer_areas", "peer_windows", "window"]
    return table.astype(dict.fromkeys(whole, "Int64"))


def _makings(
    archive: Archive, target: Target, as_of: pd.Timestamp, choice: SeriesChoice
) -> list[_Making]:
    scale = archive.scales[target.indicator]
    makings = []
    for event, day in (("set", target.set_on), ("made public", target.published)):
        if pd.notna(day) and day <= as_of:
            series = known_series(archive, day, choice, **target.place)
            makings.append(_Making(target, event, day, Information(target, day, series, scale, "")))
    return makings


def _probabilities(beliefs: list[Information]) -> list[tuple[float, float]]:
    """P under no change and under past trend; NaN where there is no projection."""
    lines = [belief.open_line for belief in beliefs]
    ready = [of for of, line in zip(beliefs, lines, strict=True) if line is not None]
    if not ready:
        return [(nan, nan)] * len(beliefs)
    projected = project_beliefs(ready)
    rows = np.arange(len(ready))
    years = np.array([belief.target.target_year for belief in ready])
    steps = years - projected.origin_years - 1
    last = np.array([belief.series["spliced_value"].iloc[-1] for belief in ready], dtype=float)
    level = np.array([line.level for line in lines if line is not None])
    falls = np.array([belief.target.asks.has_ceiling for belief in ready])
    # What lies at a ceiling keeps it, which matters where it is the end of the scale.
    level = np.where(falls, np.nextafter(level, np.inf), level)
    middle = projected.median[rows, steps]
    scale = projected.support
    # P(y - median + last >= level) on the working scale, so the line moves the other way.
    moved = scale.outside(scale.line(level) - scale.working(last) + scale.working(middle))
    trend = projected.probability_at_least(level[:, None])[rows, steps]
    still = projected.probability_at_least(moved[:, None])[rows, steps]
    trend, still = np.where(falls, 1 - trend, trend), np.where(falls, 1 - still, still)
    known = iter(zip(still.tolist(), trend.tolist(), strict=True))
    return [next(known) if line is not None else (nan, nan) for line in lines]


def _row(
    archive: Archive, making: _Making, both: tuple[float, float], choice: SeriesChoice
) -> dict:
    target, series = making.target, making.belief.series
    state, figure = targets.signing_check(target, series)
    row = {
        "target_id": target.target_id,
        "indicator": target.indicator,
        "area": target.area,
        "target_year": target.target_year,
        "event": making.event,
        "day": making.day,
        "level": targets.line_of(target, series).level if len(series) else target.value,
        "at_signing": state,
        "probability_no_change": both[0],
        "probability_trend": both[1],
    }
    if figure is None:
        return row | {"latest_value": nan, "reason": "no figure was known"}
    window = target.target_year - int(figure["year"])
    row |= {"latest_year": int(figure["year"]), "latest_value": float(figure["value"])}
    if window <= 0:
        return row | {"reason": "the figure of the target year was already known"}
    required = targets.required_growth(figure["value"], row["level"], window)
    own, why = _own_percentile(series, required, falls=target.asks.has_ceiling)
    peers, why_no_peers = _peer_percentile(archive, making, required, window, choice)
    why_not = f"{_count(series, 'point')} too few for a projection"
    if window > FURTHEST:
        why_not = f"{target.year} lay more than {FURTHEST} years ahead"
    few = [] if isfinite(both[1]) else [why_not]
    reasons = [*few, *filter(None, (why, why_no_peers))]
    return (
        row
        | {"required_growth": required, "window": window, "reason": "; ".join(reasons)}
        | (own | peers)
    )


def _count(things, name: str) -> str:
    return f"1 {name} is" if len(things) == 1 else f"{len(things)} {name}s are"


def _own_percentile(series: pd.DataFrame, required: float, *, falls: bool) -> tuple[dict, str]:
    growths = yearly_growths(series)
    row = {"past_growths": len(growths), "growth_percentile": nan}
    if len(growths) < LEAST_GROWTHS:
        return row, f"{_count(growths, 'past growth')} too few for a percentile"
    return row | {"growth_percentile": percentile(growths, required, falls=falls)}, ""


def _peer_percentile(
    archive: Archive, making: _Making, required: float, window: int, choice: SeriesChoice
) -> tuple[dict, str]:
    """Rank a growth among those of all other areas with the same indicator."""
    known = known_series(archive, making.day, choice, indicator=making.target.indicator)
    others = known[known["area"].ne(making.target.area)]
    spans = {area: growths_over(series, window) for area, series in others.groupby("area")}
    spans = {area: growths for area, growths in spans.items() if len(growths)}
    row: dict[str, Any] = {"peer_areas": len(spans), "peer_windows": sum(map(len, spans.values()))}
    row |= {"peers": ";".join(spans), "peer_percentile": nan}
    if not spans:
        return row, f"no other area had this indicator over {wording.counted(window, 'year')}"
    falls = making.target.asks.has_ceiling
    ranks = [percentile(growths, required, falls=falls) for growths in spans.values()]
    return row | {"peer_percentile": float(np.mean(ranks))}, ""


def yearly_growths(series: pd.DataFrame) -> np.ndarray:
    """Growth between neighbouring points of the spliced series, in percent a year.

    Across missing years it is the compound rate, counted once.
    """
    points = zip(series["year"], series["spliced_value"], strict=True)
    rates = [
        targets.required_growth(before, after, int(year - earlier))
        for (earlier, before), (year, after) in pairwise(points)
    ]
    return np.array([rate for rate in rates if isfinite(rate)])


def growths_over(series: pd.DataFrame, window: int) -> np.ndarray:
    """Compound growth in percent a year over every span of `window` years in the spliced series."""
    value = dict(zip(series["year"], series["spliced_value"], strict=True))
    rates = [
        targets.required_growth(value[year], value[year + window], window)
        for year in value
        if year + window in value
    ]
    return np.array([rate for rate in rates if isfinite(rate)])


def percentile(growths: np.ndarray, required: float, *, falls: bool = False) -> float:
    """Percentage of growths below a required one, ties counting half; NaN if there is none.

    Of a fall it is the percentage that fell less, so that more is always asked for higher up.
    """
    if not isfinite(required):
        return nan
    if falls:
        growths, required = -growths, -required
    return 100 * float(np.mean((growths < required) + 0.5 * (growths == required)))
