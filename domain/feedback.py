"""What citizens report or propose: where it stands, under which code it is followed, and whose it is to answer."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.people import Unit
from domain.units import unit_named
from domain.vietnamese import fold, nfc

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 or O, no 1, I or L, and no U: a code is read out over the telephone and copied by hand."""
CODE_LENGTH = 6
"""Letters of a code: 730 million, so that nobody comes upon another's by trying."""
_CODE = re.compile(rf"\bPA[- ]([{CODE_ALPHABET}]{{{CODE_LENGTH}}})\b", re.IGNORECASE | re.ASCII)

OPEN_AT_MOST = 3
"""Cases one account may have open at once."""
A_DAY_AT_MOST = 5
"""Cases one account may send in a day."""
FILES_AT_MOST = 10
"""Photos and files of one case."""


class FeedbackStatus(StrEnum):
    """Where a case stands, as the citizen may know it."""

    NEW = "new"
    ACCEPTED = "accepted"
    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        """True while the office owes an answer."""
        return self in (FeedbackStatus.NEW, FeedbackStatus.ACCEPTED, FeedbackStatus.ASKED)


OPEN = tuple(status for status in FeedbackStatus if status.is_open)


class StepKind(StrEnum):
    """What happened to a case."""

    SENT = "sent"
    ROUTED = "routed"
    ACCEPTED = "accepted"
    ASKED = "asked"
    ADDED = "added"
    ANSWERED = "answered"
    SATISFIED = "satisfied"
    REOPENED = "reopened"
    CLOSED = "closed"
    PARTED = "parted"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One case: what was said, in which chat, where, whose it is to answer (nobody's yet: None), and by when."""

    id: int
    office_id: int
    code: str
    channel: str
    chat_id: str
    user_id: str
    said: str
    place: str
    unit_id: int | None
    unit_name: str
    status: FeedbackStatus
    at: datetime
    due: date

    def is_late(self, today: date) -> bool:
        """True when an answer is owed and its day has passed."""
        return self.status.is_open and today > self.due


@dataclass(frozen=True, slots=True)
class FeedbackStep:
    """One thing that happened to a case; `person_name` is for staff only, empty for the citizen's own steps."""

    kind: StepKind
    said: str
    at: datetime
    person_name: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A field of feedback: the words by which it is known, and the names of the units that answer it, best first.

    What is `for_leaders`, such as how staff behave, is never passed to the unit it may be about.
    """

    name: str
    words: tuple[str, ...]
    units: tuple[str, ...] = ()
    needs_place: bool = True
    for_leaders: bool = False


def _no_numbers(text: str) -> str:
    return ""


def _nothing_personal(text: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class FeedbackRules:
    """What the office decided about feedback, and what its errands need from the outside.

    `numbers_to_call` is the sentence for an emergency told of, or empty; `holds_personal_data` finds what is better
    not sent in a chat.
    """

    days: int = 10
    topics: tuple[Topic, ...] = ()
    numbers_to_call: Callable[[str], str] = _no_numbers
    holds_personal_data: Callable[[str], bool] = _nothing_personal


def code_in(text: str) -> str | None:
    """The code a text names, in its printed form, or None."""
    found = _CODE.search(text)
    return f"PA-{found[1].upper()}" if found else None


def topics_of(text: str, topics: Iterable[Topic]) -> list[Topic]:
    """The fields whose words the text has, the one with the most words first; equal ones in the list's own order."""
    return [topic for _, topic in _weighed(text, topics)]


def unit_for(text: str, topics: Iterable[Topic], units: Sequence[Unit]) -> Unit | None:
    """The unit that answers such feedback, or None where that is not certain and a person has to pass it on."""
    found = _weighed(text, topics)
    if not found or any(topic.for_leaders for _, topic in found):
        return None
    answering = [_first_unit(topic, units) for weight, topic in found if weight == found[0][0]]
    return answering[0] if all(unit == answering[0] for unit in answering) else None


def _weighed(text: str, topics: Iterable[Topic]) -> list[tuple[int, Topic]]:
    """The fields met, with the number of words they were met by, the heaviest first.

    A text with diacritics is compared with them: without, words of quite another meaning would meet.
    """
    plain = fold(text) == " ".join(text.lower().split())
    said = f" {_spelled(text, plain)} "
    found = []
    for topic in topics:
        weight = sum(len(words.split()) for words in topic.words if f" {_spelled(words, plain)} " in said)
        if weight:
            found.append((weight, topic))
    return sorted(found, key=lambda pair: -pair[0])


def _spelled(text: str, plain: bool) -> str:
    return _bare(text) if plain else " ".join(re.findall(r"\w+", nfc(text).lower()))


def _first_unit(topic: Topic, units: Sequence[Unit]) -> Unit | None:
    named = (unit_named(name, units) for name in topic.units)
    return next((unit for unit in named if unit is not None), None)


def alike(one: str, other: str) -> bool:
    """True when two texts tell of the same thing in nearly the same words."""
    first, second = set(_bare(one).split()), set(_bare(other).split())
    if not first or not second:
        return False
    shared = len(first & second)
    return shared / len(first | second) >= 0.6 or (shared == min(len(first), len(second)) and shared >= 5)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", fold(text)))
