"""Periods open and freeze on their days, once, with several processes and after a time without any."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from domain.clock import at_local
from domain.deadlines import Deadline, DeadlineKind
from domain.progress import Approval, Understood
from domain.reporting_periods import Period, PeriodKind, Schedule
from domain.tasks import Task, TaskStatus
from scheduler.periods import keep_periods
from storage import Storage
from tests.storage.conftest import Ward

ONGOING = Deadline(DeadlineKind.ONGOING)
MONTHLY = PeriodKind.MONTH


def _at(day: int, month: int = 11, hour: int = 9, minute: int = 0) -> datetime:
    return at_local(date(2026, month, day), datetime(2026, 1, 1, hour, minute, tzinfo=UTC).time())


async def _periods(storage: Storage, ward: Ward, kind: PeriodKind = MONTHLY) -> list[Period]:
    async with storage.reading() as records:
        found = await records.periods.of_office(ward.office.id)
    return sorted((p for p in found if p.kind is kind), key=lambda p: p.cutoff)


async def _task(storage: Storage, ward: Ward) -> Task:
    async with storage.writing() as records:
        return await records.register.put_task(
            Task(0, ward.office.id, "1", "Duy trì tổ công nghệ số", ONGOING, lead_unit_id=ward.unit.id)
        )


async def _say(storage: Storage, ward: Ward, task: Task, at: datetime, **said: object) -> int:
    understood = replace(Understood("report"), **said)  # type: ignore[arg-type]
    async with storage.writing() as records:
        return (await records.register.add_report(task, ward.person, understood, "câu gốc", at)).id


async def test_a_period_opens_on_its_day_and_not_before(storage: Storage, ward: Ward) -> None:
    # 14/11/2026 is a Saturday: five working days before it is the Monday of that week.
    await keep_periods(storage, _at(8))
    assert not await _periods(storage, ward)
    await keep_periods(storage, _at(9, hour=0, minute=1))
    (period,) = await _periods(storage, ward)
    assert (period.first, period.cutoff, period.opens) == (date(2026, 10, 15), date(2026, 11, 14), date(2026, 11, 9))
    assert await keep_periods(storage, _at(9, hour=10)) == 0


async def test_with_two_processes_a_period_opens_and_freezes_once(
    storage: Storage, other_process: Storage, ward: Ward
) -> None:
    await _task(storage, ward)
    await asyncio.gather(*(keep_periods(where, _at(10)) for where in (storage, other_process, storage)))
    assert len(await _periods(storage, ward)) == 1
    await asyncio.gather(*(keep_periods(where, _at(15, hour=0, minute=2)) for where in (storage, other_process)))
    (period,) = await _periods(storage, ward)
    assert period.frozen
    async with storage.reading() as records:
        noted = [e for e in await records.audit.recent(ward.office.id) if e["action"] == "period.frozen"]
    assert [e["subject"] for e in noted] == [f"period:{period.id}"]


async def test_it_freezes_when_the_cutoff_day_is_over_in_the_office(storage: Storage, ward: Ward) -> None:
    await keep_periods(storage, _at(10))
    await keep_periods(storage, _at(14, hour=23, minute=59))
    assert not (await _periods(storage, ward))[0].frozen
    await keep_periods(storage, _at(15, hour=0, minute=1))
    (period,) = await _periods(storage, ward)
    assert period.frozen and period.frozen_at == _at(15, hour=0, minute=1)


async def test_after_a_time_without_a_server_the_figures_are_those_of_the_cutoff(storage: Storage, ward: Ward) -> None:
    task = await _task(storage, ward)
    await keep_periods(storage, _at(10))
    before = await _say(storage, ward, task, _at(12), percent=30.0)
    await _say(storage, ward, task, _at(16), percent=70.0, obstacle="mưa bão")
    await keep_periods(storage, _at(17))
    (period,) = await _periods(storage, ward)
    async with storage.reading() as records:
        figures = await records.periods.figures(period.id)
    assert figures is not None
    (found,) = figures.tasks
    assert (found.percent, [r.id for r in found.reports], found.is_missing) == (30.0, [before], False)
    assert figures.taken_at == _at(17) and figures.ends_at == _at(15, hour=0)


async def test_periods_that_opened_and_ended_while_no_server_ran_are_made_up_for(storage: Storage, ward: Ward) -> None:
    task = await _task(storage, ward)
    await keep_periods(storage, _at(10, month=9))
    await _say(storage, ward, task, _at(20, month=9), percent=20.0)
    await keep_periods(storage, _at(9, month=12))
    found = await _periods(storage, ward)
    assert [(p.cutoff, p.frozen) for p in found] == [
        (date(2026, 9, 14), True),
        (date(2026, 10, 14), True),
        (date(2026, 11, 14), True),
        (date(2026, 12, 14), False),
    ]
    async with storage.reading() as records:
        missing = [bool(figures.missing) for p in found[:3] if (figures := await records.periods.figures(p.id))]
    assert missing == [True, False, True]


async def test_an_old_report_stays_as_it_was_whatever_happens_to_the_task(storage: Storage, ward: Ward) -> None:
    task = await _task(storage, ward)
    await keep_periods(storage, _at(10))
    first = await _say(storage, ward, task, _at(12), percent=30.0)
    await keep_periods(storage, _at(15))
    (period,) = await _periods(storage, ward)
    async with storage.reading() as records:
        before = await records.periods.figures(period.id)
    async with storage.writing() as records:
        await records.register.add_report(
            task, ward.person, Understood("report", percent=35.0), "đính chính", _at(16), first
        )
        await records.register.update_task(
            replace(task, title="Tên mới", status=TaskStatus.CANCELLED, lead_unit_id=None, dropped=True)
        )
        await records.people.deactivate(ward.person.id)
    await keep_periods(storage, _at(17))
    async with storage.reading() as records:
        assert await records.periods.figures(period.id) == before


async def test_what_a_head_decided_after_the_cutoff_was_still_waiting(storage: Storage, ward: Ward) -> None:
    task = await _task(storage, ward)
    await keep_periods(storage, _at(10))
    async with storage.writing() as records:
        waiting = await records.register.add_report(
            task, ward.person, Understood("report", percent=30.0), "câu gốc", _at(12), approval=Approval.WAITING
        )
        await records.register.decide(waiting.id, ward.person, Approval.APPROVED, _at(16))
    await keep_periods(storage, _at(17))
    (period,) = await _periods(storage, ward)
    async with storage.reading() as records:
        figures = await records.periods.figures(period.id)
    assert figures is not None
    (found,) = figures.tasks
    assert found.percent is None and found.is_unconfirmed and not found.is_missing


async def test_a_moved_cutoff_leaves_no_day_out_and_counts_none_twice(storage: Storage, ward: Ward) -> None:
    await keep_periods(storage, _at(10))
    async with storage.writing() as records:
        twenty = Schedule(0, ward.office.id, MONTHLY, first_day=21)
        await records.periods.put_schedule(twenty, date(2026, 11, 10))
    await keep_periods(storage, _at(10))
    assert [(p.first, p.cutoff) for p in await _periods(storage, ward)] == [(date(2026, 10, 15), date(2026, 11, 20))]
    await keep_periods(storage, _at(23))
    async with storage.writing() as records:
        await records.periods.put_schedule(replace(twenty, first_day=1), date(2026, 11, 23))
    await keep_periods(storage, _at(28, month=12))
    assert [(p.first, p.cutoff) for p in await _periods(storage, ward)] == [
        (date(2026, 10, 15), date(2026, 11, 20)),
        (date(2026, 11, 21), date(2026, 12, 31)),
    ]


async def test_what_was_off_for_months_starts_again_without_making_up(storage: Storage, ward: Ward) -> None:
    monthly = Schedule(0, ward.office.id, MONTHLY)
    await keep_periods(storage, _at(10, month=6))
    async with storage.writing() as records:
        await records.periods.put_schedule(replace(monthly, active=False), date(2026, 7, 1))
    await keep_periods(storage, _at(12, month=10))
    async with storage.writing() as records:
        await records.periods.put_schedule(monthly, date(2026, 11, 10))
    await keep_periods(storage, _at(11))
    assert [p.cutoff for p in await _periods(storage, ward)] == [date(2026, 6, 14), date(2026, 11, 14)]


async def test_by_default_the_longer_periods_freeze_with_the_month(storage: Storage, ward: Ward) -> None:
    await keep_periods(storage, _at(8, month=12))
    await keep_periods(storage, _at(15, month=12) + timedelta(minutes=2))
    async with storage.reading() as records:
        found = await records.periods.of_office(ward.office.id)
    assert sorted((str(p.kind), p.frozen) for p in found) == [
        ("half-year", True),
        ("month", True),
        ("quarter", True),
        ("year", True),
    ]
