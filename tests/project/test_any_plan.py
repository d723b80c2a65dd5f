"""Plans of strangers: goals that fall, ends that are reached, names that are alike."""

import re

import pandas as pd
import pytest

from helpers.apps import cli
from helpers.apps.explorer.cards import answer, chart, rules_table
from helpers.apps.explorer.views import Choices, open_collection, view_of
from helpers.observations.raw_data import read_raw, write_raw
from helpers.reports.report import make_report
from helpers.reports.runs.making import subject_of
from helpers.reports.runs.plan import planned_runs
from helpers.reports.site.edition import read_front
from helpers.reports.site.layout import _subject, summary
from helpers.reports.site.pages import NotebookPage
from helpers.reports.site.translation import translations_into
from helpers.reports.site.verdicts import read_verdicts
from helpers.reports.store.request import ReportRequest
from helpers.targets.assessment import assess
from helpers.targets.due_figures import due_figures
from helpers.targets.on_track.comparison import compare_rules, disagreement
from helpers.targets.on_track.readings import _REFUSALS
from helpers.targets.plan import find_target, read_targets
from helpers.targets.specification_curve.curve import curve_table, specification_curve
from helpers.targets.statements import (
    names_of,
    statement_table,
    statements_in,
    statements_of,
    target_names,
)
from helpers.topics import measures
from helpers.topics.measures import measure_table, read_measures, verdicts_of
from helpers.topics.verdicts import splicing, strip_view
from helpers.vintages.series import open_archive
from helpers.wording.language import LANGUAGES
from support.fronts import front_pages
from support.made_plans import COUNTRIES, MadePlan, hostile_plan

DAY = "2026-11-28"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    plan = MadePlan("Clean Town Plan").area("town")
    plan.indicator("waste", "kt waste", "log", 1, 10_000).indicator(
        "deaths", "count", "count", 0, 500
    )
    plan.indicator("access", "% of people", "share", 0, 100)
    plan.series("waste", "town", [800 * 0.98**k for k in range(15)], 2010)
    plan.series(
        "deaths", "town", [38, 35, 33, 34, 30, 27, 28, 25, 22, 23, 19, 18, 15, 14, 12], 2010, 0
    )
    plan.series("access", "town", [88, 89, 91, 91.5, 93, 94, 94.4, 95, 96.2, 97, 98.1, 98.4], 2013)
    plan.target("half", "waste", "town", 2030, "le", 50, "pct_of_2015", base_year=2015)
    plan.target("pace", "waste", "town", 2030, "growth_le", -4, "pct_per_year", base_year=2018)
    plan.target("budget", "waste", "town", 2030, "sum_le", 3200, base_year=2025)
    plan.target("fewer", "deaths", "town", 2030, "change_le", -20, base_year=2018)
    plan.target("all", "access", "town", 2030, "ge", 100)
    return plan.write(tmp_path_factory.mktemp("strange"))


@pytest.fixture(scope="module")
def found(folder):
    raw = read_raw(folder)
    return raw, assess(raw, DAY)


def test_a_fall_is_asked_for_by_its_size_and_from_its_year(found):
    raw, table = found
    said = statements_of(table, raw)
    assert said["pace"].asked == "a fall of at least 4 % a year on average"
    assert said["fewer"].asked == "a fall of at least 20 from 2018"
    assert said["fewer"].so_far == "-10 since 2018"
    for language in LANGUAGES:
        asked = statements_of(table, raw, language)
        assert "-" not in asked["pace"].asked and "2018" in asked["fewer"].asked


def test_things_that_are_counted_have_no_decimals_and_a_share_near_its_end_has(found):
    raw, table = found
    said = statements_of(table, raw)
    assert "." not in said["fewer"].interval
    row = table.set_index("target_id").loc["all"]
    assert row["lower80"] < 100 and "99." in said["all"].interval


def test_no_two_targets_have_one_name(found):
    raw, table = found
    names = names_of(table, raw)
    assert len(set(names.values())) == len(names)
    assert names["half"] == "Waste (at most 50 % of the 2015 level)"
    assert names["all"] == "Access"
    labels = strip_view(table, raw)["label"]
    assert labels.str.count("2015 level").max() == 1


