"""Announcements and requests to report, over a real database: shown as they will be read, sent once, taken back."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.clock import local
from domain.messages import Reply
from domain.notices import Call, LedgerNotice, NoticeStatus, Subject, SubjectKind
from domain.people import Role
from tests.handlers.real_office import RealOffice, open_real_office
from tests.handlers.reminded import remind, task


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[RealOffice]:
    async with open_real_office(tmp_path) as opened:
        yield opened


async def _calls(office: RealOffice) -> list[Call]:
    async with office.storage.reading() as records:
        return list(await records.calls.of_office(office.office.id, office.now - timedelta(days=90)))


async def _notices(office: RealOffice, call: Call) -> list[LedgerNotice]:
    async with office.storage.reading() as records:
        return list(await records.notices.of_subjects(office.office.id, [str(Subject(SubjectKind.CALL, call.id))]))


async def _readers(office: RealOffice, call: Call) -> set[str]:
    ids = {n.notice.person_id for n in await _notices(office, call)}
    return {key for key, person in office.people.items() if person.id in ids}


async def _send(office: RealOffice, call: Call) -> None:
    """The clock has sent what the call's readers wait for."""
    async with office.storage.writing() as records:
        for found in await records.notices.of_subjects(office.office.id, [str(Subject(SubjectKind.CALL, call.id))]):
            row = await records.outbox.queue(
                channel="telegram",
                chat_id=str(found.notice.person_id),
                reply=Reply("Tin của đồng nghiệp."),
                key=f"notice:{found.id}",
                now=office.now,
                cause="notice:call",
                office_id=office.office.id,
            )
            assert row is not None
            await records.notices.carry([found.id], row, "telegram")
            await records.outbox.claim(office.now, 10, channels=["telegram"])
            await records.outbox.sent_many([(row, f"app-{row}")], office.now)


# --- requests to report ----------------------------------------------------------------------------------------------


async def test_a_unit_is_asked_to_report_by_a_day(office: RealOffice) -> None:
    chat = office.chat("son")
    text = await chat.say("nhắc phòng Kinh tế nộp báo cáo trước thứ Sáu")
    assert "Gửi lời nhắc này cho 1 người?" in text
    assert "Trần Quốc Bình" in text
    assert "Đặng Minh Sơn đề nghị anh/chị" in text and "trước ngày 06/3/2026" in text
    assert await _calls(office) == []
    assert "Đã chuyển lời nhắc tới" in await chat.press("Xác nhận")
    (call,) = await _calls(office)
    assert "binh" in await _readers(office, call)
    found = await _notices(office, call)
    assert {(n.notice.rule, n.notice.urgent, n.release_at) for n in found} == {("request", True, office.now)}
    assert "call.request" in await office.audited()


async def test_a_second_press_and_a_forged_one_send_nothing(office: RealOffice) -> None:
    chat = office.chat("son")
    await chat.say("nhắc anh Trần Quốc Bình báo cáo nhiệm vụ 3")
    (yes, _) = chat.actions
    await chat.act(yes)
    assert "không làm lại lần nữa" in await chat.act(yes)
    await chat.act("remind:yes:77")
    assert len(await _calls(office)) == 1
    await office.chat("an").act(yes)
    await office.chat().act(yes)
    assert len(await _calls(office)) == 1


async def test_a_request_names_its_task(office: RealOffice) -> None:
    chat = office.chat("hai")
    text = await chat.say("nhắc anh Trần Quốc Bình báo cáo nhiệm vụ 3")
    assert "• Nhiệm vụ 3: Lắp mã QR tại chợ" in text
    await chat.press("Xác nhận")
    (call,) = await _calls(office)
    assert call.about == (await office.task_id("3"),) and call.due is None
    assert "không phụ trách Nhiệm vụ 1" in await chat.say("nhắc anh Trần Quốc Bình báo cáo nhiệm vụ 1")
    assert "• Nhiệm vụ 2: Trồng 300 cây bóng mát" in await chat.say(
        "nhắc anh Trần Quốc Bình báo cáo trồng cây bóng mát"
    )


