"""Updates pushed by the apps: what is refused, what is stored, and what the app is told."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tests.web.conftest import Site
from tests.web.front_desk import SECRET, SmallDesk

HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE: dict[str, Any] = {"update_id": 7, "message": {"message_id": 1, "text": "xin chào", "chat": {"id": 5}}}


async def push(site: Site, content: bytes | AsyncIterator[bytes] | None = None) -> httpx.Response:
    """Post a body as Telegram would, with the right secret."""
    body = json.dumps(UPDATE).encode() if content is None else content
    headers = {HEADER: SECRET, "Content-Type": "application/json"}
    async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
        return await client.post(f"{site.url}/webhooks/telegram", content=body, headers=headers)


async def test_an_authentic_update_is_stored_before_it_is_acknowledged(site: Site, desk: SmallDesk) -> None:
    answer = await push(site)
    assert answer.status_code == 200
    assert desk.of("telegram") == [UPDATE]


async def test_an_update_delivered_twice_is_acknowledged_twice_and_stored_once(site: Site, desk: SmallDesk) -> None:
    assert [(await push(site)).status_code for _ in range(2)] == [200, 200]
    assert desk.of("telegram") == [UPDATE]


@pytest.mark.parametrize("shown", [b"", b"sai", SECRET.encode() + b"x", SECRET.encode()[:-1], "mật-khẩu".encode()])
async def test_a_wrong_secret_is_refused_and_leaves_one_log_line_without_it(
    site: Site, desk: SmallDesk, shown: bytes
) -> None:
    with capture_logs() as lines:
        async with httpx.AsyncClient(trust_env=False) as client:
            headers = [(HEADER.encode(), shown)]
            answer = await client.post(f"{site.url}/webhooks/telegram", content=json.dumps(UPDATE), headers=headers)
    assert answer.status_code == 401
    assert desk.stored == {}
    assert [(line["event"], line["reason"]) for line in lines] == [("webhook refused", "wrong secret")]
    assert SECRET[:-1] not in str(lines) and (not shown or shown.decode() not in str(lines))


async def test_a_missing_secret_is_refused_and_leaves_one_log_line(site: Site, desk: SmallDesk) -> None:
    with capture_logs() as lines:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(f"{site.url}/webhooks/telegram", json=UPDATE)
    assert answer.status_code == 401
    assert desk.stored == {}
    assert [(line["event"], line["reason"]) for line in lines] == [("webhook refused", "no secret")]


async def test_a_body_of_ten_megabytes_is_refused_by_its_announced_length(site: Site, desk: SmallDesk) -> None:
    answer = await push(site, b"x" * 10_000_000)
    assert answer.status_code == 413
    assert desk.stored == {}


async def test_a_large_body_is_refused_before_it_was_sent(site: Site) -> None:
    """Only the head is sent: the answer must not wait for ten megabytes that may never come."""
    host, port = site.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /webhooks/telegram HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Length: 10000000\r\n\r\n"
    writer.write(head.encode())
    async with asyncio.timeout(5):
        assert b"413" in await reader.readline()
    writer.close()


async def test_a_chunked_body_is_counted_and_refused_before_its_end(site: Site, desk: SmallDesk) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'{"update_id": 7, "x": "'
        for _ in range(160):
            yield b"a" * 65_536

    answer = await push(site, endless())
    assert answer.status_code == 413
    assert desk.stored == {}


async def test_a_body_just_within_the_limit_is_taken(site: Site, desk: SmallDesk) -> None:
    update = {"update_id": 8, "x": "a" * (1_000_000 - 25)}
    body = json.dumps(update).encode()
    assert len(body) == 1_000_000
    assert (await push(site, body)).status_code == 200
    assert desk.of("telegram") == [update]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"khong phai json",
        b"[1, 2]",
        b'"chuoi"',
        b"null",
        b"\xff\xfe\x00rac",
        b'{"update_id": NaN}',
        b'{"update_id": 1e999}',
        b'{"update_id": 9, "text": "\\ud83d"}',
        b'{"update_id": 9, "text": "a\\u0000b"}',
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"9" * 5_000,
    ],
    ids=["empty", "words", "list", "string", "null", "bytes", "nan", "inf", "half", "nul", "deep", "long-number"],
)
async def test_an_unreadable_body_becomes_a_dead_letter_and_those_behind_it_are_served(
    site: Site, desk: SmallDesk, body: bytes
) -> None:
    assert (await push(site, body)).status_code == 200
    assert (await push(site)).status_code == 200
    dead, alive = desk.of("telegram")
    assert isinstance(dead, str) and "\0" not in dead and dead.encode("utf-8") is not None
    assert alive == UPDATE


async def test_a_backslash_before_u0000_is_an_ordinary_text(site: Site, desk: SmallDesk) -> None:
    update = {"update_id": 3, "text": "\\u0000"}
    assert (await push(site, json.dumps(update).encode())).status_code == 200
    assert desk.of("telegram") == [update]


async def test_the_app_is_asked_to_send_again_when_storing_fails(site: Site, desk: SmallDesk) -> None:
    desk.breaks = OSError("disk full while writing 'xin chào'")
    with capture_logs() as lines:
        answer = await push(site)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "xin chào" not in str(lines) + answer.text
    desk.breaks = None
    assert (await push(site)).status_code == 200
    assert desk.of("telegram") == [UPDATE]


@pytest.mark.parametrize("path", ["/webhooks/zalo-oa", "/webhooks/zalo-bot"])
async def test_an_app_that_is_not_set_up_is_not_found(site: Site, path: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(site.url + path, json={})
    assert answer.status_code == 404
    assert answer.json() == {"ok": False, "error": "not configured"}


async def test_telegram_without_a_secret_takes_no_webhooks(site: Site, desk: SmallDesk) -> None:
    desk.secrets.clear()
    assert (await push(site)).status_code == 404
    assert desk.stored == {}


async def test_zalo_bot_shows_its_secret_in_a_header_of_its_own(site: Site, desk: SmallDesk) -> None:
    desk.secrets["zalo-bot"] = SECRET
    async with httpx.AsyncClient(trust_env=False) as client:
        path = f"{site.url}/webhooks/zalo-bot"
        wrong = await client.post(path, json=UPDATE, headers={HEADER: SECRET})
        right = await client.post(path, json=UPDATE, headers={"X-Bot-Api-Secret-Token": SECRET})
    assert (wrong.status_code, right.status_code) == (401, 200)
    assert desk.of("zalo-bot") == [UPDATE]


async def test_webhooks_are_only_posted(site: Site) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{site.url}/webhooks/telegram")).status_code == 405
