"""An office's own days, its rules for reminders, and the hours people chose, on both databases."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from domain.notice_rules import NoticeRules
from domain.people import Role
from domain.rule_settings import RulesRefused
from domain.working_days import CalendarDay
from storage import Storage
from tests.storage.conftest import NOW, Ward

EVE = date(2026, 12, 24)
SATURDAY = date(2026, 1, 17)


async def test_an_office_without_days_of_its_own_works_as_the_law_says(storage: Storage, ward: Ward) -> None:
    async with storage.reading() as records:
        calendar = await records.calendar.of_office(ward.office.id)
    assert calendar.exceptions == {}
    assert calendar.is_working(EVE) and not calendar.is_working(SATURDAY)


async def test_a_day_said_twice_is_as_it_was_said_last(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.calendar.put(ward.office.id, CalendarDay(EVE, False, "nghỉ"))
        await records.calendar.put(ward.office.id, CalendarDay(EVE, False, "lễ kỷ niệm"))
        await records.calendar.put(ward.office.id, CalendarDay(SATURDAY, True))
    async with storage.reading() as records:
        calendar = await records.calendar.of_office(ward.office.id)
    assert list(calendar.exceptions.values()) == [
        CalendarDay(SATURDAY, True, ""),
        CalendarDay(EVE, False, "lễ kỷ niệm"),
    ]
    assert not calendar.is_working(EVE) and calendar.is_working(SATURDAY)


async def test_a_day_taken_back_is_the_laws_again(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.calendar.put(ward.office.id, CalendarDay(EVE, False))
        assert await records.calendar.remove(ward.office.id, EVE) is True
        assert await records.calendar.remove(ward.office.id, EVE) is False
        assert (await records.calendar.of_office(ward.office.id)).is_working(EVE)


async def test_each_office_has_its_own_days(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        other = await records.offices.ensure("UBND xã Đồng Cói")
        await records.calendar.put(other.id, CalendarDay(EVE, False))
        assert await records.calendar.remove(ward.office.id, EVE) is False
        assert (await records.calendar.of_office(ward.office.id)).is_working(EVE)
        assert not (await records.calendar.of_office(other.id)).is_working(EVE)


async def test_rules_are_kept_as_what_differs_from_the_defaults(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        assert await records.notice_rules.of_office(ward.office.id) == NoticeRules()
        wanted = NoticeRules(hour=time(7, 30), before=((20, (10, 5)), (0, (1,))), overdue=(2, 4), daily_cap=5)
        await records.notice_rules.put(ward.office.id, wanted)
        assert await records.notice_rules.of_office(ward.office.id) == wanted
        await records.notice_rules.put(ward.office.id, replace(wanted, daily_cap=4))
        assert (await records.notice_rules.of_office(ward.office.id)).daily_cap == 4


async def test_rules_that_make_no_sense_are_not_kept(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        with pytest.raises(RulesRefused):
            await records.notice_rules.put(ward.office.id, NoticeRules(daily_cap=0))
        assert await records.notice_rules.of_office(ward.office.id) == NoticeRules()


async def test_planning_moves_forward_only_and_leaves_the_rules(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        rules = records.notice_rules
        assert await rules.planned_until(ward.office.id) is None
        await rules.planned(ward.office.id, NOW)
        await rules.put(ward.office.id, NoticeRules(daily_cap=2))
        await rules.planned(ward.office.id, NOW - timedelta(hours=1))
        assert await rules.planned_until(ward.office.id) == NOW
        await rules.planned(ward.office.id, NOW + timedelta(hours=1))
        assert await rules.planned_until(ward.office.id) == NOW + timedelta(hours=1)
        assert (await rules.of_office(ward.office.id)).daily_cap == 2


async def test_a_person_has_the_hour_they_chose_last(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        other = await records.offices.ensure("UBND xã Đồng Cói")
        elsewhere = await records.people.add(other.id, "Mai Văn Quế", Role.OFFICIAL)
        await records.wishes.set_hour(elsewhere.id, time(9))
        await records.wishes.set_hour(ward.person.id, time(7, 30))
        assert await records.wishes.hours(ward.office.id) == {ward.person.id: time(7, 30)}
        await records.wishes.set_hour(ward.person.id, time(16, 5))
        assert await records.wishes.hours(ward.office.id) == {ward.person.id: time(16, 5)}
        await records.wishes.set_hour(ward.person.id, None)
        assert await records.wishes.hours(ward.office.id) == {}
