"""Schedules and periods are kept once, whoever opens them, and figures are taken once."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

from domain.period_figures import PeriodFigures
from domain.plans import Document
from domain.reporting_periods import Period, PeriodKind, Schedule, period_of
from domain.working_days import WorkCalendar
from storage import Storage
from tests.storage.conftest import Ward

CALENDAR = WorkCalendar()
TODAY = date(2026, 11, 10)
NOW = datetime(2026, 11, 14, 17, 0, 30, tzinfo=UTC)


def _period(ward: Ward, kind: PeriodKind = PeriodKind.MONTH, **more: object) -> Period:
    found = period_of(Schedule(0, ward.office.id, kind, **more), TODAY, CALENDAR)  # type: ignore[arg-type]
    assert found is not None
    return found


def _figures(period: Period) -> PeriodFigures:
    return PeriodFigures("UBND phường", period.kind, period.first, period.cutoff, period.ends_at, NOW)


async def test_an_office_that_set_nothing_has_the_defaults(storage: Storage, ward: Ward) -> None:
    async with storage.reading() as records:
        schedules = await records.periods.schedules(ward.office.id)
    assert [(s.id, s.kind, s.active) for s in schedules] == [
        (0, PeriodKind.MONTH, True),
        (0, PeriodKind.QUARTER, True),
        (0, PeriodKind.HALF_YEAR, True),
        (0, PeriodKind.YEAR, True),
    ]


async def test_a_schedule_is_kept_once_for_its_kind_and_plan(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        plan = await records.library.replace(Document(0, ward.office.id, "ke-hoach.txt", "41/KH-UBND"), [])
        first = await records.periods.put_schedule(Schedule(0, ward.office.id, PeriodKind.MONTH, first_day=21), TODAY)
        again = await records.periods.put_schedule(replace(first, id=0, lead_days=3), TODAY)
        own = Schedule(0, ward.office.id, PeriodKind.PLAN, document_id=plan.id, dates=("06-05", "12-10"))
        await records.periods.put_schedule(own, TODAY)
        kept = await records.periods.schedules(ward.office.id)
    assert first.id == again.id
    assert [(s.kind, s.first_day, s.lead_days, s.dates, s.document_number) for s in kept if s.id] == [
        (PeriodKind.MONTH, 21, 3, (), ""),
        (PeriodKind.PLAN, 15, 2, ("06-05", "12-10"), "41/KH-UBND"),
    ]
    async with storage.writing() as records:
        opened = await records.periods.keep(_period(ward))
    assert opened.apart == (plan.id,)


async def test_a_period_has_one_row_however_often_it_is_kept(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        first = await records.periods.keep(_period(ward))
        again = await records.periods.keep(_period(ward))
        moved = await records.periods.keep(_period(ward, first_day=21))
        everything = await records.periods.of_office(ward.office.id)
    assert first == again and first.id == moved.id
    assert [(p.cutoff, p.frozen) for p in everything] == [(date(2026, 11, 20), False)]


async def test_two_processes_that_open_a_period_at_once_make_one_row(
    storage: Storage, other_process: Storage, ward: Ward
) -> None:
    async def keep(where: Storage) -> int:
        async with where.writing() as records:
            return (await records.periods.keep(_period(ward))).id

    ids = await asyncio.gather(*(keep(where) for where in (storage, other_process, storage, other_process)))
    assert len(set(ids)) == 1


async def test_figures_are_taken_once(storage: Storage, other_process: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        period = await records.periods.keep(_period(ward))
        assert await records.periods.figures(period.id) is None
        assert [p.id for p in await records.periods.to_freeze(ward.office.id, date(2026, 11, 15))] == [period.id]
        assert not await records.periods.to_freeze(ward.office.id, date(2026, 11, 14))

    async def freeze(where: Storage) -> bool:
        async with where.writing() as records:
            return await records.periods.freeze(period.id, _figures(period), NOW)

    assert sorted(await asyncio.gather(freeze(storage), freeze(other_process))) == [False, True]
    async with storage.writing() as records:
        kept = await records.periods.figures(period.id)
        found = await records.periods.keep(_period(ward, first_day=21))
        assert not await records.periods.to_freeze(ward.office.id, date(2026, 12, 1))
    assert kept == _figures(period)
    assert found.frozen and found.frozen_at == NOW and found.cutoff == date(2026, 11, 14)


async def test_what_is_switched_off_asks_nobody_and_comes_back_when_it_is_on(storage: Storage, ward: Ward) -> None:
    monthly = Schedule(0, ward.office.id, PeriodKind.MONTH)
    async with storage.writing() as records:
        period = await records.periods.keep(_period(ward))
        await records.periods.put_schedule(replace(monthly, active=False), TODAY)
        assert not await records.periods.open_on(ward.office.id, TODAY)
        assert not await records.periods.to_freeze(ward.office.id, date(2026, 12, 1))
        assert not await records.periods.freeze(period.id, _figures(period), NOW)
        await records.periods.put_schedule(monthly, TODAY)
        await records.periods.keep(_period(ward))
        assert [p.id for p in await records.periods.open_on(ward.office.id, TODAY)] == [period.id]


async def test_a_day_that_a_plan_no_longer_names_is_dropped(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        plan = await records.library.replace(Document(0, ward.office.id, "ke-hoach.txt", "41/KH-UBND"), [])
        own = Schedule(0, ward.office.id, PeriodKind.PLAN, document_id=plan.id, dates=("06-05", "11-12"))
        await records.periods.put_schedule(own, TODAY)
        found = period_of(own, TODAY, CALENDAR)
        assert found is not None
        period = await records.periods.keep(found)
        assert period.document_number == "41/KH-UBND"
        await records.periods.put_schedule(replace(own, dates=("06-05", "12-10")), TODAY)
        kept = await records.periods.get(period.id)
    assert kept is not None and kept.dropped
