"""Who publishes each on-track rule, in which words, where it is written, and how surely we know."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Rule:
    """A published rule: a row of `registry.csv`, where semicolons part the entries of a list."""

    name: str
    owner: str
    citation: str
    address: str
    """`name`, `owner`, `citation`, `address`: short name; the body; the text that defines it, and
    where it was published."""
    certainty: str
    """How surely this summary is known: "read" (the owner's text or code was read), "partly read",
    "second-hand" (another body's account), "from memory" (to be verified) or "our reading" (a
    slogan, no formula published)."""
    formula: str
    """What is compared with what."""
    states: tuple[str, ...]
    """In the owner's words (Chinese and German in translation), best first."""
    window: str
    """Figures that it looks at: "plan" (base and latest), "since base", "since 2000" or "last
    six"."""
    changes_sign: bool
    """Whether the ratio turns round when the base is already past the target."""
    cannot_judge: tuple[str, ...]
    """Where it gives no reading, or none that holds."""
    note: str
    """What in this summary could not be verified."""


def _rule(row: dict[str, str]) -> Rule:
    facts: dict[str, Any] = dict(row)
    facts |= {name: tuple(row[name].split("; ")) for name in ("states", "cannot_judge")}
    return Rule(**facts | {"changes_sign": row["changes_sign"] == "yes"})


with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
    RULES = tuple(map(_rule, csv.DictReader(file)))
"""The rules, in the order in which they are shown."""
OWNERS = {rule.name: rule.owner for rule in RULES}
