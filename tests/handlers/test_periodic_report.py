"""A period's report in chat, over a real database: drafted, remarked on, returned, approved, issued; who may not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.paper_writing import ReportWriter
from domain.people import Role
from domain.periodic_report import ReportContent
from domain.report_flow import Move, ReportStatus, ReportVersion
from handlers.periodic_report_words import MOST
from tests.handlers.real_office import RealChat, RealOffice, open_real_office

BEFORE_CUTOFF = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
AFTER_CUTOFF = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
"""Monday after the March period, which ends on Saturday 14 March."""


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[RealOffice]:
    """The office after the March period is over; no files are written unless a test asks for them."""
    async with open_real_office(tmp_path) as opened:
        opened.now = AFTER_CUTOFF
        yield opened


async def versions(office: RealOffice) -> list[ReportVersion]:
    """All versions, the first made first."""
    async with office.storage.reading() as records:
        return sorted(await records.periodic_reports.of_office(office.office.id), key=lambda v: v.id)


async def moves(office: RealOffice, report_id: int) -> list[Move]:
    """What happened to a version."""
    async with office.storage.reading() as records:
        return [step.move for step in await records.periodic_reports.steps(report_id)]


async def drafted(office: RealOffice) -> RealChat:
    """The administrator's chat with the March report drafted in it."""
    chat = office.chat("trang")
    await chat.say("xuất báo cáo tháng 3")
    return chat


async def submitted(office: RealOffice) -> RealChat:
    """The same with the report laid before the leaders."""
    chat = await drafted(office)
    await chat.press("Trình lãnh đạo")
    return chat


async def approved(office: RealOffice) -> RealChat:
    """The same once the leader has approved it."""
    chat = await submitted(office)
    await office.chat("son").act("bk:approve:1")
    office.told.clear()
    return chat


async def report(office: RealOffice, who: str, said: str) -> None:
    """Somebody reports progress and confirms it."""
    chat = office.chat(who)
    await chat.say(said)
    await chat.press("Xác nhận")


# --- drafting --------------------------------------------------------------------------------------------------------


async def test_a_draft_is_made_of_the_figures_at_the_cutoff_and_freezes_them(office: RealOffice) -> None:
    office.now = BEFORE_CUTOFF
    await report(office, "an", "Nhiệm vụ 1 đạt 60%")
    office.now = AFTER_CUTOFF
    await report(office, "binh", "Nhiệm vụ 3 đạt 30%")
    chat = await drafted(office)
    assert "Đã lập dự thảo." in chat.text and "Đã chốt số liệu hết ngày 14/3/2026." in chat.text
    assert "5 nhiệm vụ: xong 0, đang thực hiện 1, vướng mắc 0, chưa bắt đầu 0, chưa báo cáo 4." in chat.text
    (version,) = await versions(office)
    async with office.storage.reading() as records:
        period = await records.periods.get(version.period_id)
        assert period is not None and period.frozen
        figures = await records.periods.figures(period.id)
    content = ReportContent.from_json(dict(version.content))
    assert content.is_final and content.period.period_id == version.period_id
    assert figures is not None and len(figures.missing) == 4
    assert (await office.audited())[-2:] == ["period.frozen", "periodic_report.made"]


async def test_before_the_cutoff_the_figures_are_provisional_and_submitting_is_asked_twice(office: RealOffice) -> None:
    office.now = BEFORE_CUTOFF
    chat = await drafted(office)
    assert "TẠM TÍNH đến 09:00 12/3/2026; chốt số liệu hết ngày 14/3/2026" in chat.text
    assert "chưa có báo cáo nào trong kỳ." in chat.text
    assert "vẫn trình bản tạm tính này?" in await chat.press("Trình lãnh đạo")
    assert (await versions(office))[0].status is ReportStatus.DRAFT
    assert "Đã trình Đặng Minh Sơn" in await chat.press("Vẫn trình")
    assert (await versions(office))[0].status is ReportStatus.SUBMITTED


