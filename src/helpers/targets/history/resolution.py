"""What came of a target that was asked: as first printed, and as finally revised; and the score."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from helpers.forecasting.scores import crps, log_score
from helpers.targets.information import SURE, information_of
from helpers.targets.outcomes import judged_value
from helpers.targets.plan import Target
from helpers.vintages.archive import day_of
from helpers.vintages.series import Archive, SeriesChoice
from helpers.vocabulary import FINAL_STATUSES


@dataclass(frozen=True)
class Print:
    """An outcome as one publication prints it, with the day from which it was known.

    `judged` is the growth, mean or multiple that such a target is judged by, else NaN.
    """

    state: str
    day: pd.Timestamp
    value: float
    judged: float
    decimals: int
    unit: str
    status: str


@dataclass(frozen=True)
class Resolution:
    """The first print of an outcome and the latest one; None while there is none."""

    first: Print | None = None
    latest: Print | None = None

    @property
    def final(self) -> Print | None:
        """The latest print once it is no more preliminary."""
        return self.latest if self.latest and self.latest.status in FINAL_STATUSES else None

    @property
    def differ(self) -> bool:
        """Whether the latest print answers otherwise than the first."""
        return bool(self.first and self.latest and self.first.state != self.latest.state)


def asked_in(row: Mapping[str, Any]) -> Target:
    """Return the target that a line asks about, as it stood when it was issued.

    Parameters
    ----------
    row : mapping
        With the columns of `helpers.targets.assessment` that say what a target asks.
    """
    base = row["base_year"]
    return Target(
        target_id=row["target_id"],
        plan=row["plan"],
        indicator=row["indicator"],
        area=row["area"],
        target_year=int(row["target_year"]),
        operator=row["operator"],
        value=row["target_value"],
        decimals=int(row["target_decimals"]),
        unit=row["unit"],
        base_year=None if pd.isna(base) else int(base),
        value_high=row["target_high"],
    )


def resolve(archive: Archive, target: Target, as_of: date | str) -> Resolution:
    """Find the first print that settles a target, and what settles it on a day.

    An indicator or area that the tables no longer hold settles nothing.
    """
    pair = (target.indicator, target.area)
    if pair not in archive.pairs:
        return Resolution()
    figures = archive.pairs[pair]
    known = figures.loc[figures["known_from"].le(day_of(as_of)), ["year", "known_from"]]
    start = known.loc[known["year"].eq(target.target_year), "known_from"].min()
    days = sorted(known.loc[known["known_from"].ge(start), "known_from"].unique())
    first = next(filter(None, (_settled(archive, target, day) for day in days)), None)
    return Resolution(first, _settled(archive, target, days[-1])) if first else Resolution()


def _settled(archive: Archive, target: Target, day: pd.Timestamp) -> Print | None:
    known = information_of(archive, target, day.date(), SeriesChoice(), checks=())
    if not known.settled or known.figure is None:
        return None
    row = known.figure
    judged = judged_value(target, known.series)
    return Print(known.settled, row["known_from"], float(row["value"]), judged,
                 int(row["decimals"]), row["unit"], row["status"])  # fmt: skip


LEVEL = "quantile_"
"""How the columns begin that hold the quantiles of a distribution."""


def score_issued(issued: pd.DataFrame, archive: Archive, as_of: date | str) -> pd.DataFrame:
    """Say of every issued probability what came, and score it.

    Parameters
    ----------
    issued : DataFrame
        A row a probability: its `day` and `started`, what was asked (as for `asked_in`), the
        `print` that it is of ("first" or "final"), `probability`, and quantiles in columns that are
        named by their level.
    archive : Archive
    as_of : date or str
        Figures known on this day.

    Returns
    -------
    DataFrame
        The rows, with `state_`, `value_`, `judged_`, `decimals_`, `unit_`, `day_`, `brier_`,
        `log_` and `crps_` of the `_first` and the `_final` print, NaN or "" while there is none;
        `state` and `brier`, on the print that the probability is of; `differ`, whether the latest
        print answers otherwise than the first; `late`, whether that print was out when it was
        issued; and `replaced`, whether the same was issued again on the same day. Where either
        holds there is no `brier`. A print at the line has no scores. The CRPS is in the unit of the
        indicator.
    """
    questions = issued.drop_duplicates(_QUESTION)
    found = {tuple(row[name] for name in _KEY): resolve(archive, asked_in(row), as_of)
             for row in _keyed(questions)}  # fmt: skip
    came = [found[tuple(row[name] for name in _KEY)] for row in _keyed(issued)]
    table = issued.assign(differ=[of.differ for of in came])
    table = _on_print(table, "first", [of.first for of in came])
    table = _on_print(table, "final", [of.final for of in came])
    of_first = table["print"].eq("first")
    table["state"] = table["state_first"].where(of_first, table["state_final"])
    out = table["day_first"].where(of_first, table["day_final"])
    table["late"] = out.le(pd.to_datetime(table["day"]))
    table["replaced"] = table.duplicated(["day", "target_id", "print"], keep="last")
    own = table["brier_first"].where(of_first, table["brier_final"])
    return table.assign(brier=own.mask(table["late"] | table["replaced"]))


_QUESTION = ["target_id", "indicator", "area", "operator", "target_value", "target_high", "unit",
             "base_year", "target_year"]  # fmt: skip
_KEY = [f"_{name}" for name in _QUESTION]


def _keyed(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows with what was asked once more as text: a missing number is like itself there."""
    keys = rows[_QUESTION].astype(str).set_axis(_KEY, axis=1)
    return pd.concat([rows, keys], axis=1).to_dict("records")


def _on_print(table: pd.DataFrame, name: str, prints: list[Print | None]) -> pd.DataFrame:
    """Add what one print said, and the scores on it."""
    state = [of.state if of else "" for of in prints]
    value = np.array([of.value if of else nan for of in prints])
    met = np.array([SURE.get(one, nan) for one in state])
    p = table["probability"].to_numpy(float)
    levels = [column for column in table if column.startswith(LEVEL)]
    quantiles = table[levels].to_numpy(float)[:, None, :]
    at = np.array([float(column.removeprefix(LEVEL)) for column in levels])
    return table.assign(
        **{
            f"state_{name}": state,
            f"value_{name}": value,
            f"judged_{name}": [of.judged if of else nan for of in prints],
            f"decimals_{name}": [of.decimals if of else 0 for of in prints],
            f"unit_{name}": [of.unit if of else "" for of in prints],
            f"day_{name}": pd.to_datetime([of.day if of else pd.NaT for of in prints]),
            f"brier_{name}": (p - met) ** 2,
            f"log_{name}": np.where(np.isnan(met), nan, log_score(p, met == 1)),
            f"crps_{name}": crps(quantiles, value[:, None], at)[:, 0],
        }
    )
