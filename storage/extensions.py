"""Requests for more time, and the deadlines that were moved for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.deadlines import Deadline, DeadlineKind
from domain.extensions import ExtensionRequest, RequestStatus
from domain.people import Person
from domain.tasks import Task
from storage import tables

_requests, _tasks, _people = tables.extension_requests, tables.tasks, tables.people
_deciders = tables.people.alias("deciders")
_REQUEST: Select[Any] = (
    select(_requests, _people.c.name.label("person_name"), _deciders.c.name.label("decider_name"))
    .join(_people, _people.c.id == _requests.c.person_id)
    .outerjoin(_deciders, _deciders.c.id == _requests.c.decided_by_id)
)


class Extensions:
    """Who asked for more time, and what was decided."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(
        self, task: Task, person: Person, wanted: date, reason: str, said: str, now: datetime
    ) -> ExtensionRequest | None:
        """The request as it now waits; None when another one of this task waits already."""
        await self._hold(task.id)
        if await self.open_of(task.id) is not None:
            return None
        adding = _requests.insert().values(
            office_id=task.office_id,
            task_id=task.id,
            person_id=person.id,
            wanted=wanted,
            reason=reason,
            said=said,
            status=RequestStatus.OPEN.value,
            asked_at=now,
        )
        return await self.get((await self._connection.execute(adding.returning(_requests.c.id))).scalar_one())

    async def get(self, request_id: int) -> ExtensionRequest | None:
        """The request, or None."""
        row = (await self._connection.execute(_REQUEST.where(_requests.c.id == request_id))).first()
        return None if row is None else _request(row)

    async def open_of(self, task_id: int) -> ExtensionRequest | None:
        """The request of this task that still waits, or None."""
        waiting = _REQUEST.where(_requests.c.task_id == task_id, _requests.c.status == RequestStatus.OPEN.value)
        row = (await self._connection.execute(waiting)).first()
        return None if row is None else _request(row)

    async def of_task(self, task_id: int) -> Sequence[ExtensionRequest]:
        """All requests of the task, the newest first."""
        rows = await self._connection.execute(
            _REQUEST.where(_requests.c.task_id == task_id).order_by(_requests.c.id.desc())
        )
        return [_request(row) for row in rows]

    async def waiting(self, office_id: int) -> Sequence[ExtensionRequest]:
        """The office's requests that still wait, the oldest first."""
        asked = _REQUEST.where(_requests.c.office_id == office_id, _requests.c.status == RequestStatus.OPEN.value)
        return [_request(row) for row in await self._connection.execute(asked.order_by(_requests.c.id))]

    async def settle(
        self,
        request: ExtensionRequest,
        decider: Person,
        status: RequestStatus,
        now: datetime,
        *,
        granted: date | None = None,
        remark: str = "",
    ) -> ExtensionRequest | None:
        """The request decided or withdrawn; None when it no longer waits.

        Granting moves the task's deadline and leaves a trace of what it was.
        """
        await self._hold(request.task_id)
        settled = await self._connection.execute(
            update(_requests)
            .where(_requests.c.id == request.id, _requests.c.status == RequestStatus.OPEN.value)
            .values(status=status.value, decided_by_id=decider.id, decided_at=now, granted=granted, remark=remark)
        )
        if settled.rowcount == 0:
            return None
        if status is RequestStatus.GRANTED and granted is not None:
            await self._move(request, decider, granted, now)
        return await self.get(request.id)

    async def _move(self, request: ExtensionRequest, decider: Person, granted: date, now: datetime) -> None:
        row = (await self._connection.execute(select(_tasks).where(_tasks.c.id == request.task_id))).one()
        before = Deadline(DeadlineKind(row.deadline_kind), row.deadline_due, text=row.deadline_text)
        await self._connection.execute(
            update(_tasks)
            .where(_tasks.c.id == request.task_id)
            .values(deadline_kind=DeadlineKind.DATE.value, deadline_due=granted)
        )
        await self._connection.execute(
            tables.deadline_changes.insert().values(
                office_id=request.office_id,
                task_id=request.task_id,
                before=_shown(before),
                after=_shown(replace(before, kind=DeadlineKind.DATE, due=granted)),
                cause="extension",
                request_id=request.id,
                person_id=decider.id,
                source=request.reason,
                status="applied",
                at=now,
            )
        )

    async def _hold(self, task_id: int) -> None:
        """No other transaction asks for this task or decides on it until this one ends. Raises LookupError."""
        held = select(_tasks.c.id).where(_tasks.c.id == task_id).with_for_update(key_share=True)
        if (await self._connection.execute(held)).first() is None:
            raise LookupError(f"task {task_id} is gone")


def _shown(deadline: Deadline) -> dict[str, Any]:
    return deadline.as_json() | {"text": deadline.text}


def _request(row: Any) -> ExtensionRequest:
    return ExtensionRequest(
        id=row.id,
        office_id=row.office_id,
        task_id=row.task_id,
        person_id=row.person_id,
        person_name=row.person_name,
        wanted=row.wanted,
        reason=row.reason,
        said=row.said,
        status=RequestStatus(row.status),
        asked_at=row.asked_at,
        decided_by=row.decider_name or "",
        decided_at=row.decided_at,
        granted=row.granted,
        remark=row.remark,
    )
