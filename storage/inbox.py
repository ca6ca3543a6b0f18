"""Updates as they came, stored before they are acknowledged, until each has had its effect."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from domain.messages import Unreadable
from storage import tables
from storage.dialects import insert

REASON_LIMIT = 2000
"""Characters kept of an error: enough to find the place, too few to fill the disk."""

_table = tables.inbox
_ROW = select(
    _table.c.id,
    _table.c.channel,
    _table.c.update_id,
    _table.c.raw,
    _table.c.attempts,
    _table.c.received_at,
    _table.c.error,
)
_WAITING = (
    _ROW.where(
        _table.c.status == "new",
        _table.c.id > bindparam("after_id"),
        _table.c.channel.in_(bindparam("channels", expanding=True)),
    )
    .order_by(_table.c.id)
    .limit(bindparam("most"))
)
_DEAD = _ROW.where(_table.c.status == "dead").order_by(_table.c.id.desc()).limit(bindparam("most"))
_DONE = (
    update(_table)
    .where(_table.c.id == bindparam("row_id"))
    .values(status="done", done_at=bindparam("now", type_=_table.c.done_at.type))
)
_FORGOTTEN = _DONE.values(raw="{}")
_CLOSED = (
    update(_table)
    .where(_table.c.id == bindparam("row_id"), _table.c.status == "new")
    .values(
        status="done",
        error=bindparam("reason", type_=_table.c.error.type),
        done_at=bindparam("now", type_=_table.c.done_at.type),
    )
)
"""The end of an update that is kept and not answered, with why."""

_FAILED = (
    update(_table)
    .where(_table.c.id == bindparam("row_id"))
    .values(attempts=_table.c.attempts + 1, error=bindparam("reason", type_=_table.c.error.type))
    .returning(_table.c.attempts)
)
_GIVEN_UP = (
    update(_table)
    .where(_table.c.id == bindparam("row_id"))
    .values(
        status="dead",
        error=bindparam("reason", type_=_table.c.error.type),
        done_at=bindparam("now", type_=_table.c.done_at.type),
    )
)
_later = tables.inbox.alias("later")
_OVER = (
    select(_table.c.id)
    .where(
        _table.c.status == "done",
        _table.c.done_at < bindparam("before", type_=_table.c.done_at.type),
        exists().where(_later.c.channel == _table.c.channel, _later.c.id > _table.c.id),
    )
    .order_by(_table.c.id)
    .limit(bindparam("most"))
)
"""What was done before a moment, without the last update of each channel: from that one polling goes on."""

_COUNTS = select(_table.c.status, func.count()).group_by(_table.c.status)
_LATEST = (
    select(_table.c.update_id).where(_table.c.channel == bindparam("channel")).order_by(_table.c.id.desc()).limit(1)
)


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One stored update. `raw_text` is what the app sent; `attempts` counts the failures so far."""

    id: int
    channel: str
    update_id: str
    raw_text: str
    attempts: int
    received_at: datetime
    error: str = ""

    @property
    def raw(self) -> dict[str, Any]:
        """The update as a JSON object. Raises Unreadable when it is none."""
        try:
            found = json.loads(self.raw_text)
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"update {self.update_id} of {self.channel} is not JSON") from error
        if not isinstance(found, dict):
            raise Unreadable(f"update {self.update_id} of {self.channel} is not a JSON object")
        return found


