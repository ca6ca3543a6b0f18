"""The client of Zalo's OAuth host: what it asks, what it makes of every answer, and that it never tells a secret."""

import json
import traceback
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_oauth import LONGEST_LIFE, USUAL_LIFE, OauthFailed, Proof, ZaloOauth, _pair
from tests.platforms.server import LoopThread, Server
from tests.platforms.zalo_oa import StandIn, ZaloOa

SECRETS = ("app-secret-made-up-1", "refresh-token-made-up-2", "code-made-up-3", "verifier-made-up-4")
APP_SECRET, REFRESH, CODE, VERIFIER = SECRETS


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def oauth(zalo: ZaloOa) -> AsyncIterator[ZaloOauth]:
    client = ZaloOauth(zalo.app_id, zalo.app_secret, zalo.oauth_url, answer_timeout=0.3)
    yield client
    await client.close()


async def _failure(work: Any) -> OauthFailed:
    with pytest.raises(OauthFailed) as caught:
        await work
    return caught.value


async def test_a_code_with_its_proof_gives_a_pair_and_the_pair_the_next(zalo: ZaloOa, oauth: ZaloOauth) -> None:
    proof = Proof.new()
    first = await oauth.exchange(zalo.consent(proof.verifier), proof)
    assert first.seconds == 90_000 and first.access and first.refresh
    second = await oauth.refresh(first.refresh)
    assert {first.access, first.refresh}.isdisjoint({second.access, second.refresh})
    assert (await _failure(oauth.refresh(first.refresh))).kind == "dead"
    assert first.access not in repr(first) and first.refresh not in repr(first)


async def test_a_code_without_a_proof_works_where_none_was_asked_for(zalo: ZaloOa, oauth: ZaloOauth) -> None:
    assert (await oauth.exchange(zalo.consent(), None)).refresh


async def test_a_code_is_refused_with_another_proof_or_a_second_time(zalo: ZaloOa, oauth: ZaloOauth) -> None:
    proof = Proof.new()
    assert (await _failure(oauth.exchange(zalo.consent(proof.verifier), Proof.new()))).kind == "refused"
    code = zalo.consent()
    await oauth.exchange(code, None)
    assert (await _failure(oauth.exchange(code, None))).kind == "refused"


def test_a_challenge_is_the_verifiers_sha256_in_url_safe_base64() -> None:
    # The example of RFC 7636, appendix B.
    proof = Proof("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert proof.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert 43 <= len(Proof.new().verifier) <= 128 and Proof.new() != Proof.new()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("reset_before", "unanswered"),
        ("reset_after", "unanswered"),
        ("hang", "unanswered"),
        ("hang_after", "unanswered"),
        ("server_error", "unanswered"),
        ("bad_gateway", "unanswered"),
        ("garbled", "unanswered"),
    ],
)
async def test_an_answer_that_is_none_may_have_been_one(zalo: ZaloOa, oauth: ZaloOauth, fault: str, kind: str) -> None:
    zalo.fault(fault, "oauth/access_token")
    assert (await _failure(oauth.refresh(zalo.tokens()["refresh_token"]))).kind == kind


async def test_without_a_connection_nothing_was_done() -> None:
    oauth = ZaloOauth("1", APP_SECRET, "http://127.0.0.1:9")
    failure = await _failure(oauth.refresh(REFRESH))
    assert failure.kind == "unreachable"
    await oauth.close()
    _tells_nothing(failure)


@pytest.mark.parametrize(
    "base", ["ftp://oauth.example.vn", "not an address", "http://[::1", "http://oauth.example.vn:99999"]
)
async def test_an_address_that_is_none_is_a_failure_as_others(base: str) -> None:
    oauth = ZaloOauth("1", APP_SECRET, base)
    failure = await _failure(oauth.refresh(REFRESH))
    assert failure.kind in ("unreachable", "unanswered")
    _tells_nothing(failure)
    await oauth.close()


class Answering:
    """A host that gives one answer, and notes what it was asked."""

    def __init__(self) -> None:
        self.status, self.body = 200, b"{}"
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, dict[str, str], str]] = []

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append((request.path_qs, dict(request.headers), (await request.read()).decode()))
        return web.Response(status=self.status, body=self.body, headers=self.headers)


