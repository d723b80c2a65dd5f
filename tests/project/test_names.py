"""A name that is not there is refused in one sentence with the nearest right one, everywhere.

Notebooks, parameters and options are found, not listed: what is added is asked as well.
"""

import argparse
import ast
import re
import subprocess
import sys
from datetime import date
from functools import cache

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import ROOT, vintages, vocabulary
from helpers.apps import cli
from helpers.apps.explorer.views import NAMES, Choices
from helpers.forecasting.transforms import EVERY_SCALE, SCALES
from helpers.observations.raw_data import names_held
from helpers.observations.schema import KINDS
from helpers.problems import InputError, find, find_all, iso_day, refusal
from helpers.targets import read_targets
from helpers.targets.history import lead_time
from helpers.targets.plan import find_target
from helpers.targets.specification_curve.choices import CHOICES
from helpers.targets.specification_curve.curve import draw_curves
from helpers.topics.parameters import Parameters, check_names, named_fields

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
GERMAN = "05.12.2021"
DAY_REFUSED = f"'{GERMAN}' is no day; write year, month and day like 2021-02-25"


def slips(name):
    """Misspell a name by one slip of the finger: a letter lost, doubled, or swapped."""
    for at in range(len(name)):
        yield name[:at] + name[at + 1 :]
        yield name[: at + 1] + name[at:]
        yield name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def misspelt(known):
    """Find a name and a slip in it that leads back to no other name."""
    for name in sorted(known, key=len, reverse=True):
        for slip in slips(name):
            if slip not in known and f"did you mean {name!r}?" in refusal(slip, known, ""):
                return name, slip
    raise AssertionError(f"no slip in any of {known} can be told")


def sentence(what, slip, name, table=""):
    place = rf"not in {table}\.csv" if table else r"(unknown|none of [^;]+)"
    return rf"{re.escape(what)}: '{re.escape(slip)}' is {place}; did you mean '{re.escape(name)}'\?"


LISTS = {
    **names_held(),
    **{mark.words: mark.words for mark in named_fields(Choices).values() if mark.words},
    "kinds": KINDS,
}


@pytest.mark.slow
@pytest.mark.parametrize("known", LISTS.values(), ids=[str(name)[:20] for name in LISTS])
def test_the_name_that_was_meant_is_found_after_any_slip(known):
    """Where a lost digit makes two names as near, one of them."""
    for name in (one for one in known if len(one) > 2):
        for slip in set(slips(name)) - set(known):
            told = re.search(r"did you mean '(.*)'\?", refusal(slip, known, ""))
            assert told, slip
            if told.group(1) != name:
                assert len(slip) == len(name) - 1
                assert slip in set(slips(told.group(1))) | {name[:-2] + name[-1]}


def test_a_name_that_is_there_is_given_back():
    assert find("gdp", {"gdp"}, "indicator") == "gdp"
    assert find("gdp", pd.Series(["gdp"]), "indicator") == "gdp"
    assert find("gdp", (name for name in ["rd", "gdp"]), "indicator") == "gdp"
    assert find_all(["gdp", "rd"], iter(["rd", "gdp"]), "indicator") == ["gdp", "rd"]


@pytest.mark.parametrize("name", ["x" * 1000, "a\nb", "\x1b[31m", "", "公司"])
def test_whatever_is_asked_for_is_refused_in_one_line(name):
    with pytest.raises(InputError) as raised:
        find(name, {"gdp"}, "indicator", "indicators.csv")
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 200


def test_several_names_are_refused_in_a_sentence_each():
    with pytest.raises(InputError) as raised:
        find_all(["gpd", "gdp", "rdd"], ["gdp", "rd"], "indicator", "indicators.csv")
    assert str(raised.value).splitlines() == [
        "indicator: 'gpd' is not in indicators.csv; did you mean 'gdp'?",
        "indicator: 'rdd' is not in indicators.csv; did you mean 'rd'?",
    ]


def cells(notebook):
    return [c for c in nbformat.read(notebook, as_version=4).cells if c.cell_type == "code"]


@cache
def declared(notebook):
    """Parameters of a notebook's parameters cell, and what they are when nothing is given."""
    space = {}
    [cell] = [c for c in cells(notebook) if "parameters" in c.metadata.get("tags", [])]
    exec(cell.source, space)
    return {name: space[name] for name in space["__annotations__"]}


