"""Who has reported in a month and who has not, and where tasks stood at an earlier moment."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.carrying import by_unit
from domain.clock import local_day
from domain.deadlines import DeadlineKind
from domain.people import Person
from domain.progress import Approval, ProgressReport
from domain.reporting_periods import comes_round_in
from domain.rights import carries_tasks
from domain.stretches import Stretch
from domain.tasks import Task, TaskStatus


@dataclass(frozen=True, slots=True)
class Missing:
    """A task of which one unit has reported nothing in the stretch, and the people who should have."""

    task: Task
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where a task stood at an earlier moment."""

    status: TaskStatus
    percent: float | None


def is_expected(task: Task, stretch: Stretch) -> bool:
    """True when a report on the task belongs to the stretch: it is open, and its rhythm does not lie outside.

    What is done on request is reported when it was asked for; a yearly round only in its own month.
    """
    if not task.confirmed or task.dropped or task.status.is_over:
        return False
    if task.deadline.kind is DeadlineKind.ON_REQUEST:
        return False
    return stretch.first is None or comes_round_in(task.deadline, stretch.first, stretch.last)


def missing_reports(
    tasks: Iterable[Task], reports: Iterable[ProgressReport], people: Iterable[Person], stretch: Stretch
) -> list[Missing]:
    """What nobody has reported on in the stretch, by unit and task; of a group task only the units that are missing."""
    staff = [person for person in people if person.active]
    told: set[tuple[int, int | None]] = set()
    for report in reports:
        if stretch.holds(local_day(report.at)) and report.approval is not Approval.RETURNED:
            told |= {(report.task_id, report.unit_id), (report.task_id, None)}
    missing = [
        Missing(task, answerable(task, staff))
        for task in by_unit(tasks)
        if is_expected(task, stretch) and (task.id, task.lead_unit_id if task.shares else None) not in told
    ]
    return sorted(missing, key=lambda m: (m.task.lead_unit_id is None, m.task.lead_unit_name, m.task.id))


def answerable(task: Task, staff: Collection[Person]) -> tuple[Person, ...]:
    """The person named for the task where they are of its unit, else those of the unit who carry its tasks."""
    named = tuple(p for p in staff if p.id == task.assignee_id)
    if named and (not task.shares or named[0].unit_id == task.lead_unit_id):
        return named
    return tuple(
        p for p in staff if task.lead_unit_id is not None and p.unit_id == task.lead_unit_id and carries_tasks(p)
    )


def standing_at(reports: Sequence[ProgressReport], moment: datetime) -> Earlier:
    """Where a task of these reports stood at the moment: as last reported and not corrected by then."""
    before = sorted((r for r in reports if r.at < moment and r.approval.counts), key=lambda r: r.id)
    corrected = {r.supersedes_id for r in before}
    standing = [r for r in before if r.id not in corrected]
    if not standing:
        return Earlier(TaskStatus.NOT_STARTED, None)
    percent = next((r.percent for r in reversed(standing) if r.percent is not None), None)
    return Earlier(standing[-1].status, percent)


def was_late(task: Task, earlier: Earlier, day: date) -> bool:
    """True when the task's last day had passed by that day and it was not over."""
    due = task.deadline.due
    return task.deadline.kind is DeadlineKind.DATE and due is not None and due < day and not earlier.status.is_over
