"""What is kept as evidence: reminders, questions and the audit log."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from domain.first_reminders import Notice, Rule

from domain.answers import Answer, AnswerStatus, Citation
from domain.deadlines import Deadline, DeadlineKind
from domain.messages import Incoming, Kind
from domain.tasks import Task, TaskStatus
from storage import Storage
from tests.storage.conftest import NOW, Ward

DUE = date(2026, 6, 8)


@pytest.fixture
async def notice(storage: Storage, ward: Ward) -> Notice:
    """A notice a week before the deadline of a task."""
    async with storage.writing() as records:
        task = await records.register.add_task(Task(0, ward.office.id, "4", "x", Deadline(DeadlineKind.DATE, DUE)))
    return Notice(task, ward.person, Rule.WEEK_BEFORE, DUE, NOW)


async def test_each_notice_is_opened_once(storage: Storage, notice: Notice) -> None:
    async with storage.writing() as records:
        first = await records.reminders.open(notice, NOW)
        assert first is not None
        assert await records.reminders.open(replace(notice, late=True), NOW + timedelta(days=1)) is None
        assert await records.reminders.open(replace(notice, rule=Rule.ON_THE_DAY), NOW) is not None
        assert await records.reminders.open(replace(notice, occurrence=date(2026, 7, 8)), NOW) is not None
    async with storage.reading() as records:
        ledger = await records.reminders.of_task(notice.task.id)
    assert [(row["rule"], row["occurrence"]) for row in ledger] == [
        ("week_before", DUE),
        ("on_the_day", DUE),
        ("week_before", date(2026, 7, 8)),
    ]
    assert ledger[0]["id"] == first
    assert (ledger[0]["scheduled"], ledger[0]["late"], ledger[0]["status"]) == (NOW, False, "open")


async def test_of_two_schedulers_opening_one_notice_one_succeeds(
    storage: Storage, other_process: Storage, notice: Notice
) -> None:
    async def tick(where: Storage) -> int | None:
        async with where.writing() as records:
            opened = await records.reminders.open(notice, NOW)
            await asyncio.sleep(0)
            return opened

    opened = await asyncio.gather(*(tick(where) for where in (storage, other_process) * 3))
    assert sum(row is not None for row in opened) == 1
    async with storage.reading() as records:
        assert len(await records.reminders.of_task(notice.task.id)) == 1


async def test_a_notice_undone_with_its_transaction_can_be_opened_again(storage: Storage, notice: Notice) -> None:
    with pytest.raises(RuntimeError):
        async with storage.writing() as records:
            assert await records.reminders.open(notice, NOW) is not None
            raise RuntimeError("before the reply was queued")
    async with storage.writing() as records:
        assert await records.reminders.open(notice, NOW) is not None


async def test_the_ledger_knows_what_was_opened_for_tasks_that_are_not_over(
    storage: Storage, notice: Notice, ward: Ward
) -> None:
    async with storage.writing() as records:
        await records.reminders.open(notice, NOW)
        known = await records.reminders.known(ward.office.id)
        assert known == {(notice.task.id, "week_before", DUE, ward.person.id)}
        assert await records.reminders.known(ward.office.id + 1) == frozenset()
        await records.register.update_task(replace(notice.task, status=TaskStatus.DONE))
        assert await records.reminders.known(ward.office.id) == frozenset()


async def test_the_ledger_goes_with_its_task_and_office(storage: Storage, notice: Notice, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.reminders.open(notice, NOW)
        await records.offices.remove(ward.office.id)
        assert await records.reminders.of_task(notice.task.id) == []


async def test_a_question_is_kept_with_how_it_ended(storage: Storage, ward: Ward) -> None:
    incoming = Incoming("telegram", "1", "7", "7", Kind.TEXT, "chi tieu 2030")
    citation = Citation(12, "a.txt", "12/KH-UBND", "Kế hoạch", "UBND", "I", "text", "source", 3, 0.9)
    answer = Answer(AnswerStatus.ANSWERED, "trên 80%", "Chỉ tiêu năm 2030?", (citation,), took_ms=12.5)
    refused = Answer(AnswerStatus.NOT_FOUND, "Chưa tìm thấy.", "?")
    async with storage.writing() as records:
        first = await records.questions.note("chi tieu 2030", answer, incoming, ward.person, NOW)
        second = await records.questions.note("?", refused, incoming, None, NOW, office_id=ward.office.id)
        third = await records.questions.note("?", refused, incoming, None, NOW)
    async with storage.reading() as records:
        of_office = await records.questions.recent(ward.office.id)
        assert [row["id"] for row in await records.questions.recent()] == [third, second, first]
    assert [row["id"] for row in of_office] == [second, first]
    kept = of_office[1]
    assert (kept["status"], kept["asked"], kept["understood"], kept["took_ms"]) == (
        "answered",
        "chi tieu 2030",
        "Chỉ tiêu năm 2030?",
        12.5,
    )
    assert kept["citations"] == [{"passage": 12, "file": "a.txt", "number": "12/KH-UBND", "page": 3}]
    assert (kept["person_id"], of_office[0]["person_id"]) == (ward.person.id, None)


async def test_the_audit_log_says_who_changed_what(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.audit.note(ward.office.id, ward.person.id, "reported", "task:4", NOW, {"từ": 10, "thành": 80})
        await records.audit.note(None, None, "migrated", "database", NOW)
    async with storage.reading() as records:
        everything = await records.audit.recent()
        (line,) = await records.audit.recent(ward.office.id)
    assert [row["action"] for row in everything] == ["migrated", "reported"]
    assert (line["person_id"], line["subject"], line["details"], line["at"]) == (
        ward.person.id,
        "task:4",
        {"từ": 10, "thành": 80},
        NOW,
    )


async def test_an_audit_line_is_undone_with_the_change_it_tells_of(storage: Storage) -> None:
    with pytest.raises(RuntimeError):
        async with storage.writing() as records:
            await records.audit.note(None, None, "reported", "task:4", NOW)
            raise RuntimeError("the change failed")
    async with storage.reading() as records:
        assert await records.audit.recent() == []
