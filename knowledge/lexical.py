"""Lexical search: BM25 over folded syllables, their pairs, and forms that a bad scan leaves as they were."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from domain.vietnamese import fold

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*\s?%|[^\W_]+(?:[-/.,][^\W_]+)*")
_NUMERIC = re.compile(r"[\d.,%]+\Z")
_CODE = re.compile(r"(?=.*\d)(?=.*[-/])")
_FRAME = re.compile(r"(ngh|ng|nh|ch|gh|gi|kh|ph|th|tr|qu|[bcdghklmnpqrstvx])?(.*?)(ng|nh|ch|[cmnpt])?\Z")
_LETTER_FOR_FIGURE = str.maketrans("0135689|!", "oleboggll")
_ONE_OF_A_KIND = str.maketrans("01|!l", "oiiii")
_K1, _B = 1.1, 0.6


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of feature counts. Frames are what a scan damages least: the consonants of a syllable."""

    words: float = 1.0
    pairs: float = 1.0
    frame_pairs: float = 0.8
    frame_triples: float = 0.8


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


def features_of(tokens: Sequence[str], small: Sequence[bool] | None = None) -> Counter[str]:
    """What is counted in passages and in questions alike: words, pairs of words, pairs and triples of frames.

    Where `small` marks words that say nothing of a question's subject, what is made of such words alone is left out.
    """
    shapes = [shape_of(t) for t in tokens]
    frames = [frame_of(t) for t in tokens]
    says = [True] * len(tokens) if small is None else [not s for s in small]
    found: Counter[str] = Counter()
    for i, shape in enumerate(shapes):
        if says[i]:
            found[shape] += 1
        if i + 1 < len(shapes) and (says[i] or says[i + 1]):
            found[f"2 {shape} {shapes[i + 1]}"] += 1
            found[f"f2 {frames[i]} {frames[i + 1]}"] += 1
        if i + 2 < len(shapes) and any(says[i : i + 3]):
            found[f"f3 {frames[i]} {frames[i + 1]} {frames[i + 2]}"] += 1
    return found


@dataclass(frozen=True, slots=True)
class Matched:
    """How well each text fits a question, and what a text would score that held every feature of it once."""

    scores: NDArray[np.float32]
    whole: float

    def share(self, row: int) -> float:
        """How much of the question, by weight, the text bears out: 0 to about 1."""
        return float(self.scores[row]) / self.whole if self.whole else 0.0


class LexicalIndex:
    """BM25 over a fixed set of texts; built anew when they change (a thousand passages: a fraction of a second)."""

    def __init__(self, texts: Iterable[Sequence[tuple[str, float]]], weights: Weights | None = None) -> None:
        """`texts` gives each document as its fields: (text, how much a word there counts)."""
        from scipy.sparse import csc_matrix

        self._weights = weights or Weights()
        self._terms: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        lengths: list[float] = []
        for row, fields in enumerate(texts):
            counts: dict[str, float] = {}
            length = 0.0
            for text, weight in fields:
                tokens = tokens_of(text)
                length += len(tokens) * weight
                for feature, count in features_of(tokens).items():
                    counts[feature] = counts.get(feature, 0.0) + count * weight
            lengths.append(length)
            for feature, amount in counts.items():
                rows.append(row)
                columns.append(self._terms.setdefault(feature, len(self._terms)))
                values.append(amount)
        self.size = len(lengths)
        shape = (self.size, max(1, len(self._terms)))
        matrix = csc_matrix((np.asarray(values, dtype=np.float32), (rows, columns)), shape=shape)
        held = np.diff(matrix.indptr)
        self._idf: NDArray[np.float32] = np.log1p((self.size - held + 0.5) / (held + 0.5)).astype(np.float32)
        average = (sum(lengths) / self.size) if self.size else 1.0
        norm = _K1 * (1 - _B + _B * np.asarray(lengths, dtype=np.float32) / max(average, 1.0))
        data = matrix.data
        matrix.data = (data * (_K1 + 1) / (data + norm[matrix.indices])).astype(np.float32)
        self._matrix = matrix

    def match(self, tokens: Sequence[str], small: Sequence[bool] | None = None) -> Matched:
        """How well every text fits the words of a question."""
        found = np.zeros(self.size, dtype=np.float32)
        whole, matrix = 0.0, self._matrix
        for feature in features_of(tokens, small):
            column = self._terms.get(feature)
            weight = self._weight(feature) * (self.rarest if column is None else float(self._idf[column]))
            whole += weight
            if column is not None:
                start, end = matrix.indptr[column], matrix.indptr[column + 1]
                found[matrix.indices[start:end]] += weight * matrix.data[start:end]
        return Matched(found, whole)

    def holds(self, word: str, rows: NDArray[np.intp]) -> bool:
        """True when one of these texts has the word."""
        column = self._terms.get(shape_of(word))
        if column is None:
            return False
        start, end = self._matrix.indptr[column], self._matrix.indptr[column + 1]
        return bool(np.isin(self._matrix.indices[start:end], rows).any())

    def rarity(self, word: str) -> float:
        """How rare a word is among the texts (its idf); as rare as can be where no text has it."""
        column = self._terms.get(shape_of(word))
        return self.rarest if column is None else float(self._idf[column])

    @property
    def rarest(self) -> float:
        """The rarity of a word that no text has."""
        return float(np.log1p((self.size + 0.5) / 0.5))

    def _weight(self, feature: str) -> float:
        if feature.startswith("2 "):
            return self._weights.pairs
        if feature.startswith("f2 "):
            return self._weights.frame_pairs
        if feature.startswith("f3 "):
            return self._weights.frame_triples
        return self._weights.words
