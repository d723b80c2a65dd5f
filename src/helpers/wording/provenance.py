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
    total = len(shown)
    if not total:
        return "No point is shown."
    if not unread:
        subject = "The one point shown rests" if total == 1 else f"All {total} points shown rest"
        return f"{subject} on a publication that was read."
    no_text = "no text with the figure could be read"
    if total == 1:
        return f"The one point shown is unverified: {no_text}."
    return (
        f"{unread} of {total} points shown {'is' if unread == 1 else 'are'} unverified: {no_text}."
    )
