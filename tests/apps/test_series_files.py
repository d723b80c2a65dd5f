"""Anybody's series: sound files in any order, every bad cell refused with its place."""

import io
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.apps import given_series, series_files
from helpers.apps.given_series import ExchangeError, read_series, read_table, read_thresholds
from helpers.apps.series_files import project_file
from helpers.forecasting.projection import HUB_COLUMNS, HUB_LEVELS, project
from helpers.problems import InputError

SOUND = "series,year,value\n" + "".join(f"a,{2010 + i},{10 + i}\n" for i in range(8))


@pytest.fixture
def write(tmp_path):
    def give(text, name="s.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return give


def faults(path, *rest, read=read_series):
    with pytest.raises(ExchangeError) as caught:
        read(path, *rest)
    return [str(fault).replace(str(path), "F") for fault in caught.value.problems]


def test_a_sound_file_gives_the_long_form_of_the_hubs(write, tmp_path):
    thresholds = write("series,year,threshold\na,2020,20\na,2020,25\n", "t.csv")
    out = tmp_path / "out.csv"
    frame = project_file(write(SOUND), 3, thresholds, out)
    assert tuple(frame.columns) == HUB_COLUMNS
    written = pd.read_csv(out)
    assert len(written) == 3 * (len(HUB_LEVELS) + 2) + 2
    np.testing.assert_allclose(written["value"], frame["value"], rtol=1e-9)
    expected = project(read_series(write(SOUND)), 3)
    probability = written.loc[written["output_type"] == "probability", "value"]
    np.testing.assert_allclose(
        probability, [expected.probability_at_least(t)[0, 2] for t in (20, 25)], rtol=1e-9
    )
    assert not list(tmp_path.glob("*.part"))


digits = st.text("0123456789", min_size=1, max_size=25)
numerals = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**30), 10**30).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=22).map(str),
    st.tuples(
        st.sampled_from(["", "+", "-"]),
        st.one_of(digits, digits.map("{}.".format), digits.map(".{}".format)),
        st.sampled_from(["", "e0", "E+5", "e-07", "e12"]),
    ).map("".join),
    st.tuples(digits, digits).map(".".join),
).filter(lambda text: np.isfinite(float(text)))


@settings(max_examples=80, deadline=None)
@given(st.lists(numerals, min_size=1, max_size=6))
def test_every_threshold_comes_back_as_it_was_written(tmp_path_factory, texts):
    folder = tmp_path_factory.getbasetemp()
    series, asked, out = (folder / f"{name}.csv" for name in ("s", "t", "o"))
    series.write_text(SOUND)
    asked.write_text("series,year,threshold\n" + "".join(f"a,2019,{text}\n" for text in texts))
    project_file(series, 3, asked, out)
    whole = pd.read_csv(out, dtype={"output_type_id": str})
    back = whole.loc[whole["output_type"].eq("probability"), "output_type_id"]
    assert back.tolist() == texts
    assert [float(text) for text in back] == [float(text) for text in texts]
    # Any reader that takes the same text for the same number joins without a loss.
    read = pd.read_csv(asked, dtype={"threshold": float})
    joined = read.merge(pd.read_csv(out), left_on="threshold", right_on="output_type_id")
    assert set(joined["threshold"]) == set(read["threshold"])


def test_thresholds_of_parquet_and_of_what_is_printed_are_exact(write, tmp_path, capsys):
    thresholds = "a,2019,123456.12345678901\na,2019,12345678901\na,2019,.5\na,2019,-3\n"
    asked = write("series,year,threshold\n" + thresholds, "t.csv")
    wanted = [line.split(",")[2] for line in thresholds.splitlines()]
    project_file(write(SOUND), 3, asked, sys.stdout)
    printed = pd.read_csv(io.StringIO(capsys.readouterr().out), dtype=str)
    assert printed["output_type_id"][printed["output_type"].eq("probability")].tolist() == wanted
    pytest.importorskip("pyarrow", reason="Parquet is optional")
    project_file(write(SOUND), 3, asked, tmp_path / "o.parquet")
    table = pd.read_parquet(tmp_path / "o.parquet")
    number = table.loc[table["output_type"].eq("probability"), "output_type_id"]
    assert number.tolist() == [float(text) for text in wanted]


def test_digits_of_another_script_come_back_in_ours(write, tmp_path):
    asked = write("series,year,threshold\na,2019,２５.５\n", "t.csv")
    project_file(write(SOUND), 3, asked, tmp_path / "o.csv")
    assert pd.read_csv(tmp_path / "o.csv")["output_type_id"].iloc[-1] == 25.5


def test_order_of_rows_and_columns_bom_and_blank_lines_do_not_matter(write):
    plain = read_series(write(SOUND))
    rows = [line.split(",") for line in SOUND.splitlines()]
    turned = [rows[0], *reversed(rows[1:])]
    text = "\ufeff" + "\r\n\r\n".join(",".join([r[2], r[0], r[1]]) for r in turned) + "\r\n"
    other = read_series(write(text, "o.csv"))
    np.testing.assert_array_equal(other.values, plain.values)


