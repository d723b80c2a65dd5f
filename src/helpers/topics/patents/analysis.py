"""Everything that the notebook says of one count of filings, gathered once, also as a table."""

from dataclasses import dataclass

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import InputError
from helpers.targets.assessment import assess
from helpers.topics.nowcasts.factors import completed, is_stock
from helpers.topics.nowcasts.nowcast import (
    RunningYear,
    bounds_from_wholes,
    nowcast_year,
    replay_nowcasts,
    score_nowcasts,
)
from helpers.topics.parameters import Parameters
from helpers.topics.patents import controls
from helpers.topics.patents import events as policy_events
from helpers.topics.patents.filings import Filings, gather_filings, log_growth
from helpers.vintages.series import open_archive


@dataclass(frozen=True)
class Study:
    """One count of filings as known on a date, and all that is held beside it.

    Attributes
    ----------
    filings : Filings
    growth : Series
        Log growth between neighbouring years.
    events, cuts, tests : DataFrame
        As the functions of `helpers.topics.patents.events` return.
    others, controls : DataFrame
        As `helpers.topics.patents.controls` returns; the cut lies after the peak.
    applicants, changes, readings, quality : DataFrame
        As `helpers.topics.patents.controls` returns.
    pairs : DataFrame
        Part-year figures with their full year.
    replayed, scores : DataFrame
        As `helpers.topics.nowcasts.nowcast` returns.
    running : RunningYear
        The target's year, or the first without a settled figure.
    bounds : DataFrame
        As `helpers.topics.nowcasts.nowcast.bounds_from_wholes` returns, the wholes in English.
    verdict : DataFrame
        As `helpers.targets.assessment.assess` returns; empty without a target.
    """

    filings: Filings
    growth: pd.Series
    events: pd.DataFrame
    cuts: pd.DataFrame
    tests: pd.DataFrame
    others: pd.DataFrame
    controls: pd.DataFrame
    applicants: pd.DataFrame
    changes: pd.DataFrame
    readings: pd.DataFrame
    quality: pd.DataFrame
    pairs: pd.DataFrame
    replayed: pd.DataFrame
    scores: pd.DataFrame
    running: RunningYear
    bounds: pd.DataFrame
    verdict: pd.DataFrame


def study_filings(raw: RawData, run: Parameters) -> Study:
    """Gather everything about the count that a notebook's parameters ask for.

    Raises
    ------
    helpers.problems.InputError
        If the parameters do not fit the raw tables, the indicator is a stock or a share, or
        nothing was public.
    """
    filings = gather_filings(raw, run)
    if is_stock(raw.indicators, run.indicator):
        raise InputError(f"indicator {run.indicator!r} is a stock, not a count of the year")
    if filings.series.empty:
        raise InputError(
            f"no figure of {run.indicator} for {run.area} was public on {run.as_of} with grade "
            f"{run.min_grade} or better; choose a later as_of or a weaker min_grade"
        )
    return Study(filings=filings, **_causes(raw, run, filings), **_companions(raw, run, filings),
                 **_nowcasts(raw, run, filings))  # fmt: skip


def _causes(raw: RawData, run: Parameters, filings: Filings) -> dict:
    growth = log_growth(filings.series)
    events = policy_events.own_events(raw.events, run.indicator, run.as_of)
    cuts = policy_events.cut_table(growth)
    others = controls.other_areas(raw, run)
    rivals = controls.control_series(filings, others, run.wholes)
    after_peak = int(filings.peak["year"]) + 1
    return {
        "growth": growth,
        "events": events,
        "cuts": cuts,
        "tests": policy_events.event_tests(events, growth, cuts),
        "others": others,
        "controls": controls.control_table(filings.values, rivals, after_peak),
    }


def _companions(raw: RawData, run: Parameters, filings: Filings) -> dict:
    counts = controls.applicant_counts(raw, run)
    readings = controls.quality_readings(raw, run)
    return {
        "applicants": counts,
        "changes": controls.change_table(counts, filings.values, controls.periods(filings)),
        "readings": readings,
        "quality": controls.quality_table(readings, int(filings.peak["year"]), raw),
    }


def _nowcasts(raw: RawData, run: Parameters, filings: Filings) -> dict:
    archive = open_archive(raw)
    asked = (archive, run.as_of, run.indicator)
    replayed = replay_nowcasts(*asked, run.min_grade)
    year = _running_year(filings)
    bounds = bounds_from_wholes(*asked, run.area, year, run.wholes, filings.level, run.min_grade)
    names = raw.areas.set_index("area")["name_en"]
    target_ids = [filings.target.target_id] if filings.target else []
    return {
        "pairs": completed(*asked, run.min_grade),
        "replayed": replayed,
        "scores": score_nowcasts(replayed),
        "running": nowcast_year(*asked, run.area, year, run.min_grade),
        "bounds": bounds.assign(whole=bounds["whole"].map(names)),
        "verdict": assess(raw, run.as_of, run.choice, target_ids=target_ids,
                          first_year=run.first_year),
    }  # fmt: skip


def _running_year(filings: Filings) -> int:
    """Return the target's year while it is open, else the first year without a settled figure."""
    settled = filings.series[filings.series["status"].ne("estimate")]["year"]
    following = int(settled.max()) + 1 if len(settled) else int(filings.last["year"])
    wanted = filings.target.target_year if filings.target else following
    return wanted if wanted >= following else following


def without_unverified(raw: RawData, run: Parameters, study: Study) -> Study | None:
    """Gather the same without unverified figures; None where none is left.

    Parameters
    ----------
    raw : RawData
    run : Parameters
    study : Study
        With the figures that `run` asks for: returned where these hold no unverified one anyway.
    """
    if run.verified == run:
        return study
    if gather_filings(raw, run.verified).series.empty:
        return None
    return study_filings(raw, run.verified)


COLUMNS = ["part", "subject", "first_year", "last_year", "measure", "amount"]


def patents_table(study: Study, yearly: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """Lay out growth, events, controls, applicants and quality below each other.

    Parameters
    ----------
    study : Study
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
