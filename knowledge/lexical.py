"""Lexical search: BM25 over folded syllables, their pairs, and forms that a bad scan leaves as they were."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from domain.vietnamese import fold

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*\s?%|[^\W_]+(?:[-/.,][^\W_]+)*")
_NUMERIC = re.compile(r"[\d.,%]+\Z")
_CODE = re.compile(r"(?=.*\d)(?=.*[-/])")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY = re.compile(r"\d{1,2}/\d{1,2}(?:/\d{4})?\Z|\d{1,2}/(?:19|20)\d\d\Z")
_FRAME = re.compile(r"(ngh|ng|nh|ch|gh|gi|kh|ph|th|tr|qu|[bcdghklmnpqrstvx])?(.*?)(ng|nh|ch|[cmnpt])?\Z")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|th|tr|qu|[bcdghklmnpqrstvx])?"
    r"(?:i?eu?|yeu?|u?ye|oa[ioy]|oe[o]|uo[iu]|uay|uy[au]|[aeo]o|[aou]?[aeiuy]|[iu][aeo]|o[aei]|o)(?:ng|nh|ch|[cmnpt])?\Z"
)
_LETTER_FOR_FIGURE = str.maketrans("0135689|!", "oleboggll")
_ONE_OF_A_KIND = str.maketrans("01|!l", "oiiii")
_K1, _B = 1.1, 0.6
_SMALL_COUNTS = 0.5
_FRAMES_COUNT = 0.8
_LIKES_COUNT = 0.5
_LIKES_INSTEAD = 2.0
"""A phrase that no text has is said only in other words."""

# A feature is one number: what kind it is, and up to three words by their places in the list of words.
_WORD, _PAIR, _FRAME_PAIR, _FRAME_TRIPLE = range(4)
_KIND_BITS, _WORD_BITS = 60, 20
_MOST_WORDS = (1 << _WORD_BITS) - 1

_OPENING = 8

_Kind = TypeVar("_Kind", bound=np.generic)

PERCENT, NUMBER, DAY, YEAR = "#percent", "#number", "#day", "#year"
"""Words that stand in a text for every percentage, number, day and year it has."""


def tokens_of(text: str) -> list[str]:
    """The folded words of a text; numbers, percentages and codes (57-nq/tw) stay whole."""
    return [t.replace(" ", "") for t in _TOKEN.findall(fold(text))]


@lru_cache(maxsize=200_000)
def shape_of(word: str) -> str:
    """The word with signs that scans confuse made one (10t and iot, al and ai); numbers and codes as they are."""
    return word if _NUMERIC.match(word) or _CODE.match(word) else word.translate(_ONE_OF_A_KIND)


@lru_cache(maxsize=200_000)
def frame_of(word: str) -> str:
    """The consonants at both ends of a syllable, which a scan damages least (ch.n for every spelling of "chuyen");
    numbers and codes as they are."""
    if _NUMERIC.match(word) or _CODE.match(word) or len(word) > 9:
        return word
    letters = word.translate(_LETTER_FOR_FIGURE)
    found = _FRAME.match(letters)
    if not found:
        return letters
    return f"{found.group(1) or ''}.{found.group(3) or ''}"


@lru_cache(maxsize=100_000)
def is_syllable(word: str) -> bool:
    """True for a folded word that Vietnamese may have as a syllable."""
    return bool(_SYLLABLE.match(word))


@lru_cache(maxsize=100_000)
def is_code(word: str) -> bool:
    """True for a folded word such as 5g, of figures and letters."""
    return word.isalnum() and any(c.isdigit() for c in word) and any(c.isalpha() for c in word)


@lru_cache(maxsize=100_000)
def _stand_ins(word: str) -> tuple[str, ...]:
    """What a word with figures stands for besides itself: the years inside "2026-2030", that it is a percentage."""
    if not any(c.isdigit() for c in word):
        return ()
    years = _YEAR.findall(word)
    found = [year for year in years if year != word]
    if years:
        found.append(YEAR)
    if word.endswith("%"):
        found.append(PERCENT)
    elif _DAY.match(word):
        found.append(DAY)
    elif _NUMERIC.match(word) and not years:
        found.append(NUMBER)
    return tuple(found)


class Words:
    """The words of all texts, each with its number. It only ever grows, so numbers stay true."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, word: str) -> int:
        """The number of a word, given to it now if it is new."""
        return self._numbers.setdefault(word, min(len(self._numbers) + 1, _MOST_WORDS))

    def known(self, word: str) -> int:
        """The number of a word, or 0 for one that no text has."""
        return self._numbers.get(word, 0)


@dataclass(frozen=True, slots=True)
class Counted:
    """The features of the texts of one document: which text has which, and how much it counts there."""

    rows: NDArray[np.int32]
    features: NDArray[np.int64]
    amounts: NDArray[np.float32]
    lengths: NDArray[np.float32]


