"""The talk of a person over several apps: what they share, and what each chat keeps of what it showed.

What waits (drafts, cards, how the last ones ended) is the person's. What was shown in a chat is the chat's: a number
typed there picks from it. What was shown last anywhere is known to all chats of the person, for answers in words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.memory import ABOUT, BUTTONS, CLARIFY, HERE, LISTED, QUESTION, SHOWN_PERIODIC

NEWEST = "newest"
"""Where the person was shown something last, and which buttons it had."""
OF_THE_CHAT = (BUTTONS, ABOUT, QUESTION, CLARIFY, LISTED, SHOWN_PERIODIC)
_COUNTERS = ("cards", "deeds", "feedback_cards", "review_cards", "target_cards")
"""Numbers of the cards shown last: after a chat came to a talk, new cards are above those of both."""

Memory = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parted:
    """What is kept of a talk for the person and for the chat."""

    shared: Memory
    own: Memory


def of_chat(person_id: int | None, kept: Memory, kept_for: int | None) -> Memory:
    """What a private chat remembers of its own for who speaks there now; nothing of somebody else's."""
    return kept if kept_for is None or kept_for == person_id else {}


def brought_together(shared: Memory, own: Memory, chat: tuple[str, str], *, is_new: bool) -> Memory:
    """What a turn in this chat remembers of the person's talk.

    A chat that kept a talk of its own (it has just joined, or was used before talks were the person's) brings that in.
    What is there twice is taken from the side that opened it later. With `is_new` the chat has just become theirs, so
    that what it showed is the newest.
    """
    brought = {key: kept for key, kept in own.items() if key not in OF_THE_CHAT}
    talk = {**_merged(shared, brought), **{key: own[key] for key in OF_THE_CHAT if key in own}}
    newest = talk.pop(NEWEST, None)
    if newest is None or is_new or newest["in"] == list(chat):
        return talk
    if BUTTONS in own:
        talk[HERE] = own[BUTTONS]
    talk.pop(BUTTONS, None)
    return {**talk, **({BUTTONS: newest[BUTTONS]} if newest[BUTTONS] else {})}


def parted(talk: Memory, before: Parted, chat: tuple[str, str], *, has_shown: bool) -> Parted:
    """What to keep after a turn for the person and for the chat; `has_shown` tells whether the bot said anything."""
    shared = {key: kept for key, kept in talk.items() if key not in (*OF_THE_CHAT, HERE)}
    own = {key: talk[key] for key in OF_THE_CHAT if key in talk}
    if has_shown:
        return Parted({**shared, NEWEST: {"in": list(chat), BUTTONS: talk.get(BUTTONS, [])}}, own)
    own.pop(BUTTONS, None)
    shown = {BUTTONS: before.own[BUTTONS]} if BUTTONS in before.own else {}
    newest = {NEWEST: before.shared[NEWEST]} if NEWEST in before.shared else {}
    return Parted({**shared, **newest}, {**own, **shown})


def _merged(shared: Mapping[str, Any], brought: Mapping[str, Any]) -> Memory:
    merged = {**brought, **shared}
    for key in _COUNTERS:
        if key in brought and key in shared:
            merged[key] = max(int(brought[key]), int(shared[key]))
    for key in brought.keys() & shared.keys() - set(_COUNTERS):
        if _opened(brought[key]) > _opened(shared[key]):
            merged[key] = brought[key]
    return merged


def _opened(kept: Any) -> str:
    """When what is kept was opened, as it is written; empty where it does not tell."""
    opened = kept.get("opened") or kept.get("at") if isinstance(kept, dict) else None
    return opened if isinstance(opened, str) else ""
