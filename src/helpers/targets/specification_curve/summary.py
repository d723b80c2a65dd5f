"""Specification curves of several targets and days, each in one row."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import InputError
from helpers.targets.specification_curve.curve import specification_curve
from helpers.targets.specification_curve.effects import REST, choice_effects, curve_finding
from helpers.wording import english as wording

COLUMNS = [
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
    raw: RawData, days: Sequence[date | str], target_ids: Sequence[str]
) -> list[pd.DataFrame]:
    """Draw the specification curve of every target on every day on which there is one.

    Parameters
    ----------
    raw : RawData
    days : sequence of date or str
    target_ids : sequence of str

    Returns
    -------
    list of DataFrame
        As `helpers.targets.specification_curve.curve.specification_curve`. A day on which the
        outcome is out, or the points are too few, has none.
    """
    curves = []
    for target_id in target_ids:
        for day in days:
            with suppress(InputError):
                curves.append(specification_curve(raw, day, target_id))
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
    return pd.DataFrame([_summary(curve) for curve in curves], columns=COLUMNS)


def _summary(curve: pd.DataFrame) -> dict:
    chance = curve["probability"]
    effects = choice_effects(curve).set_index("choice")["share"]
    most = effects.drop(REST, errors="ignore")
    return {
        "target_id": curve["target_id"].iloc[0],
        "as_of": pd.Timestamp(curve["as_of"].iloc[0]),
        "specifications": len(curve),
        "probability": chance[curve["default"]].mean(),  # NaN where ours has too few points
        "probability_lowest": chance.min(),
        "probability_median": chance.median(),
        "probability_highest": chance.max(),
        "above_half": (chance > 0.5).mean(),
        "matters_most": most.idxmax(),
        "share_of_variance": most.max(),
    }


def curve_title(raw: RawData, curve: pd.DataFrame) -> str:
    """Title of the chart of one curve: the target's indicator, and what the curve shows."""
    indicators = raw.targets.set_index("target_id")["indicator"]
    name = raw.indicators.set_index("indicator")["name_en"][indicators[curve["target_id"].iloc[0]]]
    return f"{name}: {curve_finding(curve, choice_effects(curve))}"


def curve_view(table: pd.DataFrame) -> pd.DataFrame:
    """Lay the summary out for reading."""
    text = {
        name: [wording.probability(p) for p in table[name]]
        for name in (
            "probability",
            "probability_lowest",
            "probability_median",
            "probability_highest",
        )
    }
    return pd.DataFrame(
        {
            "target": table["target_id"],
            "as of": [f"{day:%Y-%m-%d}" for day in table["as_of"]],
            "specifications": table["specifications"],
            "P, our choices": text["probability"],
            "lowest": text["probability_lowest"],
            "middle": text["probability_median"],
            "highest": text["probability_highest"],
            "above one half": [wording.percent(share) for share in table["above_half"]],
            "matters most": [choice.replace("_", " ") for choice in table["matters_most"]],
        }
    )
