"""What the account sends and what a person sees of it."""

import unicodedata
from typing import Any

import httpx
import pytest

from tests.platforms.zalo_oa import NotPossible, ZaloOa
from tests.platforms.zalo_oa.client import Client, document, media, refused, request_info

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
GIF = b"GIF89a" + b"x" * 100


async def test_a_person_reads_what_the_account_writes(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user("Dân")
    sent = await oa.say(dan.id, "Chào anh/chị")
    [seen] = dan.unread()
    assert (seen.text, seen.message_id, seen.sender, seen.kind) == ("Chào anh/chị", sent, "oa", "text")
    assert dan.unread() == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ă" * 2_000, 0),
        ("ă" * 2_001, -210),
        ("🌷" * 1_000, 0),
        ("🌷" * 1_001, -210),
        (" \n ", -201),
        ("", -201),
        (unicodedata.normalize("NFD", "ắ" * 1_000), -210),
    ],
    ids=["2000", "2001", "1000 of two units", "1001 of two units", "only space", "none", "decomposed"],
)
async def test_a_text_has_1_to_2000_units(zalo: ZaloOa, oa: Client, text: str, code: int) -> None:
    dan = zalo.user()
    assert await refused(oa.say(dan.id, text)) == code
    assert len(dan.messages()) == (code == 0)


