"""What Vietnamese officials write: how likely one word is after the two before it, from counts in one data file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.restoring.tokens import OTHER, PAUSE, STOP

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

STEP = 15.0
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def spread(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Keys strewn evenly over 64 bits."""
    mixed = keys * _SPREAD
    mixed ^= mixed >> np.uint64(32)
    mixed *= _SPREAD
    return mixed ^ (mixed >> np.uint64(29))


@dataclass(frozen=True)
class Table:
    """Many keys in few bytes: the first bits of a strewn key choose a bucket, sixteen more tell its entries apart.

    Two keys may be taken for one another once in a hundred thousand lookups, which a language model survives.
    """

    starts: npt.NDArray[np.int32]
    prints: npt.NDArray[np.uint16]
    bits: int

    @classmethod
    def of(cls, counts: npt.NDArray[np.uint8], prints: npt.NDArray[np.uint16]) -> "Table":
        """The table whose buckets hold so many entries each."""
        starts = np.zeros(len(counts) + 1, np.int32)
        np.cumsum(counts, out=starts[1:])
        return cls(starts, prints, len(counts).bit_length() - 1)

    def find(self, keys: npt.NDArray[np.uint64]) -> Ints:
        """The row of each key, or -1."""
        strewn = spread(keys)
        bucket = (strewn >> np.uint64(64 - self.bits)).astype(np.int64)
        mark = ((strewn >> np.uint64(16)) & np.uint64(0xFFFF)).astype(np.uint16)
        at = self.starts[bucket].astype(np.int64)
        end = self.starts[bucket + 1]
        found = np.full(len(keys), -1, np.int64)
        open_ = np.flatnonzero(at < end)
        while len(open_):
            here = at[open_]
            same = self.prints[here] == mark[open_]
            found[open_[same]] = here[same]
            open_ = open_[~same]
            at[open_] += 1
            open_ = open_[at[open_] < end[open_]]
        return found


def pack(keys: npt.NDArray[np.uint64], bits: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16], Ints]:
    """The bucket counts and prints of a table of distinct keys, and the order into which its values go."""
    strewn = spread(keys)
    order = np.argsort(strewn, kind="stable")
    strewn = strewn[order]
    counts = np.bincount((strewn >> np.uint64(64 - bits)).astype(np.int64), minlength=1 << bits)
    return (
        counts.astype(np.uint8),
        ((strewn >> np.uint64(16)) & np.uint64(0xFFFF)).astype(np.uint16),
        order,
    )


def pair_keys(first: Ints, second: Ints) -> npt.NDArray[np.uint64]:
    """One key for two words."""
    return ((first << 20) | second).astype(np.uint64)


def triple_keys(first: Ints, second: Ints, third: Ints) -> npt.NDArray[np.uint64]:
    """One key for three words."""
    return ((first << 40) | (second << 20) | third).astype(np.uint64)


class Language:
    """Costs of words (the less likely, the dearer, in nats) after the two before them."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.words: list[str] = bytes(data["words"]).decode("utf-8").split("\n")
        self.ids = {word: at for at, word in enumerate(self.words)}
        self.alone: Floats = data["alone"].astype(np.float32) / STEP
        self._step_down: Floats = data["alone_back"].astype(np.float32) / STEP
        self._pairs = Table.of(data["pair_counts"], data["pair_prints"])
        self._pair_cost: Floats = data["pair_cost"]
        self._pair_back: Floats = data["pair_back"]
        self._triples = Table.of(data["triple_counts"], data["triple_prints"])
        self._triple_cost: Floats = data["triple_cost"]
        self.stop = self.ids[STOP]
        self.pause = self.ids[PAUSE]
        self.other = self.ids[OTHER]

    def id_of(self, word: str) -> int:
        """The number of a word; of OTHER when it is not known."""
        return self.ids.get(word, self.other)

    def pair_cost(self, first: Ints, second: Ints) -> Floats:
        """What each second word costs after the first."""
        row = self._pairs.find(pair_keys(first, second))
        cost: Floats = self._pair_cost[row] / np.float32(STEP)
        missing = np.flatnonzero(row < 0)
        cost[missing] = self._step_down[first[missing]] + self.alone[second[missing]]
        return cost

    def bond(self, first: str, second: str) -> float:
        """How much cheaper the second word is after the first than alone; 0 for words never seen side by side."""
        one, two = np.array([self.id_of(first)]), np.array([self.id_of(second)])
        if self._pairs.find(pair_keys(one, two))[0] < 0:
            return 0.0
        return float(self.alone[two[0]] - self.pair_cost(one, two)[0])

    def cost(self, first: Ints, second: Ints, third: Ints) -> Floats:
        """What each third word costs after the other two."""
        row = self._triples.find(triple_keys(first, second, third))
        cost: Floats = self._triple_cost[row] / np.float32(STEP)
        missing = np.flatnonzero(row < 0)
        if len(missing):
            one, two = first[missing], second[missing]
            context = self._pairs.find(pair_keys(one, two))
            back = self._pair_back[context] / np.float32(STEP)
            back[context < 0] = 0.0
            cost[missing] = back + self.pair_cost(two, third[missing])
        return cost
