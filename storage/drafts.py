"""What was drafted from papers and waits for a person, and entries of the register as they are edited."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.drafts import fingerprint, led_by
from domain.people import Unit
from domain.plans import Target
from domain.tasks import Task
from domain.units import leads_of
from storage import tables
from storage.register import Register

_tasks, _targets, _audit, _people = tables.tasks, tables.targets, tables.audit_log, tables.people


class Drafts:
    """Drafts, and edits that never overwrite what somebody else changed meanwhile."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._register = Register(connection)

    async def tasks(self, office_id: int) -> Sequence[Task]:
        """The drafted tasks that nobody has confirmed or dropped, in the order of their documents and numbers."""
        found = await self._register.tasks(office_id, confirmed_only=False)
        return [task for task in found if not task.confirmed and not task.dropped]

    async def targets(self, office_id: int) -> Sequence[Target]:
        """The drafted targets that wait, in the same order."""
        found = await self._register.targets(office_id)
        return [target for target in found if not target.confirmed and not target.dropped]

    async def every_task(self, office_id: int) -> Sequence[Task]:
        """All tasks of the office, drafts and what was set aside among them."""
        return await self._register.tasks(office_id, confirmed_only=False, dropped_too=True)

    async def every_target(self, office_id: int) -> Sequence[Target]:
        """All targets of the office, drafts and what was set aside among them."""
        return await self._register.targets(office_id, dropped_too=True)

    async def target(self, target_id: int) -> Target | None:
        """The target, or None."""
        return await self._register.target(target_id)

    async def match_units(self, office_id: int, units: Sequence[Unit]) -> None:
        """Tie drafts to the units their lead names, several together where it names several.

        Units often come after the first plans.
        """
        for task in await self.tasks(office_id):
            if task.lead and task.lead_unit_id is None and not task.shares and (named := leads_of(task.lead, units)):
                await self.save_task(led_by(task, named), fingerprint(task))

    async def save_task(self, task: Task, seen: str) -> Task | None:
        """Write what the register says of the task, its progress left alone; None, and nothing written, when its
        fingerprint is no longer `seen`: somebody was faster."""
        await self._lock(_tasks, task.id)
        current = await self._register.task(task.id)
        if current is None or fingerprint(current) != seen:
            return None
        given = replace(task, status=current.status, percent=current.percent, expected=current.expected)
        await self._register.update_task(given)
        units = [share.unit_id for share in task.shares]
        if sorted(units) != sorted(share.unit_id for share in current.shares):
            await self._register.set_shares(task.id, units)
        return await self._register.task(task.id)

    async def save_target(self, target: Target, seen: str) -> Target | None:
        """The same for a target."""
        await self._lock(_targets, target.id)
        current = await self.target(target.id)
        if current is None or fingerprint(current) != seen:
            return None
        return await self._register.update_target(target)

    async def add_task(self, task: Task) -> Task:
        """A new entry beside the others of its document, with its shares."""
        added = await self._register.add_task(task)
        if task.shares:
            await self._register.set_shares(added.id, [share.unit_id for share in task.shares])
        return await self._register.task(added.id) or added

    async def numbers(self, task: Task) -> Collection[str]:
        """The numbers that the tasks of the same document have."""
        same = (
            _tasks.c.document_id == task.document_id
            if task.document_id is not None
            else and_(_tasks.c.document_id.is_(None), _tasks.c.document_number == task.document_number)
        )
        statement = select(_tasks.c.number).where(_tasks.c.office_id == task.office_id, same)
        return set((await self._connection.execute(statement)).scalars())

    async def settled_by(self, subject: str) -> str:
        """The name of who last confirmed, dropped, merged or split this draft ("task:5"); empty where no person did."""
        statement = (
            select(_people.c.name)
            .join(_audit, _audit.c.person_id == _people.c.id)
            .where(_audit.c.subject == subject, _audit.c.action.like("draft.%"))
            .order_by(_audit.c.id.desc())
            .limit(1)
        )
        return (await self._connection.execute(statement)).scalar() or ""

    async def _lock(self, table: Any, entry_id: int) -> None:
        # Of two reviewers at one moment the second waits here, and then sees what the first has written.
        await self._connection.execute(select(table.c.id).where(table.c.id == entry_id).with_for_update())
