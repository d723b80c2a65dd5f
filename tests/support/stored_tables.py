"""Tables of `data/processed` as a report writes them: with a column a field."""

from io import StringIO

import pandas as pd

from helpers.reports.store.folders import WIDE


def wide_again(file):
    """Read a stored table, whichever way it is stored, with the types that its columns have."""
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    if key := WIDE.get(file.name):
        table[key] = table[key].replace("", None).ffill()
        table = table.pivot_table("value", key, "field", "first", sort=False).reset_index()
    return pd.read_csv(StringIO(table.to_csv(index=False)))