def run_check(notebook, **given):
    """Run the statement in which a notebook reads its parameters, as the notebook has it."""
    made = [
        node
        for cell in cells(notebook)
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) in ("Parameters.of", "explore")
    ]
    [statement] = made
    from helpers.apps import explore

    space = {"Parameters": Parameters, "explore": explore, **declared(notebook), **given}
    space["__annotations__"] = dict.fromkeys(declared(notebook), str)
    exec(compile(ast.unparse(statement), notebook.name, "exec"), space)


ASKED = [
    pytest.param(notebook, name, id=f"{notebook.stem}-{name}")
    for notebook in NOTEBOOKS
    for name in named_fields(Choices)
    if name in declared(notebook)
]


def known_to(name):
    mark = named_fields(Choices)[name]
    return mark.words or names_held()[mark.table]


@pytest.mark.parametrize(("notebook", "name"), ASKED)
def test_a_misspelt_parameter_ends_a_notebook_in_one_sentence(notebook, name):
    meant, slip = misspelt(known_to(name))
    with pytest.raises(InputError) as raised:
        run_check(notebook, **{name: slip})
    wanted = sentence(name, slip, meant, named_fields(Choices)[name].table)
    assert re.fullmatch(wanted, str(raised.value))
    assert raised.value._render_traceback_() == [f"InputError: {raised.value}"]


SEVERAL = [asked for asked in ASKED if Choices.model_fields[asked.values[1]].annotation is not str]


@pytest.mark.parametrize(("notebook", "name"), SEVERAL)
def test_one_misspelt_name_of_several_is_told(notebook, name):
    meant, slip = misspelt(known_to(name))
    with pytest.raises(InputError) as raised:
        run_check(notebook, **{name: f"{meant}, {slip}"})
    assert re.fullmatch(
        sentence(name, slip, meant, named_fields(Choices)[name].table), str(raised.value)
    )


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_hands_all_its_parameters_to_the_check(notebook):
    """A parameter that is not handed over would not be checked."""
    called = " ".join(c.source for c in cells(notebook))
    whole = "run = Parameters.of(globals())" in called
    for name in declared(notebook):
        assert whole or re.search(rf"\b{name}={name}\b", called) or name == "permalink", name
    assert set(declared(notebook)) <= {*Choices.model_fields, "permalink"}


def test_a_parameter_that_holds_text_is_a_name_or_known_not_to_be():
    texts = {
        name
        for name, field in Choices.model_fields.items()
        if "str" in str(field.annotation) and name not in named_fields(Choices)
    }
    assert texts == {"tables"}


@pytest.mark.parametrize("name", sorted(set(NAMES) & set(named_fields(Choices))))
def test_a_permalink_is_checked_as_well(name):
    meant, slip = misspelt(known_to(name))
    notebook = ROOT / "notebooks" / "explore.ipynb"
    with pytest.raises(InputError) as raised:
        run_check(notebook, permalink=f"?{name}={slip}")
    assert re.fullmatch(
        sentence(name, slip, meant, named_fields(Choices)[name].table), str(raised.value)
    )


@pytest.mark.parametrize(
    "notebook", [n for n in NOTEBOOKS if "as_of" in declared(n)], ids=lambda path: path.stem
)
def test_a_day_in_another_form_ends_a_notebook_in_one_sentence(notebook):
    with pytest.raises(InputError) as raised:
        run_check(notebook, as_of=GERMAN)
    assert str(raised.value) == f"as_of: {DAY_REFUSED}"


def test_names_are_those_of_the_folder_that_is_named():
    folder = ROOT / "examples" / "guangdong"
    with pytest.raises(InputError, match=r"'sei_share_2025' is not in targets\.csv"):
        Parameters(raw_dir=folder, target_id="sei_share_2025")
    with pytest.raises(InputError, match="area"):
        Parameters(raw_dir=folder, area="shenzen")


def test_a_report_refuses_a_name_before_it_runs_anything(raw):
    for name, mark in named_fields(Parameters).items():
        meant, slip = misspelt(known_to(name))
        with pytest.raises(InputError) as raised:
            check_names({name: slip, "horizon": 3}, raw)
        assert re.fullmatch(sentence(name, slip, meant, mark.table), str(raised.value))
        check_names({name: meant}, raw)


