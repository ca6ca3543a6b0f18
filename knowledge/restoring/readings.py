"""The ways to read a damaged word: as a syllable, an abbreviation, a foreign word, two words or half of one."""

import re
from collections import defaultdict
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
import yaml

from knowledge.restoring.channel import Channel, Syllables, cased, cases_of
from knowledge.restoring.decoder import NOTHING, Choice
from knowledge.restoring.language import Language
from knowledge.restoring.letters import composed, folded, is_syllable
from knowledge.restoring.names import named
from knowledge.restoring.tokens import NUMBER, known_as, without_debris

_WIDEST = 32
_SLACK = 10.0
_COMMON = 0.8
_KNOWN_WORD = 0.5
_LOOKALIKE_WORD = 2.0
_UNKNOWN, _UNKNOWN_SIGN = 6.0, 2.0
_GLUED, _BROKEN = 6.0, 5.0
_LONGEST, _MOST_PIECES = 24, 4
_GOOD, _GOOD_PIECE, _POOR = 3.0, 4.0, 5.0
_UNKNOWN_SHORT = 3.0
# An abbreviation of consonants; one with a figure (5G, QH15), which no syllable was.
_SHORT = re.compile(r"[BCDGHKLMNPQRSTVX\u0110]{2,6}")
_FIGURED = re.compile(r"\d[A-HJ-Z]|[A-Z\u0110]{2,4}\d{1,3}")
JOINED = 255
_NUMBER_WORD = "s\u1ed1"
_MISREAD_NUMBER, _MISREAD_FIGURES = 6.5, 2.0
# How dear a word may be beside one that proves it, how much cheaper than a number, and of how many readings.
_BOUND, _SURER, _BESIDE = 5.0, 1.0, 6


@cache
def figures() -> dict[str, list[str]]:
    """The syllables that certain figures may stand for."""
    held: dict[str, list[str]] = yaml.safe_load(
        files("knowledge.restoring").joinpath("figures.yaml").read_text(encoding="utf-8")
    )
    return {written: [composed(text) for text in texts] for written, texts in held.items()}


def lookalike(word: str) -> str:
    """What words that scanners take for one another have in common."""
    return folded(word).translate(str.maketrans("10pq|l", "iodoii"))


def _mostly_capitals(written: str) -> bool:
    upper = sum(sign.isupper() for sign in written)
    return upper > 0 and sum(sign.isalpha() for sign in written) <= 2 * upper


