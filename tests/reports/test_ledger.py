"""What reports issued is kept for good, scored by what came, and noticed where it is changed."""

import json
from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import days
from helpers.observations.raw_data import read_raw, write_raw
from helpers.reports.report import make_report
from helpers.reports.site.edition import read_front
from helpers.reports.site.layout import SiteContent, write_fronts, write_pages
from helpers.reports.site.ledger_page import (
    HUB,
    issued_until,
    model_output,
    oracle_output,
    sums,
    time_series,
    write_ledger,
)
from helpers.reports.store import folders
from helpers.reports.store.ledger import (
    COLUMNS,
    FILE,
    Ledger,
    catch_up,
    issued_lines,
    read_ledger,
)
from helpers.tables import write_table
from helpers.targets.assessment import assess
from helpers.vintages.series import open_archive
from helpers.wording.language import ENGLISH, LANGUAGES
from support.pages import HOSTILE, outside
from support.reports import request, snapshot, write_notebook

PCT, RD = "pct_applications_2025", "cn_fyp13_rd_intensity_2020"
TOTALS = {"raw": "r" * 64, "code": "c" * 64}
PARAMETERS = 'as_of: str = ""\nraw_dir: str = ""\noutput_dir: str = ""'
CELL = f"""from datetime import date
from pathlib import Path
from helpers.observations.raw_data import read_raw
from helpers.tables import write_table
from helpers.targets.assessment import assess
verdicts = assess(read_raw(raw_dir, date.max), as_of, target_ids=[{PCT!r}, {RD!r}])
first = verdicts.drop(columns="probability_final")  # one line a target, to count them by
_ = write_table(first, Path(output_dir), "assessment.csv")
"""


def line(**cells):
    """A line as a report writes it: PCT applications, before their figure of 2025 was out."""
    asked = {"target_id": PCT, "plan": "Plan", "indicator": "pct_applications", "area": "shenzhen",
             "operator": "gt", "target_value": "25000", "target_decimals": "0", "unit": "count",
             "target_year": "2025"}  # fmt: skip
    said = {"day": "2026-01-10", "started": "2026-01-10T01:00:00+00:00", "print": "first",
            "probability": "0.2", "quantile_0.1": "15000", "quantile_0.5": "18000",
            "quantile_0.9": "21000", "data_sha256": "r", "code_sha256": "c"}  # fmt: skip
    return {**asked, **said, **cells}


def published(reports, day, ledger, started="2026-01-10"):
    """A folder of a report that issued, of which nothing has reached the table yet."""
    (reports / day).mkdir(parents=True)
    record = {"as_of": day, "made_on": day, "started": started}
    (reports / day / "run.json").write_text(json.dumps(record))
    (reports / day / FILE).write_bytes(ledger.content)


@pytest.fixture(scope="module")
def raw():
    return read_raw()


def with_print(raw, value, published, status="final"):
    """Add a further print of the PCT applications of 2025."""
    table = raw.observations
    own = table["indicator"].eq("pct_applications") & table["area"].eq("shenzhen")
    row = table[own & table["year"].eq(2025)].iloc[-1].to_dict()
    row |= {"value": float(value), "status": status, "published": published, "first_release": ""}
    row |= {"grade": "official", "kind": "bulletin", "qualifier": "exact"}
    added = pd.DataFrame([row], columns=table.columns).astype(table.dtypes)
    return replace(raw, observations=pd.concat([table, added], ignore_index=True))


def scored(raw, *lines, as_of="2026-11-28"):
    return issued_until(Ledger().with_lines(lines), open_archive(raw), as_of)


@pytest.fixture
def clock(monkeypatch):
    def set_day(day):
        moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=days.ZONE)
        monkeypatch.setattr(days, "now", lambda: moment)
        return day

    return set_day


@pytest.fixture
def place(tmp_path):
    (tmp_path / "notebooks").mkdir()
    write_notebook(tmp_path / "notebooks" / "verdicts.ipynb", CELL, parameters=PARAMETERS)
    return tmp_path


@pytest.fixture
def tables(raw, tmp_path):
    """Raw tables of two indicators, without the figure that decides."""
    figures = raw.observations[raw.observations["indicator"].isin(["pct_applications", RD])]
    decides = figures["indicator"].eq("pct_applications") & figures["year"].eq(2025)
    write_raw(replace(raw, observations=figures[~decides]), tmp_path / "raw")
    return tmp_path / "raw"


