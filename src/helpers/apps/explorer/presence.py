"""Whether somebody sits before the notebook that runs."""


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
