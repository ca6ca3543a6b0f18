"""No log line and no error of the tokens ever holds one, whatever goes wrong."""

import traceback
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from bot.logs import configure
from bot.zalo_consent import Consent
from domain.ports import SendFailed
from tests.bot.zalo_office import Servers
from tests.platforms.zalo_oa import StandIn, ZaloOa
from tests.storage.conftest import sqlite_template

__all__ = ["sqlite_template"]

FAULTS = (
    *("", "reset_before", "reset_after", "hang_after", "server_error", "bad_gateway", "garbled", "code", "code_after"),
    *("withdrawn", "down", "wrong secret", "no key"),
)


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
    structlog.reset_defaults()


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_line_and_no_error_holds_a_token(
    servers: Servers, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # Without the blotter's knowledge of them: what is not written cannot be forgotten to be blotted out.
    lines: list[str] = []
    structlog.configure(
        processors=[
            structlog.processors.format_exc_info,
            lambda _, name, event: lines.append(f"{name} {event!r}") or event,  # type: ignore[func-returns-value]
            structlog.processors.KeyValueRenderer(),
        ]
    )
    seed = servers.seed()
    server = servers.start(seed=seed, timeout=0.2)
    await server.tokens.access()
    servers.clock.forward(hours=26)
    match fault:
        case "withdrawn":
            servers.zalo.withdraw_consent()
        case "down":
            servers.zalo.down()
        case "wrong secret":
            server = servers.start(app_secret="the secret of some other app")
        case "no key":
            server.sealer.path.unlink()
            server = servers.start()
        case "":
            pass
        case _:
            servers.zalo.fault(fault, "oauth/access_token", times=2)
    for work in (server.tokens.access(), server.tokens.renew("a stale token, made up"), server.tokens.look()):
        try:
            await work
        except SendFailed as failure:
            lines.append("".join(traceback.format_exception(failure)) + repr(failure))
    captured = capsys.readouterr()
    written = "\n".join([*lines, captured.out, captured.err])
    assert written.strip()
    pairs = [pair for each in servers for pair in each.oauth.pairs]
    secrets = {seed, servers.zalo.app_secret, "the secret of some other app", "a stale token, made up"}
    secrets |= {token for pair in pairs for token in (pair.access, pair.refresh)}
    assert len(secrets) >= 6
    assert not [secret for secret in secrets if secret in written]


async def test_a_token_that_slips_into_a_line_is_blotted_out(
    servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    server = servers.start(seed=servers.seed())
    access = await server.tokens.access()
    configure("INFO")
    structlog.get_logger().error("a careless line", header=f"access_token: {access}")
    written = capsys.readouterr().err
    assert "a careless line" in written and access not in written


async def test_a_consent_keeps_its_state_and_proof_sealed(servers: Servers) -> None:
    server = servers.start()
    consent = Consent(server.oauth, server.sealer, server.app_id, servers.home)
    address = consent.ask("https://xa.example.vn/zalo/oauth", servers.clock(), with_proof=True)
    state = address.partition("state=")[2].partition("&")[0]
    for entry in servers.home.iterdir():
        assert state.encode() not in entry.read_bytes()
        assert entry.stat().st_mode & 0o077 == 0
