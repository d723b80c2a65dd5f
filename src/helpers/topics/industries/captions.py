"""Captions of the charts: the line of sources, the mark of the target, and words for no chart."""

import pandas as pd

from helpers.topics import verdicts as general
from helpers.topics.industries.analysis import Story
from helpers.wording import english as wording


def note(text: str):
    """Give words that a notebook shows where there is nothing to draw."""
    from IPython.display import Markdown

    return Markdown(text)


def source(story: Story, *tables: pd.DataFrame) -> str:
    """Write the line of sources of some tables with source_id and grade."""
    shown = pd.concat([table[["source_id", "grade"]] for table in tables], ignore_index=True)
    return general.source_line(shown, story.study.raw, story.study.run.as_of)


def target_mark(story: Story) -> tuple[int, float, str] | None:
    """Give year, level and label of the target for a chart; None without one."""
    study = story.study
    if study.target is None:
        return None
    value = wording.number(study.target.value, study.target.decimals)
    return study.target.target_year, study.level, f"target {value}"
