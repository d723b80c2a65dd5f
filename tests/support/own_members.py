"""Trend models that a stranger could write, in a module so that other processes find them."""


def straight(history, horizon):
    """Carry the mean yearly change on."""
    known = history.dropna()
    pace = (known.iloc[-1] - known.iloc[0]) / (known.index[-1] - known.index[0])
    return [known.iloc[-1] + pace * (step + 1) for step in range(horizon)]


def fails_above_hundred(history, horizon):
    """Fail for large series only."""
    if history.iloc[-1] > 100:
        raise ArithmeticError("too large for me\nand a second line")
    return straight(history, horizon)
