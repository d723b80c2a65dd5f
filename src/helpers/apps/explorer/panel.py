"""The controls of the explorer: what each offers, and how widgets become choices."""

import gc
from collections.abc import Callable
from datetime import date
from typing import Any

import ipywidgets as widgets
import pandas as pd

from helpers.apps.explorer import cards
from helpers.apps.explorer.views import (
    PLAN_YEARS,
    Choices,
    Collection,
    View,
    view_of,
    with_permalink,
)
from helpers.days import today
from helpers.forecasting.members import MEMBERS
from helpers.problems import InputError
from helpers.vocabulary import GRADES, SPLICES
from helpers.wording import english as wording

REMEMBERED = 60
"""Views kept, so that going back with a slider costs nothing."""
_WIDE = {"description_width": "7em"}
_FIELD = {"width": "25em"}
OWN_LEVEL = "own level"
Offer = list[tuple[str, Any]]
"""Label and value, as a drop-down list takes them."""
SPLICE_WORDS = {
    "real_growth": "carried by real growth",
    "neighbour_growth": "carried by growth of other years",
    "none": "as printed",
}
GRADE_WORDS = {
    "official": "official text only",
    "press": "press or better",
    "secondary": "any text that was read",
    "unverified": "all, also unverified",
}


class Panel:
    """Controls and cards, tied to one collection; `widget` is the whole panel."""

    def __init__(self, collection: Collection, choices: Choices) -> None:
        self.collection = collection
        self.controls = _controls()
        self.members = {name: _box(name, "") for name in MEMBERS}
        self.cards = {name: widgets.HTML() for name in
                      ("verdict", "chart", "taken", "kept", "growth", "rules", "commands",
                       "points")}  # fmt: skip
        self.kept: dict[Choices, View] = {}
        self.keep = widgets.Button(description="Keep this view", layout={"width": "auto"},
                                   tooltip="lays it beside the next ones, below")  # fmt: skip
        self.keep.on_click(self._keep)
        self.style = widgets.HTML(cards.style(collection))
        # A chart leaves rings of objects behind: without this, each search for them goes through
        # every table and module as well, a pause of a tenth of a second.
        gc.collect()
        gc.freeze()
        self._views: dict[Choices, tuple[View, str]] = {}
        self._busy = False
        self.choices, self.view = choices, view_of(collection, choices)
        self.widget = self._laid_out()
        self.show(choices)
        for name, control in {**self.controls, **self.members}.items():
            control.observe(self._listener(name), names="value")

    def show(self, choices: Choices) -> None:
        """Show a view, and let every control stand where it stands."""
        before = self.view.probability
        self._set_controls(choices)
        self.choices = choices
        self.view, drawing = self._looked_up(choices)
        found, view = self.collection, self.view
        title = "" if view.refused else cards.chart_title(found, view)
        points = cards.points_table(found, view)
        shown = {
            "verdict": cards.verdict_card(found, view, before),
            "chart": cards.chart_card(drawing, title),
            "taken": cards.taken_card(found, view, drawing, points),
            "growth": cards.growth_card(view),
            "rules": cards.rules_card(view),
            "commands": cards.commands_card(view),
            "points": cards.points_card(points),
        }
        for name, text in shown.items():
            self.cards[name].value = text

    def _keep(self, _button: widgets.Button) -> None:
        if not self.view.refused:
            self.kept[self.choices] = self.view
            named = [(cards.name_of(self.collection, view), view) for view in self.kept.values()]
            self.cards["kept"].value = cards.kept_card(named)

    def _looked_up(self, choices: Choices) -> tuple[View, str]:
        if choices not in self._views:
            while len(self._views) >= REMEMBERED:
                del self._views[next(iter(self._views))]
            view = view_of(self.collection, choices)
            self._views[choices] = view, cards.chart(self.collection, view)
        return self._views[choices]

    def _listener(self, name: str) -> Callable[[dict], None]:
        def moved(change: dict) -> None:
            if self._busy:
                return
            try:
                self.show(self._after(name, change["new"]))
            except InputError as error:
                refused = View(self.choices, refused=str(error))
                self.cards["verdict"].value = cards.verdict_card(self.collection, refused)

        return moved

    def _after(self, name: str, value: object) -> Choices:
        if name == "permalink":
            return with_permalink(self.choices, str(value))
        if name in ("indicator", "area"):
            return refitted(self.collection, self.choices.changed(**{name: value}))
        if name == "day":
            return self.choices.changed(as_of=value)
        if name == "as_of":
            return self.choices.changed(as_of=value or self.choices.as_of)
        if name == "target_id" and value == OWN_LEVEL:
            return own_level(self.collection, self.choices, self.view.series)
        if name == "target_id":
            return self.choices.changed(target_id=value, level=None, year=0, base_year=0)
        if name in self.members:
            kept = [member for member, box in self.members.items() if box.value]
            if not kept:
                raise InputError("At least one member has to stay in the pool.")
            return self.choices.changed(members=kept)
        return self.choices.changed(**{name: value})

    def _set_controls(self, choices: Choices) -> None:
        """Offer what fits the choices, and set every control, without hearing from them."""
        controls, own = self.controls, choices.level is not None
        offered = offers(self.collection, choices)
        days = offered.pop("day")
        self._busy = True
        try:
            for name, options in offered.items():
                _offer(controls[name], options, getattr(choices, name))
            if own:
                controls["target_id"].value = OWN_LEVEL
            _slide(controls["day"], days, choices.as_of)
            for name in ("as_of", "suspected_breaks", "stand_ins", "permalink"):
                controls[name].value = getattr(choices, name)
            for name in ("level", "year", "base_year"):
                controls[name].value = getattr(choices, name) or 0
                controls[name].layout.display = None if own else "none"
            for name, box in self.members.items():
                box.value = not choices.members or name in choices.members
        finally:
            self._busy = False

    def _laid_out(self) -> widgets.Widget:
        control, card = self.controls, self.cards
        pool = widgets.HBox(
            [widgets.Label("members of the pool"), *self.members.values()],
            layout={"flex_flow": "row wrap"},
        )
        names = [name for name in control if name != "permalink"]
        give = widgets.HBox([self.keep, card["taken"]])
        left = widgets.VBox(
            [*(control[name] for name in names), pool, give], layout={"flex": "0 0 27em"}
        )
        right = widgets.VBox([card["verdict"], card["chart"]], layout={"flex": "1 1 27em"})
        top = widgets.HBox([left, right], layout={"flex_flow": "row wrap"})
        below = [card[name] for name in ("kept", "growth", "rules", "commands")]
        return widgets.VBox([self.style, top, *below, control["permalink"], card["points"]])


