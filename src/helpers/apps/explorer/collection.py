"""The collection that the explorer looks at: read once, with all that can be chosen from it."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from helpers.observations.raw_data import RawData, read_raw
from helpers.targets.information import SigningCheck, signing_checks
from helpers.targets.on_track.comparison import base_year_of
from helpers.targets.states import Target, read_targets
from helpers.vintages.series import Archive, SeriesChoice, open_archive


@dataclass(frozen=True, repr=False)
class Collection:
    """Raw tables, opened once: a change in the explorer reads no file.

    Attributes
    ----------
    raw : RawData
    archive : Archive
        Every figure with the day from which it was known.
    targets : dict of str to Target
        By id, in the order of `targets.csv`.
    """

    raw: RawData
    archive: Archive
    targets: dict[str, Target]
    _checks: dict = field(default_factory=dict)
    _bases: dict = field(default_factory=dict)

    @cached_property
    def indicators(self) -> dict[str, str]:
        """English name of each indicator that has figures."""
        held = {indicator for indicator, _ in self.archive.pairs}
        names = self.raw.indicators.set_index("indicator")["name_en"]
        return {indicator: name for indicator, name in names.items() if indicator in held}

    @cached_property
    def places(self) -> dict[str, str]:
        """English name of each area."""
        return self.raw.areas.set_index("area")["name_en"].to_dict()

    def areas(self, indicator: str) -> list[str]:
        """Areas with figures of an indicator, in the order of `areas.csv`."""
        return [area for area in self.places if (indicator, area) in self.archive.pairs]

    def targets_of(self, indicator: str, area: str) -> list[Target]:
        """Targets of one indicator and area."""
        wanted = (indicator, area)
        return [t for t in self.targets.values() if (t.indicator, t.area) == wanted]

    def days(self, indicator: str, area: str) -> list[pd.Timestamp]:
        """Days on which a figure of one indicator and area became known, in order."""
        figures = self.archive.pairs.get((indicator, area))
        if figures is None:
            return []
        return sorted(figures["known_from"].dropna().unique())

    def definitions(self, indicator: str, area: str) -> list[str]:
        """Definitions under which figures of one indicator and area were published."""
        pair = (indicator, area)
        return self.archive.used[pair]["definition"].tolist() if pair in self.archive.pairs else []

    def years(self, indicator: str, area: str) -> list[int]:
        """Years with a figure of one indicator and area."""
        figures = self.archive.pairs.get((indicator, area))
        return [] if figures is None else sorted(int(year) for year in figures["year"].unique())

    def checks(self, target: Target, choice: SeriesChoice) -> tuple[SigningCheck, ...]:
        """Whether a target was passed when it was made; remembered, as no later figure counts."""
        key = (target.target_id, choice)
        if key not in self._checks:
            self._checks[key] = signing_checks(self.archive, target, choice)
        return self._checks[key]

    def base_year(self, target: Target, choice: SeriesChoice) -> int | None:
        """Year from which progress counts, as in `assess --rules`; remembered."""
        if target.base_year:
            return target.base_year
        key = (target.target_id, choice)
        if key not in self._bases:
            self._bases[key] = base_year_of(self.archive, target, choice, "made public")
        return self._bases[key]


def open_collection(raw_dir: Path | str | None = None) -> Collection:
    """Read the raw tables and open them for the explorer.

    Raises
    ------
    helpers.problems.InputError
        With every problem of the raw tables.
    """
    raw = read_raw(raw_dir)
    every = read_targets(raw.targets, raw.sources)
    return Collection(raw, open_archive(raw), {target.target_id: target for target in every})
