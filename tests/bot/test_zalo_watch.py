"""Who keeps the installation is told in time that the consent is in danger, by another app, once a day."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.web import Web
from bot.zalo_token_state import facts_of, is_usable, states_of, token_figures
from bot.zalo_watch import ZaloWatch
from domain.channels import ZALO_OA
from domain.people import Role
from domain.ports import Channel, SendFailed
from tests.bot.desk import Postbox
from tests.bot.zalo_office import Server, Servers
from tests.platforms.zalo_oa import StandIn, ZaloOa
from tests.storage.conftest import sqlite_template

__all__ = ["sqlite_template"]


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


@pytest.fixture
async def server(servers: Servers) -> Server:
    made = servers.start(seed=servers.seed())
    async with made.storage.writing() as records:
        office = await records.offices.ensure("UBND xã Bến Đá")
        for name, role, accounts in (
            ("Tô Thị Vân", Role.ADMINISTRATOR, (ZALO_OA, "web")),
            ("Kiều Văn Sơn", Role.ADMINISTRATOR, (ZALO_OA,)),
            ("Phùng Văn Tài", Role.LEADER, ("web",)),
        ):
            person = await records.people.add(office.id, name, role)
            for channel in accounts:
                await records.people.bind(person.id, channel, f"{channel}-{person.id}", f"{channel}-{person.id}")
    return made


class OaBox(Postbox):
    name = ZALO_OA


def _watch(servers: Servers, server: Server) -> ZaloWatch:
    channels: dict[str, Channel] = {Web.name: Postbox(), ZALO_OA: OaBox()}
    return ZaloWatch(server.storage, channels, server.sealer, server.app_id, servers.clock)


async def _queued(servers: Servers, server: Server) -> list[tuple[str, str]]:
    async with server.storage.writing() as records:
        rows = await records.outbox.claim(servers.clock(), 50, set(), (Web.name, ZALO_OA))
        await records.outbox.sent_many([(row.id, str(row.id)) for row in rows], servers.clock())
    return sorted((row.channel, row.reply.text) for row in rows)


async def _state(servers: Servers, server: Server) -> list[str]:
    return [state.name for state in states_of(await server.row(), server.sealer, servers.clock())]


async def test_nothing_is_told_while_all_is_well(servers: Servers, server: Server) -> None:
    await server.tokens.access()
    assert await _state(servers, server) == ["ok"]
    assert await _watch(servers, server).look() == 0
    assert await _queued(servers, server) == []


async def test_a_lost_consent_is_told_at_once_by_another_app_and_again_each_day(
    servers: Servers, server: Server
) -> None:
    await server.tokens.access()
    servers.clock.forward(hours=21)
    servers.zalo.withdraw_consent()
    await server.tokens.look()
    watch = _watch(servers, server)
    assert await watch.look() == 2
    told = await _queued(servers, server)
    # The second has no other account; the account's last token still works.
    assert [channel for channel, _ in told] == [Web.name, ZALO_OA]
    assert "Tô Thị Vân" in told[0][1] and "kehoach zalo login" in told[0][1] and "09:00 03/03/2026" in told[0][1]
    servers.clock.forward(hours=3)
    assert await watch.look() == 0
    servers.clock.forward(hours=21)
    assert await watch.look() == 1
    ((channel, words),) = await _queued(servers, server)
    assert channel == Web.name and "đang dừng lại" in words


async def test_a_channel_held_for_its_tokens_is_tried_once_they_are_well(servers: Servers, server: Server) -> None:
    await server.tokens.access()
    servers.zalo.withdraw_consent()
    servers.clock.forward(hours=26)
    with pytest.raises(SendFailed) as caught:
        await server.tokens.access()
    async with server.storage.writing() as records:
        await records.channel_holds.put(ZALO_OA, caught.value.reason, servers.clock())
    tried: list[str] = []
    channels: dict[str, Channel] = {Web.name: Postbox(), ZALO_OA: OaBox()}
    watch = ZaloWatch(
        *(server.storage, channels, server.sealer, server.app_id, servers.clock),
        on_mended=lambda: tried.append(ZALO_OA),
    )
    await watch.look()
    assert tried == []
    await servers.start(seed=servers.seed()).tokens.access()
    await watch.look()
    assert tried == [ZALO_OA]
    async with server.storage.writing() as records:
        await records.channel_holds.put(ZALO_OA, "the quota is used up", servers.clock())
    await watch.look()
    assert tried == [ZALO_OA]


async def test_a_token_the_platform_takes_no_more_does_not_count_to_its_end(servers: Servers, server: Server) -> None:
    access = await server.tokens.access()
    servers.clock.forward(hours=2)
    servers.zalo.withdraw_consent()
    with pytest.raises(SendFailed) as caught:
        await server.tokens.renew(access)
    assert caught.value.kind == "held"
    with pytest.raises(SendFailed):
        await server.tokens.access()
    assert await _state(servers, server) == ["consent_gone"]
    with pytest.raises(SendFailed):
        await servers.start().tokens.access()


async def test_a_platform_out_of_reach_is_told_after_an_hour_and_not_before(servers: Servers, server: Server) -> None:
    await server.tokens.access()
    servers.clock.forward(hours=21)
    servers.zalo.down()
    await server.tokens.look()
    assert await _watch(servers, server).look() == 0
    servers.clock.forward(minutes=61)
    await server.tokens.look()
    assert await _state(servers, server) == ["unreachable_until"]
    assert await _watch(servers, server).look() == 2


async def test_another_trouble_is_told_at_once(servers: Servers, server: Server) -> None:
    await server.tokens.access()
    servers.clock.forward(hours=21)
    servers.zalo.down()
    await server.tokens.look()
    servers.clock.forward(minutes=61)
    assert await _watch(servers, server).look() == 2
    servers.zalo.down(False)
    servers.zalo.withdraw_consent()
    await server.tokens.look()
    assert await _watch(servers, server).look() == 2


async def test_a_refresh_token_that_was_not_replaced_is_warned_of_ten_days_before_its_end(
    servers: Servers, server: Server
) -> None:
    await server.tokens.access()
    row = await server.row()
    assert row.sealed_access is not None
    for days, state in ((79, "ok"), (81, "refresh_ends")):
        now = row.refreshed_at and row.refreshed_at + timedelta(days=days)
        assert now is not None
        async with server.storage.writing() as records:
            current = await server.row()
            await records.zalo_tokens.renewed(
                server.app_id, current.generation, row.sealed_access, None, now + timedelta(hours=25), now
            )
        servers.clock.at = now
        assert await _state(servers, server) == [state]
    assert await _watch(servers, server).look() == 2


async def test_a_server_that_stands_still_shows(servers: Servers, server: Server) -> None:
    await server.tokens.access()
    servers.clock.forward(hours=22)
    assert await _state(servers, server) == ["not_renewed"]


async def test_a_lost_key_and_one_that_others_may_read_show(servers: Servers, server: Server) -> None:
    await server.tokens.access()
    server.sealer.path.chmod(0o644)
    assert await _state(servers, server) == ["key_open"]
    server.sealer.path.unlink()
    stranger = servers.start()
    assert await _state(servers, stranger) == ["key_lost"]
    assert not is_usable(await server.row(), stranger.sealer, servers.clock())


async def test_no_consent_and_a_seed_that_waits_show(servers: Servers, server: Server) -> None:
    now = servers.clock()
    assert [s.name for s in states_of(None, server.sealer, now)] == ["no_consent"]
    assert [s.name for s in states_of(None, server.sealer, now, has_seed=True)] == ["seed_waits"]
    assert await _watch(servers, server).look() == 0
    servers.zalo.down()
    await server.tokens.look()
    row = await server.row()
    assert [s.name for s in states_of(replace(row, trouble=None), server.sealer, now)] == ["seed_waits"]
    assert [s.name for s in states_of(row, server.sealer, now)] == ["unreachable_gone"]


async def test_a_first_seed_that_is_refused_is_told(servers: Servers, server: Server) -> None:
    wrong = servers.start(seed="a mistyped refresh token")
    await wrong.tokens.look()
    assert await _state(servers, wrong) == ["consent_gone"]
    assert await _watch(servers, wrong).look() == 1


async def test_every_state_has_its_words_and_no_fact_is_a_token(servers: Servers, server: Server) -> None:
    await server.tokens.access()
    facts = facts_of(await server.row())
    pair = server.oauth.pairs[0]
    assert pair.access not in str(facts) and pair.refresh not in str(facts)
    assert set(facts) == {
        *("generation", "trouble", "access_until", "renewed_at", "next_renewal", "refresh_until", "trouble_since"),
    }


async def test_figures_fall_to_nought_and_call_somebody(servers: Servers, server: Server) -> None:
    async def figures() -> tuple[float, ...]:
        return tuple(token_figures(await server.row(), server.sealer, servers.clock()).values())

    await server.tokens.access()
    assert await figures() == (90_000.0, 0.0)
    servers.clock.forward(hours=21)
    servers.zalo.withdraw_consent()
    await server.tokens.look()
    assert await figures() == (14_400.0, 1.0)
    servers.clock.forward(hours=5)
    assert await figures() == (0.0, 1.0)
    assert tuple(token_figures(None, server.sealer, servers.clock()).values()) == (0.0, 1.0)


async def test_an_account_nobody_consented_to_is_told_of_once_a_day_while_something_waits_for_it(
    servers: Servers, server: Server
) -> None:
    stranger = servers.start()
    watch = _watch(servers, stranger)
    assert await watch.look() == 0
    with pytest.raises(SendFailed) as caught:
        await stranger.tokens.access()
    async with stranger.storage.writing() as records:
        await records.channel_holds.put(ZALO_OA, caught.value.reason, servers.clock())
    for day in range(2):
        assert await watch.look() >= 1
        await watch.look()
        told = await _queued(servers, stranger)
        assert [channel for channel, _ in told] == [Web.name], day
        assert "kehoach zalo login" in told[0][1]
        servers.clock.forward(hours=24)
