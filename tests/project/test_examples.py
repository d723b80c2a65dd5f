"""Other plans with the same commands: the two examples, and a planted town without Chinese text."""

import csv
import json
import re
from dataclasses import replace

import pytest
from statsmodels.datasets import macrodata

from helpers import ROOT
from helpers.apps import cli
from helpers.apps.explorer.notebook import explore
from helpers.apps.new_plan.creation import select_plans
from helpers.observations.raw_data import find_problems, read_raw, write_raw
from helpers.observations.schema import MODELS
from helpers.reports.report import ReportRequest, make_report
from helpers.reports.runs.plan import planned_runs
from helpers.reports.store.run import resolve_runs
from helpers.targets.assessment import assess
from helpers.targets.on_track.scores import finished_verdicts, ranking_finding, score_finished
from helpers.topics.parameters import Parameters
from helpers.topics.track_record import replay_domain
from helpers.vocabulary import CODES
from support.fronts import front_pages

pytestmark = pytest.mark.usefixtures("unprinted", "kept_kernels")

EDITION = "2026-11-23"
EXAMPLES = {
    "china_national": (
        "National 14th Five-Year Plan (2021)",
        "National 13th Five-Year Plan (2016)",
        "National 15th Five-Year Plan (2026)",
    ),
    "guangdong": (
        "Guangdong S&T 14th Five-Year Plan (2021)",
        "Guangdong opinion on the innovation chain (2024)",
    ),
}
STATES = ROOT / "examples/united_states"
OF_OTHERS = ("made_in_china_2025", "europe_2030", "climate")
YEARS = range(2008, 2025)
PLACE = {"area": "nowhere", "source_id": "planted_plan"}


def put(folder, table, rows, file=None):
    path = folder / (file or f"{table}.csv")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(MODELS[table].model_fields), "", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def target(name, indicator, year, operator, value, unit, **more):
    about = {"target_id": name, "indicator": indicator, "target_year": year, "operator": operator}
    about |= {"value": value, "unit": unit, "plan": "Planted plan", "stage": 1}
    return {**PLACE, **about, "set_on": "2020-03-01", **more}


def indicator(name, topic, unit, scale, **more):
    facts = {"indicator": name, "topic": topic, "unit": unit, "scale": scale, "release_month": 6}
    facts |= {"plausible_min": 1, "plausible_max": 99 if scale == "logit" else 100000}
    return {**facts, "name_en": name.replace("_", " "), "description": "planted", **more}


def town(folder):
    """Emissions fall by 4 % a year; renewable energy grows by 5 % a year more than all energy."""
    sources = [
        {"source_id": f"planted_{y}", "title": "Planted", "title_en": "Planted",
         "publisher": "Nowhere Office", "kind": "bulletin", "published": f"{y + 1}-06-15",
         "language": "en", "grade": "official"} for y in YEARS
    ]  # fmt: skip
    plan = {"source_id": "planted_plan", "published": "2020-03-01", "kind": "policy"}
    put(folder, "sources", [*sources, sources[0] | plan])
    names = {
        "emissions": indicator("emissions", "climate", "kt CO2", "log"),
        "renewable_share": indicator(
            "renewable_share", "energy", "% of use", "logit",
            numerator="renewable_use", denominator="energy_use",
        ),
        "renewable_use": indicator("renewable_use", "energy", "GWh a year", "log"),
        "energy_use": indicator("energy_use", "energy", "GWh a year", "log"),
    }  # fmt: skip
    put(folder, "indicators", names.values())
    put(folder, "areas", [{"area": "nowhere", "name_en": "Nowhere", "kind": "city"}])
    put(folder, "definitions", [
        {"definition": f"d_{name}", "indicator": name, "first_year": 2008, "last_year": 2024,
         "comparable_with_previous": "yes", "use": "main", "description": "planted",
         "set_by": "Nowhere Office"} for name in names
    ])  # fmt: skip
    growth = {"unit": "pct_per_year", "base_year": 2019}
    share = ("renewable_share", 2030, "between", 30, "% of use")
    put(folder, "targets", [
        target("loose_2030", "emissions", 2030, "le", 760, "kt CO2"),
        target("tight_2030", "emissions", 2030, "le", 480, "kt CO2"),
        target("passed_2024", "emissions", 2024, "lt", 900, "kt CO2"),
        target("failed_2024", "emissions", 2024, "lt", 700, "kt CO2"),
        target("fall_2024", "emissions", 2024, "growth_le", -3, **growth),
        target("range_2030", *share, value_high=45),
        target("vision_2035", "renewable_share", 2035, "ge", 30, "% of use", plan="Vision"),
    ])  # fmt: skip
    for table in ("measures", "measure_indicators", "wanted_indicators", "events", "rejected"):
        put(folder, table, [])
    rows = []
    for step, year in enumerate(YEARS):
        all_use, renewable = 2000 * 1.01**step, 200 * 1.06**step
        values = {"emissions": 1500 * 0.96**step, "renewable_use": renewable}
        values |= {"energy_use": all_use, "renewable_share": 100 * renewable / all_use}
        rows += [
            {"indicator": name, "area": "nowhere", "year": year, "months": 12,
             "value": f"{value:.1f}", "unit": names[name]["unit"], "definition": f"d_{name}",
             "status": "final", "qualifier": "exact", "source_id": f"planted_{year}"}
            for name, value in values.items()
        ]  # fmt: skip
    put(folder, "observations", rows, "observations/planted.csv")
    return folder


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory):
    return town(tmp_path_factory.mktemp("nowhere"))


