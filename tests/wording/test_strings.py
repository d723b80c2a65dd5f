"""The one table of strings is complete, used, and written in the language of its column."""

import re
from functools import cache
from math import nan
from pathlib import Path

import pandas as pd
import pytest

from helpers import ROOT
from helpers.observations.raw_data import read_raw
from helpers.observations.schema import UNITS
from helpers.problems import InputError
from helpers.reports.changes.comparison import INPUT_WORDS
from helpers.reports.changes.observations import KINDS
from helpers.tables import write_table
from helpers.targets import assessment
from helpers.targets.statements import (
    read_statements,
    statement_table,
    statements_in,
    statements_of,
)
from helpers.vocabulary import COMPARISONS, LIKELIHOOD_BOUNDS, STATES
from helpers.wording import language as strings
from helpers.wording.language import (
    CHINESE,
    CODES,
    ENGLISH,
    JAPANESE,
    LANGUAGES,
    family,
    language_of,
    read_strings,
    wrapped,
)
from helpers.wording.sentences import news
from helpers.wording.statements import statement
from support.wording import NAMES

PACKAGE = ROOT / "src" / "helpers"
DYNAMIC = (
    r"f[\"']([a-z_]+\.[a-z_.]*){",  # say(f"reason.{state}")
    r"word\(\s*[\"']([a-z_.]+)[\"']",  # word("heading", state)
    r"family\(\s*[\"']([a-z_]+)[\"']",
    r"say\([\"']([a-z_]+\.)[\"'] ~",  # a template's say("word." ~ state)
    r"_(?:with_unit|chance)\([\"']([a-z_]+)[\"']",
    r"_asked\([^)]*[\"']([a-z_]+)[\"']",
)
"""How a key is put together: the part that is fixed."""


@cache
def sources():
    files = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.j2")]
    return "\n".join(path.read_text("utf-8") for path in files)


@cache
def quoted():
    return set(re.findall(r"[\"']([a-z_]+(?:\.[a-z_0-9]+)+)[\"']", sources()))


def fields(text):
    return set(re.findall(r"{(\w+)}", text))


def test_every_key_that_is_asked_for_is_there():
    asked = set(re.findall(r"\bsay\(\s*[\"']([a-z_]+(?:\.[a-z_0-9]+)+)[\"']", sources()))
    assert len(asked) > 80
    assert asked <= set(read_strings())


def test_no_key_is_unused():
    prefixes = tuple({found for form in DYNAMIC for found in re.findall(form, sources())})
    starts = tuple(s for p in prefixes for s in ([p] if p[-1] in "._" else [f"{p}.", f"{p}_"]))
    asked = quoted() | set(prefixes)
    unused = [k for k in read_strings() if k not in asked and not k.startswith(starts)]
    assert unused == []


def test_families_hold_just_the_words_of_the_tables():
    raw = read_raw()
    grades = {"official", "press", "secondary", "unverified"}
    expected = {
        "state": set(STATES),
        "heading": set(STATES),
        "grade": grades,
        "grade_words": grades,
        "status": set(raw.observations["status"]),
        "qualifier": set(raw.observations["qualifier"]) - {"exact"},
        "comparison": set(COMPARISONS),
        "news_kind": set(KINDS),
        "change_word": set(KINDS),
        "change_note": set(INPUT_WORDS),
        "likelihood": {f"{100 * bound:.0f}" for bound in LIKELIHOOD_BOUNDS},
        "question": {p.stem for p in (ROOT / "notebooks").glob("0*.ipynb")},
    }
    for name, words in expected.items():
        assert set(family(name, "en")) == words, name
    own = {unit for unit in raw.indicators["unit"] if " " in unit}
    assert set(family("plain_unit", "en")) - {"pct_of"} == set(UNITS) | own
    assert set(UNITS) <= set(family("unit", "en"))
    stored = (ROOT / "data" / "processed").iterdir()
    assert {path.stem for path in stored} <= set(family("table", "en"))


def test_the_places_of_a_text_are_the_same_in_each_language():
    wrong = {
        k: t
        for k, t in read_strings().items()
        if len({*map(frozenset, map(fields, t.values()))}) > 1
    }
    assert wrong == {}


@pytest.mark.parametrize(("code", "standard"), [("zh", "gb2312"), ("ja", "cp932")])
def test_glyphs_are_those_of_the_language(code, standard):
    # A Japanese form such as 値 is not in GB 2312, nor a simplified one such as 为 in JIS.
    assert "値" not in {c for t in read_strings().values() for c in t["zh"]}
    for key, texts in read_strings().items():
        text = texts[code].replace("–", "-")
        assert text.encode(standard, "replace").decode(standard) == text, key
        if code == "zh":
            assert not re.search("[\u3041-\u30ff]", text), key


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_no_english_is_left(code):
    for key, texts in read_strings().items():
        words = set(re.findall("[A-Za-z]{2,}", re.sub(r"{\w+}", "", texts[code])))
        assert words <= NAMES, key


