"""How often an account tried to join in vain, so that nobody can go through all codes and numbers."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables
from storage.dialects import insert

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=30)
"""Five tries each half hour: nobody goes through all codes that way, and a person who mistypes waits little."""

MOST_TOGETHER = 100
TOGETHER_WITHIN = timedelta(minutes=10)
"""So many vain tries in so short a time are a guess spread over many accounts: then all of them wait."""

_rows = tables.join_attempts


class JoinAttempts:
    """The failed attempts of each account."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def locked_until(self, channel: str, user_id: str, now: datetime) -> datetime | None:
        """When the account may try again, or None when it may now; a guess spread over many accounts holds all."""
        mine = (_rows.c.channel == channel) & (_rows.c.user_id == user_id)
        row = (await self._connection.execute(select(_rows.c.failures, _rows.c.last_at).where(mine))).first()
        if row is None or row.failures < MOST_FAILURES or row.last_at + LOCKED_FOR <= now:
            return await self._all_wait_until(now)
        until: datetime = row.last_at + LOCKED_FOR
        return until

    async def _all_wait_until(self, now: datetime) -> datetime | None:
        lately = _rows.c.last_at > now - TOGETHER_WITHIN
        failures, last = (
            await self._connection.execute(select(func.sum(_rows.c.failures), func.max(_rows.c.last_at)).where(lately))
        ).one()
        return last + TOGETHER_WITHIN if failures is not None and failures >= MOST_TOGETHER else None

    async def failed(self, channel: str, user_id: str, now: datetime) -> int:
        """Count one more failure; returns how many there are, beginning anew half an hour after the last."""
        adding = insert(self._connection.dialect.name, _rows).values(
            channel=channel, user_id=user_id, failures=1, last_at=now
        )
        counted = case((_rows.c.last_at <= now - LOCKED_FOR, 1), else_=_rows.c.failures + 1)
        statement = adding.on_conflict_do_update(
            index_elements=["channel", "user_id"], set_={"failures": counted, "last_at": now}
        ).returning(_rows.c.failures)
        return int((await self._connection.execute(statement)).scalar_one())

    async def forget(self, channel: str, user_id: str) -> None:
        """The account has joined."""
        await self._connection.execute(delete(_rows).where(_rows.c.channel == channel, _rows.c.user_id == user_id))
