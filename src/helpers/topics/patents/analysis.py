"""Everything that the notebook says of one count of filings, and all of it as one table."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import nan

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import InputError
from helpers.targets.assessment import assess
from helpers.topics.nowcasts import (
    RunningYear,
    bounds_from_wholes,
    completed,
    is_stock,
    nowcast_year,
    partial_figures,
    replay_nowcasts,
    score_nowcasts,
)
from helpers.topics.parameters import Parameters
from helpers.topics.patents import controls
from helpers.topics.patents.filings import (
    Filings,
    cut_table,
    event_tests,
    gather_filings,
    log_growth,
    own_events,
)
from helpers.vintages.series import Archive, open_archive
from helpers.vocabulary import operator_of


@dataclass(frozen=True)
class Study:
    """One count of filings as known on a date, and all that is held beside it.

    Each table is made when it is first asked for, by the function that its property names.
    """

    raw: RawData
    run: Parameters
    filings: Filings

    @cached_property
    def growth(self) -> pd.Series:
        """Log growth between neighbouring years."""
        return log_growth(self.filings.series)

    @cached_property
    def events(self) -> pd.DataFrame:
        """Events that name the count: `helpers.topics.patents.filings.own_events`."""
        return own_events(self.raw.events, self.run.indicator, self.run.as_of)

    @cached_property
    def cuts(self) -> pd.DataFrame:
        """Every year at which growth can be cut: `helpers.topics.patents.filings.cut_table`."""
        return cut_table(self.growth)

    @cached_property
    def tests(self) -> pd.DataFrame:
        """The cuts at events: `helpers.topics.patents.filings.event_tests`."""
        return event_tests(self.events, self.growth, self.cuts)

    @cached_property
    def others(self) -> pd.DataFrame:
        """All areas with such counts: `helpers.topics.patents.controls.other_areas`."""
        return controls.other_areas(self.raw, self.run)

    @cached_property
    def controls(self) -> pd.DataFrame:
        """Growth after the peak and elsewhere: `helpers.topics.patents.controls.control_table`."""
        rivals = controls.control_series(self.filings, self.others, self.run.wholes)
        return controls.control_table(self.filings.values, rivals, self._peak + 1)

    @cached_property
    def applicants(self) -> pd.DataFrame:
        """What they published: `helpers.topics.patents.controls.applicant_counts`."""
        return controls.applicant_counts(self.raw, self.run)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Their part of rise and fall: `helpers.topics.patents.controls.change_table`."""
        spans = controls.periods(self.filings)
        return controls.change_table(self.applicants, self.filings.values, spans)

    @cached_property
    def readings(self) -> pd.DataFrame:
        """Measures of quality: `helpers.topics.patents.controls.quality_readings`."""
        return controls.quality_readings(self.raw, self.run)

    @cached_property
    def quality(self) -> pd.DataFrame:
        """Their growth since the peak: `helpers.topics.patents.controls.quality_table`."""
        return controls.quality_table(self.readings, self._peak, self.raw, self.run.as_of)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Part-year figures and their years: `helpers.topics.nowcasts.completed`."""
        return completed(*self._asked, self.run.min_grade)

    @cached_property
    def replayed(self) -> pd.DataFrame:
        """Finished years as if running: `helpers.topics.nowcasts.replay_nowcasts`."""
        return replay_nowcasts(*self._asked, self.run.min_grade)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """How far off those were: `helpers.topics.nowcasts.score_nowcasts`."""
        return score_nowcasts(self.replayed)

    @cached_property
    def running(self) -> RunningYear:
        """What is known of the `running_year`: `helpers.topics.nowcasts.nowcast_year`."""
        return nowcast_year(*self._asked, self.run.area, self.running_year, self.run.min_grade)

    @cached_property
    def bounds(self) -> pd.DataFrame:
        """By larger areas: `helpers.topics.nowcasts.bounds_from_wholes`, in English."""
        run = self.run
        bounds = bounds_from_wholes(
            *self._asked, run.area, self.running_year, run.wholes, self.running_level, run.min_grade
        )
        return bounds.assign(whole=bounds["whole"].map(self.area_names))

    @cached_property
    def verdict(self) -> pd.DataFrame:
        """On the target: `helpers.targets.assessment.assess`; empty without one."""
        return self._judged([self.filings.target.target_id] if self.filings.target else [])

    @cached_property
    def quality_verdicts(self) -> pd.DataFrame:
        """On targets of the measures of quality, as on those of any notebook; empty without one."""
        return self._judged(self.quality["target_id"].dropna().tolist())

    def _judged(self, ids: list[str]) -> pd.DataFrame:
        run = self.run
        return assess(self.raw, run.as_of, run.choice, target_ids=ids, first_year=run.first_year)

    @property
    def area_names(self) -> pd.Series:
        """English names by area."""
        return self.raw.areas.set_index("area")["name_en"]

    @property
    def _peak(self) -> int:
        return int(self.filings.peak["year"])

    @property
    def _asked(self) -> tuple[Archive, date, str]:
        return open_archive(self.raw), self.run.as_of, self.run.indicator

    @cached_property
    def running_year(self) -> int:
        """The latest year with a part-year figure and no settled one, else the first without any.

        A stand-in settles nothing.
        """
        following = self.first_unsettled
        parts = partial_figures(*self._asked, self.run.min_grade)
        own = parts.loc[parts["area"].eq(self.run.area) & parts["year"].ge(following), "year"]
        return int(own.max()) if len(own) else following

    @property
    def first_unsettled(self) -> int:
        """The year after the last settled figure."""
        series = self.filings.series
        settled = series.loc[series["status"].ne("estimate"), "year"]
        return int(settled.max()) + 1 if len(settled) else int(self.filings.last["year"])

    @property
    def running_level(self) -> float:
        """What the target asks of the running year; NaN where it asks for something else."""
        target = self.filings.target
        if target is None or target.target_year != self.running_year:
            return nan
        operator = operator_of(target.operator)
        return self.filings.level if operator.comparison in ("ge", "gt") else nan


def study_filings(raw: RawData, run: Parameters) -> Study:
    """Begin the study of the count that a notebook's parameters ask for.

    Raises `InputError` if the parameters do not fit the raw tables, the indicator is a stock or a
    share, or nothing was public.
    """
    filings = gather_filings(raw, run)
    if is_stock(raw.indicators, run.indicator):
        raise InputError(f"indicator {run.indicator!r} is a stock, not a count of the year")
    if filings.series.empty:
        raise InputError(_nothing_public(run))
    return Study(raw, run, filings)


def _nothing_public(run: Parameters) -> str:
    """Say that no figure is left, and which of the parameters may be the cause."""
    grade, since, mend = run.graded, "", "a later as_of"
    if grade:
        mend = f"{mend} or a weaker min_grade"
    if run.first_year:
        since, mend = f" from {run.first_year} on", f"{mend} or an earlier first_year"
    return (
        f"no figure{grade} of {run.indicator} for {run.area}{since} was public on {run.as_of}; "
        f"choose {mend}, or another area"
    )


def without_unverified(study: Study) -> Study | None:
    """Begin the same without unverified figures; None where none is left.

    A study that asks for no unverified figure anyway is returned itself.
    """
    verified = study.run.verified
    if verified == study.run:
        return study
    filings = gather_filings(study.raw, verified)
    return None if filings.series.empty else Study(study.raw, verified, filings)


COLUMNS = ["part", "subject", "first_year", "last_year", "measure", "amount"]


def patents_table(study: Study, yearly: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """Lay out growth, events, controls, applicants and quality below each other.

    Parameters
    ----------
    yearly : DataFrame
        Columns year, value, growth (percent, on the year before) and below_peak (percent).
    weights : DataFrame
        By year: known, share_of_known, per_100_received, per_100_received_before, herfindahl_low
        and herfindahl_high, of the applicants.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. Parts: series, event, control, applicant, concentration, change,
        quality. Growth is in percent a year (of neighbouring years for the series); p values are
        not corrected unless the measure says so. The last column is not named `value`, as that is
        written as printed, and most of these are computed.
    """
    name = study.filings.indicator
    tests = study.tests[study.tests["tested"].astype(bool)]
    who = study.controls["control"] + " (" + study.controls["count"] + ")"
    parts = [
        _long("series", yearly, name, "year", "year", ["value", "growth", "below_peak"]),
        _long("event", tests, tests["event_ids"], "cut", "cut",
              ["difference", "explained", "p_permutation", "smallest_p", "p_corrected", "p_cut"]),
        _long("control", study.controls, who, "base_year", "to_year",
              ["own_after", "control_after", "difference_after", "difference_in_differences"]),
        _long("applicant", study.applicants, study.applicants["indicator"], "year", "year",
              ["value"]),
        _long("concentration", weights.reset_index(), name, "year", "year",
              ["known", "share_of_known", "per_100_received", "per_100_received_before",
               "herfindahl_low", "herfindahl_high"]),
        _long("change", study.changes, study.changes["name"], "first_year", "last_year",
              ["change", "own_change", "part_at_most"]),
        _long("quality", study.quality, study.quality["indicator"], "first_year", "last_year",
              ["first", "last", "growth", "target"]),
    ]  # fmt: skip
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _long(
    part: str, table: pd.DataFrame, subject: pd.Series | str, first: str, last: str,
    measures: list[str],
) -> pd.DataFrame:  # fmt: skip
    """Stack the measures of a table, row by row; missing ones are left out."""
    numbers = table[measures].apply(pd.to_numeric)
    named = numbers.assign(part=part, subject=subject, first_year=table[first],
                           last_year=table[last])  # fmt: skip
    stacked = named.melt(COLUMNS[:4], measures, "measure", "amount", ignore_index=False)
    stacked = stacked.dropna(subset="amount").sort_index(kind="stable")
    return stacked.astype({"first_year": int, "last_year": int})
