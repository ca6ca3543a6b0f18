"""The reminders of the first version, until the ledger of notices takes their place (see domain/reminders.py)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.clock import at_local, local_day
from domain.deadlines import DeadlineKind, Rhythm, occurrences
from domain.people import Person
from domain.rights import carries_tasks
from domain.tasks import Task

HOUR = time(8)
"""When the office reads its notices."""

CATCH_UP = timedelta(days=7)
"""How long a round of a recurring task that has passed is still spoken of: a week, the shortest rhythm there is."""


class Rule(StrEnum):
    """Why a notice is sent."""

    WEEK_BEFORE = "week_before"
    DAY_BEFORE = "day_before"
    ON_THE_DAY = "on_the_day"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Notice:
    """One reminder to one person. (task, rule, occurrence, person) names it once and for all.

    `occurrence` is the deadline it speaks of; `scheduled` is when it should have gone out (UTC);
    `late` is true when it goes out on a later day than that.
    """

    task: Task
    person: Person
    rule: Rule
    occurrence: date
    scheduled: datetime
    late: bool = False


_DAYS_FROM = {Rule.WEEK_BEFORE: -7, Rule.DAY_BEFORE: -1, Rule.ON_THE_DAY: 0, Rule.OVERDUE: 1}
_ROUND_RULES = (Rule.WEEK_BEFORE, Rule.DAY_BEFORE, Rule.ON_THE_DAY, Rule.OVERDUE)


def due_notices(tasks: Iterable[Task], people: Iterable[Person], now: datetime) -> list[Notice]:
    """The notices due at `now` (with a zone), whether or not already sent; the ledger keeps each to one sending.

    For each task only the latest rule reached: an office whose server was down for a week reads one notice, not four.
    They come in the order in which they should have gone out.
    """
    staff = {person.id: person for person in people if person.active}
    found: list[Notice] = []
    for task in {task.id: task for task in tasks}.values():
        for part in _parts(task, staff) if task.shares else [task]:
            if not task.confirmed or part.status.is_over or (reached := _latest_reached(part, now)) is None:
                continue
            scheduled, rule, occurrence = reached
            late = local_day(now) > local_day(scheduled)
            found += [Notice(task, person, rule, occurrence, scheduled, late) for person in _reminded(part, staff)]
    return sorted(found, key=lambda notice: (notice.scheduled, notice.task.id, notice.person.id))


def _parts(task: Task, staff: dict[int, Person]) -> list[Task]:
    """A group task as each of its units sees it, so that only those are chased that still have something to say."""
    assignee = None if task.assignee_id is None else staff.get(task.assignee_id)
    return [
        replace(
            task,
            status=share.status,
            percent=share.percent,
            reported_on=share.reported_on,
            lead_unit_id=share.unit_id,
            assignee_id=assignee.id if assignee and assignee.unit_id == share.unit_id else None,
            shares=(),
        )
        for share in task.shares
    ]


def _latest_reached(task: Task, now: datetime) -> tuple[datetime, Rule, date] | None:
    reached = [(moment, rule, day) for moment, rule, day in _schedule(task, local_day(now)) if moment <= now]
    # The nearer day wins where two rounds meet in one hour: it is the more pressing of the two.
    return max(reached, key=lambda entry: (entry[0], -entry[2].toordinal()), default=None)


def _schedule(task: Task, today: date) -> Iterator[tuple[datetime, Rule, date]]:
    for occurrence in _spoken_of(task, today):
        for rule in _rules(task):
            try:
                yield at_local(occurrence + timedelta(days=_DAYS_FROM[rule]), HOUR), rule, occurrence
            except OverflowError:
                continue


def _spoken_of(task: Task, today: date) -> list[date]:
    """The days about which something may be said today: the one deadline, or the rounds near today."""
    deadline = task.deadline
    if deadline.kind is DeadlineKind.DATE:
        return [] if deadline.due is None else [deadline.due]
    try:
        near = occurrences(deadline, today - CATCH_UP, today + timedelta(days=7))
    except (OverflowError, ValueError):
        return []
    return [day for day in near if not _is_answered(task, day)]


def _is_answered(task: Task, occurrence: date) -> bool:
    """True when a report came in for this round: since the notice a week before it, or since the round before."""
    days = 6 if task.deadline.every is Rhythm.WEEK else 7
    return task.reported_on is not None and task.reported_on >= occurrence - timedelta(days=days)


def _rules(task: Task) -> tuple[Rule, ...]:
    # A week before a weekly report is the day of the one before it.
    return _ROUND_RULES[1:] if task.deadline.every is Rhythm.WEEK else _ROUND_RULES


def _reminded(task: Task, staff: dict[int, Person]) -> list[Person]:
    """The person named for the task and who acts for them today, else those of the leading unit who carry tasks."""
    assignee = None if task.assignee_id is None else staff.get(task.assignee_id)
    if assignee is not None and assignee.office_id == task.office_id:
        return [assignee, *(person for person in staff.values() if assignee.id in person.acts_for)]
    if task.lead_unit_id is None:
        return []
    return [
        person
        for person in staff.values()
        if person.unit_id == task.lead_unit_id and person.office_id == task.office_id and carries_tasks(person)
    ]
