"""What the webhook is told, how it is signed, and how long it is tried."""

import hashlib
import json

import httpx
import pytest

from tests.platforms.zalo_oa import NotPossible, ZaloOa
from tests.platforms.zalo_oa.client import Client, fits, request_info
from tests.platforms.zalo_oa.receiver import CUT, SILENT, Receiver

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


async def test_a_signature_can_be_missing_or_wrong(zalo: ZaloOa) -> None:
    async with Receiver() as webhook:
        await zalo.set_webhook(webhook.url)
        zalo.signing(is_on=False)
        zalo.user().says("Không ký")
        await zalo.wait_until_taken()
        assert "X-ZEvent-Signature" not in webhook.taken[-1].headers
        zalo.signing(is_on=True, is_wrong=True)
        zalo.user().says("Ký sai")
        await zalo.wait_until_taken()
        taken = webhook.taken[-1]
    header = taken.headers["X-ZEvent-Signature"]
    assert not fits(header, taken.body, taken.event["timestamp"], zalo.app_id, zalo.secret_key)


async def test_a_body_of_ones_own_can_be_signed(zalo: ZaloOa) -> None:
    body = '{"event_name":"user_send_text","timestamp":"1","văn":"bản"}'.encode()
    assert fits(zalo.signature(body, "1"), body, "1", zalo.app_id, zalo.secret_key)


async def test_what_people_send_comes_with_a_public_address_of_the_file(zalo: ZaloOa) -> None:
    dan = zalo.user()
    dan.sends_image(b"\xff\xd8\xffanh", text="Ổ gà trước cổng trường")
    dan.sends_file("báo cáo.docx", b"PK\x03\x04docx")
    dan.sends_voice(b"\xff\xf1aac")
    dan.sends_sticker()
    image, file, voice, sticker = [event["body"] for event in zalo.events()]
    assert [e["event_name"] for e in (image, file, voice, sticker)] == [
        "user_send_image",
        "user_send_file",
        "user_send_audio",
        "user_send_sticker",
    ]
    assert image["message"]["text"] == "Ổ gà trước cổng trường"
    [attached] = image["message"]["attachments"]
    assert (attached["type"], set(attached["payload"])) == ("image", {"thumbnail", "url"})
    async with httpx.AsyncClient() as http:
        assert (await http.get(attached["payload"]["url"])).content == b"\xff\xd8\xffanh"
        payload = file["message"]["attachments"][0]["payload"]
        assert (payload["name"], payload["size"], payload["type"]) == ("báo cáo.docx", "8", "docx")
        assert payload["checksum"] == hashlib.md5(b"PK\x03\x04docx", usedforsecurity=False).hexdigest()
        assert (await http.get(payload["url"])).content == b"PK\x03\x04docx"
        zalo.lose_files()
        assert (await http.get(payload["url"])).status_code == 404
    assert voice["message"]["attachments"][0]["payload"]["url"].endswith("/voice.aac")
    assert sticker["message"]["attachments"][0]["payload"]["id"]


async def test_a_place_and_a_link_come_as_attachments(zalo: ZaloOa) -> None:
    dan = zalo.user()
    dan.sends_location(20.5, 106.25)
    dan.sends_link("https://example.com/quy-hoach")
    place, link = [event["body"]["message"]["attachments"][0] for event in zalo.events()]
    assert place == {"type": "location", "payload": {"coordinates": {"latitude": "20.5", "longitude": "106.25"}}}
    assert (link["type"], link["payload"]["url"]) == ("link", "https://example.com/quy-hoach")


async def test_a_follow_has_a_follower_and_no_sender(zalo: ZaloOa) -> None:
    dan = zalo.user(follows=False)
    dan.follows()
    dan.unfollows()
    events = [event["body"] for event in zalo.events()]
    assert [e["event_name"] for e in events] == ["follow", "unfollow"]
    for event in events:
        assert event["follower"] == {"id": dan.id}
        assert "sender" not in event and "message" not in event


