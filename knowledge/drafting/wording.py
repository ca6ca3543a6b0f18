"""Words as they are shown, each with the characters of the document it was read from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from domain.tasks import Span
from domain.vietnamese import fold, nfc
from knowledge.drafts import joined
from knowledge.lines import Line

_RULES = "|[]{}"
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Word:
    """A repaired word and the characters [start, end) it was read from.

    `ruled` is true where a table's rule stands before it, `opens` where it is the first of its line.
    """

    text: str
    start: int
    end: int
    ruled: bool = False
    opens: bool = False

    @property
    def folded(self) -> str:
        """The word in small letters without diacritics and signs around it."""
        return _bare(self.text)


@lru_cache(maxsize=65536)
def _bare(text: str) -> str:
    return fold(text).strip(".,;:()\"'“”-–|")


def words_on(line: Line, begin: int = 0) -> tuple[Word, ...]:
    """The words of a line from one of its characters on; rules are taken off and remembered."""
    return tuple(_unruled(word for word in _aligned(line) if word.start >= line.start + begin))


def words_between_rules(line: Line) -> list[tuple[Word, ...]]:
    """The words of each cell of a line whose rules are whole."""
    cells: list[list[Word]] = [[]]
    for word in _aligned(line):
        for piece in (piece for piece in re.split(r"([|])", word.text) if piece):
            if piece == "|":
                cells.append([])
            else:
                cells[-1].append(replace(word, text=piece))
    text = line.text.strip()
    if text.startswith("|") and text.endswith("|") and len(text) > 1:
        cells = cells[1:-1]
    return [tuple(cell) for cell in cells]


def words_of(lines: Sequence[Line]) -> tuple[Word, ...]:
    """The words of several lines in order."""
    return tuple(word for line in lines for word in words_on(line))


def wording(words: Sequence[Word]) -> str:
    """What the words say as one text."""
    return joined([" ".join(word.text for word in words)]).strip(" |")


def spans_of(field: str, words: Sequence[Word]) -> tuple[Span, ...]:
    """Where the words of a field stand: one span for each stretch of neighbouring words."""
    found: list[Span] = []
    for word in sorted(words, key=lambda each: each.start):
        if found and 0 <= word.start - found[-1].end <= 3:
            found[-1] = replace(found[-1], end=max(word.end, found[-1].end))
        else:
            found.append(Span(field, word.start, word.end))
    return tuple(found)


def _aligned(line: Line) -> Iterator[Word]:
    """The repaired words beside the read ones; where repair joined or parted words, by how far along they stand."""
    read = [(line.start + found.start(), line.start + found.end()) for found in _WORD.finditer(line.text)]
    shown = nfc(line.shown).split()
    for n, text in enumerate(shown):
        if len(shown) == len(read):
            start, end = read[n]
        else:
            start = read[min(len(read) - 1, n * len(read) // len(shown))][0]
            end = read[min(len(read) - 1, max(n, (n + 1) * len(read) // len(shown) - 1))][1]
        yield Word(text, start, max(start, end), opens=n == 0)


def _unruled(words: Iterator[Word]) -> Iterator[Word]:
    """The words without the rules that stand between or within them."""
    ruled = False
    opens = True
    for word in words:
        pieces = [piece for piece in re.split(r"([|\[\]{}]+)", word.text) if piece]
        for piece in pieces:
            if piece[0] in _RULES:
                ruled = True
            else:
                yield replace(word, text=piece, ruled=ruled, opens=opens)
                ruled, opens = False, False
