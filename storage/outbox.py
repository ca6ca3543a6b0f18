"""Replies and notices on their way out: in order within a chat, each until the app has given it a message id."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from domain.messages import Priority, Reply
from storage import tables
from storage.dialects import insert
from storage.inbox import REASON_LIMIT
from storage.notices import is_part_of
from storage.replies import pack, unpack

MOST_CUTS = 12
"""Tries after which a row that was being sent when the process ended, again, is taken to be the reason for it."""

_table, _notices, _accounts = tables.outbox, tables.notices, tables.accounts

WAITING = ("pending", "unknown")
"""What is to be sent: for the first time, or once more because nobody knows whether it arrived."""

_earlier = tables.outbox.alias("earlier")
_IS_FIRST_OF_ITS_CHAT = ~exists().where(
    _earlier.c.channel == _table.c.channel,
    _earlier.c.chat_id == _table.c.chat_id,
    or_(
        _earlier.c.status == "sending",
        and_(
            _earlier.c.status.in_(WAITING),
            or_(
                _earlier.c.priority < _table.c.priority,
                and_(_earlier.c.priority == _table.c.priority, _earlier.c.id < _table.c.id),
            ),
        ),
    ),
)
"""Whatever state the first unfinished row of a chat is in, those behind it wait; a reply goes before a notice."""

_QUEUES = (
    select(_table.c.priority, _table.c.status, _table.c.office_id)
    .where(_table.c.channel == bindparam("channel"), _table.c.status.in_(WAITING))
    .distinct()
)
_DUE = (
    select(_table.c.id, _table.c.chat_id)
    .where(
        _table.c.channel == bindparam("channel"),
        _table.c.status == bindparam("status"),
        _table.c.priority == bindparam("priority"),
        _table.c.next_try_at <= bindparam("now", type_=_table.c.next_try_at.type),
        _IS_FIRST_OF_ITS_CHAT,
    )
    .order_by(_table.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_DUE_OF_OFFICE = _DUE.where(_table.c.office_id == bindparam("office_id"))
_DUE_OF_NONE = _DUE.where(_table.c.office_id.is_(None))
_CLAIM = (
    update(_table)
    .where(_table.c.id.in_(bindparam("row_ids", expanding=True)), _table.c.status.in_(WAITING))
    .values(
        status="sending",
        attempts=_table.c.attempts + 1,
        sender_id=bindparam("sender", type_=_table.c.sender_id.type),
    )
    .returning(
        _table.c.id,
        _table.c.channel,
        _table.c.chat_id,
        _table.c.reply,
        _table.c.attempts,
        _table.c.maybe_duplicate,
        _table.c.unanswered,
        _table.c.cause,
        _table.c.key,
        _table.c.priority,
        _table.c.office_id,
        _table.c.queued_at,
        _table.c.said_by_id,
    )
)
IS_OURS = and_(
    _table.c.id == bindparam("row_id"),
    or_(_table.c.status == "sending", _table.c.status == "unknown"),
    _table.c.sender_id == bindparam("sender", type_=_table.c.sender_id.type),
)
"""The row while the sender that took it up may still say what became of it: until another one takes it up."""

_SENT = (
    update(_table)
    .where(IS_OURS)
    .values(
        status="sent",
        message_id=bindparam("app_id", type_=_table.c.message_id.type),
        sent_at=bindparam("now", type_=_table.c.sent_at.type),
        error=None,
    )
)
_CARRYING = (
    select(_notices.c.outbox_id).where(_notices.c.outbox_id.in_(bindparam("row_ids", expanding=True))).distinct()
)
_DELIVERED = (
    update(_notices)
    .where(
        _notices.c.outbox_id == bindparam("row_id"),
        exists().where(_table.c.id == _notices.c.outbox_id, _table.c.status == "sent"),
    )
    .values(
        status="sent",
        reason="",
        channel=select(_table.c.channel).where(_table.c.id == _notices.c.outbox_id).scalar_subquery(),
        message_id=select(_table.c.message_id).where(_table.c.id == _notices.c.outbox_id).scalar_subquery(),
        sent_at=bindparam("now", type_=_notices.c.sent_at.type),
    )
)
_OUTCOME = select(_table.c.status).where(_table.c.id == _notices.c.outbox_id).scalar_subquery()
_TROUBLE = (
    select(case((_table.c.status.in_(("unknown", "failed")), func.coalesce(_table.c.error, "")), else_=""))
    .where(_table.c.id == _notices.c.outbox_id)
    .scalar_subquery()
)
_FOLLOW = (
    update(_notices)
    .where(
        _notices.c.outbox_id.in_(bindparam("row_ids", expanding=True)),
        _notices.c.status.in_(("pending", "sending", "unknown")),
    )
    .values(status=_OUTCOME, reason=_TROUBLE)
)
"""The notices that a message carries stand where the message stands."""

PUT_BACK = (
    update(_notices)
    .where(
        _notices.c.outbox_id.in_(bindparam("row_ids", expanding=True)),
        _notices.c.status.in_(("pending", "sending", "unknown")),
    )
    .values(status="pending", reason="", outbox_id=None, channel="")
)
"""The notices that a message carries wait for another one."""

_OVER = (
    select(_table.c.id)
    .where(
        _table.c.status.in_(("sent", "failed", "cancelled")),
        func.coalesce(_table.c.sent_at, _table.c.queued_at) < bindparam("before", type_=_table.c.queued_at.type),
        ~exists().where(
            _notices.c.outbox_id == _table.c.id,
            or_(
                _notices.c.opened_at >= bindparam("before", type_=_notices.c.opened_at.type),
                _notices.c.status.in_(("pending", "sending", "unknown")),
            ),
        ),
    )
    .order_by(_table.c.id)
    .limit(bindparam("most"))
)
"""What was over before a moment and is spoken of by no younger row of the ledger."""

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
_LATELY = (
    select(_table.c.message_id, _table.c.reply)
    .where(
        _table.c.channel == bindparam("channel"),
        _table.c.chat_id == bindparam("chat_id"),
        _table.c.status == "sent",
        _table.c.message_id.is_not(None),
    )
    .order_by(_table.c.id.desc())
    .limit(bindparam("most"))
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
    """A reply taken up for sending. `attempts` counts this one; `maybe_duplicate` says it may have arrived before.

    It may because a call was left `unanswered`, or because a process ended while it was sending.
    """

    id: int
    channel: str
    chat_id: str
    reply: Reply
    attempts: int
    maybe_duplicate: bool
    unanswered: bool
    cause: str
    key: str
    priority: int
    office_id: int | None
    queued_at: datetime
    said_by_id: int | None = None


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
    priority: int = Priority.REPLY
    said_by_id: int | None = None


class Outbox:
    """What was decided to be said, and how far it got.

    The notices of the ledger that a row carries follow it in the same transaction.
    """

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
        priority: int = Priority.REPLY,
        said_by_id: int | None = None,
    ) -> int | None:
        """The row's id, or None when `key` is queued already.

        What has a lower `priority` goes first (domain.messages.Priority); the offices take turns within each.
        `said_by_id` is the member of staff who has it said and is told when it does not arrive.
        """
        row = _new_row(Queued(channel, chat_id, reply, key, now, cause, office_id, priority, said_by_id))
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
        *,
        sender: str = "",
        after_office: int | None = None,
    ) -> list[OutboxRow]:
        """Rows to send now, marked as being sent by `sender`: the first unfinished one of a chat, none of a busy chat.

        A row that waits for its next try or is being sent holds back those behind it in the same chat, so that
        nobody reads an answer before the one it follows. What is more urgent goes first; offices take turns, the one
        behind `after_office` first. Two processes never get the same row. A row that cannot be read fails.
        """
        ids: list[int] = []
        for channel in channels:
            ids += await self._due(channel, now, limit - len(ids), busy, after_office)
        if not ids:
            return []
        claimed = (await self._connection.execute(_CLAIM, {"row_ids": ids, "sender": sender})).all()
        rows, broken = [], []
        for row in claimed:
            try:
                rows.append(_row(row))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                broken.append((row.id, f"the row cannot be read: {type(error).__name__}"))
        await self._follow(ids)
        for row_id, reason in broken:
            await self.failed(row_id, reason, sender=sender)
        return sorted(rows, key=lambda row: ids.index(row.id))

    async def sent_many(self, sent: Sequence[tuple[int, str]], now: datetime, *, sender: str = "") -> None:
        """The app accepted these rows under these message ids."""
        if not sent:
            return
        app_ids = dict(sent)
        await self._connection.execute(
            _SENT,
            [{"row_id": row_id, "app_id": app_id, "now": now, "sender": sender} for row_id, app_id in app_ids.items()],
        )
        carrying = (await self._connection.execute(_CARRYING, {"row_ids": list(app_ids)})).scalars().all()
        if carrying:
            await self._connection.execute(_DELIVERED, [{"row_id": row_id, "now": now} for row_id in carrying])

    async def retry(self, row_id: int, at: datetime, reason: str, *, sender: str = "") -> None:
        """The app did not take it: try again at `at`. What may have arrived before stays in doubt."""
        status = case((_table.c.maybe_duplicate, "unknown"), else_="pending")
        await self._end(row_id, sender, status=status, next_try_at=at, error=reason[:REASON_LIMIT])

    async def wait(self, row_id: int, at: datetime, reason: str, *, sender: str = "") -> None:
        """Nothing goes out through the app now: the row waits where it stood, and this was no try."""
        status = case((_table.c.maybe_duplicate, "unknown"), else_="pending")
        tried = {"attempts": _table.c.attempts - 1}
        await self._end(row_id, sender, status=status, next_try_at=at, error=reason[:REASON_LIMIT], **tried)

    async def unknown(self, row_id: int, at: datetime, reason: str, *, sender: str = "") -> None:
        """The app did not answer, so that it may have arrived: it goes out once more, labelled, at `at`."""
        doubt = {"status": "unknown", "maybe_duplicate": True, "unanswered": True}
        await self._end(row_id, sender, **doubt, next_try_at=at, error=reason[:REASON_LIMIT])

    async def failed(self, row_id: int, reason: str, *, sender: str = "") -> None:
        """This row can never be sent; the next one of its chat is free to go."""
        await self._end(row_id, sender, status="failed", error=reason[:REASON_LIMIT])
        await self._end_the_rest(row_id, reason[:REASON_LIMIT])

    async def unreachable(self, row_id: int, reason: str, *, sender: str = "") -> None:
        """The chat can no longer be written to: the row fails, its account is marked, its notices look for another."""
        ended = {"status": "failed", "error": reason[:REASON_LIMIT]}
        chat = await self._ended(row_id, sender, ended)
        if chat is None:
            return
        rest = await self._rest(row_id)
        await self._cancel_rows(rest)
        await self._connection.execute(PUT_BACK, {"row_ids": [row_id, *rest]})
        await self._connection.execute(
            update(_accounts)
            .where(_accounts.c.channel == chat.channel, _accounts.c.chat_id == chat.chat_id)
            .values(reachable=False)
        )

    async def give_up_dead(self, now: datetime, channels: Collection[str], alive: Collection[str]) -> int:
        """How many rows of these channels were being sent by a process that is not alive: nobody knows about them now.

        They go out once more, labelled. One that is cut off again and again, as if it killed the process, fails.
        """
        found = await self._connection.execute(
            update(_table)
            .where(
                _table.c.status == "sending",
                _table.c.channel.in_(list(channels)),
                or_(_table.c.sender_id.is_(None), _table.c.sender_id.not_in(list(alive))),
            )
            .values(
                status=case((_table.c.attempts >= MOST_CUTS, "failed"), else_="unknown"),
                maybe_duplicate=True,
                next_try_at=now,
                error="the process ended while sending",
            )
            .returning(_table.c.id)
        )
        ids = [row_id for (row_id,) in found]
        await self._follow(ids)
        return len(ids)

    async def take_up(self, now: datetime, channels: Collection[str]) -> int:
        """How many rows of these channels were being sent when the process died; see `give_up_dead`.

        Only the one process that sends on a channel may ask: what another is sending now would go out twice.
        """
        return await self.give_up_dead(now, channels, ())

    async def cancel(self, key: str) -> bool:
        """True when the row was still waiting and will now not be sent; its notices wait for another message."""
        found = await self._connection.execute(
            update(_table)
            .where(_table.c.key == key, _table.c.status.in_(("pending", "held")))
            .values(status="cancelled")
            .returning(_table.c.id)
        )
        ids = [row_id for (row_id,) in found]
        if ids:
            await self._connection.execute(PUT_BACK, {"row_ids": ids})
        return bool(ids)

    async def next_due(self, channels: Collection[str] | None = None) -> datetime | None:
        """When the earliest row that is first in its chat may go out; None when all there is is being sent."""
        earliest = select(func.min(_table.c.next_try_at, type_=_table.c.next_try_at.type)).where(
            _table.c.status.in_(WAITING), _IS_FIRST_OF_ITS_CHAT
        )
        if channels is not None:
            earliest = earliest.where(_table.c.channel.in_(list(channels)))
        found: datetime | None = (await self._connection.execute(earliest)).scalar()
        return found

    async def counts(self, channels: Collection[str] | None = None) -> dict[str, int]:
        """How many rows, of these channels or of all, are in each state."""
        asked = _COUNTS if channels is None else _COUNTS.where(_table.c.channel.in_(list(channels)))
        rows = await self._connection.execute(asked)
        none = dict.fromkeys(("pending", "sending", "unknown", "held", "sent", "failed", "cancelled"), 0)
        return none | dict(rows.tuples().all())

    async def failed_since(self, since: datetime) -> dict[str, int]:
        """How many messages of each channel that were queued at or after a moment were given up."""
        asked = (
            select(_table.c.channel, func.count())
            .where(_table.c.status == "failed", _table.c.queued_at >= since)
            .group_by(_table.c.channel)
        )
        return dict((await self._connection.execute(asked)).tuples().all())

    async def purge(self, before: datetime, most: int) -> int:
        """Drop up to so many messages that were over before a moment; how many. What the ledger says of them stays."""
        found = (await self._connection.execute(_OVER, {"before": before, "most": most})).scalars().all()
        if found:
            await self._connection.execute(delete(_table).where(_table.c.id.in_(found)))
        return len(found)

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

    async def lately_sent(self, channel: str, chat_id: str, most: int) -> list[tuple[str, Reply]]:
        """The last messages of a chat with their ids in the app, the newest first."""
        rows = await self._connection.execute(_LATELY, {"channel": channel, "chat_id": chat_id, "most": most})
        return [(message_id, unpack(packed)) for message_id, packed in rows]

    async def last_notice(self, channel: str, chat_id: str, since: datetime) -> int | None:
        """The one task that the last notices this chat was sent since a moment speak of; None when it is not one."""
        rows = await self._connection.execute(_LAST_NOTICE, {"channel": channel, "chat_id": chat_id, "since": since})
        found = rows.all()
        spoken_of = {task_id for row_id, task_id in found if row_id == found[0][0]}
        return spoken_of.pop() if len(spoken_of) == 1 else None

    async def _due(
        self, channel: str, now: datetime, limit: int, busy: Collection[tuple[str, str]], after_office: int | None
    ) -> list[int]:
        """The rows of a channel whose turn it is, locked: by priority, then an office at a time."""
        found = await self._connection.execute(_QUEUES, {"channel": channel})
        queues = [_QueueOfOffice(*row) for row in found]
        skipped = {chat_id for name, chat_id in busy if name == channel}
        ids: list[int] = []
        for priority in sorted({queue.priority for queue in queues}):
            turns = sorted((q for q in queues if q.priority == priority), key=lambda q: q.turn(after_office))
            for number, queue in enumerate(turns):
                share = -(-(limit - len(ids)) // (len(turns) - number))
                if share > 0:
                    ids += await self._first_of(queue, channel, now, share, skipped)
        return ids

    async def _first_of(
        self, queue: "_QueueOfOffice", channel: str, now: datetime, most: int, skipped: Collection[str]
    ) -> list[int]:
        given = {
            "channel": channel,
            "status": queue.status,
            "priority": queue.priority,
            "now": now,
            "most": most + len(skipped),
        }
        if queue.office_id is None:
            due = await self._connection.execute(_DUE_OF_NONE, given)
        else:
            due = await self._connection.execute(_DUE_OF_OFFICE, {**given, "office_id": queue.office_id})
        return [row_id for row_id, chat_id in due if chat_id not in skipped][:most]

    async def _end_the_rest(self, row_id: int, reason: str) -> None:
        """A part of a message has failed: what is said in it was not said, and the parts behind it are not sent."""
        rest = await self._rest(row_id)
        if not rest or await self._status(row_id) != "failed":
            return
        await self._cancel_rows(rest)
        await self._connection.execute(
            update(_notices)
            .where(_notices.c.outbox_id.in_(rest), _notices.c.status == "pending")
            .values(status="failed", reason=reason)
        )

    async def _rest(self, row_id: int) -> list[int]:
        """The parts of a message behind this one that still wait."""
        key = (await self._connection.execute(select(_table.c.key).where(_table.c.id == row_id))).scalar_one()
        behind = select(_table.c.id).where(is_part_of(key), _table.c.id > row_id, _table.c.status == "pending")
        return list((await self._connection.execute(behind)).scalars())

    async def _status(self, row_id: int) -> str:
        return str((await self._connection.execute(select(_table.c.status).where(_table.c.id == row_id))).scalar_one())

    async def _cancel_rows(self, row_ids: Sequence[int]) -> None:
        if row_ids:
            await self._connection.execute(
                update(_table).where(_table.c.id.in_(row_ids), _table.c.status == "pending").values(status="cancelled")
            )

    async def _end(self, row_id: int, sender: str, **changes: Any) -> None:
        if await self._ended(row_id, sender, changes) is not None:
            await self._follow([row_id])

    async def _ended(self, row_id: int, sender: str, changes: dict[str, Any]) -> Any:
        """The row's chat once it was changed; None when another sender has taken the row up meanwhile."""
        changing = update(_table).where(IS_OURS).values(**changes).returning(_table.c.channel, _table.c.chat_id)
        return (await self._connection.execute(changing, {"row_id": row_id, "sender": sender})).first()

    async def _follow(self, row_ids: Sequence[int]) -> None:
        if row_ids:
            await self._connection.execute(_FOLLOW, {"row_ids": list(row_ids)})


@dataclass(frozen=True, slots=True)
class _QueueOfOffice:
    """What waits for one office at one priority, sent for the first time or once more."""

    priority: int
    status: str
    office_id: int | None

    def turn(self, after_office: int | None) -> tuple[bool, int, bool]:
        """Its place among the others: offices behind the one served last first, what is in doubt before the new."""
        office, last = self.office_id or 0, after_office or 0
        return (office <= last, office, self.status == "pending")


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
        "priority": int(queued.priority),
        "said_by_id": queued.said_by_id,
    }


def _row(row: Any) -> OutboxRow:
    return OutboxRow(
        id=row.id,
        channel=row.channel,
        chat_id=row.chat_id,
        reply=unpack(row.reply),
        attempts=row.attempts,
        maybe_duplicate=row.maybe_duplicate,
        unanswered=row.unanswered,
        cause=row.cause,
        key=row.key,
        priority=row.priority,
        office_id=row.office_id,
        queued_at=row.queued_at,
        said_by_id=row.said_by_id,
    )