async def test_asked_again_the_same_report_is_shown_and_no_version_made(office: RealOffice) -> None:
    chat = await drafted(office)
    assert "bản 1" in await chat.say("bao cao thang 3")
    assert "Số liệu chưa thay đổi" in await chat.press("Lập lại theo số liệu mới")
    assert len(await versions(office)) == 1


async def test_changed_figures_make_a_new_version_and_the_old_one_stays(office: RealOffice) -> None:
    office.now = BEFORE_CUTOFF
    chat = await drafted(office)
    await report(office, "an", "Nhiệm vụ 1 đạt 60%")
    assert "Đã lập bản 2 theo số liệu mới" in await chat.say("lập lại báo cáo tháng 3")
    first, second = await versions(office)
    assert (first.status, second.status) == (ReportStatus.REPLACED, ReportStatus.DRAFT)
    assert "60%" in str(second.content) and "60%" not in str(first.content)


async def test_a_period_that_has_not_begun_or_is_none_is_said_so(office: RealOffice) -> None:
    chat = office.chat("trang")
    assert "chưa bắt đầu (từ 15/3/2027)" in await chat.say("lập báo cáo tháng 4/2027")
    assert "báo cáo của kỳ nào" in await chat.say("lập báo cáo tháng 13")
    assert "Chưa có báo cáo quý I/2026" in await chat.say("xem báo cáo quý I")
    await chat.press("Lập dự thảo")
    assert "Báo cáo quý I/2026, bản 1" in chat.text
    assert "không còn báo cáo này" in (await chat.act("bk:make:month:2026-13")).lower()
    assert "Báo cáo quý I/2026, bản 1" in await chat.say("danh sách báo cáo định kỳ")


async def test_without_a_period_the_one_at_hand_is_drafted(office: RealOffice) -> None:
    assert "Báo cáo tháng 3/2026, bản 1" in await office.chat("trang").say("lập báo cáo")


# --- the heads -------------------------------------------------------------------------------------------------------


async def test_heads_get_their_part_and_their_remarks_come_back(office: RealOffice) -> None:
    chat = await drafted(office)
    assert "Đã gửi 2 trưởng phòng góp ý" in await chat.press("Gửi các trưởng phòng góp ý")
    assert "Phần của Phòng Văn hóa - Xã hội: 3 nhiệm vụ; xong 0, chưa báo cáo 3." in office.told_to("hanh")
    assert "Phần của Phòng Kinh tế: 2 nhiệm vụ" in office.told_to("hai")
    assert "Phần của Phòng Kinh tế" not in office.told_to("hanh")
    hanh = office.chat("hanh")
    await hanh.act("bk:remark:1")
    shown = await hanh.say("Nhiệm vụ 2 đã mở được 3 lớp")
    assert "“Nhiệm vụ 2 đã mở được 3 lớp”" in shown and await moves(office, 1) == [Move.MAKE, Move.CIRCULATE]
    await hanh.press("Gửi")
    assert "Vũ Thị Hạnh góp ý báo cáo tháng 3/2026, bản 1: “Nhiệm vụ 2 đã mở được 3 lớp”" in office.told_to("trang")
    await office.chat("hai").act("bk:agree:1")
    assert "Các trưởng phòng đã trả lời đủ." in office.told_to("trang")
    assert "- Bùi Đức Hải: không có ý kiến" in await chat.act("bk:card:1")


async def test_a_button_pressed_twice_writes_once(office: RealOffice) -> None:
    chat = await drafted(office)
    await chat.press("Gửi các trưởng phòng góp ý")
    assert "đã được gửi các trưởng phòng rồi" in await chat.act("bk:circulate:1")
    hai = office.chat("hai")
    await hai.act("bk:agree:1")
    office.told.clear()
    assert "trả lời không có ý kiến về bản này rồi" in await hai.act("bk:agree:1")
    await chat.act("bk:submit_now:1")
    assert "đã được trình lãnh đạo rồi" in await chat.act("bk:submit_now:1")
    son = office.chat("son")
    await son.act("bk:approve:1")
    assert "Báo cáo đã được Đặng Minh Sơn duyệt" in await son.act("bk:approve:1")
    assert await moves(office, 1) == [Move.MAKE, Move.CIRCULATE, Move.AGREE, Move.SUBMIT, Move.APPROVE]
    keys = [told.key for told in office.told]
    assert len(keys) == len(set(keys))


