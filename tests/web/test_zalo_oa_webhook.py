"""Calls of Zalo OA: the probe, the signature, what is stored, and what Zalo is told."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.channels.zalo_signature import Signatures
from tests.web.conftest import Site, open_site
from tests.web.front_desk import SmallDesk

APP, KEY = "300001", "a-key-that-signs-nothing-real"


@pytest.fixture
def desk() -> SmallDesk:
    made = SmallDesk()
    made.signatures = Signatures(APP, KEY, "")
    return made


@pytest.fixture
async def site(desk: SmallDesk) -> AsyncIterator[Site]:
    async with open_site(desk) as running:
        yield running


def event(desk: SmallDesk, number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "app_id": APP,
        "event_name": "user_send_text",
        "sender": {"id": "42"},
        "recipient": {"id": "9"},
        "timestamp": str(int(desk.time.timestamp() * 1000)),
        "message": {"msg_id": f"m-{number}", "text": "Xin chào"},
    } | more


def signature(body: bytes, stamp: str, key: str = KEY) -> dict[str, str]:
    mac = hashlib.sha256(APP.encode() + body + stamp.encode() + key.encode()).hexdigest()
    return {"X-ZEvent-Signature": f"mac={mac}"}


async def push(site: Site, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
        return await client.post(f"{site.url}/webhooks/zalo-oa", content=body, headers=headers or {})


async def push_signed(site: Site, raw: dict[str, Any]) -> httpx.Response:
    body = json.dumps(raw, ensure_ascii=False).encode()
    return await push(site, body, signature(body, raw["timestamp"]))


async def test_a_signed_event_is_stored_once_and_answered(site: Site, desk: SmallDesk) -> None:
    for _ in range(2):
        answer = await push_signed(site, event(desk))
        assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert desk.of("zalo-oa") == [event(desk)]


@pytest.mark.parametrize("body", [b"{}", b" {} \n", b""])
async def test_the_unsigned_probe_is_answered_and_leaves_nothing(site: Site, desk: SmallDesk, body: bytes) -> None:
    with capture_logs() as lines:
        assert (await push(site, body)).status_code == 200
    assert desk.stored == {} and lines == []


async def test_an_unsigned_event_is_refused(site: Site, desk: SmallDesk) -> None:
    with capture_logs() as lines:
        answer = await push(site, json.dumps(event(desk)).encode())
    assert answer.status_code == 401
    assert desk.stored == {}
    assert [(line["event"], line["reason"]) for line in lines] == [("webhook refused", "missing signature")]


async def test_a_small_unsigned_body_is_refused_too(site: Site, desk: SmallDesk) -> None:
    assert (await push(site, b'{"a": 1}')).status_code == 401
    assert desk.stored == {}


async def test_a_wrong_signature_is_refused_and_tells_nothing(site: Site, desk: SmallDesk) -> None:
    raw = event(desk)
    body = json.dumps(raw).encode()
    with capture_logs() as lines:
        answer = await push(site, body, signature(body, raw["timestamp"], "guess"))
    assert (answer.status_code, answer.json()) == (401, {"ok": False, "error": "unauthorized"})
    assert desk.stored == {}
    assert lines[0]["reason"] == "wrong signature" and KEY not in str(lines)


async def test_an_event_of_last_week_played_back_is_refused(site: Site, desk: SmallDesk) -> None:
    week = int(desk.time.timestamp() * 1000) - 7 * 86_400_000
    with capture_logs() as lines:
        assert (await push_signed(site, event(desk, timestamp=str(week)))).status_code == 401
    assert lines[0]["reason"] == "stale signature"


async def test_a_signed_body_that_cannot_be_read_becomes_a_dead_letter(site: Site, desk: SmallDesk) -> None:
    stamp = str(int(desk.time.timestamp() * 1000))
    body = b"[1, 2"
    answer = await push(site, body, {**signature(body, stamp), "X-ZEvent-Timestamp": stamp})
    assert answer.status_code == 200
    assert desk.of("zalo-oa") == ["[1, 2"]


async def test_zalo_is_asked_to_send_again_when_storing_fails(site: Site, desk: SmallDesk) -> None:
    desk.breaks = OSError("disk full while writing 'xin chào'")
    with capture_logs() as lines:
        answer = await push_signed(site, event(desk))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "xin chào" not in str(lines) + answer.text
    desk.breaks = None
    assert (await push_signed(site, event(desk))).status_code == 200
    assert desk.of("zalo-oa") == [event(desk)]


async def test_what_is_not_stored_in_time_is_asked_for_again(site: Site, desk: SmallDesk) -> None:
    desk.is_stuck = True
    assert (await push_signed(site, event(desk))).status_code == 503


async def test_a_body_that_is_too_large_is_refused(site: Site, desk: SmallDesk) -> None:
    raw = event(desk, note="a" * 300_000)
    assert (await push_signed(site, raw)).status_code == 413
    assert desk.stored == {}


async def test_a_large_unsigned_body_is_refused_before_it_was_sent(site: Site) -> None:
    host, port = site.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /webhooks/zalo-oa HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n")
    async with asyncio.timeout(5):
        assert b"401" in await reader.readline()
    writer.close()


async def test_without_a_secret_nothing_is_taken(site: Site, desk: SmallDesk) -> None:
    desk.signatures = None
    assert (await push(site, b"{}")).status_code == 404
