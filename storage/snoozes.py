"""People's wishes to be reminded later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.notices import Snooze
from storage import tables

_rows = tables.snoozes
_ROW = select(_rows.c.id, _rows.c.office_id, _rows.c.person_id, _rows.c.until, _rows.c.task_id)


class Snoozes:
    """What each person has put off: a task, or everything."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, office_id: int, person_id: int, until: datetime, said: str, now: datetime, task_id: int | None = None
    ) -> Snooze:
        """The person's wish for this task (None: for everything); it takes the place of what they wished of it."""
        await self._connection.execute(delete(_rows).where(_rows.c.person_id == person_id, _rows.c.task_id == task_id))
        adding = _rows.insert().values(
            office_id=office_id, person_id=person_id, task_id=task_id, until=until, said=said, at=now
        )
        number = (await self._connection.execute(adding.returning(_rows.c.id))).scalar_one()
        return Snooze(number, office_id, person_id, until, task_id)

    async def of_office(self, office_id: int, now: datetime) -> Sequence[Snooze]:
        """The wishes of the office that still hold something back, the one that ends first in front."""
        found = _ROW.where(_rows.c.office_id == office_id, _rows.c.until > now).order_by(_rows.c.until, _rows.c.id)
        return [_snooze(row) for row in await self._connection.execute(found)]

    async def of_person(self, person_id: int, now: datetime) -> Sequence[Snooze]:
        """The person's own wishes that still hold something back."""
        found = _ROW.where(_rows.c.person_id == person_id, _rows.c.until > now).order_by(_rows.c.until, _rows.c.id)
        return [_snooze(row) for row in await self._connection.execute(found)]

    async def end(self, ids: Sequence[int]) -> None:
        """The person is reminded as usual again."""
        await self._connection.execute(delete(_rows).where(_rows.c.id.in_(ids)))


def _snooze(row: Sequence[Any]) -> Snooze:
    return Snooze(*row)
