"""All that is computed of one share, and which definition its target could have meant."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets.assessment import assess
from helpers.targets.specification_curve.curve import decisive_day
from helpers.targets.states import Target, asks_for_level, read_targets
from helpers.topics.industries import groups, level_shifts
from helpers.topics.industries.level_shifts import log_shift, passes
from helpers.topics.industries.share import Study, open_study
from helpers.topics.parameters import Parameters
from helpers.vintages.series import SeriesChoice, best_figures, known_on


@dataclass(frozen=True)
class Story:
    """A study with what follows from it.

    Attributes
    ----------
    study : Study
    verdict : DataFrame
        As `helpers.targets.assessment.assess` for the target; no row without one.
    """

    study: Study
    verdict: pd.DataFrame

    @cached_property
    def steps(self) -> pd.DataFrame:
        """Changes between neighbouring years (`level_shifts.steps`)."""
        return level_shifts.steps(self.study)

    @cached_property
    def shifts(self) -> pd.DataFrame:
        """Every level shift, documented or suspected (`level_shifts.shifts`)."""
        return level_shifts.shifts(self.steps)

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The level shifts that the parameters count."""
        return level_shifts.counted_shifts(self.study, self.shifts)

    @cached_property
    def quiet(self) -> pd.DataFrame:
        """The residual in years without a break (`level_shifts.quiet_years`)."""
        return level_shifts.quiet_years(self.steps)

    @cached_property
    def chained(self) -> pd.DataFrame:
        """Indices at constant prices (`level_shifts.real_chain`)."""
        return level_shifts.real_chain(self.study)

    @cached_property
    def scope(self) -> pd.DataFrame:
        """The share on the scope of the base definition, by way (`level_shifts.on_footing`)."""
        return level_shifts.on_footing(self.study, self.counted, self.study.base_year)

    @cached_property
    def footings(self) -> pd.DataFrame:
        """The target under each definition (`level_shifts.footings`)."""
        return level_shifts.footings(self.study, self.counted)

    @cached_property
    def base(self) -> pd.Series | None:
        """The footing of the base definition; None without figures."""
        own = self.footings[self.footings["definition"].eq(self.study.base)]
        return None if own.empty else own.iloc[0]

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Figures of the groups (`groups.group_figures`)."""
        return groups.group_figures(self.study)

    @cached_property
    def sums(self) -> pd.DataFrame:
        """Whether the groups add up (`groups.additivity`)."""
        return groups.additivity(self.study, self.groups)

    @cached_property
    def neighbours(self) -> pd.DataFrame:
        """How neighbours moved (`groups.neighbours`)."""
        return groups.neighbours(self.study, self.neighbour_series, self.scope)

    @cached_property
    def neighbour_series(self) -> pd.DataFrame:
        """Known series of the neighbours."""
        return groups.neighbour_series(self.study)

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """Definitions that the target's authors could have meant (`candidates`)."""
        return candidates(self.study)

    @cached_property
    def sisters(self) -> pd.DataFrame:
        """Targets for the same share (`sisters`), carried by every shift."""
        return sisters(self.study, self.shifts)

    @property
    def shown(self) -> list[pd.DataFrame]:
        """Every figure that the story shows, for a count of unverified points."""
        return [*self.study.shown, self.groups, self.neighbour_series]


def tell(raw: RawData, run: Parameters) -> Story:
    """Study the share that a notebook's parameters ask for.

    Raises
    ------
    helpers.problems.InputError
        As `helpers.topics.industries.share.open_study`.
    """
    study = open_study(raw, run)
    wanted = [run.target_id] if run.target_id else []
    return Story(study, assess(raw, run.as_of, run.choice, target_ids=wanted))


def verdicts_before_outcome(story: Story) -> pd.DataFrame:
    """Ask what the projection said under each splice, on the last day before the outcome was out.

    Returns
    -------
    DataFrame
        Columns splice, suspected_breaks, as_of, state, probability, median, lower80 and
        upper80 (unit of the share); no row without a target. On the as-of date where the outcome
        is open.
    """
    study = story.study
    if study.target is None or study.share.empty:
        return pd.DataFrame(columns=_BEFORE)
    day = pd.Timestamp(study.run.as_of)
    settled = decisive_day(study.raw, study.target.target_id)
    day = day if settled is None else min(day, settled)
    rows = []
    for splice, suspected in _CHOICES:
        choice = SeriesChoice(
            min_grade=study.run.min_grade, splice=splice, suspected_breaks=suspected
        )
        ids = [study.target.target_id]
        verdict = assess(study.raw, day, choice, target_ids=ids).iloc[0]
        kept = {name: verdict[name] for name in _BEFORE[3:]}
        rows.append({"splice": splice, "suspected_breaks": suspected, "as_of": day} | kept)
    return pd.DataFrame(rows, columns=_BEFORE)