def test_english_holds_no_han_character():
    assert not [k for k, t in read_strings().items() if re.search("[\u3000-\u9fff]", t["en"])]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("key,en,zh\n", "header"),
        ("key,en,zh,ja\na.b,x,y,z\na.b,x,y,z\n", "row 3: 'a.b' stands twice"),
        ("key,en,zh,ja\na.b,x,,z\n", "row 2: 'a.b': a cell is empty"),
        ("key,en,zh,ja\na.b,x,y\n", "row 2: 'a.b': a cell is empty"),
    ],
)
def test_a_faulty_table_is_refused(text, message, tmp_path, monkeypatch):
    file = tmp_path / "strings.csv"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(strings, "FILE", file)
    with pytest.raises(ValueError, match=re.escape(message)):
        read_strings.__wrapped__()


def test_an_unknown_key_place_or_language_is_an_error():
    with pytest.raises(KeyError):
        ENGLISH.say("no.such")
    with pytest.raises(KeyError):
        ENGLISH.say("summary.met_one")
    with pytest.raises(InputError, match="language: 'fr' is none of en, zh, ja"):
        language_of("fr")
    assert tuple(language.code for language in LANGUAGES) == CODES


@pytest.mark.parametrize(
    ("language", "number", "patents", "yuan", "share", "day", "month", "asked", "chances"),
    [
        (ENGLISH, "16,364", "16,364", "3,873.2 billion yuan", "6.67 % of GDP", "2026-11-23",
         "2025-12", "more than 25,000", ("> 99 %", "89 %", "< 1 %", "–")),
        (CHINESE, "16364", "16364件", "38731.8亿元", "6.67%", "2026年11月23日",
         "2025年12月", "超过25000件", ("超过99%", "89%", "不到1%", "–")),
        (JAPANESE, "16,364", "16,364件", "38,731.8億元", "6.67%", "2026年11月23日",
         "2025年12月", "25,000件超", ("99%超", "89%", "1%未満", "–")),
    ],
    ids=CODES,
)  # fmt: skip
def test_numbers_and_dates_follow_local_habit(
    language, number, patents, yuan, share, day, month, asked, chances
):
    assert language.number(16364) == number
    assert language.amount(16364, 0, "count", "patents") == patents
    assert language.amount(38731.8, 1, "cny_100m") == yuan
    assert language.amount(6.67, 2, "pct_gdp") == share
    assert language.day(pd.Timestamp("2026-11-23")) == day
    assert language.day("2025-12") == month
    assert language.line("gt", 25000, 0, "count", of="patents") == asked
    assert tuple(map(language.probability, (0.999, 0.89, 0.001, nan))) == chances


@pytest.mark.parametrize(
    ("operator", "english", "chinese", "japanese"),
    [
        ("ge", "at least 5 % of GDP", "不低于5%", "5%以上"),
        ("le", "at most 5 % of GDP", "不高于5%", "5%以下"),
        ("lt", "less than 5 % of GDP", "低于5%", "5%未満"),
        ("approx", "about 5 % of GDP", "约5%", "約5%"),
        ("between", "5 to 6 % of GDP", "5%至6%", "5%～6%"),
        ("avg_ge", "on average at least 5 % of GDP", "年均不低于5%", "平均5%以上"),
    ],
)
def test_every_operator_has_words(operator, english, chinese, japanese):
    asked = [lang.line(operator, 5, 0, "pct_gdp", 6) for lang in (ENGLISH, CHINESE, JAPANESE)]
    assert asked == [english, chinese, japanese]


def test_growth_and_multiples_are_told_with_their_base():
    assert CHINESE.line("growth_ge", 10, 0, "pct_per_year") == "年均增长不低于10%"
    assert JAPANESE.line("growth_gt", 7, 0, "pct_per_year") == "年平均7%超の伸び"
    assert JAPANESE.line("ge", 200, 0, "pct_of_2020") == "2020年の200%以上"
    assert (
        ENGLISH.plain_line("growth_ge", 10, 0, "pct_per_year") == "growth of at least 10 % a year"
    )
    assert ENGLISH.amount(5, 0, "pct_of_1999") == "5 % of the 1999 level"
    assert ENGLISH.amount(5, 0, "apples") == "5 apples"


