"""Notebooks under every parameter: what they print holds nothing empty, raw or contradictory.

The whole walk is `make walk`; `make test` takes a sample.
"""

import multiprocessing
import os
import random
from concurrent.futures import ProcessPoolExecutor
from functools import cache

import pytest

from helpers.vocabulary import GRADES
from support.combinations import (
    ALONE,
    DAYS,
    FOLDERS,
    Combination,
    all_pairs,
    choices,
    combinations,
    factors_of,
    resolved,
)
from support.page_faults import faults_of
from support.walking import CHART, Shown, Walked, walk

pytestmark = [pytest.mark.notebooks, pytest.mark.slow]

SAMPLE, SEED = 24, 20261128
LONG = {"06_backtest": 0, "07_targets": 2, "09_later_goals": 3, "10_your_own_model": 2}
"""How many runs of the notebooks that take longest are in the sample at most."""
LEAST = 250


@cache
def sample():
    """Draw combinations of the walk, the same at each call."""
    drawn, left = [], dict(LONG)
    every = list(choices())
    random.Random(SEED).shuffle(every)
    for notebook, chosen in every:
        left[notebook] = left.get(notebook, SAMPLE) - 1
        if left[notebook] >= 0:
            drawn.append((notebook, chosen))
    return drawn[:SAMPLE]


def found_in(combination):
    """Walk one combination and return its notebook, its parameters and its faults."""
    return combination, faults_of(walk(combination))


def workers(count):
    """Give processes that walk: notebooks change settings of the process that they run in."""
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))


@pytest.fixture(scope="module")
def walker():
    with workers(1) as held:
        yield held


@pytest.mark.parametrize("number", range(SAMPLE))
def test_a_run_prints_nothing_empty_raw_or_contradictory(walker, number):
    combination = resolved(*sample()[number])
    _, faults = walker.submit(found_in, combination).result()
    assert not faults, combination


@pytest.mark.walk
def test_the_whole_walk_prints_nothing_empty_raw_or_contradictory():
    every = combinations()
    assert len(every) >= LEAST
    found = []
    with workers(os.cpu_count()) as held:
        for number, (combination, faults) in enumerate(held.map(found_in, every), 1):
            if number % 50 == 0:
                print(f"{number} of {len(every)}")
            found += [f"{combination}: {kind}: {text}" for kind, text in faults]
    assert not found, "\n".join(found)


def test_the_walk_has_every_pair_of_values():
    factors = {"day": DAYS, "folder": FOLDERS, "grade": GRADES, "on": (True, False)}
    made = list(all_pairs(factors, random.Random(1)))
    for one in factors:
        for other in factors:
            pairs = {(chosen[one], chosen[other]) for chosen in made}
            if one != other:
                assert pairs == {(a, b) for a in factors[one] for b in factors[other]}
    assert len(made) < 2 * len(DAYS) * len(FOLDERS)


def test_every_parameter_that_a_notebook_declares_is_walked():
    given = {}
    for notebook, chosen in choices():
        given.setdefault(notebook, set()).update(chosen)
    for notebook, names in given.items():
        assert names >= set(factors_of(notebook))
    assert {"raw_dir", "as_of", "horizon", "first_year"} <= set(ALONE)


PLANTED = [
    ("nan", "text/markdown", "The mean is nan % of GDP."),
    ("nan", CHART, "P = None"),
    ("empty brackets", "text/markdown", "The latest figure () is final."),
    ("nothing of nothing", "text/markdown", "0 of 0 points are unverified."),
    ("nothing between stops", "text/markdown", "- Share of GDP: ."),
    ("one of many", "text/markdown", "In the 1 years since then it rose."),
    ("no number", "text/markdown", "It must grow - a year."),
    ("raw identifier", "text/markdown", "A verdict changes: rd_intensity_2025."),
    ("machine path", "text/html", "<pre>/usr/project/src/helpers/tables.py:3</pre>"),
    ("empty table", "text/html", "<table><thead></thead><tbody>\n</tbody></table>"),
    ("missing value in a table", "text/html", "<table><tbody><td>NaN</td></tbody></table>"),
]


@pytest.mark.parametrize(("kind", "output", "text"), PLANTED)
def test_a_fault_is_found(kind, output, text):
    shown = [Shown(1, output, text), Shown(2, "text/markdown", "Another sentence.")]
    walked = Walked("01_sources_and_vintages", {}, shown)
    assert kind in {found for found, _ in faults_of(walked)}


@pytest.mark.parametrize(
    "text",
    [
        "None of the 3 points is unverified: 1 point is; 11 years, 1,000 figures, 0.1 points.",
        "`rd_intensity` is an id, and so is\n```sh\nassess --target rd_intensity_2025\n```",
        "Growth of -1.5 % a year, 10-20 % of it; see [the text](https://example.org).",
        "Financial figures (2 of 20) are announced: none is final.",
    ],
)
def test_a_sound_sentence_is_not_blamed(text):
    walked = Walked("01_sources_and_vintages", {}, [Shown(1, "text/markdown", text)])
    assert not faults_of(walked)


def test_a_warning_a_traceback_and_another_probability_are_found():
    loud = Walked("01_sources_and_vintages", {}, complained="UserWarning: tight layout")
    assert [kind for kind, _ in faults_of(loud)] == ["standard error"]
    ended = Walked("01_sources_and_vintages", {}, error="KeyError", message="'gdp'")
    assert [kind for kind, _ in faults_of(ended)] == ["traceback"]
    said = Shown(1, "text/markdown", "open, P = 12 %.", ("answer",))
    kinds = [kind for kind, _ in faults_of(Walked("05_projection", {}, [said]))]
    assert kinds == ["another probability than assess", "probability of assess not told"]


def test_a_refusal_is_one_readable_sentence(walker):
    combination = Combination("05_projection", (("area", "shenzen"),))
    _, faults = walker.submit(found_in, combination).result()
    assert not faults
    link = "https://errors.pydantic.dev"
    told = Walked("05_projection", {}, error="InputError", message=link, refused=True)
    assert [kind for kind, _ in faults_of(told)] == ["refusal"]
