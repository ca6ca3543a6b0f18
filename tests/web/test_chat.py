"""What the page posts and fetches."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

import texts
from bot.channels.web import Web, chat_of, persona_account
from bot.web.chat import BODY_LIMIT
from bot.web.page import LONGEST_TEXT
from bot.web.visitors import COOKIE
from domain.messages import Attachment, Kind, Reply
from tests.web.conftest import OWN_PAGE, Site, open_site
from tests.web.front_desk import SmallDesk, workbook


def message(number: int = 1, **more: Any) -> dict[str, Any]:
    """A message as the page posts it."""
    return {"id": f"{number:032x}", "text": "xin chào", **more}


def stored(desk: SmallDesk) -> dict[str, Any]:
    """The one update that was stored from the page."""
    [raw] = desk.of("web")
    assert isinstance(raw, dict)
    return raw


async def said(browser: httpx.AsyncClient, after: str = "", wait: float = 0) -> dict[str, Any]:
    answer = await browser.get("/chat/messages", params={"after": after, "wait": wait})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_a_message_is_stored_and_its_answer_handed_over(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    answer = await browser.post("/chat/messages", json=message(text="chỉ tiêu năm 2026?"))
    assert (answer.status_code, answer.json()) == (202, {"ok": True, "duplicate": False})
    raw = stored(desk)
    assert (raw["text"], raw["persona"], raw["kind"]) == ("chỉ tiêu năm 2026?", None, "text")
    found = await said(browser)
    [reply] = found["messages"]
    assert reply["text"].startswith("Trên 80%")
    assert reply["buttons"][0] == {"label": "Nguồn 1", "action": "source:1"}
    assert (await said(browser, found["next"]))["messages"] == []


async def test_a_message_sent_again_is_answered_once(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    answers = [(await browser.post("/chat/messages", json=message())).json() for _ in range(3)]
    assert [answer["duplicate"] for answer in answers] == [False, True, True]
    assert len(desk.sent) == 1


async def test_two_visitors_who_use_the_same_id_are_both_answered(site: Site, desk: SmallDesk) -> None:
    for _ in range(2):
        async with site.browser() as browser:
            await browser.get("/")
            assert (await browser.post("/chat/messages", json=message())).json()["duplicate"] is False
    assert len(desk.sent) == 2


async def test_a_button_press_is_an_action(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    pressed = {"id": "0" * 32, "text": "", "action": "source:1", "label": "Nguồn 1"}
    assert (await browser.post("/chat/messages", json=pressed)).status_code == 202
    raw = stored(desk)
    assert (raw["kind"], raw["action"], raw["label"], raw["text"]) == ("action", "source:1", "Nguồn 1", "")


@pytest.mark.parametrize("kind", [Kind.STICKER, Kind.PHOTO, Kind.FILE, Kind.VOICE, Kind.LOCATION])
async def test_other_kinds_of_message_reach_the_bot(browser: httpx.AsyncClient, desk: SmallDesk, kind: Kind) -> None:
    assert (await browser.post("/chat/messages", json=message(kind=kind))).status_code == 202
    assert stored(desk)["kind"] == kind


@pytest.mark.parametrize("text", ["", "  ", "a" * 5_000, "ă" * LONGEST_TEXT])
async def test_an_empty_and_a_long_message_are_left_to_the_bot(browser: httpx.AsyncClient, text: str) -> None:
    assert (await browser.post("/chat/messages", json=message(text=text))).status_code == 202


async def test_a_message_that_nobody_types_is_refused_in_a_sentence(
    browser: httpx.AsyncClient, desk: SmallDesk
) -> None:
    for text in ("a" * (LONGEST_TEXT + 1), "a" * BODY_LIMIT):
        answer = await browser.post("/chat/messages", json=message(text=text))
        assert answer.status_code == 413
        assert answer.json()["error"] == texts.say("web.refused.too_long", limit=LONGEST_TEXT)
    assert desk.stored == {}


async def test_control_characters_are_taken_out_of_a_text(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    await browser.post("/chat/messages", json=message(text="dòng 1\r\ndòng 2\x07\t!"))
    assert stored(desk)["text"] == "dòng 1\ndòng 2\t!"


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"id": 5, "text": "a"},
        {"id": "ngan", "text": "a"},
        {"id": "có dấu cách", "text": "a"},
        {"id": "0" * 65, "text": "a"},
        message(text=5),
        message(action="a" * 65),
        message(action="hành động"),
        message(action=["x"]),
        message(kind="joined"),
        message(kind=["text"]),
        message(label=7),
    ],
)
async def test_a_malformed_message_is_refused_and_not_stored(
    browser: httpx.AsyncClient, desk: SmallDesk, posted: dict[str, Any]
) -> None:
    answer = await browser.post("/chat/messages", json=posted)
    assert (answer.status_code, answer.json()["error"]) == (400, texts.say("web.refused.unreadable"))
    assert desk.stored == {}


@pytest.mark.parametrize("content", [b"", b"abc", b"[]", b'{"id": "\\u0000"}', b"{" * 10_000])
async def test_a_body_that_is_no_object_is_refused(browser: httpx.AsyncClient, content: bytes) -> None:
    answer = await browser.post("/chat/messages", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


async def test_a_form_is_not_taken_for_a_message(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    answer = await browser.post("/chat/messages", data={"id": "0" * 32, "text": "a"})
    assert answer.status_code == 415
    assert desk.stored == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "X-Kehoach-Chat": "1"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://noi-khac.example", "X-Kehoach-Chat": "1"},
        {"Origin": "null", "X-Kehoach-Chat": "1"},
        {},
    ],
)
async def test_a_post_from_a_foreign_page_is_refused(
    browser: httpx.AsyncClient, desk: SmallDesk, headers: dict[str, str]
) -> None:
    browser.headers.pop("X-Kehoach-Chat")
    for path in ("/chat/messages", "/chat/reminders", "/chat/new"):
        answer = await browser.post(path, json=message(), headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (403, texts.say("web.refused.foreign"))
    assert desk.stored == {}


async def test_a_post_from_our_own_page_is_taken(site: Site, browser: httpx.AsyncClient) -> None:
    browser.headers.pop("X-Kehoach-Chat")
    own = ({"Sec-Fetch-Site": "same-origin"}, {"Origin": site.url})
    for number, headers in enumerate(own):
        assert (await browser.post("/chat/messages", json=message(number), headers=headers)).status_code == 202


@pytest.mark.parametrize("cookie", [None, "ngan", "a" * 31, "a" * 33, "a" * 31 + "!"])
async def test_without_a_proper_cookie_nothing_is_taken_or_handed_over(
    site: Site, desk: SmallDesk, cookie: str | None
) -> None:
    headers = {**OWN_PAGE, **({"Cookie": f"{COOKIE}={cookie}"} if cookie else {})}
    async with httpx.AsyncClient(base_url=site.url, trust_env=False, headers=headers) as client:
        answers = [await client.post("/chat/messages", json=message()), await client.get("/chat/messages")]
    assert [(a.status_code, a.json()["error"]) for a in answers] == [(403, texts.say("web.refused.no_cookie"))] * 2
    assert desk.stored == {}


async def test_a_visitor_reads_only_their_own_talk(site: Site, browser: httpx.AsyncClient) -> None:
    await browser.post("/chat/messages", json=message())
    async with site.browser() as other:
        await other.get("/")
        assert (await said(other))["messages"] == []
    assert len((await said(browser))["messages"]) == 1


async def test_the_cookie_is_not_what_is_stored(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    await browser.post("/chat/messages", json=message())
    assert browser.cookies[COOKIE] not in str(desk.stored) + str(desk.sent)


async def test_a_persona_has_a_talk_of_its_own_for_each_visitor(
    site: Site, browser: httpx.AsyncClient, desk: SmallDesk
) -> None:
    await browser.post("/chat/messages", json=message(persona="official"))
    [own] = (await said(browser))["messages"]
    assert own["persona"] == "official"
    assert desk.sent[0].chat_id == chat_of(stored(desk)["visitor"], "official")
    async with site.browser() as other:
        await other.get("/")
        assert (await said(other))["messages"] == []


async def test_a_notice_to_a_persona_reaches_everyone_who_plays_it(site: Site, desk: SmallDesk) -> None:
    await desk.remind("official")
    for _ in range(2):
        async with site.browser() as browser:
            await browser.get("/")
            [notice] = (await said(browser))["messages"]
            assert (notice["persona"], notice["notice"]) == ("official", True)


async def test_nobody_plays_a_persona_outside_the_demo() -> None:
    desk = SmallDesk(is_demo=False)
    async with open_site(desk) as site, site.browser() as browser:
        await browser.get("/")
        for persona in ("official", "demo:official", ["official"], 1):
            answer = await browser.post("/chat/messages", json=message(persona=persona))
            assert (answer.status_code, answer.json()["error"]) == (403, texts.say("web.refused.no_persona"))
        assert desk.stored == {}
        await desk.send(persona_account("official"), Reply("việc nội bộ"))
        assert (await said(browser))["messages"] == []


async def test_an_unknown_persona_is_refused_in_the_demo(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    assert (await browser.post("/chat/messages", json=message(persona="administrator"))).status_code == 403
    assert desk.stored == {}


async def test_a_waiting_page_gets_a_message_the_moment_it_is_sent(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    before = (await said(browser))["next"]
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(said(browser, before, wait=20))
        while not desk.waiting:
            await asyncio.sleep(0.005)
        await desk.remind("official")
    assert [one["persona"] for one in waiting.result()["messages"]] == ["official"]
    assert time.monotonic() - began < 5


async def test_a_page_that_waits_in_vain_is_answered_with_nothing(browser: httpx.AsyncClient) -> None:
    found = await said(browser, wait=0.05)
    assert found["messages"] == []


@pytest.mark.parametrize("wait", ["-5", "nan", "inf", "x", ""])
async def test_a_strange_wait_does_no_harm(browser: httpx.AsyncClient, wait: str) -> None:
    await browser.post("/chat/messages", json=message())
    answer = await browser.get("/chat/messages", params={"wait": wait})
    assert len(answer.json()["messages"]) == 1


@pytest.mark.parametrize("after", ["", "0", "x", "1.2", "9" * 30, "-1", "1.2.3.4.5.6.7.8.9"])
async def test_a_damaged_place_in_the_talk_begins_afresh(browser: httpx.AsyncClient, after: str) -> None:
    await browser.post("/chat/messages", json=message())
    assert len((await said(browser, after))["messages"]) == 1


async def test_one_number_as_the_place_stands_for_all_chats(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    await browser.post("/chat/messages", json=message(1))
    await browser.post("/chat/messages", json=message(2, persona="head"))
    found = (await said(browser, "1"))["messages"]
    assert [(one["id"], one["persona"]) for one in found] == [(2, "head")]


async def test_a_message_sent_late_in_one_chat_is_not_missed_for_a_later_one_in_another(
    browser: httpx.AsyncClient, desk: SmallDesk
) -> None:
    await browser.post("/chat/messages", json=message(1, text="im lặng"))
    await desk.remind("official")
    await desk.remind("official")
    late = desk.sent.pop(0)
    place = (await said(browser))["next"]
    await desk.send_late(late, chat_of(stored(desk)["visitor"], None))
    assert [one["id"] for one in (await said(browser, place))["messages"]] == [late.id]


async def test_a_file_is_offered_for_saving_and_never_run(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    await browser.post("/chat/messages", json=message(text="im lặng"))
    page = Attachment("a.html", "text/html", b"<script>alert(1)</script>")
    chart = Attachment("biểu đồ.png", "image/png", b"\x89PNG")
    await desk.send(
        chat_of(stored(desk)["visitor"], None), Reply("Gửi anh/chị.", files=(workbook(), page), pictures=(chart,))
    )
    [reply] = (await said(browser))["messages"]
    assert [(file["name"], file["picture"]) for file in reply["files"]] == [
        ("Báo cáo tháng.xlsx", False),
        ("a.html", False),
        ("biểu đồ.png", True),
    ]
    answers = [await browser.get(file["url"]) for file in reply["files"]]
    assert [answer.headers["Content-Type"] for answer in answers] == [
        "application/octet-stream",
        "application/octet-stream",
        "image/png",
    ]
    assert answers[0].content == workbook().content
    assert answers[0].headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''B%C3%A1o%20c")


async def test_a_file_of_somebody_else_is_not_found(site: Site, browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    await browser.post("/chat/messages", json=message(text="im lặng"))
    await desk.send(chat_of(stored(desk)["visitor"], None), Reply("Gửi anh/chị.", files=(workbook(),)))
    [url] = [file["url"] for one in (await said(browser))["messages"] for file in one["files"]]
    async with site.browser() as other:
        assert (await other.get(url)).status_code == 404
        await other.get("/")
        assert (await other.get(url)).status_code == 404
    for wrong in ("/chat/files/0/1/1", "/chat/files/0/2/0", "/chat/files/99/1/0", "/chat/files/0/0/0"):
        assert (await browser.get(wrong)).status_code == 404


async def test_a_persona_can_ask_for_its_next_notice(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/chat/reminders", json={"persona": "official"})
    assert answer.json()["said"] == texts.say("web.notice.queued")
    assert [one["notice"] for one in (await said(browser))["messages"]] == [True]
    for persona in ("leader", None):
        answer = await browser.post("/chat/reminders", json={"persona": persona})
        assert answer.json()["said"] == texts.say("web.notice.none")


async def test_a_new_talk_hides_the_old_one(browser: httpx.AsyncClient) -> None:
    await browser.post("/chat/messages", json=message())
    before = browser.cookies[COOKIE]
    assert (await browser.post("/chat/new", json={})).status_code == 200
    assert browser.cookies[COOKIE] != before
    assert (await said(browser))["messages"] == []


async def test_a_visitor_who_floods_is_slowed_down_and_others_are_not(site: Site, browser: httpx.AsyncClient) -> None:
    answers = [await browser.post("/chat/messages", json=message(n, text="im lặng")) for n in range(20)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 5
    assert int(refused[0].headers["Retry-After"]) >= 1
    assert refused[0].json()["error"] == texts.say("web.refused.too_many", seconds=1)
    async with site.browser() as other:
        await other.get("/")
        assert (await other.post("/chat/messages", json=message())).status_code == 202


async def test_the_visitor_is_told_when_the_message_could_not_be_kept(
    browser: httpx.AsyncClient, desk: SmallDesk
) -> None:
    desk.breaks = OSError("disk full")
    answer = await browser.post("/chat/messages", json=message())
    assert (answer.status_code, answer.json()["error"]) == (503, texts.say("web.refused.not_kept"))
    desk.breaks = None
    assert (await browser.post("/chat/messages", json=message())).status_code == 202


def form(number: int = 1, *files: tuple[str, bytes, str], **more: str) -> dict[str, Any]:
    """A message with files as the page posts it."""
    parts = [("files", file) for file in files or [("ngo-4.jpg", b"\xff\xd8\xff photo", "image/jpeg")]]
    return {"data": {"id": f"{number:032x}", "text": "Ngõ 4 ngập", **more}, "files": parts}


async def test_a_photo_comes_with_its_words(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    answer = await browser.post("/chat/messages", **form())
    assert (answer.status_code, answer.json()) == (202, {"ok": True, "duplicate": False})
    raw = stored(desk)
    assert (raw["kind"], raw["text"]) == ("photo", "Ngõ 4 ngập")
    assert raw["files"] == [{"id": "upload-1", "name": "ngo-4.jpg", "media_type": "image/jpeg", "size": 9}]
    assert desk.uploads == [b"\xff\xd8\xff photo"]
    [sent] = Web().read(raw).files
    assert (sent.remote_id, sent.name, sent.size) == ("upload-1", "ngo-4.jpg", 9)


async def test_several_files_go_together(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    pdf = ("Đơn kiến nghị.pdf", b"%PDF-", "application/pdf")
    assert (await browser.post("/chat/messages", **form(1, ("a.png", b"png", "image/png"), pdf))).status_code == 202
    raw = stored(desk)
    assert (raw["kind"], [file["name"] for file in raw["files"]]) == ("file", ["a.png", "Đơn kiến nghị.pdf"])


async def test_the_page_cannot_name_what_was_uploaded_before(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    claimed = [{"id": "upload-of-somebody", "name": "a.jpg", "media_type": "image/jpeg", "size": 3}]
    await browser.post("/chat/messages", json=message(kind="photo", files=claimed))
    assert "files" not in stored(desk)


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        (form(1, ("a.jpg", b"x" * (2**20 + 300_000), "image/jpeg")), 413),
        (form(1, *[(f"{n}.jpg", b"x", "image/jpeg") for n in range(6)]), 413),
        ({"data": {"id": "x" * 20}, "files": [("files", ("", b"", "image/jpeg"))]}, 400),
        ({"content": b"--x\r\nnonsense", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400),
        ({"content": b"", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        (form(1, id="short"), 400),
        (form(1, persona="nobody"), 403),
        (form(1, text="x" * (LONGEST_TEXT + 1)), 413),
    ],
    ids=["too large", "too many", "no file", "broken", "no boundary", "bad id", "no persona", "long text"],
)
async def test_a_form_out_of_bounds_is_refused_with_a_sentence(
    browser: httpx.AsyncClient, desk: SmallDesk, posted: dict[str, Any], status: int
) -> None:
    answer = await browser.post("/chat/messages", **posted)
    assert (answer.status_code, answer.json()["ok"]) == (status, False)
    assert answer.json()["error"]
    assert desk.of("web") == [] and desk.uploads == []


async def test_an_upload_that_is_not_counted_beforehand_is_cut_off(browser: httpx.AsyncClient, desk: SmallDesk) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
        for _ in range(40):
            yield b"x" * 2**16

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await browser.post("/chat/messages", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert desk.uploads == []


async def test_a_foreign_page_uploads_nothing(site: Site, desk: SmallDesk) -> None:
    async with httpx.AsyncClient(base_url=site.url, trust_env=False) as foreign:
        await foreign.get("/")
        answer = await foreign.post("/chat/messages", **form(), headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert desk.uploads == []


async def test_uploads_are_counted_like_messages(browser: httpx.AsyncClient) -> None:
    statuses = [(await browser.post("/chat/messages", **form(n))).status_code for n in range(1, 16)]
    assert statuses[:10] == [202] * 10
    assert 429 in statuses
