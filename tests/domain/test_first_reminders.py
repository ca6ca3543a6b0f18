"""Which notices are due: checked in single cases, and day by day through two years against a slow reading."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.clock import VIETNAM, at_local
from domain.deadlines import Deadline, DeadlineKind, Rhythm, parse_deadline
from domain.first_reminders import Notice, Rule, due_notices
from domain.people import Person, Role
from domain.tasks import Task, TaskStatus

DUE = date(2026, 3, 20)
TASK = Task(1, 1, "4", "Số hóa hồ sơ", Deadline(DeadlineKind.DATE, due=DUE), lead_unit_id=10)
AN = Person(100, 1, "An", Role.OFFICIAL, unit_id=10)
BINH = Person(101, 1, "Bình", Role.HEAD, unit_id=10)
CHI = Person(102, 1, "Chi", Role.LEADER, unit_id=10)
DUNG = Person(103, 1, "Dũng", Role.OFFICIAL, unit_id=11)
STAFF = (AN, BINH, CHI, DUNG)


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=VIETNAM)


def rules(task: Task, moment: datetime) -> set[tuple[Rule, date]]:
    return {(notice.rule, notice.occurrence) for notice in due_notices([task], STAFF, moment)}


@pytest.mark.parametrize(
    ("days", "rule"),
    [
        (-8, None),
        (-7, Rule.WEEK_BEFORE),
        (-6, Rule.WEEK_BEFORE),
        (-1, Rule.DAY_BEFORE),
        (0, Rule.ON_THE_DAY),
        (1, Rule.OVERDUE),
        (400, Rule.OVERDUE),
    ],
)
def test_the_latest_rule_reached_is_the_one_that_is_due(days: int, rule: Rule | None) -> None:
    found = rules(TASK, at(DUE + timedelta(days=days)))
    assert found == (set() if rule is None else {(rule, DUE)})


def test_nothing_goes_out_before_eight_in_the_morning() -> None:
    week_before = DUE - timedelta(days=7)
    assert due_notices([TASK], STAFF, at(week_before, 7, 59)) == []
    (first, _) = due_notices([TASK], STAFF, at(week_before))
    assert first.scheduled == at(week_before).astimezone(UTC) == at_local(week_before, time(8))
    assert not first.late


def test_a_notice_that_goes_out_on_a_later_day_is_late() -> None:
    assert not any(notice.late for notice in due_notices([TASK], STAFF, at(DUE, 23, 59)))
    assert all(notice.late for notice in due_notices([TASK], STAFF, at(DUE + timedelta(days=1), 7)))


def test_a_server_that_was_down_a_week_sends_one_notice_each() -> None:
    found = due_notices([TASK, TASK], (*STAFF, AN), at(DUE + timedelta(days=9)))
    assert [(notice.rule, notice.person.name, notice.late) for notice in found] == [
        (Rule.OVERDUE, "An", True),
        (Rule.OVERDUE, "Bình", True),
    ]


def test_the_person_named_for_a_task_is_reminded_alone() -> None:
    named = replace(TASK, assignee_id=DUNG.id)
    assert [notice.person for notice in due_notices([named], STAFF, at(DUE))] == [DUNG]


def test_who_acts_for_the_person_named_is_reminded_too() -> None:
    deputy = replace(DUNG, acts_for=(AN.id,))
    found = due_notices([replace(TASK, assignee_id=AN.id)], [AN, BINH, deputy], at(DUE))
    assert [notice.person for notice in found] == [AN, deputy]


def test_the_unit_is_reminded_where_the_person_named_has_left() -> None:
    named = replace(TASK, assignee_id=DUNG.id)
    left = [AN, BINH, CHI, replace(DUNG, active=False)]
    assert [notice.person for notice in due_notices([named], left, at(DUE))] == [AN, BINH]


@pytest.mark.parametrize(
    "silent",
    [
        replace(TASK, status=TaskStatus.DONE),
        replace(TASK, status=TaskStatus.CANCELLED),
        replace(TASK, confirmed=False),
        replace(TASK, lead_unit_id=None),
        replace(TASK, office_id=2),
        replace(TASK, deadline=Deadline(DeadlineKind.ONGOING)),
        replace(TASK, deadline=Deadline(DeadlineKind.ON_REQUEST)),
        replace(TASK, deadline=Deadline(DeadlineKind.UNKNOWN)),
        replace(TASK, deadline=Deadline(DeadlineKind.DATE)),
    ],
)
def test_tasks_of_which_nothing_is_expected_are_silent(silent: Task) -> None:
    assert due_notices([silent], STAFF, at(DUE)) == []


def test_a_monthly_report_is_reminded_of_in_every_month() -> None:
    monthly = replace(TASK, deadline=parse_deadline("ngày 25 hằng tháng"))
    assert rules(monthly, at(date(2026, 2, 18))) == {(Rule.WEEK_BEFORE, date(2026, 2, 25))}
    assert rules(monthly, at(date(2026, 3, 25))) == {(Rule.ON_THE_DAY, date(2026, 3, 25))}
    assert rules(monthly, at(date(2026, 3, 26))) == {(Rule.OVERDUE, date(2026, 3, 25))}
    assert rules(monthly, at(date(2026, 4, 10))) == set()


def test_a_round_that_was_reported_on_is_not_spoken_of_again() -> None:
    monthly = replace(TASK, deadline=parse_deadline("ngày 25 hằng tháng"), reported_on=date(2026, 3, 20))
    assert rules(monthly, at(date(2026, 3, 25))) == set()
    assert rules(monthly, at(date(2026, 4, 18))) == {(Rule.WEEK_BEFORE, date(2026, 4, 25))}


def test_a_weekly_report_has_no_notice_a_week_before() -> None:
    weekly = replace(TASK, deadline=parse_deadline("hằng tuần"))
    friday = date(2026, 3, 20)
    assert rules(weekly, at(friday)) == {(Rule.ON_THE_DAY, friday)}
    assert rules(weekly, at(friday - timedelta(days=1))) == {(Rule.DAY_BEFORE, friday)}
    assert rules(replace(weekly, reported_on=friday), at(friday + timedelta(days=1))) == set()


def test_days_at_the_end_of_time_do_no_harm() -> None:
    for day in (date.min, date.max):
        due_notices([replace(TASK, deadline=Deadline(DeadlineKind.DATE, due=day))], STAFF, at(DUE))


_DEADLINES = st.one_of(
    st.builds(Deadline, st.just(DeadlineKind.DATE), due=st.dates(date(2025, 10, 1), date(2028, 2, 1))),
    st.sampled_from(
        [
            "hằng quý",
            "ngày 31 hằng tháng",
            "6 tháng/lần",
            "trước 05/6 và 10/12 hằng năm",
            "ngày 15 tháng cuối quý",
            "hằng tuần",
        ]
    ).map(parse_deadline),
)


def _slowly(task: Task, today: date) -> set[tuple[Rule, date]]:
    """What is due at noon of a day, told by walking back from it: the first day on which a rule falls decides."""
    weekly = task.deadline.every is Rhythm.WEEK
    is_date = task.deadline.kind is DeadlineKind.DATE
    if is_date and task.deadline.due is not None and today > task.deadline.due:
        return {(Rule.OVERDUE, task.deadline.due)}
    for back in range(15):
        day = today - timedelta(days=back)
        for rule, ahead in ((Rule.OVERDUE, -1), (Rule.ON_THE_DAY, 0), (Rule.DAY_BEFORE, 1), (Rule.WEEK_BEFORE, 7)):
            round_ = day + timedelta(days=ahead)
            if (weekly and rule is Rule.WEEK_BEFORE) or not _falls_on(task.deadline, round_):
                continue
            if today - timedelta(days=7) <= round_ <= today + timedelta(days=7):
                return {(rule, round_)}
    return set()


def _falls_on(deadline: Deadline, day: date) -> bool:
    if deadline.kind is DeadlineKind.DATE:
        return day == deadline.due
    if deadline.dates:
        return f"{day:%m-%d}" in deadline.dates
    if deadline.every is Rhythm.WEEK:
        return day.weekday() == 4
    if deadline.every is not Rhythm.MONTH and day.month % (3 if deadline.every is Rhythm.QUARTER else 6):
        return False
    ends = (day + timedelta(days=1)).day == 1
    return ends if deadline.day in (None, 31) else day.day == deadline.day


@settings(deadline=None, max_examples=8)
@given(_DEADLINES, st.sampled_from([None, AN.id]))
def test_day_by_day_through_two_years_each_notice_is_due_as_a_slow_reading_says(
    deadline: Deadline, assignee: int | None
) -> None:
    task = replace(TASK, deadline=deadline, assignee_id=assignee)
    sent: dict[tuple[int, Rule, date, int], Notice] = {}
    for days in range(730):
        today = date(2026, 1, 1) + timedelta(days=days)
        now = at(today, 12)
        found = due_notices([task], STAFF, now)
        keys = [(n.task.id, n.rule, n.occurrence, n.person.id) for n in found]
        assert len(set(keys)) == len(keys)
        assert {(n.rule, n.occurrence) for n in found} == _slowly(task, today)
        assert all(n.scheduled <= now and n.late == (n.scheduled.astimezone(VIETNAM).date() < today) for n in found)
        for key, notice in zip(keys, found, strict=True):
            assert sent.setdefault(key, notice).scheduled == notice.scheduled