def test_no_rule_is_asked_of_a_total_nor_before_the_target_was_set(found, folder, capsys):
    raw, _ = found
    rules = compare_rules(raw, DAY)
    assert "budget" not in set(rules["target_id"])
    assert "total" in rules.attrs["unasked"]["budget"]
    early = compare_rules(raw, "2019-01-01")
    assert early.empty and set(early.attrs["unasked"]) == set(raw.targets["target_id"])
    target = find_target(read_targets(raw.targets, raw.sources), "half")
    assert "set only on 2020-03-01" in disagreement(early, target, raw)
    assert cli.main(["assess", "--raw-dir", str(folder), "--rules", "--as-of", DAY]) == 0
    assert "budget\n  no rule can be asked: a mean or total over years" in capsys.readouterr().out


def test_a_drawing_of_figures_has_the_line_of_a_level_alone(found):
    raw, table = found
    said = statements_in(statement_table(table, raw), LANGUAGES[0])
    raws = (raw.targets, raw.indicators, raw.areas, raw.sources)
    goals = {v.target_id: v.goal for v in read_verdicts(table, said, *raws)}
    assert goals["all"].level == 100
    levels = table.set_index("target_id")["level"]
    assert goals["half"].level == levels["half"] > 50  # of percent what they come to
    assert all(goals[name] is None for name in ("pace", "budget", "fewer"))


def test_a_sweep_says_which_days_lie_before_the_setting(folder, tmp_path, capsys):
    out = tmp_path / "sweep.csv"
    asked = ["sweep", "--raw-dir", str(folder), "--target", "half", "--since", "2018-12-31",
             "--as-of", "2020-12-31", "--every", "year", "--out", str(out)]  # fmt: skip
    assert cli.main(asked) == 0
    told = capsys.readouterr().err
    table = pd.read_csv(out)
    assert table["set_yet"].tolist() == [False, False, True]
    assert "2 of 3 pairs of a target and a day lie before it was set" in told


def test_a_series_that_never_moves_is_expected_to_stay_under_every_choice(tmp_path):
    plan = MadePlan().area("delta").indicator("cases", "count", "count", 0, 1000)
    plan.series("cases", "delta", [0] * 12, 2012, 0)
    plan.target("none", "cases", "delta", 2030, "le", 0)
    raw = read_raw(plan.write(tmp_path))
    [row] = curve_table([specification_curve(raw, DAY, "none")]).to_dict("records")
    assert 0.98 < row["probability_lowest"] <= row["probability_highest"]


def test_a_spliced_series_that_fell_is_said_to_have_fallen():
    series = pd.DataFrame(
        {"year": [2010, 2020], "value": [100.0, 60.0], "spliced_value": [80.0, 60.0],
         "link_method": ["", "real_growth"], "break_before": ["", "no"]}
    )  # fmt: skip
    assert splicing(series, "Emissions").startswith("Down 25 % from 2010 to 2020 ")


