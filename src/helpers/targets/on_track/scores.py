"""Scores of verdicts: how often each forecaster was right, laid out and put in a sentence.

A rule that says on track counts as probability 1, any other verdict as 0. On-track rules and our
probability are scored on the finished targets of the collection.
"""

from dataclasses import dataclass
from datetime import date
from math import isfinite, nan

import numpy as np
import pandas as pd

from helpers.forecasting.scores import log_score
from helpers.observations.raw_data import RawData
from helpers.targets import states as targets
from helpers.targets.assessment import look_ahead
from helpers.targets.information import information_of
from helpers.targets.on_track.comparison import base_year_of, read_rules
from helpers.targets.on_track.formulas import OWNERS, RULES
from helpers.targets.on_track.readings import Reading
from helpers.targets.states import Target
from helpers.vintages.series import Archive, SeriesChoice, known_series, open_archive
from helpers.wording import english as wording

CLIP = 0.02
"""Log scores take every probability, also ours, for no nearer to 0 or 1 than this."""
LEVEL = 0.95
"""Of the bootstrap intervals."""
MEASURES = ("hit_rate", "brier", "log_score")
ON_TRACK_FROM = 0.5
OURS, BASE_RATE, COIN = "our probability", "base rate", "coin"
NAIVE = "met today"
"""Says that a target will be met if the latest figure meets it, and else not."""


@dataclass(frozen=True)
class Judged:
    """Verdicts on m target-dates whose outcome is known."""

    said: pd.DataFrame
    """One column a forecaster: the probability that the target is met, 0 or 1 for a rule; NaN where
    it gives no reading."""
    met: np.ndarray
    """Of bool, shape (m,). The outcome."""
    group: np.ndarray
    """Of int, shape (m,). What decides how many independent cases there are: the target, or the
    series."""

    def select(self, rows: np.ndarray) -> "Judged":
        """Keep the rows of a mask."""
        return Judged(self.said[rows], self.met[rows], self.group[rows])

    @property
    def complete(self) -> np.ndarray:
        """Rows on which every forecaster gives a reading, shape (m,)."""
        return self.said.notna().all(axis=1).to_numpy()


