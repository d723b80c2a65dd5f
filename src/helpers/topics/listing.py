"""A table as a page shows it: nothing missing, nothing empty."""

import pandas as pd
from IPython.display import Markdown

from helpers.tables import dashed


def listed(table: pd.DataFrame, otherwise: str) -> pd.DataFrame | Markdown:
    """Show a table with a dash where a cell holds nothing, or a sentence where it has no row.

    Parameters
    ----------
    table : DataFrame
        Rounded already. Days lose their time of day, and a zero its minus.
    otherwise : str
        Says why there is nothing to show.
    """
    if table.empty:
        return Markdown(otherwise)
    shown = table.copy()
    for place, kind in enumerate(table.dtypes):
        column = table.iloc[:, place]
        if pd.api.types.is_float_dtype(kind):
            column = column.mask(column.eq(0), 0.0)
        if pd.api.types.is_datetime64_any_dtype(kind):
            column = column.dt.strftime("%Y-%m-%d")
        shown.isetitem(place, column)
    return dashed(shown)
