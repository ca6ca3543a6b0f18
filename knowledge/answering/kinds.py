"""What kind of answer a question asks for, and what a passage must hold to give it."""

import re
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import lru_cache

from domain.vietnamese import fold
from knowledge.asking import patterns


class Kind(StrEnum):
    """The kinds of answers, as people ask for them."""

    COMPARISON = auto()
    FUNDING = auto()
    CADENCE = auto()
    WHEN = auto()
    SUPPORT = auto()
    LEAD = auto()
    PERSON = auto()
    YES_NO = auto()
    DUTIES = auto()
    PURPOSE = auto()
    DEFINITION = auto()
    LIST = auto()
    FIGURE = auto()
    OTHER = auto()


_ORDER = (
    (Kind.COMPARISON, "asks_comparison"),
    (Kind.FUNDING, "asks_funding"),
    (Kind.SUPPORT, "asks_support"),
    (Kind.PERSON, "asks_person"),
    (Kind.LEAD, "asks_lead"),
    (Kind.CADENCE, "asks_cadence"),
    (Kind.WHEN, "asks_when"),
    (Kind.FIGURE, "asks_count"),
    (Kind.PURPOSE, "asks_purpose"),
    (Kind.DUTIES, "asks_duties"),
    (Kind.YES_NO, "asks_yes_no"),
    (Kind.LIST, "asks_list"),
    (Kind.FIGURE, "asks_figure"),
    (Kind.DEFINITION, "asks_definition"),
)
_WORDS = re.compile(r"[^\w/%-]+")
_COUNTED = re.compile(r"\b(?:bao nhieu|may)\b(?: phan tram\b| %)?(?: cac| so| nguoi la)? ?((?:[a-z]+ ?){0,2})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The kind of a question, and what of it the answer must hold besides its subject.

    `counted` are the words that say what is counted ("how many wells").
    """

    kind: Kind
    folded: str
    counted: tuple[str, ...] = ()
    share: bool = False
    money: bool = False

    def asks(self, name: str) -> bool:
        """True when the question has one of the phrases of that list."""
        return bool(patterns(name).search(self.folded))


@lru_cache(maxsize=1000)
def wanted_by(question: str) -> Wanted:
    """The kind of answer a question asks for."""
    folded = _WORDS.sub(" ", fold(question)).strip()
    kind = next((kind for kind, name in _ORDER if patterns(name).search(folded)), Kind.OTHER)
    counted: tuple[str, ...] = ()
    if kind is Kind.FIGURE and (found := _COUNTED.search(folded)):
        counted = tuple(found.group(1).split())
    return Wanted(
        kind,
        folded,
        counted,
        share=bool(patterns("asks_share").search(folded)),
        money=bool(patterns("asks_money").search(folded)),
    )
