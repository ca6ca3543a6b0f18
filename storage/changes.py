"""How deadlines changed, and the changes that papers propose."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.changes import Cause, ChangeStatus, DeadlineChange, from_kept_form, kept_form
from storage import tables

_changes, _documents, _people, _tasks = tables.deadline_changes, tables.documents, tables.people, tables.tasks

_CHANGE = (
    select(
        _changes,
        func.coalesce(_documents.c.number, "").label("document_number"),
        func.coalesce(_people.c.name, "").label("person_name"),
    )
    .outerjoin(_documents, _documents.c.id == _changes.c.document_id)
    .outerjoin(_people, _people.c.id == _changes.c.person_id)
)


class Changes:
    """The changes of deadlines: proposed, applied or dismissed; none is ever taken away."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_task(self, task_id: int) -> Sequence[DeadlineChange]:
        """The changes that were applied to the task's deadline, the latest first."""
        applied = (_changes.c.task_id == task_id, _changes.c.status == ChangeStatus.APPLIED.value)
        return await self._found(*applied, latest_first=True)

    async def applied_since(self, office_id: int, moment: datetime) -> Sequence[DeadlineChange]:
        """The changes that were applied to the office's deadlines from a moment on, the latest first."""
        applied = (_changes.c.status == ChangeStatus.APPLIED.value, _changes.c.at >= moment)
        return await self._found(_changes.c.office_id == office_id, *applied, latest_first=True)

    async def proposed(self, office_id: int) -> Sequence[DeadlineChange]:
        """The changes that wait for a decision, in the order they were found."""
        return await self._found(_changes.c.office_id == office_id, _changes.c.status == ChangeStatus.PROPOSED.value)

    async def get(self, change_id: int) -> DeadlineChange | None:
        """The change, or None."""
        return next(iter(await self._found(_changes.c.id == change_id)), None)

    async def note(self, change: DeadlineChange) -> int:
        """Write a change down; its id. It moves nothing by itself.

        A change that the same paper proposed before is not written again, decided or not: its id comes back.
        """
        if change.document_id is not None:
            before = await self._found(
                _changes.c.task_id == change.task_id, _changes.c.document_id == change.document_id
            )
            wanted = change.after.as_json()
            known = next((found for found in before if found.after.as_json() == wanted), None)
            if known is not None:
                return known.id
        statement = (
            _changes.insert()
            .values(
                office_id=change.office_id,
                task_id=change.task_id,
                before=kept_form(change.before),
                after=kept_form(change.after),
                cause=change.cause.value,
                document_id=change.document_id,
                request_id=change.request_id,
                person_id=change.person_id,
                source=change.source,
                status=change.status.value,
                at=change.at,
            )
            .returning(_changes.c.id)
        )
        return int((await self._connection.execute(statement)).scalar_one())

    async def settle(self, change_id: int, status: ChangeStatus, person_id: int | None, now: datetime) -> bool:
        """Decide a proposed change; applied, it moves the task's deadline. False when it is not proposed any more."""
        decided = (
            update(_changes)
            .where(_changes.c.id == change_id, _changes.c.status == ChangeStatus.PROPOSED.value)
            .values(status=status.value, person_id=person_id, at=now)
        )
        if (await self._connection.execute(decided)).rowcount == 0:
            return False
        if status is ChangeStatus.APPLIED:
            await self._apply(change_id)
        return True

    async def _apply(self, change_id: int) -> None:
        change = await self.get(change_id)
        if change is None:
            return
        after = change.after
        current = await self._connection.execute(
            select(
                _tasks.c.deadline_kind.label("kind"),
                _tasks.c.deadline_due.label("due"),
                _tasks.c.deadline_every.label("every"),
                _tasks.c.deadline_dates.label("dates"),
                _tasks.c.deadline_day.label("day"),
                _tasks.c.deadline_text.label("text"),
            )
            .where(_tasks.c.id == change.task_id)
            .with_for_update()
        )
        row = current.mappings().one()
        # What the deadline was is what it is now, which another change may have moved since this one was found.
        before = {k: v.isoformat() if k == "due" else v for k, v in row.items() if v is not None}
        await self._connection.execute(update(_changes).where(_changes.c.id == change_id).values(before=before))
        await self._connection.execute(
            update(_tasks)
            .where(_tasks.c.id == change.task_id)
            .values(
                deadline_kind=after.kind.value,
                deadline_due=after.due,
                deadline_every=None if after.every is None else after.every.value,
                deadline_dates=list(after.dates),
                deadline_day=after.day,
                deadline_text=after.text,
            )
        )

    async def _found(self, *conditions: Any, latest_first: bool = False) -> list[DeadlineChange]:
        order = _changes.c.id.desc() if latest_first else _changes.c.id
        rows = await self._connection.execute(_CHANGE.where(*conditions).order_by(order))
        return [_change(row) for row in rows]


def _change(row: Any) -> DeadlineChange:
    return DeadlineChange(
        id=row.id,
        office_id=row.office_id,
        task_id=row.task_id,
        before=from_kept_form(row.before),
        after=from_kept_form(row.after),
        cause=Cause(row.cause),
        status=ChangeStatus(row.status),
        at=row.at,
        document_id=row.document_id,
        document_number=row.document_number,
        request_id=row.request_id,
        person_id=row.person_id,
        person_name=row.person_name,
        source=row.source,
    )
