"""Accounts that are not answered, and offices that are off, on both databases."""

from dataclasses import replace
from datetime import timedelta

from domain.blocking import Block
from domain.people import Role
from storage import Storage
from tests.storage.conftest import NOW, Ward

LATER = NOW + timedelta(hours=2)
BLOCK = Block("telegram", "7", "Gửi lời lẽ xúc phạm", NOW, NOW + timedelta(hours=1))


async def test_an_account_is_blocked_until_its_moment(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.blocks.put(BLOCK)
        users = {("telegram", "7"), ("web", "7"), ("telegram", "8")}
        assert await records.blocks.among(users, NOW) == {("telegram", "7")}
        assert await records.blocks.among(users, LATER) == frozenset()
        assert await records.blocks.among((), NOW) == frozenset()
        assert list(await records.blocks.holding(NOW)) == [BLOCK]
        assert list(await records.blocks.holding(LATER)) == []


async def test_blocked_for_good_is_not_shortened_by_the_bot(storage: Storage, ward: Ward) -> None:
    for_good = replace(BLOCK, until=None, reason="Quấy rối", office_id=ward.office.id, by_id=ward.person.id)
    async with storage.writing() as records:
        await records.blocks.put(BLOCK)
        await records.blocks.put(for_good)
        await records.blocks.put(BLOCK)
        assert list(await records.blocks.holding(LATER)) == [for_good]


async def test_a_block_is_lifted_once(storage: Storage) -> None:
    async with storage.writing() as records:
        await records.blocks.put(BLOCK)
        assert await records.blocks.lift("telegram", "7")
        assert not await records.blocks.lift("telegram", "7")
        assert await records.blocks.among({("telegram", "7")}, NOW) == frozenset()


async def test_the_newest_switch_of_each_office_holds(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        other = await records.offices.ensure("UBND xã Đồng Chiêm")
        by = (await records.people.add(ward.office.id, "Hồ Thị Lụa", Role.LEADER)).id
        first = await records.switches.turn(ward.office.id, is_on=False, reason="Bảo trì", now=NOW, by_id=by)
        assert await records.switches.off(NOW) == {ward.office.id: first}
        await records.switches.turn(other.id, is_on=False, reason="Bảo trì", now=NOW)
        last = await records.switches.turn(ward.office.id, is_on=True, reason="", now=LATER, by_id=by)
        assert set(await records.switches.off(LATER)) == {other.id}
        assert list(await records.switches.history(ward.office.id)) == [last, first]


async def test_an_office_is_on_again_by_itself_when_its_moment_comes(storage: Storage, ward: Ward) -> None:
    async with storage.writing() as records:
        switch = await records.switches.turn(ward.office.id, is_on=False, reason="Mất điện", now=NOW, until=LATER)
        assert await records.switches.off(LATER - timedelta(seconds=1)) == {ward.office.id: switch}
        assert await records.switches.off(LATER) == {}
