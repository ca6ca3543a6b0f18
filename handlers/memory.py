"""What a talk remembers between turns: the buttons last offered, the last question answered, photos of one go.

The turn's memory is compared and stored as a whole, so values are replaced here, never changed inside.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.channels import HAND_ON_ONE_BY_ONE
from domain.messages import Button, Incoming, Kind, Reply, choice
from handlers.turn import Turn

BUTTONS = "buttons"
HERE = "buttons_here"
"""What this chat offered last, where another app has offered the same person something since (that is BUTTONS)."""
QUESTION = "question"
CLARIFY = "clarify"
ABOUT = "about"
LISTED = "listed"
"""The tasks that a question about a subject found, for the pages after the first."""
SHOWN_PERIODIC = "periodic_shown"
"""The version of a period's report that was shown last, so that "add a proposal" needs no name."""
ORDER = "waiting"
ALBUM = "album"
WITHIN = timedelta(seconds=10)
"""A photo without words that comes so soon after another, with nothing said between, belongs to it."""


def remember_buttons(turn: Turn, replies: Sequence[Reply]) -> None:
    """Keep the choices now before the person, so that typing a number or a label works as pressing does."""
    offered = [b for reply in replies for b in reply.buttons]
    if offered:
        turn.memory[BUTTONS] = [[b.label, b.action] for b in offered]
    elif replies:
        turn.memory.pop(BUTTONS, None)


def task_offered(replies: Sequence[Reply]) -> int | None:
    """The one task on which these replies offer to report, or None."""
    actions = {b.action for reply in replies for b in reply.buttons if re.fullmatch(r"report:\d+", b.action)}
    return int(actions.pop().partition(":")[2]) if len(actions) == 1 else None


def remember_about(turn: Turn, replies: Sequence[Reply]) -> None:
    """Keep which task was just shown, so that a report that names none is about it."""
    task_id = task_offered(replies)
    if task_id is not None:
        turn.memory[ABOUT] = [task_id, turn.now.isoformat()]


def forget_about(turn: Turn) -> None:
    """What was shown has been dealt with."""
    turn.memory.pop(ABOUT, None)


def about(turn: Turn) -> tuple[int, str] | None:
    """The task last shown in this chat and the moment, or None."""
    kept = turn.memory.get(ABOUT)
    return (kept[0], kept[1]) if kept else None


def foremost(turn: Turn) -> list[str]:
    """The names of what waits in this chat, the one shown last first."""
    return list(turn.memory.get(ORDER, ()))


def put_in_order(turn: Turn, shown: Sequence[str], still_open: Sequence[str]) -> None:
    """Keep what waits in the order in which it was shown: what this turn showed before what it did not."""
    known = [*shown, *foremost(turn), *still_open]
    order = list(dict.fromkeys(name for name in known if name in still_open))
    if order:
        turn.memory[ORDER] = order
    else:
        turn.memory.pop(ORDER, None)


def typed_choice(turn: Turn) -> str | None:
    """The action of the offered button that the typed text names, or None.

    A number picks from what this chat offered last. Words may also name a choice that another app has offered since.
    """
    here, newest = turn.memory.get(HERE, ()), turn.memory.get(BUTTONS, ())
    if here and (picked := _picked(turn.text, here)):
        return picked
    return None if here and turn.text.strip(" .()").isdigit() else _picked(turn.text, newest)


def _picked(text: str, offered: Sequence[Sequence[str]]) -> str | None:
    return choice(text, [Button(label, action) for label, action in offered])


def last_question(turn: Turn) -> str:
    """The last question that found an answer, or empty."""
    return str(turn.memory.get(QUESTION, ""))


def remember_question(turn: Turn, question: str) -> None:
    """Keep a question as it was understood, so that a follow-up keeps its subject."""
    turn.memory[QUESTION] = question


def clarifying(turn: Turn) -> tuple[str, list[str], int]:
    """The question that was unclear, the names offered for it, and how often we asked; empty when none is open."""
    kept = turn.memory.get(CLARIFY)
    return (kept["question"], list(kept["options"]), kept["count"]) if kept else ("", [], 0)


def remember_clarifying(turn: Turn, question: str, options: Sequence[str], count: int) -> None:
    """Keep an unclear question with the names offered for it."""
    turn.memory[CLARIFY] = {"question": question, "options": list(options), "count": count}


def forget_clarifying(turn: Turn) -> None:
    """The question was answered or given up."""
    turn.memory.pop(CLARIFY, None)


def with_album(turn: Turn) -> Incoming:
    """The message; a photo carries the album that it begins or goes on with, where the app does not tell of one."""
    incoming = turn.incoming
    if incoming.channel not in HAND_ON_ONE_BY_ONE or incoming.in_group or incoming.album:
        return incoming
    name, last = turn.memory.pop(ALBUM, ("", ""))
    if incoming.kind is not Kind.PHOTO:
        return incoming
    at = incoming.sent_at or turn.now
    goes_on = bool(name) and not incoming.text and abs(at - datetime.fromisoformat(last)) <= WITHIN
    album = name if goes_on else f"{incoming.chat_id}:{incoming.update_id}"
    turn.memory[ALBUM] = [album, at.isoformat()]
    return replace(incoming, album=album)
