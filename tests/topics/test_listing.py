"""Tables on a page: no cell is missing, and none stands empty under its heading."""

import numpy as np
import pandas as pd
from IPython.display import Markdown

from helpers.tables import DASH
from helpers.topics.listing import listed


def test_what_is_missing_is_a_dash_and_a_zero_has_no_minus():
    day = pd.to_datetime(["2020-01-02", None])
    table = pd.DataFrame(
        {"a": [1.5, np.nan], "b": [-0.0, 2.0], "c": ["x", None], "d": day}, index=[2019, 2020]
    )
    shown = listed(table, "Nothing.")
    html = shown.to_html()
    assert not any(word in html for word in ("NaN", "None", "NaT", "-0.0", "00:00"))
    assert shown.loc[2020, ["a", "c", "d"]].tolist() == [DASH] * 3
    assert shown["b"].dtype == float and np.isnan(table.loc[2020, "a"])


def test_a_table_without_rows_is_a_sentence():
    shown = listed(pd.DataFrame({"a": []}), "No figure was known.")
    assert isinstance(shown, Markdown) and shown.data == "No figure was known."
