"""Announcements, requests to report, and wishes to be reminded later, on both databases."""

from datetime import date, timedelta

import pytest

from domain.deadlines import Deadline, DeadlineKind
from domain.notices import Call, CallKind
from domain.people import Person, Role
from domain.tasks import Task
from storage import Storage
from tests.storage.conftest import NOW, Ward

HOUR = timedelta(hours=1)


@pytest.fixture
async def head(storage: Storage, ward: Ward) -> Person:
    """Who sends something."""
    async with storage.writing() as records:
        return await records.people.add(ward.office.id, "Lò Thị Mận", Role.HEAD, ward.unit.id)


@pytest.fixture
async def task(storage: Storage, ward: Ward) -> Task:
    """A task of the ward."""
    deadline = Deadline(DeadlineKind.DATE, date(2026, 6, 30))
    async with storage.writing() as records:
        return await records.register.add_task(
            Task(0, ward.office.id, "4", "Lắp camera", deadline, lead_unit_id=ward.unit.id)
        )


async def _ask(storage: Storage, ward: Ward, head: Person) -> Call:
    async with storage.writing() as records:
        return await records.calls.add(
            *(ward.office.id, head.id, CallKind.REQUEST, "Mong anh/chị báo cáo.", [ward.person.id], NOW),
            about=[4, 5],
            due=date(2026, 6, 5),
        )


async def test_a_request_is_kept_as_it_was_confirmed(storage: Storage, ward: Ward, head: Person) -> None:
    asked = await _ask(storage, ward, head)
    async with storage.reading() as records:
        assert await records.calls.get(asked.id) == asked
        assert await records.calls.get(asked.id + 1) is None
    assert (asked.audience, asked.about, asked.due) == ((ward.person.id,), (4, 5), date(2026, 6, 5))


async def test_the_newest_call_comes_first_and_old_ones_are_left_out(
    storage: Storage, ward: Ward, head: Person
) -> None:
    earlier = await _ask(storage, ward, head)
    async with storage.writing() as records:
        later = await records.calls.add(
            *(ward.office.id, head.id, CallKind.ANNOUNCEMENT, "Họp lúc 14 giờ.", [head.id, ward.person.id], NOW + HOUR),
            emergency=True,
        )
        assert await records.calls.of_office(ward.office.id, NOW) == [later, earlier]
        assert await records.calls.of_office(ward.office.id, NOW + HOUR) == [later]
        assert await records.calls.of_office(ward.office.id + 1, NOW) == []
    assert later.emergency and later.due is None


async def test_a_call_is_withdrawn_once(storage: Storage, ward: Ward, head: Person) -> None:
    asked = await _ask(storage, ward, head)
    async with storage.writing() as records:
        assert await records.calls.withdraw(asked.id, NOW + HOUR)
        assert not await records.calls.withdraw(asked.id, NOW + 2 * HOUR)
        assert not await records.calls.withdraw(asked.id + 1, NOW)
        kept = await records.calls.get(asked.id)
    assert kept is not None and kept.withdrawn_at == NOW + HOUR


async def test_a_later_wish_takes_the_place_of_the_earlier_one(storage: Storage, ward: Ward, task: Task) -> None:
    async with storage.writing() as records:
        snoozes, person = records.snoozes, ward.person.id
        await snoozes.add(ward.office.id, person, NOW + HOUR, "nhắc lại chiều nay", NOW, task.id)
        everything = await snoozes.add(ward.office.id, person, NOW + 3 * HOUR, "tạm dừng nhắc", NOW)
        later = await snoozes.add(ward.office.id, person, NOW + 2 * HOUR, "mai nhắc", NOW, task.id)
        assert await snoozes.of_office(ward.office.id, NOW) == [later, everything]
        again = await snoozes.add(ward.office.id, person, NOW + 4 * HOUR, "tuần sau", NOW)
        assert await snoozes.of_person(person, NOW) == [later, again]


async def test_a_wish_ends_at_its_moment_or_when_it_is_ended(
    storage: Storage, ward: Ward, head: Person, task: Task
) -> None:
    async with storage.writing() as records:
        snoozes = records.snoozes
        own = await snoozes.add(ward.office.id, ward.person.id, NOW + HOUR, "", NOW, task.id)
        other = await snoozes.add(ward.office.id, head.id, NOW + 2 * HOUR, "", NOW, task.id)
        assert await snoozes.of_office(ward.office.id, NOW + HOUR) == [other]
        assert await snoozes.of_person(ward.person.id, NOW + HOUR) == []
        await snoozes.end([own.id])
        await snoozes.end([])
        assert await snoozes.of_office(ward.office.id, NOW) == [other]
