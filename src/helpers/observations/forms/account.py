"""What was understood of a file, in lines, and the names of its figures."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.observations.forms.numerals import status_of
from helpers.observations.forms.readings import Readings


def long_names(readings: Readings) -> pd.Categorical:
    """Name the series of each figure by area and series, where each of them varies."""
    pairs = readings.frame["series"].astype("int64") * len(readings.areas) + readings.frame["area"]
    places, unique = pd.factorize(pairs)
    named = [long_name(readings, *divmod(pair, len(readings.areas))) for pair in unique]
    codes, names = pd.factorize(np.array(named, dtype=object))
    return pd.Categorical.from_codes(codes[places], categories=pd.Index(names))


def long_name(readings: Readings, series: int, area: int) -> str:
    """Name a series by its area and what it is, where each of them varies in the file."""
    place, name = readings.areas[area].name, readings.series[series].name
    several = len(readings.areas) > 1, len(readings.series) > 1
    told = ": ".join(text for text in (place * several[0], name * several[1]) if text)
    return told or place or name


def account_of(readings: Readings) -> list[str]:
    """Say in lines what was understood of a file, and what was passed over."""
    frame = readings.frame
    first = readings.layouts[0]
    places = {"years across": first.year is None, "years down": first.year is not None}
    laid = next(name for name, is_so in places.items() if is_so)
    lines = [
        f"form: {first.title}, {laid}"
        + f", {len(readings.layouts)} sheets" * (len(readings.layouts) > 1)
    ]
    used = [readings.series[i] for i in sorted(set(frame["series"]))]
    lines.append(f"series: {_some([s.name for s in used])}")
    areas = [readings.areas[i].name for i in sorted(set(frame["area"]))]
    if any(areas):
        lines.append(f"areas: {_some(areas)}")
    held = {*frame["area"], *(area for _, area in readings.faulty)}
    without = [area.name for i, area in enumerate(readings.areas) if i not in held and area.name]
    if without:
        lines.append(f"no figure at all: {_some(without, 40)}")
    if len(frame):
        lines.append(f"figures: {len(frame):,}, {frame['year'].min()} to {frame['year'].max()}")
    units = list(dict.fromkeys(s.unit for s in used if s.unit))
    in_name = all(s.name.endswith((")", "）")) for s in used)
    told = "in the name of the series" if in_name else "not in the file"
    lines.append(f"unit: {_some(units) if units else told}")
    flagged = frame[frame["flag"].ne("") & frame["flag"].notna()]
    for (flag, status), count in flagged.groupby(["flag", "status"]).size().items():
        meaning = status_of(first.scheme, str(flag))[1]
        if meaning == "normal":
            continue
        told = f"{status or 'final'}" + (f" ({meaning})" if meaning else "")
        lines.append(f"flag {flag}: {count:,} x {told}")
    lines += [f"passed over: {count:,} {what}" for what, count in readings.passed.items()]
    columns = list(dict.fromkeys(name for layout in readings.layouts for name in layout.passed))
    lines += [f"columns not read: {', '.join(columns)}"] * bool(columns)
    return lines + [f"note: {note}" for note in dict.fromkeys(readings.notes)]


def _some(names: Sequence[str], most: int = 5) -> str:
    """List some names, and how many there are."""
    names = list(dict.fromkeys(names))
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return "; ".join(names[:most]) + more
