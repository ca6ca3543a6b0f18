"""Reminders received and put off, over a real database; only ever one's own, and what is no answer stays what it is."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.clock import local
from domain.notices import NoticeStatus
from tests.handlers.real_office import RealOffice, open_real_office
from tests.handlers.reminded import answered, remind, task

DUE = date(2026, 3, 27)
PASSED = date(2026, 2, 25)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[RealOffice]:
    async with open_real_office(tmp_path) as opened:
        yield opened


async def _acknowledged(office: RealOffice, who: str) -> list[bool]:
    async with office.storage.reading() as records:
        found = await records.notices.of_person(office.people[who].id, office.now - timedelta(days=1))
    return [n.acknowledged_at is not None for n in found]


# --- received --------------------------------------------------------------------------------------------------------


async def test_one_press_answers_for_all_of_the_message(office: RealOffice) -> None:
    first = await remind(
        office,
        "an",
        [(await task(office, "1"), "before_14", DUE), (await task(office, "2"), "overdue_1", PASSED)],
    )
    chat = office.chat("an")
    text = await chat.act(f"ack:{first}")
    assert "đã báo nhận" in text
    assert "• Nhiệm vụ 1: mong anh/chị báo cáo trước khi hết hạn 27/3/2026." in text
    assert "nếu đến 09/3/2026 chưa có báo cáo, tôi sẽ báo trưởng phòng" in text
    assert await _acknowledged(office, "an") == [True, True]
    assert "Anh/chị đã báo nhận rồi" in await chat.act(f"ack:{first}")
    assert (await office.audited()).count("notice.acknowledged") == 1


async def test_a_reminder_of_somebody_else_is_not_received_for_them(office: RealOffice) -> None:
    first = await remind(office, "an", [(await task(office, "1"), "before_14", DUE)])
    assert "tin nhắc của người khác" in await office.chat("binh").act(f"ack:{first}")
    assert "không còn nữa" in await office.chat("binh").act("ack:999")
    stranger = await office.chat().act(f"ack:{first}")
    assert "đã nhận" not in stranger
    assert await _acknowledged(office, "an") == [False]


@pytest.mark.parametrize("said", ["đã nhận", "ok em nhận được rồi", "Rõ ạ", "vâng"])
async def test_words_answer_the_reminder_just_shown(office: RealOffice, said: str) -> None:
    await remind(office, "an", [(await task(office, "1"), "before_14", DUE)])
    chat = office.chat("an")
    assert "đã báo nhận" in await chat.say(said)
    assert "Báo cáo tiến độ" in chat.labels
    assert await _acknowledged(office, "an") == [True]


async def test_without_a_reminder_the_same_words_are_a_courtesy(office: RealOffice) -> None:
    chat = office.chat("an")
    assert "báo nhận" not in await chat.say("vâng")
    await remind(office, "an", [(await task(office, "1"), "before_14", DUE)])
    await answered(office, "an")
    assert "báo nhận" not in await chat.say("ok")
    assert await _acknowledged(office, "an") == [False]


async def test_a_reply_to_an_older_reminder_answers_that_one(office: RealOffice) -> None:
    first = await remind(office, "an", [(await task(office, "1"), "before_14", DUE)])
    async with office.storage.reading() as records:
        found = await records.notices.get(first)
    assert found is not None
    await answered(office, "an")
    chat = office.chat("an")
    assert "báo nhận" in await chat.send(text="rõ rồi", reply_to=found.message_id)
    assert await _acknowledged(office, "an") == [True]


async def test_a_bare_yes_belongs_to_the_card_that_waits(office: RealOffice) -> None:
    chat = office.chat("an")
    await chat.say("nv 1 được 40%")
    await remind(office, "an", [(await task(office, "2"), "before_14", DUE)])
    await chat.say("ok")
    assert await _acknowledged(office, "an") == [False]


async def test_a_head_is_told_that_the_leaders_come_next(office: RealOffice) -> None:
    await remind(office, "hanh", [(await task(office, "1"), "escalate_head", PASSED)])
    assert "tôi sẽ báo lãnh đạo" in await office.chat("hanh").say("đã nhận")


async def test_once_the_head_was_told_receiving_it_puts_nothing_off(office: RealOffice) -> None:
    subject = await task(office, "1")
    await remind(office, "hanh", [(subject, "escalate_head", PASSED)])
    await remind(office, "an", [(subject, "overdue_7", PASSED)])
    text = await office.chat("an").say("đã nhận")
    assert "mong anh/chị báo cáo sớm" in text and "tôi sẽ báo" not in text


async def test_without_a_head_the_leaders_come_next(office: RealOffice) -> None:
    async with office.storage.writing() as records:
        await records.people.deactivate(office.people["hanh"].id)
    await remind(office, "an", [(await task(office, "1"), "overdue_1", PASSED)])
    assert "tôi sẽ báo lãnh đạo" in await office.chat("an").say("đã nhận")


# --- put off ---------------------------------------------------------------------------------------------------------


async def _put_off(office: RealOffice, who: str) -> list[tuple[str, int | None]]:
    async with office.storage.reading() as records:
        found = await records.snoozes.of_person(office.people[who].id, office.now)
    return [(f"{local(s.until):%d/%m %H:%M}", s.task_id) for s in found]


async def _again(office: RealOffice, who: str) -> list[str]:
    async with office.storage.reading() as records:
        found = await records.notices.of_person(office.people[who].id, office.now)
    return [
        f"{local(n.release_at):%d/%m %H:%M}"
        for n in found
        if n.notice.rule == "again" and n.status is NoticeStatus.PENDING
    ]


async def test_what_was_just_reminded_of_is_said_again_at_the_moment(office: RealOffice) -> None:
    subject = await task(office, "1")
    await remind(office, "an", [(subject, "before_14", DUE)])
    chat = office.chat("an")
    text = await chat.say("nhắc lại chiều mai nhé")
    assert "lúc 14:00 thứ Ba, 03/3/2026: Nhiệm vụ 1." in text
    assert await _put_off(office, "an") == [("03/03 14:00", subject.id)]
    assert await _again(office, "an") == ["03/03 14:00"]
    await chat.say("thôi, thứ năm nhắc lại nv 1")
    assert await _put_off(office, "an") == [("05/03 08:00", subject.id)]
    assert await _again(office, "an") == ["05/03 08:00"]
    assert "như bình thường" in await chat.press("Nhắc như bình thường")
    assert await _put_off(office, "an") == []
    assert await _again(office, "an") == []


async def test_the_day_itself_is_not_put_off(office: RealOffice) -> None:
    chat = office.chat("an")
    text = await chat.say("hoãn nhắc nhiệm vụ 1 tới 10/4")
    assert "Riêng ngày hết hạn (27/3/2026) tôi vẫn nhắc." in text
    assert "báo trưởng phòng, lãnh đạo" in text


async def test_a_moment_outside_of_the_hours_moves_to_the_next_morning(office: RealOffice) -> None:
    text = await office.chat("an").say("hoãn nhắc nv 1 đến 7/3")
    assert "lúc 07:00 thứ Hai, 09/3/2026" in text and "dời đến đầu giờ làm việc" in text


async def test_everything_is_put_off_and_taken_up_again(office: RealOffice) -> None:
    chat = office.chat("an")
    assert "tạm dừng các lời nhắc của anh/chị đến 08:00 thứ Hai, 16/3/2026" in await chat.say(
        "tạm dừng nhắc tôi đến 16/3"
    )
    assert await _put_off(office, "an") == [("16/03 08:00", None)]
    assert "như bình thường" in await chat.say("nhắc lại bình thường")
    assert await _put_off(office, "an") == []
    assert "không hoãn lời nhắc nào" in await chat.say("bỏ hoãn nhắc nv 1")


async def test_only_ones_own_reminders_are_put_off(office: RealOffice) -> None:
    chat = office.chat("an")
    assert "không phải việc của anh/chị" in await chat.say("hoãn nhắc nhiệm vụ 3 tới 20/3")
    assert "Tôi chưa tìm thấy" not in await chat.say("hoãn nhắc nhiệm vụ 99 tới 20/3")
    other = await office.task_id("3")
    assert "hoãn" not in (await chat.act(f"snooze:at:{other}:29600000"))
    assert await _put_off(office, "an") == []


async def test_which_and_when_are_asked_for(office: RealOffice) -> None:
    chat = office.chat("an")
    await chat.say("nhắc lại sáng mai")
    assert chat.labels[-1] == "Tất cả lời nhắc"
    await chat.press("Nhiệm vụ 1: Kiện toàn Tổ công nghệ số cộng đồng")
    assert await _put_off(office, "an") == [("03/03 08:00", await office.task_id("1"))]
    await chat.say("tạm dừng nhắc")
    assert chat.labels == ["Chiều nay", "Sáng mai", "Thứ Hai tới"]
    await chat.press("Thứ Hai tới")
    assert ("09/03 08:00", None) in await _put_off(office, "an")


async def test_a_moment_that_has_passed_is_asked_for_again(office: RealOffice) -> None:
    office.now += timedelta(hours=8)
    assert "đã qua" in await office.chat("an").say("hoãn nhắc nv 1 đến chiều nay")
    assert await _put_off(office, "an") == []


async def test_nothing_personal_is_put_off_in_a_group_or_by_a_stranger(office: RealOffice) -> None:
    assert "riêng" in await office.chat("an", in_group=True).say("tạm dừng nhắc tôi đến 16/3")
    await office.chat().say("tạm dừng nhắc tôi đến 16/3")
    await office.chat().act("snooze:at:all:29600000")
    async with office.storage.reading() as records:
        assert await records.snoozes.of_office(office.office.id, office.now) == []
    assert "notice.put_off" not in await office.audited()
