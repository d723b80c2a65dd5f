"""What is known about one share and its two parts: figures, real growth, target, scope."""

from dataclasses import dataclass, replace
from math import nan

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import InputError, find
from helpers.targets.plan import find_target
from helpers.targets.states import Target, asks_for_level, line_of, read_targets
from helpers.topics.parameters import Parameters
from helpers.vintages.series import Archive, known_series, open_archive


@dataclass(frozen=True)
class Study:
    """One share of one area as known on a date.

    Attributes
    ----------
    raw : RawData
    archive : Archive
    run : Parameters
    name, unit : str
        Name of indicator and area in English, and the unit of the share.
    numerator, denominator : str
        Indicators of the two parts.
    share, top, bottom : DataFrame
        Known main series of the share and of its parts, not spliced (`known_series`); possibly
        empty.
    real : DataFrame
        Stated real growth in percent, by year: columns top and bottom, NaN where not known.
    growth_figures : DataFrame
        The rows behind `real`.
    target : Target or None
        The target that asks for a level of the share.
    level : float
        That level; NaN without a target.
    base : str
        The definition of the latest share known when the target was set; without a target, or
        where nothing was known that day, the latest definition. Empty without any figure.
    base_year : int
        The year of that latest share; 0 without any figure.
    known_then : bool
        Whether `base` really was known when the target was set.
    """

    raw: RawData
    archive: Archive
    run: Parameters
    name: str
    unit: str
    numerator: str
    denominator: str
    share: pd.DataFrame
    top: pd.DataFrame
    bottom: pd.DataFrame
    real: pd.DataFrame
    growth_figures: pd.DataFrame
    target: Target | None
    level: float
    base: str
    base_year: int
    known_then: bool

    @property
    def shown(self) -> list[pd.DataFrame]:
        """The series that the study rests on, for a count of unverified points."""
        return [self.share, self.top, self.bottom, self.growth_figures]

    @property
    def set_yet(self) -> bool:
        """Whether the target had been set on the as-of date."""
        return self.target is not None and self.target.set_on <= pd.Timestamp(self.run.as_of)

    @property
    def grade_words(self) -> str:
        """Name the grade that figures must have, to stand behind "figure"; "" where any counts."""
        return self.run.graded

    def years_of(self, definition: str) -> str:
        """Name a definition by the years of its known figures; one without any by its words."""
        years = self.share.loc[self.share["definition"].eq(definition), "year"]
        if years.empty:
            words = self.raw.definitions.set_index("definition")["description"]
            return str(words[definition])
        first, last = int(years.min()), int(years.max())
        return str(first) if first == last else f"{first}–{last}"

    @property
    def definitions(self) -> pd.DataFrame:
        """Raw rows of the definitions that the share has figures of, in order of time."""
        table = self.raw.definitions.set_index("definition")
        return table.loc[self.share["definition"].unique()]


def open_study(raw: RawData, run: Parameters) -> Study:
    """Collect what is known about the share that a notebook's parameters ask for.

    Raises
    ------
    helpers.problems.InputError
        If indicator, area or target are unknown or do not belong together, or the indicator is no
        share of two others.
    """
    row, area = _indicator(raw, run.indicator), _area(raw, run.area)
    target = _target(raw, run)
    archive = open_archive(raw)
    series = {
        name: _series(archive, run, row[name] if name != "share" else run.indicator)
        for name in ("share", "numerator", "denominator")
    }
    growth = [_growth(raw, archive, run, row[name]) for name in ("numerator", "denominator")]
    share = series["share"]
    base, base_year, known_then = _base(archive, run, share, target)
    return Study(
        raw=raw,
        archive=archive,
        run=run,
        name=f"{row['name_en']}, {area}",
        unit=row["unit"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        share=share,
        top=series["numerator"],
        bottom=series["denominator"],
        real=_by_year(*growth),
        growth_figures=pd.concat(growth, ignore_index=True),
        target=target,
        level=line_of(target, share).level if target else nan,
        base=base,
        base_year=base_year,
        known_then=known_then,
    )


def _indicator(raw: RawData, name: str) -> pd.Series:
    table = raw.indicators.set_index("indicator")
    row = table.loc[find(name, table.index, "indicator", "indicators.csv")]
    if not (row["numerator"] and row["denominator"]):
        both = table["numerator"].ne("") & table["denominator"].ne("")
        shares = ", ".join(table.index[both])
        raise InputError(
            f"indicator {name!r}: indicators.csv names no numerator and denominator; "
            f"choose one of {shares}"
        )
    return row


def _area(raw: RawData, name: str) -> str:
    table = raw.areas.set_index("area")["name_en"]
    return table[find(name, table.index, "area", "areas.csv")]


def _target(raw: RawData, run: Parameters) -> Target | None:
    """Find the target that the parameters name, and check that it fits them."""
    if not run.target_id:
        return None
    target = find_target(read_targets(raw.targets, raw.sources), run.target_id)
    if (target.indicator, target.area) != (run.indicator, run.area):
        raise InputError(
            f"target {run.target_id} is about {target.indicator or 'no indicator'} in "
            f"{target.area}, not {run.indicator} in {run.area}; leave target_id empty or change it"
        )
    if not asks_for_level(target):
        raise InputError(
            f"target {run.target_id} asks for no level of {run.indicator}; choose one that does"
        )
    return target


def _series(archive: Archive, run: Parameters, indicator: str, as_of=None) -> pd.DataFrame:
    choice = replace(run.choice, splice="none", definition="")
    day = run.as_of if as_of is None else as_of
    return known_series(archive, day, choice, indicator=indicator, area=run.area)


def _growth(raw: RawData, archive: Archive, run: Parameters, part: str) -> pd.DataFrame:
    name = raw.indicators.set_index("indicator").loc[part, "real_growth"]
    return _series(archive, run, name) if name else _series(archive, run, part).iloc[:0]


def _by_year(top: pd.DataFrame, bottom: pd.DataFrame) -> pd.DataFrame:
    rates = {
        name: growth.set_index("year")["value"].astype(float)
        for name, growth in (("top", top), ("bottom", bottom))
    }
    return pd.DataFrame(rates).sort_index()


def _base(
    archive: Archive, run: Parameters, share: pd.DataFrame, target: Target | None
) -> tuple[str, int, bool]:
    """Definition and year of the latest share known when the target was set."""
    if share.empty:
        return "", 0, False
    if target is not None and target.set_on <= pd.Timestamp(run.as_of):
        known = _series(archive, run, run.indicator, target.set_on)
        if len(known):
            last = known.iloc[-1]
            return last["definition"], int(last["year"]), True
    last = share.iloc[-1]
    return last["definition"], int(last["year"]), False
