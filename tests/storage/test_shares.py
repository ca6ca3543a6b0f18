"""Each unit's share of a group task moves alone and the whole follows; what waits for a head's word moves nothing."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from domain.clock import local_day
from domain.deadlines import Deadline, DeadlineKind
from domain.people import Person, Role, Unit
from domain.progress import Approval, ProgressReport, Understood
from domain.tasks import Share, Task, TaskStatus
from storage import Storage
from tests.storage.conftest import NOW, Ward

DUE = Deadline(DeadlineKind.DATE, date(2026, 6, 30))


@dataclass(frozen=True)
class Together:
    """A task that two units carry, with an official of each and the first one's head."""

    task: Task
    economy: Unit
    economist: Person
    head: Person


@pytest.fixture
async def both(storage: Storage, ward: Ward) -> Together:
    """Both units of the ward carry one task."""
    async with storage.writing() as records:
        economy = await records.people.add_unit(ward.office.id, "Phòng Kinh tế", [])
        economist = await records.people.add(ward.office.id, "Bùi Văn Mận", Role.OFFICIAL, economy.id)
        head = await records.people.add(ward.office.id, "Hồ Thị Lê", Role.HEAD, ward.unit.id)
        task = await records.register.add_task(Task(0, ward.office.id, "6", "Rà soát thủ tục", DUE))
        await records.register.set_shares(task.id, [economy.id, ward.unit.id, economy.id])
    return Together(task, economy, economist, head)


async def _say(
    storage: Storage, task: Task, person: Person, approval: Approval = Approval.NONE, after: int = 0, **said: object
) -> ProgressReport:
    async with storage.writing() as records:
        understood = replace(Understood("report"), **said)  # type: ignore[arg-type]
        return await records.register.add_report(
            task, person, understood, "câu gốc", NOW + timedelta(minutes=after), approval=approval
        )


async def _now(storage: Storage, task: Task) -> Task:
    async with storage.reading() as records:
        found = await records.register.task(task.id)
        (listed,) = await records.register.tasks(task.office_id)
    assert found is not None and found == listed
    return found


async def test_units_that_carry_a_task_are_listed_once_with_nothing_said(
    storage: Storage, ward: Ward, both: Together
) -> None:
    assert (await _now(storage, both.task)).shares == (
        Share(both.economy.id, both.economy.name),
        Share(ward.unit.id, ward.unit.name),
    )


async def test_a_report_moves_the_share_of_the_persons_unit_and_the_whole(
    storage: Storage, ward: Ward, both: Together
) -> None:
    report = await _say(storage, both.task, ward.person, percent=60.0)
    task = await _now(storage, both.task)
    assert report.unit_id == ward.unit.id
    mine = Share(ward.unit.id, ward.unit.name, TaskStatus.IN_PROGRESS, 60.0, None, local_day(NOW))
    assert task.shares == (Share(both.economy.id, both.economy.name), mine)
    assert (task.status, task.percent) == (TaskStatus.IN_PROGRESS, 30.0)


async def test_the_whole_is_done_when_every_unit_is(storage: Storage, ward: Ward, both: Together) -> None:
    await _say(storage, both.task, ward.person, status=TaskStatus.DONE)
    assert (await _now(storage, both.task)).status is TaskStatus.IN_PROGRESS
    await _say(storage, both.task, both.economist, status=TaskStatus.DONE)
    task = await _now(storage, both.task)
    assert (task.status, task.percent) == (TaskStatus.DONE, 100.0)


async def test_somebody_of_no_such_unit_moves_a_share_only_by_naming_it(
    storage: Storage, ward: Ward, both: Together
) -> None:
    async with storage.writing() as records:
        admin = await records.people.add(ward.office.id, "Lý Thu", Role.ADMINISTRATOR)
        said = Understood("report", percent=50.0)
        await records.register.add_report(both.task, admin, said, "nửa", NOW)
    assert (await _now(storage, both.task)).percent is None
    async with storage.writing() as records:
        await records.register.add_report(both.task, admin, said, "nửa", NOW, unit_id=both.economy.id)
    assert (await _now(storage, both.task)).percent == 25.0


async def test_a_correction_counts_within_the_share(storage: Storage, ward: Ward, both: Together) -> None:
    await _say(storage, both.task, both.economist, percent=80.0)
    wrong = await _say(storage, both.task, ward.person, status=TaskStatus.DONE)
    async with storage.writing() as records:
        right = Understood("report", percent=70.0, status=TaskStatus.IN_PROGRESS)
        await records.register.add_report(both.task, ward.person, right, "nhầm", NOW, wrong.id)
    assert (await _now(storage, both.task)).percent == 75.0


