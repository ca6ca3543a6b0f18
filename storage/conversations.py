"""What each talk remembers between two messages: a chat's, and a person's over all their private chats."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables
from storage.dialects import Insert, insert

PERSON = "person"
"""The `channel` of the rows that hold what a person's private chats share; the person's id is their chat id."""

NEW = -1
"""The version of a talk that has no row yet."""

_table = tables.conversations
_MEMORY = select(_table.c.memory).where(
    _table.c.channel == bindparam("channel"), _table.c.chat_id == bindparam("chat_id")
)
_REMEMBERED = select(_table.c.channel, _table.c.chat_id, _table.c.memory, _table.c.person_id, _table.c.version).where(
    tuple_(_table.c.channel, _table.c.chat_id).in_(bindparam("chats", expanding=True))
)
_COLUMNS = ("channel", "chat_id", "office_id", "person_id", "updated_at")

Key = tuple[str, str]


class Moved(Exception):
    """A talk went on since it was read: what was decided from the old memory must not be kept."""


def of_person(person_id: int) -> Key:
    """Where the talk of a person is kept, as (channel, chat id)."""
    return PERSON, str(person_id)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a talk remembers, with whom it was, and how often it was written: `NEW` for a talk that has no row."""

    memory: dict[str, Any]
    person_id: int | None = None
    version: int = NEW

    @property
    def is_new(self) -> bool:
        """True for a talk of which nothing was ever kept."""
        return self.version == NEW


@dataclass(frozen=True, slots=True)
class Talk:
    """What a talk is to remember. `seen` is the version it was read in; without one whatever was there is replaced."""

    channel: str
    chat_id: str
    office_id: int | None
    person_id: int | None
    memory: Mapping[str, Any]
    updated_at: datetime
    seen: int | None = None


class Conversations:
    """The memory of talks, one each."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, channel: str, chat_id: str) -> dict[str, Any]:
        """What was remembered; empty for a new talk. The caller may change it freely."""
        found = (await self._connection.execute(_MEMORY, {"channel": channel, "chat_id": chat_id})).scalar()
        return dict(found) if found else {}

    async def get_many(self, chats: Collection[Key]) -> dict[Key, Remembered]:
        """What each of these (channel, chat id) remembers; a new talk is absent."""
        if not chats:
            return {}
        found = await self._connection.execute(_REMEMBERED, {"chats": list(chats)})
        return {
            (channel, chat_id): Remembered(dict(memory), person_id, version)
            for channel, chat_id, memory, person_id, version in found
        }

    async def put_many(self, talks: Sequence[Talk]) -> None:
        """Remember each of these in place of what was there. Raises Moved when one is no longer as it was seen.

        Then nothing of this transaction may be kept.
        """
        dialect = self._connection.dialect.name
        # In one order everywhere: two processes that write the same talks never wait for each other in a ring.
        ordered = sorted(talks, key=lambda talk: (talk.channel, talk.chat_id))
        for statement, rows in (
            (_put(dialect), [_row(talk) for talk in ordered if talk.seen is None]),
            (_put_as_seen(dialect), [_row(talk) for talk in ordered if talk.seen is not None]),
        ):
            if rows:
                written = await self._connection.execute(statement, rows)
                if len(written.all()) < len(rows):
                    raise Moved("a talk went on meanwhile")

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
        """The talk starts anew."""
        await self._connection.execute(delete(_table).where(_table.c.channel == channel, _table.c.chat_id == chat_id))


def _row(talk: Talk) -> dict[str, Any]:
    kept = {name: getattr(talk, name) for name in _COLUMNS}
    return kept | {"memory": dict(talk.memory), "version": (NEW if talk.seen is None else talk.seen) + 1}


@cache
def _put(dialect: str) -> Insert:
    return _writing(dialect, only_as_seen=False)


@cache
def _put_as_seen(dialect: str) -> Insert:
    return _writing(dialect, only_as_seen=True)


def _writing(dialect: str, *, only_as_seen: bool) -> Insert:
    adding = insert(dialect, _table)
    given = {name: adding.excluded[name] for name in ("office_id", "person_id", "memory", "updated_at")}
    statement = adding.on_conflict_do_update(
        index_elements=["channel", "chat_id"],
        set_={**given, "version": _table.c.version + 1},
        where=_table.c.version == adding.excluded.version - 1 if only_as_seen else None,
    )
    return statement.returning(_table.c.channel, _table.c.chat_id)  # type: ignore[return-value]