def test_areas_of_one_name_are_refused_in_one_sentence(tmp_path, capsys):
    plan = MadePlan().area("xian_a", name_en="Xin").area("xian_b", name_en="Xin")
    plan.indicator("net", "% of households", "logit", 0.1, 99.9)
    plan.series("net", "xian_a", range(20, 30), 2014).target("t", "net", "xian_a", 2030, "ge", 50)
    assert cli.main(["check", "--raw-dir", str(plan.write(tmp_path))]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("areas.csv:3: name_en: Xin: the name of xian_a too (line 2); add what")


def test_a_target_that_was_met_at_its_setting_and_lost_since_is_summed_up_by_its_odds(tmp_path):
    plan = (
        MadePlan("Pact").area("land", "country").indicator("balance", "% of GDP", "linear", -30, 30)
    )
    plan.series("balance", "land", [-2.5, -1.9, -1.2, 0.4, 0.5, 0.4, -7, -5, -3.6, -3.1], 2013)
    plan.target("even", "balance", "land", 2030, "ge", 0)
    fronts, _ = front_pages(read_raw(plan.write(tmp_path / "raw")), tmp_path, DAY)
    assert fronts[0].headline[0].said.signed
    told = summary(fronts[0].headline, LANGUAGES[0])
    assert "unlikely to be met" in told and "before" not in told


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return hostile_plan().write(tmp_path_factory.mktemp("hostile"))


def test_goals_for_later_years_have_a_run_in_every_area_that_has_any(hostile):
    raw = read_raw(hostile)
    runs = [run for run in planned_runs(raw, DAY) if run.notebook == "09_later_goals.ipynb"]
    assert [run.name for run in runs] == [
        "09_later_goals", "09_later_goals-borduria", "09_later_goals-carpathia"
    ]  # fmt: skip
    asked = [run.parameters for run in runs]
    assert [one["area"] for one in asked] == list(COUNTRIES[:3])
    assert [one.get("tables") for one in asked] == [
        None, "outlook_2035-borduria", "outlook_2035-carpathia"
    ]  # fmt: skip
    about = [subject_of(run.name, runs, raw) for run in runs]
    assert about == [("Albion",), ("Borduria",), ("Carpathia",)]
    assert subject_of(runs[0].name, runs[:1], raw) == ()


def test_targets_of_several_areas_have_names_of_their_own(tmp_path):
    plan = ordinary().area("isle").area("port")
    for area in ("isle", "port"):
        plan.series("access", area, range(20, 30), 2016)
        plan.target(f"t_{area}", "access", area, 2030, "ge", 90)
    for language in LANGUAGES:
        names = target_names(read_raw(plan.write(tmp_path / language.code)), language)
        assert len({*names.values()}) == len(names) == 2


def test_measures_are_shown_where_their_figures_are_and_the_page_says_where(tmp_path):
    plan = ordinary().area("isle").area("port")
    for area, count in (("town", 3), ("isle", 2), ("port", 9)):
        plan.indicator(f"pipes_{area}", "km of pipes", "log", 1, 1000)
        plan.series(f"pipes_{area}", area, range(20, 20 + count), 2016)
        plan.target(f"t_{area}", f"pipes_{area}", area, 2030, "ge", 90)
        mapped = {"measure_id": "m01", "indicator": f"pipes_{area}", "data_grade": "yes"}
        plan.rows["measure_indicators"].append(mapped)
    words = {f"{of}_{code}": "Pipes" for of in ("name", "area") for code in ("en", "zh", "ja")}
    measure = {"measure_id": "m01", "area_no": 1, "source_id": "the_plan", "text_read": "yes"}
    plan.rows["measures"].append(measure | words)
    raw = read_raw(plan.write(tmp_path))
    [run] = [run for run in planned_runs(raw, DAY) if run.name == "08_measures"]
    assert run.parameters["area"] == "port"
    reading = read_measures(raw, DAY, area="port", since_year=2019)
    verdicts = verdicts_of(raw, DAY, area="port")
    table = measure_table(raw, reading, reading, verdicts)
    assert ", by figures of Port," in measures.answer(raw, table, reading, verdicts)


def test_a_page_keeps_names_with_commas_apart_in_every_language(tmp_path):
    plan = MadePlan()
    plan.indicator("water", "% of people", "share", 0, 100, name_en="Water, total", name_zh="用水")
    for area, english, chinese in (("kor", "Korea, Rep.", "韩国"), ("hk", "Hong Kong, China", "")):
        plan.area(area, "country", name_en=english, name_zh=chinese)
        plan.series("water", area, range(20, 33), 2012)
        plan.target(f"t_{area}", "water", area, 2030, "ge", 50)
    raw = read_raw(plan.write(tmp_path / "raw"))
    runs = [run for run in planned_runs(raw, DAY) if run.name.startswith("05")]
    about = [subject_of(run.name, runs, raw) for run in runs]
    assert about == [("Water, total", "Korea, Rep."), ("Water, total", "Hong Kong, China")]
    front = read_front(tmp_path, raw, LANGUAGES[1])
    page = NotebookPage("05_projection_water", "T", about[0], "A.")
    assert page.about == "Water, total, Korea, Rep."
    assert _subject(page, front) == "用水，韩国"


@pytest.mark.notebooks
@pytest.mark.usefixtures("unprinted", "kept_kernels")
def test_the_later_goals_of_two_areas_stand_in_one_report(tmp_path):
    raw = hostile_plan(COUNTRIES[:2]).write(tmp_path / "raw")
    runs = [run for run in planned_runs(read_raw(raw), DAY) if run.name.startswith(("07", "09"))]
    asked = {"raw_dir": raw, "as_of": DAY, "out_dir": tmp_path, "runs": runs}
    result = make_report(ReportRequest(**asked, languages=("en",)))
    assert (result.state, result.message) == ("complete", "")
    front = (result.folder / "index.html").read_text("utf-8")
    for name, area in (("09_later_goals", "Albion"), ("09_later_goals-borduria", "Borduria")):
        assert area in (result.folder / f"notebooks/{name}.html").read_text("utf-8")
        assert f"notebooks/{name}.html" in front
    tables = {path.name for path in (result.folder / "tables").glob("outlook*.csv")}
    assert tables == {"outlook_2035.csv", "outlook_2035-borduria.csv"}


def ordinary(published="2020-03-01"):
    """A plan in which nothing is wrong yet."""
    plan = MadePlan("Plan", published).area("town")
    plan.indicator("access", "% of people", "share", 0, 100)
    return plan.series("access", "town", [60 + 1.5 * t for t in range(12)], 2013)


SLIPS = [
    ("targets.csv", ",2030,", ",2030.0,", "target_year: 2030.0: not a whole number; write 2030"),
    ("targets.csv", ",ge,", ",>=,", "operator: >=: unknown word, did you mean 'ge'; allowed"),
    ("targets.csv", ",ge,", ",ge ,", "operator: 'ge ': unknown word, did you mean 'ge'; allowed"),
    ("targets.csv", ",town,", ",town ,", "area: 'town ': this is not in areas.csv, did you mean"),
    ("targets.csv", "% of people", "%", "unit: %: unknown word, did you mean 'pct'; allowed are c"),
    ("targets.csv", ",ge,90,", ",ge,90 %,", "value: 90 %: not a number as printed; write 90"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "told"), SLIPS, ids=[s[2] for s in SLIPS])
def test_a_slip_is_named_with_its_mend(tmp_path, capsys, file, right, wrong, told):
    folder = ordinary().target("t", "access", "town", 2030, "ge", 90).write(tmp_path)
    text = (folder / file).read_text()
    (folder / file).write_text(text.replace(right, wrong))
    for command in ("check", "assess"):
        assert cli.main([command, "--raw-dir", str(folder)]) == 2
        [line] = capsys.readouterr().err.splitlines()
        assert line.startswith(f"{file}:2: {told}")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace(",", ";"), "its cells are split by ';'; save the file with com"),
        (lambda text: text.split("\n", 1)[1], "the first line must name target_id, plan"),
    ],
    ids=["semicolons", "no header"],
)
def test_a_header_that_is_none_is_one_fault(tmp_path, capsys, change, told):
    folder = ordinary().target("t", "access", "town", 2030, "ge", 90).write(tmp_path)
    text = (folder / "targets.csv").read_text()
    (folder / "targets.csv").write_text(change(text))
    assert cli.main(["check", "--raw-dir", str(folder)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("targets.csv:1: header: ") and told in line


@pytest.mark.parametrize("commas", [0, 4, 16])
def test_a_row_of_commas_is_an_empty_row(tmp_path, capsys, commas):
    folder = ordinary().target("t", "access", "town", 2030, "ge", 90).write(tmp_path)
    with (folder / "targets.csv").open("a") as file:
        file.write("," * commas + "\n")
    assert cli.main(["check", "--raw-dir", str(folder)]) == 2 * bool(commas)
    said = capsys.readouterr().err
    assert said == ("targets.csv:3: row: empty: the row is empty; delete the line\n" * bool(commas))


def test_one_target_twice_is_refused_and_set_anew_is_not(tmp_path, capsys):
    plan = ordinary().target("t", "access", "town", 2030, "ge", 90)
    plan.target("again", "access", "town", 2030, "ge", "90.0")
    folder = plan.write(tmp_path)
    assert cli.main(["check", "--raw-dir", str(folder)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert (
        line == "targets.csv:3: target_id: again: asks what t asks (line 2); leave one of them out"
    )
    plan.rows["targets"][1]["set_on"] = "2022-01-01"
    assert cli.main(["check", "--raw-dir", str(plan.write(tmp_path))]) == 0


def test_a_target_whose_year_was_over_when_it_was_set_is_asked_about(tmp_path, capsys):
    folder = ordinary().target("t", "access", "town", 2018, "ge", 70).write(tmp_path)
    assert cli.main(["check", "--raw-dir", str(folder)]) == 0
    assert "targets.csv: t: 2018 was over on 2020-03-01, when it was set" in capsys.readouterr().out


def test_a_plan_without_a_target_to_judge_is_told_so(tmp_path, capsys):
    for name, plan in (("none", ordinary()), ("words", ordinary())):
        if name == "words":
            plan.target("t", "access", "town", 2030, "qualitative", "", "", wording_native="more")
            plan.rows["targets"][0]["indicator"] = ""
        folder = str(plan.write(tmp_path / name))
        assert cli.main(["check", "--raw-dir", folder]) == 0
        capsys.readouterr()
        for asked in ([], ["--rules"], ["--replay"]):
            assert cli.main(["assess", "--raw-dir", folder, *asked]) == 2
            [line] = capsys.readouterr().err.splitlines()
            assert "no target" in line


@pytest.mark.parametrize("area", [COUNTRIES[0], COUNTRIES[-2]])
def test_the_explorer_answers_every_target_of_a_hostile_plan(hostile, area):
    held = open_collection(hostile)
    targets = [
        target
        for indicator in held.indicators
        for target in held.targets_of(indicator, area)
        if target.plan == "Pact of Ten"
    ]
    assert len(targets) == 5
    for target in targets:
        asked = {"indicator": target.indicator, "area": area, "target_id": target.target_id}
        view = view_of(held, Choices(raw_dir=hostile, as_of=DAY, **asked))
        assert not view.refused and 0 <= view.probability <= 1
        assert not view.rules_refused and set(rules_table(view)["in short"]) > {""}
        said = answer(held, view)
        assert said.startswith(f"**{held.indicators[target.indicator]}, {area.title()}")
        assert "nan" not in said and "<svg" in chart(held, view)


def test_net_emissions_may_fall_below_zero_and_are_no_growth_rate(hostile):
    rules = compare_rules(read_raw(hostile), DAY, ["net_zero_albion", "half_albion"])
    assert not rules.attrs["unasked"]
    assert set(rules["target_id"]) == {"net_zero_albion", "half_albion"}
    assert (rules["state"].ne("").groupby(rules["target_id"]).sum() >= 6).all()


def test_a_sweep_of_a_hostile_plan_answers_every_target(hostile, tmp_path, capsys):
    out = tmp_path / "sweep.csv"
    asked = ["sweep", "--raw-dir", str(hostile), "--as-of", DAY, "--out", str(out)]
    assert cli.main(asked) == 0
    assert "53 answers" in capsys.readouterr().out
    table = pd.read_csv(out).set_index("target_id")
    assert len(table) == 53
    assert table["probability"].between(0, 1).all()
    assert table.loc["none_albion", "probability"] > 0.9


@pytest.mark.parametrize(
    ("ends", "over", "usual"),
    [("", "2024-12-31", "2025-06-30"), ("12", "2024-12-31", "2025-06-30"),
     ("9", "2024-09-30", "2025-03-31"), ("15", "2025-03-31", "2025-09-30")],
)  # fmt: skip
def test_a_year_that_is_no_calendar_year_is_over_and_due_when_it_is(
    tmp_path, capsys, ends, over, usual
):
    plan = MadePlan().area("land", "country")
    plan.indicator("deficit", "% of GDP", "linear", -30, 30, year_ends=ends)
    plan.series("deficit", "land", [3 + 0.1 * k for k in range(8)], 2016)
    plan.target("t", "deficit", "land", 2024, "le", 3)
    folder = plan.write(tmp_path / "held")
    raw = read_raw(folder)
    assert read_raw(write_raw(raw, tmp_path / "again")[0].parent).indicators.equals(raw.indicators)
    [due] = due_figures(raw, over).to_dict("records")
    assert (due["year"], due["expected"], due["state"]) == (2024, usual, "due")
    assert f"{open_archive(raw).usual_release('deficit', 2024):%Y-%m-%d}" == usual
    late = f"{pd.Timestamp(usual) + pd.Timedelta(days=1):%Y-%m-%d}"
    assert "overdue" in assess(raw, late)["reason"][0]
    assert "overdue" not in assess(raw, usual)["reason"][0]
    # The figure of the year, in a text of the last day of it and of the day before.
    for day, right in ((pd.Timestamp(over), True), (pd.Timestamp(over) - pd.Timedelta(days=1), 0)):
        printed = MadePlan().area("land", "country")
        printed.indicator("deficit", "% of GDP", "linear", -30, 30, year_ends=ends)
        printed.source("pub_2024", f"{day:%Y-%m-%d}")
        printed.series("deficit", "land", [3.0], 2024).target("t", "deficit", "land", 2026, "le", 3)
        got = cli.main(["check", "--raw-dir", str(printed.write(tmp_path / f"{day:%d}"))])
        assert got == (0 if right else 2)
        assert right or "before that was over" in capsys.readouterr().err


def test_a_month_of_a_year_that_there_is_not_is_refused(tmp_path, capsys):
    plan = ordinary().target("t", "access", "town", 2030, "ge", 90)
    plan.rows["indicators"][0]["year_ends"] = "24"
    assert cli.main(["check", "--raw-dir", str(plan.write(tmp_path))]) == 2
    assert "year_ends: 24: the month of a year's end lies between 1 and" in capsys.readouterr().err


FISCAL = {"ge": 40, "change_ge": 10, "avg_ge": 41}


@pytest.fixture(scope="module")
def fiscal(tmp_path_factory):
    plan = MadePlan().area("land", "country").indicator(
        "access", "% of people", "share", 0, 100, year_ends=15
    )  # fmt: skip
    plan.series("access", "land", [20 + 1.5 * k for k in range(13)], 2012)
    plan.target("half", "access", "land", 2030, "ge", 150, "pct_of_2015", base_year=2015)
    for operator, value in FISCAL.items():
        base = {"base_year": 2023} if "_" in operator else {}
        plan.target(operator, "access", "land", 2028, operator, value, **base)
    plan.target("over", "access", "land", 2024, "le", 40)
    plan.target("late", "access", "land", 2025, "ge", 40)
    return plan.write(tmp_path_factory.mktemp("fiscal"))


def test_a_year_that_ends_in_the_next_one_is_named_by_both(fiscal, tmp_path, capsys):
    raw = read_raw(fiscal)
    table = assess(raw, DAY)
    for language in LANGUAGES:
        for said in statements_of(table, raw, language).values():
            told = re.sub(r"20\d\d-\d\d(-\d\d)?|20\d\d年\d+月", "", said.reason + said.asked)
            assert re.findall(r"20\d\d(?!/\d\d)", told) == []
    said = statements_of(table, raw)
    assert said["half"].asked == "at least 150 % of the 2015/16 level"
    assert said["change_ge"].asked == "a rise of at least 10 points from 2023/24"
    assert "on average over 2024/25 to 2028/29" in said["avg_ge"].outlook
    assert said["late"].due == "The figure for 2025/26 is overdue: it is usually out by 2026-09."
    fronts, pages = front_pages(raw, tmp_path, DAY)
    assert fronts[0].headline[0].year == "2030/31"
    assert "2024/25 to 2030/31" in pages["index.html"] and "2028/29年" in pages["zh.html"]
    for view in ([], ["--lang", "zh"], ["--lang", "ja"], ["--replay"]):
        assert cli.main(["assess", "--raw-dir", str(fiscal), "--as-of", DAY, *view]) == 0
        assert ("2024/25" if view == ["--replay"] else "2028/29") in capsys.readouterr().out
    assert cli.main(["due", "--raw-dir", str(fiscal), "--as-of", DAY]) == 0
    assert "access land 2025/26; last in" in capsys.readouterr().out


def test_a_fiscal_year_is_waited_for_once_it_is_over(fiscal):
    raw = read_raw(fiscal)
    reasons = [assess(raw, day).set_index("target_id")["reason"]["late"]
               for day in ("2026-01-31", "2026-03-31", "2026-04-01", "2026-10-01")]  # fmt: skip
    assert ["usually out" in reason for reason in reasons] == [False, False, True, True]
    assert ["overdue" in reason for reason in reasons] == [False, False, False, True]


def said_in(raw, language):
    return {name: one.asked for name, one in statements_of(assess(raw, DAY), raw, language).items()}


def test_pages_of_plans_without_translations_are_told_in_every_language_with_their_own_names(
    fiscal, hostile
):
    refusals = {*_REFUSALS.values(), "a mean or total over years: no single figure is at it or "
                "short of it", "the line is not known yet"}  # fmt: skip
    for folder in (fiscal, hostile):
        raw = read_raw(folder)
        said = statements_of(assess(raw, DAY), raw)
        for translation in translations_into(("en", "zh", "ja"), raw):
            for one in said.values():
                texts = filter(None, (one.asked, one.evidence, one.outlook))
                told = [translation.of(text) for text in texts]
                assert all(told) and not any("target" in text for text in told)
            rise = translation.of("a rise of at least 10 points from 2023/24")
            assert rise == said_in(raw, translation.language).get("change_ge", rise)
            for unit in raw.indicators["unit"]:
                assert unit == "count" or translation.of(f"12.5 {unit}") == f"12.5 {unit}"
            for why in refusals:
                assert translation.of(re.sub(r"{\w+}", "2020", why))
                assert translation.of(re.sub(r"{\w+}", "2020", f"[{why}]")) or why not in (
                    _REFUSALS.values()
                )
