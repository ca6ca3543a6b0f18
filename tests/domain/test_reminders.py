"""Which notices are due: checked in single cases."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from domain.clock import at_local
from domain.deadlines import Deadline, DeadlineKind, Rhythm, parse_deadline
from domain.notices import LedgerNotice, Notice, NoticeStatus
from domain.people import Person, Role
from domain.reminders import OfficeView, due_notices, still_due, why_not
from domain.reporting_periods import Period, PeriodKind
from domain.tasks import Share, Task, TaskStatus
from domain.working_days import CalendarDay, WorkCalendar

FRIDAY = date(2026, 3, 20)
TASK = Task(1, 1, "4", "Số hóa hồ sơ", Deadline(DeadlineKind.DATE, due=FRIDAY), lead_unit_id=10)
AN = Person(100, 1, "An", Role.OFFICIAL, unit_id=10)
BINH = Person(101, 1, "Bình", Role.HEAD, unit_id=10)
CHI = Person(102, 1, "Chi", Role.LEADER, unit_id=10)
DUNG = Person(103, 1, "Dũng", Role.OFFICIAL, unit_id=11)
VIEW = OfficeView(1, (TASK,), (AN, BINH, CHI, DUNG))


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    return at_local(day, time(hour, minute))


def view_of(*tasks: Task, **changed: object) -> OfficeView:
    return replace(VIEW, tasks=tasks, **changed)  # type: ignore[arg-type]


def said(view: OfficeView, now: datetime) -> list[tuple[str, int]]:
    """The rule and the person of everything that is to be said of a deadline itself."""
    return [(n.rule, n.person_id) for n in due_notices(view, now) if not n.folded and "_" in n.rule]


def row(notice: Notice) -> LedgerNotice:
    return LedgerNotice(1, notice, NoticeStatus.PENDING, notice.scheduled, notice.scheduled)


@pytest.mark.parametrize(
    ("day", "rule"),
    [
        (date(2026, 3, 10), None),
        (date(2026, 3, 11), "before_7"),
        (date(2026, 3, 16), "before_7"),
        (date(2026, 3, 17), "before_3"),
        (date(2026, 3, 19), "before_1"),
        (date(2026, 3, 20), "on_the_day"),
        (date(2026, 3, 22), "on_the_day"),
        (date(2026, 3, 23), "overdue_1"),
        (date(2026, 3, 25), "overdue_3"),
        (date(2026, 3, 31), "overdue_7"),
        (date(2036, 3, 31), "overdue_7"),
    ],
)
def test_the_newest_stage_reached_is_the_one_that_is_said(day: date, rule: str | None) -> None:
    stages = [n for n in due_notices(VIEW, at(day)) if n.person_id == AN.id and n.rule[:3] in ("bef", "on_", "ove")]
    assert [n.rule for n in stages if not n.folded] == ([] if rule is None else [rule])
    assert all(n.scheduled <= at(day) for n in stages)


def test_older_stages_come_folded_and_are_no_longer_said() -> None:
    found = due_notices(VIEW, at(date(2026, 3, 17)))
    assert [(n.rule, n.folded) for n in found if n.person_id == AN.id] == [("before_3", False), ("before_7", True)]
    assert {key[1] for key in still_due(VIEW, at(date(2026, 3, 17)))} == {"before_3"}


def test_each_person_hears_at_their_own_hour() -> None:
    view = replace(VIEW, hours={AN.id: time(14)})
    assert said(view, at(date(2026, 3, 17), 9)) == [("before_7", AN.id), ("before_3", BINH.id)]
    assert said(view, at(date(2026, 3, 17), 14)) == [("before_3", AN.id), ("before_3", BINH.id)]


def test_late_is_what_was_scheduled_while_nobody_planned() -> None:
    monday = at(date(2026, 3, 23), 9)
    planned = replace(VIEW, planned_until=at(date(2026, 3, 18)))
    assert not any(n.late for n in due_notices(VIEW, monday))
    late = {n.rule for n in due_notices(planned, monday) if n.late}
    assert late == {"before_1", "on_the_day"}


def test_a_units_part_is_a_subject_of_its_own() -> None:
    done = Share(11, "Phòng Kinh tế", TaskStatus.DONE)
    shared = replace(TASK, lead_unit_id=None, shares=(Share(10, "Văn phòng"), done))
    assert {str(n.subject) for n in due_notices(view_of(shared), at(FRIDAY))} == {"task:1/10"}


def test_why_a_notice_is_no_longer_due() -> None:
    notice = next(n for n in due_notices(VIEW, at(FRIDAY)) if n.rule == "on_the_day" and n.person_id == AN.id)
    moved = replace(TASK, deadline=Deadline(DeadlineKind.DATE, due=FRIDAY + timedelta(days=30)))
    for view, reason in [
        (VIEW, ""),
        (view_of(), "dropped"),
        (view_of(replace(TASK, status=TaskStatus.DONE)), "over"),
        (view_of(moved), "extended"),
        (view_of(replace(TASK, assignee_id=DUNG.id)), "reassigned"),
        (replace(VIEW, people=(BINH,)), "left"),
    ]:
        assert why_not(view, row(notice), at(FRIDAY)) == reason
    assert why_not(VIEW, row(notice), at(date(2026, 3, 23))) == "folded"


def test_rounds_are_spoken_of_until_the_next_one() -> None:
    monthly = replace(TASK, deadline=parse_deadline("ngày 25 hằng tháng"))
    assert said(view_of(monthly), at(date(2026, 3, 25)))[0] == ("on_the_day", AN.id)
    assert "before_7" in {rule for rule, _ in said(view_of(monthly), at(date(2026, 4, 16)))}
    reported = replace(monthly, reported_on=date(2026, 3, 16))
    assert said(view_of(reported), at(date(2026, 3, 25))) == []


def test_a_deadline_of_ten_years_ago_is_one_line_for_each_person() -> None:
    old = replace(TASK, deadline=Deadline(DeadlineKind.DATE, due=date(2016, 3, 18)))
    found = due_notices(replace(view_of(old), planned_until=at(FRIDAY)), at(FRIDAY, 9))
    assert [(n.rule, n.person_id) for n in found if not n.folded] == [
        ("overdue_7", AN.id),
        ("overdue_7", BINH.id),
        ("escalate_head", BINH.id),
        ("told_head", AN.id),
        ("escalate_leader", CHI.id),
        ("told_leader", AN.id),
        ("told_leader", BINH.id),
    ]
    assert not any(n.late for n in found)


@pytest.mark.parametrize(
    ("round_", "spoken_of"), [(date(2027, 2, 28), date(2027, 2, 26)), (date(2028, 2, 29), date(2028, 2, 29))]
)
def test_a_round_on_the_29th_of_february_is_the_months_last_day(round_: date, spoken_of: date) -> None:
    """28 February 2027 is a Sunday, so its day is spoken of on the Friday before."""
    yearly = replace(TASK, deadline=Deadline(DeadlineKind.RECURRING, every=Rhythm.YEAR, dates=("02-29",)))
    found = [n for n in due_notices(view_of(yearly), at(round_, 9)) if n.rule == "on_the_day" and not n.folded]
    assert {(n.occurrence, n.scheduled) for n in found} == {(round_, at(spoken_of))}


def test_only_the_day_itself_and_the_last_day_of_a_period_are_urgent() -> None:
    period = Period(7, 1, PeriodKind.MONTH, date(2026, 2, 21), FRIDAY, opens=date(2026, 3, 16), due=date(2026, 3, 18))
    found = due_notices(replace(VIEW, periods=(period,)), at(FRIDAY))
    assert {n.rule for n in found if n.urgent} == {"on_the_day", "period_last"}
    assert {n.rule for n in found if str(n.subject) == "period:7" and n.folded} == {"period_opens", "period_due"}


def first(view: OfficeView, now: datetime, rule: str) -> Notice:
    """The first notice of a rule that is due."""
    return next(notice for notice in due_notices(view, now) if notice.rule == rule)


def test_why_an_escalation_is_no_longer_due() -> None:
    named = view_of(replace(TASK, assignee_id=AN.id))
    told = date(2026, 3, 25)
    step = row(first(named, at(told), "escalate_head"))
    reported = view_of(replace(TASK, assignee_id=AN.id, reported_on=told))
    receipt = {("task:1", FRIDAY): [(AN.id, at(date(2026, 3, 24)))]}
    other = replace(BINH, role=Role.OFFICIAL)
    for view, reason in [
        (named, ""),
        (reported, "reported"),
        (replace(named, acknowledged=receipt), "acknowledged"),
        (replace(named, people=(AN, other, CHI)), "reassigned"),
        (view_of(replace(TASK, status=TaskStatus.CANCELLED)), "over"),
    ]:
        assert why_not(view, step, at(told)) == reason


def test_why_a_notice_of_a_round_is_no_longer_due() -> None:
    monthly = replace(TASK, deadline=parse_deadline("ngày 25 hằng tháng"))
    notice = row(first(view_of(monthly), at(date(2026, 3, 25)), "on_the_day"))
    reported = view_of(replace(monthly, reported_on=date(2026, 3, 25)))
    assert why_not(reported, notice, at(date(2026, 3, 25), 9)) == "reported"
    assert why_not(view_of(monthly), notice, at(date(2026, 4, 24))) == "folded"
    assert why_not(view_of(monthly), notice, at(date(2026, 4, 25))) == "replaced"
    weekly = view_of(replace(TASK, deadline=parse_deadline("hằng tuần")))
    assert why_not(weekly, notice, at(date(2026, 3, 25), 9)) == "extended"


def test_why_a_notice_of_a_period_is_no_longer_due() -> None:
    ongoing = replace(TASK, deadline=Deadline(DeadlineKind.ONGOING))
    period = Period(7, 1, PeriodKind.MONTH, date(2026, 2, 21), FRIDAY, opens=date(2026, 3, 16), due=date(2026, 3, 18))
    asked = replace(view_of(ongoing), periods=(period,))
    notice, now = row(first(asked, at(FRIDAY), "period_due")), at(date(2026, 3, 18))
    reported = replace(ongoing, reported_on=date(2026, 3, 18))
    for view, reason in [
        (asked, ""),
        (replace(asked, tasks=(reported,)), "reported"),
        (replace(asked, tasks=(replace(ongoing, assignee_id=DUNG.id),)), "reassigned"),
        (replace(asked, periods=(replace(period, dropped=True),)), "closed"),
        (replace(asked, people=(BINH,)), "left"),
    ]:
        assert why_not(view, notice, now) == reason
    assert why_not(asked, notice, at(FRIDAY)) == "folded"
    assert why_not(asked, notice, at(date(2026, 3, 23))) == "closed"


def test_a_stage_that_a_newly_worked_saturday_moved_ahead_is_rescheduled() -> None:
    sunday, wednesday = date(2026, 3, 22), date(2026, 3, 18)
    before = view_of(replace(TASK, deadline=Deadline(DeadlineKind.DATE, due=sunday)))
    notice = row(first(before, at(wednesday), "before_3"))
    saturday = CalendarDay(date(2026, 3, 21), works=True)
    after = replace(before, calendar=WorkCalendar({saturday.day: saturday}))
    assert why_not(before, notice, at(wednesday)) == ""
    assert why_not(after, notice, at(wednesday)) == "rescheduled"
    assert why_not(after, notice, at(date(2026, 3, 19))) == ""


def test_other_offices_tasks_and_people_are_not_seen() -> None:
    foreign = replace(TASK, id=2, office_id=2)
    guest = replace(AN, id=104, office_id=2)
    found = due_notices(replace(view_of(TASK, foreign), people=(AN, guest)), at(FRIDAY))
    assert {(n.subject.id, n.person_id) for n in found} == {(1, AN.id)}
