"""When not to answer: what of the question nothing bears out, or what kind of thing the passages do not hold."""

import re
from collections.abc import Sequence

from domain.vietnamese import fold
from knowledge.answering.cells import by_year
from knowledge.answering.evidence import Evidence, Word
from knowledge.answering.kinds import Kind, Wanted
from knowledge.answering.papers import Item, full_words, pairs_of
from knowledge.answering.ranking import Candidate, is_of_another_year, is_recipients
from knowledge.answering.spans import holds_money
from knowledge.asking import is_small, patterns
from knowledge.lexical import tokens_of

LEAST_SHARE = 0.5
"""How much of a question's words, by weight, the best passage must bear out with its headings and what stands beside
it; measured on questions with and without an answer, see docs/decisions/0012-answers.md."""

LEAST_SHARE_ANYWHERE = 0.6
"""The same where the question names no place and any of many papers may hold its words by chance."""

_MOST_MISSING = 0.34
_WEIGHED = 4
_LEAST_OF_TITLE = 0.6
_HEAVY = 0.9
_NEAR_COUNTED = 60
_CLOCK = re.compile(r"\b\d{1,2} ?(?:gio\b|h\d{0,2}\b|:\d)|\bgio hanh chinh\b|\bbuoi (?:sang|chieu)\b")
_IS_SOMEBODY = re.compile(r"\b(?:la|lam|do|gom|ong|ba|dong chi|d/c)\b|:")


def unsupported(evidence: Evidence, candidates: Sequence[Candidate], *, is_scoped: bool) -> list[Word] | None:
    """The words that keep a question from being answered; empty when the passages together fall short, None when they
    bear it out."""
    best = max((candidate.share for candidate in candidates[:_WEIGHED]), default=0.0)
    missing = evidence.missing()
    least = LEAST_SHARE if is_scoped else LEAST_SHARE_ANYWHERE
    if evidence.missing_share() > _MOST_MISSING:
        return missing
    if best < least:
        return missing
    return None


def lacks_what_is_asked(wanted: Wanted, evidence: Evidence, candidates: Sequence[Candidate]) -> bool:
    """True when the passages speak of the matter but hold nothing of the kind that is asked for."""
    looked_at = [c for c in candidates[:_WEIGHED] if c.share >= LEAST_SHARE]
    items = [c.item for c in looked_at]
    if wanted.asks("of_persons") and not any(_holds_phrase(item, wanted, "of_persons") for item in items):
        return True
    if wanted.money:
        return not any(_tells_amount(item, wanted) for item in items)
    if wanted.asks("asks_clock"):
        return not any(_CLOCK.search(item.sentence.folded) for item in items)
    if wanted.kind in (Kind.WHEN, Kind.CADENCE) and not any(_tells_time(c) for c in looked_at):
        return True
    if wanted.asks("asks_schedule") and not any(_holds_phrase(item, wanted, "asks_schedule") for item in items):
        return True
    if wanted.asks("asks_weekday"):
        return not any(patterns("holds_weekday").search(item.sentence.folded) for item in items)
    if wanted.kind is Kind.PERSON and wanted.asks("roles"):
        return not any(_tells_person(item, wanted) for item in items)
    if wanted.kind in (Kind.FIGURE, Kind.OTHER) and (whole := _whole_quantity(wanted, candidates)):
        return not any(_tells_whole(item, whole) for item in items)
    if wanted.kind is Kind.FIGURE:
        items = [item for item in items if not is_of_another_year(item, evidence.years)]
        if wanted.counted and not wanted.share:
            is_number = wanted.folded.endswith(" ".join(wanted.counted)) and not evidence.years
            return not any(_counts(item, wanted.counted, evidence, is_number=is_number) for item in items)
        return not any(item.figures or by_year(item) for item in items)
    return False


def _whole_quantity(wanted: Wanted, candidates: Sequence[Candidate]) -> str:
    """The quantity of a place as a whole (its population) that a question asks for; "" where it asks for another."""
    issuers = {word for c in candidates for word in fold(c.citation.issuer).split()}
    for found in patterns("whole_quantities").finditer(wanted.folded):
        rest = wanted.folded[found.end() :].strip()
        before = wanted.folded[: found.start()].strip()
        narrowed = rest and not patterns("after_whole").match(rest) and not issuers >= set(rest.split()[:2])
        if not narrowed and not patterns("parts_of_whole").search(before):
            return found.group()
    return ""


