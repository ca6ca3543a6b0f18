"""The ledger of reminders: one row for each occurrence and person, kept unique by the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from domain.notices import LedgerNotice, Notice, NoticeStatus, Subject, SubjectKind
from storage import tables
from storage.dialects import insert
from storage.inbox import REASON_LIMIT

_table, _outbox, _tasks = tables.notices, tables.outbox, tables.tasks
_IDS_AT_ONCE = 500
"""How many ids one statement names: every database takes that many."""
_MOST_PARTS = 40
"""More parts than the longest message has on any channel."""

MAKES_LATE = ("no_account", "undelivered")
"""What a notice waits for without anybody wanting it: it is late from then on, whatever it waits for afterwards."""
FOLDED = "folded"
"""Why an older stage that a newer one replaced was never sent."""

_ROW: Select[Any] = select(_table, _outbox.c.attempts, _outbox.c.next_try_at, _outbox.c.delivered_at).outerjoin(
    _outbox, _outbox.c.id == _table.c.outbox_id
)
_IS_WAITING = _table.c.status == NoticeStatus.PENDING.value
_HAS_LEFT = _table.c.status.in_([s.value for s in (NoticeStatus.SENT, NoticeStatus.SENDING, NoticeStatus.UNKNOWN)])
_IS_LATE = or_(_table.c.late, *[_table.c.reason == why for why in MAKES_LATE])
_KNOWN = (
    select(_table.c.subject, _table.c.rule, _table.c.occurrence, _table.c.person_id)
    .outerjoin(_tasks, _tasks.c.id == _table.c.task_id)
    .where(
        _table.c.office_id == bindparam("office_id"),
        or_(_table.c.task_id.is_(None), _tasks.c.status.not_in(("done", "cancelled"))),
        or_(_table.c.status != NoticeStatus.CANCELLED.value, _table.c.reason == FOLDED),
    )
)
"""A task that is over brings up no notice, so its rows need not be read on every beat."""
_TOLD = (
    select(
        _table.c.subject,
        _table.c.occurrence,
        func.min(_table.c.opened_at, type_=_table.c.opened_at.type),
        func.min(_table.c.sent_at, type_=_table.c.sent_at.type),
    )
    .outerjoin(_tasks, _tasks.c.id == _table.c.task_id)
    .where(
        _table.c.office_id == bindparam("office_id"),
        _table.c.rule.like("overdue~_%", escape="~"),
        or_(_table.c.task_id.is_(None), _tasks.c.status.not_in(("done", "cancelled"))),
        or_(
            _table.c.status != NoticeStatus.CANCELLED.value,
            _table.c.reason == FOLDED,
            _table.c.sent_at.is_not(None),
        ),
    )
    .group_by(_table.c.subject, _table.c.occurrence)
)
"""A folded stage counts, as it came with a newer one; what was taken back before anybody read it does not."""
_MESSAGES = (
    select(_outbox.c.id, _outbox.c.key, _outbox.c.cause, _outbox.c.status)
    .where(
        _outbox.c.office_id == bindparam("office_id"),
        _outbox.c.queued_at >= bindparam("since", type_=_outbox.c.queued_at.type),
        _outbox.c.cause.like("notice:%"),
    )
    .order_by(_outbox.c.id)
)
_STUCK = (
    select(func.count())
    .select_from(_table.outerjoin(_outbox, _outbox.c.id == _table.c.outbox_id))
    .where(
        _IS_WAITING,
        _table.c.reason == "",
        _table.c.release_at < bindparam("before", type_=_table.c.release_at.type),
        or_(_table.c.outbox_id.is_(None), _outbox.c.error.is_(None)),
    )
)


@dataclass(frozen=True, slots=True)
class NoticeMessage:
    """A message of the outbox that carries notices, or carried them before it was cancelled."""

    id: int
    key: str
    cause: str
    status: str


class Notices:
    """What is to be said to whom, and what became of it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open_many(self, notices: Iterable[tuple[Notice, datetime]], now: datetime) -> int:
        """Enter notices, each with the moment from which it may go out; returns how many are to be sent.

        One that is in the ledger stays as it is, unless it was cancelled without having been sent: it waits again.
        Folded ones are entered as cancelled.
        """
        rows = [_new_row(notice, release_at, now) for notice, release_at in notices]
        if not rows:
            return 0
        # Without a sort two processes that enter the same notices could wait for each other's rows.
        rows.sort(key=lambda row: (row["subject"], row["rule"], row["occurrence"], row["person_id"]))
        entered = await self._connection.execute(_enter(self._connection.dialect.name), rows)
        return sum(status == NoticeStatus.PENDING.value for (status,) in entered.all())

    async def known(self, office_id: int) -> frozenset[tuple[str, str, date, int]]:
        """The keys of this office's notices that need not be entered: of tasks that are not over."""
        rows = await self._connection.execute(_KNOWN, {"office_id": office_id})
        return frozenset((subject, rule, occurrence, person) for subject, rule, occurrence, person in rows)

    async def pending(self, office_id: int) -> Sequence[LedgerNotice]:
        """What has not been handed to an app, the earliest scheduled first; what a message carries included."""
        return await self._found(_table.c.office_id == office_id, _IS_WAITING)

    async def get(self, notice_id: int) -> LedgerNotice | None:
        """The notice, or None."""
        return next(iter(await self._found(_table.c.id == notice_id)), None)

    async def of_person(self, person_id: int, since: datetime) -> Sequence[LedgerNotice]:
        """The person's notices that were scheduled, or sent, since a moment."""
        return await self._found(_table.c.person_id == person_id, _is_since(since))

    async def of_office(self, office_id: int, since: datetime) -> Sequence[LedgerNotice]:
        """The office's notices that were scheduled, or sent, since a moment."""
        return await self._found(_table.c.office_id == office_id, _is_since(since))

    async def of_subjects(self, office_id: int, subjects: Collection[str]) -> Sequence[LedgerNotice]:
        """Every notice about these subjects, whatever became of it."""
        return await self._found(_table.c.office_id == office_id, _table.c.subject.in_(list(subjects)))

    async def of_message(self, outbox_id: int) -> Sequence[LedgerNotice]:
        """What this message of the outbox carries."""
        return await self._found(_table.c.outbox_id == outbox_id)

    async def last_shown(self, channel: str, chat_id: str) -> Sequence[LedgerNotice]:
        """What the last message of this chat carries; nothing where that was an answer."""
        last = select(_outbox.c.id).where(*_in_chat(channel, chat_id)).order_by(_outbox.c.id.desc()).limit(1)
        return await self._found(_table.c.outbox_id == last.scalar_subquery())

    async def shown_as(self, channel: str, chat_id: str, message_id: str) -> Sequence[LedgerNotice]:
        """What the message carries that the chat has under this id of its app."""
        named = select(_outbox.c.id).where(*_in_chat(channel, chat_id), _outbox.c.message_id == message_id)
        return await self._found(_table.c.outbox_id.in_(named))

    async def messages(self, office_id: int, since: datetime) -> Sequence[NoticeMessage]:
        """The messages with notices that were queued since a moment, cancelled ones included."""
        rows = await self._connection.execute(_MESSAGES, {"office_id": office_id, "since": since})
        return [NoticeMessage(row_id, key, cause, status) for row_id, key, cause, status in rows]

    async def carry(self, ids: Collection[int], outbox_id: int, channel: str) -> int:
        """Say which message carries these waiting notices; returns how many it took, none that another one carries."""
        return await self._change(
            ids,
            _IS_WAITING & _table.c.outbox_id.is_(None),
            outbox_id=outbox_id,
            channel=channel,
            reason="",
            late=_IS_LATE,
        )

    async def hold(self, held: Iterable[tuple[int, datetime, str]]) -> None:
        """Put waiting notices off to a moment, each with the reason; one that a message carries stays as it is."""
        rows = [{"row": row, "until": until, "why": why[:REASON_LIMIT]} for row, until, why in held]
        if rows:
            holding = (
                update(_table)
                .where(_table.c.id == bindparam("row"), _IS_WAITING, _table.c.outbox_id.is_(None))
                .values(
                    release_at=bindparam("until", type_=_table.c.release_at.type),
                    reason=bindparam("why"),
                    late=_IS_LATE,
                )
            )
            await self._connection.execute(holding, rows)

    async def take_back(self, outbox_ids: Collection[int], *, begun: bool = True) -> frozenset[int]:
        """Cancel messages that still wait, so that their notices wait for another one; which ones it could.

        All parts of a message go with the one that carries its notices. One of which a part has been handed to its app
        is left to be finished, unless `begun` ones are meant too.
        """
        taken: set[int] = set()
        for row_id in sorted(outbox_ids):
            parts = await self._parts_of(row_id)
            if parts.get(row_id) != "pending" or not (begun or set(parts.values()) <= {"pending", "failed"}):
                continue
            waiting = [part for part, status in parts.items() if status == "pending"]
            await self._connection.execute(
                update(_outbox)
                .where(_outbox.c.id.in_(waiting), _outbox.c.status == "pending")
                .values(status="cancelled")
            )
            await self._connection.execute(
                update(_table).where(_table.c.outbox_id == row_id, _IS_WAITING).values(outbox_id=None, channel="")
            )
            taken.add(row_id)
        return frozenset(taken)

    async def take_back_of(self, task_id: int) -> frozenset[int]:
        """Messages that still wait and speak of a task are not sent as they are: what is in them may no longer hold."""
        asked = select(_table.c.outbox_id).where(
            _table.c.task_id == task_id, _IS_WAITING, _table.c.outbox_id.is_not(None)
        )
        return await self.take_back({row_id for (row_id,) in await self._connection.execute(asked)}, begun=False)

    async def in_doubt(self, office_id: int) -> Sequence[LedgerNotice]:
        """What went out without an answer and is to go out once more."""
        return await self._found(_table.c.office_id == office_id, _table.c.status == NoticeStatus.UNKNOWN.value)

    async def repeat_at(self, outbox_ids: Collection[int], moment: datetime) -> None:
        """Messages that went out without an answer go out once more at a moment, and not before."""
        for some in _in_parts(outbox_ids):
            await self._connection.execute(
                update(_outbox)
                .where(_outbox.c.id.in_(some), _outbox.c.status == "unknown", _outbox.c.next_try_at < moment)
                .values(next_try_at=moment)
            )

    async def put_back(self, ids: Collection[int]) -> int:
        """These could not be sent the way they were: they wait again, for another message."""
        lost = _table.c.status.in_([s.value for s in (NoticeStatus.PENDING, NoticeStatus.SENDING, NoticeStatus.FAILED)])
        changes = {"status": NoticeStatus.PENDING.value, "outbox_id": None, "channel": "", "reason": ""}
        return await self._change(ids, lost, **changes)

    async def acknowledge(self, ids: Collection[int], person_id: int, now: datetime) -> int:
        """The person says that they received these; how many had not been acknowledged. Others' stay as they are."""
        reached = _table.c.status.in_(
            [s.value for s in (NoticeStatus.SENT, NoticeStatus.SENDING, NoticeStatus.UNKNOWN)]
        )
        own = and_(_table.c.person_id == person_id, _table.c.acknowledged_at.is_(None), reached)
        return await self._change(ids, own, acknowledged_at=now)

    async def cancel(self, ids: Collection[int], reason: str) -> int:
        """These became pointless; how many were still waiting and are now not sent."""
        return await self._change(
            ids, _IS_WAITING & _table.c.outbox_id.is_(None), status=NoticeStatus.CANCELLED.value, reason=reason
        )

    async def fail(self, ids: Collection[int], reason: str) -> int:
        """These can never be sent; how many were on their way."""
        unsent = _table.c.status.not_in([NoticeStatus.SENT.value, NoticeStatus.CANCELLED.value])
        return await self._change(ids, unsent, status=NoticeStatus.FAILED.value, reason=reason[:REASON_LIMIT])

    async def acknowledged(self, office_id: int) -> Mapping[tuple[str, date], Sequence[tuple[int, datetime]]]:
        """Who acknowledged something of a subject's occurrence, and when: by (subject, occurrence), earliest first."""
        asked = (
            select(_table.c.subject, _table.c.occurrence, _table.c.person_id, _table.c.acknowledged_at)
            .where(_table.c.office_id == office_id, _table.c.acknowledged_at.is_not(None))
            .order_by(_table.c.acknowledged_at, _table.c.id)
        )
        found: dict[tuple[str, date], list[tuple[int, datetime]]] = {}
        for subject, occurrence, person_id, moment in await self._connection.execute(asked):
            found.setdefault((subject, occurrence), []).append((person_id, moment))
        return found

    async def told_overdue(self, office_id: int) -> Mapping[tuple[str, date], tuple[datetime, datetime | None]]:
        """When it was first said that something is overdue: by (subject, occurrence), planned and sent.

        What is said of tasks that are over is not in it.
        """
        rows = await self._connection.execute(_TOLD, {"office_id": office_id})
        return {(subject, occurrence): (opened, sent) for subject, occurrence, opened, sent in rows}

    async def counts(self, office_id: int | None = None) -> dict[str, int]:
        """How many notices, of one office or of all, are in each state."""
        asked = select(_table.c.status, func.count()).group_by(_table.c.status)
        if office_id is not None:
            asked = asked.where(_table.c.office_id == office_id)
        rows = await self._connection.execute(asked)
        return {status.value: 0 for status in NoticeStatus} | dict(rows.tuples().all())

    async def late_count(self) -> int:
        """How many were sent late because the server had been down."""
        asked = select(func.count()).where(_table.c.late, _table.c.status == NoticeStatus.SENT.value)
        return int((await self._connection.execute(asked)).scalar_one())

    async def oldest_pending(self) -> datetime | None:
        """Since when the longest waiting notice that nothing holds back may go out; None when none waits."""
        oldest = select(func.min(_table.c.release_at, type_=_table.c.release_at.type)).where(
            _IS_WAITING, _table.c.reason == ""
        )
        found: datetime | None = (await self._connection.execute(oldest)).scalar()
        return found

    async def missed(self, before: datetime) -> int:
        """How many still wait although they could go out before a moment, and nothing says why."""
        return int((await self._connection.execute(_STUCK, {"before": before})).scalar_one())

    async def _parts_of(self, row_id: int) -> dict[int, str]:
        """The rows of the outbox that a message was cut into, each with how far it got; locked until the end."""
        asked = select(_outbox.c.key).where(_outbox.c.id == row_id)
        key = (await self._connection.execute(asked)).scalar_one_or_none()
        if key is None:
            return {}
        rows = select(_outbox.c.id, _outbox.c.status).where(is_part_of(key)).order_by(_outbox.c.id).with_for_update()
        return dict((await self._connection.execute(rows)).tuples().all())

    async def _found(self, *conditions: Any) -> list[LedgerNotice]:
        rows = await self._connection.execute(_ROW.where(*conditions).order_by(_table.c.scheduled, _table.c.id))
        return [_ledger_notice(row) for row in rows]

    async def _change(self, ids: Collection[int], condition: Any, **changes: Any) -> int:
        changed = 0
        for some in _in_parts(ids):
            done = await self._connection.execute(
                update(_table).where(_table.c.id.in_(some), condition).values(**changes).returning(_table.c.id)
            )
            changed += len(done.all())
        return changed


