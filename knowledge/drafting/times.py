"""The time that a sentence sets for what it tells to do."""

import re
from collections.abc import Sequence

from domain.deadlines import DeadlineKind, parse_deadline
from domain.vietnamese import fold
from knowledge.drafting.wording import Word, wording

_DATE = r"(?:ngay )?\d{1,2} ?[/.-] ?\d{1,2}(?: ?[/.-] ?20\d\d)?(?![/.\d])"
_PART = (
    rf"(?:{_DATE}|(?:het |cuoi |dau )?(?:thang|quy) [ivx\d]{{1,4}}(?: ?[/.-] ?20\d\d| nam 20\d\d)?"
    r"|ngay \d{1,2} thang \d{1,2}(?: nam 20\d\d)?|ngay \d{1,2})"
)
_EVERY = r"(?:hang|moi) (?:nam|quy|thang|tuan)"
_LIMIT = r"(?:truoc|den het|den|trong|cham nhat(?: la)?(?: vao| den)?|xong(?: truoc)?|vao)"
_PHRASES = (
    rf"{_LIMIT} (?:ngay )?(?:het )?{_PART}(?: (?:cua )?{_EVERY})?",
    r"(?:trong|truoc|den het|(?:hoan thanh|xong) (?:den|truoc|trong)) (?:het |cuoi )?nam 20\d\d",
    rf"(?:dinh ky )?(?:\d{{1,2}} thang,? )?{_EVERY}(?: \(truoc {_PART}\))?",
    r"dinh ky (?:\d{1,2} )?(?:thang|quy|nam|tuan)(?:,? (?:\d{1,2} )?(?:thang|quy|nam|tuan))*",
)
_TIME = re.compile("|".join(f"(?:{phrase})" for phrase in _PHRASES))
_IS_RHYTHM = re.compile(r"(?:\d{1,2} thang,? )?(?:hang|moi) ")
_OUTLOOK = re.compile(r"(?:dinh huong|tam nhin|giai doan [\d -]+)\Z")
_CITED = re.compile(r"(?:\bso \d\S*|\bluat [^,;.]{0,20})[^,;.]{0,12}\Z")


def time_in(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of the time a sentence sets, the last one it names; nothing where it sets none that can be read."""
    folded = [fold(word.text).strip("();:,.") or "-" for word in words]
    starts, text = [], ""
    for word in folded:
        starts.append(len(text))
        text += word + " "
    best: tuple[Word, ...] = ()
    for found in _TIME.finditer(text):
        before = text[: found.start()].rstrip()
        if _CITED.search(before) or _OUTLOOK.search(before):
            continue
        chosen = tuple(
            word
            for word, start, one in zip(words, starts, folded, strict=True)
            if found.start() <= start and start + len(one) <= found.end() + 1
        )
        if not chosen or (_IS_RHYTHM.match(found.group()) and not _says_when(words, chosen, folded)):
            continue
        if parse_deadline(wording(chosen)).kind is not DeadlineKind.UNKNOWN:
            best = chosen
    return best


def _says_when(words: Sequence[Word], chosen: Sequence[Word], folded: Sequence[str]) -> bool:
    """True for a rhythm that says when something is done; within a clause it often only names a yearly paper."""
    at = next(n for n, word in enumerate(words) if word.start == chosen[0].start and word.text == chosen[0].text)
    if at == 0 or words[at - 1].text[-1] in ",;.:(" or chosen[0].folded == "dinh":
        return True
    clause = at
    while clause > 0 and words[clause - 1].text[-1] not in ";.:":
        clause -= 1
    ends = words[at + len(chosen) - 1].text[-1] in ",;.)" or at + len(chosen) == len(words)
    ends = ends or folded[at + len(chosen)] == "theo"
    return ends and any(mark in " ".join(folded[clause:at]) for mark in ("bao cao", "ket qua", "ke hoach"))
