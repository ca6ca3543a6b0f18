"""Which of the passages found answers best: by the search, by the evidence, and by what the question asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.answers import Citation
from domain.plans import PassageKind
from domain.vietnamese import fold
from knowledge.answering.cells import by_year, cell_under
from knowledge.answering.evidence import Evidence
from knowledge.answering.kinds import Kind, Wanted
from knowledge.answering.papers import Item, Paper, Papers, without_mark
from knowledge.answering.spans import (
    begins_with_unit,
    day_after,
    holds_money,
    is_year_only,
    label_value,
    papers_named,
)
from knowledge.asking import patterns

_SEARCH_COUNTS, _EVIDENCE_COUNTS, _FIT_COUNTS = 0.6, 1.0, 0.35
_NOT_CONTENT = {PassageKind.HEADER: 0.5, PassageKind.HEADING: 0.15}
_RECIPIENTS, _PREAMBLE, _CLOSING = 0.4, 0.3, 0.4
_OTHER_YEAR = 0.35
_CLOSE = 40
_SAYS_ITS_DAY = 1.4
_PAPERS_READ_WHOLE, _READ_BESIDES = 4, 15


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer: how much of the question it bears out, and how well it fits in all."""

    item: Item
    paper: Paper
    share: float
    fit: float
    total: float

    @property
    def citation(self) -> Citation:
        """The passage as it is cited."""
        return self.item.citation


def ranked(citations: Sequence[Citation], wanted: Wanted, evidence: Evidence, papers: Papers) -> list[Candidate]:
    """The passages found, best first; with them those of the same papers that hold most of the question's words."""
    best = max((citation.score for citation in citations), default=0.0) or 1.0
    scores = {citation.passage_id: citation.score / best for citation in citations}
    in_question = {citation.document_id: papers.paper(citation.document_id) for citation in citations}
    found = []
    for paper in in_question.values():
        items = [
            item for citation in paper.citations if citation.passage_id in scores if (item := paper.item(citation))
        ]
        if len(in_question) <= _PAPERS_READ_WHOLE:
            items.extend(evidence.held_most(paper, _READ_BESIDES))
            if wanted.kind is Kind.LEAD:
                items.extend(paper.leading[:_READ_BESIDES])
        for item in dict.fromkeys(items):
            found.append(weighed(item, paper, wanted, evidence, scores.get(item.citation.passage_id, 0.0)))
    return sorted(found, key=lambda candidate: -candidate.total)


def weighed(item: Item, paper: Paper, wanted: Wanted, evidence: Evidence, score: float = 0.0) -> Candidate:
    """A passage as a candidate; `score` is what the search gave it, 0 to 1."""
    share = evidence.share(item, paper)
    fit = fitness(item, wanted)
    if wanted.kind is Kind.WHEN and any(day_after(item.sentence, code) for code in evidence.codes):
        fit = _SAYS_ITS_DAY
    total = _SEARCH_COUNTS * score + _EVIDENCE_COUNTS * share + _FIT_COUNTS * fit
    if not item.says_something:
        total -= _NOT_CONTENT.get(item.citation.kind, 0.0)
    if item.sentence.folded.startswith("tren day la"):
        total -= _CLOSING
    if is_recipients(item):
        total -= _RECIPIENTS
    if item.position < paper.first_heading and item.citation.kind is not PassageKind.HEADER:
        total -= _PREAMBLE
    if is_of_another_year(item, evidence.years):
        total -= _OTHER_YEAR
    return Candidate(item, paper, share, fit, total)


def is_recipients(item: Item) -> bool:
    """True for the list of those a paper is sent to."""
    return item.sentence.folded.startswith("noi nhan")


def is_of_another_year(item: Item, years: frozenset[str]) -> bool:
    """True when a passage or its headings name years, and none of those asked for."""
    return bool(years and item.years and not item.years & years) and not years & item.words


def fitness(item: Item, wanted: Wanted) -> float:
    """How far a passage holds what this kind of question asks for, 0 to 1."""
    folded = item.sentence.folded
    match wanted.kind:
        case Kind.FIGURE | Kind.COMPARISON:
            return _figure_fit(item, wanted)
        case Kind.WHEN | Kind.CADENCE:
            return _time_fit(item)
        case Kind.LEAD:
            if label_value(item.sentence, "lead_labels") or cell_under(item, "lead"):
                return 1.0
            if wanted.asks("papers") and "ke hoach nay" in folded and patterns("leads").search(folded):
                return 1.2
            return 0.8 if patterns("leads").search(folded) else 0.5 * any(map(is_unit_heading, item.headings))
        case Kind.SUPPORT:
            named = label_value(item.sentence, "support_labels") or cell_under(item, "support")
            return 1.0 if named else 0.6 * ("phoi hop" in folded)
        case Kind.PERSON:
            return 1.0 * bool(patterns("roles").search(folded))
        case Kind.DUTIES:
            return 0.8 * any(map(is_unit_heading, item.headings))
        case Kind.FUNDING:
            return 1.0 if patterns("funds").search(folded) else 0.0
        case Kind.CODE:
            return 1.0 * bool(papers_named(item.sentence, wanted.paper))
        case Kind.DEFINITION:
            return 0.6 * bool(patterns("defines").search(folded))
        case Kind.PURPOSE:
            return 0.6 * bool(patterns("aims").search(folded))
        case Kind.YES_NO:
            return 0.5 * bool(patterns("obliges").search(folded))
        case _:
            return 0.3


@lru_cache(maxsize=5000)
def is_unit_heading(heading: str) -> bool:
    """True for a heading that is the name of a unit."""
    return begins_with_unit(fold(without_mark(heading)))


def _figure_fit(item: Item, wanted: Wanted) -> float:
    if wanted.money and holds_money(item.sentence.folded):
        return 1.0
    if by_year(item):
        return 1.0
    figures = item.figures
    if not figures:
        return 0.0
    if wanted.share:
        return 1.0 if any("%" in figure.text or "phan" in fold(figure.text) for figure in figures) else 0.6
    if wanted.counted:
        first = wanted.counted[0]
        folded = item.sentence.folded
        if any(first in folded[max(0, f.start - _CLOSE) : f.end + _CLOSE] for f in figures):
            return 1.0
        return 0.5
    return 0.9


def _time_fit(item: Item) -> float:
    if label_value(item.sentence, "time_labels") or cell_under(item, "time"):
        return 1.0
    times = item.times
    if not times:
        return 0.0
    return 0.5 if all(is_year_only(fold(time.text)) for time in times) else 0.9
