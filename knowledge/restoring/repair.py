"""Repairs the lines of a document under the weights of one scanner, and tells what it saw the scanner do."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.restoring.channel import Channel, Syllables, Weights
from knowledge.restoring.decoder import NOTHING, Choice, Menu, Picked, decode
from knowledge.restoring.document import Word, passages_of, rewritten, words_in
from knowledge.restoring.language import Language
from knowledge.restoring.letters import is_syllable
from knowledge.restoring.names import named
from knowledge.restoring.patterns import mended_code, mended_roman
from knowledge.restoring.readings import JOINED, Readings, figures
from knowledge.restoring.tokens import CODE, NUMBER, OTHER, PAUSE, STOP, is_shouted, known_as

_BEGINS = re.compile(r"\s*(?:[-+\u2022*\u2013]\s|\d{1,3}(?:\.\d+)*[.)\-]|\w[.)]\s|[IVXl|]{1,4}[.\-]|[A-Z]\.|\|)")
_FIGURES_AND_WORD = re.compile(r"(\d{1,4})([^\W\d_]{3,})")
_AT_ONCE = 1000
# Abbreviations; two letters only where no syllable begins with them.
_CAPITALS = re.compile(r"[A-Z]{3,6}|(?!GH|[CKNPT]H|TR|NG)[BCDGHKLMNPQRSTVX]{2}")
_MAYBE_WORD = re.compile(r"[58][0Oo68]")


@dataclass
class Outcome:
    """Repaired lines; by line the words changed, all words and how sure each is; what was written for what.

    `faults` are the changed words in small letters: no name is among them.
    """

    lines: list[str]
    changed: Counter[int] = field(default_factory=Counter)
    faults: int = 0
    words: Counter[int] = field(default_factory=Counter)
    sureness: dict[int, list[float]] = field(default_factory=dict)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    surprise: float = 0.0


class Repair:
    """One scanner's weights applied to documents."""

    def __init__(
        self, language: Language, syllables: Syllables, weights: Weights, codes: Mapping[str, str], *, trusting: bool
    ) -> None:
        self._language = language
        self._codes = codes
        self._readings = Readings(language, syllables, Channel(syllables, weights))
        self._marks = {mark: (Choice(language.ids[mark], "", 0.0),) for mark in (STOP, PAUSE)}
        self._trusting = trusting

    def lines(self, lines: Sequence[str], *, beam: int = 24, weight: float = 1.0) -> Outcome:
        """The lines repaired together."""
        passages = passages_of(words_in(lines), lambda number: self._begins(lines, number))
        menu = Menu()
        numbered, owners = [], []
        for passage in passages:
            places, owner = self._places(lines, passage)
            numbered.append([menu.number(place) for place in places])
            owners.append(owner)
        picked = self._decoded(menu, numbered, beam, weight)
        outcome = Outcome(list(lines))
        changes: list[tuple[int, int, int, str]] = []
        for passage, owner, found in zip(passages, owners, picked, strict=True):
            self._take(lines, passage, owner, found, changes, outcome)
        outcome.lines = rewritten(lines, changes)
        outcome.surprise /= max(sum(outcome.seen.values()), 1)
        return outcome

    def _decoded(self, menu: Menu, passages: Sequence[Sequence[int]], beam: int, weight: float) -> list[list[Picked]]:
        """The choices made in each passage; what is there many times is read once, and no more at a time than fits."""
        distinct = list(dict.fromkeys(tuple(passage) for passage in passages))
        found: dict[tuple[int, ...], list[Picked]] = {}
        for start in range(0, len(distinct), _AT_ONCE):
            batch = distinct[start : start + _AT_ONCE]
            found.update(zip(batch, decode(self._language, menu, batch, beam=beam, weight=weight), strict=True))
        return [found[tuple(passage)] for passage in passages]

    @staticmethod
    def _begins(lines: Sequence[str], number: int) -> bool:
        return number == 0 or not lines[number - 1].strip() or bool(_BEGINS.match(lines[number]))

    def _places(self, lines: Sequence[str], passage: Sequence[Word]) -> tuple[list[tuple[Choice, ...]], list[int]]:
        """The places of a passage, each with the word it belongs to (-1 for the end of a sentence)."""
        places: list[tuple[Choice, ...]] = []
        owner: list[int] = []
        for at, word in enumerate(passage):
            own = self._figures(passage, at) or self._capitals(lines, passage, at) or self._choices(word)
            if at and len(own) == 1:
                self._join(passage, at, places, own)
            places += own
            owner += [at] * len(own)
            if word.after:
                places.append(self._marks[word.after])
                owner.append(-1)
        return places, owner

    def _figures(self, passage: Sequence[Word], at: int) -> list[tuple[Choice, ...]]:
        """The choices for figures that the words around them show to be a syllable misread; none for other words."""
        word = passage[at]
        if self._trusting or word.written not in figures() or word.after == STOP or not at:
            return []
        before, after = passage[at - 1], passage[at + 1] if at + 1 < len(passage) else None
        if before.kind != "word" or before.after == STOP or (after and after.kind != "word"):
            return []
        found = self._readings.figures(
            word.written, "" if before.after else before.written, "" if word.after or not after else after.written
        )
        return [(Choice(self._language.id_of(NUMBER), word.written, 0.0), *found)] if found else []

    def _capitals(self, lines: Sequence[str], passage: Sequence[Word], at: int) -> list[tuple[Choice, ...]]:
        """The choices for an abbreviation: capitals among small letters that no syllable has; none for other words."""
        word = passage[at]
        if self._trusting or not _CAPITALS.fullmatch(word.written) or is_syllable(word.written.lower()):
            return []
        beside = [*passage[max(at - 1, 0) : at], *passage[at + 1 : at + 2]]
        if is_shouted(lines[word.line]) or any(_CAPITALS.fullmatch(near.written) for near in beside):
            return []
        return [self._readings.capitals(word.written)]

    def _choices(self, word: Word) -> list[tuple[Choice, ...]]:
        language, readings, written = self._language, self._readings, word.written
        if word.kind in (CODE, OTHER):
            mended = None if self._trusting and word.kind == CODE else named(written)
            if mended is None:
                mended = mended_roman(mended_code(written, self._codes)) if word.kind == CODE else written
            return [(Choice(language.id_of(word.kind), mended, 0.0),)]
        if word.kind == NUMBER:
            number = Choice(language.id_of(NUMBER), written, 0.0)
            if not self._trusting and _MAYBE_WORD.fullmatch(written):
                return [(number, *readings.number(written))]
            return [(number,)]
        if self._trusting and not _is_doubtful(written):
            name = known_as(written, written.isupper())
            return [(Choice(language.id_of(name), written, 0.0),)]
        parted = _FIGURES_AND_WORD.fullmatch(written)
        if parted and len(parted[1]) > 1 and readings.is_good(parted[2]):
            spaced = tuple(Choice(c.word, f" {c.text}", c.cost) for c in readings.syllables(parted[2]))
            return [(Choice(language.id_of(NUMBER), parted[1], 0.0),), spaced]
        return readings.glued(written)

    def _join(
        self, passage: Sequence[Word], at: int, places: list[tuple[Choice, ...]], own: list[tuple[Choice, ...]]
    ) -> None:
        """Offers the word and the one before it as one that was torn apart."""
        before, word = passage[at - 1], passage[at]
        if before.after or before.kind != "word" or word.kind != "word" or not places:
            return
        if len(places[-1]) < 2 or places[-1][0].word == NOTHING:
            return
        together = self._readings.broken(before.written, word.written)
        if together:
            places[-1] = (*places[-1], Choice(NOTHING, "", 0.0, JOINED, 0))
            own[0] = (*own[0], *together)

    def _take(
        self,
        lines: Sequence[str],
        passage: Sequence[Word],
        owner: Sequence[int],
        found: Sequence[Picked],
        changes: list[tuple[int, int, int, str]],
        outcome: Outcome,
    ) -> None:
        texts: list[list[str]] = [[] for _ in passage]
        sure: list[float] = [1.0] * len(passage)
        whole: list[Choice | None] = [None] * len(passage)
        torn = [False] * len(passage)
        for at, pick in zip(owner, found, strict=True):
            if at < 0:
                continue
            choice = pick.choice
            texts[at].append(choice.text)
            sure[at] = min(sure[at], pick.sureness)
            torn[at] = torn[at] or choice.opens == JOINED
            if choice.word != NOTHING and not choice.opens and not choice.needs:
                whole[at] = choice
        for at, word in enumerate(passage):
            text = "".join(texts[at])
            start, end = word.start, word.end
            if torn[at]:
                gap = re.compile(r"\s*-?\s*").match(lines[word.line], end)
                end = gap.end() if gap else end
                if end == len(lines[word.line]):
                    start = len(lines[word.line][:start].rstrip())
            if text != word.written or torn[at]:
                changes.append((word.line, start, end, text))
                outcome.changed[word.line] += 1
                outcome.faults += word.written.islower()
            outcome.words[word.line] += 1
            outcome.sureness.setdefault(word.line, []).append(sure[at])
            choice_made = whole[at]
            if word.kind == "word" and choice_made and choice_made.word != self._language.other:
                outcome.seen[choice_made.text, word.written] += 1
                outcome.surprise += choice_made.cost


def _is_doubtful(written: str) -> bool:
    """Whether a scanner that knows Vietnamese may have misread the word: abbreviations and foreign names are kept."""
    if is_syllable(written.lower()):
        return True
    return not written.isascii() if written[0].isupper() else not any(sign.isupper() for sign in written)
