"""In a group: what is answered, what is left to the private chat, the staff group and its summary."""

from collections.abc import AsyncIterator
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from domain.group_words import GroupWish, Wished, read_group_wish
from domain.groups import Group
from domain.messages import Kind
from tests.handlers.real_office import RealChat, RealOffice, open_real_office

GROUP = "-501"
LINK = "https://t.me/go_may_bot"
MAKE = "đặt nhóm này là nhóm cán bộ"
SEND = "gửi tổng hợp vào nhóm này mỗi sáng thứ hai"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[RealOffice]:
    async with open_real_office(tmp_path) as opened:
        yield opened


def _two(office: RealOffice, first: str, second: str) -> tuple[RealChat, RealChat]:
    """Two people of one group."""
    return office.chat(first, group=GROUP), office.chat(second, group=GROUP)


async def _kept(office: RealOffice) -> Group | None:
    async with office.storage.reading() as records:
        return await records.groups.get("telegram", GROUP)


@pytest.mark.parametrize(
    "text",
    [
        "việc của tôi",
        "tổng quan",
        "nv 2 xong 80%",
        "nhiệm vụ nào chậm",
        "ai chưa báo cáo tháng này",
        "xin gia hạn nv 2 đến 30/4, lý do thiếu người",
        "danh sách cán bộ",
        "xuất danh mục nhiệm vụ",
        "báo cáo chờ duyệt",
        "/viec",
    ],
)
@pytest.mark.parametrize("who", ["hanh", "son"])
async def test_office_business_is_led_to_the_private_chat(office: RealOffice, who: str, text: str) -> None:
    chat = office.chat(who, group=GROUP)
    said = await chat.send(text=text, private_link=LINK)
    assert said.endswith(LINK) and "nhắn riêng" in said and not chat.labels
    async with office.storage.reading() as records:
        assert not (await records.outbox.counts())["pending"]
    assert "Mở 4 lớp" not in said


@pytest.mark.parametrize("text", ["phản ánh đường ngập ở tổ 4", "phản ánh của tôi", "tham gia 7KQ4-M2XF"])
async def test_a_citizens_own_matters_are_led_there_too(office: RealOffice, text: str) -> None:
    said = await office.chat(group=GROUP).send(text=text, private_link=LINK)
    assert "nhắn riêng" in said and LINK in said


@pytest.mark.parametrize("kind", [Kind.STICKER, Kind.PHOTO, Kind.FILE, Kind.LOCATION, Kind.EDITED, Kind.OTHER])
async def test_what_is_no_question_is_left_without_an_answer(office: RealOffice, kind: Kind) -> None:
    assert await office.chat("an", group=GROUP).send(kind) == ""


@pytest.mark.parametrize("text", ["/dice", "/thoitiet hôm nay"])
async def test_a_command_of_nobody_here_is_left_to_other_bots(office: RealOffice, text: str) -> None:
    assert await office.chat("an", group=GROUP).say(text) == ""


@pytest.mark.parametrize(
    "action", ["report:yes:1", "groupstaff:yes:1", "groupsum:yes:1", "deed:yes:1", "x", "groupstaff:yes:999999999"]
)
async def test_a_forged_button_writes_nothing_and_shows_nothing(office: RealOffice, action: str) -> None:
    for who in ("", "an", "son"):
        said = await office.chat(who, group=GROUP).act(action)
        assert "Mở 4 lớp" not in said
    found = await _kept(office)
    assert found is None or not found.is_staff


async def test_a_voice_message_has_a_sentence(office: RealOffice) -> None:
    assert await office.chat("an", group=GROUP).send(Kind.VOICE)


async def test_who_only_calls_the_bot_is_told_what_it_does(office: RealOffice) -> None:
    assert "kế hoạch đã công khai" in await office.chat("an", group=GROUP).say("")


async def test_a_group_is_greeted_once_and_remembered(office: RealOffice) -> None:
    chat = office.chat("an", group=GROUP)
    assert "Chào mọi người" in await chat.send(Kind.JOINED, group_title="Tổ số")
    assert await chat.send(Kind.JOINED, group_title="Tổ số") == ""
    assert await chat.send(Kind.GROUP, group_title="Tổ chuyển đổi số") == ""
    found = await _kept(office)
    assert found is not None and (found.title, found.left_at) == ("Tổ chuyển đổi số", None)
    assert await chat.send(Kind.LEFT) == ""
    found = await _kept(office)
    assert found is not None and found.left_at is not None
    assert await office.audited() == ["group.joined", "group.left"]


async def test_a_group_that_became_a_supergroup_keeps_what_was_decided(office: RealOffice) -> None:
    chat = office.chat("son", group=GROUP)
    await chat.say(MAKE)
    await chat.press("Xác nhận")
    await chat.send(Kind.GROUP, moved_to="-1009")
    assert await _kept(office) is None
    async with office.storage.reading() as records:
        found = await records.groups.get("telegram", "-1009")
    assert found is not None and found.is_staff


@pytest.mark.parametrize("who", ["hanh", "son", "trang"])
async def test_a_staff_group_is_made_by_a_card(office: RealOffice, who: str) -> None:
    chat = office.chat(who, group=GROUP)
    said = await chat.send(text=MAKE, group_title="Cán bộ Gò Mây")
    assert "“Cán bộ Gò Mây”" in said and chat.labels == ["Xác nhận", "Hủy"]
    found = await _kept(office)
    assert found is not None and not found.is_staff
    assert "Đã đặt nhóm này" in await chat.press("Xác nhận")
    found = await _kept(office)
    assert found is not None and found.is_staff
    assert "đang là nhóm cán bộ" in await chat.say(MAKE)


