"""Which figures of one indicator and area make its series on a day, found by their places.

A replay asks this hundreds of times: places in arrays are many times quicker to narrow down than
tables with a dozen columns of text.
"""

import numpy as np
import pandas as pd

NEVER = np.iinfo(np.int64).max


class Candidates:
    """The figures of one indicator and area.

    Parameters
    ----------
    figures : DataFrame
        Those of an archive, in its order: of two for the same thing the one that counts first.
    definitions : DataFrame
        Those under which any of the figures was published.
    """

    def __init__(self, figures: pd.DataFrame, definitions: pd.DataFrame):
        known = figures["known_from"].astype("datetime64[ns]")
        self._known_from = np.where(known.isna(), NEVER, known.astype("int64"))
        self._grade = figures["grade"].to_numpy(object)
        self._source = figures["source_id"].to_numpy(object)
        self._point = (figures["months"].eq(12) & figures["qualifier"].ne("lower_bound")).to_numpy()
        self._year = figures["year"].to_numpy()
        self._definition = figures["definition"].to_numpy(object)
        self._use = figures["use"].to_numpy(object)
        first = dict(
            zip(definitions["definition"], definitions["first_year"].astype(int), strict=True)
        )
        self._newness = np.array([first[name] for name in self._definition])

    def best(
        self,
        as_of: pd.Timestamp,
        grades: tuple[str, ...],
        left_out: frozenset[tuple[str, int]] = frozenset(),
    ) -> np.ndarray:
        """Return the places of the figures known on a day, one a year and definition.

        What a source says of a year is passed over if `left_out` holds the pair.
        """
        if as_of is pd.NaT:
            return np.empty(0, dtype=int)
        known = self._point & (self._known_from <= as_of.as_unit("ns").value)
        seen, places = set(), []
        for at in np.flatnonzero(known):
            key = (self._year[at], self._definition[at])
            if left_out and (self._source[at], self._year[at]) in left_out:
                continue
            if self._grade[at] in grades and key not in seen:
                seen.add(key)
                places.append(at)
        return np.array(places, dtype=int)

    def main(self, places: np.ndarray) -> np.ndarray:
        """Keep the places of figures of a main definition."""
        return places[self._use[places] == "main"]

    def defined(self, places: np.ndarray, definition: str) -> np.ndarray:
        """Keep the places of figures of one definition, by year."""
        return self._by_year(places[self._definition[places] == definition])

    def series(self, places: np.ndarray, *, stand_ins: bool) -> np.ndarray:
        """Choose one a year: the main definition, the newer where two overlap, else a stand-in.

        A stand-in counts at the end only, after the last figure of a main definition.
        """
        main: dict[int, int] = {}
        for at in self.main(places):
            former = main.get(self._year[at])
            if former is None or self._newness[at] > self._newness[former]:
                main[self._year[at]] = at
        chosen = self._by_year(np.array(list(main.values()), dtype=int))
        if not len(chosen) or not stand_ins:
            return chosen
        late = places[self._use[places] == "stand_in"]
        late = late[self._year[late] > self._year[chosen[-1]]]
        return self._by_year(np.concatenate([chosen, late]))

    def alike(self, places: np.ndarray) -> bool:
        """Say whether figures are all of one definition."""
        return len(set(self._definition[places])) < 2

    def _by_year(self, places: np.ndarray) -> np.ndarray:
        return places[np.argsort(self._year[places])]
