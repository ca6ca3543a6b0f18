"""Finds the likeliest words behind damaged ones: a beam over many passages at once, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.restoring.language import Language

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

NOTHING = -1
_FAR = np.float32(1e6)
_AHEAD = 3
_HOPELESS = np.float32(16.0)
# The model is surer of itself than it is right; this evens it out.
_TEMPER = np.float32(3.0)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to read a place: the word (or NOTHING), its text, what the scanner's error costs, and how it hangs
    together with its neighbours: it is allowed only after a choice whose `opens` equals its `needs`."""

    word: int
    text: str
    cost: float
    opens: int = 0
    needs: int = 0


@dataclass(frozen=True, slots=True)
class Picked:
    """The choice made at a place and the share of belief it got."""

    choice: Choice
    sureness: float


class Menu:
    """Every distinct list of choices that a text offers, numbered."""

    def __init__(self) -> None:
        self.lists: list[tuple[Choice, ...]] = []
        self._numbers: dict[tuple[Choice, ...], int] = {}
        # By the list itself, which is quicker told than its choices; those it knows are kept in `lists`.
        self._same: dict[int, int] = {}

    def number(self, choices: tuple[Choice, ...]) -> int:
        """The number of a list of choices."""
        same = self._same.get(id(choices))
        if same is not None:
            return same
        held = self._numbers.get(choices)
        if held is None:
            held = self._numbers[choices] = self._same[id(choices)] = len(self.lists)
            self.lists.append(choices)
        return held

    def arrays(self) -> tuple[Ints, Floats, Ints, Ints]:
        """Words, costs, needs and opens of all lists, one row each."""
        shape = (len(self.lists), max((len(choices) for choices in self.lists), default=1))
        word, cost = np.full(shape, NOTHING, np.int64), np.full(shape, _FAR, np.float32)
        needs, opens = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for row, choices in enumerate(self.lists):
            wide = len(choices)
            word[row, :wide] = [choice.word for choice in choices]
            cost[row, :wide] = [choice.cost for choice in choices]
            needs[row, :wide] = [choice.needs for choice in choices]
            opens[row, :wide] = [choice.opens for choice in choices]
        return word, cost, needs, opens


def decode(
    language: Language, menu: Menu, passages: Sequence[Sequence[int]], *, beam: int, weight: float
) -> list[list[Picked]]:
    """For each passage, given as numbers of the menu, the best choice at each of its places."""
    order = sorted((at for at in range(len(passages)) if passages[at]), key=lambda at: -len(passages[at]))
    picked: list[list[Picked]] = [[] for _ in passages]
    if not order:
        return picked
    words, costs, need, open_ = menu.arrays()
    width_of = np.asarray([len(choices) for choices in menu.lists], np.int64)
    size = len(order)
    first = np.full((size, 1), language.stop, np.int64)
    second = first.copy()
    opened = np.zeros((size, 1), np.int64)
    score = np.zeros((size, 1), np.float32)
    trail: list[tuple[Ints, Ints, Floats]] = []
    for step in range(len(passages[order[0]])):
        while len(passages[order[size - 1]]) <= step:
            size -= 1
        first, second, opened, score = first[:size], second[:size], opened[:size], score[:size]
        rows = np.asarray([passages[at][step] for at in order[:size]], np.int64)
        width = int(width_of[rows].max())
        word, needs, opens = words[rows, :width], need[rows, :width], open_[rows, :width]
        cost = costs[rows, :width]
        total = score[:, :, None] + cost[:, None, :]
        total[opened[:, :, None] != needs[:, None, :]] = _FAR
        reach = total.min(axis=(1, 2), keepdims=True) + _HOPELESS
        total[total > reach] = _FAR
        row, hypothesis, column = np.nonzero((total < _FAR) & (word[:, None, :] != NOTHING))
        if len(row):
            total[row, hypothesis, column] += weight * language.cost(
                first[row, hypothesis], second[row, hypothesis], word[row, column]
            )
        kept = min(beam, total.shape[1] * width)
        flat = total.reshape(size, -1)
        wide = min(flat.shape[1], 2 * kept)
        best = np.argpartition(flat, wide - 1, axis=1)[:, :wide]
        value = np.take_along_axis(flat, best, 1)
        parent, chosen = best // width, best % width
        told = np.take_along_axis(word, chosen, 1)
        silent = told == NOTHING
        older, old = np.take_along_axis(first, parent, 1), np.take_along_axis(second, parent, 1)
        new_first: Ints = np.where(silent, older, old)
        new_second: Ints = np.where(silent, old, told)
        new_opened = np.take_along_axis(opens, chosen, 1)
        # Of two ways to the same last words only the cheaper can win.
        key = (new_first << 30) | (new_second << 8) | new_opened
        sort = np.lexsort((value, key), axis=1)
        key, value = np.take_along_axis(key, sort, 1), np.take_along_axis(value, sort, 1)
        value[:, 1:][key[:, 1:] == key[:, :-1]] = _FAR
        ahead = np.argsort(value, axis=1, kind="stable")[:, :kept]
        score = np.take_along_axis(value, ahead, 1)
        sort = np.take_along_axis(sort, ahead, 1)
        first, second, opened, parent, chosen = (
            np.take_along_axis(part, sort, 1) for part in (new_first, new_second, new_opened, parent, chosen)
        )
        trail.append((parent, chosen, score))
    for rank, at in enumerate(order):
        picked[at] = _traced([menu.lists[number] for number in passages[at]], rank, trail)
    return picked


def _traced(places: Sequence[Sequence[Choice]], rank: int, trail: Sequence[tuple[Ints, Ints, Floats]]) -> list[Picked]:
    path = []
    at = 0
    for step in range(len(places) - 1, -1, -1):
        parent, chosen, _ = trail[step]
        path.append(int(chosen[rank, at]))
        at = int(parent[rank, at])
    path.reverse()
    found = []
    for step, choice in enumerate(path):
        if len(places[step]) == 1:
            found.append(Picked(places[step][choice], 1.0))
            continue
        ahead = min(step + _AHEAD, len(places) - 1)
        held = trail[ahead][2][rank]
        origin = np.arange(len(held))
        for back in range(ahead, step, -1):
            origin = trail[back][0][rank][origin]
        belief = np.exp(np.maximum((held.min() - held) / _TEMPER, -50.0))
        share = float(belief[trail[step][1][rank][origin] == choice].sum() / belief.sum())
        found.append(Picked(places[step][choice], share))
    return found
