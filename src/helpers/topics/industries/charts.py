"""The charts of a share and its amounts, with their captions; words where nothing is drawn."""

import pandas as pd

from helpers import charts
from helpers.targets.states import Target
from helpers.topics import verdicts as general
from helpers.topics.industries import text
from helpers.topics.industries.analysis import Story
from helpers.topics.industries.level_shifts import SPLICE_WAYS, WAYS
from helpers.topics.industries.text import signed
from helpers.wording import english as wording
from helpers.wording.markdown import prose


def definitions_picture(story: Story, **options):
    """Chart of the share under each definition, with the share on the scope of the signing."""
    study = story.study
    if study.share.empty:
        return prose(
            f"No chart: of {study.name} no figure{study.grade_words} was public on "
            f"{study.run.as_of}."
        )
    texts = study.definitions["description"]
    return charts.segment_chart(
        study.share,
        title=_definitions_title(story),
        unit=wording.axis(study.unit),
        source=source(story, study.share),
        words=texts.to_dict(),
        target=target_mark(story),
        scope=_scope_band(story),
        scope_words=f"on the scope of {study.years_of(study.base)}",
        band_words="range of the ways",
        **options,
    )


def _definitions_title(story: Story) -> str:
    study, base, latest = story.study, story.base, story.study.share.iloc[-1]
    number = wording.number(latest["value"], latest["decimals"])
    head = f"{study.name}: {number} in {latest['year']} as printed"
    if base is not None and _scope_band(story) is not None:
        own = f"of {study.years_of(study.base)}"
        scope = "known when the target was set" if study.known_then else own
        return f"{head}, {text.span(study, base)} on the scope {scope}"
    if study.target is None:
        return head
    passed, count = story.footings["own"].eq("met").sum(), len(story.footings)
    if count == 1:
        return f"{head}, {'past' if passed else 'not past'} the target"
    return f"{head}; {passed} of {count} definitions end past the target"


def _scope_band(story: Story) -> pd.DataFrame | None:
    """Years after the base year on the base scope; None where no counted break follows."""
    study = story.study
    if not story.counted["year"].gt(study.base_year).any():
        return None
    table = story.scope[story.scope.index >= study.base_year]
    middle = SPLICE_WAYS[study.run.splice]
    band = pd.DataFrame(
        {"low": table.min(axis=1), "middle": table[middle], "high": table.max(axis=1)}
    )
    return band.reset_index()


def shifts_picture(story: Story, **options):
    """Chart of the level shifts: range over the ways, beside the residual of quiet years."""
    table, quiet = story.shifts, story.quiet
    if table.empty:
        return prose(text.shift_reading(story))
    doubted = _doubted_years(story)
    rows = [
        {
            "label": f"{row.year}{'' if row.break_before == 'no' else ' ?'}",
            "note": f"{signed(row.low)} to {signed(row.high)} %, {_kind(row.break_before)}",
            "low": row.low,
            "high": row.high,
            "ticks": [getattr(row, way) for way in WAYS if pd.notna(getattr(row, way))],
            "middle": row.real_growth,
            "middle_hollow": row.year in doubted,
            "value": float("nan"),
            "hollow": False,
        }
        for row in table.itertuples()
    ]
    band = (quiet["residual"].min(), quiet["residual"].max()) if len(quiet) else None
    return charts.range_chart(
        pd.DataFrame(rows),
        title=_shifts_title(story),
        unit="shift of the level at the re-definition, %",
        source=source(story, *story.study.shown),
        line=(0.0, "no shift"),
        marks={"bar": "range of the ways", "middle": "by real growth"},
        band=band,
        band_words="same residual in years without a re-definition",
        **options,
    )


def _shifts_title(story: Story) -> str:
    table = story.shifts
    counts = table["sign"].value_counts()
    up, down, unclear = (int(counts.get(sign, 0)) for sign in ("up", "down", "unclear"))
    if len(table) == 1:
        did = "raised the share" if up else "lowered the share" if down else "left the sign open"
        return f"The re-definition of {table['year'].iloc[0]} {did}, by all ways of reckoning"
    return (
        f"Of {len(table)} re-definitions {up} raised the share by every way of reckoning, {down} "
        f"lowered it, and {unclear} left the sign open"
    )


def _kind(mark: str) -> str:
    return "documented" if mark == "no" else "suspected"


def footings_picture(story: Story, **options):
    """Chart of the verdict under each definition: own last figure, latest figure on its scope."""
    study, table, mark = story.study, story.footings, target_mark(story)
    if study.target is None or mark is None or table.empty:
        return prose("No chart: there is no target or no figure to hold against it.")
    if len(table) == 1:
        return prose("No chart: all figures follow one definition, so there is nothing to compare.")
    latest, number = study.share.iloc[-1], wording.number
    doubted = _doubted_years(story) & set(story.counted["year"])
    rows = [
        {
            "label": study.years_of(row.definition),
            "note": f"{number(row.value, int(latest['decimals']))} in {row.last_year}"
            + (f"; {latest['year']} on this scope {_range(row.low, row.high)}" if moved else ""),
            "low": row.low if moved else float("nan"),
            "high": row.high if moved else float("nan"),
            "ticks": [getattr(row, way) for way in WAYS if pd.notna(getattr(row, way))],
            "middle": row.real_growth if moved else float("nan"),
            "middle_hollow": any(year > row.last_year for year in doubted),
            "value": row.value,
            "hollow": row.grade == "unverified",
        }
        for row in table.itertuples()
        for moved in [row.last_year < latest["year"]]
    ]
    return charts.range_chart(
        pd.DataFrame(rows),
        title=_footings_title(story, study.target),
        unit=wording.axis(study.unit),
        source=source(story, study.share),
        line=mark[1:],
        marks={
            "bar": f"{latest['year']} on this scope, range of the ways",
            "middle": "by real growth",
            "value": "own last figure",
        },
        **options,
    )