class Readings:
    """The choices for each damaged word under one scanner's weights, remembered."""

    def __init__(self, language: Language, syllables: Syllables, channel: Channel) -> None:
        self._language, self._syllables, self._channel = language, syllables, channel
        self._held: dict[str, tuple[Choice, ...]] = {}
        self._best: dict[str, tuple[Choice, ...]] = {}
        self._glued: dict[str, tuple[tuple[Choice, ...], ...]] = {}

    @cached_property
    def _abbreviations(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._language.words):
            if len(word) > 1 and any(sign.isupper() for sign in word):
                found[lookalike(word)].append(number)
        return found

    def of(self, written: str) -> tuple[Choice, ...]:
        """The choices for a word on its own, the cheapest first."""
        held = self._held.get(written)
        if held is None:
            held = self._held[written] = self._whole(written)
        return held

    def _whole(self, written: str) -> tuple[Choice, ...]:
        language = self._language
        name = named(written)
        if name is not None:
            return (Choice(language.id_of(name), name, 0.0),)
        if _FIGURED.fullmatch(written):
            return (Choice(language.id_of(known_as(written, shouted=False)), written, 0.0),)
        found: dict[int, Choice] = {}
        for choice in self.syllables(written):
            found[choice.word] = choice
        for shouted in (False, True):
            known = known_as(written, shouted)
            number = language.ids.get(known)
            if number is not None and not is_syllable(known):
                found[number] = Choice(number, written, _KNOWN_WORD)
        for choice in self._like(written):
            found.setdefault(choice.word, choice)
        unknown = _UNKNOWN_SHORT if _SHORT.fullmatch(written) else _UNKNOWN + _UNKNOWN_SIGN * len(written)
        found[language.other] = Choice(language.other, written, unknown)
        return tuple(sorted(found.values(), key=lambda choice: choice.cost))

    def _like(self, written: str) -> list[Choice]:
        """The abbreviations that a word in capitals looks like."""
        if len(written) < 2 or not _mostly_capitals(written):
            return []
        return [
            Choice(number, word, _KNOWN_WORD if folded(word) == folded(written) else _LOOKALIKE_WORD)
            for number in self._abbreviations.get(lookalike(written), ())
            for word in (self._language.words[number],)
        ]

    def capitals(self, written: str) -> tuple[Choice, ...]:
        """The choices for capitals that are no syllable and stand among small letters: an abbreviation."""
        if name := named(written):
            return (Choice(self._language.id_of(name), name, 0.0),)
        return (*self._like(written), Choice(self._language.other, written, _UNKNOWN_SHORT))

    def syllables(self, written: str) -> tuple[Choice, ...]:
        """The likeliest syllables for a word."""
        held = self._best.get(written)
        if held is not None:
            return held
        found: dict[int, Choice] = {}
        read = without_debris(written)
        if len(read) <= 12:
            for case, extra in cases_of(read):
                costs = self._channel.costs(read, case)
                ranks = costs + np.float32(_COMMON) * self._language.alone[self._syllables.ids]
                limit = float(ranks.min()) + _SLACK
                for at in np.argpartition(ranks, min(_WIDEST, len(ranks) - 1))[:_WIDEST]:
                    if ranks[at] > limit:
                        continue
                    number, cost = int(self._syllables.ids[at]), round(float(costs[at]) + extra, 3)
                    if number not in found or found[number].cost > cost:
                        found[number] = Choice(number, cased(self._syllables.texts[at], case), cost)
        held = tuple(sorted(found.values(), key=lambda choice: choice.cost))
        self._best[written] = held
        return held

    def number(self, written: str) -> tuple[Choice, ...]:
        """The choices for two figures that may be the word for "number" misread (50, 80)."""
        word = self._language.ids.get(_NUMBER_WORD)
        return (Choice(word, _NUMBER_WORD, _MISREAD_NUMBER),) if word is not None else ()

    def figures(self, written: str, before: str, after: str) -> tuple[Choice, ...]:
        """The choices for figures that may be a syllable, between two words one of which it almost always goes with."""
        language = self._language
        found = []
        for text in figures().get(written, ()):
            word = language.ids.get(text)
            if word is not None and (self._bound(before, word, ahead=True) or self._bound(after, word, ahead=False)):
                found.append(Choice(word, text, _MISREAD_FIGURES))
        return tuple(found)

    def _bound(self, beside: str, word: int, *, ahead: bool) -> bool:
        """Whether a good reading of the word beside all but proves this one; `ahead` when it stands before it."""
        number = np.asarray([self._language.id_of(NUMBER)], np.int64)
        one = np.asarray([word], np.int64)
        for choice in self.of(beside)[:_BESIDE] if beside else ():
            other = np.asarray([choice.word], np.int64)
            pair, apart = ((other, one), (other, number)) if ahead else ((one, other), (number, other))
            cost = float(self._language.pair_cost(*pair)[0])
            if cost + choice.cost < _BOUND and cost + _SURER < float(self._language.pair_cost(*apart)[0]):
                return True
        return False

    def is_good(self, written: str) -> bool:
        """Whether the word is hardly damaged at all."""
        choices = self.syllables(written)
        return bool(choices) and choices[0].cost < _GOOD

    def is_poor(self, written: str) -> bool:
        """Whether no reading of the word as it stands is a good one."""
        return self.of(written)[0].cost > _POOR

    def pieces(self, written: str) -> list[tuple[str, ...]]:
        """How a word may be several glued together."""
        if not 4 <= len(written) <= _LONGEST or not self.is_poor(written):
            return []
        reach: list[list[tuple[float, tuple[str, ...]]]] = [[] for _ in range(len(written) + 1)]
        reach[0] = [(0.0, ())]
        for end in range(1, len(written) + 1):
            ways = []
            for start in range(max(0, end - 7), end):
                piece = written[start:end]
                if not reach[start] or piece == written:
                    continue
                best = self._price(piece)
                if best is None:
                    continue
                ways += [
                    (cost + best + (_GLUED if before else 0.0), (*before, piece))
                    for cost, before in reach[start]
                    if len(before) < _MOST_PIECES
                ]
            reach[end] = sorted(ways)[:2]
        ranks = [choice.cost + _COMMON * float(self._language.alone[choice.word]) for choice in self.syllables(written)]
        limit = min(ranks, default=99.0) + 2.0
        return [way for cost, way in reach[-1] if cost < limit and len(way) > 1]

    def _price(self, piece: str) -> float | None:
        if len(piece) < 2 and piece.isascii():
            return None
        choices = self.syllables(piece)
        if not choices or choices[0].cost > _GOOD_PIECE:
            return None
        return min(choice.cost + _COMMON * float(self._language.alone[choice.word]) for choice in choices)

    def glued(self, written: str) -> list[tuple[Choice, ...]]:
        """The choices of the places which a word takes: one, or as many as words may be glued together in it."""
        held = self._glued.get(written)
        if held is None:
            held = self._glued[written] = tuple(self._apart(written))
        return list(held)

    def _apart(self, written: str) -> list[tuple[Choice, ...]]:
        ways = self.pieces(written)
        if not ways:
            return [self.of(written)]
        places: list[list[Choice]] = [list(self.of(written))]
        longest = max(len(way) for way in ways)
        places += [[Choice(NOTHING, "", 0.0)] for _ in range(longest - 1)]
        for number, way in enumerate(ways):
            for at, piece in enumerate(way):
                last = at == len(way) - 1
                needs = number * 8 + at if at else 0
                opens = 0 if last else number * 8 + at + 1
                for choice in self.syllables(piece)[:4]:
                    text = choice.text if at == 0 else f" {choice.text}"
                    cost = choice.cost + (_GLUED if at else 0.0)
                    places[at].append(Choice(choice.word, text, cost, opens, needs))
        return [tuple(place) for place in places]

    def broken(self, one: str, two: str) -> tuple[Choice, ...]:
        """The choices for two pieces as one word that was torn apart."""
        if len(one) + len(two) > 8 or not (self.is_poor(one) or self.is_poor(two)):
            return ()
        return tuple(
            Choice(choice.word, choice.text, choice.cost + _BROKEN, 0, JOINED)
            for choice in self.syllables(one + two)[:4]
            if choice.cost < 8.0
        )
