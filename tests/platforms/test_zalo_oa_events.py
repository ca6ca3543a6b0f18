"""What the webhook is told, how it is signed, and how long it is tried."""

import json

import pytest

from tests.platforms.zalo_oa import ZaloOa
from tests.platforms.zalo_oa.client import fits
from tests.platforms.zalo_oa.receiver import Receiver

LADDER = (30, 300, 900, 1_800, 3_600)


async def test_the_console_probes_the_address_with_an_unsigned_empty_object(zalo: ZaloOa) -> None:
    async with Receiver() as webhook:
        assert await zalo.set_webhook(webhook.url) == 200
        [probe] = webhook.taken
        assert probe.body == b"{}"
        assert "X-ZEvent-Signature" not in probe.headers
        assert zalo.webhook()["url"] == webhook.url


async def test_an_address_that_does_not_answer_the_probe_is_not_set(zalo: ZaloOa) -> None:
    async with Receiver(401) as webhook:
        assert await zalo.set_webhook(webhook.url) == 401
        assert zalo.webhook()["url"] == ""


async def test_a_text_comes_in_the_recorded_shape(zalo: ZaloOa) -> None:
    dan = zalo.user("Dân")
    async with Receiver() as webhook:
        await zalo.set_webhook(webhook.url)
        dan.says("Xin chào, tôi hỏi về kế hoạch")
        await zalo.wait_until_taken()
        event = webhook.events[-1]
    assert set(event) == {
        "app_id", "user_id_by_app", "event_name", "timestamp", "sender", "recipient", "message"
    }  # fmt: skip
    assert (event["event_name"], event["app_id"]) == ("user_send_text", zalo.app_id)
    assert (event["sender"], event["recipient"]) == ({"id": dan.id}, {"id": zalo.oa_id})
    assert event["message"]["text"] == "Xin chào, tôi hỏi về kế hoạch"
    assert len(event["timestamp"]) == 13 and event["timestamp"].isdigit()
    assert isinstance(event["message"]["msg_id"], str)
    assert "Dân" not in json.dumps(event, ensure_ascii=False)


@pytest.mark.parametrize("has_prefix", [True, False])
@pytest.mark.parametrize("timestamp", ["body", "header"])
@pytest.mark.parametrize("first", ["app_id", "oa_id"])
@pytest.mark.parametrize("secret", ["oa", "app"])
async def test_an_event_is_signed_by_each_variant(
    zalo: ZaloOa, has_prefix: bool, timestamp: str, first: str, secret: str
) -> None:
    zalo.signing(has_prefix=has_prefix, timestamp=timestamp, first=first, secret=secret)
    async with Receiver() as webhook:
        await zalo.set_webhook(webhook.url)
        zalo.user().says("Chữ có dấu")
        await zalo.wait_until_taken()
        taken = webhook.taken[-1]
    header = taken.headers["X-ZEvent-Signature"]
    signed_at = taken.headers["X-ZEvent-Timestamp"] if timestamp == "header" else taken.event["timestamp"]
    begins = zalo.app_id if first == "app_id" else zalo.oa_id
    key = zalo.secret_key if secret == "oa" else zalo.app_secret
    assert header.startswith("mac=") == has_prefix
    assert fits(header, taken.body, signed_at, begins, key)
    assert not fits(header, taken.body + b" ", signed_at, begins, key)
