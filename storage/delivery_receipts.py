"""What an app tells of our messages afterwards: that they reached the telephone, that they were read."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables

_table, _notices = tables.outbox, tables.notices


class DeliveryReceipts:
    """Notes of a sent message when it was delivered and seen; the first word of each counts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def delivered(self, channel: str, chat_id: str, message_id: str, at: datetime) -> bool:
        """The message reached the telephone; False when no message is known by this id."""
        found = await self._find(channel, chat_id, message_id)
        if found is not None:
            await self._note(found, delivered_at=func.coalesce(_table.c.delivered_at, at))
        return found is not None

    async def seen(self, channel: str, chat_id: str, message_id: str, at: datetime) -> bool:
        """The message was read, and therefore delivered; so were the notices in it. False when none is known."""
        found = await self._find(channel, chat_id, message_id)
        if found is None:
            return False
        first = {name: func.coalesce(_table.c[name], at) for name in ("delivered_at", "seen_at")}
        await self._note(found, **first)
        await self._connection.execute(
            update(_notices).where(_notices.c.outbox_id == found, _notices.c.seen_at.is_(None)).values(seen_at=at)
        )
        return True

    async def _find(self, channel: str, chat_id: str, message_id: str) -> int | None:
        """The row; of several with this id the one of that chat. One sent to a telephone number has no such chat."""
        if not message_id:
            return None
        asked = (
            select(_table.c.id)
            .where(_table.c.message_id == message_id, _table.c.channel == channel)
            .order_by(case((_table.c.chat_id == chat_id, 0), else_=1), _table.c.id.desc())
            .limit(1)
        )
        found: int | None = (await self._connection.execute(asked)).scalar()
        return found

    async def _note(self, row_id: int, **moments: Any) -> None:
        await self._connection.execute(update(_table).where(_table.c.id == row_id).values(moments))
