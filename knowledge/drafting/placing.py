"""Where the repaired words of a passage stand in the document, though repair joins and parts words."""

import re
from bisect import bisect_right
from difflib import SequenceMatcher

from domain.tasks import Span
from domain.vietnamese import fold
from knowledge.drafts import Draft

_WORD = re.compile(r"\S+")


class Placed:
    """A passage whose shown words are tied to the characters they were read from."""

    def __init__(self, passage: Draft) -> None:
        self._passage = passage
        self._shown = [match.span() for match in _WORD.finditer(passage.text)]
        self._source = [match.span() for match in _WORD.finditer(passage.source)]
        self._places = self._aligned()

    def span(self, field: str, start: int, end: int) -> Span:
        """The characters of the document from which text[start:end] of the passage was read."""
        if not self._shown or not self._source or start >= end:
            return Span(field, self._passage.start, self._passage.end)
        starts = [begin for begin, _ in self._shown]
        first, last = max(bisect_right(starts, start) - 1, 0), max(bisect_right(starts, end - 1) - 1, 0)
        low, high = self._places[first], self._places[last + 1] - 1
        return Span(
            field,
            self._passage.start + self._source[low][0],
            self._passage.start + self._source[max(low, high)][1],
        )

    def _aligned(self) -> list[int]:
        """For each shown word, and for the end of them, which word of the source it begins with."""
        shown, source = len(self._shown), len(self._source)
        if shown == source:
            return list(range(shown + 1))
        before = [_key(self._passage.text[start:end]) for start, end in self._shown]
        after = [_key(self._passage.source[start:end]) for start, end in self._source]
        places: list[int] = []
        for _, i, i_end, j, j_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            places += [min(j + (n * (j_end - j)) // (i_end - i), source - 1) for n in range(i_end - i)]
        return [*places, source]


def _key(word: str) -> str:
    """A word as repair leaves it most often: its figures and its bare consonants at both ends."""
    figures = "".join(c for c in word if c.isdigit())
    bare = "".join(c for c in fold(word) if c.isalnum())
    return figures or bare[:1] + bare[-1:]
