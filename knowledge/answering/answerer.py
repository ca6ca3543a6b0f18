"""The answerer: a question goes through steps of which each has one reason to stop and a named status."""

import copy
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import texts
from domain.answers import Answer, AnswerStatus, Asker, Citation
from domain.plans import Document
from domain.vietnamese import fold
from knowledge.answering import composing, facts, refusing
from knowledge.answering.checking import is_borne_out, stands_in
from knowledge.answering.composing import Composed
from knowledge.answering.direct import Direct, answer_in, direct_answer, offices_differ
from knowledge.answering.evidence import Evidence
from knowledge.answering.following import complete
from knowledge.answering.kinds import Kind, Wanted, wanted_by
from knowledge.answering.listing import Listing, duties_of, section_asked
from knowledge.answering.naming import LONGEST_TITLE, named
from knowledge.answering.papers import Paper, Papers
from knowledge.answering.ranking import Candidate, ranked
from knowledge.answering.topics import topics_of
from knowledge.screening import stopped, without_hidden
from knowledge.search import Found, is_legible, with_diacritics

_RETRIEVED = 30
_READ_FOR_DIRECT = 4
_NEAR_THE_BEST, _NEAR_IN_SHARE = 0.85, 0.92
_MOST_PLACES, _FEW_PAPERS = 6, 4
_MOST_WORDS_NAMED = 3
_MOST_OFFICES = 4
_BEARS_ALONE = 0.75
_TOLD_APART = (Kind.FIGURE, Kind.WHEN, Kind.CADENCE, Kind.LEAD, Kind.COMPARISON)


class Search(Protocol):
    """What the answerer needs of a search."""

    async def find(self, question: str, asker: Asker, k: int = 10) -> Found:
        """The passages that fit, with what was learnt on the way."""
        ...

    def passages_of(self, document_id: int) -> tuple[Citation, ...]:
        """All passages of a document in order; the same tuple as long as nothing changed."""
        ...


@dataclass(frozen=True, slots=True)
class Case:
    """A question on its way through the steps: as understood so far, and what was found for it."""

    question: str
    asker: Asker
    previous: str
    found: Found | None = None
    wanted: Wanted | None = None
    evidence: Evidence | None = None
    candidates: tuple[Candidate, ...] = ()
    answer: Answer | None = None
    counts: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    def ends(
        self,
        status: AnswerStatus,
        text: str,
        citations: Sequence[Citation] = (),
        *,
        options: Sequence[str] = (),
        unsupported: Sequence[str] = (),
    ) -> "Case":
        """The case with its answer; no later step changes it but the last check."""
        answer = Answer(status, text, self.question, tuple(citations), tuple(options), unsupported=tuple(unsupported))
        return replace(self, answer=answer)

    def ends_with(self, composed: Composed) -> "Case":
        """The case with an answer that was put together."""
        ended = self.ends(composed.status, composed.text, composed.citations)
        return replace(ended, counts=composed.counts, values=composed.values)


