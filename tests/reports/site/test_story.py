"""The story of a plan: computed from tables, and silent where they are."""

import re
from dataclasses import replace
from math import nan

import pandas as pd
import pytest

from helpers import ROOT
from helpers.observations.raw_data import read_raw
from helpers.reports.site.edition import _names
from helpers.reports.site.headline import Rescoped
from helpers.reports.site.layout import Front, SiteContent, write_pages
from helpers.reports.site.story import TABLES, tell
from helpers.wording.language import CHINESE, ENGLISH, JAPANESE, LANGUAGES
from support.verdicts import verdict
from support.wording import NAMES

UNSIGNED = {"at_signing": "", "signing_event": ""}
PATENTS = {"target_id": "pct_applications_2025", "indicator": "pct_applications", "state": "missed",
           "probability": nan, "unit": "count", "latest_unit": "count", "target_value": 25000.0,
           "latest_value": 19660.0, **UNSIGNED}  # fmt: skip
SHARE = {"target_id": "sei_share_2025", "indicator": "sei_share", "state": "met",
         "probability": nan, "target_value": 38.0, **UNSIGNED}  # fmt: skip


@pytest.fixture(scope="module")
def raw():
    return read_raw()


@pytest.fixture(scope="module")
def tables():
    folder = ROOT / "data" / "processed"
    return {name: pd.read_csv(folder / f"{name}.csv") for name in TABLES}


def front(language=ENGLISH):
    rows = [({}, "rd_intensity"), (SHARE, "sei_share"), (PATENTS, "pct_applications")]
    own = tuple(
        verdict(row, {"target_id": dict(row).get("target_id", "t1")}, {"indicator": name},
                language=language)
        for row, name in rows
    )  # fmt: skip
    change = {"sei_share_2025": Rescoped(3, 43.0, 37.959, 41.555)}
    tally = {(90, 95): (1046, 1137)}
    return Front(language, own[1:] + own[:1], rescoped=change, tally=tally)


def words(story):
    said = [story.signed]
    for section in story.sections:
        said += [section.heading, *section.paragraphs, *section.lines]
    return "\n".join(said).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_the_story_answers_each_question_in_each_language(raw, tables, language, tmp_path):
    one = front(language)
    story = tell(one, tables, raw, ["next"])
    assert story.sections[0].heading == language.say("story.happened")
    assert len(story.sections) == 5
    assert "187" in story.source.title + story.source.title_native
    for number in ("20457", "15900", "3665", "37.96", "13%", "1046"):
        assert number in words(story).replace(",", "").replace(" %", "%"), number
    page = Front(language, one.headline, story=story)
    write_pages(SiteContent("2026-11-28", fronts=(page,)), tmp_path)
    assert story.sections[1].heading in (tmp_path / "story.html").read_text("utf-8")


def test_another_table_gives_another_number(raw, tables):
    table = tables["patents"]
    moved = table.copy()
    trough = table["part"].eq("series") & table["last_year"].isin([2022, 2023])
    moved.loc[trough & table["measure"].eq("value"), "amount"] = 15000.0
    china = table["subject"].eq("rest of China (pct_applications)")
    moved.loc[china & table["measure"].eq("control_after"), "amount"] = 21.7
    told = words(tell(front(), tables | {"patents": moved}, raw, []))
    assert "by 2022 15,000 were left" in told and "those of the rest of China by +22 %" in told
    assert "fell by 5,457" in told
    grades = tables["measures"].assign(grade="covered")
    assert "figures cover 15, 0 in part" in words(
        tell(front(), tables | {"measures": grades}, raw, [])
    )
    unbroken = tables["industry"].assign(break_before="")
    told = words(tell(front(), tables | {"industry": unbroken}, raw, []))
    assert "0 are documented and 0 suspected" in told


def test_growth_that_slowed_and_the_part_of_an_applicant_are_reckoned(raw, tables):
    named = replace(front(), names=_names(raw, ENGLISH))
    told = words(tell(named, tables, raw, []))
    assert "most clearly from 2012" in told and "ZTE has 1,486 fewer, at most 33 % of it" in told
    steady = tables["patents"].copy()
    growth = steady["part"].eq("series") & steady["measure"].eq("growth")
    rising = steady.loc[growth, "last_year"] - 1990.0
    steady.loc[growth, "amount"] = rising
    told = words(tell(front(), tables | {"patents": steady}, raw, []))
    assert "Growth had slowed" not in told
    late = steady.copy()
    late.loc[growth, "amount"] = [
        20.0 if year < 2015 else 5.0 for year in late.loc[growth, "last_year"]
    ]
    told = words(tell(front(), tables | {"patents": late}, raw, []))
    assert "from 2015: +20 % a year until then, +5 % since" in told


def test_the_story_is_read_in_a_few_minutes(raw, tables):
    told = [word for word in words(tell(front(), tables, raw, [])).split() if word[0].isalnum()]
    assert 400 < len(told) < 680


def test_what_no_table_tells_is_left_out(raw, tables):
    alone = tell(front(), {"industry": tables["industry"]}, raw, [])
    headings = [section.heading for section in alone.sections]
    assert ENGLISH.say("story.yardstick") in headings and not any(
        "why" in h.lower() for h in headings
    )
    assert "measures of the plan" not in words(alone)
    assert tell(front(), {"measures": tables["measures"]}, raw, []) is None
    assert tell(Front(ENGLISH), tables, raw, []) is None
    few = tables["patents"][tables["patents"]["part"].eq("series")]
    told = words(tell(front(), {"patents": few}, raw, []))
    assert "The peak was" in told and "areas compared" not in told and "such events" not in told


def test_words_of_method_are_explained_once_where_they_first_stand(raw, tables):
    told = words(tell(front(), tables, raw, []))
    chance = ENGLISH.say("story.explain_chance").replace("\N{NO-BREAK SPACE}", " ")
    assert told.count(chance) == 1
    assert told.index("P = 93 %") < told.index(chance)
    for language in (CHINESE, JAPANESE):
        assert language.say("story.explain_pct_applications") in words(
            tell(front(language), tables, raw, [])
        )


@pytest.mark.parametrize("language", [CHINESE, JAPANESE], ids=lambda one: one.code)
def test_no_english_is_left_in_the_story_but_names(raw, tables, language):
    one = replace(front(language), names=_names(raw, language))
    left = set(re.findall("[A-Za-z]{2,}", words(tell(one, tables, raw, []))))
    # The planted verdicts and their plan have English names in any language.
    assert left <= NAMES | {"intensity", "Plan", "ZTE"}
