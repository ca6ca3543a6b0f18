"""What kind of answer a question asks for, and what a passage must hold to give it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cache, lru_cache

from domain.vietnamese import fold, nfc
from knowledge.asking import is_small, patterns
from knowledge.words import word_list


class Kind(StrEnum):
    """The kinds of answers, as people ask for them."""

    CODE = auto()
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
_FRAMED = {
    Kind.WHEN: ("asks_when", "time_labels"),
    Kind.CADENCE: ("asks_cadence", "asks_when"),
    Kind.LEAD: ("asks_lead", "lead_labels"),
    Kind.SUPPORT: ("asks_support", "support_labels"),
    Kind.DUTIES: ("asks_duties",),
    Kind.PURPOSE: ("asks_purpose",),
    Kind.DEFINITION: ("asks_definition",),
    Kind.COMPARISON: ("asks_comparison",),
    Kind.YES_NO: ("obliged_or_not",),
    Kind.FUNDING: ("asks_source",),
}
_NOT_HOW_MANY = re.compile(r"\bm(?:\u00e1|\u00e2|a)y\b")
_SOME_OF = re.compile(r"\bmay (?:[a-z]+ ){1,2}(?:nao|gi)\b")
_LISTED = re.compile(r"\b(?:nhung|cac|may) ([a-z]+(?: [a-z]+)?) nao\b")
_WORDS = re.compile(r"[^\w/%-]+")
_COUNTED = re.compile(
    r"(?<!\bngay )(?<!\bthang )(?<!\bquy )(?<!\btop )\b(?:bao nhieu|may)\b"
    r"(?: phan tram\b| %)?(?: cac| so| nguoi la)? ?((?:[a-z]+ ?){0,2})"
)


@cache
def kinds_of_papers() -> re.Pattern[str]:
    """The kinds of papers as a question names them, folded."""
    names = [*(str(kind) for kind in word_list("questions")["marks_of_papers"]), *word_list("questions")["any_paper"]]
    return re.compile(r"(?<!\w)(?:" + "|".join(names) + r")(?!\w)")


@cache
def _asks_code() -> re.Pattern[str]:
    return re.compile(f"({kinds_of_papers().pattern}) {patterns('asks_which_paper').pattern}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The kind of a question, and what of it the answer must hold besides its subject.

    `counted` are the words that say what is counted ("how many wells"), `frame` those by which it only asks, `paper` is
    the kind of paper whose number is asked for.
    """

    kind: Kind
    folded: str
    counted: tuple[str, ...] = ()
    frame: frozenset[str] = frozenset()
    share: bool = False
    money: bool = False
    paper: str = ""

    @property
    def listed(self) -> str:
        """The thing of which a question asks which ones ("which wards"); "" where it asks so of none."""
        found = _LISTED.search(self.folded)
        return found.group(1) if found else ""

    def asks(self, name: str) -> bool:
        """True when the question has one of the phrases of that list."""
        return bool(patterns(name).search(self.folded))


def _frame_of(kind: Kind, folded: str) -> frozenset[str]:
    if kind not in _FRAMED:
        return frozenset()
    words: set[str] = set()
    for name in _FRAMED[kind]:
        for found in patterns(name).finditer(folded):
            words.update(found.group().split())
    return frozenset(words)


def _without_look_alikes(question: str) -> str:
    """The folded question; where it has its diacritics, words that only look like "how many" without them are out."""
    return fold(_NOT_HOW_MANY.sub(" ", nfc(question).lower()) if not question.isascii() else question)


def _holds(kind: Kind, name: str, folded: str, counted: Sequence[str]) -> bool:
    """False where a question has the words of a kind and yet asks for another."""
    asking = patterns(name).search(folded)
    if kind is Kind.FIGURE and asking and asking.group() == "may" and (not counted or _SOME_OF.search(folded)):
        return not patterns("asks_plainly").search(folded)
    match kind:
        case Kind.PERSON:
            return bool(patterns("roles").search(folded))
        case Kind.WHEN | Kind.CADENCE:
            return not (counted and not patterns("times").match(counted[0]))
        case _:
            return True


@lru_cache(maxsize=1000)
def wanted_by(question: str) -> Wanted:
    """The kind of answer a question asks for."""
    folded = _WORDS.sub(" ", _without_look_alikes(question)).strip()
    counts = _COUNTED.search(folded)
    counted = tuple(counts.group(1).split()) if counts else ()
    if counted and (is_small(counted[0]) or counted[0] == "nam"):
        counted = ()
    fitting = (kind for kind, name in _ORDER if patterns(name).search(folded) and _holds(kind, name, folded, counted))
    kind = next(fitting, Kind.OTHER)
    if kind is Kind.OTHER and folded.endswith(" khong"):
        kind = Kind.YES_NO
    asks_source = bool(patterns("asks_source").search(folded))
    if asks_source and (patterns("funds").search(folded) or patterns("funds_words").search(folded)):
        kind = Kind.FUNDING
    if kind is Kind.FUNDING and not asks_source and patterns("asks_lead").search(folded):
        kind = Kind.LEAD
    asks_code = _asks_code().search(folded)
    if asks_code:
        kind = Kind.CODE
    return Wanted(
        kind,
        folded,
        counted,
        _frame_of(kind, folded),
        share=bool(patterns("asks_share").search(folded)),
        money=bool(patterns("asks_money").search(folded)),
        paper=asks_code.group(1) if asks_code else "",
    )
