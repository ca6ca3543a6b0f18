"""When a task is due, as plans say it: a date, a rhythm, always, on request, or not readable."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class DeadlineKind(StrEnum):
    """What sort of deadline a plan sets."""

    DATE = "date"
    RECURRING = "recurring"
    ONGOING = "ongoing"
    ON_REQUEST = "on_request"
    UNKNOWN = "unknown"


class Rhythm(StrEnum):
    """How often a recurring task or report comes round."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline. `due` is the last day allowed; `dates` are "MM-DD" in the year; `day` is a day of the month.

    `text` keeps the plan's own words.
    """

    kind: DeadlineKind
    due: date | None = None
    every: Rhythm | None = None
    dates: tuple[str, ...] = ()
    day: int | None = None
    text: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form the command line prints: only the fields that are set, without the words."""
        found: dict[str, Any] = {"kind": str(self.kind)}
        if self.due is not None:
            found["due"] = self.due.isoformat()
        if self.every is not None:
            found["every"] = str(self.every)
        if self.dates:
            found["dates"] = list(self.dates)
        if self.day is not None:
            found["day"] = self.day
        return found


def parse_deadline(text: str) -> Deadline:
    """The deadline that a plan's words set; UNKNOWN when they cannot be read with certainty, never a guess."""
    raise NotImplementedError
