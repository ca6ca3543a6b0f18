"""The page in a real browser: a newcomer's first minutes, and what happens when the line breaks."""

import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Page, async_playwright, expect

import texts
from domain.messages import Reply
from tests.conversations.things import content_of
from tests.web.conftest import Site, open_site
from tests.web.front_desk import SmallDesk

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed (apt-get install chromium)"),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def site(desk: SmallDesk) -> AsyncIterator[Site]:
    """A server in the loop in which the browser lives, since starting a browser takes longer than any test."""
    async with open_site(desk) as running:
        yield running


@pytest.fixture
def faults() -> list[str]:
    """What the page complained of: script errors, and anything the security policy had to stop."""
    return []


@pytest_asyncio.fixture(loop_scope="module")
async def page(chromium: Browser, site: Site, faults: list[str]) -> AsyncIterator[Page]:
    """The page, open on a phone."""
    context = await chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    opened = await context.new_page()
    opened.set_default_timeout(10_000)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    await opened.goto(site.url)
    await expect(opened.locator("body")).to_have_attribute("data-loaded", "yes")
    yield opened
    await context.close()


async def write(page: Page, text: str) -> None:
    await page.get_by_label(texts.say("web.message"), exact=True).fill(text)
    await page.keyboard.press("Enter")


async def play(page: Page, role: str) -> None:
    await page.locator(".choice", has_text=texts.say(f"web.role.{role}")).click()


async def test_a_newcomer_plays_an_official_reports_and_confirms(
    page: Page, desk: SmallDesk, faults: list[str]
) -> None:
    await play(page, "official")
    await expect(page.locator("#try")).to_have_text(texts.say("web.try.official"))
    await write(page, "nv 15 xong 60%")
    confirm = page.get_by_role("button", name="Xác nhận")
    await confirm.click()
    await expect(page.locator(".message .bubble", has_text="Đã ghi nhận")).to_be_visible()
    await expect(confirm).to_have_attribute("aria-pressed", "true")
    raws = [raw for raw in desk.of("web") if isinstance(raw, dict)]
    assert [(raw["persona"], raw["text"], raw["action"]) for raw in raws] == [
        ("official", "nv 15 xong 60%", ""),
        ("official", "", "report:yes"),
    ]
    assert faults == []


async def test_a_suggested_question_is_asked_by_a_tap_and_its_source_opened(page: Page, faults: list[str]) -> None:
    question = texts.say("web.first.citizen").splitlines()[0]
    await page.get_by_role("button", name=question).click()
    answer = page.locator(".message .bubble", has_text="Trên 80% hồ sơ")
    await expect(answer).to_be_visible()
    await expect(answer.locator("a")).to_have_attribute("href", "https://vansuong.example/ke-hoach-12")
    await expect(page.locator("#first")).to_be_hidden()
    await page.get_by_role("button", name="Nguồn 1").click()
    await expect(page.locator(".message .bubble", has_text="Nguyên văn của source:1")).to_be_visible()
    assert faults == []


async def test_a_reminder_arrives_on_its_own_and_is_counted_until_it_is_read(page: Page, desk: SmallDesk) -> None:
    await desk.remind("official")
    badge = page.locator('[data-unread="official"]')
    await expect(badge).to_contain_text("1")
    await expect(page).to_have_title(re.compile(r"^\(1\) "))
    await play(page, "official")
    await expect(page.locator(".message.notice", has_text="đã quá hạn 4 ngày")).to_be_visible()
    await expect(badge).to_be_hidden()
    await page.get_by_role("button", name=texts.say("web.notice.try")).click()
    await expect(page.locator(".message.notice")).to_have_count(2)


async def test_each_role_has_a_talk_of_its_own(page: Page) -> None:
    await write(page, "chỉ tiêu năm 2026")
    await expect(page.get_by_role("button", name="Nguồn 1")).to_be_visible()
    await play(page, "leader")
    await expect(page.locator(".message.own")).to_have_count(0)
    await expect(page.get_by_role("button", name="Nguồn 1")).to_have_count(0)
    await play(page, "citizen")
    await expect(page.locator(".message.own")).to_have_count(1)


async def test_the_talk_is_still_there_after_a_reload_and_gone_after_a_new_one(page: Page) -> None:
    await write(page, "câu hỏi cũ")
    await expect(page.get_by_role("button", name="Nguồn 1")).to_be_visible()
    await page.reload()
    bubbles = page.locator(".message .bubble")
    await expect(bubbles).to_have_count(3)
    assert (await bubbles.all_inner_texts())[1] == "câu hỏi cũ"
    await page.get_by_role("button", name=texts.say("web.new.button")).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name=texts.say("web.new.button")).click()
    await expect(bubbles).to_have_count(1)
    assert await page.evaluate("Object.keys(localStorage).filter((key) => key.includes('own')).length") == 0


async def test_a_message_that_was_not_kept_is_sent_again_once(page: Page, desk: SmallDesk) -> None:
    desk.breaks = OSError("disk full")
    await write(page, "nv 15 xong 60%")
    failed = page.locator(".message.own.failed")
    await expect(failed).to_contain_text(texts.say("web.refused.not_kept"))
    desk.breaks = None
    await failed.get_by_role("button", name=texts.say("web.script.send_again")).click()
    await expect(page.get_by_role("button", name="Xác nhận")).to_be_visible()
    await expect(page.locator(".message.own")).to_have_count(1)
    assert len(desk.of("web")) == 1


