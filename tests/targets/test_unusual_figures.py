"""Questions about unusual figures: which slips ask, that few true figures do, what settles one."""

import random
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import ROOT
from helpers.apps import cli
from helpers.observations.raw_data import find_problems, read_raw, write_raw
from helpers.targets.expected_figures import MIDDLE, WIDE, expectations
from helpers.targets.unusual_figures import MOVED, find_questions, question_lines
from helpers.vintages.series import open_archive
from support.made_plans import MadePlan

TODAY = date(2026, 11, 28)
HEADLINE = ("rd_intensity", "sei_share", "pct_applications")
EXAMPLES = ("china_national", "guangdong", "united_states")


@pytest.fixture(scope="module")
def bare(raw):
    """The shipped tables as if nobody had confirmed anything."""
    return replace(raw, observations=raw.observations.assign(confirmed=""))


@pytest.fixture(scope="module")
def judged(bare):
    """The figures of the archive, each with where it should lie."""
    figures = open_archive(bare).figures
    return list(
        zip(
            figures.itertuples(),
            expectations(open_archive(bare), list(figures.index)),
            strict=True,
        )
    )


def at(figures, indicator, year, months=12, **more):
    """Find the one figure of Shenzhen."""
    wanted = {"indicator": indicator, "area": "shenzhen", "year": year, "months": months, **more}
    found = figures[np.logical_and.reduce([figures[k].eq(v) for k, v in wanted.items()])]
    assert len(found) == 1, found
    return found.index[0]


def planted(raw, row, **cells):
    """The tables with other cells in one figure."""
    figures = raw.observations.copy()
    for column, cell in cells.items():
        figures.loc[row, column] = cell
    return replace(raw, observations=figures)


@pytest.fixture(scope="module")
def early(bare):
    """The tables of 2025, when the filings of 2024 were only implied, and where they stand."""
    figures = bare.observations
    implied = figures["definition"].eq("pct_implied_top100")
    own = figures["indicator"].eq("pct_applications") & figures["area"].eq("shenzhen")
    kept = figures[~own | figures["year"].lt(2024) | implied].reset_index(drop=True)
    return replace(bare, observations=kept), at(kept, "pct_applications", 2024)


def about(questions, row):
    """The questions about a figure of the raw tables."""
    return [q for q in questions if (q.file, q.line) == (row["file"], row["line"])]


def is_headline(figure):
    return figure.area == "shenzhen" and figure.indicator in HEADLINE


def digit_slips(figure):
    """Every figure that differs in one digit, and whether that is the first."""
    text = f"{figure.value:.{figure.decimals}f}"
    places = [i for i, character in enumerate(text) if character.isdigit()]
    for i in places:
        for digit in set("0123456789") - {text[i]}:
            yield float(text[:i] + digit + text[i + 1 :]), i == places[0]


def transpositions(figure):
    """Every figure with two neighbouring digits changed about."""
    text = f"{figure.value:.{figure.decimals}f}"
    for i in range(len(text) - 1):
        if text[i] != text[i + 1] and "." not in text[i : i + 2]:
            yield float(text[:i] + text[i + 1] + text[i] + text[i + 2 :])


def off(value, figure):
    return abs(value / figure.value - 1) > 0.1 if figure.value else False


def share(asked):
    return sum(asked) / len(asked)


# How many ask


def test_few_of_the_shipped_figures_ask(bare):
    questions = find_questions(bare, TODAY)
    print(f"{len(questions)} of {len(bare.observations)} shipped figures ask")
    assert 0 < len(questions) <= 0.03 * len(bare.observations)


@pytest.mark.parametrize("name", EXAMPLES)
def test_few_figures_of_other_plans_ask(name):
    """Nothing was tuned on them."""
    raw = read_raw(ROOT / "examples" / name, TODAY)
    bare = replace(raw, observations=raw.observations.assign(confirmed=""))
    assert len(find_questions(bare, TODAY)) <= 0.03 * len(bare.observations)


@pytest.mark.parametrize(
    ("group", "first_digit", "above_a_tenth"), [("headline", 0.6, 0.4), ("others", 0.6, 0.4)]
)
def test_slips_of_one_digit_ask(judged, group, first_digit, above_a_tenth):
    slips = [
        (expected.is_unusual(value), first, off(value, figure))
        for figure, expected in judged
        if is_headline(figure) == (group == "headline")
        for value, first in digit_slips(figure)
    ]
    of_first = share([asked for asked, first, _ in slips if first])
    large = share([asked for asked, _, large in slips if large])
    print(f"{group}, {len(slips)} slips: first digit {of_first:.0%}, above a tenth {large:.0%}")
    assert of_first >= first_digit
    assert large >= above_a_tenth


