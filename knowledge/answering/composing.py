"""Puts an answer together: the short answer, the passages it stands on, what to mind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import texts
from domain.answers import AnswerStatus, Citation
from domain.plans import PassageKind
from knowledge.answering.direct import Direct
from knowledge.answering.evidence import Evidence
from knowledge.answering.listing import Listing
from knowledge.answering.naming import clipped, document_of, nearest_heading, place_of
from knowledge.answering.papers import Item, without_mark
from knowledge.answering.quoting import LONGEST_FURTHER_QUOTE, LONGEST_QUOTE, excerpt, opens_exception
from knowledge.answering.ranking import Candidate, is_of_another_year

MOST_SOURCES = 4
UNSURE = 0.75
"""Below this sureness a repaired passage is shown with the advice to compare it with the paper."""

_NEAR_THE_BEST, _NEAR_IN_SHARE = 0.7, 0.75
_MOST_POINTS = 14
_LONGEST_LIST = 1_900
_LONGEST_POINT = 420
_SHORTEST_POINT = 160


@dataclass(frozen=True, slots=True)
class Composed:
    """An answer's text with the passages it stands on.

    `counts` are figures of its own, which none of them holds; `values` are the short answers taken from them.
    """

    text: str
    citations: tuple[Citation, ...]
    status: AnswerStatus = AnswerStatus.ANSWERED
    counts: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


def quotation(direct: Direct | None, candidates: Sequence[Candidate], evidence: Evidence) -> Composed:
    """The short answer, if there is one, and the passages that bear it out, the one it stands in first."""
    chosen = _worth_quoting(direct, _of_content(candidates), evidence.years)
    subject = {word.shape for word in evidence.words}
    parts, before = [], None
    for citation in chosen:
        parts.append(_quote(citation, subject, before))
        before = citation
    whole = _whole(direct.text if direct else "", "\n".join(parts), chosen)
    return replace(whole, values=(direct.value,) if direct else ())


def enumeration(listing: Listing, evidence: Evidence, *, duties: bool) -> Composed:
    """The points of a section; when they are too many, those nearest to the question and how many are left."""
    items = listing.items
    first = items[0].citation
    kept = _that_fit(items, evidence)
    longest = max(_SHORTEST_POINT, min(_LONGEST_POINT, _LONGEST_LIST // max(1, len(kept))))
    say = "answers.list_duties" if duties else "answers.list_points"
    lines = [texts.say(say, document=document_of(first), heading=_under(listing, first), count=len(items))]
    lines.extend(texts.say("answers.point", text=clipped(without_mark(i.citation.text), longest)) for i in kept)
    cut = len(items) - len(kept)
    if cut:
        lines.append(texts.say("answers.points_left", count=cut))
    status = AnswerStatus.PARTIAL if cut else AnswerStatus.ANSWERED
    whole = _whole("", "\n".join(lines), [item.citation for item in kept])
    return replace(whole, status=status, counts=(str(len(items)), str(cut)))


def statement(text: str, items: Sequence[Item], *, quoted: bool) -> Composed:
    """What a paper says of itself, and on demand the lines it says it in."""
    citations = [item.citation for item in items]
    lines = [texts.say("answers.point", text=clipped(c.text, LONGEST_QUOTE * 2)) for c in citations] if quoted else []
    return _whole(text, "\n".join(lines), citations)


def by_office(directs: Sequence[tuple[Candidate, Direct]]) -> Composed:
    """What each office says, where offices differ and the question named none."""
    lines = [texts.say("answers.offices_differ")]
    lines.extend(
        texts.say("answers.office_says", document=document_of(c.citation), text=direct.text) for c, direct in directs
    )
    citations = [candidate.citation for candidate, _ in directs]
    quotes = "\n".join(_quote(citation, set(), None) for citation in citations)
    return replace(_whole("\n".join(lines), quotes, citations), values=tuple(direct.value for _, direct in directs))


def _whole(direct: str, quoted: str, citations: Sequence[Citation]) -> Composed:
    parts = [part for part in (direct, quoted) if part]
    if any(c.damage > 0 and c.sureness < UNSURE for c in citations[:1]):
        parts.append(texts.say("answers.read_from_scan"))
    return Composed("\n\n".join(parts), tuple(citations))


def _worth_quoting(direct: Direct | None, candidates: Sequence[Candidate], years: frozenset[str]) -> list[Citation]:
    """What the short answer stands in, and the passages nearly as good that say something else."""
    telling = [c.item for c in candidates if c.item.says_something and c.share >= candidates[0].share * _NEAR_IN_SHARE]
    chosen: list[Item] = list(direct.items) if direct else (telling or [candidates[0].item])[:1]
    least = candidates[0].total * _NEAR_THE_BEST
    borne = candidates[0].share * _NEAR_IN_SHARE
    for candidate in candidates:
        if candidate.share < borne or candidate.total < least or not candidate.item.says_something:
            continue
        if is_of_another_year(candidate.item, years):
            continue
        if all(candidate.item.citation.text != item.citation.text for item in chosen):
            chosen.append(candidate.item)
    chosen = chosen[:MOST_SOURCES]
    if (exception := _exception_after(chosen[0], candidates)) and exception not in chosen:
        chosen.insert(1, exception)
    return [item.citation for item in chosen[:MOST_SOURCES]]


def _of_content(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """The candidates without headings whose content is among them: a question is not quoted beside its answer."""
    covered = {
        (c.item.citation.file, c.item.citation.heading.split(" \u203a ")[-1])
        for c in candidates
        if c.item.citation.kind is not PassageKind.HEADING
    }
    kept = [
        c
        for c in candidates
        if c.item.citation.kind is not PassageKind.HEADING
        or (c.item.citation.file, c.item.citation.text.strip("#*_ ")) not in covered
    ]
    return kept or candidates


def _exception_after(item: Item, candidates: Sequence[Candidate]) -> Item | None:
    """The next passage of the section, when it limits what the first one says."""
    paper = next((c.paper for c in candidates if c.citation.document_id == item.citation.document_id), None)
    following = paper.items[item.position + 1 : item.position + 2] if paper else []
    for other in following:
        if other.headings == item.headings and opens_exception(without_mark(other.citation.text)):
            return other
    return None


def _quote(citation: Citation, subject: set[str], before: Citation | None) -> str:
    text = excerpt(citation.text, subject, LONGEST_FURTHER_QUOTE if before else LONGEST_QUOTE)
    if before is None:
        return texts.say("answers.quoted", document=document_of(citation), heading=place_of(citation), text=text)
    if (before.document_id, before.heading) == (citation.document_id, citation.heading):
        return texts.say("answers.also", text=text)
    if before.document_id == citation.document_id and citation.heading:
        return texts.say("answers.also_under", heading=nearest_heading(citation), text=text)
    return texts.say("answers.also_from", document=document_of(citation), heading=place_of(citation), text=text)


def _that_fit(items: Sequence[Item], evidence: Evidence) -> list[Item]:
    """As many points as a message carries: those nearest to the question, in the order of the paper."""
    most = min(_MOST_POINTS, _LONGEST_LIST // _SHORTEST_POINT)
    if len(items) <= most:
        return list(items)
    nearest = sorted(items, key=lambda item: -evidence.own_share(item.words, item.pairs))[:most]
    return [item for item in items if item in nearest]


def _under(listing: Listing, citation: Citation) -> str:
    heading = clipped(listing.heading.rstrip(" :"), 110)
    return texts.say("answers.heading", heading=heading) if heading else place_of(citation)
