"""What is known of one share and its two parts on a day, and of the target that is set for it.

Beside it stand the groups of its numerator, and indicators of the same topic.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite, nan

import numpy as np
import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import InputError
from helpers.tables import half_unit
from helpers.targets.assessment import assess
from helpers.targets.specification_curve.curve import decisive_day
from helpers.targets.states import Target, asks_for_level, line_of, read_targets, signing_check
from helpers.topics.industries import level_shifts
from helpers.topics.industries.level_shifts import PARTS, WAYS
from helpers.topics.parameters import Parameters, target_of
from helpers.vintages.series import Archive, best_figures, known_on, known_series, open_archive

TABLE_COLUMNS = [
    "indicator", "area", "definition", "year", "status", "grade", "value", "share_of_parts",
    "numerator", "denominator", "numerator_real_growth", "denominator_real_growth", "break_before",
    "implied_shift", "shift_low", "shift_high", "numerator_index", "denominator_index",
    "real_share", "scope_real_growth", "scope_median_year", "scope_low", "scope_high",
]  # fmt: skip
"""Columns of `industry.csv`: the share as printed and what its parts make of it; stated real growth
in percent; level shifts by real growth and over all ways in percent; indices of the parts with 100
in the base year, and the share that they make at constant prices; the share on the definition known
when the target was set, by two ways and over all of them."""


@dataclass(frozen=True)
class Study:
    """One share of one area as known on a day."""

    raw: RawData
    archive: Archive
    run: Parameters
    indicators: pd.DataFrame
    """The raw table by indicator; `row` is that of the share, with its two parts."""
    share: pd.DataFrame
    numerator: pd.DataFrame
    denominator: pd.DataFrame
    """`share`, `numerator`, `denominator`: known main series of the share and of its parts, not
    spliced (`known_series`); possibly empty."""
    growth: dict[str, pd.DataFrame]
    """The same of the stated real growth of each part."""
    target: Target | None
    """The target that asks for a level of the share."""
    base: str
    base_year: int
    """`base`, `base_year`: definition and year of the latest share known when the target was set;
    of the latest share where none was or there is no target; "" and 0 without any figure."""
    known_then: bool
    """Whether `base` really was known when the target was set."""

    @property
    def row(self) -> pd.Series:
        """Row of the share in the table of indicators."""
        return self.indicators.loc[self.run.indicator]

    @property
    def name(self) -> str:
        """Name of indicator and area."""
        area = self.raw.areas.set_index("area").loc[self.run.area, "name_en"]
        return f"{self.row['name_en']}, {area}"

    @property
    def nothing(self) -> str:
        """Say that there is no figure, and of which grade."""
        return f"{self.name}: no figure{self.run.graded} was public on {self.run.as_of}"

    @property
    def target_ids(self) -> list[str]:
        """The target, as `assess` takes it."""
        return [self.target.target_id] if self.target else []

    @property
    def level(self) -> float:
        """Level that the target asks for; NaN without one."""
        return line_of(self.target, self.share).level if self.target else nan

    @property
    def set_yet(self) -> bool:
        """Whether the target had been set on the as-of date."""
        return self.target is not None and self.target.set_on <= pd.Timestamp(self.run.as_of)

    @property
    def eve(self) -> pd.Timestamp:
        """The last day before the outcome of the target was public, or the as-of date."""
        settled = decisive_day(self.raw, self.target.target_id) if self.target else None
        day = pd.Timestamp(self.run.as_of)
        return day if settled is None else min(day, settled)

    @cached_property
    def verdict(self) -> pd.DataFrame:
        """The target as `helpers.targets.assess` judges it; no row without one."""
        return assess(self.raw, self.run.as_of, self.run.choice, target_ids=self.target_ids)

    @property
    def definitions(self) -> pd.DataFrame:
        """Raw rows of the definitions that the share has figures of, in order of time."""
        return self.raw.definitions.set_index("definition").loc[self.share["definition"].unique()]

    @property
    def amounts(self) -> pd.DataFrame:
        """The two parts as printed, by year."""
        return _by_year({part: getattr(self, part) for part in PARTS})

    @property
    def real(self) -> pd.DataFrame:
        """Stated real growth of the two parts in percent, by year; NaN where not known."""
        return _by_year(self.growth)

    @cached_property
    def steps(self) -> pd.DataFrame:
        """Steps between neighbouring years (`level_shifts.steps`)."""
        return level_shifts.steps(self.share, self.amounts, self.real)

    @cached_property
    def shifts(self) -> pd.DataFrame:
        """Every level shift, documented or suspected (`level_shifts.shifts`)."""
        return level_shifts.shifts(self.steps)

    @property
    def counted(self) -> pd.DataFrame:
        """The level shifts that the parameters count."""
        if self.run.splice == "none":
            return self.shifts.iloc[:0]
        sure = self.shifts["break_before"].eq("no")
        return self.shifts if self.run.suspected_breaks else self.shifts[sure]

    @property
    def later(self) -> pd.DataFrame:
        """Level shifts after the base year, counted or not."""
        return self.shifts[self.shifts.index > self.base_year]

    @property
    def on_base(self) -> pd.DataFrame:
        """The share on the base definition, by way (`level_shifts.on_definition`)."""
        return level_shifts.on_definition(self.share, self.counted, self.base_year)

    @property
    def chained(self) -> pd.DataFrame:
        """The share on the base definition and at constant prices of the base year.

        Returns
        -------
        DataFrame
            By year: `nominal_index` of the numerator as printed, across re-definitions,
            `numerator_index` and `denominator_index` (real growth, base year 100), and
            `real_share`, the base year's share times their ratio; NaN where one is not known.
        """
        columns = ["nominal_index", "numerator_index", "denominator_index", "real_share"]
        if not self.base_year:
            return pd.DataFrame(columns=columns, dtype=float).rename_axis("year")
        real = [level_shifts.chain(self.real[part], self.base_year) for part in PARTS]
        printed = self.amounts["numerator"]
        share = self.share.set_index("year")["value"].astype(float)[self.base_year]
        lines = [100 * printed / printed.get(self.base_year, nan), *real, share * real[0] / real[1]]
        table = pd.concat(dict(zip(columns, lines, strict=True)), axis=1).sort_index()
        return table.loc[self.share["year"].min() : self.share["year"].max()].rename_axis("year")

    def years_of(self, definition: str) -> str:
        """Name a definition by the years of its known figures; one without any by its words."""
        years = self.share.loc[self.share["definition"].eq(definition), "year"]
        if years.empty:
            words = self.raw.definitions.set_index("definition")["description"]
            return str(words[definition])
        first, last = int(years.min()), int(years.max())
        return str(first) if first == last else f"{first}–{last}"

    def passes(self, value: float) -> bool:
        """Say whether a reckoned share passes the line of the target; never without one."""
        figure = pd.DataFrame([{"value": value, "decimals": 12, "qualifier": "exact"}])
        return isfinite(value) and self.own_state(figure) == "met"

    def own_state(self, figures: pd.DataFrame) -> str:
        """Hold the last of some printed figures against the target by the house rule."""
        return "" if self.target is None else signing_check(self.target, figures)[0]

    def per_definition(self, shifts: pd.DataFrame | None = None) -> pd.DataFrame:
        """Hold each definition against the target: its last figure, and the latest figure on it.

        `shifts`: level shifts that count; those of the parameters if left out.

        Returns
        -------
        DataFrame
            By definition: last_year with a figure, value (that figure), grade, own (what the rules
            of `helpers.targets` say of it: "met", "missed", "at_the_line", or "" without a
            target), for each way the latest share on this definition, low and high, passing and
            ways (how many of the ways that have figures pass the line).
        """
        counted = self.counted if shifts is None else shifts
        rows = {}
        for name, figures in self.share.groupby("definition", sort=False):
            last, latest = figures.iloc[-1], self.share.iloc[-1]
            moved = level_shifts.factors(counted, last["year"], latest["year"])
            values = float(latest["value"]) / moved
            rows[name] = {
                "last_year": int(last["year"]),
                "value": float(last["value"]),
                "grade": last["grade"],
                "own": self.own_state(figures),
                **values,
                "low": values.min(),
                "high": values.max(),
                "passing": sum(map(self.passes, values)),
                "ways": int(values.notna().sum()),
            }
        columns = ["last_year", "value", "grade", "own", *WAYS, "low", "high", "passing", "ways"]
        table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        return table.rename_axis("definition")

    def known_then_by_definition(self, day: pd.Timestamp) -> pd.DataFrame:
        """Latest full-year figure of each main definition as known on a day, by definition."""
        until = min(day, pd.Timestamp(self.run.as_of))
        own = best_figures(self._own_figures(until))
        own = own[own["use"].eq("main")].sort_values("year")
        latest = own.drop_duplicates("definition", keep="last")
        return latest.set_index("definition").sort_index()

    def first_known(self) -> pd.DataFrame:
        """First full-year figure of each definition to become public, by definition."""
        own = self._own_figures(self.run.as_of)
        own = own[own["months"].eq(12)].sort_values("known_from")
        return own.drop_duplicates("definition").set_index("definition")

    def _own_figures(self, day) -> pd.DataFrame:
        known = known_on(self.archive, day, self.run.min_grade)
        return known[known["indicator"].eq(self.run.indicator) & known["area"].eq(self.run.area)]

    def other_targets(self) -> pd.DataFrame:
        """Every target for a level of this share, with what was known when it was set.

        Returns
        -------
        DataFrame
            By target known on the as-of date, in order of setting: set_on, target_year, value
            (what it asks for), definition, year and known (the latest figure of that day; NaN if
            none).
        """
        rows = []
        for other in read_targets(self.raw.targets, self.raw.sources):
            same = (other.indicator, other.area) == (self.run.indicator, self.run.area)
            known = other.set_on <= pd.Timestamp(self.run.as_of)
            if same and asks_for_level(other) and known:
                figures = self.known_then_by_definition(other.set_on).reset_index()
                latest = figures.nlargest(1, "year")[["definition", "year", "value"]]
                latest = latest.squeeze() if len(latest) else ("", np.nan, np.nan)
                asked = (other.target_id, other.set_on, other.target_year, other.value)
                rows.append((*asked, *latest))
        columns = ["target_id", "set_on", "target_year", "value", "definition", "year", "known"]
        table = pd.DataFrame(rows, columns=columns)
        return table.sort_values(["set_on", "target_year"]).set_index("target_id")


def _by_year(figures: dict[str, pd.DataFrame]) -> pd.DataFrame:
    values = {name: own.set_index("year")["value"] for name, own in figures.items()}
    table = pd.DataFrame(values, dtype=float).sort_index()
    return table.set_axis(table.index.astype("int64")).rename_axis("year")


def open_study(raw: RawData, run: Parameters) -> Study:
    """Collect what is known of the share that a notebook's parameters ask for.

    Raises `InputError` if the indicator is no share of two others, or the target does not belong to
    it.
    """
    table = raw.indicators.set_index("indicator")
    parts = table[list(PARTS)]
    if not parts.loc[run.indicator].ne("").all():
        shares = ", ".join(table.index[parts.ne("").all(axis=1)])
        raise InputError(
            f"indicator {run.indicator!r}: indicators.csv names no numerator and denominator; "
            f"choose one of {shares}"
        )
    target, archive = target_of(raw, run), open_archive(raw)
    if target is not None and not asks_for_level(target):
        raise InputError(
            f"target {run.target_id} asks for no level of {run.indicator}; choose one that does"
        )

    def series(indicator: str, day=run.as_of) -> pd.DataFrame:
        choice = replace(run.choice, splice="none", definition="")
        return known_series(archive, day, choice, indicator=indicator, area=run.area)

    share = series(run.indicator)
    named = {part: table.loc[parts.loc[run.indicator, part], "real_growth"] for part in PARTS}
    then = share.iloc[:0]
    if target is not None and len(share) and target.set_on <= pd.Timestamp(run.as_of):
        then = series(run.indicator, target.set_on)
    last = (then if len(then) else share).tail(1)
    return Study(
        raw, archive, run, table, share,
        **{part: series(parts.loc[run.indicator, part]) for part in PARTS},
        growth={part: series(name) if name else share.iloc[:0] for part, name in named.items()},
        target=target, base="".join(last["definition"]), base_year=int(last["year"].sum()),
        known_then=bool(len(then)),
    )  # fmt: skip


def group_names(study: Study) -> dict[str, list[str]]:
    """List the groups of each definition of the numerator.

    A group is an indicator that the raw table counts under the same definition as the numerator,
    in the numerator's unit.
    """
    units, numerator = study.indicators["unit"], study.row["numerator"]
    names: dict[str, list[str]] = {}
    for row in study.raw.definitions.itertuples():
        members = row.indicator.split(";")
        if numerator in members:
            same = [m for m in members if m != numerator and units[m] == units[numerator]]
            names |= {row.definition: same} if same else {}
    return names


def group_figures(study: Study) -> pd.DataFrame:
    """Full-year figures of all groups as known on the day, definition by definition.

    Returns
    -------
    DataFrame
        Columns definition, year, indicator, area, name, value (unit of the numerator), grade,
        source_id and of (how many groups the definition has); in order of year, largest group of
        a year first.
    """
    named = group_names(study)
    every = {group for groups in named.values() for group in groups}
    known = known_on(study.archive, study.run.as_of, study.run.min_grade)
    own = best_figures(known[known["area"].eq(study.run.area) & known["indicator"].isin(every)])
    fits = [row.indicator in named.get(row.definition, []) for row in own.itertuples()]
    own = own[pd.Series(fits, index=own.index, dtype=bool)]
    names = own["indicator"].map(study.indicators["name_en"]).map(short_name).astype("str")
    own = own.assign(name=names, of=own["definition"].map(named).str.len().astype(float))
    columns = ["definition", "year", "indicator", "area", "name", "value", "grade", "source_id",
               "of"]  # fmt: skip
    return own.sort_values(["year", "value"], ascending=[True, False], ignore_index=True)[columns]


def short_name(name: str) -> str:
    """Leave out what all group names share: the words up to a first comma."""
    head, comma, tail = name.partition(", ")
    return (tail[:1].upper() + tail[1:]) if comma else head


def print_slack(figures: pd.DataFrame) -> pd.Series:
    """How far each printed figure can lie from the true one, as a part of it, by year.

    `figures`: columns year, value, decimals and qualifier.
    """
    rows = figures.itertuples()
    slack = [half_unit(row.value, int(row.decimals), row.qualifier) / row.value for row in rows]
    return pd.Series(slack, index=figures["year"], dtype=float)


def neighbour_names(study: Study) -> list[str]:
    """Other indicators of the same topic: neither the share and its parts, nor groups of it."""
    table = study.indicators
    own = {study.run.indicator, study.row["numerator"], study.row["denominator"]}
    own |= {group for groups in group_names(study).values() for group in groups}
    own |= set(table.loc[table.index.isin(own), "real_growth"])
    return table.index[table["topic"].eq(study.row["topic"]) & ~table.index.isin(own)].tolist()


def neighbour_series(study: Study) -> pd.DataFrame:
    """Known series of the neighbours with their names, not spliced, in order of the raw table."""
    choice = replace(study.run.choice, splice="none", definition="")
    parts = [
        known_series(study.archive, study.run.as_of, choice, indicator=name, area=study.run.area)
        for name in neighbour_names(study)
    ]
    series = pd.concat([p for p in parts if len(p)] or [study.share.iloc[:0]], ignore_index=True)
    return series.assign(name=series["indicator"].map(study.indicators["name_en"]).astype("str"))