def filled_rows(path):
    """Rows without their empty cells: an optional column may be there or not."""
    with path.open(encoding="utf-8", newline="") as file:
        return {frozenset((k, v) for k, v in row.items() if v) for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_holds_the_rows_of_the_raw_tables_byte_for_byte(raw, tmp_path, name):
    folder = ROOT / "examples" / name
    write_raw(select_plans(raw, EXAMPLES[name]), tmp_path)
    files = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.csv"))
    assert sorted(path.relative_to(folder) for path in folder.rglob("*.*")) == files
    for file in files:
        same = (folder / file).read_bytes() == (tmp_path / file).read_bytes()
        assert same, f"{file}: remove {folder} and write it anew as docs/your-own-plan.md says"
        assert filled_rows(folder / file) <= filled_rows(ROOT / "data/raw" / file)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_checked_and_assessed_by_the_command(capsys, name):
    folder = str(ROOT / "examples" / name)
    assert cli.main(["check", "--raw-dir", folder]) == 0
    assert "no problems" in capsys.readouterr().out
    assert cli.main(["assess", "--raw-dir", folder, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["plan"] for row in rows} == {EXAMPLES[name][0]}
    assert "Shenzhen" not in json.dumps(rows)


def test_the_examples_hold_the_targets_that_they_are_there_for():
    china = read_raw(ROOT / "examples/china_national").targets.set_index("target_id")
    asked = china[["operator", "value", "target_year"]].itertuples(index=False, name=None)
    assert {("ge", 2.5, 2020), ("growth_gt", 7, 2025), ("ge", 12, 2025), ("ge", 10, 2025)} <= set(
        asked
    )
    guangdong = read_raw(ROOT / "examples/guangdong").targets
    assert set(guangdong["operator"]) == {"growth_ge", "ge", "approx"}


def words_of(page):
    """Give the text of a page, without style, script, drawings and the name of the program."""
    text = re.sub(r"<(style|script|svg)\b.*?</\1>|<[^>]+>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", text).replace("Shenzhen targets", "")


@pytest.mark.parametrize("name", OF_OTHERS)
def test_a_plan_of_others_passes_as_it_is(capsys, name):
    assert cli.main(["check", "--raw-dir", str(ROOT / "examples" / name)]) == 0
    assert "no problems" in capsys.readouterr().out


@pytest.mark.parametrize("name", OF_OTHERS)
def test_the_page_of_others_has_no_word_of_this_plan(tmp_path, name):
    _, pages = front_pages(read_raw(ROOT / "examples" / name), tmp_path, "2026-11-28")
    for page in pages.values():
        found = re.search(r"Shenzhen|深圳|深セン|WIPO|\bPCT\b|on the year before", words_of(page))
        assert not found, found
    chinese = re.search(
        r"[\u4e00-\u9fff]", re.sub(r"中文|日本語", "", words_of(pages["index.html"]))
    )
    assert bool(chinese) == (name == "made_in_china_2025")


def test_climate_holds_a_budget_as_a_sum_net_zero_and_an_official_outlook():
    verdicts = assess(read_raw(ROOT / "examples/climate"), "2026-11-28").set_index("target_id")
    budget = verdicts.loc["uk_cb3"]
    assert (budget["state"], round(budget["judged"], 1)) == ("met", 2154.2)
    assert verdicts.loc["uk_cb4", "lower80"] < verdicts.loc["uk_cb4", "median"] < 1950
    assert "farther than spreads were learned" in verdicts.loc["uk_act_2050", "reason"]
    assert "The official projection (Umweltbundesamt" in verdicts.loc["de_ghg_2030", "reason"]


def test_a_definition_of_one_area_takes_the_place_of_the_one_for_all():
    verdicts = assess(read_raw(ROOT / "examples/europe_2030"), "2026-11-28").set_index("target_id")
    assert verdicts.loc["de_rd_2025", ["latest_value", "latest_grade"]].tolist() == [
        3.17,
        "official",
    ]


@pytest.mark.slow
@pytest.mark.notebooks
@pytest.mark.parametrize("name", OF_OTHERS)
def test_the_verdicts_of_a_plan_of_others_run(tmp_path, name):
    folder = ROOT / "examples" / name
    runs = tuple(r for r in planned_runs(read_raw(folder), "2026-11-28") if r.name[:2] == "07")
    asked = {"raw_dir": folder, "as_of": "2026-11-28", "out_dir": tmp_path}
    result = make_report(ReportRequest(**asked, runs=runs, languages=("en",)))
    assert (result.state, result.message) == ("complete", "")
    page = (result.folder / "notebooks/07_targets.html").read_text("utf-8")
    assert not re.search(r"Shenzhen|WIPO|\bPCT\b|on the year before", words_of(page))


def test_reports_on_examples_hold_what_their_figures_carry():
    plans = {name: read_raw(ROOT / "examples" / name) for name in EXAMPLES}
    runs = {name: [run.name for run in planned_runs(raw, EDITION)] for name, raw in plans.items()}
    # One figure of digital industries, and a goal for 2030 counted from a year not out yet.
    assert runs["china_national"] == [
        "01_sources_and_vintages",
        "05_projection_high_value_invention_patents_per_10k",
        "05_projection_rd_expenditure",
        "06_backtest",
        "07_targets",
    ]
    assert runs["guangdong"] == [
        "01_sources_and_vintages",
        "05_projection_rd_expenditure",
        "05_projection_rd_intensity",
        "06_backtest",
        "07_targets",
        "09_later_goals",
    ]


def test_the_american_figures_are_annual_ones_of_the_data_set_that_they_cite():
    quarters = macrodata.load_pandas().data.astype({"year": int}).query("year <= 2008")
    ends = quarters[quarters["quarter"].eq(4)].set_index("year")["cpi"]
    means = quarters.groupby("year")[["unemp", "realgdp"]].mean()
    wanted = {"unemployment": means["unemp"], "real_gdp": means["realgdp"]}
    wanted["inflation"] = (100 * (ends / ends.shift() - 1)).dropna()
    own = read_raw(STATES).observations
    assert len(own) == sum(map(len, wanted.values()))
    for name, values in wanted.items():
        held = own[own["indicator"].eq(name)].set_index("year")["value"]
        assert (held - values).abs().max() < 0.0501


def test_the_american_targets_fall_grow_and_are_judged_as_it_came(capsys):
    folder = str(STATES)
    assert cli.main(["check", "--raw-dir", folder]) == 0
    raw = read_raw(folder)
    assert set(raw.targets["operator"]) == {"le", "growth_between"}
    states = assess(raw, EDITION).set_index("target_id")["state"]
    assert states.pop("program_inflation_1986") == "met"
    assert set(states) == {"missed"}
    early = assess(raw, "1981-03-01").set_index("target_id")
    assert early["state"].drop("program_growth_1986").eq("open").all()
    assert early["state"]["program_growth_1986"] == "no_data"  # of revised figures alone
    assert early["probability"].max() < 0.2
    names = [run.name for run in planned_runs(raw, "1981-03-01")]
    assert names == [
        "01_sources_and_vintages",
        "05_projection_unemployment",
        "05_projection_inflation",
        "06_backtest",
        "07_targets",
    ]
    texts = "".join(path.read_text("utf-8") for path in STATES.rglob("*.csv"))
    assert not re.search(r"[\u3040-\u9fff]|(?i:shenzhen)", texts)


def test_a_report_on_an_early_day_projects_only_what_was_known(raw):
    names = [run.name for run in planned_runs(raw, "2011-06-30")]
    about = [name for name in names if name.startswith(("02", "03", "04", "05"))]
    assert about == ["04_patents", "05_projection_pct_applications"]


def test_a_planted_town_is_checked_and_its_truth_comes_out(nowhere, capsys):
    assert find_problems(nowhere) == []
    raw = read_raw(nowhere)
    table = assess(raw, EDITION).set_index("target_id")
    assert table["state"].to_dict() == {
        "loose_2030": "open",
        "tight_2030": "open",
        "passed_2024": "met",
        "failed_2024": "missed",
        "fall_2024": "met",
        "range_2030": "open",
        "vision_2035": "open",
    }
    # 4 % a year leads to 611 in 2030, and 5 % a year more than all energy to 29.3 %.
    chance = table["probability"]
    assert chance["loose_2030"] > 0.9 > 0.1 > chance["tight_2030"]
    assert table["median"]["loose_2030"] == pytest.approx(1500 * 0.96**22, rel=0.03)
    assert 0.05 < chance["range_2030"] < 0.95
    capsys.readouterr()
    assert cli.main(["assess", "--raw-dir", str(nowhere), "--as-of", EDITION]) == 0
    said = capsys.readouterr().out
    assert "at most 760 kt CO2" in said
    assert "30 to 45 % of use" in said
    assert not re.search(r"[\u3040-\u9fff]|Shenzhen|nan", said)


def test_a_ratio_of_another_topic_needs_no_notebook_of_this_plan(nowhere):
    runs = {run.name: run for run in planned_runs(read_raw(nowhere), EDITION)}
    assert list(runs) == [
        "01_sources_and_vintages",
        "05_projection_emissions",
        "05_projection_renewable_share",
        "06_backtest",
        "07_targets",
        "09_later_goals",
    ]
    later = {"area": "nowhere", "since_year": 2030, "last_year": 2035}
    assert runs["09_later_goals"].parameters == later
    assert runs["05_projection_emissions"].reads == ("climate",)


def test_a_series_of_a_plan_is_projected_once_in_every_area(raw, tmp_path):
    names = ("cn_fyp13_rd_intensity_2020", "rd_intensity_2025", "sz_br2018_rd_intensity_2035")
    chosen = raw.targets.set_index("target_id", drop=False).loc[list(names)]
    both = replace(raw, targets=chosen.assign(plan="Both").reset_index(drop=True))
    runs = [run for run in planned_runs(both, EDITION) if run.name.startswith("05")]
    assert [run.name for run in runs] == [
        "05_projection_rd_intensity",
        "05_projection_rd_intensity-shenzhen",
    ]
    assert [run.parameters["target_id"] for run in runs] == list(names[:2])
    tables = [Parameters(**run.parameters).table_name for run in runs]
    assert tables == ["rd_intensity", "rd_intensity-shenzhen"]
    resolved = resolve_runs(runs, ROOT / "notebooks", {}, {})
    assert resolved[1].parameters["tables"] == "rd_intensity-shenzhen"


def test_a_share_of_the_topic_industry_gets_its_notebook(nowhere):
    raw = read_raw(nowhere)
    topics = raw.indicators.assign(topic="industry")
    share = raw.targets["target_id"].eq("vision_2035")
    both = raw.targets[share].assign(plan="Planted plan")
    fitting = replace(raw, indicators=topics, targets=both)
    runs = {run.name: run for run in planned_runs(fitting, EDITION)}
    assert runs["03_emerging_industries"].parameters["target_id"] == "vision_2035"
    bare = raw.observations[raw.observations["indicator"].ne("energy_use")]
    assert "03_emerging_industries" not in [
        run.name for run in planned_runs(replace(fitting, observations=bare), EDITION)
    ]


def test_a_count_gets_its_notebook_only_in_company(raw):
    own = select_plans(raw, [raw.targets["plan"].iloc[0]])
    assert "04_patents" not in [run.name for run in planned_runs(own, EDITION)]
    alone = replace(raw, areas=raw.areas[raw.areas["area"].ne("gba")])
    runs = {run.name: run for run in planned_runs(alone, EDITION)}
    assert runs["04_patents"].parameters["wholes"] == "guangdong, china"


def test_a_plan_in_words_alone_has_no_verdicts(nowhere):
    raw = read_raw(nowhere)
    words = raw.targets.head(1).assign(operator="qualitative", indicator="", unit="", value=None)
    names = [run.name for run in planned_runs(replace(raw, targets=words), EDITION)]
    assert names == ["01_sources_and_vintages", "06_backtest"]


def test_without_finished_targets_nothing_is_scored():
    raw = read_raw(ROOT / "examples/guangdong")
    scores = score_finished(finished_verdicts(raw, EDITION))
    assert "no scores" in ranking_finding(scores)
    assert scores["verdicts"].eq(0).all()


def test_without_long_series_the_own_replay_is_empty():
    raw = read_raw(ROOT / "examples/guangdong")
    short = replace(raw, observations=raw.observations[raw.observations["year"].ge(2020)])
    assert replay_domain(short, EDITION, 3).empty


def test_the_explorer_opens_on_another_folder(nowhere):
    about = {"indicator": "emissions", "area": "nowhere", "target_id": "loose_2030"}
    shown = explore(as_of=EDITION, raw_dir=str(nowhere), **about).static()
    assert "at most 760 kt CO2" in shown[0].data
    assert "<svg" in shown[1].data


def full_report(folder, out, without=(), languages=("en",)):
    runs = planned_runs(read_raw(folder), EDITION)
    runs = tuple(run for run in runs if run.name not in without)
    asked = {"raw_dir": folder, "as_of": EDITION, "out_dir": out, "jobs": 2, "runs": runs}
    result = make_report(ReportRequest(**asked, languages=languages))
    assert (result.state, result.message) == ("complete", "")
    assert {outcome.state for outcome in result.outcomes} == {"done"}
    return (result.folder / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.notebooks
@pytest.mark.parametrize(
    ("name", "place"), [("china_national", "China"), ("guangdong", "Guangdong")]
)
def test_a_full_report_on_an_example(tmp_path, name, place):
    # The back-test reads none of a plan's figures; the planted town has it.
    told = CODES if name == "guangdong" else ("en",)
    folder = ROOT / "examples" / name
    page = full_report(folder, tmp_path, without={"06_backtest"}, languages=told)
    assert place in re.search(r"<header.*?</header>", page, re.S).group()
    assert "Shenzhen" not in re.search(r"<title>.*?</title>", page, re.S).group()


@pytest.mark.slow
@pytest.mark.notebooks
def test_a_report_on_falling_targets_of_another_age(tmp_path):
    raw = read_raw(STATES)
    runs = tuple(r for r in planned_runs(raw, "1981-03-01") if not r.name.startswith("06"))
    asked = {"raw_dir": STATES, "as_of": "1981-03-01", "out_dir": tmp_path, "runs": runs}
    result = make_report(ReportRequest(**asked, languages=("en",), jobs=2))
    assert (result.state, result.message) == ("complete", "")
    page = (result.folder / "index.html").read_text(encoding="utf-8")
    assert "Is the United States on track for 1983 and 1988?" in page
    inflation = (result.folder / "notebooks/05_projection_inflation.ipynb").read_text("utf-8")
    assert "judged with all targets: at most 0 % on the year before for 1988" in inflation


@pytest.mark.slow
@pytest.mark.notebooks
@pytest.mark.parametrize(("topic", "start"), [("rd", "02"), ("industry", "03")])
def test_the_notebook_of_a_ratio_runs_on_a_planted_town(nowhere, tmp_path, topic, start):
    raw = read_raw(nowhere)
    target = raw.targets[raw.targets["target_id"].eq("vision_2035")]
    indicators = raw.indicators.assign(topic=topic)
    write_raw(replace(raw, indicators=indicators, targets=target), tmp_path / "raw")
    runs = planned_runs(read_raw(tmp_path / "raw"), EDITION)
    runs = tuple(run for run in runs if run.name.startswith(start))
    assert [run.parameters["indicator"] for run in runs] == ["renewable_share"]
    asked = {"raw_dir": tmp_path / "raw", "as_of": EDITION, "out_dir": tmp_path / "out"}
    assert make_report(ReportRequest(**asked, runs=runs, languages=("en",))).message == ""


@pytest.mark.slow
@pytest.mark.notebooks
def test_a_full_report_on_a_planted_town(nowhere, tmp_path):
    page = full_report(nowhere, tmp_path)
    assert "Nowhere" in re.search(r"<header.*?</header>", page, re.S).group()
    assert "at most 760" in page