def test_transposed_digits_ask(judged):
    slips = [
        expected.is_unusual(value)
        for figure, expected in judged
        if is_headline(figure)
        for value in transpositions(figure)
        if off(value, figure)
    ]
    print(f"{len(slips)} transpositions above a tenth: {share(slips):.0%}")
    assert share(slips) >= 0.4


def test_slips_in_the_tables_ask_as_counted(bare, judged):
    """The count above judges each figure by itself; in the whole tables it must be the same."""
    draw = random.Random(14)
    slips = [
        (figure, expected, value)
        for figure, expected in judged
        if is_headline(figure)
        for value, _ in digit_slips(figure)
        if off(value, figure)
    ]
    for figure, expected, value in draw.sample(slips, 12):
        own = bare.observations["file"].eq(figure.file) & bare.observations["line"].eq(figure.line)
        changed = planted(bare, own.idxmax(), value=value)
        asked = about(find_questions(changed, TODAY, {figure.file}), figure._asdict())
        assert bool(asked) >= expected.is_unusual(value)
        assert not asked or asked[0].reasons or asked[0].shifts


# What asks, and what is said


def test_a_slip_that_turns_a_verdict_asks_with_the_probability_before_and_after(early):
    raw, row = early
    changed = planted(raw, row, value=86364.0)
    [question] = about(find_questions(changed, TODAY), raw.observations.loc[row])
    [shift] = question.shifts
    assert shift.moved > MOVED
    assert f"{shift}".startswith("pct_applications_2025: P = ")
    assert f"{shift}".endswith(" % without it, P > 99 % with it")
    assert "pct_applications shenzhen 2024: 86364: outside " in str(question)
    assert f"the {100 * WIDE:.0f} % interval from the years before it" in str(question)


@pytest.mark.parametrize(("value", "asks"), [(22_500.0, True), (18_500.0, False)])
def test_inside_the_wide_interval_only_what_moves_a_verdict_asks(early, value, asks):
    raw, row = early
    changed = planted(raw, row, value=value)
    questions = about(find_questions(changed, TODAY), raw.observations.loc[row])
    assert [question.reasons for question in questions] == [()] * asks
    assert all(question.shifts[0].moved > MOVED for question in questions)


def test_a_figure_that_another_publication_prints_as_well_does_not_ask(early):
    raw, row = early
    place = raw.observations.loc[row]
    changed = planted(raw, row, value=86364.0).observations
    second = changed.loc[[row]].assign(value=86400.0, source_id="another", line=9999)
    agreed = pd.concat([changed, second], ignore_index=True)
    assert about(find_questions(replace(raw, observations=agreed), TODAY), place) == []
    differs = agreed.assign(value=agreed["value"].mask(agreed["line"].eq(9999), 16_300.0))
    [question] = about(find_questions(replace(raw, observations=differs), TODAY), place)
    assert "elsewhere printed as 16300, outside " in str(question)


def test_news_asks_only_where_it_was_not_expected(bare):
    """A figure of the target year settles its target; it is not asked about for that alone."""
    figures = bare.observations
    news = figures[figures["area"].eq("shenzhen") & figures["year"].eq(2025)]
    news = news[news["indicator"].isin(HEADLINE) & news["months"].eq(12)]
    questions = find_questions(bare, TODAY)
    assert len(news)
    assert not any(about(questions, row) for _, row in news.iterrows())


def test_a_word_in_the_column_settles_it(bare):
    first, *others = find_questions(bare, TODAY)
    figures = bare.observations
    own = figures["file"].eq(first.file) & figures["line"].eq(first.line)
    settled = planted(bare, own.idxmax(), confirmed="printed so")
    assert list(find_questions(settled, TODAY)) == others


def test_lower_bounds_are_never_too_low(bare):
    row = at(bare.observations, "pct_applications", 2017, qualifier="lower_bound")
    low, high = (planted(bare, row, value=value) for value in (100.0, 90_000.0))
    assert about(find_questions(low, TODAY), bare.observations.loc[row]) == []
    assert len(about(find_questions(high, TODAY), bare.observations.loc[row])) == 1


def test_part_of_a_year_is_held_against_the_year(bare):
    row = at(bare.observations, "pct_applications", 2018, months=6)
    changed = planted(bare, row, value=17925.0)
    [question] = about(find_questions(changed, TODAY), bare.observations.loc[row])
    assert "2018 (6 months): 17925: outside " in str(question)
    assert "the range from the full year" in str(question)


# Tables of every size


