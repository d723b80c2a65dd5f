"""Answers, titles and sentences: the numbers in them are those of the tables."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.observations.raw_data import read_raw
from helpers.topics.research import denominators as footing
from helpers.topics.research import parts as forms
from helpers.topics.research import text as findings
from helpers.topics.research.parts import added, read_parts, required_growth, standing_still
from helpers.vintages import peers
from helpers.vintages.series import open_archive
from support.research import BELOW, TOP, figure, growing, plant, run_of, steps_of

RAW = read_raw()
LEVELS = {"levels": (4.8, 8.0), "growth_rates": (3, 5, 7), "last_year": 2030}


def both(raw, **more):
    run = run_of(**(LEVELS | more))
    return read_parts(raw, run), read_parts(raw, run.verified), run


def answer(raw, **more):
    return findings.answer(*both(raw, **more))


def test_the_answer_holds_planted_growth_and_what_the_levels_ask_for():
    text = answer(growing(RAW))
    parts, _, _ = both(growing(RAW))
    up, down = added(parts.table)
    assert "From 2010 to 2020 the ratio went from 4.00 to 6.37 %" in text
    assert f"added {up:.2f} points" in text and f"took away {-down:.2f}." in text
    assert "R&D expenditure grew 10.0 % a year and gross domestic product 5.0 %" in text
    still = standing_still(parts, (5,))[5]
    assert f"must grow {required_growth(still, 8.0, 2030):.1f} % a year to reach" in text
    assert f"must grow {required_growth(still, 4.8, 2030):.1f} % a year to hold" in text
    assert "All of it rests on figures that could be read." in text


def test_a_level_far_below_lets_spending_shrink():
    assert re.search(
        r"may shrink \d\.\d % a year without a fall below 3 %", answer(growing(RAW), levels=(3,))
    )


def test_the_answer_is_given_again_without_unverified_points():
    rows = []
    for year, grade in ((2010, "unverified"), (2011, "press"), (2012, "press")):
        rows += [figure(RAW, TOP, year, 40.0 + year - 2010, grade=grade),
                 figure(RAW, BELOW, year, 1000.0)]  # fmt: skip
    text = answer(plant(RAW, *rows))
    assert "Without unverified points 1 of 3 years falls out. From 2011 to 2012" in text
    assert "What the levels ask for does not change." in text
    assert "cannot be said" in answer(plant(RAW, *rows[:4]))


def test_too_few_years_are_said_plainly():
    early = answer(growing(RAW), as_of="1999-01-01")
    assert "no year has figures of both R&D expenditure and gross" in early
    assert "only 2010 has figures of both" in answer(growing(RAW, years=range(2010, 2011)))
    graded = answer(growing(RAW), min_grade="official", first_year=2015)
    assert "no year has figures of grade official or better from 2015 on of both" in graded


def test_an_implied_denominator_is_owned_up_to():
    text = answer(RAW, area="guangzhou")
    assert "No figures of gross domestic product are held for Guangzhou" in text
    assert "No figures" not in answer(RAW)


def test_changes_of_definition_are_counted():
    parts, _, _ = both(RAW, indicator="sei_share")
    steps = steps_of(parts)
    across = steps["break_before"].ne("").sum()
    assert f"{across} of {len(steps)} steps cross a change" in answer(RAW, indicator="sei_share")
    assert "cross a change" not in answer(RAW)


def test_levels_may_be_left_out_or_lie_behind():
    assert "No level is given, so nothing is asked" in answer(growing(RAW), levels=())
    assert "No growth of gross domestic product is given" in answer(growing(RAW), growth_rates=())
    past = answer(growing(RAW), last_year=2015)
    assert "The last ratio is that of 2020, and the levels are to hold up to 2015" in past
    parts, _, run = both(growing(RAW), as_of="1999-01-01")
    assert "No year of the ratio" in findings.unasked_sentence(parts, run)


@pytest.mark.parametrize(
    ("growth", "level", "words"),
    [
        (4.5, 5, "growing 4.5 % a year"),
        (-3, 5, "shrinking 3 % a year"),
        (0, 5, "product standing still until"),
        (-30, 8, "and still reach 8 %"),
    ],
)
def test_growth_that_is_given_is_said_as_it_is(growth, level, words):
    assert words in answer(growing(RAW), growth_rates=(growth,), levels=(level,))


def test_one_year_of_growth_and_a_year_with_a_later_figure_are_named():
    raw = growing(RAW, years=range(2010, 2012))
    text = answer(raw)
    assert "In 2011 R&D expenditure grew 10.0 % a year" in text and "1 year" not in text
    assert "Over the 5 years to 2020" in answer(growing(RAW))


def test_a_year_that_is_left_with_another_figure_is_no_year_that_could_be_read():
    rows = []
    for year in (2010, 2011):
        rows += [figure(RAW, TOP, year, 40.0 + year - 2010), figure(RAW, BELOW, year, 1000.0)]
    rows.append(figure(RAW, TOP, 2011, 45.0, grade="unverified", published="2012-12-31",
                       status="revised"))  # fmt: skip
    text = answer(plant(RAW, *rows))
    assert "could be read" not in text and "no year falls out. From 2010 to 2011" in text


def test_titles_of_contributions():
    parts, _, _ = both(growing(RAW))
    steps = steps_of(parts)
    title = findings.contribution_title(parts, steps)
    assert title.startswith(f"{steps['change'].sum():+.2f} points since 2010; ")
    assert "too few years" in findings.contribution_title(parts, steps.iloc[:0])
    said = findings.basis_sentence(steps, parts)
    assert "5.0 % against 3.0 %" in said and "1.9 %" in said
    assert "No growth" in findings.basis_sentence(steps.assign(beyond_real=np.nan), parts)


def test_a_jump_of_basis_over_several_years_names_them():
    parts, _, _ = both(growing(RAW))
    steps = steps_of(parts).assign(span=2, from_year=2008)
    assert re.search(r"from 2008 to \d{4}, a year", findings.basis_sentence(steps, parts))


def test_titles_of_areas():
    parts, _, _ = both(RAW)
    frame = peers.compare(RAW, "2026-11-23", "rd_intensity")
    title = findings.comparison_title(frame, parts)
    ends = frame.drop_duplicates("area", keep="last").set_index("area")["value"]
    assert (
        f"Shenzhen: {ends['shenzhen']:.2f} %" in title
        and "first of the 4 areas with figures" in title
    )
    assert f"Guangdong with {ends['guangdong']:.2f} %" in title
    alone = frame[frame["area"].eq("shenzhen")]
    assert "no figure of another area" in findings.comparison_title(alone, parts)
    absent = frame[frame["area"].eq("china")]
    assert findings.comparison_title(absent, parts).endswith("but of 1 other area")
    assert "no figure of any area" in findings.comparison_title(frame.iloc[:0], parts)
    press = replace(parts, min_grade="press", first_year=2020)
    said = findings.comparison_title(absent, press)
    assert said.startswith("No figure of grade press or better from 2020 on of Shenzhen")


def test_titles_of_races_and_shares():
    parts, _, _ = both(RAW)
    frame = peers.compare(RAW, "2026-11-23", TOP)
    faster = peers.growth_race(frame, "shenzhen")["ahead"].gt(0).sum()
    assert f"outgrew {faster} of 3 other areas" in findings.race_title(frame, parts)
    two = frame[frame["area"].isin(["shenzhen", "china"])]
    assert "outgrew the only other area" in findings.race_title(two, parts)
    assert findings.race_title(frame.iloc[:0], parts).startswith("No two years")
    gaps = peers.gaps(frame, "shenzhen", ("guangdong",))
    last = gaps.dropna(subset="share").iloc[-1]
    said = findings.share_sentence(gaps, parts)
    assert f"{100 * last['share']:.1f} % of Guangdong's in {last['year']}" in said
    assert "China" not in said
    assert "wider than Shenzhen" in findings.share_sentence(gaps.iloc[:0], parts)
    once = gaps[gaps["year"].eq(gaps["year"].max())]
    assert "(" not in findings.share_sentence(once, parts)
    own = replace(parts, area="guangdong", area_name="Guangdong")
    itself = peers.gaps(frame, "guangdong", ("guangdong",))
    assert "None of the wholes is wider than Guangdong" in findings.share_sentence(itself, own)
    dollars = replace(parts, numerator_unit="usd_bn")
    assert "not added up" in findings.share_sentence(gaps.iloc[:0], dollars)


@pytest.fixture(scope="module")
def footings():
    archive = open_archive(RAW)
    parts = read_parts(RAW, run_of(), archive)
    return parts, footing.footings(archive, parts)


def test_sentences_on_revisions(footings):
    parts, table = footings
    assert f"up to {-table['moved'].min():.2f} points" in findings.footing_title(table, parts)
    said = findings.revision_sentence(parts, table, (4.8, 6.5))
    row = table.loc[table["revision"].idxmax()]
    assert f"of {row['year']} by {row['revision']:+.1f} %" in said
    then = parts.published["value"].iloc[-1] / (1 + row["revision"] / 100)
    assert f"at {then:.2f} %" in said
    assert said.endswith("falls below 6.5.") and "of a day that is not known" in said
    assert "crosses none" in findings.revision_sentence(parts, table, (4.8,))
    down = table.assign(revision=-table["revision"])
    assert f"by \N{MINUS SIGN}{row['revision']:.1f} %" in findings.revision_sentence(
        parts, down, ()
    )
    assert "No revision" in findings.revision_sentence(parts, table.iloc[:0], (4.8,))
    assert "No other definition" in findings.footing_title(table.iloc[:0], parts)
    graded = replace(parts, min_grade="press")
    lacking = "of gross domestic product of grade press or better was known for Shenzhen"
    assert findings.footing_title(table.iloc[:0], graded) == f"No other definition {lacking}"
    assert f"No revision {lacking}." == findings.revision_sentence(graded, table.iloc[:0], ())
    still = table.assign(moved=table["moved"].mul(1e-9))
    assert "leave the ratio where it is" in findings.footing_title(still, parts)
    up = table.assign(moved=-table["moved"])
    assert f"to +{up['moved'].max():.2f} points" in findings.footing_title(up, parts)


def test_a_level_passed_on_one_definition_only_is_named(footings):
    _, table = footings
    said = findings.crossing_sentence(table, (4.8, 6))
    assert said.startswith("Passed on one definition only: 4.8 % in 2018 (4.80 %, but 4.61 %")
    assert "No level" in findings.crossing_sentence(table, (99,))
    nothing = findings.crossing_sentence(table.iloc[:0], (4.8,))
    assert "no other definition was known" in nothing
    assert "no level is given" in findings.crossing_sentence(table, ())
    turned = table.assign(ratio=table["ratio"].where(table["use"].eq("main"), 9.0))
    assert "but 9.00 % over" in findings.crossing_sentence(turned, (8,))


def test_sentences_on_later_prints():
    archive = open_archive(RAW)
    names = RAW.areas.set_index("area")["name_en"]
    parts = read_parts(RAW, run_of(), archive)
    table = footing.reprints(archive, parts)
    said = findings.reprint_sentence(table, parts, names)
    years = table["area"].eq("china").sum()
    assert said.startswith("No ratio of Shenzhen") and f"China ({years} years, " in said
    assert "Guangdong (1 year, \N{MINUS SIGN}0.07 points)" in said
    own = read_parts(RAW, run_of(area="china"), archive)
    assert findings.reprint_sentence(table, own, names).startswith("Later prints exist")


def test_sentences_on_stated_rises(footings):
    parts, _ = footings
    rise = pd.DataFrame({"year": [2024], "stated": 0.3, "value": 6.67, "before": 6.46,
                         "lower": 6.32, "upper": 6.42})  # fmt: skip
    said = findings.conflict_sentence(rise, parts)
    assert "6.32 to 6.42 %" in said and "+0.6 to +2.2 %" in said and "stays open" in said
    fits = findings.conflict_sentence(rise.assign(before=6.4), parts)
    assert "the printed ratios do" in fits and "open" not in fits
    assert "No text" in findings.conflict_sentence(rise.iloc[:0], parts)


def off_by(*values):
    """Finals of four percent, and estimates that are off by so many points."""
    years = range(2010, 2010 + len(values))
    return pd.DataFrame({"year": years, "estimate": 4.0 + np.array(values), "final": 4.0})


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0.1, -0.2, -0.3, -0.4), "In the last 3 of 4 years with both the estimate lay below the "
         "later figure; by 0.30 points on average, 2011 to 2013"),
        ((-0.1, np.nan, -0.2, -0.3), "In the last 3 of 3 years with both the estimate lay below"),
        ((0.1, -0.2), "In 1 of 2 years the estimate lay below"),
        ((-0.13,), "In 2010, the one year with both, the estimate lay 0.13 points below"),
        ((), "No year has both"),
    ],
)  # fmt: skip
def test_titles_of_estimates(values, words):
    assert findings.estimate_title(off_by(*values)).startswith(words)


def test_the_bias_is_reported_as_weak():
    found = off_by(-0.1, -0.3, np.nan, -0.2, 0.2)
    said = findings.bias_sentence(found, off_by())
    assert "over 4 years: \N{MINUS SIGN}0.10 points (sign test: p = 0.62)" in said
    assert "can show little" in said and "for no year" in said
    assert "for 1 of them" in findings.bias_sentence(found, off_by(-0.1))
    assert "no bias" in findings.bias_sentence(off_by(), found)
    assert "p = 0.12)" in findings.bias_sentence(off_by(*[-0.2] * 4), off_by())
    assert "p = 0.00)" in findings.bias_sentence(off_by(*[-0.2] * 12), off_by())
    assert "sign test" not in findings.bias_sentence(off_by(0.0, 0.0), off_by())


def joined(*finals):
    """Estimates up to 2018 and finals after it, whose figures in 2018 may be known unread."""
    return pd.DataFrame({"year": range(2016, 2021), "final": [np.nan, *finals, 5.0, 5.1],
                         "joined_from": ["estimate"] * 3 + ["final"] * 2,
                         "step": [np.nan, 0.1, 0.1, 0.8, 0.1]})  # fmt: skip


def test_a_jump_is_called_what_it_may_be():
    said = findings.jump_sentence(joined(np.nan, 4.8))
    assert "rises 0.80 points in 2019" in said and "the other steps is +0.10" in said
    assert "change is +0.20: if they are right, 75 % of the jump is a change of source" in said
    assert "most of it is real" in findings.jump_sentence(joined(np.nan, 4.3))
    assert "may be a change of source" in findings.jump_sentence(joined(np.nan, np.nan))
    assert "Nowhere" in findings.jump_sentence(joined(4.7, 4.8).assign(joined_from="final"))
    assert "Nowhere" in findings.jump_sentence(joined(4.7, 4.8).assign(step=np.nan))
    falling = joined(4.7, 4.8).assign(step=[np.nan, 0.1, 0.1, -0.8, 0.1])
    assert "Nowhere does the ratio rise" in findings.jump_sentence(falling)
    alone = joined(4.7, 4.8).assign(step=[np.nan, np.nan, np.nan, 0.8, np.nan])
    assert "no other step is known" in findings.jump_sentence(alone)
    assert "100 % of the jump" in findings.jump_sentence(joined(np.nan, 5.2))


def test_a_small_loss_has_no_minus():
    assert (forms.signed(-0.001), forms.percent(-0.01)) == ("+0.00", "0.0 %")


def test_forms():
    assert forms.inside("Gross domestic product") == "gross domestic product"
    assert forms.inside("R&D expenditure") == "R&D expenditure"
    assert forms.inside("PCT applications") == "PCT applications"
    assert forms.percent(-1.25) == "\N{MINUS SIGN}1.2 %" and forms.percent(np.nan) == forms.DASH
    assert (forms.signed(0.5), forms.signed(-0.5)) == ("+0.50", "\N{MINUS SIGN}0.50")
    assert (forms.did(0.5), forms.did(-0.5)) == ("added 0.50", "took away 0.50")
