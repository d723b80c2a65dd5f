"""The first words of a front page: right for open plans, many targets, several areas and none."""

import re
from math import nan

import pandas as pd
import pytest

from helpers.reports.site.headline import (
    Rescoped,
    board,
    but,
    headline,
    is_helped,
    read_rescoped,
    read_tally,
    record_of,
)
from helpers.reports.site.layout import Front
from helpers.targets.statements import statements_in
from helpers.wording.language import CHINESE, ENGLISH, JAPANESE, LANGUAGES
from support.verdicts import verdict

UNSIGNED = {"at_signing": "", "signing_event": ""}
MISSED = {"state": "missed", "probability": nan, "latest_value": 3.6, **UNSIGNED}
MET = {"state": "met", "probability": nan, **UNSIGNED}


def front(*rows, language=ENGLISH, rescoped=None):
    verdicts = [
        verdict({"target_id": f"t{n}", **row}, {"target_id": f"t{n}"}, language=language)
        for n, row in enumerate(rows)
    ]
    return Front(language, tuple(verdicts), rescoped=rescoped or {})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, "R&D spending had passed the target before it was announced"),
        ({"probability": 0.3}, "R&D spending still open, unlikely to make it (30 %)"),
        ({"probability": nan, **UNSIGNED}, "R&D spending still open"),
        (MET, "R&D spending met the target"),
        ({"state": "met", "probability": nan},
         "R&D spending met a target that it had passed before it was announced"),
        (MISSED, "R&D spending ended 1.20 points short"),
        ({**MISSED, "operator": "le", "latest_value": 6.0}, "R&D spending ended 1.20 points over"),
        ({**MISSED, "unit": "count", "latest_unit": "count", "target_value": 400.0,
          "latest_value": 300.0}, "R&D spending ended 25 % short"),
        ({**MISSED, "unit": "% of all", "latest_unit": "% of all"},
         "R&D spending ended 1.20 points short"),
        ({**MISSED, "operator": "growth_ge", "unit": "pct_per_year"},
         "R&D expenditure missed the target"),
        ({"state": "no_data", "probability": nan, **UNSIGNED}, "R&D spending without a figure"),
    ],
)  # fmt: skip
def test_a_headline_says_how_a_target_ended(row, said):
    name = {"indicator": "rd_intensity", "name_en": "R&D expenditure", "name_zh": "x"}
    one = Front(ENGLISH, (verdict(row, indicator=name),))
    assert headline(one).replace("\N{NO-BREAK SPACE}", " ") == said


def test_short_names_are_for_headlines_in_which_every_target_has_one():
    alike = front(MET, {"operator": "growth_ge", "unit": "pct_per_year", **MET})
    assert headline(alike) == "R&D intensity met the target; R&D intensity met the target"


def test_several_targets_are_named_in_every_language_and_many_are_counted():
    three = front(MET, MISSED, {"probability": 0.7, **UNSIGNED})
    assert headline(three).count(";") == 2
    for language in LANGUAGES:
        assert headline(front(MET, MISSED, language=language))
    many = [front(*[MET] * 3, *[MISSED] * 2, *[{"probability": 0.7}] * 2, language=language)
            for language in LANGUAGES]  # fmt: skip
    assert [headline(one) for one in many] == [
        "Of 7 targets 3 are met, 2 missed, 2 still open, 2 of them likelier to be met than not",
        "7项目标：3项达标、2项未达标、2项待公布（其中2项更可能达标）",
        "目標7件：3件達成、2件未達成、2件未確定（うち2件は達成の可能性の方が高い）",
    ]
    assert headline(front(*[MET] * 5)) == "Of 5 targets all 5 are met"
    assert headline(front(MET, *[MISSED] * 4)) == "Of 5 targets 1 is met, 4 missed"
    assert board(many[0]) == ()
    assert [name for name, _ in board(three)] == ["R&D intensity"] * 3
    assert headline(Front(ENGLISH)) == ""


def table(*rows):
    columns = ["indicator", "area", "year", "value", "break_before", "scope_low", "scope_high"]
    return pd.DataFrame([("rd_intensity", "shenzhen", *row) for row in rows], columns=columns)


SHIFTED = table(
    (2023, 5.0, "suspected", 5.0, 5.0), (2024, 5.5, "suspected", 4.9, 5.2),
    (2025, 6.0, "", 4.7, 5.4),
)  # fmt: skip


def test_what_redefinitions_since_signing_are_worth_is_read_from_the_table():
    change = read_rescoped(SHIFTED, "rd_intensity", "shenzhen", 2025)
    assert change == Rescoped(1, 6.0, 4.7, 5.4)
    met = verdict(MET)
    assert is_helped(met, change)
    told = but(met, change, ENGLISH)
    assert "is worth 0.6 to 1.3 points" in told and "4.70 % to 5.40 %" in told.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert told.endswith("the other one.")  # 4.7 misses at least 4.8
    above = Rescoped(1, 6.0, 4.9, 5.4)
    assert "other one" not in but(met, above, ENGLISH)
    assert headline(front(MET, rescoped={"t0": change})).endswith("suspected new definitions")
    assert not is_helped(met, Rescoped(1, 6.0, 5.9, 6.1))
    assert is_helped(verdict({**MET, "operator": "le"}), Rescoped(1, 6.0, 6.1, 6.3))


def test_nothing_is_said_of_figures_without_redefinitions():
    unbroken = SHIFTED.assign(break_before="")
    assert read_rescoped(unbroken, "rd_intensity", "shenzhen", 2025) is None
    assert read_rescoped(SHIFTED, "rd_intensity", "shenzhen", 2026) is None
    assert read_rescoped(SHIFTED, "gdp", "shenzhen", 2025) is None
    assert but(verdict(MET), None, ENGLISH) == ""


def test_the_record_is_that_of_the_size_claimed():
    scores = {
        "count_when_0_to_1": 5238,
        "came_when_0_to_1": 13,
        "count_when_95_to_99": 750,
        "came_when_95_to_99": 723,
        "count_when_99_to_100": 258,
        "came_when_99_to_100": 258,
    }
    rows = [("all", "pool", name, float(value)) for name, value in scores.items()]
    tally = read_tally(pd.DataFrame(rows, columns=["collection", "model", "score", "value"]))
    assert record_of(0.004, tally, ENGLISH) == (
        "Of what was said to be under 1 %, 13 of 5,238 came true."
    )
    assert record_of(0.99, tally, ENGLISH).endswith("95 to 99 %, 723 of 750 came true.")
    assert record_of(0.995, tally, CHINESE) == "此前概率高于99%的预测中，258次有258次成真。"
    assert "750件中723件" in record_of(0.97, tally, JAPANESE)
    assert record_of(0.5, tally, ENGLISH) == record_of(nan, tally, ENGLISH) == ""


def test_the_bins_of_the_record_are_those_that_the_notebook_writes():
    from helpers import ROOT

    source = (ROOT / "notebooks" / "06_backtest.ipynb").read_text("utf-8")
    assert re.search(r'"_when_\\" \+ spans', source) and '[\\"came\\", \\"count\\"]' in source


def test_a_table_of_an_earlier_report_may_lack_a_text():
    one = verdict(MISSED).said
    table = pd.DataFrame([vars(one)])
    assert statements_in(table)["t1"] == one
    assert statements_in(table.drop(columns="shortfall"))["t1"].shortfall == ""
