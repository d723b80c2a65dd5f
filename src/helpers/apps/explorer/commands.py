"""The same view elsewhere: as a command, as a link, and as a run of the notebook."""

from shlex import join

from helpers.apps.explorer.choices import NAMES, Choices
from helpers.observations.raw_data import RAW_DIR

NOTEBOOK = "notebooks/explore.ipynb"
SPOKEN = {
    "min_grade": "--min-grade",
    "first_year": "--first-year",
    "definition": "--definition",
    "splice": "--splice",
}
"""Choices that `assess` has an option for, beside date, target and folder."""
SWITCHES = {
    "suspected_breaks": (True, "--suspected-breaks"),
    "stand_ins": (False, "--no-stand-ins"),
}
"""Choices that are switches of `assess`: the value that the switch sets."""


def assess_command(choices: Choices) -> tuple[str, str]:
    """Return the command that prints the same probability, and why there is none.

    Returns
    -------
    command : str
        For a shell; empty where `assess` cannot say the same.
    why_not : str
        One sentence; empty where there is a command.
    """
    if not choices.target_id:
        return "", "`assess` judges the targets of targets.csv: choose one to get its command."
    words = ["shenzhen-targets", "assess", "--as-of", str(choices.as_of)]
    words += ["--target", choices.target_id]
    unspoken = []
    for name in _changed(choices):
        value = getattr(choices, name)
        if name in SPOKEN:
            words += [SPOKEN[name], str(value)]
        elif name in SWITCHES and value is SWITCHES[name][0]:
            words.append(SWITCHES[name][1])
        else:
            unspoken.append(name)
    if unspoken:
        named = ", ".join(unspoken)
        return "", f"`assess` has no option for {named}: use the notebook's line below."
    return join([*words, *_folder(choices, "--raw-dir")]), ""


def rules_command(choices: Choices) -> str:
    """Return the command that prints the on-track rules; empty where there is none."""
    if choices.base_year or choices.first_year:
        return ""
    command, _ = assess_command(choices)
    return f"{command} --rules" if command else ""


def papermill_command(choices: Choices) -> str:
    """Return the line that runs the notebook with these choices, from the repository's folder."""
    words = ["papermill", NOTEBOOK, "explored.ipynb", "-p", "permalink", choices.permalink]
    return join([*words, *_folder(choices, "-p", "raw_dir")])


def _changed(choices: Choices) -> list[str]:
    """Names of the choices that decide a probability and differ from their default."""
    elsewhere = {"indicator", "area", "as_of", "target_id", "base_year"}
    fields = type(choices).model_fields
    names = (name for name in NAMES if name not in elsewhere)
    return [name for name in names if getattr(choices, name) != fields[name].default]


def _folder(choices: Choices, *option: str) -> list[str]:
    return [] if choices.raw_dir == RAW_DIR else [*option, str(choices.raw_dir)]
