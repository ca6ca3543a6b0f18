"""Drops what was received and sent long ago, and personal data whose time is over, a little at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.keeping import Folder
from domain.keeping_times import KeepingTimes
from storage import Repositories, Storage

log = structlog.get_logger()

AT_ONCE = 500
"""Rows dropped in one transaction: nobody waits long for the one writer."""
DAY = 86_400.0
A_DAY = timedelta(days=1)
"""How long the count of somebody's vain tries outlives the last of them, and a last message its person's data."""


class Retention:
    """Keeps each kind for so many days; the ledger, the reports and the audit log are kept for good."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        days: int,
        *,
        times: KeepingTimes | None = None,
        folder: Folder | None = None,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._times = times or KeepingTimes(messages=days)
        self._folder = folder

    async def run(self) -> None:
        """Drop what is too old, now and every day."""
        while True:
            await self.purge()
            await asyncio.sleep(DAY)

    async def purge(self) -> int:
        """Drop what is too old; how many rows."""
        counts = {"messages": await self._all(self._messages)}
        aging = {
            "questions": self._days(self._times.questions),
            "talks": self._days(self._times.talks),
            "contacts": self._days(self._times.contacts),
            "notices": self._days(self._times.contacts),
            "codes": self._days(self._times.codes),
            "blocks": self._days(self._times.codes),
            "attempts": A_DAY,
        }
        for kind, age in aging.items():
            counts[kind] = await self._all(partial(self._aged, kind, self._before(age)))
        counts["files"] = await self._all(self._files)
        counts["cases"] = await self._all(self._cases)
        async with self._storage.writing() as records:
            counts["farewells"] = await records.personal.drop_farewells(self._before(A_DAY))
            counts["erasures"] = await records.erasures.forget(self._before(self._days(self._times.erasures)))
        dropped = {kind: count for kind, count in counts.items() if count}
        if dropped:
            log.info("what is long over was dropped", **dropped)
        return sum(dropped.values())

    async def _all(self, some: Callable[[Repositories], Awaitable[int]]) -> int:
        """Drop some until there is none; how many."""
        dropped = 0
        while True:
            async with self._storage.writing() as records:
                count = await some(records)
            if count == 0:
                return dropped
            dropped += count
            await asyncio.sleep(0)

    async def _aged(self, kind: str, before: datetime, records: Repositories) -> int:
        return await records.personal.drop(kind, before, AT_ONCE)

    async def _messages(self, records: Repositories) -> int:
        before = self._before(self._days(self._times.messages))
        given_up = await records.held.expire(self._clock())
        if given_up:
            log.warning("messages were given up: their chats were not heard for a month", count=len(given_up))
        return await records.inbox.purge(before, AT_ONCE) + await records.outbox.purge(before, AT_ONCE)

    async def _files(self, records: Repositories) -> int:
        """Photos and files that belong to nothing: the bytes first, then, with the transaction, the rows."""
        count, names = await records.personal.drop_loose_files(self._before(self._days(self._times.files)), AT_ONCE)
        if self._folder is not None:
            for name in names:
                await asyncio.to_thread(self._folder.drop, name)
        return count

    async def _cases(self, records: Repositories) -> int:
        before = self._before(self._days(self._times.cases))
        return await records.personal.part_from_closed_cases(before, AT_ONCE, self._clock())

    def _before(self, age: timedelta) -> datetime:
        return self._clock() - age

    @staticmethod
    def _days(days: int) -> timedelta:
        return timedelta(days=days)
