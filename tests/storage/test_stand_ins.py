"""Who acts for whom, from day to day, on both databases."""

from datetime import date, datetime, timedelta

import pytest

from domain.clock import VIETNAM, local_day
from domain.people import Person, Role
from storage import Storage
from tests.storage.conftest import NOW, Ward

TODAY = local_day(NOW)
WEEK = timedelta(days=7)


@pytest.fixture
async def deputy(storage: Storage, ward: Ward) -> Person:
    """A colleague of the ward's official."""
    async with storage.writing() as records:
        return await records.people.add(ward.office.id, "Mai Văn Quế", Role.OFFICIAL, ward.unit.id)


async def _put(storage: Storage, ward: Ward, deputy: Person, first: date, last: date) -> int:
    async with storage.writing() as records:
        return (await records.stand_ins.put(ward.office.id, ward.person.id, deputy.id, first, last)).id


async def _acts_for(url: str, deputy: Person, day: date) -> tuple[int, ...]:
    """For whom the deputy acts on a day, as a process of that day sees it, at noon by the office's clock."""
    on_that_day = Storage.open(url, clock=lambda: datetime(day.year, day.month, day.day, 12, tzinfo=VIETNAM))
    try:
        async with on_that_day.reading() as records:
            found = await records.people.get(deputy.id)
            assert found is not None
            listed = {p.id: p for p in await records.people.of_office(deputy.office_id)}
            assert listed[deputy.id] == found
            return found.acts_for
    finally:
        await on_that_day.close()


async def test_a_deputy_acts_from_the_first_day_to_the_last(
    storage: Storage, url: str, ward: Ward, deputy: Person
) -> None:
    await _put(storage, ward, deputy, TODAY, TODAY + WEEK)
    for days, acts in ((-1, ()), (0, (ward.person.id,)), (7, (ward.person.id,)), (8, ())):
        assert await _acts_for(url, deputy, TODAY + timedelta(days=days)) == acts


async def test_the_day_is_the_offices_and_not_the_servers(
    storage: Storage, url: str, ward: Ward, deputy: Person
) -> None:
    await _put(storage, ward, deputy, date(2026, 6, 2), date(2026, 6, 2))
    late = Storage.open(url, clock=lambda: datetime.fromisoformat("2026-06-01T17:30:00+00:00"))
    try:
        async with late.reading() as records:
            found = await records.people.get(deputy.id)
            assert found is not None and found.acts_for == (ward.person.id,)
    finally:
        await late.close()


async def test_who_writes_by_an_account_comes_with_whom_they_act_for(url: str, ward: Ward, deputy: Person) -> None:
    storage = Storage.open(url, clock=lambda: NOW)
    try:
        await _put(storage, ward, deputy, TODAY, TODAY)
        async with storage.writing() as records:
            await records.people.bind(deputy.id, "telegram", "7", "7")
            await records.people.bind(ward.person.id, "telegram", "8", "8")
            people = await records.people.by_accounts({("telegram", "7"), ("telegram", "8")})
        assert people["telegram", "7"].acts_for == (ward.person.id,)
        assert people["telegram", "8"].acts_for == ()
    finally:
        await storage.close()


async def test_said_twice_it_is_once(storage: Storage, ward: Ward, deputy: Person) -> None:
    await _put(storage, ward, deputy, TODAY, TODAY + WEEK)
    await _put(storage, ward, deputy, TODAY, TODAY + WEEK)
    last = await _put(storage, ward, deputy, TODAY + timedelta(days=2), TODAY + 2 * WEEK)
    async with storage.reading() as records:
        (found,) = await records.stand_ins.open(ward.office.id, TODAY)
        assert found == await records.stand_ins.get(last)
    assert (found.first_day, found.last_day) == (TODAY + timedelta(days=2), TODAY + 2 * WEEK)


async def test_those_to_come_are_open_and_those_over_are_not(storage: Storage, ward: Ward, deputy: Person) -> None:
    await _put(storage, ward, deputy, TODAY - 2 * WEEK, TODAY - WEEK)
    coming = await _put(storage, ward, deputy, TODAY + WEEK, TODAY + WEEK)
    running = await _put(storage, ward, deputy, TODAY - timedelta(days=1), TODAY)
    async with storage.reading() as records:
        found = await records.stand_ins.open(ward.office.id, TODAY)
    assert [s.id for s in found] == [running, coming]
    assert [s.is_on(TODAY) for s in found] == [True, False]


async def test_one_that_was_a_mistake_is_removed(storage: Storage, url: str, ward: Ward, deputy: Person) -> None:
    number = await _put(storage, ward, deputy, TODAY, TODAY)
    async with storage.writing() as records:
        await records.stand_ins.remove(number)
        assert await records.stand_ins.get(number) is None
    assert await _acts_for(url, deputy, TODAY) == ()


async def test_for_one_who_has_left_nobody_acts(storage: Storage, url: str, ward: Ward, deputy: Person) -> None:
    await _put(storage, ward, deputy, TODAY, TODAY)
    async with storage.writing() as records:
        await records.people.deactivate(ward.person.id)
    assert await _acts_for(url, deputy, TODAY) == ()


async def test_a_phone_number_is_kept_with_the_person(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        added = await records.people.add(ward.office.id, "Vũ Thị Cúc", Role.HEAD, ward.unit.id, "+84912345678")
    async with storage.reading() as records:
        assert await records.people.get(added.id) == added
    assert added.phone == "+84912345678"
