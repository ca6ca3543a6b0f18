"""The Official Account's token ends in the middle of a broadcast: all get it once, and it is renewed once."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from domain.people import Role
from tests.faults.accounting import size
from tests.faults.house import TELEGRAM, ZALO_OA, House, a_house
from tests.storage.conftest import TEMPLATE, PostgresServer

pytestmark = pytest.mark.usefixtures("hurried")
WORDS = "Sáng mai họp giao ban lúc tám giờ."


async def _broadcast(house: House, count: int) -> None:
    leader, _ = await house.hire("Hồ Chủ Tịch", Role.LEADER, TELEGRAM)
    people = [(await house.hire(f"Cán bộ {n}", Role.OFFICIAL, ZALO_OA))[0] for n in range(count)]
    await house.settle()
    renewed = house.apps.zalo_oa.tally()["oauth/access_token"]
    house.clock.forward(hours=2)
    house.apps.zalo_oa.expire_access(after=count // 3)
    await house.announce(leader, people, WORDS)
    await house.settle()
    zalo = house.apps.zalo_oa
    assert zalo.tally()["oauth/access_token"] == renewed + 1
    refused = [c for c in zalo.journal("message/cs") if (c["answer"] or {}).get("error") == -220]
    assert refused, "the token did end while the messages went out"
    found = await house.account()
    assert found.rows == {"sent": count} and found.arrived[ZALO_OA] == count and not found.labelled
    print(f"{count} people, {len(refused)} calls refused for the token, 1 renewal")


async def test_on_sqlite_a_broadcast_goes_on_with_the_next_token(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await _broadcast(house, size(150, 2000))


async def test_on_postgresql_a_broadcast_goes_on_with_the_next_token(tmp_path: Path, postgres: PostgresServer) -> None:
    name = f"t_{uuid4().hex}"
    await asyncio.to_thread(postgres.run, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    async with a_house(tmp_path, database=postgres.address(name)) as house:
        await _broadcast(house, size(60, 500))