class Inbox:
    """What came in and what became of it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def store(self, channel: str, updates: Sequence[tuple[str, object]], now: datetime) -> int:
        """Keep updates by their own ids and return how many are new; one delivered again changes nothing.

        An update is a JSON value, or, as a `str`, the very text that came and may be no JSON at all.
        """
        if not updates:
            return 0
        rows = [
            {
                "office_id": None,
                "channel": channel,
                "update_id": update_id,
                "raw": raw if isinstance(raw, str) else json.dumps(raw, separators=(",", ":")),
                "status": "new",
                "attempts": 0,
                "received_at": now,
            }
            for update_id, raw in updates
        ]
        stored = await self._connection.execute(_store(self._connection.dialect.name), rows)
        return len(stored.all())

    async def waiting(self, after_id: int, limit: int, channels: Collection[str]) -> list[InboxRow]:
        """Updates of these channels without an effect yet, in the order they came, from after `after_id`."""
        found = await self._connection.execute(
            _WAITING, {"after_id": after_id, "most": limit, "channels": list(channels)}
        )
        return [_row(row) for row in found]

    async def done(self, row_id: int, now: datetime) -> None:
        """The update has had its effect (called in the transaction of that effect)."""
        await self._connection.execute(_DONE, {"row_id": row_id, "now": now})

    async def forget(self, row_id: int, now: datetime) -> None:
        """The update asks for nothing: it is closed, and what it held is kept no longer."""
        await self._connection.execute(_FORGOTTEN, {"row_id": row_id, "now": now})

    async def done_many(self, row_ids: Sequence[int], now: datetime) -> None:
        """The updates have had their effect."""
        if row_ids:
            await self._connection.execute(_DONE, [{"row_id": row_id, "now": now} for row_id in row_ids])

    async def close_many(self, rows: Sequence[tuple[int, str]], now: datetime) -> None:
        """These updates (id, reason) are kept and not answered."""
        if rows:
            await self._connection.execute(
                _CLOSED, [{"row_id": row_id, "reason": reason, "now": now} for row_id, reason in rows]
            )

    async def unanswered(self, since: datetime) -> dict[str, int]:
        """How many updates were closed without an answer since a moment, by the reason."""
        asked = (
            select(_table.c.error, func.count())
            .where(_table.c.status == "done", _table.c.error.is_not(None), _table.c.done_at >= since)
            .group_by(_table.c.error)
        )
        return {str(reason): int(count) for reason, count in await self._connection.execute(asked)}

    async def failed(self, row_id: int, reason: str, now: datetime) -> int:
        """Count a failed attempt and return how many there were; the update stays waiting."""
        found = await self._connection.execute(_FAILED, {"row_id": row_id, "reason": reason[:REASON_LIMIT]})
        return int(found.scalar() or 0)

    async def dead(self, row_id: int, reason: str, now: datetime) -> None:
        """Set an update aside for a person to look at, so that the next ones are served."""
        await self._connection.execute(_GIVEN_UP, {"row_id": row_id, "reason": reason[:REASON_LIMIT], "now": now})

    async def dead_letters(self, limit: int = 100) -> list[InboxRow]:
        """The updates set aside, the latest first, each with its error."""
        return [_row(row) for row in await self._connection.execute(_DEAD, {"most": limit})]

    async def counts(self, channels: Collection[str] | None = None) -> dict[str, int]:
        """How many updates, of these channels or of all, are new, done and dead."""
        asked = _COUNTS if channels is None else _COUNTS.where(_table.c.channel.in_(list(channels)))
        rows = await self._connection.execute(asked)
        return {"new": 0, "done": 0, "dead": 0} | dict(rows.tuples().all())

    async def latest(self) -> dict[str, datetime]:
        """When each channel's last update came; a channel nothing came by is absent."""
        last = func.max(_table.c.received_at, type_=_table.c.received_at.type)
        rows = await self._connection.execute(select(_table.c.channel, last).group_by(_table.c.channel))
        return dict(rows.tuples().all())

    async def dead_since(self, since: datetime) -> dict[str, int]:
        """How many updates of each channel were set aside at or after a moment."""
        asked = (
            select(_table.c.channel, func.count())
            .where(_table.c.status == "dead", _table.c.done_at >= since)
            .group_by(_table.c.channel)
        )
        return dict((await self._connection.execute(asked)).tuples().all())

    async def oldest_waiting(self) -> datetime | None:
        """When the update came that has waited longest for its effect; None when none waits."""
        first = func.min(_table.c.received_at, type_=_table.c.received_at.type)
        found: datetime | None = (
            await self._connection.execute(select(first).where(_table.c.status == "new"))
        ).scalar()
        return found

    async def purge(self, before: datetime, most: int) -> int:
        """Drop up to so many updates that were done before a moment; how many. What came of them stays."""
        found = (await self._connection.execute(_OVER, {"before": before, "most": most})).scalars().all()
        if found:
            await self._connection.execute(delete(_table).where(_table.c.id.in_(found)))
        return len(found)

    async def latest_update_id(self, channel: str) -> str | None:
        """The id of the update stored last, from which polling goes on."""
        return (await self._connection.execute(_LATEST, {"channel": channel})).scalar()


@cache
def _store(dialect: str) -> ReturningInsert[Any]:
    adding = insert(dialect, _table).on_conflict_do_nothing(index_elements=["channel", "update_id"])
    return adding.returning(_table.c.id)


def _row(row: Sequence[Any]) -> InboxRow:
    row_id, channel, update_id, raw, attempts, received_at, error = row
    return InboxRow(
        id=row_id,
        channel=channel,
        update_id=update_id,
        raw_text=raw,
        attempts=attempts,
        received_at=received_at,
        error=error or "",
    )
