"""What holds of every office's notices, whatever its tasks, people, rules and calendar."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.clock import at_local, local, local_day
from domain.deadlines import Deadline, DeadlineKind, parse_deadline
from domain.notice_rules import NoticeRules
from domain.notices import LedgerNotice, Notice, NoticeStatus
from domain.people import Person, Role
from domain.reminders import OfficeView, due_notices, still_due, why_not
from domain.reporting_periods import Period, PeriodKind
from domain.tasks import Share, Task, TaskStatus
from domain.working_days import CalendarDay, WorkCalendar

START, END = date(2026, 1, 15), date(2026, 6, 15)
DAYS = st.dates(START, END)
MOMENTS = st.builds(at_local, DAYS, st.times())
HOURS = st.sampled_from([time(7), time(8), time(9, 30), time(14), time(20)])
RHYTHMS = [
    "hằng tuần",
    "thứ Tư hằng tuần",
    "hằng tháng",
    "ngày 31 hằng tháng",
    "hằng quý",
    "trước 10/3 và 13/3 hằng năm",
    "trước 05/6 và 10/12 hằng năm",
    "hằng tháng đến 30/4/2026",
]
DEADLINES = st.one_of(
    st.builds(Deadline, st.just(DeadlineKind.DATE), due=DAYS),
    st.sampled_from(RHYTHMS).map(parse_deadline),
    st.sampled_from([DeadlineKind.ONGOING, DeadlineKind.UNKNOWN, DeadlineKind.ON_REQUEST]).map(Deadline),
)
UNITS = (10, 20, 30)
PEOPLE = st.lists(
    st.tuples(st.sampled_from([Role.OFFICIAL, Role.HEAD, Role.LEADER]), st.sampled_from(UNITS), st.booleans()),
    min_size=1,
    max_size=6,
).map(
    lambda found: tuple(
        Person(number, 1, f"P{number}", role, unit, active=not left or number % 3 > 0, acts_for=(number - 1,) * left)
        for number, (role, unit, left) in enumerate(found, 1)
    )
)
TASKS = st.lists(
    st.builds(
        Task,
        id=st.integers(1, 10**6),
        office_id=st.just(1),
        number=st.just("4"),
        title=st.just("Số hóa hồ sơ"),
        deadline=DEADLINES,
        lead_unit_id=st.sampled_from([None, *UNITS]),
        assignee_id=st.sampled_from([None, None, 1, 2, 3]),
        begins=st.one_of(st.none(), st.dates(date(2025, 6, 1), END)),
        reported_on=st.one_of(st.none(), DAYS),
        shares=st.sampled_from([(), (), (Share(10, "A"), Share(20, "B", TaskStatus.DONE), Share(30, "C"))]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda task: task.id,
)
CALENDARS = st.lists(st.tuples(DAYS, st.booleans()), max_size=8).map(
    lambda days: WorkCalendar({day: CalendarDay(day, works) for day, works in days})
)
RULES = st.sampled_from(
    [NoticeRules(), NoticeRules(overdue=()), NoticeRules(before_unknown=(1, 5, 5), overdue=(4, 2), head_after=0)]
)
PERIODS = st.sampled_from(
    [
        (),
        (
            Period(
                7, 1, PeriodKind.MONTH, date(2026, 2, 15), date(2026, 3, 14), date(2026, 3, 9), due=date(2026, 3, 12)
            ),
        ),
    ]
)
RECEIPTS = st.lists(st.tuples(st.integers(1, 6), MOMENTS), max_size=4)


@st.composite
def offices(draw: st.DrawFn) -> OfficeView:
    """An office with a few tasks and people."""
    return OfficeView(
        1,
        tuple(draw(TASKS)),
        draw(PEOPLE),
        rules=draw(RULES),
        calendar=draw(CALENDARS),
        hours=draw(st.dictionaries(st.integers(1, 6), HOURS, max_size=3)),
        periods=draw(PERIODS),
    )


class Receipts(dict[tuple[str, date], list[tuple[int, datetime]]]):
    """The same receipts for whatever is asked."""

    def __init__(self, receipts: list[tuple[int, datetime]]) -> None:
        super().__init__({("", date.min): receipts})

    def get(self, key: object, default: object = None) -> list[tuple[int, datetime]]:
        return self["", date.min]


def with_receipts(view: OfficeView, receipts: list[tuple[int, datetime]], now: datetime) -> OfficeView:
    """The office with what had been acknowledged by then."""
    return replace(view, acknowledged=Receipts([receipt for receipt in receipts if receipt[1] <= now]))


def is_stage(notice: Notice) -> bool:
    """True for what is said of a deadline itself, before, on and after it."""
    return notice.rule.startswith(("before_", "on_the_day", "overdue_"))


def row(notice: Notice) -> LedgerNotice:
    return LedgerNotice(1, notice, NoticeStatus.PENDING, notice.scheduled, notice.scheduled)


@settings(deadline=None)
@given(offices(), MOMENTS)
def test_the_same_office_at_the_same_moment_has_the_same_notices(view: OfficeView, now: datetime) -> None:
    found = due_notices(view, now)
    assert due_notices(view, now) == found
    turned = replace(view, tasks=view.tasks[::-1], people=view.people[::-1])
    assert set(due_notices(turned, now)) == set(found)


@settings(deadline=None)
@given(offices(), MOMENTS, RECEIPTS)
def test_each_notice_is_named_once_and_one_stage_of_an_occurrence_is_said_to_a_person(
    view: OfficeView, now: datetime, receipts: list[tuple[int, datetime]]
) -> None:
    found = due_notices(with_receipts(view, receipts, now), now)
    assert max(Counter(notice.key for notice in found).values(), default=1) == 1
    said = Counter((n.subject, n.occurrence, n.person_id) for n in found if is_stage(n) and not n.folded)
    reached = {(n.subject, n.occurrence, n.person_id) for n in found if is_stage(n)}
    assert set(said) == reached
    assert max(said.values(), default=1) == 1


@settings(deadline=None)
@given(offices(), MOMENTS)
def test_what_is_due_was_scheduled_at_the_persons_hour_of_a_working_day(view: OfficeView, now: datetime) -> None:
    for notice in due_notices(view, now):
        assert notice.scheduled <= now
        assert local(notice.scheduled).time() == view.hours.get(notice.person_id, view.rules.hour)
        if notice.rule not in ("period_opens", "period_due"):
            assert view.calendar.is_working(local_day(notice.scheduled))


@settings(deadline=None)
@given(offices(), MOMENTS, MOMENTS, RECEIPTS)
def test_time_takes_no_notice_away_but_by_the_next_round_and_the_end_of_a_period(
    view: OfficeView, first: datetime, second: datetime, receipts: list[tuple[int, datetime]]
) -> None:
    earlier, later = sorted([first, second])
    now = with_receipts(view, receipts, later)
    gone = {n.key for n in due_notices(now, later)}
    for notice in due_notices(with_receipts(view, receipts, earlier), earlier):
        if notice.key not in gone:
            assert why_not(now, row(notice), later) in ("replaced", "closed")


@settings(deadline=None)
@given(offices(), MOMENTS, MOMENTS, RECEIPTS)
def test_there_is_a_reason_for_what_is_no_longer_due_and_none_for_what_is(
    view: OfficeView, first: datetime, second: datetime, receipts: list[tuple[int, datetime]]
) -> None:
    earlier, later = sorted([first, second])
    now = with_receipts(view, receipts, later)
    due = still_due(now, later)
    for notice in due_notices(view, earlier) + due_notices(now, later):
        assert bool(why_not(now, row(notice), later)) == (notice.key not in due)


@settings(deadline=None)
@given(offices(), MOMENTS, MOMENTS)
def test_late_is_only_what_an_office_planned_before_has_missed(
    view: OfficeView, planned: datetime, now: datetime
) -> None:
    assert not any(notice.late for notice in due_notices(view, now))
    for notice in due_notices(replace(view, planned_until=planned), now):
        missed = planned < notice.scheduled and local_day(notice.scheduled) < local_day(now)
        assert notice.late == missed


def planned(view: OfficeView, moments: Iterator[datetime], receipts: list[tuple[int, datetime]]) -> set[Notice]:
    """What is said when one plans at these moments: each notice as it was when it was first due, without the folded."""
    found: dict[tuple[str, str, date, int], Notice] = {}
    for now in moments:
        for notice in due_notices(with_receipts(view, receipts, now), now):
            found.setdefault(notice.key, notice)
    return {notice for notice in found.values() if not notice.folded}


def every(step: timedelta, first: date, days: int) -> Callable[[], Iterator[datetime]]:
    """Moments with a step between them, up to the last minute of the last day."""

    def moments() -> Iterator[datetime]:
        now, end = at_local(first, time(23, 59)), at_local(first + timedelta(days=days), time(23, 59))
        while now <= end:
            yield now
            now += step

    return moments


@settings(max_examples=8, deadline=None)
@given(offices(), st.dates(START, date(2026, 5, 1)), RECEIPTS)
def test_it_does_not_matter_whether_one_plans_every_hour_or_every_day(
    view: OfficeView, first: date, receipts: list[tuple[int, datetime]]
) -> None:
    hourly, daily = (planned(view, every(timedelta(hours=h), first, 31)(), receipts) for h in (1, 24))
    assert hourly == daily


@settings(max_examples=4, deadline=None)
@given(offices(), st.sampled_from([date(2026, 2, 12), date(2026, 3, 11), date(2026, 3, 30)]))
def test_nor_whether_one_plans_every_minute_or_every_day(view: OfficeView, first: date) -> None:
    minutely, daily = (planned(view, every(timedelta(minutes=m), first, 1)(), []) for m in (1, 24 * 60))
    assert minutely == daily


@settings(deadline=None)
@given(st.sampled_from([date.min, date(1, 1, 20), date(1900, 2, 28), date(9999, 12, 1), date.max]), MOMENTS)
def test_days_at_the_ends_of_the_calendar_do_no_harm(day: date, now: datetime) -> None:
    dated = Task(1, 1, "4", "Số hóa hồ sơ", Deadline(DeadlineKind.DATE, due=day), lead_unit_id=10, begins=day)
    weekly = replace(dated, deadline=replace(parse_deadline("hằng tuần"), due=day))
    broken = replace(dated, deadline=replace(parse_deadline("hằng năm"), dates=("02-29", "13-45")))
    people = (Person(1, 1, "An", Role.OFFICIAL, 10), Person(2, 1, "Bình", Role.HEAD, 10))
    for task in (dated, weekly, broken, replace(dated, begins=date.max), replace(weekly, begins=None)):
        view = OfficeView(1, (task,), people)
        said = [notice for notice in due_notices(view, now) if not notice.folded and is_stage(notice)]
        assert len(said) <= 2 * len(people)
        for notice in said:
            assert why_not(view, row(notice), now) == ""
