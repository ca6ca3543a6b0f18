"""The Official Account's tokens over real HTTP: renewed once, by one, kept before they are used, and never replayed."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.sealing import Unsealable
from bot.zalo_consent import Consent
from bot.zalo_tokens import CONSENT, reseal
from domain.ports import SendFailed
from storage import Busy, Repositories
from storage.zalo_tokens import LEASE
from tests.bot.zalo_office import Servers
from tests.platforms.zalo_oa import StandIn, ZaloOa
from tests.platforms.zalo_oa.client import Client, Complaint
from tests.storage.conftest import TEMPLATE, PostgresServer, postgres, sqlite_template, url

__all__ = ["TEMPLATE", "PostgresServer", "postgres", "sqlite_template", "url"]

ROOT = Path(__file__).parents[2]


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def servers(zalo: ZaloOa, url: str, tmp_path: Path) -> AsyncIterator[Servers]:
    made = Servers(zalo, url, tmp_path / "home")
    yield made
    await made.close()


async def _works(zalo: ZaloOa, access: str) -> bool:
    """Whether the platform takes this token."""
    client = Client(zalo.url, zalo.business_url, access)
    try:
        await client.get("v2.0/oa/getoa")
    except Complaint:
        return False
    else:
        return True
    finally:
        await client.close()


async def _refusal(work: Any) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await work
    return caught.value


async def test_the_pasted_refresh_token_is_only_the_first_seed(servers: Servers) -> None:
    seed = servers.seed()
    first = servers.start(seed=seed)
    access = await first.tokens.access()
    assert await _works(servers.zalo, access)
    await first.close()
    again = servers.start(seed=seed)
    assert await again.tokens.access() == access
    servers.clock.forward(hours=21)
    await again.tokens.look()
    assert await again.tokens.access() != access
    assert servers.refreshes() == 2
    assert (await again.row()).trouble is None


async def test_a_newly_pasted_seed_is_taken_up_and_mends_what_was_lost(servers: Servers) -> None:
    first = servers.start(seed=servers.seed())
    await first.tokens.access()
    servers.zalo.withdraw_consent()
    servers.clock.forward(hours=26)
    assert (await _refusal(first.tokens.access())).kind == "held"
    second = servers.start(seed=servers.seed())
    assert await _works(servers.zalo, await second.tokens.access())
    row = await second.row()
    assert (row.trouble, row.sealed_seed, len(row.seeds)) == (None, None, 2)


async def test_a_pasted_seed_that_is_refused_leaves_the_pair_in_force(servers: Servers) -> None:
    first = servers.start(seed=servers.seed())
    before = await first.tokens.access()
    second = servers.start(seed="a mistyped refresh token")
    await second.tokens.look()
    access = await second.tokens.access()
    assert access != before and await _works(servers.zalo, access)
    row = await second.row()
    assert (row.trouble, row.sealed_seed) == (None, None)
    asked = servers.refreshes()
    third = servers.start(seed="a mistyped refresh token")
    await third.tokens.look()
    assert servers.refreshes() == asked


async def test_without_consent_nothing_is_asked_of_the_platform(servers: Servers) -> None:
    failure = await _refusal(servers.start().tokens.access())
    assert (failure.kind, failure.after) == ("held", None)
    assert servers.refreshes() == 0


async def test_fifty_callers_at_once_share_one_renewal(servers: Servers) -> None:
    server = servers.start(seed=servers.seed())
    given = await asyncio.gather(*(server.tokens.access() for _ in range(50)))
    assert len(set(given)) == 1 and servers.refreshes() == 1
    servers.clock.forward(hours=2)
    servers.zalo.expire_access()
    renewed = await asyncio.gather(*(server.tokens.renew(given[0]) for _ in range(50)))
    assert len(set(renewed)) == 1 and renewed[0] != given[0] and servers.refreshes() == 2
    assert await _works(servers.zalo, renewed[0])


async def test_servers_that_find_it_expired_at_once_renew_it_once(servers: Servers) -> None:
    seed = servers.seed()
    several = [servers.start(seed=seed) for _ in range(3)]
    callers = [server.tokens.access() for server in several for _ in range(5)]
    assert len(set(await asyncio.gather(*callers))) == 1 and servers.refreshes() == 1
    servers.clock.forward(hours=25)
    again = await asyncio.gather(*(server.tokens.access() for server in several for _ in range(5)))
    assert len(set(again)) == 1 and servers.refreshes() == 2
    assert [len(server.oauth.pairs) for server in several].count(0) >= 1


async def test_a_token_another_server_renewed_is_taken_up_without_asking(servers: Servers) -> None:
    seed = servers.seed()
    here, there = servers.start(seed=seed), servers.start(seed=seed)
    stale = await here.tokens.access()
    assert await there.tokens.access() == stale
    servers.clock.forward(hours=3)
    fresh = await there.tokens.renew(stale)
    assert await here.tokens.renew(stale) == fresh
    assert servers.refreshes() == 2


@pytest.mark.parametrize(("hours", "renewals"), [(19.9, 1), (20.1, 2)])
async def test_it_is_renewed_ahead_after_twenty_of_twenty_five_hours(
    servers: Servers, hours: float, renewals: int
) -> None:
    server = servers.start(seed=servers.seed())
    await server.tokens.access()
    servers.clock.forward(hours=hours)
    await server.tokens.look()
    assert servers.refreshes() == renewals


async def test_a_token_refused_right_after_its_renewal_is_not_renewed_again(servers: Servers) -> None:
    server = servers.start(seed=servers.seed())
    access = await server.tokens.access()
    servers.zalo.do("revoke_access")
    failures = [await _refusal(server.tokens.renew(access)) for _ in range(5)]
    assert {failure.kind for failure in failures} == {"retry"} and servers.refreshes() == 1
    servers.clock.forward(minutes=2)
    assert await _works(servers.zalo, await server.tokens.renew(access))


async def test_an_answer_lost_before_it_took_effect_costs_nothing(servers: Servers) -> None:
    server = servers.start(seed=servers.seed())
    servers.zalo.fault("reset_before", "oauth/access_token")
    assert await _works(servers.zalo, await server.tokens.access())
    assert servers.refreshes() == 2


async def test_a_lost_answer_is_told_and_the_old_token_serves_to_its_end(servers: Servers) -> None:
    server = servers.start(seed=servers.seed())
    access = await server.tokens.access()
    servers.clock.forward(hours=21)
    servers.zalo.lose_token_answer()
    await server.tokens.look()
    row = await server.row()
    assert (row.trouble, row.claimed_by) == (CONSENT, None)
    asked = servers.refreshes()
    assert asked == 3
    assert await server.tokens.access() == access
    assert await servers.start().tokens.access() == access
    servers.clock.forward(hours=4)
    failure = await _refusal(server.tokens.access())
    assert (failure.kind, failure.after) == ("held", None)
    await server.tokens.look()
    assert servers.refreshes() == asked, "a dead token is not tried again"


async def test_a_token_lives_from_when_it_was_asked_for(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    server = servers.start(seed=servers.seed())
    refresh = server.oauth.refresh

    async def late(token: str) -> Any:
        pair = await refresh(token)
        servers.clock.forward(hours=26)
        return pair

    with monkeypatch.context() as slow:
        slow.setattr(server.oauth, "refresh", late)
        first = await server.tokens.access()
    assert await server.tokens.access() != first, "it was over when its answer came"
    assert servers.refreshes() == 2


async def test_an_answer_that_never_comes_is_waited_for_so_long_and_no_longer(servers: Servers) -> None:
    server = servers.start(seed=servers.seed(), timeout=0.2)
    servers.zalo.fault("hang", "oauth/access_token", times=2)
    failure = await _refusal(server.tokens.access())
    assert (failure.kind, failure.after) == ("retry", 60.0)
    assert (await server.row()).trouble == "unanswered"
    assert (await _refusal(server.tokens.access())).kind == "retry"
    assert servers.refreshes() == 2, "the next try waits"
    servers.zalo.clear_faults()
    servers.clock.forward(minutes=1)
    assert await _works(servers.zalo, await server.tokens.access())
    assert (await server.row()).trouble is None


async def test_a_platform_that_is_down_for_an_hour_loses_nothing(servers: Servers) -> None:
    server = servers.start(seed=servers.seed())
    access = await server.tokens.access()
    servers.clock.forward(hours=20, minutes=30)
    servers.zalo.down()
    for _ in range(12):
        await server.tokens.look()
        assert await server.tokens.access() == access
        servers.clock.forward(minutes=5)
    servers.zalo.down(False)
    await server.tokens.look()
    fresh = await server.tokens.access()
    assert fresh != access and await _works(servers.zalo, fresh)


async def test_those_who_wait_for_another_server_are_told_when_it_fails(servers: Servers) -> None:
    seed = servers.seed()
    here, there = servers.start(seed=seed, timeout=0.5), servers.start(seed=seed)
    await here.tokens.access()
    servers.clock.forward(hours=26)
    servers.zalo.fault("hang", "oauth/access_token", times=2)
    busy = asyncio.gather(here.tokens.access(), return_exceptions=True)
    await servers.zalo.wait_for_calls("oauth/access_token", 2)
    waiting = await asyncio.gather(*(there.tokens.access() for _ in range(9)), return_exceptions=True)
    (failed,) = await busy
    assert isinstance(failed, SendFailed) and failed.kind == "retry"
    assert {getattr(failure, "kind", "") for failure in waiting} == {"retry"}
    servers.clock.forward(minutes=1)
    assert await here.tokens.access() == await there.tokens.access()


async def test_a_caller_that_gives_up_does_not_break_off_the_renewal(servers: Servers) -> None:
    server = servers.start(seed=servers.seed())
    servers.zalo.fault("slow", "oauth/access_token", seconds=0.3)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await server.tokens.access()
    assert await _works(servers.zalo, await server.tokens.access())
    assert servers.refreshes() == 1


async def test_closing_waits_for_a_renewal_under_way(servers: Servers) -> None:
    server = servers.start(seed=servers.seed())
    servers.zalo.fault("slow", "oauth/access_token", seconds=0.3)
    asked = asyncio.gather(server.tokens.access(), return_exceptions=True)
    await servers.zalo.wait_for_calls("oauth/access_token", 1)
    await server.tokens.close()
    await asked
    assert (await server.row()).generation == 1
    assert (await _refusal(server.tokens.renew(server.oauth.pairs[0].access))).kind == "retry"


async def test_the_new_pair_is_committed_before_anybody_uses_it(servers: Servers) -> None:
    server = servers.start(seed=servers.seed())
    stale = await server.tokens.access()
    servers.clock.forward(hours=2)
    real = server.storage.writing
    refused = 0

    @contextlib.asynccontextmanager
    async def writing() -> AsyncIterator[Repositories]:
        nonlocal refused
        if len(server.oauth.pairs) == 2 and refused < 4:
            refused += 1
            row = await server.row()
            assert row.generation == 1, "what is not committed is in no row"
            assert server.tokens._held is not None and server.tokens._held.access == stale
            raise Busy("the disk is full for a moment") if refused % 2 else OSError("no space left on the device")
        async with real() as records:
            yield records

    server.storage.writing = writing  # type: ignore[method-assign]
    fresh = await server.tokens.renew(stale)
    assert refused == 4 and servers.refreshes() == 2
    assert fresh == server.oauth.pairs[1].access and (await server.row()).generation == 2


KILLED = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
from bot.channels.zalo_oauth import ZaloOauth
from bot.logs import configure
from bot.sealing import Sealer
from bot.zalo_tokens import ZaloTokens
from storage import Storage
url, home, app_id, secret, base, moment, where = sys.argv[1:]

class Stopping(ZaloOauth):
    async def refresh(self, token):
        if where == "before":
            await stop()
        pair = await super().refresh(token)
        if where == "between":
            await stop()
        return pair

async def stop():
    print("here", flush=True)
    await asyncio.Event().wait()

async def main():
    tokens = ZaloTokens(Stopping(app_id, secret, base), Sealer(Path(home) / "sealing.key"), app_id,
                        clock=lambda: datetime.fromisoformat(moment))
    tokens.open(Storage.open(url))
    access = await tokens.access()
    if where == "after":
        await stop()

configure("INFO")
asyncio.run(main())
"""


