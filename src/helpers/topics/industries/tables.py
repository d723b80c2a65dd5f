"""Tables of a share and its amounts as they are read: rounded, with words for codes."""

import pandas as pd

from helpers.topics.industries.analysis import READINGS, Story
from helpers.topics.industries.level_shifts import counted, footings
from helpers.topics.industries.text import fine, numbers, points, spans
from helpers.wording import english as wording

SHORT_WAYS = {
    "real_growth": "real growth",
    "real_growth_own_prices": "real growth, own prices",
    "year_before": "year before",
    "year_after": "year after",
    "median_year": "median year",
    "unchanged": "unchanged",
}
BREAK_WORDS = {"": "", "no": "documented", "suspected": "suspected"}


OWN_WORDS = {"met": "past the line", "missed": "short of it", "at_the_line": "at the line"}


def figures_view(story: Story) -> pd.DataFrame:
    """Lay out the share year by year: definition, figure, its parts, and how it is known."""
    study = story.study
    table = study.share
    parts = [f.set_index("year")["value"].astype(float) for f in (study.top, study.bottom)]
    return pd.DataFrame(
        {
            "year": table["year"],
            "definition": table["definition"],
            "re-definition": table["break_before"].map(BREAK_WORDS),
            "share, %": [points(study, value) for value in table["value"]],
            "status": table["status"],
            "grade": table["grade"],
            "numerator": numbers(table["year"].map(parts[0]), 0),
            "denominator": numbers(table["year"].map(parts[1]), 0),
            "real growth, %": numbers(table["year"].map(study.real["top"]), 1),
            "of the denominator": numbers(table["year"].map(study.real["bottom"]), 1),
        }
    ).set_index("year")


def agreement_view(table: pd.DataFrame) -> pd.DataFrame:
    """Lay out printed shares beside the shares of their parts."""
    return pd.DataFrame(
        {
            "year": table["year"],
            "as printed, %": numbers(table["share"], 1),
            "of the parts, %": numbers(table["of_parts"], 2),
            "difference, points": numbers(table["difference"], 2),
            "explained by rounding": numbers(table["rounding"], 2),
            "agrees": ["yes" if agrees else "no" for agrees in table["agrees"]],
            "derived from each other": ["yes" if derived else "" for derived in table["derived"]],
        }
    ).set_index("year")


def growth_view(story: Story) -> pd.DataFrame:
    """Lay out growth across each re-definition, of both parts, as printed and as stated."""
    table = story.shifts
    columns = {
        "numerator as printed, %": "top_growth",
        "numerator, stated real growth, %": "top_real_growth",
        "denominator as printed, %": "bottom_growth",
        "denominator, real growth, %": "bottom_real_growth",
    }
    front = {
        "year": table["year"],
        "new definition": table["definition"],
        "kind": table["break_before"].map(BREAK_WORDS),
    }
    growth = {name: numbers(table[column], 1) for name, column in columns.items()}
    return pd.DataFrame(front | growth).set_index("year")


def shift_view(story: Story) -> pd.DataFrame:
    """Lay out what each re-definition did to the level by each way, in percent of it."""
    table = story.shifts
    ways = {name: numbers(table[way], 1) for way, name in SHORT_WAYS.items()}
    return pd.DataFrame({"year": table["year"]} | ways | {"sign": table["sign"]}).set_index("year")


def quiet_view(story: Story) -> pd.DataFrame:
    """Lay out the residual in years without a re-definition."""
    table = story.quiet
    return pd.DataFrame(
        {"year": table["year"], "residual, % of the level": numbers(table["residual"], 1)}
    ).set_index("year")


def scope_view(story: Story) -> pd.DataFrame:
    """Lay out the share on the scope of the base definition by each way, and in constant prices."""
    study = story.study
    table = story.scope[story.scope.index >= study.base_year] if len(story.scope) else story.scope
    years = pd.Series(table.index, dtype=int)
    printed = study.share.set_index("year")["value"].astype(float)
    columns = {"year": years, "as printed": numbers(years.map(printed), 1)}
    columns |= {name: numbers(table[way], 1) for way, name in SHORT_WAYS.items()}
    real = story.chained["real_share"]
    return pd.DataFrame(columns | {"constant prices": numbers(years.map(real), 1)}).set_index(
        "year"
    )


def footing_view(story: Story) -> pd.DataFrame:
    """Lay out the verdict under each definition, counting all shifts asked for or documented."""
    table, study = story.footings, story.study
    sure = footings(study, counted(story.shifts, suspected=False))
    decimals = int(study.share["decimals"].iloc[-1]) + 1 if len(study.share) else 0
    return pd.DataFrame(
        {
            "definition": table["definition"],
            "own last figure": [points(study, value) for value in table["value"]],
            "year": table["last_year"],
            "grade": table["grade"],
            "own figure is": table["own"].map(OWN_WORDS).fillna("–"),
            "latest on this scope": spans(table["low"], table["high"], decimals),
            "margin, points": spans(table["margin_low"], table["margin_high"], 2),
            "ways past the line": table["passing"].astype(str) + " of " + table["ways"].astype(str),
            "counting documented shifts only": spans(sure["low"], sure["high"], decimals),
        }
    ).set_index("definition")


