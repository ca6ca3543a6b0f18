"""What falls due in some days, over a real database: tasks, rounds, periods and feedback, by day and by right."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from domain.deadlines import parse_deadline
from domain.tasks import Task
from domain.working_days import CalendarDay
from tests.handlers.real_office import RealOffice, open_real_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[RealOffice]:
    async with open_real_office(tmp_path) as opened:
        yield opened


async def _every_friday(office: RealOffice) -> None:
    unit = office.people["an"].unit_id
    bare = Task(0, office.office.id, "8", "Gửi tin bài cho đài", parse_deadline("hằng tuần"))
    async with office.storage.writing() as records:
        await records.register.add_task(replace(bare, lead_unit_id=unit, assignee_id=office.people["an"].id))


async def test_own_tasks_stand_by_day_with_the_working_days_left(office: RealOffice) -> None:
    text = await office.chat("binh").say("tuần sau có gì đến hạn")
    assert "Từ 09/3/2026 đến 15/3/2026, anh/chị Trần Quốc Bình có" in text
    assert "Thứ Ba, 10/3/2026: còn 6 ngày làm việc\n• Nhiệm vụ 2: Trồng 300 cây bóng mát" in text
    assert "Kiện toàn" not in text


async def test_report_periods_are_among_it_until_their_day(office: RealOffice) -> None:
    text = await office.chat("an").say("tháng này có gì đến hạn")
    assert "• Hạn nộp báo cáo tháng 3/2026" in text
    assert text.count("Chốt số liệu báo cáo") == 1, "of the periods that end on one day the shortest is named"


async def test_rounds_come_up_on_each_of_their_days(office: RealOffice) -> None:
    await _every_friday(office)
    chat = office.chat("an")
    assert "Thứ Sáu, 06/3/2026: còn 4 ngày làm việc\n• Nhiệm vụ 8: Gửi tin bài cho đài (định kỳ)" in await chat.say(
        "tuần này"
    )
    assert (await chat.say("tháng này")).count("(định kỳ)") == 4


async def test_a_day_off_is_called_so(office: RealOffice) -> None:
    async with office.storage.writing() as records:
        await records.calendar.put(office.office.id, CalendarDay(date(2026, 3, 10), works=False, label="Hội làng"))
    assert "Thứ Ba, 10/3/2026 (ngày nghỉ): còn 5 ngày làm việc" in await office.chat("binh").say("tuần sau")


async def test_an_overseer_sees_all_and_a_unit_alone(office: RealOffice) -> None:
    chat = office.chat("son")
    text = await chat.say("tháng này có gì đến hạn")
    assert "UBND phường Gò Mây có" in text and "– Phòng Kinh tế" in text and "– Phòng Văn hóa - Xã hội" in text
    text = await chat.say("tháng này phòng Kinh tế có gì đến hạn")
    assert "Trồng 300 cây" in text and "Kiện toàn" not in text
    assert "Kiện toàn" in await office.chat("hanh").say("tháng này phòng tôi có gì đến hạn")
    assert "dành cho trưởng phòng" in await office.chat("an").say("tháng này phòng Kinh tế có gì đến hạn")


async def test_nothing_due_is_said_so(office: RealOffice) -> None:
    assert "Ngày 02/3/2026, anh/chị Lê Hoài An không có gì đến hạn." in await office.chat("an").say("hôm nay")
    assert "đến hạn" not in await office.chat().say("tuần này có gì đến hạn")
