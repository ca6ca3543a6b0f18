"""A written answer by a chat model, held to the passages it stands on; the quoted answer stays where that fails."""

import json
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog

import texts
from domain.answers import Answer, AnswerStatus, Asker, Citation
from domain.ports import Answerer
from domain.vietnamese import nfc
from knowledge.models import ChatModel, ModelFailed
from knowledge.proof import unproved
from knowledge.screening import holds_personal_data, without_hidden
from knowledge.words import word_list

log = structlog.get_logger()

LONGEST_ANSWER = 900
"""Characters: what fits a phone, and less than the passages themselves would take."""

_SOURCES = 6
_LONGEST_SOURCE = 1_600
_LINK = re.compile(r"(?:https?://|www\.)[^\s)\]>\"\u201d]+")
_LINK_TOKEN = re.compile(r"\[\[L\d+\]\]")
_FAILURES_BEFORE_REST = 3
_REST = 60.0
"""Seconds for which a model that failed several times in a row is left alone: people should not wait for it."""

_SCHEMA: dict[str, Any] = {
    "title": "written_answer",
    "description": "An answer that stands on the given sources.",
    "type": "object",
    "properties": {
        "answer": {"type": "string"},
        "completeness": {"type": "string", "enum": ["full", "partial", "none"]},
        "sources_used": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["answer", "completeness", "sources_used"],
    "additionalProperties": False,
}


TRIAL: dict[str, Any] = {
    "title": "trial",
    "description": "A sign that the model can fill in a form.",
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}
"""The smallest form, for finding out whether a model can be reached and fills in forms at all."""


@dataclass(frozen=True, slots=True)
class Written:
    """A written answer that passed every check, and the passages it stands on."""

    text: str
    used: tuple[Citation, ...]
    is_partial: bool = False


class Writer(Protocol):
    """Words an answer from passages."""

    async def write(self, question: str, citations: Sequence[Citation]) -> Written | None:
        """The answer in words; None where there is none that every check lets pass."""
        ...


class ModelWriter:
    """Lets a chat model word answers. Whatever goes wrong ends in None and a line in the log, never in an error."""

    def __init__(
        self,
        model: ChatModel,
        now: Callable[[], float] = time.monotonic,
        fence: Callable[[], str] = lambda: secrets.token_hex(6),
    ) -> None:
        self._model = model
        self._now = now
        self._fence = fence
        self._failures = 0
        self._rests_until = 0.0

    async def write(self, question: str, citations: Sequence[Citation]) -> Written | None:
        """The answer in words; None where there is none that every check lets pass.

        Only public passages are ever sent: where an internal one is cited, the model is not asked.
        """
        given = tuple(citations[:_SOURCES])
        if not given or not all(c.is_public for c in given) or holds_personal_data(question):
            return None
        if self._now() < self._rests_until:
            return None
        sheet = _Sheet(given)
        fence = f"=== {self._fence()} ==="
        told = word_list("writing")
        try:
            filled = await self._model.fill(
                str(told["system"]).format(fence=fence),
                str(told["human"]).format(fence=fence, data=sheet.as_json(question)),
                _SCHEMA,
            )
        except ModelFailed as failed:
            self._failures += 1
            if self._failures >= _FAILURES_BEFORE_REST:
                self._rests_until = self._now() + _REST
            log.warning("the chat model gave no answer", reason=str(failed))
            return None
        self._failures = 0
        return _accepted(filled, sheet)


class _Sheet:
    """The passages as the model sees them: under tokens, without links and ids."""

    def __init__(self, citations: Sequence[Citation]) -> None:
        self._links: list[str] = []
        self.by_token = {f"S{n}": citation for n, citation in enumerate(citations, 1)}
        self._sources = [
            {
                "id": token,
                "document": self._plain(" ".join(filter(None, (c.number, c.issuer, c.title)))),
                "heading": self._plain(c.heading),
                "text": self._plain(c.text)[:_LONGEST_SOURCE],
            }
            for token, c in self.by_token.items()
        ]

    def as_json(self, question: str) -> str:
        """The question and the sources as data."""
        asked = self._plain(question)
        return json.dumps({"question": asked, "sources": self._sources}, ensure_ascii=False, indent=1)

    def with_links(self, text: str) -> str:
        """The text with its link tokens made links again; a token that stands for nothing stays and is not let pass."""
        for n, link in enumerate(self._links, 1):
            text = text.replace(f"[[L{n}]]", link)
        return text

    def _plain(self, text: str) -> str:
        def token(match: re.Match[str]) -> str:
            if match.group() not in self._links:
                self._links.append(match.group())
            return f"[[L{self._links.index(match.group()) + 1}]]"

        return _LINK.sub(token, without_hidden(nfc(text)))


def _accepted(filled: Mapping[str, Any], sheet: _Sheet) -> Written | None:
    """What the model filled in, if it holds; else None, with the reason in the log."""
    text, used = _read(filled, sheet)
    reason = _fault(filled, text, used)
    if reason:
        log.warning("a written answer was not used", reason=reason)
        return None
    return Written(text, tuple(used), filled["completeness"] == "partial")


def _read(filled: Mapping[str, Any], sheet: _Sheet) -> tuple[str, list[Citation]]:
    answer, sources = filled.get("answer"), filled.get("sources_used")
    text = without_hidden(nfc(answer)).strip() if isinstance(answer, str) else ""
    tokens = sources if isinstance(sources, list) else []
    if not all(isinstance(token, str) and token in sheet.by_token for token in tokens):
        return text, []
    return sheet.with_links(text), [sheet.by_token[token] for token in dict.fromkeys(tokens)]


def _fault(filled: Mapping[str, Any], text: str, used: Sequence[Citation]) -> str:
    """Why the answer is not let pass; empty when it is."""
    if set(filled) != set(_SCHEMA["required"]) or filled["completeness"] not in ("full", "partial", "none"):
        return "not in the form asked for"
    if filled["completeness"] == "none" or not text:
        return "the model found no answer"
    if not used:
        return "no source, or one that was not given"
    if len(text) > LONGEST_ANSWER:
        return "too long"
    if _LINK_TOKEN.search(text) or "===" in text:
        return "a link or a mark that was not given"
    passages = [f"{c.number}\n{c.issuer}\n{c.title}\n{c.heading}\n{c.text}" for c in used]
    foreign = unproved(text, passages)
    return f"not in the passages: {', '.join(foreign[:5])}" if foreign else ""


class Worded:
    """An answerer whose quoted answers are put in words by a writer, where the writer's words hold."""

    def __init__(self, answerer: Answerer, writer: Writer) -> None:
        self._answerer = answerer
        self._writer = writer

    async def answer(self, question: str, asker: Asker, previous: str = "") -> Answer:
        """The inner answer, worded if it was found in public passages; else as it is."""
        started = time.perf_counter()
        found = await self._answerer.answer(question, asker, previous=previous)
        if found.status not in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL):
            return found
        written = await self._writer.write(found.question or question, found.citations)
        if written is None:
            return found
        others = tuple(c for c in found.citations if c not in written.used)
        return replace(
            found,
            status=AnswerStatus.PARTIAL if written.is_partial else found.status,
            text=f"{written.text}\n\n{_sources(written.used)}",
            citations=(*written.used, *others),
            took_ms=(time.perf_counter() - started) * 1000,
        )


def _sources(used: Sequence[Citation]) -> str:
    """Where the answer stands, one line a passage."""
    lines = []
    for number, c in enumerate(used, 1):
        heading = texts.say("answers.written.heading", heading=c.heading.split(" \u203a ")[-1]) if c.heading else ""
        page = texts.say("answers.written.page", page=c.page) if c.page else ""
        document = c.number or c.title
        lines.append(texts.say("answers.written.source", number=number, document=document, heading=heading, page=page))
    return "\n".join(dict.fromkeys(lines))
