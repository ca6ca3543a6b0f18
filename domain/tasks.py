"""The register: tasks with a lead, a deadline and a state, and what may be said of them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.deadlines import Deadline, DeadlineKind


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
class Span:
    """Which characters of the document's text a drafted field was read from: [start, end)."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Share:
    """One unit's part in a task that several units carry: each has its own standing."""

    unit_id: int
    unit_name: str
    status: TaskStatus = TaskStatus.NOT_STARTED
    percent: float | None = None
    expected: date | None = None
    reported_on: date | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a plan. `number` is the plan's own; `lead` and `support` are the plan's words.

    `lead_unit_id` and `assignee_id` tie it to the office's own unit and person once known;
    `percent` is 0 to 100 or None when no figure was ever reported; `source` is the plan's verbatim line;
    `reported_on` is the office's day of the last confirmed report, by which a recurring task's round is answered.

    A task drafted by the reader has `confirmed` False, a `confidence` from 0 to 1 and, in `spans`, the characters each
    field was read from; `dropped` drafts stay, so that a second reading does not draft them again. `published` tasks
    show citizens their lead, standing and `result`, the office's own words for what came of them. `shares` are the
    units that carry a task together, each with its own standing; empty for a task with one lead. `begins` is the day
    its plan was issued, None where the plan has no date.
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
    confidence: float = 1.0
    page: int | None = None
    spans: tuple[Span, ...] = ()
    dropped: bool = False
    published: bool = False
    result: str = ""
    support_unit_ids: tuple[int, ...] = ()
    shares: tuple[Share, ...] = ()
    begins: date | None = None

    def is_late(self, today: date) -> bool:
        """True when its last day has passed and it is not over."""
        due = self.deadline.due
        return self.deadline.kind is DeadlineKind.DATE and due is not None and due < today and not self.status.is_over

    def days_left(self, today: date) -> int | None:
        """Days until the last day; negative when late; None without a date."""
        return None if self.deadline.due is None else (self.deadline.due - today).days