async def test_an_old_versions_button_writes_nothing_and_shows_the_newest(office: RealOffice) -> None:
    chat = await drafted(office)
    await chat.press("Gửi các trưởng phòng góp ý")
    await chat.say("thêm kiến nghị: Cấp 02 máy quét")
    await chat.press("Thêm")
    for who, what in (
        ("hai", "agree"),
        ("hanh", "remark"),
        ("trang", "submit"),
        ("trang", "circulate"),
        ("son", "approve"),
    ):
        said = await office.chat(who).act(f"bk:{what}:1")
        assert "Bản này đã được thay" in said and "bản 2" in said
    assert await moves(office, 1) == [Move.MAKE, Move.CIRCULATE, Move.REPLACE]
    assert await moves(office, 2) == [Move.ADD]


async def test_a_remark_written_while_a_new_version_is_made_is_shown_again_for_it(office: RealOffice) -> None:
    chat = await drafted(office)
    hanh = office.chat("hanh")
    await hanh.act("bk:remark:1")
    await hanh.say("Thiếu nhiệm vụ 2")
    await chat.say("thêm khó khăn: Thiếu người")
    await chat.press("Thêm")
    again = await hanh.press("Gửi")
    assert "Bản này đã được thay" in again and "“Thiếu nhiệm vụ 2”" in again
    await hanh.press("Gửi")
    assert (await moves(office, 2))[-1] is Move.REMARK


async def test_remarks_are_listed_in_the_notes_of_the_next_version(office: RealOffice) -> None:
    chat = await drafted(office)
    hanh = office.chat("hanh")
    await hanh.say("góp ý báo cáo tháng 3: Thiếu nhiệm vụ 2")
    await hanh.press("Gửi")
    await chat.say("thêm nhiệm vụ kỳ tới: Mở lớp thứ tư")
    await chat.press("Thêm")
    assert "Ý kiến về các bản trước:\n- Vũ Thị Hạnh: Thiếu nhiệm vụ 2" in chat.text


async def test_too_long_a_remark_is_asked_again(office: RealOffice) -> None:
    await drafted(office)
    hanh = office.chat("hanh")
    await hanh.act("bk:remark:1")
    assert f"tối đa {MOST}" in await hanh.say("dài " * 600)
    assert "“Ngắn thôi mà”" in await hanh.say("Ngắn thôi mà")
    await hanh.press("Thôi")
    assert "không có gì được ghi thêm" in await hanh.act("bk:send:1")
    assert await moves(office, 1) == [Move.MAKE]


# --- the leaders -----------------------------------------------------------------------------------------------------


async def test_a_return_comes_with_its_reason_and_a_new_version_follows(office: RealOffice) -> None:
    chat = await submitted(office)
    assert "Phan Thu Trang trình anh/chị báo cáo tháng 3/2026, bản 1." in office.told_to("son")
    son = office.chat("son")
    await son.act("bk:return:1")
    await son.say("Bổ sung kết quả nhiệm vụ 3")
    await son.press("Gửi")
    assert "Đặng Minh Sơn trả lại báo cáo tháng 3/2026, bản 1: “Bổ sung kết quả nhiệm vụ 3”" in office.told_to("trang")
    assert "đã bị Đặng Minh Sơn trả lại" in await chat.act("bk:submit:1")
    assert "đã bị Đặng Minh Sơn trả lại" in await son.act("bk:approve:1")
    assert "- Đặng Minh Sơn trả lại: Bổ sung kết quả nhiệm vụ 3" in await chat.act("bk:again:1")
    first, second = await versions(office)
    assert (first.status, first.decided_by, second.status) == (
        ReportStatus.REPLACED,
        "Đặng Minh Sơn",
        ReportStatus.DRAFT,
    )


