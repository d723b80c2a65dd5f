"""What the cells of the notebook reckon, and its charts, whatever is known."""

from dataclasses import replace

import IPython.display
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from helpers.charts.chart import drawing_of
from helpers.topics.industries import WAYS
from support.cells import names_after
from support.charts import assert_readable, lines, written

NOTEBOOK, DAY = "03_emerging_industries", "2026-11-28"
CASES = {
    "all": {},
    "documented": {"suspected_breaks": False},
    "verified": {"min_grade": "secondary"},
    "at signing": {"as_of": "2020-07-04", "min_grade": "press"},
    "one figure": {"as_of": "2013-06-01"},
    "nothing yet": {"as_of": "2012-01-01"},
    "another share": {"indicator": "rd_intensity", "target_id": "rd_intensity_2025"},
    "another area's share": {"indicator": "rd_intensity", "area": "china", "target_id": ""},
}


def reckoned(upto="", **parameters):
    """Names of the cells, and the figures that they show."""
    shown = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(IPython.display, "display", shown.append)
        names = names_after(NOTEBOOK, upto, **({"as_of": DAY} | parameters))
    return names, [one for one in shown if isinstance(one, mpl.figure.Figure)]


@pytest.fixture(scope="module")
def told():
    return reckoned()


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_every_chart_is_readable_at_both_widths(case):
    for figure in reckoned(**CASES[case])[1]:
        assert_readable(figure)
        assert_readable(drawing_of(figure).narrow())


def test_the_way_in_full_is_the_first_of_the_six(told):
    names = told[0]
    redefined = names["steps"].loc[~names["unbroken"], "shift"]
    pd.testing.assert_series_equal(redefined, names["shifts"]["real_growth"], check_names=False)
    assert names["quiet"]["left"].abs().max() == pytest.approx(5.8, abs=0.05)


def test_contributions_to_the_share_add_up_to_its_change(told):
    points, steps = told[0]["points"], told[0]["steps"]
    change = (steps["share"] - steps["share_before"]).reindex(points.index)
    assert points.sum(axis=1).to_numpy() == pytest.approx(change.to_numpy())
    assert not (points["level shift"].ne(0) & points["prices"].ne(0)).any()


def test_what_a_share_has_beyond_its_parts_is_named(raw, monkeypatch):
    table = raw.observations.copy()
    at = table["indicator"].eq("sei_share") & table["year"].eq(2022)
    table.loc[at, "value"] += 0.5
    made = replace(raw, observations=table)
    monkeypatch.setattr("helpers.observations.read_raw", lambda folder=None: made)
    parts = reckoned(upto='parts["agrees"] =')[0]["parts"]
    assert parts.index[~parts["agrees"]].tolist() == [2022]


@pytest.mark.parametrize(
    ("value", "finding"),
    [(489.09, "adds up"), (498.0, "adds up"), (510.0, "overlap"), (460.0, "short"),
     (None, "incomplete")],
)  # fmt: skip
def test_one_wrong_group_is_noticed_beyond_a_thousandth(raw, monkeypatch, value, finding):
    table = raw.observations.copy()
    at = table["indicator"].eq("sei_va_marine") & table["year"].eq(2019) & table["months"].eq(12)
    if value is None:
        table = table[~at]
    else:
        table.loc[at, "value"] = value
    made = replace(raw, observations=table)
    monkeypatch.setattr("helpers.observations.read_raw", lambda folder=None: made)
    sums = reckoned(upto='sums["finding"] =')[0]["sums"].set_index("year")
    assert sums.loc[2019, "finding"] == finding


def test_groups_that_add_up_overlap_or_are_incomplete_are_told_apart(told):
    assert told[0]["sums"].set_index("year")["finding"].to_dict() == {
        2014: "incomplete", 2015: "adds up", 2016: "overlap", 2017: "overlap", 2018: "adds up",
        2019: "adds up", 2020: "adds up", 2023: "adds up to a derived total",
    }  # fmt: skip
    assert told[0]["brought"].sum().to_numpy() == pytest.approx([10.93, 1.15], abs=0.01)


def test_a_direction_is_compared_only_where_the_ways_agree_on_it(told):
    near = told[0]["near"]
    clear = near["share_low"] * near["share_high"] > 0
    assert (near["last_year"] > near["first_year"]).all()
    assert near.loc[~clear, "same_way"].isna().all() and clear.any()
    for row in near[clear].itertuples():
        assert bool(row.same_way) == (row.change * row.share_low > 0)


def test_only_what_was_public_could_be_meant(told):
    readings = told[0]["candidates"]["reading"]
    assert readings["sei_2018_7"] == "lay ahead"
    assert readings["sei_2016_7plus4"] == "passed already"
    assert readings["sei_2022_20clusters"] == "not public yet"


def test_another_target_is_carried_by_the_shift_between_the_two_definitions(told):
    row = told[0]["others"].loc["sz_br2018_sei_share_2025"]
    factors = 1 + told[0]["shifts"].loc[2018, list(WAYS)] / 100
    assert row["low"] == pytest.approx(42.4 * factors.min())
    assert row["high"] == pytest.approx(42.4 * factors.max())


def test_before_the_outcome_every_splice_gives_a_verdict(told):
    before = told[0]["before"]
    assert len(before) == 5 and told[0]["chance"].between(0, 1, inclusive="neither").all()
    assert before["as_of"].lt(pd.Timestamp("2026-02-10")).all()


def test_the_table_keeps_gaps_as_gaps(told):
    table = told[0]["table"].set_index("year")
    assert np.isnan(table.loc[2025, "real_share"]) and np.isnan(table.loc[2020, "implied_shift"])
    assert table.loc[2019, "real_share"] == table.loc[2019, "value"] == 37.7
    assert table.loc[2021, "shift_low"] < table.loc[2021, "implied_shift"]


def test_hollow_is_what_no_publication_supports(told):
    definitions, shifts = told[1][:2]
    share = told[0]["study"].share
    hollow = [x for line in lines(definitions, "unverified") for x in line.get_xdata()]
    assert hollow == share.loc[share["grade"].eq("unverified"), "year"].tolist()
    assert len(lines(shifts, "middle hollow")) == 2 and len(lines(shifts, "middle")) == 4
    assert not lines(reckoned(min_grade="secondary")[1][0], "unverified")


def test_each_definition_is_a_segment_with_a_letter_and_a_line_of_words(told):
    texts = " ".join(words for words, _ in written(told[1][0]))
    for letter in ("A ", "B ", "C ", "D ", "E? ", "F? ", "G? "):
        assert f" {letter}" in f" {texts} ", letter
    assert "sei_" not in texts and "2018–2020: " in texts and "20 clusters in seven groups" in texts
    spans = [tuple(line.get_xdata()) for line in lines(told[1][0], "segment")]
    assert (2018, 2019, 2020) in spans and (2020, 2021) not in spans


def test_the_target_line_and_the_band_are_where_the_tables_say(told):
    names, figures = told
    assert lines(figures[0], "target")[0].get_ydata()[0] == 38
    base = names["study"].per_definition().loc[names["study"].base]
    (middle,) = lines(figures[0], "scope")
    assert middle.get_ydata()[-1] == pytest.approx(base["real_growth"])
    bars = lines(figures[-1], "bar")
    assert len(bars) == len(names["table"]["definition"].unique()) - 1  # the latest is no bridge
