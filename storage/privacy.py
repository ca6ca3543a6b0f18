"""Who was told what is kept of them, and who asked to be forgotten."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.blocking import account_mark
from domain.privacy import Erasure, Shown
from storage import tables
from storage.dialects import insert

_shown, _erasures = tables.privacy_notices, tables.erasures
_SHOWN = select(
    _shown.c.channel,
    _shown.c.user_id,
    _shown.c.version,
    _shown.c.shown_at,
    _shown.c.agreed_at,
    _shown.c.withdrawn_at,
)
_KNOWN = select(_shown.c.channel, _shown.c.user_id).where(
    tuple_(_shown.c.channel, _shown.c.user_id).in_(bindparam("users", expanding=True)),
    _shown.c.version == bindparam("version"),
)
_ERASURE = select(
    _erasures.c.id,
    _erasures.c.office_id,
    _erasures.c.account_sha256,
    _erasures.c.source,
    _erasures.c.asked_at,
    _erasures.c.done_at,
    func.coalesce(_erasures.c.channel, ""),
    func.coalesce(_erasures.c.user_id, ""),
    func.coalesce(_erasures.c.chat_id, ""),
    _erasures.c.counts,
).order_by(_erasures.c.id)


class Privacy:
    """The notices that accounts were shown."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self, users: Collection[tuple[str, str]], version: str) -> frozenset[tuple[str, str]]:
        """Those of these (channel, user id) that were shown this wording."""
        if not users:
            return frozenset()
        rows = await self._connection.execute(_KNOWN, {"users": list(users), "version": version})
        return frozenset((channel, user_id) for channel, user_id in rows)

    async def show_many(self, users: Collection[tuple[str, str]], version: str, now: datetime) -> None:
        """These are shown this wording now; a new wording begins anew."""
        if not users:
            return
        adding = insert(self._connection.dialect.name, _shown)
        putting = adding.on_conflict_do_update(
            index_elements=["channel", "user_id"],
            set_={"version": version, "shown_at": now, "agreed_at": None, "withdrawn_at": None},
        )
        rows = [
            {"channel": channel, "user_id": user_id, "version": version, "shown_at": now} for channel, user_id in users
        ]
        await self._connection.execute(putting, rows)

    async def of(self, channel: str, user_id: str) -> Shown | None:
        """What this account was shown, or None."""
        found = _SHOWN.where(_shown.c.channel == channel, _shown.c.user_id == user_id)
        row = (await self._connection.execute(found)).first()
        return None if row is None else Shown(*row)

    async def agree(self, channel: str, user_id: str, now: datetime) -> None:
        """The account has agreed by something it did, such as sending feedback; the first time counts."""
        agreed = update(_shown).where(
            _shown.c.channel == channel, _shown.c.user_id == user_id, _shown.c.agreed_at.is_(None)
        )
        await self._connection.execute(agreed.values(agreed_at=now))

    async def withdraw(self, channel: str, user_id: str, now: datetime) -> None:
        """The account takes its consent back."""
        mine = (_shown.c.channel == channel) & (_shown.c.user_id == user_id)
        await self._connection.execute(update(_shown).where(mine).values(withdrawn_at=now))


class Erasures:
    """The wishes to be forgotten, until each is done and after: then by the account's mark alone."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(
        self, office_id: int | None, channel: str, user_id: str, chat_id: str, source: str, now: datetime
    ) -> bool:
        """Keep the wish; False when the same account's is still to be done."""
        mark = account_mark(channel, user_id)
        if await self.is_open(channel, user_id):
            return False
        await self._connection.execute(
            _erasures.insert(),
            {
                "office_id": office_id,
                "account_sha256": mark,
                "source": source,
                "channel": channel,
                "user_id": user_id,
                "chat_id": chat_id,
                "asked_at": now,
                "counts": {},
            },
        )
        return True

    async def is_open(self, channel: str, user_id: str) -> bool:
        """True while the account's wish is still to be done."""
        found = select(func.count()).where(
            _erasures.c.account_sha256 == account_mark(channel, user_id), _erasures.c.done_at.is_(None)
        )
        return bool((await self._connection.execute(found)).scalar())

    async def open(self) -> Sequence[Erasure]:
        """What is still to be done, the oldest first."""
        return [_erasure(row) for row in await self._connection.execute(_ERASURE.where(_erasures.c.done_at.is_(None)))]

    async def done(self, erasure_id: int, counts: Mapping[str, int], now: datetime) -> None:
        """It is done, of so many rows by kind: from now on the account is known by its mark alone."""
        mine = update(_erasures).where(_erasures.c.id == erasure_id)
        await self._connection.execute(
            mine.values(done_at=now, counts=dict(counts), channel=None, user_id=None, chat_id=None)
        )

    async def recent(self, limit: int = 100) -> Sequence[Erasure]:
        """The latest wishes first, done ones included."""
        asked = _ERASURE.order_by(None).order_by(_erasures.c.id.desc()).limit(limit)
        return [_erasure(row) for row in await self._connection.execute(asked)]

    async def forget(self, before: datetime) -> int:
        """Drop what was done before a moment; how many."""
        dropped = delete(_erasures).where(_erasures.c.done_at < before)
        return len((await self._connection.execute(dropped.returning(_erasures.c.id))).all())


def _erasure(row: Sequence[Any]) -> Erasure:
    return Erasure(*row)