def is_part_of(key: str) -> Any:
    """Whether a row of the outbox is a part of the message that the row `key` is a part of; of others only itself."""
    name, _, number = key.rpartition(":")
    if not (key.startswith("notices:") and number.isdigit()):
        return _outbox.c.key == key
    return _outbox.c.key.in_([f"{name}:{part}" for part in range(_MOST_PARTS)])


def _in_chat(channel: str, chat_id: str) -> tuple[Any, ...]:
    """What a chat was sent, or may have been."""
    return (
        _outbox.c.channel == channel,
        _outbox.c.chat_id == chat_id,
        _outbox.c.status.in_([NoticeStatus.SENT.value, NoticeStatus.UNKNOWN.value, NoticeStatus.SENDING.value]),
    )


def _in_parts(ids: Collection[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + _IDS_AT_ONCE] for start in range(0, len(ordered), _IDS_AT_ONCE))


def _is_since(moment: datetime) -> Any:
    return or_(_table.c.scheduled >= moment, _table.c.sent_at >= moment)


@cache
def _enter(dialect: str) -> ReturningInsert[Any]:
    adding = insert(dialect, _table)
    again = {
        column: adding.excluded[column]
        for column in ("scheduled", "release_at", "late", "urgent", "status", "reason", "opened_at")
    }
    return adding.on_conflict_do_update(
        index_elements=["office_id", "subject", "rule", "occurrence", "person_id"],
        set_=again,
        where=and_(
            _table.c.status == NoticeStatus.CANCELLED.value,
            _table.c.reason != FOLDED,
            _table.c.sent_at.is_(None),
        ),
    ).returning(_table.c.status)


