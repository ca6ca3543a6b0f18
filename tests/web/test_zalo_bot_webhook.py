"""What Zalo pushes for a bot: both forms of a body, its trials, its secret."""

import json
from typing import Any

import httpx
import pytest

from bot.channels.zalo_bot_updates import update_id
from tests.web.conftest import Site
from tests.web.front_desk import SmallDesk

SECRET = "mot-bi-mat-cua-zalo-bot"
HEADER = "X-Bot-Api-Secret-Token"
BARE: dict[str, Any] = {
    "event_name": "message.text.received",
    "message": {
        "from": {"id": "lan", "display_name": "Lan"},
        "chat": {"id": "lan", "chat_type": "PRIVATE"},
        "text": "xin chào",
        "message_id": "m1",
        "date": 1764000000000,
    },
}
ENVELOPED = {"ok": True, "result": BARE}
TRIAL = {"event_name": "webhook.test", "message": {"date": 1, "message_id": "webhook-test", "text": "test"}}


@pytest.fixture(autouse=True)
def _configured(desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.secrets["zalo-bot"] = SECRET
    monkeypatch.setattr(desk, "_id", lambda _, raw: raw if isinstance(raw, str) else update_id(raw))


async def push(site: Site, body: Any, secret: str | None = SECRET) -> int:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with httpx.AsyncClient(trust_env=False) as client:
        headers = {} if secret is None else {HEADER: secret}
        return (await client.post(f"{site.url}/webhooks/zalo-bot", content=content, headers=headers)).status_code


async def test_both_forms_of_a_body_are_one_update(site: Site, desk: SmallDesk) -> None:
    assert [await push(site, body) for body in (BARE, ENVELOPED, BARE)] == [200, 200, 200]
    assert desk.of("zalo-bot") == [BARE]


@pytest.mark.parametrize("body", [b"", b"  \n", TRIAL, {"ok": True, "result": TRIAL}])
async def test_a_trial_with_the_secret_is_answered_and_kept_nowhere(site: Site, desk: SmallDesk, body: Any) -> None:
    assert await push(site, body) == 200
    assert desk.stored == {}


@pytest.mark.parametrize("body", [b"", TRIAL, BARE])
@pytest.mark.parametrize("secret", [None, "", "sai", SECRET[:-1]])
async def test_without_the_secret_everything_is_refused(
    site: Site, desk: SmallDesk, body: Any, secret: str | None
) -> None:
    assert await push(site, body, secret) == 401
    assert desk.stored == {}


async def test_what_cannot_be_read_is_kept_as_it_came(site: Site, desk: SmallDesk) -> None:
    assert await push(site, b"[1, 2") == 200
    assert desk.of("zalo-bot") == ["[1, 2"]


async def test_what_cannot_be_stored_is_sent_again(site: Site, desk: SmallDesk) -> None:
    desk.breaks = OSError("disk full")
    assert await push(site, BARE) == 503


async def test_where_there_is_no_secret_there_is_no_webhook(site: Site, desk: SmallDesk) -> None:
    desk.secrets.clear()
    assert await push(site, BARE) == 404