def _controls() -> dict[str, widgets.Widget]:
    """Make the controls, in the order in which they stand; values are set later."""
    lists = {"indicator": "indicator", "area": "area", "target_id": "target"}
    made = {name: _list(label) for name, label in lists.items()}
    made["level"] = widgets.FloatText(
        description="level", style=_WIDE, layout=_FIELD, continuous_update=False
    )
    made["year"] = _year("by the year")
    made["base_year"] = _year("counted from")
    made["day"] = widgets.SelectionSlider(
        options=[("none", today())], description="day of news", style=_WIDE, readout=False,
        layout=_FIELD, tooltip="days on which a figure of the series became known",
    )  # fmt: skip
    made["as_of"] = widgets.DatePicker(description="as-of date", style=_WIDE, layout=_FIELD)
    more = {"first_year": "first year", "definition": "definition", "splice": "at breaks"}
    made |= {name: _list(label) for name, label in (more | {"min_grade": "grades"}).items()}
    made["suspected_breaks"] = _box("splice suspected breaks too", "7em")
    made["stand_ins"] = _box("use stand-ins at the end", "7em")
    made["permalink"] = widgets.Text(
        description="permalink", style=_WIDE, continuous_update=False, layout={"width": "46rem"}
    )
    return made


def _list(label: str) -> widgets.Dropdown:
    return widgets.Dropdown(description=label, style=_WIDE, layout=_FIELD)


def _year(label: str) -> widgets.BoundedIntText:
    return widgets.BoundedIntText(
        min=0, max=9999, description=label, style=_WIDE, layout=_FIELD, continuous_update=False
    )


