"""The ledger of reminders: each notice has one row, whoever enters it and whatever becomes of it."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from domain.deadlines import Deadline, DeadlineKind
from domain.messages import Reply
from domain.notices import ON_THE_DAY, Notice, NoticeStatus, Subject, SubjectKind
from domain.tasks import Task, TaskStatus
from storage import Storage, tables
from storage.repositories import Repositories
from tests.storage.conftest import NOW, Ward

DUE = date(2026, 6, 8)
LATER = NOW + timedelta(days=1)


@pytest.fixture
async def notice(storage: Storage, ward: Ward) -> Notice:
    """A notice seven working days before the deadline of a task."""
    async with storage.writing() as records:
        task = await records.register.add_task(Task(0, ward.office.id, "4", "x", Deadline(DeadlineKind.DATE, DUE)))
    return Notice(ward.office.id, ward.person.id, Subject(SubjectKind.TASK, task.id), "before_7", DUE, NOW)


async def _opened(records: Repositories, *notices: Notice) -> list[int]:
    await records.notices.open_many([(notice, NOW) for notice in notices], NOW)
    return [row.id for row in await records.notices.pending(notices[0].office_id)]


async def _queued(records: Repositories, notice: Notice, key: str = "k") -> int:
    queued = await records.outbox.queue(
        channel="telegram",
        chat_id="5",
        reply=Reply("Nhắc"),
        key=key,
        now=NOW,
        cause="notice:digest",
        office_id=notice.office_id,
    )
    assert queued is not None
    return queued


async def _sent(records: Repositories, ids: list[int]) -> None:
    """As the outbox does when the app has given the message its id."""
    sent = (
        update(tables.notices).where(tables.notices.c.id.in_(ids)).values(status="sent", message_id="m7", sent_at=NOW)
    )
    await records.notices._connection.execute(sent)


async def test_each_notice_has_one_row(storage: Storage, notice: Notice) -> None:
    others = [replace(notice, rule=ON_THE_DAY), replace(notice, occurrence=date(2026, 7, 8))]
    async with storage.writing() as records:
        assert await records.notices.open_many([(notice, LATER)], NOW) == 1
        assert await records.notices.open_many([(replace(notice, late=True), NOW)], LATER) == 0
        assert await records.notices.open_many([(other, NOW) for other in others], NOW) == 2
        assert await records.notices.known(notice.office_id) == {n.key for n in (notice, *others)}
    async with storage.reading() as records:
        (first,) = (row for row in await records.notices.pending(notice.office_id) if row.notice.key == notice.key)
    assert (first.notice, first.status, first.release_at, first.opened_at) == (notice, "pending", LATER, NOW)
    assert (first.message, first.sent_at, first.acknowledged_at, first.seen_at) == (None, None, None, None)


async def test_the_part_of_a_unit_is_a_subject_of_its_own(storage: Storage, notice: Notice) -> None:
    part = replace(notice, subject=replace(notice.subject, unit_id=3))
    async with storage.writing() as records:
        assert len(await _opened(records, notice, part)) == 2
        found = await records.notices.pending(notice.office_id)
    assert {row.notice.subject for row in found} == {notice.subject, part.subject}


async def test_of_two_schedulers_entering_one_notice_one_succeeds(
    storage: Storage, other_process: Storage, notice: Notice
) -> None:
    async def beat(where: Storage) -> int:
        async with where.writing() as records:
            opened = await records.notices.open_many([(notice, NOW)], NOW)
            await asyncio.sleep(0)
            return opened

    assert sum(await asyncio.gather(*(beat(where) for where in (storage, other_process) * 3))) == 1


async def test_an_older_stage_is_kept_and_not_sent(storage: Storage, notice: Notice) -> None:
    folded = replace(notice, folded=True)
    async with storage.writing() as records:
        assert await records.notices.open_many([(folded, NOW)], NOW) == 0
        assert await records.notices.pending(notice.office_id) == []
        assert await records.notices.known(notice.office_id) == {notice.key}
        (row,) = await records.notices.of_person(notice.person_id, NOW)
        assert (row.notice, row.status, row.reason) == (folded, "cancelled", "folded")
        assert await records.notices.open_many([(notice, NOW)], NOW) == 0, "what was folded is not sent later"


async def test_what_was_cancelled_unsent_waits_again_when_it_is_due_again(storage: Storage, notice: Notice) -> None:
    async with storage.writing() as records:
        ids = await _opened(records, notice)
        assert await records.notices.cancel(ids, "reassigned") == 1
        assert await records.notices.cancel(ids, "over") == 0
        assert await records.notices.known(notice.office_id) == frozenset()
        assert await records.notices.open_many([(notice, LATER)], LATER) == 1
        (row,) = await records.notices.pending(notice.office_id)
    assert (row.id, row.reason, row.release_at) == (ids[0], "", LATER)


async def test_tasks_that_are_over_are_not_read_again(storage: Storage, notice: Notice) -> None:
    async with storage.writing() as records:
        await _opened(records, notice)
        task = await records.register.task(notice.subject.id)
        assert task is not None
        await records.register.update_task(replace(task, status=TaskStatus.DONE))
        assert await records.notices.known(notice.office_id) == frozenset()


async def test_a_message_carries_several_and_each_goes_with_one(storage: Storage, notice: Notice) -> None:
    async with storage.writing() as records:
        ids = await _opened(records, notice, replace(notice, rule=ON_THE_DAY))
        first, second = await _queued(records, notice, "1"), await _queued(records, notice, "2")
        assert await records.notices.carry(ids, first, "telegram") == 2
        assert await records.notices.carry(ids, second, "telegram") == 0
        carried = await records.notices.of_message(first)
        assert [row.id for row in carried] == ids
        assert {(row.channel, row.attempts, row.next_try_at) for row in carried} == {("telegram", 0, NOW)}
        assert await records.notices.of_message(second) == []
        messages = await records.notices.messages(notice.office_id, NOW)
        assert [(row.id, row.key, row.status) for row in messages] == [
            (first, "1", "pending"),
            (second, "2", "pending"),
        ]
        assert await records.notices.messages(notice.office_id, LATER) == []


async def test_what_a_message_carries_is_not_cancelled_behind_its_back(storage: Storage, notice: Notice) -> None:
    async with storage.writing() as records:
        ids = await _opened(records, notice)
        message = await _queued(records, notice)
        await records.notices.carry(ids, message, "telegram")
        assert await records.notices.cancel(ids, "reported") == 0
        assert await records.notices.take_back([message]) == {message}
        assert (await records.outbox.counts())["cancelled"] == 1
        assert await records.notices.cancel(ids, "reported") == 1


async def test_a_message_that_is_being_sent_is_not_taken_back(storage: Storage, notice: Notice) -> None:
    async with storage.writing() as records:
        ids = await _opened(records, notice)
        message = await _queued(records, notice)
        await records.notices.carry(ids, message, "telegram")
        assert await records.outbox.claim(NOW, 5, channels=["telegram"])
        assert await records.notices.take_back([message]) == frozenset()
        assert [row.id for row in await records.notices.of_message(message)] == ids


async def test_what_is_held_back_says_until_when_and_why(storage: Storage, notice: Notice) -> None:
    async with storage.writing() as records:
        ids = await _opened(records, notice)
        assert await records.notices.missed(NOW + timedelta(minutes=1)) == 1
        assert await records.notices.oldest_pending() == NOW
        await records.notices.hold([(ids[0], LATER, "quiet")])
        (row,) = await records.notices.pending(notice.office_id)
        assert (row.release_at, row.reason) == (LATER, "quiet")
        assert await records.notices.missed(LATER + timedelta(minutes=1)) == 0
        assert await records.notices.oldest_pending() is None


async def test_only_the_person_acknowledges_what_reached_them(storage: Storage, notice: Notice, ward: Ward) -> None:
    async with storage.writing() as records:
        colleague = await records.people.add(ward.office.id, "Lý Thu Hà", ward.person.role, ward.unit.id)
        ids = await _opened(records, notice)
        assert await records.notices.acknowledge(ids, notice.person_id, NOW) == 0, "it has not reached anybody"
        await records.notices.carry(ids, await _queued(records, notice), "telegram")
        await _sent(records, ids)
        assert await records.notices.acknowledge(ids, colleague.id, NOW) == 0
        assert await records.notices.acknowledge(ids, notice.person_id, LATER) == 1
        assert await records.notices.acknowledge(ids, notice.person_id, LATER + timedelta(hours=1)) == 0
        found = await records.notices.acknowledged(notice.office_id)
    assert found == {(str(notice.subject), DUE): [(notice.person_id, LATER)]}


async def test_what_failed_on_one_channel_can_wait_for_another(storage: Storage, notice: Notice) -> None:
    async with storage.writing() as records:
        ids = await _opened(records, notice)
        await records.notices.carry(ids, await _queued(records, notice), "telegram")
        assert await records.notices.fail(ids, "unreachable") == 1
        assert (await records.notices.counts())["failed"] == 1
        assert await records.notices.put_back(ids) == 1
        (row,) = await records.notices.pending(notice.office_id)
        assert (row.message, row.channel, row.reason) == (None, "", "")


async def test_the_ledger_goes_with_its_task(storage: Storage, notice: Notice, ward: Ward) -> None:
    async with storage.writing() as records:
        await _opened(records, notice)
        await records.offices.remove(ward.office.id)
        assert await records.notices.of_office(notice.office_id, NOW) == []
        assert await records.notices.counts(notice.office_id) == {status.value: 0 for status in NoticeStatus}


async def test_what_the_last_message_of_a_chat_carries(storage: Storage, notice: Notice) -> None:
    async with storage.writing() as records:
        ids = await _opened(records, notice)
        message = await _queued(records, notice)
        await records.notices.carry(ids, message, "telegram")
        assert await records.notices.last_shown("telegram", "5") == []
        await records.outbox.claim(NOW, 10, channels=["telegram"])
        await records.outbox.sent_many([(message, "m7")], NOW)
        assert [n.id for n in await records.notices.last_shown("telegram", "5")] == ids
        assert [n.id for n in await records.notices.shown_as("telegram", "5", "m7")] == ids
        assert await records.notices.last_shown("telegram", "6") == []
        assert await records.notices.shown_as("telegram", "5", "m8") == []
        answer = await _queued(records, notice, key="later")
        await records.outbox.claim(NOW, 10, channels=["telegram"])
        await records.outbox.sent_many([(answer, "m8")], NOW)
        assert await records.notices.last_shown("telegram", "5") == []
        assert [n.id for n in await records.notices.shown_as("telegram", "5", "m7")] == ids
