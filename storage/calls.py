"""Announcements and requests to report, as they were confirmed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.notices import Call, CallKind
from storage import tables

_calls = tables.calls


class Calls:
    """What colleagues had sent through the bot; withdrawn ones stay."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self,
        office_id: int,
        author_id: int,
        kind: CallKind,
        text: str,
        audience: Sequence[int],
        now: datetime,
        *,
        about: Sequence[int] = (),
        due: date | None = None,
        emergency: bool = False,
    ) -> Call:
        """The call as it is kept from now on."""
        adding = _calls.insert().values(
            office_id=office_id,
            author_id=author_id,
            kind=kind.value,
            text=text,
            audience=list(audience),
            about=list(about),
            due=due,
            emergency=emergency,
            at=now,
        )
        number = (await self._connection.execute(adding.returning(_calls.c.id))).scalar_one()
        return Call(number, office_id, author_id, kind, text, tuple(audience), now, tuple(about), due, emergency)

    async def get(self, call_id: int) -> Call | None:
        """The call of this number."""
        row = (await self._connection.execute(select(_calls).where(_calls.c.id == call_id))).first()
        return None if row is None else _call(row)

    async def of_office(self, office_id: int, since: datetime) -> Sequence[Call]:
        """What was sent in the office since a moment, the newest first."""
        found = select(_calls).where(_calls.c.office_id == office_id, _calls.c.at >= since).order_by(_calls.c.id.desc())
        return [_call(row) for row in await self._connection.execute(found)]

    async def withdraw(self, call_id: int, now: datetime) -> bool:
        """Take it back; False when it was taken back before, or never was."""
        withdrawing = (
            update(_calls).where(_calls.c.id == call_id, _calls.c.withdrawn_at.is_(None)).values(withdrawn_at=now)
        )
        return (await self._connection.execute(withdrawing)).rowcount == 1


def _call(row: Any) -> Call:
    return Call(
        id=row.id,
        office_id=row.office_id,
        author_id=row.author_id,
        kind=CallKind(row.kind),
        text=row.text,
        audience=tuple(row.audience),
        at=row.at,
        about=tuple(row.about),
        due=row.due,
        emergency=row.emergency,
        withdrawn_at=row.withdrawn_at,
    )
