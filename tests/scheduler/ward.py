"""An invented ward over real storage, for the tests of what happens on the clock."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from domain.clock import at_local
from domain.contacts import NO_WINDOWS, Windows
from domain.deadlines import Deadline, DeadlineKind
from domain.messages import Reply
from domain.notices import LedgerNotice
from domain.people import Office, Person, Role, Unit
from domain.tasks import Task
from scheduler.beat import beat
from scheduler.books import Shapes
from storage import Storage

SHAPES: Shapes = {"telegram": lambda notice: [notice], "web": lambda notice: [notice]}


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """A moment on the office's clock, in UTC."""
    return at_local(day, datetime(2026, 1, 1, hour, minute, tzinfo=UTC).time())


@dataclass
class Ward:
    """An office with a unit, its head, two officials, a leader and an administrator; `an` has joined on Telegram."""

    storage: Storage
    office: Office
    unit: Unit
    an: Person
    binh: Person
    head: Person
    leader: Person
    admin: Person
    read: dict[int, int] = field(default_factory=dict)

    async def task(self, number: str, due: date, **more: object) -> Task:
        """One more task with a deadline, of An unless told otherwise."""
        deadline = Deadline(DeadlineKind.DATE, due=due)
        task = Task(0, self.office.id, number, f"Việc số {number}", deadline, assignee_id=self.an.id)
        async with self.storage.writing() as records:
            return await records.register.put_task(replace(task, **more))  # type: ignore[arg-type]

    async def joins(self, person: Person, channel: str = "telegram") -> None:
        """The person can be written to."""
        async with self.storage.writing() as records:
            await records.people.bind(person.id, channel, f"{channel}{person.id}", f"{channel}{person.id}")

    async def beat(self, now: datetime, shapes: Shapes = SHAPES, windows: Windows = NO_WINDOWS) -> int:
        """What the clock does at a moment."""
        return await beat(self.storage, now, shapes, windows)

    async def deliver(self, now: datetime, channel: str = "telegram") -> list[Reply]:
        """Everything that waits in the outbox of a channel is sent; what it was."""
        said: list[Reply] = []
        while True:
            async with self.storage.writing() as records:
                rows = await records.outbox.claim(now, 50, channels=[channel])
                await records.outbox.sent_many([(row.id, f"m{row.id}") for row in rows], now)
            if not rows:
                return said
            said += [row.reply for row in rows]

    async def read_at(self, now: datetime) -> list[str]:
        """What people read after the clock has beaten at a moment."""
        await self.beat(now)
        return [reply.text for reply in await self.deliver(now)]

    async def ledger(self) -> Sequence[LedgerNotice]:
        """Every notice of the office."""
        async with self.storage.reading() as records:
            return await records.notices.of_office(self.office.id, datetime(2000, 1, 1, tzinfo=UTC))

    async def states(self) -> dict[str, tuple[str, str]]:
        """By rule and person's first letter: status and reason."""
        return {row.notice.rule: (str(row.status), row.reason) for row in await self.ledger()}


@contextlib.asynccontextmanager
async def ward_in(folder: Path) -> AsyncIterator[Ward]:
    """A ward in a new database, which reports by no periods."""
    storage = Storage.open(f"sqlite:///{folder / 'kehoach.db'}", synchronous="OFF")
    await storage.migrate()
    async with storage.writing() as records:
        office = await records.offices.ensure("Ủy ban nhân dân phường Thử")
        unit = await records.people.add_unit(office.id, "Phòng Kinh tế", [])
        an = await records.people.add(office.id, "Nguyễn Văn Mẫu", Role.OFFICIAL, unit.id)
        binh = await records.people.add(office.id, "Trần Thị Thử", Role.OFFICIAL, unit.id)
        head = await records.people.add(office.id, "Lý Trưởng Phòng", Role.HEAD, unit.id)
        leader = await records.people.add(office.id, "Hồ Chủ Tịch Phường", Role.LEADER)
        admin = await records.people.add(office.id, "Đỗ Quản Trị", Role.ADMINISTRATOR)
        for schedule in await records.periods.schedules(office.id):
            await records.periods.put_schedule(replace(schedule, active=False), date(2026, 1, 1))
    ward = Ward(storage, office, unit, an, binh, head, leader, admin)
    await ward.joins(an)
    yield ward
    await storage.close()