ROW = {
    "state": "open", "operator": "gt", "target_value": 25000.0, "target_high": nan,
    "target_decimals": 0, "unit": "count", "target_year": 2025, "base_year": nan,
    "latest_year": 2024.0, "latest_value": 16364.0, "latest_decimals": 0.0,
    "latest_unit": "count", "latest_status": "estimate", "latest_grade": "press",
    "latest_known_from": "2025-04-22", "latest_known_from_assumed": True, "points": 20,
    "median": 17066.0, "lower80": 14804.0, "upper80": 19949.0, "probability": 0.006,
    "at_signing": "met", "signing_event": "made public", "signing_day": "2021-02-25",
    "signing_year": 2019.0, "signing_value": 26000.0, "signing_decimals": 0.0,
    "signing_grade": "unverified",
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (CHINESE, ["最新数据为2024年16364件（预计数，媒体，2025年4月22日（推定）公布）；"
                   "目标为超过25000件。",
                   "2021年2月25日公布目标时，已知2019年为26000件（未核实）。",
                   "2025年预测值为17066件（80%区间14804至19949），即P < 1%。"]),
        (JAPANESE, ["最新の数値：2024年は16,364件（推計、報道、2025年4月22日（推定）公表）。"
                    "目標は25,000件超。",
                    "2021年2月25日に目標が公表された時点で、"
                    "2019年は26,000件（未確認）とすでに公表されていた。",
                    "2025年の予測値は17,066件（80%区間 14,804～19,949）、すなわちP < 1%。"]),
    ],
)  # fmt: skip
def test_reasons_are_told_in_each_language(language, expected):
    said = statement(ROW, language, "patents")
    assert [said.evidence, said.signing, said.outlook] == expected
    assert said.reason == language.sentences(expected)


def test_an_outcome_of_growth_names_the_level_that_it_led_to():
    row = ROW | {"state": "missed", "operator": "growth_ge", "target_value": 10.0, "level": 32547.3}
    row |= {"unit": "pct_per_year"}
    said = [statement(row, language, "patents").evidence for language in LANGUAGES]
    assert said[0].endswith("the target of growth of at least 10 % a year on average (32,547).")
    assert "（32547件）" in said[1]
    assert "（32,547件）" in said[2]
    assert "32,547" not in statement(row | {"operator": "ge", "unit": "count"}).evidence
    assert "(" not in statement(row | {"level": 16364.0}).evidence.split("the target of")[1]


def test_what_is_judged_is_told_beside_the_figure_of_the_year():
    mean = ROW | {"state": "missed", "operator": "avg_ge", "unit": "pct", "target_value": 6.0}
    mean |= {"target_decimals": 1, "base_year": 2020, "judged": 5.46, "level": 6.2}
    assert ", which makes 5.46 % on average over 2021 to 2025, misses" in statement(mean).evidence
    assert "2021至2025年平均5.46%" in statement(mean, CHINESE).evidence
    assert "2021～2025年の平均で5.46%" in statement(mean, JAPANESE).evidence
    growth = mean | {"operator": "growth_ge", "unit": "pct_per_year", "judged": 8.31}
    assert "which makes growth of 8.31 % a year since 2020, misses" in statement(growth).evidence
    twice = mean | {"operator": "ge", "unit": "pct_of_2020", "judged": 187.4, "target_value": 200}
    assert "which makes 187.40 % of the 2020 level, misses" in statement(twice).evidence
    still = mean | {"state": "open", "judged": nan, "latest_unit": "pct", "latest_decimals": 1}
    assert "on average in the years still open" in statement(still).evidence


