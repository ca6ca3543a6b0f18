"""Reporting periods: their first day, their cutoff, when they open and when the office wants them in.

Decree 09/2019/ND-CP, Article 12: the figures of a month are those from the 15th of the month before to the 14th of the
month itself, and so for a quarter, for six months and for a year: from the 15th of the month before the period to the
14th of its last month. An office may begin on another day; a plan may name its own days.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from domain.carrying import by_unit
from domain.clock import at_local
from domain.deadlines import Deadline, DeadlineKind, Rhythm, occurrences
from domain.periods import month_end
from domain.tasks import Task
from domain.working_days import WorkCalendar

_DAY = timedelta(days=1)


class PeriodKind(StrEnum):
    """How long a reporting period is; PLAN has the dates that a plan itself names."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"
    PLAN = "plan"


MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6, PeriodKind.YEAR: 12}
"""How many months a period of an office has; those of a plan have no fixed number."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """That an office reports by this kind of period. `first_day` is the day of the month a period begins with.

    `opens_before` and `lead_days` are working days before the cutoff: when people are asked, and when the office wants
    it in. A schedule of a plan has its `document_id` and the `dates` ("MM-DD") of its cutoffs. `id` is 0 while the
    office has only the default. Periods that ended before `since` are not opened any more.
    """

    id: int
    office_id: int
    kind: PeriodKind
    first_day: int = 15
    opens_before: int = 5
    lead_days: int = 2
    document_id: int | None = None
    dates: tuple[str, ...] = ()
    active: bool = True
    since: date | None = None
    document_number: str = ""

    @property
    def cutoff_day(self) -> int:
        """The day of the month on which a period ends; 31 stands for the last one."""
        return self.first_day - 1 or 31


@dataclass(frozen=True, slots=True)
class Period:
    """One reporting period of an office. All days are inclusive; `id` is 0 until it is kept.

    `frozen` once its figures were taken at the cutoff. `apart` are the plans that are reported on by days of their own,
    so that a period of the office does not ask for their tasks. `dropped`: its schedule was switched off before it
    ended; nobody is asked and nothing is frozen.
    """

    id: int
    office_id: int
    kind: PeriodKind
    first: date
    cutoff: date
    opens: date
    due: date
    document_id: int | None = None
    document_number: str = ""
    schedule_id: int = 0
    frozen: bool = False
    frozen_at: datetime | None = None
    apart: tuple[int, ...] = ()
    dropped: bool = False

    @property
    def year(self) -> int:
        """The year the period is of, which is that of its cutoff."""
        return self.cutoff.year

    @property
    def number(self) -> int:
        """Which month, quarter or half of its year it is; 0 for a year and for a plan's own period."""
        months = MONTHS.get(self.kind, 12)
        return 0 if months == 12 else (self.cutoff.month - 1) // months + 1

    @property
    def key(self) -> str:
        """What makes it one of its office, whatever its days become: "month:2026-11", "plan:3:2026-06-05"."""
        if self.kind is PeriodKind.PLAN:
            return f"plan:{self.document_id}:{self.cutoff.isoformat()}"
        return f"{self.kind}:{self.year}-{self.number:02d}"

    @property
    def ends_at(self) -> datetime:
        """The moment, in UTC, at which the cutoff day is over in the office."""
        return at_local(self.cutoff + _DAY, time())

    @property
    def begins_at(self) -> datetime:
        """The moment, in UTC, at which the first day begins in the office."""
        return at_local(self.first, time())

    def holds(self, day: date) -> bool:
        """True for a day of the period."""
        return self.first <= day <= self.cutoff

    def is_followed_by(self, other: "Period") -> bool:
        """True for the period of the same kind and plan that begins on the day after this one ends."""
        return _is_alike(self, other) and self.cutoff + _DAY == other.first

    def is_open(self, day: date) -> bool:
        """True while people are asked to report for it."""
        return not self.dropped and self.opens <= day <= self.cutoff


def default_schedules(office_id: int) -> list[Schedule]:
    """What holds for an office that set nothing: the month, and with its cutoffs the quarter, half-year and year."""
    return [Schedule(0, office_id, kind) for kind in MONTHS]


def periods_around(schedule: Schedule, day: date, calendar: WorkCalendar) -> list[Period]:
    """The period before, the one that holds the day, and the one after; none for a schedule that is switched off."""
    if not schedule.active:
        return []
    cutoffs = _cutoffs(schedule, day)
    return [_period(schedule, first + _DAY, last, calendar) for first, last in pairwise(cutoffs)]


def period_of(schedule: Schedule, day: date, calendar: WorkCalendar) -> Period | None:
    """The period that holds a day, or None for a schedule without one."""
    return next((period for period in periods_around(schedule, day, calendar) if period.holds(day)), None)


