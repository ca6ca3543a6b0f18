"""What a question says: its words, and which of them only ask."""

import re
from dataclasses import dataclass
from functools import cache

from domain.vietnamese import fold
from knowledge.lexical import tokens_of
from knowledge.words import word_list

_FIGURED = re.compile(r"\d+[a-z]+|(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a question; `small` marks those that say nothing of its subject."""

    tokens: tuple[str, ...]
    small: tuple[bool, ...]

    @property
    def subject(self) -> tuple[str, ...]:
        """The words that say what the question is about."""
        return tuple(t for t, s in zip(self.tokens, self.small, strict=True) if not s)

    @property
    def figures(self) -> tuple[str, ...]:
        """Years and codes such as 5g, which a document either has to the letter or does not have."""
        return tuple(t for t in self.subject if _FIGURED.fullmatch(t))


@cache
def _small_words() -> frozenset[str]:
    return frozenset(str(word_list("questions")["small_words"]).split())


@cache
def _small_phrases() -> tuple[tuple[str, ...], ...]:
    phrases = [tuple(str(phrase).split()) for phrase in word_list("questions")["small_phrases"]]
    phrases.extend(tuple(unit.split()) for unit in word_list("words")["units_of_place"])
    return tuple(sorted(phrases, key=len, reverse=True))


@cache
def patterns(name: str) -> re.Pattern[str]:
    """The phrases of a list of `questions.yaml` as one pattern; "*" stands for up to five words between."""
    parts = [re.escape(str(phrase)).replace(r"\ \*\ ", r"\ (?:\S+\ ){0,5}?") for phrase in word_list("questions")[name]]
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + r")(?!\w)")


def is_small(token: str) -> bool:
    """True for a word that asks or binds and says nothing of any subject."""
    return token in _small_words()


@cache
def _light_words() -> frozenset[str]:
    words = str(word_list("questions")["light_words"]).split()
    return frozenset((*words, *(fold(word) for word in words)))


def is_light(word: str) -> bool:
    """True for a word of plain speech (to see to, to be through with) that alone says nothing of any subject; without
    diacritics it is one if it can be."""
    return word in _light_words()


def read_question(text: str) -> Asked:
    """The words of a question, folded."""
    tokens = tuple(tokens_of(text))
    small = [t in _small_words() for t in tokens]
    for phrase in _small_phrases():
        for i in range(len(tokens) - len(phrase) + 1):
            if tokens[i : i + len(phrase)] == phrase:
                small[i : i + len(phrase)] = [True] * len(phrase)
    if all(small):
        small = [t in _small_words() for t in tokens]
    return Asked(tokens, tuple(small))
