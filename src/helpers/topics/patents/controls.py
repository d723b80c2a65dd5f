"""Growth before and after a year, beside areas that the same events did not name."""

from math import log, nan

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.topics.parameters import Parameters
from helpers.topics.patents.filings import Filings
from helpers.vintages import peers
from helpers.vintages.series import open_archive

SPAN = 5
"""Growth is measured over at most so many years on each side."""
_COLUMNS = ["control", "count", "from_year", "base_year", "to_year", "own_before", "own_after",
            "control_before", "control_after", "difference_after",
            "difference_in_differences"]  # fmt: skip


def other_areas(raw: RawData, run: Parameters) -> pd.DataFrame:
    """Gather the area beside all others that hold its indicator or a counterpart of it.

    Returns
    -------
    DataFrame
        As `helpers.vintages.peers.compare` returns, counterparts below; an area that already stands
        there under the indicator itself keeps both, told apart by the column indicator.
    """
    archive = open_archive(raw)
    names = raw.areas.set_index("area")
    frames = [
        peers.compare(archive, run.as_of, indicator, run.choice)
        for indicator in (run.indicator, *run.counterparts)
    ]
    table = pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
    return table.assign(
        name=table["area"].map(names["name_en"]), kind=table["area"].map(names["kind"])
    )


def control_series(
    filings: Filings, others: pd.DataFrame, wholes: tuple[str, ...] = ()
) -> dict[tuple[str, str], pd.Series]:
    """Lay out the controls: each other area, and of a larger whole only the rest.

    Parameters
    ----------
    filings : Filings
    others : DataFrame
        As `other_areas` returns.
    wholes : tuple of str
        Areas that contain the area: of these its own count is taken off, so that it is not
        compared with itself. Only under the indicator itself: counterparts are another count, and
        nothing is taken off them.

    Returns
    -------
    dict
        Values by year, by name and indicator.
    """
    found = {}
    rows = others[others["area"].ne(filings.area) | others["indicator"].ne(filings.indicator)]
    for (indicator, area), group in rows.groupby(["indicator", "area"], sort=False):
        values = group.set_index("year")["value"].astype(float)
        name = str(group["name"].iloc[0])
        if indicator == filings.indicator and area in wholes:
            values, name = (values - filings.values).dropna(), f"rest of {name}"
        found[name, indicator] = values[values.gt(0)]
    return found


def control_table(
    own: pd.Series, others: dict[tuple[str, str], pd.Series], cut: int, span: int = SPAN
) -> pd.DataFrame:
    """Compare growth before and after a cut with each control, over years that both have.

    Parameters
    ----------
    own : Series
        Values by year.
    others : dict
        As `control_series` returns.
    cut : int
        The first year after.
    span : int
        Years on each side, at most.

    Returns
    -------
    DataFrame
        One row a control with a shared year on each side of the cut: control, count (indicator),
        from_year, base_year (last shared year before the cut), to_year, and growth in percent a
        year of both, before and after; `before` is NaN without an earlier shared year.
        difference_after is own less control growth after the cut, difference_in_differences what
        that adds to the difference before.
    """
    rows = []
    for (name, indicator), control in others.items():
        shared = sorted(set(own.index) & set(control.index))
        before = [year for year in shared if year < cut]
        after = [year for year in shared if year >= cut]
        if not before or not after:
            continue
        base = before[-1]
        start = next(year for year in before if year >= base - span)
        late = [year for year in after if year <= base + span]
        if not late:
            continue
        rates = {
            f"{who}_{when}": _rate(values, *years)
            for who, values in (("own", own), ("control", control))
            for when, years in (("before", (start, base)), ("after", (base, late[-1])))
        }
        now = rates["own_after"] - rates["control_after"]
        rows.append(
            {"control": name, "count": indicator, "from_year": start, "base_year": base,
             "to_year": late[-1], **rates, "difference_after": now,
             "difference_in_differences": now - rates["own_before"] + rates["control_before"]}
        )  # fmt: skip
    return pd.DataFrame(rows, columns=_COLUMNS)


def _rate(values: pd.Series, first: int, last: int) -> float:
    """Growth in percent a year, as 100 times the mean log growth; NaN over no years."""
    return 100 * log(values[last] / values[first]) / (last - first) if last > first else nan
