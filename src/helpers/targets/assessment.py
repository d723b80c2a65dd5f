"""The verdict on every target as known on a date: figures, probability and rules together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import inf, isfinite, isnan, nan

import numpy as np
import pandas as pd

from helpers.forecasting.members import Member, SeriesBatch
from helpers.forecasting.projection import Projection, probability_of_sum, project, quantiles_of_sum
from helpers.forecasting.series import interval_levels
from helpers.forecasting.transforms import WITH_ENDS
from helpers.observations.raw_data import RawData
from helpers.targets import states as targets
from helpers.targets.information import (
    FIGURE,
    READING,
    Information,
    information_of,
    signing_checks,
)
from helpers.targets.outcomes import Demand, Pass
from helpers.targets.states import Target
from helpers.vintages.revision_risk import revised
from helpers.vintages.series import Archive, SeriesChoice, linking_figures, open_archive
from helpers.vocabulary import OUTCOME_STATUSES, SHARE
from helpers.wording.statements import statement

PIVOTAL = 0.1
"""Unverified figures that move a probability by more are named with the verdict."""
PIVOT = ("year", "value", "decimals", "unit")
"""What is told of that figure."""
COLUMNS = [
    *("target_id", "plan", "indicator", "area", "target_year", "operator", "target_value"),
    *("target_high", "target_decimals", "unit", "base_year", "level", "judged", "state"),
    *("probability", "probability_final", "probability_without_extreme", "extreme_member"),
    *("state_verified", "probability_verified", "pivotal_figures"),
    *(f"pivotal_{name}" for name in PIVOT),
    *("state_without", "probability_without"),
    *(f"latest_{name}" for name in FIGURE),
    *("gap", "required_growth", "past_growth", "median", "lower50", "upper50", "lower80"),
    *("upper80", "lower95", "upper95", "due", "overdue", "so_far", "latest_age"),
    *(f"reading_{name}" for name in READING),
    *("official_value", "official_by", "official_day", "set_after", "points", "unverified_points"),
    *("said_day", "said_probability", "said_median", "said_lower80", "said_upper80"),
    *("at_signing", "signing_event", "signing_day", "signing_year", "signing_value"),
    *("signing_decimals", "signing_grade", "reason"),
]


def assess(
    raw: RawData, as_of: date | str, choice: SeriesChoice | None = None, **options
) -> pd.DataFrame:
    """Reach a verdict on each target, with and without unverified figures.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
        Only figures known on this day are used.
    choice : SeriesChoice, optional
        Which figures count.
    **options
        As for `replay`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a target in the order of the raw table. Growths are in percent a
        year, `level` is what the target year must reach in the indicator's unit, `judged` the
        growth, mean, sum, change or multiple that such a target is judged by, `so_far` the same of
        the years that are out, `gap` that level minus the latest value, or of a mean or sum that is
        out what was asked minus it. Median and intervals are those of the target year, or of that
        mean or sum. `probability` is that of the figure as first published, `probability_final` as
        finally revised, also of a preliminary outcome; `probability_without_extreme` is the first
        without `extreme_member`, the member whose absence moves it most. `reading_` is the latest
        figure of a part of a year where that is later and the indicator a stock or share,
        `official_` what an authority projects for the target year, `latest_age` how many years
        before the day the latest figure's year ended, and `set_after` the day of setting where that
        was still to come. Of a target year that is over without an outcome `due` is when its figure
        is usually out, and `overdue` says whether that is past. The columns ending in `_verified`
        hold the same without unverified figures. Where unverified figures decide (`PIVOTAL`),
        `pivotal_figures` is how many, `pivotal_` tells the one that does most, and `_without` holds
        state and probability without them. Of a settled target `said_` holds what is projected with
        the figures known on the day before the first outcome was out.

    Raises
    ------
    helpers.problems.InputError
        For a target that the raw table does not hold, naming it.
    """
    return replay(raw, [as_of], choice, **options)[COLUMNS]


def replay(
    raw: RawData,
    days: Sequence[date | str],
    choice: SeriesChoice | None = None,
    *,
    target_ids: list[str] | None = None,
    first_year: int = 0,
    members: Sequence[Member] | None = None,
) -> pd.DataFrame:
    """Reach the verdicts with the figures known on each of several days.

    Parameters
    ----------
    raw : RawData
    days : sequence of date or str
    choice : SeriesChoice, optional
        Which figures count. An outcome is one of the main series, whatever definition is projected.
    target_ids : list of str, optional
        Keep these targets; all otherwise.
    first_year : int
        Leave out earlier years.
    members : sequence of str or OwnMember, optional
        As `helpers.forecasting.projection.project` takes them.

    Returns
    -------
    DataFrame
        As `assess`, with a first column `as_of`; day by day.
    """
    choice = choice or SeriesChoice()
    archive = open_archive(raw)
    wanted = targets.select(targets.read_targets(raw.targets, raw.sources), target_ids)
    known, projected = _known(archive, wanted, days, choice, first_year, members)
    read = known
    if choice.min_grade == "unverified":
        strict = replace(choice, min_grade="secondary")
        read, _ = _known(archive, wanted, days, strict, first_year, members, projected)
    pivots = _pivots(archive, known, read, choice, first_year, members, projected)
    said = _said_before(archive, known, choice, first_year, members)
    rows = [_row(*of_target) for of_target in zip(known, read, pivots, said, strict=True)]
    return pd.DataFrame(rows, columns=["as_of", *COLUMNS])


def _known(
    archive: Archive,
    wanted: Sequence[Target],
    days: Sequence[date | str],
    choice: SeriesChoice,
    first_year: int,
    members: Sequence[Member] | None,
    wider: Projection | None = None,
) -> tuple[list[Information], Projection | None]:
    """All targets on all days with one choice of figures, and the projection of their series."""
    checks = {target.target_id: signing_checks(archive, target, choice) for target in wanted}
    evidence = [
        information_of(archive, target, day, choice, first_year, checks[target.target_id])
        for day in days
        for target in wanted
    ]
    projected = _projected(evidence, wider, members)
    return _with_ahead(evidence, projected, apart=wider is None), projected


def look_ahead(
    known: Sequence[Information],
    wider: Projection | None = None,
    members: Sequence[Member] | None = None,
) -> list[Information]:
    """Project every series in one call, and add what is ahead of each target.

    Parameters
    ----------
    known : sequence of Information
    wider : Projection, optional
        Of the same series with further figures: no spread is narrower than there.
    members : sequence of str or OwnMember, optional
        As `helpers.forecasting.projection.project` takes them.

    Returns
    -------
    list of Information
        `ahead` holds probability, median, lower50 ... upper95 of the target year. It is empty where
        the outcome is out, where there are fewer than `helpers.forecasting.members.MIN_POINTS`
        points, where the latest figure is already of the target year, or no member has a path.
    """
    return _with_ahead(known, _projected(known, wider, members))


def _projected(
    known: Sequence[Information], wider: Projection | None, members: Sequence[Member] | None = None
) -> Projection | None:
    """Project every distinct series that can be; None if there is none."""
    open_ones = [of for of in known if of.can_be_projected]
    ready = {_series_name(of): of for of in open_ones}
    if not ready:
        return None
    batch = SeriesBatch.from_series({name: of.values for name, of in ready.items()})
    horizon = max(of.target.target_year - int(of.series["year"].max()) for of in open_ones)
    scales = [of.scale for of in ready.values()]
    projected = project(batch, horizon, scale=scales, members=members)
    if wider:
        projected = projected.no_narrower_than(wider, [_whole_series(of) for of in ready.values()])
    fitted = np.isfinite(projected.pool.spreads).all(axis=1)
    return projected.select(fitted) if fitted.any() else None


def _with_ahead(
    known: Sequence[Information], projected: Projection | None, *, apart: bool = False
) -> list[Information]:
    """Read each target's probabilities and intervals off the projection of its series.

    With `apart` also the probability without the most extreme member.
    """
    if projected is None:
        return list(known)
    row = {name: i for i, name in enumerate(projected.names)}
    open_ones = [of for of in known if of.can_be_projected and _series_name(of) in row]
    asked = [row[_series_name(of)] for of in open_ones]
    demands = [targets.demand_of(of.target, of.series) for of in open_ones]
    risks = {_series_name(of): of.risk for of in open_ones}
    first, final = (
        revised(projected, [risks[name] for name in projected.names], final=last)
        for last in (False, True)
    )
    told = pd.DataFrame(
        {
            "probability": chances(first, asked, demands),
            "probability_final": chances(final, asked, demands),
        }
    )
    if apart:
        told = told.join(_without_extreme(first, asked, demands, told["probability"].to_numpy()))
    levels = interval_levels()
    years = np.array([of.target.target_year for of in open_ones], dtype=int)
    there = first.select(asked).in_year(years).quantiles(list(levels.values()))[:, 0]
    told = pd.DataFrame(there, columns=list(levels)).join(told)
    found = {
        id(of): one | _over_years(of, first, row)
        for of, one in zip(open_ones, told.to_dict("records"), strict=True)
    }
    return [replace(of, ahead=found[id(of)]) if id(of) in found else of for of in known]


def _over_years(known: Information, projected: Projection, row: Mapping[str, int]) -> dict:
    """Median and intervals of the mean or sum that a target asks for; empty for other targets."""
    demand = known.open_demand
    if not known.target.asks.over_years or demand is None:
        return {}
    place, levels = row[_series_name(known)], interval_levels()
    measured = quantiles_over_years(known, demand, projected, place, list(levels.values()))
    return dict(zip(levels, measured.tolist(), strict=True))


def quantiles_over_years(
    known: Information, demand: Demand, projected: Projection, row: int, levels: Sequence[float]
) -> np.ndarray:
    """Quantiles of the mean or sum that a target asks for, shape (levels,)."""
    steps = np.array(demand.years) - projected.origin_years[row] - 1
    open_years = quantiles_of_sum(projected, row, steps, levels)
    return targets.with_known_years(known.target, known.series, open_years)


def _without_extreme(
    projected: Projection, rows: Sequence[int], demands: Sequence[Demand], chance: np.ndarray
) -> pd.DataFrame:
    """Leave out, for each demand, the member whose absence moves its probability most."""
    if len(projected.members) < 2:
        return pd.DataFrame({"probability_without_extreme": nan, "extreme_member": ""},
                            index=range(len(rows)))  # fmt: skip
    left = np.stack([chances(projected.without(m), rows, demands) for m in projected.members])
    moved = np.argmax(np.nan_to_num(np.abs(left - chance), nan=-1.0), axis=0)
    known = np.isfinite(chance)
    return pd.DataFrame(
        {
            "probability_without_extreme": left[moved, np.arange(len(rows))],
            "extreme_member": np.where(known, np.array(projected.members, object)[moved], ""),
        }
    )


def read_off(known: Information, projected: Projection) -> Information:
    """Add what one projection of its series says of the target year.

    Parameters
    ----------
    known : Information
        One that can be projected.
    projected : Projection
        Of its series alone, to the target year at least.
    """
    own = replace(projected, names=(_series_name(known),))
    return _with_ahead([known], own, apart=True)[0]


def _series_name(known: Information) -> str:
    """Name a series by day, indicator and area, and the figures that are left out of it."""
    left = [f" without {source} {year}" for source, year in sorted(known.choice.left_out)]
    return "".join([_whole_series(known), *left])


def _whole_series(known: Information) -> str:
    return f"{known.as_of:%Y-%m-%d}/{known.target.indicator}/{known.target.area}"


def _said_before(
    archive: Archive,
    known: Sequence[Information],
    choice: SeriesChoice,
    first_year: int,
    members: Sequence[Member] | None,
) -> list[dict]:
    """Project each settled target with the figures of the day before its first outcome was out."""
    days = {i: _eve(archive, of.target) for i, of in enumerate(known) if of.settled}
    before = [information_of(archive, known[i].target, day, choice, first_year, checks=())
              for i, day in days.items()]  # fmt: skip
    said: list[dict] = [{} for _ in known]
    for i, of in zip(days, look_ahead(before, members=members), strict=True):
        if of.ahead:
            names = ("probability", "median", "lower80", "upper80")
            said[i] = {"said_day": of.as_of} | {f"said_{n}": of.ahead[n] for n in names}
    return said


def _eve(archive: Archive, target: Target) -> pd.Timestamp:
    """Return the day before the first figure that can be an outcome of the target year was out."""
    figures = archive.pairs[target.indicator, target.area]
    could = figures["year"].eq(target.target_year) & figures["status"].isin(OUTCOME_STATUSES)
    could &= figures["months"].eq(12) & figures["use"].eq("main")
    return figures.loc[could, "known_from"].min() - pd.Timedelta(days=1)


def _pivots(
    archive: Archive,
    known: Sequence[Information],
    read: Sequence[Information],
    choice: SeriesChoice,
    first_year: int,
    members: Sequence[Member] | None,
    wider: Projection | None,
) -> list[dict]:
    """Find for each target the unverified figures on which its verdict rests.

    Each figure is left out by itself, then all of them. The verdict rests on what is left out if
    the state changes, the probability moves by more than `PIVOTAL`, or there is none any more. One
    figure that does so by itself is named alone; of several the one that does most.
    """
    doubted = [_unverified_figures(archive, of_target) for of_target in known]
    asked = [(i, figure) for i, figures in enumerate(doubted) for figure in figures]
    # Whether it was passed when it was made moves neither state nor probability.
    without = [
        information_of(archive, known[i].target, known[i].as_of, _leaving_out(choice, figure),
                       first_year, checks=())
        for i, figure in asked
    ]  # fmt: skip
    heaviest: list[tuple[float, pd.Series, Information] | None] = [None] * len(known)
    for (i, figure), other in zip(asked, look_ahead(without, wider, members), strict=True):
        weight, held = _moved(known[i], other), heaviest[i]
        if held is None or weight >= held[0]:  # of equals the latest
            heaviest[i] = weight, figure, other
    return [
        _pivot(*of_target)
        for of_target in zip(known, read, heaviest, map(len, doubted), strict=True)
    ]


def _pivot(
    known: Information,
    read: Information,
    heaviest: tuple[float, pd.Series, Information] | None,
    count: int,
) -> dict:
    """Name the heaviest figure, with the verdict without it or without all `count` of them."""
    if heaviest is None:
        return {}
    weight, figure, without = heaviest
    if weight > PIVOTAL:
        count = 1
    elif _moved(known, without := read) <= PIVOTAL:
        return {}
    return {f"pivotal_{name}": figure[name] for name in PIVOT} | {
        "pivotal_figures": count,
        "state_without": without.state,
        "probability_without": without.probability,
    }


def _leaving_out(choice: SeriesChoice, figure: pd.Series) -> SeriesChoice:
    return replace(choice, left_out=frozenset({(figure["source_id"], int(figure["year"]))}))


def _unverified_figures(archive: Archive, known: Information) -> list[pd.Series]:
    """Figures without a publication behind a verdict: of the series and of its splices."""
    series = known.series
    if series.empty:
        return []
    used = pd.concat([series, linking_figures(archive, series, known.as_of)])
    rows = [row for _, row in used[used["grade"].eq("unverified")].iterrows()]
    found = {(r["source_id"], r["year"]): r for r in rows}
    return list(found.values())


def _moved(one: Information, other: Information) -> float:
    """Weigh a change of a verdict: 2 for another state, 1 for a probability that is lost."""
    if one.state != other.state:
        return 2.0
    if isnan(one.probability):
        return 0.0
    return 1.0 if isnan(other.probability) else abs(one.probability - other.probability)


def _row(known: Information, read: Information, pivot: dict, said: dict) -> dict:
    """One row of the table of verdicts."""
    row = {"as_of": known.as_of} | known.facts() | pivot | said
    row |= {"state_verified": read.state, "probability_verified": read.probability}
    about = SHARE if known.target.is_share else ""
    return row | {"reason": statement(row, of=about).reason}


def chances(
    projected: Projection, rows: Sequence[int] | np.ndarray, demands: Sequence[Demand]
) -> np.ndarray:
    """Give for each demand the probability that its series fulfils it.

    Parameters
    ----------
    projected : Projection
        As far as the last year of any demand, at least.
    rows : sequence of int
        The series of each demand.
    demands : sequence of Demand
        As `helpers.targets.states.demand_of` returns.

    Returns
    -------
    ndarray, shape (n,)
        P(floor is passed) - P(ceiling is passed). NaN where nothing can be asked, and where a year
        is not projected.
    """
    rows = np.asarray(rows, dtype=int)
    reached = [demand.floor for demand in demands]
    exceeded = [demand.ceiling for demand in demands]
    result = _passing(projected, rows, reached, 1.0) - _passing(projected, rows, exceeded, 0.0)
    for i, demand in enumerate(demands):
        ahead = np.array(demand.years) - projected.origin_years[rows[i]]
        if not len(ahead) or ahead[0] < 1 or ahead[-1] > projected.horizon:
            result[i] = nan
    return np.clip(result, 0.0, 1.0)


def chance_within(reach: Callable[[float], np.ndarray], low: float, high: float) -> np.ndarray:
    """Give P(floor is reached) - P(ceiling is reached); an infinite bound asks for nothing.

    Parameters
    ----------
    reach : callable
        The probability of reaching a level.
    low, high : float
        Floor and ceiling.
    """
    reached = reach(low) if isfinite(low) else 1.0
    # The ceiling itself is within: where it is an end, it has a probability of its own.
    return np.asarray(reached - (reach(np.nextafter(high, inf)) if isfinite(high) else 0.0))


def _passing(projected, rows, sides: Sequence[Pass | None], unbounded: float) -> np.ndarray:
    """P(side is passed) for each; `unbounded` where there is no such side."""
    with_ends = np.isin(projected.support.scales[rows], list(WITH_ENDS))
    sides = [
        replace(side, total=float(np.nextafter(side.total, inf))) if side and side.beyond and ends
        else side
        for side, ends in zip(sides, with_ends, strict=True)
    ]  # fmt: skip
    result = np.full(len(sides), unbounded)
    single = [i for i, side in enumerate(sides) if side and len(side.weights) == 1]
    if single:
        result[single] = _at_one_year(projected, rows[single], [sides[i] for i in single])
    for i, side in enumerate(sides):
        if side and len(side.weights) > 1:
            steps = np.array(list(side.weights)) - projected.origin_years[rows[i]] - 1
            if steps[0] >= 0 and steps[-1] < projected.horizon:
                weights = list(side.weights.values())
                result[i] = probability_of_sum(projected, rows[i], steps, weights, side.total)
    return result


def _at_one_year(projected, rows, sides):
    years = np.array([next(iter(side.weights)) for side in sides])
    levels = np.array([side.total / next(iter(side.weights.values())) for side in sides])
    own = projected.select(rows)
    years = np.clip(years, own.origin_years + 1, own.origin_years + own.horizon)
    return own.in_year(years).probability_at_least(levels[:, None])[:, 0]
