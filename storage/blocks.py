"""The accounts that are not answered."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.blocking import Block
from domain.vietnamese import nfc
from storage import tables
from storage.dialects import insert

_rows = tables.blocks
_ROW = select(
    _rows.c.channel,
    _rows.c.user_id,
    _rows.c.reason,
    _rows.c.since,
    _rows.c.until,
    _rows.c.office_id,
    _rows.c.by_id,
)
_HOLDS = or_(_rows.c.until.is_(None), _rows.c.until > bindparam("now", type_=_rows.c.until.type))
_AMONG = select(_rows.c.channel, _rows.c.user_id).where(
    tuple_(_rows.c.channel, _rows.c.user_id).in_(bindparam("users", expanding=True)), _HOLDS
)


class Blocks:
    """Whoever is blocked writes into the inbox and is answered by silence."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, block: Block) -> None:
        """Block the account; what was decided of it before is replaced, except that for good stays for good."""
        given = {
            "channel": block.channel,
            "user_id": block.user_id,
            "office_id": block.office_id,
            "reason": nfc(block.reason),
            "by_id": block.by_id,
            "since": block.since,
            "until": block.until,
        }
        adding = insert(self._connection.dialect.name, _rows).values(given)
        replaced = {name: value for name, value in given.items() if name not in ("channel", "user_id")}
        stays = None if block.until is None else _rows.c.until.is_not(None)
        await self._connection.execute(
            adding.on_conflict_do_update(index_elements=["channel", "user_id"], set_=replaced, where=stays)
        )

    async def lift(self, channel: str, user_id: str) -> bool:
        """Answer the account again; False when it was not blocked."""
        lifted = delete(_rows).where(_rows.c.channel == channel, _rows.c.user_id == user_id)
        return (await self._connection.execute(lifted.returning(_rows.c.user_id))).first() is not None

    async def among(self, users: Collection[tuple[str, str]], now: datetime) -> frozenset[tuple[str, str]]:
        """Those of these (channel, user id) that are not answered now."""
        if not users:
            return frozenset()
        rows = await self._connection.execute(_AMONG, {"users": list(users), "now": now})
        return frozenset((channel, user_id) for channel, user_id in rows)

    async def holding(self, now: datetime) -> Sequence[Block]:
        """The accounts that are not answered now, the one blocked last in front."""
        rows = await self._connection.execute(_ROW.where(_HOLDS).order_by(_rows.c.since.desc()), {"now": now})
        return [_block(row) for row in rows]


def _block(row: Sequence[Any]) -> Block:
    return Block(*row)