async def test_two_units_reporting_at_the_same_moment_both_count(
    storage: Storage, other_process: Storage, ward: Ward, both: Together
) -> None:
    await asyncio.gather(
        _say(storage, both.task, ward.person, percent=40.0),
        _say(other_process, both.task, both.economist, percent=80.0),
    )
    task = await _now(storage, both.task)
    assert [share.percent for share in task.shares] == [80.0, 40.0] and task.percent == 60.0


async def test_a_unit_that_stays_keeps_its_standing(storage: Storage, ward: Ward, both: Together) -> None:
    await _say(storage, both.task, ward.person, percent=60.0)
    async with storage.writing() as records:
        await records.register.set_shares(both.task.id, [ward.unit.id])
    task = await _now(storage, both.task)
    assert [share.percent for share in task.shares] == [60.0] and task.percent == 60.0
    async with storage.writing() as records:
        await records.register.set_shares(both.task.id, [])
    assert (await _now(storage, both.task)).shares == ()


async def test_what_one_unit_reported_alone_stays_its_own_when_others_join(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        economy = await records.people.add_unit(ward.office.id, "Phòng Kinh tế", [])
        alone = Task(0, ward.office.id, "7", "Lắp camera", DUE, lead_unit_id=ward.unit.id)
        task = await records.register.add_task(alone)
    await _say(storage, task, ward.person, percent=60.0)
    async with storage.writing() as records:
        await records.register.set_shares(task.id, [ward.unit.id, economy.id])
    found = await _now(storage, task)
    assert [(share.percent, share.reported_on) for share in found.shares] == [(None, None), (60.0, local_day(NOW))]
    assert found.percent == 30.0


async def test_a_report_that_waits_moves_nothing_until_it_is_approved(
    storage: Storage, ward: Ward, both: Together
) -> None:
    report = await _say(storage, both.task, ward.person, Approval.WAITING, percent=60.0)
    waiting = await _now(storage, both.task)
    assert waiting.percent is None and waiting.status is TaskStatus.NOT_STARTED
    assert waiting.reported_on == local_day(NOW), "the official has reported, so nobody is reminded"
    async with storage.reading() as records:
        assert await records.register.reports_waiting(ward.office.id) == [report]
    async with storage.writing() as records:
        decided = await records.register.decide(report.id, both.head, Approval.APPROVED, NOW)
    assert decided is not None and (decided.decided_by, decided.decided_at) == (both.head.name, NOW)
    assert (await _now(storage, both.task)).percent == 30.0
    async with storage.reading() as records:
        assert await records.register.reports_waiting(ward.office.id) == []


async def test_a_returned_report_keeps_its_remark_and_never_counts(
    storage: Storage, ward: Ward, both: Together
) -> None:
    report = await _say(storage, both.task, ward.person, Approval.WAITING, percent=60.0)
    async with storage.writing() as records:
        returned = await records.register.decide(report.id, both.head, Approval.RETURNED, NOW, "Thiếu biên bản")
        assert returned is not None and returned.remark == "Thiếu biên bản"
        assert await records.register.decide(report.id, both.head, Approval.APPROVED, NOW) is None
    task = await _now(storage, both.task)
    assert task.percent is None and task.reported_on is None and task.shares[1].reported_on is None


async def test_a_corrected_report_is_no_longer_decided_on(storage: Storage, ward: Ward, both: Together) -> None:
    first = await _say(storage, both.task, ward.person, Approval.WAITING, percent=60.0)
    async with storage.writing() as records:
        better = Understood("report", percent=65.0)
        second = await records.register.add_report(
            both.task, ward.person, better, "sửa", NOW, first.id, approval=Approval.WAITING
        )
        assert await records.register.decide(first.id, both.head, Approval.APPROVED, NOW) is None
        assert await records.register.decide(second.id, both.head, Approval.APPROVED, NOW) is not None
    assert (await _now(storage, both.task)).shares[1].percent == 65.0


async def test_an_old_report_approved_late_takes_nothing_back(storage: Storage, ward: Ward, both: Together) -> None:
    old = await _say(storage, both.task, ward.person, Approval.WAITING, percent=60.0)
    await _say(storage, both.task, both.head, Approval.APPROVED, percent=90.0)
    async with storage.writing() as records:
        assert await records.register.decide(old.id, both.head, Approval.APPROVED, NOW) is not None
    assert (await _now(storage, both.task)).shares[1].percent == 90.0


async def test_a_report_is_decided_on_once_however_many_press(
    storage: Storage, other_process: Storage, ward: Ward, both: Together
) -> None:
    report = await _say(storage, both.task, ward.person, Approval.WAITING, percent=60.0)

    async def decide(books: Storage) -> bool:
        async with books.writing() as records:
            return await records.register.decide(report.id, both.head, Approval.APPROVED, NOW) is not None

    assert sorted(await asyncio.gather(decide(storage), decide(other_process))) == [False, True]
