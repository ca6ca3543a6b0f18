"""How much each app still lets us send."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.channel_holds import Quota
from storage import tables
from storage.dialects import insert

MESSAGES = "messages"
"""The kind of quota without which nothing goes out at all."""

_table = tables.quotas
_COLUMNS = (
    _table.c.channel,
    _table.c.kind,
    _table.c.remaining,
    _table.c.total,
    _table.c.read_at,
    _table.c.until,
)


class Quotas:
    """What the apps said is left, one figure for each kind of message."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, quota: Quota) -> None:
        """Keep the figure in place of the one before; an older reading replaces no newer one."""
        said = {
            "remaining": quota.remaining,
            "total": quota.total,
            "read_at": quota.read_at,
            "until": quota.until,
        }
        adding = insert(self._connection.dialect.name, _table).values(channel=quota.channel, kind=quota.kind, **said)
        await self._connection.execute(
            adding.on_conflict_do_update(
                index_elements=["channel", "kind"], set_=said, where=_table.c.read_at <= quota.read_at
            )
        )

    async def all(self) -> Sequence[Quota]:
        """Every figure, by channel and kind."""
        rows = await self._connection.execute(select(*_COLUMNS).order_by(_table.c.channel, _table.c.kind))
        return [Quota(*row) for row in rows]

    async def get(self, channel: str, kind: str) -> Quota | None:
        """The figure of one kind, or None."""
        asked = select(*_COLUMNS).where(_table.c.channel == channel, _table.c.kind == kind)
        row = (await self._connection.execute(asked)).first()
        return None if row is None else Quota(*row)

    async def used_up(self, now: datetime) -> frozenset[str]:
        """The channels whose messages are used up, until they are filled up again."""
        return frozenset(
            quota.channel for quota in await self.all() if quota.kind == MESSAGES and quota.is_used_up(now)
        )

    async def last_read(self, channel: str) -> datetime | None:
        """When this channel's figures were last read; None when never."""
        asked = select(_table.c.read_at).where(_table.c.channel == channel).order_by(_table.c.read_at.desc()).limit(1)
        found: datetime | None = (await self._connection.execute(asked)).scalar()
        return found
