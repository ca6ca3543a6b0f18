"""The group chats the bot is in, and what their offices let it say there."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.groups import Group, SummaryTime
from storage import tables
from storage.dialects import insert

_rows, _outbox = tables.groups, tables.outbox


class Groups:
    """Which groups there are, whose they are, and when they are sent the summary."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, channel: str, chat_id: str) -> Group | None:
        """The group, also one that the bot has left."""
        row = (await self._connection.execute(select(_rows).where(_is(channel, chat_id)))).first()
        return _group(row) if row else None

    async def of_office(self, office_id: int) -> Sequence[Group]:
        """The groups of the office that the bot is in, the oldest first."""
        found = select(_rows).where(_rows.c.office_id == office_id, _rows.c.left_at.is_(None))
        rows = await self._connection.execute(found.order_by(_rows.c.since, _rows.c.channel, _rows.c.chat_id))
        return [_group(row) for row in rows]

    async def join(self, channel: str, chat_id: str, office_id: int, title: str, now: datetime) -> bool:
        """The bot is in this group; False when it was known to be. One it comes back to is nobody's staff group."""
        fresh = {
            "office_id": office_id,
            "title": title,
            "is_staff": False,
            "summary": False,
            "since": now,
            "left_at": None,
            "set_by_id": None,
        }
        adding = insert(self._connection.dialect.name, _rows).values(channel=channel, chat_id=chat_id, **fresh)
        joined = await self._connection.execute(
            adding.on_conflict_do_update(
                index_elements=["channel", "chat_id"], set_=fresh, where=_rows.c.left_at.is_not(None)
            ).returning(_rows.c.chat_id)
        )
        return joined.first() is not None

    async def leave(self, channel: str, chat_id: str, now: datetime) -> bool:
        """The bot is no longer there; False when it was known not to be."""
        is_there = and_(_is(channel, chat_id), _rows.c.left_at.is_(None))
        return await self._changed(is_there, left_at=now, is_staff=False, summary=False, set_by_id=None)

    async def rename(self, channel: str, chat_id: str, title: str) -> None:
        """The group has another name."""
        await self._changed(_is(channel, chat_id), title=title)

    async def move(self, channel: str, chat_id: str, moved_to: str) -> None:
        """The group goes on under another id, with what was decided for it; what was queued for it goes there."""
        if chat_id == moved_to:
            return
        if await self.get(channel, chat_id) is not None:
            # The app may have told of the new one first; what was decided stands in the old row.
            await self._connection.execute(delete(_rows).where(_is(channel, moved_to)))
            await self._changed(_is(channel, chat_id), chat_id=moved_to, left_at=None)
        waiting = and_(
            _outbox.c.channel == channel, _outbox.c.chat_id == chat_id, _outbox.c.status.in_(("pending", "unknown"))
        )
        await self._connection.execute(update(_outbox).where(waiting).values(chat_id=moved_to))

    async def make_staff(
        self, channel: str, chat_id: str, office_id: int, is_staff: bool, person_id: int | None
    ) -> bool:
        """The group is this office's staff group, or none any more and without summary; False when it was so."""
        is_otherwise = and_(
            _is(channel, chat_id),
            _rows.c.left_at.is_(None),
            or_(_rows.c.is_staff != is_staff, _rows.c.office_id != office_id),
        )
        return await self._changed(
            is_otherwise, office_id=office_id, is_staff=is_staff, summary=False, set_by_id=person_id
        )

    async def set_summary(self, channel: str, chat_id: str, at: SummaryTime | None, since: date) -> bool:
        """Send the summary at these times, first after `since`, or no more (None); False where it is no staff group."""
        times: dict[str, Any] = {"summary": at is not None}
        if at is not None:
            times |= {"summary_weekday": at.weekday, "summary_hour": at.hour.isoformat("minutes"), "summed_on": since}
        return await self._changed(and_(_is(channel, chat_id), _rows.c.left_at.is_(None), _rows.c.is_staff), **times)

    async def summed(self, channel: str, chat_id: str, day: date) -> bool:
        """The summary of this day is queued; False when that one, or a later one, was before."""
        is_due = or_(_rows.c.summed_on.is_(None), _rows.c.summed_on < day)
        return await self._changed(and_(_is(channel, chat_id), _rows.c.summary, is_due), summed_on=day)

    async def _changed(self, which: Any, **values: Any) -> bool:
        return bool((await self._connection.execute(update(_rows).where(which).values(**values))).rowcount)


def _is(channel: str, chat_id: str) -> Any:
    return and_(_rows.c.channel == channel, _rows.c.chat_id == chat_id)


def _group(row: Any) -> Group:
    at = SummaryTime(row.summary_weekday, time.fromisoformat(row.summary_hour)) if row.summary else None
    return Group(
        channel=row.channel,
        chat_id=row.chat_id,
        office_id=row.office_id,
        title=row.title,
        since=row.since,
        is_staff=row.is_staff,
        summary=at,
        summed_on=row.summed_on,
        left_at=row.left_at,
    )
