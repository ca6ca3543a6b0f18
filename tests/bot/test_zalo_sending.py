"""The channel over its real tokens: they run out in the middle of many messages, and every message arrives once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.channels.zalo_oa import ZaloOa as Channel
from domain.messages import Reply
from domain.ports import SendFailed
from tests.bot.zalo_office import Server, Servers
from tests.platforms.zalo_oa import StandIn, ZaloOa
from tests.storage.conftest import sqlite_template

__all__ = ["sqlite_template"]

PEOPLE = 24


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def servers(zalo: ZaloOa, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Servers]:
    path = tmp_path / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    made = Servers(zalo, f"sqlite:///{path}", tmp_path / "home")
    yield made
    await made.close()


def _channel(server: Server, zalo: ZaloOa) -> Channel:
    return Channel(server.tokens, zalo.app_id, zalo.url, business_url=zalo.business_url)


async def test_tokens_that_run_out_in_the_middle_cost_no_message_and_one_renewal(
    servers: Servers, zalo: ZaloOa
) -> None:
    seed = servers.seed()
    channels = [_channel(servers.start(seed=seed), zalo) for _ in range(2)]
    people = [zalo.user(f"Dân {n}") for n in range(PEOPLE)]

    async def told(round_: str) -> None:
        await asyncio.gather(
            *(channels[n % 2].send(person.id, Reply(f"{round_}, người {n}")) for n, person in enumerate(people))
        )

    await told("Lần đầu")
    servers.clock.forward(hours=3)
    zalo.expire_access()
    await told("Lần sau")
    assert servers.refreshes() == 2
    for n, person in enumerate(people):
        assert [seen.text for seen in person.messages()] == [f"Lần đầu, người {n}", f"Lần sau, người {n}"]
    for channel in channels:
        await channel.close()


async def test_without_consent_the_channel_is_held_and_goes_on_after_a_new_one(servers: Servers, zalo: ZaloOa) -> None:
    server = servers.start(seed=servers.seed())
    channel, person = _channel(server, zalo), zalo.user("Lan")
    await channel.send(person.id, Reply("Trước"))
    servers.clock.forward(hours=1)
    zalo.withdraw_consent()
    for _ in range(3):
        with pytest.raises(SendFailed) as caught:
            await channel.send(person.id, Reply("Giữa"))
        assert caught.value.kind == "held" and caught.value.reason.startswith("tokens: ")
    assert servers.refreshes() == 2, "a dead refresh token is tried once"
    mended = servers.start(seed=servers.seed())
    await mended.tokens.access()
    await channel.send(person.id, Reply("Sau"))
    assert [seen.text for seen in person.messages()] == ["Trước", "Sau"]
    await channel.close()