class PlanAnswerer:
    """Answers from the passages of plans by quoting them; refuses when they do not bear the question out."""

    def __init__(self, search: Search, papers: Papers | None = None) -> None:
        self._search = search
        self._papers = papers or Papers(search.passages_of)
        self._steps: tuple[Callable[[Case], Awaitable[Case]], ...] = (
            self._screen,
            self._rephrase,
            self._retrieve,
            self._scope,
            self._route,
            self._rank,
            self._weigh,
            self._compose,
        )

    async def answer(self, question: str, asker: Asker, previous: str = "") -> Answer:
        """The answer; `previous` is the last question of the same talk, so that a follow-up keeps its subject."""
        started = time.perf_counter()
        case = Case(" ".join(without_hidden(question).split()), asker, previous)
        for step in self._steps:
            case = await step(case)
            if case.answer is not None:
                break
        answer = checked(case)
        return replace(answer, took_ms=(time.perf_counter() - started) * 1000)

    async def _screen(self, case: Case) -> Case:
        """Stops what must not be searched: nothing asked, personal data, misuse, what no plan answers."""
        if end := stopped(case.question):
            status, sentence = end
            return case.ends(status, texts.say(sentence))
        return case

    async def _rephrase(self, case: Case) -> Case:
        """Never stops: gives a follow-up the subject of the question before it."""
        question = complete(case.question, case.previous)
        return replace(case, question=question, wanted=wanted_by(question))

    async def _retrieve(self, case: Case) -> Case:
        """Stops when there is no document to look in."""
        found = await self._search.find(case.question, case.asker, _RETRIEVED)
        if not found.documents and not found.unknown:
            return case.ends(AnswerStatus.NOT_FOUND, texts.say("answers.no_documents"))
        return replace(case, found=found)

    async def _scope(self, case: Case) -> Case:
        """Stops when the question is about a place of which there are no documents."""
        found = _of(case)
        if not found.unknown:
            return case
        places = list(dict.fromkeys(d.issuer or d.title[:LONGEST_TITLE] for d in found.documents))[:_MOST_PLACES]
        said = texts.say("answers.unknown_place", place=found.unknown, places="; ".join(places))
        return case.ends(AnswerStatus.NOT_FOUND, said, unsupported=[found.unknown])

    async def _route(self, case: Case) -> Case:
        """Stops when the question is about the paper itself, which says so at its head or its end."""
        found = _of(case)
        document = facts.paper_asked_about(case.question, found)
        if document is None:
            if len(found.documents) > 1 and not found.is_scoped and facts.asks_of_some_paper(case.question):
                places = list(dict.fromkeys(d.issuer or d.title[:LONGEST_TITLE] for d in found.documents))
                asked_back = texts.say("answers.which_paper")
                return case.ends(AnswerStatus.CLARIFY, asked_back, options=places[:_MOST_PLACES])
            return case
        fact = facts.fact_of(case.question, document, self._papers.paper(document.id))
        if fact is None:
            return case
        composed = composing.statement(fact.text, fact.items, quoted=fact.is_quoted)
        return case.ends_with(composed)

    async def _rank(self, case: Case) -> Case:
        """Never stops: puts first the passages that bear the question out and hold what it asks for."""
        found = _of(case)
        papers = [self._papers.paper(document.id) for document in found.documents]
        wanted = _wanted(case)
        is_guessed = not is_legible(case.question)
        of_funds = wanted.kind is Kind.FUNDING
        typed = with_diacritics(case.question)
        evidence = Evidence(
            found.asked,
            typed,
            papers,
            wanted.frame,
            is_guessed=is_guessed,
            of_funds=of_funds,
            is_scoped=found.is_scoped,
        )
        candidates = ranked(found.citations, wanted, evidence, self._papers)
        return replace(case, evidence=evidence, candidates=tuple(candidates))

    async def _weigh(self, case: Case) -> Case:
        """Stops when the documents do not bear the question out: better no answer than one beside the point."""
        found, evidence = _of(case), _evidence(case)
        missing = [figure for figure in found.missing if not evidence.holds(figure)]
        if missing:
            return self._refused(case, [figure.upper() for figure in missing])
        if refusing.plan_asked_for(case.question) and not refusing.is_about(evidence, case.candidates):
            return self._refused(case, [])
        only_paper = found.is_scoped or len(found.documents) < _FEW_PAPERS
        lacking = refusing.unsupported(evidence, case.candidates, is_scoped=only_paper)
        if lacking is not None:
            return self._refused(case, evidence.said_of(case.question, lacking))
        if refusing.lacks_what_is_asked(_wanted(case), evidence, case.candidates):
            return self._refused(case, [])
        return case

    def _refused(self, case: Case, words: Sequence[str]) -> Case:
        found = _of(case)
        best = case.candidates[0].paper if case.candidates else None
        topics = topics_of(best) if best else ""
        instead = texts.say("answers.ask_instead_topics", topics=topics) if topics else texts.say("answers.ask_instead")
        only = found.documents[0] if found.is_scoped and len(found.documents) == 1 else None
        where = named(only.number, only.issuer, only.title) if only else ""
        if words:
            said = ", ".join(words[:_MOST_WORDS_NAMED])
            where = where or texts.say("answers.these_documents")
            text = texts.say("answers.not_found_words", where=where, words=said, instead=instead)
        elif where:
            text = texts.say("answers.not_found_in", document=where, instead=instead)
        else:
            text = texts.say("answers.not_found", instead=instead)
        return case.ends(AnswerStatus.NOT_FOUND, text, unsupported=words)

    async def _compose(self, case: Case) -> Case:
        """Ends with the short answer and the passages it stands on, quoted."""
        wanted, evidence = _wanted(case), _evidence(case)
        listing = self._list(case)
        if listing and len(listing.items) > 1:
            composed = composing.enumeration(listing, evidence, duties=wanted.kind is Kind.DUTIES)
            return case.ends_with(composed)
        if offices := self._by_office(case):
            if len(offices) > _MOST_OFFICES:
                names = [candidate.citation.issuer for candidate, _ in offices]
                return case.ends(AnswerStatus.CLARIFY, texts.say("answers.which_office"), options=names)
            composed = composing.by_office(offices)
            return case.ends_with(composed)
        direct = Direct("", listing.items) if listing else _direct(wanted, evidence, case.candidates)
        composed = composing.quotation(direct, case.candidates, evidence)
        return case.ends_with(composed)

    def _list(self, case: Case) -> Listing | None:
        found, wanted, evidence = _of(case), _wanted(case), _evidence(case)
        if wanted.kind is Kind.DUTIES:
            papers = self._papers_in_question(case)
            if listing := duties_of(found.asked, wanted, evidence, papers):
                return listing
        if wanted.kind in (Kind.LIST, Kind.DUTIES) or wanted.asks("asks_section"):
            listing = section_asked(found.asked, evidence, case.candidates)
            return None if listing and _answers_better(case.candidates[0], listing, wanted) else listing
        return None

    def _papers_in_question(self, case: Case) -> list[Paper]:
        found = _of(case)
        if found.is_scoped:
            return [self._papers.paper(document.id) for document in found.documents]
        return list({id(c.paper): c.paper for c in case.candidates[:_READ_FOR_DIRECT]}.values())

    def _by_office(self, case: Case) -> list[tuple[Candidate, Direct]]:
        """The short answers of several offices, when none was named and they do not say the same."""
        found, wanted, evidence = _of(case), _wanted(case), _evidence(case)
        issuers = {document.id: document.issuer for document in found.documents}
        if found.is_scoped or len(set(issuers.values())) < 2 or wanted.kind not in _TOLD_APART:
            return []
        best = case.candidates[0]
        seen: dict[str, tuple[Candidate, Direct]] = {}
        for candidate in case.candidates:
            issuer = issuers.get(candidate.citation.document_id, "")
            if issuer in seen or candidate.share < best.share - 0.05 or candidate.total < best.total * _NEAR_THE_BEST:
                continue
            if direct := answer_in(candidate.item, candidate.paper, wanted, evidence):
                seen[issuer] = (candidate, direct)
        told = list(seen.values())
        return told if len(told) > 1 and offices_differ([direct for _, direct in told]) else []


