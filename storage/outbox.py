"""Replies and notices on their way out: in order within a chat, each until the app has given it a message id."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from domain.messages import Reply
from storage import tables
from storage.dialects import insert
from storage.inbox import REASON_LIMIT
from storage.replies import pack, unpack

_table, _notices, _accounts = tables.outbox, tables.notices, tables.accounts

_earlier = tables.outbox.alias("earlier")
_IS_FIRST_OF_ITS_CHAT = ~exists().where(
    _earlier.c.channel == _table.c.channel,
    _earlier.c.chat_id == _table.c.chat_id,
    _earlier.c.status.in_(("pending", "sending")),
    _earlier.c.id < _table.c.id,
)
"""Whatever state the first unfinished row of a chat is in, those behind it wait."""

_DUE = (
    select(_table.c.id, _table.c.channel, _table.c.chat_id)
    .where(
        _table.c.status == "pending",
        _table.c.next_try_at <= bindparam("now", type_=_table.c.next_try_at.type),
        _table.c.channel.in_(bindparam("channels", expanding=True)),
        _IS_FIRST_OF_ITS_CHAT,
    )
    .order_by(_table.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(_table)
    .where(_table.c.id.in_(bindparam("row_ids", expanding=True)), _table.c.status == "pending")
    .values(status="sending", attempts=_table.c.attempts + 1)
    .returning(
        _table.c.id,
        _table.c.channel,
        _table.c.chat_id,
        _table.c.reply,
        _table.c.attempts,
        _table.c.maybe_duplicate,
        _table.c.cause,
        _table.c.key,
    )
)
_SENT = (
    update(_table)
    .where(_table.c.id == bindparam("row_id"))
    .values(
        status="sent",
        message_id=bindparam("app_id", type_=_table.c.message_id.type),
        sent_at=bindparam("now", type_=_table.c.sent_at.type),
        error=None,
    )
)
_COUNTS = select(_table.c.status, func.count()).group_by(_table.c.status)
_HISTORY = (
    select(_table.c.id, _table.c.reply, _table.c.sent_at, _table.c.cause)
    .where(
        _table.c.channel == bindparam("channel"),
        _table.c.chat_id == bindparam("chat_id"),
        _table.c.id > bindparam("after_id"),
        _table.c.status == "sent",
    )
    .order_by(_table.c.id)
    .limit(bindparam("most"))
)

_SENT_AS = (
    select(_table.c.reply)
    .where(
        _table.c.channel == bindparam("channel"),
        _table.c.chat_id == bindparam("chat_id"),
        _table.c.status == "sent",
        _table.c.message_id == bindparam("message_id", type_=_table.c.message_id.type),
    )
    .order_by(_table.c.id.desc())
    .limit(1)
)
_LAST_NOTICE = (
    select(_table.c.id, _notices.c.task_id)
    .distinct()
    .join(_notices, _notices.c.outbox_id == _table.c.id)
    .where(
        _table.c.channel == bindparam("channel"),
        _table.c.chat_id == bindparam("chat_id"),
        _table.c.status == "sent",
        _table.c.sent_at >= bindparam("since", type_=_table.c.sent_at.type),
    )
    .order_by(_table.c.id.desc())
    .limit(2)
)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A reply taken up for sending. `attempts` counts this one; `maybe_duplicate` says it may have arrived before."""

    id: int
    channel: str
    chat_id: str
    reply: Reply
    attempts: int
    maybe_duplicate: bool
    cause: str
    key: str


@dataclass(frozen=True, slots=True)
class SentReply:
    """A reply as the chat has it, for the page that shows the talk again."""

    id: int
    reply: Reply
    sent_at: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class Queued:
    """A reply to queue; see `Outbox.queue`."""

    channel: str
    chat_id: str
    reply: Reply
    key: str
    now: datetime
    cause: str
    office_id: int | None = None