async def test_an_approved_version_is_fixed_and_what_comes_after_is_another(office: RealOffice) -> None:
    office.now = BEFORE_CUTOFF
    chat = await drafted(office)
    await chat.act("bk:submit_now:1")
    await office.chat("son").act("bk:approve:1")
    (before,) = await versions(office)
    assert "không ghi thêm được nữa" in await chat.say("thêm kiến nghị: Cấp 02 máy quét")
    assert "không ghi thêm được nữa" in await office.chat("hanh").act("bk:remark:1")
    assert "không ghi thêm được nữa" in await chat.act("bk:again:1")
    await report(office, "an", "Nhiệm vụ 1 đạt 60%")
    assert "Đã lập bản 2" in await chat.say("lập lại báo cáo tháng 3")
    assert (await versions(office))[0] == before
    assert "Ban hành báo cáo tháng 3/2026 với số 7" in await chat.say("số 7/BC-UBND")
    await chat.press("Ban hành")
    first, second = await versions(office)
    assert (first.status, first.number, first.content) == (ReportStatus.FINAL, "7", before.content)
    assert second.status is ReportStatus.DRAFT


async def test_when_a_submitted_version_is_replaced_the_leaders_are_told(office: RealOffice) -> None:
    chat = await submitted(office)
    await chat.say("thêm đánh giá chung: Tiến độ bảo đảm")
    await chat.press("Thêm")
    assert "đã lập bản 2 của báo cáo tháng 3/2026, thay bản đang trình" in office.told_to("son")
    assert "Bản này đã được thay" in await office.chat("son").act("bk:approve:1")


async def test_of_two_leaders_who_decide_at_one_moment_one_does(office: RealOffice) -> None:
    async with office.storage.writing() as records:
        office.people["lan"] = await records.people.add(office.office.id, "Hồ Thị Lan", Role.LEADER)
        await records.people.bind(office.people["lan"].id, "telegram", "lan", "lan")
    await submitted(office)
    son, lan = office.chat("son"), office.chat("lan")
    said = await asyncio.gather(son.act("bk:approve:1"), lan.act("bk:approve:1"))
    assert sum("Đã duyệt báo cáo tháng 3/2026" in each for each in said) == 1
    assert sum("không ghi thêm được nữa" in each for each in said) == 1
    assert (await moves(office, 1)).count(Move.APPROVE) == 1
    assert office.told_to("son").count("đã duyệt") + office.told_to("lan").count("đã duyệt") == 1


async def test_a_remark_and_an_approval_at_one_moment_are_both_answered(office: RealOffice) -> None:
    await submitted(office)
    hanh = office.chat("hanh")
    await hanh.act("bk:remark:1")
    await hanh.say("Thiếu nhiệm vụ 2")
    said, _ = await asyncio.gather(hanh.press("Gửi"), office.chat("son").act("bk:approve:1"))
    found = await moves(office, 1)
    assert found[-1] is Move.APPROVE
    assert ("Đã gửi góp ý" in said) == (Move.REMARK in found)
    assert ("không ghi thêm được nữa" in said) == (Move.REMARK not in found)


# --- the number ------------------------------------------------------------------------------------------------------


async def test_the_number_is_shown_before_it_is_given_and_all_who_took_part_get_the_files(
    office: RealOffice, tmp_path: Path
) -> None:
    office.write_report = ReportWriter(tmp_path)
    chat = await drafted(office)
    await chat.press("Gửi các trưởng phòng góp ý")
    await chat.act("bk:submit_now:1")
    await office.chat("son").act("bk:approve:1")
    assert "Anh/chị cho số để ban hành giúp." in office.told_to("trang")
    office.told.clear()
    await chat.act("bk:number:1")
    assert "chưa đọc được số" in await chat.say("mười lăm")
    assert "với số 15, ngày 15/3/2026?" in await chat.say("15 ngày 15/3")
    assert (await versions(office))[0].status is ReportStatus.APPROVED
    await chat.press("Ban hành")
    (final,) = await versions(office)
    assert (final.status, final.number, str(final.issued_on)) == (ReportStatus.FINAL, "15", "2026-03-15")
    told = {told.person_id: told.reply for told in office.told}
    assert set(told) == {office.people[who].id for who in ("hanh", "hai", "son")}
    assert all(len(reply.files) == 2 for reply in told.values())
    assert [file.name.rpartition(".")[2] for file in chat.replies[-1].files] == ["docx", "xlsx"]
    assert "Đã ban hành, số 15, ngày 15/3/2026." in await office.chat("an").say("xem báo cáo tháng 3")


