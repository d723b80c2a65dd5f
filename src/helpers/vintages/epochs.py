"""The time between two publications: what is known about a series does not change in it."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

Pair = tuple[str, str]


class Epochs:
    """How many figures of each indicator and area were public on a day.

    What is known only grows: the same number on two days means the same figures.

    Parameters
    ----------
    pairs : mapping of (indicator, area) to DataFrame
        Figures with `known_from` (missing: never) and `grade`.
    linked : sequence of str
        Indicators that a series of the same area may be spliced with.
    """

    def __init__(self, pairs: Mapping[Pair, pd.DataFrame], linked: Sequence[str]):
        self._pairs, self._linked = pairs, tuple(linked)
        self._days: dict[Hashable, np.ndarray] = {}

    def of(self, pair: Pair, as_of: date | str, grades: tuple[str, ...]) -> tuple[int, ...]:
        """Return the number of known figures of a series, then of each that it is spliced with."""
        day = pd.Timestamp(as_of)
        if day is pd.NaT:
            return ()
        links = ((name, pair[1]) for name in self._linked)
        return tuple(
            int(np.searchsorted(self._known_from(p, grades), day.to_datetime64(), side="right"))
            for p in (pair, *links)
            if p in self._pairs
        )

    def _known_from(self, pair: Pair, grades: tuple[str, ...]) -> np.ndarray:
        """Days on which figures of these grades became public, in order."""
        key = (pair, grades)
        if key not in self._days:
            figures = self._pairs[pair]
            known = figures.loc[figures["grade"].isin(grades), "known_from"].dropna()
            self._days[key] = np.sort(known.to_numpy())
        return self._days[key]
