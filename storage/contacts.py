"""When each chat was last heard, by which an app tells whether it may be written to."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contacts import Chat, Contact, Heard, Windows
from storage import tables
from storage.dialects import Insert, insert

_table = tables.contacts
_COLUMNS = (
    _table.c.channel,
    _table.c.chat_id,
    _table.c.user_id,
    _table.c.last_at,
    _table.c.closed_at,
    _table.c.template_refused_at,
)
_OF = select(*_COLUMNS).where(tuple_(_table.c.channel, _table.c.chat_id).in_(bindparam("chats", expanding=True)))


class Contacts:
    """Each chat's last word, and whether its app has closed it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def heard_many(self, heard: Sequence[Heard]) -> None:
        """These chats were heard: what was closed is open again. An earlier moment moves nothing back."""
        newest: dict[Chat, Heard] = {}
        for each in heard:
            known = newest.get((each.channel, each.chat_id))
            newest[each.channel, each.chat_id] = each if known is None or each.at > known.at else known
        # In one order everywhere, so that two processes never wait for each other's rows.
        rows = [
            {"channel": channel, "chat_id": chat_id, "user_id": each.user_id, "last_at": each.at}
            for (channel, chat_id), each in sorted(newest.items())
        ]
        if rows:
            await self._connection.execute(_hear(self._connection.dialect.name), rows)

    async def of(self, chats: Collection[Chat]) -> Mapping[Chat, Contact]:
        """What is known of these chats; one that was never heard is absent."""
        if not chats:
            return {}
        rows = await self._connection.execute(_OF, {"chats": sorted(set(chats))})
        return {(row.channel, row.chat_id): Contact(*row) for row in rows}

    async def open_many(self, chats: Collection[Chat], windows: Windows, now: datetime) -> frozenset[Chat]:
        """Which of these chats may be written to, as far as is known."""
        known = await self.of(chats)
        return frozenset(
            chat for chat in chats if chat not in known or not known[chat].is_closed(windows.get(chat[0]), now)
        )

    async def close(self, channel: str, chat_id: str, taken_at: datetime, now: datetime) -> bool:
        """The app refused a message taken up at `taken_at`: the chat is closed. False when it was heard since."""
        return await self._mark(channel, chat_id, taken_at, {"closed_at": now})

    async def refuse_template(self, channel: str, chat_id: str, now: datetime) -> None:
        """The app takes no template for this chat: none is tried again before the person writes."""
        await self._mark(channel, chat_id, now, {"template_refused_at": now})

    async def closed_count(self) -> int:
        """How many chats their app has closed."""
        asked = select(func.count()).select_from(_table).where(_table.c.closed_at.is_not(None))
        return int((await self._connection.execute(asked)).scalar_one())

    async def _mark(self, channel: str, chat_id: str, taken_at: datetime, marks: dict[str, Any]) -> bool:
        new = {"channel": channel, "chat_id": chat_id, "user_id": "", "last_at": None}
        adding = insert(self._connection.dialect.name, _table).values(new)
        await self._connection.execute(adding.on_conflict_do_nothing(index_elements=["channel", "chat_id"]))
        marking = (
            update(_table)
            .where(
                _table.c.channel == channel,
                _table.c.chat_id == chat_id,
                or_(_table.c.last_at.is_(None), _table.c.last_at <= taken_at),
            )
            .values(marks)
            .returning(_table.c.chat_id)
        )
        return (await self._connection.execute(marking)).first() is not None


@cache
def _hear(dialect: str) -> Insert:
    adding = insert(dialect, _table)
    is_later = or_(_table.c.last_at.is_(None), adding.excluded.last_at > _table.c.last_at)
    return adding.on_conflict_do_update(
        index_elements=["channel", "chat_id"],
        set_={
            "last_at": case((is_later, adding.excluded.last_at), else_=_table.c.last_at),
            "user_id": adding.excluded.user_id,
            "closed_at": None,
            "template_refused_at": None,
        },
    )
