"""Requests for more time: one at a time, decided once, and the deadline moves with a trace."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from domain.deadlines import Deadline, DeadlineKind
from domain.extensions import ExtensionRequest, RequestStatus
from domain.messages import Button, Reply
from domain.notices import Notice, Subject, SubjectKind
from domain.people import Person, Role
from domain.reminders import OfficeView, due_notices
from domain.tasks import Task
from storage import Storage, tables
from tests.storage.conftest import NOW, Ward

DUE = date(2026, 6, 30)
LATER = date(2026, 7, 31)


@pytest.fixture
async def task(storage: Storage, ward: Ward) -> Task:
    """A task that is due at the end of June."""
    deadline = Deadline(DeadlineKind.DATE, DUE, text="trước 30/6/2026")
    async with storage.writing() as records:
        return await records.register.add_task(
            Task(0, ward.office.id, "4", "Lắp camera", deadline, lead_unit_id=ward.unit.id)
        )


@pytest.fixture
async def leader(storage: Storage, ward: Ward) -> Person:
    """Who decides."""
    async with storage.writing() as records:
        return await records.people.add(ward.office.id, "Phạm Văn Lê", Role.LEADER)


async def _ask(storage: Storage, task: Task, ward: Ward) -> ExtensionRequest | None:
    async with storage.writing() as records:
        return await records.extensions.ask(task, ward.person, LATER, "máy hỏng", "xin gia hạn", NOW)


async def test_a_request_waits_with_all_that_was_said(storage: Storage, ward: Ward, task: Task) -> None:
    asked = await _ask(storage, task, ward)
    assert asked is not None and asked.is_open
    assert (asked.wanted, asked.reason, asked.said) == (LATER, "máy hỏng", "xin gia hạn")
    async with storage.reading() as records:
        assert await records.extensions.get(asked.id) == asked
        assert await records.extensions.open_of(task.id) == asked
        assert await records.extensions.waiting(ward.office.id) == [asked]
        assert await records.extensions.waiting(ward.office.id + 1) == []


async def test_of_two_that_ask_at_the_same_moment_one_waits(
    storage: Storage, other_process: Storage, ward: Ward, task: Task
) -> None:
    both = await asyncio.gather(_ask(storage, task, ward), _ask(other_process, task, ward))
    assert sum(request is not None for request in both) == 1


async def test_granting_moves_the_deadline_leaves_a_trace_and_reminders_follow(
    storage: Storage, ward: Ward, task: Task, leader: Person
) -> None:
    asked = await _ask(storage, task, ward)
    assert asked is not None
    async with storage.writing() as records:
        granted = await records.extensions.settle(asked, leader, RequestStatus.GRANTED, NOW, granted=LATER)
        moved = await records.register.task(task.id)
        changes = (await records.extensions._connection.execute(select(tables.deadline_changes))).all()
    assert granted is not None and (granted.decided_by, granted.granted) == (leader.name, LATER)
    assert moved is not None and moved.deadline.due == LATER and moved.deadline.text == "trước 30/6/2026"
    (change,) = changes
    assert (change.before["due"], change.after["due"], change.cause) == ("2026-06-30", "2026-07-31", "extension")
    assert (change.request_id, change.person_id, change.status) == (asked.id, leader.id, "applied")
    day_before = NOW.replace(month=7, day=30, hour=2)
    view = OfficeView(ward.office.id, [moved], [ward.person])
    assert {n.occurrence for n in due_notices(view, day_before)} == {LATER}
    assert due_notices(view, NOW.replace(month=7, day=1, hour=2)) == []


async def test_it_is_decided_once_however_many_press(
    storage: Storage, other_process: Storage, ward: Ward, task: Task, leader: Person
) -> None:
    asked = await _ask(storage, task, ward)
    assert asked is not None

    async def settle(books: Storage, status: RequestStatus) -> bool:
        async with books.writing() as records:
            day = LATER if status is RequestStatus.GRANTED else None
            return await records.extensions.settle(asked, leader, status, NOW, granted=day) is not None

    decided = await asyncio.gather(settle(storage, RequestStatus.GRANTED), settle(other_process, RequestStatus.REFUSED))
    assert sorted(decided) == [False, True]


@pytest.mark.parametrize("status", [RequestStatus.REFUSED, RequestStatus.WITHDRAWN])
async def test_a_request_that_ended_leaves_room_for_another(
    storage: Storage, ward: Ward, task: Task, leader: Person, status: RequestStatus
) -> None:
    asked = await _ask(storage, task, ward)
    assert asked is not None
    async with storage.writing() as records:
        ended = await records.extensions.settle(asked, leader, status, NOW, remark="chưa cần")
        same = await records.register.task(task.id)
    assert ended is not None and (ended.status, ended.remark) == (status, "chưa cần")
    assert same is not None and same.deadline.due == DUE
    again = await _ask(storage, task, ward)
    assert again is not None and again.id != asked.id
    async with storage.reading() as records:
        assert [r.id for r in await records.extensions.of_task(task.id)] == [again.id, asked.id]


async def test_what_a_message_answers_is_found_by_the_apps_own_id(storage: Storage, ward: Ward, task: Task) -> None:
    said = Reply("Nhắc việc", (Button("Báo cáo", f"report:{task.id}"),))
    async with storage.writing() as records:
        notice = Notice(ward.office.id, ward.person.id, Subject(SubjectKind.TASK, task.id), "before_1", DUE, NOW)
        await records.notices.open_many([(notice, NOW)], NOW)
        (entered,) = await records.notices.pending(ward.office.id)
        row = await records.outbox.queue(channel="telegram", chat_id="5", reply=said, key="n", now=NOW, cause="notice")
        assert row is not None
        await records.notices.carry([entered.id], row, "telegram")
        await records.outbox.claim(NOW, 1, (), ("telegram",))
        await records.outbox.sent_many([(row, "801")], NOW)
    async with storage.reading() as records:
        assert await records.outbox.sent_as("telegram", "5", "801") == said
        assert await records.outbox.sent_as("telegram", "6", "801") is None
        assert await records.outbox.sent_as("telegram", "5", "802") is None
        assert await records.outbox.last_notice("telegram", "5", NOW - timedelta(hours=1)) == task.id
        assert await records.outbox.last_notice("telegram", "5", NOW + timedelta(hours=1)) is None
