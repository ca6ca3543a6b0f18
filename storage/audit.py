"""Who changed what."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables

_table = tables.audit_log
_NOTE = _table.insert().inline()


class Audit:
    """A log that is only ever added to."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(
        self,
        office_id: int | None,
        person_id: int | None,
        action: str,
        subject: str,
        now: datetime,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Write one line, in the transaction of the change itself: no change without its line."""
        await self._connection.execute(
            _NOTE,
            {
                "office_id": office_id,
                "person_id": person_id,
                "action": action,
                "subject": subject,
                "details": dict(details or {}),
                "at": now,
            },
        )

    async def recent(self, office_id: int | None = None, limit: int = 100) -> Sequence[Mapping[str, Any]]:
        """The latest lines first: their columns by name; of every office when none is given."""
        statement = select(_table).order_by(_table.c.id.desc()).limit(limit)
        if office_id is not None:
            statement = statement.where(_table.c.office_id == office_id)
        return [dict(row) for row in (await self._connection.execute(statement)).mappings()]
