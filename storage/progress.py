"""What was reported of tasks, whose word counts, and each unit's share of a task that several carry."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.clock import local_day
from domain.deadlines import Deadline, DeadlineKind
from domain.people import Person
from domain.progress import UNTOUCHED, Approval, ProgressReport, Standing, Understood
from domain.shares import together
from domain.tasks import Share, Task, TaskStatus
from storage import tables
from storage.notices import Notices

_tasks, _reports, _shares, _units = tables.tasks, tables.reports, tables.shares, tables.units
_deciders = tables.people.alias("deciders")

_REPORT = (
    select(_reports, tables.people.c.name.label("person_name"), _deciders.c.name.label("decider_name"))
    .join(tables.people, tables.people.c.id == _reports.c.person_id)
    .outerjoin(_deciders, _deciders.c.id == _reports.c.decided_by_id)
)
_COUNTED = (Approval.NONE.value, Approval.APPROVED.value)


class Progress:
    """The history of reports, and the standing of tasks and shares that moves with it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def reports(self, task_id: int) -> Sequence[ProgressReport]:
        """The task's reports, newest first; superseded ones included."""
        statement = _REPORT.where(_reports.c.task_id == task_id).order_by(_reports.c.id.desc())
        return [_report(row) for row in await self._connection.execute(statement)]

    async def report(self, report_id: int) -> ProgressReport | None:
        """The report, or None."""
        row = (await self._connection.execute(_REPORT.where(_reports.c.id == report_id))).first()
        return None if row is None else _report(row)

    async def reports_of_office(self, office_id: int, since: datetime) -> Sequence[ProgressReport]:
        """What was reported in the office since a moment, newest first."""
        statement = _REPORT.where(_reports.c.office_id == office_id, _reports.c.at >= since)
        return [_report(row) for row in await self._connection.execute(statement.order_by(_reports.c.id.desc()))]

    async def reports_waiting(self, office_id: int) -> Sequence[ProgressReport]:
        """The reports that wait for a head's word, the oldest first; one that was corrected meanwhile waits no more."""
        later = _reports.alias("later")
        statement = _REPORT.where(
            _reports.c.office_id == office_id,
            _reports.c.approval == Approval.WAITING.value,
            ~exists().where(later.c.supersedes_id == _reports.c.id),
        )
        return [_report(row) for row in await self._connection.execute(statement.order_by(_reports.c.id))]

    async def add_report(
        self,
        task: Task,
        person: Person,
        said: Understood,
        sentence: str,
        now: datetime,
        supersedes_id: int | None = None,
        *,
        unit_id: int | None = None,
        approval: Approval = Approval.NONE,
    ) -> ProgressReport:
        """Write a confirmed report and move the task's state with it; a superseded report stays in the history.

        Of a group task it moves the share of `unit_id`, else of the person's own unit, and the whole with it.
        One that waits for a head's word moves nothing yet. A correction counts from where the task stood before the
        report it corrects. Raises LookupError when the task is gone.
        """
        shares = await self._held(task.id)
        share = next((s for s in shares if s.unit_id == (unit_id or person.unit_id)), None)
        before = await self._standing(task.id, share)
        if supersedes_id is not None:
            before = await self._state_without(task.id, task.deadline, share, [supersedes_id])
        reported = before.after(said)
        statement = (
            _reports.insert()
            .values(
                office_id=task.office_id,
                task_id=task.id,
                person_id=person.id,
                status=reported.status.value,
                percent=100.0 if reported.status is TaskStatus.DONE else said.percent,
                obstacle=said.obstacle or "",
                expected=said.expected,
                said=sentence,
                at=now,
                supersedes_id=supersedes_id,
                unit_id=None if share is None else share.unit_id,
                approval=approval.value,
            )
            .returning(_reports.c.id)
        )
        report_id = (await self._connection.execute(statement)).scalar_one()
        # Nobody is reminded of what they have just reported: what still speaks of it is written anew without it.
        await Notices(self._connection).take_back_of(task.id)
        if approval.counts:
            await self._move(task.id, shares, share, reported.kept_for(task.deadline))
        return _report((await self._connection.execute(_REPORT.where(_reports.c.id == report_id))).one())

    async def decide(
        self, report_id: int, decider: Person, approval: Approval, now: datetime, remark: str = ""
    ) -> ProgressReport | None:
        """The report approved or returned with a remark; None when it no longer waits for anybody's word.

        Approving moves the task, unless a newer report that counts has already said where it stands.
        """
        found = await self.report(report_id)
        if found is None:
            return None
        shares = await self._held(found.task_id)
        later = _reports.alias("later")
        decided = await self._connection.execute(
            update(_reports)
            .where(
                _reports.c.id == report_id,
                _reports.c.approval == Approval.WAITING.value,
                ~exists().where(later.c.supersedes_id == _reports.c.id),
            )
            .values(approval=approval.value, decided_by_id=decider.id, decided_at=now, remark=remark)
        )
        if decided.rowcount == 0:
            return None
        if approval.counts and not await self._is_overtaken(found):
            await self._count(found, shares)
        return await self.report(report_id)

    async def hold(self, task_ids: Sequence[int]) -> None:
        """No other transaction moves these tasks until this one ends, so that what is read now is still true then."""
        # In the order of ids: two that hold the same tasks wait for each other in one place only.
        held = select(_tasks.c.id).where(_tasks.c.id.in_(list(task_ids))).order_by(_tasks.c.id)
        await self._connection.execute(held.with_for_update(key_share=True))

    async def set_shares(self, task_id: int, unit_ids: Sequence[int]) -> None:
        """Make these units carry the task together; a unit that did already keeps its standing. None ends it.

        What was reported while one unit led the task stays that unit's, if it is among them.
        """
        before = await self._held(task_id)
        wanted = list(dict.fromkeys(unit_ids))
        await self._connection.execute(
            delete(_shares).where(_shares.c.task_id == task_id, _shares.c.unit_id.not_in(wanted))
        )
        kept = {share.unit_id for share in before}
        new = [{"task_id": task_id, "unit_id": unit, **_values(UNTOUCHED)} for unit in wanted if unit not in kept]
        if new:
            await self._connection.execute(_shares.insert(), new)
        if not before:
            await self._hand_to_lead(task_id, wanted)
        shares = await self._shares_of(task_id)
        if shares:
            await self._keep(task_id, together(shares))

    async def _hand_to_lead(self, task_id: int, unit_ids: Sequence[int]) -> None:
        lead = select(_tasks.c.lead_unit_id).where(_tasks.c.id == task_id)
        unit_id = (await self._connection.execute(lead)).scalar_one()
        if unit_id not in unit_ids:
            return
        standing = await self._standing(task_id, None)
        mine = (_of(task_id), _shares.c.unit_id == unit_id)
        await self._connection.execute(update(_shares).where(*mine).values(_values(standing)))
        earlier = (_reports.c.task_id == task_id, _reports.c.unit_id.is_(None))
        await self._connection.execute(update(_reports).where(*earlier).values(unit_id=unit_id))

    async def _with_shares(self, tasks: Sequence[Task]) -> list[Task]:
        """The tasks with what each unit carries of them."""
        if not tasks:
            return []
        one = tasks[0].id if len(tasks) == 1 else None
        rows = await self._connection.execute(_all_shares(_of(one) if one is not None else _tasks_of(tasks[0])))
        found: dict[int, list[Share]] = {}
        for row in rows:
            found.setdefault(row.task_id, []).append(_share(row))
        return [replace(task, shares=tuple(found[task.id])) if task.id in found else task for task in tasks]

    async def _shares_of(self, task_id: int) -> list[Share]:
        return [_share(row) for row in await self._connection.execute(_all_shares(_of(task_id)))]

    async def _held(self, task_id: int) -> list[Share]:
        """The task's shares, no other transaction moving the task until this one ends. Raises LookupError."""
        # The row is locked before it is read: of two reports at one moment the second builds on the first.
        held = select(_tasks.c.id).where(_tasks.c.id == task_id).with_for_update(key_share=True)
        if (await self._connection.execute(held)).first() is None:
            raise LookupError(f"task {task_id} is gone")
        return await self._shares_of(task_id)

    async def _standing(self, task_id: int, share: Share | None) -> Standing:
        if share is not None:
            return Standing(share.status, share.percent, share.expected)
        columns = select(_tasks.c.status, _tasks.c.percent, _tasks.c.expected).where(_tasks.c.id == task_id)
        row = (await self._connection.execute(columns)).one()
        return Standing(TaskStatus(row.status), row.percent, row.expected)

    async def _move(self, task_id: int, shares: Sequence[Share], share: Share | None, after: Standing) -> None:
        """Let the task stand where it was reported to; what is said of a group task by no unit of it moves nothing."""
        if share is None:
            if not shares:
                await self._keep(task_id, after)
            return
        await self._connection.execute(
            update(_shares).where(_of(task_id), _shares.c.unit_id == share.unit_id).values(_values(after))
        )
        moved = replace(share, status=after.status, percent=after.percent, expected=after.expected)
        await self._keep(task_id, together([moved if s is share else s for s in shares]))

    async def _keep(self, task_id: int, standing: Standing) -> None:
        await self._connection.execute(update(_tasks).where(_tasks.c.id == task_id).values(_values(standing)))

    async def _is_overtaken(self, report: ProgressReport) -> bool:
        newer = select(_reports.c.id).where(
            _reports.c.task_id == report.task_id,
            _same_unit(report.unit_id),
            _reports.c.id > report.id,
            _reports.c.approval.in_(_COUNTED),
        )
        return (await self._connection.execute(newer.limit(1))).first() is not None

    async def _count(self, report: ProgressReport, shares: Sequence[Share]) -> None:
        deadline = await self._deadline(report.task_id)
        share = next((s for s in shares if s.unit_id == report.unit_id), None)
        before = await self._standing(report.task_id, share)
        if report.supersedes_id is not None:
            passed_over = [report.supersedes_id, report.id]
            before = await self._state_without(report.task_id, deadline, share, passed_over)
        after = before.after(_as_said(report.status, report.percent, report.expected))
        await self._move(report.task_id, shares, share, after.kept_for(deadline))

    async def _deadline(self, task_id: int) -> Deadline:
        """The kind of the task's deadline, which is all that its standing asks of it."""
        statement = select(_tasks.c.deadline_kind).where(_tasks.c.id == task_id)
        return Deadline(DeadlineKind((await self._connection.execute(statement)).scalar_one()))

    async def _state_without(
        self, task_id: int, deadline: Deadline, share: Share | None, passed_over: Sequence[int]
    ) -> Standing:
        """Where the task, or the share of it, would stand had these reports not been made."""
        later = _reports.alias("later")
        standing: Select[Any] = (
            select(_reports.c.status, _reports.c.percent, _reports.c.expected)
            .where(
                _reports.c.task_id == task_id,
                _reports.c.id.not_in(passed_over),
                _reports.c.approval.in_(_COUNTED),
                ~exists().where(later.c.supersedes_id == _reports.c.id, later.c.approval.in_(_COUNTED)),
            )
            .order_by(_reports.c.id)
        )
        if share is not None:
            standing = standing.where(_reports.c.unit_id == share.unit_id)
        state = UNTOUCHED
        for row in await self._connection.execute(standing):
            said = _as_said(TaskStatus(row.status), row.percent, row.expected)
            state = state.after(said).kept_for(deadline)
        return state


