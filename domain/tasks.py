"""The register: tasks with a lead, a deadline and a state, and what may be said of them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.deadlines import Deadline, DeadlineKind
from domain.people import Person, Role


class TaskStatus(StrEnum):
    """Where a task stands, as last reported."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """True when nothing is expected any more."""
        return self in (TaskStatus.DONE, TaskStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a plan. `number` is the plan's own; `lead` and `support` are the plan's words.

    `lead_unit_id` and `assignee_id` tie it to the office's own unit and person once known;
    `percent` is 0 to 100 or None when no figure was ever reported; `source` is the plan's verbatim line;
    `reported_on` is the office's day of the last confirmed report, by which a recurring task's round is answered.
    """

    id: int
    office_id: int
    number: str
    title: str
    deadline: Deadline
    lead: str = ""
    support: str = ""
    product: str = ""
    lead_unit_id: int | None = None
    lead_unit_name: str = ""
    assignee_id: int | None = None
    assignee_name: str = ""
    document_id: int | None = None
    document_number: str = ""
    file: str = ""
    source: str = ""
    confirmed: bool = True
    status: TaskStatus = TaskStatus.NOT_STARTED
    percent: float | None = None
    expected: date | None = None
    reported_on: date | None = None

    def is_late(self, today: date) -> bool:
        """True when its last day has passed and it is not over."""
        due = self.deadline.due
        return self.deadline.kind is DeadlineKind.DATE and due is not None and due < today and not self.status.is_over

    def days_left(self, today: date) -> int | None:
        """Days until the last day; negative when late; None without a date."""
        return None if self.deadline.due is None else (self.deadline.due - today).days


def is_responsible(person: Person, task: Task) -> bool:
    """True when the person carries the task: named for it, or of the unit that leads it."""
    if task.assignee_id is not None and task.assignee_id == person.id:
        return True
    return task.lead_unit_id is not None and task.lead_unit_id == person.unit_id


def may_report(person: Person, task: Task) -> bool:
    """Those responsible report on a task; the administrator may do it for them."""
    return person.active and (is_responsible(person, task) or person.role is Role.ADMINISTRATOR)


def may_see(person: Person, task: Task) -> bool:
    """Staff see the confirmed tasks of their own office."""
    return person.active and person.role.is_staff and person.office_id == task.office_id