def _tells_whole(item: Item, quantity: str) -> bool:
    """True where a figure follows the quantity itself, with no more than a place, a year or a verb between."""
    return bool(
        re.search(rf"(?<!% )(?<!% so )\b{quantity}\b[^;.|%]{{0,40}}? \d", item.sentence.folded)
    ) and not re.search(rf"\d ?% (?:tong )?{quantity}\b", item.sentence.folded)


def _tells_time(candidate: Candidate) -> bool:
    """True where the passage or a line of its section says when."""
    return bool(candidate.item.times) or any(item.times for item in candidate.paper.section_of(candidate.item))


def _holds_phrase(item: Item, wanted: Wanted, name: str) -> bool:
    asked = patterns(name).search(wanted.folded)
    return bool(asked and re.search(rf"(?<!\w){re.escape(asked.group())}(?!\w)", item.sentence.folded))


def _tells_amount(item: Item, wanted: Wanted) -> bool:
    phrase = patterns("asks_money").search(wanted.folded)
    tokens = tokens_of(phrase.group() if phrase else "")
    words = [word for word in full_words(tokens) if not is_small(word) and not patterns("money_words").match(word)]
    named = set(words) <= item.words | item.heading_words and pairs_of(words) <= item.pairs | item.heading_pairs
    return named and (holds_money(item.sentence.folded) or (len(words) > 1 and bool(item.figures)))


def _tells_person(item: Item, wanted: Wanted) -> bool:
    """True where the role that is asked for is given to somebody, by name or by another role."""
    if is_recipients(item):
        return False
    folded = item.sentence.folded
    for role in patterns("roles").finditer(wanted.folded):
        for found in re.finditer(rf"(?<!\w){role.group()}(?!\w)", folded):
            around = folded[max(0, found.start() - 80) : found.end() + 80]
            others = [m for m in patterns("roles").finditer(around) if m.group() != role.group()]
            if _IS_SOMEBODY.search(around) and (others or re.search(r"\b(?:ong|ba|dong chi|d/c)\b", around)):
                return True
    return False


def _counts(item: Item, counted: Sequence[str], evidence: Evidence, *, is_number: bool) -> bool:
    """True where so many of a thing are told; a share of them is no answer to a question that asks only how many."""
    folded = item.sentence.folded
    is_pair = len(counted) > 1 and evidence.is_a_word(*counted[:2])
    thing = " ".join(counted[: 2 if is_pair else 1])
    if is_number:
        return bool(re.search(rf"\d (?:[a-z]+ )?{re.escape(thing)}\b", folded)) or any(
            f"{number} {thing}" in folded for number in _SPELT
        )
    if item.is_row and thing in folded and (item.figures or by_year(item)):
        return True
    first = counted[0]
    adjacent = (folded[f.end :] for f in item.figures)
    if any(re.match(rf" (?:[a-z]+ )?{re.escape(first)}\b", a) for a in adjacent) and evidence.says(
        first, item.sentence.said
    ):
        return True
    near = (max(0, f.start - _NEAR_COUNTED) for f in item.figures)
    stretches = [(start, f.end + _NEAR_COUNTED) for start, f in zip(near, item.figures, strict=True)]
    return any(
        re.search(rf"\b{re.escape(thing)}\b", folded[start:end])
        and all(evidence.says(word, item.sentence.said[start:end]) for word in thing.split())
        for start, end in stretches
    ) or any(f"{number} {thing}" in folded for number in _SPELT)


_SPELT = ("hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi", "mot")


def plan_asked_for(question: str) -> bool:
    """True for a question that asks for a plan by what it is about, and for nothing in it."""
    folded = re.sub(r"[^\w/-]+", " ", fold(question)).strip()
    named = re.match(r"(?:co |cho xem |cho toi xem |xem |tim )?(?:ban )?ke hoach (?!so |\d)\S", folded)
    return bool(named) and not patterns("asks_anything").search(folded)


def is_about(evidence: Evidence, candidates: Sequence[Candidate]) -> bool:
    """True when a paper found is about the matter by its title, or has a section named after it."""
    near = candidates[:_WEIGHED]
    by_title = max((evidence.title_share(c.paper) for c in near), default=0.0)
    by_heading = max((evidence.own_share(c.item.heading_words, c.item.heading_pairs) for c in near), default=0.0)
    return max(by_title, by_heading) >= _LEAST_OF_TITLE
