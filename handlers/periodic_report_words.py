"""Words that somebody is about to give a period's report: a remark, a reason, a number, something to add.

They are shown before they are sent, so that a sentence meant for something else never reaches the report.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import texts
from domain.clock import day_text
from domain.messages import Button, Reply
from domain.people import Person
from domain.report_flow import Part, ReportNumber, number_said
from domain.vietnamese import fold
from handlers.periodic_report_card import button
from handlers.periodic_report_dossier import Dossier, number_words, period_words
from handlers.turn import Turn
from handlers.wording import short

WAITING = "periodic_words"
MOST = 2000
WAITS = timedelta(hours=24)
_STOPS = re.compile(r"(thoi|huy|khong( can)?( nua)?|bo qua)( a| nhe)?[ .!]*")


@dataclass(frozen=True, slots=True)
class Words:
    """What is being written. `what` is "remark", "return", "number" or the part of the report that is added to."""

    what: str
    report_id: int
    period: str
    said: str = ""

    @property
    def part(self) -> Part | None:
        """The part of the report the words are for, where they are to be added."""
        return Part(self.what) if self.what in set(Part) else None


def waiting_words(turn: Turn) -> Words | None:
    """What the speaker is about to write in this chat, or None."""
    kept: dict[str, Any] | None = turn.memory.get(WAITING)
    if not kept or turn.person is None or kept["person"] != turn.person.id:
        return None
    if turn.now - datetime.fromisoformat(kept["at"]) > WAITS:
        return None
    return Words(kept["what"], int(kept["report"]), kept["period"], kept["said"])


def asks_words(turn: Turn) -> bool:
    """True while words are awaited."""
    words = waiting_words(turn)
    return words is not None and not words.said


def words_reminder(turn: Turn) -> tuple[str, tuple[Button, ...]]:
    """A word that something for a report still waits, with its card's buttons."""
    words = waiting_words(turn)
    if words is None or not words.said:
        return texts.say("report_flow.words.still_asking", period=words.period if words else ""), ()
    said = short(words.said, 60)
    return texts.say("report_flow.words.still_waiting", period=words.period, said=said), send_buttons(words)


def send_buttons(words: Words) -> tuple[Button, ...]:
    """What may be done with words that are shown."""
    name = {"number": "issue"}.get(words.what, "add" if words.part else "send")
    return (
        Button(texts.say(f"report_flow.button.{name}"), f"bk:send:{words.report_id}"),
        Button(texts.say("report_flow.button.reword"), f"bk:reword:{words.report_id}"),
        Button(texts.say("report_flow.button.keep"), f"bk:keep:{words.report_id}"),
    )


def keep_words(turn: Turn, person: Person, words: Words) -> None:
    """Remember what is being written."""
    turn.memory[WAITING] = {
        "person": person.id,
        "what": words.what,
        "report": words.report_id,
        "period": words.period,
        "said": words.said,
        "at": turn.now.isoformat(),
    }


def forget_words(turn: Turn) -> None:
    """Nothing is being written any more."""
    turn.memory.pop(WAITING, None)


def ask_words(turn: Turn, person: Person, dossier: Dossier, what: str) -> Reply:
    """The question for the words."""
    words = Words(what, dossier.version.id, period_words(dossier.period))
    keep_words(turn, person, words)
    if words.part is not None:
        part = texts.say(f"report_flow.part.{words.part}")
        return Reply(texts.say("report_flow.words.ask.add", part=part, period=words.period), _keep_button(words))
    # A number typed as an answer must not be taken for the number of a button.
    buttons = () if what == "number" else _keep_button(words)
    return Reply(texts.say(f"report_flow.words.ask.{what}", period=words.period), buttons)


def _keep_button(words: Words) -> tuple[Button, ...]:
    return (button("keep", words.report_id),)


def is_stop(text: str) -> bool:
    """True for words that call it off."""
    return _STOPS.fullmatch(fold(text)) is not None


def show_words(turn: Turn, person: Person, dossier: Dossier, what: str, text: str) -> Reply:
    """The words as they will be sent, with the buttons that decide; or why they cannot be taken."""
    words = Words(what, dossier.version.id, period_words(dossier.period), text.strip())
    if len(words.said) > MOST:
        keep_words(turn, person, Words(what, words.report_id, words.period))
        return Reply(texts.say("report_flow.words.too_long", count=len(words.said), most=MOST), _keep_button(words))
    if what == "number":
        return _show_number(turn, person, dossier, words)
    keep_words(turn, person, words)
    if words.part is not None:
        part = texts.say(f"report_flow.part.{words.part}")
        return Reply(
            texts.say("report_flow.words.show.add", part=part, period=words.period, said=words.said),
            send_buttons(words),
        )
    text = texts.say(f"report_flow.words.show.{what}", period=words.period, said=words.said)
    return Reply(text, send_buttons(words))


def _show_number(turn: Turn, person: Person, dossier: Dossier, words: Words) -> Reply:
    found = number_said(words.said, turn.today)
    if found is None:
        keep_words(turn, person, Words(words.what, words.report_id, words.period))
        return Reply(texts.say("report_flow.words.no_number"))
    keep_words(turn, person, words)
    number = number_words(dossier.content, found.number)
    day = day_text(day_of(found, turn.today))
    return Reply(
        texts.say("report_flow.words.show.number", period=words.period, number=number, day=day), send_buttons(words)
    )


def day_of(number: ReportNumber, today: date) -> date:
    """The day under which a report is issued: the one named, else today."""
    return number.day or today