async def test_a_head_asks_the_own_unit_alone(office: RealOffice) -> None:
    chat = office.chat("hanh")
    assert "không thuộc phạm vi" in await chat.say("nhắc phòng Kinh tế nộp báo cáo trước thứ Sáu")
    assert "Lê Hoài An" in await chat.say("nhắc mọi người nộp báo cáo")
    assert "Bình (Phòng Kinh tế)" not in chat.text
    await chat.press("Xác nhận")
    (call,) = await _calls(office)
    assert await _readers(office, call) <= {"an", "binh_too"}


async def test_an_official_asks_nobody(office: RealOffice) -> None:
    chat = office.chat("an")
    assert "không thuộc phạm vi" in await chat.say("nhắc anh Trần Quốc Bình báo cáo nhiệm vụ 3")
    await chat.say("nhắc những người chưa báo cáo tháng này")
    assert chat.labels == ["Việc của tôi"]


async def test_those_who_have_not_reported_are_found(office: RealOffice) -> None:
    chat = office.chat("hai")
    text = await chat.say("nhắc những người chưa báo cáo tháng này")
    assert "Gửi lời nhắc này cho 1 người?" in text and "chưa có báo cáo trong tháng 3" in text
    await chat.press("Xác nhận")
    (call,) = await _calls(office)
    assert await _readers(office, call) == {"binh"}


async def test_who_lost_the_right_meanwhile_sends_nothing(office: RealOffice) -> None:
    chat = office.chat("hai")
    await chat.say("nhắc anh Trần Quốc Bình báo cáo nhiệm vụ 3")
    async with office.storage.writing() as records:
        await records.people.update(replace(office.people["hai"], role=Role.OFFICIAL))
    assert "chưa gửi gì" in await chat.press("Xác nhận")
    assert await _calls(office) == []


@pytest.mark.parametrize("said", ["đề nghị cấp lại thẻ bảo hiểm y tế", "đề nghị ai đó báo cáo việc này"])
async def test_what_names_no_colleague_is_left_to_others(office: RealOffice, said: str) -> None:
    chat = office.chat("son")
    await chat.say(said)
    assert "Xác nhận" not in chat.labels


# --- announcements ---------------------------------------------------------------------------------------------------


async def test_an_announcement_is_shown_as_it_will_be_read(office: RealOffice) -> None:
    chat = office.chat("trang")
    text = await chat.say("thông báo cho các trưởng phòng: Chiều mai họp giao ban lúc 14 giờ.")
    assert "Gửi thông báo này cho 2 người?" in text
    assert text.endswith("Thông báo của Phan Thu Trang:\nChiều mai họp giao ban lúc 14 giờ.")
    await chat.press("Xác nhận")
    (call,) = await _calls(office)
    assert (call.text, await _readers(office, call)) == ("Chiều mai họp giao ban lúc 14 giờ.", {"hanh", "hai"})


async def test_the_words_may_follow_in_a_message_of_their_own(office: RealOffice) -> None:
    chat = office.chat("son")
    assert "nhắn nội dung" in await chat.say("thông báo toàn cơ quan")
    text = await chat.say("Sáng mai nghỉ làm để phun khử khuẩn, ai còn đồ ở phòng họp thì dọn về giúp nhé?")
    assert "cho 6 người" in text and "phun khử khuẩn" in text
    await chat.press("Hủy")
    assert await _calls(office) == []


async def test_who_has_no_account_is_named_before(office: RealOffice) -> None:
    async with office.storage.writing() as records:
        await records.people.unbind("telegram", "hai")
    assert "Chưa có tài khoản nên chưa nhận được: Bùi Đức Hải" in await office.chat("son").say(
        "gửi phòng Kinh tế: Gửi lại danh sách trước 16 giờ."
    )


