"""When an office is planned, and that nobody above hears of what those responsible were not told."""

from collections.abc import AsyncIterator
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from domain.feedback import OPEN, FeedbackStatus
from domain.messages import Incoming, Kind
from scheduler.planning import RESTS, plan
from tests.scheduler.ward import Ward, at, ward_in

MONDAY = date(2026, 3, 9)
LONG_AGO = date(2026, 1, 20)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward_in(tmp_path) as found:
        for person in (found.head, found.leader):
            await found.joins(person)
        yield found


async def _rules(ward: Ward) -> set[str]:
    return {row.notice.rule for row in await ward.ledger() if row.reason != "folded"}


async def test_an_offices_first_morning_brings_the_leaders_nothing(ward: Ward) -> None:
    for number in range(1, 6):
        await ward.task(str(number), LONG_AGO)
    assert len(await ward.read_at(at(MONDAY))) == 1
    assert await _rules(ward) == {"overdue_7"}
    assert await ward.read_at(at(date(2026, 3, 10))) == []
    told = await ward.read_at(at(date(2026, 3, 11)))
    assert len(told) == 2, "the head, and who carries them; two working days after the first morning"
    assert await ward.read_at(at(date(2026, 3, 13))) == []
    assert len(await ward.read_at(at(date(2026, 3, 16)))) == 3
    assert await _rules(ward) == {"overdue_7", "escalate_head", "told_head", "escalate_leader", "told_leader"}


async def test_who_has_no_account_does_not_keep_those_above_from_hearing(ward: Ward) -> None:
    await ward.task("4", date(2026, 3, 6), assignee_id=ward.binh.id)
    assert await ward.read_at(at(MONDAY)) == []
    assert await ward.read_at(at(date(2026, 3, 11))) == []
    (said,) = await ward.read_at(at(date(2026, 3, 12)))
    assert "Chưa gửi được tin nhắc nào" in said


async def test_an_office_in_which_nothing_was_done_is_left_alone(ward: Ward) -> None:
    await plan(ward.storage, at(MONDAY), sparing=True)
    await _behind_its_back(ward)
    assert await plan(ward.storage, at(MONDAY) + MINUTE, sparing=True) == 0
    assert await plan(ward.storage, at(MONDAY) + RESTS, sparing=True) == 1


async def test_it_is_looked_at_when_somebodys_hour_begins_or_anything_was_done(ward: Ward) -> None:
    async with ward.storage.writing() as records:
        await records.wishes.set_hour(ward.an.id, time(8, 2))
    await plan(ward.storage, at(MONDAY), sparing=True)
    await _behind_its_back(ward)
    assert await plan(ward.storage, at(MONDAY, 8, 1), sparing=True) == 0
    assert await plan(ward.storage, at(MONDAY, 8, 2), sparing=True) == 1, "An's hour"
    await _behind_its_back(ward, number="5")
    async with ward.storage.writing() as records:
        await records.audit.note(ward.office.id, ward.head.id, "task.changed", "task:1", at(MONDAY, 8, 3))
    assert await plan(ward.storage, at(MONDAY, 8, 3), sparing=True) == 1


async def test_a_new_day_is_looked_at_however_short_the_night(ward: Ward) -> None:
    await plan(ward.storage, at(MONDAY, 23, 59), sparing=True)
    tomorrow = at(date(2026, 3, 10), 0, 0)
    assert await plan(ward.storage, tomorrow, sparing=True) == 0
    async with ward.storage.reading() as records:
        assert await records.notice_rules.planned_until(ward.office.id) == tomorrow


async def test_those_who_answer_citizens_are_reminded_and_an_answer_ends_it(ward: Ward) -> None:
    async with ward.storage.writing() as records:
        unit = ward.unit.id
        case = await records.feedback.add(ward.office.id, _said(), "Cống nghẹt", "", unit, MONDAY, at(LONG_AGO))
    said = await ward.read_at(at(MONDAY))
    assert len(said) == 2 and all(case.code in text and "Hạn chót trả lời" in text for text in said)
    await ward.read_at(at(date(2026, 3, 10)))
    assert any("đôn đốc" in text for text in await ward.read_at(at(date(2026, 3, 12))))
    async with ward.storage.writing() as records:
        assert await records.feedback.move(case.id, OPEN, FeedbackStatus.ANSWERED)
    assert await ward.read_at(at(date(2026, 3, 20))) == []


def _said() -> Incoming:
    return Incoming("web", "k1", "c1", "u1", Kind.TEXT, "Cống nghẹt")


async def _behind_its_back(ward: Ward, number: str = "4") -> None:
    """A task that comes into the register without a word in the audit log."""
    await ward.task(number, date(2026, 3, 10))
