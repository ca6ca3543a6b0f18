"""Takes the buttons off cards that are settled, where an app can edit: what was decided stands below the card's words.

An edit is a row in the outbox like any message: it outlives a crash, comes after the replies, and its failing harms
nobody.
"""

from collections.abc import Collection
from datetime import datetime

import texts
from domain.messages import Button, Incoming, Priority, Reply
from storage import Repositories

LOOKED_BACK = 10
"""So many messages of a chat are looked through for the card."""
CAUSE = "edit"


async def queue_edits(
    records: Repositories, incoming: Incoming, settled: Collection[str], key: str, now: datetime, office_id: int | None
) -> None:
    """Queue an edit of each message of this chat that still shows one of these actions."""
    for message_id, shown in await records.outbox.lately_sent(incoming.channel, incoming.chat_id, LOOKED_BACK):
        if shown.edits or not any(button.action in settled for button in shown.buttons):
            continue
        await records.outbox.queue(
            channel=incoming.channel,
            chat_id=incoming.chat_id,
            reply=edited(shown, settled, message_id, incoming.action),
            key=f"{key}:{message_id}",
            now=now,
            cause=CAUSE,
            office_id=office_id,
            priority=Priority.NOTICE,
        )


def edited(shown: Reply, settled: Collection[str], message_id: str, action: str) -> Reply:
    """The message without the settled buttons and others of their kind, and with what was chosen."""
    kinds = {_kind(each) for each in settled}
    left = tuple(button for button in shown.buttons if _kind(button.action) not in kinds)
    return Reply(f"{shown.text}\n\n{_outcome(shown.buttons, action)}".strip(), left, edits=message_id)


def _outcome(buttons: Collection[Button], action: str) -> str:
    chosen = next((button.label for button in buttons if button.action == action), "")
    return texts.say("groups.card.chosen", label=chosen) if chosen else texts.say("groups.card.replaced")


def _kind(action: str) -> str:
    return action.partition(":")[0]
