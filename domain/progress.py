"""Progress reports: what an official's sentence says of a task, and the report that is kept."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.tasks import TaskStatus


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message says. `intent` is "report" or "not_report"; the rest is None where nothing was said.

    `task` is the number as written ("4"); `percent` is 0 to 100; `obstacle` is the difficulty in their own words;
    `expected` is the day they hope to finish.
    """

    intent: str
    task: str | None = None
    percent: float | None = None
    status: TaskStatus | None = None
    obstacle: str | None = None
    expected: date | None = None

    @property
    def is_report(self) -> bool:
        """True when the message reports progress."""
        return self.intent == "report"

    def as_json(self) -> dict[str, Any]:
        """The form the command line prints."""
        return {
            "intent": self.intent,
            "task": self.task,
            "percent": self.percent,
            "status": None if self.status is None else str(self.status),
            "obstacle": self.obstacle,
            "expected": None if self.expected is None else self.expected.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """One report as it was confirmed. `said` is the original sentence; `supersedes_id` is the report it corrects."""

    id: int
    task_id: int
    person_id: int
    person_name: str
    status: TaskStatus
    percent: float | None
    obstacle: str
    expected: date | None
    said: str
    at: datetime
    supersedes_id: int | None = None


def understand(text: str, today: date) -> Understood:
    """What a sentence reports, read with or without diacritics. Questions, greetings and hopes are not reports."""
    raise NotImplementedError
