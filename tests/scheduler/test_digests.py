"""What people are sent: one digest a day, late ones labelled, nothing lost and nothing twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.notices import Call, CallKind, Notice, NoticeStatus, Subject, SubjectKind
from domain.progress import Understood
from domain.tasks import TaskStatus
from scheduler.digests import send_ahead
from scheduler.planning import missed, upcoming
from storage import Storage
from tests.scheduler.ward import SHAPES, Ward, at, ward_in

TUESDAY = date(2026, 3, 10)
MONDAY = date(2026, 3, 9)
FRIDAY = date(2026, 3, 13)


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward_in(tmp_path) as found:
        yield found


async def test_a_day_brings_one_message_however_often_one_looks(ward: Ward) -> None:
    await ward.task("4", TUESDAY)
    await ward.task("5", TUESDAY)
    assert [await ward.beat(at(MONDAY) + timedelta(minutes=n)) for n in range(5)] == [1, 0, 0, 0, 0]
    (said,) = await ward.deliver(at(MONDAY, 8, 6))
    assert "NV 4" in said.text and "NV 5" in said.text
    received, tasks = (button.action for button in said.buttons)
    async with ward.storage.reading() as records:
        named = await records.notices.get(int(received.removeprefix("ack:")))
        assert named is not None and named.message is not None
        assert len(await records.notices.of_message(named.message)) == 2, "one press answers for all of the message"
    assert tasks == "tasks"
    assert {row.status for row in await ward.ledger() if not row.notice.folded} == {NoticeStatus.SENT}


async def test_nothing_goes_out_before_its_hour(ward: Ward) -> None:
    await ward.task("4", TUESDAY)
    assert await ward.beat(at(MONDAY, 7, 59)) == 0
    assert await ward.beat(at(MONDAY)) == 1


async def test_two_processes_that_look_at_once_queue_one_message(ward: Ward, tmp_path: Path) -> None:
    await ward.task("4", TUESDAY)
    beside = Storage.open(f"sqlite:///{tmp_path / 'kehoach.db'}")
    here = ward.storage
    ward_beside = Ward(beside, ward.office, ward.unit, ward.an, ward.binh, ward.head, ward.leader, ward.admin)
    both = await asyncio.gather(*(w.beat(at(MONDAY)) for w in (ward, ward_beside, ward, ward_beside)))
    await beside.close()
    assert sum(both) == 1
    assert ward.storage is here and len(await ward.deliver(at(MONDAY))) == 1


async def test_one_matter_reads_as_a_plain_notice(ward: Ward) -> None:
    task = await ward.task("4", TUESDAY)
    await ward.beat(at(MONDAY))
    (said,) = await ward.deliver(at(MONDAY))
    assert said.text.startswith("Kính gửi anh/chị Nguyễn Văn Mẫu,\nNhiệm vụ 4: Việc số 4")
    received, report, opened = (button.action for button in said.buttons)
    assert received.startswith("ack:") and (report, opened) == (f"report:{task.id}", f"task:{task.id}")


async def test_what_comes_up_later_waits_for_tomorrow_unless_it_is_urgent(ward: Ward) -> None:
    await ward.task("4", TUESDAY)
    assert len(await ward.read_at(at(MONDAY))) == 1
    await ward.task("5", TUESDAY)
    await ward.task("6", MONDAY)
    (said,) = await ward.read_at(at(MONDAY, 10))
    assert "nhiệm vụ 6" in said and "5" not in said
    assert (await ward.states())["before_1"] == ("pending", "next_digest")
    (said,) = await ward.read_at(at(TUESDAY))
    assert "NV 4" in said and "NV 5" in said, "the day has come: the newest stage is said, the older one is folded"
    assert (await ward.states())["before_1"] == ("cancelled", "folded")


async def test_quiet_hours_and_weekends_hold_back_and_drop_nothing(ward: Ward) -> None:
    await ward.task("4", date(2026, 3, 12))
    async with ward.storage.writing() as records:
        from datetime import time

        await records.wishes.set_hour(ward.an.id, time(20))
    assert await ward.read_at(at(date(2026, 3, 11), 20)) == []
    assert (await ward.states())["before_1"][0] == "pending"
    assert await ward.read_at(at(date(2026, 3, 12), 6, 59)) == []
    (said,) = await ward.read_at(at(date(2026, 3, 12), 7))
    assert "nhiệm vụ 4" in said.casefold()


async def test_what_a_weekend_held_back_is_in_mondays_one_digest(ward: Ward) -> None:
    await ward.task("4", FRIDAY)
    await ward.read_at(at(FRIDAY))
    await ward.task("5", date(2026, 3, 17))
    assert await ward.read_at(at(date(2026, 3, 14))) == []
    assert await ward.read_at(at(date(2026, 3, 16), 7, 30)) == []
    (said,) = await ward.read_at(at(date(2026, 3, 16)))
    assert "NV 4" in said and "quá 1 ngày làm việc" in said and "NV 5" in said


async def test_after_a_time_down_the_newest_stage_is_said_late(ward: Ward) -> None:
    await ward.task("4", TUESDAY)
    await ward.read_at(at(date(2026, 3, 4), 9))
    (said,) = await ward.read_at(at(date(2026, 3, 12), 9))
    assert said.startswith("Nhắc trễ, lịch gốc ngày 11/3/2026.")
    assert [row.reason for row in await ward.ledger() if row.notice.rule == "before_1"] == ["folded"]
    assert await missed(ward.storage, at(date(2026, 3, 12), 9, 30)) == 0


async def test_a_report_cancels_what_still_waits_and_the_rest_is_sent_anew(ward: Ward) -> None:
    first = await ward.task("4", TUESDAY)
    await ward.task("5", TUESDAY)
    await ward.beat(at(MONDAY))
    async with ward.storage.writing() as records:
        done = Understood("report", status=TaskStatus.DONE)
        await records.register.add_report(first, ward.an, done, "xong rồi", at(MONDAY, 8, 1))
    await ward.beat(at(MONDAY, 8, 2))
    (said,) = await ward.deliver(at(MONDAY, 8, 3))
    assert "Nhiệm vụ 5" in said.text and "Việc số 4" not in said.text
    reasons = {str(row.notice.subject): row.reason for row in await ward.ledger() if row.notice.rule == "before_1"}
    assert reasons[f"task:{first.id}"] == "over"


async def test_who_has_not_joined_is_seen_to_wait_and_reads_it_late(ward: Ward) -> None:
    await ward.task("4", TUESDAY, assignee_id=ward.binh.id)
    assert await ward.beat(at(MONDAY)) == 0
    assert (await ward.states())["before_1"] == ("pending", "no_account")
    assert await missed(ward.storage, at(MONDAY, 9)) == 0, "it is known why it waits"
    await ward.joins(ward.binh)
    (said,) = await ward.read_at(at(MONDAY, 15))
    assert said.startswith("Nhắc trễ, lịch gốc ngày 09/3/2026.")


async def test_an_account_on_a_channel_nobody_serves_is_left_for_later(ward: Ward) -> None:
    await ward.task("4", TUESDAY)
    assert await ward.beat(at(MONDAY), {"web": SHAPES["web"]}) == 0
    assert await ward.beat(at(MONDAY, 9)) == 1


async def test_who_cannot_be_reached_on_one_channel_is_written_to_on_another(ward: Ward) -> None:
    await ward.joins(ward.an, "web")
    await ward.task("4", TUESDAY)
    await ward.beat(at(MONDAY))
    async with ward.storage.writing() as records:
        (row,) = await records.outbox.claim(at(MONDAY), 5, channels=["telegram", "web"])
        await records.outbox.unreachable(row.id, "blocked")
    other = "web" if row.channel == "telegram" else "telegram"
    assert await ward.beat(at(MONDAY, 8, 1)) == 1
    assert len(await ward.deliver(at(MONDAY, 8, 1), other)) == 1


async def test_the_head_is_told_of_who_can_be_reached_nowhere(ward: Ward) -> None:
    await ward.joins(ward.head)
    await ward.task("4", TUESDAY)
    await ward.beat(at(MONDAY))
    async with ward.storage.writing() as records:
        rows = await records.outbox.claim(at(MONDAY), 5, channels=["telegram"])
        for row in rows:
            await records.outbox.unreachable(row.id, "blocked")
    assert await ward.beat(at(MONDAY, 8, 1)) == 0
    (said,) = await ward.read_at(at(MONDAY, 8, 2))
    assert "Lý Trưởng Phòng" in said and "Nguyễn Văn Mẫu: 1 tin" in said
    assert (await ward.states())["before_1"] == ("failed", "unreachable")
    assert await ward.read_at(at(MONDAY, 8, 3)) == []


async def test_at_most_so_many_messages_a_day_but_the_last_day_is_said(ward: Ward) -> None:
    for number in range(5):
        await _announce(ward, f"Thông báo số {number}")
    assert len(await ward.read_at(at(MONDAY, 9))) == 3
    await ward.task("4", MONDAY)
    (said,) = await ward.read_at(at(MONDAY, 10))
    assert "hạn chót" in said
    assert len(await ward.read_at(at(TUESDAY))) >= 2


async def test_an_emergency_goes_out_at_night_and_nothing_else_does(ward: Ward) -> None:
    await ward.task("4", TUESDAY)
    await _announce(ward, "Họp giao ban", hour=21)
    await _announce(ward, "Nước lũ đang lên", hour=21, emergency=True)
    (said,) = await ward.read_at(at(MONDAY, 21))
    assert said == "THÔNG BÁO KHẨN của Lý Trưởng Phòng:\nNước lũ đang lên"


async def test_a_message_that_could_not_be_sent_by_day_does_not_go_out_at_night(ward: Ward) -> None:
    await ward.task("4", date(2026, 3, 12))
    await ward.beat(at(date(2026, 3, 11)))
    await ward.beat(at(date(2026, 3, 11), 19, 1))
    assert await ward.deliver(at(date(2026, 3, 11), 19, 2)) == []
    (said,) = await ward.read_at(at(date(2026, 3, 12)))
    assert "hạn chót" in said


async def test_a_withdrawn_announcement_is_not_sent(ward: Ward) -> None:
    call = await _announce(ward, "Họp lúc 9 giờ")
    await ward.beat(at(MONDAY, 9))
    async with ward.storage.writing() as records:
        await records.calls.withdraw(call.id, at(MONDAY, 9))
        await records.audit.note(ward.office.id, ward.head.id, "call.withdrawn", f"call:{call.id}", at(MONDAY, 9))
    assert await ward.read_at(at(MONDAY, 9, 1)) == []
    assert (await ward.states())["announcement"] == ("cancelled", "withdrawn")


async def test_what_was_put_off_comes_at_its_hour_though_the_digest_has_gone(ward: Ward) -> None:
    task = await ward.task("4", date(2026, 3, 12))
    other = await ward.task("5", date(2026, 3, 12))
    async with ward.storage.writing() as records:
        until = at(date(2026, 3, 11), 14)
        await records.snoozes.add(ward.office.id, ward.an.id, until, "chiều mai", at(TUESDAY), task.id)
    (said,) = await ward.read_at(at(date(2026, 3, 11)))
    assert "Nhiệm vụ 5" in said and str(other.number) in said
    assert (await ward.states())["before_1"][0] in ("pending", "sent")
    (said,) = await ward.read_at(at(date(2026, 3, 11), 14))
    assert "Nhiệm vụ 4" in said and "Nhắc trễ" not in said


async def test_a_stage_shown_ahead_is_not_sent_again(ward: Ward) -> None:
    await ward.task("4", TUESDAY)
    async with ward.storage.reading() as records:
        notice = await upcoming(records, ward.an, at(date(2026, 2, 2)), timedelta(days=60))
    assert notice is not None
    assert await send_ahead(ward.storage, notice, at(date(2026, 2, 2), 22), SHAPES) == 1
    assert await send_ahead(ward.storage, notice, at(date(2026, 2, 2), 22), SHAPES) == 0
    assert len(await ward.deliver(at(date(2026, 2, 2), 22))) == 1
    assert await ward.read_at(at(date(2026, 2, 27))) == []


async def test_a_notice_that_nobody_sends_is_missed(ward: Ward) -> None:
    await ward.task("4", TUESDAY)
    await ward.read_at(at(MONDAY, 7))
    assert await missed(ward.storage, at(MONDAY, 8, 14)) == 0
    assert await missed(ward.storage, at(MONDAY, 8, 16)) == 1
    await ward.beat(at(MONDAY, 8, 16))
    assert await missed(ward.storage, at(MONDAY, 8, 20)) == 0
    assert await missed(ward.storage, at(MONDAY, 8, 40)) == 1, "the message stands in the outbox"
    await ward.deliver(at(MONDAY, 8, 41))
    assert await missed(ward.storage, at(MONDAY, 9)) == 0


async def _announce(ward: Ward, text: str, *, hour: int = 9, emergency: bool = False) -> Call:
    async with ward.storage.writing() as records:
        now = at(MONDAY, hour)
        call = await records.calls.add(
            ward.office.id, ward.head.id, CallKind.ANNOUNCEMENT, text, [ward.an.id], now, emergency=emergency
        )
        subject = Subject(SubjectKind.CALL, call.id)
        notice = Notice(ward.office.id, ward.an.id, subject, "announcement", MONDAY, now, urgent=True)
        await records.notices.open_many([(notice, now)], now)
    return call
