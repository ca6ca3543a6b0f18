"""The tokens of an Official Account: one row for each app, renewed by one process at a time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables
from storage.dialects import insert

LEASE = timedelta(minutes=2)
"""A process that claimed the renewal and has not ended it after so long is dead, and another may claim it."""

_rows = tables.zalo_tokens


@dataclass(frozen=True, slots=True)
class TokenRow:
    """What is kept of an app's tokens; the tokens themselves are sealed.

    `generation` goes up with every new pair. `sealed_seed` is a refresh token from the settings that has not been
    tried yet, `seeds` the hashes of all that ever were taken up. `refresh_since` is when the refresh token was issued.
    """

    app_id: str
    sealed_access: bytes | None = field(repr=False)
    sealed_refresh: bytes | None = field(repr=False)
    sealed_seed: bytes | None = field(repr=False)
    seeds: list[str] = field(repr=False)
    generation: int
    expires_at: datetime | None
    refreshed_at: datetime | None
    refresh_since: datetime | None
    claimed_by: str | None
    claimed_at: datetime | None
    trouble: str | None
    troubled_at: datetime | None
    told_at: datetime | None


class ZaloTokenRows:
    """The rows, and the claim by which one process renews while the others wait."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, app_id: str) -> TokenRow | None:
        """The row of an app."""
        found = (await self._connection.execute(select(_rows).where(_rows.c.app_id == app_id))).first()
        return None if found is None else TokenRow(**found._mapping)

    async def plant(self, app_id: str, seed_sha256: str, sealed_seed: bytes) -> bool:
        """Keep a refresh token from the settings, to be tried; False when this one was ever taken up before."""
        fresh = insert(self._connection.dialect.name, _rows).values(app_id=app_id, generation=0, seeds=[])
        await self._connection.execute(fresh.on_conflict_do_nothing())
        mine = _rows.c.app_id == app_id
        known = (await self._connection.execute(select(_rows.c.seeds).where(mine).with_for_update())).scalar_one()
        if seed_sha256 in known:
            return False
        await self._change(mine, sealed_seed=sealed_seed, seeds=[*known, seed_sha256], **_NO_TROUBLE)
        return True

    async def drop_seed(self, app_id: str, sealed_seed: bytes) -> None:
        """This seed was refused: what was kept before it stays in force."""
        await self._change((_rows.c.app_id == app_id) & (_rows.c.sealed_seed == sealed_seed), sealed_seed=None)

    async def claim(self, app_id: str, generation: int, owner: str, now: datetime) -> TokenRow | None:
        """The row, claimed for renewing this generation; None when another is at it or has renewed it already."""
        free = or_(
            _rows.c.claimed_by.is_(None),
            _rows.c.claimed_by == owner,
            _rows.c.claimed_at < now - LEASE,
            # A claim from a clock that was wrong.
            _rows.c.claimed_at > now + LEASE,
        )
        claiming = (
            update(_rows)
            .where(_rows.c.app_id == app_id, _rows.c.generation == generation, free)
            .values(claimed_by=owner, claimed_at=now)
            .returning(_rows)
        )
        found = (await self._connection.execute(claiming)).first()
        return None if found is None else TokenRow(**found._mapping)

    async def release(self, app_id: str, owner: str, trouble: str | None, now: datetime) -> None:
        """End a claim without a new pair, for this reason. The same trouble as before began when it first did."""
        same = _rows.c.trouble == trouble
        await self._change(
            (_rows.c.app_id == app_id) & (_rows.c.claimed_by == owner),
            claimed_by=None,
            claimed_at=None,
            trouble=trouble,
            troubled_at=None if trouble is None else case((same, _rows.c.troubled_at), else_=now),
            told_at=None if trouble is None else case((same, _rows.c.told_at), else_=None),
        )

    async def access_over(self, app_id: str, generation: int, now: datetime) -> None:
        """The platform takes this access token no more, although its time was not over."""
        await self._change((_rows.c.app_id == app_id) & (_rows.c.generation == generation), expires_at=now)

    async def renewed(
        self,
        app_id: str,
        generation: int,
        sealed_access: bytes,
        sealed_refresh: bytes | None,
        expires_at: datetime,
        now: datetime,
    ) -> bool:
        """Keep the pair that follows this generation; False when another pair was kept meanwhile.

        Whoever holds the claim by then: a pair that the platform gave is good, and losing it loses the consent.
        Without `sealed_refresh` the refresh token stays what it was.
        """
        rotated = {} if sealed_refresh is None else {"sealed_refresh": sealed_refresh, "refresh_since": now}
        return await self._change(
            (_rows.c.app_id == app_id) & (_rows.c.generation == generation),
            sealed_access=sealed_access,
            generation=generation + 1,
            expires_at=expires_at,
            refreshed_at=now,
            **rotated,
            **_SETTLED,
        )

    async def granted(
        self, app_id: str, sealed_access: bytes, sealed_refresh: bytes, expires_at: datetime, now: datetime
    ) -> None:
        """Keep the first pair of a new consent, in place of whatever was there."""
        pair = {
            "sealed_access": sealed_access,
            "sealed_refresh": sealed_refresh,
            "expires_at": expires_at,
            "refreshed_at": now,
            "refresh_since": now,
        }
        putting = insert(self._connection.dialect.name, _rows).values(app_id=app_id, generation=1, seeds=[], **pair)
        again = {**pair, **_SETTLED, "generation": _rows.c.generation + 1}
        await self._connection.execute(putting.on_conflict_do_update(index_elements=["app_id"], set_=again))

    async def resealed(self, row: TokenRow, access: bytes | None, refresh: bytes | None, seed: bytes | None) -> bool:
        """The same tokens under another key; False when they changed meanwhile."""
        return await self._change(
            (_rows.c.app_id == row.app_id) & (_rows.c.generation == row.generation),
            sealed_access=access,
            sealed_refresh=refresh,
            sealed_seed=seed,
        )

    async def tell(self, app_id: str, now: datetime, every: timedelta) -> bool:
        """True for the one who is to tell of the trouble now: nobody has for this long."""
        unsaid = or_(_rows.c.told_at.is_(None), _rows.c.told_at <= now - every)
        return await self._change((_rows.c.app_id == app_id) & unsaid, told_at=now)

    async def _change(self, which: Any, **values: Any) -> bool:
        return bool((await self._connection.execute(update(_rows).where(which).values(**values))).rowcount)


_NO_TROUBLE: dict[str, Any] = {"trouble": None, "troubled_at": None, "told_at": None}
_SETTLED: dict[str, Any] = {"sealed_seed": None, "claimed_by": None, "claimed_at": None, **_NO_TROUBLE}
