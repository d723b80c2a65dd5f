"""Choices of the explorer: what a link holds, and what is said of values that cannot be used."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.apps.explorer.views import NAMES, Choices, with_permalink
from helpers.forecasting.members import MEMBERS
from helpers.observations.raw_data import names_held
from helpers.problems import InputError
from helpers.vocabulary import GRADES, SPLICES


def named(table):
    return st.just("") | st.sampled_from(names_held()[table])


any_choices = st.builds(
    lambda **values: Choices(**values),
    indicator=named("indicators"),
    area=named("areas"),
    as_of=st.dates(date(1990, 1, 1), date(2060, 1, 1)),
    target_id=named("targets"),
    level=st.none() | st.floats(-1e9, 1e9).map(lambda value: float(f"{value:.12g}")),
    year=st.integers(0, 9999),
    base_year=st.integers(0, 9999),
    first_year=st.integers(-10, 9999),
    definition=named("definitions"),
    splice=st.sampled_from(SPLICES),
    suspected_breaks=st.booleans(),
    stand_ins=st.booleans(),
    min_grade=st.sampled_from(GRADES),
    members=st.lists(st.sampled_from(list(MEMBERS)), unique=True),
)


@given(any_choices)
def test_a_permalink_brings_every_choice_back(choices):
    assert with_permalink(Choices(), choices.permalink) == choices


def test_a_permalink_holds_what_is_not_the_default_and_may_stand_behind_an_address():
    choices = Choices(indicator="gdp", area="china", as_of="2020-01-01", members="theta, drift")
    assert choices.permalink == "?indicator=gdp&area=china&as_of=2020-01-01&members=theta%2Cdrift"
    assert with_permalink(Choices(), f"explore.ipynb{choices.permalink}") == choices
    assert with_permalink(choices, "  ") == choices


def test_a_permalink_leaves_the_folder_alone(tmp_path):
    here = Choices(raw_dir=str(tmp_path), indicator="gdp")
    assert with_permalink(here, "?indicator=sei_share").raw_dir == tmp_path


def test_all_members_are_the_same_as_none_chosen():
    assert Choices(members=list(MEMBERS)).members == ()
    assert Choices(members="drift, damped").members == ("damped", "drift")


def test_papermill_leaves_a_level_out_with_an_empty_text():
    assert Choices(level="").level is None
    assert Choices(level="4.8").level == 4.8


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"as_of": "2026-13-01"}, "as_of: '2026-13-01' is no day of the calendar"),
        ({"splice": "glue"}, "splice: 'glue' is none of real_growth"),
        ({"members": "thet"}, "members: 'thet' is none of damped"),
        ({"level": "much"}, "level: 'much' cannot be used; write a number"),
        ({"level": "inf"}, "level: 'inf' cannot be used; write a finite number"),
        ({"year": -1}, "year: -1 cannot be used"),
        ({"areas": "x"}, "parameter: 'areas' is unknown; did you mean 'area'?"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_mend(values, sentence):
    with pytest.raises(InputError) as raised:
        Choices(**values)
    assert sentence in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_all_problems_of_values_are_told_at_once():
    with pytest.raises(InputError) as raised:
        Choices(as_of="soon", splice="glue", year="x")
    assert len(str(raised.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("?aera=china", "permalink: 'aera' is unknown; did you mean 'area'?"),
        ("?area=a&area=b", "permalink: 'area' is given twice; keep one"),
        ("?", "permalink: '?' is not of the form ?indicator=gdp&area=..."),
        ("?raw_dir=x", "permalink: 'raw_dir' is none of indicator"),
        ("?year=soon", "year: 'soon' cannot be used"),
    ],
)
def test_a_permalink_that_cannot_be_used_is_explained(link, sentence):
    with pytest.raises(InputError, match=sentence.replace("?", r"\?").replace("...", r"\.\.\.")):
        with_permalink(Choices(), link)


def test_every_name_of_a_link_is_a_choice():
    assert set(NAMES) <= set(type(Choices()).model_fields)


def test_a_change_is_checked_too():
    with pytest.raises(InputError, match="splice"):
        Choices().changed(splice="glue")
    assert Choices().changed(first_year=2010).first_year == 2010