MISSPELT = {
    "a value": ("area", "shenzen", "area: 'shenzen' is not in areas.csv; did you mean 'shenzhen'?"),
    "a name": ("aera", "shenzhen", "parameter: 'aera' is none of area, as_of, language, min_grade, "
               "output_dir, raw_dir, since_year, stand_ins; did you mean 'area'?"),
}  # fmt: skip


@pytest.mark.notebooks
@pytest.mark.slow
@pytest.mark.parametrize("what", MISSPELT)
def test_papermill_ends_in_one_readable_error(what, tmp_path):
    name, value, sentence = MISSPELT[what]
    done = subprocess.run(
        [sys.executable, "-m", "papermill", ROOT / "notebooks" / "08_measures.ipynb",
         tmp_path / "out.ipynb", "-p", name, value],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    wanted = f"InputError: {sentence}"
    assert done.returncode != 0
    assert done.stderr.rstrip().endswith(wanted)
    outputs = [o for c in cells(tmp_path / "out.ipynb") for o in c.outputs]
    [error] = [o for o in outputs if o.output_type == "error"]
    assert error.traceback == [wanted]
    assert not [o for o in outputs if o.output_type == "execute_result"]


TABLES = {
    "target": "targets",
    "indicator": "indicators",
    "area": "areas",
    "definition": "definitions",
    "plan": "targets",
    "source": "sources",
    "status": vocabulary.STATUSES,
    "qualifier": vocabulary.QUALIFIERS,
    "source_kind": KINDS,
    "source_grade": vocabulary.GRADES,
    "notebook": tuple(path.stem for path in NOTEBOOKS),
}
"""Options that name something, and where it stands."""
FREE = {
    "year", "value", "unit", "months", "first_release", "note", "confirmed", "source_title",
    "source_title_en", "source_publisher", "source_published", "source_url", "source_language",
    "source_note", "vary", "origins", "scheduler", "series", "topic", "series_column",
    "value_column", "year_column", "area_column", "revisions", "site_address",
}  # fmt: skip
"""Options that hold a text of any other kind."""
FIGURE = {
    "--indicator": "rd_intensity", "--area": "shenzhen", "--year": "2024", "--value": "6.84",
    "--status": "final", "--source": "sz_communique_2024_gazette",
}  # fmt: skip
NEW_SOURCE = {"--source": "sz_new", "--source-title": "t", "--language": "en"}


def options():
    """Give every option of every command: command, destination, option, what it takes."""
    [commands] = [
        a for a in cli._parser()._actions if isinstance(a, argparse._SubParsersAction)
    ]  # fmt: skip
    for command, parser in commands.choices.items():
        for action in parser._actions:
            if action.option_strings and action.nargs != 0:
                yield command, action


OPTIONS = [pytest.param(c, a, id=f"{c} {a.option_strings[-1]}") for c, a in options()]
MAY_BE_NEW = {"area", "indicator", "definition", "source"}
"""Of `import`, which writes the rows that a file needs."""
NAMING = [
    p for p in OPTIONS
    if (p.values[1].choices or p.values[1].dest in TABLES)
    and not (p.values[0] == "import" and p.values[1].dest in MAY_BE_NEW)
]  # fmt: skip


def test_every_option_that_holds_a_text_is_a_name_or_known_not_to_be():
    texts = {a.dest for _, a in options() if a.type is None and not a.choices}
    assert texts == set(TABLES) | FREE


def names_for(option, raw):
    if option.choices:
        return tuple(option.choices), ""
    held = TABLES[option.dest]
    if isinstance(held, tuple):
        return held, ""
    column = "plan" if option.dest == "plan" else getattr(raw, held).columns[0]
    return tuple(getattr(raw, held)[column].unique()), held


def around(command, option, tmp_path):
    """What a command needs besides one option."""
    if command == "add":
        given = FIGURE | (NEW_SOURCE if option.dest.startswith("source_") else {})
        given.pop(option.option_strings[-1], None)
        return [word for pair in given.items() for word in pair] + ["--dry-run"]
    return {
        "init": [str(tmp_path / "new")],
        "import": [str(tmp_path / "figures.csv"), "--into", str(tmp_path / "new")],
        "sweep": ["--out", str(tmp_path / "t.csv")],
        "project": [str(tmp_path / "series.csv")],
    }.get(command, [])


@pytest.mark.parametrize(("command", "option"), NAMING)
def test_a_misspelt_option_ends_with_two_and_one_sentence(command, option, raw, tmp_path, capsys):
    known, table = names_for(option, raw)
    meant, slip = misspelt(known)
    words = [command, *around(command, option, tmp_path), option.option_strings[-1], slip]
    assert cli.main(words) == 2
    out, err = capsys.readouterr()
    label = option.dest if f"\n{option.dest}: " in f"\n{err}" else option.option_strings[-1]
    assert re.fullmatch(sentence(label, slip, meant, table), err.rstrip("\n"))
    assert not out
    assert not list(tmp_path.iterdir())


DAYS = [p for p in OPTIONS if p.values[1].metavar == "DATE"]


@pytest.mark.parametrize(("command", "option"), DAYS)
def test_a_day_in_another_form_ends_with_two_and_one_sentence(command, option, tmp_path, capsys):
    name = option.option_strings[-1]
    assert cli.main([command, *around(command, option, tmp_path), name, GERMAN]) == 2
    assert capsys.readouterr().err == f"{name}: {DAY_REFUSED}\n"


def test_a_command_that_there_is_not_is_refused_with_the_nearest(capsys):
    assert cli.main(["asess"]) == 2
    assert re.fullmatch(sentence("command", "asess", "assess"), capsys.readouterr().err.rstrip())


def archive_of(raw):
    return vintages.open_archive(raw)


LOOK_UPS = {
    "known_series, indicator": lambda raw: vintages.known_series(
        archive_of(raw), "2024-12-31", indicator="gpd"
    ),
    "known_series, area": lambda raw: vintages.known_series(
        archive_of(raw), "2024-12-31", area="shenzen"
    ),
    "known_series, definition": lambda raw: vintages.known_series(
        archive_of(raw), "2024-12-31", vintages.SeriesChoice(definition="gdp_frist_print")
    ),
    "known_on, grade": lambda raw: vintages.known_on(archive_of(raw), "2024-12-31", "pres"),
    "SeriesChoice, splice": lambda raw: vintages.SeriesChoice(splice="real_grwth"),
    "compare": lambda raw: vintages.compare(raw, "2024-12-31", "gpd"),
    "revisions": lambda raw: vintages.revisions(archive_of(raw), "gdp", "shenzen"),
    "find_target": lambda raw: find_target(
        read_targets(raw.targets, raw.sources), "rd_intensity_2026"
    ),
    "policy_events": lambda raw: lead_time.policy_events(raw, "rd_intensity_2026"),
    "draw_curves": lambda raw: draw_curves(raw, ["2021-01-01"], ["rd_intensity_2026"]),
}


@pytest.mark.parametrize("ask", LOOK_UPS.values(), ids=LOOK_UPS)
def test_a_function_refuses_what_is_not_there(ask, raw):
    with pytest.raises(InputError, match=r"^\w+: '\w+' is (not in|none of) .*; did you mean '\w+'"):
        ask(raw)


@given(st.one_of(st.text(max_size=12), st.dates().map(lambda day: f"{day:%d.%m.%Y}")))
def test_a_text_is_a_day_only_as_year_month_and_day(text):
    try:
        day = iso_day(text)
    except InputError as error:
        assert str(error).startswith("as_of: '")
        assert len(str(error).splitlines()) == 1
    else:
        assert day.isoformat() == text


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_way_to_hold_a_day_is_the_same_day(day):
    forms = (day, day.isoformat(), pd.Timestamp(day), np.datetime64(day))
    assert {vintages.day_of(form) for form in forms} == {pd.Timestamp(day)}


@pytest.mark.parametrize("form", [GERMAN, "2021/12/05", "20211205", "2021-12", "5 Dec 2021", 2021])
def test_a_series_is_not_asked_for_a_day_that_can_be_read_in_two_ways(raw, form):
    with pytest.raises(InputError, match="write year, month and day"):
        vintages.known_series(archive_of(raw), form)
    with pytest.raises(InputError, match="write year, month and day"):
        vintages.known_on(archive_of(raw), form)


def test_closed_lists_are_the_same_where_a_room_may_not_import_them():
    assert SCALES == vocabulary.SCALES
    assert EVERY_SCALE == vocabulary.EVERY_SCALE
    for name, words in (("min_grade", vocabulary.GRADES), ("splice", vocabulary.SPLICES)):
        assert set(CHOICES[name]) == set(words)
