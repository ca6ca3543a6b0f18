"""Versions of a period's report: made one after another, never written over, decided once."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from domain.people import Person, Role
from domain.report_flow import Move, ReportStatus, ReportVersion, answered
from domain.reporting_periods import Period, PeriodKind
from storage import Storage, tables
from tests.storage.conftest import NOW, Ward

CONTENT: dict[str, Any] = {
    "title": "Báo cáo tháng 6",
    "figures": [{"unit": "Phòng Văn hóa", "done": 3, "percent": 62.5}],
}
LATER = NOW + timedelta(hours=2)


@pytest.fixture
async def period(storage: Storage, ward: Ward) -> int:
    """The id of a reporting period."""
    days = (date(2026, 5, 15), date(2026, 6, 14), date(2026, 6, 5), date(2026, 6, 11))
    async with storage.writing() as records:
        return (await records.periods.keep(Period(0, ward.office.id, PeriodKind.MONTH, *days))).id


@pytest.fixture
async def leader(storage: Storage, ward: Ward) -> Person:
    """Who decides."""
    async with storage.writing() as records:
        return await records.people.add(ward.office.id, "Phạm Văn Lê", Role.LEADER)


async def _make(
    storage: Storage, ward: Ward, period: int, instead_of: int = 0, content: dict[str, Any] = CONTENT
) -> ReportVersion | None:
    async with storage.writing() as records:
        return await records.periodic_reports.make(
            ward.office.id, period, content, "ab12", ward.person.id, NOW, instead_of=instead_of
        )


async def _take(
    storage: Storage, report: ReportVersion, move: Move, who: Person | None = None, **more: Any
) -> ReportVersion | None:
    async with storage.writing() as records:
        return await records.periodic_reports.take(report.id, move, who.id if who else None, LATER, **more)


async def _made(storage: Storage, ward: Ward, period: int, *moves: Move) -> ReportVersion:
    report = await _make(storage, ward, period)
    for move in moves:
        assert report is not None
        report = await _take(storage, report, move)
    assert report is not None
    return report


async def test_a_version_is_kept_with_all_it_says(storage: Storage, ward: Ward, period: int) -> None:
    made = await _made(storage, ward, period)
    assert (made.version, made.status, made.made_by, made.made_at) == (1, ReportStatus.DRAFT, ward.person.name, NOW)
    async with storage.reading() as records:
        kept = await records.periodic_reports.get(made.id)
        assert kept == made and kept is not None
        assert kept.content == CONTENT and kept.template_sha256 == "ab12"
        assert await records.periodic_reports.newest(period) == made
        assert await records.periodic_reports.newest(period + 1) is None
        assert await records.periodic_reports.get(made.id + 1) is None
        assert await records.periodic_reports.of_office(ward.office.id + 1) == []
        (step,) = await records.periodic_reports.steps(made.id)
    assert (step.move, step.person_name, step.version, step.at) == (Move.MAKE, ward.person.name, 1, NOW)


async def test_a_new_version_replaces_a_draft_and_writes_over_nothing(
    storage: Storage, ward: Ward, period: int
) -> None:
    first = await _made(storage, ward, period, Move.CIRCULATE)
    second = await _make(storage, ward, period, 1, {**CONTENT, "title": "Báo cáo tháng 6, bản sau"})
    assert second is not None and (second.version, second.status) == (2, ReportStatus.DRAFT)
    async with storage.reading() as records:
        newest, old = await records.periodic_reports.of_period(period)
        steps = await records.periodic_reports.steps_of_period(period)
    assert newest == second
    assert old.id == first.id and old.status is ReportStatus.REPLACED and old.content == CONTENT
    assert [(s.version, s.move) for s in steps] == [
        (1, Move.MAKE),
        (1, Move.CIRCULATE),
        (1, Move.REPLACE),
        (2, Move.MAKE),
    ]


@pytest.mark.parametrize("moves", [(Move.APPROVE,), (Move.APPROVE, Move.NUMBER)])
async def test_what_was_approved_stays_as_it_is(
    storage: Storage, ward: Ward, period: int, moves: tuple[Move, ...]
) -> None:
    approved = await _made(storage, ward, period, Move.SUBMIT, *moves)
    second = await _make(storage, ward, period, 1, {"title": "khác"})
    assert second is not None and second.version == 2
    for move in Move:
        if move not in (Move.MAKE, Move.ADD, Move.NUMBER):
            assert await _take(storage, approved, move) is None
    async with storage.reading() as records:
        assert await records.periodic_reports.get(approved.id) == approved


async def test_of_two_that_make_a_version_at_one_moment_one_does(
    storage: Storage, other_process: Storage, ward: Ward, period: int
) -> None:
    both = await asyncio.gather(_make(storage, ward, period), _make(other_process, ward, period))
    assert sum(report is not None for report in both) == 1
    again = await asyncio.gather(_make(storage, ward, period, 1), _make(other_process, ward, period, 1))
    assert sum(report is not None for report in again) == 1
    async with storage.reading() as records:
        assert [r.version for r in await records.periodic_reports.of_period(period)] == [2, 1]


async def test_of_two_leaders_one_decides(
    storage: Storage, other_process: Storage, ward: Ward, period: int, leader: Person
) -> None:
    report = await _made(storage, ward, period, Move.SUBMIT)
    approved, returned = await asyncio.gather(
        _take(storage, report, Move.APPROVE, leader),
        _take(other_process, report, Move.RETURN, leader, said="thiếu phụ lục"),
    )
    assert (approved is None) != (returned is None)
    async with storage.reading() as records:
        kept = await records.periodic_reports.get(report.id)
        steps = await records.periodic_reports.steps(report.id)
    assert kept == (approved or returned) and kept is not None
    assert (kept.decided_by, kept.decided_at) == (leader.name, LATER)
    assert [s.move for s in steps if s.move in (Move.APPROVE, Move.RETURN)] == [
        Move.APPROVE if approved is not None else Move.RETURN
    ]


async def test_a_remark_comes_before_the_approval_or_not_at_all(
    storage: Storage, other_process: Storage, ward: Ward, period: int, leader: Person
) -> None:
    report = await _made(storage, ward, period, Move.SUBMIT)
    approved, remarked = await asyncio.gather(
        _take(storage, report, Move.APPROVE, leader),
        _take(other_process, report, Move.REMARK, ward.person, said="bổ sung số liệu"),
    )
    assert approved is not None
    async with storage.reading() as records:
        moves = [s.move for s in await records.periodic_reports.steps(report.id)]
    assert moves[-1] is Move.APPROVE
    assert (Move.REMARK in moves) == (remarked is not None)


async def test_a_new_version_and_an_approval_at_one_moment_leave_one_of_them(
    storage: Storage, other_process: Storage, ward: Ward, period: int, leader: Person
) -> None:
    report = await _made(storage, ward, period, Move.SUBMIT)
    approved, second = await asyncio.gather(
        _take(storage, report, Move.APPROVE, leader), _make(other_process, ward, period, 1)
    )
    assert second is not None, "after an approval a new version is made beside it"
    async with storage.reading() as records:
        first = await records.periodic_reports.get(report.id)
    assert first is not None
    assert first.status is (ReportStatus.REPLACED if approved is None else ReportStatus.APPROVED)


async def test_the_number_is_given_once(storage: Storage, ward: Ward, period: int) -> None:
    report = await _made(storage, ward, period, Move.SUBMIT, Move.APPROVE)
    issued = await _take(storage, report, Move.NUMBER, number="15/BC-UBND", issued_on=date(2026, 6, 15))
    assert issued is not None
    assert (issued.status, issued.number, issued.issued_on) == (ReportStatus.FINAL, "15/BC-UBND", date(2026, 6, 15))
    assert await _take(storage, report, Move.NUMBER, number="16/BC-UBND", issued_on=date(2026, 6, 16)) is None
    async with storage.reading() as records:
        assert await records.periodic_reports.of_office(ward.office.id, [ReportStatus.FINAL]) == [issued]
        assert await records.periodic_reports.of_office(ward.office.id, [ReportStatus.DRAFT]) == []


async def test_the_last_word_of_each_head_counts(storage: Storage, ward: Ward, period: int, leader: Person) -> None:
    report = await _made(storage, ward, period, Move.CIRCULATE)
    await _take(storage, report, Move.REMARK, ward.person, said="thiếu nhiệm vụ 3")
    await _take(storage, report, Move.AGREE, leader)
    await _take(storage, report, Move.AGREE, ward.person)
    async with storage.reading() as records:
        words = answered(await records.periodic_reports.steps(report.id))
    assert {person: step.move for person, step in words.items()} == {
        ward.person.id: Move.AGREE,
        leader.id: Move.AGREE,
    }


async def test_a_report_outlives_the_people_it_names(storage: Storage, ward: Ward, period: int) -> None:
    report = await _made(storage, ward, period)
    async with storage.writing() as records:
        connection = records.periodic_reports._connection
        await connection.execute(tables.people.delete().where(tables.people.c.id == ward.person.id))
        kept = await records.periodic_reports.get(report.id)
        (step,) = await records.periodic_reports.steps(report.id)
    assert kept is not None and (kept.made_by_id, kept.made_by, kept.content) == (None, "", CONTENT)
    assert (step.person_id, step.person_name) == (None, "")


async def test_two_periods_numbered_at_once_do_not_get_one_number(storage: Storage, ward: Ward, period: int) -> None:
    days = (date(2026, 6, 15), date(2026, 7, 14), date(2026, 7, 6), date(2026, 7, 10))
    async with storage.writing() as records:
        other = (await records.periods.keep(Period(0, ward.office.id, PeriodKind.MONTH, *days))).id
    approved = [await _made(storage, ward, each, Move.SUBMIT, Move.APPROVE) for each in (period, other)]
    issued: dict[str, Any] = {"number": "15", "issued_on": date(2026, 7, 20)}
    taken = await asyncio.gather(*(_take(storage, report, Move.NUMBER, **issued) for report in approved))
    assert [report is None for report in taken].count(True) == 1
    left = approved[0] if taken[0] is None else approved[1]
    assert await _take(storage, left, Move.NUMBER, **issued) is None
    assert await _take(storage, left, Move.NUMBER, number="15", issued_on=date(2027, 1, 5)) is not None
