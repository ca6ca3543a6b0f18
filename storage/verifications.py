"""Codes sent to where a person is known already, by which an account proves that the number it named is its own."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.verifications import DAY, LASTS, MOST_TRIES, Checked, Claim
from storage import tables

_rows = tables.verifications


class Verifications:
    """The codes of each account: one open at a time, of which only the hash is kept."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def opened_lately(self, channel: str, user_id: str, person_id: int | None, now: datetime) -> tuple[int, int]:
        """How many codes this account asked for within a day, and how many were asked for as this person."""
        lately = select(func.count()).select_from(_rows).where(_rows.c.made_at > now - DAY)
        mine = lately.where(_rows.c.channel == channel, _rows.c.user_id == user_id)
        by_account = (await self._connection.execute(mine)).scalar_one()
        if person_id is None:
            return int(by_account), 0
        theirs = lately.where(_rows.c.person_id == person_id, _rows.c.sent_to != "")
        return int(by_account), int((await self._connection.execute(theirs)).scalar_one())

    async def open(
        self, channel: str, user_id: str, chat_id: str, person_id: int | None, sent_to: str, now: datetime
    ) -> tuple[int, str]:
        """A new code for the account, with its id; the one it had is over. Without a person no code is ever right."""
        mine = (_rows.c.channel == channel) & (_rows.c.user_id == user_id)
        await self._connection.execute(
            update(_rows).where(mine, _rows.c.used_at.is_(None), _rows.c.expires_at > now).values(expires_at=now)
        )
        code = f"{secrets.randbelow(1_000_000):06d}"
        row = {
            "channel": channel,
            "user_id": user_id,
            "chat_id": chat_id,
            "person_id": person_id,
            "code_sha256": _hash(channel, user_id, code),
            "sent_to": sent_to,
            "tries": 0,
            "made_at": now,
            "expires_at": now + LASTS,
        }
        number = (await self._connection.execute(_rows.insert().values(row).returning(_rows.c.id))).scalar_one()
        return int(number), code

    async def check(self, channel: str, user_id: str, code: str, now: datetime) -> Checked:
        """What a typed code is worth; the right one is used up, a wrong one counts."""
        found = (
            await self._connection.execute(
                select(_rows.c.id, _rows.c.person_id, _rows.c.code_sha256, _rows.c.tries)
                .where(_rows.c.channel == channel, _rows.c.user_id == user_id)
                .where(_rows.c.used_at.is_(None), _rows.c.expires_at > now, _rows.c.tries < MOST_TRIES)
                .order_by(_rows.c.id.desc())
                .limit(1)
                .with_for_update()
            )
        ).first()
        if found is None:
            return Checked("over")
        is_right = hmac.compare_digest(found.code_sha256, _hash(channel, user_id, code))
        tries = int(found.tries) + 1
        changed = {"tries": tries, "used_at": now} if is_right and found.person_id is not None else {"tries": tries}
        await self._connection.execute(update(_rows).where(_rows.c.id == found.id).values(changed))
        if "used_at" in changed:
            return Checked("right", found.person_id, 0)
        return Checked("wrong", None, MOST_TRIES - tries)

    async def joined(self, channel: str, user_id: str, chat_id: str, person_id: int, now: datetime) -> None:
        """Note that an account joined as this person in another way, so that they can disown it too."""
        row = {"channel": channel, "user_id": user_id, "chat_id": chat_id, "person_id": person_id, "sent_to": ""}
        ended = {"code_sha256": "", "tries": 0, "made_at": now, "expires_at": now, "used_at": now}
        await self._connection.execute(_rows.insert().values(row | ended))

    async def claimed(self, person_id: int, now: datetime) -> list[Claim]:
        """What was asked for as this person within a day and is open or was used, the earliest first."""
        rows = await self._connection.execute(
            select(_rows.c.id, _rows.c.channel, _rows.c.user_id, _rows.c.used_at)
            .where(_rows.c.person_id == person_id, _rows.c.made_at > now - DAY)
            .where(or_(_rows.c.used_at.is_not(None), _rows.c.expires_at > now))
            .order_by(_rows.c.id)
            .with_for_update()
        )
        return [Claim(row.id, row.channel, row.user_id, row.used_at is not None) for row in rows]

    async def void(self, ids: Collection[int], now: datetime) -> None:
        """These can prove nothing any more and are no claims."""
        await self._connection.execute(
            update(_rows).where(_rows.c.id.in_(ids)).values(used_at=None, expires_at=now, tries=MOST_TRIES)
        )

    async def forget_before(self, moment: datetime) -> int:
        """Forget what was asked for before this moment; returns how many codes that were."""
        gone = await self._connection.execute(_rows.delete().where(_rows.c.made_at < moment))
        return gone.rowcount


def _hash(channel: str, user_id: str, code: str) -> str:
    """The hash of a code for this account alone: spaces and dashes, which telephones add, do not count."""
    digits = "".join(letter for letter in code if letter.isdigit())
    return hashlib.sha256(f"{channel}\n{user_id}\n{digits}".encode("utf-8", "replace")).hexdigest()
