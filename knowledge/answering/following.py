"""Questions that go on from the one before ("and in 2030?", "who leads?"), completed with its subject."""

import re
from functools import cache

from domain.sentences import as_written
from domain.vietnamese import fold
from knowledge.answering.kinds import wanted_by
from knowledge.asking import patterns, read_question
from knowledge.words import word_list

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LONGEST = 9
_LONGEST_WITHOUT_SUBJECT = 7
_SIGNS = " ?.!,"


def complete(question: str, previous: str) -> str:
    """The question with the subject of the one before, when it only goes on from that.

    A new year or place takes that of the old one; what only asks (who, when) is put before the old subject; a new
    subject is put before the old question.
    """
    if not previous:
        return question
    linked = goes_on(question)
    rest = _without_frame(question) if linked else question.strip(_SIGNS)
    if _only_asks(rest):
        return f"{rest}, {_subject_of(previous)}?"
    if not linked:
        return question
    new_years, old_years = _YEAR.findall(question), _YEAR.findall(previous)
    if new_years and all(_YEAR.fullmatch(word) for word in read_question(rest).subject if word != "nam"):
        if not old_years:
            return f"{previous.rstrip(' ?.!')} {new_years[0]}?"
        return _YEAR.sub(new_years[0], previous, count=1) if len(set(old_years)) == 1 else f"{previous} {new_years[0]}"
    if _place().fullmatch(rest) and (old := _place().search(previous)):
        return f"{previous[: old.start()]}{rest}{previous[old.end() :]}"
    return f"{rest}, {previous}" if rest else previous


def goes_on(question: str) -> bool:
    """True for a short question that needs the one before it."""
    folded = fold(question).strip(_SIGNS)
    lists = word_list("questions")
    opens = any(folded == o or folded.startswith(f"{o} ") for o in lists["follow_ups"])
    ends = any(folded == e or folded.endswith(f" {e}") for e in lists["follow_up_ends"])
    short = len(folded.split()) <= _LONGEST
    return short and opens and (ends or len(folded.split()) <= 6)


def _only_asks(question: str) -> bool:
    """True for a question without any subject of its own."""
    if len(question.split()) > _LONGEST_WITHOUT_SUBJECT:
        return False
    wanted = wanted_by(question)
    return bool(wanted.frame) and not set(read_question(question).subject) - wanted.frame


def _subject_of(question: str) -> str:
    """A question without the words by which it asked."""
    whole = as_written(question)
    said, last = [], 0
    for found in patterns("asking").finditer(whole.folded):
        said.append(whole.said[last : found.start()])
        last = found.end()
    said.append(whole.said[last:])
    return " ".join(" ".join(said).strip(_SIGNS).split())


@cache
def _place() -> re.Pattern[str]:
    """A place as it is named: its kind, then words in capitals."""
    kinds = sorted({str(shown) for shown in word_list("words")["units_of_place"].values()}, key=len, reverse=True)
    kind = "|".join(f"[{unit[0].upper()}{unit[0].lower()}]{re.escape(unit[1:])}" for unit in kinds)
    capital = r"[^\W\d_a-z]\w*"
    return re.compile(rf"(?:(?:{kind})\s+)+{capital}(?:\s+{capital})*")


def _without_frame(question: str) -> str:
    """The question without the words that only link it to the one before."""
    words = question.strip(_SIGNS).split()
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
