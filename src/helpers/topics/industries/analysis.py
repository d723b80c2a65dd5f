"""All that is computed of one share, in one place: with and without unverified figures."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets.assessment import assess
from helpers.targets.specification_curve.curve import decisive_day
from helpers.topics.industries import agreement, constant_scope, groups, intent, level_shifts
from helpers.topics.industries.share import Study, open_study
from helpers.topics.parameters import Parameters
from helpers.vintages.series import SeriesChoice


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
        return constant_scope.counted_shifts(self.study, self.shifts)

    @cached_property
    def quiet(self) -> pd.DataFrame:
        """The residual in years without a break (`level_shifts.quiet_years`)."""
        return level_shifts.quiet_years(self.steps)

    @cached_property
    def chained(self) -> pd.DataFrame:
        """Indices at constant prices (`constant_scope.real_chain`)."""
        return constant_scope.real_chain(self.study)

    @cached_property
    def scope(self) -> pd.DataFrame:
        """The share on the scope of the base definition, by way (`constant_scope.on_footing`)."""
        return constant_scope.on_footing(self.study, self.counted, self.study.base_year)

    @cached_property
    def footings(self) -> pd.DataFrame:
        """The target under each definition (`constant_scope.footings`)."""
        return constant_scope.footings(self.study, self.counted)

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
        """How neighbours moved (`agreement.neighbours`)."""
        return agreement.neighbours(self.study, self.neighbour_series, self.scope)

    @cached_property
    def neighbour_series(self) -> pd.DataFrame:
        """Known series of the neighbours."""
        return agreement.neighbour_series(self.study)

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """Definitions that the target's authors could have meant (`intent.candidates`)."""
        return intent.candidates(self.study)

    @cached_property
    def sisters(self) -> pd.DataFrame:
        """Targets for the same share (`intent.sisters`), carried by every shift."""
        return intent.sisters(self.study, self.shifts)

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
