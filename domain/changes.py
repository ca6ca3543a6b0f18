"""How a task's deadline changed: what it was, what it became, and which paper, request or person changed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.deadlines import Deadline, DeadlineKind, Rhythm


class Cause(StrEnum):
    """What moved a deadline: a later paper, a granted request, or a person who edited the register."""

    DOCUMENT = "document"
    EXTENSION = "extension"
    EDIT = "edit"


class ChangeStatus(StrEnum):
    """Proposed by the reader, applied to the task, or dismissed by whoever reviewed it."""

    PROPOSED = "proposed"
    APPLIED = "applied"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class DeadlineChange:
    """One change of one task's deadline. `source` is the verbatim line of the paper that asks for it, or what was said.

    `document_number` is the number of the paper that changes it, `person_name` who applied or dismissed it.
    """

    id: int
    office_id: int
    task_id: int
    before: Deadline
    after: Deadline
    cause: Cause
    status: ChangeStatus
    at: datetime
    document_id: int | None = None
    document_number: str = ""
    request_id: int | None = None
    person_id: int | None = None
    person_name: str = ""
    source: str = ""


def kept_form(deadline: Deadline) -> dict[str, Any]:
    """The deadline as it is kept beside a change, the plan's own words included."""
    return deadline.as_json() | {"text": deadline.text}


def from_kept_form(kept: Mapping[str, Any]) -> Deadline:
    """The deadline that was kept; what is missing in it is empty."""
    due, every = kept.get("due"), kept.get("every")
    return Deadline(
        kind=DeadlineKind(kept.get("kind", DeadlineKind.UNKNOWN)),
        due=None if due is None else date.fromisoformat(due),
        every=None if every is None else Rhythm(every),
        dates=tuple(kept.get("dates", ())),
        day=kept.get("day"),
        text=kept.get("text", ""),
    )


def is_same(first: Deadline, second: Deadline) -> bool:
    """True when two deadlines ask for the same days, whatever their words."""
    return first.as_json() == second.as_json()