def _answers_better(best: Candidate, listing: Listing, wanted: Wanted) -> bool:
    """True where the best passage names the very thing that is asked for ("which wards") and the list does not."""
    thing = wanted.listed
    if not thing or best.share < _BEARS_ALONE or not best.item.says_something:
        return False
    return thing in best.item.sentence.folded and thing not in fold(listing.heading)


def _direct(wanted: Wanted, evidence: Evidence, candidates: Sequence[Candidate]) -> Direct | None:
    borne = max(candidate.share for candidate in candidates[:_READ_FOR_DIRECT])
    near = [c for c in candidates[:_READ_FOR_DIRECT] if c.total >= candidates[0].total * _NEAR_THE_BEST]
    near = [c for c in near if c.share >= borne * _NEAR_IN_SHARE] or near[:1]
    compared = None
    if wanted.kind is Kind.COMPARISON and len(evidence.years) > 1:
        compared = _compared(wanted, evidence, candidates)
    return compared or direct_answer(wanted, evidence, near)


def _compared(wanted: Wanted, evidence: Evidence, candidates: Sequence[Candidate]) -> Direct | None:
    """The figures of the years in a question side by side."""
    found: list[Direct] = []
    for year in sorted(evidence.years):
        of_year = copy.copy(evidence)
        of_year.years = frozenset((year,))
        again = ranked([c.citation for c in candidates], wanted, of_year, _Kept(candidates))
        if direct := direct_answer(replace(wanted, kind=Kind.FIGURE), of_year, again[:_READ_FOR_DIRECT]):
            found.append(direct)
    if len(found) < 2:
        return None
    items = tuple(dict.fromkeys(item for direct in found for item in direct.items))
    return Direct("\n".join(direct.text for direct in found), items, "; ".join(direct.value for direct in found))


class _Kept(Papers):
    """The papers of candidates already read."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        papers = {candidate.citation.document_id: candidate.paper for candidate in candidates}
        super().__init__(lambda document_id: tuple(papers[document_id].citations))
        self._papers = papers


def checked(case: Case) -> Answer:
    """The case's answer, if every figure and unit in it stands in what it cites; else that nothing was found."""
    instead = texts.say("answers.ask_instead")
    if case.answer is None:
        return Answer(AnswerStatus.ERROR, texts.say("answers.not_found", instead=instead), case.question)
    answer = case.answer
    if not answer.citations:
        return answer
    if is_borne_out(answer, _documents(case), case.counts) and stands_in(case.values, answer.citations):
        return answer
    return Answer(AnswerStatus.NOT_FOUND, texts.say("answers.not_found", instead=instead), case.question)


def _documents(case: Case) -> Sequence[Document]:
    return case.found.documents if case.found else ()


def _of(case: Case) -> Found:
    if case.found is None:
        raise RuntimeError("a step that needs passages came before the one that finds them")
    return case.found


def _evidence(case: Case) -> Evidence:
    if case.evidence is None:
        raise RuntimeError("a step that needs evidence came before the one that gathers it")
    return case.evidence


def _wanted(case: Case) -> Wanted:
    return case.wanted or wanted_by(case.question)