def enter(folder, value, published, status="preliminary", year=2025):
    """Enter a print of the figure that decides, from a publication of its own."""
    known, name = read_raw(folder), "s" + published.replace("-", "_")
    source = known.sources[known.sources["grade"].eq("official")].iloc[[-1]]
    source = source.assign(source_id=name, published=published, kind="bulletin")
    like = known.observations["indicator"].eq("pct_applications")
    row = known.observations[like & known.observations["area"].eq("shenzhen")].iloc[[-1]]
    row = row.assign(source_id=name, year=year, value=float(value), status=status, first_release="")
    sources = pd.concat([known.sources, source], ignore_index=True)
    observations = pd.concat([known.observations, row], ignore_index=True)
    write_raw(replace(known, sources=sources, observations=observations), folder)


def flat(path):
    return path.read_text("utf-8").replace("\xa0", " ")


@pytest.mark.notebooks
@pytest.mark.usefixtures("unprinted", "kept_kernels")
def test_two_reports_with_a_figure_between_them_score_themselves(place, tables, clock):
    report = {"raw_dir": tables, "keep": 1}
    first = make_report(request(place, "verdicts", as_of=clock("2026-12-01"), **report))
    assert (first.state, first.warnings) == ("complete", ())
    reports = place / "reports"
    begun = (reports / FILE).read_bytes()
    assert begun == (first.folder / FILE).read_bytes()
    assert "Targets decided since: 0" in flat(first.folder / "ledger.html")
    (issued,) = read_ledger(reports).rows.to_dict("records")
    assert (issued["target_id"], issued["day"], issued["print"]) == (PCT, "2026-12-01", "first")

    for day in ("2024-01-10", "2027-01-10"):  # a replay, and a what-if
        other = make_report(request(place, "verdicts", as_of=day, raw_dir=tables))
        assert (reports / FILE).read_bytes() == begun
        assert not (other.folder / FILE).exists()
    assert "No report has given" in flat(reports / "2024-01-10" / "ledger.html")

    clock("2026-12-06")
    enter(tables, 19660, "2026-12-05")
    second = make_report(request(place, "verdicts", as_of="2026-12-06", **report))
    page = flat(second.folder / "ledger.html")
    assert "Targets decided since: 1, by figures published: 1" in page
    assert "Missed: 19,660 (first published, 2026-12-05)" in page
    scores = pd.read_csv(second.folder / "ledger_scores.csv")
    assert scores["brier"].tolist() == pytest.approx([issued["probability"] ** 2], rel=1e-3)
    assert all((second.folder / name).is_file() for name in HUB)
    assert not first.folder.exists()  # pruned; what it said is not
    assert (reports / FILE).read_bytes() == begun  # nothing was open any more

    clock("2026-12-20")
    enter(tables, 25100, "2026-12-19", "final")
    third = make_report(request(place, "verdicts", as_of="2026-12-20", **report))
    page = flat(third.folder / "ledger.html")
    assert "Met: 25,100 (final, 2026-12-19)" in page
    assert "The first figure and the one that holds now give different answers." in page


@pytest.mark.notebooks
@pytest.mark.usefixtures("unprinted", "kept_kernels")
def test_a_tampered_ledger_is_told_and_continued(place, tables, clock):
    for day in ("2026-12-01", "2026-12-02"):
        make_report(request(place, "verdicts", as_of=clock(day), raw_dir=tables))
    path = place / "reports" / FILE
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) == 3
    changed = "\n".join([lines[0], lines[1].replace("2026-12-01", "2026-11-01", 1), lines[2], ""])
    path.write_text(changed, "utf-8")
    done = make_report(request(place, "verdicts", as_of=clock("2026-12-03"), raw_dir=tables))
    assert done.state == "complete"
    assert done.warnings == (f"{FILE}: line 2: not as written; line 3 has another checksum of it",)
    assert "line 2: not as written" in flat(done.folder / "ledger.html")
    assert path.read_text("utf-8").startswith(changed)
    assert len(path.read_text("utf-8").splitlines()) == 4