def test_every_bad_cell_is_reported_at_once_with_its_line(write):
    text = (
        SOUND + '"two\nlines",2001,5\n,2001,5\nb,20x1,5\nb,2001,\nb,2002,nan\nb,2003,-4\na,2010,9\n'
    )
    text += "b,2004,1_0\nb,99,3\n"
    assert faults(write(text)) == [
        "F:10: series: two\\nlines: holds control characters; take them out",
        "F:12: series: : empty; name the series",
        "F:13: year: 20x1: not a year; write four digits such as 2024",
        "F:14: value: : not a finite number; write digits, or leave the row out",
        "F:15: value: nan: not a finite number; write digits, or leave the row out",
        "F:16: value: -4: not above 0; mend it, or project with scale linear",
        "F:17: year: 2010: year given twice, first in line 2; keep one row a year",
        "F:18: value: 1_0: not a finite number; write digits, or leave the row out",
        "F:19: year: 99: not a year; write four digits such as 2024",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "F:1: header: empty: the file is empty; its first line must name the columns"),
        ("serie,jahrgang,value\n", "no years were found, neither down a column nor across a row"),
        ("series,year,value,value\n", "F:1: value: value: the column stands twice"),
        ("series,year,value\n", "F:1: file: s.csv: no rows; add some"),
        ("series,year,value\na,2000\n", "F:2: row: 2 fields: 2 fields where the header has 3"),
        ('series,year,value\n"a,2000,1\n', "close every quote"),
        (b"series,year,value\n\xff,1,2\n", "the byte 0xff at byte 18 is not UTF-8; save"),
    ],
)
def test_broken_files_are_refused_with_the_mend(write, text, message):
    assert any(message in fault for fault in faults(write(text)))


def test_short_series_are_all_named_with_their_first_line(write):
    text = SOUND + "b,2000,1\nc,2000,1\nc,2001,1\n"
    assert faults(write(text)) == [
        "F:10: series: b: only 1 points; give at least 5 years or leave it out",
        "F:11: series: c: only 2 points; give at least 5 years or leave it out",
    ]


def test_shares_must_lie_below_100(write):
    text = SOUND.replace("a,2013,13", "a,2013,100")
    assert "not below 100" in faults(write(text), "logit")[0]


def test_a_zero_is_refused_with_the_scale_that_has_one(write, tmp_path):
    zero = write(SOUND.replace("a,2013,13", "a,2013,0"))
    assert faults(zero) == [
        "F:5: value: 0: not above 0; mend it, or project with scale count, which has zeros"
    ]
    assert "project with scale share" in faults(zero, "logit")[0]
    full = write(SOUND.replace("a,2013,13", "a,2013,100"), "f.csv")
    assert "project with scale share" in faults(full, "logit")[0]
    asked = write("series,year,threshold\na,2019,0\na,2019,3\n", "t.csv")
    for path, scale in ((zero, "count"), (full, "share")):
        frame = project_file(path, 3, asked, tmp_path / "o.csv", scale=scale)
        chance = frame.loc[frame["output_type"].eq("probability"), "value"].tolist()
        assert chance[0] == 1 > chance[1]
    assert "below 0" in faults(write(SOUND.replace("a,2013,13", "a,2013,-1")), "count")[0]
    above = write(SOUND.replace("a,2013,13", "a,2013,101"), "g.csv")
    assert "above 100" in faults(above, "share")[0]


def test_thresholds_must_be_projected(write):
    thresholds = write("series,year,threshold\nA,2020,1\na,2017,1\na,2031,1\nzz,2020,1\n", "t.csv")
    with pytest.raises(ExchangeError) as caught:
        project_file(write(SOUND), 3, thresholds)
    assert [str(f).split(": ", 1)[1] for f in caught.value.problems] == [
        "series: A: no such series, did you mean 'a'?",
        "year: 2017: not projected; choose 2018 to 2020 or another horizon",
        "year: 2031: not projected; choose 2018 to 2020 or another horizon",
        "series: zz: no such series; name one of the series projected",
    ]


def test_a_near_name_is_suggested(write):
    series = SOUND.replace("a,", "patents,")
    thresholds = write("series,year,threshold\npatent,2020,1\n", "t.csv")
    with pytest.raises(ExchangeError, match="no such series, did you mean 'patents'"):
        project_file(write(series), 3, thresholds)


def test_thresholds_may_repeat_a_year(write):
    table = read_thresholds(write("series,year,threshold\na,2020,1\na,2020,2\n"))
    assert table["threshold"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"horizon": 0}, "horizon must lie between 1 and 100 years; got 0"),
        ({"scale": "cubic"}, "scale: 'cubic' is none of log, logit, linear, count, share"),
    ],
)
def test_bad_arguments_are_refused(write, arguments, message):
    with pytest.raises(InputError, match=message):
        project_file(write(SOUND), **arguments)


