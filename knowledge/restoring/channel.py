"""How a scanner errs: what it writes for each letter or pair of letters, and which syllables a damaged word may be."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from knowledge.restoring.letters import cut, folded, is_syllable

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

LOWER, TITLE, UPPER = range(3)
_WIDEST_READ, _WIDEST_WRITTEN = 2, 3
_FAR = np.float32(60.0)
_LIKE = (
    frozenset("il1tjfIr|!"),
    frozenset("o0OQDec6ad"),
    frozenset("aAdd4"),
    frozenset("uvwi"),
    frozenset("s58S$"),
    frozenset("b6dhd"),
    frozenset("g9qy"),
    frozenset("e\u00e9\u00e8c\u20ac&"),
    frozenset("nmrhi"),
    frozenset("y\u00fdvw"),
    frozenset("uwy"),
    frozenset("DPB"),
    frozenset("CGO"),
)


# Vowels that a scanner takes for one another more readily than other letters.
_ROUND = frozenset("aeou")
# How likely letters are written with more or fewer signs than they have, by how many were read and written.
_BY_WIDTH = {
    (0, 1): 1e-4,
    (1, 0): 3e-3,
    (1, 2): 1e-3,
    (1, 3): 1e-5,
    (2, 0): 1e-5,
    (2, 1): 3e-4,
    (2, 2): 1e-6,
    (2, 3): 1e-5,
}


def cased(text: str, case: int) -> str:
    """A lower-case syllable in the case of a word."""
    if case == UPPER:
        return text.upper()
    return text[:1].upper() + text[1:] if case == TITLE else text


@dataclass(frozen=True)
class Weights:
    """Counts of what was written for which letters, and how often the letters were read at all.

    `faith` is how likely a letter with marks was written as it is where nothing was observed; `strength` and `doubt`
    say how many observations, at least and in proportion, an unseen way of writing is worth.
    """

    pairs: Mapping[tuple[str, str], float] = field(default_factory=dict)
    reads: Mapping[str, float] = field(default_factory=dict)
    faith: float = 0.5
    strength: float = 4.0
    doubt: float = 0.03

    def prior(self, read: str, written: str) -> float:
        """How likely the written signs are for the letters read, before anything was observed."""
        if len(read) == 1 and len(written) == 1:
            return self._resemblance(read, written)
        return _BY_WIDTH[len(read), len(written)]

    def _resemblance(self, read: str, written: str) -> float:
        if read == written:
            return 0.95 if read.isascii() else self.faith
        plain = folded(read)
        if plain == folded(written):
            chance = 0.35 if written.isascii() else 0.02
            return chance if read.isupper() == written.isupper() else chance * 0.05
        base = plain.upper() if read.isupper() else plain
        if any(base in group and written in group for group in _LIKE):
            return 0.01
        return 0.004 if base in _ROUND and folded(written) in _ROUND else 0.001

    def unseen(self, read: str) -> float:
        """How many observations the prior is worth for these letters."""
        return self.strength + self.doubt * self.reads.get(read, 0.0)

    def cost(self, read: str, written: str) -> float:
        """What it costs that the letters were written so."""
        unseen = self.unseen(read)
        seen = self.pairs.get((read, written), 0.0) + unseen * self.prior(read, written)
        return -math.log(seen / (self.reads.get(read, 0.0) + unseen))

    @cached_property
    def by_written(self) -> dict[str, list[tuple[str, float]]]:
        """What was observed, by the signs written."""
        found: dict[str, list[tuple[str, float]]] = {}
        for (read, written), count in self.pairs.items():
            found.setdefault(written, []).append((read, count))
        return found

    def scaled(self, share: float) -> "Weights":
        """These weights as if less had been observed."""
        return replace(
            self,
            pairs={pair: count * share for pair, count in self.pairs.items()},
            reads={read: count * share for read, count in self.reads.items()},
        )

    def joined(self, other: "Weights") -> "Weights":
        """These weights with the counts of others added."""
        pairs, reads = dict(self.pairs), dict(self.reads)
        for pair, count in other.pairs.items():
            pairs[pair] = pairs.get(pair, 0.0) + count
        for read, count in other.reads.items():
            reads[read] = reads.get(read, 0.0) + count
        return replace(self, pairs=pairs, reads=reads)


class _Kinds:
    """The letters, one or two, by which the nodes of a trie are reached, and what they cost for signs written."""

    def __init__(self, letters: Sequence[str], width: int, weights: Weights) -> None:
        kinds = sorted({letter for letter in letters if len(letter) == width})
        self._at = {kind: number for number, kind in enumerate(kinds)}
        self._kinds, self._width, self._weights = kinds, width, weights
        self._node: Ints = np.asarray([self._at.get(letter, len(kinds)) for letter in letters], np.int64)
        self._unseen = np.asarray([weights.unseen(kind) for kind in kinds])
        self._total = np.asarray([weights.reads.get(kind, 0.0) for kind in kinds]) + self._unseen

    def costs(self, written: str) -> Floats:
        """For every node, what it costs that its letters were written so."""
        seen = np.zeros(len(self._kinds))
        if self._width == 1 and len(written) == 1:
            prior = self._weights.prior
            seen += [prior(kind, written) for kind in self._kinds]
        else:
            seen += _BY_WIDTH[self._width, len(written)]
        seen *= self._unseen
        for read, count in self._weights.by_written.get(written, ()):
            at = self._at.get(read)
            if at is not None:
                seen[at] += count
        costs = np.full(len(self._kinds) + 1, _FAR, np.float32)
        costs[:-1] = -np.log(seen / self._total)
        return costs[self._node]


class Trie:
    """Many words, read letter by letter: a row of costs holds for every node the cheapest way to have read to it."""

    def __init__(self, words: Sequence[str]) -> None:
        index = {"": 0}
        for word in words:
            for end in range(1, len(word) + 1):
                index.setdefault(word[:end], len(index))
        names = sorted(index, key=lambda name: (len(name), name))
        at = {name: number for number, name in enumerate(names)}
        self.size = len(names)
        self.parent: Ints = np.asarray([at[name[:-1]] for name in names], np.int64)
        self.grand: Ints = np.asarray([at[name[:-2]] for name in names], np.int64)
        self.ends: Ints = np.asarray([at[word] for word in words], np.int64)
        self.depth: Ints = np.asarray([len(name) for name in names], np.int64)
        self.levels = [np.flatnonzero(self.depth == level) for level in range(1, int(self.depth.max()) + 1)]
        self.names = names


class Reader:
    """A trie read under weights, in one case."""

    def __init__(self, trie: Trie, weights: Weights, case: int) -> None:
        self._trie = trie
        self._weights = weights
        names = [cased(name, case) for name in trie.names]
        self._ones = _Kinds([name[-1:] for name in names], 1, weights)
        self._twos = _Kinds([name[-2:] for name in names], 2, weights)
        self._costs: dict[str, tuple[Floats, Floats]] = {}
        self._rows: dict[str, Floats] = {}
        self._dropped = self._ones.costs("")
        self._start = self._closed(np.where(trie.depth == 0, 0, _FAR).astype(np.float32))

    def _written(self, written: str) -> tuple[Floats, Floats]:
        held = self._costs.get(written)
        if held is None:
            held = self._costs[written] = self._ones.costs(written), self._twos.costs(written)
        return held

    def _closed(self, row: Floats) -> Floats:
        for level in self._trie.levels:
            np.minimum.at(row, level, row[self._trie.parent[level]] + self._dropped[level])
        return row

    def row(self, text: str) -> Floats:
        """For every node, the cost that reading to it was written as this text."""
        if not text:
            return self._start
        held = self._rows.get(text)
        if held is not None:
            return held
        trie = self._trie
        best: Floats = self.row(text[:-1]) + np.float32(self._weights.cost("", text[-1]))
        for width in range(1, min(_WIDEST_WRITTEN, len(text)) + 1):
            before = self.row(text[:-width])
            one, two = self._written(text[-width:])
            np.minimum(best, before[trie.parent] + one, out=best)
            np.minimum(best, before[trie.grand] + two, out=best)
        best = self._closed_once(best)
        self._rows[text] = best
        return best

    def _closed_once(self, row: Floats) -> Floats:
        np.minimum(row, row[self._trie.parent] + self._dropped, out=row)
        return row

    def ends(self, text: str) -> Floats:
        """For every word of the trie, the cost that it was written as this text."""
        return self.row(text)[self._trie.ends]


class Syllables:
    """The syllables of the language as beginnings and rests, so that a damaged word is read part by part."""

    def __init__(self, words: Sequence[str]) -> None:
        self.ids: Ints = np.asarray([at for at, word in enumerate(words) if is_syllable(word)], np.int64)
        self.texts = [words[at] for at in self.ids]
        parts = [cut(text) for text in self.texts]
        onsets, rimes = sorted({onset for onset, _ in parts}), sorted({rime for _, rime in parts if rime})
        self.onsets, self.rimes = Trie(onsets), Trie(rimes)
        onset_at = {onset: number for number, onset in enumerate(onsets)}
        rime_at = {rime: number for number, rime in enumerate(rimes)}
        self.onset_of: Ints = np.asarray([onset_at[onset] for onset, _ in parts], np.int64)
        self.rime_of: Ints = np.asarray([rime_at[rime] for _, rime in parts], np.int64)
        self.bare = np.asarray([not onset for onset, _ in parts])


class Channel:
    """Which syllables a damaged word may be, and at what cost, under given weights."""

    def __init__(self, syllables: Syllables, weights: Weights) -> None:
        self._syllables = syllables
        self.weights = weights
        self._onset = [Reader(syllables.onsets, weights, case) for case in (LOWER, TITLE, UPPER)]
        self._rime = [Reader(syllables.rimes, weights, case) for case in (LOWER, TITLE, UPPER)]

    def costs(self, written: str, case: int) -> Floats:
        """For every syllable, in the given case, what it costs that it was written so."""
        syllables = self._syllables
        best: Floats | None = None
        for end in range(min(4, len(written)) + 1):
            onset = self._onset[case].ends(written[:end])
            if end and float(onset.min()) > 12.0:
                continue
            rime = self._rime[UPPER if case == UPPER else LOWER].ends(written[end:])
            total = onset[syllables.onset_of] + rime[syllables.rime_of]
            if case == TITLE and end == 0:
                bare = self._rime[TITLE].ends(written)
                total[syllables.bare] = bare[syllables.rime_of[syllables.bare]]
            best = total if best is None else np.minimum(best, total, out=best)
        assert best is not None
        return best


def aligned(weights: Weights, read: str, written: str) -> list[tuple[str, str]]:
    """The cheapest way in which the letters read were written so, piece by piece."""
    rows, columns = len(read), len(written)
    best = [[math.inf] * (columns + 1) for _ in range(rows + 1)]
    come: list[list[tuple[int, int]]] = [[(0, 0)] * (columns + 1) for _ in range(rows + 1)]
    best[0][0] = 0.0
    cost = weights.cost
    seam = len(cut(read.lower())[0])
    for i in range(rows + 1):
        for j in range(columns + 1):
            here = best[i][j]
            if here == math.inf:
                continue
            for step in range(min(_WIDEST_READ, rows - i) + 1):
                for width in range((0 if step else 1), min(_WIDEST_WRITTEN, columns - j) + 1):
                    if (step == 0 and width > 1) or (step == 2 and width == 0):
                        continue
                    if step == 2 and i + 1 == seam:
                        continue
                    price = here + cost(read[i : i + step], written[j : j + width])
                    if price < best[i + step][j + width]:
                        best[i + step][j + width] = price
                        come[i + step][j + width] = (step, width)
    pieces = []
    i, j = rows, columns
    while i or j:
        step, width = come[i][j]
        pieces.append((read[i - step : i], written[j - width : j]))
        i, j = i - step, j - width
    return pieces[::-1]


def learned(weights: Weights, seen: Mapping[tuple[str, str], float]) -> Weights:
    """Weights counted from words as they are and as they were written, aligned by the weights known so far."""
    pairs: defaultdict[tuple[str, str], float] = defaultdict(float)
    reads: defaultdict[str, float] = defaultdict(float)
    for (read, written), count in seen.items():
        pieces = aligned(weights, read, written)
        seam, done = len(cut(read.lower())[0]), 0
        for at, (letters, signs) in enumerate(pieces):
            pairs[letters, signs] += count
            if len(letters) == 1:
                reads[letters] += count
            if at and done != seam and _worth_joining(pieces[at - 1], pieces[at]):
                before = pieces[at - 1]
                if len(before[0] + letters) <= _WIDEST_READ and len(before[1] + signs) <= _WIDEST_WRITTEN:
                    pairs[before[0] + letters, before[1] + signs] += count
            done += len(letters)
        for end in range(2, len(read) + 1):
            if end - 1 == seam:
                continue
            reads[read[end - 2 : end]] += count
        reads[""] += count * (len(read) + 1)
    # What was hardly seen may be a misreading of ours; the more it differs, the more often it must be seen.
    kept = {pair: count for pair, count in pairs.items() if count >= _least(*pair)}
    return replace(weights, pairs=kept, reads=dict(reads))


def _least(read: str, written: str) -> float:
    return (
        1.0
        if len(read) == len(written) == 1 and folded(read) == folded(written)
        else 2.0 + abs(len(read) - len(written))
    )


def _worth_joining(one: tuple[str, str], two: tuple[str, str]) -> bool:
    return any(folded(read) != folded(written) for read, written in (one, two))


def cases_of(written: str) -> Iterable[tuple[int, float]]:
    """In which cases a written word may have stood, with what each costs."""
    letters = [sign for sign in written if sign.isalpha()]
    if not letters:
        return ((LOWER, 0.0),)
    if not letters[0].isupper():
        return ((LOWER, 0.0), (UPPER, 6.0)) if any(sign.isupper() for sign in letters[1:]) else ((LOWER, 0.0),)
    if len(letters) > 1 and sum(sign.isupper() for sign in letters) * 2 > len(letters):
        return ((UPPER, 1.0), (TITLE, 2.5), (LOWER, 4.0)) if len(letters) <= 3 else ((UPPER, 0.0),)
    # A small l is often read as a capital I.
    small = 0.5 if letters[0] == "I" else 4.0
    return ((TITLE, 0.0), (LOWER, small)) if len(letters) <= 4 else ((TITLE, 0.0),)
