"""Writes answers that cite what they stand on, in steps of which each has one reason to stop."""

import itertools
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import texts
from domain.answers import Answer, AnswerStatus, Asker, Citation
from domain.clock import day_text
from domain.plans import Document
from domain.vietnamese import fold
from knowledge.asking import complete, patterns
from knowledge.lexical import shape_of, tokens_of
from knowledge.places import codes_in, plain_number
from knowledge.screening import stopped, without_hidden
from knowledge.search import Found
from knowledge.tables import is_column_names
from knowledge.words import word_list

LEAST_SHARE = 0.14
LEAST_SHARE_LEGIBLE = 0.16
"""How much of a question's words, by weight, the best passage must bear out. Below it the plans do not speak of the
matter: measured on questions with and without an answer, see docs/decisions/0005-retrieval-and-embeddings.md. Where no
scan damaged the passages, more of the words can be asked for."""

_RETRIEVED = 10
_QUOTED = 3
_NEAR_THE_BEST = 0.72
_LONGEST_QUOTE = 600
_LONGEST_HEADING = 110
_LONGEST_TITLE = 160
_MOST_PLACES = 6
_SENTENCE = re.compile(r"(?<=[.;:])\s+(?=\S)")
_FIGURE = re.compile(r"\d+")
_YEAR = re.compile(r"\b20\d\d\b")


class Search(Protocol):
    """What the answerer needs of a search."""

    async def find(self, question: str, asker: Asker, k: int = 10) -> Found:
        """The passages that fit, with what was learnt on the way."""
        ...

    def head_of(self, document_id: int) -> Citation | None:
        """The passage with a document's head."""
        ...


@dataclass(frozen=True, slots=True)
class Case:
    """A question on its way through the steps: as understood so far, and what was found for it."""

    question: str
    asker: Asker
    previous: str
    found: Found | None = None
    answer: Answer | None = None

    def ends(self, status: AnswerStatus, text: str, citations: Sequence[Citation] = ()) -> "Case":
        """The case with its answer; no later step changes it but the last check."""
        return replace(self, answer=Answer(status, text, self.question, tuple(citations)))


class PlanAnswerer:
    """Answers from the passages of plans by quoting them; refuses when they do not bear the question out."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._steps: tuple[Callable[[Case], Awaitable[Case]], ...] = (
            self._screen,
            self._rephrase,
            self._retrieve,
            self._scope,
            self._route,
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
        return replace(case, question=complete(case.question, case.previous))

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
        places = list(dict.fromkeys(d.issuer or d.title[:_LONGEST_TITLE] for d in found.documents))[:_MOST_PLACES]
        said = texts.say("answers.unknown_place", place=found.unknown, places="; ".join(places))
        return case.ends(AnswerStatus.NOT_FOUND, said)

    async def _route(self, case: Case) -> Case:
        """Stops when the question is about the paper itself, which its head answers."""
        found = _of(case)
        document = _paper_asked_about(case.question, found)
        if document is None:
            return case
        said, head = _fact(case.question, document), self._search.head_of(document.id)
        return case.ends(AnswerStatus.ANSWERED, said, [head]) if said and head else case

    async def _weigh(self, case: Case) -> Case:
        """Stops when the documents do not bear the question out: better no answer than one beside the point."""
        found = _of(case)
        if found.missing:
            return case.ends(AnswerStatus.NOT_FOUND, texts.say("answers.not_found_word", word=found.missing[0].upper()))
        if found.citations and found.share >= (LEAST_SHARE_LEGIBLE if found.is_legible else LEAST_SHARE):
            return case
        if found.is_scoped and len(found.documents) == 1:
            name = _named(found.documents[0].number, found.documents[0].issuer, found.documents[0].title)
            return case.ends(AnswerStatus.NOT_FOUND, texts.say("answers.not_found_in", document=name))
        return case.ends(AnswerStatus.NOT_FOUND, texts.say("answers.not_found"))

    async def _compose(self, case: Case) -> Case:
        """Ends with the passages that fit best, quoted."""
        found = _of(case)
        years = {figure for figure in found.asked.figures if figure.isdigit()}
        chosen = _worth_quoting(found.citations, years)
        subject = {shape_of(word) for word in found.asked.subject}
        parts = [_quote(chosen[0], subject, first=True)]
        for before, citation in itertools.pairwise(chosen):
            same_place = (before.file, before.heading) == (citation.file, citation.heading)
            parts.append(_quote(citation, subject, first=False, same_place=same_place))
        return case.ends(AnswerStatus.ANSWERED, "\n".join(parts), chosen)


def checked(case: Case) -> Answer:
    """The case's answer, if every figure in it stands in what it cites; else that nothing was found."""
    if case.answer is None:
        return Answer(AnswerStatus.ERROR, texts.say("answers.not_found"), case.question)
    answer = case.answer
    if not answer.citations or _is_borne_out(answer, case.found):
        return answer
    return Answer(AnswerStatus.NOT_FOUND, texts.say("answers.not_found"), case.question)


def _is_borne_out(answer: Answer, found: Found | None) -> bool:
    known = " ".join(f"{c.number} {c.title} {c.issuer} {c.heading} {c.text} {c.source}" for c in answer.citations)
    cited = {c.file for c in answer.citations}
    days = [d.issued_on for d in (found.documents if found else ()) if d.issued_on and d.file in cited]
    known += " ".join(day_text(day) for day in days)
    figures = set(_FIGURE.findall(known))
    return all(figure in figures for figure in _FIGURE.findall(answer.text))