async def _kill(servers: Servers, where: str) -> None:
    """A process that renews, killed before it asks, between the answer and the commit, or after the commit."""
    zalo = servers.zalo
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", KILLED, servers.url, str(servers.home), zalo.app_id, zalo.app_secret),
        *(zalo.oauth_url, servers.clock().isoformat(), where),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"here\n"
    process.send_signal(signal.SIGKILL)
    await process.wait()


@pytest.mark.parametrize("where", ["before", "between", "after"])
async def test_a_process_killed_in_the_middle_costs_at_most_the_consent_and_that_is_known(
    servers: Servers, where: str
) -> None:
    server = servers.start(seed=servers.seed())
    await server.tokens.access()
    servers.clock.forward(hours=25)
    await _kill(servers, where)
    if where == "after":
        asked = servers.refreshes()
        assert await _works(servers.zalo, await server.tokens.access())
        assert servers.refreshes() == asked and (await server.row()).generation == 2
        return
    assert (await _refusal(server.tokens.access())).kind == "retry", "its claim still stands"
    servers.clock.at += LEASE * 2
    if where == "before":
        assert await _works(servers.zalo, await server.tokens.access())
        return
    assert (await _refusal(server.tokens.access())).kind == "held"
    assert (await server.row()).trouble == CONSENT


