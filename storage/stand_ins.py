"""Who acts for whom while somebody is away."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import StandIn
from storage import tables

_rows = tables.stand_ins
_ROW = select(_rows.c.id, _rows.c.office_id, _rows.c.person_id, _rows.c.deputy_id, _rows.c.first_day, _rows.c.last_day)
_OPEN = _ROW.where(_rows.c.office_id == bindparam("office_id"), _rows.c.last_day >= bindparam("day")).order_by(
    _rows.c.first_day, _rows.c.id
)


class StandIns:
    """The stand-ins of an office, past ones included."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, office_id: int, person_id: int, deputy_id: int, first_day: date, last_day: date) -> StandIn:
        """The stand-in between these days; what this pair had in those days is replaced, so said twice it is once."""
        overlapping = and_(
            _rows.c.person_id == person_id,
            _rows.c.deputy_id == deputy_id,
            _rows.c.first_day <= last_day,
            _rows.c.last_day >= first_day,
        )
        await self._connection.execute(delete(_rows).where(overlapping))
        adding = _rows.insert().values(
            office_id=office_id, person_id=person_id, deputy_id=deputy_id, first_day=first_day, last_day=last_day
        )
        number = (await self._connection.execute(adding.returning(_rows.c.id))).scalar_one()
        return StandIn(number, office_id, person_id, deputy_id, first_day, last_day)

    async def open(self, office_id: int, day: date) -> Sequence[StandIn]:
        """The stand-ins that act on this day or later, the earliest first."""
        rows = await self._connection.execute(_OPEN, {"office_id": office_id, "day": day})
        return [_stand_in(row) for row in rows]

    async def get(self, stand_in_id: int) -> StandIn | None:
        """The stand-in of this number."""
        row = (await self._connection.execute(_ROW.where(_rows.c.id == stand_in_id))).first()
        return None if row is None else _stand_in(row)

    async def remove(self, stand_in_id: int) -> None:
        """It was a mistake, or the person is back: nobody acts by it any more."""
        await self._connection.execute(delete(_rows).where(_rows.c.id == stand_in_id))

    async def remove_of(self, person_id: int) -> None:
        """The person has left: they act for nobody, and nobody acts for them."""
        theirs = or_(_rows.c.person_id == person_id, _rows.c.deputy_id == person_id)
        await self._connection.execute(delete(_rows).where(theirs))


def _stand_in(row: Sequence[Any]) -> StandIn:
    return StandIn(*row)
