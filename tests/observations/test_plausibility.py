from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.observations.files import list_files, load
from helpers.observations.plausibility import SLIP, find_slips, plausibility_problems
from helpers.observations.raw_data import RAW_DIR
from helpers.observations.readers import Row
from helpers.observations.rows import Entry, Table, tables_of
from helpers.observations.schema import MODELS, Indicator

TODAY = date(2026, 11, 23)


def held(low, high, scale, unit) -> Indicator:
    return Indicator.model_construct(plausible_min=low, plausible_max=high, scale=scale, unit=unit)


INDICATORS = {
    "level": held(1, 1e9, "log", "count"),
    "share": held(1, 90, "logit", "pct_gdp"),
    "growth": held(-30, 60, "linear", "pct"),
}


def figures(values, indicator="level", first=2000, **same):
    """One figure a year; None leaves a gap."""
    unit = INDICATORS[indicator].unit
    cells = [
        {
            "indicator": indicator, "area": "a", "year": str(first + i), "months": "12",
            "value": f"{v:.6f}", "unit": unit, "definition": "d", "status": "final",
            "qualifier": "exact", "source_id": "s", "note": "",
        } | same
        for i, v in enumerate(values)
        if v is not None
    ]  # fmt: skip
    model = MODELS["observations"]
    return [
        Entry(Row("x.csv", line, row), model.model_validate(row))
        for line, row in enumerate(cells, start=2)
    ]


def years(slips):
    return [entry.record.year for entry, _ in slips]


@pytest.mark.parametrize("power", [-4, -2, -1, 1, 2, 4])
@pytest.mark.parametrize("place", range(8))
def test_a_slip_is_found_wherever_it_stands(place, power):
    values = [50_000 * 1.1**i for i in range(8)]
    values[place] *= 10.0**power
    [(entry, message)] = find_slips(figures(values), INDICATORS)
    assert entry.record.year == 2000 + place
    assert f"a factor of about {10 ** abs(power):,} {'above' if power > 0 else 'below'}" in message
    assert f"perhaps {values[place] / 10.0**power:.10g}"[:12] in message


@given(
    growth=st.lists(st.floats(0.6, 1.6), min_size=3, max_size=25),
    gaps=st.sets(st.integers(1, 20), max_size=5),
)
def test_growth_and_falls_are_no_slips(growth, gaps):
    level, values = 1e5, []
    for i, factor in enumerate(growth):
        level *= factor
        values.append(None if i in gaps else level)
    # Over a gap the growth of many years can exceed a factor of five.
    if len(gaps) < 2:
        assert find_slips(figures(values), INDICATORS) == []


@given(
    growth=st.floats(0.85, 1.25),
    noise=st.lists(st.floats(0.9, 1.1), min_size=6, max_size=20),
    data=st.data(),
    power=st.sampled_from([-4, -2, -1, 1, 2, 4]),
)
def test_exactly_the_planted_slip_is_named(growth, noise, data, power):
    values = [1e6 * growth**i * wobble for i, wobble in enumerate(noise)]
    place = data.draw(st.integers(0, len(values) - 1))
    values[place] *= 10.0**power
    assert years(find_slips(figures(values), INDICATORS)) == [2000 + place]


def test_two_slips_are_both_named():
    values = [1000 * 1.1**i for i in range(10)]
    values[2] *= 100
    values[7] /= 10
    assert sorted(years(find_slips(figures(values), INDICATORS))) == [2002, 2007]


def test_a_slip_across_a_gap_is_named():
    values = [1000.0, 1100, None, None, 16_000, None, 1700, 1900]
    assert years(find_slips(figures(values), INDICATORS)) == [2004]


def test_two_figures_that_contradict_each_other_name_the_later():
    slips = find_slips(figures([1000.0, 11_000]), INDICATORS)
    assert years(slips) == [2001]
    assert "1000.000000 in 2000 (x.csv:2)" in slips[0][1]


def test_the_other_figures_of_a_year_decide():
    series = figures([1000.0, 1100, 1200, 1300])
    again = figures([13_000.0], first=2003, status="estimate")
    assert years(find_slips([*series, *again], INDICATORS)) == [2003]
    slip = find_slips([*series, *again], INDICATORS)[0][0]
    assert slip.record.status == "estimate"


def test_a_lone_figure_is_compared_across_definitions():
    lone = figures([140_000.0], first=2004, definition="new")
    series = figures([10_000.0, 11_000, 12_000, 13_000])
    assert years(find_slips([*series, *lone], INDICATORS)) == [2004]
    lone = figures([14_000.0], first=2004, definition="new")
    assert find_slips([*series, *lone], INDICATORS) == []


