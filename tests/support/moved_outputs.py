"""What a notebook prints otherwise than its stored outputs, told so that a person can judge it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html import unescape

import nbformat

from helpers.charts.svg import bare

ACCEPT = "accept all with `make refresh AS_OF={day}`, or this notebook alone with"
MOST = 40
"""Differences told of one notebook; further ones are counted."""


ATTRIBUTES = re.compile(r'="[^"]*"')
"""Forgiven by nbval too, as are figures of charts, with the reasons in `nbval_sanitize.cfg`."""
PICTURE = "image/png"


def without_injected(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a copy without the cell in which papermill gave parameters."""
    given = [cell for cell in book.cells if "injected-parameters" in cell.metadata.get("tags", [])]
    return nbformat.from_dict({**book, "cells": [c for c in book.cells if c not in given]})


def printed(book: nbformat.NotebookNode) -> list[list[dict[str, str]]]:
    """Return all that the code cells of a notebook print, as nbval compares it."""
    cells = [cell for cell in without_injected(book).cells if cell.cell_type == "code"]
    return [[_compared(output) for output in cell.outputs] for cell in cells]


def _compared(output: nbformat.NotebookNode) -> dict[str, str]:
    data = output.get("data") or {output.get("name", ""): output.get("text", str(output))}
    kept = {kind: text for kind, text in data.items() if kind != PICTURE}
    return {kind: ATTRIBUTES.sub('=""', bare(str(text))) for kind, text in kept.items()}


def moved(stored: nbformat.NotebookNode, fresh: nbformat.NotebookNode) -> list[str]:
    """List what moved, the answers first: section, and the sentence, row or word before and after.

    Parameters
    ----------
    stored, fresh : NotebookNode
        The same notebook with its stored outputs, and executed anew.

    Returns
    -------
    list of str
        One line a difference; empty where both print the same.
    """
    answers, others, section = [], [], ""
    for old, new in zip(stored.cells, fresh.cells, strict=True):
        if old.cell_type == "markdown":
            section = (re.findall(r"^#+ (.+)$", old.source, re.MULTILINE) or [section])[-1]
        elif old.cell_type == "code":
            is_answer = "answer" in old.metadata.get("tags", [])
            told = [f"{section}: {line}" for line in _differences(pieces(old), pieces(new))]
            (answers if is_answer else others).extend(told)
    return [*answers, *others]


def _differences(before: list[str], after: list[str]) -> Iterator[str]:
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = before[a:b], after[c:d]
        if kind == "equal":
            continue
        while gone and come:
            yield f"{gone.pop(0)} -> {come.pop(0)}"
        yield from (f"{piece} -> gone" for piece in gone)
        yield from (f"new: {piece}" for piece in come)


def pieces(cell: nbformat.NotebookNode) -> list[str]:
    """Take the outputs of a cell apart: sentences, rows of tables, words of charts."""
    return [piece for output in cell.get("outputs", []) for piece in _pieces(output)]


def _pieces(output: nbformat.NotebookNode) -> list[str]:
    data = output.get("data", {})
    if "image/svg+xml" in data:
        drawn = r"<(?:title|desc|text|tspan)\b[^>]*>([^<]+)"
        return _filled(re.findall(drawn, bare(data["image/svg+xml"])))
    if "text/html" in data:
        rows = re.findall(r"<tr.*?</tr>", data["text/html"], re.DOTALL)
        cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
        return _filled(" | ".join(row) for row in cells) or _filled([data["text/html"]])
    words = data.get("text/markdown") or data.get("text/plain") or output.get("text", "")
    words = words or "\n".join(output.get("traceback", []))
    return _filled(re.split(r"\n+|(?<=[.!?])\s+(?=[A-Z0-9*])", words))


def _filled(texts) -> list[str]:
    plain = (" ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split()) for text in texts)
    return [text for text in plain if text]


def told(name: str, differences: list[str], day: str) -> str:
    """Lay differences of a notebook out, with the command that accepts them."""
    more = len(differences) - MOST
    lines = [f"{name} prints otherwise than it is stored:", *differences[:MOST]]
    lines += [f"and {more} more"] if more > 0 else []
    accept = f"{ACCEPT.format(day=day)} `shenzhen-targets refresh --as-of {day} --notebook {name}`"
    return "\n".join([*lines, accept])
