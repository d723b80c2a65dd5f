"""What git keeps of a table: its facts, so that a line changes only if its fact did."""

import pandas as pd
import pytest

from helpers.reports.store.folders import WIDE, stored
from helpers.vocabulary import AS_OF
from support.stored_tables import wide_again

VERDICTS = pd.DataFrame(
    {
        "target_id": ["b", "a"],
        "probability": [0.99, None],
        "state": ["open", "met"],
        "latest_value": [6.67, 43.0],
        "without": ["", "state"],
        "reason": ["The latest figure is 6.67.", "43.0 meets it, and more."],
    }
)


def kept(table, folder, name):
    table.to_csv(folder / name, index=False)
    content = stored(folder / name)
    (folder / name).write_bytes(content)
    return content.decode().splitlines()


def test_a_wide_table_has_a_fact_a_line_words_first_and_no_sentence(tmp_path):
    assert kept(VERDICTS, tmp_path, "assessment.csv") == [
        "target_id,field,value",
        *("b,state,open", ",probability,0.99", ",latest_value,6.67"),
        *("a,state,met", ",without,state", ",latest_value,43.0"),
    ]
    pd.testing.assert_frame_equal(
        wide_again(tmp_path / "assessment.csv")[[*VERDICTS.columns.drop("reason")]],
        VERDICTS.drop(columns="reason").replace("", None),
        check_dtype=False,
    )


@pytest.mark.parametrize("column", ["latest_value", "probability", "state"])
def test_one_changed_fact_changes_one_line(column, tmp_path):
    before = kept(VERDICTS, tmp_path, "assessment.csv")
    other = VERDICTS.copy()
    other.loc[0, column] = "missed" if column == "state" else 0.5
    after = kept(other, tmp_path, "assessment.csv")
    assert len(before) == len(after)
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


def test_another_day_alone_changes_nothing(tmp_path):
    days = ["2026-02-09", "2026-11-28"]
    beliefs = pd.DataFrame({"day": days, "what": ["new figure", AS_OF], "probability": [0.9, 0.9]})
    later = beliefs.replace("2026-11-28", "2026-11-29")
    first, second = (kept(table, tmp_path, "beliefs.csv") for table in (beliefs, later))
    assert first == second == ["day,what,probability", "2026-02-09,new figure,0.9"]


def test_tables_of_sentences_are_not_stored_and_narrow_ones_stay(tmp_path):
    for name in ("statements.csv", "series.csv"):
        (tmp_path / name).write_text('year,note\n2024,"a, b"\n2025,\n')
    assert stored(tmp_path / "statements.csv") is None
    assert stored(tmp_path / "series.csv") == (tmp_path / "series.csv").read_bytes()
    assert "series.csv" not in WIDE


def test_what_is_asked_stands_once_and_not_in_each_year_of_a_goal(tmp_path):
    goal = {"target_id": "a", "indicator": "rd", "area": "town", "target_year": 2030}
    years = pd.DataFrame([goal | {"target_level": 7.0, "year": y, "median": y} for y in (1, 2)])
    assert kept(years, tmp_path, "outlook_2035.csv") == ["target_id,year,median", "a,1,1", "a,2,2"]
