"""What waits because the app would not take it for its chat: until the person writes again, and no longer than a month.

The notices in it do not wait: they look for another account at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contacts import Chat
from domain.messages import Priority, Reply
from storage import tables
from storage.contacts import Contacts
from storage.inbox import REASON_LIMIT
from storage.outbox import IS_OURS, PUT_BACK, OutboxRow
from storage.replies import unpack

HELD_FOR = timedelta(days=30)
"""How long a message waits for the person to write again."""
NEVER_HEARD = "never_heard"
"""Why a message failed that waited so long in vain."""
_NOTICES = "notices:"

_table = tables.outbox
_AS_IT_WAS = case((_table.c.maybe_duplicate, "unknown"), else_="pending")


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message that waits for its chat to be heard, and who had it said."""

    id: int
    key: str
    channel: str
    chat_id: str
    reply: Reply
    office_id: int | None
    said_by_id: int | None


class HeldMessages:
    """Messages to chats that may not be written to."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def close(
        self, row: OutboxRow, reason: str, taken_at: datetime, now: datetime, *, sender: str = ""
    ) -> Sequence[HeldMessage]:
        """The app says that the chat of `row`, taken up at `taken_at`, is closed; what is held now, the first in front.

        The notices of the chat's messages wait for another account. Whoever was heard meanwhile is written to again.
        """
        if not await Contacts(self._connection).close(row.channel, row.chat_id, taken_at, now):
            await self._change_ours(row.id, sender, status=_AS_IT_WAS, next_try_at=now, error=reason[:REASON_LIMIT])
            return []
        if not await self._change_ours(row.id, sender, status=_AS_IT_WAS, error=reason[:REASON_LIMIT]):
            return []
        waiting = [found for found in await self._of_chat(row) if found.reply.template is None]
        carried = [found.id for found in waiting if found.key.startswith(_NOTICES)]
        await self._drop(row.id, carried, reason)
        held = [found for found in waiting if not found.key.startswith(_NOTICES)]
        await self._hold([found.id for found in held], reason, now + HELD_FOR)
        return held

    async def refuse_template(self, row: OutboxRow, reason: str, now: datetime, *, sender: str = "") -> None:
        """The app would not take the template of `row`: it fails, and what it carries goes another way."""
        if not await self._change_ours(row.id, sender, status="failed", error=reason[:REASON_LIMIT]):
            return
        if not row.reply.template or not row.reply.template.phone:
            await Contacts(self._connection).refuse_template(row.channel, row.chat_id, now)
        await self._connection.execute(PUT_BACK, {"row_ids": [row.id]})

    async def release(self, chats: Collection[Chat], now: datetime) -> int:
        """These chats were heard: what was held for them goes out before anything said later; how many messages."""
        if not chats:
            return 0
        releasing = (
            update(_table)
            .where(tuple_(_table.c.channel, _table.c.chat_id).in_(sorted(chats)), _table.c.status == "held")
            .values(status=_AS_IT_WAS, next_try_at=now, priority=int(Priority.REPLY), error=None)
            .returning(_table.c.id)
        )
        return len((await self._connection.execute(releasing)).all())

    async def expire(self, now: datetime) -> Sequence[HeldMessage]:
        """What waited for a month fails; which messages."""
        ending = (
            update(_table)
            .where(_table.c.status == "held", _table.c.next_try_at <= now)
            .values(status="failed", error=NEVER_HEARD)
            .returning(*_SHOWN)
        )
        return sorted(map(_held, await self._connection.execute(ending)), key=lambda found: found.id)

    async def _of_chat(self, row: OutboxRow) -> list[HeldMessage]:
        """What waits for this chat, the row itself included; locked until the end."""
        asked = (
            select(*_SHOWN)
            .where(
                _table.c.channel == row.channel,
                _table.c.chat_id == row.chat_id,
                (_table.c.status == "pending") | (_table.c.id == row.id) | _IS_IN_DOUBT_AND_NO_NOTICE,
            )
            .order_by(_table.c.id)
            .with_for_update()
        )
        return [_held(found) for found in await self._connection.execute(asked)]

    async def _drop(self, row_id: int, ids: Sequence[int], reason: str) -> None:
        """Give up these messages with notices: the one the app refused fails, the others were never begun."""
        if not ids:
            return
        ended = case((_table.c.id == row_id, "failed"), else_="cancelled")
        await self._connection.execute(
            update(_table).where(_table.c.id.in_(ids)).values(status=ended, error=reason[:REASON_LIMIT])
        )
        await self._connection.execute(PUT_BACK, {"row_ids": list(ids)})

    async def _hold(self, ids: Sequence[int], reason: str, until: datetime) -> None:
        if ids:
            held = {"status": "held", "next_try_at": until, "error": reason[:REASON_LIMIT]}
            await self._connection.execute(update(_table).where(_table.c.id.in_(ids)).values(held))

    async def _change_ours(self, row_id: int, sender: str, **changes: Any) -> bool:
        """False when another sender has taken the row up meanwhile."""
        changing = update(_table).where(IS_OURS).values(**changes).returning(_table.c.id)
        return (await self._connection.execute(changing, {"row_id": row_id, "sender": sender})).first() is not None


_IS_IN_DOUBT_AND_NO_NOTICE = and_(_table.c.status == "unknown", ~_table.c.key.startswith(_NOTICES))
_SHOWN = (
    _table.c.id,
    _table.c.key,
    _table.c.channel,
    _table.c.chat_id,
    _table.c.reply,
    _table.c.office_id,
    _table.c.said_by_id,
)


def _held(row: Any) -> HeldMessage:
    return HeldMessage(row.id, row.key, row.channel, row.chat_id, unpack(row.reply), row.office_id, row.said_by_id)
