"""How much an app was used, counted from what was sent and heard: for apps that limit it and name no figures."""

from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables

_sent, _contacts, _groups = tables.outbox, tables.contacts, tables.groups


class ChannelUse:
    """What a channel was used for."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def messages(self, channel: str, since: datetime) -> int:
        """How many messages went out since a moment; one that may have arrived counts, since the app counted it."""
        went = or_(
            and_(_sent.c.status == "sent", _sent.c.sent_at >= since),
            and_(_sent.c.unanswered, _sent.c.status.in_(("unknown", "failed")), _sent.c.queued_at >= since),
        )
        return await self._count(select(func.count()).where(_sent.c.channel == channel, went))

    async def people(self, channel: str) -> int:
        """How many private chats there are: who was heard, and who was written to."""
        heard = select(_contacts.c.chat_id).where(
            _contacts.c.channel == channel, _contacts.c.user_id == _contacts.c.chat_id
        )
        shared = union(
            select(_groups.c.chat_id).where(_groups.c.channel == channel),
            select(_contacts.c.chat_id).where(
                _contacts.c.channel == channel, _contacts.c.user_id != _contacts.c.chat_id
            ),
        )
        written_to = select(_sent.c.chat_id).where(
            _sent.c.channel == channel, _sent.c.status == "sent", _sent.c.chat_id.not_in(shared)
        )
        chats = union(heard, written_to).subquery()
        return await self._count(select(func.count()).select_from(chats))

    async def groups(self, channel: str) -> int:
        """How many groups the bot is in."""
        found = select(func.count()).where(_groups.c.channel == channel, _groups.c.left_at.is_(None))
        return await self._count(found)

    async def _count(self, asked: Select[int]) -> int:
        return int((await self._connection.execute(asked)).scalar_one())
