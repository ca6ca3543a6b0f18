"""The ledger of reminders as the operator sees it: what would go out, what went, to whom, and what is wrong."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

import structlog

from domain.channels import LAST_WINDOW, ORDER, ZALO_OA
from domain.messages import Reply
from domain.notices import LedgerNotice, NoticeStatus
from domain.people import Person
from domain.ports import Outbox, Records
from domain.tasks import Task
from scheduler.beat import beat
from scheduler.books import Shapes
from scheduler.holding import NO_ACCOUNT
from storage import Repositories, Storage

EVERY_CHANNEL = (*ORDER, "terminal")
_WINDOWS = {ZALO_OA: LAST_WINDOW}
_AS_IT_IS: Shapes = {name: lambda notice: [notice] for name in EVERY_CHANNEL}


@dataclass
class _Listening:
    """An outbox that remembers what was queued."""

    outbox: Outbox
    queued: dict[int, tuple[str, Reply]] = field(default_factory=dict)

    async def queue(self, **row: Any) -> int | None:
        """Queue the row and remember it."""
        number = await self.outbox.queue(**row)
        if number is not None:
            self.queued[number] = (row["channel"], row["reply"])
        return number


class _OneTransaction:
    """Books whose every reading and writing is the one transaction they were given."""

    def __init__(self, records: Records) -> None:
        self._records = records

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Records]:
        yield self._records

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Records]:
        yield self._records


class _Undone(Exception):
    """Leaves a transaction without keeping anything of it."""


async def rehearsed(storage: Storage, office_id: int, moment: datetime) -> list[dict[str, Any]]:
    """The messages that would be queued at a moment, to whom and why; nothing of it is kept.

    Those who can be written to nowhere yet are listed too, without a channel.
    """
    found: list[dict[str, Any]] = []
    try:
        async with storage.writing() as records:
            structlog.contextvars.bind_contextvars(rehearsal=True)
            listening = _Listening(records.outbox)
            heard = replace(records, outbox=cast(Any, listening))
            await beat(_OneTransaction(heard), moment, _AS_IT_IS, _WINDOWS)
            found = await _messages(records, office_id, listening.queued)
            raise _Undone
    except _Undone:
        return found
    finally:
        structlog.contextvars.unbind_contextvars("rehearsal")


async def _messages(
    records: Repositories, office_id: int, queued: Mapping[int, tuple[str, Reply]]
) -> list[dict[str, Any]]:
    people = {person.id: person for person in await records.people.of_office(office_id)}
    tasks = {task.id: task for task in await records.register.tasks(office_id)}
    waiting = await records.notices.pending(office_id)
    found = []
    for number, (channel, reply) in queued.items():
        rows = [row for row in waiting if row.message == number]
        if rows:
            person = people[rows[0].notice.person_id]
            found.append(_message(person, channel, reply.text, rows, tasks))
    for person_id in sorted({row.notice.person_id for row in waiting if row.reason == NO_ACCOUNT}):
        rows = [row for row in waiting if row.notice.person_id == person_id and row.reason == NO_ACCOUNT]
        found.append(_message(people[person_id], "", "", rows, tasks))
    return found


def _message(
    person: Person, channel: str, text: str, rows: Sequence[LedgerNotice], tasks: Mapping[int, Task]
) -> dict[str, Any]:
    return {
        "person": person.name,
        "unit": person.unit_name,
        "channel": channel,
        "text": text,
        "notices": [_notice(row, tasks) for row in rows],
    }


def _notice(row: LedgerNotice, tasks: Mapping[int, Task]) -> dict[str, Any]:
    notice = row.notice
    task = tasks.get(notice.subject.id) if notice.subject.kind == "task" else None
    return {
        "subject": str(notice.subject),
        "task": None if task is None else task.number,
        "document": None if task is None else task.document_number,
        "rule": notice.rule,
        "occurrence": notice.occurrence.isoformat(),
        "scheduled": notice.scheduled.isoformat(),
        "late": notice.late,
    }


async def listed(
    records: Records, office_id: int, since: datetime, statuses: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The ledger's rows since a moment, in these states or in any."""
    people = {person.id: person.name for person in await records.people.of_office(office_id)}
    tasks = {task.id: task for task in await records.register.tasks(office_id)}
    rows = await records.notices.of_office(office_id, since)
    return [
        {
            "id": row.id,
            "person": people.get(row.notice.person_id, ""),
            **_notice(row, tasks),
            "status": str(row.status),
            "reason": row.reason,
            "release": row.release_at.isoformat(),
            "channel": row.channel,
            "message_id": row.message_id,
            "attempts": row.attempts,
            "sent": row.sent_at and row.sent_at.isoformat(),
            "acknowledged": row.acknowledged_at and row.acknowledged_at.isoformat(),
            "delivered": row.delivered_at and row.delivered_at.isoformat(),
            "seen": row.seen_at and row.seen_at.isoformat(),
        }
        for row in rows
        if not statuses or row.status in statuses
    ]


async def by_person(records: Records, office_id: int, since: datetime) -> list[dict[str, Any]]:
    """For each colleague how many notices wait, went, failed, are not known to have arrived, and were acknowledged."""
    rows = await records.notices.of_office(office_id, since)
    found = []
    for person in await records.people.of_office(office_id):
        own = [row for row in rows if row.notice.person_id == person.id]
        counts = {str(status): sum(row.status is status for row in own) for status in NoticeStatus}
        sent = [row for row in own if row.status is NoticeStatus.SENT]
        acknowledged = sum(row.acknowledged_at is not None for row in sent)
        unread = sum(row.acknowledged_at is None and row.seen_at is None for row in sent)
        accounts = await records.people.accounts(person.id)
        found.append(
            {
                "person": person.name,
                "unit": person.unit_name,
                "reachable": any(account.reachable for account in accounts),
                **counts,
                "acknowledged": acknowledged,
                "unread": unread,
            }
        )
    return found