def test_missing_files_and_folders_are_named(tmp_path, write):
    with pytest.raises(ExchangeError, match="the file is missing; it must hold the columns"):
        read_series(tmp_path / "absent.csv")
    with pytest.raises(ExchangeError, match="cannot be written"):
        project_file(write(SOUND), 2, out=tmp_path / "absent" / "o.csv")


def test_parquet_goes_in_and_out_where_pyarrow_is(write, tmp_path):
    pytest.importorskip("pyarrow", reason="Parquet is optional")
    source = tmp_path / "s.parquet"
    pd.read_csv(write(SOUND)).to_parquet(source)
    out = tmp_path / "o.parquet"
    frame = project_file(source, 2, out=out)
    pd.testing.assert_frame_equal(pd.read_parquet(out), frame, check_dtype=False)


def test_parquet_without_pyarrow_says_what_to_install(write, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "fastparquet", None)
    with pytest.raises(ExchangeError, match=r"install shenzhen-targets\[parquet\], or give CSV"):
        read_series(write(b"PAR1", "s.parquet"))
    with pytest.raises(ExchangeError, match=r"choose a \.csv name"):
        project_file(write(SOUND), 2, out=tmp_path / "o.parquet")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_nothing_but_exchange_errors(tmp_path_factory, noise):
    path = tmp_path_factory.getbasetemp() / "noise.csv"
    for head in (b"", b"series,year,value\n"):
        path.write_bytes(head + noise)
        with pytest.raises(ExchangeError):
            read_series(path)


def assert_each_for_itself(write, count, tell):
    """So many copies of a series give what the series alone gives."""
    head, rows = SOUND.split("\n", 1)
    many = "".join(rows.replace("a,", f"s{i},") for i in range(count))
    frame = project_file(write(f"{head}\n{many}"), 2, tell=tell)
    alone = project_file(write(SOUND, "one.csv"), 2)
    np.testing.assert_allclose(frame["value"][: len(alone)], alone["value"], rtol=1e-12)


def test_fewer_series_than_a_panel_are_projected_each_for_itself(write):
    said = []
    assert_each_for_itself(write, 14, said.append)
    assert said == []


def test_a_panel_without_a_past_says_so(write):
    said = []
    assert_each_for_itself(write, 15, said.append)
    assert said[0].startswith("0 series with a past of 12 years or more are too few")


def test_blocks_give_the_table_that_is_made_at_once(write, tmp_path, monkeypatch):
    names = ["a", "5 % of all", '"b, c"', "=d", "-e", "+1", "f'", "x"]
    rows = "".join(
        f"{name},{year},{value}\n"
        for name in names
        for year, value in zip(range(2010 + len(name), 2018), range(3, 20), strict=False)
    )
    asked = write("series,year,threshold\na,2019,7.0\n=d,2019,1e3\nx,2018,.5\n", "t.csv")
    source = write("series,year,value\n" + rows)
    whole = project_file(source, 3, asked, tmp_path / "whole.csv")
    monkeypatch.setattr(series_files, "BLOCK", 3)
    table = series_files.hub_table(source, 3, asked)
    table.write(tmp_path / "blocks.csv")
    assert (tmp_path / "blocks.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert len(table) == len(whole)
    # The text is what the writer of pandas gives for the rounded frame.
    frame = series_files.harmless(whole)
    frame["value"] = series_files.round_significant(frame["value"], series_files.DIGITS)
    kept = frame["output_type"].ne("probability")
    printed = frame[kept].to_csv(index=False, lineterminator="\n")
    assert (tmp_path / "whole.csv").read_text(encoding="utf-8").startswith(printed)


cells = st.sampled_from(
    ["a", "b", "", " c", "NA", "nan", "1", "2019", "2020", "2019.0", "20", "1e3", "inf", "0x10",
     "1_0", "-.5", "+7", "\u0661", "3,4", "\r", "x\ty"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(cells, cells, cells).map(",".join), max_size=4),
    st.sampled_from(["series,year,value", "year,Value,series"]),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
)
def test_reading_at_once_gives_what_reading_by_rows_gives(rows, header, ending):
    content = ending.join([header, "a,2001,1", *rows]).encode()
    columns = given_series.SERIES_COLUMNS
    at_once = given_series._plain_table(content, columns)
    if at_once is None:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(given_series, "_plain_table", lambda *_: None)
        by_rows, problems = read_table(content, "f.csv", columns)
    assert not problems
    pd.testing.assert_frame_equal(
        at_once.astype({"series": object}), by_rows.astype({"series": object}), check_dtype=False
    )


def test_a_plain_table_is_read_at_once():
    rows = "".join(f"s{i},{year},{i + year}\n" for i in range(3) for year in range(2000, 2006))
    at_once = given_series._plain_table(
        ("series,year,value\n" + rows).encode(), given_series.SERIES_COLUMNS
    )
    assert at_once is not None and at_once["line"].tolist() == list(range(2, 20))