def before_view(table: pd.DataFrame) -> pd.DataFrame:
    """Lay out what the projection said of the target under each choice of splicing."""
    return pd.DataFrame(
        {
            "splice": table["splice"],
            "suspected breaks": ["spliced" if s else "left" for s in table["suspected_breaks"]],
            "as of": [f"{day:%Y-%m-%d}" for day in table["as_of"]],
            "state": table["state"].map(wording.STATE_WORDS),
            "P": [wording.probability(p) for p in table["probability"]],
            "median": numbers(table["median"], 1),
            "80 % interval": spans(table["lower80"], table["upper80"], 1),
        }
    ).set_index("splice")


def candidate_view(story: Story) -> pd.DataFrame:
    """Lay out what was known of each definition when the target was set."""
    table = story.candidates
    days = zip(table["first_known"], table["assumed"], strict=True)
    return pd.DataFrame(
        {
            "definition": table["definition"],
            "first figure public": [wording.day(day, assumed) for day, assumed in days],
            "known then": numbers(table["value"], 1),
            "for": [wording.number(year).replace(",", "") for year in table["year"].astype(float)],
            "line above it, points": numbers(table["asked"], 1),
            "reading": table["reading"].map(READINGS),
        }
    ).set_index("definition")


def sister_view(story: Story) -> pd.DataFrame:
    """Lay out the targets for the same share, as set and on the scope of the base definition."""
    table = story.sisters
    return pd.DataFrame(
        {
            "target": table["target_id"],
            "set on": [f"{day:%Y-%m-%d}" for day in table["set_on"]],
            "for": table["target_year"],
            "asks": numbers(table["value"], 1),
            "known then": numbers(table["known"], 1),
            "under": table["definition"].replace("", "–"),
            "above it, points": numbers(table["asked"], 1),
            f"on the scope of {story.study.base or 'none'}": spans(
                table["scope_low"], table["scope_high"], 1
            ),
        }
    ).set_index("target")


def doubt_view(story: Story, verified: Story) -> pd.DataFrame:
    """Lay out the main finding with and without unverified figures, way by way."""
    columns = {}
    for name, told in (("all figures", story), ("without unverified", verified)):
        base = told.base
        known = len(told.study.share)
        columns[name] = {"points of the share": str(known)} | {
            f"latest on the scope then, {short}": "–" if base is None or pd.isna(base[way])
            else fine(told.study, base[way])
            for way, short in SHORT_WAYS.items()
        }  # fmt: skip
        passed = told.footings["own"].eq("met").sum()
        columns[name]["definitions past the line"] = f"{passed} of {len(told.footings)}"
        columns[name]["ways past the line"] = (
            "–" if base is None else f"{base['passing']} of {base['ways']}"
        )
    return pd.DataFrame(columns)


def sums_view(story: Story) -> pd.DataFrame:
    """Lay out whether the groups of each year add up."""
    table = story.sums
    return pd.DataFrame(
        {
            "year": table["year"],
            "definition": table["definition"],
            "groups": table["groups"].astype(str) + " of " + table["of"].astype(str),
            "unverified": table["unverified"],
            "sum": numbers(table["sum"], 0),
            "printed total": numbers(table["total"], 0),
            "difference, %": numbers(table["difference"], 2),
            "finding": table["finding"],
        }
    ).set_index("year")


def contribution_view(table: pd.DataFrame) -> pd.DataFrame:
    """Lay out contributions of the groups to growth, one column a year."""
    if table.empty:
        return pd.DataFrame(columns=["name"]).set_index("name")
    named = table.assign(year=table["year"].astype(str) + ", points")
    wide = named.pivot_table(index="name", columns="year", values="contribution", sort=False)
    total = wide.sum().rename("all groups")
    both = pd.concat([wide, total.to_frame().T]).rename_axis("group")
    return both.apply(numbers, decimals=2)


def neighbour_view(story: Story) -> pd.DataFrame:
    """Lay out how neighbours moved within one definition, beside the share."""
    table = story.neighbours
    unit = ["points" if str(u).startswith("pct") else "%" for u in table["unit"]]
    ways = {True: "yes", False: "no", None: "not clear"}
    changes = zip(numbers(table["change"], 2), unit, strict=True)
    return pd.DataFrame(
        {
            "neighbour": table["name"],
            "years": table["first_year"].astype(str) + " to " + table["last_year"].astype(str),
            "first": [f"{value:,g}" for value in table["first"]],
            "last": [f"{value:,g}" for value in table["last"]],
            "change a year": [f"{change} {word}" for change, word in changes],
            "share as printed, points a year": numbers(table["share_change"], 2),
            "share on one scope": spans(table["scope_low"], table["scope_high"], 2),
            "same way": [ways[None if pd.isna(same) else bool(same)] for same in table["same_way"]],
        }
    ).set_index("neighbour")
