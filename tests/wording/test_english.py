"""Words and number forms."""

from math import nan

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.observations.raw_data import read_raw
from helpers.vocabulary import STATES
from helpers.wording import english as wording


@pytest.mark.parametrize(
    ("p", "text", "equation", "words"),
    [
        (0.999, "> 99 %", "P > 99 %", "virtually certain"),
        (0.95, "95 %", "P = 95 %", "very likely"),
        (0.49, "49 %", "P = 49 %", "about as likely as not"),
        (0.016, "2 %", "P = 2 %", "very unlikely"),
        (0.004, "< 1 %", "P < 1 %", "exceptionally unlikely"),
        (nan, "–", "P = –", ""),
    ],
)
def test_a_probability_in_figures_and_words(p, text, equation, words):
    assert wording.probability(p) == text
    assert wording.equation(p) == equation
    assert wording.likelihood(p) == words


@given(st.floats(0, 1))
def test_every_probability_has_words(p):
    assert wording.likelihood(p)


def test_a_missing_number_is_a_dash():
    assert wording.number(nan) == "–"


@pytest.mark.parametrize(
    ("value", "decimals", "unit", "text"),
    [
        (6.67, 2, "pct_gdp", "6.67 % of GDP"),
        (25000, 0, "count", "25,000"),
        (38731.8, 1, "cny_100m", "3,873.2 billion yuan"),
        (26000, 0, "cny_100m", "2,600 billion yuan"),
        (98.36, 2, "per_10k", "98.36 per 10,000 residents"),
    ],
)
def test_an_amount_carries_its_unit(value, decimals, unit, text):
    assert wording.amount(value, decimals, unit) == text


def test_an_assumed_day_says_so():
    assert wording.day(pd.Timestamp("2020-02-29"), assumed=True) == "2020-02-29 (assumed)"


def test_every_word_of_the_raw_tables_has_a_form():
    raw = read_raw()
    assert set(raw.indicators["unit"]) | set(raw.targets["unit"]) - {""} <= set(wording.UNIT_WORDS)
    for operator in set(raw.targets["operator"]) - {"qualitative"}:
        assert wording.line(operator, 5, 0, "count").endswith("5")
    assert set(wording.STATE_WORDS) == set(STATES)