def test_definitions_with_figures_enough_stand_for_themselves():
    series = figures([10_000.0, 11_000, 12_000])
    other = figures([500.0, 550, 600], definition="narrow")
    assert find_slips([*series, *other], INDICATORS) == []


@pytest.mark.parametrize(
    ("value", "slip"), [(6000.0, False), (12_000.0, False), (120_000.0, True), (600.0, True)]
)
def test_part_of_a_year_may_be_a_flow_or_a_stock(value, slip):
    series = figures([10_000.0, 11_000, 12_000])
    half = figures([value], first=2002, months="6")
    assert years(find_slips([*series, *half], INDICATORS)) == ([2002] if slip else [])


def test_part_of_a_year_of_a_share_is_compared_as_it_is():
    series = figures([40.0, 41, 42], "share")
    assert find_slips([*series, *figures([40.5], "share", 2002, months="3")], INDICATORS) == []
    assert find_slips([*series, *figures([4.0], "share", 2002, months="3")], INDICATORS)


def test_growth_rates_have_no_neighbours():
    assert find_slips(figures([0.3, 12, -5, 25], "growth"), INDICATORS) == []


def test_nothing_to_compare_is_no_slip():
    assert find_slips([], INDICATORS) == []
    assert find_slips(figures([5.0]), INDICATORS) == []
    assert find_slips(figures([5.0, 6]), {}) == []


@pytest.fixture(scope="module")
def shipped():
    return tables_of(load(list_files([RAW_DIR]).files))


def one_value(shipped, indicator, value):
    """The shipped tables with a single figure of one indicator."""
    entry = next(
        e for e in shipped["observations"].entries
        if e.record.indicator == indicator and e.record.months == 12
    )  # fmt: skip
    cells = entry.row.cells | {"value": value}
    changed = Entry(Row("x.csv", 2, cells), MODELS["observations"].model_validate(cells))
    tables = shipped | {"observations": Table("observations", (changed,))}
    return [p for p in plausibility_problems(tables, TODAY) if p.file == "x.csv"]


VALUES = [
    ("sei_share", "0.431", "a share written as a fraction; write it in percent, perhaps 43.1"),
    ("rd_intensity", "0.0667", "perhaps 6.67"),
    ("rd_intensity", "0.0667", "or 0.667, if the decimal point is out of place"),
    ("rd_intensity", "66.7", "perhaps a factor of 10 "),
    ("sei_share", "4310", "perhaps a factor of 100 "),
    ("pct_applications", "2.5", "a count has no decimals"),
    ("pct_applications", "-25000", "negative"),
    ("gdp", "387318000", "perhaps a factor of 10,000 (38731.8)"),
    ("gdp", "0", "correct the value"),
    ("gdp_real_growth", "105", "outside the plausible -30 to 60"),
]


@pytest.mark.parametrize(("indicator", "value", "words"), VALUES)
def test_impossible_values_say_what_may_be_right(shipped, indicator, value, words):
    [problem] = one_value(shipped, indicator, value)
    assert words in problem.message


@pytest.mark.parametrize(
    ("indicator", "value"),
    [("rd_intensity", "0.5"), ("gdp_real_growth", "-2.5"), ("gdp_real_growth", "0.3")],
)
def test_small_and_negative_values_may_be_right(shipped, indicator, value):
    assert one_value(shipped, indicator, value) == []


def test_few_slips_planted_into_the_shipped_figures_pass(shipped):
    indicators = {e.record.indicator: e.record for e in shipped["indicators"].of(Indicator)}
    entries = list(shipped["observations"].entries)
    passed = planted = 0
    for place in range(0, len(entries), 7):
        record = entries[place].record
        known = indicators[record.indicator]
        if known.scale == "linear" or record.months != 12:
            continue
        for factor in (0.01, 0.1, 10, 100):
            value = record.value * factor
            changed = Entry(entries[place].row, record.model_copy(update={"value": value}))
            same = [changed if e is entries[place] else e for e in entries
                    if e.record.indicator == record.indicator]  # fmt: skip
            planted += 1
            inside = known.plausible_min <= value <= known.plausible_max
            passed += inside and not find_slips(same, indicators)
    # What passes are figures that stand alone: nothing near them says that they are wrong.
    assert passed <= 0.06 * planted
    assert pytest.approx(0.7) == SLIP


def test_a_table_gives_its_rows_as_no_other_model(shipped):
    table = shipped["sources"]
    assert table.of(MODELS["sources"]) == table.entries
    with pytest.raises(TypeError, match="sources is not read as Observation"):
        table.of(MODELS["observations"])