def _as_said(status: TaskStatus, percent: float | None, expected: date | None) -> Understood:
    return Understood("report", None, percent, status, None, expected)


def _values(standing: Standing) -> dict[str, Any]:
    return {"status": standing.status.value, "percent": standing.percent, "expected": standing.expected}


def _of(task_id: int) -> ColumnElement[bool]:
    return _shares.c.task_id == task_id


def _tasks_of(task: Task) -> ColumnElement[bool]:
    return _tasks.c.office_id == task.office_id


def _same_unit(unit_id: int | None) -> ColumnElement[bool]:
    return _reports.c.unit_id.is_(None) if unit_id is None else _reports.c.unit_id == unit_id


def _all_shares(which: ColumnElement[bool]) -> Select[Any]:
    """The shares of some tasks, each with its unit's name and the moment of its last report that was not returned."""
    last = (
        select(func.max(_reports.c.at, type_=_reports.c.at.type))
        .where(
            _reports.c.task_id == _shares.c.task_id,
            _reports.c.unit_id == _shares.c.unit_id,
            _reports.c.approval != Approval.RETURNED.value,
        )
        .correlate(_shares)
        .scalar_subquery()
    )
    return (
        select(_shares, _units.c.name.label("unit_name"), last.label("last_report_at"))
        .join(_units, _units.c.id == _shares.c.unit_id)
        .join(_tasks, _tasks.c.id == _shares.c.task_id)
        .where(which)
        .order_by(_shares.c.task_id, _units.c.name)
    )


def _share(row: Any) -> Share:
    return Share(
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        status=TaskStatus(row.status),
        percent=row.percent,
        expected=row.expected,
        reported_on=None if row.last_report_at is None else local_day(row.last_report_at),
    )


def _report(row: Any) -> ProgressReport:
    return ProgressReport(
        id=row.id,
        task_id=row.task_id,
        person_id=row.person_id,
        person_name=row.person_name,
        status=TaskStatus(row.status),
        percent=row.percent,
        obstacle=row.obstacle,
        expected=row.expected,
        said=row.said,
        at=row.at,
        supersedes_id=row.supersedes_id,
        unit_id=row.unit_id,
        approval=Approval(row.approval),
        decided_by=row.decider_name or "",
        decided_at=row.decided_at,
        remark=row.remark,
    )
