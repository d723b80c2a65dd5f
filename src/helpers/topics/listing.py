"""A table with a reason in its place where it has no row."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.wording import prose

if TYPE_CHECKING:
    from IPython.display import Markdown


def listed(table: pd.DataFrame, otherwise: str) -> "pd.DataFrame | Markdown":
    """Show a table, or a sentence where it has no row.

    Parameters
    ----------
    table : DataFrame
        Rounded already; `helpers.charts.display.table_html` lays it out.
    otherwise : str
        Says why there is nothing to show.
    """
    return prose(otherwise) if table.empty else table
