"""The numbers by which people call a plan's tasks: the plan's own, told apart where it counts anew."""

import re
from collections import Counter
from collections.abc import Sequence

from domain.vietnamese import fold

_ROMAN_HEAD = re.compile(r"\W{0,2}([IVX]{1,5})(?=[\s.|)]|\Z)")
_ANNEX = re.compile(r"phu luc\s*(?:so\s*)?([ivx]+|\d{1,2})?")
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")


def numbered(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Numbers for the rows of one table, given as (number, heading inside the table): the plan's own where it counts
    through; with the heading's roman figure before them where it counts anew under each heading."""
    own = [number for number, _ in rows]
    filled = [number for number in own if number]
    if len(set(filled)) == len(filled):
        return own
    order: dict[str, str] = {}
    for _, group in rows:
        if group not in order:
            found = _ROMAN_HEAD.match(group)
            taken = set(order.values())
            figure = found.group(1) if found and found.group(1) not in taken else ""
            order[group] = figure or next(roman for roman in (*_ROMANS, str(len(order) + 1)) if roman not in taken)
    return [f"{order[group]}.{number}" if number else "" for number, group in rows]


def annex_of(heading: Sequence[str]) -> str:
    """A short name for the annex a table stands in, such as PL2; empty where none is named."""
    for label in heading:
        if found := _ANNEX.search(fold(label)):
            return f"PL{(found.group(1) or '').upper()}"
    return ""


def told_apart(numbers: Sequence[tuple[str, str]]) -> list[str]:
    """The numbers of all tasks of a plan, each once, from each task's own number and a longer one.

    The first to use a number keeps it; later ones, and letters, which say little alone, get the longer one.
    """
    taken: Counter[str] = Counter()
    found = []
    for own, longer in numbers:
        candidate = longer if own and (taken[own] or not any(map(str.isdigit, own))) and longer else own
        if candidate and taken[candidate]:
            candidate = f"{candidate}-{taken[candidate] + 1}"
        taken[candidate] += 1
        taken[longer] += longer != candidate
        found.append(candidate)
    return found
