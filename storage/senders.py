"""The processes that empty the outbox, and which of them are alive."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables
from storage.dialects import insert

_table = tables.senders
_ALIVE = (
    select(_table.c.id, _table.c.channels)
    .where(_table.c.beat_at >= bindparam("since", type_=_table.c.beat_at.type))
    .order_by(_table.c.id)
)


class Senders:
    """Each process says from time to time that it is alive; one that has said nothing for long is dead."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def beat(self, sender_id: str, channels: Collection[str], now: datetime) -> None:
        """This process is alive and sends on these channels; it is registered if it was not."""
        adding = insert(self._connection.dialect.name, _table)
        beating = adding.on_conflict_do_update(index_elements=["id"], set_={"beat_at": adding.excluded.beat_at})
        await self._connection.execute(
            beating, {"id": sender_id, "channels": sorted(channels), "started_at": now, "beat_at": now}
        )

    async def alive(self, since: datetime) -> dict[str, frozenset[str]]:
        """The processes that were alive at or after a moment, each with its channels."""
        rows = await self._connection.execute(_ALIVE, {"since": since})
        return {sender_id: frozenset(channels) for sender_id, channels in rows}

    async def end(self, sender_id: str) -> None:
        """This process sends nothing any more."""
        await self._connection.execute(delete(_table).where(_table.c.id == sender_id))

    async def forget(self, before: datetime) -> None:
        """Drop the processes that have said nothing since a moment."""
        await self._connection.execute(delete(_table).where(_table.c.beat_at < before))