@pytest.mark.parametrize("who", ["", "an"])
async def test_who_may_not_makes_no_staff_group(office: RealOffice, who: str) -> None:
    chat = office.chat(who, group=GROUP)
    assert "dành cho trưởng phòng" in await chat.say(MAKE)
    assert not chat.labels


async def test_only_who_opened_a_card_decides_on_it_and_only_once(office: RealOffice) -> None:
    son, an = _two(office, "son", "an")
    await son.say(MAKE)
    (yes, _) = son.actions
    an.memory = son.memory
    assert await an.act(yes) == ""
    assert await office.chat("", group=GROUP).act(yes) == ""
    found = await _kept(office)
    assert found is not None and not found.is_staff
    await son.act(yes)
    assert "đã" in (await son.act(yes)).lower()
    assert (await office.audited()).count("group.staff") == 1


async def test_a_card_of_somebody_who_lost_the_right_writes_nothing(office: RealOffice) -> None:
    chat = office.chat("hanh", group=GROUP)
    await chat.say(MAKE)
    async with office.storage.writing() as records:
        await records.people.deactivate(office.people["hanh"].id)
    await chat.press("Xác nhận")
    found = await _kept(office)
    assert found is not None and not found.is_staff


async def test_a_card_that_waited_a_day_is_over(office: RealOffice) -> None:
    chat = office.chat("son", group=GROUP)
    await chat.say(MAKE)
    office.now += timedelta(hours=25)
    await chat.press("Xác nhận")
    found = await _kept(office)
    assert found is not None and not found.is_staff


async def _made(office: RealOffice) -> RealChat:
    chat = office.chat("son", group=GROUP)
    await chat.say(MAKE)
    await chat.press("Xác nhận")
    return chat


async def test_a_leader_switches_the_summary_on_and_off(office: RealOffice) -> None:
    chat = await _made(office)
    assert "08:00 thứ Hai hằng tuần" in await chat.say(SEND)
    assert "Đã bật" in await chat.press("Xác nhận")
    found = await _kept(office)
    assert found is not None and found.summary is not None
    assert (found.summary.weekday, found.summary.hour, found.summed_on) == (0, time(8), date(2026, 3, 2))
    assert "08:00 thứ Hai" in await chat.say("tổng hợp gửi vào nhóm này khi nào?")
    await chat.say("tắt tổng hợp trong nhóm này")
    assert "Đã dừng" in await chat.press("Xác nhận")
    found = await _kept(office)
    assert found is not None and found.summary is None
    assert "không gửi" in await chat.say("ngừng gửi tổng hợp")


@pytest.mark.parametrize("who", ["", "an", "hanh", "trang"])
async def test_nobody_but_a_leader_switches_it(office: RealOffice, who: str) -> None:
    await _made(office)
    assert "dành cho lãnh đạo" in await office.chat(who, group=GROUP).say(SEND)


async def test_the_summary_needs_a_staff_group_one_day_and_an_hour_of_the_day(office: RealOffice) -> None:
    chat = office.chat("son", group=GROUP)
    assert "nhóm cán bộ" in await chat.say(SEND) and not chat.labels
    chat = await _made(office)
    assert "một ngày" in await chat.say("gửi tổng hợp vào nhóm này thứ hai và thứ năm")
    assert "một giờ" in await chat.say("gửi tổng hợp vào nhóm này 8h và 14h thứ hai")
    assert "yên lặng" in await chat.say("gửi tổng hợp vào nhóm này 22h thứ hai")


async def test_a_group_that_is_none_any_more_is_sent_no_summary(office: RealOffice) -> None:
    chat = await _made(office)
    await chat.say(SEND)
    await chat.press("Xác nhận")
    await chat.say("bỏ nhóm cán bộ")
    assert "không còn" in await chat.press("Xác nhận")
    found = await _kept(office)
    assert found is not None and (found.is_staff, found.summary) == (False, None)
    assert "chưa là nhóm cán bộ" in await chat.say("bỏ nhóm cán bộ")


async def test_in_private_it_is_told_where_to_say_it(office: RealOffice) -> None:
    assert "trong nhóm" in await office.chat("son").say(MAKE)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Đây là nhóm cán bộ của phường nhé", GroupWish(Wished.STAFF)),
        ("chọn nhóm này làm nhóm nội bộ", GroupWish(Wished.STAFF)),
        ("nhóm này không còn là nhóm cán bộ nữa", GroupWish(Wished.NOT_STAFF)),
        ("thôi đặt nhóm này là nhóm cán bộ", GroupWish(Wished.NOT_STAFF)),
        ("gửi bản tổng hợp vào nhóm này lúc 7h30 hằng ngày", GroupWish(Wished.SUMMARY, (), True, (time(7, 30),))),
        ("bật tổng hợp chiều thứ sáu trong nhóm", GroupWish(Wished.SUMMARY, (4,), False, (time(16),))),
        ("từ nay gửi báo cáo tổng hợp vào nhóm đầu tuần", GroupWish(Wished.SUMMARY, (0,), False, ())),
        ("đừng gửi tổng hợp nữa", GroupWish(Wished.NO_SUMMARY)),
        ("nhóm cán bộ gồm những ai?", None),
        ("tổng hợp số liệu dân số năm 2025", None),
        ("Nhiệm vụ tổng hợp báo cáo giao cho phòng nào?", None),
        ("gửi giúp tôi file kế hoạch", None),
    ],
)
def test_what_is_wished_of_a_group(text: str, wish: GroupWish | None) -> None:
    assert read_group_wish(text) == wish