@pytest.fixture
def host() -> Iterator[tuple[Answering, str]]:
    answering, thread = Answering(), LoopThread("oauth host")
    thread.start()
    server = Server(answering.handle)
    thread.submit(server.open()).result(timeout=10)
    yield answering, server.url
    thread.submit(server.close()).result(timeout=10)
    thread.stop()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"error": -14014, "error_name": "Invalid refresh token"}, "dead"),
        ({"error": "-118", "message": "expired"}, "dead"),
        ({"error": -14002, "error_description": "app"}, "inactive"),
        ({"error": -14003}, "redirect"),
        ({"error": -14020}, "refused"),
        ({"error": -1, "error_name": f"bad {REFRESH} of {APP_SECRET}"}, "refused"),
    ],
)
async def test_an_error_inside_200_is_told_by_its_number_and_repeats_no_secret(
    host: tuple[Answering, str], answer: dict[str, Any], kind: str
) -> None:
    answering, url = host
    answering.body = json.dumps(answer).encode()
    oauth = ZaloOauth("1", APP_SECRET, url)
    failure = await _failure(oauth.refresh(REFRESH))
    await oauth.close()
    assert failure.kind == kind
    _tells_nothing(failure)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(429, "unreachable"), (503, "unreachable"), (302, "refused"), (403, "refused"), (502, "unanswered")],
)
async def test_a_status_without_a_body_is_told_by_itself(host: tuple[Answering, str], status: int, kind: str) -> None:
    answering, url = host
    answering.status, answering.body, answering.headers = status, b"", {"Location": f"{url}/elsewhere"}
    oauth = ZaloOauth("1", APP_SECRET, url)
    assert (await _failure(oauth.refresh(REFRESH))).kind == kind
    await oauth.close()
    assert len(answering.asked) == 1, "the secret follows no redirect"


async def test_the_secret_goes_as_a_header_and_nothing_into_the_address(host: tuple[Answering, str]) -> None:
    answering, url = host
    answering.body = json.dumps({"access_token": "a", "refresh_token": "r", "expires_in": "3600"}).encode()
    oauth = ZaloOauth("42", APP_SECRET, url + "/")
    await oauth.exchange(CODE, Proof(VERIFIER))
    await oauth.close()
    ((path, headers, body),) = answering.asked
    assert path == "/v4/oa/access_token" and headers["secret_key"] == APP_SECRET
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert body == f"app_id=42&grant_type=authorization_code&code={CODE}&code_verifier={VERIFIER}"


async def test_a_first_pair_without_a_refresh_token_is_none(host: tuple[Answering, str]) -> None:
    answering, url = host
    answering.body = json.dumps({"access_token": "a", "expires_in": "3600"}).encode()
    oauth = ZaloOauth("42", APP_SECRET, url)
    assert (await _failure(oauth.exchange(CODE, None))).kind == "refused"
    assert (await oauth.refresh(REFRESH)).refresh == ""
    await oauth.close()


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("90000", 90_000), (3600, 3600), ("", USUAL_LIFE), (None, USUAL_LIFE), ("soon", USUAL_LIFE), (-5, USUAL_LIFE),
     ("99999999999", LONGEST_LIFE), (1, 60), ([], USUAL_LIFE), (float("inf"), USUAL_LIFE)],
)  # fmt: skip
def test_a_life_is_read_leniently(said: Any, seconds: int) -> None:
    body = json.dumps({"access_token": "a", "refresh_token": "r", "expires_in": said}).encode()
    assert _pair(200, body, ()).seconds == seconds


@given(st.integers(100, 599), st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_answer_is_a_pair_or_a_failure_by_name(status: int, body: bytes) -> None:
    with pytest.raises(OauthFailed):
        _pair(status, body, SECRETS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(SECRETS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
ANSWERS = st.dictionaries(
    st.sampled_from(
        ["error", "error_name", "error_description", "message", "access_token", "refresh_token", "expires_in"]
    ),
    JSON,
)


@given(st.integers(100, 599), ANSWERS)
def test_no_failure_repeats_what_was_sent(status: int, answer: dict[str, Any]) -> None:
    try:
        pair = _pair(status, json.dumps(answer).encode(), SECRETS)
    except OauthFailed as failure:
        _tells_nothing(failure)
    else:
        assert not any(secret in repr(pair) for secret in SECRETS)


def _tells_nothing(failure: BaseException) -> None:
    told = "".join(traceback.format_exception(failure)) + repr(failure) + str(failure)
    assert not any(secret in told for secret in SECRETS)
    seen: list[BaseException] = []
    following: BaseException | None = failure
    while following is not None and following not in seen:
        seen.append(following)
        # The library's own exceptions carry the request, and in it the tokens.
        assert not hasattr(following, "request")
        following = following.__cause__ or following.__context__
