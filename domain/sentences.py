"""A typed sentence beside its folded form, letter for letter, so that rules read one and people see the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.vietnamese import fold, nfc

_CLAUSE_END = re.compile(r"[;\n!]|,(?!\d)|(?<!\d),|\.(?=\s|$)|\s[-–—]\s|\b(?:nhung|tuy nhien|song)\b")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was typed, in single blanks, and the same folded; a position means the same place in both."""

    said: str
    folded: str

    def without(self, start: int, end: int) -> "Sentence":
        """The sentence with a stretch of its folded form blanked out, so that it is not read twice."""
        return Sentence(self.said, self.folded[:start] + " " * (end - start) + self.folded[end:])

    def clauses(self) -> Iterator["Clause"]:
        """The parts between commas, full stops and such, in order."""
        start = 0
        for end in (*_CLAUSE_END.finditer(self.folded), None):
            stop = len(self.folded) if end is None else end.start()
            if self.folded[start:stop].strip():
                yield Clause(self.folded[start:stop], start)
            start = stop if end is None else end.end()


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence, folded, and where it starts in it."""

    text: str
    start: int


def sentence(text: str) -> Sentence:
    """The sentence of a message."""
    said = " ".join(nfc(text).split())
    letters = [(c, _folded_letter(c)) for c in said]
    return Sentence("".join(c for c, f in letters if f), "".join(f for _, f in letters))


def _folded_letter(character: str) -> str:
    return " " if character == " " else fold(character)[:1]
