"""How much of what is shown rests on figures that no located publication supports."""

import pandas as pd


def unverified_points(*figures: pd.DataFrame) -> str:
    """Say how many of the figures shown are unverified.

    Parameters
    ----------
    *figures : DataFrame
        Figures or series with the columns indicator, area, year, value and grade. A figure that
        stands in several of them counts once.
    """
    columns = ["indicator", "area", "year", "value", "grade"]
    shown = pd.concat([frame[columns] for frame in figures]).drop_duplicates()
    unread = int(shown["grade"].eq("unverified").sum())
    if not unread:
        return f"All {len(shown)} points shown rest on a publication that was read."
    return (
        f"{unread} of {len(shown)} points shown are unverified: no text with the figure could be "
        "read."
    )
