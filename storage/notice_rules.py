"""An office's own rules for reminders, and up to when its notices were planned."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.notice_rules import NoticeRules
from domain.rule_settings import checked, kept, restored
from storage import tables
from storage.dialects import insert

_rows, _audit, _reports, _outbox = tables.notice_rules, tables.audit_log, tables.reports, tables.outbox
_LATELY = 2000
"""How many of the last rows are looked at for what happened lately."""


def _newest(table: Table, at: Column[Any], *conditions: ColumnElement[bool]) -> Select[Any]:
    """By office the newest moment among the last rows of a table."""
    first = select(func.max(table.c.id)).scalar_subquery() - _LATELY
    among = (table.c.id > first, table.c.office_id.is_not(None), *conditions)
    return select(table.c.office_id, func.max(at, type_=at.type)).where(*among).group_by(table.c.office_id)


_DONE = _newest(_audit, _audit.c.at)
_REPORTED = _newest(_reports, _reports.c.at)
_SAID = _newest(_outbox, _outbox.c.queued_at, _outbox.c.cause.not_like("notice:%"))


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

    async def stirred(self) -> dict[int, datetime]:
        """When something was last done or said in the offices in which anything was lately; own reminders aside."""
        found: dict[int, datetime] = {}
        for asked in (_DONE, _REPORTED, _SAID):
            for office_id, at in await self._connection.execute(asked):
                found[office_id] = max(at, found.get(office_id, at))
        return found

    async def _kept(self, office_id: int, column: Any) -> Any:
        return (
            await self._connection.execute(select(column).where(_rows.c.office_id == office_id))
        ).scalar_one_or_none()

    async def _write(self, office_id: int, **values: Any) -> None:
        writing = insert(self._connection.dialect.name, _rows).values(office_id=office_id, **{"rules": {}} | values)
        await self._connection.execute(writing.on_conflict_do_update(index_elements=["office_id"], set_=values))
