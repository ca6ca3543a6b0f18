"""That this process is alive, and what becomes of what another was sending when it died."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.delivery import Delivery
from storage import Storage

log = structlog.get_logger()

BEAT = 2.0
"""Seconds between two signs of life where several processes may send."""
DEAD_AFTER = timedelta(seconds=30)
"""A process that gave no sign for so long is dead: what it was sending is sent once more, labelled."""
FORGOTTEN_AFTER = timedelta(days=1)
SENDER_NOTE = "serve.sender"
"""The file of a data folder that names the process which serves it, or was the last to."""


def sender_of(home: Path) -> str:
    """The sender's id of the process that serves this data folder, or was the last to; empty without one."""
    note = home / SENDER_NOTE
    return note.read_text(encoding="utf-8").strip() if note.exists() else ""


class Presence:
    """Keeps this process among the senders, and takes up what dead ones left.

    A database in a file has one server, which holds its lock: whatever is being sent when it starts is a dead one's.
    """

    def __init__(
        self, storage: Storage, delivery: Delivery, channels: tuple[str, ...], clock: Callable[[], datetime]
    ) -> None:
        self._storage = storage
        self._delivery = delivery
        self._channels = channels
        self._clock = clock

    async def begin(self, predecessor: str = "") -> None:
        """Register, and take up what was being sent by the process that ran here before, if it is known to be dead."""
        now, own = self._clock(), self._delivery.sender_id
        async with self._storage.writing() as records:
            if predecessor and predecessor != own:
                await records.senders.end(predecessor)
            await records.senders.beat(own, self._channels, now)
            alive = await records.senders.alive(now - DEAD_AFTER)
            if self._storage.is_sqlite:
                alive = {own: alive[own]}
            interrupted = await records.outbox.give_up_dead(now, self._channels, alive)
        self._heed(alive, interrupted)
        if len(alive) > 1:
            self._delivery.wait_a_window()

    async def keep(self) -> None:
        """Give signs of life, share the apps' limits with the others, and take up what dead ones leave."""
        while not self._storage.is_sqlite:
            await asyncio.sleep(BEAT)
            await self.beat()

    async def beat(self) -> None:
        """One sign of life, and a look at the others."""
        now, own = self._clock(), self._delivery.sender_id
        async with self._storage.writing() as records:
            await records.senders.beat(own, self._channels, now)
            await records.senders.forget(now - FORGOTTEN_AFTER)
            alive = await records.senders.alive(now - DEAD_AFTER)
            interrupted = await records.outbox.give_up_dead(now, self._channels, alive)
        self._heed(alive, interrupted)

    async def end(self) -> None:
        """This process sends no more; called when all it sent is recorded."""
        async with self._storage.writing() as records:
            await records.senders.end(self._delivery.sender_id)

    def _heed(self, alive: Mapping[str, frozenset[str]], interrupted: int) -> None:
        self._delivery.share({name: sum(name in theirs for theirs in alive.values()) for name in self._channels})
        if interrupted:
            log.warning(
                "messages were being sent when their process ended; sent once more, labelled", count=interrupted
            )
            self._delivery.ring()