def _footings_title(story: Story, target: Target) -> str:
    table = story.footings
    year = story.study.share["year"].iloc[-1]
    sure = table["passing"].eq(table["ways"]) & table["ways"].gt(0)
    value = wording.number(target.value, target.decimals)
    open_ones = table.loc[~sure, "definition"].map(story.study.years_of).tolist()
    said = f"On the scope of {sure.sum()} of {len(table)} definitions {year} lies past {value}"
    said += " whichever way it is reckoned"
    return said if not open_ones else f"{said}; not so for {text.those_of(open_ones)}"


def _range(low: float, high: float) -> str:
    if pd.isna(low):
        return "not known"
    if round(low, 1) == round(high, 1):
        return wording.number(low, 1)
    return f"{wording.number(low, 1)} to {wording.number(high, 1)}"


def _doubted_years(story: Story) -> set[int]:
    """Years whose stated real growth, of either part, is unverified."""
    figures = story.study.growth_figures
    return set(figures.loc[figures["grade"].eq("unverified"), "year"].astype(int))


def source(story: Story, *tables: pd.DataFrame) -> str:
    """Write the line of sources of some tables with source_id and grade."""
    shown = pd.concat([table[["source_id", "grade"]] for table in tables], ignore_index=True)
    return general.source_line(shown, story.study.raw, story.study.run.as_of)


def target_mark(story: Story) -> tuple[int, float, str] | None:
    """Give year, level and label of the target for a chart; None without one."""
    study = story.study
    if study.target is None:
        return None
    value = wording.number(study.target.value, study.target.decimals)
    return study.target.target_year, study.level, f"target {value}"


def indices_picture(story: Story, **options):
    """Chart of the chained indices beside the numerator as printed."""
    study, table = story.study, story.chained
    if table.empty or table["top_index"].notna().sum() < 2:
        return prose(text.chain_reading(story))
    names = study.raw.indicators.set_index("indicator")["name_en"]
    top, bottom = names[study.numerator], names[study.denominator]
    kinds = {
        "nominal_index": ("numerator as printed", True),
        "top_index": ("numerator, constant prices and scope", False),
        "bottom_index": ("denominator, constant prices", False),
    }
    runs = study.top.set_index("year")
    parts = []
    for column, (name, printed) in kinds.items():
        own = table[column].dropna()
        grades = (runs["grade"] if printed else _growth_grades(story, column)).reindex(own.index)
        part = runs["definition"].reindex(own.index) if printed else column
        parts.append(
            pd.DataFrame({"path": name, "part": part, "year": own.index, "value": own.to_numpy(),
                          "printed": printed, "hollow": grades.eq("unverified").to_numpy()})
        )  # fmt: skip
    return charts.index_chart(
        pd.concat(parts, ignore_index=True),
        title=_indices_title(story),
        unit=f"{study.base_year} = 100",
        source=source(story, study.top, study.growth_figures),
        notes=(
            f"numerator: {top}; denominator: {bottom}; hollow: an unverified figure; solid lines "
            "join one definition only",
        ),
        **options,
    )


def _growth_grades(story: Story, column: str) -> pd.Series:
    """Grades of the growth figures by year, of the part that a column is chained from."""
    part = story.study.numerator if column == "top_index" else story.study.denominator
    name = story.study.raw.indicators.set_index("indicator").loc[part, "real_growth"]
    own = story.study.growth_figures
    return own[own["indicator"].eq(name)].set_index("year")["grade"]


def _indices_title(story: Story) -> str:
    table, base = story.chained, story.study.base_year
    both = table.dropna(subset=["top_index", "bottom_index"])
    year = int(both.index[-1])
    if year == base:
        year = int(both.index[0])
    first, last = min(year, base), max(year, base)

    def growth(column: str) -> str:
        values = table[column]
        return f"{100 * (values[last] / values[first] - 1):.0f}"

    nominal = "" if table["nominal_index"].loc[[first, last]].isna().any() else (
        f"; as printed, across re-definitions, it grew by {growth('nominal_index')} %"
    )  # fmt: skip
    return (
        f"From {first} to {last} the numerator grew by {growth('top_index')} % at constant prices, "
        f"the denominator by {growth('bottom_index')} %{nominal}"
    )


def groups_picture(story: Story, **options):
    """Chart of the groups, year by year, of the years in which every group has a figure."""
    sums = story.sums
    whole = sums[sums["finding"].ne("incomplete")]
    if whole.empty:
        return prose("No chart: in no year are all groups of a definition known.")
    own = story.groups.merge(whole[["definition", "year"]], on=["definition", "year"])
    units = story.study.raw.indicators.set_index("indicator")["unit"]
    return charts.stack_chart(
        own,
        whole[["year", "total"]],
        title=text.groups_reading(whole),
        unit=wording.axis(units[story.study.numerator]),
        source=source(story, own),
        **options,
    )
