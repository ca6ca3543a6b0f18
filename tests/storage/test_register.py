"""Tasks and targets, and the reports that move them."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.clock import local_day
from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.people import Role
from domain.plans import Document, Target
from domain.progress import Understood
from domain.tasks import Task, TaskStatus
from storage import Repositories, Storage
from tests.storage.conftest import NOW, Ward

DUE = Deadline(DeadlineKind.DATE, date(2026, 6, 30), text="trước 30/6/2026")


def _task(ward: Ward, number: str = "4", **changes: Any) -> Task:
    task = Task(id=0, office_id=ward.office.id, number=number, title="Lắp camera", deadline=DUE)
    return replace(task, **changes)


@pytest.fixture
async def task(storage: Storage, ward: Ward) -> Task:
    """A task on which nothing was reported."""
    async with storage.writing() as records:
        return await records.register.add_task(_task(ward, lead_unit_id=ward.unit.id))


async def _report(
    storage: Storage, task: Task, ward: Ward, supersedes_id: int | None = None, **said: Any
) -> tuple[int, Task]:
    async with storage.writing() as records:
        understood = Understood("report", task.number, **said)
        report = await records.register.add_report(task, ward.person, understood, "câu gốc", NOW, supersedes_id)
        after = await records.register.task(task.id)
    assert after is not None
    return report.id, after


async def test_a_task_comes_back_with_the_names_of_its_unit_person_and_document(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        issued = date(2026, 1, 15)
        plan = await records.library.replace(Document(0, ward.office.id, "a.txt", "12/KH-UBND", issued_on=issued), [])
        given = _task(
            ward,
            deadline=Deadline(
                DeadlineKind.RECURRING, every=Rhythm.QUARTER, dates=("03-31", "06-30"), day=25, text="quý"
            ),
            lead="Phòng VHXH",
            support="Công an",
            product="Báo cáo",
            lead_unit_id=ward.unit.id,
            assignee_id=ward.person.id,
            document_id=plan.id,
            source="4. Lắp camera",
            status=TaskStatus.BLOCKED,
            percent=12.5,
            expected=date(2026, 7, 1),
        )
        added = await records.register.add_task(given)
        assert added == replace(
            given,
            id=added.id,
            lead_unit_name=ward.unit.name,
            assignee_name=ward.person.name,
            document_number="12/KH-UBND",
            file="a.txt",
            begins=issued,
        )
        assert await records.register.task(added.id) == added
        assert list(await records.register.tasks(ward.office.id)) == [added]
        assert await records.register.task(added.id + 1) is None


async def test_a_task_begins_on_no_day_that_is_known_without_a_plan_or_with_an_undated_one(
    storage: Storage, ward: Ward
) -> None:
    async with storage.writing() as records:
        undated = await records.library.replace(Document(0, ward.office.id, "a.txt", "12/KH-UBND"), [])
        for document_id in (undated.id, None):
            task = await records.register.add_task(_task(ward, number=str(document_id), document_id=document_id))
            assert task.begins is None


async def test_tasks_are_listed_by_document_and_number_as_a_person_counts(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        first = await records.library.replace(Document(0, ward.office.id, "a.txt", "9/KH"), [])
        second = await records.library.replace(Document(0, ward.office.id, "b.txt", "10/KH"), [])
        for number in ("10", "2", "1.2", "1", "1.10"):
            await records.register.add_task(_task(ward, number, document_id=second.id))
        await records.register.add_task(_task(ward, "7", document_id=first.id))
        await records.register.add_task(_task(ward, "0"))
        await records.register.add_task(_task(ward, "3", document_id=first.id, confirmed=False))
        listed = await records.register.tasks(ward.office.id)
        assert [task.number for task in listed] == ["7", "1", "1.2", "1.10", "2", "10", "0"]
        assert len(await records.register.tasks(ward.office.id, confirmed_only=False)) == 8
        of_first = await records.register.tasks(ward.office.id, confirmed_only=False, document_number="9/KH")
        assert [task.number for task in of_first] == ["3", "7"]
        assert await records.register.tasks(ward.office.id + 1) == []


async def test_a_task_put_twice_is_one_task_and_keeps_its_state(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        first = await records.register.put_task(_task(ward, document_number="12/KH-UBND"))
    await _report(storage, first, ward, percent=40.0)
    async with storage.writing() as records:
        renamed = _task(ward, document_number="12/KH-UBND", title="Lắp 20 camera", lead_unit_id=ward.unit.id)
        second = await records.register.put_task(renamed)
        elsewhere = await records.register.put_task(_task(ward, document_number="13/KH-UBND"))
    assert (second.id, second.title, second.percent) == (first.id, "Lắp 20 camera", 40.0)
    assert second.status is TaskStatus.IN_PROGRESS
    assert elsewhere.id != first.id


async def test_a_task_known_by_its_documents_number_is_tied_to_the_document_once_it_is_read(
    storage: Storage, ward: Ward
) -> None:
    async with storage.writing() as records:
        before = await records.register.put_task(_task(ward, document_number="12/KH-UBND"))
        plan = await records.library.replace(Document(0, ward.office.id, "a.txt", "12/KH-UBND"), [])
        after = await records.register.put_task(_task(ward, document_number="12/KH-UBND"))
        by_id = await records.register.put_task(_task(ward, document_id=plan.id))
    assert before.id == after.id == by_id.id
    assert (before.document_id, after.document_id) == (None, plan.id)


async def test_tasks_without_a_number_are_told_apart_by_their_title(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        one = await records.register.put_task(_task(ward, "", title="Lắp camera"))
        two = await records.register.put_task(_task(ward, "", title="Mua máy quét"))
        again = await records.register.put_task(_task(ward, "", title="Lắp camera"))
    assert one.id == again.id != two.id


async def test_a_draft_never_overwrites_what_staff_confirmed(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        draft = await records.register.put_task(_task(ward, confirmed=False, title="Lap camera"))
        confirmed = await records.register.put_task(_task(ward, title="Lắp camera"))
        drafted_again = await records.register.put_task(_task(ward, confirmed=False, title="Lap camera"))
        assert draft.id == confirmed.id
        assert drafted_again == confirmed
        target = Target(0, ward.office.id, "1", "Hồ sơ trực tuyến", ((2030, "trên 80%"),), "%", confirmed=True)
        kept = await records.register.put_target(target)
        assert await records.register.put_target(replace(target, title="Ho so", confirmed=False)) == kept


async def test_drafts_of_a_document_can_be_taken_away_before_it_is_drafted_anew(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        plan = await records.library.replace(Document(0, ward.office.id, "a.txt"), [])
        await records.register.put_task(_task(ward, "1", document_id=plan.id, confirmed=False))
        await records.register.put_task(_task(ward, "2", document_id=plan.id))
        await records.register.remove_drafts(plan.id)
        left = await records.register.tasks(ward.office.id, confirmed_only=False)
    assert [task.number for task in left] == ["2"]


async def test_a_task_can_be_rewritten_with_its_state(storage: Storage, task: Task) -> None:
    async with storage.writing() as records:
        changed = replace(task, status=TaskStatus.CANCELLED, title="Thôi lắp camera", lead_unit_id=None)
        assert await records.register.update_task(changed) == replace(changed, lead_unit_name="")
        with pytest.raises(LookupError):
            await records.register.update_task(replace(task, id=task.id + 1))


async def test_a_target_comes_back_as_it_was_put(storage: Storage, ward: Ward) -> None:
    values = ((2026, "60%"), (2030, "trên 80%"))
    given = Target(0, ward.office.id, "10", "Hồ sơ trực tuyến", values, "%", "Văn phòng", None, "12/KH", "10. Hồ sơ")
    async with storage.writing() as records:
        put = await records.register.put_target(given)
        await records.register.put_target(replace(given, number="9", confirmed=True))
        assert put == replace(given, id=put.id)
        assert [t.number for t in await records.register.targets(ward.office.id)] == ["9", "10"]
        assert [t.number for t in await records.register.targets(ward.office.id, confirmed_only=True)] == ["9"]
        assert len(await records.register.targets(ward.office.id, document_number="12/KH")) == 2


async def test_a_report_is_written_and_moves_the_task(storage: Storage, task: Task, ward: Ward) -> None:
    said = Understood("report", "4", 80.0, TaskStatus.BLOCKED, "thiếu kinh phí", date(2026, 7, 15))
    async with storage.writing() as records:
        report = await records.register.add_report(task, ward.person, said, "nv 4 được 80% rồi", NOW)
        after = await records.register.task(task.id)
        assert after == replace(
            task, status=TaskStatus.BLOCKED, percent=80.0, expected=date(2026, 7, 15), reported_on=local_day(NOW)
        )
        assert (report.person_name, report.said, report.obstacle) == (
            "Trần Thị Đào",
            "nv 4 được 80% rồi",
            "thiếu kinh phí",
        )
        assert report.at == NOW
        assert await records.register.reports(task.id) == [report]
        assert await records.register.reports_of_office(ward.office.id, NOW) == [report]
        assert await records.register.reports_of_office(ward.office.id, NOW + timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    ("reports", "stands"),
    [
        ([{"percent": 30.0}], (TaskStatus.IN_PROGRESS, 30.0)),
        ([{"percent": 100.0}], (TaskStatus.DONE, 100.0)),
        ([{"status": TaskStatus.DONE}], (TaskStatus.DONE, 100.0)),
        ([{"status": TaskStatus.DONE, "percent": 95.0}], (TaskStatus.DONE, 100.0)),
        ([{"percent": 30.0}, {"status": TaskStatus.BLOCKED}], (TaskStatus.BLOCKED, 30.0)),
        ([{"status": TaskStatus.BLOCKED}, {"percent": 50.0}], (TaskStatus.BLOCKED, 50.0)),
        ([{"status": TaskStatus.DONE}, {"status": TaskStatus.IN_PROGRESS}], (TaskStatus.IN_PROGRESS, None)),
        ([{"percent": 30.0}, {"obstacle": "mưa"}], (TaskStatus.IN_PROGRESS, 30.0)),
    ],
)
async def test_where_a_task_stands_after_reports(
    storage: Storage,
    task: Task,
    ward: Ward,
    reports: list[dict[str, Any]],
    stands: tuple[TaskStatus, float | None],
) -> None:
    for said in reports:
        _, task = await _report(storage, task, ward, **said)
    assert (task.status, task.percent) == stands


async def test_a_correction_counts_from_before_the_report_it_corrects(storage: Storage, task: Task, ward: Ward) -> None:
    first, _ = await _report(storage, task, ward, percent=30.0)
    wrong, after = await _report(storage, task, ward, status=TaskStatus.DONE)
    assert after.percent == 100
    _, after = await _report(storage, task, ward, supersedes_id=wrong, status=TaskStatus.IN_PROGRESS)
    assert (after.status, after.percent) == (TaskStatus.IN_PROGRESS, 30.0)
    async with storage.reading() as records:
        history = await records.register.reports(task.id)
    assert [report.supersedes_id for report in history] == [wrong, None, None]
    assert history[-1].id == first


async def test_people_reporting_at_the_same_moment_lose_nothing(
    storage: Storage, other_process: Storage, task: Task, ward: Ward
) -> None:
    async def say(where: Storage, **said: Any) -> None:
        async with where.writing() as records:
            understood = Understood("report", "4", **said)
            await records.register.add_report(task, ward.person, understood, "câu", NOW)

    async with asyncio.TaskGroup() as group:
        for percent in range(10, 60, 10):
            group.create_task(say(storage, percent=float(percent)))
        group.create_task(say(other_process, status=TaskStatus.BLOCKED))
        group.create_task(say(other_process, expected=date(2026, 8, 1)))
    async with storage.reading() as records:
        reports = await records.register.reports(task.id)
        after = await records.register.task(task.id)
    assert len(reports) == 7
    assert after is not None
    # Whatever the order, the last percentage told, the obstacle and the day are all there.
    told = [report.percent for report in reports if report.percent is not None]
    assert (after.percent, after.status, after.expected) == (told[0], TaskStatus.BLOCKED, date(2026, 8, 1))


async def test_a_report_on_a_task_that_is_gone_is_refused(storage: Storage, task: Task, ward: Ward) -> None:
    with pytest.raises(LookupError):
        await _report(storage, replace(task, id=task.id + 1), ward, percent=1.0)


async def test_two_imports_at_once_make_one_task(storage: Storage, other_process: Storage, ward: Ward) -> None:
    async def put(records: Repositories, title: str) -> Task:
        return await records.register.put_task(_task(ward, document_number="12/KH-UBND", title=title))

    async def load(where: Storage, title: str) -> int:
        async with where.writing() as records:
            return (await put(records, title)).id

    ours, theirs = await asyncio.gather(load(storage, "A"), load(other_process, "B"))
    assert ours == theirs


async def test_a_recurring_task_remembers_the_day_it_was_reported_and_stays_open(storage: Storage) -> None:
    async with storage.writing() as records:
        office = await records.offices.ensure("Ủy ban nhân dân phường Thử")
        person = await records.people.add(office.id, "Nguyễn Văn Mẫu", Role.OFFICIAL)
        every_month = Deadline(DeadlineKind.RECURRING, every=Rhythm.MONTH, text="Hằng tháng")
        task = await records.register.put_task(Task(0, office.id, "77", "Báo cáo tháng", every_month))
        assert task.reported_on is None
        late_at_night = datetime(2026, 3, 30, 18, 30, tzinfo=UTC)
        report = await records.register.add_report(
            task, person, Understood("report", status=TaskStatus.DONE), "xong rồi", late_at_night
        )
        assert report.status is TaskStatus.DONE
    async with storage.reading() as records:
        kept = await records.register.task(task.id)
        assert kept is not None
        assert kept.reported_on == date(2026, 3, 31), "the office's day, not UTC's"
        assert kept.status is TaskStatus.IN_PROGRESS
