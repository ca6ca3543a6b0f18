"""The ledger of notices: one row for each occurrence, kept unique by the database."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from domain.first_reminders import Notice
from storage import tables
from storage.dialects import insert

_table = tables.reminders
_OF_TASK = select(_table).where(_table.c.task_id == bindparam("task_id")).order_by(_table.c.id)
_KNOWN = (
    select(_table.c.task_id, _table.c.rule, _table.c.occurrence, _table.c.person_id)
    .join(tables.tasks, tables.tasks.c.id == _table.c.task_id)
    .where(_table.c.office_id == bindparam("office_id"), tables.tasks.c.status.not_in(("done", "cancelled")))
)
"""A task that is over brings up no notice, so its rows need not be read on every beat."""


class Reminders:
    """Which notices were opened, and which of them arrived."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self, notice: Notice, now: datetime) -> int | None:
        """A new ledger row's id, or None when this notice was opened before."""
        opened = await self._connection.execute(
            _open(self._connection.dialect.name),
            {
                "office_id": notice.task.office_id,
                "task_id": notice.task.id,
                "rule": notice.rule.value,
                "occurrence": notice.occurrence,
                "person_id": notice.person.id,
                "scheduled": notice.scheduled,
                "late": notice.late,
                "status": "open",
                "opened_at": now,
            },
        )
        found: int | None = opened.scalar_one_or_none()
        return found

    async def of_task(self, task_id: int) -> Sequence[Mapping[str, Any]]:
        """The task's ledger rows, the first opened first: their columns by name."""
        rows = await self._connection.execute(_OF_TASK, {"task_id": task_id})
        return [dict(row) for row in rows.mappings()]

    async def known(self, office_id: int) -> frozenset[tuple[int, str, date, int]]:
        """The (task, rule, occurrence, person) of every row of this office whose task is not over."""
        rows = await self._connection.execute(_KNOWN, {"office_id": office_id})
        return frozenset((task, rule, occurrence, person) for task, rule, occurrence, person in rows)


@cache
def _open(dialect: str) -> ReturningInsert[Any]:
    adding = insert(dialect, _table).on_conflict_do_nothing(
        index_elements=["task_id", "rule", "occurrence", "person_id"]
    )
    return adding.returning(_table.c.id)
