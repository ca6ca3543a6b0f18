"""Consent: what is pasted back is read leniently, and only what belongs to our own request is used."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

import texts
from bot.failures import OperatorError
from bot.zalo_consent import Consent, read_returned
from tests.bot.zalo_office import Server, Servers
from tests.platforms.zalo_oa import StandIn, ZaloOa
from tests.storage.conftest import sqlite_template

__all__ = ["sqlite_template"]

BACK = "https://xa.example.vn/zalo/oauth"


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
def server(servers: Servers) -> Server:
    return servers.start()


@pytest.fixture
def consent(servers: Servers, server: Server) -> Consent:
    return Consent(server.oauth, server.sealer, server.app_id, servers.home)


def _agreed(servers: Servers, consent: Consent, *, with_proof: bool = True) -> tuple[str, str]:
    """What an administrator's browser comes back with: the code and the state."""
    asked = parse_qs(urlsplit(consent.ask(BACK, servers.clock(), with_proof=with_proof)).query)
    assert asked["redirect_uri"] == [BACK] and asked["app_id"] == [servers.zalo.app_id]
    challenge = asked["code_challenge"][0] if with_proof else ""
    return servers.zalo.do("consent_to", challenge=challenge), asked["state"][0]


async def _refused(servers: Servers, server: Server, consent: Consent, pasted: str, **how: bool) -> str:
    with pytest.raises(OperatorError) as caught:
        await consent.take(pasted, server.storage, servers.clock(), **{"with_proof": True, **how})
    # The sentence must be sayable with what the error carries.
    texts.say(caught.value.key, **caught.value.blanks)
    async with server.storage.reading() as records:
        assert await records.zalo_tokens.get(server.app_id) is None
    return caught.value.key.removeprefix("cli.zalo.")


async def test_the_pasted_address_gives_the_first_pair(servers: Servers, server: Server, consent: Consent) -> None:
    code, state = _agreed(servers, consent)
    granted = await consent.take(
        f" '{BACK}?oa_id=77&code={code}&state={state}' \n", server.storage, servers.clock(), with_proof=True
    )
    assert granted.account_id == "77"
    assert granted.access_until == servers.clock() + timedelta(hours=25)
    assert granted.refresh_until == servers.clock() + timedelta(days=90)
    assert await server.tokens.access()
    assert servers.refreshes() == 1


async def test_the_second_half_may_be_another_command(servers: Servers, server: Server, consent: Consent) -> None:
    code, _ = _agreed(servers, consent)
    later = Consent(server.oauth, server.sealer, server.app_id, servers.home)
    servers.clock.forward(minutes=9)
    await later.take(code, server.storage, servers.clock(), with_proof=True)
    assert await server.tokens.access()


async def test_what_waits_is_used_once(servers: Servers, server: Server, consent: Consent) -> None:
    code, _ = _agreed(servers, consent)
    await consent.take(code, server.storage, servers.clock(), with_proof=True)
    with pytest.raises(OperatorError, match="not_asked"):
        await consent.take(code, server.storage, servers.clock(), with_proof=True)


async def test_an_address_of_another_request_is_not_used(servers: Servers, server: Server, consent: Consent) -> None:
    code, _ = _agreed(servers, consent)
    for foreign in (f"{BACK}?code={code}&state=somebody-elses", f"{BACK}?code={code}"):
        assert await _refused(servers, server, consent, foreign) == "other_state"
    assert servers.refreshes() == 0


async def test_a_request_that_waited_too_long_is_asked_anew(servers: Servers, server: Server, consent: Consent) -> None:
    code, state = _agreed(servers, consent)
    servers.clock.forward(hours=2)
    assert await _refused(servers, server, consent, f"{BACK}?code={code}&state={state}") == "not_asked"


async def test_a_link_fixed_in_the_console_works_without_proof_and_state(
    servers: Servers, server: Server, consent: Consent
) -> None:
    await consent.take(f"{BACK}?code={servers.zalo.consent()}", server.storage, servers.clock(), with_proof=False)
    assert await server.tokens.access()


async def test_without_proof_a_foreign_state_is_still_refused(
    servers: Servers, server: Server, consent: Consent
) -> None:
    code, _ = _agreed(servers, consent, with_proof=False)
    assert await _refused(servers, server, consent, f"{BACK}?code={code}&state=x", with_proof=False) == "other_state"


@pytest.mark.parametrize(
    ("error", "key"),
    [(-14012, "refused"), (-14014, "code_dead"), (-14002, "app_inactive"), (-14003, "redirect_refused")],
)
async def test_every_refusal_has_its_sentence(
    servers: Servers, server: Server, consent: Consent, error: int, key: str
) -> None:
    code, _ = _agreed(servers, consent)
    servers.zalo.fault("code", "oauth/access_token", code=error)
    assert await _refused(servers, server, consent, code) == key


async def test_a_lost_answer_is_said_to_be_one(servers: Servers, server: Server, consent: Consent) -> None:
    code, _ = _agreed(servers, consent)
    servers.zalo.fault("reset_after", "oauth/access_token")
    assert await _refused(servers, server, consent, code) == "unanswered"


async def test_a_consent_is_written_in_the_audit_log(servers: Servers, server: Server, consent: Consent) -> None:
    code, _ = _agreed(servers, consent)
    await consent.take(code, server.storage, servers.clock(), with_proof=True)
    async with server.storage.reading() as records:
        (entry,) = await records.audit.recent()
    assert entry["action"] == "zalo.consent" and code not in str(entry)


@pytest.mark.parametrize(
    "pasted",
    [
        "https://xa.example.vn/zalo/oauth?code=abcdefgh12&state=s&oa_id=9",
        "xa.example.vn/zalo/oauth?state=s&code=abcdefgh12&oa_id=9",
        '"https://xa.example.vn/zalo/oauth#code=abcdefgh12&state=s&oa_id=9"',
        "?code=abcdefgh12&state=s&oa_id=9",
        "code=abcdefgh12&state=s&oa_id=9",
        "<https://xa.example.vn/?authorization_code=abcdefgh12&state=s&oa_id=9>",
    ],
)
def test_an_address_is_read_however_it_was_copied(pasted: str) -> None:
    found = read_returned(pasted)
    assert (found.code, found.state, found.account_id) == ("abcdefgh12", "s", "9")


@pytest.mark.parametrize("pasted", ["abcdefgh12", "  abc_DEF-ghi.jkl  ", "a2V5Cg0K=="])
def test_a_bare_code_has_no_state(pasted: str) -> None:
    assert read_returned(pasted).state is None


@pytest.mark.parametrize(
    ("pasted", "key"),
    [
        ("", "no_code"),
        ("tôi đã đồng ý rồi", "no_code"),
        ("https://xa.example.vn/zalo/oauth", "no_code"),
        ("https://xa.example.vn/zalo/oauth?state=s", "no_code"),
        ("https://xa.example.vn/zalo/oauth?code=&state=s", "no_code"),
        ("https://xa.example.vn/zalo/oauth?code=a%00b%0d%0a1234&state=s", "no_code"),
        ("https://xa.example.vn/zalo/oauth?error=access_denied&state=s", "consent_refused"),
        ("http://[::1?cod=abcdefgh12", "no_code"),
        ("x" * 5000, "no_code"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(pasted: str, key: str) -> None:
    with pytest.raises(OperatorError, match=f"cli.zalo.{key}"):
        read_returned(pasted)
