"""Opens reporting periods on their day and takes their figures when the cutoff day is over."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from domain.clock import local_day
from domain.cutoff import History, figures_at
from domain.people import Office
from domain.ports import Records
from domain.reporting_periods import Period, to_keep

log = structlog.get_logger()

SETTLED = timedelta(minutes=1)
"""How long after a cutoff its figures are taken: a report confirmed in its last second is written by then."""
EVER = datetime(2000, 1, 1, tzinfo=UTC)


class Books(Protocol):
    """Where the scheduler reads and writes: a transaction each."""

    def reading(self) -> AbstractAsyncContextManager[Records]:
        """A view of what is remembered."""
        ...

    def writing(self) -> AbstractAsyncContextManager[Records]:
        """A transaction that is committed when left without an error."""
        ...


async def keep_periods(books: Books, now: datetime) -> int:
    """Make the rows of the periods that have opened, and freeze those that are over; how many rows that touched.

    Each office is a transaction of its own, and only where there is something to do. It may run in several processes
    at once and as often as one likes; what opened or ended while no process ran is made up for.
    """
    async with books.reading() as records:
        offices = await records.offices.all()
    touched = 0
    for office in offices:
        async with books.reading() as records:
            if not await _to_open(records, office, now) and not await to_freeze(records, office, now):
                continue
        async with books.writing() as records:
            touched += await _keep_of(records, office, now)
    return touched


async def _keep_of(records: Records, office: Office, now: datetime) -> int:
    opened = await _to_open(records, office, now)
    for period in opened:
        kept = await records.periods.keep(period)
        log.info("a reporting period is open", office=office.id, period=kept.id, key=kept.key, cutoff=str(kept.cutoff))
    frozen = 0
    for period in await to_freeze(records, office, now):
        frozen += await freeze(records, office, period, now)
    return len(opened) + frozen


async def freeze(records: Records, office: Office, period: Period, now: datetime) -> bool:
    """Take the period's figures as they were when its cutoff day was over; False when somebody was faster."""
    figures = figures_at(period, await _history(records, office, period), office.name, now)
    if not await records.periods.freeze(period.id, figures, now):
        return False
    counts = {"tasks": len(figures.asked), "missing": len(figures.missing)}
    await records.audit.note(office.id, None, "period.frozen", f"period:{period.id}", now, counts)
    log.info("a reporting period is frozen", office=office.id, period=period.id, key=period.key, **counts)
    return True


async def _history(records: Records, office: Office, period: Period) -> History:
    return History(
        tasks=await records.register.tasks(office.id),
        reports=await records.register.reports_of_office(office.id, EVER),
        changes=await records.changes.applied_since(office.id, period.ends_at),
        targets=await records.register.targets(office.id, confirmed_only=True),
        achievements=await records.achievements.of_office(office.id),
        people=await records.people.of_office(office.id),
    )


async def _to_open(records: Records, office: Office, now: datetime) -> list[Period]:
    """The periods whose row is not there yet, or has other days than it should have."""
    today = local_day(now)
    rows = await records.periods.of_office(office.id)
    calendar = await records.calendar.of_office(office.id)
    wanted: list[Period] = []
    for schedule in await records.periods.schedules(office.id):
        own = [row for row in rows if (row.kind, row.document_id) == (schedule.kind, schedule.document_id)]
        wanted += to_keep(schedule, own, today, calendar)
    return [period for period in wanted if not _is_kept(period, rows)]


async def to_freeze(records: Records, office: Office, now: datetime) -> Sequence[Period]:
    """The periods that are over and whose figures nobody has taken."""
    due = await records.periods.to_freeze(office.id, local_day(now))
    return [period for period in due if now >= period.ends_at + SETTLED]


def _is_kept(period: Period, rows: Sequence[Period]) -> bool:
    days = (period.key, period.first, period.cutoff, period.opens, period.due)
    return any(days == (row.key, row.first, row.cutoff, row.opens, row.due) for row in rows)
