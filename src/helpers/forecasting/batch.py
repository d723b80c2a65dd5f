"""Annual series side by side: the one form that every model of this package takes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

MIN_POINTS = 5


class TooFewPoints(ValueError):
    """Some series have fewer than `MIN_POINTS` observations; the message names each of them."""


@dataclass(frozen=True)
class SeriesBatch:
    """Annual series side by side.

    Attributes
    ----------
    names : tuple of str
        One name a series.
    values : ndarray, shape (n, T)
        Right-aligned: the last column is each series' last observation. NaN stands for a missing
        year inside a series, or for the time before its start.
    origin_years : ndarray of int, shape (n,)
        The year of the last column.
    """

    names: tuple[str, ...]
    values: np.ndarray
    origin_years: np.ndarray

    def __post_init__(self):
        """Refuse what no member can use, naming the series.

        Raises
        ------
        TooFewPoints
            If a series has fewer than `MIN_POINTS` observations.
        ValueError
            If shapes disagree, a value is infinite or a series does not end in an observation.
        """
        n = len(self.names)
        if self.values.ndim != 2 or len(self.values) != n or len(self.origin_years) != n:
            shape = f"{n} names, values {self.values.shape}, {len(self.origin_years)} origin years"
            raise ValueError(f"a batch needs one row and one origin year a series; got {shape}")
        self._refuse(np.isinf(self.values).any(axis=1), "an infinite value; give finite numbers")
        count = np.isfinite(self.values).sum(axis=1)
        if (count < MIN_POINTS).any():
            short = np.flatnonzero(count < MIN_POINTS)
            listed = ", ".join(f"{self.names[i]} ({count[i]})" for i in short)
            raise TooFewPoints(f"fewer than {MIN_POINTS} points: {listed}; add years or leave out")
        self._refuse(np.isnan(self.values[:, -1]), "no value in its last year; cut it off there")

    def _refuse(self, bad, reason):
        if bad.any():
            listed = ", ".join(self.names[i] for i in np.flatnonzero(bad))
            raise ValueError(f"{listed}: {reason}")

    def select(self, rows: slice | np.ndarray) -> "SeriesBatch":
        """Series of a mask, of a range or of positions, in that order."""
        picked = np.arange(len(self.names))[rows]
        names = tuple(self.names[i] for i in picked)
        return SeriesBatch(names, self.values[picked], self.origin_years[picked])

    @classmethod
    def from_long(cls, frame: pd.DataFrame) -> "SeriesBatch":
        """Gather a long table with the columns `series`, `year` and `value`.

        Series keep the order of their first appearance. A year that is absent stays a gap.

        Raises
        ------
        TooFewPoints
            If a series has fewer than `MIN_POINTS` rows.
        ValueError
            If a series has a year twice, or a value that is not a finite number.
        """
        values = frame["value"].to_numpy(dtype=float)
        years = frame["year"].to_numpy(dtype=int)
        twice = frame.duplicated(["series", "year"]).to_numpy()
        for bad, fault, mend in (
            (~np.isfinite(values), "not a finite number", "leave an unknown year out"),
            (twice, "year given twice", "keep one row a year"),
        ):
            if bad.any():
                cells = zip(frame["series"][bad], years[bad], strict=True)
                listed = ", ".join(f"{name} {year}" for name, year in cells)
                raise ValueError(f"{fault}: {listed}; {mend}")
        codes, names = pd.factorize(frame["series"])
        last = np.full(len(names), np.iinfo(np.int64).min)
        np.maximum.at(last, codes, years)
        back = last[codes] - years
        width = int(back.max()) + 1 if len(back) else 1
        table = np.full((len(names), width), np.nan)
        table[codes, width - 1 - back] = values
        return cls(tuple(str(name) for name in names), table, last)

    @classmethod
    def from_series(cls, series: dict[str, pd.Series]) -> "SeriesBatch":
        """Gather series whose index is the year; NaN counts as a gap."""
        if not series:
            return cls((), np.empty((0, MIN_POINTS)), np.empty(0, dtype=int))
        every = list(series.values())
        columns = {
            "series": np.repeat(np.array(list(series), object), [len(one) for one in every]),
            "year": np.concatenate([one.index.to_numpy() for one in every]),
            "value": np.concatenate([one.to_numpy(dtype=float) for one in every]),
        }
        return cls.from_long(pd.DataFrame(columns).dropna(subset=["value"]))


def yearly_changes(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Change a year between neighbouring observations, and the years between them.

    Returns
    -------
    change, gap : ndarray, shape (n, T)
        At the column of the later observation; NaN where there is none or none before it.
    """
    seen = np.isfinite(z)
    column = np.where(seen, np.arange(z.shape[1]), -1)
    previous = np.maximum.accumulate(column, axis=1)
    previous = np.concatenate([np.full((len(z), 1), -1), previous[:, :-1]], axis=1)
    valid = seen & (previous >= 0)
    gap = np.where(valid, np.arange(z.shape[1]) - previous, np.nan)
    before = np.take_along_axis(z, np.maximum(previous, 0), axis=1)
    return np.where(valid, (z - before) / gap, np.nan), gap


def mean_change(change: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Mean yearly change over the years of a series, shape (n,), from `yearly_changes`."""
    return np.nansum(change * gap, axis=1) / np.nansum(gap, axis=1)
