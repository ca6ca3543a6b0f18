"""Answers questions from the documents the speaker may see; the catch-all for whatever no other errand takes."""

from dataclasses import replace

import texts
from domain.answers import Answer, AnswerStatus
from domain.messages import Button, Reply
from handlers.memory import (
    clarifying,
    forget_clarifying,
    last_question,
    remember_clarifying,
    remember_question,
)
from handlers.turn import Turn
from handlers.wording import LABEL_LIMIT, help_button, number_in, short

SOURCES_SHOWN = 4
OPTIONS_SHOWN = 8
CLARIFIED_AT_MOST = 2


def chooses_an_option(turn: Turn) -> bool:
    """True when one of the names offered for an unclear question was picked."""
    return turn.action.startswith("option:")


async def answer_option(turn: Turn) -> list[Reply]:
    """The unclear question answered for the name that was picked."""
    question, options, _ = clarifying(turn)
    position = number_in(turn.action)
    if position is None or position >= len(options):
        return [Reply(texts.say("ask.old_options"), (help_button(),))]
    return await _answer(turn, f"{question} ({options[position]})", previous="")


async def answer(turn: Turn) -> list[Reply]:
    """The answer with its sources as buttons; every way a question can end has its own words."""
    return await _answer(turn, turn.text, previous=last_question(turn))


async def _answer(turn: Turn, question: str, previous: str) -> list[Reply]:
    found = await turn.answerer.answer(question, turn.asker, previous=previous)
    # Only now: finding takes its time, and noting it opens the transaction.
    records = await turn.records()
    asked = turn.text or question
    if found.status is AnswerStatus.PERSONAL_DATA:
        # What we refuse to read for the person's own sake is not kept either.
        asked, found = "", replace(found, question="")
    await records.questions.note(asked, found, turn.incoming, turn.person, turn.now)
    if found.status is AnswerStatus.CLARIFY:
        return [_ask_which(turn, found)]
    forget_clarifying(turn)
    if found.status in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL):
        remember_question(turn, found.question or question)
    return [Reply(_worded(found), _buttons(found))]


def _ask_which(turn: Turn, found: Answer) -> Reply:
    _, _, count = clarifying(turn)
    if count >= CLARIFIED_AT_MOST or not found.options:
        forget_clarifying(turn)
        return Reply(texts.say("ask.unclear"), (help_button(),))
    options = found.options[:OPTIONS_SHOWN]
    remember_clarifying(turn, found.question, options, count + 1)
    buttons = tuple(Button(short(name, LABEL_LIMIT), f"option:{n}") for n, name in enumerate(options))
    return Reply(found.text, buttons)


def _worded(found: Answer) -> str:
    if found.status is AnswerStatus.PARTIAL and found.citations:
        return f"{found.text}\n\n{texts.say('ask.partial')}"
    return found.text or texts.say("ask.unclear")


def _buttons(found: Answer) -> tuple[Button, ...]:
    if found.citations:
        return tuple(
            Button(texts.say("ask.source", number=n), f"source:{citation.passage_id}")
            for n, citation in enumerate(found.citations[:SOURCES_SHOWN], 1)
        )
    return () if found.status is AnswerStatus.ERROR else (help_button(),)