def test_questions_are_one_line_each_under_one_heading(bare):
    questions = find_questions(bare, TODAY)
    heading, *lines = question_lines(questions)
    assert heading.startswith(f"{len(questions)} questions about unusual figures")
    assert "confirmed" in heading
    assert lines == [str(question) for question in questions]
    assert not any("\n" in line for line in lines)
    assert question_lines(()) == []


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_few_figures_are_no_fault(bare, count):
    figures = bare.observations
    own = figures[figures["indicator"].eq("rd_intensity") & figures["area"].eq("shenzhen")]
    few = replace(bare, observations=own[own["use"].eq("main")].head(count).reset_index(drop=True))
    assert find_questions(few, TODAY) == ()


def test_a_folder_without_targets_is_no_fault(bare):
    none = replace(bare, targets=bare.targets.head(0))
    questions = find_questions(none, TODAY)
    assert questions
    assert not any(question.shifts for question in questions)


def test_check_asks_and_exits_with_0(bare, tmp_path, capsys):
    row = at(bare.observations, "pct_applications", 2024, definition="pct_implied_top100")
    write_raw(planted(bare, row, value=86364.0), tmp_path)
    assert find_problems(tmp_path) == []
    assert cli.main(["check", "--raw-dir", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    said, heading, *lines = out.splitlines()
    assert said.endswith("no problems")
    assert "about unusual figures" in heading
    assert any(line.startswith("observations/patents.csv:") and "86364" in line for line in lines)


def series(raw, values):
    """Tables that hold one series of planted values, at home in Shenzhen."""
    figures = raw.observations
    row = figures[figures["indicator"].eq("pct_applications_wipo")].head(1)
    many = row.loc[row.index.repeat(len(values))].reset_index(drop=True)
    years = np.arange(2024 - len(values), 2024)
    return replace(
        raw,
        observations=many.assign(
            value=values,
            year=years,
            line=np.arange(2, 2 + len(values)),
            published=[f"{year + 1}-06" for year in years],
            status="final",
            qualifier="exact",
        ),
    )


@settings(max_examples=15)
@given(
    growth=st.floats(0.92, 1.25),
    noise=st.lists(st.floats(0.98, 1.02), min_size=8, max_size=20),
    data=st.data(),
)
def test_a_smooth_series_asks_nothing_and_a_slip_by_ten_is_asked_about(bare, growth, noise, data):
    values = [20_000 * growth**i * wobble for i, wobble in enumerate(noise)]
    assert find_questions(series(bare, values), TODAY) == ()
    place = data.draw(st.integers(0, len(values) - 1))
    values[place] *= data.draw(st.sampled_from([0.1, 10.0]))
    assert place + 2 in {question.line for question in find_questions(series(bare, values), TODAY)}


@settings(max_examples=15)
@given(step=st.floats(1.3, 1.6), place=st.integers(6, 9), noise=st.lists(
    st.floats(0.98, 1.02), min_size=15, max_size=15))  # fmt: skip
def test_a_lasting_step_asks_nothing(bare, step, place, noise):
    """Each figure is borne out by the years on one side."""
    values = [
        1000 * 1.08**i * wobble * (step if i >= place else 1) for i, wobble in enumerate(noise)
    ]
    assert find_questions(series(bare, values), TODAY) == ()


def test_the_intervals_hold_the_figures_that_they_should(judged):
    """Made for forecasting, turned round in time and joined, they are wide enough and no wider."""
    known = [
        (figure.value, expected)
        for figure, expected in judged
        if expected.projected and not expected.bound
    ]
    inside = [e.middle[0] <= value <= e.middle[1] for value, e in known]
    assert MIDDLE <= share(inside) <= 0.95
    inside = [e.wide[0] <= value <= e.wide[1] for value, e in known]
    assert share(inside) >= WIDE - 0.01


@pytest.mark.parametrize("end", [0, 100])
def test_the_way_to_an_end_of_the_scale_asks_nothing_but_a_leap_from_it_does(tmp_path, end):
    """What stood at an end for years tells nothing of the years in which it came there."""
    inward = -1 if end else 1
    for name, came, unusual in (("way", [30, 24, 17, 11, 4], 0), ("leap", [0, 0, 40, 0, 0], 1)):
        made = MadePlan().area("here").indicator("part", "% of all", "share", 0, 100)
        values = [end + inward * v for v in ([0] * 6 if unusual else []) + came + [0] * 7]
        made.series("part", "here", values, 2005)
        made.target("t", "part", "here", 2030, "ge" if end else "le", end)
        asked = find_questions(read_raw(made.write(tmp_path / name)), TODAY)
        assert [one.figure.split()[2] for one in asked[:1]] == ["2013:"] * unusual