async def test_a_wrong_app_secret_is_tried_again_later_and_mended_by_a_restart(servers: Servers) -> None:
    seed = servers.seed()
    wrong = servers.start(seed=seed, app_secret="of another app")
    assert (await _refusal(wrong.tokens.access())).kind == "held"
    assert (await _refusal(wrong.tokens.access())).kind == "held"
    assert (await wrong.row()).trouble == "app"
    await wrong.close()
    right = servers.start(seed=seed)
    assert await _works(servers.zalo, await right.tokens.access())
    assert (await right.row()).trouble is None


async def test_a_new_consent_is_taken_up_by_a_running_server(servers: Servers) -> None:
    server = servers.start(seed=servers.seed())
    await server.tokens.access()
    servers.zalo.withdraw_consent()
    servers.clock.forward(hours=26)
    await _refusal(server.tokens.access())
    consent = Consent(server.oauth, server.sealer, server.app_id, servers.home)
    address = consent.ask("https://xa.example.vn/zalo/oauth", servers.clock(), with_proof=True)
    code, state = _consented(servers.zalo, address)
    returned = f"https://xa.example.vn/zalo/oauth?code={code}&state={state}&oa_id={servers.zalo.oa_id}"
    granted = await consent.take(returned, server.storage, servers.clock(), with_proof=True)
    assert granted.account_id == servers.zalo.oa_id
    assert await _works(servers.zalo, await server.tokens.access())


