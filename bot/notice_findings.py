"""What `kehoach doctor` finds about reminders: what waits too long, whom nothing reaches, what nobody is told of."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta

from bot.findings import Finding, finding, listed
from bot.notice_figures import notice_figures, unreachable
from domain.clock import local, local_day
from domain.duties import Staff
from domain.people import Office
from domain.public_holidays import LAST_YEAR, swapped
from domain.tasks import Task
from scheduler.planning import PATIENCE
from storage import Repositories

UNPLANNED = timedelta(hours=1)
ARRANGED_FROM = 11
"""The month of the year from which the next year's days off should be known."""


async def ledger_findings(records: Repositories, now: datetime) -> AsyncIterator[Finding]:
    """The ledger and the queue of all offices."""
    figures = await notice_figures(records, now)
    minutes = int(figures.oldest.total_seconds() // 60)
    if figures.stuck:
        yield finding("fault", "notices", "notices_missed", count=figures.stuck, minutes=minutes)
    if figures.offices.unentered:
        yield finding("fault", "notices", "notices_unentered", count=figures.offices.unentered)
    if not figures.missed:
        yield finding("ok", "notices", "notices_ok", sent=figures.states["sent"], waiting=figures.states["pending"])
    if figures.states["failed"]:
        yield finding("warning", "notices", "notices_failed", count=figures.states["failed"])
    since = await records.outbox.next_due()
    if since is not None and now - since > PATIENCE:
        waited = int((now - since).total_seconds() // 60)
        yield finding("warning", "outbox", "queue_old", minutes=waited)


async def office_findings(records: Repositories, office: Office, now: datetime) -> AsyncIterator[Finding]:
    """One office: planning, people whom nothing reaches, tasks nobody is reminded of, next year's calendar."""
    planned = await records.notice_rules.planned_until(office.id)
    tasks = await records.register.tasks(office.id)
    if planned is not None and now - planned > UNPLANNED:
        yield finding("warning", "planning", "planning_old", at=f"{local(planned):%H:%M %d/%m/%Y}")
    people = await records.people.of_office(office.id)
    accounts = await records.people.accounts_of_office(office.id)
    joined = {account.person_id for account in accounts}
    if lost := await unreachable(records, office):
        yield finding("warning", "people", "unreachable", count=len(lost), names=listed(lost))
    waiting = {row.notice.person_id for row in await records.notices.pending(office.id)}
    silent = [person.name for person in people if person.id in waiting - joined]
    if silent:
        yield finding("warning", "people", "waiting_without_account", count=len(silent), names=listed(silent))
    nobodys = _nobodys(tasks, Staff(office.id, people))
    if people and nobodys:
        yield finding("warning", "register", "nobody_reminded", count=len(nobodys), names=listed(nobodys))
    yield await _calendar(records, office, now)


def _nobodys(tasks: Iterable[Task], staff: Staff) -> list[str]:
    """The open tasks, by number and paper, of which nobody would be reminded, or not of some unit's part."""
    return [
        f"{task.number} ({task.document_number})" if task.document_number else task.number
        for task in tasks
        if any(not staff.responsible(duty) for duty in staff.duties(task))
    ]


async def _calendar(records: Repositories, office: Office, now: datetime) -> Finding:
    """Whether the days off of the year to come are more than reckoned by the law."""
    today = local_day(now)
    following = today.year + 1
    if following > LAST_YEAR:
        return finding("warning", "calendar", "calendar_ends", year=LAST_YEAR)
    calendar = await records.calendar.of_office(office.id)
    has_own = any(day.year == following for day in calendar.exceptions)
    if today.month < ARRANGED_FROM or has_own or swapped(following):
        return finding("ok", "calendar", "calendar_ok", year=following)
    return finding("warning", "calendar", "calendar_unarranged", year=following)
