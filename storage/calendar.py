"""The days that an office's calendar has otherwise than the law."""

from datetime import date

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.working_days import CalendarDay, WorkCalendar
from storage import tables
from storage.dialects import insert

_rows = tables.calendar_days
_OF_OFFICE = (
    select(_rows.c.day, _rows.c.works, _rows.c.label)
    .where(_rows.c.office_id == bindparam("office_id"))
    .order_by(_rows.c.day)
)


class Calendar:
    """Each office's own days off and days worked in exchange."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_office(self, office_id: int) -> WorkCalendar:
        """The office's working days, its own exceptions included."""
        rows = await self._connection.execute(_OF_OFFICE, {"office_id": office_id})
        return WorkCalendar({row.day: CalendarDay(row.day, row.works, row.label) for row in rows})

    async def put(self, office_id: int, day: CalendarDay) -> None:
        """Have the office keep this day as said; what it had for that day before is replaced."""
        said = {"works": day.works, "label": day.label}
        putting = insert(self._connection.dialect.name, _rows).values(office_id=office_id, day=day.day, **said)
        await self._connection.execute(putting.on_conflict_do_update(index_elements=["office_id", "day"], set_=said))

    async def remove(self, office_id: int, day: date) -> bool:
        """The day is as the law has it again; False when the office had nothing of its own there."""
        removing = delete(_rows).where(_rows.c.office_id == office_id, _rows.c.day == day)
        return bool((await self._connection.execute(removing)).rowcount)
