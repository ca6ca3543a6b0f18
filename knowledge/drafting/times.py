"""The time that a sentence sets for what it tells to do."""

import re
from collections.abc import Sequence

from domain.deadlines import DeadlineKind, parse_deadline
from domain.vietnamese import fold
from knowledge.drafting.wording import Word, wording

_DATE = r"(?:ngay )?\d{1,2}(?: ?[/.-] ?\d{1,2}){1,2}(?:[/.-]20\d\d)?"
_STRETCH = (
    rf"(?:{_DATE}|(?:het |cuoi |dau )?(?:thang|quy) [ivx\d]{{1,4}}(?: ?[/.-] ?20\d\d| nam 20\d\d)?"
    rf"|ngay \d{{1,2}} thang \d{{1,2}}(?: nam 20\d\d)?|ngay \d{{1,2}}|(?:het |cuoi )?nam 20\d\d)"
)
_EVERY = r"(?:hang|moi) (?:nam|quy|thang|tuan)"
_LIMIT = r"(?:truoc|den het|den|trong|cham nhat(?: la)?(?: vao| den)?|xong(?: truoc)?|vao)"
_PHRASES = (
    rf"{_LIMIT} (?:ngay )?(?:het )?{_STRETCH}(?: (?:cua )?{_EVERY})?",
    rf"(?:dinh ky )?(?:\d{{1,2}} thang,? )?{_EVERY}(?: \(truoc {_STRETCH}\))?",
    r"dinh ky (?:\d{1,2} )?(?:thang|quy|nam|tuan)(?:,? (?:\d{1,2} )?(?:thang|quy|nam|tuan))*",
    r"giai doan 20\d\d ?- ?20\d\d",
)
_TIME = re.compile("|".join(f"(?:{phrase})" for phrase in _PHRASES))
_CITED = re.compile(r"(?:\bso \d\S*|\bluat [^,;.]{0,20})[^,;.]{0,12}\Z")


def time_in(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of the time a sentence sets, the last one it names; nothing where it sets none that can be read."""
    folded = [fold(word.text).strip("();:,") or "-" for word in words]
    starts, text = [], ""
    for word in folded:
        starts.append(len(text))
        text += word + " "
    best: tuple[Word, ...] = ()
    for found in _TIME.finditer(text):
        if _CITED.search(text[: found.start()].rstrip()):
            continue
        chosen = tuple(
            word
            for word, start, one in zip(words, starts, folded, strict=True)
            if found.start() <= start and start + len(one) <= found.end() + 1
        )
        if not chosen or not _sets_more(found.group(), best):
            continue
        if parse_deadline(wording(chosen)).kind is not DeadlineKind.UNKNOWN:
            best = chosen
    return best


def _sets_more(phrase: str, best: Sequence[Word]) -> bool:
    """A time with a date says more than a stretch of the plan."""
    return not best or not phrase.startswith("giai doan")
