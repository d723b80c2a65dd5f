"""The notebook's results as one long table: what was measured, of whom, over which years."""

import pandas as pd

from helpers.topics.patents.analysis import Study
from helpers.topics.patents.filings import yearly_table

COLUMNS = ["part", "subject", "first_year", "last_year", "measure", "amount"]


def patents_table(study: Study) -> pd.DataFrame:
    """Lay out growth, events, controls, applicants and quality below each other.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. Parts: series, event, control, applicant, concentration, change,
        quality. Growth is in percent a year (of neighbouring years for the series); p values are
        not corrected unless the measure says so. The last column is not named `value`, as that is
        written as printed, and most of these are computed.
    """
    filings = study.filings
    name = filings.indicator
    tests = study.tests[study.tests["tested"].astype(bool)]
    parts = [
        _long("series", yearly_table(filings), name, "year", "year",
              ["value", "growth", "below_peak"]),
        _long("event", tests, "event_ids", "cut", "cut",
              ["difference", "explained", "p_permutation", "smallest_p", "p_corrected", "p_cut"]),
        _long("control", study.controls.assign(who=_who(study.controls)), "who", "base_year",
              "to_year", ["own_after", "control_after", "difference_after",
                          "difference_in_differences"]),
        _long("applicant", study.applicants, "indicator", "year", "year", ["value"]),
        _long("concentration", study.weights, name, "year", "year",
              ["known", "share_of_known", "per_100_received", "per_100_received_before",
               "herfindahl_low", "herfindahl_high"]),
        _long("change", study.changes, "name", "first_year", "last_year",
              ["change", "own_change", "part_at_most"]),
        _long("quality", study.quality, "indicator", "first_year", "last_year",
              ["first", "last", "growth", "target"]),
    ]  # fmt: skip
    return pd.concat([part for part in parts if len(part)], ignore_index=True)[COLUMNS]


def _who(table: pd.DataFrame) -> pd.Series:
    return table["control"] + " (" + table["count"] + ")"


def _long(
    part: str, table: pd.DataFrame, subject: str, first: str, last: str, measures: list[str]
) -> pd.DataFrame:
    """Stack the measures of a table; missing ones are left out."""
    named = table[subject] if subject in table else pd.Series(subject, index=table.index)
    blocks = [
        pd.DataFrame({"part": part, "subject": named, "first_year": table[first],
                      "last_year": table[last], "measure": measure,
                      "amount": pd.to_numeric(table[measure])})
        for measure in measures
    ]  # fmt: skip
    stacked = pd.concat(blocks).reset_index(names="row").dropna(subset="amount")
    stacked = stacked.sort_values("row", kind="stable")
    return stacked.astype({"first_year": int, "last_year": int})
