"""Which notices are due: checked in single cases."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from domain.clock import at_local
from domain.deadlines import Deadline, DeadlineKind, Rhythm, parse_deadline
from domain.feedback import Feedback, FeedbackStatus
from domain.notices import AGAIN, LedgerNotice, Notice, NoticeStatus, Subject, SubjectKind
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
    due = date(2016, 3, 18)
    old = view_of(replace(TASK, deadline=Deadline(DeadlineKind.DATE, due=due)), planned_until=at(FRIDAY))
    assert {n.rule for n in due_notices(old, at(FRIDAY, 9)) if not n.folded} == {"overdue_7"}, "nobody was told yet"
    old = replace(old, told_overdue={("task:1", due): date(2016, 3, 21)})
    found = due_notices(old, at(FRIDAY, 9))
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
    overdue = {("task:1", FRIDAY): date(2026, 3, 23)}
    named = view_of(replace(TASK, assignee_id=AN.id), told_overdue=overdue)
    told = date(2026, 3, 25)
    step = row(first(named, at(told), "escalate_head"))
    reported = view_of(replace(TASK, assignee_id=AN.id, reported_on=told), told_overdue=overdue)
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


def test_a_reminder_asked_for_again_is_pointless_once_reported_over_or_given_away() -> None:
    asked = Notice(1, AN.id, Subject(SubjectKind.TASK, TASK.id), AGAIN, date(2026, 3, 12), at(date(2026, 3, 12), 14))
    waiting = replace(row(asked), opened_at=at(date(2026, 3, 11)))
    now = at(date(2026, 3, 12), 13)
    assert why_not(VIEW, waiting, now) == ""
    assert why_not(view_of(replace(TASK, reported_on=date(2026, 3, 10))), waiting, now) == ""
    assert why_not(view_of(replace(TASK, reported_on=date(2026, 3, 12))), waiting, now) == "reported"
    assert why_not(view_of(replace(TASK, status=TaskStatus.DONE)), waiting, now) == "over"
    assert why_not(view_of(replace(TASK, assignee_id=BINH.id)), waiting, now) == "reassigned"


def test_nobody_above_hears_before_those_responsible_did() -> None:
    long_ago = replace(TASK, assignee_id=AN.id, deadline=Deadline(DeadlineKind.DATE, due=date(2026, 1, 20)))
    view = view_of(long_ago)
    assert said(view, at(FRIDAY)) == [("overdue_7", AN.id)]
    told = replace(view, told_overdue={("task:1", date(2026, 1, 20)): FRIDAY})
    assert said(told, at(date(2026, 3, 23))) == [("overdue_7", AN.id)]
    assert ("escalate_head", BINH.id) in said(told, at(date(2026, 3, 24))), "two working days after they heard"
    assert ("escalate_leader", CHI.id) not in said(told, at(date(2026, 3, 26)))
    assert ("escalate_leader", CHI.id) in said(told, at(date(2026, 3, 27)))


def test_what_nobody_carries_goes_up_without_anybody_having_been_told() -> None:
    view = view_of(replace(TASK, lead_unit_id=99))
    assert said(view, at(date(2026, 3, 25))) == [("escalate_leader", CHI.id)]


def test_a_receipt_given_before_they_heard_that_it_is_overdue_puts_nothing_off() -> None:
    view = view_of(replace(TASK, assignee_id=AN.id), told_overdue={("task:1", FRIDAY): date(2026, 3, 30)})
    early = replace(view, acknowledged={("task:1", FRIDAY): [(AN.id, at(date(2026, 3, 26)))]})
    assert ("escalate_head", BINH.id) in said(early, at(date(2026, 4, 1)))
    after = replace(view, acknowledged={("task:1", FRIDAY): [(AN.id, at(date(2026, 3, 30), 9))]})
    assert ("escalate_head", BINH.id) not in said(after, at(date(2026, 4, 3)))


@pytest.mark.parametrize(
    ("reported", "is_answered"),
    [
        (date(2026, 3, 20), False),
        (date(2026, 3, 21), False),
        (date(2026, 3, 23), True),
        (date(2026, 3, 25), True),
        (date(2026, 3, 27), True),
    ],
)
def test_a_weekly_round_is_answered_by_a_report_of_its_own_week(reported: date, is_answered: bool) -> None:
    weekly = view_of(replace(TASK, assignee_id=AN.id, deadline=parse_deadline("hằng tuần"), reported_on=reported))
    assert (said(weekly, at(date(2026, 3, 27))) == []) is is_answered


def test_a_round_is_never_answered_by_what_was_reported_for_the_one_before() -> None:
    calendar = WorkCalendar({day: CalendarDay(day, False) for day in (date(2026, 3, 24), date(2026, 3, 25))})
    weekly = replace(TASK, assignee_id=AN.id, deadline=parse_deadline("hằng tuần"))
    before = view_of(replace(weekly, reported_on=date(2026, 3, 20)), calendar=calendar)
    assert said(before, at(date(2026, 3, 26))) == [("before_1", AN.id)]
    after = view_of(replace(weekly, reported_on=date(2026, 3, 21)), calendar=calendar)
    assert said(after, at(date(2026, 3, 26))) == [], "four working days before Friday lie before the last round"


CASE = Feedback(
    7, 1, "PA-ABC234", "web", "c", "u", "Cống nghẹt", "", 10, "Văn phòng", FeedbackStatus.ACCEPTED, at(FRIDAY), FRIDAY
)


def of_case(*cases: Feedback, **changed: object) -> OfficeView:
    return view_of(feedback=cases, **changed)


@pytest.mark.parametrize(
    ("day", "rule"),
    [
        (date(2026, 3, 18), None),
        (date(2026, 3, 19), "before_1"),
        (date(2026, 3, 20), "on_the_day"),
        (date(2026, 3, 23), "overdue_1"),
        (date(2026, 3, 25), "overdue_3"),
        (date(2026, 4, 20), "overdue_3"),
    ],
)
def test_those_who_are_told_of_a_case_are_reminded_of_its_day(day: date, rule: str | None) -> None:
    expected = [] if rule is None else [(rule, AN.id), (rule, BINH.id)]
    assert said(of_case(CASE), at(day)) == expected
    for status in (FeedbackStatus.ANSWERED, FeedbackStatus.CLOSED):
        assert said(of_case(replace(CASE, status=status)), at(day)) == []


def test_a_case_that_stays_unanswered_goes_up_as_a_task_does() -> None:
    told = {("feedback:7", FRIDAY): date(2026, 3, 23)}
    view = of_case(CASE, told_overdue=told)
    assert ("escalate_head", BINH.id) not in said(view, at(date(2026, 3, 24)))
    assert ("escalate_head", BINH.id) in said(view, at(date(2026, 3, 25)))
    assert ("escalate_leader", CHI.id) in said(view, at(date(2026, 3, 30)))
    assert ("told_leader", BINH.id) in said(view, at(date(2026, 3, 30)))


def test_a_case_that_no_unit_has_is_of_those_who_pass_it_on() -> None:
    nobodys = replace(CASE, unit_id=None, unit_name="")
    assert said(of_case(nobodys), at(FRIDAY)) == [("on_the_day", CHI.id)]
    told = {("feedback:7", FRIDAY): date(2026, 3, 23)}
    assert said(of_case(nobodys, told_overdue=told), at(date(2026, 4, 20))) == [("overdue_3", CHI.id)]
    assert said(of_case(replace(CASE, unit_id=99)), at(date(2026, 3, 25))) == [("escalate_leader", CHI.id)]


def test_why_a_notice_of_a_case_is_no_longer_due() -> None:
    now = at(FRIDAY)
    notice = row(first(of_case(CASE), now, "on_the_day"))
    for view, reason in [
        (of_case(CASE), ""),
        (of_case(), "over"),
        (of_case(replace(CASE, status=FeedbackStatus.ANSWERED)), "over"),
        (of_case(replace(CASE, due=date(2026, 4, 3))), "extended"),
        (of_case(replace(CASE, unit_id=11)), "reassigned"),
        (of_case(CASE, people=(BINH, CHI)), "left"),
    ]:
        assert why_not(view, notice, now) == reason
    assert why_not(of_case(CASE), notice, at(date(2026, 3, 23))) == "folded"
    again = row(replace(notice.notice, rule=AGAIN, occurrence=date(2026, 4, 1)))
    assert why_not(of_case(CASE), again, now) == ""
    assert why_not(of_case(), again, now) == "over"
