"""What is known of a share on a day, its definitions against the target, and what is refused."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers.problems import InputError
from helpers.topics.industries import WAYS, level_shifts, open_study
from helpers.topics.parameters import Parameters
from helpers.vintages.breaks import splice
from helpers.vintages.series import open_archive


def asked(**other):
    chosen = {
        "as_of": "2026-11-23",
        "indicator": "sei_share",
        "target_id": "sei_share_2025",
        "suspected_breaks": True,
    }
    return Parameters(**(chosen | other))


@pytest.fixture(scope="module")
def study(raw):
    return open_study(raw, asked())


def test_the_two_house_splices_are_two_of_the_ways(raw, study):
    """Link factors of `helpers.vintages.breaks` and level shifts are one reckoning."""
    growth = pd.concat(study.growth, ignore_index=True)
    for method, way in level_shifts.SPLICE_WAYS.items():
        joined = splice(study.share, growth, raw.indicators, method=method, suspected=True)
        links = 100 * (joined.set_index("year")["link_factor"] - 1)
        for year, shift in study.shifts[way].items():
            assert shift == pytest.approx(links[year])


def test_the_study_of_the_real_series_holds_what_is_printed(study):
    assert (study.base, study.base_year, study.known_then) == ("sei_2018_7", 2019, True)
    assert study.shifts["sign"].to_dict() == {
        2015: "up", 2016: "unclear", 2018: "down", 2021: "up", 2022: "up", 2024: "unclear",
    }  # fmt: skip
    own = study.per_definition()["own"]
    assert own["sei_2018_7"] == "missed" and own["sei_2024_20clusters_v2"] == "met"
    assert study.chained.loc[2024, "real_share"] == pytest.approx(
        37.7 * (1.031 * 1.067 * 1.069 * 1.088 * 1.105) / (1.031 * 1.067 * 1.033 * 1.06 * 1.058)
    )


def test_documented_shifts_alone_leave_the_definition_of_the_signing_as_it_is(raw, study):
    sure = open_study(raw, asked(suspected_breaks=False))
    assert sure.counted["break_before"].eq("no").all() and len(sure.shifts) > len(sure.counted)
    base = sure.per_definition().loc[sure.base]
    assert base["low"] == base["high"] == sure.share["value"].iloc[-1]
    assert open_study(raw, asked(splice="none")).counted.empty
    printed = study.per_definition(study.shifts.iloc[:0])[list(WAYS)]
    assert printed.eq(study.share["value"].iloc[-1]).all(axis=None)


def test_what_was_public_is_told_by_definition_and_for_each_other_target(study):
    then = study.known_then_by_definition(study.target.set_on)
    assert "sei_2022_20clusters" not in then.index
    assert then.loc["sei_2018_7", ["year", "value"]].tolist() == [2019, 37.7]
    assert study.first_known().loc["sei_2022_20clusters", "known_from"] > study.target.set_on
    row = study.other_targets().loc["sz_br2018_sei_share_2025"]
    assert (row["definition"], row["known"]) == ("sei_2016_7plus4", 40.9)


def test_the_eve_is_the_last_day_before_the_outcome_or_the_day_itself(raw, study):
    assert study.eve < pd.Timestamp("2026-02-10")
    early = open_study(raw, asked(as_of="2021-06-30"))
    assert early.eve == pd.Timestamp("2021-06-30")


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"indicator": "sei_shar"}, "indicator: 'sei_shar' is not in indicators.csv; did you mean"),
        ({"indicator": "gdp", "target_id": ""}, "names no numerator and denominator; choose one"),
        ({"area": "shenzen", "target_id": ""}, "area: 'shenzen' is not in areas.csv; did you mean"),
        ({"target_id": "sei_share_2026"}, "target_id: 'sei_share_2026' is not in targets.csv"),
        ({"area": "guangdong"}, "is about sei_share in shenzhen, not sei_share in guangdong"),
        ({"target_id": "overall_2025"}, "is about no indicator in shenzhen"),
    ],
)
def test_what_cannot_be_studied_is_refused_by_name(raw, other, message):
    with pytest.raises(InputError, match=message.replace(".", r"\.")):
        open_study(raw, asked(**other))


def test_a_target_that_asks_for_no_level_is_refused(raw):
    table = raw.targets.copy()
    at = table["target_id"].eq("sei_share_2025")
    table.loc[at, "operator"] = "growth_ge"
    table.loc[at, "unit"] = "pct_per_year"
    table["base_year"] = table["base_year"].mask(at, 2020)
    with pytest.raises(InputError, match="asks for no level of sei_share"):
        open_study(replace(raw, targets=table), asked())


def test_nothing_later_than_the_day_is_used(raw):
    study = open_study(raw, asked(as_of="2020-07-04"))
    for frame in (study.share, study.numerator, study.denominator, *study.growth.values()):
        assert frame["known_from"].le(pd.Timestamp("2020-07-04")).all()
    assert open_archive(raw).figures["known_from"].max() > pd.Timestamp("2020-07-04")
    early = open_study(raw, asked(as_of="2019-12-31"))
    assert not early.set_yet and not early.known_then