_BEFORE = ["splice", "suspected_breaks", "as_of", "state", "probability", "median", "lower80",
           "upper80"]  # fmt: skip
_CHOICES = [
    ("none", False),
    ("real_growth", False),
    ("real_growth", True),
    ("neighbour_growth", False),
    ("neighbour_growth", True),
]

READINGS = {
    "ahead": "public then; the target lay ahead",
    "passed": "public then; already past the target",
    "later": "no figure was public yet",
}


def candidates(study: Study) -> pd.DataFrame:
    """List the definitions with what was known of each when the target was set.

    Returns
    -------
    DataFrame
        One row a definition: definition, first_known (day of its first full-year figure),
        assumed (that day is the usual release), year and value (its latest figure known when the
        target was set; NaN if none), asked (points that the target lies above it) and reading,
        one of `READINGS`. Empty without a target.
    """
    columns = ["definition", "first_known", "assumed", "year", "value", "asked", "reading"]
    if study.target is None:
        return pd.DataFrame(columns=columns)
    names = study.share["definition"].unique()
    then = _known_by_definition(study, study.target.set_on).set_index("definition").reindex(names)
    first = _first_days(study).loc[names]
    value = then["value"].astype(float)
    passed = value.map(lambda figure: passes(study, figure)).astype(bool)
    table = pd.DataFrame(
        {
            "first_known": first["known_from"],
            "assumed": first["known_from_assumed"].astype(bool),
            "year": then["year"].astype(float),
            "value": value,
            "asked": study.level - value,
            "reading": np.select([value.isna(), passed], ["later", "passed"], "ahead"),
        }
    )
    return table.rename_axis("definition").reset_index()


def _known_by_definition(study: Study, day: pd.Timestamp) -> pd.DataFrame:
    """Latest full-year figure of each main definition as known on a day, and on the as-of date."""
    until = min(day, pd.Timestamp(study.run.as_of))
    known = known_on(study.archive, until, study.run.min_grade)
    pair = study.archive.pairs.get((study.run.indicator, study.run.area), known.iloc[:0])
    own = best_figures(known.loc[known.index.intersection(pair.index)])
    own = own[own["use"].eq("main")].sort_values("year")
    return own.drop_duplicates("definition", keep="last").sort_values("definition")


def _first_days(study: Study) -> pd.DataFrame:
    known = known_on(study.archive, study.run.as_of, study.run.min_grade)
    own = known[known["indicator"].eq(study.run.indicator) & known["area"].eq(study.run.area)]
    own = own[own["months"].eq(12)].sort_values("known_from")
    return own.drop_duplicates("definition").set_index("definition")


def sisters(study: Study, shifts: pd.DataFrame) -> pd.DataFrame:
    """Other targets for the same share: what was known when they were set, and on our scope.

    Parameters
    ----------
    study : Study
    shifts : DataFrame
        As `helpers.topics.industries.level_shifts.shifts`; those that count.

    Returns
    -------
    DataFrame
        One row a target known on the as-of date, in order of setting: target_id, set_on,
        target_year, value, definition, year and known (the latest figure known when it was set),
        asked (points above it), scope_low and scope_high (the target carried by the level shifts
        from that definition to the base definition of the study).
    """
    every = read_targets(study.raw.targets, study.raw.sources)
    rows = [_sister(study, shifts, other) for other in every if _comparable(study, other)]
    columns = ["target_id", "set_on", "target_year", "value", "definition", "year", "known",
               "asked", "scope_low", "scope_high"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["set_on", "target_year"], ignore_index=True)


def _comparable(study: Study, other: Target) -> bool:
    same = (other.indicator, other.area) == (study.run.indicator, study.run.area)
    return same and asks_for_level(other) and other.set_on <= pd.Timestamp(study.run.as_of)


def _sister(study: Study, shifts: pd.DataFrame, other: Target) -> dict:
    figures = _known_by_definition(study, other.set_on)
    latest = pd.Series({"definition": "", "year": np.nan, "value": np.nan})
    if len(figures):
        latest = figures.loc[figures["year"].idxmax()]
    row = {
        "target_id": other.target_id,
        "set_on": other.set_on,
        "target_year": other.target_year,
        "value": other.value,
        "definition": latest["definition"],
        "year": latest["year"],
        "known": latest["value"],
        "asked": other.value - latest["value"],
    }
    carried = other.value * np.exp(log_shift(shifts, row["year"], study.base_year))
    return row | {"scope_low": carried.min(), "scope_high": carried.max()}
