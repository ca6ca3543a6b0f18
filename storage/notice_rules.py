"""An office's own rules for reminders, and up to when its notices were planned."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.notice_rules import NoticeRules
from domain.rule_settings import checked, kept, restored
from storage import tables
from storage.dialects import insert

_rows = tables.notice_rules


class NoticeRulesOfOffices:
    """When and how often each office reminds; an office that said nothing has the defaults."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_office(self, office_id: int) -> NoticeRules:
        """The office's rules."""
        return restored(await self._kept(office_id, _rows.c.rules) or {})

    async def put(self, office_id: int, rules: NoticeRules) -> None:
        """Keep the rules; only what differs from the defaults is written down. Raises RulesRefused for nonsense."""
        await self._write(office_id, rules=kept(checked(rules)))

    async def planned_until(self, office_id: int) -> datetime | None:
        """The moment of the office's last planning, or None before the first."""
        found: datetime | None = await self._kept(office_id, _rows.c.planned_until)
        return found

    async def planned(self, office_id: int, moment: datetime) -> None:
        """Everything due up to this moment has its row now; an earlier moment than the last one changes nothing."""
        last = await self.planned_until(office_id)
        if last is None or moment > last:
            await self._write(office_id, planned_until=moment)

    async def _kept(self, office_id: int, column: Any) -> Any:
        return (
            await self._connection.execute(select(column).where(_rows.c.office_id == office_id))
        ).scalar_one_or_none()

    async def _write(self, office_id: int, **values: Any) -> None:
        writing = insert(self._connection.dialect.name, _rows).values(office_id=office_id, **{"rules": {}} | values)
        await self._connection.execute(writing.on_conflict_do_update(index_elements=["office_id"], set_=values))
