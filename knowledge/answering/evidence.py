"""How well passages bear a question out: which of its words they hold, side by side or apart, and which nowhere."""

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from domain.vietnamese import fold, nfc
from knowledge.answering.papers import Item, Paper, full_words, is_code, pairs_of
from knowledge.asking import Asked, is_light, is_small
from knowledge.lexical import shape_of, tokens_of
from knowledge.restoring import restorer
from knowledge.words import word_list

_IN_TEXT, _IN_HEADING, _NEARBY, _IN_TITLE = 1.0, 0.9, 0.55, 0.8
_WORD_ALONE = 0.45
"""A syllable found without its neighbour in the question says little: most are part of many words."""
_OTHER_DIACRITICS = 0.3
_LEAST_WEIGHT, _SMALL_WEIGHT = 0.6, 0.3
_OF_TITLE = 0.5
"""What the whole paper is about tells none of its passages from another."""
_OF_FRAME = 0.3
_A_WORD, _A_PLAIN_WORD = 2.0, 3.0
"""From this bond on two syllables are one word (school, population) and not two that only met."""
_SIGNS = ' ?.!,;:()"\u201c\u201d'
_GAP, _LONGEST_PIECE = 2, 6
_FIGURED = re.compile(r"\d")
_PROVINCE = re.compile(r"\A[^\W_]+(?: ph\u1ed1)? (?=[A-Z\u0110])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_EXACT = re.compile(r"[^\W_]+")


@cache
def _alike() -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """For each phrase of the lists of like words, the others of its list."""
    found: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for group in word_list("questions")["like_words"]:
        phrases = [tuple(shape_of(word) for word in str(phrase).split()) for phrase in group]
        for phrase in phrases:
            found[phrase] = (*found.get(phrase, ()), *(other for other in phrases if other != phrase))
    return found


@cache
def _official_words() -> dict[str, tuple[str, ...]]:
    """How papers write some words of plain speech."""
    written = word_list("questions")["official_words"].items()
    return {
        shape_of(str(plain)): tuple(shape_of(word) for word in str(official).split()) for plain, official in written
    }


@cache
def _kinds_of_papers() -> dict[tuple[str, ...], str]:
    return {tuple(str(kind).split()): str(mark) for kind, mark in word_list("questions")["marks_of_papers"].items()}


@cache
def _bond(first: str, second: str) -> float:
    return restorer().bond(first, second)


@dataclass(frozen=True, slots=True)
class Word:
    """A word that says what a question is about: its shape, its form as typed, its neighbours, how much it weighs.

    A light word is one of plain speech that no answer has to repeat; half of a compound is looked for with the other.
    """

    shape: str
    exact: str
    before: str
    after: str
    weight: float
    likes: tuple[tuple[str, ...], ...]
    is_light: bool = False
    is_half: bool = False

    @property
    def stands_alone(self) -> bool:
        """True for a code, a number or a word without a neighbour: it is not half of a compound."""
        return bool(_FIGURED.search(self.shape)) or not (self.before or self.after)


class Evidence:
    """A question's words against the documents in question."""

    def __init__(
        self,
        asked: Asked,
        typed: str,
        papers: Sequence[Paper],
        frame: frozenset[str] = frozenset(),
        *,
        is_guessed: bool = False,
        of_funds: bool = False,
        is_scoped: bool = False,
    ) -> None:
        """`typed` is the question with its diacritics, `is_guessed` where they are not the asker's own; `frame` are
        words by which it only asks.

        A question `of_funds` says money where papers say funds; one that `is_scoped` names the place of its papers,
        which their passages need not repeat.
        """
        self._is_guessed, self._of_funds = is_guessed, of_funds
        self._papers = papers
        self._frame = frame
        self._size = sum(len(paper.items) for paper in papers)
        self._scope = _placed(typed) if is_scoped else frozenset[str]()
        self._exact = {shape_of(fold(word)): word for word in _EXACT.findall(nfc(typed).lower())}
        self.words = self._read(asked) or self._read(Asked(asked.tokens, (False,) * len(asked.tokens)))
        self.years = frozenset(token for token in asked.tokens if _YEAR.fullmatch(token))
        self._whole = sum(word.weight for word in self.words)

    @property
    def codes(self) -> list[str]:
        """The numbers of papers that the question names (57-nq/tw)."""
        return [word.shape for word in self.words if is_code(word.shape)]

    def held_most(self, paper: Paper, most: int) -> list[Item]:
        """The passages of a paper that hold most of the question's words, by weight, best first."""
        weights: dict[int, float] = {}
        for word in self.words:
            for position in paper.positions.get(word.shape, ()):
                weights[position] = weights.get(position, 0.0) + word.weight
        best = sorted(weights, key=lambda position: (-weights[position], position))[:most]
        return [paper.items[position] for position in best]

    def share(self, item: Item, paper: Paper) -> float:
        """How much of the question a passage bears out with its headings and what stands around it, 0 to 1."""
        near = paper.near(item)
        borne = whole = 0.0
        for word in self.words:
            weight = word.weight * (_OF_TITLE if self._is_of_title(word, paper) else 1.0)
            whole += weight
            borne += weight * self._support(word, item, near, paper)
        return borne / whole if whole else 0.0

    def share_beyond_title(self, words: frozenset[str], pairs: frozenset[tuple[str, str]], paper: Paper) -> float:
        """How much some words bear out of what a question asks beyond what the whole paper is about."""
        asked = [word for word in self.words if not self._is_of_title(word, paper)] or self.words
        whole = sum(word.weight for word in asked)
        return sum(word.weight * _held(word, words, pairs) for word in asked) / whole if whole else 0.0

    def own_share(self, text_words: frozenset[str], text_pairs: frozenset[tuple[str, str]]) -> float:
        """How much of the question some words alone bear out."""
        if not self._whole:
            return 0.0
        return sum(word.weight * _held(word, text_words, text_pairs) for word in self.words) / self._whole

    def holds(self, word: str) -> bool:
        """True when a document in question has the word, in its text or as the file writes it."""
        return any(paper.held_by[shape_of(word)] for paper in self._papers)

    def missing(self) -> list[Word]:
        """The words that no document in question holds in any form, heaviest first."""
        asked = [
            word
            for word in self.words
            if not word.is_light and word.shape not in self._scope and word.shape not in self._frame
        ]
        absent = [word for word in asked if not self._is_anywhere(word)]
        return sorted(absent, key=lambda word: -word.weight)

    @staticmethod
    def said_of(question: str, words: Sequence[Word]) -> list[str]:
        """How a question says some of its words: those side by side or nearly so in one piece."""
        wanted = {word.shape for word in words}
        said = question.strip(_SIGNS).split()
        marks = [i for i, part in enumerate(said) if wanted & set(full_words(tokens_of(part)))]
        halves = {word.before for word in words if word.before}
        marks.extend(i - 1 for i in tuple(marks) if i and halves & set(full_words(tokens_of(said[i - 1]))))
        pieces: list[list[int]] = []
        for i in sorted(set(marks)):
            if pieces and i - pieces[-1][1] <= _GAP:
                pieces[-1][1] = i
            else:
                pieces.append([i, i])
        return [" ".join(said[first : last + 1][:_LONGEST_PIECE]).strip(_SIGNS) for first, last in pieces]

    def missing_share(self) -> float:
        """How much of the question's weight its missing words carry."""
        return sum(word.weight for word in self.missing()) / self._whole if self._whole else 0.0

    def _read(self, asked: Asked) -> list[Word]:
        tokens: list[tuple[str, bool]] = []
        for token, small in zip(asked.tokens, asked.small, strict=True):
            tokens.extend((shape, small or is_small(token)) for shape in full_words([token]))
        if self._of_funds:
            tokens = _in_official_words(tokens)
        shapes = self._with_codes([shape for shape, _ in tokens])
        bound = [self._is_bound(first, second) for first, second in itertools.pairwise(shapes)]
        light = [self._is_light(shapes, bound, i) for i in range(len(shapes))]
        asks = [small or plain for (_, small), plain in zip(tokens, light, strict=True)]
        words, seen = [], set()
        for i, shape in enumerate(shapes):
            if tokens[i][1] or _YEAR.fullmatch(shape) or shape in seen:
                continue
            seen.add(shape)
            before = shapes[i - 1] if _goes_with(i, i - 1, bound, asks) else ""
            after = shapes[i + 1] if _goes_with(i, i + 1, bound, asks) else ""
            weight = self._weight(shape) * (_OF_FRAME if light[i] and shape not in self._frame else 1.0)
            exact = self._exact.get(shape, "")
            half = (bool(before) and bound[i - 1] and not asks[i - 1]) or (bool(after) and bound[i] and not asks[i + 1])
            words.append(Word(shape, exact, before, after, weight, _likes_at(shapes, i), light[i], half))
        return words

    def _is_bound(self, first: str, second: str) -> bool:
        """True where two syllables side by side are halves of one word, in these papers or in any."""
        if any((first, second) in paper.pairs for paper in self._papers):
            return True
        said = self._exact.get(first, first), self._exact.get(second, second)
        light, bond = self._may_be_light(first) + self._may_be_light(second), _bond(*said)
        return light < 2 and bond >= (_A_PLAIN_WORD if light else _A_WORD)

    def _may_be_light(self, shape: str) -> bool:
        exact = self._exact.get(shape, shape)
        return is_light(exact) or (self._is_guessed and is_light(fold(exact)))

    def is_a_word(self, first: str, second: str) -> bool:
        """True where two syllables of the question are halves of one word."""
        return self._is_bound(shape_of(first), shape_of(second))

    def says(self, word: str, text: str) -> bool:
        """True where a text has a word of the question with the diacritics it has there, or without any."""
        exact = self._exact.get(shape_of(word), word)
        said = _EXACT.findall(nfc(text).lower())
        return exact in said or word in said if not exact.isascii() else word in map(fold, said)

    def _is_light(self, shapes: Sequence[str], bound: Sequence[bool], i: int) -> bool:
        """True for a word of plain speech that is not half of a compound with a neighbour."""
        return self._may_be_light(shapes[i]) and not any(bound[max(0, i - 1) : i + 1])

    def _with_codes(self, shapes: Sequence[str]) -> list[str]:
        """The words with the bare number of a paper ("Resolution 57") as the code that the documents have for it."""
        found = list(shapes)
        for i, shape in enumerate(shapes):
            if is_code(shape) and "/" not in shape:
                found[i] = self._code_beginning(shape) or shape
            if not shape.isdigit() or _YEAR.fullmatch(shape):
                continue
            before = [word for word in shapes[max(0, i - 3) : i] if word != "so"]
            if mark := _kinds_of_papers().get(tuple(before[-2:])):
                found[i] = self._code(shape, mark) or shape
        return found

    def _code_beginning(self, shape: str) -> str:
        codes = [code for paper in self._papers for code in paper.codes if code.startswith(f"{shape}/")]
        return max(codes, key=lambda code: sum(paper.held_by[code] for paper in self._papers), default="")

    def _code(self, number: str, mark: str) -> str:
        pattern = re.compile(rf"0*{number.lstrip('0') or '0'}(?:/\d{{4}})?[-/]{mark}\b.*")
        codes = [code for paper in self._papers for code in paper.codes if pattern.fullmatch(code)]
        return max(codes, key=lambda code: sum(paper.held_by[code] for paper in self._papers), default="")

    def _weight(self, shape: str) -> float:
        """Rarer words weigh more; among a few passages nothing is rare."""
        held = sum(paper.held_by[shape] for paper in self._papers)
        rarity = math.log1p((self._size + 0.5) / (held + 0.5)) / math.log1p(self._size + 0.5) if self._size else 1.0
        weight = max(_LEAST_WEIGHT if len(shape) > 1 else _SMALL_WEIGHT, rarity)
        return weight * _OF_FRAME if shape in self._frame or shape in self._scope else weight

    def title_share(self, paper: Paper) -> float:
        """How much of the question a paper's title bears out."""
        return self.own_share(paper.title_words, paper.title_pairs)

    def _support(self, word: Word, item: Item, near: Sequence[Item], paper: Paper) -> float:
        found = max(
            _IN_TEXT * _held(word, item.words, item.pairs),
            _IN_HEADING * _held(word, item.heading_words, item.heading_pairs),
            _IN_TITLE * _held(word, paper.title_words, paper.title_pairs),
        )
        if found < _NEARBY:
            found = max([found, *(_NEARBY * _held(word, other.words, other.pairs) for other in near)])
        if found and word.exact and not word.exact.isascii() and word.exact not in paper.exact:
            found *= _OTHER_DIACRITICS
        return found

    def _is_of_title(self, word: Word, paper: Paper) -> bool:
        return _held(word, paper.title_words, paper.title_pairs) == 1.0

    @staticmethod
    def _holds_whole(word: Word, paper: Paper) -> bool:
        beside = {(word.before, word.shape), (word.shape, word.after)}
        return bool(beside & (paper.pairs | paper.title_pairs)) or _like_held(word, paper.held_by, paper.pairs)

    def _is_anywhere(self, word: Word) -> bool:
        if word.is_half and not any(self._holds_whole(word, paper) for paper in self._papers):
            return False
        return any(
            paper.held_by[word.shape] or word.shape in paper.title_words or _like_held(word, paper.held_by, paper.pairs)
            for paper in self._papers
        )


@cache
def _places() -> frozenset[str]:
    """The names of the country's places, as they are written."""
    with files("knowledge.restoring").joinpath("places.yaml").open(encoding="utf-8") as file:
        provinces = yaml.safe_load(file)
    names = [name for kinds in provinces.values() for said in kinds.values() for name in str(said).split(", ")]
    return frozenset((*names, *(re.sub(_PROVINCE, "", str(province)) for province in provinces)))


def _placed(typed: str) -> frozenset[str]:
    """The words of a question that are names of places."""
    words = _EXACT.findall(nfc(typed))
    found: set[str] = set()
    for size in (2, 3):
        for i in range(len(words) - size + 1):
            if " ".join(words[i : i + size]) in _places():
                found.update(shape_of(fold(word)) for word in words[i : i + size])
    return frozenset(found)


def _in_official_words(tokens: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The words with those of plain speech (money) as papers write them (funds)."""
    written: list[tuple[str, bool]] = []
    for shape, small in tokens:
        official = _official_words().get(shape)
        written.extend([(word, False) for word in official] if official else [(shape, small)])
    return written


def _goes_with(i: int, neighbour: int, bound: Sequence[bool], asks: Sequence[bool]) -> bool:
    """True where a word is looked for beside its neighbour: halves of one word, or both with no better neighbour."""
    if not 0 <= neighbour < len(asks):
        return False
    if bound[min(i, neighbour)]:
        return True
    others = [at for at in (i - 1, i, neighbour - 1, neighbour) if 0 <= at < len(bound) and at != min(i, neighbour)]
    return not asks[neighbour] and not any(bound[at] for at in others)


def _likes_at(shapes: Sequence[str], i: int) -> tuple[tuple[str, ...], ...]:
    found: list[tuple[str, ...]] = []
    for size in (1, 2, 3):
        for start in range(max(0, i - size + 1), i + 1):
            found.extend(_alike().get(tuple(shapes[start : start + size]), ()))
    return tuple(found)


def _held(word: Word, words: "frozenset[str]", pairs: "frozenset[tuple[str, str]]") -> float:
    if word.shape in words:
        if word.stands_alone:
            return 1.0
        beside = (word.before, word.shape) in pairs or (word.shape, word.after) in pairs
        return 1.0 if beside else _WORD_ALONE
    return 0.9 if word.likes and _like_held(word, words, pairs) else 0.0


def _like_held(word: Word, words: object, pairs: "frozenset[tuple[str, str]]") -> bool:
    for phrase in word.likes:
        if len(phrase) == 1 and phrase[0] in words:  # type: ignore[operator]
            return True
        if len(phrase) > 1 and all(pair in pairs for pair in pairs_of(phrase)):
            return True
    return False
