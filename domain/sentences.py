"""A typed sentence beside its folded form, so that rules read one and people see the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.shorthand import plain_words
from domain.vietnamese import fold, nfc

_CLAUSE_END = re.compile(
    r"[;\n!?]|,(?!\d)|(?<!\d),|(?<=%),|\.(?=\s|$)|(?<=[a-z%])\.(?=[a-z]{2})|\s[-–—]\s|\b(?:nhung|tuy nhien|song)\b"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was typed, in single blanks and lines, and the same folded; `places` tell where a folded letter stood."""

    said: str
    folded: str
    places: tuple[int, ...]

    def quoted(self, start: int, end: int) -> str:
        """What was typed for a stretch of the folded form."""
        return self.said[self.places[start] : self.places[end]]

    def typed(self, start: int, end: int) -> str:
        """The typed letter for each folded one of a stretch."""
        return "".join(self.said[place] for place in self.places[start:end])

    def part(self, start: int, end: int) -> "Sentence":
        """A stretch of the sentence as a sentence of its own."""
        return replace(self, folded=self.folded[start:end], places=self.places[start : end + 1])

    def without(self, start: int, end: int) -> "Sentence":
        """The sentence with a stretch of its folded form blanked out, so that it is not read twice."""
        return replace(self, folded=self.folded[:start] + " " * (end - start) + self.folded[end:])

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
    """The sentence of a message, its short forms and slips read as the plain words they stand for."""
    lines = (" ".join(line.split()) for line in nfc(text).splitlines())
    said = "\n".join(line for line in lines if line)
    letters = [(_folded_letter(c), at) for at, c in enumerate(said)]
    kept = [(letter, at) for letter, at in letters if letter]
    folded = "".join(letter for letter, _ in kept)
    places = [at for _, at in kept]
    plain: list[str] = []
    placed: list[int] = []
    last = 0
    for start, end, words in plain_words(folded):
        plain += [folded[last:start], words]
        placed += [*places[last:start], *[places[start]] * len(words)]
        last = end
    return Sentence(said, "".join([*plain, folded[last:]]), (*placed, *places[last:], len(said)))


def as_written(text: str) -> Sentence:
    """The sentence of a paper or a question on one line, letter for letter: a position means the same in both forms."""
    letters = [(c, _folded_letter(c)) for c in " ".join(nfc(text).split())]
    said = "".join(c for c, folded in letters if folded)
    return Sentence(said, "".join(folded for _, folded in letters), tuple(range(len(said) + 1)))


def _folded_letter(character: str) -> str:
    return character if character in " \n" else fold(character)[:1]
