"""Notices over real storage: each is queued once, whoever looks and however often."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.deadlines import Deadline, DeadlineKind
from domain.messages import Reply
from domain.people import Person, Role
from domain.progress import Understood
from domain.tasks import Task, TaskStatus
from scheduler.clock import Ticker
from scheduler.reminding import Shapes, pending, remind, upcoming
from storage import Storage

DUE = date(2026, 3, 10)
AT_EIGHT = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
"""08:00 in Vietnam on the day before."""

SHAPES: Shapes = {"telegram": lambda notice: [notice]}


class Ward:
    """One official with one task, due on the tenth of March."""

    def __init__(self, storage: Storage, person: Person, task: Task) -> None:
        self.storage = storage
        self.person = person
        self.task = task

    async def joins(self, chat: str = "71") -> None:
        async with self.storage.writing() as records:
            await records.people.bind(self.person.id, "telegram", chat, chat)

    async def queued(self) -> int:
        async with self.storage.reading() as records:
            return (await records.outbox.counts())["pending"]


@contextlib.asynccontextmanager
async def _ward(folder: Path) -> AsyncIterator[Ward]:
    storage = Storage.open(f"sqlite:///{folder / 'kehoach.db'}")
    await storage.migrate()
    async with storage.writing() as records:
        office = await records.offices.ensure("Ủy ban nhân dân phường Thử")
        person = await records.people.add(office.id, "Nguyễn Văn Mẫu", Role.OFFICIAL)
        deadline = Deadline(DeadlineKind.DATE, due=DUE, text="10/3/2026")
        task = await records.register.put_task(
            Task(0, office.id, "4", "Lắp biển chỉ dẫn", deadline, assignee_id=person.id)
        )
    yield Ward(storage, person, task)
    await storage.close()


async def test_a_notice_is_queued_once_however_often_one_looks(tmp_path: Path) -> None:
    async with _ward(tmp_path) as ward:
        await ward.joins()
        assert [await remind(ward.storage, AT_EIGHT + timedelta(minutes=n), SHAPES) for n in range(5)] == [
            1,
            0,
            0,
            0,
            0,
        ]
        assert await ward.queued() == 1


async def test_nothing_is_queued_before_its_hour(tmp_path: Path) -> None:
    async with _ward(tmp_path) as ward:
        await ward.joins()
        week_before = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
        assert await remind(ward.storage, week_before - timedelta(seconds=1), SHAPES) == 0
        assert await remind(ward.storage, week_before, SHAPES) == 1


async def test_two_processes_that_look_at_once_queue_it_once(tmp_path: Path) -> None:
    async with _ward(tmp_path) as ward:
        await ward.joins()
        beside = Storage.open(f"sqlite:///{tmp_path / 'kehoach.db'}")
        both = await asyncio.gather(
            *(remind(books, AT_EIGHT, SHAPES) for books in (ward.storage, beside, ward.storage, beside))
        )
        await beside.close()
        assert sum(both) == 1
        assert await ward.queued() == 1


async def test_who_has_not_joined_is_reminded_late_once_they_have(tmp_path: Path) -> None:
    async with _ward(tmp_path) as ward:
        assert await remind(ward.storage, AT_EIGHT, SHAPES) == 0
        await ward.joins()
        shown: list[Reply] = []
        keep: Shapes = {"telegram": lambda notice: [shown.append(notice) or notice]}  # type: ignore[func-returns-value]
        assert await remind(ward.storage, AT_EIGHT + timedelta(hours=30), keep) == 1
        assert "nhiệm vụ 4" in shown[0].text


async def test_an_account_on_a_channel_nobody_serves_is_left_for_later(tmp_path: Path) -> None:
    async with _ward(tmp_path) as ward:
        await ward.joins()
        assert await remind(ward.storage, AT_EIGHT, {"web": lambda notice: [notice]}) == 0
        assert await remind(ward.storage, AT_EIGHT, SHAPES) == 1


async def test_a_task_reported_done_is_reminded_of_no_more(tmp_path: Path) -> None:
    async with _ward(tmp_path) as ward:
        await ward.joins()
        async with ward.storage.writing() as records:
            done = Understood("report", status=TaskStatus.DONE)
            await records.register.add_report(ward.task, ward.person, done, "xong rồi", AT_EIGHT)
        for day in range(30):
            assert await remind(ward.storage, AT_EIGHT + timedelta(days=day), SHAPES) == 0


async def test_what_would_be_sent_is_told_without_sending(tmp_path: Path) -> None:
    async with _ward(tmp_path) as ward:
        async with ward.storage.reading() as records:
            (notice,) = await pending(records, AT_EIGHT)
            later = await upcoming(records, ward.person, AT_EIGHT - timedelta(days=40), timedelta(days=60))
        assert (notice.task.number, notice.occurrence) == ("4", DUE)
        assert later is not None and later.occurrence == DUE
        assert await ward.queued() == 0


async def test_the_ticker_beats_and_stops() -> None:
    beats = asyncio.Semaphore(0)

    async def beat() -> None:
        beats.release()

    ticker = Ticker(beat, seconds=0.02)
    ticker.start()
    async with asyncio.timeout(10):
        for _ in range(3):
            await beats.acquire()
    ticker.stop()
    ticker.stop()


@pytest.mark.parametrize("days", [1, 40, 400])
async def test_however_long_the_server_was_down_a_task_brings_one_notice(tmp_path: Path, days: int) -> None:
    async with _ward(tmp_path) as ward:
        await ward.joins()
        assert await remind(ward.storage, AT_EIGHT + timedelta(days=days), SHAPES) == 1