def _box(label: str, indent: str) -> widgets.Checkbox:
    layout = {"width": "auto"} if not indent else _FIELD
    return widgets.Checkbox(
        description=label, indent=bool(indent), layout=layout, style={"description_width": indent}
    )


def _offer(control: widgets.Dropdown, offered: Offer, value: object) -> None:
    """Give a list its options and its value; a value that is not offered is added by its name."""
    if value not in [choice for _, choice in offered]:
        offered = [*offered, (str(value), value)]
    _stand(control, offered, value)


def _slide(control: widgets.SelectionSlider, days: Offer, as_of: date) -> None:
    """Stop the slider on the last of the days of news up to a date, or else on the first."""
    days = days or [("none", as_of)]
    _stand(control, days, max((day for _, day in days if day <= as_of), default=days[0][1]))


def _stand(control: widgets.Widget, offered: Offer, value: object) -> None:
    """Give a control its options and its value in one message.

    A browser that hears of fewer options alone moves to the last of them, and says so as if a hand
    had done it.
    """
    with control.hold_sync():
        if list(control.options) != offered:
            control.options = offered
        control.value = value


def offers(collection: Collection, choices: Choices) -> dict[str, Offer]:
    """List what each control offers for the indicator and area chosen, by its name.

    `day` offers the days on which a figure of the series became known.
    """
    pair = (choices.indicator, choices.area)
    words = collection.raw.definitions.set_index("definition")["description"]
    defined = collection.definitions(*pair)
    return {
        "indicator": [(name, key) for key, name in collection.indicators.items()],
        "area": [(collection.places[area], area) for area in collection.areas(choices.indicator)],
        "target_id": _targets(collection, choices),
        "first_year": [("all years", 0), *((str(y), y) for y in collection.years(*pair))],
        "definition": [
            ("main series", ""),
            *((f"{name}: {words[name]}"[:70], name) for name in defined),
        ],
        "splice": [(SPLICE_WORDS[name], name) for name in SPLICES],
        "min_grade": [(GRADE_WORDS[name], name) for name in reversed(GRADES)],
        "day": [(f"{day:%Y-%m-%d}", day.date()) for day in collection.days(*pair)],
    }


def _targets(collection: Collection, choices: Choices) -> Offer:
    offered = [
        (
            f"{t.year}: "
            f"{wording.line(t.operator, t.value, t.decimals, t.unit, t.value_high)} ({t.plan})",
            t.target_id,
        )
        for t in collection.targets_of(choices.indicator, choices.area)
        if t.operator != "qualitative"
    ]
    return [*offered, ("an own level", OWN_LEVEL), ("none", "")]


def refitted(collection: Collection, choices: Choices) -> Choices:
    """Replace what no longer fits after the indicator or area was changed.

    An area without figures gives way to the first that has some; a target of another series to the
    first of this one, or to none; a definition and a first year that do not occur to all. An own
    level goes with the indicator whose unit it has, so it is dropped as well.
    """
    areas = collection.areas(choices.indicator)
    area = choices.area if choices.area in areas else (areas or [choices.area])[0]
    pair = (choices.indicator, area)
    ids = [t.target_id for t in collection.targets_of(*pair) if t.operator != "qualitative"]
    fits = choices.definition in collection.definitions(*pair)
    return choices.changed(
        area=area,
        target_id=choices.target_id if choices.target_id in ids else (ids or [""])[0],
        level=None,
        year=0,
        base_year=0,
        definition=choices.definition if fits else "",
        first_year=choices.first_year if choices.first_year in collection.years(*pair) else 0,
    )


def own_level(collection: Collection, choices: Choices, series: pd.DataFrame) -> Choices:
    """Start an own target where the present one, or else the latest figure, stands."""
    target = collection.targets.get(choices.target_id)
    last = series.iloc[-1] if len(series) else None
    level = 1.0 if last is None else float(last["value"])
    year = choices.as_of.year + 1 if last is None else int(last["year"]) + 5
    if target is not None and target.unit == (None if last is None else last["unit"]):
        level, year = target.value, target.target_year
    year = max(year, choices.as_of.year)
    return choices.changed(target_id="", level=level, year=year, base_year=year - PLAN_YEARS)
