"""Templates by the person's id and by their number."""

import hashlib

import pytest

from tests.platforms.zalo_oa import ZaloOa
from tests.platforms.zalo_oa.client import Client, Json, refused
from tests.platforms.zalo_oa.receiver import Receiver

TEXT = "Kính gửi <ten>, nhiệm vụ <ma> đến hạn ngày <han>."
KINDS = {"ten": "name", "ma": "code", "han": "date"}
DATA = {"ten": "Trần Văn Dân", "ma": "NV-12", "han": "30/11/2026"}


@pytest.fixture
def template(zalo: ZaloOa) -> str:
    return zalo.template(
        "Nhắc việc", TEXT, kinds=KINDS, buttons=[{"type": 1, "title": "Xem", "content": "https://a.vn"}]
    )


def by_phone(template: str, **more: object) -> Json:
    return {"phone": "84912345678", "template_id": template, "template_data": DATA, "tracking_id": "case-7-1", **more}


async def test_by_id_a_person_reads_it_filled_long_after_the_window(zalo: ZaloOa, oa: Client, template: str) -> None:
    dan = zalo.user()
    dan.silent_for(30 * 86_400)
    body = {"user_id": dan.id, "template_id": template, "template_data": DATA}
    sent = await oa.post("v3.0/oa/message/template", body)
    [seen] = dan.unread()
    assert (seen.message_id, seen.kind, seen.labels) == (sent["message_id"], "template", ["Xem"])
    assert seen.text == "Kính gửi Trần Văn Dân, nhiệm vụ NV-12 đến hạn ngày 30/11/2026."
    assert seen.template == {"id": template, "data": DATA}


async def test_by_phone_it_is_delivered_and_told_so(zalo: ZaloOa, oa: Client, template: str) -> None:
    dan = zalo.user("Dân", "0912 345 678", follows=False)
    zalo.quotas(daily=10, remaining=10)
    async with Receiver() as webhook:
        await zalo.set_webhook(webhook.url)
        sent = await oa.business_post("message/template", by_phone(template))
        await zalo.wait_until_taken()
        taken = webhook.taken[-1]
    assert sent["quota"] == {"dailyQuota": 10, "remainingQuota": 9}
    assert sent["sent_time"].isdigit()
    assert taken.headers["X-ZEvent-Server"] == "ZNS"
    assert (taken.event["event_name"], taken.event["recipient"]) == ("user_received_message", {"id": "84912345678"})
    assert taken.event["message"]["tracking_id"] == "case-7-1"
    assert taken.event["message"]["msg_id"] == sent["msg_id"]
    assert [seen.message_id for seen in dan.unread()] == [sent["msg_id"]]
    status = await oa.business_get("message/status", message_id=sent["msg_id"])
    assert status["status"] == 1
    assert (await oa.business_get("message/status", message_id="0"))["status"] == -1
    assert (await oa.business_get("message/quota"))["remainingQuota"] == 9


async def test_the_same_tracking_id_sends_once(zalo: ZaloOa, oa: Client, template: str) -> None:
    dan = zalo.user("Dân", "84912345678")
    first = await oa.business_post("message/template", by_phone(template))
    second = await oa.business_post("message/template", by_phone(template))
    third = await oa.business_post("message/template", by_phone(template, tracking_id="case-7-2"))
    assert first["msg_id"] == second["msg_id"] != third["msg_id"]
    assert len(dan.unread()) == 2


async def test_after_a_lost_answer_the_tracking_id_keeps_it_single(zalo: ZaloOa, oa: Client, template: str) -> None:
    dan = zalo.user("Dân", "84912345678")
    zalo.fault("code_after", "business/message/template", code=-100)
    assert await refused(oa.business_post("message/template", by_phone(template))) == -100
    await oa.business_post("message/template", by_phone(template))
    assert len(dan.unread()) == 1


async def test_a_number_can_be_hashed(zalo: ZaloOa, oa: Client, template: str) -> None:
    dan = zalo.user("Dân", "84912345678")
    digest = hashlib.sha256(b"84912345678").hexdigest()
    await oa.business_post("message/template/hashphone", by_phone(template, phone=digest))
    assert len(dan.unread()) == 1
    other = hashlib.sha256(b"84912345679").hexdigest()
    body = by_phone(template, phone=other, tracking_id="x")
    assert await refused(oa.business_post("message/template/hashphone", body)) == -118


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"phone": "0912345678"}, -108),
        ({"phone": "84900000001"}, -118),
        ({"template_id": "1"}, -109),
        ({"tracking_id": "x" * 49}, -1121),
        ({"template_data": None}, -1121),
        ({"template_data": {**DATA, "ten": ""}}, -1122),
        ({"template_data": {"ten": "Dân"}}, -1122),
        ({"template_data": {**DATA, "ten": "x" * 31}}, -1124),
        ({"template_data": {**DATA, "ma": 12}}, -1124),
        ({"template_data": {**DATA, "han": "30 tháng 11"}}, -1124),
        ({"mode": "development"}, -127),
    ],
)
async def test_what_does_not_fit_is_refused_and_costs_nothing(
    zalo: ZaloOa, oa: Client, template: str, change: Json, code: int
) -> None:
    dan = zalo.user("Dân", "84912345678")
    before = await oa.business_get("message/quota")
    assert await refused(oa.business_post("message/template", by_phone(template, **change))) == code
    assert await oa.business_get("message/quota") == before
    assert dan.messages() == []


