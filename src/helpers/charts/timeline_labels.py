"""Labels of a belief timeline: its end, the making of the target, the largest moves."""

from itertools import pairwise

import pandas as pd

from helpers.charts.labels import put
from helpers.charts.language import say, spoken
from helpers.charts.style import INK, OBSERVED, QUIET, SMALL, Sheet
from helpers.charts.text_layout import plain
from helpers.vocabulary import (
    FILLED,
    NEW,
    PUBLIC,
    REDEFINED,
    REPLACED,
    RESPLICED,
    REVISED,
    SET,
    STAND_IN,
    SUSPECTED,
)

SHAPES = dict.fromkeys((REDEFINED, SUSPECTED, STAND_IN, RESPLICED), "D")
SHAPES |= dict.fromkeys((REPLACED, REVISED, FILLED), "s") | {NEW: "o"}
"""Marker of each kind of change that can move P."""
LEVEL_LINES = ("belief", "before the target was set")
_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
LEAST_MOVE = 0.05
"""Smaller changes of P are not labelled."""


def _shape(what: str) -> str:
    """Marker of what moved P; empty where nothing did."""
    return SHAPES.get(what.split("; ")[0], "")


def marked(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the days with a P on which something moved it, with the `shape` of its marker."""
    known = rows[rows["probability"].notna()]
    shapes = known["what"].map(_shape)
    return known.assign(shape=shapes)[shapes.ne("")]


def end_words(rows: pd.DataFrame) -> str:
    """Say how the timeline ends: the outcome, or the last P; empty where there is none."""
    last = rows.iloc[-1]
    if last["settled"]:
        return spoken().word("state", last["state"])
    return "" if pd.isna(last["probability"]) else spoken().equation(last["probability"])


def label_end(sheet: Sheet, rows: pd.DataFrame, words: str) -> None:
    """Write the last P, or the outcome, to the right of the plot."""
    last = rows.iloc[-1]
    if not words or pd.isna(last["probability"]):
        return
    sheet.axes.annotate(
        words, (sheet.axes.get_xlim()[1], last["probability"]), (3, 0), color=OBSERVED, va="center",
        textcoords="offset points", fontsize=SMALL, weight="bold", annotation_clip=False,
    )  # fmt: skip


def label_making(sheet: Sheet, rows: pd.DataFrame) -> None:
    """Draw the days on which the target was set and made public, each with its words."""
    axes, ink = sheet.axes, _ink(sheet, rows)
    made = {}
    for kind, words in ((SET, "chart.set"), (PUBLIC, "chart.made_public")):
        for x in rows.loc[rows["what"].str.contains(kind, regex=False), "x"]:
            made[x] = "chart.set_and_public" if x in made else words
    for x in made:
        axes.axvline(x, color=INK, lw=0.9, gid="making", zorder=2)
    frame = axes.get_window_extent()
    for x in made:
        place = axes.transData.transform((x, 0))[0]
        ink += [(place, frame.y0 + 6 * k) for k in range(int(frame.height / 6))]
    for x, words in made.items():
        sides = (("left", 4), ("right", -4))
        spots = [
            ((x, height), (shift, 0), side, "center")
            for height in (0.04, 0.12, 0.2, 0.3, 0.4, 0.94, 0.86, 0.78, 0.5, 0.6, 0.7)
            for side, shift in sides
        ]
        put(
            sheet,
            say(words),
            spots,
            ink,
            ("data", "axes fraction"),
            color=INK,
            gid="making label",
            bbox=_PAPER,
        )


def label_moves(sheet: Sheet, rows: pd.DataFrame, narrow: bool) -> None:
    """Label the largest changes of P with the figure behind them; a label without room is left."""
    moves = marked(rows[~rows["settled"]]).dropna(subset="change")
    moves = moves[moves["change"].abs().ge(LEAST_MOVE)]
    largest = moves.loc[moves["change"].abs().sort_values(ascending=False).index]
    ink = _ink(sheet, rows)
    for row in largest.head(3 if narrow else 5).itertuples():
        points = say("chart.points", number=f"{100 * row.change:+.0f}").replace(
            "-", "\N{MINUS SIGN}"
        )
        figure = plain(row.latest_value, 5)
        words = (
            points
            if narrow
            else say("chart.move", points=points, value=figure, year=row.latest_year)
        )
        place = (row.x, row.probability)
        spots = [
            (place, (dx, dy), side, across)
            for far in (0, 8, 18, 30)
            for dx, dy, side, across in (
                (8 + far, 2, "left", "bottom"),
                (8 + far, -3, "left", "top"),
                (-8 - far, 2, "right", "bottom"),
                (-8 - far, -3, "right", "top"),
                (0, 8 + far, "center", "bottom"),
                (0, -8 - far, "center", "top"),
            )
        ]
        put(sheet, words, spots, ink, "data", color=QUIET, gid="move", bbox=_PAPER)
        _drop_crowded(sheet)


def _drop_crowded(sheet: Sheet) -> None:
    """Take the last label away again if it stands on another or outside the plot."""
    box, frame = sheet.taken[-1], sheet.axes.get_window_extent()
    outside = box.x0 < frame.x0 - 5 or box.x1 > frame.x1 or box.y0 < frame.y0 or box.y1 > frame.y1
    if outside or any(box.overlaps(other) for other in sheet.taken[:-1]):
        sheet.axes.texts[-1].remove()
        sheet.taken.pop()


def _ink(sheet: Sheet, rows: pd.DataFrame) -> list[tuple[float, float]]:
    """Points along steps and marks, in pixels."""
    points = []
    for line in sheet.axes.get_lines():
        if line.get_gid() not in LEVEL_LINES:
            continue
        corners = sheet.axes.transData.transform(line.get_xydata())
        for (x0, y0), (x1, y1) in pairwise(corners):
            if x0 == x0 and y0 == y0 and y1 == y1:
                count = max(1, int(max(abs(x1 - x0), abs(y1 - y0)) / 4))
                points += [
                    (x0 + (x1 - x0) * k / count, y0 + (y1 - y0) * k / count) for k in range(count)
                ]
    marks = marked(rows)[["x", "probability"]].astype(float).to_numpy()
    return points + [tuple(p) for p in sheet.axes.transData.transform(marks) for _ in range(3)]
