"""Two processes whose clocks beat at the same moments: each notice has one row and one message, and none is lost."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from domain.clock import at_local
from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.messages import Reply
from domain.notices import NoticeStatus
from domain.people import Role
from domain.tasks import Task
from scheduler.beat import beat
from scheduler.digests import DIGEST
from scheduler.planning import missed
from storage import Storage
from tests.storage.conftest import Ward

FIRST, DAYS = date(2026, 5, 25), 24
SHAPES = {"telegram": lambda notice: [Reply(notice.text[:20]), replace(notice, text=notice.text[20:])]}
MOMENTS = (time(8), time(8, 1), time(14))


async def _furnish(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        head = await records.people.add(ward.office.id, "Lý Thị Mận", Role.HEAD, ward.unit.id)
        for person in (ward.person, head):
            await records.people.bind(person.id, "telegram", str(person.id), str(person.id))
        for number in range(8):
            deadline = Deadline(DeadlineKind.DATE, due=FIRST + timedelta(days=3 * number))
            if number == 7:
                deadline = Deadline(DeadlineKind.RECURRING, every=Rhythm.MONTH, day=5)
            task = Task(0, ward.office.id, str(number + 1), "Việc chung", deadline, lead_unit_id=ward.unit.id)
            await records.register.add_task(task)


async def _deliver(storage: Storage, now: datetime) -> list[str]:
    keys: list[str] = []
    while True:
        async with storage.writing() as records:
            rows = await records.outbox.claim(now, 3, channels=["telegram"])
            await records.outbox.sent_many([(row.id, f"m{row.id}") for row in rows], now)
        if not rows:
            return keys
        keys += [row.key for row in rows]


async def test_two_clocks_at_once_double_and_lose_nothing(storage: Storage, other_process: Storage, ward: Ward) -> None:
    await _furnish(storage, ward)
    queued, said = 0, Counter[str]()
    for number in range(DAYS):
        for hour in MOMENTS:
            now = at_local(FIRST + timedelta(days=number), hour)
            queued += sum(await asyncio.gather(*(beat(books, now, SHAPES) for books in (storage, other_process))))
            both = await asyncio.gather(*(_deliver(books, now) for books in (storage, other_process)))
            said.update(key for keys in both for key in keys)
        assert await missed(storage, now + timedelta(minutes=20)) == 0, now
    async with storage.reading() as records:
        rows = await records.notices.of_office(ward.office.id, at_local(FIRST, time()))
        messages = await records.notices.messages(ward.office.id, at_local(FIRST, time()))
        counts = await records.outbox.counts()
    assert len({row.notice.key for row in rows}) == len(rows) > 50
    assert set(said.values()) == {1} and len(said) == 2 * queued == counts["sent"]
    digests = Counter(tuple(m.key.split(":")[1:3]) for m in messages if m.cause == DIGEST and m.key.endswith(":0"))
    assert set(digests.values()) == {1}, "one digest a person and day"
    ended = {row.status for row in rows}
    assert ended <= {NoticeStatus.SENT, NoticeStatus.CANCELLED} and NoticeStatus.SENT in ended
    assert all(row.message_id for row in rows if row.status is NoticeStatus.SENT)
