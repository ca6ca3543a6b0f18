"""Drops what was received and sent long ago, a little at a time."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from storage import Storage

log = structlog.get_logger()

AT_ONCE = 500
"""Rows dropped in one transaction: nobody waits long for the one writer."""
DAY = 86_400.0


class Retention:
    """Keeps updates and messages for so many days; the ledger, the reports and the audit log are kept for good."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime], days: int) -> None:
        self._storage = storage
        self._clock = clock
        self._days = days

    async def run(self) -> None:
        """Drop what is too old, now and every day."""
        while True:
            await self.purge()
            await asyncio.sleep(DAY)

    async def purge(self) -> int:
        """Drop what is too old; how many rows."""
        before = self._clock() - timedelta(days=self._days)
        dropped = 0
        while True:
            async with self._storage.writing() as records:
                some = await records.inbox.purge(before, AT_ONCE) + await records.outbox.purge(before, AT_ONCE)
            dropped += some
            if some == 0:
                break
            await asyncio.sleep(0)
        if dropped:
            log.info("what is long over was dropped", rows=dropped, before=str(before.date()))
        return dropped