async def test_the_page_says_when_the_line_is_lost_and_sends_what_waited_when_it_is_back(
    chromium: Browser, faults: list[str]
) -> None:
    """The server is stopped and started again on the same port, as at an update of the program."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    desk = SmallDesk()
    page = await chromium.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    async with open_site(desk, port) as site:
        await page.goto(site.url)
        await expect(page.locator("body")).to_have_attribute("data-loaded", "yes")
    banner = page.locator("#lost")
    await expect(banner).to_contain_text(texts.say("web.script.lost"))
    await write(page, "nv 15 xong 60%")
    await expect(page.locator(".message.own.failed")).to_contain_text(texts.say("web.script.failed"))
    again = SmallDesk()
    async with open_site(again, port):
        await page.get_by_role("button", name=texts.say("web.script.retry_now")).click()
        await expect(page.get_by_role("button", name="Xác nhận")).to_be_visible()
        await expect(banner).to_be_hidden()
        assert len(again.of("web")) == 1
        await page.close()
    assert faults == []


async def test_the_page_can_be_used_with_the_keyboard_alone(page: Page) -> None:
    await page.locator("#choices input").first.focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#try")).to_have_text(texts.say("web.try.official"))
    await write(page, "nv 15 xong 60%")
    confirm = page.get_by_role("button", name="Xác nhận")
    await expect(confirm).to_be_visible()
    await confirm.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".message .bubble", has_text="Đã ghi nhận")).to_be_visible()


async def test_what_the_bot_says_is_only_text(page: Page, desk: SmallDesk, faults: list[str]) -> None:
    await write(page, "im lặng")
    await expect(page.locator(".message.own:not(.waiting)")).to_have_count(1)
    chat = str(next(raw["visitor"] for raw in desk.of("web") if isinstance(raw, dict)))
    await desk.send(chat, Reply("<img src=x onerror=alert(1)> javascript:alert(1)"))
    bubble = page.locator(".message .bubble", has_text="<img src=x")
    await expect(bubble).to_be_visible()
    assert await bubble.locator("img, a").count() == 0
    assert faults == []


async def test_a_long_answer_is_shown_from_its_beginning_and_leaves_the_page_in_place(
    page: Page, desk: SmallDesk
) -> None:
    for _ in range(3):
        await write(page, "im lặng")
    await expect(page.locator(".message.own:not(.waiting)")).to_have_count(3)
    chat = str(next(raw["visitor"] for raw in desk.of("web") if isinstance(raw, dict)))
    await desk.send(chat, Reply("Dòng đầu.\n" + "Một dòng rất dài của câu trả lời.\n" * 60))
    bubble = page.locator(".message .bubble", has_text="Dòng đầu.")
    await expect(bubble).to_be_visible()
    top = await bubble.bounding_box()
    shown = await page.locator("#log").bounding_box()
    brand = await page.locator(".brand").bounding_box()
    assert top and shown and brand
    assert shown["y"] <= top["y"] <= shown["y"] + 60
    assert brand["y"] == 0
    assert await page.evaluate("document.documentElement.scrollTop + document.body.scrollTop") == 0


async def test_nothing_is_cut_off_at_any_width(chromium: Browser, site: Site) -> None:
    page = await chromium.new_page()
    await page.goto(site.url)
    await write(page, "a" * 300)
    await expect(page.get_by_role("button", name="Nguồn 1")).to_be_visible()
    for width, height in ((320, 568), (390, 844), (768, 1024), (1280, 800)):
        await page.set_viewport_size({"width": width, "height": height})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        send = await page.get_by_role("button", name=texts.say("web.send"), exact=True).bounding_box()
        assert send and send["x"] + send["width"] <= width and send["y"] + send["height"] <= height
    await page.close()


async def test_a_photo_is_shown_before_and_after_it_is_sent(page: Page, desk: SmallDesk, faults: list[str]) -> None:
    photo = FilePayload(name="ngo-4.png", mimeType="image/png", buffer=content_of("png"))
    paper = FilePayload(name="don.pdf", mimeType="application/pdf", buffer=content_of("pdf"))
    await page.set_input_files("#files", [photo, paper])
    attached = page.locator("#attached")
    await expect(attached.get_by_role("img", name="ngo-4.png")).to_be_visible()
    await expect(attached.get_by_text("don.pdf")).to_be_visible()
    await attached.get_by_role("button").last.click()
    await expect(attached.get_by_text("don.pdf")).to_have_count(0)
    await page.locator("#text").fill("Ngõ 4 ngập mấy hôm nay")
    await page.locator("#send").click()
    own = page.locator(".message.own").last
    await expect(own.get_by_role("img", name="ngo-4.png")).to_be_visible()
    await expect(own.get_by_text("Ngõ 4 ngập mấy hôm nay")).to_be_visible()
    await expect(attached).to_be_hidden()
    await expect(page.locator(".message:not(.own) .bubble").last).to_contain_text("Trên 80%")
    assert desk.uploads == [content_of("png")]
    await page.reload()
    await expect(page.locator(".message.own").last.get_by_text("ngo-4.png")).to_be_visible()
    assert faults == []
