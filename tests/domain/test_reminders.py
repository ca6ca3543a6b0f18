"""Which notices are due: checked in single cases."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from domain.clock import at_local
from domain.deadlines import Deadline, DeadlineKind, parse_deadline
from domain.notices import LedgerNotice, Notice, NoticeStatus
from domain.people import Person, Role
from domain.reminders import OfficeView, due_notices, still_due, why_not
from domain.tasks import Share, Task, TaskStatus

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