async def test_an_answer_has_the_recorded_shape(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    body = {"recipient": {"user_id": dan.id}, "message": {"text": "Chào", "quote_message_id": "m1"}}
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{zalo.url}/v3.0/oa/message/cs", json=body, headers={"access_token": oa.access})
        bearer = await http.post(
            f"{zalo.url}/v3.0/oa/message/cs", json=body, headers={"Authorization": f"Bearer {oa.access}"}
        )
    [seen] = dan.unread()
    assert answer.json() == {
        "data": {"message_id": seen.message_id, "user_id": dan.id},
        "error": 0,
        "message": "Success",
    }
    assert seen.quote == "m1"
    assert (bearer.status_code, bearer.json()["error"]) == (200, -216)


async def test_a_picture_is_uploaded_and_then_sent_with_words(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    handle = await oa.upload("image", "biểu đồ.png", PNG)
    await oa.send(dan.id, media("image", "Tiến độ tuần này", attachment_id=handle))
    await oa.send(dan.id, media("image", url="https://example.com/anh/a.jpg?x=1"))
    uploaded, linked = dan.unread()
    assert (uploaded.kind, uploaded.text, zalo.file(uploaded)) == ("image", "Tiến độ tuần này", PNG)
    assert uploaded.file is not None and uploaded.file["name"] == "biểu đồ.png"
    assert linked.file is not None and (linked.file["name"], linked.file["id"]) == ("a.jpg", "")
    with pytest.raises(NotPossible):
        zalo.file(linked)


async def test_a_file_is_uploaded_and_sent_without_words(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    token = await oa.upload("file", "báo cáo.pdf", b"%PDF-1.7")
    await oa.send(dan.id, document(token))
    [seen] = dan.unread()
    assert (seen.kind, zalo.file(seen)) == ("file", b"%PDF-1.7")
    assert await refused(oa.send(dan.id, {"text": "Đây ạ", **document(token)})) == -201


async def test_a_moving_picture_says_its_size_and_a_sticker_its_id(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    handle = await oa.upload("gif", "a.gif", GIF)
    assert await refused(oa.send(dan.id, media("gif", attachment_id=handle))) == -201
    await oa.send(dan.id, media("gif", attachment_id=handle, width=10, height=20))
    await oa.send(dan.id, media("sticker", attachment_id="bfe458bf64fa8da4d4eb"))
    assert [seen.kind for seen in dan.unread()] == ["gif", "sticker"]


@pytest.mark.parametrize(
    ("kind", "name", "content", "code"),
    [
        ("image", "a.png", PNG + b"x" * 2**20, -210),
        ("image", "a.png", b"RIFFwebp", -201),
        ("image", "a.png", b"", -201),
        ("gif", "a.gif", PNG, -201),
        ("file", "a.xlsx", b"PK\x03\x04", -201),
        ("file", "a.docx", b"PK\x03\x04", 0),
        ("file", "a.pdf", b"%PDF" + b"x" * 5 * 2**20, -210),
    ],
    ids=["picture of 1 MB", "no picture", "empty", "no gif", "a sheet", "a document", "5 MB"],
)
async def test_uploads_have_kinds_and_sizes(
    zalo: ZaloOa, oa: Client, kind: str, name: str, content: bytes, code: int
) -> None:
    assert await refused(oa.upload(kind, name, content)) == code


async def test_a_handle_works_for_seven_days_and_for_its_own_kind(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    handle = await oa.upload("image", "a.png", PNG)
    assert await refused(oa.send(dan.id, document(handle))) == -201
    assert await refused(oa.send(dan.id, media("image", attachment_id="made up"))) == -201
    zalo.do("spoil_uploads")
    assert await refused(oa.send(dan.id, media("image", attachment_id=handle))) == -100
    zalo.quotas(uploads=0)
    assert await refused(oa.upload("image", "a.png", PNG)) == -211


async def test_a_person_is_asked_for_their_details(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    asked = {"title": "Thông tin liên hệ", "subtitle": "Để cán bộ gọi lại", "image_url": "https://example.com/a.png"}
    await oa.send(dan.id, request_info(**asked))
    [seen] = dan.unread()
    assert (seen.kind, seen.title, seen.text) == ("request_info", "Thông tin liên hệ", "Để cán bộ gọi lại")
    assert await refused(oa.send(dan.id, request_info(**{**asked, "title": "x" * 101}))) == -210
    assert await refused(oa.send(dan.id, request_info(**{**asked, "subtitle": "x" * 501}))) == -210
    assert await refused(oa.send(dan.id, request_info(title="Thiếu"))) == -201
    two = request_info(**asked)
    two["attachment"]["payload"]["elements"] *= 2
    assert await refused(oa.send(dan.id, two)) == -201


@pytest.mark.parametrize(
    "message",
    [
        "chữ",
        {"text": 7},
        {"attachment": []},
        {"attachment": {"type": "file", "payload": {"token": ["x"]}}},
        {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": []}}},
        {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": [{}, {}]}}},
        {"attachment": {"type": "audio", "payload": {}}},
        {"attachment": {"type": "template", "payload": {"template_type": "carousel"}}},
    ],
)
async def test_a_message_of_another_form_is_refused(zalo: ZaloOa, oa: Client, message: Any) -> None:
    dan = zalo.user()
    assert await refused(oa.send(dan.id, message)) in (-201, -233)
    assert dan.messages() == []


async def test_buttons_pass_only_where_they_are_switched_on(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    buttons = [
        {"title": "Đồng ý", "type": "oa.query.show", "payload": "dong y"},
        {"title": "Thôi", "type": "oa.query.hide", "payload": "#thoi"},
        {"title": "Trang", "type": "oa.open.url", "payload": {"url": "https://example.com"}},
    ]
    message = {"text": "Xác nhận?", "attachment": {"type": "template", "payload": {"buttons": buttons}}}
    assert await refused(oa.send(dan.id, message)) == -233
    zalo.account(buttons=True)
    await oa.send(dan.id, message)
    [seen] = dan.unread()
    assert (seen.text, seen.labels) == ("Xác nhận?", ["Đồng ý", "Thôi", "Trang"])
    dan.taps("Đồng ý")
    assert zalo.events()[-1]["body"]["message"]["text"] == "dong y"
    assert zalo.events()[-1]["body"]["event_name"] == "user_send_text"
    dan.taps("Thôi")
    assert zalo.events()[-1]["body"]["message"]["text"] == "#thoi"
    assert [seen.text for seen in zalo.everything(dan.id)] == ["Xác nhận?", "dong y"]
    assert dan.taps("Trang") == {"opened": {"url": "https://example.com"}}
    with pytest.raises(NotPossible, match="no button"):
        dan.taps("Không")
    message["attachment"]["payload"]["buttons"] = buttons * 3  # type: ignore[index]
    assert await refused(oa.send(dan.id, message)) == -201


async def test_a_message_is_free_for_48_hours_billed_for_seven_days_and_then_refused(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    for hours, code in ((47, 0), (49, 0), (167, 0), (169, -230)):
        dan.silent_for(hours * 3_600)
        assert await refused(oa.say(dan.id, f"Sau {hours} giờ")) == code
    assert [seen.paid for seen in dan.unread()] == [False, True, True]
    dan.says("Tôi đây")
    await oa.say(dan.id, "Chào anh/chị")
    assert [seen.paid for seen in dan.unread()] == [False]


async def test_who_never_wrote_or_left_can_not_be_written_to(zalo: ZaloOa, oa: Client) -> None:
    stranger, dan = zalo.user(follows=False), zalo.user()
    assert await refused(oa.say(stranger.id, "Chào")) == -232
    stranger.says("Chào cơ quan")
    await oa.say(stranger.id, "Chào anh/chị")
    dan.unfollows()
    assert await refused(oa.say(dan.id, "Chào")) == -213
    dan.follows()
    await oa.say(dan.id, "Chào lại")
    assert await refused(oa.say("999", "Chào")) == -201


@pytest.mark.parametrize("code", [-213, -217, -227, -244])
async def test_a_person_can_refuse_what_the_account_sends(zalo: ZaloOa, oa: Client, code: int) -> None:
    dan = zalo.user()
    dan.refuses(code)
    assert await refused(oa.say(dan.id, "Chào")) == code
    dan.refuses(0)
    await oa.say(dan.id, "Chào")


async def test_quotas_end_and_are_told(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    zalo.quotas(replies=8, person=2, oa=3)
    await oa.say(dan.id, "Một")
    told = await oa.post("v3.0/oa/quota/message", {"user_id": dan.id})
    assert told["cs_reply"] == {"remain": 7, "total": 8}
    assert told["last_interaction"].isdigit() and len(told["last_interaction"]) == 13
    await oa.say(dan.id, "Hai")
    assert await refused(oa.say(dan.id, "Ba")) == -218
    dan.says("Vâng")
    await oa.say(dan.id, "Ba")
    dan.says("Vâng")
    assert await refused(oa.say(dan.id, "Bốn")) == -211
    [left] = await oa.post(
        "v3.0/oa/quota/message", {"quota_owner": "OA", "product_type": "cs", "quota_type": "purchase_quota"}
    )
    assert left["remain"] == 0


async def test_what_is_billed_needs_a_balance(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    zalo.quotas(balance=60)
    dan.silent_for(50 * 3_600)
    await oa.say(dan.id, "Còn tiền")
    assert await refused(oa.say(dan.id, "Hết tiền")) == -211
    dan.says("Chào")
    await oa.say(dan.id, "Miễn phí")


@pytest.mark.parametrize("code", [-204, -205, -209, -212, -219, -221, -223, -224, -235])
async def test_the_account_can_be_in_a_state_in_which_nothing_goes(zalo: ZaloOa, oa: Client, code: int) -> None:
    dan = zalo.user()
    zalo.account(state=code)
    assert await refused(oa.say(dan.id, "Chào")) == code
    assert await refused(oa.get("v2.0/oa/getoa")) == code
    zalo.account(state=0)
    await oa.say(dan.id, "Chào")


async def test_people_and_the_account_are_read_by_data_in_the_query(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user("Trần Văn Dân")
    zalo.account(name="UBND xã Thử Nghiệm")
    found = await oa.get("v3.0/oa/user/detail", {"user_id": dan.id})
    assert (found["display_name"], found["user_is_follower"]) == ("Trần Văn Dân", True)
    assert "shared_info" not in found
    dan.submits("0912345678", unasked=True, city="Hà Nội")
    shared = (await oa.get("v3.0/oa/user/detail", {"user_id": dan.id}))["shared_info"]
    assert (shared["phone"], shared["city"]) == ("0912345678", "Hà Nội")
    account = await oa.get("v2.0/oa/getoa")
    assert (account["oa_id"], account["name"]) == (zalo.oa_id, "UBND xã Thử Nghiệm")
    listed = await oa.get("v3.0/oa/user/getlist", {"offset": 0, "count": 50})
    assert listed["users"] == [{"user_id": dan.id}]
    assert await refused(oa.get("v3.0/oa/user/detail", {"user_id": "1"})) == -201
    assert await refused(oa.get("v3.0/oa/user/detail")) == -201


async def test_what_was_shut_down_says_so(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user()
    body = {"recipient": {"user_id": dan.id}, "message": {"text": "Chào"}}
    for path in ("v2.0/oa/message", "v3.0/oa/message/transaction", "v3.0/oa/message/promotion"):
        assert await refused(oa.post(path, body)) == -240
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        await oa.post("v3.0/oa/message", body)
    assert dan.messages() == []


async def test_a_group_is_written_to_while_the_account_is_in_it(zalo: ZaloOa, oa: Client) -> None:
    lan, nam = zalo.user("Lan"), zalo.user("Nam")
    group = zalo.group("Tổ công tác", lan)
    await oa.post("v3.0/oa/group/message", {"recipient": {"group_id": group}, "message": {"text": "Chào cả nhà"}})
    assert [seen.text for seen in zalo.oa_messages(group)] == ["Chào cả nhà"]
    lan.says("Chào bot", group=group)
    event = zalo.events()[-1]["body"]
    assert (event["event_name"], event["sender"], event["recipient"]) == (
        "user_send_group_text",
        {"id": lan.id},
        {"id": group},
    )
    with pytest.raises(NotPossible):
        nam.says("Tôi không ở trong nhóm", group=group)
    zalo.do("leaves", group=group)
    other = {"recipient": {"group_id": group}, "message": {"text": "Còn đây"}}
    assert await refused(oa.post("v3.0/oa/group/message", other)) == -403
