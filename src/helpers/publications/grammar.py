"""Words of the grammar of statistical prose, from `grammar.csv`: shared by all plans.

A row is a language, the name of a list, and regular expressions joined by ``|``; rows of one name
go on. What is particular to a plan, its indicators and places, stands in the plan's own tables.
"""

import csv
from functools import cache
from pathlib import Path


@cache
def words(language: str, name: str) -> str:
    """Give the regular expressions of a list, joined by ``|``."""
    with Path(__file__).with_name("grammar.csv").open(encoding="utf-8", newline="") as file:
        rows = [row[2] for row in csv.reader(file) if row[:2] == [language, name]]
    return "|".join(rows)
