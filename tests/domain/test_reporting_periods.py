"""When a reporting period begins, opens, is wanted and ends, and which tasks are asked for in it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.reporting_periods import (
    Period,
    PeriodKind,
    Schedule,
    belongs,
    chasing,
    default_schedules,
    missing,
    period_of,
    periods_around,
)
from domain.tasks import Share, Task, TaskStatus
from domain.working_days import WorkCalendar

CALENDAR = WorkCalendar()
MONTH = Schedule(1, 1, PeriodKind.MONTH)


def _period(kind: PeriodKind, day: date, first_day: int = 15) -> Period:
    found = period_of(Schedule(1, 1, kind, first_day), day, CALENDAR)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "day", "first", "cutoff", "number"),
    [
        (PeriodKind.MONTH, date(2026, 11, 2), date(2026, 10, 15), date(2026, 11, 14), 11),
        (PeriodKind.MONTH, date(2026, 11, 15), date(2026, 11, 15), date(2026, 12, 14), 12),
        (PeriodKind.MONTH, date(2026, 12, 20), date(2026, 12, 15), date(2027, 1, 14), 1),
        (PeriodKind.QUARTER, date(2026, 2, 1), date(2025, 12, 15), date(2026, 3, 14), 1),
        (PeriodKind.QUARTER, date(2026, 11, 2), date(2026, 9, 15), date(2026, 12, 14), 4),
        (PeriodKind.HALF_YEAR, date(2026, 5, 1), date(2025, 12, 15), date(2026, 6, 14), 1),
        (PeriodKind.HALF_YEAR, date(2026, 6, 15), date(2026, 6, 15), date(2026, 12, 14), 2),
        (PeriodKind.YEAR, date(2026, 11, 2), date(2025, 12, 15), date(2026, 12, 14), 0),
    ],
)
def test_the_days_are_those_of_the_decree(kind: PeriodKind, day: date, first: date, cutoff: date, number: int) -> None:
    period = _period(kind, day)
    assert (period.first, period.cutoff, period.number, period.year) == (first, cutoff, number, cutoff.year)


def test_a_period_opens_and_is_wanted_so_many_working_days_before_its_cutoff() -> None:
    period = _period(PeriodKind.MONTH, date(2026, 9, 10))
    # The cutoff, 14/9/2026, is a Monday; 2/9 is a holiday, but lies before.
    assert (period.opens, period.due) == (date(2026, 9, 7), date(2026, 9, 10))


def test_an_office_may_close_its_books_on_another_day() -> None:
    period = _period(PeriodKind.MONTH, date(2026, 11, 20), first_day=21)
    assert (period.first, period.cutoff, period.number) == (date(2026, 10, 21), date(2026, 11, 20), 11)
    whole = _period(PeriodKind.MONTH, date(2028, 2, 10), first_day=1)
    assert (whole.first, whole.cutoff) == (date(2028, 2, 1), date(2028, 2, 29))


def test_a_month_that_lacks_the_day_ends_with_its_last() -> None:
    february = _period(PeriodKind.MONTH, date(2026, 2, 27), first_day=31)
    march = _period(PeriodKind.MONTH, date(2026, 3, 1), first_day=31)
    assert (february.cutoff, march.first, march.cutoff) == (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 30))


def test_a_plan_names_its_own_days() -> None:
    schedule = Schedule(4, 1, PeriodKind.PLAN, document_id=3, dates=("06-05", "12-10"))
    before, now, after = periods_around(schedule, date(2026, 7, 1), CALENDAR)
    assert (before.first, before.cutoff) == (date(2025, 12, 11), date(2026, 6, 5))
    assert (now.first, now.cutoff) == (date(2026, 6, 6), date(2026, 12, 10))
    assert (after.first, after.cutoff) == (date(2026, 12, 11), date(2027, 6, 5))


def test_what_is_switched_off_has_no_periods() -> None:
    assert periods_around(replace(MONTH, active=False), date(2026, 7, 1), CALENDAR) == []
    assert periods_around(Schedule(4, 1, PeriodKind.PLAN, document_id=3), date(2026, 7, 1), CALENDAR) == []


@given(
    st.sampled_from(list(PeriodKind)),
    st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    st.integers(1, 31),
    st.integers(0, 30),
    st.integers(0, 30),
)
def test_every_day_lies_in_exactly_one_period(
    kind: PeriodKind, day: date, first_day: int, opens_before: int, lead: int
) -> None:
    dates = ("02-29", "06-05", "12-10") if kind is PeriodKind.PLAN else ()
    schedule = Schedule(1, 1, kind, first_day, opens_before, lead, document_id=2 if dates else None, dates=dates)
    around = periods_around(schedule, day, CALENDAR)
    assert [p.holds(day) for p in around] == [False, True, False]
    for earlier, later in pairwise(around):
        assert later.first == earlier.cutoff + timedelta(days=1)
    assert all(p.first <= p.opens <= p.due <= p.cutoff for p in around)
    assert len({p.key for p in around}) == 3


def test_an_office_that_set_nothing_has_the_month_and_what_is_made_of_months() -> None:
    assert [(s.kind, s.first_day, s.active, s.id) for s in default_schedules(7)] == [
        (PeriodKind.MONTH, 15, True, 0),
        (PeriodKind.QUARTER, 15, True, 0),
        (PeriodKind.HALF_YEAR, 15, True, 0),
        (PeriodKind.YEAR, 15, True, 0),
    ]


# --- which tasks -----------------------------------------------------------------------------------------------------

NOVEMBER = _period(PeriodKind.MONTH, date(2026, 11, 2))
ONGOING = Deadline(DeadlineKind.ONGOING)


def _task(deadline: Deadline = ONGOING, **more: object) -> Task:
    return Task(1, 1, "1", "Duy trì tổ công nghệ số", deadline, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("task", "is_asked"),
    [
        (_task(), True),
        (_task(Deadline(DeadlineKind.UNKNOWN)), True),
        (_task(Deadline(DeadlineKind.DATE, date(2027, 5, 30))), True),
        (_task(Deadline(DeadlineKind.ON_REQUEST)), False),
        (_task(confirmed=False), False),
        (_task(dropped=True), False),
        (_task(Deadline(DeadlineKind.RECURRING, every=Rhythm.MONTH)), True),
        (_task(Deadline(DeadlineKind.RECURRING, every=Rhythm.QUARTER)), False),
        (_task(Deadline(DeadlineKind.RECURRING, every=Rhythm.YEAR, dates=("11-10",))), True),
        (_task(status=TaskStatus.DONE, reported_on=date(2026, 10, 14)), False),
        (_task(status=TaskStatus.DONE, reported_on=date(2026, 10, 15)), True),
        (_task(status=TaskStatus.CANCELLED), False),
    ],
)
def test_what_belongs_to_a_period(task: Task, is_asked: bool) -> None:
    assert belongs(NOVEMBER, task) is is_asked


def test_a_plan_with_days_of_its_own_is_not_asked_for_by_the_office() -> None:
    of_plan = replace(NOVEMBER, kind=PeriodKind.PLAN, document_id=3)
    assert belongs(of_plan, _task(document_id=3)) and not belongs(of_plan, _task(document_id=4))
    office = replace(NOVEMBER, apart=(3,))
    assert belongs(office, _task(document_id=4)) and not belongs(office, _task(document_id=3))


def test_missing_is_what_nobody_spoke_of_since_the_first_day() -> None:
    silent = _task()
    told = replace(silent, id=2, reported_on=date(2026, 10, 15))
    long_ago = replace(silent, id=3, reported_on=date(2026, 10, 14))
    done = replace(silent, id=4, status=TaskStatus.DONE, reported_on=date(2026, 11, 1))
    assert [task.id for task in missing(NOVEMBER, [silent, told, long_ago, done])] == [1, 3]


def test_of_a_group_task_each_unit_is_asked_for_its_own_part() -> None:
    shares = (Share(1, "Phòng Kinh tế", reported_on=date(2026, 11, 3)), Share(2, "Phòng Văn hóa"))
    group = _task(shares=shares, reported_on=date(2026, 11, 3))
    assert [(task.id, task.lead_unit_id) for task in missing(NOVEMBER, [group])] == [(1, 2)]


def test_of_several_periods_with_one_cutoff_the_shortest_asks() -> None:
    kinds = [PeriodKind.YEAR, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF_YEAR]
    december = [_period(kind, date(2026, 12, 10)) for kind in kinds]
    plan = replace(december[0], kind=PeriodKind.PLAN, document_id=3)
    assert [(p.kind, p.document_id) for p in chasing([*december, plan])] == [
        (PeriodKind.MONTH, None),
        (PeriodKind.PLAN, 3),
    ]