class Outbox:
    """What was decided to be said, and how far it got."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def queue(
        self,
        *,
        channel: str,
        chat_id: str,
        reply: Reply,
        key: str,
        now: datetime,
        cause: str,
        office_id: int | None = None,
    ) -> int | None:
        """The row's id, or None when `key` is queued already."""
        row = _new_row(Queued(channel, chat_id, reply, key, now, cause, office_id))
        queued = await self._connection.execute(_queue(self._connection.dialect.name), row)
        found: int | None = queued.scalar_one_or_none()
        return found

    async def queue_many(self, replies: Sequence[Queued]) -> None:
        """Queue these in their order; one whose key is queued already is left as it is."""
        if replies:
            adding = insert(self._connection.dialect.name, _table).on_conflict_do_nothing(index_elements=["key"])
            await self._connection.execute(adding, [_new_row(queued) for queued in replies])

    async def claim(
        self,
        now: datetime,
        limit: int,
        busy: Collection[tuple[str, str]] = (),
        channels: Collection[str] = (),
    ) -> list[OutboxRow]:
        """Rows to send now, marked as being sent: of each chat only the first unfinished one, none of a busy chat.

        A row that waits for its next try or is being sent holds back those behind it in the same chat, so that
        nobody reads an answer before the one it follows. Two processes never get the same row.
        """
        skipped = frozenset(busy)
        due = await self._connection.execute(
            _DUE, {"now": now, "channels": list(channels), "most": limit + len(skipped)}
        )
        ids = [row_id for row_id, channel, chat_id in due if (channel, chat_id) not in skipped][:limit]
        if not ids:
            return []
        claimed = await self._connection.execute(_CLAIM, {"row_ids": ids})
        return sorted((_row(row) for row in claimed), key=lambda row: row.id)

    async def sent_many(self, sent: Sequence[tuple[int, str]], now: datetime) -> None:
        """The app accepted these rows under these message ids; notices among them are delivered in the ledger."""
        if not sent:
            return
        app_ids = dict(sent)
        await self._connection.execute(
            _SENT, [{"row_id": row_id, "app_id": app_id, "now": now} for row_id, app_id in app_ids.items()]
        )

    async def retry(self, row_id: int, at: datetime, reason: str, *, maybe_duplicate: bool = False) -> None:
        """Try again at `at`; `maybe_duplicate` when the attempt that failed may yet have been delivered."""
        changes: dict[str, Any] = {"status": "pending", "next_try_at": at, "error": reason[:REASON_LIMIT]}
        if maybe_duplicate:
            changes["maybe_duplicate"] = True
        await self._connection.execute(update(_table).where(_table.c.id == row_id).values(changes))

    async def failed(self, row_id: int, reason: str, now: datetime) -> None:
        """This row can never be sent; the next one of its chat is free to go."""
        await self._fail(row_id, reason)

    async def unreachable(self, row_id: int, reason: str, now: datetime) -> None:
        """The chat can no longer be written to: the row fails, and its account is marked so."""
        chat = await self._fail(row_id, reason)
        if chat is not None:
            await self._connection.execute(
                update(_accounts)
                .where(_accounts.c.channel == chat.channel, _accounts.c.chat_id == chat.chat_id)
                .values(reachable=False)
            )

    async def take_up(self, now: datetime, channels: Collection[str]) -> int:
        """How many rows of these channels were being sent when the process died; they go out again, marked so.

        Only the one process that sends on a channel may ask: what another is sending now would go out twice.
        """
        found = await self._connection.execute(
            update(_table)
            .where(_table.c.status == "sending", _table.c.channel.in_(list(channels)))
            .values(status="pending", maybe_duplicate=True, next_try_at=now)
            .returning(_table.c.id)
        )
        return len(found.all())

    async def cancel(self, key: str) -> bool:
        """True when the row was still waiting and will now not be sent."""
        found = await self._connection.execute(
            update(_table)
            .where(_table.c.key == key, _table.c.status == "pending")
            .values(status="cancelled")
            .returning(_table.c.id)
        )
        return found.first() is not None

    async def next_due(self, channels: Collection[str] | None = None) -> datetime | None:
        """When the earliest row that is first in its chat may go out; None when all there is is being sent."""
        earliest = select(func.min(_table.c.next_try_at, type_=_table.c.next_try_at.type)).where(
            _table.c.status == "pending", _IS_FIRST_OF_ITS_CHAT
        )
        if channels is not None:
            earliest = earliest.where(_table.c.channel.in_(list(channels)))
        found: datetime | None = (await self._connection.execute(earliest)).scalar()
        return found

    async def counts(self, channels: Collection[str] | None = None) -> dict[str, int]:
        """How many rows, of these channels or of all, are in each state."""
        asked = _COUNTS if channels is None else _COUNTS.where(_table.c.channel.in_(list(channels)))
        rows = await self._connection.execute(asked)
        none = {"pending": 0, "sending": 0, "sent": 0, "failed": 0, "cancelled": 0}
        return none | dict(rows.tuples().all())

    async def history(self, channel: str, chat_id: str, after_id: int = 0, limit: int = 100) -> list[SentReply]:
        """What was sent to a chat after row `after_id`, in order."""
        rows = await self._connection.execute(
            _HISTORY, {"channel": channel, "chat_id": chat_id, "after_id": after_id, "most": limit}
        )
        return [SentReply(row_id, unpack(reply), sent_at, cause) for row_id, reply, sent_at, cause in rows]

    async def sent_as(self, channel: str, chat_id: str, message_id: str) -> Reply | None:
        """What the chat has under this message id of its app, or None."""
        row = await self._connection.execute(
            _SENT_AS, {"channel": channel, "chat_id": chat_id, "message_id": message_id}
        )
        packed = row.scalar_one_or_none()
        return None if packed is None else unpack(packed)

    async def last_notice(self, channel: str, chat_id: str, since: datetime) -> int | None:
        """The one task that the last notices this chat was sent since a moment speak of; None when it is not one."""
        rows = await self._connection.execute(_LAST_NOTICE, {"channel": channel, "chat_id": chat_id, "since": since})
        found = rows.all()
        spoken_of = {task_id for row_id, task_id in found if row_id == found[0][0]}
        return spoken_of.pop() if len(spoken_of) == 1 else None

    async def _fail(self, row_id: int, reason: str) -> Any:
        found = (
            await self._connection.execute(
                update(_table)
                .where(_table.c.id == row_id)
                .values(status="failed", error=reason[:REASON_LIMIT])
                .returning(_table.c.channel, _table.c.chat_id)
            )
        ).first()
        return found


@cache
def _queue(dialect: str) -> ReturningInsert[Any]:
    return insert(dialect, _table).on_conflict_do_nothing(index_elements=["key"]).returning(_table.c.id)


def _new_row(queued: Queued) -> dict[str, Any]:
    return {
        "office_id": queued.office_id,
        "key": queued.key,
        "channel": queued.channel,
        "chat_id": queued.chat_id,
        "reply": pack(queued.reply),
        "cause": queued.cause,
        "status": "pending",
        "attempts": 0,
        "maybe_duplicate": False,
        "next_try_at": queued.now,
        "queued_at": queued.now,
    }


def _row(row: Sequence[Any]) -> OutboxRow:
    row_id, channel, chat_id, reply, attempts, maybe_duplicate, cause, key = row
    return OutboxRow(
        id=row_id,
        channel=channel,
        chat_id=chat_id,
        reply=unpack(reply),
        attempts=attempts,
        maybe_duplicate=maybe_duplicate,
        cause=cause,
        key=key,
    )
