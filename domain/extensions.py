"""Requests for more time: who asks for how much and why, and what was decided."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.deadlines import DeadlineKind
from domain.tasks import Task


class RequestStatus(StrEnum):
    """What became of a request."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """A request to move a task's deadline to the day `wanted`. `said` is the original sentence; `granted` the new day."""

    id: int
    office_id: int
    task_id: int
    person_id: int
    person_name: str
    wanted: date
    reason: str
    said: str
    status: RequestStatus
    asked_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    granted: date | None = None
    remark: str = ""

    @property
    def is_open(self) -> bool:
        """True while nobody has decided."""
        return self.status is RequestStatus.OPEN


def can_be_extended(task: Task) -> bool:
    """True for a task with one last day that is not over; what comes round again or never ends has none to move."""
    return task.deadline.kind is DeadlineKind.DATE and task.deadline.due is not None and not task.status.is_over
