"""How early a target's fate could have been called: by our P, and by each on-track rule."""

from datetime import date
from itertools import takewhile
from math import nan

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import find
from helpers.targets.history.probability import (
    belief_days,
    first_day,
    known_on_days,
    numeric_targets,
)
from helpers.targets.information import Information
from helpers.targets.on_track.comparison import base_year_of, read_rules
from helpers.targets.on_track.formulas import RULES
from helpers.targets.on_track.readings import LEVELS
from helpers.targets.on_track.scores import OURS
from helpers.targets.statements import series_names
from helpers.vintages.series import SeriesChoice, open_archive
from helpers.wording import english as wording

CALLS = [
    "target_id",
    "forecaster",
    "call",
    "called_on",
    "latest_year",
    "latest_value",
    "said",
    "sound",
    "until",
    "outcome",
    "days_ahead",
    "right",
]
MISS, SUCCESS = "miss", "success"
BAR = 0.1


def called_on(timeline: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Say how early each target's fate could have been called, by our P and by every rule.

    Parameters
    ----------
    timeline : DataFrame
        As `helpers.targets.history.timeline.belief_timeline` returns.
    rules : DataFrame
        As `helpers.targets.history.lead_time.rule_timeline` returns, for the same targets.

    Returns
    -------
    DataFrame
        Columns `CALLS`, one row a target and forecaster: the call that held until the last reading
        before the outcome, or before the as-of day, and the first day from which on it was never
        left. We call a miss while P is below `BAR`, a success while it is above one minus that; a
        rule calls a success while its level is "on track", and else a miss. Days without a reading
        leave a call as it is; days before the target was set do not count. `said` is the last
        reading, `sound` whether all readings since then can be taken at face value, `until` the
        day of the outcome or the last day, `right` whether the outcome agrees (missing while there
        is none). Without a call `call` is empty.
    """
    rows = []
    for name, own in timeline.groupby("target_id", sort=False):
        out = own[own["settled"]]
        until = out["day"].iloc[0] if len(out) else own["day"].iloc[-1]
        about = {"target_id": name, "until": until}
        about["outcome"] = out["state"].iloc[-1] if len(out) else ""
        for forecaster, readings in _voices(own, rules[rules["target_id"].eq(name)]).items():
            rows.append(about | {"forecaster": forecaster} | _call(readings, about))
    return pd.DataFrame(rows, columns=CALLS).astype({"latest_year": "Int64", "right": "boolean"})


def _voices(own: pd.DataFrame, rules: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Give the readings of every forecaster as calls, day by day."""
    ours = own[own["set_yet"] & ~own["settled"] & own["probability"].notna()]
    p = ours["probability"]
    said = ours.assign(
        claim=p.lt(BAR).map({True: MISS, False: ""}).mask(p.gt(1 - BAR), SUCCESS),
        said=[wording.equation(chance) for chance in p],
        sound=True,
    )
    voices = {OURS: said}
    for rule in RULES:
        read = rules[rules["rule"].eq(rule.name) & rules["refused"].eq("")]
        claim = read["level"].eq(LEVELS[0]).map({True: SUCCESS, False: MISS})
        voices[rule.name] = read.assign(claim=claim, said=read["state"])
    return voices


def _call(readings: pd.DataFrame, about: dict) -> dict:
    """Find the first day of the call that a forecaster never left again."""
    call = {"call": "", "called_on": pd.NaT, "latest_year": pd.NA, "latest_value": nan}
    call |= {"said": "", "sound": False, "days_ahead": nan, "right": pd.NA}
    if readings.empty:
        return call
    last = readings.iloc[-1]
    call |= {"said": last["said"], "sound": True}
    if not last["claim"]:
        return call
    other = readings["claim"].ne(last["claim"]).to_numpy()
    start = len(other) - other[::-1].argmax() if other.any() else 0
    held = readings.iloc[start:]
    first = held.iloc[0]
    agrees = {"missed": MISS, "met": SUCCESS}.get(about["outcome"])
    return call | {
        "call": last["claim"],
        "called_on": first["day"],
        "latest_year": first["latest_year"],
        "latest_value": first["latest_value"],
        "sound": bool(held["sound"].all()),
        "days_ahead": (about["until"] - first["day"]).days,
        "right": pd.NA if agrees is None else last["claim"] == agrees,
    }


def timeline_finding(timeline: pd.DataFrame, called: pd.DataFrame) -> str:
    """State in one sentence what the timeline of one target shows.

    Parameters
    ----------
    timeline : DataFrame
        Rows of one target, as `helpers.targets.history.timeline.belief_timeline` returns.
    called : DataFrame
        As `called_on` returns; only the rows of this target are read.

    Returns
    -------
    str
        Where P stands or how the target ended, since when we and the first rule called it, and the
        largest move of P while the target stood; without the name of the target and a full stop.
    """
    believed = timeline[timeline["probability"].notna()]
    if believed.empty:
        return "too few figures were known on any day for a probability"
    calls = called[called["target_id"].eq(timeline["target_id"].iloc[0])]
    ours = calls[calls["forecaster"].eq(OURS)].iloc[0]
    last = believed.iloc[-1]
    if last["settled"]:
        end = f"{wording.STATE_WORDS[last['state']]}, as known from {ours['until']:%Y-%m-%d}"
    else:
        end = wording.equation(last["probability"])
    parts = [end, _when_called(ours), _first_rule(calls, ours["call"]), _largest_move(believed)]
    return "; ".join(part for part in parts if part)


def _when_called(ours: pd.Series) -> str:
    """Say since when our P kept to one side of the bar."""
    if not ours["call"]:
        return "P never settled on one side" + (" before the outcome" if ours["outcome"] else "")
    low, high = wording.percent(BAR), wording.percent(1 - BAR)
    bar = f"below {low}" if ours["call"] == MISS else f"above {high}"
    wrong = ", wrongly," if ours["right"] is not pd.NA and not ours["right"] else ""
    return f"P stayed {bar}{wrong} from {ours['called_on']:%Y-%m-%d}"


def _first_rule(calls: pd.DataFrame, call: str) -> str:
    """Say how many rules made the same call, and since when the first of them."""
    rules = calls[calls["forecaster"].ne(OURS) & calls["call"].ne("")]
    same = rules[rules["call"].eq(call)]
    if not call or rules.empty:
        return ""
    count = f"{len(same)} of {len(rules)} rules with a reading called the {call}"
    return f"{count}, the first on {same['called_on'].min():%Y-%m-%d}" if len(same) else count


def _largest_move(believed: pd.DataFrame) -> str:
    """Name the largest change of P before the outcome, and what it came from."""
    moves = believed[~believed["settled"] & believed["set_yet"]].dropna(subset="change")
    if moves.empty or moves["change"].abs().max() < 0.005:
        return ""
    row = moves.loc[moves["change"].abs().idxmax()]
    points = f"{100 * row['change']:+.0f}".replace("-", "\N{MINUS SIGN}")
    kind = row["what"].split("; ")[0]
    noun = "point" if points[1:] == "1" else "points"
    return f"largest move {points} {noun} on {row['day']:%Y-%m-%d} ({kind})"


def timeline_titles(raw: RawData, timeline: pd.DataFrame, called: pd.DataFrame) -> dict[str, str]:
    """Title of the chart of each target: its name, and what the timeline shows.

    Parameters
    ----------
    raw : RawData
    timeline, called : DataFrame
        As for `timeline_finding`, of any number of targets.
    """
    names = series_names(raw)
    return {
        target_id: f"{names[target_id]}: {timeline_finding(rows, called)}"
        for target_id, rows in timeline.groupby("target_id", sort=False)
    }


def policy_events(raw: RawData, target_id: str) -> pd.DataFrame:
    """List the dated events that bear on a target's indicator, for the flags of a chart.

    Returns
    -------
    DataFrame
        Columns date (ISO, perhaps partial) and label, from the year of
        `helpers.targets.history.probability.first_day` on. The days on which the target itself was
        set and made public are left out: the chart marks them anyway.

    Raises
    ------
    helpers.problems.InputError
        For a target that the table does not hold.
    """
    targets = raw.targets.set_index("target_id")
    target = targets.loc[find(target_id, targets.index, "target", "targets.csv")]
    published = raw.sources.set_index("source_id")["published"].get(target["source_id"], "")
    events = raw.events
    bearing = events["indicators"].str.split(";").map(lambda names: target["indicator"] in names)
    own = events["date"].isin([target["set_on"], published])
    kept = events[bearing & ~own & events["date"].ge(str(first_day(raw).year))]
    return kept[["date", "name_en"]].rename(columns={"name_en": "label"}).reset_index(drop=True)


READ = ("rule", "value", "state", "level", "refused", "sound")
READINGS = ["target_id", "day", "base_year", "latest_year", "latest_value", *READ]


def rule_timeline(
    raw: RawData,
    as_of: date | str,
    target_ids: list[str] | None = None,
    choice: SeriesChoice | None = None,
    *,
    base: str = "set",
) -> pd.DataFrame:
    """Read every rule on each day on which a belief could change, until the outcome is out.

    Parameters
    ----------
    raw, target_ids, choice, base
        As for `helpers.targets.on_track.comparison.compare_rules`.
    as_of : date or str
        The last day.

    Returns
    -------
    DataFrame
        Columns `READINGS`, one row a target, day from the setting on, and rule. `state` is in the
        owner's words; `refused` says why there is no reading; `sound` is False for a reading that
        cannot be taken at face value.

    Raises
    ------
    helpers.problems.InputError
        For a target that the raw table does not hold, naming it.
    """
    choice = choice or SeriesChoice()
    archive, first = open_archive(raw), first_day(raw)
    rows = []
    for target in numeric_targets(raw, target_ids):
        base_year = base_year_of(archive, target, choice, base)
        days = belief_days(archive, target, max(target.set_on, first), as_of)
        known = known_on_days(archive, target, days, choice)
        for e in takewhile(lambda e: not e.settled, known):
            about = (target.target_id, e.as_of, base_year, *_latest(e))
            rows += [
                (*about, *(getattr(answer, name) for name in READ))
                for answer in read_rules(e, base_year)
            ]
    whole = {"base_year": "Int64", "latest_year": "Int64"}
    return pd.DataFrame(rows, columns=READINGS).astype(whole)


def _latest(evidence: Information) -> tuple[int | None, float]:
    if evidence.series.empty:
        return None, nan
    return int(evidence.series["year"].iloc[-1]), float(evidence.series["value"].iloc[-1])
