"""A table on a page: a reason stands in its place where it has no row."""

import pandas as pd
from IPython.display import Markdown

from helpers.topics.listing import listed


def test_a_table_without_rows_is_a_sentence():
    shown = listed(pd.DataFrame({"a": []}), "No figure was known.")
    assert isinstance(shown, Markdown) and shown.data == "No figure was known."


def test_a_table_with_rows_is_left_as_it_is():
    table = pd.DataFrame({"a": [1.5]})
    assert listed(table, "No figure was known.") is table