@pytest.mark.parametrize(
    ("who", "said", "answer"),
    [
        ("an", "thông báo toàn cơ quan: mai nghỉ", "Thông báo do lãnh đạo, quản trị viên gửi"),
        ("hanh", "thông báo toàn cơ quan: mai nghỉ", "không thuộc phạm vi"),
        ("hanh", "thông báo khẩn phòng Văn hóa - Xã hội: nước lên", "Tin khẩn ngoài giờ"),
        ("son", "thông báo cho phòng Nông nghiệp: mai họp", "Tôi không rõ"),
        ("son", "gửi anh Bình: lên phòng họp", "Có nhiều người"),
    ],
)
async def test_what_is_refused(office: RealOffice, who: str, said: str, answer: str) -> None:
    chat = office.chat(who)
    assert answer in await chat.say(said)
    assert "Xác nhận" not in chat.labels


async def test_a_stranger_can_do_none_of_this_and_gets_no_hint(office: RealOffice) -> None:
    for said in (
        "thông báo toàn cơ quan: mai nghỉ",
        "nhắc phòng Kinh tế nộp báo cáo trước thứ Sáu",
        "ai đã nhận thông báo",
        "nhắc việc hôm nay",
        "thu hồi thông báo",
        "đã nhận",
    ):
        chat = office.chat()
        text = await chat.say(said)
        assert not {"Xác nhận", "Thu hồi", "Ai đã nhận"} & set(chat.labels)
        assert "lãnh đạo" not in text and "quản trị viên" not in text
    assert await _calls(office) == []


async def test_nothing_of_it_happens_in_a_group(office: RealOffice) -> None:
    chat = office.chat("son", in_group=True)
    for said in ("thông báo toàn cơ quan: mai nghỉ", "nhắc phòng Kinh tế nộp báo cáo", "ai đã nhận thông báo"):
        await chat.say(said)
        assert chat.labels == []
    assert await _calls(office) == []


async def test_outside_of_hours_an_announcement_waits(office: RealOffice) -> None:
    office.now += timedelta(hours=13)
    chat = office.chat("son")
    assert "tin sẽ đi lúc 07:00 thứ Ba, 03/3/2026" in await chat.say("thông báo toàn cơ quan: Mai mặc đồng phục.")
    await chat.press("Xác nhận")
    (call,) = await _calls(office)
    assert {f"{local(n.release_at):%d/%m %H:%M}" for n in await _notices(office, call)} == {"03/03 07:00"}


async def test_an_emergency_goes_out_at_night_after_a_second_choice(office: RealOffice) -> None:
    office.now += timedelta(hours=13)
    chat = office.chat("son")
    assert "THÔNG BÁO KHẨN của Đặng Minh Sơn:" in await chat.say("thông báo khẩn toàn cơ quan: Nước lên, trực ngay.")
    assert "chọn một lần nữa" in await chat.press("Xác nhận")
    assert await _calls(office) == []
    assert "thông báo khẩn tới 6 người" in await chat.press("Gửi khẩn ngay bây giờ")
    (call,) = await _calls(office)
    assert call.emergency
    assert {n.release_at for n in await _notices(office, call)} == {office.now}


async def test_an_emergency_may_wait_for_the_morning_after_all(office: RealOffice) -> None:
    office.now += timedelta(hours=13)
    chat = office.chat("son")
    await chat.say("thông báo khẩn toàn cơ quan: Nước lên, trực ngay.")
    await chat.press("Xác nhận")
    await chat.press("Đợi đến giờ làm việc")
    (call,) = await _calls(office)
    assert not call.emergency


async def test_nobody_is_written_to_too_often(office: RealOffice) -> None:
    chat = office.chat("son")
    for number in range(20):
        await chat.say(f"gửi phòng Kinh tế: tin thứ {number}")
        await chat.press("Xác nhận")
    assert "dừng ở đây" in await chat.say("gửi phòng Kinh tế: thêm một tin")
    office.now += timedelta(days=1)
    assert "Gửi thông báo này" in await chat.say("gửi phòng Kinh tế: thêm một tin")