@pytest.mark.parametrize("old_shape", [False, True])
async def test_a_form_comes_in_the_newer_and_the_older_shape(zalo: ZaloOa, oa: Client, old_shape: bool) -> None:
    dan = zalo.user("Dân")
    with pytest.raises(NotPossible, match="not asked"):
        dan.submits("84912345678")
    await oa.send(dan.id, request_info(title="Liên hệ", subtitle="Số điện thoại"))
    dan.submits("84912345678", city="Hải Phòng", ward="Xã Bắc", address="Thôn 3", old_shape=old_shape)
    event = zalo.events()[-1]["body"]
    assert (event["event_name"], event["sender"]) == ("user_submit_info", {"id": dan.id})
    info = event["info"]
    assert (info["name"], info["phone"]) == ("Dân", "84912345678")
    if old_shape:
        assert (info["address"], info["city"], info["ward"]) == ("Thôn 3", "Hải Phòng", "Xã Bắc")
    else:
        assert info["full_address"] == {"user_city": "Hải Phòng", "user_ward": "Xã Bắc", "user_address": "Thôn 3"}
    with pytest.raises(NotPossible, match="form has no"):
        dan.submits("84912345678", salary="1")


async def test_sending_is_echoed_told_as_received_and_told_as_seen_where_switched_on(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    await oa.say(dan.id, "Không báo")
    dan.unread()
    assert zalo.events() == []
    zalo.receipts(received=True, seen=True, echoes=True)
    sent = await oa.say(dan.id, "Có báo")
    dan.unread()
    echo, received, seen = [event["body"] for event in zalo.events()]
    assert (echo["event_name"], echo["message"]["text"]) == ("oa_send_text", "Có báo")
    assert (received["event_name"], received["message"]["msg_id"]) == ("user_received_message", sent)
    assert received["message"]["delivery_time"].isdigit()
    assert (seen["event_name"], seen["message"]["msg_ids"]) == ("user_seen_message", [sent])
    for event in (echo, received, seen):
        assert (event["sender"], event["recipient"]) == ({"id": zalo.oa_id}, {"id": dan.id})
    zalo.do("answers_by_hand", user=dan.id, text="Cán bộ trả lời")
    assert zalo.events()[-1]["body"]["sender"]["admin_id"] == "admin-1"
    assert dan.unread()[-1].text == "Cán bộ trả lời"


async def test_a_data_right_is_told_under_any_name(zalo: ZaloOa) -> None:
    dan = zalo.user()
    dan.uses_data_right()
    dan.uses_data_right(event_name="user_revoke_consent")
    first, second = [event["body"] for event in zalo.events()]
    assert first["sender"] == {"id": dan.id} and first["event_name"]
    assert second["event_name"] == "user_revoke_consent"


async def test_an_event_is_tried_again_by_the_ladder_and_then_lost(zalo: ZaloOa) -> None:
    async with Receiver() as webhook:
        await zalo.set_webhook(webhook.url)
        webhook.answers(500, 401, 404, CUT, 204, 500)
        event = zalo.user().says("Có ai không")
        for number, step in enumerate(LADDER, 1):
            assert len((await zalo.wait_for_attempts(event, number))["attempts"]) == number
            zalo.advance(step - 5)
            assert len(webhook.taken) == number + 1
            zalo.advance(6)
        tried = await zalo.wait_for_attempts(event, 6)
        assert tried["state"] == "lost"
        assert [a["outcome"] for a in tried["attempts"]] == [*["refused"] * 3, "broken", *["refused"] * 2]
        assert [t.headers.get("num_retry") for t in webhook.taken[1:]] == [None, "1", "2", "3", "4", "5"]
        assert len({t.body for t in webhook.taken[1:]}) == 1
        assert zalo.webhook() == {"url": webhook.url, "disabled": True, "pending": 0}
        zalo.user().says("Khi đã tắt")
        assert zalo.events()[-1]["state"] == "lost"
        zalo.enable_webhook()
        zalo.user().says("Khi đã bật lại")
        await zalo.wait_until_taken()
        assert webhook.events[-1]["message"]["text"] == "Khi đã bật lại"


async def test_a_retry_that_is_taken_ends_the_ladder(zalo: ZaloOa) -> None:
    async with Receiver() as webhook:
        await zalo.set_webhook(webhook.url)
        webhook.answers(503)
        event = zalo.user().says("Chào")
        await zalo.wait_for_attempts(event, 1)
        assert zalo.pending() == 1
        zalo.advance(31)
        await zalo.wait_until_taken()
        assert [a["outcome"] for a in zalo.events()[-1]["attempts"]] == ["refused", "taken"]


async def test_an_answer_after_the_deadline_counts_as_none(zalo: ZaloOa) -> None:
    async with Receiver() as webhook:
        await zalo.set_webhook(webhook.url)
        webhook.answers(SILENT)
        zalo.pushing(deadline=0.05)
        event = zalo.user().says("Chào")
        assert (await zalo.wait_for_attempts(event, 1))["attempts"][0]["outcome"] == "late"
        assert zalo.pushes()["outcomes"] == {"late": 1}


async def test_events_come_again_and_out_of_order_on_demand(zalo: ZaloOa) -> None:
    dan = zalo.user()
    async with Receiver() as webhook:
        await zalo.set_webhook(webhook.url)
        zalo.hold_events()
        for text in ("một", "hai", "ba"):
            last = dan.says(text)
        zalo.let_events_go([2, 0, 1])
        await zalo.wait_until_taken()
        assert [e["message"]["text"] for e in webhook.events[1:]] == ["ba", "một", "hai"]
        zalo.redeliver(last, times=5)
        await zalo.wait_until_taken()
        assert [t.body for t in webhook.taken[4:]] == [webhook.taken[1].body] * 5
        zalo.redeliver(last, times=3, at_once=True)
        await zalo.wait_until_taken()
        assert [t.body for t in webhook.taken[9:]] == [webhook.taken[1].body] * 3
        zalo.hold_events()
        dan.says("bốn")
        dan.says("năm")
        zalo.let_events_go()
        await zalo.wait_until_taken()
        assert [e["message"]["text"] for e in webhook.events[-2:]] == ["năm", "bốn"]


async def test_one_that_fails_holds_nobody_up(zalo: ZaloOa) -> None:
    dan = zalo.user()
    async with Receiver() as webhook:
        await zalo.set_webhook(webhook.url)
        webhook.answers(500)
        first = dan.says("một")
        second = dan.says("hai")
        await zalo.wait_for_attempts(second, 1)
        assert [event["state"] for event in zalo.events(first)] == ["waiting", "taken"]
        zalo.advance(31)
        await zalo.wait_until_taken()
        assert [e["message"]["text"] for e in webhook.events[1:]] == ["một", "hai", "một"]


async def test_what_happened_before_the_webhook_was_set_is_pushed_when_it_is(zalo: ZaloOa) -> None:
    dan = zalo.user()
    dan.says("sớm")
    assert zalo.pending() == 1
    async with Receiver() as webhook:
        assert zalo.enter_webhook(webhook.url, probe=False) == 200
        await zalo.wait_until_taken()
        assert [e["message"]["text"] for e in webhook.events] == ["sớm"]


async def test_any_body_can_be_pushed(zalo: ZaloOa) -> None:
    async with Receiver() as webhook:
        await zalo.set_webhook(webhook.url)
        zalo.inject({"event_name": "user_send_telepathy", "timestamp": "5", "sender": {"id": "7"}})
        zalo.inject(["không", "phải", "sự kiện"])
        zalo.inject_raw(b'{"event_name": "user_se')
        await zalo.wait_until_taken()
        bodies = {taken.body for taken in webhook.taken}
        assert b'{"event_name":"user_send_telepathy","timestamp":"5","sender":{"id":"7"}}' in bodies
        assert b'{"event_name": "user_se' in bodies
        assert zalo.events()[-1]["body"] == '{"event_name": "user_se'


async def test_bodies_can_be_ascii(zalo: ZaloOa) -> None:
    async with Receiver() as webhook:
        await zalo.set_webhook(webhook.url)
        zalo.pushing(escapes=True)
        zalo.user().says("Đường làng")
        await zalo.wait_until_taken()
        assert webhook.taken[-1].body.isascii()
        assert webhook.events[-1]["message"]["text"] == "Đường làng"


async def test_many_people_write_at_once_and_each_in_order(zalo: ZaloOa) -> None:
    async with Receiver() as webhook:
        await zalo.set_webhook(webhook.url)
        told = zalo.flood(60, 6, "tin {n}")
        await zalo.wait_until_taken()
        assert len(webhook.taken) == 61
        for number, user in enumerate(told["users"]):
            said = [e["message"]["text"] for e in webhook.events[1:] if e["sender"]["id"] == user]
            assert said == [f"tin {n}" for n in range(number, 60, 6)]