def counted(texts: Iterable[Sequence[tuple[str, float]]], words: Words, *, frames: bool = False) -> Counted:
    """The features of texts, each given as its fields: (text, how much a word there counts).

    With `frames` also what a bad scan leaves of words; clean text is found better without.
    """
    rows: list[NDArray[np.int32]] = []
    features: list[NDArray[np.int64]] = []
    amounts: list[NDArray[np.float32]] = []
    lengths: list[float] = []
    for row, fields in enumerate(texts):
        found: list[NDArray[np.int64]] = []
        sizes: list[tuple[int, float]] = []
        length = 0.0
        for text, weight in fields:
            tokens = tokens_of(text)
            length += len(tokens) * weight
            own = _features(tokens, words, frames=frames, opens=not found)
            found.append(own)
            sizes.append((len(own), weight))
        lengths.append(length)
        kinds, inverse = np.unique(np.concatenate(found) if found else np.zeros(0, np.int64), return_inverse=True)
        counts = np.repeat([w for _, w in sizes], [n for n, _ in sizes])
        rows.append(np.full(len(kinds), row, dtype=np.int32))
        features.append(kinds)
        amounts.append(np.bincount(inverse, weights=counts, minlength=len(kinds)).astype(np.float32))
    return Counted(
        np.concatenate(rows) if rows else np.zeros(0, np.int32),
        np.concatenate(features) if features else np.zeros(0, np.int64),
        np.concatenate(amounts) if amounts else np.zeros(0, np.float32),
        np.asarray(lengths, dtype=np.float32),
    )


def _features(tokens: Sequence[str], words: Words, *, frames: bool, opens: bool) -> NDArray[np.int64]:
    shapes = np.array([words.number(shape_of(t)) for t in tokens], dtype=np.int64)
    found = [_key(_WORD, shapes), _key(_PAIR, shapes[:-1], shapes[1:])]
    stand_ins = [words.number(other) for token in tokens for other in _stand_ins(token)]
    if opens:
        stand_ins.extend(words.number(other) for other in _opening(tokens))
    if stand_ins:
        found.append(_key(_WORD, np.array(stand_ins, dtype=np.int64)))
    if frames:
        own = np.array([words.number(frame_of(t)) for t in tokens], dtype=np.int64)
        found.append(_key(_FRAME_PAIR, own[:-1], own[1:]))
        found.append(_key(_FRAME_TRIPLE, own[:-2], own[1:-1], own[2:]))
    return np.concatenate(found)


def _opening(tokens: Sequence[str]) -> list[str]:
    """Words that stand in a text for how it opens: its first word, and each of its first pairs."""
    first = [t for t in tokens[: _OPENING + 2] if not _NUMERIC.match(t)][:_OPENING]
    return [f"^{first[0]}", *(f"^{a} {b}" for a, b in itertools.pairwise(first))] if first else []


