"""What the on-track rules are asked of a target, as known on a day, or why they cannot be asked."""

from math import isfinite, nan

import pandas as pd

from helpers.targets import states as targets
from helpers.targets.information import Evidence
from helpers.targets.on_track.readings import COLUMNS, apply_rules
from helpers.targets.on_track.registry import RULES
from helpers.targets.states import Target
from helpers.vintages.series import Archive, SeriesChoice, known_series


def base_year_of(
    archive: Archive, target: Target, choice: SeriesChoice, event: str = "set"
) -> int | None:
    """Year from which progress counts: the target's own, or the latest known at its making.

    Parameters
    ----------
    event : str
        "set", or "made public".
    """
    if target.base_year:
        return target.base_year
    place = {"indicator": target.indicator, "area": target.area}
    day = target.published if event == "made public" else target.set_on
    known = known_series(archive, day, choice, **place)
    return int(known["year"].max()) if len(known) else None


def not_for_rules(evidence: Evidence, base_year: int | None) -> str:
    """Say why no rule can be applied at all; empty where they can."""
    target = evidence.target
    if base_year is None:
        return "no figure was known when the target was set"
    if evidence.scale == "linear":
        return "the indicator is a growth rate: growth of growth means nothing"
    if target.asks.has_ceiling:
        return "a ceiling or a range: the rules are laid out for targets to be risen to"
    if base_year >= target.target_year:
        return "the plan is shorter than a year"
    line = targets.line_of(target, evidence.series)
    return "" if isfinite(line.level) else line.missing or "the line is not known yet"


def plan_of(evidence: Evidence, base_year: int) -> dict[str, float]:
    """Lay out a target for the rules: its `base_year`, `level` and `target_year`."""
    target = evidence.target
    level = targets.line_of(target, evidence.series).level
    return {"base_year": base_year, "level": level, "target_year": target.target_year}


def ask_rules(evidence: Evidence, base_year: int | None) -> pd.DataFrame:
    """Ask every rule about one target on one day.

    Parameters
    ----------
    evidence : Evidence
    base_year : int or None
        As `base_year_of` returns.

    Returns
    -------
    DataFrame
        `target_id` and `day`, then the columns of `helpers.targets.on_track.readings.apply_rules`;
        where the rules cannot be asked, each refuses with the same reason.
    """
    why_not = not_for_rules(evidence, base_year)
    if why_not:
        table = _refused(evidence.series, why_not, base_year)
    else:
        table = apply_rules(evidence.series, **plan_of(evidence, base_year))
    table = table.astype({"base_year": "Int64", "latest_year": "Int64"})
    return table.assign(target_id=evidence.target.target_id, day=evidence.as_of)


def _refused(series: pd.DataFrame, why_not: str, base_year: int | None) -> pd.DataFrame:
    latest = series.iloc[-1] if len(series) else {"year": pd.NA, "value": nan}
    same = dict.fromkeys(COLUMNS, "") | {"value": nan, "bar": nan, "base_value": nan}
    same |= {"sound": False, "refused": why_not, "why": why_not, "base_year": base_year}
    same |= {"latest_year": latest["year"], "latest_value": float(latest["value"])}
    facts = ("owner", "window", "certainty")
    return pd.DataFrame(
        same | {"rule": rule.name, **{name: getattr(rule, name) for name in facts}}
        for rule in RULES
    )