@pytest.mark.notebooks
@pytest.mark.usefixtures("unprinted", "kept_kernels")
def test_a_report_made_again_adds_what_it_says_otherwise(place, tables, clock):
    wanted = request(place, "verdicts", as_of=clock("2026-12-01"), raw_dir=tables, fresh=True)
    once = snapshot(make_report(wanted).folder)
    again = snapshot(make_report(wanted).folder)
    assert {name for name in once if once[name] != again[name]} == {"run.json"}
    enter(tables, 17000, "2026-11-20", "revised", year=2024)
    make_report(wanted)
    rows = read_ledger(place / "reports").rows
    assert rows["day"].tolist() == ["2026-12-01"] * 2
    assert rows["data_sha256"].nunique() == 2


@pytest.mark.notebooks
@pytest.mark.usefixtures("unprinted", "kept_kernels")
def test_parameters_make_a_what_if_that_issues_nothing(place, tables, clock):
    write_notebook(place / "notebooks" / "verdicts.ipynb", CELL,
                   parameters=PARAMETERS + "\nfirst_year: int = 0")  # fmt: skip
    what_if = {"raw_dir": tables, "parameters": {"first_year": 2010}}
    done = make_report(request(place, "verdicts", as_of=clock("2026-12-01"), **what_if))
    assert done.state == "complete"
    assert not (place / "reports" / FILE).exists()


LINES = Ledger().with_lines(line(day=f"2026-01-{n:02}", probability=f"0.{n}") for n in range(1, 9))


@given(at=st.integers(0, len(LINES.content) - 2), other=st.integers(1, 255))
def test_any_byte_that_is_changed_is_noticed(tmp_path_factory, at, other):
    reports = tmp_path_factory.mktemp("reports")
    published(reports, "2026-01-08", LINES)
    content = bytearray(LINES.content)
    content[at] = (content[at] + other) % 256
    (reports / FILE).write_bytes(content)
    catch_up(reports)
    faults = read_ledger(reports).faults
    place = LINES.content[:at].count(b"\n") + 1
    assert faults
    assert faults[0].startswith((f"{FILE}: line {place}:", f"{FILE}: line {place - 1}:"))


@pytest.mark.parametrize("edit", ["taken out", "put in", "swapped"])
def test_lines_that_are_moved_are_noticed_without_any_report(tmp_path, edit):
    lines = LINES.content.splitlines(keepends=True)
    if edit == "taken out":
        del lines[4]
    elif edit == "put in":
        lines.insert(4, lines[3])
    else:
        lines[3], lines[4] = lines[4], lines[3]
    (tmp_path / FILE).write_bytes(b"".join(lines))
    assert read_ledger(tmp_path).faults
    assert not read_ledger(tmp_path / "none").faults


@given(cut=st.integers(0, len(LINES.content)))
def test_what_a_crash_cut_off_is_added_from_the_report(tmp_path_factory, cut):
    """Between publishing and appending, and within an append: at any byte."""
    reports = tmp_path_factory.mktemp("reports")
    published(reports, "2026-01-08", LINES)
    (reports / FILE).write_bytes(LINES.content[:cut])
    catch_up(reports)
    assert (reports / FILE).read_bytes() == LINES.content
    assert read_ledger(reports).faults == ()
    catch_up(reports)
    assert (reports / FILE).read_bytes() == LINES.content


def test_pruning_and_copying_lose_nothing(tmp_path):
    early = Ledger().with_lines([line(day="2026-01-01")])
    late = early.with_lines([line(day="2026-01-02")])
    published(tmp_path, "2026-01-01", early, "2026-01-01")
    published(tmp_path, "2026-01-02", late, "2026-01-02")
    folders.prune(tmp_path, 1, tmp_path / "2026-01-02")
    catch_up(tmp_path)
    assert len(read_ledger(tmp_path).rows) == 2
    # A report that is copied in from another folder of reports is of another ledger.
    published(tmp_path, "2026-01-03", Ledger().with_lines([line(day="2026-01-03")]), "2026-01-03")
    catch_up(tmp_path)
    assert (tmp_path / FILE).read_bytes() == late.content
    (fault,) = read_ledger(tmp_path).faults
    assert fault == f"{FILE}: line 2: not what the report of 2026-01-03 holds"


@given(st.text())
def test_any_text_stays_on_its_line_and_comes_back(plan):
    ledger = Ledger().with_lines([line(plan=plan), line(probability="0.3")])
    assert ledger.content.count(b"\n") == 3
    rows = ledger.rows
    assert rows["probability"].tolist() == [0.2, 0.3]
    if plan.isprintable():
        assert rows["plan"].iloc[0] == plan


