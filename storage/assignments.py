"""Who carries which task: named, and handed over."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables

_tasks = tables.tasks


class Assignments:
    """The people named for tasks."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, person_id: int) -> Sequence[int]:
        """The ids of the confirmed tasks the person is named for, finished ones included."""
        theirs = select(_tasks.c.id).where(_tasks.c.assignee_id == person_id, _tasks.c.confirmed)
        return list((await self._connection.execute(theirs.order_by(_tasks.c.id))).scalars())

    async def give(self, task_id: int, person_id: int | None, was: int | None) -> bool:
        """Name another person for a task, or nobody; False when it was not in the hands it was thought to be in."""
        held = _tasks.c.assignee_id.is_(None) if was is None else _tasks.c.assignee_id == was
        statement = update(_tasks).where(_tasks.c.id == task_id, held).values(assignee_id=person_id)
        return (await self._connection.execute(statement)).rowcount == 1
