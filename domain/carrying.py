"""A task as one of its units carries it, and what a chart counts it as."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from domain.charts import Tone
from domain.deadlines import DeadlineKind
from domain.shares import share_of
from domain.stretches import Stretch
from domain.tasks import Task, TaskStatus

SOON = timedelta(days=7)

TONES = {
    TaskStatus.DONE: Tone.DONE,
    TaskStatus.IN_PROGRESS: Tone.DOING,
    TaskStatus.NOT_STARTED: Tone.NOT_STARTED,
    TaskStatus.BLOCKED: Tone.BLOCKED,
}
"""What a status counts as in a chart, lateness aside."""


def carried_by(task: Task, unit_id: int | None) -> Task:
    """The task with the standing of this unit's own share; a task that is not shared stays as it is."""
    share = share_of(task, unit_id)
    if share is None:
        return task
    return replace(
        task,
        lead_unit_id=share.unit_id,
        lead_unit_name=share.unit_name,
        status=share.status,
        percent=share.percent,
        expected=share.expected,
        reported_on=share.reported_on,
    )


def by_unit(tasks: Iterable[Task]) -> list[Task]:
    """Every task once for each unit that carries it, with that unit's own standing."""
    found: list[Task] = []
    for task in tasks:
        found += [carried_by(task, share.unit_id) for share in task.shares] or [task]
    return found


def tone_of(task: Task, today: date) -> Tone | None:
    """What the task counts as: late before anything else; None once it was cancelled."""
    return Tone.LATE if task.is_late(today) else TONES.get(task.status)


def is_due_in(task: Task, stretch: Stretch) -> bool:
    """True when an open task's last day lies in the stretch."""
    due = task.deadline.due
    is_dated = task.deadline.kind is DeadlineKind.DATE and due is not None and not task.status.is_over
    return is_dated and due is not None and stretch.holds(due)


def is_soon(task: Task, today: date) -> bool:
    """True when an open task's last day is today or within the week."""
    return is_due_in(task, Stretch(today, today + SOON))
