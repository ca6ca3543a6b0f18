"""The summary of a staff group: sent once a day it is due, by the office's calendar, without anybody's name."""

from collections.abc import AsyncIterator
from datetime import date, time, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.fitting import fit
from domain.clock import at_local
from domain.groups import SummaryTime
from domain.messages import Attachment
from domain.ports import Limits
from domain.working_days import CalendarDay
from scheduler.summaries import OfficeFigures, send_summaries
from tests.handlers.real_office import RealOffice, open_real_office

HERE = ("telegram", "-501")
SHAPES = {"telegram": partial(fit, limits=Limits(4096, 1000.0, 1000.0))}
MONDAY = date(2026, 3, 9)
EIGHT = at_local(MONDAY, time(8))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[RealOffice]:
    async with open_real_office(tmp_path) as opened:
        async with opened.storage.writing() as records:
            await records.groups.join(*HERE, opened.office.id, "Cán bộ", opened.now)
            await records.groups.make_staff(*HERE, opened.office.id, True, None)
            await records.groups.set_summary(*HERE, SummaryTime(0, time(8)), date(2026, 3, 2))
        yield opened


async def _sent(office: RealOffice) -> list[str]:
    async with office.storage.writing() as records:
        rows = await records.outbox.claim(EIGHT + timedelta(days=9), 9, set(), ("telegram",), sender="s")
    return [row.reply.text for row in rows if row.chat_id == HERE[1]]


async def test_it_is_queued_once_however_often_the_clock_ticks(office: RealOffice) -> None:
    assert await send_summaries(office.storage, at_local(MONDAY, time(7, 59)), SHAPES) == 0
    assert await send_summaries(office.storage, EIGHT, SHAPES) == 1
    assert await send_summaries(office.storage, EIGHT, SHAPES) == 0
    assert await send_summaries(office.storage, at_local(MONDAY, time(15)), SHAPES) == 0
    assert len(await _sent(office)) == 1


async def test_it_tells_figures_by_unit_and_names_nobody(office: RealOffice) -> None:
    await send_summaries(office.storage, at_local(date(2026, 3, 11), time(9)), SHAPES)
    [text] = await _sent(office)
    assert "Tổng số: 5 nhiệm vụ" in text and "Quá hạn: 1" in text
    assert "• Phòng Kinh tế: 2 việc, xong 0, quá hạn 1" in text
    assert not any(name in text for name in (person.name for person in office.people.values()))
    assert not any(title in text for title in ("Mở 4 lớp", "Trồng 300 cây", "Lắp mã QR"))


async def test_a_picture_goes_with_it(office: RealOffice) -> None:
    seen: list[OfficeFigures] = []

    async def draw(figures: OfficeFigures) -> Attachment | None:
        seen.append(figures)
        return Attachment("a.png", "image/png", b"p")

    await send_summaries(office.storage, EIGHT, SHAPES, draw)
    assert [name for name, _ in seen[0].units] == ["Phòng Kinh tế", "Phòng Văn hóa - Xã hội"]
    async with office.storage.writing() as records:
        [row] = await records.outbox.claim(EIGHT, 9, set(), ("telegram",), sender="s")
    assert [picture.name for picture in row.reply.pictures] == ["a.png"]


async def test_a_day_off_waits_for_the_next_working_day(office: RealOffice) -> None:
    async with office.storage.writing() as records:
        await records.calendar.put(office.office.id, CalendarDay(MONDAY, False, "nghỉ"))
    assert await send_summaries(office.storage, at_local(MONDAY, time(10)), SHAPES) == 0
    assert await send_summaries(office.storage, at_local(date(2026, 3, 10), time(8)), SHAPES) == 1


async def test_nothing_is_sent_in_quiet_hours_nor_lost_by_them(office: RealOffice) -> None:
    assert await send_summaries(office.storage, at_local(MONDAY, time(21)), SHAPES) == 0
    assert await send_summaries(office.storage, at_local(date(2026, 3, 10), time(7)), SHAPES) == 1


async def test_a_group_left_or_on_an_app_not_served_is_sent_nothing(office: RealOffice) -> None:
    assert await send_summaries(office.storage, EIGHT, {}) == 0
    async with office.storage.writing() as records:
        await records.groups.leave(*HERE, EIGHT)
    assert await send_summaries(office.storage, EIGHT, SHAPES) == 0
