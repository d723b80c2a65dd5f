"""The answer on a ratio: what drove it, and what its levels ask for; every number is computed."""

from helpers.topics.parameters import Parameters
from helpers.topics.research.contributions import contributions, past_growth
from helpers.topics.research.forms import did, inside, percent, signed
from helpers.topics.research.parts import Parts
from helpers.topics.research.requirements import Outset, outset, required_growth
from helpers.wording.english import counted


def answer(parts: Parts, solid: Parts, run: Parameters) -> str:
    """Say what drove the ratio, what its levels ask for, and what is left without doubtful points.

    Parameters
    ----------
    parts, solid : Parts
        With `run`, and with `run.verified`.
    run : Parameters
    """
    head = f"As known on **{run.as_of}**, {parts.name}, {parts.area_name}:"
    if len(parts.table) < 2:
        return f"{head} {_too_few(parts)}"
    lines = [f"**{_drive(parts)}**", _redefined(parts), _past(parts), *_asked(parts, run),
             _without(parts, solid)]  # fmt: skip
    if parts.implied:
        lines.append(
            f"No figures of {inside(parts.denominator_name)} are held for {parts.area_name}: it is "
            "taken as the numerator over the printed ratio, with its rounding."
        )
    return "\n".join([head, "", *[f"- {line}" for line in lines if line]])


def _too_few(parts: Parts) -> str:
    count = len(parts.table)
    years = "no year" if not count else f"only {parts.table['year'].iloc[0]}"
    return (
        f"{years} has both {inside(parts.numerator_name)} and {inside(parts.denominator_name)}, "
        "so what drove the ratio cannot be said."
    )


def _drive(parts: Parts) -> str:
    steps, table = contributions(parts), parts.table
    first, last = table.iloc[0], table.iloc[-1]
    up, down = (steps[f"{side}_points"].sum() for side in ("numerator", "denominator"))
    return (
        f"From {first['year']} to {last['year']} the ratio went from {first['ratio']:.2f} to "
        f"{last['ratio']:.2f} %: {inside(parts.numerator_name)} {did(up)} points, "
        f"{inside(parts.denominator_name)} {did(down)}."
    )


def _redefined(parts: Parts) -> str:
    """Say how much of the change falls into steps across a change of definition."""
    steps = contributions(parts)
    across = steps[steps["break_before"].ne("")]
    if across.empty:
        return ""
    sure = int(across["break_before"].eq("no").sum())
    return (
        f"{len(across)} of {counted(len(steps), 'step')} cross a change of definition "
        f"({sure} sure, {len(across) - sure} suspected): {signed(across['change'].sum())} of the "
        f"{signed(steps['change'].sum())} points fall into them."
    )


def _past(parts: Parts) -> str:
    growth = past_growth(parts, (5,))
    if growth.empty:
        growth = past_growth(parts, (len(parts.table) - 1,))
    if growth.empty:
        return ""
    row = growth.iloc[0]
    return (
        f"Over the last {counted(row['years'], 'year')} {inside(parts.numerator_name)} grew "
        f"{percent(row['numerator_growth'])} a year and {inside(parts.denominator_name)} "
        f"{percent(row['denominator_growth'])}, which is also the growth at which the ratio would "
        "have stood still."
    )


def _asked(parts: Parts, run: Parameters) -> list[str]:
    """Say what each level asks for at the middle one of the growth rates."""
    start = outset(parts)
    if not run.levels or not run.growth_rates or run.last_year <= start.year:
        return []
    growth = sorted(run.growth_rates)[len(run.growth_rates) // 2]
    asked = [_level(start, level, growth, run.last_year) for level in run.levels]
    grows = f"With {inside(parts.denominator_name)} growing {percent(growth, 0)} a year"
    return [f"{grows} until {run.last_year}, {inside(parts.numerator_name)} {', '.join(asked)}."]


def _level(start: Outset, level: float, growth: float, last_year: int) -> str:
    rate = required_growth(start, level, growth, last_year)
    if rate < 0:
        return f"may shrink {percent(-rate)} a year without a fall below {level:g} %"
    aim = f"to hold {level:g} %" if start.ratio >= level else f"to reach {level:g} % by then"
    return f"must grow {percent(rate)} a year {aim}"


def _without(parts: Parts, solid: Parts) -> str:
    if len(solid.table) == len(parts.table):
        return "All of it rests on figures that could be read."
    dropped = len(parts.table) - len(solid.table)
    head = f"Without unverified points {dropped} of {len(parts.table)} years fall out"
    if len(solid.table) < 2:
        return f"{head}, and what drove the ratio cannot be said."
    same = "" if outset(solid) != outset(parts) else " What the levels ask for does not change."
    return f"{head}. {_drive(solid)}{same}"
