"""Every turning off and on of the bot by an office."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.switching import Switch
from domain.vietnamese import nfc
from storage import tables

_rows = tables.switches
_ROW = select(
    _rows.c.id, _rows.c.office_id, _rows.c.is_on, _rows.c.reason, _rows.c.by_id, _rows.c.at, _rows.c.until
).order_by(_rows.c.id.desc())
_NEWEST = _ROW.where(_rows.c.id.in_(select(func.max(_rows.c.id)).group_by(_rows.c.office_id)))


class Switches:
    """The newest row of an office holds; without one it is on."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def turn(
        self,
        office_id: int,
        *,
        is_on: bool,
        reason: str,
        now: datetime,
        by_id: int | None = None,
        until: datetime | None = None,
    ) -> Switch:
        """The switch as it is now kept."""
        given: dict[str, Any] = {
            "office_id": office_id,
            "is_on": is_on,
            "reason": nfc(reason),
            "by_id": by_id,
            "at": now,
            "until": None if is_on else until,
        }
        number = (await self._connection.execute(_rows.insert().returning(_rows.c.id), given)).scalar_one()
        return Switch(id=number, **given)

    async def off(self, now: datetime) -> Mapping[int, Switch]:
        """The offices that are off now, each with the switch that says why."""
        found = [_switch(row) for row in await self._connection.execute(_NEWEST)]
        return {switch.office_id: switch for switch in found if switch.is_off(now)}

    async def history(self, office_id: int, most: int = 20) -> Sequence[Switch]:
        """The office's switches, the newest first."""
        rows = await self._connection.execute(_ROW.where(_rows.c.office_id == office_id).limit(most))
        return [_switch(row) for row in rows]


def _switch(row: Sequence[Any]) -> Switch:
    return Switch(*row)
