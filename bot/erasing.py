"""Forgets the people who asked for it. The wish is a row: killed at any moment, the next process carries on."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.keeping import Folder
from domain.privacy import Erasure, Owner
from storage import Busy, Storage

log = structlog.get_logger()

LOOKS_EVERY = 5.0
AT_THE_LATEST = timedelta(minutes=30)
"""When an account is forgotten although something is still on its way to it: an app may be down for long."""


class Erasing:
    """Does the open wishes. Bytes go before the rows that name them; the wish is done with the rows or not at all."""

    def __init__(self, storage: Storage, folder: Folder, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._folder = folder
        self._clock = clock
        self._bell = asyncio.Event()
        self.done_total = 0

    def ring(self) -> None:
        """Somebody asked."""
        self._bell.set()

    async def run(self) -> None:
        """Erase until cancelled."""
        while True:
            self._bell.clear()
            left = await self.erase_due()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), 0.2 if left else LOOKS_EVERY)

    async def erase_due(self) -> int:
        """Do what can be done now; how many wishes are left."""
        async with self._storage.reading() as records:
            wishes = await records.erasures.open()
        left = 0
        for wish in wishes:
            try:
                left += not await self._erase(wish)
            except Busy as busy:
                log.warning("database busy", erasure=wish.id, reason=str(busy))
                left += 1
        return left

    async def _erase(self, wish: Erasure) -> bool:
        """True once it is done; False while something is still on its way to the person, who is to read it first."""
        now = self._clock()
        async with self._storage.reading() as records:
            person = await records.people.by_account(wish.channel, wish.user_id)
            owner = Owner(wish.channel, wish.user_id, wish.chat_id, person.id if person else None)
            if now - wish.asked_at < AT_THE_LATEST and not await records.personal.is_settled(owner):
                return False
            names = await records.personal.loose_files(owner)
        for name in names:
            await asyncio.to_thread(self._folder.drop, name)
        async with self._storage.writing() as records:
            counts = await records.personal.erase(owner, now)
            await records.erasures.done(wish.id, counts, now)
            details = {"source": wish.source, "counts": counts}
            await records.audit.note(wish.office_id, None, "privacy.erased", f"account:{wish.mark[:12]}", now, details)
        self.done_total += 1
        log.info("somebody was forgotten", erasure=wish.id, source=wish.source, rows=sum(counts.values()))
        return True
