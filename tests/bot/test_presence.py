"""Several processes empty one outbox: they share the apps' limits, and a dead one's messages are sent once more."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.delivery import Delivery
from bot.nursery import Nursery
from bot.presence import DEAD_AFTER, Presence
from domain.messages import Reply
from storage import Queued, Storage
from tests.bot.desk import NOW, Postbox
from tests.storage.conftest import TEMPLATE, PostgresServer, postgres, sqlite_template, url

__all__ = ["TEMPLATE", "PostgresServer", "postgres", "sqlite_template", "url"]

CHANNELS = ("web",)


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


class Process:
    """What of a process sends: it claims like one and is never run."""

    def __init__(self, storage: Storage, clock: Clock, name: str) -> None:
        self.storage = storage
        self.clock = clock
        self.delivery = Delivery(storage, {"web": Postbox()}, clock, Nursery(), sender_id=name)
        self.presence = Presence(storage, self.delivery, CHANNELS, clock)

    async def claims(self, count: int) -> list[int]:
        async with self.storage.writing() as records:
            rows = await records.outbox.claim(self.clock(), count, (), CHANNELS, sender=self.delivery.sender_id)
        return [row.id for row in rows]

    async def counts(self) -> dict[str, int]:
        async with self.storage.reading() as records:
            return await records.outbox.counts()


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    opened = Storage.open(url)
    async with opened.writing() as records:
        await records.outbox.queue_many(
            [Queued("web", f"c{n}", Reply("Nhắc"), f"{n}", NOW, "notice") for n in range(10)]
        )
    yield opened
    await opened.close()


async def test_a_dead_process_is_found_out_and_a_living_one_left_alone(storage: Storage) -> None:
    clock = Clock()
    ours, theirs = Process(storage, clock, "ours"), Process(storage, clock, "theirs")
    await ours.presence.begin()
    await theirs.presence.begin()
    if storage.is_sqlite:
        # A file has one server: whoever begins knows that all others are over.
        assert theirs.delivery.pause_of("web") == 0
        return
    assert theirs.delivery.pause_of("web") > 0.5
    assert len(await ours.claims(2)) == 2 and len(await theirs.claims(3)) == 3
    clock.at += DEAD_AFTER - timedelta(seconds=1)
    await ours.presence.beat()
    assert (await ours.counts())["sending"] == 5
    clock.at += timedelta(seconds=2)
    await ours.presence.beat()
    counts = await ours.counts()
    assert (counts["sending"], counts["unknown"]) == (2, 3)


async def test_whoever_begins_takes_up_what_the_one_before_in_its_place_was_sending(storage: Storage) -> None:
    clock = Clock()
    before, beside = Process(storage, clock, "before"), Process(storage, clock, "beside")
    await before.presence.begin()
    await beside.presence.begin()
    await before.claims(2)
    await beside.claims(3)
    successor = Process(storage, clock, "successor")
    await successor.presence.begin("before")
    counts = await successor.counts()
    dead = 5 if storage.is_sqlite else 2
    assert (counts["sending"], counts["unknown"]) == (5 - dead, dead)


async def test_one_that_ends_leaves_the_limits_to_the_others(storage: Storage) -> None:
    clock = Clock()
    ours, theirs = Process(storage, clock, "ours"), Process(storage, clock, "theirs")
    await ours.presence.begin()
    await theirs.presence.begin()
    await theirs.presence.end()
    await ours.presence.beat()
    async with storage.reading() as records:
        assert list(await records.senders.alive(NOW)) == ["ours"]
