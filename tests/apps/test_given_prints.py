"""Anybody's prints: how far they say that figures are revised, and what is refused."""

import pytest

from helpers.apps.given_series import ExchangeError
from helpers.apps.series_files import project_file, read_prints
from helpers.problems import InputError

SOUND = "series,year,value\n" + "".join(f"a,{2010 + i},{10 + i}\n" for i in range(8))


@pytest.fixture
def write(tmp_path):
    def give(text, name="s.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return give


PRINTS = "series,year,printed,value\n"


def probability(write, revised, threshold=25, told=None):
    thresholds = write(f"series,year,threshold\na,2018,{threshold}\n", "t.csv")
    tell = (told if told is not None else []).append
    frame = project_file(write(SOUND), 1, thresholds, revisions=revised, tell=tell)
    return frame["value"].iloc[-1]


def test_revisions_take_certainty_away_and_say_on_what_footing(write):
    told = []
    assert probability(write, "none", told=told) < 0.01
    assert not told
    assert probability(write, "pooled", told=told) == 0.01
    # Further away than any figure on record was revised, more is said.
    assert probability(write, "pooled", 60) < 0.01
    assert "as finally revised" in told[0]
    assert "reference figures printed twice" in told[0]


def test_a_table_of_prints_sets_how_far_figures_are_revised(write):
    rows = [f"a,{year},{year + 1},{10 + year % 7}\na,{year},{year + 2},{{}}\n"
            for year in range(1995, 2015)]  # fmt: skip
    calm = PRINTS + "".join(row.format(10 + i % 7 + 0.001) for i, row in enumerate(rows, 1995))
    wild = PRINTS + "".join(row.format((10 + i % 7) * (1.2 if i % 2 else 0.8))
                            for i, row in enumerate(rows, 1995))  # fmt: skip
    pooled = probability(write, "pooled", 19)
    assert probability(write, write(calm, "calm.csv"), 19) < pooled
    assert probability(write, write(wild, "wild.csv"), 19) > pooled


def test_single_prints_leave_the_pooled_reference(write):
    once = write(PRINTS + "a,2016,2017-03-01,16\n", "once.csv")
    told = []
    assert probability(write, once, told=told) == probability(write, "pooled")
    assert "in the table" not in told[0]


def test_bad_prints_are_reported_at_once(write):
    path = write(PRINTS + "a,2019,2018,1\na,2019,2021-15,1\na,x,2021,x\n", "p.csv")
    with pytest.raises(ExchangeError) as caught:
        read_prints(path)
    assert [str(fault).replace(str(path), "F") for fault in caught.value.problems] == [
        "F:2: printed: 2018: before the year of the figure; mend it",
        "F:3: printed: 2021-15: not a day; write YYYY-MM-DD, YYYY-MM or YYYY",
        "F:4: year: x: not a year; write four digits such as 2024",
        "F:4: value: x: not a finite number; write digits, or leave the row out",
    ]


def test_prints_of_other_series_and_misspelt_words_are_refused(write):
    with pytest.raises(ExchangeError, match="none of the series"):
        project_file(write(SOUND), revisions=write(PRINTS + "b,2016,2017,1\n", "p.csv"))
    with pytest.raises(InputError, match="pooled"):
        project_file(write(SOUND), revisions="poled")
