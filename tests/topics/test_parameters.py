"""Parameters of notebooks: coerced or refused by name."""

from datetime import date
from pathlib import Path

import pytest

from helpers import ROOT
from helpers.days import AS_OF, asked_about, today
from helpers.observations.raw_data import RAW_DIR
from helpers.problems import InputError
from helpers.topics.parameters import Parameters


def test_empty_texts_mean_the_defaults():
    run = Parameters(as_of="", raw_dir="", output_dir="")
    assert (run.as_of, run.raw_dir, run.output_dir) == (today(), RAW_DIR, None)
    assert Parameters(as_of="today").as_of == Parameters(as_of="").as_of == today()


def test_without_an_area_it_is_that_of_the_plan_in_the_folder(tmp_path):
    guangdong = ROOT / "examples/guangdong"
    assert Parameters(area="").area == Parameters().area == "shenzhen"
    assert Parameters(raw_dir=str(guangdong)).area == "guangdong"
    assert Parameters(raw_dir=guangdong, area="guangdong").area == "guangdong"
    assert Parameters(raw_dir=tmp_path).area == ""
    for content in (b"", b"target_id\n", b"\xff\xfe\n", b'area\n"torn'):
        (tmp_path / "targets.csv").write_bytes(content)
        assert Parameters(raw_dir=tmp_path).area in ("", "torn")


def test_without_a_name_the_tables_have_that_of_the_indicator():
    assert Parameters(indicator="gdp").table_name == "gdp"
    assert Parameters(indicator="gdp", tables="gdp-china").table_name == "gdp-china"


def test_texts_become_dates_paths_and_choices():
    run = Parameters(as_of="2021-02-25", output_dir="out", min_grade="press", splice="none")
    assert run.as_of == date(2021, 2, 25)
    assert run.output_dir == Path("out")
    assert (run.choice.min_grade, run.choice.splice) == ("press", "none")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("as_of", "25.02.2021"),
        ("min_grade", "hearsay"),
        ("splice", "glue"),
        ("horizon", 40),
        ("first_year", "soon"),
        ("stand_ins", "perhaps"),
        ("indikator", "rd_intensity"),
        ("raw_dir", 5),
        ("tables", "../x"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(name, value):
    with pytest.raises(InputError, match=name):
        Parameters(**{name: value})


def test_a_text_that_papermill_made_of_a_truth_value_is_read_as_one():
    assert Parameters(stand_ins="false").stand_ins is False


def test_numbers_may_be_given_as_one_text():
    assert Parameters(levels="4.8, 6,7", growth_rates="").levels == (4.8, 6.0, 7.0)
    with pytest.raises(InputError, match="levels"):
        Parameters(levels="4.8, six")


def test_verified_leaves_out_what_no_publication_supports_and_keeps_a_stricter_choice():
    assert Parameters().verified.min_grade == "secondary"
    assert Parameters(min_grade="official").verified.min_grade == "official"


def test_what_is_not_by_default_is_said():
    assert Parameters().filtered == ""
    told = Parameters(min_grade="official", first_year=2010, splice="none").filtered
    assert told.strip() == (
        "Not by default: only figures of grade official or better; no year before 2010; levels "
        "are not joined at breaks."
    )


@pytest.mark.parametrize(
    ("given", "mend"),
    [
        ({"stand_ins": "perhaps"}, "write true or false"),
        ({"first_year": "soon"}, "write a whole number"),
        ({"horizon": 16}, "write a number up to 15"),
        ({"horizon": -1}, "write a number from 0 on"),
        ({"tables": "../x"}, "write small letters, digits, dashes and underscores"),
        ({"levels": "4.8, six"}, "write a number"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_with_what_to_write(given, mend):
    [name] = given
    with pytest.raises(InputError) as raised:
        Parameters(**given)
    assert str(raised.value).startswith(name) and str(raised.value).endswith(mend)
    assert "http" not in str(raised.value)


def test_a_folder_is_found_from_the_top_of_the_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = Parameters(raw_dir="examples/united_states")
    assert run.raw_dir == ROOT / "examples/united_states"
    assert run.area == "united_states"
    (tmp_path / "examples/united_states").mkdir(parents=True)
    assert Parameters(raw_dir="examples/united_states", area="").raw_dir == Path(
        "examples/united_states"
    )
    assert Parameters(raw_dir="nowhere").raw_dir == Path("nowhere")


CELL = 'area: str = "shenzhen"  # its area\nhorizon: int = 0  # years ahead'


@pytest.mark.parametrize(
    "known", [{"In": ["", CELL]}, {"__annotations__": {"area": str, "horizon": int}}]
)
def test_the_parameters_cell_is_read_whole(known):
    names = {**known, "area": "guangzhou", "horizon": 5, "min_grade": "official", "other": 1}
    run = Parameters.of(names)
    assert (run.area, run.horizon, run.min_grade) == ("guangzhou", 5, "unverified")


def test_a_misspelt_parameter_of_papermill_is_refused():
    put_in = '# Parameters\naera = "guangzhou"\nhorizon = 5\n'
    names = {"In": ["", CELL, put_in], "area": "shenzhen", "aera": "guangzhou", "horizon": 5}
    with pytest.raises(InputError, match=r"aera.*did you mean 'area'"):
        Parameters.of(names)
    # What a kernel ran before, and no more holds, is nobody's parameter.
    assert Parameters.of({k: v for k, v in names.items() if k != "aera"}).horizon == 5


@pytest.mark.parametrize("given", [{}, {"as_of": ""}, {"as_of": None}])
def test_without_a_day_it_is_today_unless_an_edition_is_made(given, monkeypatch):
    monkeypatch.delenv(AS_OF, raising=False)
    assert Parameters(**given).as_of == today()
    with asked_about("2020-07-04"):
        assert f"{Parameters(**given).as_of}" == "2020-07-04"
        assert Parameters(as_of="today").as_of == today()
        assert f"{Parameters(as_of='2021-02-25').as_of}" == "2021-02-25"
        with asked_about(date(2019, 1, 2)):
            assert f"{Parameters().as_of}" == "2019-01-02"
        assert f"{Parameters().as_of}" == "2020-07-04"
    assert Parameters(**given).as_of == today()


def test_a_day_of_the_environment_that_is_none_is_refused():
    with asked_about("yesterday"), pytest.raises(InputError, match=r"^as_of: 'yesterday' "):
        Parameters()