def _key(kind: int, *numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    key = np.full(len(numbers[0]), kind << _KIND_BITS, dtype=np.int64)
    for place, own in enumerate(numbers):
        key |= own << (place * _WORD_BITS)
    return key


@dataclass(frozen=True, slots=True)
class Matched:
    """How well each text fits a question: `scores` by all its words, `borne` by those that say what it is about, and
    what a text would have that held every one of these once."""

    scores: NDArray[np.float32]
    borne: NDArray[np.float32]
    whole: float

    def share(self, row: int) -> float:
        """How much of the question, by weight, the text bears out: 0 to about 1."""
        return float(self.borne[row]) / self.whole if self.whole else 0.0


class LexicalIndex:
    """BM25 over the texts of several documents, in their order. What was counted of one document serves every index
    that it is in, so a new document costs its own counting only."""

    def __init__(self, documents: Sequence[Counted], words: Words) -> None:
        self._words = words
        lengths = np.concatenate([d.lengths for d in documents]) if documents else np.zeros(0, np.float32)
        self.size = len(lengths)
        starts = np.cumsum([0, *(len(d.lengths) for d in documents)])
        features = _joined([d.features for d in documents], np.int64)
        rows = _joined([d.rows + start for d, start in zip(documents, starts, strict=False)], np.int32)
        amounts = _joined([d.amounts for d in documents], np.float32)
        order = np.argsort(features, kind="stable")
        self._features, begins = np.unique(features[order], return_index=True)
        self._begins = np.append(begins, len(features))
        self._rows = rows[order].astype(np.int32)
        average = float(lengths.mean()) if self.size else 1.0
        norm = (_K1 * (1 - _B + _B * lengths / max(average, 1.0))).astype(np.float32)
        amounts = amounts[order]
        self._values = amounts * np.float32(_K1 + 1) / (amounts + norm[self._rows])
        held = np.diff(self._begins)
        self._rarity = np.log1p((self.size - held + 0.5) / (held + 0.5)).astype(np.float32)

    def match(
        self,
        tokens: Sequence[str],
        small: Sequence[bool] | None = None,
        *,
        likes: Iterable[tuple[Sequence[str], Sequence[Sequence[str]]]] = (),
        frames: bool = False,
    ) -> Matched:
        """How well every text fits the words of a question. Those marked `small` say nothing of its subject and count
        half; `likes` are phrases of it, each with others that say the same; with `frames` words count also as a bad
        scan leaves them."""
        scores = np.zeros(self.size, dtype=np.float32)
        borne = np.zeros(self.size, dtype=np.float32)
        whole = 0.0
        for feature, weight, says in self._asked(tokens, small, frames=frames):
            place = self._place(feature)
            weight *= self.rarest if place is None else float(self._rarity[place])
            whole += weight if says else 0.0
            if place is None:
                continue
            rows, values = self._held(place)
            if says:
                borne[rows] += weight * values
            else:
                scores[rows] += _SMALL_COUNTS * weight * values
        for said, others in likes:
            otherwise = np.maximum.reduce([self._held_of(phrase) for phrase in others])
            own = self._held_of(said)
            counts = _LIKES_COUNT if len(said) == 1 or own.any() else _LIKES_INSTEAD
            scores += counts * np.maximum(otherwise - own, 0)
        return Matched(scores + borne, borne, whole)

    def _held_of(self, phrase: Sequence[str]) -> NDArray[np.float32]:
        """How much every text has of a phrase, by its pairs of words, or of the word that it is."""
        shapes = [shape_of(word) for word in phrase]
        parts = [tuple(shapes)] if len(shapes) == 1 else list(itertools.pairwise(shapes))
        found = np.zeros(self.size, dtype=np.float32)
        for part in parts:
            place = self._place(self._known_key(_WORD if len(part) == 1 else _PAIR, *part))
            if place is not None:
                rows, values = self._held(place)
                found[rows] += self._rarity[place] * values
        return found

    def cued(self, phrases: Iterable[Sequence[str]], opening: Iterable[Sequence[str]] = ()) -> NDArray[np.float32]:
        """How much every text has of some words and pairs of words, by rarity, and more where it opens with them;
        of those `opening`, only whether it opens with them."""
        told = [tuple(phrase) for phrase in phrases]
        keys = [self._known_key(_WORD if len(phrase) == 1 else _PAIR, *phrase) for phrase in told]
        keys += [self._known_key(_WORD, f"^{' '.join(phrase)}") for phrase in [*told, *opening]]
        found = np.zeros(self.size, dtype=np.float32)
        for key in keys:
            place = self._place(key)
            if place is not None:
                rows, values = self._held(place)
                found[rows] += self._rarity[place] * values
        return found

    def having(self, word: str) -> NDArray[np.int32]:
        """The texts that have a word."""
        place = self._place(self._known_key(_WORD, shape_of(word)))
        return np.zeros(0, dtype=np.int32) if place is None else self._held(place)[0]

    def holds(self, word: str, rows: NDArray[np.intp]) -> bool:
        """True when one of these texts has the word."""
        return bool(np.isin(self.having(word), rows).any())

    @property
    def rarest(self) -> float:
        """The rarity of a word that no text has."""
        return float(np.log1p((self.size + 0.5) / 0.5))

    def _asked(
        self, tokens: Sequence[str], small: Sequence[bool] | None, *, frames: bool
    ) -> Iterable[tuple[int, float, bool]]:
        """Each feature of a question once, with what its kind counts and whether it says something of the subject."""
        shapes = np.array([self._words.known(shape_of(t)) for t in tokens], dtype=np.int64)
        says = ~np.asarray(small if small is not None else [False] * len(tokens), dtype=bool)
        # A word that no text has must stay one of its own kind: it gets a number that no word has.
        unknown = np.flatnonzero(shapes == 0)
        shapes[unknown] = _MOST_WORDS - 1 - unknown % 1_000
        kinds = [
            (_key(_WORD, shapes), 1.0, says),
            (_key(_PAIR, shapes[:-1], shapes[1:]), 1.0, says[:-1] | says[1:]),
        ]
        if frames:
            own = np.array([self._words.known(frame_of(t)) for t in tokens], dtype=np.int64)
            either = says[:-1] | says[1:]
            kinds.append((_key(_FRAME_PAIR, own[:-1], own[1:]), _FRAMES_COUNT, either))
            kinds.append((_key(_FRAME_TRIPLE, own[:-2], own[1:-1], own[2:]), _FRAMES_COUNT, either[:-1] | says[2:]))
        seen: set[int] = set()
        for keys, weight, own_says in kinds:
            for key, says_so in zip(keys.tolist(), own_says.tolist(), strict=True):
                if key not in seen:
                    seen.add(key)
                    yield key, weight, says_so

    def _known_key(self, kind: int, *words: str) -> int:
        return int(_key(kind, *(np.array([self._words.known(word)], dtype=np.int64) for word in words))[0])

    def _place(self, feature: int) -> int | None:
        place = int(np.searchsorted(self._features, feature))
        return place if place < len(self._features) and self._features[place] == feature else None

    def _held(self, place: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        start, end = self._begins[place], self._begins[place + 1]
        return self._rows[start:end], self._values[start:end]


def _joined(parts: Sequence[NDArray[_Kind]], kind: type[_Kind]) -> NDArray[_Kind]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)
