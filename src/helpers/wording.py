"""Words and number forms of verdicts, in English."""

from math import isnan

import pandas as pd

STATE_WORDS = {
    "already_met_at_signing": "already met at signing",
    "met": "met",
    "missed": "missed",
    "at_the_line": "at the line",
    "open": "open",
    "no_data": "no data",
    "not_numeric": "not numeric",
}
UNIT_WORDS = {
    "cny_100m": "billion yuan",  # ten of 亿 (100 million); `scaled` divides
    "pct": "% on the year before",
    "pct_gdp": "% of GDP",
    "pct_industry": "% of industrial value added",
    "count": "",
    "per_10k": "per 10,000 residents",
    "pct_per_year": "% a year on average",
    "pct_of_2020": "% of the 2020 level",
}
OPERATOR_WORDS = {
    "ge": "at least",
    "gt": "more than",
    "approx": "about",
    "avg_ge": "on average at least",
    "growth_ge": "growth of at least",
    "growth_gt": "growth of more than",
}
# Calibrated language of the IPCC (Mastrandrea et al. 2010, Guidance Note on the Treatment of
# Uncertainties): lower bound of each class.
LIKELIHOODS = (
    (0.99, "virtually certain"),
    (0.90, "very likely"),
    (0.66, "likely"),
    (0.33, "about as likely as not"),
    (0.10, "unlikely"),
    (0.01, "very unlikely"),
    (0.0, "exceptionally unlikely"),
)


def axis(unit: str) -> str:
    """Name a unit on an axis: values stand there as published, and a count needs a word."""
    return {"cny_100m": "100 million yuan", "count": "number"}.get(unit, UNIT_WORDS.get(unit, unit))


def number(value: float, decimals: int = 0) -> str:
    """Write a number with thousands separators; an en dash where it is missing."""
    return "–" if isnan(value) else f"{value:,.{int(decimals)}f}"


def scaled(value: float, decimals: int, unit: str) -> str:
    """Write a value as `amount` does, without its unit."""
    if unit == "cny_100m":
        value, decimals = value / 10, 0 if value % 10 == 0 else 1
    return number(value, decimals)


def amount(value: float, decimals: int, unit: str) -> str:
    """Write a value with its unit."""
    return f"{scaled(value, decimals, unit)} {UNIT_WORDS.get(unit, unit)}".rstrip()


def probability(p: float) -> str:
    """Write a probability in percent; beyond 1 and 99 % only the bound is claimed."""
    if isnan(p):
        return "–"
    if p > 0.99:
        return "> 99 %"
    if p < 0.01:
        return "< 1 %"
    return f"{100 * p:.0f} %"


def equation(p: float) -> str:
    """Write a probability as an equation or inequality: "P = 87 %", "P > 99 %"."""
    text = probability(p)
    return f"P {text}" if text[0] in "<>" else f"P = {text}"


def likelihood(p: float) -> str:
    """Put a probability into the words of the IPCC; empty where there is none."""
    if isnan(p):
        return ""
    return next(words for bound, words in LIKELIHOODS if p >= bound)


def day(when: pd.Timestamp, assumed: bool = False) -> str:
    """Write a day, and say where it is assumed."""
    return f"{when:%Y-%m-%d}" + (" (assumed)" if assumed else "")


def line(operator: str, value: float, decimals: int, unit: str) -> str:
    """Write what a target asks for, such as "more than 38 % of GDP"."""
    return f"{OPERATOR_WORDS[operator]} {amount(value, decimals, unit)}"


def figure(row: pd.Series) -> str:
    """Write a figure with its year, status and grade."""
    value = amount(row["value"], row["decimals"], row["unit"])
    known = day(row["known_from"], row["known_from_assumed"])
    return f"{value} for {row['year']} ({row['status']}, {row['grade']}, public {known})"


def reason(evidence, state: str, forecast: dict[str, float] | None) -> str:
    """Say in English why a target has its state.

    Parameters
    ----------
    evidence : helpers.evidence.Evidence
    state : str
        One of `helpers.targets.STATES`.
    forecast : dict or None
        As `helpers.assessment.forecast` returns for one target.
    """
    target = evidence.target
    if state == "not_numeric":
        return "The plan names no number."
    if state == "no_data":
        return "No figure was public."
    asked = line(target.operator, target.value, target.decimals, target.unit)
    latest = figure(evidence.figure)
    if evidence.settled:
        verdict = {"met": "meets", "missed": "misses", "at_the_line": "lies on the line of"}[state]
        return f"{latest} {verdict} the target of {asked}."
    signed = any(check.state == "met" for check in evidence.signing)
    sentences = [_signing(evidence)] if signed else []
    sentences.append(f"The latest figure is {latest}; the target is {asked}.")
    if forecast is None:
        count = len(evidence.series)
        few = f"{count} {'point is' if count == 1 else 'points are'} too few for a projection."
        ahead = "A figure for the target year is there, but it is not an outcome."
        late = evidence.figure["year"] >= target.target_year
        return " ".join([*sentences, ahead if late else few])
    return " ".join([*sentences, _outlook(target, evidence.figure["unit"], forecast)])


def _outlook(target, unit: str, forecast: dict[str, float]) -> str:
    """Give the projection for the target year, and the probability or what it lacks."""
    decimals = target.decimals + 1 if forecast["median"] < 100 else 0
    lower, upper = (scaled(forecast[name], decimals, unit) for name in ("lower80", "upper80"))
    outlook = (
        f"Projected for {target.target_year}: {amount(forecast['median'], decimals, unit)} "
        f"(80 % interval {lower} to {upper})"
    )
    if isnan(forecast["probability"]):
        return f"{outlook}; no probability, as there is no figure for {target.base_year} yet."
    return f"{outlook}, so {equation(forecast['probability'])}."


def _signing(evidence) -> str:
    """Say which figure had already passed the line, and on what day."""
    passed = [check for check in evidence.signing if check.state == "met"]
    # Of two days the one whose figure can be read is the better witness.
    check = min(passed, key=lambda check: check.figure["grade"] == "unverified")
    row = check.figure
    value = amount(row["value"], row["decimals"], row["unit"])
    unread = " (unverified)" if row["grade"] == "unverified" else ""
    return (
        f"When the target was {check.event}, on {day(check.day)}, {value} for {row['year']}{unread}"
        " was already known."
    )
