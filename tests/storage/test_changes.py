"""How deadlines change: proposed by a paper, decided once, never forgotten."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.changes import Cause, ChangeStatus, DeadlineChange
from domain.deadlines import Deadline, parse_deadline
from domain.plans import Document
from domain.tasks import Task
from storage import Storage
from tests.storage.conftest import NOW, Ward

BEFORE = parse_deadline("31/12/2025")
AFTER = parse_deadline("Quý I/2026")


@pytest.fixture
async def task(storage: Storage, ward: Ward) -> Task:
    """A task of a plan."""
    async with storage.writing() as records:
        return await records.register.add_task(Task(0, ward.office.id, "5", "Lát vỉa hè", BEFORE))


def _change(task: Task, after: Deadline = AFTER, **more: Any) -> DeadlineChange:
    fields: dict[str, Any] = {"cause": Cause.DOCUMENT, "status": ChangeStatus.PROPOSED, "at": NOW} | more
    return DeadlineChange(0, task.office_id, task.id, task.deadline, after, **fields)


async def test_a_proposed_change_moves_nothing_until_it_is_applied(storage: Storage, ward: Ward, task: Task) -> None:
    async with storage.writing() as records:
        paper = await records.library.replace(Document(0, ward.office.id, "cv.txt", "12/UBND-VP"), [])
        change_id = await records.changes.note(_change(task, document_id=paper.id, source="gia hạn nhiệm vụ 5"))
        assert (await records.register.task(task.id) or task).deadline == BEFORE
        (proposed,) = await records.changes.proposed(ward.office.id)
        assert (proposed.document_number, proposed.after, proposed.source) == (
            "12/UBND-VP",
            AFTER,
            "gia hạn nhiệm vụ 5",
        )
        assert await records.changes.of_task(task.id) == []
        later = NOW + timedelta(hours=2)
        assert await records.changes.settle(change_id, ChangeStatus.APPLIED, ward.person.id, later)
        moved = await records.register.task(task.id)
        (applied,) = await records.changes.of_task(task.id)
    assert moved is not None and moved.deadline == AFTER
    assert (applied.before, applied.person_name, applied.at) == (BEFORE, ward.person.name, later)


async def test_a_dismissed_change_leaves_the_deadline(storage: Storage, ward: Ward, task: Task) -> None:
    async with storage.writing() as records:
        change_id = await records.changes.note(_change(task))
        assert await records.changes.settle(change_id, ChangeStatus.DISMISSED, ward.person.id, NOW)
        assert not await records.changes.settle(change_id, ChangeStatus.APPLIED, ward.person.id, NOW)
        assert (await records.register.task(task.id) or task).deadline == BEFORE
        assert await records.changes.proposed(ward.office.id) == []


async def test_two_who_decide_at_once_decide_once(
    storage: Storage, other_process: Storage, ward: Ward, task: Task
) -> None:
    async with storage.writing() as records:
        change_id = await records.changes.note(_change(task))

    async def decide(where: Storage, status: ChangeStatus) -> bool:
        async with where.writing() as records:
            return await records.changes.settle(change_id, status, ward.person.id, NOW)

    done = await asyncio.gather(decide(storage, ChangeStatus.APPLIED), decide(other_process, ChangeStatus.DISMISSED))
    assert sorted(done) == [False, True]


async def test_the_same_paper_read_again_proposes_nothing_new(storage: Storage, ward: Ward, task: Task) -> None:
    async with storage.writing() as records:
        paper = await records.library.replace(Document(0, ward.office.id, "cv.txt", "12/UBND-VP"), [])
        first = await records.changes.note(_change(task, document_id=paper.id))
        await records.changes.settle(first, ChangeStatus.DISMISSED, None, NOW)
        assert await records.changes.note(_change(task, document_id=paper.id)) == first
        other = await records.changes.note(_change(task, parse_deadline("30/6/2026"), document_id=paper.id))
        assert other != first
        assert [c.after.due for c in await records.changes.proposed(ward.office.id)] == [date(2026, 6, 30)]


async def test_the_latest_change_comes_first_and_each_says_what_it_found(
    storage: Storage, ward: Ward, task: Task
) -> None:
    async with storage.writing() as records:
        first = await records.changes.note(_change(task))
        second = await records.changes.note(_change(task, parse_deadline("30/6/2026")))
        for change in (first, second):
            await records.changes.settle(change, ChangeStatus.APPLIED, None, NOW)
        by_hand = replace(_change(task, parse_deadline("Thường xuyên")), cause=Cause.EDIT, status=ChangeStatus.APPLIED)
        await records.changes.note(by_hand)
        found = await records.changes.of_task(task.id)
    assert [c.after.text for c in found] == ["Thường xuyên", "30/6/2026", "Quý I/2026"]
    assert found[1].before == AFTER
    assert (found[0].cause, found[0].person_name) == (Cause.EDIT, "")


@pytest.mark.parametrize("words", ["ngày 25 hằng tháng", "trước 05/6 và 10/12 hằng năm", "Theo yêu cầu", "khi rảnh"])
async def test_every_kind_of_deadline_is_kept(storage: Storage, task: Task, words: str) -> None:
    async with storage.writing() as records:
        change_id = await records.changes.note(_change(task, parse_deadline(words)))
        await records.changes.settle(change_id, ChangeStatus.APPLIED, None, NOW)
        moved = await records.register.task(task.id)
        change = await records.changes.get(change_id)
    assert moved is not None and change is not None
    assert moved.deadline == change.after == parse_deadline(words)
