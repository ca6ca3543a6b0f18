"""The tasks of which something may have to be said, read with nothing but what decides that."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.clock import at_local, local_day
from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.progress import Approval
from domain.tasks import Share, Task, TaskStatus
from storage import tables

_tasks, _reports, _shares, _documents = tables.tasks, tables.reports, tables.shares, tables.documents
_IDS_AT_ONCE = 500
_OVER = [status.value for status in TaskStatus if status.is_over]
_STATUSES = {status.value: status for status in TaskStatus}
_COUNTS = _reports.c.approval != Approval.RETURNED.value

_TASK = (
    select(
        _tasks.c.id,
        _tasks.c.deadline_kind,
        _tasks.c.deadline_due,
        _tasks.c.deadline_every,
        _tasks.c.deadline_dates,
        _tasks.c.deadline_day,
        _tasks.c.lead_unit_id,
        _tasks.c.assignee_id,
        _tasks.c.document_id,
        _tasks.c.status,
        _documents.c.issued_on,
    )
    .select_from(_tasks)
    .outerjoin(_documents, _documents.c.id == _tasks.c.document_id)
    .where(_tasks.c.confirmed, _tasks.c.dropped.is_(False))
)


class OpenTasks:
    """The register as planning reads it."""

    _connection: AsyncConnection

    async def open_tasks(
        self, office_id: int, reported_since: date | None = None, also: Collection[int] = ()
    ) -> list[Task]:
        """The office's confirmed tasks that are not over, without their words and in no order.

        Also those that are over and of which something was reported since a day, and of `also` what is confirmed.
        """
        wanted: ColumnElement[bool] = _tasks.c.status.not_in(_OVER)
        if reported_since is not None:
            lately = select(_reports.c.task_id).where(
                _reports.c.office_id == office_id, _COUNTS, _reports.c.at >= at_local(reported_since, time())
            )
            wanted = or_(wanted, _tasks.c.id.in_(lately))
        of_office = _TASK.where(_tasks.c.office_id == office_id)
        rows = list((await self._connection.execute(of_office.where(wanted))).all())
        ids = sorted(set(also) - {row[0] for row in rows})
        for start in range(0, len(ids), _IDS_AT_ONCE):
            named = of_office.where(_tasks.c.id.in_(ids[start : start + _IDS_AT_ONCE]))
            rows += (await self._connection.execute(named)).all()
        reported = await self._last_reports(office_id)
        shares = await self._parts(office_id, reported)
        return list(_read(office_id, rows, reported, shares))

    async def _last_reports(self, office_id: int) -> Mapping[tuple[int, int | None], datetime]:
        """When each task was last reported on, and each unit's part of it."""
        asked = (
            select(_reports.c.task_id, _reports.c.unit_id, func.max(_reports.c.at, type_=_reports.c.at.type))
            .where(_reports.c.office_id == office_id, _COUNTS)
            .group_by(_reports.c.task_id, _reports.c.unit_id)
        )
        found: dict[tuple[int, int | None], datetime] = {}
        for task_id, unit_id, at in await self._connection.execute(asked):
            found[task_id, unit_id] = at
            found[task_id, None] = max(at, found.get((task_id, None), at))
        return found

    async def _parts(
        self, office_id: int, reported: Mapping[tuple[int, int | None], datetime]
    ) -> Mapping[int, list[Share]]:
        asked: Select[Any] = select(_shares.c.task_id, _shares.c.unit_id, _shares.c.status).join(
            _tasks, and_(_tasks.c.id == _shares.c.task_id, _tasks.c.office_id == office_id)
        )
        found: dict[int, list[Share]] = {}
        for task_id, unit_id, status in await self._connection.execute(asked.order_by(_shares.c.unit_id)):
            last = reported.get((task_id, unit_id))
            share = Share(unit_id, "", _STATUSES[status], reported_on=None if last is None else local_day(last))
            found.setdefault(task_id, []).append(share)
        return found


def _read(
    office_id: int,
    rows: Iterable[Any],
    reported: Mapping[tuple[int, int | None], datetime],
    shares: Mapping[int, list[Share]],
) -> Iterable[Task]:
    deadlines: dict[tuple[Any, ...], Deadline] = {}
    for task_id, kind, due, every, dates, day, unit_id, assignee_id, document_id, status, issued_on in rows:
        key = (kind, due, every, day, *dates)
        if key not in deadlines:
            rhythm = None if every is None else Rhythm(every)
            deadlines[key] = Deadline(DeadlineKind(kind), due=due, every=rhythm, dates=tuple(dates), day=day)
        last = reported.get((task_id, None))
        yield Task(
            task_id,
            office_id,
            "",
            "",
            deadlines[key],
            lead_unit_id=unit_id,
            assignee_id=assignee_id,
            document_id=document_id,
            status=_STATUSES[status],
            reported_on=None if last is None else local_day(last),
            shares=tuple(shares.get(task_id, ())),
            begins=issued_on,
        )
