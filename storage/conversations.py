"""What each chat remembers between two messages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables
from storage.dialects import Insert, insert

_table = tables.conversations
_MEMORY = select(_table.c.memory).where(
    _table.c.channel == bindparam("channel"), _table.c.chat_id == bindparam("chat_id")
)
_MEMORIES = select(_table.c.channel, _table.c.chat_id, _table.c.memory).where(
    tuple_(_table.c.channel, _table.c.chat_id).in_(bindparam("chats", expanding=True))
)
_COLUMNS = ("channel", "chat_id", "office_id", "person_id", "updated_at")


@dataclass(frozen=True, slots=True)
class Talk:
    """What a chat is to remember."""

    channel: str
    chat_id: str
    office_id: int | None
    person_id: int | None
    memory: Mapping[str, Any]
    updated_at: datetime


class Conversations:
    """The memory of chats, one each."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, channel: str, chat_id: str) -> dict[str, Any]:
        """What was remembered; empty for a new chat. The caller may change it freely."""
        found = (await self._connection.execute(_MEMORY, {"channel": channel, "chat_id": chat_id})).scalar()
        return dict(found) if found else {}

    async def get_many(self, chats: Collection[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
        """What each of these (channel, chat id) remembers; a new chat is absent."""
        if not chats:
            return {}
        found = await self._connection.execute(_MEMORIES, {"chats": list(chats)})
        return {(channel, chat_id): dict(memory) for channel, chat_id, memory in found}

    async def put_many(self, talks: Sequence[Talk]) -> None:
        """Remember each of these in place of what was there."""
        if talks:
            rows = [{name: getattr(talk, name) for name in _COLUMNS} | {"memory": dict(talk.memory)} for talk in talks]
            await self._connection.execute(_put(self._connection.dialect.name), rows)

    async def put(
        self,
        channel: str,
        chat_id: str,
        office_id: int | None,
        person_id: int | None,
        memory: Mapping[str, Any],
        now: datetime,
    ) -> None:
        """Remember this for the next message of the chat, in place of what was there."""
        await self.put_many([Talk(channel, chat_id, office_id, person_id, memory, now)])

    async def forget(self, channel: str, chat_id: str) -> None:
        """The chat starts anew."""
        await self._connection.execute(delete(_table).where(_table.c.channel == channel, _table.c.chat_id == chat_id))


@cache
def _put(dialect: str) -> Insert:
    adding = insert(dialect, _table)
    return adding.on_conflict_do_update(
        index_elements=["channel", "chat_id"],
        set_={name: adding.excluded[name] for name in ("office_id", "person_id", "memory", "updated_at")},
    )
