"""Codes that prove a number that was only typed: single use, few tries, one open, few a day, on both databases."""

import asyncio
from datetime import timedelta

from domain.verifications import DAY, LASTS, MOST_TRIES, Checked, Claim
from storage import Storage
from tests.storage.conftest import NOW, Ward


def other_than(code: str) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_the_right_code_proves_the_person_once(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        _, code = await records.verifications.open("zalo-oa", "z", "z", ward.person.id, "telegram", NOW)
        assert len(code) == 6 and code.isdigit()
        assert await records.verifications.check("zalo-oa", "z", other_than(code), NOW) == Checked(
            "wrong", None, MOST_TRIES - 1
        )
        assert (await records.verifications.check("zalo-oa", "y", code, NOW)).outcome == "over"
        typed = f"{code[:3]} {code[3:]}"
        assert await records.verifications.check("zalo-oa", "z", typed, NOW) == Checked("right", ward.person.id)
        assert (await records.verifications.check("zalo-oa", "z", code, NOW)).outcome == "over"


async def test_a_code_lasts_ten_minutes(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        _, code = await records.verifications.open("zalo-oa", "z", "z", ward.person.id, "telegram", NOW)
        assert (await records.verifications.check("zalo-oa", "z", code, NOW + LASTS)).outcome == "over"
        just = NOW + LASTS - timedelta(seconds=1)
        assert (await records.verifications.check("zalo-oa", "z", code, just)).outcome == "right"


async def test_after_five_tries_even_the_right_code_is_over(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        _, code = await records.verifications.open("zalo-oa", "z", "z", ward.person.id, "telegram", NOW)
        left = [(await records.verifications.check("zalo-oa", "z", other_than(code), NOW)).left for _ in range(5)]
        assert left == [4, 3, 2, 1, 0]
        assert (await records.verifications.check("zalo-oa", "z", code, NOW)).outcome == "over"


async def test_a_new_code_ends_the_one_before(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        _, first = await records.verifications.open("zalo-oa", "z", "z", ward.person.id, "telegram", NOW)
        second = first
        while second == first:
            _, second = await records.verifications.open("zalo-oa", "z", "z", ward.person.id, "telegram", NOW)
        assert (await records.verifications.check("zalo-oa", "z", first, NOW)).outcome == "wrong"
        assert (await records.verifications.check("zalo-oa", "z", second, NOW)).outcome == "right"


async def test_a_number_of_nobody_has_a_code_that_is_never_right(storage: Storage) -> None:
    async with storage.writing() as records:
        _, code = await records.verifications.open("zalo-oa", "z", "z", None, "", NOW)
        assert await records.verifications.check("zalo-oa", "z", code, NOW) == Checked("wrong", None, 4)


async def test_what_was_asked_for_within_a_day_is_counted(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        verifications, person = records.verifications, ward.person.id
        assert await verifications.opened_lately("zalo-oa", "z", person, NOW) == (0, 0)
        await verifications.open("zalo-oa", "z", "z", person, "telegram", NOW)
        await verifications.open("zalo-oa", "z", "z", person, "", NOW)
        await verifications.open("zalo-bot", "b", "b", person, "telegram", NOW)
        assert await verifications.opened_lately("zalo-oa", "z", person, NOW) == (2, 2)
        assert await verifications.opened_lately("zalo-oa", "z", None, NOW) == (2, 0)
        assert await verifications.opened_lately("zalo-oa", "z", person, NOW + DAY) == (0, 0)
        assert await verifications.forget_before(NOW) == 0
        assert await verifications.forget_before(NOW + DAY) == 3


async def test_what_was_asked_for_in_somebody_s_name_ends_at_their_word(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        _, used = await records.verifications.open("zalo-bot", "b", "b", ward.person.id, "telegram", NOW)
        await records.verifications.check("zalo-bot", "b", used, NOW)
        _, code = await records.verifications.open("zalo-oa", "z", "z", ward.person.id, "telegram", NOW)
        await records.verifications.joined("web", "w", "w", ward.person.id, NOW)
        found = await records.verifications.claimed(ward.person.id, NOW)
        assert found == [Claim(1, "zalo-bot", "b", True), Claim(2, "zalo-oa", "z", False), Claim(3, "web", "w", True)]
        assert await records.verifications.claimed(ward.person.id, NOW + DAY) == []
        await records.verifications.void([1, 2], NOW)
        assert await records.verifications.claimed(ward.person.id, NOW) == found[2:]
        assert (await records.verifications.check("zalo-oa", "z", code, NOW)).outcome == "over"


async def test_a_code_typed_twice_at_once_is_right_once(storage: Storage, other_process: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        _, code = await records.verifications.open("zalo-oa", "z", "z", ward.person.id, "telegram", NOW)

    async def typed(where: Storage) -> str:
        async with where.writing() as records:
            return (await records.verifications.check("zalo-oa", "z", code, NOW)).outcome

    assert sorted(await asyncio.gather(typed(storage), typed(other_process))) == ["over", "right"]


async def test_an_account_that_proved_itself_is_bound_unless_the_person_left(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        assert await records.people.join_verified(ward.person.id, "zalo-oa", "z", "z") == ward.person
        assert await records.people.by_account("zalo-oa", "z") == ward.person
        await records.wishes.set_channel(ward.person.id, "zalo-oa")
        assert await records.wishes.channels(ward.office.id) == {ward.person.id: "zalo-oa"}
        assert await records.wishes.channel(ward.person.id) == "zalo-oa"
        await records.wishes.set_channel(ward.person.id, "")
        assert (await records.wishes.channels(ward.office.id), await records.wishes.channel(ward.person.id)) == ({}, "")
