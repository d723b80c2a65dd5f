"""Tables of a story's amounts as they are read: groups, contributions and neighbours."""

import pandas as pd

from helpers.topics.industries.analysis import Story
from helpers.topics.industries.words import numbers, spans


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
