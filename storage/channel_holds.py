"""The apps through which nothing goes out for the time being."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.channel_holds import ChannelHold
from storage import tables
from storage.dialects import insert
from storage.inbox import REASON_LIMIT

ALL_MESSAGES = "messages"
"""The kind of quota without which nothing goes out through an app."""

_table, _quotas = tables.channel_holds, tables.quotas
_COLUMNS = (_table.c.channel, _table.c.reason, _table.c.detail, _table.c.since, _table.c.until, _table.c.told_at)


class ChannelHolds:
    """Which channels are held, why, and whether somebody was told."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(
        self, channel: str, reason: str, now: datetime, *, detail: str = "", until: datetime | None = None
    ) -> ChannelHold:
        """The channel is held; one that was held already stays so since then, with the newest reason."""
        said = {"reason": reason[:REASON_LIMIT], "detail": detail[:REASON_LIMIT], "until": until}
        putting = (
            insert(self._connection.dialect.name, _table)
            .values(channel=channel, since=now, **said)
            .on_conflict_do_update(index_elements=["channel"], set_=said)
            .returning(*_COLUMNS)
        )
        return ChannelHold(*(await self._connection.execute(putting)).one())

    async def all(self) -> Sequence[ChannelHold]:
        """The channels held now, by name."""
        rows = await self._connection.execute(select(*_COLUMNS).order_by(_table.c.channel))
        return [ChannelHold(*row) for row in rows]

    async def avoided(self, now: datetime) -> frozenset[str]:
        """The channels through which a message had better not go while a person has another.

        Those that are held, and those whose messages are used up until they are filled up again.
        """
        used_up = select(_quotas.c.channel).where(
            _quotas.c.kind == ALL_MESSAGES,
            _quotas.c.remaining == 0,
            or_(_quotas.c.until.is_(None), _quotas.c.until > now),
        )
        found = await self._connection.execute(union(select(_table.c.channel), used_up))
        return frozenset(found.scalars())

    async def lift(self, channels: Collection[str]) -> Sequence[ChannelHold]:
        """These may be sent through again; the holds that were on them."""
        lifting = delete(_table).where(_table.c.channel.in_(sorted(channels))).returning(*_COLUMNS)
        return [ChannelHold(*row) for row in await self._connection.execute(lifting)]

    async def told(self, channel: str, now: datetime) -> None:
        """The administrators know of it."""
        await self._connection.execute(
            update(_table).where(_table.c.channel == channel, _table.c.told_at.is_(None)).values(told_at=now)
        )
