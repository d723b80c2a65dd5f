"""The probability of a target over every defensible choice, and curves summed up in a row.

Method: Simonsohn, Simmons and Nelson (2020), Specification curve analysis, Nature Human Behaviour
4, 1208-1214. All combinations of the choices in `helpers.targets.specification_curve.choices` are
formed; those that do not apply, or repeat the figures of another, are left out rather than counted
twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from math import isnan

import pandas as pd

from helpers.forecasting.calibration import FURTHEST
from helpers.forecasting.members import Member
from helpers.observations.raw_data import RawData
from helpers.problems import InputError
from helpers.targets.information import information_of
from helpers.targets.outcomes import limits_of
from helpers.targets.plan import find_target, select
from helpers.targets.specification_curve.choices import (
    CHOICES,
    REST,
    choice_effects,
    choices_with,
    curve_finding,
    scales_of,
)
from helpers.targets.specification_curve.forecasts import figure_sets, forecast_rows
from helpers.targets.statements import series_names
from helpers.targets.states import Target, read_targets
from helpers.vintages.archive import day_of
from helpers.vintages.series import SeriesChoice, open_archive
from helpers.vocabulary import QUALITATIVE

COLUMNS = ["target_id", "as_of", *CHOICES, "probability", "median", "points", "default"]


def specification_curve(
    raw: RawData, as_of: date | str, target_id: str, members: Sequence[Member] | None = None
) -> pd.DataFrame:
    """Give the probability that a target is met under every specification.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
        Only figures known on this day are used; the outcome must not be among them.
    target_id : str
        A target that asks for a level, a ceiling or a range, or for what becomes one with the
        figure of a base year.
    members : sequence of str or OwnMember, optional
        A selection with members of one's own: it is a level of the choice of members, "given", and
        so is each of these alone. A level is left out of figures that one of them fails on.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a specification, the default one first: the level of each
        choice, probability (0-1), median of the target year (unit of the series), points of the
        series, and whether it is the default. Where numerator and denominator are projected apart
        they are taken as independent, and `points` counts the numerator.

    Raises
    ------
    helpers.problems.InputError
        If the target is unknown, asks for no level, is settled on that day or lies farther ahead
        than spreads were learned, or too few figures were known.
    """
    archive, target, today = open_archive(raw), _target(raw, target_id), day_of(as_of)
    evidence = information_of(archive, target, today, SeriesChoice(), checks=())
    if evidence.settled:
        last = decisive_day(raw, target_id)
        raise InputError(
            f"{target_id} was settled by {today:%Y-%m-%d} ({evidence.settled}); "
            f"choose an as_of up to {last:%Y-%m-%d}"
        )
    levels, year = choices_with(members), target.target_year
    figures = figure_sets(archive, target, today)
    if figures and evidence.years_ahead > FURTHEST:
        raise InputError(
            f"{target_id}: {year} lies more than {FURTHEST} years after the latest figure known on "
            f"{today:%Y-%m-%d}, farther than spreads were learned; choose a later as_of"
        )
    limits = limits_of(target, evidence.series)
    if figures and isnan(limits[0]):
        raise InputError(
            f"{target_id}: the figure for its base year {target.counted_from} was not known on "
            f"{today:%Y-%m-%d}"
        )
    scales = scales_of(evidence.scale, limits)
    table = forecast_rows(figures, scales, year, members, evidence.risk)
    if table.empty:
        raise InputError(
            f"{target_id}: no choice of figures known on {today:%Y-%m-%d} leaves five points "
            "before the target year; choose a later as_of"
        )
    chosen = pd.DataFrame([f.levels | {"points": len(f.values)} for f in figures])
    table = chosen.loc[table.pop("row")].reset_index(drop=True).join(table)
    table = table.assign(target_id=target_id, as_of=today, default=_default(table, evidence.scale))
    return _ordered(table, levels)[COLUMNS]


def _default(table: pd.DataFrame, house_scale: str) -> pd.Series:
    """Mark the specification that a verdict rests on."""
    ours = {choice: next(iter(levels)) for choice, levels in CHOICES.items()}
    ours["scale"] = house_scale
    return (table[list(ours)] == pd.Series(ours)).all(axis=1)


def _ordered(table: pd.DataFrame, every: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """Sort by the order of the levels, the default first."""
    keys = {name: table[name].map(list(levels).index) for name, levels in every.items()}
    order = pd.DataFrame(keys).assign(other=~table["default"]).sort_values(["other", *CHOICES])
    return table.loc[order.index].reset_index(drop=True)


def decisive_day(raw: RawData, target_id: str) -> pd.Timestamp | None:
    """Return the last day before the outcome of a target was known; None while it is open.

    Raises
    ------
    helpers.problems.InputError
        If the target is unknown or asks for no level.
    """
    archive, target = open_archive(raw), _target(raw, target_id)
    figures = archive.pairs.get((target.indicator, target.area))
    if figures is None:
        return None
    days = figures.loc[figures["year"].eq(target.target_year), "known_from"].dropna()
    for day in sorted(days.unique()):
        if information_of(archive, target, day, SeriesChoice(), checks=()).settled:
            return pd.Timestamp(day) - pd.Timedelta(days=1)
    return None


def _target(raw: RawData, target_id: str) -> Target:
    """Find a target that asks for a level, or for what follows from the figure of a base year."""
    target = find_target(read_targets(raw.targets, raw.sources), target_id)
    if target.operator == QUALITATIVE or target.is_rate or target.asks.over_years:
        raise InputError(
            f"{target_id} asks for no level of its target year ({target.operator}, "
            f"{target.unit or 'no unit'}); a specification curve needs one"
        )
    return target


SUMMARY_COLUMNS = [
    "target_id",
    "as_of",
    "specifications",
    "probability",
    "probability_lowest",
    "probability_median",
    "probability_highest",
    "above_half",
    "matters_most",
    "share_of_variance",
]


def draw_curves(
    raw: RawData,
    days: Sequence[date | str],
    target_ids: Sequence[str],
    members: Sequence[Member] | None = None,
) -> list[pd.DataFrame]:
    """Draw the specification curve of every target on every day on which there is one.

    Parameters
    ----------
    raw : RawData
    days : sequence of date or str
    target_ids : sequence of str
    members : sequence of str or OwnMember, optional
        As `specification_curve` takes them.

    Returns
    -------
    list of DataFrame
        As `helpers.targets.specification_curve.curve.specification_curve`. A day on which the
        outcome is out, or the points are too few, has none.
    """
    select(read_targets(raw.targets, raw.sources), list(target_ids))
    days, curves = [day_of(day) for day in days], []
    for target_id in target_ids:
        for day in days:
            with suppress(InputError):
                curves.append(specification_curve(raw, day, target_id, members))
    return curves


def curve_of(curves: Sequence[pd.DataFrame], days: Sequence[pd.Timestamp]) -> list[pd.DataFrame]:
    """Pick the curve of the first of the days that has one, else the last; none of none."""
    by_day = {pd.Timestamp(curve["as_of"].iloc[0]): curve for curve in curves}
    return [by_day[day] for day in days if day in by_day][:1] or list(curves[-1:])


def curve_table(curves: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Keep of every curve its range, its middle, and the choice that matters most.

    Returns
    -------
    DataFrame
        One row a curve: target_id, as_of, specifications, probability (of the default choices),
        probability_lowest, probability_median, probability_highest, above_half (share of
        specifications with P above one half), matters_most and its share of the variance.
    """
    return pd.DataFrame([_summary(curve) for curve in curves], columns=SUMMARY_COLUMNS)


def _summary(curve: pd.DataFrame) -> dict:
    chance = curve["probability"]
    most = choice_effects(curve).drop(REST)
    return {
        "target_id": curve["target_id"].iloc[0],
        "as_of": pd.Timestamp(curve["as_of"].iloc[0]),
        "specifications": len(curve),
        "probability": chance[curve["default"]].mean(),  # NaN where ours has too few points
        "probability_lowest": chance.min(),
        "probability_median": chance.median(),
        "probability_highest": chance.max(),
        "above_half": (chance > 0.5).mean(),
        # Where every choice says the same, none matters.
        "matters_most": most.idxmax() if most.notna().any() else "",
        "share_of_variance": most.max(),
    }


def curve_title(raw: RawData, curve: pd.DataFrame) -> str:
    """Title of the chart of one curve: what its target is about, the day, and what it shows."""
    name = series_names(raw)[curve["target_id"].iloc[0]]
    day = f"{curve['as_of'].iloc[0]:%Y-%m-%d}"
    return f"{curve_finding(curve, choice_effects(curve))}; {name}, as known on {day}"