async def test_the_same_words_twice_a_day_are_pointed_out(office: RealOffice) -> None:
    chat = office.chat("son")
    for _ in range(2):
        text = await chat.say("gửi phòng Kinh tế: Nhớ chấm công.")
        await chat.press("Xác nhận")
    assert "đúng nội dung này lúc 08:00" in text


async def test_what_is_too_long_is_asked_for_again(office: RealOffice) -> None:
    chat = office.chat("son")
    assert "tối đa 3000" in await chat.say("gửi phòng Kinh tế: " + "dài " * 900)
    assert "Xác nhận" not in chat.labels


# --- who received it -------------------------------------------------------------------------------------------------


async def _sent_to_economy(office: RealOffice) -> Call:
    chat = office.chat("son")
    await chat.say("nhắc anh Trần Quốc Bình báo cáo nhiệm vụ 3 trước thứ sáu")
    await chat.press("Xác nhận")
    (call, *_) = await _calls(office)
    return call


async def test_the_sender_sees_how_far_it_got(office: RealOffice) -> None:
    call = await _sent_to_economy(office)
    chat = office.chat("son")
    assert "Đang chờ gửi (1): Trần Quốc Bình" in await chat.say("ai đã nhận")
    await _send(office, call)
    assert "Đã gửi, chưa báo nhận (1): Trần Quốc Bình" in await chat.say("lời nhắc vừa gửi tới đâu rồi")
    (found,) = await _notices(office, call)
    assert "mong nhận báo cáo trước ngày 06/3/2026" in await office.chat("binh").act(f"ack:{found.id}")
    assert "Đã bấm Đã nhận (1): Trần Quốc Bình" in await chat.say("ai đã nhận")
    office.now += timedelta(minutes=1)
    reporter = office.chat("binh")
    await reporter.say("nv 3 được 60%")
    await reporter.press("Xác nhận")
    assert "Đã báo cáo (1): Trần Quốc Bình" in await chat.say("ai đã nhận")
    assert "do người khác gửi" in await office.chat("hanh").act(f"call:show:{call.id}")


async def test_what_was_not_read_yet_is_taken_back_quietly(office: RealOffice) -> None:
    call = await _sent_to_economy(office)
    chat = office.chat("son")
    assert "Thu hồi tin này?" in await chat.say("thu hồi lời nhắc")
    assert "1 người chưa nhận" in await chat.press("Thu hồi")
    (found,) = await _notices(office, call)
    assert (found.status, found.reason) == (NoticeStatus.CANCELLED, "withdrawn")
    assert office.told == []
    assert "trước đó" in await chat.act(f"call:take:{call.id}")


async def test_who_has_read_it_is_told_that_it_was_taken_back(office: RealOffice) -> None:
    call = await _sent_to_economy(office)
    await _send(office, call)
    chat = office.chat("son")
    await chat.say("thu hồi lời nhắc vừa gửi")
    await office.chat("trang").act(f"call:take:{call.id}")
    assert office.told == []
    await chat.press("Thu hồi")
    assert "đã thu hồi tin gửi lúc 08:00 02/3/2026" in office.told_to("binh")


async def test_overseers_see_who_received_todays_reminders(office: RealOffice) -> None:
    subject = await task(office, "1")
    first = await remind(office, "an", [(subject, "before_14", office.now.date())])
    await remind(office, "binh", [(await task(office, "3"), "before_14", office.now.date())])
    head = office.chat("hanh")
    assert "Đã gửi, chưa báo nhận (1): Lê Hoài An" in await head.say("nhắc việc hôm nay")
    await office.chat("an").act(f"ack:{first}")
    text = await head.say("ai đã nhận nhắc việc")
    assert "Đã bấm Đã nhận (1): Lê Hoài An" in text and "Trần Quốc Bình" not in text
    assert "Trần Quốc Bình" in await office.chat("son").say("ai đã nhận nhắc việc")
    assert "do trưởng phòng, lãnh đạo" in await office.chat("an").say("ai đã nhận nhắc việc")
