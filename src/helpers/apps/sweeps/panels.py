"""Sweeps of anybody's series: every series from every forecast origin, held against thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.apps.sweeps.chunks import Chunk, Sweep, content_hash, engine_hash
from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.members import MEMBERS
from helpers.forecasting.projection import project

COLUMNS = {
    "series": "str",
    "origin_year": "int64",
    "year": "int64",
    "horizon": "int64",
    "threshold": "float64",
    "probability": "float64",
    "median": "float64",
    "lower80": "float64",
    "upper80": "float64",
}
BLOCK = 512
"""Series projected in one call: their arrays stay in the cache."""
PAIRS = 8192
"""Series times origins in a chunk: about a second of work against a few milliseconds of messages
(measured in `docs/scaling.md`)."""
_LEVELS = (0.5, 0.1, 0.9)


@dataclass(frozen=True)
class Panel:
    """A block of series with their thresholds.

    Attributes
    ----------
    batch : SeriesBatch
    thresholds : ndarray, shape (m, 3)
        Position of the series, year, threshold; by series.
    """

    batch: SeriesBatch
    thresholds: np.ndarray


@dataclass(frozen=True)
class Terms:
    """What all blocks share.

    Attributes
    ----------
    origins : tuple of int
        Forecast origins, ascending.
    horizon : int
    scale : str
        "log", "logit" or "linear".
    members : tuple of str
    """

    origins: tuple[int, ...]
    horizon: int
    scale: str
    members: tuple[str, ...] = tuple(MEMBERS)


def panel_sweep(
    batch: SeriesBatch,
    thresholds: pd.DataFrame,
    *,
    origins: Sequence[int],
    horizon: int,
    scale: str = "log",
    pairs: int = PAIRS,
) -> Sweep:
    """Cut the sweep of a panel of series into chunks.

    Parameters
    ----------
    batch : SeriesBatch
    thresholds : DataFrame
        Columns series, year, threshold, as `helpers.apps.series_files.read_thresholds` returns.
    origins : sequence of int
        Years; a series takes part in those that it has a figure and at least
        `helpers.forecasting.batch.MIN_POINTS` points for.
    horizon : int
        Years ahead; thresholds farther off are left out at that origin.
    scale : {"log", "logit", "linear"}
    pairs : int
        Series times origins in a chunk, about.

    Returns
    -------
    Sweep
        Columns `COLUMNS`, one row a series, origin and threshold, in that order. `lower80` and
        `upper80` bound the central 80 % interval of the year.
    """
    terms = Terms(tuple(sorted(set(map(int, origins)))), int(horizon), scale)
    size = max(1, pairs // max(1, len(terms.origins)))
    number = {name: i for i, name in enumerate(batch.names)}
    table = np.column_stack(
        [thresholds["series"].map(number), thresholds["year"], thresholds["threshold"]]
    ).astype(float)
    table = table[np.isfinite(table[:, 0])]
    table = table[np.lexsort((table[:, 2], table[:, 1], table[:, 0]))]
    shared = content_hash(engine_hash(), repr(terms))
    chunks = []
    for start in range(0, len(batch.names), size):
        rows = slice(start, min(start + size, len(batch.names)))
        first, last = np.searchsorted(table[:, 0], [rows.start, rows.stop])
        own = table[first:last] - [rows.start, 0, 0]
        panel = Panel(batch.select(rows), own)
        count = (rows.stop - rows.start) * len(terms.origins)
        chunks.append(Chunk(_key(shared, panel), count, panel))
    return Sweep(COLUMNS, tuple(chunks), answer_panel, terms)


def _key(shared: str, panel: Panel) -> str:
    names = "\n".join(panel.batch.names)
    return content_hash(
        shared, names, panel.batch.values, panel.batch.origin_years, panel.thresholds
    )


def answer_panel(terms: Terms, panel: Panel) -> pd.DataFrame:
    """Project every series of a panel from every origin, and read off its thresholds."""
    parts = []
    for start in range(0, len(panel.batch.names), BLOCK):
        rows = slice(start, min(start + BLOCK, len(panel.batch.names)))
        first, last = np.searchsorted(panel.thresholds[:, 0], [rows.start, rows.stop])
        own = panel.thresholds[first:last] - [start, 0, 0]
        block = panel.batch.select(rows)
        found = [_from_origin(terms, block, own, origin) for origin in terms.origins]
        table = {name: np.concatenate([part[name] for part in found]) for name in COLUMNS}
        order = np.argsort(table["series"], kind="stable")
        table = {name: values[order] for name, values in table.items()}
        table["series"] = np.array(block.names, dtype=object)[table["series"].astype(int)]
        parts.append(pd.DataFrame(table))
    return pd.concat(parts, ignore_index=True)


def _from_origin(
    terms: Terms, block: SeriesBatch, thresholds: np.ndarray, origin: int
) -> dict[str, np.ndarray]:
    """Columns of one origin, `series` as positions: only what was there up to it is used."""
    series, year = thresholds[:, 0].astype(int), thresholds[:, 1].astype(int)
    known, there = known_up_to(block, origin)
    asked = there[series] & (year > origin) & (year <= origin + terms.horizon)
    if not asked.any():
        return dict.fromkeys(COLUMNS, np.empty(0))
    series, year, level = series[asked], year[asked], thresholds[asked, 2]
    used = np.unique(series)
    names = tuple(block.names[i] for i in used)
    batch = SeriesBatch(names, known[used], np.full(len(used), origin))
    projected = project(batch, int(year.max()) - origin, scale=terms.scale, members=terms.members)
    row, step = np.searchsorted(used, series), year - origin - 1
    picked = projected.select(row)
    cell = np.arange(len(row)), step
    spread = projected.quantiles(_LEVELS)[row, step]
    return {
        "series": series,
        "origin_year": np.full(len(row), origin),
        "year": year,
        "horizon": step + 1,
        "threshold": level,
        "probability": picked.probability_at_least(level[:, None])[cell],
        "median": spread[:, 0],
        "lower80": spread[:, 1],
        "upper80": spread[:, 2],
    }


def known_up_to(block: SeriesBatch, origin: int) -> tuple[np.ndarray, np.ndarray]:
    """Values up to a year, right-aligned there, and which series can be projected from it.

    Returns
    -------
    values : ndarray, shape (n, T)
    there : ndarray of bool, shape (n,)
        A figure of that year, and enough points.
    """
    width = block.values.shape[1]
    back = block.origin_years - origin
    column = np.arange(width)[None, :] - back[:, None]
    inside = (column >= 0) & (column < width)
    values = np.take_along_axis(block.values, np.clip(column, 0, width - 1), axis=1)
    values = np.where(inside, values, np.nan)
    there = np.isfinite(values[:, -1]) & (np.isfinite(values).sum(axis=1) >= MIN_POINTS)
    keep = np.isfinite(values).any(axis=0).argmax() if values.size else 0
    return values[:, keep:], there
