"""The explorer as a notebook shows it: controls where somebody sits, else its first view."""

from typing import TYPE_CHECKING, Any

from helpers.apps.explorer import cards
from helpers.apps.explorer.views import (
    Choices,
    Collection,
    View,
    open_collection,
    view_of,
    with_permalink,
)
from helpers.wording import prose

if TYPE_CHECKING:
    from IPython.display import Markdown


class Explorer:
    """What a notebook's last value shows: a collection in its first `view`."""

    def __init__(self, collection: Collection, view: View) -> None:
        self.collection, self.view = collection, view

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if somebody_is_there():
            display(self.panel().widget)
        else:
            display(*self.static())

    def panel(self):
        """Return the controls and cards (needs ipywidgets)."""
        from helpers.apps.explorer.panel import Panel

        return Panel(self.collection, self.view.choices)

    def static(self) -> list:
        """Return the first view as things that a stored notebook holds: text, SVG, tables."""
        from IPython.display import SVG

        view = self.view
        if view.refused:
            return [prose(view.refused)]
        shown: list = [prose(cards.answer(self.collection, view))]
        shown.append(SVG(cards.chart(self.collection, view)))
        growth, rules = cards.growth_table(view), cards.rules_table(view)
        if len(growth):
            shown.append(growth.set_index("growth"))
        if len(rules):
            shown.append(rules.set_index("rule of")[["says", "in short", "ratio"]])
        elif view.rules_refused:
            shown.append(prose(view.rules_refused))
        return [*shown, _elsewhere(view)]


def _elsewhere(view: View) -> "Markdown":
    command, why_not = cards.assess_command(view.choices)
    lines = [command] if command else []
    return prose(why_not, *lines, cards.papermill_command(view.choices))


def explore(permalink: str = "", **values: Any) -> Explorer:
    """Open the explorer on choices that a notebook's parameters make.

    Choices that do not belong together are explained in its view. Raises `InputError` for names
    that the raw tables do not hold, and for whatever else cannot be used.

    Parameters
    ----------
    permalink : str
        Choices in a text, as the explorer shows it; it overrides `values` but for the folder.
    **values
        Fields of `helpers.apps.explorer.views.Choices`; without an indicator the first target
        is looked at.
    """
    choices = with_permalink(Choices(**values), permalink)
    collection = open_collection(choices.raw_dir)
    first = next(iter(collection.targets.values()), None)
    if first and not choices.indicator and not permalink:
        about = {"indicator": first.indicator, "area": first.area, "target_id": first.target_id}
        choices = Choices(**values | about)
    return Explorer(collection, view_of(collection, choices))


def somebody_is_there() -> bool:
    """Say whether the running cell was sent by a page that could answer a question.

    JupyterLab and its like allow input when they send a cell; papermill, nbconvert and nbval do
    not. Where nobody is there, controls could not be moved and their state would only bloat the
    stored notebook.
    """
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return False
    return bool(kernel.get_parent("shell").get("content", {}).get("allow_stdin", False))