def _consented(zalo: ZaloOa, address: str) -> tuple[str, str]:
    from urllib.parse import parse_qs, urlsplit

    asked = parse_qs(urlsplit(address).query)
    return zalo.do("consent_to", challenge=asked["code_challenge"][0]), asked["state"][0]


async def test_without_the_key_the_tokens_are_held_and_left_as_they_are(servers: Servers, tmp_path: Path) -> None:
    seed = servers.seed()
    owner = servers.start(seed=seed)
    access = await owner.tokens.access()
    stranger = servers.start(seed=seed, home=tmp_path / "elsewhere")
    assert (await _refusal(stranger.tokens.access())).kind == "held"
    servers.clock.forward(hours=21)
    await stranger.tokens.look()
    row = await owner.row()
    assert (row.generation, row.trouble, row.claimed_by) == (1, None, None)
    assert await owner.tokens.access() == access
    await owner.tokens.look()
    assert (await owner.row()).generation == 2
    (tmp_path / "elsewhere").mkdir(exist_ok=True)
    (tmp_path / "elsewhere" / "sealing.key").write_bytes(owner.sealer.path.read_bytes())
    assert await stranger.tokens.access() == await owner.tokens.access()


async def test_nothing_in_the_row_shows_a_token(servers: Servers) -> None:
    seed = servers.seed()
    server = servers.start(seed=seed)
    await server.tokens.access()
    row = await server.row()
    kept = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in _values(row))
    for token in (seed, server.oauth.pairs[0].access, server.oauth.pairs[0].refresh):
        assert token.encode() not in kept


def _values(row: Any) -> list[Any]:
    return [getattr(row, name) for name in type(row).__slots__]


async def test_a_new_key_seals_what_is_kept_and_the_server_goes_on(servers: Servers) -> None:
    server = servers.start(seed=servers.seed())
    access = await server.tokens.access()
    before = await server.row()
    command = servers.start()
    assert await reseal(command.storage, command.sealer, command.app_id)
    after = await server.row()
    assert after.sealed_access is not None and before.sealed_access is not None
    assert after.sealed_access[1:5] != before.sealed_access[1:5]
    assert await servers.start().tokens.access() == access
    servers.clock.forward(hours=21)
    await server.tokens.look()
    assert await server.tokens.access() != access
    assert (await server.row()).trouble is None


async def test_a_key_is_not_replaced_while_the_one_before_is_missing(servers: Servers) -> None:
    server = servers.start(seed=servers.seed())
    await server.tokens.access()
    server.sealer.path.unlink()
    command = servers.start()
    with pytest.raises(Unsealable):
        await reseal(command.storage, command.sealer, command.app_id)
    assert not server.sealer.path.exists()
