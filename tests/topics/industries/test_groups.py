"""What stands beside a share: groups with their names, neighbours, and what printing hides."""

import pandas as pd
import pytest

from helpers.topics.industries import open_study, share
from helpers.topics.parameters import Parameters


@pytest.fixture(scope="module")
def study(raw):
    return open_study(raw, Parameters(as_of="2026-11-23", indicator="sei_share"))


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Value added, new energy", "New energy"),
        ("Gross domestic product", "Gross domestic product"),
    ],
)
def test_group_names_lose_what_they_share(name, short):
    assert share.short_name(name) == short


def test_groups_know_how_many_their_definition_has(study):
    figures = share.group_figures(study)
    assert figures.groupby("definition")["of"].nunique().eq(1).all()
    assert figures.loc[figures["definition"].eq("sei_2018_7"), "of"].iloc[0] == 7


def test_slack_is_half_a_unit_of_what_was_rounded_over_the_figure():
    figures = pd.DataFrame(
        {"year": [2019, 2020, 2021], "value": [1200.0, 40.0, 12.34], "decimals": [0, 1, 2],
         "qualifier": ["rounded", "derived", "exact"]}
    )  # fmt: skip
    assert share.print_slack(figures).to_dict() == {2019: 50 / 1200, 2020: 0.05 / 40, 2021: 0.0}


def test_neighbours_are_the_rest_of_the_topic(study):
    names = share.neighbour_names(study)
    assert "hightech_mfg_share" in names
    assert not {"sei_share", "sei_value_added", "sei_real_growth", "sei_va_marine"} & set(names)
    assert set(share.neighbour_series(study)["indicator"]) <= set(names)