def score_verdicts(
    judged: Judged, *, common: bool = True, draws: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """Score every forecaster: means within groups, then over groups.

    Parameters
    ----------
    judged : Judged
    common : bool
        Score only rows on which every forecaster gives a reading; else each on its own rows.
    draws, seed : int
        Bootstrap samples over groups, and their seed.

    Returns
    -------
    DataFrame
        One row a forecaster, best Brier score first: groups, verdicts, refused (share of all
        rows), said_on_track and met (shares of the scored rows), hit_rate, brier and log_score,
        each with _low and _high, the bounds of a 95 % interval. A coin has hit rate .5, Brier
        score .25 and log score .693; hits of a forecaster that says exactly .5 count half.
    """
    refused = judged.said.isna().mean()
    part = judged.select(judged.complete) if common else judged
    said = part.said.to_numpy(dtype=float)
    scores = _scores(said, part.met)
    codes, groups = pd.factorize(part.group)
    means = {name: _group_means(score, codes, len(groups)) for name, score in scores.items()}
    weights = _bootstrap_weights(len(groups), draws, seed)
    read = ~np.isnan(said)
    count = np.maximum(read.sum(axis=0), 1)
    table = pd.DataFrame(
        {
            "forecaster": list(part.said),
            "groups": np.isfinite(means["brier"]).sum(axis=0),
            "verdicts": read.sum(axis=0),
            "refused": refused.to_numpy(),
            "said_on_track": (np.nan_to_num(said) >= ON_TRACK_FROM).sum(axis=0) / count,
            "met": (read * part.met[:, None]).sum(axis=0) / count,
        }
    )
    for name in MEASURES:
        table[name], table[f"{name}_low"], table[f"{name}_high"] = _interval(means[name], weights)
    return table.sort_values(["brier", "log_score"], ignore_index=True, kind="stable")


def _scores(said: np.ndarray, met: np.ndarray) -> dict[str, np.ndarray]:
    """Scores of each verdict, shape (m, F); NaN where there is no reading."""
    outcome = np.broadcast_to(met[:, None], said.shape)
    hit = np.where(said == 0.5, 0.5, (said >= ON_TRACK_FROM) == outcome)
    return {
        "hit_rate": np.where(np.isnan(said), np.nan, hit),
        "brier": (said - outcome) ** 2,
        "log_score": log_score(np.clip(said, CLIP, 1 - CLIP), outcome),
    }


def _group_means(score: np.ndarray, codes: np.ndarray, groups: int) -> np.ndarray:
    """Mean within each group, shape (G, F); NaN for a group without a reading."""
    means = np.empty((groups, score.shape[1]))
    for column in range(score.shape[1]):
        read = ~np.isnan(score[:, column])
        total = np.bincount(codes[read], score[read, column], groups)
        count = np.bincount(codes[read], minlength=groups)
        with np.errstate(invalid="ignore"):
            means[:, column] = total / count
    return means


def _bootstrap_weights(groups: int, draws: int, seed: int) -> np.ndarray:
    """How often each group is drawn, shape (draws, G)."""
    if not groups:
        return np.empty((draws, 0))
    return np.random.default_rng(seed).multinomial(groups, np.full(groups, 1 / groups), draws)


def _interval(means: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean over groups and its bootstrap interval, each of shape (F,)."""
    read = np.isfinite(means)
    filled = np.where(read, means, 0.0)
    with np.errstate(invalid="ignore"):
        centre = filled.sum(axis=0) / read.sum(axis=0)
        drawn = (weights @ filled) / (weights @ read)
    bounds = np.full((2, means.shape[1]), np.nan)
    held = read.any(axis=0)
    levels = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    bounds[:, held] = np.nanquantile(drawn[:, held], levels, axis=0) if held.any() else np.nan
    return centre, *bounds


def hit_table(judged: Judged) -> pd.DataFrame:
    """Count the four ways in which a verdict and an outcome can fall together.

    Returns
    -------
    DataFrame
        Indexed by forecaster: on_track_met, on_track_missed, off_track_met and off_track_missed,
        in verdicts; without those that give no reading.
    """
    on, off = judged.said.ge(ON_TRACK_FROM), judged.said.lt(ON_TRACK_FROM)
    return pd.DataFrame(
        {
            "on_track_met": on[judged.met].sum(),
            "on_track_missed": on[~judged.met].sum(),
            "off_track_met": off[judged.met].sum(),
            "off_track_missed": off[~judged.met].sum(),
        }
    )


COIN_BRIER = 0.25


def ranking_finding(scores: pd.DataFrame) -> str:
    """Say which rule is best, how far our probability is ahead, and what a coin would score."""
    table = scores[scores["verdicts"].gt(0)].set_index("forecaster")
    if OURS not in table.index or not set(OWNERS) & set(table.index):
        return "No target whose outcome is known was judged by rule and probability: no scores."
    rules = table.loc[[name for name in table.index if name in OWNERS], "brier"].sort_values()
    best, worst = rules.index[0], rules.index[-1]
    ours = table.loc[OURS, "brier"]
    losers = [OWNERS[name] for name in rules.index if rules[name] > COIN_BRIER]
    coin = f"worse than a coin: {', '.join(losers)}" if losers else "none is worse than a coin"
    return (
        f"Over {wording.counted(table['verdicts'].max(), 'verdict')} on "
        f"{wording.counted(table['groups'].max(), 'case')} the best "
        f"rule is that of {OWNERS[best]} (Brier {rules[best]:.3f}), the last that of "
        f"{OWNERS[worst]} ({rules[worst]:.3f}); our probability scores {ours:.3f}, the base rate "
        f"{table.loc[BASE_RATE, 'brier']:.3f}, a coin {table.loc[COIN, 'brier']:.3f}; {coin}."
    )


COLUMNS = [
    "target_id",
    "indicator",
    "area",
    "target_year",
    "day",
    "years_left",
    "outcome",
    "at_signing",
    "base_year",
    "forecaster",
    "said",
    "value",
    "state",
    "level",
    "refused",
    "sound",
]


def finished_verdicts(
    raw: RawData, as_of: date | str, choice: SeriesChoice | None = None
) -> pd.DataFrame:
    """Replay every rule and our probability on the targets whose outcome is known.

    Each target is judged at the end of every year from its setting to its own, with the
    figures known on that day only. The base year is the target's own, or else the year of the
    latest figure known when the target was set.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
        Outcomes known on this day count.
    choice : SeriesChoice, optional
        Which figures count.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a target, day and forecaster. `said` is 1 for on track, 0 for any
        other verdict, the probability for ours, NaN without a reading (`refused` says why);
        `outcome` is "met" or "missed"; `at_signing` whether the latest figure then passed the line.
    """
    choice = choice or SeriesChoice()
    archive = open_archive(raw)
    rows = []
    for target in targets.read_targets(raw.targets, raw.sources):
        if target.operator == "qualitative":
            continue
        outcome = information_of(archive, target, as_of, choice, checks=()).settled
        if outcome in {"met", "missed"}:
            rows += _judge_target(archive, target, choice, outcome)
    return pd.DataFrame(rows, columns=COLUMNS)


def _judge_target(
    archive: Archive, target: Target, choice: SeriesChoice, outcome: str
) -> list[dict]:
    """Rows of one target: every day, every forecaster."""
    days = pd.date_range(target.set_on, f"{target.target_year}-12-31", freq="YE")
    known = known_series(archive, target.set_on, choice, **target.place)
    base_year = base_year_of(archive, target, choice)
    signing = targets.signing_check(target, known)[0]
    every = [information_of(archive, target, day, choice, checks=()) for day in days]
    rows = []
    for e in look_ahead([of for of in every if not of.settled]):
        about = {
            "target_id": target.target_id,
            **target.place,
            "target_year": target.target_year,
            "day": e.as_of,
            "years_left": target.target_year - e.as_of.year,
            "outcome": outcome,
            "at_signing": signing,
            "base_year": base_year,
        }
        probability = e.probability
        refused = "" if isfinite(probability) else "too few figures to project"
        rows += [about | _row(answer) for answer in read_rules(e, base_year)]
        rows.append(
            about
            | {"forecaster": OURS, "said": probability, "value": probability, "state": ""}
            | {"level": "", "refused": refused, "sound": not refused}
        )
    return rows


def _row(answer: Reading) -> dict:
    """Say what a rule reads off what is known about one target on one day."""
    kept = ("value", "state", "level", "refused", "sound")
    said = nan if answer.refused else float(answer.on_track)
    return {"forecaster": answer.rule, "said": said} | {
        name: getattr(answer, name) for name in kept
    }


def judge_finished(verdicts: pd.DataFrame) -> Judged:
    """Lay the replayed verdicts out for scoring, with a base rate and a coin beside them.

    Parameters
    ----------
    verdicts : DataFrame
        As `finished_verdicts` returns.

    Returns
    -------
    Judged
        One row a target and day, grouped by target: the number of targets decides, not of days.
        The base rate of a target is the share of the other targets that were met.
    """
    keys = ["target_id", "day", "outcome"]
    forecasters = [*(rule.name for rule in RULES), OURS]
    said = verdicts.pivot_table("said", keys, "forecaster", aggfunc="first")
    said = said.reindex(pd.MultiIndex.from_frame(verdicts[keys].drop_duplicates()))
    said = said.reindex(columns=forecasters).reset_index(keys)
    met = said["outcome"].eq("met").to_numpy()
    group, _ = pd.factorize(said["target_id"])
    each = np.array([met[group == g][0] for g in np.unique(group)], dtype=float)
    others = (each.sum() - each) / max(len(each) - 1, 1)
    return Judged(said[forecasters].assign(**{BASE_RATE: others[group], COIN: 0.5}), met, group)


def score_finished(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Score every rule and our probability on finished targets, each on the days it could read.

    Takes what `finished_verdicts` returns and gives the table of
    `helpers.targets.on_track.scores.score_verdicts`; `groups` counts targets.
    """
    return score_verdicts(judge_finished(verdicts), common=False)
