"""A deed beside reports (a task given, a stand-in, an account let go): shown as a card, done once it is confirmed.

What a deed still lacks is asked for one part at a time, with buttons or in words. Buttons name the deed's number, so
that an old one does nothing, and what they pick must be among what was offered.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import texts
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.vietnamese import fold
from handlers.memory import BUTTONS
from handlers.turn import Turn

DEED = "deed"
DEEDS = "deeds"
SETTLED = "deed_settled"
WAITS = timedelta(hours=24)
ASKED_AT_MOST = 2
ANSWER_WORDS = 12
FREE = "text"
"""The slot whose answer may be anything, however long: the words that are to be sent."""

_CLOSING = r"( a| nhe| em| ban| giup (toi|em))?[ .!]*"
_YES = re.compile(rf"(toi )?(xac nhan|dong y|dung roi|dung|chinh xac|ok|oke|okay|vang|da|u|uh|duoc|co){_CLOSING}")
_NO = re.compile(rf"(toi )?(huy|huy bo|bo di|thoi|khong|ko|k){_CLOSING}")


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be done. `parts` is JSON; `slot` is the part being asked for, and `offered` what may be picked."""

    kind: str
    person_id: int
    opened: datetime
    number: int
    parts: dict[str, Any]
    slot: str = ""
    offered: tuple[int, ...] = ()
    asked: int = 0


def new_deed(turn: Turn, person: Person, kind: str, parts: dict[str, Any]) -> Deed:
    """A deed of this person, opened now."""
    return Deed(kind, person.id, turn.now, 0, parts)


def open_deed(turn: Turn, kind: str) -> Deed | None:
    """The speaker's own deed of this kind that still waits in this chat, or None."""
    kept = turn.memory.get(DEED)
    if not kept or turn.person is None or kept["person"] != turn.person.id or kept["kind"] != kind:
        return None
    opened = datetime.fromisoformat(kept["opened"])
    if turn.now - opened > WAITS:
        return None
    return Deed(
        kind,
        kept["person"],
        opened,
        kept["number"],
        dict(kept["parts"]),
        kept["slot"],
        tuple(kept["offered"]),
        kept["asked"],
    )


def any_open_deed(turn: Turn) -> Deed | None:
    """The speaker's own deed that still waits in this chat, of whatever kind, or None."""
    kept = turn.memory.get(DEED)
    return open_deed(turn, str(kept["kind"])) if kept else None


def wants_free_words(turn: Turn) -> bool:
    """True while the speaker's deed waits for words that may be anything."""
    deed = any_open_deed(turn)
    return deed is not None and deed.slot == FREE


def deed_reminder(turn: Turn) -> tuple[str, tuple[Button, ...]]:
    """A word that a deed still waits, with its card's buttons."""
    deed = any_open_deed(turn)
    if deed is None or deed.slot:
        return texts.say("staff.still_asking"), ()
    return texts.say("staff.still_waiting"), _card_buttons(deed)


def show_card(turn: Turn, deed: Deed, text: str) -> Reply:
    """The card with what will be done and the buttons that decide; nothing is done yet."""
    card = _keep(turn, replace(deed, slot="", offered=(), asked=0))
    return Reply(text, _card_buttons(card))


def _card_buttons(card: Deed) -> tuple[Button, ...]:
    yes = Button(texts.say("staff.button.confirm"), f"{card.kind}:yes:{card.number}")
    return yes, Button(texts.say("staff.button.cancel"), f"{card.kind}:no:{card.number}")


def ask_for(turn: Turn, deed: Deed, slot: str, text: str, choices: Sequence[tuple[int, str]] = ()) -> Reply:
    """The question for one part of the deed, with a button for each choice (an id and its label)."""
    asked = deed.asked + 1 if deed.slot == slot else 1
    asking = _keep(turn, replace(deed, slot=slot, offered=tuple(key for key, _ in choices), asked=asked))
    buttons = [Button(label, f"{asking.kind}:pick:{asking.number}:{key}") for key, label in choices]
    buttons.append(Button(texts.say("staff.button.cancel"), f"{asking.kind}:no:{asking.number}"))
    return Reply(text, tuple(buttons))


def was_asked_enough(deed: Deed, slot: str) -> bool:
    """True when this part was asked for as often as is polite."""
    return deed.slot == slot and deed.asked >= ASKED_AT_MOST


def decides(turn: Turn, kind: str) -> str:
    """What a button or a word decides of a deed of this kind: "yes", "no", "pick", "words", or empty for none.

    Short words decide only while the deed's own buttons are the last thing shown. Words answer what was asked for.
    """
    pressed = re.fullmatch(rf"{kind}:(?:(yes|no):\d{{1,9}}|(pick):\d{{1,9}}:\d{{1,9}})", turn.action)
    if pressed:
        return pressed[1] or pressed[2]
    deed = open_deed(turn, kind)
    if deed is None or turn.incoming.kind is not Kind.TEXT or not _is_last_shown(turn, deed):
        return ""
    typed = fold(turn.text)
    if _NO.fullmatch(typed):
        return "no"
    if not deed.slot:
        return "yes" if _YES.fullmatch(typed) else ""
    if deed.slot == FREE:
        return "" if typed.startswith("/") else "words"
    is_answer = len(typed.split()) <= ANSWER_WORDS and not typed.startswith("/") and not typed.endswith("?")
    return "words" if is_answer else ""


def pressed_deed(turn: Turn, kind: str) -> Deed | None:
    """The deed that a button or a word speaks of: None for an old button, and for one that was never offered."""
    deed = open_deed(turn, kind)
    if deed is None or not turn.action:
        return deed
    _, choice, number, *picked = turn.action.split(":")
    if int(number) != deed.number or (choice == "yes" and deed.slot):
        return None
    return None if choice == "pick" and int(picked[0]) not in deed.offered else deed


def settle(turn: Turn, deed: Deed, outcome: str) -> None:
    """Forget the deed and remember how it ended ("done" or "cancelled"), for a second press."""
    turn.memory.pop(DEED, None)
    turn.memory[SETTLED] = [deed.number, outcome]


def no_such_deed(turn: Turn) -> Reply:
    """What is said to a button of a deed that is over, replaced or was never offered."""
    numbers = re.findall(r"\d+", turn.action)
    settled = turn.memory.get(SETTLED)
    if settled and numbers and int(numbers[0]) == settled[0]:
        return Reply(texts.say("staff.already_done" if settled[1] == "done" else "staff.already_cancelled"))
    return Reply(texts.say("staff.old_card"))


def _keep(turn: Turn, deed: Deed) -> Deed:
    number = int(turn.memory.get(DEEDS, 0)) + 1
    turn.memory[DEEDS] = number
    turn.memory[DEED] = {
        "kind": deed.kind,
        "person": deed.person_id,
        "opened": deed.opened.isoformat(),
        "number": number,
        "parts": deed.parts,
        "slot": deed.slot,
        "offered": list(deed.offered),
        "asked": deed.asked,
    }
    return replace(deed, number=number)


def _is_last_shown(turn: Turn, deed: Deed) -> bool:
    actions = [str(action) for _, action in turn.memory.get(BUTTONS, ())]
    return any(re.fullmatch(rf"{deed.kind}:(yes|no|pick):{deed.number}(:\d+)?", action) for action in actions)
