"""What a question says: its words, which of them only ask, and whether it goes on from the question before."""

import re
from dataclasses import dataclass
from functools import cache

from domain.vietnamese import fold
from knowledge.lexical import tokens_of
from knowledge.words import word_list

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_FIGURED = re.compile(r"\d+[a-z]+|(?:19|20)\d\d")
_LONGEST_FOLLOW_UP = 9


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


def complete(question: str, previous: str) -> str:
    """The question with the subject of the one before, when it only goes on from that ("and in 2030?").

    A new year takes the place of the old one; a new subject is put before the old question's words.
    """
    if not previous or not goes_on(question):
        return question
    new_years, old_years = _YEAR.findall(question), _YEAR.findall(previous)
    rest = _without_frame(question)
    said = read_question(rest).subject
    if new_years and all(_YEAR.fullmatch(word) for word in said if word != "nam"):
        if not old_years:
            return f"{previous.rstrip(' ?.!')} {new_years[0]}?"
        return _YEAR.sub(new_years[0], previous, count=1) if len(set(old_years)) == 1 else f"{previous} {new_years[0]}"
    return f"{rest}, {previous}" if rest else previous


def goes_on(question: str) -> bool:
    """True for a short question that needs the one before it."""
    folded = fold(question).strip(" ?.!,")
    lists = word_list("questions")
    opens = any(folded == o or folded.startswith(f"{o} ") for o in lists["follow_ups"])
    ends = any(folded == e or folded.endswith(f" {e}") for e in lists["follow_up_ends"])
    short = len(folded.split()) <= _LONGEST_FOLLOW_UP
    return short and opens and (ends or len(folded.split()) <= 6)


def _without_frame(question: str) -> str:
    """The question without the words that only link it to the one before."""
    words = question.strip(" ?.!,").split()
    lists = word_list("questions")
    for end in sorted(lists["follow_up_ends"], key=len, reverse=True):
        size = len(end.split())
        if fold(" ".join(words[-size:])) == end:
            words = words[:-size]
            break
    for start in sorted(lists["follow_ups"], key=len, reverse=True):
        size = len(start.split())
        if fold(" ".join(words[:size])) == start:
            words = words[size:]
            break
    return " ".join(words)
