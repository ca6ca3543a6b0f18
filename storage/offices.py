"""The offices this installation serves."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.letterhead import Letterhead, letterhead_of
from domain.people import Office
from domain.plain import to_plain
from domain.vietnamese import nfc
from storage import tables
from storage.dialects import insert

_OFFICE = select(
    tables.offices.c.id,
    tables.offices.c.name,
    tables.offices.c.locality,
    tables.offices.c.aliases,
    tables.offices.c.second_confirmation,
    tables.offices.c.letterhead,
)
_ALL = _OFFICE.order_by(tables.offices.c.id)
_BY_ID = _OFFICE.where(tables.offices.c.id == bindparam("office_id"))


class Offices:
    """Offices by number and by name."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> Sequence[Office]:
        """Every office, the first one created first."""
        return [_office(row) for row in await self._connection.execute(_ALL)]

    async def get(self, office_id: int) -> Office | None:
        """The office, or None."""
        row = (await self._connection.execute(_BY_ID, {"office_id": office_id})).first()
        return None if row is None else _office(row)

    async def ensure(self, name: str, locality: str = "", aliases: Sequence[str] = ()) -> Office:
        """The office of this name, created when it is not there; a locality or aliases given now replace the old."""
        given = {"name": nfc(name), "locality": nfc(locality), "aliases": [nfc(alias) for alias in aliases]}
        adding = insert(self._connection.dialect.name, tables.offices).values(given)
        kept = {"name": given["name"]} | {key: given[key] for key in ("locality", "aliases") if given[key]}
        statement = adding.on_conflict_do_update(index_elements=["name"], set_=kept).returning(
            *_OFFICE.selected_columns
        )
        return _office((await self._connection.execute(statement)).one())

    async def rename(self, office_id: int, name: str) -> None:
        """Give the office another name."""
        renamed = tables.offices.update().where(tables.offices.c.id == office_id).values(name=nfc(name))
        await self._connection.execute(renamed)

    async def ask_second_confirmation(self, office_id: int, wanted: bool) -> None:
        """Whether a report counts only once the head of the unit has confirmed it."""
        statement = tables.offices.update().where(tables.offices.c.id == office_id)
        await self._connection.execute(statement.values(second_confirmation=wanted))

    async def set_letterhead(self, office_id: int, letterhead: Letterhead) -> None:
        """What the office's periodic reports carry around their text."""
        statement = tables.offices.update().where(tables.offices.c.id == office_id)
        await self._connection.execute(statement.values(letterhead=to_plain(letterhead)))

    async def remove(self, office_id: int) -> None:
        """Forget an office with everything that belongs to it, except the audit log."""
        await self._connection.execute(delete(tables.offices).where(tables.offices.c.id == office_id))

    async def count(self) -> int:
        """How many offices there are."""
        return int((await self._connection.execute(select(func.count()).select_from(tables.offices))).scalar_one())


def _office(row: Sequence[Any]) -> Office:
    return Office(
        id=row[0],
        name=row[1],
        locality=row[2],
        aliases=tuple(row[3]),
        second_confirmation=row[4],
        letterhead=letterhead_of(row[5] or {}),
    )