def _new_row(notice: Notice, release_at: datetime, now: datetime) -> dict[str, Any]:
    kind, subject = notice.subject.kind, notice.subject
    return {
        "office_id": notice.office_id,
        "person_id": notice.person_id,
        "subject": str(subject),
        "task_id": subject.id if kind is SubjectKind.TASK else None,
        "period_id": subject.id if kind is SubjectKind.PERIOD else None,
        "call_id": subject.id if kind is SubjectKind.CALL else None,
        "rule": notice.rule,
        "occurrence": notice.occurrence,
        "scheduled": notice.scheduled,
        "release_at": release_at,
        "late": notice.late,
        "urgent": notice.urgent,
        "status": (NoticeStatus.CANCELLED if notice.folded else NoticeStatus.PENDING).value,
        "reason": FOLDED if notice.folded else "",
        "opened_at": now,
    }


def _ledger_notice(row: Any) -> LedgerNotice:
    return LedgerNotice(
        id=row.id,
        notice=Notice(
            office_id=row.office_id,
            person_id=row.person_id,
            subject=_subject(row.subject),
            rule=row.rule,
            occurrence=row.occurrence,
            scheduled=row.scheduled,
            late=row.late,
            urgent=row.urgent,
            folded=row.reason == FOLDED,
        ),
        status=NoticeStatus(row.status),
        release_at=row.release_at,
        opened_at=row.opened_at,
        reason=row.reason,
        message=row.outbox_id,
        channel=row.channel,
        message_id=row.message_id or "",
        attempts=row.attempts or 0,
        next_try_at=row.next_try_at,
        sent_at=row.sent_at,
        acknowledged_at=row.acknowledged_at,
        seen_at=row.seen_at,
        delivered_at=row.delivered_at,
    )


def _subject(text: str) -> Subject:
    kind, _, rest = text.partition(":")
    number, _, unit = rest.partition("/")
    return Subject(SubjectKind(kind), int(number), int(unit) if unit else None)
