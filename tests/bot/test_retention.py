"""What is dropped, and how much at a time."""

from datetime import timedelta
from pathlib import Path

from bot.retention import AT_ONCE, Retention
from domain.messages import Reply
from storage import Queued
from tests.bot.desk import NOW, echo, open_desk


async def test_what_is_older_than_the_days_is_dropped_to_the_last_row(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, serving=False) as desk:
        for age in (500, 399):
            then = NOW - timedelta(days=age)
            rows = [Queued("web", f"{age}-{n}", Reply("xong"), f"{age}:{n}", then, "reply") for n in range(AT_ONCE + 1)]
            async with desk.storage.writing() as records:
                await records.outbox.queue_many(rows)
                claimed = await records.outbox.claim(then, len(rows), (), ("web",))
                await records.outbox.sent_many([(row.id, str(row.id)) for row in claimed], then)
        retention = Retention(desk.storage, lambda: NOW, 400)
        assert await retention.purge() == AT_ONCE + 1
        assert await retention.purge() == 0
        async with desk.storage.reading() as records:
            assert (await records.outbox.counts())["sent"] == AT_ONCE + 1