@pytest.mark.parametrize("language", LANGUAGES, ids=CODES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_reason(language, state):
    said = statement(ROW | {"state": state}, language)
    told = [said.caveat, said.evidence, said.signing, said.outlook, said.foresight]
    expected = {"open": 3, "no_data": 1, "not_numeric": 1}.get(state, 2)
    assert len([sentence for sentence in told if sentence]) == expected


@pytest.mark.parametrize("language", LANGUAGES, ids=CODES)
def test_what_a_projection_lacks_is_said(language):
    def outlook(**row):
        return statement(ROW | row, language).outlook

    assert outlook(median=nan, points=1) == language.say("reason.few_one", count=1)
    assert outlook(median=nan, points=2) == language.say("reason.few_many", count=2)
    assert outlook(median=nan, latest_year=2025.0) == language.say("reason.ahead")
    waiting = outlook(probability=nan, base_year=2025.0)
    assert "2025" in waiting
    assert "P" not in waiting.replace("Projected", "")


@pytest.mark.parametrize("language", LANGUAGES, ids=CODES)
def test_what_was_met_at_signing_is_said_beside_every_state(language):
    signed = language.say("signed.made_public")
    read = ROW | {"signing_grade": "press"}
    for state in ("open", "met", "missed", "at_the_line"):
        assert statement(read | {"state": state}, language).standing.endswith(signed)
    assert statement(ROW, language).signed == language.say("signed.unverified", signed=signed)
    assert statement(ROW | {"at_signing": "missed"}, language).signed == ""


@pytest.mark.parametrize("day", ["2016-01-01", "2021-03-01", "2026-11-23"])
def test_a_table_of_statements_reads_as_it_was_made(day, tmp_path):
    raw = read_raw()
    verdicts = assessment.assess(raw, day)
    file = write_table(statement_table(verdicts, raw), tmp_path, "statements.csv")
    for language in LANGUAGES:
        made = statements_of(verdicts, raw, language)
        assert statements_in(read_statements(file), language) == made
        if language is ENGLISH:
            assert [said.reason for said in made.values()] == verdicts["reason"].tolist()


FIGURE = {"kind": "added"}
MOVED = {
    "target_id": "t", "name": "A", "target_year": 2025, "year": "2025",
    "probability_before": 0.056, "probability": 0.004,
    "said_before": {"en": "open, P = 6 %", "zh": "待公布，P = 6%", "ja": "未確定、P = 6%"},
    "said": {"en": "open, P < 1 %", "zh": "待公布，P < 1%", "ja": "未確定、P < 1%"},
}  # fmt: skip
SURE = {"en": "open, P > 99 %"}
FINELY = MOVED | {"probability_before": 0.9914, "probability": 0.9992}
FINELY |= {"said_before": SURE, "said": SURE}


@pytest.mark.parametrize(
    ("figures", "verdicts", "tables", "expected"),
    [
        ([], [], [], "no figure, verdict or probability is another."),
        ([], [], ["x"] * 2, "no figure, verdict or probability is another, but 2 tables differ."),
        ([FIGURE], [], ["x"], "1 figure added; no verdict or probability moved."),
        ([FIGURE, FIGURE, {"kind": "revised"}], [MOVED, FINELY, MOVED, MOVED, MOVED], [],
         "2 figures added; 1 figure revised; A 2025: open, P = 6 % → open, P < 1 %; "
         "A 2025: open, P > 99 %, from 0.991 to 0.999; A 2025: open, P = 6 % → open, P < 1 %; "
         "2 more verdicts moved."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("since", ["2026-09-01", "2026-11-23"])
def test_news_in_english(figures, verdicts, tables, expected, since):
    changes = {"since": since, "as_of": "2026-11-23", "figures": figures}
    changes |= {"verdicts": verdicts, "tables": tables}
    told = news(changes, ENGLISH, {})
    replaced = since == "2026-11-23"
    assert told.startswith("Since the report of " + ("the same day" if replaced else since))
    assert told.endswith(f": {expected}")


def test_news_in_chinese_and_japanese():
    changes = {"since": "2026-09-01", "as_of": "2026-11-23", "figures": [FIGURE], "tables": []}
    changes |= {"verdicts": [MOVED]}
    assert news(changes, CHINESE, {"t": "专利"}) == (
        "与2026年9月1日的报告相比：新增1个数据；专利（2025年）：待公布，P = 6% → 待公布，P < 1%。"
    )
    assert news(changes, JAPANESE, {"t": "特許"}).startswith(
        "2026年9月1日の報告以降：数値1件を追加／"
    )
    assert news(changes | {"since": None}, JAPANESE, {}).startswith("初回のため")


def test_the_table_is_read_once():
    assert read_strings() is read_strings()
    assert Path(strings.FILE).parent == PACKAGE / "wording"


def test_lines_break_at_blanks_and_between_han_letters_but_not_before_a_closing_mark():
    for text in (
        "word " * 40,
        "文字、" * 60,
        "“超过25000件”的目标。" * 9,
        "P\xa0=\xa099\xa0% " * 20,
    ):
        lines = wrapped(text, 40)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert not any(line.startswith(("、", "”", "。", "\xa0", "%")) for line in lines)
        assert max(sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in lines) <= 40
    assert wrapped("", 40) == []
    assert len(wrapped("文字" * 20, 20, narrow=0.5, wide=1.0)) == 2


def test_words_of_other_letters_stand_apart():
    english, chinese, japanese = LANGUAGES
    assert chinese.of_area("研发投入", "深圳") == "深圳研发投入"
    assert chinese.of_area("CO2 emissions", "Kenya") == "Kenya CO2 emissions"
    assert chinese.of_area("CO2排放", "肯尼亚") == "肯尼亚CO2排放"
    assert english.of_area("CO2 emissions", "Kenya") == "CO2 emissions, Kenya"
    assert japanese.of_area("CO2 emissions", "Kenya") == "KenyaのCO2 emissions"