def to_keep(schedule: Schedule, kept: Collection[Period], today: date, calendar: WorkCalendar) -> list[Period]:
    """The periods of a schedule that should have a row by today, as they stand now; `kept` are those that have one.

    What opened and even ended while nobody looked is among them; before the first that was ever kept there is none.
    After a moved cutoff a period begins on the day after the last one ended, so that no day is lost or counted twice.
    """
    known = {period.key: period for period in kept}
    rows = sorted(kept, key=lambda period: period.cutoff)
    unfrozen = [period.first for period in rows if not period.frozen]
    day = min([*unfrozen, rows[-1].cutoff + _DAY]) if rows else today
    found: list[Period] = []
    while around := periods_around(schedule, day, calendar):
        now = _holding(around, day)
        day, row = now.cutoff + _DAY, known.get(now.key)
        if now.opens > today and row is None:
            break
        if (row is not None and row.frozen) or (schedule.since is not None and now.cutoff < schedule.since):
            continue
        others = (p for p in rows if p.cutoff < now.cutoff and p.key != now.key)
        before = max(others, key=lambda p: p.cutoff, default=None)
        if row is not None:
            now = _period(schedule, min(row.first, now.cutoff), now.cutoff, calendar)
        elif before is not None and (before.cutoff >= now.first or before.key == around[0].key):
            now = _period(schedule, before.cutoff + _DAY, now.cutoff, calendar)
        found.append(now)
        rows.append(now)
    return found


def _holding(periods: Iterable[Period], day: date) -> Period:
    return next(period for period in periods if period.holds(day))


def late_until(period: Period, periods: Iterable[Period]) -> date:
    """The first day on which a report no longer counts as late for a period that ended: the next one has opened."""
    later = [p.opens for p in periods if _is_alike(p, period) and p.cutoff > period.cutoff]
    return min([*later, period.cutoff + LATE_DAYS])


def _is_alike(period: Period, other: Period) -> bool:
    return (period.kind, period.document_id) == (other.kind, other.document_id)


LATE_DAYS = timedelta(days=30)
"""A report that comes later than this after a cutoff speaks of the next period."""


def _period(schedule: Schedule, first: date, cutoff: date, calendar: WorkCalendar) -> Period:
    opens = max(first, min(cutoff, calendar.before(cutoff, schedule.opens_before)))
    due = max(opens, min(cutoff, calendar.before(cutoff, schedule.lead_days)))
    return Period(
        id=0,
        office_id=schedule.office_id,
        kind=schedule.kind,
        first=first,
        cutoff=cutoff,
        opens=opens,
        due=due,
        document_id=schedule.document_id,
        document_number=schedule.document_number,
        schedule_id=schedule.id,
    )


def _cutoffs(schedule: Schedule, day: date) -> list[date]:
    """The last two cutoffs before a day, and the next two from it on."""
    found: set[date] = set()
    for year in range(day.year - 2, day.year + 4):
        found |= set(_of_year(schedule, year))
    ordered = sorted(found)
    at = sum(cutoff < day for cutoff in ordered)
    return ordered[max(0, at - 2) : at + 2] if ordered else []


def _of_year(schedule: Schedule, year: int) -> list[date]:
    if schedule.kind is PeriodKind.PLAN:
        return [_in_month(year, *(int(part) for part in month_day.split("-"))) for month_day in schedule.dates]
    months = MONTHS[schedule.kind]
    return [_in_month(year, month, schedule.cutoff_day) for month in range(months, 13, months)]


def _in_month(year: int, month: int, day: int) -> date:
    last = month_end(year, month)
    return last.replace(day=min(day, last.day))


# --- who is asked ----------------------------------------------------------------------------------------------------


def belongs(period: Period, task: Task) -> bool:
    """True when a report on the task (or on a unit's part of it) is expected in the period.

    A task that comes round more rarely than every month belongs to the periods in which one of its rounds lies.
    """
    if not task.confirmed or task.dropped or task.deadline.kind is DeadlineKind.ON_REQUEST:
        return False
    if period.document_id is not None and task.document_id != period.document_id:
        return False
    if period.document_id is None and task.document_id in period.apart:
        return False
    if task.status.is_over and (task.reported_on is None or task.reported_on < period.first):
        return False
    return comes_round_in(task.deadline, period.first, period.cutoff)


def comes_round_in(deadline: Deadline, first: date, last: date) -> bool:
    """False for a rhythm longer than a month none of whose rounds lies between the two days."""
    if deadline.kind is not DeadlineKind.RECURRING or deadline.every in (Rhythm.WEEK, Rhythm.MONTH):
        return True
    try:
        return bool(occurrences(deadline, first, last))
    except (OverflowError, ValueError):
        return True


def is_missing(period: Period, part: Task) -> bool:
    """True when nothing was reported of the part since the period's first day, and it is not over."""
    told = part.reported_on is not None and part.reported_on >= period.first
    return belongs(period, part) and not part.status.is_over and not told


def parts_of(period: Period, tasks: Iterable[Task]) -> list[Task]:
    """The tasks that belong to the period, each once for every unit that carries it, with that unit's own standing."""
    return [part for part in by_unit(tasks) if belongs(period, part)]


def missing(period: Period, tasks: Iterable[Task]) -> list[Task]:
    """The parts of the period's tasks of which nothing was reported yet; of a group task each unit's own part."""
    return [part for part in by_unit(tasks) if is_missing(period, part)]


def chasing(periods: Collection[Period]) -> list[Period]:
    """The periods by which people are asked: of several of the office with one cutoff only the shortest."""
    order = list(PeriodKind)
    shortest: dict[tuple[date, int | None], Period] = {}
    for period in sorted(periods, key=lambda p: order.index(p.kind)):
        shortest.setdefault((period.cutoff, period.document_id), period)
    return sorted(shortest.values(), key=lambda p: (p.cutoff, order.index(p.kind), p.document_id or 0))
