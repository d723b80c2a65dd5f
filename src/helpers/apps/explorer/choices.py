"""What the explorer is asked to show, checked against the collection that it looks at."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

import pandas as pd
from pydantic import BeforeValidator, Field, field_validator

from helpers.forecasting.members import MEMBERS
from helpers.observations.raw_data import RawData, read_raw
from helpers.problems import InputError, refusal
from helpers.targets.states import Target, read_targets
from helpers.topics.parameters import Name, Parameters, split
from helpers.vintages.series import Archive, open_archive

NAMES = (
    "indicator", "area", "as_of", "target_id", "level", "year", "base_year", "first_year",
    "definition", "splice", "suspected_breaks", "stand_ins", "min_grade", "members",
)  # fmt: skip
"""What a permalink may hold, in this order."""
ALWAYS = ("indicator", "area", "as_of")


def _absent(value: Any) -> Any:
    return None if value in ("", None) else value


class Choices(Parameters):
    """Everything that can be chosen in the explorer.

    Attributes
    ----------
    target_id : str
        A target of `targets.csv`; empty for an own one, or for none.
    level : float or None
        Level of an own target, in the unit of the indicator.
    year : int
        Target year of an own target; 0 for none.
    base_year : int
        Year from which on-track rules count progress; 0: the target's own.
    members : tuple of str
        Members of the pool; empty for all of them.
    """

    level: Annotated[float | None, BeforeValidator(_absent)] = Field(None, allow_inf_nan=False)
    year: int = Field(0, ge=0, le=9999)
    base_year: int = Field(0, ge=0, le=9999)
    members: Annotated[tuple[str, ...], BeforeValidator(split), Name(words=tuple(MEMBERS))] = ()

    @field_validator("members")
    @classmethod
    def _in_order(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Put members in their order; all of them is the same as none chosen."""
        return () if set(names) == set(MEMBERS) else tuple(m for m in MEMBERS if m in names)

    @property
    def permalink(self) -> str:
        """These choices as a text that `with_permalink` reads: `?indicator=...&as_of=...`.

        What has its default value is left out, except indicator, area and date.
        """
        kept = {
            name: _text(getattr(self, name))
            for name in NAMES
            if name in ALWAYS or getattr(self, name) != type(self).model_fields[name].default
        }
        return "?" + urlencode(kept)

    def changed(self, **values: Any) -> "Choices":
        """Return the same with other values.

        Raises
        ------
        helpers.problems.InputError
            With one sentence for each value that cannot be used.
        """
        return Choices(**(self.model_dump() | values))


def with_permalink(choices: Choices, link: str) -> Choices:
    """Apply a permalink.

    `choices`: where files are read from; the link decides everything else. `link`: text as
    `Choices.permalink` gives it, also with something before the question mark; empty for no change.

    Raises
    ------
    helpers.problems.InputError
        Naming each name that is unknown or given twice, and each value that cannot be used.
    """
    if not link.strip():
        return choices
    pairs = parse_qsl(link.strip().split("?", 1)[-1], keep_blank_values=True)
    problems, values = [], {}
    for name, value in pairs:
        if name not in NAMES:
            problems.append(refusal(name, NAMES, "permalink"))
        elif name in values:
            problems.append(f"permalink: {name!r} is given twice; keep one")
        values[name] = value
    if not pairs:
        problems.append(f"permalink: {link.strip()!r} is not of the form ?indicator=gdp&area=...")
    if problems:
        raise InputError("\n".join(problems))
    places: dict[str, Any] = {"raw_dir": choices.raw_dir, "output_dir": choices.output_dir}
    return Choices(**(places | values))


def _text(value: Any) -> str:
    """Write a value as it stands in a link or behind `papermill -p`."""
    if isinstance(value, tuple):
        return ",".join(value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, repr=False)
class Collection:
    """Raw tables, opened once: a change in the explorer reads no file."""

    raw: RawData
    archive: Archive
    """Every figure with the day from which it was known."""
    targets: dict[str, Target]
    """By id, in the order of `targets.csv`."""

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
