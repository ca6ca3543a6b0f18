"""The hour at which a person likes to be reminded, and the app."""

from collections.abc import Mapping
from datetime import time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables
from storage.dialects import insert

_rows = tables.notice_wishes
_people = tables.people


class Wishes:
    """What people wish for their reminders."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def hours(self, office_id: int) -> Mapping[int, time]:
        """The hours that people of the office chose, by the person's id; the others have the office's hour."""
        asked = select(_rows.c.person_id, _rows.c.hour).join(_people, _people.c.id == _rows.c.person_id)
        rows = await self._connection.execute(asked.where(_people.c.office_id == office_id, _rows.c.hour.is_not(None)))
        return {person_id: time.fromisoformat(hour) for person_id, hour in rows}

    async def set_hour(self, person_id: int, hour: time | None) -> None:
        """Remind the person at this hour from now on; None is the office's hour again."""
        await self._put(person_id, {"hour": None if hour is None else hour.isoformat("minutes")})

    async def channels(self, office_id: int) -> Mapping[int, str]:
        """The apps that people of the office chose, by the person's id; the others are written to in `ORDER`."""
        asked = select(_rows.c.person_id, _rows.c.channel).join(_people, _people.c.id == _rows.c.person_id)
        chosen = asked.where(_people.c.office_id == office_id, _rows.c.channel.is_not(None))
        return {row.person_id: row.channel for row in await self._connection.execute(chosen)}

    async def channel(self, person_id: int) -> str:
        """The app that this person chose; empty for none."""
        found = await self._connection.execute(select(_rows.c.channel).where(_rows.c.person_id == person_id))
        return found.scalar() or ""

    async def set_channel(self, person_id: int, channel: str) -> None:
        """Write to the person through this app first from now on; empty is any app again."""
        await self._put(person_id, {"channel": channel or None})

    async def _put(self, person_id: int, said: Mapping[str, str | None]) -> None:
        putting = insert(self._connection.dialect.name, _rows).values(person_id=person_id, **said)
        await self._connection.execute(putting.on_conflict_do_update(index_elements=["person_id"], set_=said))
