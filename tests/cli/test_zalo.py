"""The commands about the Official Account: an administrator who is no programmer obtains its consent."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner, Result

from bot import cli
from bot.failures import OperatorError
from tests.platforms.zalo_oa import StandIn, ZaloOa

Run = Callable[..., Result]


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def run(zalo: ZaloOa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kehoach` in this process, in an empty data folder, with an app at the stand-in."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OFFICE_NAME", "Ủy ban nhân dân xã Bến Đá")
    monkeypatch.setenv("PUBLIC_URL", "https://xa.example.vn/")
    monkeypatch.setenv("ZALO_OA_APP_ID", zalo.app_id)
    monkeypatch.setenv("ZALO_OA_APP_SECRET", zalo.app_secret)
    monkeypatch.setenv("ZALO_OAUTH_BASE", zalo.oauth_url)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, input=None: CliRunner().invoke(cli.app, [str(a) for a in arguments], input=input)


def _asked(shown: str) -> dict[str, list[str]]:
    """What the printed consent address asks for."""
    (address,) = [line for line in shown.splitlines() if "/v4/oa/permission?" in line]
    return parse_qs(urlsplit(address.strip()).query)


def _key(result: Result) -> str:
    assert isinstance(result.exception, OperatorError)
    return result.exception.key


def test_login_asks_takes_and_says_how_long_it_is_good_for(run: Run, zalo: ZaloOa, tmp_path: Path) -> None:
    first = run("zalo", "login", input="")
    asked = _asked(first.stdout)
    assert first.exit_code == 0 and "kehoach zalo login --code" in first.stderr
    assert asked["redirect_uri"] == ["https://xa.example.vn/zalo/oauth"]
    assert asked["code_challenge_method"] == ["S256"]
    code = zalo.do("consent_to", challenge=asked["code_challenge"][0])
    back = f"https://xa.example.vn/zalo/oauth?oa_id={zalo.oa_id}&code={code}&state={asked['state'][0]}"
    done = run("zalo", "login", "--code", back)
    assert done.exit_code == 0
    assert "Đã cấp quyền" in done.stdout and zalo.oa_id in done.stdout and "kehoach serve" in done.stdout
    status = run("zalo", "status")
    assert status.exit_code == 0 and "[đạt]" in status.stdout
    facts = json.loads(run("zalo", "status", "--json").stdout)
    assert facts["app_id"] == zalo.app_id and facts["generation"] == 1
    assert [state["state"] for state in facts["states"]] == ["ok"]
    everything = first.output + done.output + status.output + json.dumps(facts)
    assert zalo.app_secret not in everything and code not in done.output
    assert not (tmp_path / "data" / "zalo-login.sealed").exists()


def test_the_address_may_be_pasted_at_the_prompt(run: Run, zalo: ZaloOa) -> None:
    done = run("zalo", "login", "--without-pkce", "--json", input=f"https://x.example.vn/?code={zalo.consent()}\n")
    assert done.exit_code == 0, done.output
    granted = json.loads(done.stdout)
    assert set(granted) == {"account_id", "access_until", "refresh_until"}
    assert "code_challenge" not in _asked(done.stderr)


def test_what_is_missing_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _key(run("zalo", "login", "--code", "abcdefgh12")) == "cli.zalo.not_asked"
    assert _key(run("zalo", "login", input="không có gì\n")) == "cli.zalo.no_code"
    monkeypatch.setenv("PUBLIC_URL", "")
    assert _key(run("zalo", "login")) == "cli.zalo.no_redirect"
    asked = _asked(run("zalo", "login", "--redirect", "https://khac.example.vn/ve", input="").stdout)
    assert asked["redirect_uri"] == ["https://khac.example.vn/ve"]
    monkeypatch.setenv("ZALO_OA_APP_SECRET", "")
    assert _key(run("zalo", "login")) == "cli.zalo.no_app"
    monkeypatch.setenv("ZALO_OA_APP_ID", "")
    assert _key(run("zalo", "status")) == "cli.zalo.no_app"


def test_status_says_that_consent_is_missing_and_ends_with_one(run: Run) -> None:
    status = run("zalo", "status")
    assert status.exit_code == 1 and "kehoach zalo login" in status.stdout
    facts = json.loads(run("zalo", "status", "--json").stdout)
    assert [state["state"] for state in facts["states"]] == ["no_consent"]


def test_doctor_speaks_of_the_tokens(run: Run, zalo: ZaloOa) -> None:
    def said() -> list[tuple[str, str]]:
        found = [json.loads(line) for line in run("doctor", "--json").stdout.splitlines()]
        return [(f["level"], f["text"]) for f in found if f["check"] == "zalo-oa"]

    assert any(level == "fault" and "kehoach zalo login" in text for level, text in said())
    run("zalo", "login", "--without-pkce", input=f"{zalo.consent()}\n")
    assert any(level == "ok" and "tự làm mới" in text for level, text in said())


def test_a_new_key_seals_and_status_still_reads(run: Run, zalo: ZaloOa, tmp_path: Path) -> None:
    run("zalo", "login", "--without-pkce", input=f"{zalo.consent()}\n")
    key = tmp_path / "data" / "sealing.key"
    before = key.read_bytes()
    changed = run("zalo", "new-key")
    assert changed.exit_code == 0 and str(key) in changed.stdout
    assert key.read_bytes() != before and before.strip() in key.read_bytes()
    assert run("zalo", "status").exit_code == 0
    key.unlink()
    assert run("zalo", "status").exit_code == 1
    assert _key(run("zalo", "new-key")) == "cli.zalo.key_lost"
