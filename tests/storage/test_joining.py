"""Joining by telephone number, the lock after vain attempts, and who is named for which task, on both databases."""

import asyncio
from dataclasses import replace

import pytest

from domain.deadlines import Deadline, DeadlineKind
from domain.people import JoinRefused, Role, Unit
from domain.tasks import Task
from storage import Storage
from storage.join_attempts import LOCKED_FOR, MOST_FAILURES, MOST_TOGETHER, TOGETHER_WITHIN
from tests.storage.conftest import NOW, Ward

PHONE = "+84912345678"


async def test_a_number_of_the_staff_list_opens_the_door(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        person = await records.people.update(replace(ward.person, phone=PHONE))
        assert await records.people.join_by_phone(PHONE, "telegram", "7", "70") == person
        assert await records.people.by_account("telegram", "7") == person
        # A second app binds the same person once more.
        assert await records.people.join_by_phone(PHONE, "zalo-oa", "z", "z") == person
        assert [a.channel for a in await records.people.accounts(person.id)] == ["telegram", "zalo-oa"]


@pytest.mark.parametrize("phone", ["+84987654321", ""])
async def test_a_number_that_nobody_has_opens_nothing(storage: Storage, ward: Ward, phone: str) -> None:
    async with storage.writing() as records:
        with pytest.raises(JoinRefused, match="unknown"):
            await records.people.join_by_phone(phone, "telegram", "7", "7")


async def test_a_number_that_two_share_tells_nobody_apart(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.people.update(replace(ward.person, phone=PHONE))
        other = await records.people.add(ward.office.id, "Mai Văn Quế", Role.OFFICIAL, ward.unit.id, PHONE)
        with pytest.raises(JoinRefused, match="unknown"):
            await records.people.join_by_phone(PHONE, "telegram", "7", "7")
        await records.people.deactivate(other.id)
        assert (await records.people.join_by_phone(PHONE, "telegram", "7", "7")).id == ward.person.id


async def test_an_account_of_a_colleague_is_not_taken_over_by_a_number(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.people.update(replace(ward.person, phone=PHONE))
        other = await records.people.add(ward.office.id, "Mai Văn Quế", Role.HEAD)
        await records.people.bind(other.id, "telegram", "7", "7")
        with pytest.raises(JoinRefused, match="taken"):
            await records.people.join_by_phone(PHONE, "telegram", "7", "7")


async def test_after_five_vain_tries_the_account_waits_half_an_hour(storage: Storage) -> None:
    async with storage.writing() as records:
        attempts = records.join_attempts
        for count in range(1, MOST_FAILURES + 1):
            assert await attempts.locked_until("telegram", "7", NOW) is None
            assert await attempts.failed("telegram", "7", NOW) == count
        assert await attempts.locked_until("telegram", "7", NOW) == NOW + LOCKED_FOR
        assert await attempts.locked_until("telegram", "8", NOW) is None
        assert await attempts.locked_until("web", "7", NOW) is None
        later = NOW + LOCKED_FOR
        assert await attempts.locked_until("telegram", "7", later) is None
        assert await attempts.failed("telegram", "7", later) == 1


async def test_who_has_joined_begins_anew(storage: Storage) -> None:
    async with storage.writing() as records:
        for _ in range(MOST_FAILURES):
            await records.join_attempts.failed("telegram", "7", NOW)
        await records.join_attempts.forget("telegram", "7")
        assert await records.join_attempts.locked_until("telegram", "7", NOW) is None
        assert await records.join_attempts.failed("telegram", "7", NOW) == 1


async def test_tries_at_one_moment_are_all_counted(storage: Storage, other_process: Storage) -> None:
    async def fail(where: Storage) -> int:
        async with where.writing() as records:
            return await records.join_attempts.failed("telegram", "7", NOW)

    counts = await asyncio.gather(*(fail(where) for where in (storage, other_process, storage, other_process)))
    assert sorted(counts) == [1, 2, 3, 4]


async def test_a_person_is_changed_as_a_whole(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        unit = await records.people.add_unit(ward.office.id, "Phòng Kinh tế")
        wanted = replace(ward.person, name="Trần Thị Đào Mai", role=Role.HEAD, unit_id=unit.id, phone=PHONE)
        changed = await records.people.update(wanted)
        assert changed == replace(wanted, unit_name="Phòng Kinh tế") == await records.people.get(ward.person.id)
        with pytest.raises(LookupError):
            await records.people.update(replace(wanted, id=9999))


async def test_everyone_is_listed_with_those_who_left_last(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.people.deactivate(ward.person.id)
        new = await records.people.add(ward.office.id, "Vũ Thị Cúc", Role.HEAD)
        listed = await records.people.everyone(ward.office.id)
    assert [(p.id, p.active) for p in listed] == [(new.id, True), (ward.person.id, False)]


async def test_who_left_has_no_account_even_when_they_return(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        await records.people.bind(ward.person.id, "telegram", "7", "7")
        await records.people.deactivate(ward.person.id)
        back = await records.people.update(replace(ward.person, active=True))
        assert back.active
        assert await records.people.by_account("telegram", "7") is None


async def test_a_unit_takes_a_name_that_no_other_has(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        other = await records.people.add_unit(ward.office.id, "Phòng Kinh tế", ["KT"])
        await records.people.update_unit(replace(ward.unit, name="Phòng Văn hóa", aliases=("VH", "VHXH")))
        assert (await records.people.unit_by_name(ward.office.id, "phong van hoa")) == Unit(
            ward.unit.id, ward.office.id, "Phòng Văn hóa", ("VH", "VHXH")
        )
        for taken in ("Phòng Kinh Tế", "kt"):
            with pytest.raises(ValueError, match="another unit"):
                await records.people.update_unit(replace(ward.unit, name=taken))
        await records.people.update_unit(replace(other, aliases=()))
        assert await records.people.unit_by_name(ward.office.id, "KT") is None


async def test_a_task_is_given_from_hand_to_hand(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        other = await records.people.add(ward.office.id, "Mai Văn Quế", Role.OFFICIAL)
        bare = Task(0, ward.office.id, "4", "Số hóa hồ sơ", Deadline(DeadlineKind.ONGOING))
        task = await records.register.add_task(bare)
        draft = await records.register.add_task(replace(bare, number="5", assignee_id=other.id, confirmed=False))
        assert await records.assignments.give(task.id, ward.person.id, was=None)
        assert not await records.assignments.give(task.id, other.id, was=None), "it is in somebody's hands by now"
        assert await records.assignments.of(ward.person.id) == [task.id]
        assert await records.assignments.give(task.id, other.id, was=ward.person.id)
        assert await records.assignments.of(other.id) == [task.id] and draft.id != task.id
        assert await records.assignments.give(task.id, None, was=other.id)
        found = await records.register.task(task.id)
        assert found is not None and found.assignee_id is None


async def test_a_guess_spread_over_many_accounts_holds_every_account(storage: Storage) -> None:
    async with storage.writing() as records:
        attempts = records.join_attempts
        for number in range(MOST_TOGETHER // 4):
            assert await attempts.locked_until("telegram", "new", NOW) is None
            for _ in range(4):
                await attempts.failed("telegram", f"guess-{number}", NOW)
        assert await attempts.locked_until("telegram", "new", NOW) == NOW + TOGETHER_WITHIN
        assert await attempts.locked_until("telegram", "new", NOW + TOGETHER_WITHIN) is None
