"""The explorer as a notebook shows it: controls where somebody sits, else its first view."""

from typing import Any

from helpers.apps.explorer import cards
from helpers.apps.explorer.choices import (
    Choices,
    Collection,
    choose,
    open_collection,
    with_permalink,
)
from helpers.apps.explorer.views import View, view_of
from helpers.problems import InputError


class Explorer:
    """What a notebook's last value shows.

    Attributes
    ----------
    collection : Collection or None
        None where the raw tables or the choices could not be read.
    view : View
        The first view.
    """

    def __init__(self, collection: Collection | None, view: View) -> None:
        self.collection, self.view = collection, view

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if self.collection is not None and somebody_is_there():
            display(self.panel().widget)
        else:
            display(*self.static())

    def panel(self):
        """Return the controls and cards (needs ipywidgets)."""
        from helpers.apps.explorer.panel import Panel

        return Panel(self.collection, self.view.choices)

    def static(self) -> list:
        """Return the first view as things that a stored notebook holds: text, SVG, tables."""
        from IPython.display import SVG, Markdown

        view = self.view
        if self.collection is None or view.refused:
            return [Markdown(view.refused)]
        shown = [Markdown(cards.answer(self.collection, view))]
        shown.append(SVG(cards.chart(self.collection, view)))
        growth, rules = cards.growth_table(view), cards.rules_table(view)
        if len(growth):
            shown.append(growth.set_index("growth"))
        if len(rules):
            shown.append(rules.set_index("rule of")[["says", "in short", "ratio"]])
        elif view.rules_refused:
            shown.append(Markdown(view.rules_refused))
        return [*shown, Markdown(_elsewhere(view))]


def _elsewhere(view: View) -> str:
    """Write the view's command and run of the notebook in markdown."""
    command, why_not = cards.assess_command(view.choices)
    lines = [command] if command else []
    lines.append(cards.papermill_command(view.choices))
    return "\n\n".join([*filter(None, [why_not]), *(f"```sh\n{line}\n```" for line in lines)])


def explore(permalink: str = "", **values: Any) -> Explorer:
    """Open the explorer on choices that a notebook's parameters make.

    Parameters
    ----------
    permalink : str
        Choices in a text, as the explorer shows it; it overrides `values` but for the folder.
    **values
        Fields of `helpers.apps.explorer.choices.Choices`.

    Returns
    -------
    Explorer
        What cannot be used is explained in its view; nothing is raised for it.
    """
    try:
        choices = with_permalink(choose(**values), permalink)
        collection = open_collection(choices.raw_dir)
    except InputError as error:
        return Explorer(None, View(Choices(), refused=str(error)))
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
