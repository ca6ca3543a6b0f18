"""Cases in which a message could be lost, come twice, or come when nobody may be disturbed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from domain.messages import Reply
from domain.notice_rules import NoticeRules
from domain.notices import AGAIN, Call, CallKind, Notice, NoticeStatus, Subject, SubjectKind
from domain.people import Role
from domain.progress import Understood
from domain.reporting_periods import PeriodKind
from scheduler.books import Shapes
from scheduler.digests import keep_the_night
from scheduler.planning import missed
from storage import OutboxRow
from tests.scheduler.ward import SHAPES, Ward, at, ward_in

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 11)


def _halves(notice: Reply) -> list[Reply]:
    middle = len(notice.text) // 2
    return [Reply(notice.text[:middle]), replace(notice, text=notice.text[middle:])]


IN_TWO: Shapes = {"telegram": _halves}


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward_in(tmp_path) as found:
        yield found


async def _claim(ward: Ward, hour: int, minute: int = 0, day: date = MONDAY) -> list[OutboxRow]:
    async with ward.storage.writing() as records:
        return await records.outbox.claim(at(day, hour, minute), 5, channels=["telegram"])


async def test_a_message_in_two_parts_is_not_sent_when_one_part_cannot_be(ward: Ward) -> None:
    await ward.task("4", TUESDAY)
    await ward.beat(at(MONDAY), IN_TWO)
    (first,) = await _claim(ward, 8)
    async with ward.storage.writing() as records:
        await records.outbox.failed(first.id, "too odd")
    assert await _claim(ward, 8, 1) == [], "half a message is not sent"
    assert (await ward.states())["before_1"] == ("failed", "too odd")


async def test_a_message_in_two_parts_is_taken_back_whole(ward: Ward) -> None:
    await ward.task("4", WEDNESDAY)
    await ward.beat(at(TUESDAY), IN_TWO)
    await ward.beat(at(TUESDAY, 19, 1), IN_TWO)
    assert await ward.deliver(at(TUESDAY, 19, 2)) == []
    await ward.beat(at(WEDNESDAY), IN_TWO)
    assert len(await ward.deliver(at(WEDNESDAY))) == 2


async def test_a_message_of_which_a_part_has_gone_is_finished(ward: Ward) -> None:
    task = await ward.task("4", TUESDAY)
    await ward.beat(at(MONDAY), IN_TWO)
    (first,) = await _claim(ward, 8)
    async with ward.storage.writing() as records:
        await records.outbox.sent_many([(first.id, "m1")], at(MONDAY))
        await records.register.update_task(replace(task, dropped=True))
        await records.audit.note(ward.office.id, None, "test.deed", "", at(MONDAY))
    await ward.beat(at(MONDAY, 8, 1), IN_TWO)
    assert len(await ward.deliver(at(MONDAY, 8, 1))) == 1
    assert (await ward.states())["before_1"][0] == "sent"


async def test_sixty_matters_fit_into_one_message_with_a_count(ward: Ward) -> None:
    for number in range(60):
        await ward.task(str(number + 1), TUESDAY)

    def fit(notice: Reply) -> list[Reply]:
        return [notice] if len(notice.text) < 900 else _halves(notice)

    assert await ward.beat(at(MONDAY), {"telegram": fit}) == 1
    (said,) = await ward.deliver(at(MONDAY))
    named = sum(f"NV {n + 1} " in said.text or f"NV {n + 1}:" in said.text for n in range(60))
    assert "60" in said.text and 0 < named <= 12 and str(60 - named) in said.text
    rows = [row for row in await ward.ledger() if row.notice.rule == "before_1"]
    assert len(rows) == 60 and {row.status for row in rows} == {NoticeStatus.SENT}


async def test_who_leaves_while_their_digest_waits_reads_it_no_more(ward: Ward) -> None:
    await ward.task("4", TUESDAY)
    await ward.beat(at(MONDAY))
    async with ward.storage.writing() as records:
        await records.people.deactivate(ward.an.id)
        await records.audit.note(ward.office.id, None, "test.deed", "", at(MONDAY))
    assert await ward.read_at(at(MONDAY, 8, 1)) == []
    assert (await ward.states())["before_1"] == ("cancelled", "left")


async def test_the_office_s_hour_moved_during_the_day_doubles_nothing(ward: Ward) -> None:
    await ward.task("4", TUESDAY)
    await ward.beat(at(MONDAY))
    await _rules(ward, NoticeRules(hour=time(10)))
    assert await ward.read_at(at(MONDAY, 8, 5)) == [], "it had not gone yet, and now it is too early"
    assert len(await ward.read_at(at(MONDAY, 10))) == 1
    await _rules(ward, NoticeRules(hour=time(15)))
    assert await ward.read_at(at(MONDAY, 15)) == []
    assert await missed(ward.storage, at(MONDAY, 16)) == 0


async def test_a_clock_put_back_an_hour_doubles_nothing(ward: Ward) -> None:
    await ward.task("4", TUESDAY)
    assert len(await ward.read_at(at(MONDAY, 8, 10))) == 1
    await ward.task("5", TUESDAY)
    await ward.beat(at(MONDAY, 8, 20))
    assert await ward.read_at(at(MONDAY, 7, 20)) == []
    assert await ward.read_at(at(MONDAY, 8, 20)) == []
    (said,) = await ward.read_at(at(TUESDAY))
    assert "NV 4" in said and "NV 5" in said and "Nhắc trễ" not in said


async def test_two_offices_keep_apart_and_one_that_breaks_holds_up_no_other(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ward.storage.writing() as records:
        other = await records.offices.ensure("Ủy ban nhân dân xã Khác")
        person = await records.people.add(other.id, "Võ Người Khác", Role.OFFICIAL)
        await records.people.bind(person.id, "telegram", "khac", "khac")
        for schedule in await records.periods.schedules(other.id):
            await records.periods.put_schedule(replace(schedule, active=False), date(2026, 1, 1))
    await ward.task("4", TUESDAY)
    await ward.task("4", TUESDAY, office_id=other.id, assignee_id=person.id)

    def broken(_: Reply) -> list[Reply]:
        raise ValueError("a picture that cannot be drawn")

    def shape(reply: Reply) -> list[Reply]:
        return broken(reply) if "Nguyễn Văn Mẫu" in reply.text else [reply]

    with pytest.raises(ExceptionGroup):
        await ward.beat(at(MONDAY), {"telegram": shape})
    (said,) = await ward.deliver(at(MONDAY))
    assert "Võ Người Khác" in said.text
    (said,) = await _after_a_beat(ward, 8, 1)
    assert "Nguyễn Văn Mẫu" in said.text


async def test_of_a_person_in_no_unit_the_administrator_is_told(ward: Ward) -> None:
    async with ward.storage.writing() as records:
        alone = await records.people.add(ward.office.id, "Cán Bộ Lẻ", Role.OFFICIAL)
    await ward.joins(alone)
    await ward.joins(ward.admin)
    await ward.joins(ward.head)
    await ward.task("4", TUESDAY, assignee_id=alone.id)
    await ward.beat(at(MONDAY))
    for row in await _claim(ward, 8):
        async with ward.storage.writing() as records:
            await records.outbox.unreachable(row.id, "blocked")
    await ward.beat(at(MONDAY, 8, 1))
    (said,) = await ward.read_at(at(MONDAY, 8, 2))
    assert "Đỗ Quản Trị" in said and "Cán Bộ Lẻ" in said


async def test_a_call_withdrawn_while_it_is_being_sent_is_not_tried_again(ward: Ward) -> None:
    call = await _announce(ward)
    await ward.beat(at(MONDAY, 9))
    (row,) = await _claim(ward, 9)
    async with ward.storage.writing() as records:
        await records.calls.withdraw(call.id, at(MONDAY, 9))
    await ward.beat(at(MONDAY, 9, 1))
    async with ward.storage.writing() as records:
        await records.audit.note(ward.office.id, None, "test.deed", "", at(MONDAY, 9, 1))
        await records.outbox.retry(row.id, at(MONDAY, 9, 2), "busy")
    assert await ward.read_at(at(MONDAY, 9, 3)) == []
    assert (await ward.states())["announcement"] == ("cancelled", "withdrawn")


async def test_nobody_reads_of_what_they_reported_though_no_beat_came_between(ward: Ward) -> None:
    first = await ward.task("4", TUESDAY)
    await ward.task("5", TUESDAY)
    await ward.beat(at(MONDAY))
    async with ward.storage.writing() as records:
        await records.register.add_report(first, ward.an, Understood("report", percent=50.0), "50%", at(MONDAY, 8, 0))
    assert await ward.deliver(at(MONDAY, 8, 0)) == []
    (said,) = await ward.read_at(at(MONDAY, 8, 1))
    assert "NV 5" in said


async def test_what_waited_for_an_account_stays_late_whatever_holds_it_afterwards(ward: Ward) -> None:
    await ward.task("4", TUESDAY, assignee_id=ward.binh.id)
    other = await ward.task("5", TUESDAY, assignee_id=ward.binh.id)
    await ward.beat(at(MONDAY))
    await ward.joins(ward.binh)
    await ward.beat(at(MONDAY, 9))
    async with ward.storage.writing() as records:
        await records.register.update_task(replace(other, dropped=True))
        await records.audit.note(ward.office.id, None, "test.deed", "", at(MONDAY, 9))
    (said,) = await ward.read_at(at(MONDAY, 9, 1))
    assert said.startswith("Nhắc trễ") and "Nhiệm vụ 4" in said


async def test_what_stood_in_the_outbox_when_the_server_stopped_does_not_go_out_at_night(ward: Ward) -> None:
    await ward.task("4", WEDNESDAY)
    await ward.task("5", WEDNESDAY, assignee_id=ward.binh.id)
    await ward.joins(ward.binh)
    await ward.beat(at(TUESDAY, 18))
    async with ward.storage.writing() as records:
        assert len(await records.outbox.claim(at(TUESDAY, 18), 2, channels=["telegram"])) == 2
        await records.outbox.give_up_dead(at(TUESDAY, 23), ["telegram"], [])
    await keep_the_night(ward.storage, at(TUESDAY, 23))
    assert await ward.deliver(at(TUESDAY, 23)) == []
    await _announce(ward, emergency=True, hour=23)
    assert len(await ward.read_at(at(TUESDAY, 23, 1))) == 1, "an emergency does not stand behind what waits"
    assert len(await ward.deliver(at(WEDNESDAY, 8))) == 2


async def test_what_was_asked_for_again_comes_at_its_moment_and_the_digest_at_the_person_s_hour(ward: Ward) -> None:
    task = await ward.task("4", date(2026, 4, 30))
    await ward.task("5", WEDNESDAY)
    async with ward.storage.writing() as records:
        await records.wishes.set_hour(ward.an.id, time(14))
        moment = at(TUESDAY, 9)
        subject = Subject(SubjectKind.TASK, task.id)
        asked = Notice(ward.office.id, ward.an.id, subject, AGAIN, TUESDAY, moment, urgent=True)
        await records.notices.open_many([(asked, moment)], at(MONDAY))
    assert await ward.read_at(at(TUESDAY, 8)) == []
    (said,) = await ward.read_at(at(TUESDAY, 9))
    assert "4" in said and "NV 5" not in said
    (said,) = await ward.read_at(at(TUESDAY, 14))
    assert "5" in said


async def test_a_person_on_a_channel_served_elsewhere_is_not_told_that_it_is_late(ward: Ward) -> None:
    await ward.task("4", TUESDAY)
    await ward.beat(at(MONDAY), {"web": SHAPES["web"]})
    assert (await ward.states())["before_1"] == ("pending", "unserved")
    (said,) = await ward.read_at(at(MONDAY, 8, 0) + timedelta(seconds=20))
    assert "Nhắc trễ" not in said


async def _after_a_beat(ward: Ward, hour: int, minute: int) -> list[Reply]:
    await ward.beat(at(MONDAY, hour, minute))
    return await ward.deliver(at(MONDAY, hour, minute))


async def _rules(ward: Ward, rules: NoticeRules) -> None:
    async with ward.storage.writing() as records:
        await records.notice_rules.put(ward.office.id, rules)


async def _announce(ward: Ward, *, emergency: bool = False, hour: int = 9) -> Call:
    async with ward.storage.writing() as records:
        now = at(MONDAY, hour) if not emergency else at(TUESDAY, hour)
        call = await records.calls.add(
            ward.office.id, ward.head.id, CallKind.ANNOUNCEMENT, "Họp", [ward.an.id], now, emergency=emergency
        )
        subject = Subject(SubjectKind.CALL, call.id)
        notice = Notice(ward.office.id, ward.an.id, subject, "announcement", MONDAY, now, urgent=True)
        await records.notices.open_many([(notice, now)], now)
    return call


async def test_a_period_that_was_put_off_is_spoken_of_again(ward: Ward) -> None:
    async with ward.storage.writing() as records:
        month = next(s for s in await records.periods.schedules(ward.office.id) if s.kind is PeriodKind.MONTH)
        await records.periods.put_schedule(replace(month, active=True), date(2026, 3, 1))
    await ward.task("4", date(2026, 12, 31))
    (said,) = await ward.read_at(at(MONDAY))
    assert "KỲ" in said or "báo cáo" in said
    (opened,) = [row for row in await ward.ledger() if row.status is NoticeStatus.SENT]
    assert opened.notice.subject.kind is SubjectKind.PERIOD
    moment = at(TUESDAY, 9)
    again = Notice(ward.office.id, ward.an.id, opened.notice.subject, AGAIN, TUESDAY, moment, urgent=True)
    async with ward.storage.writing() as records:
        await records.notices.open_many([(again, moment)], at(MONDAY, 10))
    assert await ward.read_at(at(TUESDAY, 8, 30)) == []
    assert len(await ward.read_at(moment)) == 1
    assert (await ward.states())[AGAIN][0] == "sent"