async def test_quotas_money_and_states_stop_it(zalo: ZaloOa, oa: Client, template: str) -> None:
    dan = zalo.user("Dân", "84912345678")
    body = by_phone(template, tracking_id="")
    zalo.quotas(remaining=0)
    assert await refused(oa.business_post("message/template", body)) == -144
    zalo.quotas(remaining=5, balance=100)
    assert await refused(oa.business_post("message/template", body)) == -115
    zalo.quotas(balance=None)
    zalo.do("change_template", id=template, status="DISABLE")
    assert await refused(oa.business_post("message/template", body)) == -146
    zalo.do("change_template", id=template, status="PENDING_REVIEW")
    assert await refused(oa.business_post("message/template", body)) == -131
    zalo.do("change_template", id=template, status="ENABLE")
    dan.refuses(-141)
    assert await refused(oa.business_post("message/template", body)) == -141
    dan.refuses(-213)
    assert await refused(oa.business_post("message/template", body)) == -119
    dan.refuses(0)
    zalo.account(state=-221)
    assert await refused(oa.business_post("message/template", body)) == -135
    zalo.account(state=0)
    limited = zalo.template("Ít", "Chào <ten>", remaining=1)
    other = {"phone": "84912345678", "template_id": limited, "template_data": DATA}
    await oa.business_post("message/template", other)
    assert await refused(oa.business_post("message/template", other)) == -147


async def test_by_id_states_stop_it_too(zalo: ZaloOa, oa: Client, template: str) -> None:
    dan = zalo.user()
    path, body = "v3.0/oa/message/template", {"user_id": dan.id, "template_id": template, "template_data": DATA}
    assert await refused(oa.post(path, {**body, "user_id": "1"})) == -201
    assert await refused(oa.post(path, {**body, "template_data": {}})) == -1122
    only_phone = zalo.template("Chỉ theo số", "Chào <ten>", by_uid=False)
    assert await refused(oa.post(path, {**body, "template_id": only_phone})) == -249
    zalo.quotas(balance=0)
    assert await refused(oa.post(path, body)) == -321
    assert dan.messages() == []


async def test_a_template_may_rest_at_night(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user("Dân", "84912345678")
    resting = zalo.template("Ban ngày", "Chào <ten>", at_night=False)
    body = {"phone": "84912345678", "template_id": resting, "template_data": DATA}
    zalo.do("set_time", moment="2026-11-24T22:30:00+07:00")
    assert await refused(oa.business_post("message/template", body)) == -133
    zalo.do("set_time", moment="2026-11-25T06:30:00+07:00")
    zalo.do("expire_access")
    oa.access = zalo.tokens()["access_token"]
    await oa.business_post("message/template", body)
    assert len(dan.unread()) == 1


async def test_a_template_in_development_goes_to_administrators(zalo: ZaloOa, oa: Client) -> None:
    dan = zalo.user("Dân", "84912345678")
    draft = zalo.template("Nháp", "Chào <ten>", status="PENDING_REVIEW")
    zalo.do("administrator", phone="84912345678")
    body = {"phone": "84912345678", "template_id": draft, "template_data": DATA, "mode": "development"}
    await oa.business_post("message/template", body)
    assert len(dan.unread()) == 1


async def test_templates_are_listed_and_described(zalo: ZaloOa, oa: Client, template: str) -> None:
    zalo.template("Đã tắt", "Chào <ten>", status="DISABLE")
    listed = await oa.business_get("template/all", offset=0, limit=100)
    assert [t["templateName"] for t in listed] == ["Nhắc việc", "Đã tắt"]
    assert [t["templateId"] for t in await oa.business_get("template/all", offset=0, limit=1)] == [int(template)]
    [enabled] = await oa.business_get("template/all", offset=0, limit=100, status=1)
    assert enabled["status"] == "ENABLE"
    assert await refused(oa.business_get("template/all", offset=0, limit=101)) == -1121
    for path in ("template/info/v2", "template/info"):
        info = await oa.business_get(path, template_id=template)
        assert {p["name"]: p["maxLength"] for p in info["listParams"]} == {"ten": 30, "ma": 30, "han": 20}
        assert {p["name"]: p["type"] for p in info["listParams"]} == {"ten": "STRING", "ma": "STRING", "han": "DATE"}
        assert info["listButtons"][0]["title"] == "Xem"
    assert await refused(oa.business_get("template/info/v2", template_id="1")) == -109


async def test_changes_of_templates_and_quotas_are_told(zalo: ZaloOa, template: str) -> None:
    zalo.do("change_template", id=template, status="DISABLE")
    zalo.do("change_daily_quota", daily=100)
    state, quota = [event["body"] for event in zalo.events()]
    assert (state["event_name"], state["template_id"]) == ("change_template_status", template)
    assert state["status"] == {"prev_status": "ENABLE", "new_status": "DISABLE"}
    assert (quota["event_name"], quota["quota"]["new_quota"]) == ("change_oa_daily_quota", 100)
