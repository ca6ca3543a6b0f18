"""Reporting periods in chat: each their own list, what came late, and the days an administrator sets."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time
from pathlib import Path

import pytest

from domain.clock import at_local
from domain.plans import Document
from domain.reporting_periods import PeriodKind
from scheduler.periods import keep_periods
from tests.handlers.real_office import RealOffice, open_real_office


def _at(day: int, month: int = 3, hour: int = 9) -> datetime:
    return at_local(date(2026, month, day), time(hour))


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[RealOffice]:
    async with open_real_office(tmp_path) as office:
        yield office


async def _clock(ward: RealOffice, moment: datetime) -> None:
    ward.now = moment
    await keep_periods(ward.storage, moment)


async def _report(ward: RealOffice, who: str, words: str) -> str:
    chat = ward.chat(who)
    await chat.say(words)
    return await chat.press("Xác nhận")


async def test_an_official_sees_what_is_reported_and_what_is_not(ward: RealOffice) -> None:
    await _clock(ward, _at(10))
    await _report(ward, "an", "nhiệm vụ 1 xong 40%")
    chat = ward.chat("an")
    told = await chat.say("kỳ báo cáo")
    assert "Kỳ báo cáo tháng 3/2026 (số liệu từ 15/02/2026 đến 14/3/2026)" in told
    assert "Hạn nộp trong cơ quan: 12/3/2026" in told
    assert "đã báo cáo 1/3" in told
    assert "Chưa báo cáo (2):\n• Nhiệm vụ 2: Mở 4 lớp kỹ năng số\n• Nhiệm vụ 5" in told
    assert "• Nhiệm vụ 1: Kiện toàn Tổ công nghệ số cộng đồng (ngày 10/3/2026, đang thực hiện, 40%)" in told
    assert "Trồng 300 cây" not in told
    assert chat.labels[:2] == ["Báo cáo: Nhiệm vụ 2", "Báo cáo: Nhiệm vụ 5"]
    assert "nhiệm vụ 2" in (await chat.press("Báo cáo: Nhiệm vụ 2")).lower()


async def test_a_head_sees_the_unit_with_its_people_and_a_leader_every_unit(ward: RealOffice) -> None:
    await _clock(ward, _at(10))
    await _report(ward, "an", "nhiệm vụ 1 xong 40%")
    head = await ward.chat("hanh").say("ky bao cao nay")
    assert "Phòng Văn hóa - Xã hội: đã báo cáo 1/3." in head
    assert "• Nhiệm vụ 2: Mở 4 lớp kỹ năng số (Lê Hoài An)" in head and "Trồng 300 cây" not in head
    chat = ward.chat("son")
    leader = await chat.say("kỳ báo cáo")
    assert "Toàn cơ quan: đã báo cáo 1/5" in leader
    assert "• Phòng Kinh tế: 0/2\n• Phòng Văn hóa - Xã hội: 1/3" in leader
    assert "• Nhiệm vụ 2 (15/KH-UBND): Trồng 300 cây bóng mát (Trần Quốc Bình)" in leader
    of_unit = await chat.press("Phòng Kinh tế")
    assert "Phòng Kinh tế: đã báo cáo 0/2." in of_unit and "Mở 4 lớp" not in of_unit
    assert "Xem cả cơ quan" in chat.labels


async def test_before_it_opens_one_is_told_when(ward: RealOffice) -> None:
    await _clock(ward, _at(2))
    told = await ward.chat("an").say("kỳ báo cáo")
    assert "Kỳ này mở ngày 09/3/2026, hạn nộp trong cơ quan 12/3/2026, chốt số liệu hết ngày 14/3/2026." in told


async def test_a_late_report_says_so_and_stands_in_the_list_as_late(ward: RealOffice) -> None:
    await _clock(ward, _at(10))
    await _report(ward, "an", "nhiệm vụ 1 xong 40%")
    await _clock(ward, _at(16))
    thanks = await _report(ward, "an", "nhiệm vụ 2 xong 60%")
    assert "Kỳ báo cáo tháng 3/2026 đã chốt ngày 14/3/2026: báo cáo này được ghi là nộp trễ" in thanks
    assert "nộp trễ" not in await _report(ward, "an", "nhiệm vụ 2 xong 70%")
    assert "nộp trễ" not in await _report(ward, "an", "nhiệm vụ 1 xong 50%")
    told = await ward.chat("an").say("kỳ báo cáo tháng 3")
    assert "Đã chốt số liệu hết ngày 14/3/2026." in told
    assert "Không báo cáo (1):\n• Nhiệm vụ 5" in told
    assert (
        "Nộp trễ (1), số liệu tính vào kỳ sau:\n• Nhiệm vụ 2: Mở 4 lớp kỹ năng số (Lê Hoài An, ngày 16/3/2026)" in told
    )
    assert "(ngày 10/3/2026, đang thực hiện, 40%)" in told
    leader = await ward.chat("son").say("kỳ báo cáo này")
    assert "• Phòng Văn hóa - Xã hội: 1/3, nộp trễ 1" in leader


async def test_a_correction_after_the_cutoff_leaves_the_figures_and_is_told(ward: RealOffice) -> None:
    await _clock(ward, _at(10))
    await _report(ward, "an", "nhiệm vụ 1 xong 40%")
    await _clock(ward, _at(16))
    chat = ward.chat("an")
    await chat.say("sửa báo cáo")
    await chat.say("45%")
    thanks = await chat.press("Xác nhận")
    assert "số liệu đã chốt giữ nguyên, đính chính này được ghi kèm" in thanks
    told = await chat.say("kỳ báo cáo tháng 3")
    assert "(ngày 10/3/2026, đang thực hiện, 40%; có đính chính sau khi chốt)" in told


async def test_a_stranger_learns_nothing(ward: RealOffice) -> None:
    await _clock(ward, _at(10))
    assert "Mở 4 lớp" not in await ward.chat().say("kỳ báo cáo")
    assert "Mở 4 lớp" not in await ward.chat("an", in_group=True).say("kỳ báo cáo")
    assert "chỉ dành cho cán bộ" in await ward.chat().act("period:1")


async def test_an_official_sees_nothing_of_another_unit_by_a_forged_button(ward: RealOffice) -> None:
    await _clock(ward, _at(10))
    async with ward.storage.reading() as records:
        units = {unit.name: unit.id for unit in await records.people.units(ward.office.id)}
    told = await ward.chat("an").act(f"period:1:{units['Phòng Kinh tế']}")
    assert "Trồng 300 cây" not in told and "Lắp mã QR" not in told


async def test_a_period_that_is_not_kept_is_not_made_up(ward: RealOffice) -> None:
    await _clock(ward, _at(10))
    assert "Chưa có kỳ báo cáo tháng 7/2024" in await ward.chat("son").say("kỳ báo cáo tháng 7/2024")


async def _schedules(ward: RealOffice) -> dict[PeriodKind, tuple[int, int, bool]]:
    async with ward.storage.reading() as records:
        kept = await records.periods.schedules(ward.office.id)
    return {s.kind: (s.cutoff_day, s.lead_days, s.active) for s in kept}


async def test_the_administrator_moves_the_cutoff_with_a_card(ward: RealOffice) -> None:
    chat = ward.chat("trang")
    assert "đang theo Điều 12 Nghị định 09/2019/NĐ-CP" in await chat.say("lịch báo cáo")
    card = await chat.say("chốt số liệu ngày 20 hằng tháng")
    assert "• Báo cáo tháng: từ ngày 21 đến ngày 20" in card
    assert (await _schedules(ward))[PeriodKind.MONTH] == (14, 2, True)
    assert "Đã đổi lịch báo cáo" in await chat.press("Xác nhận")
    assert {cutoff for cutoff, _, _ in (await _schedules(ward)).values()} == {20}
    assert "schedule.changed" in await ward.audited()
    assert "đã đúng như vậy" in await chat.say("chốt số liệu ngày 20 hằng tháng")


async def test_a_second_press_and_a_cancelled_card_change_nothing(ward: RealOffice) -> None:
    chat = ward.chat("trang")
    await chat.say("báo cáo trước hạn 3 ngày")
    await chat.press("Hủy")
    assert (await _schedules(ward))[PeriodKind.MONTH] == (14, 2, True)
    await chat.say("tắt báo cáo quý")
    await chat.press("Xác nhận")
    await chat.act("schedule:yes:2")
    assert (await ward.audited()).count("schedule.changed") == 1
    assert (await _schedules(ward))[PeriodKind.QUARTER] == (14, 2, False)
    await chat.act("schedule:yes:1")
    assert (await _schedules(ward))[PeriodKind.MONTH] == (14, 2, True)


@pytest.mark.parametrize("who", ["an", "hanh", "son"])
async def test_nobody_else_changes_it(ward: RealOffice, who: str) -> None:
    chat = ward.chat(who)
    assert "Chỉ quản trị viên" in await chat.say("tắt báo cáo tháng")
    await chat.act("schedule:yes:1")
    assert (await _schedules(ward))[PeriodKind.MONTH] == (14, 2, True)
    assert "Báo cáo tháng: từ ngày 15" in await chat.say("lịch báo cáo")


async def test_an_impossible_day_is_refused_with_a_sentence(ward: RealOffice) -> None:
    assert "từ 1 đến 31" in await ward.chat("trang").say("chốt số liệu ngày 45 hằng tháng")


async def test_a_plans_own_days_hold_once_the_administrator_confirmed_them(ward: RealOffice) -> None:
    async with ward.storage.writing() as records:
        plan = await records.library.replace(Document(0, ward.office.id, "plan.txt", "77/KH-UBND"), [])
    chat = ward.chat("trang")
    card = await chat.say("kế hoạch 77/KH-UBND báo cáo trước ngày 05/6 và 10/12 hằng năm")
    assert "• Kế hoạch 77/KH-UBND: chốt ngày 05/6, 10/12 hằng năm" in card
    await chat.press("Xác nhận")
    async with ward.storage.reading() as records:
        (own,) = [s for s in await records.periods.schedules(ward.office.id) if s.document_id]
    assert (own.document_id, own.dates, own.active) == (plan.id, ("06-05", "12-10"), True)
    assert "không có đúng một kế hoạch" in await chat.say("kế hoạch 78/KH-UBND báo cáo trước ngày 05/6 hằng năm")


async def test_who_has_not_reported_this_month_is_the_same_as_in_the_period(ward: RealOffice) -> None:
    ward.now = _at(20, month=2)
    await _report(ward, "an", "nhiệm vụ 1 xong 40%")
    chat = ward.chat("son")
    await _clock(ward, _at(2))
    assert "Chưa báo cáo tháng 3/2026: 5/5" in await chat.say("ai chưa báo cáo tháng này")
    await _clock(ward, _at(10))
    asked = await chat.say("ai chưa báo cáo tháng này")
    assert "Chưa báo cáo tháng 3/2026 (kỳ báo cáo từ 15/02/2026 đến 14/3/2026): 4/5" in asked
    assert "Chưa báo cáo trong tháng 3: 4" in await chat.say("tổng quan")
    assert "đã báo cáo 1/5" in await chat.say("kỳ báo cáo")
