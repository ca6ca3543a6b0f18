"""The stand-in for Zalo Bot, driven by plain HTTP and no client of ours."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from aiohttp import web

from tests.platforms.server import Server
from tests.platforms.watch import Watch
from tests.platforms.zalo_bot import NotPossible, StandIn, ZaloBot

SECRET = "mot-bi-mat-de-thu"
PICTURE = b"\x89PNG\r\n\x1a\n picture"
SECRET_HEADER = "X-Bot-Api-Secret-Token"


@pytest.fixture
def zalo_bot() -> Iterator[ZaloBot]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def client(zalo_bot: ZaloBot) -> AsyncIterator[httpx.AsyncClient]:
    base = f"{zalo_bot.url}/bot{zalo_bot.token}"
    async with httpx.AsyncClient(base_url=base, timeout=10, trust_env=False) as made:
        yield made


class Office:
    """Takes pushes, answering with the statuses it was given and then with 200; gives out one picture."""

    def __init__(self) -> None:
        self.taken: list[tuple[bytes, str]] = []
        self.statuses: list[int] = []
        self.server = Server(self._handle)
        self._watch = Watch()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "GET":
            return web.Response(body=PICTURE, content_type="image/png")
        self.taken.append((await request.read(), request.headers.get(SECRET_HEADER, "")))
        self._watch.changed()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def until_taken(self, count: int) -> list[dict[str, Any]]:
        assert await self._watch.until(lambda: len(self.taken) >= count, 5), self.taken
        return [json.loads(body) for body, _ in self.taken if body]


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    made = Office()
    await made.server.open()
    yield made
    await made.server.close()
    await asyncio.sleep(0)


async def call(client: httpx.AsyncClient, method: str, **given: Any) -> Any:
    answer = (await client.post(f"/{method}", json=given)).json()
    assert answer["ok"] is True, answer
    return answer.get("result")


async def refused(client: httpx.AsyncClient, method: str, **given: Any) -> tuple[int, int, str]:
    answer = await client.post(f"/{method}", json=given)
    body = answer.json()
    assert body["ok"] is False
    return answer.status_code, body.get("error_code", 0), body["description"]


async def test_the_bot_says_who_it_is_by_post_and_by_get(client: httpx.AsyncClient) -> None:
    account = await call(client, "getMe")
    assert (account["account_type"], account["can_join_groups"]) == ("BASIC", False)
    assert (await client.get("/getMe")).json()["result"] == account


async def test_a_token_of_nobody_is_refused(zalo_bot: ZaloBot) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{zalo_bot.url}/bot1:x/getMe")
    assert (answer.status_code, answer.json()["error_code"]) == (401, 401)


async def test_methods_are_case_sensitive_and_the_edge_names_itself_twice(client: httpx.AsyncClient) -> None:
    answer = await client.post("/getme")
    assert answer.status_code == 404
    assert len(answer.headers.get_list("server")) == 2


async def test_a_poll_brings_one_object_and_takes_it_away(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    lan = zalo_bot.user("Trần Thị Lan")
    first, second = lan.says("xin chào"), lan.says("kế hoạch số 5")
    updates = [await call(client, "getUpdates", timeout="1") for _ in range(2)]
    assert [update["message"]["message_id"] for update in updates] == [first, second]
    assert updates[0]["event_name"] == "message.text.received"
    message = updates[0]["message"]
    assert message["chat"] == {"id": lan.id, "chat_type": "PRIVATE"}
    assert message["from"] == {"id": lan.id, "display_name": "Trần Thị Lan", "is_bot": False}
    assert message["date"] > 10**12
    assert zalo_bot.pending() == 0


async def test_a_bot_that_asks_again_has_dealt_with_what_it_took(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    zalo_bot.user("Lan").says("xin chào")
    await call(client, "getUpdates", timeout="1")
    with pytest.raises(NotPossible, match="nobody asks"):
        await zalo_bot.wait_until_asked_again(timeout=0.01)
    await asyncio.gather(refused(client, "getUpdates", timeout="1"), zalo_bot.wait_until_asked_again())


@pytest.mark.parametrize(("empty", "status"), [("status", 408), ("body", 200)])
async def test_a_poll_without_anything_is_408_in_one_way_or_the_other(
    zalo_bot: ZaloBot, client: httpx.AsyncClient, empty: str, status: int
) -> None:
    zalo_bot.manner(empty=empty)
    assert await refused(client, "getUpdates", timeout="0") == (status, 408, "Request timeout")


async def test_what_was_given_is_given_again_where_the_platform_replays(
    zalo_bot: ZaloBot, client: httpx.AsyncClient
) -> None:
    zalo_bot.manner(replay=True)
    message = zalo_bot.user().says("xin chào")
    updates = [await call(client, "getUpdates", timeout="1") for _ in range(3)]
    assert [update["message"]["message_id"] for update in updates] == [message] * 3


async def test_an_array_comes_where_the_platform_gives_one(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    zalo_bot.manner(several=True)
    zalo_bot.user().says("xin chào")
    assert len(await call(client, "getUpdates", timeout=1)) == 1


async def test_what_people_send_has_the_platforms_shapes(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    lan = zalo_bot.user()
    lan.sends_photo("cột đèn hỏng", b"jpeg bytes")
    lan.sends_sticker()
    lan.sends_voice()
    lan.sends_file()
    photo, sticker, voice, file = [await call(client, "getUpdates", timeout="1") for _ in range(4)]
    assert photo["event_name"] == "message.image.received"
    assert photo["message"]["caption"] == "cột đèn hỏng"
    assert (await client.get(photo["message"]["photo_url"])).content == b"jpeg bytes"
    assert isinstance(sticker["message"]["sticker"], str)
    assert (await client.get(voice["message"]["voice_url"])).content == b"aac"
    assert file["event_name"] == "message.unsupported.received"
    assert not {"text", "photo_url", "sticker"} & set(file["message"])


async def test_a_group_message_says_that_it_is_one(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    group = zalo_bot.group()
    lan = zalo_bot.user()
    lan.says("@Bot xin chào", chat=group)
    update = await call(client, "getUpdates", timeout="1")
    assert update["message"]["chat"] == {"id": group, "chat_type": "GROUP"}
    await call(client, "sendMessage", chat_id=group, text="Chào cả nhóm")
    assert [seen.text for seen in zalo_bot.bot_messages(group)] == ["Chào cả nhóm"]


async def test_a_text_arrives_and_has_an_id(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    lan = zalo_bot.user()
    posted = await call(client, "sendMessage", chat_id=lan.id, text="Chào **bác**")
    [seen] = lan.unread()
    assert (seen.message_id, seen.text) == (posted["message_id"], "Chào **bác**")
    assert lan.unread() == []


@pytest.mark.parametrize(("text", "fits"), [("ắ" * 2000, True), ("a" * 2001, False), ("😀" * 1001, False), ("", False)])
async def test_a_text_has_up_to_2000_units(zalo_bot: ZaloBot, client: httpx.AsyncClient, text: str, fits: bool) -> None:
    lan = zalo_bot.user()
    answer = await client.post("/sendMessage", json={"chat_id": lan.id, "text": text})
    assert (answer.status_code == 200) is fits


async def test_a_picture_is_loaded_from_its_address(
    zalo_bot: ZaloBot, client: httpx.AsyncClient, office: Office
) -> None:
    lan = zalo_bot.user()
    await call(client, "sendPhoto", chat_id=lan.id, photo=f"{office.server.url}/a.png", caption="Biểu đồ")
    [seen] = lan.unread()
    assert (seen.kind, seen.text, seen.picture) == ("photo", "Biểu đồ", PICTURE)


async def test_a_picture_that_is_not_there_is_refused(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    lan = zalo_bot.user()
    for address in (f"{zalo_bot.url}/media/none.png", "picture.png", "http://127.0.0.1:1/x.png"):
        assert (await refused(client, "sendPhoto", chat_id=lan.id, photo=address))[0] == 400
    assert lan.unread() == []


async def test_typing_is_answered_without_a_result(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    lan = zalo_bot.user()
    assert (await client.post("/sendChatAction", json={"chat_id": lan.id, "action": "typing"})).json() == {"ok": True}


async def test_the_months_messages_end_and_begin_anew(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    zalo_bot.manner(most_messages=1)
    lan = zalo_bot.user()
    await call(client, "sendMessage", chat_id=lan.id, text="một")
    assert await refused(client, "sendMessage", chat_id=lan.id, text="hai") == (429, 429, "Quota exceeded")
    zalo_bot.advance(32 * 86_400)
    await call(client, "sendMessage", chat_id=lan.id, text="ba")
    assert [seen.text for seen in lan.unread()] == ["một", "ba"]


async def test_there_are_people_up_to_the_plans_number(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    zalo_bot.manner(most_people=1)
    lan, minh = zalo_bot.user(), zalo_bot.user("Minh")
    await call(client, "sendMessage", chat_id=lan.id, text="một")
    assert (await refused(client, "sendMessage", chat_id=minh.id, text="một"))[0] == 403
    await call(client, "sendMessage", chat_id=lan.id, text="hai")


async def test_without_a_webhook_there_is_none_to_tell_of(client: httpx.AsyncClient) -> None:
    assert await refused(client, "getWebhookInfo") == (404, 404, "Not Found")
    assert (await call(client, "deleteWebhook"))["url"] == ""


async def test_a_webhook_is_tried_and_then_pushed_to_with_its_secret(
    zalo_bot: ZaloBot, client: httpx.AsyncClient, office: Office
) -> None:
    hook = await call(client, "setWebhook", url=f"{office.server.url}/hook", secret_token=SECRET)
    assert hook["verification"]["ok"] is True
    zalo_bot.user().says("xin chào")
    bodies = await office.until_taken(3)
    assert office.taken[0][0] == b""
    assert bodies[0]["event_name"] == "webhook.test"
    assert not {"from", "chat"} & set(bodies[0]["message"])
    assert bodies[1]["message"]["text"] == "xin chào"
    assert {secret for _, secret in office.taken} == {SECRET}
    assert (await call(client, "getWebhookInfo"))["url"] == f"{office.server.url}/hook"


async def test_a_trial_that_fails_is_told_and_the_address_is_kept(
    zalo_bot: ZaloBot, client: httpx.AsyncClient, office: Office
) -> None:
    office.statuses = [401, 401]
    hook = await call(client, "setWebhook", url=f"{office.server.url}/hook", secret_token=SECRET)
    assert (hook["verification"]["ok"], hook["verification"]["status_code"]) == (False, 401)
    assert zalo_bot.webhook() is not None


@pytest.mark.parametrize("secret", ["ngan", "d" * 257])
async def test_a_secret_has_8_to_256_characters(client: httpx.AsyncClient, office: Office, secret: str) -> None:
    assert (await refused(client, "setWebhook", url=office.server.url, secret_token=secret))[0] == 400


async def test_a_push_that_is_not_taken_comes_again_in_its_place(
    zalo_bot: ZaloBot, client: httpx.AsyncClient, office: Office
) -> None:
    zalo_bot.manner(scale=0.0, enveloped=True)
    await call(client, "setWebhook", url=f"{office.server.url}/hook", secret_token=SECRET)
    office.statuses = [503, 500]
    lan = zalo_bot.user()
    lan.says("một")
    lan.says("hai")
    bodies = await office.until_taken(6)
    assert [body["result"]["message"]["text"] for body in bodies[1:]] == ["một", "một", "một", "hai"]


@pytest.mark.parametrize(("silent", "expected"), [(False, 400), (True, 408)])
async def test_while_a_webhook_is_set_a_poll_gets_nothing(
    zalo_bot: ZaloBot, client: httpx.AsyncClient, office: Office, silent: bool, expected: int
) -> None:
    zalo_bot.manner(silent=silent)
    await call(client, "setWebhook", url=office.server.url, secret_token=SECRET)
    assert (await refused(client, "getUpdates", timeout="1"))[1] == expected


async def test_refusals_may_come_inside_200(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    zalo_bot.manner(in_200=True)
    assert await refused(client, "sendMessage", chat_id="nobody", text="x") == (
        200, 400, "Bad Request: chat not found"
    )  # fmt: skip


async def test_faults_come_as_scripted(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    lan = zalo_bot.user()
    for kind in ("quota", "forbidden", "server_error", "bad_gateway", "ok_false", "reset_before", "reset_after"):
        zalo_bot.fault(kind, "sendMessage")
    seen: list[Any] = []
    for number in range(7):
        try:
            answer = await client.post("/sendMessage", json={"chat_id": lan.id, "text": str(number)})
            seen.append(answer.status_code)
        except httpx.TransportError as error:
            seen.append(type(error).__name__)
    assert seen[:5] == [429, 403, 500, 502, 200]
    assert all(isinstance(error, str) for error in seen[5:])
    assert [message.text for message in lan.unread()] == ["6"]


async def test_what_hangs_is_let_go(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    zalo_bot.fault("hang", "getMe")

    async def let_go() -> None:
        await zalo_bot.wait_for_calls("getMe", 1)
        zalo_bot.clear_faults()

    met, _ = await asyncio.gather(client.post("/getMe"), let_go(), return_exceptions=True)
    assert isinstance(met, httpx.TransportError)


async def test_the_bot_may_be_handed_its_own_words(zalo_bot: ZaloBot, client: httpx.AsyncClient) -> None:
    lan = zalo_bot.user()
    zalo_bot.do("echo", chat=lan.id)
    update = await call(client, "getUpdates", timeout="1")
    assert update["message"]["from"]["id"] == (await call(client, "getMe"))["id"]


def test_nobody_can_do_what_people_cannot(zalo_bot: ZaloBot) -> None:
    with pytest.raises(NotPossible):
        zalo_bot.do("says", user="nobody", text="x")
    with pytest.raises(NotPossible):
        zalo_bot.user().sends("video")
    with pytest.raises(NotPossible):
        zalo_bot.do("fly")
