"""What decides in an office what is due, read at one moment."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from domain.clock import local_day
from domain.feedback import OPEN
from domain.notices import UNREACHED, LedgerNotice, Notice, SubjectKind
from domain.ports import Records
from domain.reminders import OfficeView
from domain.reporting_periods import Period
from domain.tasks import Task
from domain.working_days import WorkCalendar
from scheduler.holding import Holds

SPOKEN_OF_AFTER = timedelta(days=45)
"""How long after its cutoff a period is still looked at: longer than the longest holiday."""
CALLS_LAST = timedelta(days=400)
"""How long what a colleague had sent may wait for somebody who has not joined."""


async def read_office(records: Records, office_id: int, now: datetime) -> OfficeView:
    """The office with everything that is due in it by the rules."""
    return await _read(records, office_id, await records.register.tasks(office_id), now)


async def read_for_planning(
    records: Records, office_id: int, now: datetime, waiting: Iterable[LedgerNotice] = ()
) -> OfficeView:
    """The same as far as it decides what is due, and why one of `waiting` is not: tasks without their words.

    A task that is over belongs only to periods in which something was reported of it.
    """
    periods = await _periods(records, office_id, now)
    since = min((period.first for period in periods), default=None)
    spoken_of = {row.notice.subject.id for row in waiting if row.notice.subject.kind is SubjectKind.TASK}
    tasks = await records.register.open_tasks(office_id, since, spoken_of)
    return await _read(records, office_id, tasks, now)


async def _periods(records: Records, office_id: int, now: datetime) -> Sequence[Period]:
    return await records.periods.ended_since(office_id, _days_before(local_day(now), SPOKEN_OF_AFTER))


async def _read(records: Records, office_id: int, tasks: Sequence[Task], now: datetime) -> OfficeView:
    calendar = await records.calendar.of_office(office_id)
    told = await records.notices.told_overdue(office_id)
    return OfficeView(
        office_id=office_id,
        tasks=tasks,
        people=await records.people.of_office(office_id),
        rules=await records.notice_rules.of_office(office_id),
        calendar=calendar,
        hours=await records.wishes.hours(office_id),
        periods=await _periods(records, office_id, now),
        acknowledged=await records.notices.acknowledged(office_id),
        planned_until=await records.notice_rules.planned_until(office_id),
        told_overdue={about: _day_told(planned, sent, calendar) for about, (planned, sent) in told.items()},
        feedback=await records.feedback.of_office(office_id, statuses=OPEN),
    )


async def read_holds(records: Records, office_id: int, now: datetime) -> Holds:
    """What holds the office's notices back."""
    calls = await records.calls.of_office(office_id, now - CALLS_LAST)
    return Holds(
        rules=await records.notice_rules.of_office(office_id),
        calendar=await records.calendar.of_office(office_id),
        hours=await records.wishes.hours(office_id),
        snoozes=await records.snoozes.of_office(office_id, now),
        calls={call.id: call for call in calls},
        off=(await records.switches.off(now)).get(office_id),
    )


def is_by_the_rules(notice: Notice) -> bool:
    """True for what `due_notices` brings up; the others were entered by somebody, or by what became of one of these."""
    return notice.subject.kind is not SubjectKind.CALL and notice.rule != UNREACHED


def _day_told(planned: datetime, sent: datetime | None, calendar: WorkCalendar) -> date:
    """The day on which a first notice was sent; the working day after it was planned, where none was by then.

    So nobody holds off what is told to those above them by putting a notice off, or by having no account.
    """
    by_then = calendar.after(local_day(planned), 1)
    return by_then if sent is None else min(by_then, local_day(sent))


def _days_before(day: date, span: timedelta) -> date:
    return day - span if day - date.min > span else date.min