async def test_an_issued_report_is_written_again_byte_for_byte(office: RealOffice, tmp_path: Path) -> None:
    office.write_report = ReportWriter(tmp_path)
    chat = await approved(office)
    await chat.say("số 15")
    await chat.press("Ban hành")
    issued = [(file.name, file.content) for file in chat.replies[-1].files]
    own = tmp_path / "templates"
    own.mkdir()
    (own / "bao-cao-dinh-ky.docx").write_bytes((Path("bot/templates") / "bao-cao-rut-gon.docx").read_bytes())
    await report(office, "an", "Nhiệm vụ 1 đạt 90%")
    await chat.say("xem báo cáo tháng 3")
    assert [(file.name, file.content) for file in chat.replies[-1].files] == issued


async def test_a_number_of_the_future_or_used_before_is_refused(office: RealOffice) -> None:
    chat = await approved(office)
    await chat.say("số 15 ngày 30/12")
    assert "sau hôm nay" in await chat.press("Ban hành")
    await chat.say("số 15")
    await chat.press("Ban hành")
    await chat.say("lập báo cáo tháng 2")
    await chat.act("bk:submit_now:2")
    await office.chat("son").act("bk:approve:2")
    await chat.say("số 15")
    assert "Số 15 năm 2026 đã dùng cho báo cáo tháng 3/2026" in await chat.press("Ban hành")
    assert [v.status for v in await versions(office)] == [ReportStatus.FINAL, ReportStatus.APPROVED]


async def test_a_bare_number_is_nobodys_unless_a_report_waits_for_it(office: RealOffice) -> None:
    chat = await drafted(office)
    assert "Ban hành" not in await chat.say("số 15")
    await submitted(office)
    await office.chat("son").act("bk:approve:1")
    assert "Ban hành" not in await office.chat("hanh").say("số 15")


# --- adding by hand --------------------------------------------------------------------------------------------------


async def test_what_is_added_is_marked_with_who_and_when_and_can_be_taken_out(office: RealOffice) -> None:
    chat = await drafted(office)
    await chat.say("Thêm kiến nghị: Cấp 02 máy quét cho Phòng Kinh tế")
    await chat.press("Thêm")
    assert "1. Kiến nghị, đề xuất: Cấp 02 máy quét cho Phòng Kinh tế (Phan Thu Trang, 09:00 16/3/2026)" in chat.text
    content = ReportContent.from_json(dict((await versions(office))[1].content))
    assert content.wording.proposals == ("- Cấp 02 máy quét cho Phòng Kinh tế [BS1]",)
    source = content.wording.sources[-1]
    assert (source.mark, source.person, source.said) == ("[BS1]", "Phan Thu Trang", "Cấp 02 máy quét cho Phòng Kinh tế")
    await chat.press("Bỏ bổ sung 1")
    content = ReportContent.from_json(dict((await versions(office))[2].content))
    assert "[BS1]" not in str(content.wording) and not content.wording.sources
    assert "Bổ sung bằng tay" not in chat.text


async def test_additions_stay_when_the_figures_are_taken_again(office: RealOffice) -> None:
    office.now = BEFORE_CUTOFF
    chat = await drafted(office)
    await chat.say("thêm khó khăn: Thiếu người")
    await chat.press("Thêm")
    await report(office, "an", "Nhiệm vụ 1 đạt 60%")
    await chat.act("bk:again:2")
    content = ReportContent.from_json(dict((await versions(office))[2].content))
    assert content.wording.difficulties == ("- Thiếu người [BS1]",) and "60%" in str(content)


