"""What is said around an answer: whom to call before it, and behind it that nobody checked an entry for long."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import texts
from domain.answers import Answer, AnswerStatus, Asker, Citation
from domain.clock import day_text
from domain.ports import Answerer
from knowledge.checks import checked_on
from knowledge.screening import emergencies, without_hidden

_NUMBERS = {
    "fire": ("fire",),
    "rescue": ("fire", "rescue", "medical"),
    "medical": ("medical",),
    "police": ("police",),
    "child": ("child", "police"),
    "crisis": ("medical", "police", "child"),
    "unnamed": ("police", "fire", "medical"),
}
"""Which numbers to call in which kind of emergency, the first first."""
_ALWAYS_NAMED = ("police", "fire", "medical")
_ANSWERED = (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)


class Cautious:
    """An answerer that thinks of the asker's safety: in an emergency its answers begin with the numbers to call, and
    what was last checked longer than `max_age` ago is given with a notice."""

    def __init__(self, answerer: Answerer, today: Callable[[], date], max_age: timedelta) -> None:
        self._answerer = answerer
        self._today = today
        self._max_age = max_age

    async def answer(self, question: str, asker: Asker, previous: str = "") -> Answer:
        """The inner answer with what has to be said around it."""
        found = await self._answerer.answer(question, asker, previous=previous)
        if found.status in _ANSWERED and (day := _oldest(found.citations)):
            key = "answers.unchecked_since" if self._today() - day > self._max_age else "answers.checked"
            found = replace(found, text=f"{found.text}\n\n{texts.say(key, day=day_text(day))}")
        kinds = emergencies(without_hidden(question))
        return _with_numbers(found, kinds) if kinds else found


def _oldest(citations: Sequence[Citation]) -> date | None:
    """The oldest check among the passages used; None where none names a day.

    A document's date is that of its oldest entry, so it counts only where no entry used names its own.
    """
    own = {(c.file, day) for c in citations if (day := checked_on(c.source))}
    named = {file for file, _ in own}
    days = [day for _, day in own] + [c.checked_on for c in citations if c.checked_on and c.file not in named]
    return min(days, default=None)


def _with_numbers(found: Answer, kinds: Sequence[str]) -> Answer:
    """The answer behind the numbers to call; where there is none, the numbers alone, for this is no time to refuse."""
    said = _call(kinds)
    if found.status in (*_ANSWERED, AnswerStatus.PERSONAL_DATA):
        return replace(found, text=f"{said}\n\n{found.text}")
    status = AnswerStatus.OUT_OF_SCOPE if found.status is AnswerStatus.CLARIFY else found.status
    return replace(found, status=status, text=said, citations=(), options=())


def numbers_to_call(text: str) -> str:
    """The sentence with the numbers to call where a text tells of an emergency; empty where it tells of none."""
    kinds = emergencies(without_hidden(text))
    return _call(kinds) if kinds else ""


def _call(kinds: Sequence[str]) -> str:
    first = list(dict.fromkeys(number for kind in kinds for number in _NUMBERS[kind]))
    others = [number for number in _ALWAYS_NAMED if number not in first]
    said = texts.say("answers.emergency.call", numbers=_named(first))
    if others:
        said += " " + texts.say("answers.emergency.others", numbers=_named(others))
    return f"{texts.say('answers.emergency.crisis')}\n{said}" if "crisis" in kinds else said


def _named(numbers: Sequence[str]) -> str:
    return ", ".join(texts.say(f"answers.emergency.number.{number}") for number in numbers)