def test_a_ledger_keeps_the_header_that_it_began_with(tmp_path):
    header = [name for name in reversed(COLUMNS) if name != "before"]
    old = Ledger(",".join([*header, "note", "before"]).encode() + b"\n")
    longer = old.with_lines([line()])
    (tmp_path / FILE).write_bytes(longer.content)
    assert read_ledger(tmp_path).faults == ()
    assert longer.rows.loc[0, "probability"] == 0.2


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"probability": "1.5"}, "probability: '1.5' does not lie between 0 and 1"),
        ({"probability": "high"}, "probability: 'high' is no number"),
        ({"target_value": ""}, "target_value: a number is missing"),
        ({"target_year": "x"}, "target_year: 'x' is no number"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_left_out(tmp_path, cells, why):
    ledger = Ledger().with_lines([line(), line(**cells), line()])
    (tmp_path / FILE).write_bytes(ledger.content)
    held = read_ledger(tmp_path)
    assert held.faults == (f"{FILE}: line 3: {why}",)
    assert len(held.rows) == 2


def test_only_open_targets_are_issued_and_as_they_are_printed(raw, tmp_path):
    verdicts = assess(raw, "2026-05-01")
    write_table(verdicts, tmp_path, "assessment.csv")
    lines = issued_lines(tmp_path / "assessment.csv", "2026-05-01", "now", TOTALS)
    open_ones = verdicts[verdicts["state"].eq("open") & verdicts["probability"].notna()]
    lines = [one for one in lines if one["print"] == "first"]
    assert [one["target_id"] for one in lines] == open_ones["target_id"].tolist()
    printed = pd.read_csv(tmp_path / "assessment.csv", dtype=str).set_index("target_id")
    for one in lines:
        row = printed.loc[one["target_id"]]
        assert (one["probability"], one["quantile_0.9"]) == (row["probability"], row["upper80"])
    table = pd.read_csv(tmp_path / "assessment.csv", dtype=str).assign(probability_final="0.5")
    table.to_csv(tmp_path / "both.csv", index=False)
    both = issued_lines(tmp_path / "both.csv", "2026-05-01", "now", TOTALS)
    assert [one["print"] for one in both[:2]] == ["first", "final"]
    assert issued_lines(tmp_path / "none.csv", "2026-05-01", "now", TOTALS) == []


def test_a_revision_that_turns_the_answer_is_scored_twice_and_flagged(raw):
    revised = with_print(raw, 25100, "2026-10-01")
    table = scored(revised, line(), line(print="final", probability="0.3"))
    assert table["state_first"].tolist() == ["missed"] * 2
    assert table["state_final"].tolist() == ["met"] * 2
    assert table["brier_first"].tolist() == pytest.approx([0.04, 0.09])
    assert table["brier_final"].tolist() == pytest.approx([0.64, 0.49])
    assert table["brier"].tolist() == pytest.approx([0.04, 0.49])
    assert table["differ"].all()
    before = scored(revised, line(), as_of="2026-09-30")
    assert before.loc[0, ["state_first", "state_final", "differ"]].tolist() == ["missed", "", False]
    assert np.isnan(before.loc[0, "brier_final"])


def test_whether_a_preliminary_outcome_will_stand_is_scored_on_the_final_print(raw, tmp_path):
    after = {"day": "2026-06-10", "print": "final", "probability": "0.02"}
    waiting = scored(raw, line(**after))
    assert waiting.loc[0, ["state_first", "state", "late"]].tolist() == ["missed", "", False]
    assert "Targets decided since: 0" in sums(waiting, ENGLISH)[0]
    table = scored(with_print(raw, 25100, "2026-10-01"), line(**after))
    assert table.loc[0, "brier"] == pytest.approx(0.98**2)
    assert "Targets decided since: 1" in sums(table, ENGLISH)[0]
    settled = "target_id,state,probability,probability_final\na,met,,0.97\nb,met,,\n"
    (tmp_path / "assessment.csv").write_text(settled, "utf-8")
    (one,) = issued_lines(tmp_path / "assessment.csv", "2026-06-10", "now", TOTALS)
    assert (one["target_id"], one["print"], one["probability"]) == ("a", "final", "0.97")


def test_what_was_said_too_late_or_said_anew_is_kept_but_not_counted(raw):
    early, anew = line(started="a"), line(started="b", probability="0.4")
    late = line(day="2026-06-01", probability="0.01")
    table = scored(raw, early, anew, late)
    assert table["replaced"].tolist() == [True, False, False]
    assert table["late"].tolist() == [False, False, True]
    assert table["brier"].isna().tolist() == [True, False, True]
    assert "Average penalty: 0.160" in sums(table, ENGLISH)[1]


def test_a_target_that_is_changed_or_gone_is_judged_as_it_was_issued(raw):
    targets = raw.targets[raw.targets["target_id"].ne(PCT)]
    gone = replace(raw, targets=targets)
    assert scored(gone, line()).loc[0, "state_first"] == "missed"
    assert scored(raw, line(target_value="19000")).loc[0, "state_first"] == "met"
    empty = replace(raw, observations=raw.observations[~raw.observations["indicator"].eq(
        "pct_applications")].reset_index(drop=True))  # fmt: skip
    assert scored(empty, line()).loc[0, "state_first"] == ""


def test_lines_after_the_day_of_a_replay_are_not_told(raw):
    lines = [line(day="2026-01-10"), line(day="2026-02-10")]
    assert len(scored(raw, *lines, as_of="2026-01-31")) == 1
    assert scored(raw, *lines, as_of="2025-12-31").empty
    (told,) = sums(scored(raw, as_of="2026-01-31"), ENGLISH)
    assert told == "No report has given a probability on its own day yet."


def test_targets_that_rest_on_one_figure_count_as_one_surprise(raw):
    table = scored(raw, line(), line(target_id="other", target_value="20000"))
    assert "Targets decided since: 2, by figures published: 1." in sums(table, ENGLISH)[0]
    assert "1 of 1 figures" in sums(table, ENGLISH)[2]
    assert "Fewer than 30" in sums(table, ENGLISH)[3]


def test_others_can_score_the_hub_files(raw, tmp_path):
    revised = with_print(raw, 25100, "2026-10-01")
    table = scored(revised, line(started="a", probability="0.9"), line(started="b"),
                   line(day="2026-02-10", probability="0.3"), line(target_id="other"))  # fmt: skip
    said, came = model_output(table), oracle_output(table)
    key = ["target", "location", "target_end_date", "output_type"]
    pairs = said[said["output_type"].eq("pmf")].merge(came, on=[*key, "output_type_id"])
    first = pairs[pairs["as_of"].eq(pairs["as_of"].min()) & pairs["output_type_id"].eq("met")]
    theirs = ((first["value"] - first["oracle_value"]) ** 2).tolist()
    assert sorted(theirs) == pytest.approx(sorted(table["brier"].dropna()))
    quantiles = said[said["output_type"].eq("quantile")]
    assert quantiles["target"].unique().tolist() == ["pct_applications"]
    # Two targets ask about one figure, on two days at three levels.
    assert len(quantiles) == 6
    versions = time_series(table, open_archive(revised))
    own = versions[versions["target_end_date"].eq("2025-12-31")]
    assert own["observation"].tolist() == [19660, 25100]
    assert not versions.duplicated(["as_of", "target", "location", "target_end_date"]).any()
    write_ledger(Ledger(), table, open_archive(revised), tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.csv")} == {
        *HUB, "ledger_scores.csv"}  # fmt: skip


def test_the_page_is_told_in_each_language_and_safe(raw, tmp_path):
    ledger = Ledger(faults=(HOSTILE,)).with_lines([line(plan=HOSTILE, area=HOSTILE), line()])
    issued = issued_until(ledger, open_archive(raw), "2026-11-28")
    fronts = tuple(read_front(tmp_path, raw, language) for language in LANGUAGES)
    content = SiteContent("2026-11-28", fronts=fronts, ledger=ledger, issued=issued)
    write_fronts(content, tmp_path)
    write_pages(content, tmp_path)
    told = {"": "What we said, and what came", "-zh": "我们说过什么，结果如何",
            "-ja": "何を予測し、どうなったか"}  # fmt: skip
    for ending, title in told.items():
        page = (tmp_path / f"ledger{ending}.html").read_text("utf-8")
        assert f"<h1>{title}</h1>" in page
        assert "<script" not in page.lower()
        assert outside(page) == []
    front = (tmp_path / "index.html").read_text("utf-8")
    assert 'href="ledger.html">What we said, and what came</a>' in front