# --- who may not -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["an", "binh"])
async def test_officials_see_what_is_issued_and_nothing_before(office: RealOffice, who: str) -> None:
    chat = office.chat(who)
    assert "là việc của trưởng phòng" in await chat.say("xuất báo cáo tháng 3")
    assert "chưa ban hành. Nếu anh/chị muốn báo cáo nhiệm vụ của mình" in await chat.say("báo cáo tháng 3")
    await drafted(office)
    assert "chưa ban hành, nên anh/chị chưa xem được" in await chat.say("xem báo cáo tháng 3")
    for what in ("card", "files", "circulate", "submit", "agree", "remark", "approve", "return", "number", "again"):
        assert "chưa ban hành, nên anh/chị chưa xem được" in await chat.act(f"bk:{what}:1")
    assert await moves(office, 1) == [Move.MAKE]


@pytest.mark.parametrize(
    ("who", "what", "words"),
    [
        ("hanh", "circulate", "do quản trị viên hoặc người lập báo cáo (Phan Thu Trang) làm"),
        ("hanh", "submit", "do quản trị viên hoặc người lập báo cáo"),
        ("hanh", "again", "do quản trị viên hoặc người lập báo cáo"),
        ("hanh", "approve", "là việc của lãnh đạo"),
        ("hanh", "number", "là việc của quản trị viên"),
        ("son", "submit_now", "do quản trị viên hoặc người lập báo cáo"),
        ("son", "remark", "là việc của trưởng phòng"),
        ("son", "agree", "là việc của trưởng phòng"),
        ("trang", "approve", "là việc của lãnh đạo"),
        ("trang", "return", "là việc của lãnh đạo"),
        ("trang", "agree", "là việc của trưởng phòng"),
        ("son", "approve", "chưa được trình"),
        ("trang", "number", "chưa được duyệt"),
    ],
)
async def test_a_forged_button_does_nothing(office: RealOffice, who: str, what: str, words: str) -> None:
    await drafted(office)
    assert words in await office.chat(who).act(f"bk:{what}:1")
    assert await moves(office, 1) == [Move.MAKE]
    assert len(await versions(office)) == 1


async def test_who_made_a_report_may_submit_it_whatever_they_are(office: RealOffice) -> None:
    hai = office.chat("hai")
    await hai.say("lập báo cáo tháng 3")
    assert "Đã trình Đặng Minh Sơn" in await hai.press("Trình lãnh đạo")


async def test_rights_are_asked_again_when_a_button_is_pressed(office: RealOffice) -> None:
    await submitted(office)
    son = office.chat("son")
    async with office.storage.writing() as records:
        await records.people.update(replace(office.people["son"], role=Role.OFFICIAL))
    assert "chưa ban hành" in await son.act("bk:approve:1")
    assert (await versions(office))[0].status is ReportStatus.SUBMITTED


async def test_in_groups_and_to_citizens_nothing_is_shown(office: RealOffice) -> None:
    await drafted(office)
    group = office.chat("trang", in_group=True)
    for said in ("xuất báo cáo tháng 3", "xem báo cáo tháng 3", "danh sách báo cáo định kỳ"):
        assert "5 nhiệm vụ:" not in await group.say(said) and not group.labels
    assert "bản 1" not in await group.act("bk:card:1")
    citizen = office.chat()
    assert "bản 1" not in await citizen.say("xem báo cáo tháng 3")
    assert "Báo cáo của" in await citizen.act("bk:card:1")


async def test_a_question_about_a_report_is_left_to_others(office: RealOffice) -> None:
    chat = office.chat("trang")
    await chat.say("Báo cáo tháng 3 nộp khi nào?")
    await office.chat("an").say("Báo cáo nhiệm vụ 1 đạt 60%")
    assert await versions(office) == []


async def test_what_was_asked_for_stays_open_beside_another_errand(office: RealOffice) -> None:
    await drafted(office)
    hanh = office.chat("hanh")
    await hanh.act("bk:remark:1")
    assert "Tôi còn chờ anh/chị viết nội dung cho báo cáo tháng 3/2026" in await hanh.say("việc của tôi")
    await hanh.say("Thiếu nhiệm vụ 2")
    assert "“Thiếu nhiệm vụ 2”" in await hanh.say("trợ giúp")
    await hanh.act("bk:send:1")
    assert (await moves(office, 1))[-1] is Move.REMARK
