"""Files that may be fetched by a link for some time; of the link only the token's hash is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables

_rows = tables.handouts


@dataclass(frozen=True, slots=True)
class Handout:
    """What a link opens until a moment: a file's name, its media type, and the SHA-256 of its bytes."""

    name: str
    media_type: str
    sha256: str
    expires_at: datetime


class Handouts:
    """What is handed out by links."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, token_sha256: str, handout: Handout, now: datetime) -> None:
        """Hand a file out to whoever shows the token with this hash."""
        await self._connection.execute(
            _rows.insert().values(
                token_sha256=token_sha256,
                name=handout.name,
                media_type=handout.media_type,
                sha256=handout.sha256,
                made_at=now,
                expires_at=handout.expires_at,
            )
        )

    async def get(self, token_sha256: str) -> Handout | None:
        """What the token with this hash opens, also when its time is over; None where there is nothing (any more)."""
        asked = select(_rows.c.name, _rows.c.media_type, _rows.c.sha256, _rows.c.expires_at)
        row = (await self._connection.execute(asked.where(_rows.c.token_sha256 == token_sha256))).first()
        return None if row is None else Handout(*row)

    async def drop_expired(self, before: datetime) -> Collection[str]:
        """Forget what was over before a moment; the names (SHA-256) of bytes that no link opens any more."""
        gone = delete(_rows).where(_rows.c.expires_at < before).returning(_rows.c.sha256)
        names = set((await self._connection.execute(gone)).scalars())
        if not names:
            return names
        still = await self._connection.execute(select(_rows.c.sha256).where(_rows.c.sha256.in_(names)).distinct())
        return names - set(still.scalars())
