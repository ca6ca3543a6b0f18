"""What a paper says of itself: its number, day and issuer, its subject, its grounds, to whom it goes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import texts
from domain.clock import day_text
from domain.plans import Document, PassageKind
from domain.vietnamese import fold
from knowledge.answering.kinds import kinds_of_papers
from knowledge.answering.naming import LONGEST_TITLE, clipped, kind_of_paper
from knowledge.answering.papers import Item, Paper, full_words
from knowledge.answering.ranking import is_recipients
from knowledge.asking import is_light, patterns, read_question
from knowledge.lexical import tokens_of
from knowledge.places import codes_in, plain_number
from knowledge.search import Found
from knowledge.words import word_list

_SIGNS = re.compile(r"[^\w/-]+")


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence of a paper about itself, and the passages it stands in."""

    text: str
    items: tuple[Item, ...]
    is_quoted: bool = False


def paper_asked_about(question: str, found: Found) -> Document | None:
    """The one document that is itself asked about; None when the question is about its content."""
    folded = _SIGNS.sub(" ", fold(question))
    if not patterns("papers").search(folded) or not _asks_for_fact(folded):
        return None
    documents = [d for d in found.documents if d.number]
    if len(documents) > 1:
        best = {c.file for c in found.citations[:1]} if found.is_scoped else set()
        documents = [d for d in documents if d.file in best]
    if len(documents) != 1:
        return None
    codes, own = codes_in(folded), plain_number(documents[0].number)
    if any(code != own for code in codes):
        return None
    return documents[0] if codes or _is_subject(folded, documents[0]) else None


def _is_subject(folded: str, document: Document) -> bool:
    """True where a question names nothing but this paper: neither another paper nor what only stands in this one."""
    if patterns("asks_recipients").search(folded) or patterns("asks_basis").search(folded):
        return True
    kind = fold(kind_of_paper(document.number))
    named = kinds_of_papers().search(folded)
    if named and named.group() != kind and not patterns("any_paper").match(named.group()):
        return False
    own = {*full_words(tokens_of(f"{document.title} {document.issuer} {document.number} {kind}")), *_of_itself()}
    if any(not set(full_words(named.group().split())) <= own for named in patterns("of_issuers").finditer(folded)):
        return False
    own.update(re.findall(r"\d+", document.number))
    return all(word in own or is_light(word) for word in full_words(read_question(folded).subject))


@cache
def _of_itself() -> frozenset[str]:
    return frozenset(full_words(str(word_list("questions")["of_paper_itself"]).split()))


def asks_of_some_paper(question: str) -> bool:
    """True for a question about "this plan" itself, which names no paper."""
    folded = _SIGNS.sub(" ", fold(question))
    return bool(patterns("this_paper").search(folded)) and _asks_for_fact(folded) and not codes_in(folded)


def fact_of(question: str, document: Document, paper: Paper) -> Fact | None:
    """What the paper says of itself; None when it does not say it."""
    folded = _SIGNS.sub(" ", fold(question))
    if patterns("asks_recipients").search(folded):
        return _quoted("answers.fact_recipients", document, [item for item in paper.items if is_recipients(item)])
    if patterns("asks_basis").search(folded):
        return _quoted("answers.fact_basis", document, _grounds(paper))
    if patterns("asks_signer").search(folded):
        return _signature(document, [item for item in paper.items if is_recipients(item)])
    head = [item for item in paper.items if item.citation.kind is PassageKind.HEADER][:1]
    said = _of_head(folded, document)
    return Fact(said, tuple(head)) if said and head else None


def _signature(document: Document, items: Sequence[Item]) -> Fact | None:
    """The office in whose name a paper is signed, as its last lines print it in capitals."""
    roles = list(dict.fromkeys(role for item in items for role in _printed_roles(item.citation.text)))
    if not roles:
        return _quoted("answers.fact_signature", document, items)
    kind = kind_of_paper(document.number)
    said = texts.say("answers.fact_signed", kind=kind, number=document.number, role="; ".join(roles))
    return Fact(said, tuple(items), is_quoted=True)


def _printed_roles(text: str) -> list[str]:
    runs: list[list[str]] = [[]]
    for word in text.split():
        letters = [letter for letter in word if letter.isalpha()]
        if letters and 2 * sum(letter.isupper() for letter in letters) >= len(letters) and not word.endswith(":"):
            runs[-1].append(word.strip(" ,;"))
        if not letters or not runs[-1] or word.strip(" ,;") != runs[-1][-1] or word.endswith((",", ";")):
            runs.append([])
    said = [" ".join(run).upper() for run in runs if run]
    return [role for role in said if len(role.split()) > 1 and patterns("signs").match(fold(role))]


def _quoted(sentence: str, document: Document, items: Sequence[Item]) -> Fact | None:
    if not items:
        return None
    kind = kind_of_paper(document.number, document.title)
    return Fact(texts.say(sentence, kind=kind, number=document.number), tuple(items), is_quoted=True)


def _grounds(paper: Paper) -> list[Item]:
    before = paper.items[: paper.first_heading] or paper.items[:6]
    return [item for item in before if patterns("grounds").match(item.sentence.folded)]


def _asks_for_fact(folded: str) -> bool:
    issued_when = patterns("issued").search(folded) and patterns("asks_for_day").search(folded)
    names = ("asks_for_number", "asks_for_issuer", "asks_signer", "asks_recipients", "asks_basis", "asks_subject")
    asks = issued_when or any(patterns(name).search(folded) for name in names)
    return bool(asks) and not patterns("obliged").search(folded)


def _of_head(folded: str, document: Document) -> str:
    kind = kind_of_paper(document.number, document.title)
    day = day_text(document.issued_on) if document.issued_on else ""
    title = texts.say("answers.fact_title", title=clipped(document.title, LONGEST_TITLE)) if document.title else ""
    wants_day = bool(patterns("asks_for_day").search(folded)) and bool(patterns("issued").search(folded))
    if patterns("asks_for_number").search(folded):
        if day:
            return texts.say("answers.fact_number_and_day", kind=kind, title=title, number=document.number, day=day)
        return "" if wants_day else texts.say("answers.fact_number", kind=kind, title=title, number=document.number)
    if wants_day:
        return texts.say("answers.fact_day", kind=kind, number=document.number, day=day) if day else ""
    if patterns("asks_subject").search(folded):
        return texts.say("answers.fact_subject", kind=kind, number=document.number, title=title) if title else ""
    if document.issuer:
        return texts.say("answers.fact_issuer", kind=kind, number=document.number, issuer=document.issuer)
    return ""