def _of(case: Case) -> Found:
    if case.found is None:
        raise RuntimeError("a step that needs passages came before the one that finds them")
    return case.found


def _paper_asked_about(question: str, found: Found) -> Document | None:
    """The one document whose number, day or issuer is asked for; None when the question is about its content."""
    folded = re.sub(r"[^\w/-]+", " ", fold(question))
    if not patterns("papers").search(folded) or not _asks_for_fact(folded):
        return None
    documents = [d for d in found.documents if d.number]
    if len(documents) > 1:
        best = {c.file for c in found.citations[:1]} if found.is_scoped else set()
        documents = [d for d in documents if d.file in best]
    if len(documents) != 1:
        return None
    others = [code for code in codes_in(folded) if code != plain_number(documents[0].number)]
    return None if others else documents[0]


def _asks_for_fact(folded: str) -> bool:
    issued_when = patterns("issued").search(folded) and patterns("asks_for_day").search(folded)
    asks = patterns("asks_for_number").search(folded) or issued_when or patterns("asks_for_issuer").search(folded)
    return bool(asks) and not patterns("obliged").search(folded)


def _fact(question: str, document: Document) -> str:
    folded = re.sub(r"[^\w/-]+", " ", fold(question))
    kind = _kind(document.number)
    day = day_text(document.issued_on) if document.issued_on else ""
    title = texts.say("answers.fact_title", title=_clipped(document.title, _LONGEST_TITLE)) if document.title else ""
    wants_day = bool(patterns("asks_for_day").search(folded))
    if patterns("asks_for_number").search(folded):
        if day:
            return texts.say("answers.fact_number_and_day", kind=kind, title=title, number=document.number, day=day)
        return "" if wants_day else texts.say("answers.fact_number", kind=kind, title=title, number=document.number)
    if wants_day:
        return texts.say("answers.fact_day", kind=kind, number=document.number, day=day) if day else ""
    if document.issuer:
        return texts.say("answers.fact_issuer", kind=kind, number=document.number, issuer=document.issuer)
    return ""


def _worth_quoting(citations: Sequence[Citation], years: set[str]) -> list[Citation]:
    """The best passage, and those nearly as good that say something else and speak of no other year than was asked for.

    Items of the best passage's own section come first and in the order of the plan: where many fit alike, the question
    was for the section, and its first items say what matters most.
    """
    best = citations[0]
    near: list[Citation] = []
    for citation in citations:
        is_near = citation.score >= best.score * _NEAR_THE_BEST and all(citation.text != other.text for other in near)
        if is_near and (citation is best or not _is_of_another_year(citation, years)):
            near.append(citation)
    section = [c for c in near if (c.file, c.heading) == (best.file, best.heading)]
    section.sort(key=lambda c: c.passage_id)
    if best not in section[:_QUOTED]:
        section = [best, *(c for c in section if c != best)]
    others = [c for c in near if c not in section]
    return [*section, *others][:_QUOTED]


def _is_of_another_year(citation: Citation, years: set[str]) -> bool:
    named = set(_YEAR.findall(f"{citation.heading} {citation.text}"))
    return bool(years and named) and not years & named


def _quote(citation: Citation, subject: set[str], *, first: bool, same_place: bool = False) -> str:
    text = excerpt(citation.text, subject)
    if same_place:
        return texts.say("answers.also", text=text)
    heading = ""
    if citation.heading:
        heading = texts.say("answers.heading", heading=_nearest_heading(citation))
    document = _named(citation.number, citation.issuer, citation.title)
    return texts.say("answers.quoted" if first else "answers.also_from", document=document, heading=heading, text=text)


def _nearest_heading(citation: Citation) -> str:
    """The innermost heading that is not a row of column names."""
    path = citation.heading.split(" › ")
    worded = [heading for heading in path if not is_column_names(heading)]
    return _clipped((worded or path)[-1], _LONGEST_HEADING)


def excerpt(text: str, subject: set[str], longest: int = _LONGEST_QUOTE) -> str:
    """The text, or of a long one the sentences around those that hold most of the question's words."""
    if len(text) <= longest:
        return text
    sentences = _SENTENCE.split(text)
    held = [sum(shape_of(t) in subject for t in set(tokens_of(s))) for s in sentences]
    first = last = max(range(len(sentences)), key=lambda i: held[i])
    size = len(sentences[first])
    while True:
        after = len(sentences[last + 1]) if last + 1 < len(sentences) else longest
        before = len(sentences[first - 1]) if first else longest
        if size + min(after, before) + 1 > longest:
            break
        if after <= longest - size - 1:
            last, size = last + 1, size + after + 1
        else:
            first, size = first - 1, size + before + 1
    kept = _clipped(" ".join(sentences[first : last + 1]), longest)
    return ("… " if first else "") + kept + (" …" if last + 1 < len(sentences) and not kept.endswith("…") else "")


def _named(number: str, issuer: str, title: str) -> str:
    if not number:
        return texts.say("answers.document_unnumbered", title=_clipped(title, _LONGEST_TITLE))
    by = texts.say("answers.of_issuer", issuer=_clipped(issuer, _LONGEST_TITLE)) if issuer else ""
    return texts.say("answers.document", kind=_kind(number), number=number, issuer=by)


def _kind(number: str) -> str:
    """What kind of paper a number belongs to, in words."""
    kinds: dict[str, str] = word_list("words")["kinds"]
    found = re.search(r"[-/]([^\W\d_]+)[-/]", number)
    return kinds.get(found.group(1).upper() if found else "", kinds["KH"])


def _clipped(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + "…"
