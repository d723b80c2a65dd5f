"""Sweeps of anybody's series: every series from every forecast origin, held against thresholds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.apps.sweeps.chunks import GIVEN, Chunk, Sweep, content_hash, engine_hash
from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.panel import LEAST_SERIES, PanelLevel, panel_level
from helpers.forecasting.projection import project

COLUMNS = {
    "series": "str", "origin_year": "int64", "year": "int64", "horizon": "int64",
    "threshold": GIVEN,
    **dict.fromkeys(("probability", "median", "lower80", "upper80"), "float64"),
}  # fmt: skip
BLOCK = 512
"""Series projected in one call: their arrays stay in the cache."""
PAIRS = 8192
"""Series times origins in a chunk: about a second of work against a few milliseconds of messages
(measured in `docs/scaling.md`)."""
_LEVELS = (0.5, 0.1, 0.9)


@dataclass(frozen=True)
class Panel:
    """A block of series with their thresholds."""

    batch: SeriesBatch
    thresholds: np.ndarray
    """Shape (m, 3). Position of the series, year, threshold; by series."""
    texts: np.ndarray
    """Of str, shape (m,). The thresholds as they are written."""

    def cut(self, size: int) -> Iterator["Panel"]:
        """Yield the series `size` at a time, each block with its own thresholds."""
        for start in range(0, len(self.batch.names), size):
            rows = slice(start, start + size)
            first, last = np.searchsorted(self.thresholds[:, 0], [rows.start, rows.stop])
            own = self.thresholds[first:last] - [start, 0, 0]
            yield Panel(self.batch.select(rows), own, self.texts[first:last])


@dataclass(frozen=True)
class Terms:
    """What all blocks share."""

    origins: tuple[int, ...]
    """Forecast origins, ascending."""
    horizon: int
    scale: str
    """One of `helpers.vocabulary.EVERY_SCALE`."""
    levels: tuple[PanelLevel, ...]
    """What the whole panel says of its level, one an origin."""


def panel_levels(
    batch: SeriesBatch, origins: Sequence[int], scale: str = "log"
) -> dict[int, PanelLevel]:
    """Fit the level of a panel at each origin, with nothing that came after it.

    Origins at which fewer than `helpers.forecasting.panel.LEAST_SERIES` series can be projected are
    left out.
    """
    levels = {}
    for origin in origins:
        known, there = known_up_to(batch, origin)
        if there.sum() < LEAST_SERIES:
            continue
        names = tuple(np.array(batch.names, dtype=object)[there])
        level = panel_level(SeriesBatch(names, known[there], np.full(len(names), origin)), scale)
        levels[origin] = level
    return levels


def panel_sweep(
    batch: SeriesBatch,
    thresholds: pd.DataFrame,
    *,
    origins: Sequence[int],
    horizon: int,
    scale: str = "log",
    levels: Mapping[int, PanelLevel] | None = None,
    pairs: int = PAIRS,
) -> Sweep:
    """Cut the sweep of a panel of series into chunks.

    Gives columns `COLUMNS`, one row a series, origin and threshold, in that order. `lower80` and
    `upper80` bound the central 80 % interval of the year.

    Parameters
    ----------
    thresholds : DataFrame
        Columns series, year, threshold and perhaps text, the thresholds as they are written; as
        `helpers.apps.series_files.read_thresholds` returns.
    origins : sequence of int
        Years; a series takes part in those that it has a figure and at least
        `helpers.forecasting.batch.MIN_POINTS` points for.
    horizon : int
        Years ahead; thresholds farther off are left out at that origin.
    levels : mapping of int to PanelLevel, optional
        Level of the panel by origin, as `panel_levels` gives it; the reference's elsewhere. It is
        that of the whole panel, whatever the chunks.
    pairs : int
        Series times origins in a chunk, about.
    """
    years = tuple(sorted(set(map(int, origins))))
    fitted = tuple((levels or {}).get(year, PanelLevel()) for year in years)
    terms = Terms(years, int(horizon), scale, fitted)
    size = max(1, pairs // max(1, len(terms.origins)))
    number = {name: i for i, name in enumerate(batch.names)}
    table = np.column_stack(
        [thresholds["series"].map(number), thresholds["year"], thresholds["threshold"]]
    ).astype(float)
    order = np.lexsort((table[:, 2], table[:, 1], table[:, 0]))
    order = order[np.isfinite(table[order, 0])]
    written = thresholds["text"] if "text" in thresholds else thresholds["threshold"].map(repr)
    every = Panel(batch, table[order], written.to_numpy(dtype=str)[order])
    shared = content_hash(engine_hash(), repr(terms))
    chunks = []
    for panel in every.cut(size):
        own = panel.batch
        names = "\n".join(own.names)
        asked = panel.thresholds, panel.texts
        key = content_hash(shared, names, own.values, own.origin_years, *asked)
        chunks.append(Chunk(key, len(own.names) * len(terms.origins), panel))
    return Sweep(COLUMNS, tuple(chunks), answer_panel, terms)


def answer_panel(terms: Terms, panel: Panel) -> pd.DataFrame:
    """Project every series of a panel from every origin, and read off its thresholds."""
    parts = []
    for block in panel.cut(BLOCK):
        levels = zip(terms.origins, terms.levels, strict=True)
        found = [_from_origin(terms, block, origin, level) for origin, level in levels]
        table = pd.concat(map(pd.DataFrame, found)).sort_values("series", kind="stable")
        names = np.array(block.batch.names, dtype=object)
        parts.append(table.assign(series=names[table["series"].astype(int)]))
    return pd.concat(parts, ignore_index=True)


def _from_origin(
    terms: Terms, block: Panel, origin: int, level: PanelLevel
) -> dict[str, np.ndarray]:
    """Columns of one origin, `series` as positions: only what was there up to it is used."""
    series, year = block.thresholds[:, 0].astype(int), block.thresholds[:, 1].astype(int)
    known, there = known_up_to(block.batch, origin)
    asked = there[series] & (year > origin) & (year <= origin + terms.horizon)
    if not asked.any():
        return dict.fromkeys(COLUMNS, np.empty(0))
    series, year, line = series[asked], year[asked], block.thresholds[asked, 2]
    written = block.texts[asked]
    used = np.unique(series)
    names = tuple(block.batch.names[i] for i in used)
    batch = SeriesBatch(names, known[used], np.full(len(used), origin))
    ahead = int(year.max()) - origin
    projected = project(batch, ahead, scale=terms.scale, calibration=level.on())
    row, step = np.searchsorted(used, series), year - origin - 1
    picked = projected.select(row)
    cell = np.arange(len(row)), step
    spread = projected.quantiles(_LEVELS)[row, step]
    return {
        "series": series,
        "origin_year": np.full(len(row), origin),
        "year": year,
        "horizon": step + 1,
        "threshold": written,
        "probability": picked.probability_at_least(line[:, None])[cell],
        "median": spread[:, 0],
        "lower80": spread[:, 1],
        "upper80": spread[:, 2],
    }


def known_up_to(block: SeriesBatch, origin: int) -> tuple[np.ndarray, np.ndarray]:
    """Values up to a year, right-aligned there, and which series can be projected from it.

    For the latter, of shape (n,), a figure of that year and enough points must be there.
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
